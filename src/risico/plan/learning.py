"""What a team wants to learn: its own question, what it meant to do, how it went with people, what was agreed.

Written before looking, as the rest of a plan. Nothing here compares anything: with forty families no comparison can be
made, and there is still an hour to talk about.
"""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from risico.plan.measures import Day, Outcome, Text, Window
from risico.plan.told import Said
from risico.strict import Frozen

COHORT_DAYS: Final = (457, 640)
"""Eighteen months after the report, three months more or less: when the cohort study asked its third time."""


class Asked(Frozen):
    """Who asked the question, and when."""

    who: Said
    when: Day


class Aim(Frozen):
    """What the team meant to do, as a rule on events: so often this event within these days, for so many of a hundred.

    `missed` names the event whose detail says why it was not done.
    """

    id: str
    words: Text
    event: str
    detail: str | None = None
    within_days: Window
    times: int = Field(1, ge=1)
    missed: str | None = None
    at_least: float = Field(ge=0, le=100)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        first, last = self.within_days
        if first > last or last < 0:
            raise ValueError(f"'{self.id}': within_days runs from {first} to {last}; it ends at time zero or later")
        return self


class AskedAfter(Outcome):
    """An outcome that can only be asked at the end (were you content, were the goals reached): then everybody counts as
    asked. One value per case, so `combine` is any or worst.
    """

    @model_validator(mode="after")
    def _after(self) -> Self:
        if self.column is None or self.baseline is not None or self.yes is None or self.combine not in ("any", "worst"):
            raise ValueError(f"'{self.id}' is asked at the end: a column, yes, combine any or worst, and no baseline")
        if self.window_days is None or self.window_days[0] < 1:
            raise ValueError(f"'{self.id}' needs window_days, counted from time zero and starting at 1 or later")
        if not (self.worse or self.levels):
            raise ValueError(f"'{self.id}' says which way is worse: worse: high or low, or levels from good to bad")
        return self


class Departures(Frozen):
    """Where the team deliberately did otherwise: an event, and what its details mean, with the reason in the words."""

    event: str = "departed"
    within_days: Window
    words: dict[str, Text] = Field(min_length=1)


class Quote(Frozen):
    """What somebody said: typed and released by a person on a day, never copied from a form."""

    who: Literal["family", "expert_by_experience"]
    text: Said
    released_by: Said
    released: Day


class Agreement(Frozen):
    """An agreement of last time: who does what, when, with which partner, and whether it was done."""

    who: Said
    what: Said
    when: Day
    partner: Said | None = None
    done: bool
    because: Said | None = None


class CohortLine(Frozen):
    """Which outcome may stand beside the cohort study, and what it counts; it is drawn only when all of it matches."""

    outcome: str
    counts: Literal["all_violence_of_the_past_year", "other"]


class Learning(Frozen):
    """What a team learns from, beside or without a comparison.

    `outcomes` are of four kinds that are never merged; at least one is about safety and taken of each person. In
    `asked_after` stands what nobody could be asked at the start.

    >>> Learning.model_validate(EXAMPLE).aims[0].at_least
    80.0
    """

    asked: Asked
    aims: tuple[Aim, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    asked_after: tuple[AskedAfter, ...] = ()
    departures: Departures | None = None
    quotes: tuple[Quote, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    cohort_line: CohortLine | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        ids = [*(a.id for a in self.aims), *(o.id for o in self.measured)]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"these names stand twice: {', '.join(twice)}")
        if not any(o.kind == "veiligheid" and o.combine == "each" for o in self.outcomes):
            raise ValueError(
                "no outcome is about safety (kind: veiligheid) of each person (combine: each). What goes better on "
                "average can go worse for one person, so at least one is asked for"
            )
        vague = [o.id for o in self.outcomes if not (o.yes or o.event or (o.levels and o.combine != "any"))]
        if vague:
            raise ValueError(f"these outcomes need yes, or levels from good to bad, to be counted: {', '.join(vague)}")
        if self.cohort_line and self.cohort_line.outcome not in {o.id for o in self.outcomes}:
            raise ValueError(f"cohort_line: '{self.cohort_line.outcome}' is none of the outcomes")
        return self

    @property
    def measured(self) -> tuple[Outcome, ...]:
        """Every outcome, those that are asked at the end only after the others."""
        return (*self.outcomes, *self.asked_after)

    @property
    def answers(self) -> set[str]:
        """What an expectation can be about: an aim, or an outcome that is yes or no."""
        return {a.id for a in self.aims} | {o.id for o in self.measured if o.yes or o.event}

    def beside_cohort(self) -> tuple[Outcome, list[str]] | None:
        """Return the outcome that may stand beside the cohort study, with what does not match; None when none may.

        The cohort: households reported to Veilig Thuis; no violence at all, told by family members about the past year;
        eighteen months after the report.
        """
        if self.cohort_line is None:
            return None
        outcome = next(o for o in self.outcomes if o.id == self.cohort_line.outcome)
        low, high = outcome.window_days or (0, 0)
        household = outcome.combine in ("worst", "any") and outcome.column is not None
        none = outcome.yes is not None and outcome.yes.wanted == outcome.levels[:1] != ()
        fits = {
            "definition": household and none and self.cohort_line.counts == "all_violence_of_the_past_year",
            "informant": outcome.where.get("informant") == "self",
            "follow_up": COHORT_DAYS[0] <= low and high <= COHORT_DAYS[1],
        }
        return outcome, [what for what, fit in fits.items() if not fit]


_WORDS: Final = {"nl": "…", "en": "…"}
_VIOLENCE: Final = {"column": "violence", "moment": "T1", "baseline": "T0", "window_days": (300, 450)}
EXAMPLE: Final = {
    "asked": {"who": "team", "when": "2024-01-08"},
    "aims": (
        {
            "id": "followed", "words": _WORDS, "event": "follow_up_held", "detail": "T1", "within_days": (300, 450),
            "missed": "follow_up_missed", "at_least": 80.0,
        },
    ),
    "outcomes": (
        {
            **_VIOLENCE, "id": "violence", "levels": ("none", "below", "serious"), "yes": {"is": "none"},
            "combine": "each", "kind": "veiligheid", "words": _WORDS,
        },
    ),
}  # fmt: skip
"""The smallest part that can be."""
