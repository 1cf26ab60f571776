"""Variance components of scores, and what follows from them."""

from __future__ import annotations

from risico.reliability import components
from risico.statistics.row import Statistic


def _reml(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=components,
        input="counts",
        reference=f"lme4::lmer 1.1-31 (REML), score ~ (1 | case) + (1 | rater): {reference}; ends of its deviance",
        stored="variance",
        tolerance=1e-4,
        reason="iterative on both sides; lmer stops about 1e-5 from the minimum",
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "icc_agreement": _reml("case / (case + rater + Residual)", "complete ratings: icc_2_1"),
    "icc_consistency": _reml("case / (case + Residual)", "complete ratings: icc_3_1"),
    "component": _reml("VarCorr", "complete ratings: expected mean squares"),
    "component_share": _reml("VarCorr / sum(VarCorr)", "the share of the case: icc_agreement"),
    "sem_agreement": _reml("sqrt(rater + Residual)", "complete ratings: expected mean squares"),
    "sem_consistency": _reml("sqrt(Residual)", "complete ratings: root of the residual mean square"),
    **{
        f"sdc_{who}_{kind}": _reml(f"z √2 sem_{kind}{part}", f"z √2 times sem_{kind}{part}")
        for who, part in (("individual", ""), ("group", " / √n"))
        for kind in ("agreement", "consistency")
    },
}
