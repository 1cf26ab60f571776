"""Alpha, omega and what is said of each item."""

from __future__ import annotations

from risico.reliability import consistency
from risico.statistics.row import CLOSED, Statistic


def _consistency(reference: str, collapse: str, tolerance: float = 1e-10, reason: str = CLOSED) -> Statistic:
    return Statistic(
        function=consistency,
        input="sums",
        reference=reference,
        stored="consistency",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "alpha": _consistency(
        "psych::alpha 2.2.9, interval psych::alpha.ci", "two items of equal variance: 2 r / (1 + r) (Spearman-Brown)"
    ),
    "omega_total": _consistency(
        "lavaan::cfa 0.6.14, one factor, std.lv, omega := (sum l)^2 / ((sum l)^2 + sum e)",
        "parallel items: alpha",
        1e-6,
        "lavaan stops at a relative change of 1e-10 in the likelihood, some 6 digits of an estimate",
    ),
    "sem": _consistency("sd of R 4.2.2 and psych::alpha 2.2.9", "unrelated items (alpha 0): the SD of their sum"),
    "sdc_individual": _consistency("qnorm of R 4.2.2 and psych::alpha 2.2.9", "1.96 × √2 × SEM"),
    "sdc_group": _consistency("qnorm of R 4.2.2 and psych::alpha 2.2.9", "the individual one divided by √n"),
    "item_mean": _consistency("colMeans of R 4.2.2", "the mean of one column"),
    "item_sd": _consistency("sd of R 4.2.2", "the SD of one column"),
    "item_rest": _consistency("psych::alpha 2.2.9, r.drop", "two items: their correlation"),
    "alpha_without": _consistency("psych::alpha 2.2.9, alpha.drop", "three items: alpha of the other two"),
}
