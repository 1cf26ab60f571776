"""Norms where they must be something known."""

from datetime import date

import numpy as np
from scipy.special import ndtri

from collapses.made_up import Collapses, Counted
from risico.norms import continuous_norms, norm_group, percentile_norms
from risico.tally import count

RNG = np.random.default_rng(13)
AGES = np.repeat([6.0, 7.0, 9.0], 10)
CHILDREN = {
    "raw": [float("nan") if i == 4 else float(x) for i, x in enumerate(np.round(2 * AGES + RNG.normal(0, 2, 30)))],
    "age": AGES.tolist(),
}
PLACES = ndtri((np.arange(1, 41) - 0.5) / 40)
LINE = {
    "raw": [float(10 * L + 2 * age) for age in (6.0, 7.0, 8.0) for L in PLACES],
    "age": [age for age in (6.0, 7.0, 8.0) for _ in PLACES],
}
SAME = {"raw": [3.0] * 30}


def one(found: object, name: str) -> float:
    (value,) = (e.value for e in found if e.name == name)  # type: ignore[attr-defined]
    assert value is not None
    return value


COUNTED: Counted = {
    "percentile_norms": (CHILDREN, lambda data: percentile_norms(data, "raw", ["age"]), count),
    "continuous_norms": (CHILDREN, lambda data: continuous_norms(data, "raw", "age"), count),
    "norm_group": (
        CHILDREN,
        lambda data: norm_group(data, "raw", collected=date(2010, 1, 1), on=date(2024, 1, 1)),
        count,
    ),
}

COLLAPSES: Collapses = {
    "percentile_rank": lambda: (one(percentile_norms(SAME, "raw"), "percentile_rank"), 50.0),
    "t_score": lambda: (one(percentile_norms(SAME, "raw"), "t_score"), 50.0),
    "t_score_continuous": lambda: (
        one(continuous_norms(LINE, "raw", "age", ages=[7.5], scores=[17.0]), "t_score_continuous"),
        52.0,
    ),
    "norm_group_n": lambda: (
        one(norm_group(SAME, "raw", collected=date(2010, 1, 1), on=date(2024, 1, 1)), "norm_group_n"),
        30.0,
    ),
    "norms_age_years": lambda: (
        one(norm_group(SAME, "raw", collected=date(1600, 1, 1), on=date(2000, 1, 1)), "norms_age_years"),
        400.0,
    ),
}
