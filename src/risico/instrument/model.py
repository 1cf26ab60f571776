"""What an instrument file may say: frozen models, one for each block of the file. All of them are found here.

The meaning of each block stands in the docstring of its model; `checks` says what must fit together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from risico.instrument.about import MEMORY, Applies, Evidence, Licence, NlStatus, Normed, Source, Vector
from risico.instrument.beside import Clock, Data, Hint, Kept, Text
from risico.instrument.conditions import Code, Condition, Number, Range, Value
from risico.instrument.results import Alert, Band, Case, Level, Levels, Missing, Score, Table, needs
from risico.instrument.variants import Variant
from risico.strict import Frozen

__all__ = [
    "MEMORY",
    "Alert",
    "Answers",
    "Applies",
    "Band",
    "Case",
    "Evidence",
    "Filled",
    "Instrument",
    "Item",
    "Level",
    "Levels",
    "Licence",
    "Missing",
    "NlStatus",
    "Normed",
    "Number",
    "NumberContext",
    "Points",
    "Range",
    "Refuse",
    "Score",
    "Skip",
    "Source",
    "Table",
    "Text",
    "Value",
    "Vector",
    "Window",
    "Worse",
    "needs",
]

Points = dict[Code, Number]
Worse = Literal["high", "low"]
Window = Literal[
    "now",
    "past_week",
    "past_2_weeks",
    "past_4_weeks",
    "past_month",
    "past_3_months",
    "past_6_months",
    "past_year",
    "before_past_year",
    "index_event",
    "session",
    "current_relationship",
    "latest_relationship",
    "lately",
    "in_general",
    "childhood",
    "ever",
]
"""The stretch of time that a question is about. Two are the same only when they are one of these by the same name."""


class Answers(Frozen):
    """A set of answers: `codes` with their words, or a measured `number` between two ends (its own points).

    `worse` says which end is worse for the person, apart from any reversal. `points` replaces the codes: one table, or
    several by name of which a score chooses one.
    """

    codes: dict[Code, Text] | None = Field(None, min_length=1)
    number: Range | None = None
    worse: Worse | None = None
    points: Points | dict[str, Points] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.codes is None) == (self.number is None):
            raise ValueError("give either codes or number")
        twins = [code for code in self.codes or {} if isinstance(code, str) and code.lstrip("-").isdigit()]
        if twins and any(isinstance(code, int) for code in self.codes or {}):
            raise ValueError(f"code {twins[0]} is text beside number codes; a column of text would mix them up")
        return self


class Item(Frozen):
    """One question: a short label in our own words, its answers, and how an answer becomes points.

    `concept` is the theme it is about, `question` the narrow question it asks, by which another form may take its
    answer over; both are names of the list in `prefill`. `window` is the stretch of time it asks about, where that is
    another than the instrument's. `definition` says what counts and what does not, `example` how it may look in
    practice: both in our own words, for who fills in.
    """

    label: Text
    answers: str
    reverse: bool = False
    worse: Worse | None = None
    weight: Number = 1
    points: Points | dict[str, Points] | None = None
    concept: str | None = None
    question: str | None = None
    window: Window | None = None
    window_seen: bool = True
    data: Data = "ordinary"
    definition: Text | None = None
    example: Text | None = None


class Filled(Frozen):
    """What a skipped item counts as: an answer, not a blank."""

    items: tuple[str, ...]
    as_: Code = Field(alias="as")


class Skip(Frozen):
    """When the condition is certainly true, the listed items that are blank take the code `as`."""

    when: Condition
    then: Filled


class Refuse(Frozen):
    """A form that cannot be right: it is treated as an illegal answer."""

    when: Condition
    words: Text


class NumberContext(Frozen):
    """A context column that holds a number."""

    number: Range


class Instrument(Frozen):
    """One instrument file: a function from a form to scores.

    `outcomes` gives the words for what its decisions and look-up tables say: their names are for a column, not for a
    reader.

    >>> from risico.instrument import load
    >>> phq9 = load("phq9")
    >>> phq9.key, phq9.columns()[:2], sorted(phq9.scores)
    ('phq9@1', ('phq9_1', 'phq9_2'), ['total'])
    """

    id: str
    version: int
    kind: Literal["instrument", "proposal", "record", "self_scan", "deadline"] = "instrument"
    unit: Literal["person", "household", "team"] = "person"
    status: Literal["computed", "judged", "recorded", "record"]
    model: Literal["reflective", "formative"]
    title: Text
    domain: str
    informant: str
    window: Window | None = None
    window_seen: bool = True
    nl_status: NlStatus
    administer: Literal["official_form", "open"]
    licence: Licence
    qualification: Text
    applies: Applies = Applies()
    context: dict[str, tuple[str, ...] | NumberContext] = {}
    variants: dict[str, Variant] = {}
    answers: dict[str, Answers]
    missing_codes: tuple[Code, ...] = ()
    items: dict[str, Item] = Field(min_length=1)
    kept: dict[str, Kept] = {}
    clocks: dict[str, Clock] = {}
    hints: dict[str, tuple[Hint, ...]] = {}
    skip: tuple[Skip, ...] = ()
    refuse: tuple[Refuse, ...] = ()
    scores: dict[str, Score]
    outcomes: dict[str, Text] = {}
    bands: dict[str, Band] = {}
    alerts: dict[str, Alert] = {}
    evidence: tuple[Evidence, ...] = ()
    limits: tuple[Text, ...] = ()
    sources: dict[str, Source] = {}
    vectors: tuple[Vector, ...] = ()

    @property
    def key(self) -> str:
        """Return `id@version`, as a score carries it."""
        return f"{self.id}@{self.version}"

    @property
    def shown(self) -> dict[str, Score]:
        """The scores that a page lists: neither steps toward another score, nor sums for research alone.

        >>> from risico.instrument import load
        >>> "research_total" in load("sara_v2").scores, "research_total" in load("sara_v2").shown
        (True, False)
        """
        return {name: score for name, score in self.scores.items() if not (score.helper or score.research)}

    def columns(self) -> tuple[str, ...]:
        """Return the names of the item columns, in official order."""
        return tuple(f"{self.id}_{item}" for item in self.items)

    def answer_set(self, item: str) -> Answers:
        """Return the answers of an item."""
        return self.answers[self.items[item].answers]

    def codes(self, item: str) -> tuple[Code, ...] | None:
        """Return the legal codes of an item, or None for a measured number."""
        codes = self.answer_set(item).codes
        return None if codes is None else tuple(codes)

    def points(self, item: str, table: str | None = None) -> Points:
        """Return what each legal code of an item is worth: recoded, then reversed, then weighted.

        `table` names one of several point tables. Measured numbers have no such table; see `point_range`.

        >>> from risico.instrument import load
        >>> load("sdq").points("7")
        {0: 2, 1: 1, 2: 0}
        """
        entry, tables = self.items[item], self.point_tables(item)
        values = tables[table] if table in tables else tables[None]
        if entry.reverse:
            ends = min(values.values()) + max(values.values())
            values = {code: ends - value for code, value in values.items()}
        return {code: value * entry.weight for code, value in values.items()}

    def point_tables(self, item: str) -> dict[str | None, Points]:
        """Return the point tables of an item by name; a single one, or the codes themselves, under None.

        Empty for a measured number and for text codes without points: those cannot be added up.
        """
        given = self.items[item].points or self.answer_set(item).points
        if given is None:
            codes = [code for code in self.codes(item) or () if isinstance(code, int)]
            return {None: {code: code for code in codes}} if codes and len(codes) == len(self.codes(item) or ()) else {}
        named: dict[str | None, Points] = {str(name): table for name, table in given.items() if isinstance(table, dict)}
        return named or {None: {code: worth for code, worth in given.items() if not isinstance(worth, dict)}}

    def point_range(self, item: str, table: str | None = None) -> Range:
        """Return the lowest and highest points that any answer to an item can give."""
        number = self.answer_set(item).number
        if number is None:
            values = self.points(item, table).values()
            return min(values), max(values)
        ends = tuple(end * self.items[item].weight for end in number)
        return min(ends), max(ends)

    def window_of(self, item: str) -> Window | None:
        """Return the stretch of time that an item is about; None where the file does not say."""
        return self.items[item].window or self.window

    def window_seen_of(self, item: str) -> bool:
        """Return whether the stretch of time was seen in a source, or is known from memory alone."""
        return self.items[item].window_seen if self.items[item].window else self.window_seen

    def worse(self, item: str) -> Worse | None:
        """Return which end of an item's codes is worse for the person."""
        return self.items[item].worse or self.answer_set(item).worse

    @cached_property
    def scored_items(self) -> tuple[str, ...]:
        """The items that some score uses, in official order; `<id>_missing` counts the blanks among them."""
        used = {item for name in self.scores for item in self.items_of(name)}
        return tuple(item for item in self.items if item in used)

    def items_of(self, score: str) -> tuple[str, ...]:
        """Return the items that a score rests on, also through other scores, in official order.

        >>> from risico.instrument import load
        >>> len(load("sdq").items_of("total"))
        20
        """
        return self._items(needs(self.scores[score]), self.items_of)

    def counted(self, score: str) -> tuple[str, ...]:
        """Return the items that a score counts as answered or not: those it rests on but for what `only` asks.

        >>> from risico.instrument import load
        >>> load("phq9").counted("total") == load("phq9").items_of("total")
        True
        """
        return self._items(needs(self.scores[score].model_copy(update={"only": None})), self.counted)

    def _items(self, names: set[str], of: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        items = {name for name in names if name in self.items}
        for name in names & set(self.scores):
            items |= set(of(name))
        return tuple(item for item in self.items if item in items)

    def depths(self) -> tuple[tuple[str, ...], ...]:
        """Return the scores in layers: those of one layer rest only on items and on earlier layers."""
        layers: list[tuple[str, ...]] = []
        left = dict(self.scores)
        while left:
            layer = tuple(name for name, score in left.items() if not needs(score) & set(left))
            if not layer:
                raise ValueError(f"the scores {', '.join(left)} rest on each other in a circle")
            layers.append(layer)
            left = {name: score for name, score in left.items() if name not in layer}
        return tuple(layers)
