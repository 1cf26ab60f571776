"""Latent classes where they must be something known."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from collapses.made_up import Collapses, number, value
from risico.estimate import Estimates
from risico.profiles import load, profile
from risico.profiles.latent import Classes, beside_rule, by_class, fit, stability

ASKED = load().asked
N = 120


def frame(columns: dict[str, Any]) -> pl.DataFrame:
    told = {name: columns.get(name, np.zeros(N, dtype=int)) for name in ASKED}
    return pl.DataFrame({f"gezinsprofiel_{name}": values for name, values in told.items()})


HALF = np.repeat([0, 2], N // 2)
APART = frame({item: HALF if item.startswith("s") else 2 - HALF for item in ASKED if item[0] in "st"})
MIXTURE = np.random.default_rng(5).integers(0, 3, (N, 4))
MIXED = frame({name: MIXTURE[:, j] for j, name in enumerate(("t1", "t2", "s1", "s2"))})
ITEMS = ("t1", "t2", "s1", "s2")


@cache
def one() -> Classes:
    return fit(MIXED, indicators=ITEMS, most=1)


@cache
def two() -> Classes:
    """Families of two kinds with no code in common: two classes, and no start that misses them."""
    return fit(APART, indicators=ITEMS, most=2, starts=20)


def same() -> Estimates:
    return fit(frame({}), indicators=("t1", "s1"), most=2, starts=20).estimates


def entropy_of_codes() -> float:
    counts = np.array([np.bincount(column, minlength=3) for column in MIXTURE.T])
    return float((counts * np.log(counts / N)).sum())


SURE = {"a": np.repeat([1.0, 0.0], 40), "b": np.repeat([0.0, 1.0], 40)}
Y = np.random.default_rng(2).normal(size=80)
Z = np.tile([0.0, 1.0], 40)
ALONE = {"why_no_cluster": "drawn one by one"}


def difference(rows: slice) -> tuple[float, float]:
    """The difference between two arms and its variance, as everybody writes it."""
    y, z = Y[rows], Z[rows]
    sides = [y[z == arm] for arm in (0, 1)]
    return sides[1].mean() - sides[0].mean(), sum(side.var() / len(side) for side in sides) * 80 / 79


def p_by_hand() -> float:
    (a, v), (b, w) = difference(slice(0, 40)), difference(slice(40, 80))
    return float(stats.chi2.sf((a - b) ** 2 / (v + w), 1))


def _region() -> Estimates:
    return stability(APART, two(), region=["north", "south"] * (N // 2))


FORMS: dict[str, Callable[[], Estimates]] = {
    "fit": lambda: two().estimates,
    "stability": _region,
    "beside_rule": lambda: beside_rule(APART, two()),
    "by_class": lambda: by_class(SURE, Y, **ALONE) + by_class(SURE, Y, arm=Z, **ALONE),
}

LL = "class_loglik"
COLLAPSES: Collapses = {
    "class_loglik": lambda: (number(one().estimates, LL), entropy_of_codes()),
    "class_bic": lambda: (number(one().estimates, "class_bic"), -2 * entropy_of_codes() + 8 * np.log(N)),
    "class_bic_adjusted": lambda: (
        number(one().estimates, "class_bic_adjusted"),
        -2 * entropy_of_codes() + 8 * np.log((N + 2) / 24),
    ),
    "class_aic": lambda: (number(one().estimates, "class_aic"), -2 * entropy_of_codes() + 16),
    "class_entropy": lambda: (number(one().estimates, "class_entropy"), 1.0),
    "class_smallest": lambda: (number(one().estimates, "class_smallest"), 1.0),
    "class_posterior": lambda: (number(one().estimates, "class_posterior"), 1.0),
    "class_starts": lambda: (number(one().estimates, "class_starts"), 1.0),
    "classes_lowest_bic": lambda: (value(same(), "classes_lowest_bic"), 1.0),
    "classes_chosen": lambda: (value(same(), "classes_chosen"), 1.0),
    "class_share": lambda: (number(one().estimates, "class_share"), 1.0),
    "class_code": lambda: (number(one().estimates, "class_code", indicator="t1"), float((MIXTURE[:, 0] == 2).mean())),
    "class_stable_half": lambda: (number(_region(), "class_stable_half", split="1"), 1.0),
    "class_stable_region": lambda: (number(_region(), "class_stable_region", region="north"), 1.0),
    "classes_accepted": lambda: (value(_region(), "classes_accepted"), 2.0),
    "classes_rule_rand": lambda: (value(beside_rule(APART, two()), "classes_rule_rand"), 1.0),
    "class_mean": lambda: (number(by_class(SURE, Y, **ALONE), "class_mean", **{"class": "a"}), Y[:40].mean()),
    "class_effect": lambda: (
        number(by_class(SURE, Y, arm=Z, **ALONE), "class_effect", **{"class": "b"}),
        difference(slice(40, 80))[0],
    ),
    "class_effects_differ_p": lambda: (value(by_class(SURE, Y, arm=Z, **ALONE), "class_effects_differ_p"), p_by_hand()),
}
assert set(profile(APART)["gezinsprofiel_label"].unique()) == {"intieme_terreur", "gezin_in_stress"}
