"""The area of the part of the ROC curve that would be used."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import roc
from risico.validity.area import check_redraws, redrawn, redrawn_estimate
from risico.validity.levels import check_number, levels, one_sided

Array = NDArray[np.float64]
Focus = Literal["specificity", "sensitivity"]


def partial_auc(
    forms: Any,
    score: str,
    outcome: str,
    *,
    of: Focus,
    between: tuple[float, float],
    seed: int,
    redraws: int = 2000,
    confidence: float = 0.95,
) -> Estimates:
    """Area where the specificity (or the sensitivity) lies between two shares: the part that would be used.

    `partial_auc` is that area itself, at most the width of the range; `partial_auc_mcclish` is the same on the scale
    of a whole area, .5 for a score that says nothing and 1 for a perfect one. Percentile intervals of a bootstrap
    within outcome on counts. McClish (1989).

    >>> forms = {"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}
    >>> partial_auc(forms, "total", "again", of="specificity", between=(0.5, 1), seed=1)["partial_auc"].value
    0.25
    """
    low, high = between
    if of not in ("specificity", "sensitivity") or not 0 <= low < high <= 1:
        raise UsageError("A part of the curve is of specificity or sensitivity, between two shares such as (0.8, 1).")
    table = levels(forms, score, outcome, confidence)
    check_number(table.values, score)
    check_redraws(redraws)
    names = ("partial_auc", "partial_auc_mcclish")
    if (why := one_sided(table.events, table.others)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in names)

    def area(positives: Array, negatives: Array) -> Array:
        x, y = roc.curve(positives=positives, negatives=negatives)
        x, y = (x, y) if of == "specificity" else (y[..., ::-1], x[..., ::-1])
        return roc.area_between(x=x, y=y, low=low, high=high)

    value, found = area(table.events, table.others), area(*redrawn(table, seed, redraws))
    part = f"area where the {of} lies between {low:g} and {high:g}"
    interval = f"percentile interval of {redraws} redraws within outcome{table.left}"
    source, n = "McClish (1989)", table.n
    plain = redrawn_estimate(names[0], float(value), found, n, f"{part}; {interval}", source, confidence)
    corrected, spread = (roc.mcclish(area=one, low=low, high=high) for one in (value, found))
    if corrected < 0.5:
        why = "the curve runs below the diagonal here, where the correction has no meaning"
        return Estimates([plain, Estimate(name=names[1], n=n, why=why)])
    method = f"{part}, from .5 for nothing to 1 for perfect; {interval}"
    return Estimates([plain, redrawn_estimate(names[1], float(corrected), spread, n, method, source, confidence)])
