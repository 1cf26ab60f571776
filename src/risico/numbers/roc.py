"""The area under the ROC curve from counts per score level, in time proportional to the number of levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def auc(*, positives: Array, negatives: Array) -> tuple[float, float]:
    """Area and its standard error; both arrays count forms per level, in rising order of score, shape (levels,).

    Ties count half. DeLong, DeLong and Clarke-Pearson (1988); NaN for the error with one form on either side.
    """
    m, n = positives.sum(), negatives.sum()
    V10, V01 = placements(positives=positives, negatives=negatives)
    area = float(positives @ V10 / m)
    if min(m, n) < 2:
        return area, float("nan")
    S10 = positives @ (V10 - area) ** 2 / (m - 1)
    S01 = negatives @ (V01 - area) ** 2 / (n - 1)
    return area, float(np.sqrt(S10 / m + S01 / n))


def placements(*, positives: Array, negatives: Array) -> tuple[Array, Array]:
    """Share of the negatives below, and of the positives above, each level, ties counting half; shape (levels,)."""
    below = np.cumsum(negatives) - negatives / 2
    above = positives.sum() - np.cumsum(positives) + positives / 2
    return below / negatives.sum(), above / positives.sum()


def covariance(*, V10: Array, V01: Array, events: Array, others: Array) -> tuple[Array, Array]:
    """Areas of several scores on the same forms and their covariance, shapes (k,) and (k, k).

    `V10` and `V01` are the placements of each row under each score, shape (rows, k); `events` and `others` count the
    forms of that row. DeLong et al. (1988), eq. 4 to 6; two forms of either kind are needed.
    """
    m, n = events.sum(), others.sum()
    areas = events @ V10 / m
    S10 = (V10 - areas).T @ ((V10 - areas) * events[:, None]) / (m - 1)
    S01 = (V01 - areas).T @ ((V01 - areas) * others[:, None]) / (n - 1)
    return areas, S10 / m + S01 / n


def clustered_error(*, V10: Array, V01: Array, events: Array, others: Array, cluster: Index) -> float:
    """Standard error of the area where forms of one cluster resemble each other; one row per cell of the counts.

    `cluster` numbers the cluster of each row from 0. NaN with fewer than two clusters of either kind.
    Obuchowski (1997), Biometrics 53:567.
    """
    m, n, G = events.sum(), others.sum(), int(cluster.max()) + 1
    area = events @ V10 / m
    X = np.bincount(cluster, weights=events * (V10 - area), minlength=G)
    Y = np.bincount(cluster, weights=others * (V01 - area), minlength=G)
    G10 = int((np.bincount(cluster, weights=events, minlength=G) > 0).sum())
    G01 = int((np.bincount(cluster, weights=others, minlength=G) > 0).sum())
    if min(G10, G01) < 2:
        return float("nan")
    S10, S01 = G10 / (G10 - 1) * (X @ X) / m**2, G01 / (G01 - 1) * (Y @ Y) / n**2
    variance = S10 + S01 + 2 * G / (G - 1) * (X @ Y) / (m * n)
    return float(np.sqrt(max(variance, 0.0)))


def curve(*, positives: Array, negatives: Array) -> tuple[Array, Array]:
    """Specificity and sensitivity from the cut-off below every level to the one above; shape (..., levels + 1)."""
    zero = np.zeros((*positives.shape[:-1], 1))
    specificity = np.concatenate([zero, np.cumsum(negatives, axis=-1)], axis=-1) / negatives.sum(-1, keepdims=True)
    missed = np.concatenate([zero, np.cumsum(positives, axis=-1)], axis=-1) / positives.sum(-1, keepdims=True)
    return specificity, 1.0 - missed


def area_between(*, x: Array, y: Array, low: float, high: float) -> Array:
    """Area under the straight lines through (x, y), x never falling, between low and high; shape (...)."""
    a, b = np.clip(x[..., :-1], low, high), np.clip(x[..., 1:], low, high)
    width = x[..., 1:] - x[..., :-1]
    slope = np.divide(y[..., 1:] - y[..., :-1], width, out=np.zeros_like(width), where=width > 0)
    middle = y[..., :-1] + slope * ((a + b) / 2 - x[..., :-1])
    return ((b - a) * middle).sum(axis=-1)


def mcclish(*, area: Array, low: float, high: float) -> Array:
    """Partial area on the scale of a whole one: .5 is the diagonal and 1 the most there can be. McClish (1989)."""
    least, most = (high - low) * (2 - low - high) / 2, high - low
    return (1 + (area - least) / (most - least)) / 2


def redrawn(*, positives: Array, negatives: Array, redraws: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Redraw the forms with and the forms without the outcome, as counts per level; shape (redraws, levels)."""
    drawn = (
        rng.multinomial(int(part.sum()), part / part.sum(), size=redraws).astype(np.float64)
        for part in (positives, negatives)
    )
    return next(drawn), next(drawn)


def areas(*, positives: Array, negatives: Array) -> Array:
    """Areas of many tables at once, shape (tables,) from (tables, levels)."""
    below = np.cumsum(negatives, axis=-1) - negatives / 2
    return (positives * below).sum(-1) / (positives.sum(-1) * negatives.sum(-1))
