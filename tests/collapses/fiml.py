"""Consistency with blanks, where it must be something known."""

import numpy as np

from collapses.made_up import ITEMS, Collapses, Counted, value
from risico.reliability import consistency, fiml, one_factor
from risico.reliability.factor import FIT
from risico.tally import count

RNG = np.random.default_rng(6)
COMPLETE = RNG.normal(size=(40, 5)) + RNG.normal(size=(40, 1))
FIRST = RNG.normal(size=30)
SECOND = np.where(FIRST > 0.8, np.nan, FIRST + RNG.normal(size=30))
"""Blank where the first item is high: complete forms alone would be wrong."""


def with_blanks(table: np.ndarray, name: str) -> float:
    return value(fiml(table), name)


def anderson() -> float:
    """Alpha of two items of which one has blanks: the regression on the other, carried to all forms."""
    both = ~np.isnan(SECOND)
    x, y = FIRST[both], SECOND[both]
    slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)
    left = np.var(y) - slope**2 * np.var(x)
    S = np.array([[v := np.var(FIRST), slope * v], [slope * v, left + slope**2 * v]])
    return float(2 * (1 - np.trace(S) / S.sum()))


COUNTED: Counted = {
    "fiml": (ITEMS, fiml, count),
}


COLLAPSES: Collapses = {
    "alpha_fiml": lambda: (with_blanks(np.column_stack([FIRST, SECOND]), "alpha_fiml"), anderson()),
    "omega_total_fiml": lambda: (
        with_blanks(COMPLETE, "omega_total_fiml"),
        value(consistency(COMPLETE), "omega_total"),
    ),
    "alpha_fiml_difference": lambda: (1 + with_blanks(COMPLETE, "alpha_fiml_difference"), 1.0),
    "omega_total_fiml_difference": lambda: (1 + with_blanks(COMPLETE, "omega_total_fiml_difference"), 1.0),
    **{
        f"factor_{part}_fiml": lambda part=part: (
            with_blanks(COMPLETE, f"factor_{part}_fiml"),
            value(one_factor(COMPLETE), f"factor_{part}"),
        )
        for part in FIT
    },
}
