"""Agreement of raters about units in levels, with the standard errors of Gwet (2014).

`r` counts, for each distinct unit, how many raters chose each level, shape (p, q); `c` says how many units are like
that, shape (p,). `W` holds the weight of each pair of levels, shape (q, q), 1 on the diagonal.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Coefficient(NamedTuple):
    """A coefficient, its standard error (NaN with fewer than two units), its units and its degrees of freedom."""

    value: float
    se: float
    n: int
    df: int


def weights(*, kind: str, values: Array, totals: Array | None = None) -> Array:
    """Return the weights of pairs of levels: 1 minus the difference, as a share of the largest.

    `identity`, `linear`, `quadratic` (also Krippendorff's interval) and `ratio` look at the values of the levels,
    shape (q,); `ordinal` is Krippendorff's and looks at how often each level was chosen (`totals`, shape (q,)).
    """
    a, b = values[:, None], values[None, :]
    if kind == "identity":
        difference = (a != b).astype(np.float64)
    elif kind == "ordinal":
        assert totals is not None
        place = np.cumsum(totals) - totals / 2
        difference = (place[:, None] - place[None, :]) ** 2
    elif kind == "ratio":
        whole = np.where(a + b == 0, 1.0, a + b)
        difference = ((a - b) / whole) ** 2
    else:
        difference = np.abs(a - b) ** (1 if kind == "linear" else 2)
    largest = difference.max(initial=0.0)
    return 1 - difference / (largest if largest > 0 else 1.0)


def _per_unit(r: Array, W: Array) -> tuple[Array, Array]:
    """Number of raters of each unit, and the share of pairs that agree (0 where there is no pair)."""
    raters = r.sum(axis=1)
    pairs = raters * (raters - 1)
    agreeing = (r * (r @ W - 1)).sum(axis=1)
    return raters, np.where(pairs > 0, agreeing / np.where(pairs > 0, pairs, 1), 0.0)


def _spread(per_unit: Array, value: float, c: Array) -> float:
    n = c.sum()
    return float(np.sqrt(c @ (per_unit - value) ** 2 / (n * (n - 1)))) if n > 1 else float("nan")


def percent(*, r: Array, c: Array, W: Array) -> Coefficient:
    """Share of agreeing pairs, a mean over units with two ratings or more."""
    raters, agreeing = _per_unit(r, W)
    n, paired = c.sum(), c[raters >= 2].sum()
    value = float(c @ agreeing / paired)
    return Coefficient(value, _spread(n / paired * agreeing, value, c), int(paired), int(n) - 1)


def _chance_corrected(r: Array, c: Array, W: Array, chance: float, chance_per_unit: Array) -> Coefficient:
    """Corrects agreement of units with two ratings or more for a chance that rests on every rated unit."""
    raters, agreeing = _per_unit(r, W)
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


def krippendorff(*, r: Array, c: Array, W: Array) -> Coefficient:
    """Krippendorff's alpha (2011) on units with two ratings or more; weights count as fixed in the standard error."""
    paired = r.sum(axis=1) >= 2
    r, c = r[paired], c[paired]
    raters, n = r.sum(axis=1), c.sum()
    mean = c @ raters / n
    agreeing = _per_unit(r, W)[1] * raters / mean
    observed = float(c @ agreeing / n)
    small_sample = 1 / (n * mean)
    corrected = (1 - small_sample) * observed + small_sample
    shares = c @ r / (n * mean)
    chance = float(shares @ W @ shares)
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
    value = (observed - chance) / (1 - chance)
    towards = (W @ columns)[:, None] + (W.T @ rows)[None, :]
    moment = (P * (W - (1 - value) * towards) ** 2).sum()
    variance = (moment - (observed - 2 * (1 - value) * chance) ** 2) / (n * (1 - chance) ** 2)
    return Coefficient(value, float(np.sqrt(max(variance, 0.0))) if n > 1 else float("nan"), int(n), int(n) - 1)
