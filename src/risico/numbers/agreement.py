"""Agreement of raters about units in levels, with the standard errors of Gwet (2014).

`r` counts, for each distinct unit, how many raters chose each level, shape (p, q); `c` says how many units are like
that, shape (p,). `W` holds the weight of each pair of levels, shape (q, q), 1 on the diagonal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


CERTAIN = 1 - 1e-12  # raters who would agree by chance alone leave nothing to divide by


class Coefficient(NamedTuple):
    """A coefficient, its standard error (NaN with fewer than two units), its units and its degrees of freedom.

    The value is NaN where chance alone gives full agreement.
    """

    value: float
    se: float
    n: int
    df: int


def weights(*, kind: str, values: Array, totals: Array | None = None) -> Array:
    """Return the weights of pairs of levels: 1 minus the difference, as a share of the largest.

    `identity`, `linear`, `quadratic` (also Krippendorff's interval) and `ratio` look at the values of the levels,
    shape (q,); `ordinal` is Krippendorff's and looks at how often each level was chosen (`totals`, shape (q,));
    `places` are Gwet's ordinal weights and count the pairs of levels from the one to the other.
    """
    a, b = values[:, None], values[None, :]
    if kind == "identity":
        difference = (a != b).astype(np.float64)
    elif kind == "ordinal":
        assert totals is not None
        place = np.cumsum(totals) - totals / 2
        difference = (place[:, None] - place[None, :]) ** 2
    elif kind == "places":
        steps = np.abs(np.subtract.outer(np.arange(len(values)), np.arange(len(values))))
        difference = steps * (steps + 1) / 2
    elif kind == "ratio":
        whole = np.where(a + b == 0, 1.0, a + b)
        difference = ((a - b) / whole) ** 2
    else:
        difference = np.abs(a - b) ** (1 if kind == "linear" else 2)
    largest = difference.max(initial=0.0)
    return 1 - difference / (largest if largest > 0 else 1.0)


def agreeing_pairs(r: Array, W: Array) -> tuple[Array, Array]:
    """Number of raters of each unit, and the share of pairs that agree (0 where there is no pair)."""
    raters = r.sum(axis=1)
    pairs = raters * (raters - 1)
    agreeing = (r * (r @ W - 1)).sum(axis=1)
    return raters, np.where(pairs > 0, agreeing / np.where(pairs > 0, pairs, 1), 0.0)


def _spread(per_unit: Array, value: float, c: Array) -> float:
    n = c.sum()
    return float(np.sqrt(c @ (per_unit - value) ** 2 / (n * (n - 1)))) if n > 1 else float("nan")


def _none(c: Array) -> Coefficient:
    return Coefficient(float("nan"), float("nan"), int(c.sum()), int(c.sum()) - 1)


def percent(*, r: Array, c: Array, W: Array) -> Coefficient:
    """Share of agreeing pairs, a mean over units with two ratings or more."""
    raters, agreeing = agreeing_pairs(r, W)
    n, paired = c.sum(), c[raters >= 2].sum()
    value = float(c @ agreeing / paired)
    return Coefficient(value, _spread(n / paired * agreeing, value, c), int(paired), int(n) - 1)


def _chance_corrected(r: Array, c: Array, W: Array, chance: float, chance_per_unit: Array) -> Coefficient:
    """Corrects agreement of units with two ratings or more for a chance that rests on every rated unit."""
    if chance > CERTAIN:
        return _none(c)
    raters, agreeing = agreeing_pairs(r, W)
    paired = raters >= 2
    scale = c.sum() / c[paired].sum()
    value = float((c @ agreeing / c[paired].sum() - chance) / (1 - chance))
    per_unit = scale * (agreeing - chance * paired) / (1 - chance)
    per_unit -= 2 * (1 - value) * (chance_per_unit - chance) / (1 - chance)
    return Coefficient(value, _spread(per_unit, value, c), int(c.sum()), int(c.sum()) - 1)


def fleiss(*, r: Array, c: Array, W: Array) -> Coefficient:
    """Fleiss' kappa with Gwet's way with missing ratings: units rated once count for chance only. Fleiss (1971)."""
    raters = r.sum(axis=1)
    shares = c @ (r / raters[:, None]) / c.sum()
    towards = (W @ shares + W.T @ shares) / 2
    return _chance_corrected(r, c, W, float(shares @ W @ shares), r @ towards / raters)


def ac(*, r: Array, c: Array, W: Array) -> Coefficient:
    """Gwet's AC1 (identity weights) or AC2. Gwet (2008); units rated once count for chance only."""
    q, raters = r.shape[1], r.sum(axis=1)
    shares = c @ (r / raters[:, None]) / c.sum()
    scale = W.sum() / (q * (q - 1))
    chance = float(scale * (shares * (1 - shares)).sum())
    return _chance_corrected(r, c, W, chance, scale * (r @ (1 - shares)) / raters)


def brennan_prediger(*, r: Array, c: Array, W: Array) -> Coefficient:
    """Brennan and Prediger (1981): chance is alike for every level; with two levels PABAK, Byrt et al. (1993)."""
    chance = float(W.mean())
    return _chance_corrected(r, c, W, chance, np.full(len(r), chance))


def conger(*, r: Array, c: Array, W: Array, chosen: Sequence[NDArray[np.int64]]) -> Coefficient:
    """Conger's kappa (1980): chance from the levels that each rater uses; missing ratings after Gwet (2014).

    `chosen` holds, for each rater, the place of the level of each unit, shape (p,), and -1 where there is none. At
    least two of the raters must have rated something.
    """
    n, q = c.sum(), len(W)
    filled = [one >= 0 for one in chosen if (one >= 0).any()]
    chosen = [one for one in chosen if (one >= 0).any()]
    rated = np.array([c[some].sum() for some in filled])
    used = [np.bincount(one[some], weights=c[some], minlength=q) for one, some in zip(chosen, filled, strict=True)]
    shares = np.array(used) / rated[:, None]
    pairs = len(chosen) * (len(chosen) - 1)
    others = (shares.sum(axis=0) - shares) @ (W + W.T) / 2
    expected = (shares * others).sum(axis=1)
    away = np.zeros(len(r))
    for g, (one, some) in enumerate(zip(chosen, filled, strict=True)):
        away[some] += (others[g, one[some]] - expected[g]) / rated[g]
    chance = float(expected.sum() / pairs)
    return _chance_corrected(r, c, W, chance, chance + n * away / pairs)


def krippendorff(*, r: Array, c: Array, W: Array) -> Coefficient:
    """Krippendorff's alpha (2011) on units with two ratings or more; weights count as fixed in the standard error."""
    paired = r.sum(axis=1) >= 2
    r, c = r[paired], c[paired]
    raters, n = r.sum(axis=1), c.sum()
    mean = c @ raters / n
    agreeing = agreeing_pairs(r, W)[1] * raters / mean
    observed = float(c @ agreeing / n)
    small_sample = 1 / (n * mean)
    corrected = (1 - small_sample) * observed + small_sample
    shares = c @ r / (n * mean)
    chance = float(shares @ W @ shares)
    if chance > CERTAIN:
        return _none(c)
    uncorrected = (observed - chance) / (1 - chance)
    excess = (raters - mean) / mean
    chance_per_unit = r @ ((W @ shares + W.T @ shares) / 2) / mean - chance * excess
    per_unit = (agreeing - corrected * excess - chance) / (1 - chance)
    per_unit -= 2 * (1 - uncorrected) * (chance_per_unit - chance) / (1 - chance)
    return Coefficient(
        float((corrected - chance) / (1 - chance)), _spread(per_unit, uncorrected, c), int(n), int(n) - 1
    )


def cohen(*, table: Array, W: Array) -> Coefficient:
    """Cohen's (weighted) kappa of two raters from their table, shape (q, q). Fleiss, Cohen, Everitt (1969)."""
    n = table.sum()
    P = table / n
    rows, columns = P.sum(axis=1), P.sum(axis=0)
    observed, chance = float((W * P).sum()), float(rows @ W @ columns)
    if chance > CERTAIN:
        return _none(table)
    value = (observed - chance) / (1 - chance)
    towards = (W @ columns)[:, None] + (W.T @ rows)[None, :]
    moment = (P * (W - (1 - value) * towards) ** 2).sum()
    variance = (moment - (observed - 2 * (1 - value) * chance) ** 2) / (n * (1 - chance) ** 2)
    return Coefficient(value, float(np.sqrt(max(variance, 0.0))) if n > 1 else float("nan"), int(n), int(n) - 1)


def specific(*, r: Array, c: Array) -> tuple[Array, Array, Array]:
    """Agreement on each level: its value, standard error and number of units, each of shape (q,).

    The chance that a second rating of a unit is this level, given that one is. Cicchetti and Feinstein (1990), for any
    number of raters; a mean per rating with the standard error of a ratio over units. NaN where there is no such pair.
    """
    pairs = r * (r.sum(axis=1, keepdims=True) - 1)
    both = r * (r - 1)
    units = c @ (pairs > 0)
    every = c @ pairs
    value = np.where(every > 0, (c @ both) / np.where(every > 0, every, 1.0), np.nan)
    away = c @ (both - value * pairs) ** 2
    se = np.sqrt(units * away / np.where(units > 1, units - 1, np.nan)) / np.where(every > 0, every, np.nan)
    return value, se, units
