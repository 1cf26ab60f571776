"""What stands in the registration: reports, help that overlaps, is refused or stops early, follow-ups, leaving."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.synthetic.assumptions import DEPARTED, ELEMENTS, MISSED, VALUE
from risico.synthetic.course import DAYS, SETTLED, Course, indication
from risico.synthetic.households import WORKERS_EACH, Flags, Households, Ints, worker_codes

LAST_DAY = 640  # reports are followed until this day after the safety assessment
Rows = tuple[Ints, Ints, str, Any]  # household, day from time zero, event, detail


def draw_events(
    rng: np.random.Generator,
    homes: Households,
    course: Course,
    otherwise: np.random.Generator,
    elements: np.random.Generator,
) -> dict[str, NDArray[Any]]:
    """Return the columns case, day (from 2021-01-01), event, detail, team and region, in order of time.

    `otherwise` draws where a team deliberately did otherwise, and `elements` what the help consisted of, apart from
    everything else.
    """
    rows = [
        *_start(rng, homes, course),
        *_reports(rng, homes, course),
        *_help(rng, homes, course),
        *_follow_ups(rng, course),
        _departures(otherwise, homes),
        *_elements(elements, homes, course),
    ]
    household = np.concatenate([row[0] for row in rows])
    day = np.concatenate([row[1] for row in rows])
    event = np.concatenate([np.full(len(row[0]), row[2], dtype=object) for row in rows])
    detail = np.concatenate([np.broadcast_to(np.asarray(row[3], dtype=object), len(row[0])) for row in rows])
    seen = day <= course.left[household]
    order = np.lexsort((day[seen], household[seen]))
    household, day, event, detail = (part[seen][order] for part in (household, day, event, detail))
    return {
        "case": homes.cases[household],
        "day": homes.assessed[household] + day,
        "event": event,
        "detail": detail,
        "team": np.char.add("team_", homes.team.astype(str))[household],
        "region": np.char.add("regio_", homes.region.astype(str))[household],
    }


def _start(rng: np.random.Generator, homes: Households, course: Course) -> list[Rows]:
    all_, zero = np.arange(len(homes)), np.zeros(len(homes), int)
    reporter = rng.choice(["police", "health", "education", "other"], len(homes), p=[0.67, 0.08, 0.04, 0.21])
    arm = np.where(course.assigned, "systeemhulp", "gebruikelijk")
    left = all_[course.left < LAST_DAY]
    change = all_[rng.random(len(homes)) < 0.15]
    other = worker_codes(
        homes.worker[change] // WORKERS_EACH * WORKERS_EACH + rng.integers(0, WORKERS_EACH, len(change))
    )
    return [
        (all_, -rng.integers(8, 14, len(homes)), "report", reporter),
        (all_, zero - 7, "worker", homes.workers),
        (all_, zero, "assessed", None),
        (all_, zero, "assigned", arm),
        (change, rng.integers(30, 400, len(change)), "worker", other),
        (left, course.left[left], "exit", "moved"),
    ]


def _reports(rng: np.random.Generator, homes: Households, course: Course) -> list[Rows]:
    """Reports as a Poisson process: earlier ones, and after the start with the rate that the help leaves."""
    before = 0.8 * np.exp(0.3 * homes.severity)
    spans = [
        (before, -730, -29),
        (course.rate * SETTLED / 365, 1, SETTLED + 1),
        (course.rate * course.ratio * (LAST_DAY - SETTLED) / 365, SETTLED + 1, LAST_DAY + 1),
    ]
    out: list[Rows] = []
    for rate, first, last in spans:
        household = np.repeat(np.arange(len(homes)), rng.poisson(rate))
        who = rng.choice(["police", "health", "education", "other"], len(household), p=[0.67, 0.08, 0.04, 0.21])
        out.append((household, rng.integers(first, last, len(household)), "report", who))
    return out


def _help(rng: np.random.Generator, homes: Households, course: Course) -> list[Rows]:
    debts = homes.poverty & (rng.random(len(homes)) < 0.4)
    system = course.received["systeemhulp"]
    return [
        *_episodes(rng, "systeemhulp", course.assigned | system, system),
        *_episodes(rng, "traumahulp", course.offered, course.received["traumahulp"]),
        *_episodes(rng, "schuldhulp", debts, debts & (rng.random(len(homes)) < 0.8), latest=200),
    ]


def _episodes(rng: np.random.Generator, name: str, offered: Flags, full: Flags, latest: int = 60) -> list[Rows]:
    """One help: offered, then refused, stopped after one or two contacts, or had in full (at least three by day 90)."""
    who = np.flatnonzero(offered)
    odds = VALUE["stopped_early"] / (VALUE["stopped_early"] + VALUE["refused"])
    early = ~full[who] & (rng.random(len(who)) < odds)
    started = who[full[who] | early]
    refused = who[~(full[who] | early)]
    begin = rng.integers(3, latest, len(started))
    contacts = np.where(full[started], rng.integers(4, 20, len(started)), rng.integers(1, 3, len(started)))
    each = np.repeat(np.arange(len(started)), contacts)
    count = np.arange(len(each)) - np.repeat(contacts.cumsum() - contacts, contacts)
    return [
        (who, rng.integers(0, 3, len(who)), "help_offered", name),
        (refused, rng.integers(3, 30, len(refused)), "help_refused", name),
        (started, begin, "help_started", name),
        (started[each], begin[each] + 7 * count, "contact", name),
        (started, begin + 7 * contacts, "help_ended", name),
    ]


def _departures(rng: np.random.Generator, homes: Households) -> Rows:
    """Where something was deliberately done otherwise than agreed: once at most, within half a year."""
    who = np.flatnonzero(rng.random(len(homes)) < VALUE["departed"])
    why = rng.choice(list(DEPARTED), len(who), p=list(DEPARTED.values()))
    return who, rng.integers(5, 180, len(who)), "departed", why


def _elements(rng: np.random.Generator, homes: Households, course: Course) -> list[Rows]:
    """Elements of help from the first day they were there; more often in heavier cases, and without any effect."""
    tilt = np.log(VALUE["element_odds"]) * indication(course.incidents)
    out: list[Rows] = []
    for name, light in ELEMENTS.items():
        chance = 1 / (1 + np.exp(-(np.log(light / (1 - light)) + tilt)))
        who = np.flatnonzero(rng.random(len(homes)) < chance)
        out.append((who, rng.integers(1, SETTLED, len(who)), "element", name))
    return out


def _follow_ups(rng: np.random.Generator, course: Course) -> list[Rows]:
    out: list[Rows] = []
    for moment, day in DAYS.items():
        held, missed = np.flatnonzero(course.held[moment]), np.flatnonzero(~course.held[moment])
        why = rng.choice(list(MISSED), len(missed), p=list(MISSED.values()))
        out.append((held, follow_up_day(held, day), "follow_up_held", moment))
        out.append((missed, np.full(len(missed), day), "follow_up_missed", why))
    return out


def follow_up_day(household: Ints, day: int) -> Ints:
    """Return the day a follow-up was held: up to 30 days from when it was due, fixed per household."""
    return day - 30 + household * 37 % 61


def held_at(course: Course, moment: str) -> Flags:
    """Return whose follow-up was held and had not left by then."""
    if moment == "T0":
        return np.ones(len(course.assigned), bool)
    due = follow_up_day(np.arange(len(course.left)), DAYS[moment])
    return course.held[moment] & (course.left >= due)
