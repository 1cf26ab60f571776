"""Coefficients of agreement for many redraws of the units at once: the bootstrap by unit, from counts.

`C` says how often each distinct unit was drawn, one row per redraw, shape (b, p). `r` and `W` are as in
`risico.numbers.agreement`. What cannot be computed from a redraw is NaN: one level only, or no unit rated twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from risico.numbers import agreement

Array = NDArray[np.float64]


def drawn(*, c: Array, redraws: int, seed: int, cells: int = 4_000_000) -> Iterator[Array]:
    """Draw as many units as there are, with replacement, `redraws` times: multinomial counts, shape (b, p) at a time.

    Parts have at most so many `cells`, and at least one redraw. Efron (1979).
    """
    rng, n = np.random.default_rng(seed), int(c.sum())
    most = max(cells // max(len(c), 1), 1)
    for start in range(0, redraws, most):
        yield rng.multinomial(n, c / n, size=min(most, redraws - start)).astype(np.float64)


def drawn_clusters(
    *, c: Array, cluster: NDArray[np.int64], redraws: int, seed: int, cells: int = 4_000_000
) -> Iterator[Array]:
    """Draw as many clusters as there are, each with all its units: counts of units, shape (b, p) at a time.

    `cluster` numbers the cluster of each row of `c` from 0, shape (p,). Davison and Hinkley (1997), section 3.8.
    """
    rng, number = np.random.default_rng(seed), int(cluster.max()) + 1
    most = max(cells // max(len(c), 1), 1)
    for start in range(0, redraws, most):
        times = rng.multinomial(number, np.full(number, 1 / number), size=min(most, redraws - start))
        yield times[:, cluster] * c


def expanded(*, values: Array, clusters: int, confidence: float) -> tuple[float, float]:
    """Percentiles of redraws of clusters, taken further out as clusters are few. Hesterberg (2015).

    Plain percentiles are too narrow by the root of (G − 1) / G, and take Student's t for a normal variable.
    """
    t = special.stdtrit(clusters - 1, (1 - confidence) / 2)
    tail = float(special.ndtr(np.sqrt(clusters / (clusters - 1)) * t))
    low, high = np.quantile(values, [tail, 1 - tail]).tolist()
    return low, high


def _share(part: Array, whole: Array) -> Array:
    some = whole > 1e-12
    return np.where(some, part / np.where(some, whole, 1.0), np.nan)


def _form(C: Array, W: Array) -> Array:
    """Each row of C around W, shape (b,)."""
    return ((C @ W) * C).sum(axis=1)


def _observed(r: Array, C: Array, W: Array) -> Array:
    raters, agreeing = agreement.agreeing_pairs(r, W)
    return _share(C @ agreeing, C @ (raters >= 2).astype(np.float64))


def _corrected(observed: Array, chance: Array) -> Array:
    return _share(observed - chance, 1 - chance)


def _shares(r: Array, C: Array) -> Array:
    return _share(C @ (r / r.sum(axis=1, keepdims=True)), C.sum(axis=1, keepdims=True))


def _fleiss(*, r: Array, C: Array, W: Array) -> Array:
    return _corrected(_observed(r, C, W), _form(_shares(r, C), W))


def _ac(*, r: Array, C: Array, W: Array) -> Array:
    q, shares = len(W), _shares(r, C)
    return _corrected(_observed(r, C, W), W.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=1))


def _brennan_prediger(*, r: Array, C: Array, W: Array) -> Array:
    return _corrected(_observed(r, C, W), np.full(len(C), W.mean()))


def _conger(*, r: Array, C: Array, W: Array, chosen: Sequence[NDArray[np.int64]]) -> Array:
    q, rows = len(W), [np.flatnonzero(one >= 0) for one in chosen]
    place = np.concatenate([g * q + one[some] for g, (one, some) in enumerate(zip(chosen, rows, strict=True))])
    cells = (np.ones(len(place)), (place, np.concatenate(rows)))
    used = (sparse.csr_array(cells, shape=(len(chosen) * q, len(r))) @ C.T).T.reshape(len(C), len(chosen), q)
    rated = used.sum(axis=2)
    shares = used / np.where(rated > 0, rated, 1.0)[:, :, None]
    raters, total = (rated > 0).sum(axis=1), shares.sum(axis=1)
    alone = ((shares @ W) * shares).sum(axis=(1, 2))
    return _corrected(_observed(r, C, W), _share(_form(total, W) - alone, raters * (raters - 1.0)))


def _krippendorff(*, r: Array, C: Array, W: Array) -> Array:
    raters, agreeing = agreement.agreeing_pairs(r, W)
    paired = raters >= 2
    pairable = C @ (raters * paired)
    observed = _share(C @ (agreeing * raters), pairable)
    shares = C @ (r * paired[:, None]) / np.where(pairable > 0, pairable, 1.0)[:, None]
    small_sample = 1 / np.where(pairable > 0, pairable, 1.0)
    return _corrected((1 - small_sample) * observed + small_sample, _form(shares, W))


def krippendorff_ordinal(*, r: Array, C: Array) -> Array:
    """Krippendorff's ordinal alpha, whose differences follow from the levels that each redraw holds, shape (b,).

    From his table of coincidences (2011): how often two levels meet in a unit, beside how often they would by chance.
    """
    raters, q = r.sum(axis=1), r.shape[1]
    paired = raters >= 2
    r = r[paired]
    meet = (r[:, :, None] * r[:, None, :] - r[:, :, None] * np.eye(q)) / (raters[paired] - 1)[:, None, None]
    table = (C[:, paired] @ meet.reshape(len(r), q * q)).reshape(len(C), q, q)
    totals = table.sum(axis=2)
    place = np.cumsum(totals, axis=1) - totals / 2
    apart = (place[:, :, None] - place[:, None, :]) ** 2
    by_chance = (totals[:, :, None] * totals[:, None, :] * apart).sum(axis=(1, 2))
    return 1 - _share((totals.sum(axis=1) - 1) * (table * apart).sum(axis=(1, 2)), by_chance)


def cohen(*, tables: Array, W: Array) -> Array:
    """Cohen's kappa of many tables of two raters, shape (b, q, q)."""
    P = tables / np.maximum(tables.sum(axis=(1, 2), keepdims=True), 1.0)
    chance = ((P.sum(axis=2) @ W) * P.sum(axis=1)).sum(axis=1)
    return _corrected((P * W).sum(axis=(1, 2)), chance)


VALUES: dict[Callable[..., agreement.Coefficient], Callable[..., Array]] = {
    agreement.percent: _observed,
    agreement.fleiss: _fleiss,
    agreement.ac: _ac,
    agreement.brennan_prediger: _brennan_prediger,
    agreement.conger: _conger,
    agreement.krippendorff: _krippendorff,
}
"""A coefficient to what computes it for many redraws."""
