"""What designs within people need: what a change is held against, and which moments come after the first follow-up.

before_after  two moments of the same people. It tells change and says nothing of its cause; beside it stands what
              changes by itself, as far as the plan says what that takes: the score from which people came in, the
              people they came from, the correlation of two moments without help, and others without the help.
repeated      three moments or more of people in families. It supposes that without the help both arms would have
              changed alike, and that who is missed at a moment is told by the moments that are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from risico.plan.measures import Text, Window
from risico.strict import Frozen

if TYPE_CHECKING:
    from risico.plan import Plan

Within = Literal["before_after", "repeated"]
ESTIMANDS = {"before_after": ("mean_change",), "repeated": ("course_difference",)}


class Population(Frozen):
    """The people from whom those who came in were taken, by mean and standard deviation of the score."""

    mean: float
    sd: float = Field(gt=0)


class Change(Frozen):
    """What a change is held against. `source` says where these numbers are from.

    `reliability` is that of the score between two moments; `entry` the score from which people came in, `correlation`
    that of two moments without help.
    """

    reliability: float = Field(gt=0, lt=1)
    entry: float | None = None
    population: Population | None = None
    correlation: float | None = Field(None, gt=-1, lt=1)
    source: Text

    @model_validator(mode="after")
    def _line_needs_both(self) -> Self:
        if self.correlation is not None and self.population is None:
            raise ValueError("change: a correlation tells nothing without population, the mean it draws people to")
        return self


class Wave(Frozen):
    """One more moment of the outcome, after the first follow-up."""

    moment: str
    window_days: Window


def within_mistakes(plan: Plan) -> list[str]:
    """Return what a design within people asks and this plan does not give, and the reverse."""
    mistakes: list[str] = []
    if (plan.design == "before_after") != (plan.change is not None):
        mistakes.append("the design before_after needs change: what a change is held against; no other design has it")
    if (plan.design == "repeated") != bool(plan.waves):
        mistakes.append("the design repeated needs waves: a moment after that of the outcome; no other design has them")
    if plan.design not in ESTIMANDS:
        return mistakes
    outcome, last = plan.outcome, (plan.outcome.window_days or (1, 1))[1]
    if outcome.column is None:
        mistakes.append(f"the design {plan.design} needs an outcome from the forms, asked at the start too")
    if outcome.combine == "any":
        mistakes.append("an outcome of anybody has no change of its own: let combine be each, worst or only")
    if plan.design == "before_after" and (outcome.levels or outcome.yes is not None):
        mistakes.append("before_after needs a score, without levels and without yes: error is reckoned in points")
    if plan.covariates:
        mistakes.append(f"the design {plan.design} corrects for nothing: leave covariates out")
    for wave in plan.waves:
        if wave.window_days[0] <= last or wave.window_days[1] < wave.window_days[0]:
            mistakes.append(f"waves: {wave.moment} begins before the moment ahead of it is over")
        last = wave.window_days[1]
    return mistakes
