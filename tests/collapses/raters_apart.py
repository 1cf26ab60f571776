"""Raters who differ, where it must be something known."""

from typing import Any

from scipy import stats

from collapses.made_up import RATERS, Collapses, Counted, value
from risico.reliability import agreement, bland_altman, raters_apart, raters_split
from risico.tally import count

PAIR = {"a": [1, 2, 2, 3, 3, 2, 1, 4], "b": [1, 2, 3, 3, 4, 2, 2, 4]}
YES = {"a": [1.0] * 9 + [2] * 8 + [1] * 6 + [2] * 15, "b": [1.0] * 9 + [1] * 8 + [2] * 6 + [2] * 15}


def paired() -> Any:
    return stats.ttest_rel(PAIR["a"], PAIR["b"])


COUNTED: Counted = {
    "raters_apart": (RATERS, raters_apart, count),
    "raters_split": (RATERS, raters_split, count),
}

COLLAPSES: Collapses = {
    "rater_difference": lambda: (
        value(raters_apart(PAIR), "rater_difference", rater="a"),
        value(bland_altman(PAIR), "bias"),
    ),
    "raters_f": lambda: (value(raters_apart(PAIR), "raters_f"), paired().statistic ** 2),
    "raters_p": lambda: (value(raters_apart(PAIR), "raters_p"), paired().pvalue),
    "marginal_homogeneity_chi_square": lambda: (
        value(raters_apart(YES), "marginal_homogeneity_chi_square"),
        (8 - 6) ** 2 / (8 + 6),
    ),
    "marginal_homogeneity_p": lambda: (
        value(raters_apart(YES), "marginal_homogeneity_p"),
        float(stats.chi2.sf((8 - 6) ** 2 / (8 + 6), 1)),
    ),
    "units_split": lambda: (value(raters_split({"a": [1, 2] * 3, "b": [3, 4] * 3}), "units_split"), 1.0),
    "levels_confused": lambda: (
        value(raters_split(YES), "levels_confused", levels="1 / 2"),
        1 - value(agreement(YES), "percent_agreement"),
    ),
}
