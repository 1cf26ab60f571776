"""What a study follows over time: charts and funnels of a table, the course of help and looks from event records."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.cohort.course import course
from risico.cohort.trend import trend
from risico.disclosure import Team
from risico.errors import UsageError
from risico.estimate import Estimates
from risico.exchange import apply, read, read_map
from risico.experiments.checks import switches_known
from risico.experiments.labels import column
from risico.experiments.sources import Result, teams_in
from risico.monitoring import Units, funnel, p_prime, running_mean, xmr
from risico.plan.files import find, fingerprint
from risico.plan.monitoring import Chart, Course, Funnel, Looks, Monitoring
from risico.study import Study
from risico.synthetic import region

PLACES = {"month": 12, "quarter": 4, "half": 2, "year": 1}
RAW, WITHOUT_SEASON = "raw", "without_season"


def result(study: Study, told: Monitoring, path: Path) -> Result:
    """Compute what the study follows. Raises what reading, the charts and the course raise."""
    found, teams, prints = Estimates(), tuple[Team, ...](), list[str]()
    if told.chart or told.funnel:
        files = [find(name, path) for name in (study.data.forms, study.data.map) if name]
        table = apply(read(files[0]), read_map(files[-1])) if study.data.map else read(files[0])
        prints.append(fingerprint(files))
        where = f"{path.name}, {study.data.forms}"
        found += _chart(table, told.chart, where) if told.chart else ()
        found += _funnel(table, told.funnel, where) if told.funnel else ()
    if told.course or told.looks:
        events, said = _events(study, path)
        prints.append(said)
        teams = teams_in(events)
        found += _course(events, told.course) if told.course else ()
        found += _looks(events, told.looks, path) if told.looks else ()
    data = prints[0] if len(prints) == 1 else hashlib.sha256("".join(prints).encode()).hexdigest()
    return Result(estimates=found, data=data, teams=teams)


def _events(study: Study, path: Path) -> tuple[Any, str]:
    data = study.data
    if data.source == "synthetic":
        switches_known(study, path)
        made = region(data.seed or 0, households=data.households or 0, **dict[str, Any](data.switches))
        return made.events, hashlib.sha256(made.events.write_csv().encode()).hexdigest()
    if not data.events:
        raise UsageError(f"{path.name}, data.events: the course of help is read from event records. Name their file.")
    file = find(data.events, path)
    return read(file), fingerprint([file])


def _chart(table: Any, told: Chart, where: str) -> Estimates:
    """Return the chart as it is and, where the season counts, without it."""
    at = periods(column(table, told.period, where), told.per, where)
    names, place = np.unique(at, return_inverse=True)
    count, of = (
        None if name is None else np.bincount(place, weights=column(table, name, where).astype(np.float64))
        for name in (told.count, told.of)
    )
    assert count is not None
    found = Estimates()
    for kind, season in ((RAW, None), (WITHOUT_SEASON, PLACES[told.per]))[: 1 + told.season]:
        steps, period = tuple(told.steps), names.tolist()
        if of is None:
            chart = xmr(count, period, kind="count", season=season, steps=steps)
        else:
            chart = p_prime(count, of, period, season=season, steps=steps)
        found += [replace(e, by={"chart": kind, **e.by}) for e in chart]
    return found


def _funnel(table: Any, told: Funnel, where: str) -> Estimates:
    kept = np.ones(len(table), dtype=np.bool_)
    for name, word in told.where.items():
        kept &= column(table, name, where).astype(str) == str(word)
    if not kept.any():
        raise UsageError(
            f"{where}: no row has the words that `where` of the funnel asks for. Correct them in the plan."
        )
    names, place = np.unique(column(table, told.unit, where)[kept].astype(str), return_inverse=True)
    count, of = (np.bincount(place, weights=column(table, name, where)[kept]) for name in (told.count, told.of))
    why = told.why_no_case_mix["en"]
    return funnel(Units(unit=names.tolist(), observed=count, of=of, why_no_case_mix=why))


def _course(events: Any, told: Course) -> Estimates:
    found = course(events, until=told.until, within_days=told.within_days)
    if told.trend is None or told.since is None:
        return found
    return found + trend(events, told.trend, since=told.since, until=told.until, per=told.per)


def _looks(events: Any, told: Looks, path: Path) -> Estimates:
    where = f"{path.name}, events"
    event = column(events, "event", where)
    kept = np.isin(event, (told.yes, told.no))
    if not kept.any():
        raise UsageError(f"{where}: neither '{told.yes}' nor '{told.no}' is recorded. Correct them in the plan.")
    look = periods(column(events, "date", where)[kept], told.per, where)
    cluster = column(events, told.cluster, where)[kept]
    yes = (event[kept] == told.yes).astype(np.float64)
    return running_mean(yes, look, tuned_for=told.tuned_for, against=told.against, cluster=cluster.astype(str))


def periods(days: Sequence[Any] | NDArray[Any], per: str, where: str) -> list[str]:
    """Return the period of each day, so written that they sort: 2025-03, 2025-Q1, 2025-1 (half) or 2025.

    >>> periods(["2025-03-14", "2025-12-01"], "quarter", "plan.yaml")
    ['2025-Q1', '2025-Q4']
    """
    out: list[str] = []
    for day in days:
        try:
            known = date.fromisoformat(str(day)[:10])
        except ValueError:
            raise UsageError(f"{where}: some days cannot be read as year-month-day, such as 2025-03-14.") from None
        place = (known.month - 1) * PLACES[per] // 12 + 1
        said = {"month": f"-{known.month:02}", "quarter": f"-Q{place}", "half": f"-{place}", "year": ""}[per]
        out.append(f"{known.year}{said}")
    return out
