"""Over time: looks, control charts and funnels."""

from __future__ import annotations

from risico.monitoring import funnel, p_prime, running_difference, running_mean, running_share, xmr
from risico.statistics.row import BASE, Statistic, of_forms

ROOT = "both sides search for the ends of the interval"


LOOKS = "monitoring_looks"
WIDTH = f"{BASE}: the formula of theorem 2.2, its narrowest place by uniroot"

CHARTS = "monitoring_charts"
PLAIN = f"{BASE}: the printed formulas of Wheeler and Laney; Debian has no qcc"

FUNNEL = "monitoring_funnel"
RATIO = f"{BASE}: the formulas of Spiegelhalter (2005), quantile type 7"

ROWS: dict[str, Statistic] = {
    "mean_so_far": of_forms(
        running_mean, LOOKS, WIDTH, "the half width at the declared size: sqrt(1 + x) standard errors"
    ),
    "difference_so_far": of_forms(running_difference, LOOKS, WIDTH, "the difference of the two means"),
    "share_so_far": of_forms(
        running_share,
        LOOKS,
        f"{BASE}: lbeta, ends by uniroot",
        "nobody of n: 1 − p at the end is (alpha / (n + 1))^(1 / n)",
        1e-8,
        ROOT,
    ),
    "shown_at_look": of_forms(
        running_mean, LOOKS, WIDTH, "a value far away is shown at the first look with an interval"
    ),
    "measured": of_forms(xmr, CHARTS, PLAIN, "the value itself"),
    "measured_without_season": of_forms(xmr, CHARTS, f"{BASE}: ave per year and place", "years all alike: their mean"),
    "expected": of_forms(p_prime, CHARTS, PLAIN, "equal denominators: the plain mean"),
    "signals": of_forms(xmr, CHARTS, f"{BASE}: rle and loops", "eight values above and eight below the mean: sixteen"),
    "signal": of_forms(xmr, CHARTS, f"{BASE}: rle and loops", "eight values above the mean: eight in a row"),
    "standardised_ratio": of_forms(funnel, FUNNEL, RATIO, "no case mix: the share over the common share"),
    "z_before": of_forms(funnel, FUNNEL, RATIO, "the squares add up to the chi-square of units by outcome"),
    "z_after": of_forms(funnel, FUNNEL, RATIO, "units that differ by chance alone: z_before"),
    "overdispersion": of_forms(funnel, FUNNEL, RATIO, "the chi-square of units by outcome over their number"),
    "overdispersion_tau": of_forms(funnel, FUNNEL, "metafor 3.8.1: rma(method = 'DL')", "units all alike: 0"),
    "units_outside": of_forms(funnel, FUNNEL, RATIO, "units all alike: 0"),
    "funnel_limits": of_forms(funnel, FUNNEL, RATIO, "units all alike: 1 in the middle"),
}
