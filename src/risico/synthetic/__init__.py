"""A region that does not exist: forms and events with the truth beside them.

For learning, for testing and for finding out what an analysis makes of data whose answer is known. Households of all
ages are reported, assessed, helped by lot and by need, followed and partly lost from sight. The numbers stand with
their source in `ASSUMPTIONS`; much is assumed, and `BANNER` says so wherever the region is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimates
from risico.synthetic import answers, events
from risico.synthetic.assumptions import ASSUMPTIONS, BANNER, PROFILES, Assumption
from risico.synthetic.course import DAYS, Course, draw_course, truth
from risico.synthetic.households import (
    KINDS,
    WORKERS_EACH,
    Flags,
    Households,
    Members,
    Switches,
    draw_households,
    draw_members,
    worker_codes,
)

__all__ = ["ASSUMPTIONS", "BANNER", "Assumption", "Region", "Switches", "region"]

FIRST_DAY = np.datetime64("2021-01-01")
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Region:
    """What a region gives: Polars frames of forms and events, the true effects, and the households as they really are.

    `households` holds per case what no file ever holds: the true profile, hidden severity, who is a complier, and the
    chance of each outcome with (`_1`) and without (`_0`) each help. It is for checking an analysis, never for one.
    """

    forms: Any
    events: Any
    truth: Estimates
    households: Any


def region(
    seed: int,
    *,
    households: int = 1000,
    unmeasured_severity: bool = False,
    loss_by_outcome: bool = False,
    misjudged: bool = False,
    clustered: bool = False,
    effects: Literal["by_profile", "equal", "none"] = "by_profile",
) -> Region:
    """Make a region of this many households; the same seed gives the same region.

    Four switches break what an analysis assumes: help goes also by severity that no form shows; who is lost from sight
    depends on how it went; profiles are often miscoded; households of one worker resemble each other and the lot is
    drawn per worker. `effects` makes help work per profile, equally for all, or not at all.

    The truth holds risk differences: `itt` and `cace` of systeemhulp (by lot), `ate` and `att` of traumahulp (by need:
    started within 90 days, at least three contacts), for all and per true profile. What help consists of (the events
    `element`) makes no difference here: its true effect is 0.

    >>> made = region(1, households=200)
    >>> made.events["event"].n_unique(), made.forms["case"].n_unique()
    (14, 200)
    >>> [e.name for e in made.truth.where(profile="all", outcome="stopped_t1")]
    ['itt', 'cace', 'ate', 'att']
    """
    if households < 50 or effects not in ("by_profile", "equal", "none"):
        raise UsageError("A region has at least 50 households, and effects are by_profile, equal or none.")
    switches = Switches(unmeasured_severity, loss_by_outcome, misjudged, clustered, effects)
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(7)]
    homes = draw_households(streams[0], households, switches)
    people = draw_members(streams[1], homes)
    course = draw_course(streams[2], homes, switches)
    return Region(
        forms=_forms(streams[3], homes, people, course, switches),
        events=_dated(events.draw_events(streams[4], homes, course, streams[5], streams[6])),
        truth=truth(homes, course),
        households=_frame(_real(homes, course)).to_native(),
    )


def _forms(rng: np.random.Generator, homes: Households, people: Members, course: Course, switches: Switches) -> Any:
    """Return one row per form: of the household, of the person who used violence, and of each member."""
    blocks = [*_household_forms(rng, homes, course, switches), _risk_form(rng, homes, people)]
    lived, mood = answers.lived_through(rng, people, course.levels), answers.moods(rng, homes, people, course)
    for moment in ("T0", *DAYS):
        here = events.held_at(course, moment)[people.household]
        base = _person_keys(homes, people, moment) | {"violence": lived[moment]}
        adult, child = here & answers.spoken_for(people, 18, 120), here & answers.spoken_for(people, 4, 17)
        small = here & answers.spoken_for(people, 0, 3)
        blocks.append(_take(base, adult) | answers.phq9(rng, mood[moment][adult]))
        blocks.append(_take(base, child) | answers.sdq(rng, mood[moment][child]))
        blocks.append(_take(base, small))
    frames = nw.concat([_frame(_as_dates(block)) for block in blocks], how="diagonal")
    keys = ("case", "person", "moment", "rater", "date")
    return frames.select(*keys, nw.exclude(*keys)).sort(*keys).to_native()


def _household_forms(rng: np.random.Generator, homes: Households, course: Course, switches: Switches) -> list[Columns]:
    """Return the household forms of the worker, and of a second worker who coded some households independently."""
    real = answers.indicators(rng, homes)
    n, second = len(homes), rng.random(len(homes)) < answers.VALUE["double_coded"]
    known = {
        "kind": np.array(KINDS)[homes.kind],
        "children": homes.children,
        "poverty": homes.poverty.astype(np.int64),
        "incidents": course.incidents,
    }
    keys = {"case": homes.cases, "moment": np.full(n, "T0"), "day": homes.assessed - 2}
    first = keys | {"rater": homes.workers, "rater_position": np.full(n, "first")} | known
    other = worker_codes(homes.worker // WORKERS_EACH * WORKERS_EACH + (homes.worker + 1) % WORKERS_EACH)
    again = keys | {"rater": other, "rater_position": np.full(n, "second")}
    return [
        first | answers.coded(rng, homes, real, switches),
        _take(again | answers.coded(rng, homes, real, switches), second),
    ]


def _risk_form(rng: np.random.Generator, homes: Households, people: Members) -> Columns:
    """Return the risk form that the worker fills in about the second adult of a family or couple."""
    about = (people.number == 2) & (people.role != "child") & (homes.kind[people.household] != 2)
    keys = _person_keys(homes, people, "T0") | {"rater": homes.workers[people.household]}
    return _take(keys, about) | answers.odara(rng, homes.severity[people.household[about]])


def _person_keys(homes: Households, people: Members, moment: str) -> Columns:
    ids, home = people.ids(homes.cases), people.household
    parent = np.char.add(homes.cases[home], "p1")
    child = people.age < 18
    day = events.follow_up_day(home, DAYS[moment]) if moment in DAYS else np.full(len(home), -1)
    return {
        "case": homes.cases[home],
        "person": ids,
        "moment": np.full(len(home), moment),
        "rater": np.where(child, parent, ids),
        "day": homes.assessed[home] + day,
        "role": people.role,
        "age": people.age,
        "sex": people.sex,
        "alcohol": people.alcohol.astype(np.int64),
        "informant": np.where(child, "parent", "self"),
        "norms": np.full(len(home), "uk"),
    }


def _real(homes: Households, course: Course) -> Columns:
    chances = {f"{outcome}_{help_}_{side}": p for (outcome, help_, side), p in course.chances.items()}
    return {
        "case": homes.cases,
        "true_profile": np.array(PROFILES)[homes.profile],
        "true_secondary": np.array([*PROFILES, ""])[homes.secondary],
        "severity": homes.severity,
        "hidden": homes.hidden,
        "complier": course.complier,
        **chances,
    }


def _take(columns: Columns, rows: Flags) -> Columns:
    return {name: column[rows] for name, column in columns.items()}


def _as_dates(columns: Columns) -> Columns:
    """Turn the day number into a date, in the place of the key."""
    return {"date" if k == "day" else k: FIRST_DAY + v if k == "day" else v for k, v in columns.items()}


def _dated(columns: Columns) -> Any:
    return _frame(_as_dates(columns)).to_native()


def _frame(columns: Columns) -> nw.DataFrame[Any]:
    """Make a Polars frame; answers become whole numbers, with empty cells where something was left open."""
    plain = {k: v.tolist() if v.dtype.kind in "UO" else v for k, v in columns.items()}
    frame = nw.from_dict(plain, backend="polars")
    codes = [k for k, v in columns.items() if v.dtype.kind == "f" and _is_item(k)]
    return frame.with_columns(nw.when(~nw.col(k).is_nan()).then(nw.col(k)).cast(nw.Int64).alias(k) for k in codes)


def _is_item(name: str) -> bool:
    return name.startswith(("phq9_", "sdq_", "odara_", "gezinsprofiel_"))
