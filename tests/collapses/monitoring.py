"""Looks, charts and funnels, where they must be something known."""

from collections.abc import Callable

import numpy as np

from collapses.made_up import Collapses, value
from risico.estimate import Estimates
from risico.monitoring import p_prime, running_difference, running_mean, running_share, xmr
from risico.numbers.anytime import tuned

Y = [1.0, 2.0, 4.0, 9.0] * 15
LOOK = [1] * 30 + [2] * 30
WHY = "made up"


def mean() -> Estimates:
    return running_mean(Y, LOOK, tuned_for=60, why_no_cluster=WHY)


def difference() -> Estimates:
    return running_difference(Y, [0, 0, 1, 1] * 15, LOOK, tuned_for=60, why_no_cluster=WHY)


def share() -> Estimates:
    return running_share([0] * 20 + [1] * 10 + [0] * 30, LOOK, against=0.5, why_no_cluster=WHY)


def half_width() -> tuple[float, float]:
    e = mean().where(look="2")["mean_so_far"]
    assert e.high is not None
    assert e.value is not None
    assert e.se is not None
    return (e.high - e.value) / e.se, float(np.sqrt(1 + tuned(0.05)))


def nobody() -> tuple[float, float]:
    e = running_share([0] * 20, [1] * 20, against=0.5, why_no_cluster=WHY)["share_so_far"]
    assert e.high is not None
    return 1 - e.high, (0.05 / 21) ** (1 / 20)


MONTHS = [f"{2000 + i // 12}-{i % 12 + 1:02}" for i in range(36)]
HALVES = [3.0, 4.0] * 4 + [1.0, 0.0] * 4


def chart() -> Estimates:
    return xmr(HALVES, MONTHS[:16], kind="count")


def seasonal() -> Estimates:
    return xmr([5.0, 9.0, 1.0, 5.0] * 3, MONTHS[:12], kind="value", of=[40] * 12, season=4)


def prime() -> Estimates:
    return p_prime([20, 30, 25, 35, 20, 50], [100] * 6, MONTHS[:6])


FORMS: dict[str, Callable[[], Estimates]] = {
    "running_mean": mean,
    "running_difference": difference,
    "running_share": share,
    "xmr": lambda: chart() + seasonal(),
    "p_prime": prime,
}

COLLAPSES: Collapses = {
    "mean_so_far": half_width,
    "difference_so_far": lambda: (value(difference(), "difference_so_far", look="2"), 6.5 - 1.5),
    "share_so_far": nobody,
    "shown_at_look": lambda: (value(mean(), "shown_at_look"), 1.0),
    "measured": lambda: (value(chart(), "measured", period="2000-02"), 4.0),
    "measured_without_season": lambda: (value(seasonal(), "measured_without_season", period="2000-10"), 5.0),
    "expected": lambda: (value(prime(), "expected", period="2000-06"), 0.3),
    "signals": lambda: (value(chart(), "signals", rule="shift"), 16.0),
    "signal": lambda: (value(chart(), "signal", rule="shift", side="above"), 8.0),
}
