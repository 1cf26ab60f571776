"""What happened along the way, from the event records: waiting, the fixed worker, phases, help that stops, follow-ups.

These are counts and times of what was done. They say nothing of what it did, and nothing of how anybody works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from risico.cohort.sources import Frame, read_events
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.waiting import median_wait, share_within, survival

WAITS = (("report", "assessed"), ("assessed", "help_started"), ("report", "help_started"))
PHASES = ("directe_veiligheid", "stabiele_veiligheid", "herstel")
NOT_RECORDED, OTHER, HELD = "not_recorded", "other", "held"
MISSED = ("refused", "unreachable", "not_safe", "forgotten", "moved", "deceased")
CHANGES = ("0", "1", "2_or_more")
KAPLAN = "Kaplan & Meier (1958); log-log interval"


def course(
    events: Any,
    *,
    until: date,
    within_days: Sequence[int] = (7, 30, 90),
    full_contacts: int = 3,
    confidence: float = 0.95,
) -> Estimates:
    """Return what the event records say of the course of help, up to and including the day `until`.

    `events` need case, date and event, as for `cohort`. Estimates:

    - `waiting_median` and `waited_at_most` (share within so many days), from the last report before the assessment to
      the assessment, from there to the first help, and from report to help. Who still waited at the end, or left, is
      counted until then (Kaplan-Meier).
    - `worker_changes`: families by how often their worker changed (the fixed face), of those with a recorded worker.
    - `phase_reached`: families by the furthest phase recorded.
    - `offered_help`: offers by what came of them: refused, not started, stopped early (ended with fewer contacts than
      `full_contacts`), or had. Stopped early and refused together are the drop-out that events can show.
    - `follow_ups`: held, or missed by reason; reasons in somebody's own words are `other`.

    >>> from risico.synthetic import region
    >>> found = course(region(1, households=200).events, until=date(2025, 12, 31))
    >>> found.where(**{"from": "report", "to": "assessed"})["waiting_median"].n
    200
    """
    check_confidence(confidence)
    happened = read_events(events).filter(nw.col("date") <= until)
    if not happened.shape[0]:
        raise UsageError("until: no event is dated on or before this day.")
    found: list[Estimate] = []
    for start, end in WAITS:
        found += _waiting(happened, start, end, until, within_days, confidence)
    found += _workers(happened)
    found += _phases(happened)
    found += _offers(happened, full_contacts)
    return Estimates([*found, *_follow_ups(happened)])


def _days(events: Frame, event: str) -> dict[str, list[date]]:
    """Return the dates of one kind of event by case, in order of time."""
    part, out = events.filter(nw.col("event") == event), dict[str, list[date]]()
    for case, day in zip(part["case"].to_list(), part["date"].to_list(), strict=True):
        out.setdefault(case, []).append(day)
    return out


def _waiting(
    events: Frame, start: str, end: str, until: date, within_days: Sequence[int], confidence: float
) -> Iterator[Estimate]:
    by = {"from": start, "to": end}
    times = _times(events, start, end, until)
    why = "no report, assessment or help that starts this wait is recorded"
    names = ["waiting_median", *("waited_at_most" for _ in within_days)]
    if not times:
        yield from (Estimate(name=name, n=0, by=by, why=why) for name in dict.fromkeys(names))
        return
    days, ended = (np.array(column) for column in zip(*times, strict=True))
    fitted, n = survival(days.astype(np.float64), ended), len(days)
    value, low, high = median_wait(fitted, confidence)
    why = None if value is not None else "fewer than half had it by the end, so half is not reached"
    yield Estimate(
        name="waiting_median", value=value, low=low, high=high if low is not None else None, n=n, source=KAPLAN,
        method="median in days, Kaplan-Meier", by=by, confidence=confidence, why=why,
    )  # fmt: skip
    for limit in within_days:
        share, low, high = share_within(fitted, limit, confidence)
        why = None if share is not None else "nobody was followed that long, and some still waited"
        yield Estimate(
            name="waited_at_most", value=share, low=low, high=high, n=n, source=KAPLAN, confidence=confidence,
            method=f"share within {limit} days, Kaplan-Meier", by=by | {"days": str(limit)}, why=why,
        )  # fmt: skip


def _times(events: Frame, start: str, end: str, until: date) -> list[tuple[int, bool]]:
    """Return for each case the days it waited, and whether it had it; who left stopped waiting unserved."""
    began, got, left, served = (_days(events, name) for name in (start, end, "exit", "assessed"))
    out: list[tuple[int, bool]] = []
    for case, days in began.items():
        first = served.get(case, got.get(case, [until]))[0] if start == "report" else days[0]
        since = max((day for day in days if day <= first), default=days[-1])
        reached = next((day for day in got.get(case, []) if day >= since), None)
        gone = min([until, *left.get(case, [])])
        ended = reached is not None and reached <= gone
        stop = reached if ended and reached is not None else gone
        out.append((max((stop - since).days, 0), ended))
    return out


def _counts(name: str, found: Iterable[str], order: Iterable[str], key: str, unit: str) -> list[Estimate]:
    """Return a table of counts of one whole; what is not in `order` is `other`."""
    order = tuple(order)
    tally = Counter(value if value in order else OTHER for value in found)
    n = sum(tally.values())
    if not n:
        return [Estimate(name=name, n=0, method=f"count of {unit}", why="nothing of this is recorded")]
    cells = [*order, *([OTHER] if tally[OTHER] else [])]
    return [
        Estimate(name=name, value=float(tally[cell]), n=n, method=f"count of {unit}", by={key: cell}) for cell in cells
    ]


def _workers(events: Frame) -> list[Estimate]:
    """A change is another code than the one before; the same worker noted twice is none."""
    part, seen = events.filter(nw.col("event") == "worker"), dict[str, list[str]]()
    for case, worker in zip(part["case"].to_list(), part["detail"].to_list(), strict=True):
        codes = seen.setdefault(case, [])
        if worker is not None and (not codes or codes[-1] != worker):
            codes.append(worker)
    changes = (CHANGES[min(len(codes) - 1, 2)] for codes in seen.values() if codes)
    return _counts("worker_changes", changes, CHANGES, "changes", "families")


def _phases(events: Frame) -> list[Estimate]:
    part, furthest = events.filter(nw.col("event") == "phase"), dict[str, int]()
    for case, phase in zip(part["case"].to_list(), part["detail"].to_list(), strict=True):
        if phase in PHASES:
            furthest[case] = max(furthest.get(case, 0), PHASES.index(phase))
    if not furthest:
        return [Estimate(name="phase_reached", method="count of families", why="no phase is recorded")]
    everybody = set[str](events["case"].to_list())
    reached = (PHASES[furthest[case]] if case in furthest else NOT_RECORDED for case in everybody)
    return _counts("phase_reached", reached, (*PHASES, NOT_RECORDED), "phase", "families")


def _offers(events: Frame, full_contacts: int) -> list[Estimate]:
    """One offer is one kind of help for one case, however often it was noted."""
    kinds = {"help_offered", "help_refused", "help_started", "help_ended", "contact"}
    part = events.filter(nw.col("event").is_in(sorted(kinds)))
    seen: dict[tuple[str, str | None], Counter[str]] = {}
    columns = (part[name].to_list() for name in ("case", "detail", "event"))
    for case, kind, event in zip(*columns, strict=True):
        seen.setdefault((case, kind), Counter())[event] += 1
    results: list[str] = []
    for events_of in seen.values():
        if not events_of["help_offered"] and not events_of["help_started"]:
            continue
        early = events_of["help_ended"] and events_of["contact"] < full_contacts
        started = "stopped_early" if early else "had"
        results.append(
            started if events_of["help_started"] else "refused" if events_of["help_refused"] else "not_started"
        )
    order = ("had", "stopped_early", "refused", "not_started")
    return _counts("offered_help", results, order, "course", "offers")


def _follow_ups(events: Frame) -> list[Estimate]:
    held = events.filter(nw.col("event") == "follow_up_held").shape[0]
    missed = events.filter(nw.col("event") == "follow_up_missed")["detail"].to_list()
    return _counts("follow_ups", [*[HELD] * held, *map(str, missed)], (HELD, *MISSED), "follow_up", "follow-ups")
