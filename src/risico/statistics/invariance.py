"""Measurement invariance of continuous items."""

from __future__ import annotations

from risico.invariance import invariance
from risico.statistics.row import Statistic


def _invariance(collapse: str) -> Statistic:
    return Statistic(
        function=invariance,
        input="counts",
        reference="lavaan::cfa 0.6.14, group.equal = loadings, then loadings and intercepts",
        stored="invariance",
        tolerance=1e-6,
        reason="both sides iterate the likelihood; lavaan stops at a relative change of 1e-10",
        collapse=collapse,
    )


ONE = "two groups with the same forms, against the factor model of one: {}"

ROWS: dict[str, Statistic] = {
    "invariance_chi_square": _invariance(ONE.format("twice")),
    "invariance_df": _invariance(ONE.format("twice")),
    "invariance_p": _invariance(ONE.format("that of twice the chi-square and df")),
    "invariance_cfi": _invariance(ONE.format("the same")),
    "invariance_rmsea": _invariance(ONE.format("the same")),
    "invariance_change_p": _invariance("two groups with the same forms: 1"),
    "invariance_cfi_drop": _invariance("two groups with the same forms: what more degrees of freedom do"),
    "invariance_rmsea_rise": _invariance("two groups with the same forms: what more degrees of freedom do"),
}
