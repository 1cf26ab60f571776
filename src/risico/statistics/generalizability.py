"""G and D studies."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.reliability import cases_needed, generalizability, raters_needed
from risico.statistics.row import CLOSED, Statistic


def _g(reference: str, collapse: str, function: Callable[..., Estimates] = generalizability) -> Statistic:
    return Statistic(
        function=function,
        input="forms",
        reference=f"gtheory 0.1.2 on components of lme4 1.1-31 (REML): {reference}",
        stored="generalizability",
        tolerance=1e-4,
        reason="iterative on both sides; lmer stops about 1e-5 from the minimum",
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "g_coefficient": _g("dstudy()$generalizability; Brennan (2001) table 3.2", "one facet: icc_3_1"),
    "phi_coefficient": _g("dstudy()$dependability; Brennan (2001) table 3.2", "one facet, mean of four: icc_2_k"),
    "sem_relative": _g("dstudy()$sem.rel", "one facet: root of the residual mean square"),
    "sem_absolute": _g("dstudy()$sem.abs", "one facet: sem_agreement"),
    "raters_needed": _g(
        "w (1 - r) / ((1 - w) r) of icc_agreement and its ends, rounded up", "the ICC of k is wanted: k", raters_needed
    ),
    "cases_needed": Statistic(
        function=cases_needed,
        input="forms",
        reference="Bonett (2002) written out in R 4.2.2; width of the F interval over 1,000 draws",
        stored="generalizability",
        tolerance=1e-12,
        reason=CLOSED,
        collapse="a reliability of 0 and two ratings: 1 + 4 z² / width², rounded up",
    ),
}
