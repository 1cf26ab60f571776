"""Raters over time."""

from __future__ import annotations

from risico.reliability import drift
from risico.statistics.row import CLOSED, Statistic


def _drift(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=drift,
        input="forms",
        reference=reference,
        stored="drift",
        tolerance=1e-8,
        reason=CLOSED,
        collapse=collapse,
    )


LM = "clubSandwich 0.5.8 on lm(y ~ 0 + rater + rater:time), CR2 by case"

ROWS: dict[str, Statistic] = {
    "drift_p": _drift(f"{LM}: Wald_test(test = 'HTZ')", "one rater, two moments: p of the t test"),
    "drift_f": _drift(f"{LM}: Wald_test(test = 'HTZ')", "one rater, two moments: t²"),
    "drift_df": _drift(f"{LM}: Wald_test(test = 'HTZ')", "one rater, two moments: n − 2"),
    "drift_slope": _drift(
        f"{LM}: coef_test(test = 'Satterthwaite')", "two moments: difference of means over time between"
    ),
    "rater_deviation": _drift("t.test of R 4.2.2 per rater and period", "all in one period: the mean"),
}
