"""Filed scores held against their own answers: what does not follow, how that may have come about, what it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from risico.audit.causes import CAUSES, Cause, other_scores, supposed
from risico.audit.compare import Compared, Rows, Tried, compare_band, compare_score, settled, with_versions
from risico.audit.results import UNREADABLE, Floats, filed, illegal, kind, level_of, possible, scored
from risico.audit.sheet import Sheet
from risico.errors import UsageError, did_you_mean
from risico.instrument import Instrument, load

KEYS = ("case", "person", "moment", "rater")


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One way of going wrong: in how many of the differing forms it gives what was filed, of how many it would show.

    `shows` is None where there is no saying in which forms it would (a slip of the pen, a wrong level).
    """

    cause: Cause
    which: str
    explains: int
    shows: int | None


@dataclass(frozen=True, kw_only=True)
class Move:
    """Forms whose level changes: from the filed level to the one that follows; `heavier` when that one is worse."""

    band: str
    filed: str | bool | None
    follows: str | bool | None
    n: int
    heavier: bool | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One filed result: `follows + unchecked + differs` is what was filed and could be read."""

    result: str
    column: str
    filed: int
    unreadable: int
    unchecked: int
    follows: int
    rounded: int
    differs: int
    groups: tuple[tuple[tuple[Cause, ...], int], ...]
    """The possible causes together, with the number of forms of which just these are possible; largest first."""
    explanations: tuple[Explanation, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, kw_only=True)
class Recheck:
    """What `recheck` found. `rows()` is for the caller's own file; nothing else here is about one form."""

    it: Instrument
    n: int
    findings: tuple[Finding, ...]
    _sheet: Sheet = field(repr=False)
    _compared: tuple[Compared, ...] = field(repr=False)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dict per filed result that differs: row number (1 is the first form), keys, and what differs."""
        keys = {name: self._sheet.column(name) for name in KEYS if name in self._sheet.values}
        return [
            {"row": place + 1, **{name: cells[place] for name, cells in keys.items()}, **self._row(found, place)}
            for found in self._compared
            for place in np.flatnonzero(found.differs).tolist()
        ]

    def _row(self, found: Compared, place: int) -> dict[str, Any]:
        causes = [cause for cause in CAUSES if found.named(cause)[place]]
        told = {"filed": found.filed[place], "follows": found.plain[place]}
        shown = {key: _text(outcome(self.it, found.name, value)) for key, value in told.items()}
        return {"result": f"{self.it.id}_{found.name}", **shown, "possible_cause": " / ".join(causes)}


def recheck(forms: Any, instrument: str | Path | Instrument, filed_in: Mapping[str, str] | None = None) -> Recheck:
    """Return which filed scores and levels do not follow from the answers they were filed with.

    `filed_in` names the column of each filed result (`{"total": "TOTAL"}`, also as `gad7_total`); without it these are
    `<id>_<score>` and `<id>_<band>` where the frame has them. A cause is named only when scoring in that way gives
    exactly what was filed
    and the rule of the file does not; where several do, all are named. Raises UsageError when nothing was filed.

    >>> import polars as pl
    >>> forms = pl.DataFrame({f"gad7_{i}": [2, 2, 2, None] for i in range(1, 8)} | {"gad7_total": [14, 41, 13, 0]})
    >>> found = recheck(forms, "gad7").findings[0]
    >>> found.follows, found.differs, found.groups
    (1, 3, ((('arithmetic',), 2), (('blank_as_zero',), 1)))
    """
    it = load(instrument)
    columns = _columns(forms, it, filed_in)
    sheet = Sheet.of(forms, (*it.columns(), *it.context, *KEYS, *columns.values()))
    if not set(it.columns()) & set(sheet.values):
        raise UsageError(f"No column belongs to {it.id}: its items are named {it.columns()[0]}, … Use a map (--map).")
    compared = _compared(it, sheet, {name: filed(it, name, sheet, column) for name, column in columns.items()})
    found = tuple(_finding(it, sheet, one, columns[one.name], compared) for one in compared.values())
    return Recheck(it=it, n=sheet.n, findings=found, _sheet=sheet, _compared=tuple(compared.values()))


def _columns(forms: Any, it: Instrument, filed_in: Mapping[str, str] | None) -> dict[str, str]:
    """The results that were filed, scores before bands, each with its column; a sum for research is on no page."""
    results = (*(name for name, entry in it.scores.items() if not entry.research), *it.bands)
    given = filed_in or {name: f"{it.id}_{name}" for name in results}
    there = Sheet.of(forms, given.values()).values
    given = {name if name in results else name.removeprefix(f"{it.id}_"): column for name, column in given.items()}
    for name, column in given.items() if filed_in else ():
        if name not in results:
            raise UsageError(f"{it.id} has no score or level '{name}'.{did_you_mean(name, results)}")
        if column not in there:
            raise UsageError(f"The file has no column '{column}', in which '{name}' would be filed.")
    found = {name: given[name] for name in results if given.get(name) in there}
    if not found:
        raise UsageError(
            f"No filed score of {it.id} was found: no column {it.id}_{results[0] if results else 'total'}. "
            "Say where it stands with --filed total=COLUMN,band=COLUMN."
        )
    return found


def _compared(it: Instrument, sheet: Sheet, filed_: Mapping[str, Floats]) -> dict[str, Compared]:
    forms = sheet.altered(it)
    plain = scored(it, forms, [*filed_, *(other for name in filed_ for other in other_scores(it, name))])
    wrong = illegal(it, forms) | _contradicts(it, forms)
    tried: Tried = [(way, way.results(sheet, tuple(filed_))) for way in supposed(it)]
    found: dict[str, Compared] = {}
    for name, values in filed_.items():
        if name in it.scores:
            one = compare_score(it, name, sheet, values, plain[name], wrong, tried)
        else:
            total = found.get(it.bands[name].of)
            one = compare_band(it, name, sheet, values, plain[name], wrong, tried, total)
        found[name] = settled(it, with_versions(it, one, wrong, plain), wrong)
    return found


def _contradicts(it: Instrument, forms: Any) -> Rows:
    """The forms that the instrument calls illogical: they have no results at all, not even a number of blanks."""
    if not it.refuse:
        return np.zeros(len(forms), dtype=bool)
    return np.isnan(scored(it, forms, ["missing"])["missing"])


def _finding(it: Instrument, sheet: Sheet, one: Compared, column: str, all_: Mapping[str, Compared]) -> Finding:
    sets: Counter[tuple[Cause, ...]] = Counter(
        tuple(cause for cause, here in zip(CAUSES, row, strict=True) if here) for row in _named(one)
    )
    return Finding(
        result=one.name,
        column=column,
        filed=int((~np.isnan(one.filed)).sum()),
        unreadable=int((one.filed == UNREADABLE).sum()),
        unchecked=int(one.unchecked.sum()),
        follows=int(one.follows.sum()),
        rounded=int(one.rounded.sum()),
        differs=int(one.differs.sum()),
        groups=tuple(sorted(sets.items(), key=lambda pair: (-pair[1], pair[0]))),
        explanations=_explanations(one),
        moves=tuple(_moves(it, sheet, one, all_)),
    )


def _named(one: Compared) -> list[list[bool]]:
    return np.column_stack([one.named(cause) for cause in CAUSES])[one.differs].tolist()


def _explanations(one: Compared) -> tuple[Explanation, ...]:
    looked = one.readable & ~one.unchecked
    found: list[Explanation] = []
    for way in one.ways:
        explains, shows = int((way.explains & one.differs).sum()), int((way.shows & looked).sum())
        if explains:
            often = shows if way.cause in _SYSTEMATIC else None
            found.append(Explanation(cause=way.cause, which=way.which, explains=explains, shows=often))
    return tuple(sorted(found, key=lambda told: (-told.explains, CAUSES.index(told.cause))))


_SYSTEMATIC = ("blank_as_zero", "not_reversed", "other_coding")


def _moves(it: Instrument, sheet: Sheet, one: Compared, all_: Mapping[str, Compared]) -> list[Move]:
    """The levels that change: of a filed band itself, and of a filed score those bands that were not filed."""
    if one.name in it.bands:
        return _moved(it, one.name, one.filed, one.plain, one.differs)
    found: list[Move] = []
    for name, band in it.bands.items():
        if band.of == one.name and name not in all_:
            was, now = (level_of(it, name, sheet, totals) for totals in (one.filed, one.plain))
            found += _moved(it, name, was, now, one.differs)
    return found


def _moved(it: Instrument, name: str, was: Floats, now: Floats, rows: Rows) -> list[Move]:
    higher = it.scores[it.bands[name].of].higher_is
    changes = rows & ~((was == now) | (np.isnan(was) & np.isnan(now)))
    pairs = Counter(_ends(before, after) for before, after in zip(was[changes], now[changes], strict=True))
    told: list[Move] = []
    for (before, after), n in pairs.items():
        known = higher != "neutral" and before is not None and after is not None
        up = (after > before) == (higher == "worse") if known else None  # type: ignore[operator]
        ends = {"filed": outcome(it, name, before), "follows": outcome(it, name, after)}
        told.append(Move(band=name, **ends, n=n, heavier=up))
    return sorted(told, key=lambda move: (move.heavier is not True, -move.n, str(move.filed)))


def _ends(before: float, after: float) -> tuple[float | None, float | None]:
    return None if before != before else float(before), None if after != after else float(after)


def outcome(it: Instrument, name: str, value: float | None) -> Any:
    """Return a result as it stands in a column."""
    if value is None or value != value or value == UNREADABLE:
        return None
    if kind(it, name) == "number":
        return int(value) if float(value).is_integer() else value
    return bool(value) if kind(it, name) == "flag" else possible(it, name)[int(value)]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
