"""A plan: one YAML file, written and locked before anybody looks at an outcome.

A plan is the protocol of a trial that might have been held (Hernán and Robins 2016): who is eligible, when the clock
starts, which help is compared, what was known before, which outcome counts in which window. `cohort` reads it and can
therefore refuse what a protocol would not allow. A changed plan is another plan: `Plan.locked` is its fingerprint.
"""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from risico.errors import BrokenInstrument
from risico.instrument.conditions import Value
from risico.plan.in_time import ESTIMANDS as IN_TIME
from risico.plan.in_time import waits_mistakes
from risico.plan.locked import SMALLEST, Shown
from risico.plan.measures import Criterion, Day, Known, NegativeControl, Outcome, Text
from risico.plan.within import ESTIMANDS as WITHIN
from risico.plan.within import Change, Wave, within_mistakes
from risico.strict import Frozen, build, read_yaml

OTHERWISE: Final = "otherwise"
ELEMENT: Final = "element"
ESTIMANDS: Final = {"randomized": ("itt", "cace"), "adjusted": ("att", "ate"), **IN_TIME, **WITHIN}

EVENTS: Final = {
    "report": "a report (melding) to Veilig Thuis; detail: who reported",
    "assessed": "the safety assessment (veiligheidsbeoordeling) was finished",
    "assigned": "help was assigned by lot; detail: which",
    "help_offered": "help was offered; detail: which",
    "help_refused": "the offer was refused; detail: which",
    "help_started": "help began; detail: which",
    "contact": "one contact of a running help; detail: which",
    "help_ended": "help ended, as planned or early; detail: which",
    "worker": "a worker (vast gezicht) took over; detail: the worker's code",
    "follow_up_held": "a follow-up was held; detail: the moment",
    "follow_up_missed": "a follow-up was not held; detail: why",
    "exit": "the case left the registration; detail: why",
    "element": "an element of help was there from this day on; detail: which, from the list of elements",
    "departed": "something was deliberately done otherwise than agreed or advised; detail: what, in a word of the plan",
}
"""What an event may be called. A file may hold other events; a plan can name them all the same."""

MISSED: Final = ("not_safe", "unreachable", "refused", "forgotten")
"""Reasons for a missed follow-up that pages have words for; not safe to approach is the one to look at first."""

RESERVED: Final = (
    "case", "person", "zero", "team", "region", "worker", "profile", "arm", "received", "help", "never_started",
    "followed_days", "left", "left_day", "left_why", "outcome", "outcome_low", "outcome_high", "event_day", "baseline",
    "level", "analysed", "why_not",
)  # fmt: skip
"""Columns of the cohort that a measure cannot be named after."""


class Data(Frozen):
    """Where the answers come from. `public` says that anybody can already read them: small cells need no hiding."""

    source: Literal["synthetic", "file", "catalogue"]
    seed: int | None = Field(None, ge=0)
    households: int | None = None
    switches: dict[str, Value] = {}
    forms: str | None = None
    events: str | None = None
    map: str | None = None
    public: bool = False

    @model_validator(mode="after")
    def _fits_its_source(self) -> Self:
        if self.source == "synthetic" and (self.seed is None or self.households is None or self.forms):
            raise ValueError("synthetic data need a seed and a number of households, and no files")
        if self.source == "file" and (not self.forms or self.seed is not None or self.switches):
            raise ValueError("data from a file need the path of the forms, and neither seed nor switches")
        if self.source == "catalogue" and self.model_fields_set - {"source", "public"}:
            raise ValueError("the catalogue comes with the package: give no files, seed or switches")
        return self


class TimeZero(Frozen):
    """The event that starts the clock, and which one of a case; only between two dates when `between` is given."""

    event: str
    detail: str | None = None
    which: Literal["first", "last"] = "first"
    between: tuple[Day, Day] | None = None


class Help(Frozen):
    """A rule on help episodes: this event within so many days of time zero, with at least so many contacts by then.

    `alone` asks that no other help started in the same days, `together_with` that this other help did. An element of
    help (`event: element`) has no contacts of its own.
    """

    event: str
    detail: str
    within_days: int = Field(ge=0)
    min_contacts: int = Field(0, ge=0)
    alone: bool = False
    together_with: str | None = None

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.together_with is not None and (self.alone or self.together_with == self.detail):
            raise ValueError("together_with names another help, and alone says that there is none: give one of the two")
        if self.event == ELEMENT and self.min_contacts:
            raise ValueError("an element has no contacts of its own: leave out min_contacts")
        return self


