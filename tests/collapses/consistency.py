"""Alpha and its kin where they must be something known."""

import math
from itertools import permutations

import numpy as np
from scipy import stats

from collapses.made_up import ITEMS, SHROUT, Collapses, Counted, value
from risico.reliability import alpha_adf, consistency, one_factor, split_half
from risico.tally import count, sums

PARALLEL = np.array([*permutations((0.0, 1.0, 2.0)), (0, 0, 0), (2, 2, 2), (3, 3, 3)])
PAIR = np.array([[1, 2], [2, 1], [3, 4], [4, 3], [5, 5]], dtype=float)
FOUR = np.array([*permutations((0.0, 1.0, 2.0, 3.0)), *([[i] * 4 for i in (0, 1, 2, 3)] * 3)])
SLOPE = np.arange(90.0)[:, None] / 30
R_FOUR = np.corrcoef(FOUR.T)[0, 1]
HALVES = np.array([[0, 0]] * 4 + [[1, 1]] * 4 + [[0, 1], [1, 0]] * 2, dtype=float)
"""Two yes-no items cut at their medians, alike on 8 of 12 forms."""
SQUARE = np.array([[a, b] for a in (0, 1) for b in (0, 1)], dtype=float)


def items(table: np.ndarray, name: str, **by: str) -> float:
    return value(consistency(table), name, **by)


def halved(table: np.ndarray, name: str) -> float:
    return value(split_half(table), name)


def fitted(table: np.ndarray, name: str, **by: str) -> float:
    return value(one_factor(table), name, **by)


def spearman_brown() -> float:
    return (r := np.corrcoef(PAIR.T)[0, 1]) * 2 / (1 + r)


def bartlett() -> float:
    return -(len(PAIR) - 2.5) * math.log(1 - np.corrcoef(PAIR.T)[0, 1] ** 2)


def baseline_ratio() -> float:
    return -len(FOUR) * np.linalg.slogdet(np.corrcoef(FOUR.T))[1] / 6


def duhachek() -> tuple[float, float]:
    found = consistency(FOUR)["alpha_duhachek"].se
    assert found is not None
    return found, math.sqrt(2 * 4 / 3 / len(FOUR)) * (1 - items(FOUR, "alpha"))


def one_column(name: str) -> float:
    return value(consistency(SHROUT).where(item="2"), name)


COUNTED: Counted = {
    "consistency": (ITEMS, consistency, sums),
    "alpha_adf": (ITEMS, alpha_adf, count),
    "one_factor": (ITEMS, one_factor, sums),
    "split_half": (ITEMS, split_half, sums),
}


COLLAPSES: Collapses = {
    "alpha": lambda: (items(PAIR, "alpha"), (r := np.corrcoef(PAIR.T)[0, 1]) * 2 / (1 + r)),
    "alpha_adf": lambda: (alpha_adf(HALVES)["alpha_adf"].se, math.sqrt(2 / 9 / 12) / (2 / 3) ** 2),
    "omega_total": lambda: (items(PARALLEL, "omega_total"), items(PARALLEL, "alpha")),
    "sem": lambda: (items(SQUARE, "sem"), SQUARE.sum(axis=1).std(ddof=1)),
    "sdc_individual": lambda: (items(PAIR, "sdc_individual"), stats.norm.ppf(0.975) * 2**0.5 * items(PAIR, "sem")),
    "sdc_group": lambda: (items(PAIR, "sdc_group"), items(PAIR, "sdc_individual") / 5**0.5),
    "item_mean": lambda: (one_column("item_mean"), SHROUT[:, 2].mean()),
    "item_sd": lambda: (one_column("item_sd"), SHROUT[:, 2].std(ddof=1)),
    "item_rest": lambda: (items(PAIR, "item_rest", item="0"), np.corrcoef(PAIR.T)[0, 1]),
    "alpha_without": lambda: (
        items(SHROUT[:, :3], "alpha_without", item="2"),
        items(SHROUT[:, :2], "alpha"),
    ),
    "alpha_duhachek": duhachek,
    "alpha_standardised": lambda: (items(PARALLEL, "alpha_standardised"), items(PARALLEL, "alpha")),
    "guttman_lambda_2": lambda: (items(PARALLEL, "guttman_lambda_2"), items(PARALLEL, "alpha")),
    "guttman_lambda_6": lambda: (items(PAIR, "guttman_lambda_6"), np.corrcoef(PAIR.T)[0, 1]),
    "split_half_mean": lambda: (
        halved(SHROUT, "split_half_mean") + halved(SHROUT[:, :3], "split_half_mean"),
        items(SHROUT, "alpha") + items(SHROUT[:, :3], "alpha"),
    ),
    "split_half_worst": lambda: (halved(FOUR, "split_half_worst"), items(FOUR, "alpha")),
    "split_half_best": lambda: (halved(FOUR, "split_half_best"), items(FOUR, "alpha")),
    "split_half_odd_even": lambda: (halved(PAIR, "split_half_odd_even"), items(PAIR, "alpha")),
    "spearman_brown_mean": lambda: (halved(PAIR, "spearman_brown_mean"), spearman_brown()),
    "spearman_brown_odd_even": lambda: (halved(PAIR, "spearman_brown_odd_even"), spearman_brown()),
    "kmo": lambda: (fitted(PAIR, "kmo"), 0.5),
    "item_kmo": lambda: (fitted(PAIR, "item_kmo", item="1"), 0.5),
    "bartlett_chi_square": lambda: (fitted(PAIR, "bartlett_chi_square"), bartlett()),
    "bartlett_df": lambda: (fitted(PAIR, "bartlett_df"), 1),
    "bartlett_p": lambda: (fitted(PAIR, "bartlett_p"), 2 * stats.norm.sf(math.sqrt(bartlett()))),
    "factor_chi_square": lambda: (fitted(FOUR, "factor_chi_square"), 0.0),
    "factor_df": lambda: (fitted(np.random.default_rng(2).normal(size=(90, 5)) + SLOPE, "factor_df"), 5),
    "factor_p": lambda: (fitted(FOUR, "factor_p"), 1.0),
    "factor_cfi": lambda: (fitted(FOUR, "factor_cfi"), 1.0),
    "factor_tli": lambda: (fitted(FOUR, "factor_tli"), (b := baseline_ratio()) / (b - 1)),
    "factor_rmsea": lambda: (fitted(FOUR, "factor_rmsea"), 0.0),
    "factor_close_p": lambda: (fitted(FOUR, "factor_close_p"), 1.0),
    "factor_srmr": lambda: (fitted(FOUR, "factor_srmr"), 0.0),
    "item_loading": lambda: (fitted(FOUR, "item_loading", item="2"), math.sqrt(R_FOUR)),
}
