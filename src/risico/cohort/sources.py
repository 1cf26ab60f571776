"""Forms and events come in: only the columns that the plan reads, with dates as dates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals.stable.v2 as nw

from risico.errors import Refused, UsageError
from risico.forms import enter
from risico.plan import Known, Plan
from risico.plan.measures import Measure

Frame = nw.DataFrame[Any]
KEYS = ("case", "person", "moment", "date")


def read_forms(forms: Any, plan: Plan) -> Frame:
    """Return the forms with keys, date and the columns that the plan reads.

    Raises UsageError when one of them is not there: without a date nobody can see that an answer came before the help.
    """
    measures = [plan.profile.measure, *plan.eligible, *plan.covariates, plan.outcome]
    hint = ""
    if plan.profile.how == "rule":
        hint = f" '{plan.profile.column}' is made by risico.profiles.profile(forms): run that first."
    return read_measures(forms, measures, hint)


def read_measures(forms: Any, measures: Iterable[Measure], hint: str = "") -> Frame:
    """Return the forms with keys, date and the columns that these measures read."""
    measures = tuple(measures)
    columns = {m.column for m in measures if m.column} | {name for m in measures for name in m.where}
    frame = _read(forms, "forms", ("case", "moment", "date", *sorted(columns)), ("person",), hint)
    return frame.with_columns(nw.col("person").cast(nw.String).fill_null(""), nw.col("moment").cast(nw.String))


def read_events(events: Any) -> Frame:
    """Return the events in order of time, with empty columns for what is not recorded."""
    frame = _read(events, "events", ("case", "date", "event"), ("person", "detail", "team", "region"), "")
    if frame.filter(nw.col("date").is_null()).shape[0]:
        raise UsageError(
            "Some events have no date. Whether they came before or after the start would be a guess.\n"
            "Give each event its date, or leave it out and report that."
        )
    texts = ("event", "person", "detail", "team", "region")
    return frame.with_columns(nw.col(name).cast(nw.String) for name in texts).sort("case", "date", "event", "detail")


def same_cases(forms: Frame, events: Frame) -> None:
    """Refuse forms and events that have no case in common."""
    if forms.shape[0] and events.shape[0] and not forms["case"].is_in(events["case"].to_list()).any():
        raise Refused(
            "No case of the forms is a case of the events, so no answer belongs to anybody who is followed.\n"
            "Often one file holds them as numbers (12.0) and the other as text (12 or Z12). Write them alike in both."
        )


def _read(source: Any, what: str, needed: Iterable[str], welcome: Iterable[str], hint: str) -> Frame:
    needed, welcome = tuple(needed), tuple(welcome)
    door = enter(source, (*needed, *welcome))
    absent = [name for name in needed if name not in door.columns]
    if absent:
        raise UsageError(
            f"The {what} have no column {', '.join(repr(name) for name in absent)}.\n"
            f"The plan cannot be carried out without it.{hint} Rename a column, or map it with `risico map`."
        )
    present = [name for name in (*needed, *welcome) if name in door.columns]
    frame = door.inside.select(*present).collect(backend="polars")
    numbers = [name for name, kind in frame.schema.items() if kind.is_float()]
    frame = frame.with_columns(nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(name) for name in numbers)
    empty = [nw.lit(None, nw.String).alias(name) for name in welcome if name not in present]
    frame = _with_dates(frame, what).with_columns(nw.col("case").cast(nw.String), *empty)
    if frame.filter(nw.col("case").is_null()).shape[0]:
        raise UsageError(f"Some {what} have no case. They belong to nobody. Give each row its case, or leave it out.")
    return frame


def _with_dates(frame: Frame, what: str) -> Frame:
    kind = frame.schema["date"]
    day = nw.col("date")
    if kind == nw.String:
        day = day.str.slice(0, 10).str.to_date(format="%Y-%m-%d")
    elif not kind.is_temporal():
        raise UsageError(f"The column 'date' of the {what} holds no dates. Read them as dates, year first: 2024-03-01.")
    try:
        return frame.with_columns(day.cast(nw.Date).alias("date"))
    except Exception as problem:
        if type(problem).__name__ != "InvalidOperationError":
            raise
        raise UsageError(
            f"Some dates of the {what} cannot be read as year-month-day. A wrong date moves an answer before or after "
            "the help. Read them as dates first: 2024-03-01."
        ) from None


def day_of(rows: Frame, other: Frame) -> Frame:
    """Join rows to what carries their case, with `day`: days from time zero, negative before it."""
    joined = other.join(rows.select("case", "zero"), on="case", how="inner")
    return joined.with_columns((nw.col("date") - nw.col("zero")).dt.total_minutes().alias("day") // 1440)


def as_known(measure: Known) -> str:
    """Say in words where a measure is read."""
    return f"'{measure.column}' at {measure.moment}" if measure.column else f"the event '{measure.event}'"
