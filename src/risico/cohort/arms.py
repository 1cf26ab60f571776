"""Who falls into which arm: from dated help episodes within the days that the plan declares, never from a label."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from risico.cohort.measures import in_days, named
from risico.cohort.sources import Frame, day_of
from risico.estimate import Estimate, Estimates
from risico.plan import OTHERWISE, Help, Plan

TOGETHER, NO_HELP = " + ", "none"  # several helps in one word, and none
SEVERAL, NOT_ALONE, NO_ARM = "fits_several_arms", "other_help_beside", "fits_no_arm"
NOT_TOGETHER, RUNNING = "without_the_help_beside", "help_already_running"


def with_arms(rows: Frame, events: Frame, plan: Plan) -> Frame:
    """Return the rows with `arm` (empty where none fits), `why_no_arm`, `received`, `help` and `never_started`.

    Everything is settled by the landmark: what happens later moves nobody to another arm. A family that was offered
    help and never started stays, in the arm that its offer or the lot gave it, else in the arm `otherwise`.
    """
    days = day_of(rows, events)
    fits = {name: _fitting(days, rule) for name, rule in plan.rules.items()}
    out_ = _kept_out(days, plan)
    rest = next((name for name, rule in plan.arms.items() if rule == OTHERWISE), None)
    arms, reasons = list[str | None](), list[str | None]()
    for case in rows["case"].to_list():
        found = [name for name in fits if case in fits[name]]
        why = RUNNING if out_.get(case) == RUNNING else SEVERAL if len(found) > 1 else None
        if why is None and not found:
            why = out_.get(case) or (None if rest else NO_ARM)
        reasons.append(why)
        arms.append(None if why else found[0] if found else rest)
    out = rows.with_columns(_text("arm", arms), _text("why_no_arm", reasons))
    if plan.received is not None:
        got = _fitting(days, plan.received)
        out = out.with_columns(nw.col("case").is_in(list(got)).alias("received"))
    return _with_help(out, days, settled(plan))


def _kept_out(days: Frame, plan: Plan) -> dict[str, str]:
    """Return who can be in no arm, and why: the help was there, but not alone, or not beside the other help; or it was
    already running at the start, so that its beginning was never at stake.
    """
    found: dict[str, str] = {}
    for rule in plan.rules.values():
        anyhow = _fitting(days, rule.model_copy(update={"alone": False, "together_with": None}))
        found |= dict.fromkeys(anyhow - _fitting(days, rule), NOT_ALONE if rule.alone else NOT_TOGETHER)
    for rule in plan.rules.values():
        if rule.event == "help_started":
            found |= dict.fromkeys(_running(days, rule.detail), RUNNING)
    return found


def _running(days: Frame, help_: str) -> set[str]:
    """Return the cases in which this help began before day 0 and had not ended by then."""
    before = days.filter(nw.col("day") < 0, nw.col("detail") == help_)
    last = before.filter(nw.col("event").is_in(["help_started", "help_ended"])).sort("case", "day", "event")
    newest = last.unique("case", keep="last", maintain_order=True)  # ended and begun on one day: it goes on
    return set(newest.filter(nw.col("event") == "help_started")["case"].to_list())


def settled(plan: Plan) -> int:
    """Return the day by which arms and what was received are settled."""
    return max(plan.landmark, plan.received.within_days if plan.received else 0)


def _text(name: str, words: list[str | None]) -> nw.Series[Any]:
    return nw.new_series(name, words, nw.String, backend="polars")


def _fitting(days: Frame, rule: Help) -> set[str]:
    """Return the cases that fit a rule on help episodes."""
    episodes = in_days(named(days, rule.event, rule.detail), 0, rule.within_days)
    cases = set[str](episodes["case"].to_list())
    if rule.min_contacts:
        first = episodes.group_by("case").agg(nw.col("day").min().alias("began"))
        contacts = in_days(named(days, "contact", rule.detail), 0, rule.within_days).join(first, on="case")
        counts = contacts.filter(nw.col("day") >= nw.col("began")).group_by("case").agg(nw.len().alias("contacts"))
        cases &= set(counts.filter(nw.col("contacts") >= rule.min_contacts)["case"].to_list())
    if rule.alone:
        started = in_days(named(days, "help_started", None), 0, rule.within_days)
        cases -= set(started.filter(nw.col("detail") != rule.detail)["case"].to_list())
    if rule.together_with is not None:
        other = in_days(named(days, "help_started", rule.together_with), 0, rule.within_days)
        cases &= set(other["case"].to_list())
    return cases


def _with_help(rows: Frame, days: Frame, last: int) -> Frame:
    """Add which helps started by then, in words, and whether something was offered of which nothing started."""
    started = in_days(named(days, "help_started", None), 0, last)
    offered = in_days(named(days, "help_offered", None), 0, last)
    begun: dict[str, set[str]] = {}
    for case, detail in zip(started["case"].to_list(), started["detail"].to_list(), strict=True):
        begun.setdefault(case, set()).add(str(detail))
    pairs = zip(offered["case"].to_list(), offered["detail"].to_list(), strict=True)
    waiting = {case for case, detail in pairs if detail not in begun.get(case, set())}
    cases = rows["case"].to_list()
    together = [TOGETHER.join(sorted(begun.get(case, set()))) or NO_HELP for case in cases]
    never = nw.new_series("never_started", [case in waiting for case in cases], nw.Boolean, backend="polars")
    return rows.with_columns(_text("help", list(together)), never)


def combinations(rows: Frame, plan: Plan) -> Estimates:
    """Return how many of each arm started which helps together: the table to look at before any effect.

    Nothing where everybody in an arm had the same, as where the lot decides before any help began.
    """
    counts = (
        rows.group_by("arm", "help").agg(nw.len().alias("n")).sort("arm", "n", "help", descending=[False, True, False])
    )
    if counts.shape[0] == counts["arm"].n_unique():
        return Estimates()
    sizes: dict[str, int] = dict.fromkeys(plan.arms, 0)
    table = list(zip(counts["arm"].to_list(), counts["help"].to_list(), counts["n"].to_list(), strict=True))
    for arm, _, n in table:
        sizes[arm] += n
    method = f"count of helps started by day {settled(plan)}"
    return Estimates(
        Estimate(name="help", value=n, n=sizes[arm], method=method, by={"arm": arm, "help": help_})
        for arm, help_, n in table
    )
