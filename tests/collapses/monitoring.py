"""Looks, charts and funnels, where they must be something known."""

from collections.abc import Callable

import numpy as np
from scipy import stats

from collapses.made_up import Collapses, value
from risico.estimate import Estimates
from risico.monitoring import Units, funnel, p_prime, running_difference, running_mean, running_share, xmr
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


SEEN, OF = np.array([20.0, 30, 25, 40, 15, 20]), np.array([100.0, 110, 120, 90, 80, 70])


def spread(observed: list[float] | None = None) -> Estimates:
    seen = SEEN if observed is None else np.array(observed)
    of = OF if observed is None else np.full(len(observed), 100.0)
    return funnel(Units(unit=list("ABCDEF"), observed=seen, of=of, why_no_case_mix=WHY))


def alike(name: str, **by: str) -> float:
    return value(spread([25.0] * 6), name, **by)


def chi_square() -> float:
    return float(stats.chi2_contingency(np.stack([SEEN, OF - SEEN]), correction=False)[0])


def limit() -> tuple[float, float]:
    one = next(e for e in spread([25.0] * 6) if e.name == "funnel_limits")
    assert one.low is not None
    assert one.high is not None
    return (one.low + one.high) / 2, 1.0


FORMS: dict[str, Callable[[], Estimates]] = {
    "running_mean": mean,
    "running_difference": difference,
    "running_share": share,
    "xmr": lambda: chart() + seasonal(),
    "p_prime": prime,
    "funnel": spread,
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
    "standardised_ratio": lambda: (
        value(spread(), "standardised_ratio", unit="D"),
        40 / 90 / float(SEEN.sum() / OF.sum()),
    ),
    "z_before": lambda: (sum((e.value or 0) ** 2 for e in spread() if e.name == "z_before"), chi_square()),
    "z_after": lambda: (
        value(spread([24.0, 26, 25, 25, 24, 26]), "z_after", unit="A"),
        value(spread([24.0, 26, 25, 25, 24, 26]), "z_before", unit="A"),
    ),
    "overdispersion": lambda: (value(spread(), "overdispersion"), chi_square() / 6),
    "overdispersion_tau": lambda: (alike("overdispersion_tau"), 0.0),
    "units_outside": lambda: (alike("units_outside", when="before"), 0.0),
    "funnel_limits": limit,
}
