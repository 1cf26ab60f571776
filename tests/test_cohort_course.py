"""Waiting, workers, phases, offers, follow-ups, records and trends: equal to R, and to cases counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from risico.cohort.course import course
from risico.cohort.records import records
from risico.cohort.trend import trend
from risico.disclosure import release
from risico.errors import UsageError
from risico.estimate import Estimates
from risico.numbers.waiting import median_wait, share_within, survival
from risico.synthetic import region
from stored import stored

R = stored("waiting")
FIRST, UNTIL = date(2024, 1, 1), date(2024, 12, 31)


def events(*rows: tuple[str, int, str, str | None]) -> pl.DataFrame:
    table = [(case, FIRST + timedelta(days=day), event, detail) for case, day, event, detail in rows]
    return pl.DataFrame(table, schema=["case", "date", "event", "detail"], orient="row")


def table(found: Estimates, name: str, key: str) -> dict[str, float | None]:
    return {e.by[key]: e.value for e in found if e.name == name}


def wait(found: Estimates, start: str, end: str):
    return next(e for e in found.where(**{"from": start, "to": end}) if e.name == "waiting_median")


def test_waiting_is_that_of_r():
    fitted = survival(np.array(R["time"], dtype=float), np.array(R["ended"]) == 1)
    assert median_wait(fitted, 0.95) == pytest.approx(R["median"])
    for k, days in enumerate(R["days"]):
        expected = [R[name][k] for name in ("share", "low", "high")]
        assert share_within(fitted, days, 0.95) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(("days", "value"), [(2, 0.0), (3, 0.25), (20, None), (9, 0.75)])
def test_nothing_is_said_beyond_the_last_day_of_who_still_waits(days, value):
    fitted = survival(np.array([3.0, 5, 8, 9]), np.array([True, True, True, False]))
    assert share_within(fitted, days, 0.95)[0] == value


def test_everybody_had_it_is_everybody_whenever_one_asks():
    fitted = survival(np.array([3.0, 5]), np.array([True, True]))
    assert [share_within(fitted, days, 0.95)[0] for days in (1, 5, 50)] == [0.0, 1.0, 1.0]


def test_waiting_runs_from_the_last_report_before_the_assessment():
    found = course(
        events(
            ("a", 0, "report", None), ("a", 100, "report", None), ("a", 105, "assessed", None),
            ("a", 125, "help_started", "x"), ("a", 200, "report", None),
        ),
        until=UNTIL,
    )  # fmt: skip
    assert [wait(found, *pair).value for pair in (("report", "assessed"), ("assessed", "help_started"))] == [5, 20]
    assert wait(found, "report", "help_started").value == 25


def test_who_still_waits_or_left_is_counted_until_then():
    rows = [("a", 0, "report", None), ("a", 10, "assessed", None)]
    rows += [("b", 0, "report", None), ("b", 5, "exit", "moved"), ("b", 8, "assessed", None)]
    rows += [(f"c{i}", 300, "report", None) for i in range(3)]
    found = course(events(*rows), until=FIRST + timedelta(days=310), within_days=(9,))
    e = wait(found, "report", "assessed")
    assert (e.n, e.value) == (5, None)  # one of the four who were still there on day 10
    share = next(x for x in found.where(**{"from": "report", "to": "assessed"}) if x.name == "waited_at_most")
    assert share.value == 0.0
    assert wait(found, "assessed", "help_started").why == "fewer than half had it by the end, so half is not reached"


def test_events_after_the_last_day_do_not_count():
    rows = [("a", 0, "report", None), ("a", 30, "assessed", None)]
    assert wait(course(events(*rows), until=FIRST + timedelta(days=29)), "report", "assessed").value is None
    assert wait(course(events(*rows), until=FIRST + timedelta(days=30)), "report", "assessed").value == 30


def test_workers_phases_offers_and_follow_ups_are_counted_by_hand():
    found = course(
        events(
            ("a", 0, "worker", "w1"), ("a", 5, "worker", "w1"), ("a", 9, "worker", "w2"),
            ("b", 0, "worker", "w1"), ("c", 0, "worker", "w1"), ("c", 1, "worker", "w2"), ("c", 2, "worker", "w1"),
            ("a", 3, "phase", "herstel"), ("a", 9, "phase", "directe_veiligheid"),
            ("b", 3, "phase", "directe_veiligheid"),
            ("a", 0, "help_offered", "x"), ("a", 1, "help_refused", "x"),
            ("b", 0, "help_offered", "x"), ("b", 1, "help_started", "x"),
            ("b", 1, "contact", "x"), ("b", 9, "help_ended", "x"),
            ("c", 0, "help_offered", "x"), ("c", 0, "help_offered", "y"), ("c", 1, "help_started", "y"),
            ("a", 90, "follow_up_held", "T1"), ("b", 90, "follow_up_missed", "forgotten"),
            ("c", 90, "follow_up_missed", "told Jansen that"),
        ),
        until=UNTIL,
    )  # fmt: skip
    assert table(found, "worker_changes", "changes") == {"0": 1, "1": 1, "2_or_more": 1}
    assert table(found, "phase_reached", "phase") == {
        "directe_veiligheid": 1, "stabiele_veiligheid": 0, "herstel": 1, "not_recorded": 1,
    }  # fmt: skip
    assert table(found, "offered_help", "course") == {"had": 1, "stopped_early": 1, "refused": 1, "not_started": 1}
    held = table(found, "follow_ups", "follow_up")
    assert (held["held"], held["forgotten"], held["other"]) == (1, 1, 1)
    assert "Jansen" not in str(found)


def test_the_course_of_the_made_up_region_is_known():
    made = region(3, households=300)
    found = course(made.events, until=date(2026, 1, 1))
    assert wait(found, "report", "assessed").n == 300
    assert 8 <= (wait(found, "report", "assessed").value or 0) <= 13
    assert sum(v or 0 for v in table(found, "worker_changes", "changes").values()) == 300
    kinds = made.events["event"]
    assert (
        sum(v or 0 for v in table(found, "follow_ups", "follow_up").values())
        == kinds.str.starts_with("follow_up").sum()
    )


def test_small_counts_of_the_course_are_withheld():
    told = release(course(region(3, households=60).events, until=date(2026, 1, 1)), "organisatie")
    shown = [e.value for e in told if e.method.startswith("count")]
    assert all(value is None or value >= 10 for value in shown)
    assert any(value is None for value in shown)


def test_records_are_counted_with_what_is_not_filled_in():
    frame = pl.DataFrame(
        {
            "continuiteit_stand": ["open", "onderbroken", "geregeld", None, None],
            "continuiteit_eigenaar": ["niemand", None, "ggz", "ggz", None],
            "continuiteit_zicht_intussen": [0.0, 1.0, 1.0, None, None],
            "hulp_stand": [None, None, None, None, "ended"],
            "hulp_hoe_geeindigd": [None, None, None, None, "by_family"],
        }
    )
    found = records(frame)
    risks = table(found, "continuity_risks", "standing")
    assert risks == {"open": 1, "geregeld": 1, "onderbroken": 1, "vervallen": 0, "not_filled_in": 1}
    owners = table(found, "continuity_open_owner", "owner")
    assert (owners["niemand"], owners["not_filled_in"], owners["ggz"]) == (1, 1, 0)
    assert table(found, "continuity_open_sight", "sight") == {"0": 1, "1": 1}
    assert table(found, "help_ended", "ending")["by_family"] == 1
    assert {e.n for e in found if e.name == "help_standing"} == {1}


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: records(pl.DataFrame({"phq9_1": [1]})), "no record"),
        (lambda: records(pl.DataFrame({"hulp_stand": ["secret"]})), "1 codes are none"),
        (lambda: course(events(("a", 9, "report", None)), until=FIRST), "until"),
        (lambda: trend(events(("a", 9, "report", None)), "report", since=FIRST, until=date(2024, 12, 30)), "no whole"),
    ],
)
def test_mistakes_get_a_message_without_what_was_filled_in(call, match):
    with pytest.raises(UsageError, match=match) as error:
        call()
    assert "secret" not in str(error.value)


def test_a_trend_counts_whole_periods_and_compares_with_poisson_errors():
    rows = [(f"{i}", day, "report", None) for day, n in ((10, 40), (200, 50), (370, 60), (560, 9)) for i in range(n)]
    found = trend(events(*rows), "report", since=FIRST, until=date(2025, 12, 31), per="half")
    assert table(found, "recorded", "period") == {"2024-1": 40, "2024-2": 50, "2025-1": 60, "2025-2": 9}
    assert table(found, "index", "period") == pytest.approx(
        {"2024-1": 100, "2024-2": 125, "2025-1": 150, "2025-2": None}
    )
    change = found.where(period="2024-2")["change"]
    assert (change.value, change.se) == (10, pytest.approx(90**0.5))
    index = found.where(period="2024-2")["index"]
    assert index.low is not None
    assert index.high is not None
    assert index.low * index.high == pytest.approx(125**2)
    year = trend(events(*rows), "report", since=FIRST, until=date(2025, 12, 30))
    assert table(year, "recorded", "period") == {"2024": 90}


def test_readers_outside_get_numbers_rounded_to_fives():
    rows = [(f"{i}", day, "report", None) for day, n in ((10, 43), (400, 58)) for i in range(n)]
    found = trend(events(*rows), "report", since=FIRST, until=date(2025, 12, 31))
    told = release(found, "buiten", teams=[{"": 10}] * 4)
    assert table(Estimates(told), "recorded", "period") == {"2024": 45, "2025": 60}
    assert Estimates(told).where(period="2025")["index"].value == 130
