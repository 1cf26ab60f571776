"""The one table that every design uses: one row per case, with nothing in it that came too late.

`cohort` follows the plan as a trial would: eligible at time zero, what was known then, the arm from what was offered
or started in the declared days, the outcome in its window, and for everybody a reason when something is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from risico.cohort.arms import NO_HELP, TOGETHER, combinations, with_arms
from risico.cohort.following import REASONS, change, count, followed, numbers, split, start, take_part, with_reasons
from risico.cohort.measures import known
from risico.cohort.outcome import with_outcome
from risico.cohort.sources import Frame, read_events, read_forms, same_cases
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates
from risico.plan import NoCluster, Plan

__all__ = ["NO_HELP", "REASONS", "TOGETHER", "Cohort", "cohort"]

NO_TIME_ZERO, LEFT_EARLY = "no_time_zero", "left_before_the_arms_were_settled"


@dataclass(frozen=True)
class Cohort:
    """What a plan makes of forms and events.

    `frame` (Polars) has one row per case, or per person when the outcome is taken of each: case, zero, team, region,
    worker, profile, covariates, arm, help, never_started, received, followed_days, left_why, outcome with its low and
    high, `analysed` and `why_not`; when the outcome is read from forms also baseline and level. `flow` counts from
    recorded to analysed with the reasons, `help` which helps were had together, `change` who got worse, stayed the
    same, got better, or is at the best level whatever the level was (levels only). `by_arm` says the same of each arm
    apart, out of everybody in it: `flow` with the reasons, `started` (the help of `received`) and `change`.
    """

    plan: Plan
    frame: Any
    flow: Estimates
    help: Estimates
    change: Estimates
    by_arm: Estimates

    def arrays(self, arm: str | None = None) -> dict[str, Any]:
        """Return plain arrays of one arm beside the reference, one value per row, ready for a design.

        `arm` is 1.0 and 0.0 (reference), `outcome` NaN where not known, `profile` None where not known, `cluster` None
        when the plan says why there is none (`why_no_cluster`), `covariates` a dict by name. Raises UsageError when the
        plan has several arms and none is named.
        """
        others = [name for name in self.plan.arms if name != self.plan.reference]
        if (arm is None and len(others) > 1) or (arm is not None and arm not in others):
            raise UsageError(f"Name one of the arms: {', '.join(others)}. Each is compared with {self.plan.reference}.")
        arm = arm or others[0]
        frame = nw.from_native(self.frame, eager_only=True)
        part = frame.filter(nw.col("arm").is_in([arm, self.plan.reference]))
        none = isinstance(self.plan.cluster, NoCluster)
        return {
            "arm": (part["arm"] == arm).to_numpy().astype(np.float64),
            "outcome": numbers(part["outcome"]),
            "received": numbers(part["received"]) if self.plan.received else None,
            "profile": np.array(part["profile"].to_list(), dtype=object),
            "cluster": None if none else np.array(part[str(self.plan.cluster)].to_list(), dtype=object),
            "why_no_cluster": self.plan.cluster.because["en"] if isinstance(self.plan.cluster, NoCluster) else None,
            "covariates": {m.id: _covariate(part[m.id]) for m in self.plan.covariates},
        }

    def waits(self, arm: str) -> dict[str, Any]:
        """Return plain arrays of one arm beside the reference: days from the start of the window until what ended the
        wait, and the cause: 1 the event, 2 an exit that the plan calls competing, 0 followed so far or to the end.

        `rows` says who of `arrays` these are: who left before the window is not among them.
        """
        first, last = self.plan.outcome.window_days or (1, 1)
        frame = nw.from_native(self.frame, eager_only=True)
        part = frame.filter(nw.col("arm").is_in([arm, self.plan.reference]))
        until = np.minimum(numbers(part["followed_days"]), last)
        day = np.nan_to_num(numbers(part["event_day"]), nan=np.inf)
        gone = np.array([why in self.plan.follow_up.competing for why in part["left_why"].to_list()])
        gone &= part["left"].to_numpy() & (numbers(part["followed_days"]) <= last)
        happened = day <= until
        rows = until >= first
        cause = np.where(happened, 1.0, np.where(gone, 2.0, 0.0))
        return {"time": (np.where(happened, day, until) - (first - 1))[rows], "cause": cause[rows], "rows": rows}


def cohort(forms: Any, events: Any, plan: Plan) -> Cohort:
    """Make the cohort of a plan.

    `forms` need case, moment, date and the columns that the plan reads; `events` need case, date and event, and have
    person, detail, team and region where they are recorded. Any frame will do.

    Raises Refused for what a protocol would not allow: a covariate or baseline dated after time zero, forms that
    differ while the plan does not say which counts, nobody left to compare. Raises UsageError for absent columns.

    >>> from risico.plan import EXAMPLE, Plan
    >>> from risico.synthetic import region
    >>> plan = Plan.model_validate(EXAMPLE | {"profile": {"how": "column", "column": "kind", "moment": "T0"}})
    >>> made = region(1, households=200)
    >>> [(e.by["step"], e.value) for e in cohort(made.forms, made.events, plan).flow if e.name == "flow"][:4]
    [('recorded', 200), ('eligible', 200), ('analysed', 196), ('not_measured', 4)]
    """
    answers, happened = read_forms(forms, plan), read_events(events)
    everybody = happened.select("case").unique().shape[0]
    same_cases(answers, happened)
    rows = start(happened, plan.time_zero)
    out: dict[str, int] = {NO_TIME_ZERO: everybody - rows.shape[0]}
    for criterion in plan.eligible:
        rows, out[criterion.id] = take_part(known(rows, answers, happened, criterion), criterion)
    rows = followed(rows, happened, plan.follow_up.until)
    if plan.landmark > 0:  # settled on day 0, an arm keeps who leaves on that day
        rows, out[LEFT_EARLY] = split(rows, nw.col("left_day") > plan.landmark)
    rows = with_arms(rows, happened, plan)
    for reason in sorted({why for why in rows["why_no_arm"].to_list() if why}):
        rows, out[reason] = split(rows, nw.col("why_no_arm").is_null() | (nw.col("why_no_arm") != reason))
    rows = _somebody(rows.drop("why_no_arm"), plan)
    control = (plan.negative_control,) if plan.negative_control else ()
    for measure in (plan.profile.measure, *plan.covariates, *control):
        rows = known(rows, answers, happened, measure)
    cases = rows
    rows = with_reasons(with_outcome(rows, answers, happened, plan.outcome), happened, plan.outcome).sort("case")
    left = (nw.col("left_day") <= nw.col("followed_days")).alias("left")
    return Cohort(
        plan=plan,
        frame=rows.with_columns(left).drop("left_day").to_native(),
        flow=_flow(everybody, out, cases, rows, plan),
        help=combinations(cases, plan),
        change=change(rows, plan.outcome),
        by_arm=_by_arm(cases, rows, plan),
    )


def _somebody(rows: Frame, plan: Plan) -> Frame:
    beside = {plan.reference} if plan.design == "before_after" else set[str]()  # change can be told without it
    empty = [arm for arm in plan.arms if arm not in beside and not (rows["arm"] == arm).any()]
    if empty:
        raise Refused(
            f"Nobody falls into the arm {', '.join(empty)}, so there is nothing to compare.\n"
            "Look at which events and details the file holds, at the days, and at who is eligible."
        )
    return rows


def _flow(everybody: int, out: dict[str, int], cases: Frame, rows: Frame, plan: Plan) -> Estimates:
    """Count from recorded to analysed; each part of one whole carries that whole as n."""
    eligible, analysed = rows.shape[0], int(rows["analysed"].sum())
    steps = [count("flow", everybody, everybody, step="recorded")]
    steps += [count("flow", n, everybody, step="left_out", reason=reason) for reason, n in out.items() if n]
    if plan.unit == "person":
        steps.append(count("flow", cases.shape[0], everybody, step="eligible_cases"))
    steps.append(count("flow", eligible, eligible, step="eligible"))
    steps.append(replace(count("flow", analysed, eligible, step="analysed"), method=f"count with {_measured(plan)}"))
    steps += _lost(rows)
    never = int(cases["never_started"].sum())
    return Estimates([*steps, count("offered_never_started", never, cases.shape[0], step="eligible")])


def _lost(rows: Frame, **by: str) -> list[Estimate]:
    """Count who has no outcome, and why."""
    reasons = [why for why in rows["why_not"].to_list() if why]
    lost = len(reasons)
    found = [count("flow", lost, rows.shape[0], **by, step="not_measured")]
    return found + [
        count("flow", reasons.count(why), lost, **by, step="not_measured", reason=why) for why in sorted(set(reasons))
    ]


def _by_arm(cases: Frame, rows: Frame, plan: Plan) -> Estimates:
    """Count for each arm, out of everybody in it, who has an outcome, why others have none, and how they changed."""
    found: list[Estimate] = []
    for arm in plan.arms:
        mine, part = (table.filter(nw.col("arm") == arm) for table in (cases, rows))
        found.append(count("flow", int(part["analysed"].sum()), part.shape[0], arm=arm, step="analysed"))
        found += _lost(part, arm=arm)
        if plan.received is not None:
            found.append(count("started", int(mine["received"].sum()), mine.shape[0], arm=arm))
        found += change(part, plan.outcome, arm=arm)
    return Estimates(found)


def _measured(plan: Plan) -> str:
    """Say in words what the outcome is read from, and how the answers of several people became one."""
    outcome, (first, last) = plan.outcome, plan.outcome.window_days or (1, 1)
    if outcome.column is None:
        return f"the event '{outcome.event}' from day {first} to {last}, per case"
    people = {"only": "of the only one who was", "any": "of anybody who was", "each": "of each who was"}
    who = people.get(outcome.combine, "the worst of all who were")
    return f"{outcome.column} at {outcome.moment} from day {first} to {last}, {who} asked at {outcome.baseline}"


def _covariate(column: nw.Series[Any]) -> NDArray[Any]:
    numeric = column.dtype.is_numeric() or column.dtype == nw.Boolean
    return numbers(column) if numeric else np.array(column.to_list(), dtype=object)
