"""Effects from when things happened, where they must be something known."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from collapses.made_up import Collapses, first, number, value
from risico.effects import interrupted_series, randomized, staggered, time_to_event
from risico.estimate import Estimates

ARM = np.tile([0.0, 1.0], 60)
DAY = np.tile([30.0, 60, 60, 90, 120, 150, 200, 250, 365, 365, 365, 365], 10)
CAUSE = np.tile([1.0, 1, 1, 2, 1, 0, 1, 1, 0, 0, 0, 0], 10)
ALL_SEEN = np.where(DAY < 365, 1.0, 0.0)
AGE = np.repeat([20.0, 30, 40, 50, 30, 20], 20)


def waited(**more: Any) -> Estimates:
    """Sixty families in each arm, followed for a year."""
    told = {"time": DAY, "cause": CAUSE, "treated": ARM, "horizon": 365, "why_no_cluster": "one by one"}
    return time_to_event(**{**told, **more})


def as_share(**more: Any) -> Estimates:
    return randomized(outcome=ALL_SEEN, assigned=ARM, why_no_cluster="one by one", **more)


def alike() -> Estimates:
    return waited(time=np.repeat(np.arange(1.0, 61), 2), cause=np.ones(120))


WAVES = np.random.default_rng(21).normal(size=(24, 4))
BEGUN = np.repeat([2.0, np.nan], 12)


def began(Y: np.ndarray = WAVES) -> Estimates:
    """Twelve teams that began in the third of four periods, and twelve that never did."""
    rows = {"unit": np.repeat(np.arange(24), Y.shape[1]), "period": np.tile(np.arange(Y.shape[1]), 24)}
    return staggered(**rows, outcome=Y.ravel(), start=np.repeat(BEGUN, Y.shape[1]))


def stepped() -> np.ndarray:
    moved = np.arange(24.0)[:, None] + np.arange(4) + WAVES / 1e12
    return moved + 3 * (np.arange(4)[None, :] >= BEGUN[:, None])


def change(first_period: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    moved = WAVES[:, last] - WAVES[:, first_period]
    return moved[:12], moved[12:]


def plain_difference() -> float:
    helped, others = change(1, 2)
    return helped.mean() - others.mean()


def welch_p() -> float:
    t = stats.ttest_ind(*change(0, 1), equal_var=False).statistic
    return float(stats.f.sf(t**2, 1, 11))


MONTH = np.arange(40.0)
STEP, BEND = 3.0 * (MONTH >= 20), 0.5 * np.maximum(MONTH - 20, 0)
EVEN = np.random.default_rng(32).normal(size=40)
HARDLY = np.random.default_rng(31).normal(size=40) / 1e8


def series(outcome: np.ndarray = STEP + BEND + 7 + HARDLY) -> Estimates:
    """Forty months with a step of 3 and a bend of a half from the twenty-first on."""
    return interrupted_series(outcome=outcome, start=20)


FORMS: dict[str, Callable[[], Estimates]] = {
    "time_to_event": lambda: waited(covariates={"age": AGE}, days=(180,)),
    "staggered": began,
    "interrupted_series": series,
}

COLLAPSES: Collapses = {
    "cumulative_incidence": lambda: (
        number(waited(cause=ALL_SEEN), "cumulative_incidence", arm="treated"),
        ALL_SEEN[ARM == 1].mean(),
    ),
    "competing_incidence": lambda: (
        number(waited(cause=2 * ALL_SEEN), "competing_incidence", arm="comparison"),
        ALL_SEEN[ARM == 0].mean(),
    ),
    "risk_difference": lambda: (
        value(waited(cause=ALL_SEEN), "risk_difference"),
        value(as_share(), "itt"),
    ),
    "risk_difference_adjusted": lambda: (
        value(waited(cause=ALL_SEEN, covariates={"age": AGE}), "risk_difference_adjusted"),
        value(as_share(covariates={"age": AGE}), "itt_adjusted"),
    ),
    "restricted_mean_difference": lambda: (
        value(waited(cause=ALL_SEEN), "restricted_mean_difference"),
        DAY[ARM == 1].mean() - DAY[ARM == 0].mean(),
    ),
    "log_hazard_ratio": lambda: (
        first(waited(), "log_hazard_ratio").value or 0.0,
        np.log(value(waited(), "hazard_ratio")),
    ),
    "hazard_ratio": lambda: (value(alike(), "hazard_ratio"), 1.0),
    "level_change": lambda: (round(value(series(), "level_change"), 6), 3.0),
    "slope_change": lambda: (round(value(series(), "slope_change"), 6), 0.5),
    "change_at_end": lambda: (
        value(found := series(), "change_at_end"),
        value(found, "level_change") + 19 * value(found, "slope_change"),
    ),
    "carry_over": lambda: (round(value(series((-1) ** MONTH), "carry_over"), 1), -1.0),
    "carry_over_left_p": lambda: (
        round(value(series(EVEN), "carry_over_left_p"), 5),
        round(value(series(9 - 2 * EVEN), "carry_over_left_p"), 5),
    ),
    "staggered_att": lambda: (value(began(WAVES[:, :3]), "staggered_att"), plain_difference()),
    "effect_since_start": lambda: (round(number(began(stepped()), "effect_since_start", since="+1"), 9), 3.0),
    "group_time_effect": lambda: (
        number(found := began(), "group_time_effect", period="3"),
        number(found, "effect_since_start", since="+1"),
    ),
    "pre_trend_p": lambda: (value(began(), "pre_trend_p"), welch_p()),
    "proportional_hazards_p": lambda: (value(alike(), "proportional_hazards_p"), 1.0),
}
