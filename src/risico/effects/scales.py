"""The effect of an offer on other scales: ratios of risks and rates, and levels that run from good to bad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risico.effects._inputs import (
    MINIMUM,
    Array,
    Clusters,
    Rows,
    read_arm,
    read_clusters,
    read_outcome,
    too_few,
)
from risico.effects._intervals import SETTLED, t_estimate, t_quantile
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import cr2, degrees, design
from risico.numbers.log_linear import log_linear
from risico.numbers.ranks import below_and_above, jackknife

ZOU = "Zou (2004); Bell & McCaffrey (2002)"
QUASI = "Gourieroux, Monfort & Trognon (1984); Bell & McCaffrey (2002)"
MANN = "Mann & Whitney (1947); DeLong et al. (1988); Bell & McCaffrey (2002)"
MCCULLAGH = "McCullagh (1980); Bell & McCaffrey (2002)"
NONE_HAD_IT = "nobody in an arm had it, so there is no ratio"
ONE_LEVEL = "everybody is at the same level"
NO_ODDS = "the arms overlap too little for a finite odds ratio, or do so once one cluster is left out"
ARMS = ("comparison", "assigned")
NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arms:
    """An outcome `y` by arm `z`, all known."""

    y: Array
    z: Array
    clusters: Clusters
    confidence: float
    minimum: int

    @property
    def n(self) -> int:
        return len(self.z)

    @property
    def few(self) -> str | None:
        """Why the arms cannot be compared, or None."""
        return too_few(self.z, self.clusters, self.minimum)


def ratio(
    *,
    outcome: ArrayLike,
    assigned: ArrayLike,
    followed: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return how many times as often it is so, or how many times as many there are, with the offer as without it.

    `outcome` is 0 or 1, then the estimate is `risk_ratio`; or a count, then it is `rate_ratio`, per day that was
    `followed` when those are given. Blank where not known; `assigned` is the lot (0, 1). The estimand is the ratio of
    the means of both arms (intention to treat). The spread of the counts is free and zeros are as good as any number.

    The errors are CR2 with Satterthwaite's degrees of freedom, on the log scale; `se` is that of the ratio itself.
    Raises Refused when there is neither a cluster nor a reason why, UsageError for what is neither yes nor count.

    >>> had = [1, 0, 0, 0, 1, 1, 0, 0] * 5
    >>> ratio(outcome=had, assigned=[0, 0, 0, 0, 1, 1, 1, 1] * 5, why_no_cluster="drawn per family")["risk_ratio"]
    risk_ratio 2 [0.7873, 5.08], n = 40
    """
    check_confidence(confidence)
    z = read_arm("assigned", assigned)
    y, days = read_outcome(outcome, len(z)), np.ones(len(z))
    if followed is not None:
        days = read_outcome(followed, len(z), name="followed")
    known = ~np.isnan(y) & (np.nan_to_num(days) > 0)
    if (y[known] < 0).any():
        raise UsageError("outcome: below 0 for some families. A ratio is of yes or no (1, 0), or of counts.")
    clusters = read_clusters(cluster, why_no_cluster, len(z)).take(known)
    arms = _Arms(y=y[known], z=z[known], clusters=clusters, confidence=confidence, minimum=minimum)
    yes = bool(np.isin(arms.y, (0.0, 1.0)).all()) and followed is None
    return Estimates([_ratio(arms, days[known], "risk_ratio" if yes else "rate_ratio")])


