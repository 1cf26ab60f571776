"""Difference in differences where units (teams, regions) began with a help at different moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risico.effects._inputs import Array, Index, read_outcome, read_profile
from risico.effects._intervals import t_estimate
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import number_clusters
from risico.numbers.staggered import LEAST, Cell, cells, overall_weights, together

SOURCE = "Callaway & Sant'Anna (2021)"
FEW_UNITS = 10  # with the help, or without it, below which an interval leans on few
NO_BEFORE = "no unit has a period before its start"
NO_OTHERS = f"in no period after a start were {LEAST} units on either side: with the help, and still without it"


@dataclass(frozen=True, slots=True)
class _Panel:
    """Outcome Y, shape (units, periods), the start of each unit by the number of its period, and its cluster."""

    Y: Array
    start: Array
    cluster: Index
    periods: list[str]
    left_out: str
    confidence: float


def staggered(
    *,
    unit: ArrayLike,
    period: ArrayLike,
    outcome: ArrayLike,
    start: ArrayLike,
    cluster: ArrayLike | None = None,
    anticipation: int = 0,
    confidence: float = 0.95,
) -> Estimates:
    """Return what a help did that units began with at different moments; one row per unit and period.

    `unit` is a team, region or school; `period` a number or a date in text that sorts (2024-03); `start` the period in
    which the unit began, the same in each of its rows, blank for never. `anticipation` is how many periods before its
    start a unit may already have changed; name it when the start was announced. `cluster`, above the unit, where units
    share what happens to them.

    Each start is compared with units that had not begun by then, on the change since the last period before it. That
    supposes that without the help both would have changed alike; that cannot be seen. Estimates: `staggered_att`,
    starts weighted by their units and the periods of each alike; `effect_since_start` by periods since the start (below
    0: before it, where nothing should be found); `group_time_effect` per start and period; `pre_trend_p`, a test that
    nothing was there before; a high p is no proof, most series are too short to find much.

    No two-way fixed effects: they set late starters against early ones, and can be wrong in sign when help needs time.

    Errors are clustered by unit, HC2 per comparison of two means (clustered above: with the factor G / (G - 1)), and
    Student's t has as many degrees of freedom as the smaller side has units, less one. Starts with a single unit are
    left out, as are units that had begun by the first period or have a blank; both are said. Callaway & Sant'Anna
    (2021). Raises UsageError for a unit with two rows in a period or two starts, Refused for fewer than 3 periods.

    >>> rows = [(u, t, t + (t >= 3) * 2 * (u < 4) + u % 2, 3 if u < 4 else None) for u in range(8) for t in range(1, 5)]
    >>> unit, period, outcome, start = zip(*rows)
    >>> round(staggered(unit=unit, period=period, outcome=outcome, start=start)["staggered_att"].value, 6)
    2.0
    """
    check_confidence(confidence)
    if anticipation < 0:
        raise UsageError("anticipation: a number of periods, 0 or more.")
    panel = _read(unit, period, outcome, start, cluster, anticipation, confidence)
    found = cells(Y=panel.Y, start=panel.start, ahead=anticipation)
    after = [cell for cell in found if cell.since >= 0]
    if not after:
        none = NO_OTHERS if np.isfinite(panel.start).any() else NO_BEFORE
        names = ("staggered_att", "effect_since_start", "pre_trend_p")
        return Estimates(Estimate(name=name, n=panel.Y.size, source=SOURCE, why=none) for name in names)
    method = "group-time effects with units not yet helped"
    method += f", {anticipation} periods of anticipation" if anticipation else ""
    method += f", left out: units with {panel.left_out}" if panel.left_out else ""
    out = [_estimate(panel, "staggered_att", after, overall_weights(after), f"{method}, mean over starts", {})]
    for since in sorted({cell.since for cell in found}):
        mine = [cell for cell in found if cell.since == since]
        weights = np.array([float(cell.helped) for cell in mine])
        out.append(_estimate(panel, "effect_since_start", mine, weights, method, {"since": f"{since:+d}"}))
    for cell in after:
        by = {"start": panel.periods[cell.start], "period": panel.periods[cell.period]}
        out.append(_estimate(panel, "group_time_effect", [cell], np.ones(1), method, by))
    return Estimates([*out, _pre_trend(panel, [c for c in found if c.since < -anticipation])])


def _read(
    unit: ArrayLike,
    period: ArrayLike,
    outcome: ArrayLike,
    start: ArrayLike,
    cluster: ArrayLike | None,
    ahead: int,
    confidence: float,
) -> _Panel:
    names = np.asarray(unit)
    units, row = np.unique(names.astype(str), return_inverse=True)
    moments = np.asarray(period)
    labels, column = np.unique(moments, return_inverse=True)
    if len(labels) < 3:
        raise Refused(f"period: there are {len(labels)}, and at least 3 are needed: two before a start and one after.")
    if len(set(zip(row.tolist(), column.tolist(), strict=True))) < len(row):
        raise UsageError("unit: some unit has several rows in one period. Give one row for each: a mean, or a rate.")
    Y = np.full((len(units), len(labels)), np.nan)
    Y[row, column] = read_outcome(outcome, len(row))
    begun = _per_unit("start", np.array([_place(s, labels) for s in _plain(start, len(row))]), row, len(units))
    groups = np.arange(len(units))
    if cluster is not None:
        groups = _per_unit("cluster", number_clusters(read_profile(cluster, len(row))).astype(float), row, len(units))
    whole, before = ~np.isnan(Y).any(axis=1), begun > ahead
    kept = whole & before
    sizes = {g: int((begun[kept] == g).sum()) for g in np.unique(begun[kept & np.isfinite(begun)])}
    reasons = (
        ("a blank period", not whole.all()),
        ("no period before the start", bool((whole & ~before).any())),
        ("no other that began in the same period", any(n < LEAST for n in sizes.values())),
    )
    left = " or ".join(reason for reason, is_so in reasons if is_so)
    return _Panel(
        Y[kept], begun[kept], number_clusters(groups[kept]), [str(label) for label in labels], left, confidence
    )


def _plain(start: ArrayLike, n: int) -> list[Any]:
    values = np.asarray(start, dtype=object)
    if values.shape != (n,):
        raise UsageError(f"start: has shape {values.shape}, but there are {n} rows: one value for each is needed.")
    return [None if v is None or v != v or v == "" else v for v in values.tolist()]


def _place(start: Any, labels: NDArray[Any]) -> float:
    """Return the number of the period in which a unit began; infinite for never, or after the last."""
    if start is None:
        return np.inf
    try:
        place = int(np.searchsorted(labels, start))
        inside = place < len(labels) and labels[place] == start
        late = start > labels[-1]
    except TypeError:
        raise UsageError("start: must be written as the periods are: numbers, or dates in text.") from None
    if not inside and not late:
        if place == 0:
            return 0.0
        raise UsageError("start: some start is none of the periods. Give the period in which the help began.")
    return float(place) if inside else np.inf


def _per_unit(name: str, values: Array, row: Index, units: int) -> Array:
    out = np.zeros(units)
    out[row] = values
    if (out[row] != values).any():
        raise UsageError(f"{name}: differs between the rows of some unit. A unit has one.")
    return out


def _error(panel: _Panel, moves: Array) -> Array:
    """Return what each cluster adds to the error: the sum of its units, and the factor for clusters above units."""
    summed = np.bincount(panel.cluster, weights=moves).astype(np.float64)
    G = len(summed)
    return summed if len(moves) == G else summed * (G / (G - 1)) ** 0.5


def _sides(panel: _Panel, chosen: list[Cell]) -> tuple[int, int]:
    """Return how many clusters with the help, and how many others, an effect rests on."""
    helped = np.isin(panel.start, [cell.start for cell in chosen])
    others = np.any([cell.others for cell in chosen], axis=0)
    return len(np.unique(panel.cluster[helped])), len(np.unique(panel.cluster[others]))


def _estimate(
    panel: _Panel, name: str, chosen: list[Cell], weights: Array, method: str, by: Mapping[str, str]
) -> Estimate:
    value, moves = together(chosen, weights)
    summed, sides = _error(panel, moves), _sides(panel, chosen)
    n = panel.Y.size
    if min(sides) < LEAST or not summed.any():
        why = "the units do not differ in how they changed, or share one cluster, so the spread is not known"
        return Estimate(name=name, value=value, n=n, method=method, source=SOURCE, by=by, why=why)
    few = f"fewer than {FEW_UNITS} units on one side: chance and what else happened there weigh heavily"
    return t_estimate(
        name=name,
        value=value,
        se=float(summed @ summed) ** 0.5,
        df=float(min(sides) - 1),
        n=n,
        confidence=panel.confidence,
        method=f"{method}, {sides[0]} clusters that began and {sides[1]} others",
        source=SOURCE,
        by=by,
        why=few if min(sides) < FEW_UNITS else None,
    )


def _pre_trend(panel: _Panel, before: list[Cell]) -> Estimate:
    """Return the p-value of no change before the start, over all leads at once (Hotelling's F over clusters)."""
    from scipy.stats import f

    name, method = "pre_trend_p", "joint test of the changes before the start, F over clusters"
    leads = sorted({cell.since for cell in before})
    if not leads:
        why = "there are no two periods before a start, so the trend before it is not known"
        return Estimate(name=name, n=panel.Y.size, method=method, source=SOURCE, why=why)
    parts = [[cell for cell in before if cell.since == since] for since in leads]
    told = [together(part, np.array([float(cell.helped) for cell in part])) for part in parts]
    U = np.column_stack([_error(panel, moves) for _, moves in told])
    V, gap = U.T @ U, np.array([value for value, _ in told])
    q, G = len(leads), min(_sides(panel, before))
    if q >= G or np.linalg.matrix_rank(V) < q:
        why = "too few units for so many periods before the start, so the trend before it cannot be tested"
        return Estimate(name=name, n=panel.Y.size, method=method, source=SOURCE, why=why)
    F = float(gap @ np.linalg.solve(V, gap)) * (G - q) / (q * (G - 1))
    below = "what was compared already changed otherwise before the start: the effect may be that difference going on"
    p = float(f.sf(F, q, G - q))
    return Estimate(name=name, value=p, n=panel.Y.size, method=method, source=SOURCE, why=below if p < 0.05 else None)
