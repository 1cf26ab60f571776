"""Answers that are steps on a ladder, where their consistency must be something known."""

import math
from itertools import product

import numpy as np

from collapses.made_up import ITEMS, Collapses, Counted, value
from risico.reliability import consistency, ordinal
from risico.tally import count

TRIPLE = np.array([form for form in product((0, 1), repeat=3) for _ in range(3 if len(set(form)) == 1 else 1)])
"""Three yes-no items cut at their medians: 4 of 12 forms say yes to two of them, so r = −cos(2 π / 3) = 1 / 2."""
PAIR = TRIPLE[:, :2]
FOUR = np.array([form for form in product((0, 1), repeat=4) for _ in range(3 if len(set(form)) == 1 else 1)])


def ladder(table: np.ndarray, name: str, **by: str) -> float:
    return value(ordinal(table), name, **by)


def baseline(times: int) -> float:
    """The chi-square of no correlations at all, with 6 degrees of freedom, out of the TLI of a perfect fit."""
    tli = ladder(np.tile(FOUR, (times, 1)), "ordinal_tli")
    return 6 * tli / (tli - 1)


COUNTED: Counted = {
    "ordinal": (ITEMS, ordinal, count),
    "ordinal, redrawn": (ITEMS, lambda data: ordinal(data, redraws=100), count),
}


COLLAPSES: Collapses = {
    "alpha_ordinal": lambda: (ladder(PAIR, "alpha_ordinal"), 2 * (r := -math.cos(2 * math.pi / 3)) / (1 + r)),
    "omega_categorical": lambda: (ladder(TRIPLE, "omega_categorical"), value(consistency(TRIPLE), "alpha")),
    "ordinal_chi_square": lambda: (1 + ladder(FOUR, "ordinal_chi_square"), 1.0),
    "ordinal_df": lambda: (ladder(FOUR, "ordinal_df"), 2.0),
    "ordinal_p": lambda: (ladder(FOUR, "ordinal_p"), 1.0),
    "ordinal_cfi": lambda: (ladder(FOUR, "ordinal_cfi"), 1.0),
    "ordinal_tli": lambda: (baseline(3), baseline(1) + 2 * (baseline(2) - baseline(1))),
    "ordinal_rmsea": lambda: (ladder(FOUR, "ordinal_rmsea"), 0.0),
    "ordinal_close_p": lambda: (ladder(FOUR, "ordinal_close_p"), 1.0),
    "ordinal_srmr": lambda: (1 + ladder(TRIPLE, "ordinal_srmr"), 1.0),
    "item_loading_ordinal": lambda: (ladder(TRIPLE, "item_loading_ordinal", item="1"), math.sqrt(0.5)),
    "item_above_lowest": lambda: (ladder(TRIPLE, "item_above_lowest", item="2"), 0.5),
}
