"""How wrong an effect could be, and outcomes that are missing."""

from __future__ import annotations

from collections.abc import Callable

from risico.effects import randomized, rubin
from risico.effects.robustness import (
    e_value,
    leave_one_out,
    omitted_confounder,
    tipping_points,
)
from risico.estimate import Estimates
from risico.statistics.row import BASE, Statistic, of_forms

CR2 = "clubSandwich 0.5.8"
SEARCHED = "the reference searches (uniroot) for what we solve"


def _row(
    function: Callable[..., Estimates],
    reference: str,
    collapse: str,
    *,
    stored: str = "effects_robustness",
    tolerance: float = 1e-8,
    reason: str = SEARCHED,
) -> Statistic:
    return of_forms(function, stored, reference, collapse, tolerance, reason)


ROWS: dict[str, Statistic] = {
    "e_value": _row(
        e_value,
        f"uniroot of {BASE} on the bounding factor of Ding & VanderWeele (2016); 7.26 in VanderWeele & Ding (2017)",
        "a risk ratio of 2: 2 and the root of 2",
    ),
    "e_value_limit": _row(
        e_value,
        f"uniroot of {BASE} on the bounding factor; 3.0 in VanderWeele & Ding (2017)",
        "an interval that holds no effect: 1",
    ),
    "partial_r2": _row(
        omitted_confounder, f"residual sums of squares of lm, {BASE}", "no covariates: the squared correlation"
    ),
    "robustness_value": _row(
        omitted_confounder,
        f"uniroot of {BASE} on the effect adjusted for a confounder; .139 in Cinelli & Hazlett (2020)",
        "its square over 1 less itself is that of partial_r2",
    ),
    "robustness_value_limit": _row(
        omitted_confounder,
        f"uniroot of {BASE} on the limit adjusted for a confounder; .076 in Cinelli & Hazlett (2020)",
        "an interval that holds no effect: 0",
    ),
    "confounder_bound": _row(
        omitted_confounder,
        f"lm of {BASE} and eq. 8, 9 and 14 of Cinelli & Hazlett (2020), whose table it gives",
        "no confounder and a covariate that is alike in both arms: itt",
    ),
    "negative_control": _row(randomized, f"lm and {CR2} (CR2)", "it is the effect of that outcome: itt"),
    "tipping_point": _row(
        tipping_points,
        f"uniroot of {BASE} on Welch's variance of outcomes put together",
        "nobody missing in the other arm: a shift there changes nothing",
        tolerance=1e-6,
        reason="HC2 of what is put together and Welch's variance are the same; uniroot stops at about this",
    ),
    "leave_one_out_low": _row(leave_one_out, f"lm of {BASE} without each region", "regions with the same data: itt"),
    "leave_one_out_high": _row(leave_one_out, f"lm of {BASE} without each region", "regions with the same data: itt"),
    "missing_information": _row(
        rubin,
        "mice 3.15.0: pool and pool.scalar",
        "imputed sets that are alike: 0",
        stored="effects_missing",
        reason="closed form in double precision; the degrees of freedom are read back from an interval",
    ),
}
