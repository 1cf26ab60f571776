"""Consistency from every form that has an answer, blanks and all."""

from __future__ import annotations

from risico.reliability import fiml
from risico.statistics.row import Statistic

ITERATED = "lavaan stops at a relative change of 1e-10 in the likelihood, some 5 digits of a chi-square"
LAVAAN = "lavaan::cfa 0.6.14, one factor, std.lv, missing = fiml"


def _row(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=fiml,
        input="counts",
        reference=reference,
        stored="fiml",
        tolerance=1e-5,
        reason=ITERATED,
        collapse=collapse,
    )


def _fit(measure: str, alone: str) -> Statistic:
    return _row(f"fitMeasures({LAVAAN}), {measure}", f"complete forms: {alone}")


ROWS: dict[str, Statistic] = {
    "alpha_fiml": _row(
        f"psych::alpha 2.2.9 of lavInspect({LAVAAN}, em.h1.tol = 1e-12; sampstat)",
        "two items, blanks in one only: alpha of the closed form of Anderson (1957)",
    ),
    "omega_total_fiml": _row(f"{LAVAAN}, omega := (sum l)^2 / ((sum l)^2 + sum e)", "complete forms: omega_total"),
    "alpha_fiml_difference": _row("psych::alpha 2.2.9 of both covariances", "complete forms: 0"),
    "omega_total_fiml_difference": _row("lavaan::cfa 0.6.14, fiml less listwise", "complete forms: 0"),
    "factor_chi_square_fiml": _fit("chisq", "factor_chi_square"),
    "factor_df_fiml": _fit("df", "factor_df"),
    "factor_p_fiml": _fit("pvalue", "factor_p"),
    "factor_cfi_fiml": _fit("cfi", "factor_cfi"),
    "factor_tli_fiml": _fit("tli", "factor_tli"),
    "factor_rmsea_fiml": _fit("rmsea", "factor_rmsea"),
    "factor_close_p_fiml": _fit("rmsea.pvalue", "factor_close_p"),
    "factor_srmr_fiml": _fit("srmr_bentler_nomean", "factor_srmr"),
}
