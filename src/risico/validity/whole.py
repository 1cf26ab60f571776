"""What a score says about an outcome, in one call."""

from __future__ import annotations

from typing import Any

from risico.estimate import Estimates
from risico.tally import count
from risico.validity.area import auc
from risico.validity.cut_offs import accuracy
from risico.validity.observed import observed


def validity(
    forms: Any,
    score: str,
    outcome: str,
    *,
    at_least: float | None = None,
    below: float | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What a score says about an outcome: `auc`, where a cut-off is given `accuracy`, then `observed` per score.

    >>> forms = {"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}
    >>> print([e.name for e in validity(forms, "total", "again", at_least=5)][:6])
    ['auc', 'base_rate', 'sensitivity', 'specificity', 'ppv', 'npv']
    """
    counts = count(forms, [score, outcome])
    out = auc(counts, score, outcome, confidence=confidence)
    if at_least is not None or below is not None:
        out += accuracy(counts, score, outcome, at_least=at_least, below=below, confidence=confidence)
    return out + observed(counts, score, outcome, confidence=confidence)
