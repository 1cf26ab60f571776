"""Intervals from forms drawn anew, for coefficients of which no formula says how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.agreement_redraws import drawn
from risico.tally import Counts

Array = NDArray[np.float64]

FEWEST = 100
MOST_WITHOUT = 0.05
"""Where more of the redraws than this have no value, those that have one say too little."""


def check_redraws(redraws: int, whole: bool) -> None:
    """Raise UsageError for redraws that say nothing, or of a tally that holds no whole forms."""
    if redraws and redraws < FEWEST:
        raise UsageError(f"{redraws} redraws say nothing about an interval; take {FEWEST} or more, or 0.")
    if redraws and not whole:
        raise UsageError("Whole forms are drawn anew, and this tally holds none. Give the forms, or counts of them.")


def with_percentiles(
    found: Estimates,
    names: Sequence[str],
    values: Callable[[Array], Sequence[float]],
    *,
    counts: Counts,
    redraws: int,
    seed: int,
    confidence: float,
) -> Estimates:
    """Give the named Estimates percentile intervals of forms drawn anew. Efron (1979).

    `counts` are of complete forms; `values` takes how often each distinct form was drawn, shape (forms,), and returns a
    number per name, NaN where there is none.
    """
    if not redraws or all(found[name].value is None for name in names):
        return found
    each = [values(c) for C in drawn(c=counts.number.astype(np.float64), redraws=redraws, seed=seed) for c in C]
    told = f"{redraws:,} redraws of forms (seed {seed})"
    made = {
        name: _percentiles(found[name], np.array(column, dtype=np.float64), told, confidence)
        for name, column in zip(names, zip(*each, strict=True), strict=True)
    }
    return Estimates(made.get(e.name, e) for e in found)


def _percentiles(e: Estimate, values: Array, told: str, confidence: float) -> Estimate:
    known = values[np.isfinite(values)]
    if e.value is None:
        return e
    if len(known) < (1 - MOST_WITHOUT) * len(values):
        return replace(e, why=_and(e.why, "too many forms drawn anew have no such model, so no interval"))
    if not known.std() > 1e-12:
        return replace(e, why=_and(e.why, "the forms drawn anew do not differ, so no interval"))
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    method = f"{e.method}; percentile interval, {told}, of which {len(known):,} have a value"
    return replace(e, low=low, high=high, confidence=confidence, se=float(known.std(ddof=1)), method=method)


def _and(caution: str | None, why: str) -> str:
    return why if caution is None else f"{caution}; {why}"
