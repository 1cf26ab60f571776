"""What a study in time reads from a table: waits until an event, a staggered start, an interrupted series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from risico.instrument.conditions import Code
from risico.plan.measures import Text
from risico.strict import Frozen

if TYPE_CHECKING:
    from risico.plan import Plan

ESTIMANDS = {"time_to_event": ("risk_difference",)}
"""What a plan with a design in time estimates."""

FIRST = {
    "time_to_event": ("risk_difference",),
    "staggered": ("staggered_att",),
    "series": ("change_at_end",),
}
"""The one number that each design is about."""

SECOND = {
    "time_to_event": (
        *("cumulative_incidence", "competing_incidence", "risk_difference_adjusted", "restricted_mean_difference"),
        *("hazard_ratio", "proportional_hazards_p", "log_hazard_ratio"),
    ),
    "staggered": ("effect_since_start", "pre_trend_p"),
    "series": ("level_change", "slope_change", "carry_over", "carry_over_left_p"),
}

NEEDS = {"time_to_event": "waits", "staggered": "rollout", "series": "series"}


class Waits(Frozen):
    """Time to an event: one row per person, `time` until `cause` (1 the event, 2 can no longer happen, 0 not yet).

    Helped is who has `helped_is` in the column `helped`. The `horizon` is the day (week …) chosen before looking.
    """

    time: str
    cause: str
    helped: str
    helped_is: Code
    horizon: float = Field(gt=0)
    days: tuple[float, ...] = ()
    covariates: tuple[str, ...] = ()
    words: Text
    arms: tuple[Text, Text]
    worse: Literal["high", "low"]


class Rollout(Frozen):
    """A staggered start: one row per unit and period, `outcome` (events, with `per` of how many), and the `start`.

    `anticipation` is how many periods before its start a unit may already have changed.
    """

    unit: str
    period: str
    outcome: str
    per: str | None = None
    start: str
    anticipation: int = Field(0, ge=0)
    words: Text
    help: Text
    worse: Literal["high", "low"]


class Series(Frozen):
    """An interrupted series: `outcome` (events, with `per` of how many) added up per `period`, from `start` on changed.

    `comparison` is the column that says with a word (`comparison_is`) which rows are a series where nothing changed.
    """

    period: str
    outcome: str
    per: str | None = None
    start: str
    season: int | None = Field(None, ge=3)
    comparison: str | None = None
    comparison_is: Code | None = None
    words: Text
    help: Text
    worse: Literal["high", "low"]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.comparison is None) != (self.comparison_is is None):
            raise ValueError("a comparison names its column (comparison) and the word of its rows (comparison_is)")
        return self


def waits_mistakes(plan: Plan) -> list[str]:
    """Return what a plan lacks to follow cases until an event."""
    if plan.design != "time_to_event":
        return ["competing reasons are for the design time_to_event"] if plan.follow_up.competing else []
    outcome = plan.outcome
    if outcome.event is None or outcome.yes is not None or outcome.combine != "any":
        return ["time_to_event needs an event as its outcome, once or not at all: combine: any, and no yes"]
    return []
