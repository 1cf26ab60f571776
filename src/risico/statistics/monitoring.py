"""Over time: looks, control charts and funnels."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.monitoring import funnel, p_prime, running_difference, running_mean, running_share, xmr
from risico.statistics.row import BASE, CLOSED, Statistic

ROOT = "both sides search for the ends of the interval"


def _row(
    function: Callable[..., Estimates],
    stored: str,
    reference: str,
    collapse: str,
    tolerance: float = 1e-9,
    reason: str = CLOSED,
) -> Statistic:
    return Statistic(
        function=function,
        input="forms",
        reference=reference,
        stored=stored,
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


LOOKS = "monitoring_looks"
WIDTH = f"{BASE}: the formula of theorem 2.2, its narrowest place by uniroot"

CHARTS = "monitoring_charts"
PLAIN = f"{BASE}: the printed formulas of Wheeler and Laney; Debian has no qcc"

FUNNEL = "monitoring_funnel"
RATIO = f"{BASE}: the formulas of Spiegelhalter (2005), quantile type 7"

ROWS: dict[str, Statistic] = {
    "mean_so_far": _row(running_mean, LOOKS, WIDTH, "the half width at the declared size: sqrt(1 + x) standard errors"),
    "difference_so_far": _row(running_difference, LOOKS, WIDTH, "the difference of the two means"),
    "share_so_far": _row(
        running_share,
        LOOKS,
        f"{BASE}: lbeta, ends by uniroot",
        "nobody of n: 1 − p at the end is (alpha / (n + 1))^(1 / n)",
        1e-8,
        ROOT,
    ),
    "shown_at_look": _row(running_mean, LOOKS, WIDTH, "a value far away is shown at the first look with an interval"),
    "measured": _row(xmr, CHARTS, PLAIN, "the value itself"),
    "measured_without_season": _row(xmr, CHARTS, f"{BASE}: ave per year and place", "years all alike: their mean"),
    "expected": _row(p_prime, CHARTS, PLAIN, "equal denominators: the plain mean"),
    "signals": _row(xmr, CHARTS, f"{BASE}: rle and loops", "eight values above and eight below the mean: sixteen"),
    "signal": _row(xmr, CHARTS, f"{BASE}: rle and loops", "eight values above the mean: eight in a row"),
    "standardised_ratio": _row(funnel, FUNNEL, RATIO, "no case mix: the share over the common share"),
    "z_before": _row(funnel, FUNNEL, RATIO, "the squares add up to the chi-square of units by outcome"),
    "z_after": _row(funnel, FUNNEL, RATIO, "units that differ by chance alone: z_before"),
    "overdispersion": _row(funnel, FUNNEL, RATIO, "the chi-square of units by outcome over their number"),
    "overdispersion_tau": _row(funnel, FUNNEL, "metafor 3.8.1: rma(method = 'DL')", "units all alike: 0"),
    "units_outside": _row(funnel, FUNNEL, RATIO, "units all alike: 0"),
    "funnel_limits": _row(funnel, FUNNEL, RATIO, "units all alike: 1 in the middle"),
}
