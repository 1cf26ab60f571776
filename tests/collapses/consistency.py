"""Alpha and its kin where they must be something known."""

from itertools import permutations

import numpy as np
from scipy import stats

from collapses.made_up import ITEMS, SHROUT, Collapses, Counted, value
from risico.reliability import consistency
from risico.tally import sums

PARALLEL = np.array([*permutations((0.0, 1.0, 2.0)), (0, 0, 0), (2, 2, 2), (3, 3, 3)])
PAIR = np.array([[1, 2], [2, 1], [3, 4], [4, 3], [5, 5]], dtype=float)
SQUARE = np.array([[a, b] for a in (0, 1) for b in (0, 1)], dtype=float)


def items(table: np.ndarray, name: str, **by: str) -> float:
    return value(consistency(table), name, **by)


def one_column(name: str) -> float:
    return value(consistency(SHROUT).where(item="2"), name)


COUNTED: Counted = {
    "consistency": (ITEMS, consistency, sums),
}


COLLAPSES: Collapses = {
    "alpha": lambda: (items(PAIR, "alpha"), (r := np.corrcoef(PAIR.T)[0, 1]) * 2 / (1 + r)),
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
}
