"""How often the outcome is seen at each value of a score or band."""

from __future__ import annotations

from typing import Any

from risico.estimate import Estimate, Estimates
from risico.validity.levels import levels, share

MOST_POINTS = 200


def observed(forms: Any, score: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """Share with the outcome at each value of a score or band (`observed`, Wilson), a curve in `at` for numbers.

    For text the level stands in `by`. More than 200 values are refused with the reason: take the bands.

    >>> found = observed({"band": ["low", "high", "high", "low"], "again": [0, 1, 0, 0]}, "band", "again")
    >>> [(e.by["level"], e.value, e.n) for e in found]
    [('high', 0.5, 2), ('low', 0.0, 2)]
    """
    table = levels(forms, score, outcome, confidence)
    if len(table.values) == 0:
        return Estimates([Estimate(name="observed", why="no form has both a score and an outcome")])
    if len(table.values) > MOST_POINTS:
        why = f"the score has {len(table.values)} values, more than {MOST_POINTS}; use its bands"
        return Estimates([Estimate(name="observed", why=why)])
    method = f"share with the outcome at this level{table.left}"
    out: list[Estimate] = []
    for value, events, others in zip(table.values.tolist(), table.events, table.others, strict=True):
        where: dict[str, Any] = {"by": {"level": value}} if isinstance(value, str) else {"at": value}
        out.append(share("observed", float(events), float(events + others), method, confidence, **where))
    return Estimates(out)
