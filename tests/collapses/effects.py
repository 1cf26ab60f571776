"""Effects where they must be something known."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats
from sklearn.dummy import DummyClassifier, DummyRegressor

from collapses.made_up import Collapses, first, number, value
from risico.effects import adjusted, assigned_by_delivered, randomized
from risico.estimate import Estimates

N = 80
LOT = np.tile([0.0, 1.0], N // 2)
KINDS = np.repeat(["a", "b"], N // 2)
SAME = np.tile([3.0, 4.0, 5.0, 7.0, 4.0, 6.0, 1.0, 3.0], N // 8)
ALIKE = np.tile([0.0, 0.0, 1.0, 1.0], N // 4)
FLAT: dict[str, Any] = {
    "outcome_learners": {"mean": DummyRegressor()},
    "propensity_learners": {"share": DummyClassifier(strategy="prior")},
    "repeats": 1,
}


def trial(**more: Any) -> Estimates:
    """Forty families by lot in each arm, half of each kind, everybody as drawn."""
    told = {"outcome": SAME, "assigned": LOT, "why_no_cluster": "drawn one by one"}
    return randomized(**{**told, **more})


def kinds(estimand: str = "itt", **more: Any) -> Estimates:
    return trial(profile=KINDS, received=None, **more).where(estimand=estimand)


def given(**more: Any) -> Estimates:
    told: dict[str, Any] = {"outcome": SAME, "treated": LOT, "covariates": {"x": ALIKE}, "why_no_cluster": "one by one"}
    return adjusted(**{**told, **FLAT, **more})


BOTH = np.ones(N, dtype=bool)
SHIFTED = SAME + 2 * LOT * (KINDS == "b")
NOISE = np.where(np.isin(np.arange(N) % 10, (0, 3)), 1 - LOT, LOT)


def means_apart(rows: np.ndarray) -> float:
    return SAME[rows & (LOT == 1)].mean() - SAME[rows & (LOT == 0)].mean()


def welch(values: np.ndarray) -> float:
    return stats.ttest_ind(values[LOT == 1], values[LOT == 0], equal_var=False).statistic ** 2


def two_kinds() -> float:
    a, b = (first(kinds(outcome=SHIFTED), "profile_effect", profile=kind) for kind in "ab")
    return (a.value - b.value) ** 2 / (a.se**2 + b.se**2)


def mean_of_kinds() -> float:
    found = kinds(outcome=SHIFTED)
    return (number(found, "profile_effect", profile="a") + number(found, "profile_effect", profile="b")) / 2


FORMS: dict[str, Callable[[], Estimates]] = {
    "randomized": lambda: trial(received=LOT, profile=KINDS, covariates={"x": ALIKE}),
    "assigned_by_delivered": lambda: assigned_by_delivered(assigned=KINDS, delivered=KINDS),
    "adjusted": lambda: given(profile=KINDS),
}


COLLAPSES: Collapses = {
    "outcome_known": lambda: (number(trial(), "outcome_known"), 1.0),
    "profile_known": lambda: (number(trial(profile=[None, "a"] * (N // 2)), "profile_known"), 0.5),
    "itt": lambda: (value(trial(), "itt"), means_apart(BOTH)),
    "itt_adjusted": lambda: (value(found := trial(covariates={"x": ALIKE}), "itt_adjusted"), value(found, "itt")),
    "first_stage": lambda: (value(trial(received=LOT), "first_stage"), 1.0),
    "first_stage_f": lambda: (value(trial(received=NOISE), "first_stage_f"), welch(NOISE)),
    "cace": lambda: (value(found := trial(received=LOT), "cace"), value(found, "itt")),
    "delivered": lambda: (
        number(assigned_by_delivered(assigned=KINDS, delivered=KINDS), "delivered", assigned="a", delivered="a"),
        N / 2,
    ),
    "delivered_as_assigned": lambda: (
        number(assigned_by_delivered(assigned=KINDS, delivered=KINDS), "delivered_as_assigned"),
        1.0,
    ),
    "heterogeneity_p": lambda: (value(kinds(), "heterogeneity_p"), 1.0),
    "heterogeneity_q": lambda: (value(kinds(outcome=SHIFTED), "heterogeneity_q"), two_kinds()),
    "heterogeneity_tau": lambda: (value(kinds(), "heterogeneity_tau"), 0.0),
    "more_families": lambda: (value(kinds(outcome=SHIFTED + 2 * LOT * (KINDS == "b")), "more_families"), 0.0),
    "line_zero": lambda: (value(kinds(), "line_zero"), 0.0),
    "line_equal": lambda: (value(kinds(outcome=SHIFTED), "line_equal"), mean_of_kinds()),
    "profile_effect": lambda: (number(kinds(), "profile_effect", profile="b"), means_apart(KINDS == "b")),
    "profile_effect_pooled": lambda: (number(found := kinds(), "profile_effect_pooled"), value(found, "line_equal")),
    "unadjusted": lambda: (value(given(), "unadjusted"), value(trial(), "itt")),
    "learner_loss": lambda: (number(given(), "learner_loss", part="chance of help"), math.log(2)),
    "overlap_propensity": lambda: (number(given(), "overlap_propensity"), 0.5),
    "overlap_trimmed": lambda: (number(given(), "overlap_trimmed"), 0.0),
    "overlap_ess": lambda: (number(given(), "overlap_ess"), N / 2),
    "overlap_smd_before": lambda: (number(given(), "overlap_smd_before"), 0.0),
    "overlap_smd_after": lambda: (
        number(found := given(covariates={"x": SAME}), "overlap_smd_after"),
        number(found, "overlap_smd_before"),
    ),
    "att": lambda: (value(given(), "att"), value(given(), "unadjusted")),
    "ate": lambda: (value(given(), "ate"), value(given(), "unadjusted")),
}
