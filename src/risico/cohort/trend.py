"""A trend as Statistics Netherlands (CBS) shows it: numbers per year or half-year, an index, and differences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import exp, sqrt
from typing import Any, Literal

import narwhals.stable.v2 as nw
from scipy import special

from risico.cohort.sources import read_events
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence

FEW = 10
TOO_FEW = f"fewer than {FEW} in one of the two periods: too few to compare"


def trend(
    events: Any,
    event: str,
    *,
    since: date,
    until: date,
    per: Literal["year", "half"] = "year",
    confidence: float = 0.95,
) -> Estimates:
    """Return how often an event was recorded per whole year or half-year, from `since` up to and including `until`.

    Estimates, `by` the event and the period (2024, or 2024-1 and 2024-2): `recorded`, the number; `index`, that number
    per hundred of the first whole period; `change`, the difference from the period before. Intervals are those of
    Poisson numbers: a registration that doubles from one policeman to two says nothing. Periods that are not whole are
    left out. For readers outside, `release` rounds numbers to fives, as CBS does, and index and change to the digits
    that mean something; each is rounded by itself, so that they need not add up.

    Raises UsageError where no whole period lies between the two days.

    >>> from risico.synthetic import region
    >>> found = trend(region(1, households=200).events, "report", since=date(2021, 1, 1), until=date(2024, 12, 31))
    >>> [e.by["period"] for e in found if e.name == "index"]
    ['2021', '2022', '2023', '2024']
    """
    check_confidence(confidence)
    periods = _whole(since, until, per)
    if not periods:
        raise UsageError(f"since, until: no whole {per} lies between these days.")
    happened = read_events(events).filter(nw.col("event") == event, nw.col("date") >= since, nw.col("date") <= until)
    found = dict.fromkeys(periods, 0)
    for day in happened["date"].to_list():
        name = _name(day, per)
        if name in found:
            found[name] += 1
    reach = float(special.ndtri(0.5 + confidence / 2))
    return Estimates(_rows(found, event, reach, confidence))


def _name(day: date, per: str) -> str:
    return str(day.year) if per == "year" else f"{day.year}-{1 if day.month < 7 else 2}"


def _whole(since: date, until: date, per: str) -> list[str]:
    """Return the periods that begin on or after the first day and end on or before the last."""
    halves = ((1, 1, 12, 31),) if per == "year" else ((1, 1, 6, 30), (7, 1, 12, 31))
    return [
        _name(date(year, month, day), per)
        for year in range(since.year, until.year + 1)
        for month, day, last_month, last in halves
        if date(year, month, day) >= since and date(year, last_month, last) <= until
    ]


def _rows(found: dict[str, int], event: str, reach: float, confidence: float) -> Iterator[Estimate]:
    numbers = list(found.values())
    for k, (period, number) in enumerate(found.items()):
        by = {"event": event, "period": period}
        yield Estimate(name="recorded", value=float(number), method="count of events", by=by)
        yield _index(number, numbers[0], first=k == 0, by=by, reach=reach, confidence=confidence)
        if k:
            yield _change(number, numbers[k - 1], by=by, reach=reach, confidence=confidence)


def _index(number: int, base: int, *, first: bool, by: dict[str, str], reach: float, confidence: float) -> Estimate:
    method = "number per hundred of the first period, interval of a ratio of Poisson numbers"
    if min(number, base) < FEW:
        return Estimate(name="index", method=method, by=by, why=TOO_FEW)
    if first:
        return Estimate(name="index", value=100.0, method=method, by=by)
    value, se = 100 * number / base, sqrt(1 / number + 1 / base)
    low, high = value * exp(-reach * se), value * exp(reach * se)
    return Estimate(
        name="index", value=value, low=low, high=high, se=value * se, confidence=confidence, method=method, by=by
    )


def _change(number: int, before: int, *, by: dict[str, str], reach: float, confidence: float) -> Estimate:
    method = "difference from the period before, interval of a difference of Poisson numbers"
    if min(number, before) < FEW:
        return Estimate(name="change", method=method, by=by, why=TOO_FEW)
    value, se = float(number - before), sqrt(number + before)
    return Estimate(
        name="change", value=value, low=value - reach * se, high=value + reach * se, se=se, confidence=confidence,
        method=method, by=by,
    )  # fmt: skip
