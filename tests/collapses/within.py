"""Change within people, and other scales of an effect, where they must be something known."""

from collections.abc import Callable
from typing import Any

import numpy as np

from collapses.made_up import Collapses, number, value
from risico.effects import before_after, ordered, ratio, repeated
from risico.estimate import Estimates

BEFORE = np.tile([12.0, 14.0, 16.0, 18.0], 10)
MOVED = np.tile([0.0, -1.0, -4.0, 2.0, -3.0], 8)
HELPED = np.tile([1.0, 1.0, 1.0, 0.0, 0.0], 8)


def changed(**more: Any) -> Estimates:
    """Forty people who came in at 12 or more, from a population with mean 10."""
    told = {"before": BEFORE, "after": BEFORE + MOVED, "reliability": 0.5, "better": "low", "why_no_cluster": "alone"}
    return before_after(**{**told, "entry": 12, "population": (10, 4), "correlation": 0.5, **more})


LOT = np.tile([0.0, 1.0], 20)
ALIKE = np.tile([0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0], 5)
HALF = np.where(LOT == 1, np.tile([1.0, 1.0, 0.0, 0.0], 10), 1.0)
TWO = np.where(LOT == 1, np.arange(40) % 10 < 3, np.arange(40) % 10 < 6).astype(float)


def levels(**more: Any) -> Estimates:
    """Twenty in each arm, as many at each of three levels."""
    told = {
        "level": ALIKE,
        "assigned": LOT,
        "levels": ("none", "below", "serious"),
        "why_no_cluster": "drawn one by one",
    }
    return ordered(**{**told, **more})


def times(outcome: Any, **more: Any) -> Estimates:
    return ratio(outcome=outcome, assigned=LOT, why_no_cluster="drawn one by one", **more)


def odds() -> float:
    a, b = TWO[LOT == 1].mean(), TWO[LOT == 0].mean()
    return a / (1 - a) / (b / (1 - b))


RNG = np.random.default_rng(4)
PERSON, MOMENT = np.repeat(np.arange(80), 2), np.tile(["T0", "T1"], 80)
IN_ARM = (PERSON % 2).astype(float)
NOISE = RNG.normal(0, 1, 80)[PERSON] + RNG.normal(0, 1, 160)
SHARED = np.repeat(NOISE.reshape(40, 4)[:, :2], 2, axis=0).ravel()
SAID = np.tile([1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0], 20)


def course(outcome: Any = NOISE, **more: Any) -> Estimates:
    """Eighty people at two moments, every other one helped."""
    told = {
        "moment": MOMENT,
        "helped": IN_ARM,
        "person": PERSON,
        "moments": ("T0", "T1"),
        "why_no_cluster": "one by one",
    }
    return repeated(**{"outcome": outcome, **told, **more})


def moves(arm: int) -> Any:
    return NOISE[1::2][arm::2] - NOISE[0::2][arm::2]


def times_of(moment: int) -> float:
    return SAID[moment::2][1::2].mean() / SAID[moment::2][0::2].mean()


FORMS: dict[str, Callable[[], Estimates]] = {
    "before_after": lambda: changed(helped=HELPED),
    "ratio": lambda: times(HALF) + times(HALF, followed=np.full(40, 100.0)),
    "ordered": lambda: levels(start=ALIKE),
    "repeated": lambda: course(SAID),
}

COLLAPSES: Collapses = {
    "followed_up": lambda: (value(changed(), "followed_up"), 1.0),
    "people_changed": lambda: (number(changed(after=BEFORE - 50), "people_changed", change="improved"), 1.0),
    "mean_change": lambda: (value(changed(after=BEFORE - 3), "mean_change"), -3.0),
    "peak_change": lambda: (value(changed(entry=10), "peak_change"), -0.5 * 4 * np.sqrt(2 / np.pi)),
    "peak_change_linear": lambda: (value(changed(), "peak_change_linear"), -0.5 * (BEFORE.mean() - 10)),
    "natural_change": lambda: (value(changed(helped=HELPED), "natural_change"), MOVED[HELPED == 0].mean()),
    "risk_ratio": lambda: (value(times(HALF), "risk_ratio"), 0.5),
    "rate_ratio": lambda: (value(times(3 * HALF, followed=np.where(LOT == 1, 50.0, 100.0)), "rate_ratio"), 1.0),
    "transition": lambda: (number(levels(start=ALIKE), "transition", arm="assigned", start="below", now="below"), 10.0),
    "chance_worse": lambda: (value(levels(level=LOT), "chance_worse"), 1.0),
    "chance_better": lambda: (value(levels(level=1 - LOT), "chance_better"), 1.0),
    "chance_balance": lambda: (value(levels(), "chance_balance"), 0.0),
    "wave_known": lambda: (number(course(), "wave_known", arm="helped", moment="T1"), 1.0),
    "wave_mean": lambda: (number(course(), "wave_mean", arm="helped", moment="T1"), NOISE[1::2][1::2].mean()),
    "start_difference": lambda: (value(course(), "start_difference"), NOISE[2::4].mean() - NOISE[0::4].mean()),
    "course_difference": lambda: (value(course(), "course_difference"), moves(1).mean() - moves(0).mean()),
    "course_p": lambda: (value(course(SHARED), "course_p"), 1.0),
    "variance_part": lambda: (number(course(), "variance_part", part="family"), 0.0),
    "course_ratio": lambda: (value(course(SAID), "course_ratio"), times_of(1) / times_of(0)),
    "odds_ratio_ordered": lambda: (value(levels(level=TWO), "odds_ratio_ordered"), odds()),
}
