"""How much of a score is one thing, when its items fall into groups: from the sums of complete forms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimates, check_confidence
from risico.numbers import covariance
from risico.numbers import hierarchical as numbers
from risico.reliability.grounds import FLAT_STANDARDISED, left_out, no_alpha, no_inverse, told
from risico.reliability.redrawn import check_redraws, with_percentiles
from risico.tally import Counts, Sums, count, sums

Array = NDArray[np.float64]

GROUPS = 3
"""Fewer group factors do not tell how they hang on a general one."""
FEWEST = 6


def hierarchical(
    items: Any, columns: Sequence[str] | None = None, *, redraws: int = 0, seed: int = 1, confidence: float = 0.95
) -> Estimates:
    """Omega hierarchical: the share of the variance of the sum that one general factor of all items gives.

    `items` and `columns` as in `consistency`. The model is named, as there are several: three minres factors of the
    correlations, rotated to quartimin (oblimin) from varimax, and one general factor above them turned into loadings of
    the items by Schmid and Leiman (1957), as in `psych::omega`. Of standardised items; no item is turned round.
    A value well below `omega_total` says that the score holds more than one thing.

    With `redraws` (100 or more; 1,000 take some ten seconds) there is an interval: percentiles of whole forms drawn
    anew, the model made again on each (Efron 1979). Where more than 5 of 100 redraws have no such model there is none.
    How often these intervals hold the truth was not simulated yet.

    >>> import numpy as np
    >>> rng = np.random.default_rng(2)
    >>> groups = np.repeat(rng.normal(size=(300, 3)), 3, axis=1)
    >>> hierarchical(rng.normal(size=(300, 1)) + groups + rng.normal(size=(300, 9)))["omega_hierarchical"]
    omega_hierarchical 0.6714, n = 300
    """
    check_confidence(confidence)
    check_redraws(redraws, not isinstance(items, Sums))
    if redraws:
        counts = count(items, columns)
        return hierarchical_redrawn(hierarchical_of(counts.sums()), counts, redraws, seed, confidence)
    return hierarchical_of(sums(items, columns))


def hierarchical_redrawn(found: Estimates, counts: Counts, redraws: int, seed: int, confidence: float) -> Estimates:
    """Return omega hierarchical with its interval, from the counts of whole forms."""
    full = counts.complete()
    points = np.column_stack([np.asarray(column, dtype=np.float64) for column in full.values])

    def values(c: Array) -> tuple[float]:
        away = points - c @ points / c.sum()
        S = (away * c[:, None]).T @ away
        if np.diag(S).min() <= 1e-12 * np.diag(S).max():
            return (math.nan,)
        R = covariance.correlations(S=S)
        top = _general(R)[0] if np.linalg.eigvalsh(R)[0] >= 1e-10 else None
        return (math.nan if top is None else numbers.omega_hierarchical(R=R, general=top),)

    return with_percentiles(
        found, ["omega_hierarchical"], values, counts=full, redraws=redraws, seed=seed, confidence=confidence
    )


def hierarchical_of(tally: Sums) -> Estimates:
    """Return what `hierarchical` returns, without an interval."""
    why, value, note = no_alpha(tally) or _too_few(tally) or no_inverse(tally), None, None
    if why is None:
        R = covariance.correlations(S=tally.covariance)
        top, why = _general(R)
        if top is not None:
            value = numbers.omega_hierarchical(R=R, general=top)
            note = _against(top, tally.columns)
    method = "omega hierarchical, Schmid-Leiman of three minres factors of the correlations rotated by oblimin"
    return Estimates(
        [
            told(
                *("omega_hierarchical", value),
                n=tally.n,
                method=method + left_out(tally.left_out),
                source="McDonald (1999); Schmid & Leiman (1957); Zinbarg et al. (2005)",
                why=why,
                note=note,
            )
        ]
    )


def _too_few(tally: Sums) -> str | None:
    few = len(tally.columns) < FEWEST
    return f"three groups of items cannot be told from fewer than {FEWEST} items" if few else None


def _general(R: Array) -> tuple[Array | None, str | None]:
    """Loadings of the items on the general factor, shape (k,), or why there are none."""
    if R.sum() <= 1e-12 * len(R):
        return None, FLAT_STANDARDISED
    found = numbers.minres(R=R, factors=GROUPS)
    if not found.converged:
        why = "the model with three groups of items did not converge"
        return None, why
    if (1 - (found.loadings**2).sum(axis=1)).min() < numbers.LEAST:
        why = "the model with three groups of items leaves an item less than no error of its own"
        return None, why
    turned = numbers.oblimin(loadings=numbers.varimax(loadings=found.loadings))
    if not turned.converged:
        why = "the model with three groups of items did not converge"
        return None, why
    top = turned.loadings @ numbers.general(phi=turned.phi)
    if not np.isfinite(top).all():
        why = "the three groups of items do not hang together as parts of one thing"
        return None, why
    return (top if top.sum() >= 0 else -top), None


def _against(top: Array, items: tuple[str, ...]) -> str | None:
    against = [item for item, own in zip(items, top, strict=True) if own < 0]
    return f"item {', '.join(against)} runs against the other items: probably not reversed" if against else None
