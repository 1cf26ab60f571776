"""How a filed score can have come about: each way of going wrong as the same scorer on an altered file or instrument.

A way is a `Supposed`: what is altered, and the cause that it stands for. It is believed only where it gives just what
was filed. Causes that need no other scoring (arithmetic, a wrong level for a right total) are judged in `compare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from risico.audit.results import Floats, copy, illegal, kind, scored
from risico.audit.sheet import Change, Sheet, as_number, is_blank
from risico.instrument import Instrument
from risico.instrument.model import Answers, Item, Missing, Points, Score
from risico.instrument.variants import told_by, versions

Cause = Literal[
    "blank_as_zero",
    "not_reversed",
    "other_coding",
    "arithmetic",
    "wrong_band",
    "not_scorable",
    "from_total",
    "illegal",
    "impossible",
    "cannot_tell",
]
CAUSES: tuple[Cause, ...] = (
    "blank_as_zero",
    "not_reversed",
    "other_coding",
    "arithmetic",
    "wrong_band",
    "not_scorable",
    "from_total",
    "illegal",
    "impossible",
    "cannot_tell",
)
"""In the order in which they are told. `from_total`: the level fits the filed total, which itself is wrong."""


@dataclass(frozen=True, eq=False)
class Supposed:
    """One way of going wrong. `which` says what exactly: an item, a shift, a table, another score, a version.

    `said` is the context that all forms are then taken to have.
    """

    cause: Cause
    which: str
    it: Instrument
    change: Change | None = None
    said: Mapping[str, str] | None = None

    @property
    def reads_anew(self) -> bool:
        """Whether the answers are read in another coding, in which others are legal."""
        return self.cause == "other_coding" and (self.change is not None or self.said is not None)

    def results(self, sheet: Sheet, names: tuple[str, ...]) -> Mapping[str, Floats]:
        """Return what the forms would then have given; NaN where they cannot be read in this way."""
        forms = sheet.altered(self.it, self.change, self.said)
        given = scored(self.it, forms, names)
        if not self.reads_anew:
            return given
        unread: NDArray[np.bool_] = illegal(self.it, forms)
        return {name: np.where(unread, np.nan, values) for name, values in given.items()}


def supposed(it: Instrument) -> Iterator[Supposed]:
    """Yield every way of going wrong that can be tried on an instrument."""
    yield from _blanks(it)
    yield from _reversals(it)
    yield from _printed(it)
    yield from _codings(it)
    yield from _tables(it)
    loose = {name: _loosened(it, score) for name, score in it.scores.items()}
    if loose != it.scores:
        yield Supposed("not_scorable", "prorated", copy(it, scores=loose))


# blanks ---------------------------------------------------------------------------------------------------------------


def _blanks(it: Instrument) -> Iterator[Supposed]:
    """A blank added nothing; or it was taken for the code 0; or for the lowest code."""
    nothing = _with_nothing(it)
    yield Supposed(
        "blank_as_zero", "no_points", nothing, lambda item, raw: _extra(it, item) if is_blank(it, raw) else raw
    )

    def zero(item: str, raw: Any) -> Any:
        return 0 if is_blank(it, raw) and 0 in (it.codes(item) or ()) else raw

    def lowest(item: str, raw: Any) -> Any:
        return _lowest(it, item) if is_blank(it, raw) else raw

    if any(0 in (it.codes(item) or ()) for item in it.items):
        yield Supposed("blank_as_zero", "code_zero", it, zero)
    yield Supposed("blank_as_zero", "lowest_code", it, lowest)


def _extra(it: Instrument, item: str) -> Any:
    """A code that no answer has."""
    codes = it.codes(item)
    if codes is None:
        return 0
    numbers = [code for code in (*codes, *it.missing_codes) if isinstance(code, int)]
    return "__nothing" if any(isinstance(code, str) for code in codes) else min(numbers) - 1


def _lowest(it: Instrument, item: str) -> Any:
    codes, ends = it.codes(item), it.answer_set(item).number
    if ends is not None:
        return ends[0]
    return None if any(isinstance(code, str) for code in codes or ()) else min(int(code) for code in codes or ())


def _with_nothing(it: Instrument) -> Instrument:
    """The instrument with one more code for every item, that adds no points."""
    items: dict[str, Item] = {}
    answers = dict(it.answers)
    for name, item in it.items.items():
        own = it.answer_set(name)
        if own.number is not None:
            low, high = own.number
            answers[item.answers] = own.model_copy(update={"number": (min(low, 0), max(high, 0))})
            items[name] = item
            continue
        extra = _extra(it, name)
        answers[f"of {name}"] = Answers.model_construct(
            codes={**(own.codes or {}), extra: {"en": "nothing"}}, number=None, worse=None, points=None
        )
        items[name] = _recoded(it, name, partial(_also_nothing, extra=extra), answers=f"of {name}")
    return copy(it, items=items, answers=answers)


def _also_nothing(points: Points, extra: Any) -> Points:
    return {**points, extra: 0}


def _loosened(it: Instrument, score: Score) -> Score:
    """A sum or mean of items that prorates whatever was answered."""
    if score.rule not in ("sum", "mean") or not set(score.of) <= set(it.items):
        return score
    return score.model_copy(update={"missing": Missing(then="prorate", answered=1)})


# reversals ------------------------------------------------------------------------------------------------------------


def turned(it: Instrument) -> tuple[str, ...]:
    """Return the items whose points fall as their code rises, by a reversal or by their points.

    >>> from risico.instrument import load
    >>> turned(load("sdq"))
    ('7', '11', '14', '21', '25')
    """
    return tuple(item for item in it.items if any(_falls(it.points(item, table)) for table in it.point_tables(item)))


def _falls(points: Points) -> bool:
    pairs = sorted((code, worth) for code, worth in points.items() if isinstance(code, int))
    worths = [worth for _, worth in pairs]
    return len(pairs) == len(points) > 1 and all(b < a for a, b in pairwise(worths))


def _reversals(it: Instrument) -> Iterator[Supposed]:
    items = turned(it)
    if len(items) > 1:
        yield Supposed("not_reversed", "all", _straightened(it, items))
    for item in items:
        yield Supposed("not_reversed", item, _straightened(it, (item,)))


def _straightened(it: Instrument, items: tuple[str, ...]) -> Instrument:
    def other_way(points: Points) -> Points:
        ends = min(points.values()) + max(points.values())
        return {code: ends - worth for code, worth in points.items()}

    return copy(it, items={**it.items, **{item: _recoded(it, item, other_way) for item in items}})


# codings and versions -------------------------------------------------------------------------------------------------


def _printed(it: Instrument) -> Iterator[Supposed]:
    """The form was another version than it says, or than is assumed: other numbers, or answers written otherwise."""
    for version in versions(it, told_by(it)) if told_by(it) else ():
        other = {name: value for name, value in version.said.items() if value != it.variants[name].assumed}
        said = ", ".join(f"{name}: {value}" for name, value in (other or version.said).items())
        yield Supposed("other_coding", f"version {said}", it, said=version.said)


def _codings(it: Instrument) -> Iterator[Supposed]:
    """Answers counted from one where the form counts from nought, or the other way round, in the file or in the sum."""
    counted = tuple(item for item in it.items if it.point_tables(item))
    for step in (1, -1) if counted else ():
        yield Supposed("other_coding", f"answers{step:+d}", it, partial(_moved, it, counted, step))
        worth = {item: _recoded(it, item, partial(_added, step=step * it.items[item].weight)) for item in counted}
        yield Supposed("other_coding", f"points{step:+d}", copy(it, items={**it.items, **worth}))


def _moved(it: Instrument, counted: tuple[str, ...], step: int, item: str, raw: Any) -> Any:
    """An answer one code on, where it is a whole number."""
    number = None if is_blank(it, raw) or item not in counted else as_number(raw)
    return raw if number is None or not number.is_integer() else int(number) + step


def _added(points: Points, step: float) -> Points:
    return {code: worth + step for code, worth in points.items()}


def _tables(it: Instrument) -> Iterator[Supposed]:
    """Another table of points than the score names, in all scores at once."""
    tables = dict.fromkeys(table for item in it.items for table in it.point_tables(item) if table is not None)
    for table in tables:
        scores = {name: _by_table(it, score, table) for name, score in it.scores.items()}
        if scores != it.scores:
            yield Supposed("other_coding", f"table {table}", copy(it, scores=scores))


def _by_table(it: Instrument, score: Score, table: str) -> Score:
    parts = [part for part in score.of if part in it.items]
    fits = score.points is not None and all(table in it.point_tables(part) for part in parts)
    return score.model_copy(update={"points": table}) if fits else score


def other_scores(it: Instrument, name: str) -> tuple[str, ...]:
    """Return the other results over just the same items, as other versions of it may have been filed.

    >>> from risico.instrument import load
    >>> other_scores(load("who5"), "raw")
    ('percent',)
    """
    if name in it.bands:
        same = [other for other, band in it.bands.items() if band.of == it.bands[name].of]
        return tuple(o for o in same if o != name and kind(it, o) == kind(it, name) == "flag")
    items = it.items_of(name)
    alike = [other for other in it.scores if other != name and it.items_of(other) == items]
    return tuple(other for other in alike if kind(it, other) == kind(it, name) == "number")


def _recoded(it: Instrument, item: str, points: Callable[[Points], Points], **more: Any) -> Item:
    """An item with other points for its codes, written out so that neither reversal nor weight is needed."""
    tables = it.point_tables(item)
    made = {table: points(it.points(item, table)) for table in tables}
    given: Any = made.get(None, made)
    return it.items[item].model_copy(update={"reverse": False, "weight": 1, "points": given or None, **more})