class Profile(Frozen):
    """Where the profile comes from: the rule (`risico.profiles.profile` ran on the forms) or a column of one's own."""

    how: Literal["rule", "column"]
    moment: str
    column: str = "gezinsprofiel_label"
    where: dict[str, Value] = {}

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.how == "column") != ("column" in self.model_fields_set):
            raise ValueError("how: column names its column; how: rule does not")
        return self

    @property
    def measure(self) -> Known:
        """The profile as a measure known at time zero."""
        return Known(id="profile", column=self.column, moment=self.moment, where=self.where)


class ExpectedValue(Frozen):
    """What was expected, as a number that can come true or not: of the estimate with this name, at least or at most so
    much, or between two values.

    The unit is `per_100` (of every hundred, for a share or a difference of shares) or `own`, that of the estimate.

    >>> six = ExpectedValue(estimand="itt", at_least=6, unit="per_100")
    >>> six.came_true(0.08, 0.02, 0.15), six.came_true(0.09, 0.07, 0.11), six.came_true(0.01, -0.02, 0.04)
    (None, True, False)
    """

    estimand: str
    at_least: float | None = None
    at_most: float | None = None
    between: tuple[float, float] | None = None
    unit: Literal["per_100", "own"]

    @model_validator(mode="after")
    def _one_claim(self) -> Self:
        if sum(claim is not None for claim in (self.at_least, self.at_most, self.between)) != 1:
            raise ValueError("say exactly one of at_least, at_most and between")
        if self.between and self.between[0] > self.between[1]:
            raise ValueError(f"between runs from {self.between[0]} back to {self.between[1]}")
        return self

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and highest value that were expected, in the unit of the estimate; infinite on an open side."""
        low, high = self.between or (self.at_least, self.at_most)
        scale = 100 if self.unit == "per_100" else 1
        return -inf if low is None else low / scale, inf if high is None else high / scale

    def came_true(self, value: float | None, low: float | None, high: float | None) -> bool | None:
        """Return whether an estimate with this interval shows it, shows that it is not so, or (None) cannot tell.

        Without an interval the value alone decides.
        """
        if value is None:
            return None
        low, high = value if low is None else low, value if high is None else high
        least, most = self.range
        if least <= low and high <= most:
            return True
        return False if high < least or low > most else None


class FollowUp(Frozen):
    """The last day the registration was read; without it, the date of the last event.

    `competing` are the reasons for leaving after which the outcome can no longer be registered (moved away, died); who
    leaves for another reason counts as followed until then.
    """

    until: Day | None = None
    competing: tuple[str, ...] = ()


class NoCluster(Frozen):
    """Why no cluster is needed."""

    because: Text


class Plan(Shown):
    """A locked plan. `glossary` explains the words of its arms, and any other, to who reads the page. Of what people
    wrote in the data (a reason, a kind of help, a profile of one's own) only what the plan holds is shown.

    >>> plan = Plan.model_validate(EXAMPLE)
    >>> plan.landmark, plan.unit, plan.smallest, len(plan.locked)
    (0, 'household', 10, 64)
    """

    id: str
    version: int
    title: Text
    question: Text
    expected: Text
    expected_value: ExpectedValue | None = None
    glossary: dict[str, Text] = {}
    data: Data
    time_zero: TimeZero
    eligible: tuple[Criterion, ...] = ()
    arms: dict[str, Help | Literal["otherwise"]] = Field(min_length=2)
    reference: str
    received: Help | None = None
    profile: Profile
    covariates: tuple[Known, ...] = ()
    outcome: Outcome
    negative_control: NegativeControl | None = None
    follow_up: FollowUp = FollowUp()
    change: Change | None = None
    waves: tuple[Wave, ...] = ()
    design: Literal["randomized", "adjusted", "before_after", "repeated", "time_to_event"]
    estimand: Literal["itt", "cace", "att", "ate", "mean_change", "course_difference", "risk_difference"]
    cluster: Literal["worker", "team", "region", "case"] | NoCluster

    @model_validator(mode="after")
    def _fits(self) -> Self:
        mistakes = [*_arm_mistakes(self), *_design_mistakes(self), *within_mistakes(self), *waits_mistakes(self)]
        control = (self.negative_control,) if self.negative_control else ()
        ids = [*RESERVED, *(m.id for m in (*self.covariates, *self.eligible, *control))]
        mistakes += [f"the name '{one}' is taken" for one in sorted({i for i in ids if ids.count(i) > 1})]
        if self.smallest < SMALLEST[self.audience] and not self.data.public:
            mistakes.append(
                f"small_number {self.small_number} is below {SMALLEST[self.audience]}, the least for {self.audience}. "
                "Fewer people than that can be recognised. Leave small_number out"
            )
        if self.data.source == "catalogue":
            mistakes.append("a plan follows cases; the catalogue of interventions has none")
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    @property
    def landmark(self) -> int:
        """The day on which every case has had its chance to fall into an arm; outcomes count only after it."""
        return max((rule.within_days for rule in self.rules.values()), default=0)

    @property
    def rules(self) -> dict[str, Help]:
        """The arms that have a rule, in the order of the file."""
        return {name: rule for name, rule in self.arms.items() if isinstance(rule, Help)}

    @property
    def unit(self) -> Literal["household", "person"]:
        """What one row of the cohort is."""
        return "person" if self.outcome.combine == "each" else "household"


def load(path: Path | str) -> Plan:
    """Read a plan from its file; the name of the file is the id of the plan.

    Raises BrokenInstrument with every mistake and its path, UnreadableFile when there is no such file.
    """
    path = Path(path)
    plan = build(Plan, read_yaml(path), path.name)
    if plan.id != path.stem:
        raise BrokenInstrument(path.name, [f"id: '{plan.id}' is not the name of the file. Name both the same."])
    return plan


def _arm_mistakes(plan: Plan) -> list[str]:
    mistakes: list[str] = []
    if plan.reference not in plan.arms:
        mistakes.append(f"the reference arm '{plan.reference}' is not among the arms: {', '.join(plan.arms)}")
    if len(plan.arms) - len(plan.rules) > 1:
        mistakes.append("only one arm can be otherwise")
    if not plan.rules:
        return [*mistakes, "no arm has a rule on help episodes"]
    starts = (plan.outcome.window_days or (1, 1))[0]
    if starts <= plan.landmark:
        mistakes.append(
            f"the outcome counts from day {starts}, but arms are only settled on day {plan.landmark}. Who must first "
            "stay free of it to be counted as helped looks better by that alone (immortal time). "
            f"Let window_days start at {plan.landmark + 1} or later"
        )
    return mistakes


def _design_mistakes(plan: Plan) -> list[str]:
    mistakes: list[str] = []
    if plan.estimand not in ESTIMANDS[plan.design]:
        allowed = " or ".join(ESTIMANDS[plan.design])
        mistakes.append(f"the design {plan.design} estimates {allowed}, not {plan.estimand}")
    if plan.design == "randomized" and plan.landmark > 0:
        mistakes.append("in a randomized design the lot decides the arm on day 0: within_days must be 0")
    if plan.estimand == "cace" and plan.received is None:
        mistakes.append("a complier effect needs received: the rule that says who got the help")
    if plan.expected_value and plan.expected_value.estimand != plan.estimand:
        mistakes.append(
            f"expected_value is about {plan.expected_value.estimand}, but the plan estimates {plan.estimand}"
        )
    if plan.design == "adjusted" and not plan.covariates:
        mistakes.append("an adjusted design needs covariates known before time zero")
    return mistakes


_WORDS: Final = {"nl": "…", "en": "…"}
EXAMPLE: Final[dict[str, Any]] = {
    "id": "example",
    "version": 1,
    "title": _WORDS,
    "question": _WORDS,
    "expected": _WORDS,
    "data": {"source": "synthetic", "seed": 1, "households": 500},
    "time_zero": {"event": "assigned"},
    "arms": {
        "systeemhulp": {"event": "assigned", "detail": "systeemhulp", "within_days": 0},
        "gebruikelijk": "otherwise",
    },
    "reference": "gebruikelijk",
    "profile": {"how": "rule", "moment": "T0"},
    "outcome": {
        "id": "rereport",
        "event": "report",
        "window_days": (1, 365),
        "worse": "high",
        "combine": "any",
        "kind": "veiligheid",
        "words": _WORDS,
    },
    "design": "randomized",
    "estimand": "itt",
    "cluster": {"because": _WORDS},
    "audience": "organisatie",
}
"""The smallest plan that can be: what a plan must say, ready to be changed in examples and tests."""
