"""What an instrument file may say: frozen models, one for each block of the file.

The meaning of each block stands in the docstring of its model; `checks` says what must fit together.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from risico.instrument.beside import Clock, Data, Hint, Kept, Text
from risico.instrument.conditions import Code, Condition, Value, Where
from risico.strict import Frozen

Number = int | float


def _rises(ends: tuple[Number, Number]) -> tuple[Number, Number]:
    if ends[0] > ends[1]:
        raise ValueError(f"the lower end comes first; here it is {ends[0]} to {ends[1]}")
    return ends


Points = dict[Code, Number]
Table = dict[Code, Value]
Range = Annotated[tuple[Number, Number], AfterValidator(_rises)]
Rule = Literal["sum", "mean", "count", "highest", "lowest", "decide", "lookup", "linear", "judgement"]
Worse = Literal["high", "low"]
Window = Literal[
    "now",
    "past_week",
    "past_2_weeks",
    "past_4_weeks",
    "past_3_months",
    "past_6_months",
    "past_year",
    "before_past_year",
    "index_event",
    "ever",
]
"""The stretch of time that a question is about."""
MEMORY = "memory"
"""The source that marks a number nobody saw."""


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

    `window` is the stretch of time it asks about, where that is another than the instrument's. `definition` says what
    counts and what does not, `example` how it may look in practice: both in our own words, for who fills in.
    """

    label: Text
    answers: str
    reverse: bool = False
    worse: Worse | None = None
    weight: Number = 1
    points: Points | dict[str, Points] | None = None
    concept: str | None = None
    window: Window | None = None
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


class Missing(Frozen):
    """What a score does with blanks: one of four named ways, `answered` items at the least.

    `source` is where that was read, when it is another than that of the score.
    """

    then: Literal["none", "certain", "prorate", "at_least"] = "none"
    answered: int = 1
    round: Literal["none", "half_up"] = "none"
    source: str | None = None


class Case(Frozen):
    """One case of a decision; the first case that is true decides."""

    when: Condition
    then: Value


class Score(Frozen):
    """One result: a rule over items or other scores, with its way of treating blanks, direction and range."""

    rule: Rule
    of: tuple[str, ...] = ()
    missing: Missing = Missing()
    points: str | None = None
    where: Where | None = None
    cases: tuple[Case, ...] = ()
    otherwise: Value | None = None
    table: Table | dict[str, Table] | None = None
    by: str | None = None
    terms: dict[str, Number] | None = None
    constant: Number = 0
    higher_is: Literal["worse", "better", "neutral"] = "neutral"
    range: Range | None = None
    source: str
    title: Text | None = None
    research: bool = False


class Level(Frozen):
    """One level of a band: its lower bound, and its name or its value. `name: null` is a stretch without a level."""

    from_: Number = Field(alias="from")
    name: str | None = None
    value: bool | None = None
    meaning: Text | None = None
    source: str | None = None

    @property
    def result(self) -> str | bool | None:
        """What stands in the column."""
        return self.name if self.value is None else self.value


Levels = tuple[Level, ...]


class Normed(Frozen):
    """On whom levels were set: the year these people were measured, who they were, and who says so."""

    year: int
    source: str
    people: Text | None = None


class Band(Frozen):
    """Levels of a score as lower bounds, the same for all or `by` one or more context columns (nested).

    `normed` is on whom they were set, or that for each value of the first context column.
    """

    of: str
    levels: Levels | dict[str, Levels] | dict[str, dict[str, Levels]]
    by: tuple[str, ...] = ()
    source: str
    normed: Normed | dict[str, Normed] | None = None
    title: Text | None = None

    def norm_group(self, path: tuple[str, ...]) -> Normed | None:
        """Return on whom the levels under these context values were set, None where the file does not say."""
        return self.normed.get(path[0]) if isinstance(self.normed, dict) else self.normed

    def tables(self) -> dict[tuple[str, ...], Levels]:
        """Return the level tables by their context values; without `by` under the empty key."""

        def walk(levels: object, path: tuple[str, ...]) -> dict[tuple[str, ...], Levels]:
            if not isinstance(levels, dict):
                return {path: levels}  # type: ignore[dict-item]
            return {k: v for key, inner in levels.items() for k, v in walk(inner, (*path, key)).items()}

        return walk(self.levels, ())


