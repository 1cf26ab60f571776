"""Coefficients of agreement for many redraws of the units at once: the bootstrap by unit, from counts.

`C` says how often each distinct unit was drawn, one row per redraw, shape (b, p). `r` and `W` are as in
`risico.numbers.agreement`. What cannot be computed from a redraw is NaN: one level only, or no unit rated twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

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
    total, alone = np.zeros((len(C), len(W))), np.zeros(len(C))
    raters = np.zeros(len(C))
    for one in chosen:
        used = C @ (one[:, None] == np.arange(len(W))).astype(np.float64)
        rated = used.sum(axis=1)
        shares = used / np.where(rated > 0, rated, 1.0)[:, None]
        total, alone, raters = total + shares, alone + _form(shares, W), raters + (rated > 0)
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
    """Krippendorff's ordinal alpha, whose weights follow from the levels that each redraw holds, shape (b,)."""
    paired = r[r.sum(axis=1) >= 2]
    out = np.full(len(C), np.nan)
    places = np.arange(r.shape[1], dtype=np.float64)
    for i, c in enumerate(C[:, r.sum(axis=1) >= 2]):
        totals = c @ paired
        if (totals > 0).sum() > 1:
            W = agreement.weights(kind="ordinal", values=places, totals=totals)
            out[i] = _krippendorff(r=paired, C=c[None, :], W=W)[0]
    return out


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
