"""The outcome in its window: measured on everybody it should be, or empty with the reason and the worst it could be."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from risico.cohort.measures import answered, coded, given, in_days, low_is_worse, not_late, recorded
from risico.cohort.sources import Frame, day_of
from risico.errors import Refused
from risico.instrument.conditions import Test
from risico.plan import Outcome

Floats = NDArray[np.float64]


def with_outcome(rows: Frame, forms: Frame, events: Frame, outcome: Outcome) -> Frame:
    """Return the rows with `outcome`, `outcome_low`, `outcome_high` and, from forms, `baseline` and `level`.

    The outcome is empty unless everybody who had a form at the start answered again, or the registration was followed
    to the end of the window; low and high are the least and the most that what is not known still allows. A form that
    was left blank counts as asked, and who answers at the end only counts too: a household is not better for it.
    Levels are numbers that rise from good to bad; with `yes` the outcome is 0 or 1.
    """
    if outcome.event is not None:
        return _from_events(rows, events, outcome)
    return _from_forms(rows, forms, outcome)


def with_answer_after(rows: Frame, forms: Frame, outcome: Outcome) -> Frame:
    """Return the rows with `outcome` (yes 1, no 0), of what could only be asked at the end: everybody counts as asked.

    Of several people anybody who says yes decides (`any`), or the worst answer (`worst`).
    """
    days = day_of(rows.select("case", "zero"), answered(forms, outcome))
    said: dict[str, list[Any]] = {}
    inside = in_days(days, *outcome.window_days or (1, 1))
    for case, value in zip(inside["case"].to_list(), inside["value"].to_list(), strict=True):
        said.setdefault(case, []).append(value)
    yes = [_yes_after(outcome, said[case]) if case in said else np.nan for case in rows["case"].to_list()]
    given_ = np.array(yes, dtype=np.float64)
    return rows.with_columns(
        _series("outcome", given_),
        _flag("asked_at_start", np.ones(len(given_), bool)),
        _flag("asked_some", ~np.isnan(given_)),
        rows["case"].is_in(_outside(rows, forms, outcome)).alias("asked_outside"),
    )


def _yes_after(outcome: Outcome, values: list[Any]) -> float:
    assert outcome.yes is not None
    if outcome.combine == "any":
        return float(any(outcome.yes.holds(value) for value in values))
    if outcome.levels:
        strange = [value for value in values if value not in outcome.levels]
        if strange:
            raise Refused(
                f"{outcome.id}: some values are none of the levels {', '.join(outcome.levels)}.\n"
                "They would silently be left out. Correct them, or add the level to the plan."
            )
        return float(outcome.yes.holds(max(values, key=outcome.levels.index)))
    return float(outcome.yes.holds(min(values) if outcome.worse == "low" else max(values)))


def _from_events(rows: Frame, events: Frame, outcome: Outcome) -> Frame:
    first, last = outcome.window_days or (1, 1)
    found = in_days(day_of(rows, recorded(events, outcome)), first, last)
    counts = found.group_by("case").agg(nw.len().alias("count"), nw.col("day").min().alias("event_day"))
    table = rows.join(counts, on="case", how="left")
    number = np.nan_to_num(_floats(table["count"]))
    over = table["followed_days"].to_numpy() >= last
    table = table.drop("count")
    if outcome.yes is None and outcome.combine != "any":
        return _add(table, np.where(over, number, np.nan), number, np.where(over, number, np.nan))
    test = outcome.yes or Test.model_validate({"at_least": 1})
    yes = np.array([test.holds(n) for n in number.tolist()], dtype=np.float64)
    sure = over | ((yes == 1) & (test.at_least is not None))
    return _add(table, np.where(over, yes, np.nan), np.where(sure, yes, 0.0), np.where(sure, yes, 1.0))


def _from_forms(rows: Frame, forms: Frame, outcome: Outcome) -> Frame:
    each = outcome.combine == "each"
    both = _both_times(rows, forms, outcome, alone=each)
    if not each:
        both = _households(both, outcome)
    else:
        both = both.drop("late").rename({"value": "seen"}).with_columns(nw.col("seen").is_null().alias("open"))
    table = rows.join(both.with_columns(nw.lit(True).alias("asked")), on="case", how="left")
    seen, before = _floats(table["seen"]), _floats(table["before"])
    open_ = table["open"].fill_null(True).to_numpy()
    level = np.where(open_ | (outcome.combine == "any"), np.nan, seen)
    added = (
        _series("baseline", before),
        _series("level", level),
        _flag("asked_at_start", table["asked"].fill_null(False).to_numpy()),
        _flag("asked_some", ~np.isnan(seen)),
        table["case"].is_in(_outside(rows, forms, outcome)).alias("asked_outside"),
    )
    return _bounded(table.drop("seen", "before", "open", "asked"), outcome, seen, open_).with_columns(*added)


def _both_times(rows: Frame, forms: Frame, outcome: Outcome, *, alone: bool) -> Frame:
    """Return `before` and `value` (the end) of each person of a case that was asked at the start, empty where blank."""
    start = _per_person(rows, forms, outcome, str(outcome.baseline), None).rename({"value": "before"})
    again = _per_person(rows, forms, outcome, str(outcome.moment), outcome.window_days)
    at_start = outcome.model_copy(update={"moment": outcome.baseline})
    keys = ["case", "person"]
    blank = given(forms, at_start).filter(nw.col("person") != "").select(keys)  # without a person: no member to miss
    asked = nw.concat([blank.join(rows.select("case"), on="case", how="semi"), start.select(keys)]).unique()
    late = again.select(keys).join(asked.select("case").unique(), on="case", how="semi")
    late = late.join(asked, on=keys, how="anti").with_columns(nw.lit(True).alias("late"))
    people = asked.with_columns(nw.lit(False).alias("late"))
    people = people if alone else nw.concat([people, late])
    return people.join(start, on=keys, how="left").join(again, on=keys, how="left")


def _outside(rows: Frame, forms: Frame, outcome: Outcome) -> list[str]:
    """Return the cases that were asked at the right moment by name, but outside the days that count."""
    first, last = outcome.window_days or (1, 1)
    days = day_of(rows.select("case", "zero"), answered(forms, outcome))
    return days.filter((nw.col("day") < first) | (nw.col("day") > last))["case"].unique().to_list()


def _per_person(rows: Frame, forms: Frame, outcome: Outcome, moment: str, window: tuple[int, int] | None) -> Frame:
    """Return one number per person at a moment, higher is worse for levels; the worst of several raters."""
    part = day_of(rows.select("case", "zero"), answered(forms, outcome.model_copy(update={"moment": moment})))
    if window is None:
        not_late(part, "baseline", f"'{outcome.column}' at {moment}")
    else:
        part = in_days(part, *window)
    value = nw.col("value")
    pick = value.min() if low_is_worse(outcome) else value.max()
    raters = coded(part, outcome).group_by("case", "person")
    found = raters.agg(pick.alias("value"), value.n_unique().alias("different"))
    if outcome.combine == "only" and found.filter(nw.col("different") > 1).shape[0]:
        raise Refused(f"{outcome.id}: raters of one person differ. Let the plan say combine: any, worst or each.")
    return found.drop("different")


def _households(both: Frame, outcome: Outcome) -> Frame:
    """Join the people of a case: what was seen of the worst (or of anybody), and whether somebody is missing."""
    if outcome.combine == "only" and both.group_by("case").agg(nw.len().alias("n")).filter(nw.col("n") > 1).shape[0]:
        raise Refused(
            f"{outcome.id}: several people of a case answered. One of them would silently stand for all.\n"
            "Let the plan say it: combine: any, worst, or each for one row per person."
        )
    part = both
    if outcome.combine == "any" and outcome.yes is not None:
        yes = [None if v is None else float(_holds(outcome, v)) for v in both["value"].to_list()]
        part = both.with_columns(nw.new_series("value", yes, nw.Float64, backend="polars"))
    low = low_is_worse(outcome) and outcome.combine != "any"
    part = part.with_columns((nw.col("before").is_null() & ~nw.col("late")).alias("blank"))
    seen, before = (nw.col(n).min() if low else nw.col(n).max() for n in ("value", "before"))
    missing = nw.col("value").is_null().any().alias("open")
    found = part.group_by("case").agg(
        seen.alias("seen"), before.alias("before"), missing, nw.col("blank").any().alias("blank")
    )
    worst = nw.col("before") == len(outcome.levels) - 1 if outcome.levels else nw.lit(False)
    known = ~nw.col("blank") | worst.fill_null(False)  # the worst of a household is not known while somebody's is blank
    return found.with_columns(nw.when(known).then(nw.col("before")).alias("before")).drop("blank")


def _holds(outcome: Outcome, value: float) -> bool:
    """Whether a number counts as yes; levels are asked by their word."""
    if outcome.yes is None:
        return bool(value)
    return outcome.yes.holds(outcome.levels[int(value)] if outcome.levels else value)


def _bounded(rows: Frame, outcome: Outcome, seen: Floats, open_: NDArray[np.bool_]) -> Frame:
    """Add outcome, low and high. A yes of anybody stays a yes; a worst can only become worse."""
    if outcome.combine == "any":
        low, high = np.nan_to_num(seen), np.where(open_, 1.0, seen)
        return _add(rows, np.where(open_, np.nan, seen), low, high)
    if outcome.levels:
        top = float(len(outcome.levels) - 1)
        low, high = np.nan_to_num(seen), np.where(open_, top, seen)
    elif low_is_worse(outcome):
        low, high = np.where(open_, np.nan, seen), seen
    else:
        low, high = seen, np.where(open_, np.nan, seen)
    if outcome.yes is None:
        return _add(rows, np.where(open_, np.nan, seen), low, high)
    known = [[_holds(outcome, v) for v in _between(a, b, outcome)] for a, b in zip(low, high, strict=True)]
    answer = np.array([float(k[0]) if k and len(set(k)) == 1 else np.nan for k in known])
    floor = np.where(np.isnan(answer), 0.0, answer)
    ceiling = np.where(np.isnan(answer), 1.0, answer)
    return _add(rows, np.where(open_, np.nan, answer), floor, ceiling)


def _between(low: float, high: float, outcome: Outcome) -> list[float]:
    """Return the values that are still possible; none when an end is open."""
    if np.isnan(low) or np.isnan(high):
        return []
    return [float(k) for k in range(int(low), int(high) + 1)] if outcome.levels else [low]


def _add(rows: Frame, value: Floats, low: Floats, high: Floats) -> Frame:
    return rows.with_columns(_series("outcome", value), _series("outcome_low", low), _series("outcome_high", high))


def _series(name: str, numbers: Floats) -> nw.Series[Any]:
    return nw.new_series(name, [None if np.isnan(v) else v for v in numbers.tolist()], nw.Float64, backend="polars")


def _flag(name: str, flags: NDArray[np.bool_]) -> nw.Series[Any]:
    return nw.new_series(name, flags.tolist(), nw.Boolean, backend="polars")


def _floats(column: nw.Series[Any]) -> Floats:
    return column.cast(nw.Float64).to_numpy().astype(np.float64)
