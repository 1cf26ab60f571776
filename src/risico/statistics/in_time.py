"""What help did, from when things happened: time to an event, a staggered start, an interrupted series."""

from __future__ import annotations

from risico.effects import interrupted_series, staggered, time_to_event
from risico.statistics.effects import CR2
from risico.statistics.row import Statistic

CLOSED = "closed form in double precision; the reference prints 15 digits"
SURVIVAL = "survival 3.5-3"


def _times(reference: str, collapse: str, tolerance: float = 1e-9, reason: str = CLOSED) -> Statistic:
    return Statistic(
        function=time_to_event,
        input="forms",
        reference=reference,
        stored="effects_times",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


def _pseudo(type_: str, collapse: str) -> Statistic:
    return _times(f"{SURVIVAL}: pseudo(type = '{type_}'); lm and {CR2}", collapse)


def _cox(reference: str, collapse: str) -> Statistic:
    return _times(f"{SURVIVAL}: {reference}", collapse, 1e-7, "both sides iterate Newton's method to about this")


def _staggered(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=staggered,
        input="forms",
        reference=reference,
        stored="effects_staggered",
        tolerance=1e-9,
        reason=CLOSED,
        collapse=collapse,
    )


def _series(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=interrupted_series,
        input="forms",
        reference=reference,
        stored="effects_series",
        tolerance=1e-4,
        reason="both sides search the restricted likelihood to about this",
        collapse=collapse,
    )


GLS = "nlme 3.1-162: gls(corAR1, method = 'REML')"
DEFINITION = "the definition of Callaway & Sant'Anna (2021), each cell by lm and sandwich 3.0-2 (HC2)"

ROWS: dict[str, Statistic] = {
    "cumulative_incidence": _times(f"{SURVIVAL}: survfit(id, robust = TRUE)", "nobody is lost: the share"),
    "competing_incidence": _times(f"{SURVIVAL}: survfit of several states", "nobody is lost: the share"),
    "risk_difference": _pseudo("pstate", "nobody is lost: itt of the same yes or no"),
    "risk_difference_adjusted": _pseudo("pstate", "nobody is lost: itt_adjusted of the same yes or no"),
    "restricted_mean_difference": _pseudo("sojourn", "nobody is lost: the difference of the mean days"),
    "log_hazard_ratio": _cox("coxph(ties = 'efron', cluster)", "two arms: the log of hazard_ratio"),
    "hazard_ratio": _cox("coxph(ties = 'efron', cluster)", "one family with each time in both arms: 1"),
    "proportional_hazards_p": _cox("cox.zph(transform = 'km')", "one family with each time in both arms: 1"),
    "staggered_att": _staggered(DEFINITION, "one start and two periods: the plain difference in differences"),
    "effect_since_start": _staggered(DEFINITION, "a step of 3 at the start: 3"),
    "group_time_effect": _staggered(DEFINITION, "one start: effect_since_start"),
    "level_change": _series(GLS, "a step of 3 and hardly any noise: 3"),
    "slope_change": _series(GLS, "a bend of a half and hardly any noise: a half"),
    "change_at_end": _series(GLS, "level_change and the bend until the last period"),
    "carry_over": _series(GLS, "errors that change sign every period: nearly -1"),
    "carry_over_left_p": _series(
        "Box.test(fitdf = 1) of R 4.2.2 on what gls leaves", "on another scale, turned round: the same"
    ),
    "pre_trend_p": _staggered("Hotelling's T-squared on the same leads", "one lead: Welch's t with fewer degrees"),
}
