"""One filed result against what its answers give: which forms differ, and which ways of going wrong fit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.audit.causes import CAUSES, Cause, Supposed, other_scores
from risico.audit.results import UNREADABLE, Floats, kind, level_of
from risico.audit.sheet import Sheet
from risico.instrument import Instrument
from risico.instrument.reach import reach

Rows = NDArray[np.bool_]
SLIP = 2
"""An arithmetic slip is a total that is at most this many points off, or one with its two digits swapped."""
Tried = Sequence[tuple[Supposed, Mapping[str, Floats]]]


@dataclass(frozen=True)
class Way:
    """One way of going wrong for one result: the forms in which it gives what was filed, and in which it would show."""

    cause: Cause
    which: str
    explains: Rows
    shows: Rows


@dataclass
class Compared:
    """One filed result, form by form. All arrays have one place per form."""

    name: str
    filed: Floats
    plain: Floats
    follows: Rows
    rounded: Rows
    unchecked: Rows
    differs: Rows
    ways: list[Way] = field(default_factory=list[Way])

    def named(self, cause: Cause) -> Rows:
        """Return the differing forms for which a cause is possible."""
        explained = [way.explains for way in self.ways if way.cause == cause]
        return np.any(explained, axis=0) & self.differs if explained else np.zeros(len(self.filed), dtype=bool)

    @property
    def readable(self) -> Rows:
        """The forms in which something was filed that is an outcome of this result."""
        return ~np.isnan(self.filed) & (self.filed != UNREADABLE)


def agrees(filed: Floats, value: Floats, coarsest: int = 0) -> Rows:
    """Return where a filed number is a value, or that value rounded to the decimals that were filed.

    `coarsest` is the fewest decimals that somebody would round to: none for a sum, one for a mean.

    >>> agrees(np.array([9.0, 10.29, 10.0, 10.3]), np.array([9.0, 72 / 7, 72 / 7, 72 / 7 + 0.1])).tolist()
    [True, True, True, False]
    """
    digits = range(coarsest, 4)
    unit = np.select([np.abs(filed - np.round(filed, d)) < 1e-9 for d in digits], [10.0**-d for d in digits], 0.0)
    whole = value == np.round(value)
    return np.abs(filed - value) <= np.where(whole, 0, unit / 2) + 1e-9


def _same(it: Instrument, name: str) -> Callable[[Floats, Floats], Rows]:
    """How filed values of a result are compared with values of it."""
    if kind(it, name) != "number":
        return np.equal
    return partial(agrees, coarsest=1 if it.scores[name].rule == "mean" else 0)


def _way(supposed: Supposed, filed: Floats, value: Floats, plain: Floats, may: Rows, same: Any) -> Way:
    """A way explains only what the rule of the file does not: where it gives something else than that."""
    other = ~((value == plain) | (np.isnan(value) & np.isnan(plain)))
    return Way(supposed.cause, supposed.which, same(filed, value) & other & may, other & ~same(value, plain))


def compare_score(
    it: Instrument, name: str, sheet: Sheet, filed: Floats, plain: Floats, wrong: Rows, tried: Tried
) -> Compared:
    """Compare filed scores (numbers or decisions in words) with what the answers give."""
    numeric = kind(it, name) == "number"
    same = _same(it, name)
    given = {supposed: results[name] for supposed, results in tried}
    follows = same(filed, plain)
    rounded = follows & (np.abs(filed - plain) > 1e-9) if numeric else np.zeros(len(filed), dtype=bool)
    if rounded.any():
        follows &= ~(rounded & _crosses(it, name, sheet, filed, plain))
    found = _sorted_out(name, filed, plain, wrong, follows, _uncheckable(plain, given, wrong))
    found.rounded = found.follows & rounded
    found.ways = [
        _way(supposed, filed, value, plain, _open(supposed, wrong), same) for supposed, value in given.items()
    ]
    if numeric:
        found.ways += _slips(it, name, filed, np.where(wrong, np.nan, plain))
    return found


def _crosses(it: Instrument, name: str, sheet: Sheet, filed: Floats, plain: Floats) -> Rows:
    """Rounding is no mistake, unless it brings a total to another level."""
    bands = [band for band, entry in it.bands.items() if entry.of == name]
    levels = [(level_of(it, band, sheet, filed), level_of(it, band, sheet, plain)) for band in bands]
    return np.any([(a != b) & ~(np.isnan(a) & np.isnan(b)) for a, b in levels], axis=0) if levels else np.isnan(filed)


def compare_band(
    it: Instrument,
    name: str,
    sheet: Sheet,
    filed: Floats,
    plain: Floats,
    wrong: Rows,
    tried: Tried,
    total: Compared | None,
) -> Compared:
    """Compare filed levels. Beside a filed total that is right, a level that is not is a wrong level."""
    given = {supposed: results[name] for supposed, results in tried}
    unchecked = _uncheckable(plain, given, wrong)
    found = _sorted_out(name, filed, plain, wrong, filed == plain, unchecked)
    rest = np.ones(len(filed), dtype=bool)
    if total is not None:
        right = total.follows & ~np.isnan(plain)
        filed_level = level_of(it, name, sheet, total.filed)
        from_total = ~right & total.readable & (filed == filed_level)
        rest = ~right & ~from_total
        found.ways += [Way("wrong_band", "level", right, right), Way("from_total", "level", from_total, from_total)]
        found.ways += _other_tables(it, name, sheet, total.filed, filed, right)
    found.ways += [
        _way(supposed, filed, value, plain, rest & _open(supposed, wrong), np.equal)
        for supposed, value in given.items()
    ]
    return found


def with_versions(it: Instrument, found: Compared, wrong: Rows, others: Mapping[str, Floats]) -> Compared:
    """Add, as another version, the other results over the same items that are just what was filed."""
    same = _same(it, found.name)
    for other in other_scores(it, found.name):
        value = others[other]
        explains = same(found.filed, value) & ~np.isnan(found.plain) & ~found.named("from_total") & ~wrong
        found.ways.append(Way("other_coding", f"score {other}", explains, ~same(value, found.plain)))
    return found


def _sorted_out(name: str, filed: Floats, plain: Floats, wrong: Rows, same: Rows, unchecked: Rows) -> Compared:
    readable = ~np.isnan(filed) & (filed != UNREADABLE)
    follows = readable & same & ~wrong
    unchecked = readable & unchecked & ~wrong
    differs = readable & ~follows & ~unchecked
    return Compared(name, filed, plain, follows, np.zeros(len(filed), dtype=bool), unchecked, differs)


def _uncheckable(plain: Floats, given: Mapping[Supposed, Floats], wrong: Rows) -> Rows:
    """No result, and not because of blanks: the context that names the norm is not there, or the file has no level."""
    filled = [np.isnan(value) for supposed, value in given.items() if supposed.cause == "blank_as_zero"]
    return np.isnan(plain) & np.all(filled, axis=0) & ~wrong


def _open(supposed: Supposed, wrong: Rows) -> Rows:
    """Answers that the form does not know can only be read in another coding."""
    return ~wrong | supposed.reads_anew


def _slips(it: Instrument, name: str, filed: Floats, plain: Floats) -> Iterator[Way]:
    """Off by a point or two, or digits swapped. The points of a mean are those of its sum."""
    score = it.scores[name]
    mean = score.rule == "mean"
    off, most = np.abs(filed - plain), SLIP / max(len(score.of), 1) + 0.005 if mean else SLIP + 1e-9
    never = np.zeros(len(filed), dtype=bool)
    yield Way("arithmetic", "off", (off > 1e-9) & (off <= most), never)
    tens, ones = np.divmod(plain, 10)
    two = (plain == np.round(plain)) & (plain >= 10) & (plain < 100)
    yield Way("arithmetic", "swapped", two & (tens != ones) & (filed == 10 * ones + tens), never)


def _other_tables(it: Instrument, name: str, sheet: Sheet, totals: Floats, filed: Floats, right: Rows) -> Iterator[Way]:
    """The level that the total has in the table of another norm group."""
    band = it.bands[name]
    for path in band.tables() if band.by else ():
        level = level_of(it, name, sheet, totals, path)
        yield Way("other_coding", f"norm {' '.join(path)}", right & (filed == level), right)


def settled(it: Instrument, found: Compared, wrong: Rows) -> Compared:
    """Say of the forms that nothing explains what they are: not scorable, not readable, impossible, not to be told."""
    blank = np.isnan(found.plain) & ~wrong
    never = np.zeros(len(blank), dtype=bool)
    counted = found.named("blank_as_zero") | found.named("from_total")
    found.ways.append(Way("not_scorable", "blanks", blank & ~counted, never))
    told = np.any([found.named(cause) for cause in CAUSES], axis=0)
    found.ways.append(Way("illegal", "answers", wrong & ~told, never))
    ends = reach(it, found.name) if found.name in it.scores else None
    beyond = ~wrong & ~told & ((found.filed < ends[0]) | (found.filed > ends[1])) if ends else never
    found.ways.append(Way("impossible", "", beyond, never))
    found.ways.append(Way("cannot_tell", "", ~wrong & ~told & ~beyond, never))
    return found
