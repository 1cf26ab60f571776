"""How sure a level is."""

from __future__ import annotations

from risico.reliability import decision
from risico.statistics.row import Statistic


def _decision(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=decision,
        input="counts",
        reference=f"betafunctions 1.9.0: LL.CA.MC, {reference}; integrate(rel.tol = 1e-10) over its own fit",
        stored="livingston_lewis",
        tolerance=1e-7,
        reason="quadrature on both sides; LL.CA.MC itself integrates to 1e-4",
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "decision_accuracy": _decision("accuracy", "true shares spread evenly: incomplete beta functions"),
    "wrongly_above": _decision("confusionmatrix", "true shares spread evenly: incomplete beta functions"),
    "wrongly_below": _decision("confusionmatrix", "true shares spread evenly: incomplete beta functions"),
    "decision_consistency": _decision("p", "true shares spread evenly: a sum of beta functions"),
    "decision_kappa": _decision("Kappa", "true shares spread evenly: a sum of beta functions"),
    "sem_at_cutoff": _decision("etl_rounded", "half-way the scale: width / 2 √length"),
    "level_accuracy": _decision("accuracy", "true shares spread evenly: incomplete beta functions"),
    "level_consistency": _decision("p", "true shares spread evenly: a sum of beta functions"),
    "effective_length": _decision("etl", "scores as 20 equal questions give them: 20"),
}
