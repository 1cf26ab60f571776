"""What a team can count of its own families: was done what was meant, and how did it go, without any comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from risico.cohort.following import (
    LEFT,
    NO_REASON,
    NOT_OVER,
    change,
    count,
    followed,
    numbers,
    start,
    take_part,
    with_reasons,
)
from risico.cohort.measures import in_days, known, named
from risico.cohort.outcome import with_answer_after, with_outcome
from risico.cohort.sources import Frame, day_of, read_events, read_measures, same_cases
from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.numbers.intervals import wilson
from risico.plan import Outcome
from risico.plan.learning import Aim, AskedAfter, Departures
from risico.plan.team import LearningPlan

DONE = "done"
SHARE = "share, Wilson interval"


def learned(forms: Any, events: Any, plan: LearningPlan) -> Estimates:
    """Count what a team wants to learn, of every case that takes part.

    `forms` need case, moment, date and the columns that the plan reads; `events` case, date and event. The estimates:

        flow      by {step} and {step, reason}        from recorded to taking part
        aim       by {aim, step}, {aim, reason}       who was done what was meant for (a share), and why not the others
        flow      by {outcome, step}, {outcome, reason}   whose outcome is known, and why not of the others
        change    by {outcome, change}                who got worse, stayed the same, got better, is at the best level
        outcome   by {outcome}                        share of yes, where no levels say how it changed
        departed, departures by {reason}              cases, and times, where was deliberately done otherwise

    Raises Refused and UsageError as `cohort` does: for answers dated too late, forms that differ, words that are no
    level, events that nobody has.

    >>> from risico.plan import EXAMPLE
    >>> from risico.plan.learning import EXAMPLE as LEARNING
    >>> from risico.synthetic import region
    >>> told = {key: EXAMPLE[key] for key in ("id", "version", "title", "question", "expected", "data", "time_zero")}
    >>> value = {"estimand": "followed", "at_least": 80, "unit": "per_100"}
    >>> told |= {"design": "learning", "learning": LEARNING, "expected_value": value, "audience": "team"}
    >>> made = region(1, households=60)
    >>> print(learned(made.forms, made.events, LearningPlan.model_validate(told)).where(aim="followed", step="done")[0])
    aim · followed · done 0.7 [0.5749, 0.801], n = 60
    """
    answers = read_measures(forms, [*plan.eligible, *plan.learning.measured])
    happened = read_events(events)
    same_cases(answers, happened)
    everybody = happened.select("case").unique().shape[0]
    rows = start(happened, plan.time_zero)
    out = {"no_time_zero": everybody - rows.shape[0]}
    for criterion in plan.eligible:
        rows, out[criterion.id] = take_part(known(rows, answers, happened, criterion), criterion)
    if not rows.shape[0]:
        raise Refused(
            "Nobody takes part, so there is nothing to learn from. Look at time_zero and eligible in the plan."
        )
    rows = followed(rows, happened, plan.follow_up.until)
    found = [count("flow", everybody, everybody, step="recorded")]
    found += [count("flow", n, everybody, step="left_out", reason=reason) for reason, n in out.items() if n]
    found.append(count("flow", rows.shape[0], everybody, step="eligible"))
    for aim in plan.learning.aims:
        found += _aim(rows, happened, aim)
    for outcome in plan.learning.measured:
        found += _outcome(rows, answers, happened, outcome)
    if plan.learning.departures:
        found += _departures(rows, happened, plan.learning.departures)
    return Estimates(found)


def _aim(rows: Frame, events: Frame, aim: Aim) -> list[Estimate]:
    """Count for whom it was done, and why not for the others: a table that adds up to everybody."""
    asked = _happened(events, aim.event, aim.detail, aim.id)
    inside = in_days(day_of(rows, asked), *aim.within_days)
    times = dict(inside.group_by("case").agg(nw.len().alias("n")).select("case", "n").iter_rows())
    why = _missed(rows, events, aim)
    reasons = list[str]()
    columns = (rows[name].to_list() for name in ("case", "followed_days", "left_day"))
    for case, days, left in zip(*columns, strict=True):
        if times.get(case, 0) < aim.times:
            last = aim.within_days[1]
            other = LEFT if left <= last else NOT_OVER if days < last else NO_REASON
            reasons.append(why.get(case, other))
    whole = rows.shape[0]
    done = _share("aim", whole - len(reasons), whole, aim=aim.id, step=DONE)
    return [done, *_whys("aim", reasons, whole, aim=aim.id)]


def _missed(rows: Frame, events: Frame, aim: Aim) -> dict[str, str]:
    """Return the last reason that was recorded within the days of the aim, by case."""
    if aim.missed is None:
        return {}
    recorded = in_days(day_of(rows, named(events, aim.missed, None)), *aim.within_days).sort("case", "day")
    pairs = zip(recorded["case"].to_list(), recorded["detail"].to_list(), strict=True)
    return {case: detail or NO_REASON for case, detail in pairs}


def _happened(events: Frame, event: str, detail: str | None, where: str) -> Frame:
    found = named(events, event, detail)
    if not found.shape[0]:
        what = f" with detail '{detail}'" if detail else ""
        raise Refused(
            f"{where}: no case has an event '{event}'{what}.\nIt would read as never done, or as done by nobody.\n"
            "Look at how the events are spelt; if it is not recorded, leave it out."
        )
    return found


def _outcome(rows: Frame, forms: Frame, events: Frame, outcome: Outcome) -> list[Estimate]:
    """Count whose outcome is known, why not of the others, and how it went with those."""
    if isinstance(outcome, AskedAfter):
        table = with_answer_after(rows, forms, outcome)
    else:
        table = with_outcome(rows, forms, events, outcome)
    table = with_reasons(table, events, outcome)
    whole, seen = table.shape[0], int(table["analysed"].sum())
    reasons = [why for why in table["why_not"].to_list() if why]
    found = [count("flow", seen, whole, outcome=outcome.id, step="analysed")] if reasons else []
    found += _whys("flow", reasons, whole, outcome=outcome.id)
    if outcome.levels and not isinstance(outcome, AskedAfter) and outcome.combine != "any":
        return [*found, *change(table, outcome, outcome=outcome.id)]
    values = numbers(table["outcome"])
    values = values[~np.isnan(values)]
    if not len(values):
        why = "the data hold no outcome"
        return [*found, Estimate(name="outcome", n=0, by={"outcome": outcome.id}, why=why)]
    share = _share("outcome", int(values.sum()), len(values), outcome=outcome.id)
    if outcome.combine == "each":  # people of one household are alike: an interval as if they were not is too narrow
        share = replace(share, low=None, high=None, confidence=None, method="share of people", source="")
    return [*found, share]


def _departures(rows: Frame, events: Frame, told: Departures) -> list[Estimate]:
    """Count cases, and times by reason: the times add up, and the cases need not."""
    found = in_days(day_of(rows, named(events, told.event, None)), *told.within_days)
    details = [detail or NO_REASON for detail in found["detail"].to_list()]
    cases = count("departed", found["case"].n_unique(), rows.shape[0])
    return [cases, *_whys("departures", details, len(details))]


def _whys(name: str, reasons: list[str], whole: int, **by: str) -> list[Estimate]:
    """Count each reason of a whole."""
    return [count(name, reasons.count(why), whole, **by, reason=why) for why in sorted(set(reasons))]


def _share(name: str, yes: int, whole: int, **by: str) -> Estimate:
    low, high = wilson(successes=yes, n=whole)
    return Estimate(
        name=name, value=yes / whole, low=low, high=high, confidence=0.95, n=whole, method=SHARE,
        source="Wilson (1927)", by=by,
    )  # fmt: skip
