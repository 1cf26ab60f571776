"""A plan of a team that compares nothing: what it asks, who is followed, and what it wants to learn from that."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from risico.plan import RESERVED, Data, ExpectedValue, FollowUp, TimeZero
from risico.plan.learning import Learning
from risico.plan.locked import SMALLEST, Shown
from risico.plan.measures import Criterion, Text


class LearningPlan(Shown):
    """A locked plan without arms. `expected_value` is about an aim, or an outcome that is yes or no, and answers the
    question of the team.

    >>> from risico.plan import EXAMPLE
    >>> from risico.plan.learning import EXAMPLE as LEARNING
    >>> told = {key: EXAMPLE[key] for key in ("id", "version", "title", "question", "expected", "data", "time_zero")}
    >>> value = {"estimand": "followed", "at_least": 80, "unit": "per_100"}
    >>> told |= {"design": "learning", "learning": LEARNING, "expected_value": value, "audience": "team"}
    >>> LearningPlan.model_validate(told).smallest
    5
    """

    id: str
    version: int
    title: Text
    question: Text
    expected: Text
    expected_value: ExpectedValue
    glossary: dict[str, Text] = {}
    data: Data
    time_zero: TimeZero
    eligible: tuple[Criterion, ...] = ()
    follow_up: FollowUp = FollowUp()
    design: Literal["learning"]
    learning: Learning

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.expected_value.estimand not in self.learning.answers or self.expected_value.unit != "per_100":
            raise ValueError(
                f"expected_value is about {self.expected_value.estimand}; it answers the question, per_100, "
                f"with one of: {', '.join(sorted(self.learning.answers))}"
            )
        taken = sorted({criterion.id for criterion in self.eligible} & set(RESERVED))
        if taken:
            raise ValueError(f"these names are taken: {', '.join(taken)}")
        if self.smallest < SMALLEST[self.audience] and not self.data.public:
            raise ValueError(f"small_number is below {SMALLEST[self.audience]}, the least for {self.audience}")
        return self
