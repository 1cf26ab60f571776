"""Limits of agreement where they must be something known."""

import numpy as np
from scipy import stats

from collapses.made_up import MOMENTS, Collapses, Counted, value
from risico.reliability import bland_altman
from risico.tally import count

FIRST, SECOND = [4.0, 6, 9, 12, 15, 7], [5.0, 6, 8, 14, 16, 3]
PAIR = {"a": FIRST, "b": SECOND}


def of_test() -> float:
    test = stats.ttest_rel(FIRST, SECOND)
    return float(test.statistic * np.std(np.subtract(FIRST, SECOND), ddof=1) / np.sqrt(6))


def limit() -> float:
    found = bland_altman(PAIR)
    return value(found, "bias") + stats.norm.ppf(0.975) * value(found, "sd_of_differences")


COUNTED: Counted = {"bland_altman": (MOMENTS, bland_altman, count)}

COLLAPSES: Collapses = {
    "bias": lambda: (value(bland_altman(PAIR), "bias"), of_test()),
    "sd_of_differences": lambda: (
        value(bland_altman({"a": FIRST, "b": [2.0] * 6}), "sd_of_differences"),
        float(np.std(FIRST, ddof=1)),
    ),
    "limit_of_agreement_low": lambda: (
        value(bland_altman(PAIR), "limit_of_agreement_low"),
        -value(bland_altman({"b": SECOND, "a": FIRST}), "limit_of_agreement_high"),
    ),
    "limit_of_agreement_high": lambda: (value(bland_altman(PAIR), "limit_of_agreement_high"), limit()),
    "proportional_bias": lambda: (
        value(bland_altman({"a": FIRST, "b": FIRST[::-1]}, ["a", "b"]), "proportional_bias") + 1,
        1.0,
    ),
}
