"""Intraclass correlations where they must be something known."""

import math
from typing import Any

import numpy as np
from scipy import stats

from collapses.made_up import RATERS, SHROUT, Collapses, Counted, value
from risico.reliability import consistency, icc
from risico.tally import sums

FIXED = SHROUT[:, [0]] + np.array([[0.0, 1.0, 5.0]])


def one_way(X: np.ndarray) -> Any:
    return stats.f_oneway(*X)


def raters_as_far_apart_as_noise() -> np.ndarray:
    """Scores whose mean square of raters equals that of the residual."""
    X = SHROUT - SHROUT.mean(axis=0)
    residual = X - X.mean(axis=1, keepdims=True)
    ms = (residual**2).sum() / 15
    shift = np.array([-1.0, -1.0, 1.0, 1.0])
    return X + shift * math.sqrt(ms * 3 / (6 * 4))


def tested(name: str, above: float, coefficient: str) -> float:
    return value(icc(SHROUT, above=above), name, coefficient=coefficient)


def at_the_lower_end(name: str) -> float:
    low = icc(SHROUT)[name].low
    assert low is not None
    return low


COUNTED: Counted = {
    "icc": (RATERS, lambda data: icc(data, above=0.3), sums),
}


COLLAPSES: Collapses = {
    "icc_1_1": lambda: (value(icc(SHROUT[:, [0, 0]]), "icc_1_1"), 1.0),
    "icc_2_1": lambda: tuple(value(icc(raters_as_far_apart_as_noise()), f"icc_{kind}_1") for kind in "23"),
    "icc_3_1": lambda: (value(icc(FIXED), "icc_3_1"), 1.0),
    **{
        f"icc_{kind}_k": lambda kind=kind: (
            value(icc(SHROUT), f"icc_{kind}_k"),
            4 * (r := value(icc(SHROUT), f"icc_{kind}_1")) / (1 + 3 * r),
        )
        for kind in "12"
    },
    "icc_3_k": lambda: (value(icc(SHROUT), "icc_3_k"), value(consistency(SHROUT), "alpha")),
    "df_between": lambda: (value(icc(SHROUT), "df_between"), 5),
    "f_one_way": lambda: (value(icc(SHROUT), "f_one_way"), one_way(SHROUT).statistic),
    "df_one_way": lambda: (value(icc(SHROUT), "df_one_way"), 18),
    "p_one_way": lambda: (value(icc(SHROUT), "p_one_way"), one_way(SHROUT).pvalue),
    "f_two_way": lambda: (value(icc(SHROUT), "f_two_way"), 1 / (1 - value(consistency(SHROUT), "alpha"))),
    "df_two_way": lambda: (value(icc(SHROUT), "df_two_way"), 15),
    "p_two_way": lambda: (value(icc(SHROUT), "p_two_way"), stats.f.sf(value(icc(SHROUT), "f_two_way"), 5, 15)),
    "icc_f": lambda: (tested("icc_f", 0.0, "icc_2_k"), value(icc(SHROUT), "f_two_way")),
    "icc_df": lambda: (tested("icc_df", 0.6, "icc_3_1"), value(icc(SHROUT), "df_two_way")),
    "icc_p": lambda: (tested("icc_p", at_the_lower_end("icc_2_k"), "icc_2_k"), 0.025),
}