def _ratio(arms: _Arms, days: Array, name: str) -> Estimate:
    scale = "risk ratio, Poisson working model" if name == "risk_ratio" else "rate ratio, quasi-Poisson"
    method, source = f"intention to treat, {scale}, {arms.clusters.words}", ZOU if name == "risk_ratio" else QUASI
    few = arms.few
    why = few or (NONE_HAD_IT if min(arms.y[arms.z == arm].sum() for arm in (0, 1)) == 0 else None)
    if why:
        return Estimate(name=name, n=arms.n, method=method, source=source, why=why)
    X = np.column_stack([np.ones(arms.n), arms.z])
    fitted = log_linear(y=arms.y, X=X, followed=days, cluster=arms.clusters.index)
    se, df = float(cr2(fitted.of, fitted.residuals)[1, 1]) ** 0.5, degrees(fitted.of, np.eye(2)[[1]])
    if df == 0:
        return Estimate(name=name, n=arms.n, method=method, source=source, why=SETTLED)
    method = f"{method}, t with {df:.1f} degrees of freedom on the log scale"
    return _times(arms, name, float(fitted.beta[1]), se, t_quantile(_tail(arms), df), method, source)


def _times(arms: _Arms, name: str, log: float, se: float, t: float, method: str, source: str) -> Estimate:
    """Return the Estimate of a ratio from its logarithm."""
    return Estimate(
        name=name,
        value=exp(log),
        low=exp(log - t * se),
        high=exp(log + t * se),
        confidence=arms.confidence,
        se=exp(log) * se,
        n=arms.n,
        method=method,
        source=source,
    )


def _tail(arms: _Arms) -> float:
    return (1 - arms.confidence) / 2