class Alert(Frozen):
    """Something that must be looked at, whatever the score: true, false, or unknown."""

    when: Condition
    words: Text
    refer: Text | None = None
    source: str | None = None


class NumberContext(Frozen):
    """A context column that holds a number."""

    number: Range


class Licence(Frozen):
    """May it be used, and on a screen?"""

    kind: str
    electronic: Literal["allowed", "licence_needed", "not_allowed", "unknown"]
    note: Text | str | None = None


class NlStatus(Frozen):
    """Standing in the Netherlands, with its source."""

    value: Literal["validated", "in_use", "translated", "none"]
    source: str


class Applies(Frozen):
    """For whom it is meant, and for whom it is not."""

    age: Range | None = None
    needs: tuple[str, ...] = ()
    not_for: tuple[Text, ...] = ()


class Evidence(Frozen):
    """A published number about the instrument, with its interval `low` to `high` where one was published.

    `sample` says in whom it was found; how many they were and where stand apart, in `n` and `country`. `year` is when
    they were measured, where that is known: the age of a norm is that of its people, not of the page that cites it.
    """

    statistic: str
    value: Number | Text | str
    low: Number | None = None
    high: Number | None = None
    n: int | None = None
    country: str | None = None
    sample: Text | None = None
    year: int | None = None
    source: str
    of: str | None = None
    note: Text | str | None = None

    @model_validator(mode="after")
    def _between(self) -> Self:
        ends = (self.low, self.high)
        if ends == (None, None):
            return self
        if self.low is None or self.high is None or not isinstance(self.value, int | float):
            raise ValueError("give both low and high, of a value that is a number; or neither")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.value} does not lie between {self.low} and {self.high}")
        return self


class Source(Frozen):
    """Where something was read; `seen: false` when it is cited but was not read."""

    cite: str
    doi: str | None = None
    url: str | None = None
    seen: bool = True


class Vector(Frozen):
    """Answers and what they must give, worked out by somebody who has not seen the file."""

    note: str
    context: dict[str, Code | float] = {}
    answers: dict[str, Code | float]
    expect: dict[str, Value | None]


class Instrument(Frozen):
    """One instrument file: a function from a form to scores.

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
    nl_status: NlStatus
    administer: Literal["official_form", "open"]
    licence: Licence
    qualification: Text
    applies: Applies = Applies()
    context: dict[str, tuple[str, ...] | NumberContext] = {}
    answers: dict[str, Answers]
    missing_codes: tuple[Code, ...] = ()
    items: dict[str, Item] = Field(min_length=1)
    kept: dict[str, Kept] = {}
    clocks: dict[str, Clock] = {}
    hints: dict[str, tuple[Hint, ...]] = {}
    skip: tuple[Skip, ...] = ()
    refuse: tuple[Refuse, ...] = ()
    scores: dict[str, Score]
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
        entry = self.scores[score]
        asked = [leaf for case in entry.cases for leaf in case.when.leaves()]
        names = {*entry.of, *(entry.terms or {}), *(leaf.item or leaf.score or "" for leaf in asked)}
        items = {name for name in names if name in self.items}
        for name in names & set(self.scores):
            items |= set(self.items_of(name))
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


def needs(score: Score) -> set[str]:
    """Return the names (items and scores alike) that a score reads directly."""
    asked = [leaf for case in score.cases for leaf in case.when.leaves()]
    return {*score.of, *(score.terms or {}), *(leaf.subject or "" for leaf in asked if leaf.context is None)}
