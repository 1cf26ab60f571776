"""What a study follows over time: a control chart, a funnel, the course of help, looks that raise no false alarm."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from risico.instrument.conditions import Code
from risico.plan.measures import Day, Text
from risico.strict import Frozen

Per = Literal["month", "quarter", "half", "year"]


class Chart(Frozen):
    """A control chart of a table: `count` is added up per period of the column `period`, and so is `of`.

    `season` takes out what returns each year. `steps` names the periods from which limits start anew, with the reason:
    something that was changed on purpose, written down before looking.
    """

    period: str
    per: Per = "month"
    count: str
    of: str | None = None
    words: Text
    season: bool = False
    steps: dict[str, Text] = {}


class Funnel(Frozen):
    """Units beside each other, `count` of `of` added up per `unit`: without case mix, and every number says so.

    `where` keeps only the rows with these words in these columns: units of one kind.
    """

    where: dict[str, Code] = {}
    unit: str
    count: str
    of: str
    words: Text
    why_no_case_mix: Text


class Course(Frozen):
    """The course of help from the event records, and the yearly numbers of one event from `since`."""

    until: Day
    within_days: tuple[int, ...] = (7, 30, 90)
    trend: str | None = None
    since: Day | None = None
    per: Literal["year", "half"] = "year"

    @model_validator(mode="after")
    def _trend_starts(self) -> Self:
        if (self.trend is None) != (self.since is None):
            raise ValueError("a trend needs the event and the day since which it is counted whole")
        return self


class Looks(Frozen):
    """How often `yes` happened rather than `no` (two events), looked at each period, against a share named beforehand.

    `tuned_for` is the number at which the interval is narrowest, `cluster` within which they are alike.
    """

    yes: str
    no: str
    words: Text
    per: Per = "quarter"
    against: float = Field(gt=0, lt=1)
    tuned_for: int = Field(ge=1)
    cluster: Literal["case", "team", "region"] = "case"


class Monitoring(Frozen):
    """What is followed; at least one of the four.

    >>> words = {"nl": "meldingen", "en": "reports"}
    >>> Monitoring(chart=Chart(period="day", count="reports", words=words)).chart.per
    'month'
    """

    chart: Chart | None = None
    funnel: Funnel | None = None
    course: Course | None = None
    looks: Looks | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.chart or self.funnel or self.course or self.looks):
            raise ValueError("monitoring needs at least one of: chart, funnel, course, looks")
        return self
