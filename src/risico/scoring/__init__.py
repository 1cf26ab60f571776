"""From forms to scores, on the caller's own engine."""

from risico.scoring.findings import Column, Findings, check
from risico.scoring.score import codes, points, score, set_aside

__all__ = ["Column", "Findings", "check", "codes", "points", "score", "set_aside"]
