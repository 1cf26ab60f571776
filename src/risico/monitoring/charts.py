"""Control charts: what a process does by itself, and when something else was going on. No colours, no targets.

A month that is worse than the one before is no news: months differ. The limits say how much they differ by
themselves; a point beyond them, or a pattern that chance seldom makes, is worth asking about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.monitoring._inputs import LONGEST, Array, labels, numbers
from risico.numbers.charts import (
    Limits,
    beyond,
    laney_limits,
    near,
    season_removed,
    shifts,
    trends,
    xmr_limits,
)

WHEELER = "Wheeler (1993)"
LANEY = "Laney (2002)"
RULES_OF = "NHS England, Making Data Count (runs of seven, as NHSRplotthedots)"
RULES: tuple[str, ...] = ("beyond_limits", "shift", "trend", "near_limits")
FEWEST, PROVISIONAL, EARLIER_YEARS = 6, 12, 2
EXACT = 1e-9  # a mean share that is only rounding
SEASON_STAYS = "fewer than three whole years: the season is not removed, and what returns each year can look special"
FIRST_YEARS = "of the first two years the season cannot be removed: that takes two earlier years"

Kind = Literal["count", "share", "value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values in order of time, (k,) each: `stage` counts the declared steps, `kept` says which take part."""

    periods: tuple[str, ...]
    values: Array
    n: Array | None
    kind: Kind
    stage: NDArray[np.intp]
    kept: NDArray[np.bool_]
    season: bool
    caution: str | None = field(default=None)


def xmr(
    values: ArrayLike,
    period: Sequence[str],
    *,
    kind: Kind,
    of: ArrayLike | None = None,
    season: int | None = None,
    steps: Sequence[str] = (),
) -> Estimates:
    """Return the XmR chart of one value per period: mean ± 2.66 mean moving ranges, and what stands out.

    `values` (k,) in order of time, blank where not known; `period` (k,) their names, which must sort (2025-01,
    2025-02 …); `kind` is count (of families or reports), share, or value (anything else); `of` (k,) on how many each
    share or value rests. `season` is the number of periods in a year: then what its place in the year explained in
    earlier years is taken from each value; that takes three years. `steps` are the periods from which limits are
    computed anew, because something was changed on purpose then: declare them with their reason, beforehand.

    Estimates, with `by` the period: `measured` (or `measured_without_season`), `expected` with the limits as its low
    and high; with `by` the rule: `signals`, on how many periods it stands; and each `signal` with its side, from and
    to. The rules are those of Making Data Count: a value beyond a limit; seven in a row on one side of the mean; seven
    in a row that keep rising or falling; two of three in a row on one side in the outer third.
    In 36 periods in which nothing changes one of these rules is seen in about one chart of four: ask, do not act.

    Raises UsageError for periods out of order or twice, more than 200, and a step that is no period.

    >>> chart = xmr([5, 6, 4, 5, 9, 5, 4, 9, 6, 5, 8, 20], [f"2025-{m:02}" for m in range(1, 13)], kind="count")
    >>> [(dict(e.by), e.value) for e in chart if e.name == "signal"]
    [({'rule': 'beyond_limits', 'side': 'above', 'from': '2025-12', 'to': '2025-12'}, 1.0)]
    """
    series = _series(values, period, kind, of, season, steps)
    return _chart(series, "XmR: mean ± 2.66 mean moving ranges", WHEELER)


def p_prime(
    count: ArrayLike, of: ArrayLike, period: Sequence[str], *, season: int | None = None, steps: Sequence[str] = ()
) -> Estimates:
    """Return the p' chart of shares with large or unequal denominators: limits wider in a period with fewer.

    `count` (k,) of `of` (k,) in each `period`; the rest as in `xmr`. An ordinary p chart of thousands calls every
    period special; p' also counts how much shares differ from period to period by themselves (Laney 2002).

    >>> chart = p_prime([120, 130, 110, 125, 118, 122], [1000] * 6, [f"2025-{m:02}" for m in range(1, 7)])
    >>> chart.where(period="2025-01")["expected"]
    expected · 2025-01 0.1208 [0.09105, 0.1506], n = 1000 (limits on fewer than 12 periods are provisional)
    """
    counts, whole = numbers("count", count), numbers("of", of)
    if len(counts) != len(whole) or np.isnan(whole).any() or (whole <= 0).any():
        raise UsageError("of: the number of which each count is a part, above 0, one for each count.")
    if (counts < 0).any() or (counts > whole).any():
        raise UsageError("count: lies between 0 and the number that it is a part of.")
    series = _series(counts / whole, period, "share", whole, season, steps)
    return _chart(series, "p': binomial limits times the spread from period to period", LANEY)


