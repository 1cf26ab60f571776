"""Raters who differ systematically, and units that split raters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risico.reliability import raters_apart, raters_split
from risico.statistics.row import BASE, CLOSED, Statistic


def _row(function: Callable[..., Any], reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=function,
        input="counts",
        reference=reference,
        stored="raters_apart",
        tolerance=1e-8,
        reason=CLOSED,
        collapse=collapse,
    )


MARGINS = "irr::stuart.maxwell.mh 0.84.1; with two levels mcnemar.test(correct = FALSE) of R 4.2.2"
ROWS: dict[str, Statistic] = {
    "rater_difference": _row(
        raters_apart, f"{BASE}: t.test(conf.level = 1 - .05 / raters) on units with another rating", "two raters: bias"
    ),
    "raters_f": _row(raters_apart, f"{BASE}: anova(lm(y ~ unit + rater))", "two raters: the square of the paired t"),
    "raters_p": _row(raters_apart, f"{BASE}: anova(lm(y ~ unit + rater))", "two raters: p of the paired t test"),
    "marginal_homogeneity_chi_square": _row(raters_apart, MARGINS, "two levels: (b − c)² / (b + c) of McNemar"),
    "marginal_homogeneity_p": _row(raters_apart, MARGINS, "two levels: p of McNemar's chi-square"),
    "units_split": _row(raters_split, f"{BASE}: prop.test(correct = FALSE)", "every unit split: 1"),
    "levels_confused": _row(
        raters_split, f"{BASE}: a walk over the units", "two levels and two raters: 1 − percent agreement"
    ),
}
