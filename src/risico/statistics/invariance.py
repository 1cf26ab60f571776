"""Measurement invariance: of answers that are steps on a ladder, and of continuous items."""

from __future__ import annotations

from risico.invariance import invariance, invariance_continuous
from risico.statistics.row import Statistic

ONE = "two groups with the same forms, against the factor model of one: {}"
OTHER = "the same where another group is the first"
WLSMV = "lavaan::cfa 0.6.14, WLSMV, delta, of semTools::measEq.syntax 0.5.6, ID.cat = Wu.Estabrook.2016: {}"


def _ladder(of: str, collapse: str) -> Statistic:
    return Statistic(
        function=invariance,
        input="counts",
        reference=WLSMV.format(of),
        stored="invariance_ordinal",
        tolerance=1e-5,
        reason="both sides iterate; lavaan stops at a relative change of 1e-10 in the least squares, some 6 digits",
        collapse=collapse,
    )


def _continuous(collapse: str) -> Statistic:
    return Statistic(
        function=invariance_continuous,
        input="counts",
        reference="lavaan::cfa 0.6.14, group.equal = loadings, then loadings and intercepts",
        stored="invariance_continuous",
        tolerance=1e-6,
        reason="both sides iterate the likelihood; lavaan stops at a relative change of 1e-10",
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "invariance_chi_square": _ladder("chisq.scaled", ONE.format("twice")),
    "invariance_df": _ladder("df.scaled", ONE.format("twice")),
    "invariance_p": _ladder("pvalue.scaled", ONE.format("that of twice the chi-square and df")),
    "invariance_cfi": _ladder("cfi.scaled", ONE.format("the same")),
    "invariance_tli": _ladder("tli.scaled", ONE.format("the same")),
    "invariance_rmsea": _ladder("rmsea.scaled", ONE.format("the same")),
    "invariance_srmr": _ladder("srmr", ONE.format("the same")),
    "invariance_change_p": _ladder("lavTestLRT, satorra.2000", "two groups with the same forms, one more df: 1"),
    "invariance_cfi_drop": _ladder("cfi.scaled before less after", OTHER),
    "invariance_rmsea_rise": _ladder("rmsea.scaled after less before", OTHER),
    "invariance_continuous_chi_square": _continuous(ONE.format("twice")),
    "invariance_continuous_df": _continuous(ONE.format("twice")),
    "invariance_continuous_p": _continuous(ONE.format("that of twice the chi-square and df")),
    "invariance_continuous_cfi": _continuous(ONE.format("the same")),
    "invariance_continuous_rmsea": _continuous(ONE.format("the same")),
    "invariance_continuous_change_p": _continuous("two groups with the same forms: 1"),
    "invariance_continuous_cfi_drop": _continuous("two groups with the same forms: what more degrees of freedom do"),
    "invariance_continuous_rmsea_rise": _continuous("two groups with the same forms: what more degrees of freedom do"),
}