def _series(
    values: ArrayLike, period: Sequence[str], kind: Kind, of: ArrayLike | None, season: int | None, steps: Sequence[str]
) -> Series:
    found = numbers("values", values)
    names = labels("period", period, len(found)).tolist()
    if names != sorted(set(names)):
        raise UsageError("period: must be in order and each once. Write them so that they sort: 2025-01, 2025-02.")
    if len(names) > LONGEST:
        raise UsageError(f"period: {len(names)} periods are more than {LONGEST}. Take longer periods.")
    if (kind == "count") != (of is None):
        raise UsageError("of: on how many each share or value rests; a count has none.")
    if strange := [step for step in steps if step not in names[1:]]:
        raise UsageError(f"steps: {', '.join(strange)} is no period after the first one.")
    if season is not None and season < 2:
        raise UsageError("season: the number of periods in a year, 12 for months and 4 for quarters.")
    kept, caution = ~np.isnan(found), None
    removed = season is not None and len(found) >= (EARLIER_YEARS + 1) * season and bool(kept.all())
    if season is not None and removed:
        found = season_removed(found, season, EARLIER_YEARS)
        kept = ~np.isnan(found)
    elif season is not None:
        caution = SEASON_STAYS
    return Series(
        periods=tuple(names),
        values=found,
        n=None if of is None else numbers("of", of, len(found)),
        kind=kind,
        stage=np.isin(names, list(steps)).cumsum().astype(np.intp),
        kept=kept,
        season=removed,
        caution=caution,
    )


def _chart(series: Series, method: str, source: str) -> Estimates:
    found: list[Estimate] = list(_measured(series))
    signals: list[Estimate] = []
    marked = dict.fromkeys(RULES, 0)
    for stage in np.unique(series.stage[series.kept]):
        here = np.flatnonzero(series.kept & (series.stage == stage))
        limits = _limits(series, here, source == LANEY)
        found += _expected(series, here, limits, method, source)
        if not isinstance(limits, str):
            for rule, flags in _patterns(series.values[here], limits).items():
                marked[rule] += int((flags != 0).sum())
                signals += _signals(rule, flags, [series.periods[i] for i in here])
    any_limits = any(e.name == "expected" and e.value is not None for e in found)
    for rule, number in marked.items():
        value = float(number) if any_limits else None
        why = None if any_limits else f"fewer than {FEWEST} periods, or all the same: there are no limits yet"
        told = "number of periods that the rule marks"
        found.append(Estimate(name="signals", value=value, method=told, source=RULES_OF, by={"rule": rule}, why=why))
    return Estimates([*found, *signals])


def _measured(series: Series) -> Iterator[Estimate]:
    name = "measured_without_season" if series.season else "measured"
    method = f"{series.kind} of the period" + (", less what its season explained in earlier years" * series.season)
    for i, label in enumerate(series.periods):
        value = None if np.isnan(series.values[i]) else float(series.values[i])
        why = None if value is not None else FIRST_YEARS if series.season else "not known in this period"
        n = None if series.n is None else round(float(series.n[i]))
        by = {"period": label}
        yield Estimate(name=name, value=value, n=n, method=method, by=by, at=float(i), why=why)


def _limits(series: Series, here: NDArray[np.intp], laney: bool) -> Limits | str:
    values = series.values[here]
    few = f"fewer than {FEWEST} periods: there are no limits yet"
    none = "the same in every period, so nothing says how much periods differ"
    if len(here) < FEWEST or np.ptp(values) == 0:
        return few if len(here) < FEWEST else none
    if not laney or series.n is None:
        return xmr_limits(values)
    of = series.n[here]
    if not EXACT < values @ of / of.sum() < 1 - EXACT:
        return "without the season the shares average none or all, so they have no binomial limits"
    return laney_limits(values, of)


def _expected(
    series: Series, here: NDArray[np.intp], limits: Limits | str, method: str, source: str
) -> Iterator[Estimate]:
    caution = f"limits on fewer than {PROVISIONAL} periods are provisional"
    caution = caution if len(here) < PROVISIONAL else series.caution
    for k, i in enumerate(here):
        by, n = {"period": series.periods[i]}, None if series.n is None else round(float(series.n[i]))
        if isinstance(limits, str):
            yield Estimate(name="expected", n=n, method=method, source=source, by=by, at=float(i), why=limits)
            continue
        centre, low, high = (float(side[k]) for side in limits)
        yield Estimate(
            name="expected", value=centre, low=low, high=high, n=n, method=method, source=source, by=by, at=float(i),
            why=caution,
        )  # fmt: skip


def _patterns(values: Array, limits: Limits) -> dict[str, NDArray[np.int8]]:
    found = (beyond(values, limits), shifts(values, limits[0]), trends(values), near(values, limits))
    return dict(zip(RULES, found, strict=True))


def _signals(rule: str, flags: NDArray[np.int8], periods: list[str]) -> Iterator[Estimate]:
    """Yield one Estimate for each stretch of periods that a rule marks on one side."""
    edges = np.flatnonzero(np.diff(flags, prepend=np.int8(2), append=np.int8(2)))
    for first, after in pairwise(edges.tolist()):
        if flags[first]:
            side = "above" if flags[first] > 0 else "below"
            by = {"rule": rule, "side": side, "from": periods[first], "to": periods[after - 1]}
            value = float(after - first)
            yield Estimate(name="signal", value=value, method="number of periods in a row", source=RULES_OF, by=by)
