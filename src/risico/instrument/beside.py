"""What a file may hold beside the answers, and what no score ever reads: kept columns, time limits, hints.

A record of what was done needs dates and sometimes a person's own words. They stand in columns of their own, so that
nothing that scores can touch them.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from risico.instrument.conditions import Code
from risico.strict import Frozen

Text = Annotated[dict[Literal["nl", "en"], str], Field(min_length=1)]
Data = Literal["ordinary", "special", "criminal"]


class Kept(Frozen):
    """A column that is kept beside the answers and never scored: a date (year first), or words of a person."""

    label: Text
    holds: Literal["date", "text"]
    data: Data = "ordinary"


class Term(Frozen):
    """A length of time in one unit; the day on which it begins to run is not counted."""

    working_days: int | None = Field(None, ge=0)
    weeks: int | None = Field(None, ge=0)
    months: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if sum(length is not None for length in (self.working_days, self.weeks, self.months)) != 1:
            raise ValueError("a term has exactly one of working_days, weeks, months")
        return self


class Clock(Frozen):
    """A time limit from one kept date to another: a dated setting with its source, never a constant in code.

    `as_of` says from when the rule as it stands here is known (year first), `extend` by how much it may be made longer
    each time, with a reason.
    """

    title: Text
    start: str
    stop: str
    term: Term
    extend: Term | None = None
    as_of: str
    source: str


class Hint(Frozen):
    """Which code of an item a result of another instrument points to; a professional still gives the code.

    `codes` is by the result as text: a level, or `true` and `false`.
    """

    instrument: str
    result: str
    codes: dict[str, Code] = Field(min_length=1)
    note: Text | None = None