def ordered(
    *,
    level: ArrayLike,
    assigned: ArrayLike,
    levels: Sequence[str],
    start: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return who came from which level to which, and what the offer did to levels that run from good to bad.

    `level` is the place (0, 1, …) of each in `levels`, blank where not known; `start` the same before the lot.

    Estimates: `transition`, a count by arm, level at the start and level now; then over everybody in both arms
    (intention to treat) `chance_worse` and `chance_better`, how often one who was offered the help ends worse, or
    better, than one who was not, and `chance_balance`, better less worse (0 when nothing differs): these ask nothing
    of the levels but their order. `odds_ratio_ordered` does: how many times the odds of a worse level are multiplied,
    taken to be the same at each step (proportional odds).

    The chances have CR2 errors of placements (without clusters those of DeLong), the odds ratio those of leaving out
    one cluster at a time, with Student's t of one fewer than there are clusters.
    Raises Refused when there is neither a cluster nor a reason why, UsageError for a level that is not there.

    >>> told = {"levels": ("none", "below", "serious"), "why_no_cluster": "drawn per family"}
    >>> found = ordered(level=[0, 1, 2, 2, 0, 0, 1, 2] * 5, assigned=[0, 0, 0, 0, 1, 1, 1, 1] * 5, **told)
    >>> [(e.name, round(e.value, 3)) for e in found if e.name.startswith("chance")]
    [('chance_worse', 0.188), ('chance_better', 0.5), ('chance_balance', 0.312)]
    """
    check_confidence(confidence)
    z = read_arm("assigned", assigned)
    now, before = read_outcome(level, len(z), name="level"), read_outcome(start, len(z), name="start")
    for values in (now, before):
        if not np.isin(values[~np.isnan(values)], np.arange(len(levels))).all():
            raise UsageError(f"level: must be the place of a level, 0 to {len(levels) - 1}, or blank.")
    known = ~np.isnan(now)
    clusters = read_clusters(cluster, why_no_cluster, len(z)).take(known)
    arms = _Arms(y=now[known], z=z[known], clusters=clusters, confidence=confidence, minimum=minimum)
    moves = _transitions(arms, before[known], tuple(levels)) if start is not None else []
    return Estimates([*moves, *_chances(arms), _odds(arms)])


def _transitions(arms: _Arms, before: Array, levels: tuple[str, ...]) -> list[Estimate]:
    """Count who came from which level to which; who was not known at the start is a row of their own."""
    found: list[Estimate] = []
    starts: list[tuple[str, Rows]] = [(name, before == place) for place, name in enumerate(levels)]
    starts.append((NOT_KNOWN, np.isnan(before)))
    for arm in (1, 0):
        for start, rows in starts:
            mine = rows & (arms.z == arm)
            whole = int(mine.sum())
            for place, name in enumerate(levels if whole else ()):
                count, by = float((arms.y[mine] == place).sum()), {"arm": ARMS[arm], "start": start, "now": name}
                found.append(Estimate(name="transition", value=count, n=whole, method="count of families", by=by))
    return found


def _chances(arms: _Arms) -> list[Estimate]:
    """Return how often one of the offered ends worse, or better, than one of the others."""
    names, method = ("chance_worse", "chance_better", "chance_balance"), f"intention to treat, {arms.clusters.words}"
    why = arms.few or (ONE_LEVEL if np.ptp(arms.y) == 0 else None)
    if why:
        return [Estimate(name=name, n=arms.n, method=method, source=MANN, why=why) for name in names]
    better, worse = np.empty(arms.n), np.empty(arms.n)
    one, two = arms.z == 1, arms.z == 0
    better[one], worse[one] = below_and_above(arms.y[one], arms.y[two])
    worse[two], better[two] = below_and_above(arms.y[two], arms.y[one])
    kinds = {
        "chance_worse": (worse, "chance to end worse than one without the offer"),
        "chance_better": (better, "chance to end better than one without the offer"),
        "chance_balance": (better - worse, "chance to end better less chance to end worse than one without the offer"),
    }
    return [_chance(arms, name, values, f"{words}, {method}") for name, (values, words) in kinds.items()]


def _chance(arms: _Arms, name: str, placements: Array, method: str) -> Estimate:
    """Return the mean of placements: its error is that of both arms together, each about the same mean."""
    X = np.column_stack([arms.z == 0, arms.z == 1]).astype(float)
    of, value = design(X=X, cluster=arms.clusters.index), float(placements[arms.z == 1].mean())
    both = np.ones((1, 2))
    variance = float((both @ cr2(of, placements - value) @ both.T)[0, 0])
    found = t_estimate(
        name=name,
        value=value,
        se=variance**0.5,
        df=degrees(of, both),
        n=arms.n,
        confidence=arms.confidence,
        method=method,
        source=MANN,
    )
    return _within(found, -1.0 if name == "chance_balance" else 0.0)


def _within(found: Estimate, least: float) -> Estimate:
    """Return a chance whose interval does not leave what a chance can be."""
    if found.low is None or found.high is None:
        return found
    return replace(found, low=max(found.low, least), high=min(found.high, 1.0))


def _odds(arms: _Arms) -> Estimate:
    name, groups = "odds_ratio_ordered", arms.n if arms.clusters.index is None else int(arms.clusters.index.max()) + 1
    kind = "one left out at a time" if arms.clusters.index is None else f"one of {groups} clusters left out at a time"
    method = (
        f"intention to treat, odds of a worse level, proportional odds, {kind}, t with {groups - 1} degrees of freedom"
    )
    why = arms.few or (ONE_LEVEL if np.ptp(arms.y) == 0 else None)
    found = None if why else jackknife(*_cells(arms))
    if found is None:
        return Estimate(name=name, n=arms.n, method=method, source=MCCULLAGH, why=why or NO_ODDS)
    return _times(arms, name, *found, t_quantile(_tail(arms), groups - 1), method, MCCULLAGH)


def _cells(arms: _Arms) -> tuple[Array, NDArray[np.int64], Array, Array]:
    """Return how often each pair of level and arm occurs in each kind of cluster, the pairs, and how many of each."""
    pairs, place = np.unique(np.column_stack([arms.y, arms.z]), axis=0, return_inverse=True)
    row = np.arange(arms.n) if arms.clusters.index is None else arms.clusters.index
    table = np.zeros((int(row.max()) + 1, len(pairs)))
    np.add.at(table, (row, place.ravel()), 1.0)
    kinds, number = np.unique(table, axis=0, return_counts=True)
    return kinds, pairs[:, 0].astype(np.int64), pairs[:, 1], number.astype(float)
