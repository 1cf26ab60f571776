"""What a cut-off does: sensitivity, specificity, predictive values and likelihood ratios."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import intervals, ratio
from risico.validity.levels import METHODS, Interval, cut_off, happened, known, levels, share, totals

SIMEL = "Simel et al. (1991)"


class Part(NamedTuple):
    """A share of forms: `part` of `whole`, in words, and why there is none."""

    part: Any
    whole: Any
    method: str
    why: str


def accuracy(
    forms: Any,
    score: str,
    outcome: str,
    *,
    at_least: float | None = None,
    below: float | None = None,
    interval: Interval = "wilson",
    cluster: str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What a cut-off does: `base_rate`, `sensitivity`, `specificity`, `ppv`, `npv`, `lr_positive` and `lr_negative`.

    A form is positive where its score is `at_least` the cut-off, or `below` it; give one of the two. The predictive
    values hold at this base rate and at no other; the likelihood ratios say by how much a positive and a negative form
    change the odds at any. Each Estimate has its own denominator as `n`. Intervals: of the shares Wilson's (1927), or
    with `interval="exact"` Clopper and Pearson's (1934), which for few forms are wider than need be; of the ratios on
    their logarithm (Simel, Samsa and Matchar 1991). With `cluster`, a column such as the team, the shares have
    intervals that hold where forms of one cluster resemble each other (on the logit, with Student's t on the clusters
    less one; Korn and Graubard 1998); the ratios then have none.

    >>> found = accuracy({"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}, "total", "again", at_least=5)
    >>> found["specificity"]
    specificity 0.75 [0.3006, 0.9544], n = 4
    """
    if interval not in METHODS:
        raise UsageError(f"An interval is one of {', '.join(METHODS)}.")
    if cluster is not None:
        return _clustered(forms, score, outcome, (at_least, below), cluster, confidence)
    table = levels(forms, score, outcome, confidence)
    positive, said = cut_off(table.values, score, at_least, below)
    hit, false = table.events[positive].sum(), table.others[positive].sum()
    miss, true = table.events[~positive].sum(), table.others[~positive].sum()
    shares = [
        share(
            name,
            float(it.part),
            float(it.whole),
            it.method + table.left,
            confidence,
            why=it.why,
            interval=interval,
        )
        for name, it in parts(hit, false, miss, true, said).items()
    ]
    return Estimates([*shares, *_ratios(hit, false, miss, true, said, table.left, confidence)])


def parts(hit: Any, false: Any, miss: Any, true: Any, said: str) -> dict[str, Part]:
    """Return the five shares of a cut-off, from numbers or from numbers per cluster."""
    of = f"share of {said} with the outcome"
    return {
        "base_rate": Part(hit + miss, hit + miss + false + true, "share with the outcome", why="there are no forms"),
        "sensitivity": Part(hit, hit + miss, of, why="no form has the outcome"),
        "specificity": Part(
            true, true + false, f"share not of {said} without the outcome", why="every form has the outcome"
        ),
        "ppv": Part(hit, hit + false, f"share with the outcome where {said}", why="no form is positive"),
        "npv": Part(true, true + miss, f"share without the outcome where not {said}", why="every form is positive"),
    }


def _ratios(
    hit: float, false: float, miss: float, true: float, said: str, left: str, confidence: float
) -> list[Estimate]:
    m, n = hit + miss, false + true
    words = "share with the outcome, divided by the share without it; interval on the logarithm"
    rows = {
        "lr_positive": (hit, false, f"{said}: {words}{left}", "no form without the outcome is positive"),
        "lr_negative": (miss, true, f"not {said}: {words}{left}", "every form without the outcome is positive"),
    }
    return [_ratio(name, *row[:2], m, n, row[2], _one_sided(m, n) or row[3], confidence) for name, row in rows.items()]


def _one_sided(m: float, n: float) -> str | None:
    if m == 0:
        return "no form has the outcome"
    return "every form has the outcome" if n == 0 else None


def _ratio(name: str, a: float, b: float, m: float, n: float, method: str, why: str, confidence: float) -> Estimate:
    if min(m, n, b) == 0:
        return Estimate(name=name, why=why)
    value = float(a / m / (b / n))
    plain: dict[str, Any] = {"name": name, "value": value, "n": int(m + n), "method": method, "source": SIMEL}
    if a == 0:
        return Estimate(**plain, why="a ratio of 0 has no interval on the logarithm")
    if a == m and b == n:
        return Estimate(**plain, why="every form lies on one side of the cut-off: no interval")
    se = math.sqrt(1 / a - 1 / m + 1 / b - 1 / n)
    low, high = (math.exp(end) for end in intervals.normal(value=math.log(value), se=se, confidence=confidence))
    return Estimate(**plain, low=low, high=high, confidence=confidence)


def _clustered(
    forms: Any,
    score: str,
    outcome: str,
    cut: tuple[float | None, float | None],
    cluster: str,
    confidence: float,
) -> Estimates:
    counts, left = known(forms, [score, outcome, cluster], outcome, confidence, f"score, outcome or {cluster}")
    positive, said = cut_off(counts.column(score), score, *cut)
    events, others = happened(counts, outcome)
    groups = np.unique(counts.column(cluster), return_inverse=True)[1]
    G = int(groups.max(initial=-1)) + 1
    hit, false, miss, true = (
        totals(groups, part * side, G) for side in (positive, ~positive) for part in (events, others)
    )
    found = parts(hit, false, miss, true, said)
    words = f"; interval for forms within {cluster} that resemble each other{left}"
    shares = [_cluster_share(name, it, words, confidence) for name, it in found.items()]
    simple = _ratios(hit.sum(), false.sum(), miss.sum(), true.sum(), said, left, confidence)
    why = "with clusters there is no interval here"
    bare = [
        e if e.value is None else Estimate(name=e.name, value=e.value, n=e.n, method=e.method, source=e.source, why=why)
        for e in simple
    ]
    return Estimates([*shares, *bare])


def _cluster_share(name: str, it: Part, words: str, confidence: float) -> Estimate:
    whole = float(it.whole.sum())
    if whole == 0:
        return Estimate(name=name, why=it.why)
    value, se, df = ratio.clustered_share(part=it.part, whole=it.whole)
    plain: dict[str, Any] = {"name": name, "value": value, "n": int(whole), "method": it.method + words}
    plain["source"] = "Korn & Graubard (1998)"
    if df < 1:
        return Estimate(**plain, why="these forms are all of one cluster: no interval")
    if se == 0:
        return Estimate(**plain, why="the share is the same in every cluster: no interval")
    low, high = ratio.logit_interval(value=value, se=se, df=df, confidence=confidence)
    return Estimate(**plain, low=low, high=high, confidence=confidence, se=se)
