"""The area under the ROC curve: does a form with the outcome have the higher score?"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import intervals, roc
from risico.validity.levels import Levels, check_number, happened, known, levels, one_sided, totals

Array = NDArray[np.float64]

DELONG = "DeLong et al. (1988)"
APART = "the scores with and without the outcome do not overlap, or all are equal, so there is no interval"
LONELY = "one form with, or one without the outcome: no interval"


def auc(forms: Any, score: str, outcome: str, *, cluster: str | None = None, confidence: float = 0.95) -> Estimates:
    """Chance that a form with the outcome has the higher score of two, ties counting half; interval of DeLong.

    `forms` is any frame, a mapping from column to values, or Counts. The score is numeric, or Boolean. An area below .5
    says that low scores go with the outcome; nothing is turned round. With `cluster`, a column such as the team or
    region, the interval holds where forms of one cluster resemble each other (Obuchowski 1997, with Student's t on the
    clusters less one). Returns one Estimate, `auc`. DeLong, DeLong and Clarke-Pearson (1988).

    >>> auc({"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}, "total", "again")["auc"]
    auc 0.75 [0.26, 1], n = 6
    """
    if cluster is not None:
        return Estimates([_clustered(forms, score, outcome, cluster, confidence)])
    table = levels(forms, score, outcome, confidence)
    check_number(table.values, score)
    if (why := one_sided(table.events, table.others)) is not None:
        return Estimates([Estimate(name="auc", why=why)])
    value, se = roc.auc(positives=table.events, negatives=table.others)
    method = f"area under the ROC curve, DeLong interval{table.left}"
    return Estimates([_area(Area("auc", value, se, None, table.n, method, DELONG), confidence)])


class Area(NamedTuple):
    """An area before it has its interval; `df` is None for a normal one."""

    name: str
    value: float
    se: float
    df: int | None
    n: int
    method: str
    source: str


def _area(it: Area, confidence: float, lonely: str = LONELY, by: dict[str, str] | None = None) -> Estimate:
    plain: dict[str, Any] = {"name": it.name, "value": it.value, "n": it.n, "method": it.method, "source": it.source}
    plain["by"] = by or {}
    if not math.isfinite(it.se):
        return Estimate(**plain, why=lonely)
    if it.se == 0:
        return Estimate(**plain, why=APART)
    if it.df is None:
        low, high = intervals.normal(value=it.value, se=it.se, confidence=confidence)
    else:
        low, high = intervals.student(value=it.value, se=it.se, df=it.df, confidence=confidence)
    return Estimate(**plain, low=max(low, 0.0), high=min(high, 1.0), confidence=confidence, se=it.se)


def _clustered(forms: Any, score: str, outcome: str, cluster: str, confidence: float) -> Estimate:
    counts, left = known(forms, [score, outcome, cluster], outcome, confidence, f"score, outcome or {cluster}")
    check_number(counts.column(score), score)
    events, others = happened(counts, outcome)
    if (why := one_sided(events, others)) is not None:
        return Estimate(name="auc", why=why)
    V10, V01 = _placed(counts.column(score), events, others)
    groups = np.unique(counts.column(cluster), return_inverse=True)[1]
    se = roc.clustered_error(V10=V10, V01=V01, events=events, others=others, cluster=groups)
    method = f"area under the ROC curve, interval for forms within {cluster} that resemble each other{left}"
    value, source = float(events @ V10 / events.sum()), "Obuchowski (1997)"
    lonely = "no interval: fewer than two clusters have the outcome, or have forms without it"
    return _area(Area("auc", value, se, int(groups.max()), counts.n, method, source), confidence, lonely)


def _placed(score: NDArray[Any], events: Array, others: Array) -> tuple[Array, Array]:
    """Placements of each row of the counts, shape (rows,) twice."""
    values, place = np.unique(score, return_inverse=True)
    positives, negatives = (totals(place, part, len(values)) for part in (events, others))
    V10, V01 = roc.placements(positives=positives, negatives=negatives)
    return V10[place], V01[place]


def auc_bootstrap(
    forms: Any, score: str, outcome: str, *, seed: int, redraws: int = 2000, confidence: float = 0.95
) -> Estimates:
    """The area with a percentile interval, forms with and forms without the outcome being redrawn apart.

    For who asks for a bootstrap; DeLong's interval in `auc` needs no luck and is what to report. The same seed gives
    the same numbers. Only the counts per score are redrawn, so the number of forms does not matter. Returns one
    Estimate, `auc_bootstrap`. Efron (1979).

    >>> auc_bootstrap({"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}, "total", "again", seed=1)[0].value
    0.75
    """
    table = levels(forms, score, outcome, confidence)
    check_number(table.values, score)
    check_redraws(redraws)
    if (why := one_sided(table.events, table.others)) is not None:
        return Estimates([Estimate(name="auc_bootstrap", why=why)])
    drawn = redrawn(table, seed, redraws)
    areas = roc.areas(positives=drawn[0], negatives=drawn[1])
    value = roc.auc(positives=table.events, negatives=table.others)[0]
    method = f"area under the ROC curve, percentile interval of {redraws} redraws within outcome{table.left}"
    return Estimates([redrawn_estimate("auc_bootstrap", value, areas, table.n, method, "Efron (1979)", confidence)])


def check_redraws(redraws: int) -> None:
    """Raise UsageError for too few redraws to read an interval from."""
    if redraws < 100:
        raise UsageError(f"{redraws} redraws are too few to read an interval from. Take 2000, or at least 100.")


def redrawn(table: Levels, seed: int, redraws: int) -> tuple[Array, Array]:
    """Return redrawn forms with and without the outcome per level, shape (redraws, levels) twice."""
    rng = np.random.default_rng(seed)
    return roc.redrawn(positives=table.events, negatives=table.others, redraws=redraws, rng=rng)


def redrawn_estimate(
    name: str, value: float, found: Array, n: int, method: str, source: str, confidence: float
) -> Estimate:
    """Return a value with its percentile interval among what was found on redrawn forms."""
    se = float(found.std(ddof=1))
    if se < 1e-12:
        return Estimate(name=name, value=value, n=n, method=method, source=source, why=APART)
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(
        name=name,
        value=value,
        low=float(low),
        high=float(high),
        confidence=confidence,
        se=se,
        n=n,
        method=method,
        source=source,
    )


def compare_auc(forms: Any, first: str, second: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """Does one score tell the outcome apart better than another, on the same forms?

    Returns `auc` of each with `by={"score": …}`, `auc_difference` (first less second) with its interval and
    `auc_difference_p`, the two-sided test that both areas are equal; all on the forms that have both scores. A
    difference between scores that were chosen for it on the same forms is too large. DeLong et al. (1988).

    >>> forms = {"a": [1, 4, 6, 8, 9, 3, 2, 5], "b": [2, 1, 5, 4, 3, 6, 1, 2], "again": [0, 0, 1, 1, 0, 0, 0, 1]}
    >>> compare_auc(forms, "a", "b", "again")["auc_difference"]
    auc_difference 0.1 [-0.4582, 0.6582], n = 8
    """
    counts, left = known(forms, [first, second, outcome], outcome, confidence, "both scores and outcome")
    for name in (first, second):
        check_number(counts.column(name), name)
    events, others = happened(counts, outcome)
    names = ("auc_difference", "auc_difference_p")
    why = one_sided(events, others)
    why = LONELY if why is None and min(events.sum(), others.sum()) < 2 else why
    if why is not None:
        return Estimates(Estimate(name=name, why=why) for name in ("auc", *names))
    sides = [_placed(counts.column(name), events, others) for name in (first, second)]
    V10, V01 = (np.column_stack([side[i] for side in sides]) for i in (0, 1))
    areas, covariance = roc.covariance(V10=V10, V01=V01, events=events, others=others)
    se = math.sqrt(max(float(np.array([1, -1]) @ covariance @ np.array([1, -1])), 0.0))
    method = f"area under the ROC curve, DeLong interval{left}"
    each = [
        _area(Area("auc", float(a), float(s), None, counts.n, method, DELONG), confidence, by={"score": name})
        for name, a, s in zip((first, second), areas, np.sqrt(np.diag(covariance)), strict=True)
    ]
    return Estimates([*each, *_difference(float(areas[0] - areas[1]), se, (first, second), counts.n, left, confidence)])


def _difference(
    value: float, se: float, names: tuple[str, str], n: int, left: str, confidence: float
) -> list[Estimate]:
    method = f"area of {names[0]} less area of {names[1]} on the same forms, DeLong{left}"
    if se < 1e-12:
        why = "both scores order the forms alike, or perfectly, so there is no spread"
        plain: dict[str, Any] = {"n": n, "method": method, "source": DELONG, "why": why}
        return [Estimate(name="auc_difference", value=value, **plain), Estimate(name="auc_difference_p", why=why)]
    low, high = intervals.normal(value=value, se=se, confidence=confidence)
    p = 2 * float(special.ndtr(-abs(value) / se))
    test = f"two-sided test that both areas are equal, DeLong{left}"
    return [
        Estimate(
            name="auc_difference",
            value=value,
            low=low,
            high=high,
            confidence=confidence,
            se=se,
            n=n,
            method=method,
            source=DELONG,
        ),
        Estimate(name="auc_difference_p", value=p, n=n, method=test, source=DELONG),
    ]
