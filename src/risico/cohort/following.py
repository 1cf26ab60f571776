"""Who is followed, from when to when, and how it went: what a plan with arms and one without have in common."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from risico.cohort.measures import in_days, named
from risico.cohort.sources import Frame, day_of
from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.plan import Criterion, Outcome, TimeZero

NOT_ASKED, NOT_ALL, OUTSIDE, NOT_OVER, LEFT, NO_REASON = (
    "not_asked_at_the_start",
    "not_everybody_asked_again",
    "asked_outside_the_window",
    "window_not_over",
    "left",
    "no_reason_noted",
)
REASONS = (NOT_ASKED, NOT_ALL, OUTSIDE, NOT_OVER, LEFT, NO_REASON)
"""Why somebody has no outcome, in our own words; any other reason is the detail of an event."""
WHICH: Final[dict[str, Any]] = {"first": "first", "last": "last"}


def start(events: Frame, rule: TimeZero) -> Frame:
    """Return one row per case with time zero, team, region and worker at that moment."""
    first = named(events, rule.event, rule.detail).unique("case", keep=WHICH[rule.which], maintain_order=True)
    rows = first.select("case", "team", "region", nw.col("date").alias("zero"))
    if not rows.shape[0]:
        detail = f" with detail {rule.detail}" if rule.detail else ""
        raise Refused(
            f"No event '{rule.event}'{detail} is there, so no clock starts and there is nobody to follow.\n"
            "Look at how the events and their details are spelt, and at time_zero in the plan."
        )
    if rule.between is not None:
        rows = rows.filter(nw.col("zero") >= rule.between[0], nw.col("zero") <= rule.between[1])
    days = day_of(rows, named(events, "worker", None)).filter(nw.col("day") <= 0)
    worker = days.sort("case", "day").unique("case", keep="last", maintain_order=True)
    return rows.join(worker.select("case", nw.col("detail").alias("worker")), on="case", how="left")


def take_part(rows: Frame, criterion: Criterion) -> tuple[Frame, int]:
    """Return who fits a criterion, without its column, and how many do not; unknown does not take part."""
    fits = [value is not None and criterion.holds(value) for value in rows[criterion.id].to_list()]
    kept = rows.filter(fits).drop(criterion.id)
    return kept, rows.shape[0] - kept.shape[0]


def split(rows: Frame, keep: nw.Expr) -> tuple[Frame, int]:
    """Return the rows to keep, and how many others there were."""
    kept = rows.filter(keep)
    return kept, rows.shape[0] - kept.shape[0]


def followed(rows: Frame, events: Frame, until: date | None) -> Frame:
    """Add how many days each case was followed, and when and why it left."""
    until = until or events["date"].max()
    exits = in_days(day_of(rows, named(events, "exit", None)), 0, 10**6).sort("case", "day")
    first = exits.unique("case", keep="first", maintain_order=True)
    left = first.select(
        "case", nw.col("day").alias("left_day"), nw.col("detail").fill_null(NO_REASON).alias("left_why")
    )
    end = (nw.lit(until) - nw.col("zero")).dt.total_minutes() // 1440
    joined = rows.join(left, on="case", how="left").with_columns(end.alias("end"), nw.col("left_day").fill_null(10**6))
    return joined.with_columns(nw.min_horizontal("end", "left_day").alias("followed_days")).drop("end")


def with_reasons(rows: Frame, events: Frame, outcome: Outcome) -> Frame:
    """Add whether a row is analysed, and if not, why."""
    window = outcome.window_days or (1, 1)
    missed = in_days(day_of(rows.select("case", "zero").unique(), named(events, "follow_up_missed", None)), *window)
    why = missed.sort("case", "day").unique("case", keep="last", maintain_order=True)
    out = rows.join(why.select("case", nw.col("detail").alias("missed")), on="case", how="left")
    forms = outcome.column is not None
    partly = (nw.col("asked_some") if forms else nw.lit(False)).fill_null(False)
    outside = (nw.col("asked_outside") if forms else nw.lit(False)).fill_null(False)
    never = ~nw.col("asked_at_start") if forms else nw.lit(False)
    reason = (
        nw.when(~nw.col("outcome").is_null())
        .then(nw.lit(None, nw.String))
        .when(never)
        .then(nw.lit(NOT_ASKED))
        .when(partly)
        .then(nw.lit(NOT_ALL))
        .when(outside)
        .then(nw.lit(OUTSIDE))
        .when(nw.col("left_day") <= window[1])
        .then(nw.lit(LEFT))
        .when(nw.col("followed_days") < window[1])
        .then(nw.lit(NOT_OVER))
        .otherwise(nw.col("missed").fill_null(NO_REASON))
    )
    out = out.with_columns(reason.alias("why_not"), (~nw.col("outcome").is_null()).alias("analysed"))
    return out.drop("missed", *(["asked_some", "asked_outside", "asked_at_start"] if forms else []))


def change(rows: Frame, outcome: Outcome, /, **by: str) -> Estimates:
    """Count who moved to a worse, the same or a better level since the start, of those whose level is known now.

    Who is at the best level is counted apart: the same or better would not say that it is over. So is who is not there
    and whose level at the start is not known: it may have become worse.
    """
    if not outcome.levels or outcome.combine == "any":
        return Estimates()
    level, before = numbers(rows["level"]), numbers(rows["baseline"])
    now = ~np.isnan(level)
    level, before = level[now], before[now]
    best, steps = level == 0, level - before
    ways = {"worse": steps > 0, "same": (steps == 0) & ~best, "better": (steps < 0) & ~best, "best": best}
    unclear = np.isnan(steps) & ~best
    ways |= {"unclear": unclear} if unclear.any() else {}
    return Estimates(count("change", int(found.sum()), len(steps), **by, change=way) for way, found in ways.items())


def count(name: str, value: int, whole: int, **by: str) -> Estimate:
    """Return a count of a whole."""
    return Estimate(name=name, value=value, n=whole, method="count", by=by)


def numbers(column: nw.Series[Any]) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where it is empty."""
    return column.cast(nw.Float64).to_numpy().astype(np.float64)
