"""From forms to scores, on the caller's own engine."""

from risico.scoring.findings import Column, Findings, check
from risico.scoring.score import points, score, set_aside

__all__ = ["Column", "Findings", "check", "points", "score", "set_aside"]
