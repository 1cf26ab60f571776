"""Alpha and omega of answers that are steps on a ladder."""

from __future__ import annotations

from risico.reliability import ordinal
from risico.statistics.row import CLOSED, Statistic

ITERATED = (
    "lavaan stops at a relative change of 1e-10 in the likelihood or the least squares, some 5 digits of an estimate"
)
POLYCHORIC = "lavaan::lavCor 0.6.14, ordered, two-step"
WLSMV = "lavaan::cfa 0.6.14, one factor, std.lv, ordered, WLSMV"


def _row(reference: str, collapse: str, tolerance: float = 1e-6, reason: str = ITERATED) -> Statistic:
    return Statistic(
        function=ordinal,
        input="counts",
        reference=reference,
        stored="ordinal",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "alpha_ordinal": _row(
        f"psych::alpha 2.2.9 of {POLYCHORIC}", "two items cut at their medians: 2 r / (1 + r) with r = −cos(2 π p)"
    ),
    "omega_categorical": _row(
        f"Green and Yang (2009) in R 4.2.2 on {WLSMV}; semTools::reliability 0.5.6, omega",
        "parallel yes-no items cut at their medians: alpha of the answers",
    ),
    "ordinal_chi_square": _row(f"fitMeasures({WLSMV}), chisq.scaled", "four parallel items: 0"),
    "ordinal_df": _row(f"fitMeasures({WLSMV}), df.scaled", "four items: 2"),
    "ordinal_p": _row(f"fitMeasures({WLSMV}), pvalue.scaled", "four parallel items: 1"),
    "ordinal_cfi": _row(f"fitMeasures({WLSMV}), cfi.scaled", "four parallel items: 1"),
    "ordinal_tli": _row(
        f"fitMeasures({WLSMV}), tli.scaled", "four parallel items: b / (b − df), b of the baseline linear in n − 1"
    ),
    "ordinal_rmsea": _row(f"fitMeasures({WLSMV}), rmsea.scaled", "four parallel items: 0"),
    "ordinal_close_p": _row(f"fitMeasures({WLSMV}), rmsea.pvalue.scaled", "four parallel items: 1"),
    "ordinal_srmr": _row(f"fitMeasures({WLSMV}), srmr", "parallel items: 0"),
    "item_loading_ordinal": _row(f"{WLSMV}, lambda", "parallel items: √r"),
    "item_above_lowest": _row("mean(item > min) in R 4.2.2", "items cut at their medians: a half", 1e-12, CLOSED),
}
