"""Time to an event: R's survival, a published table, brute force on the definition, and what it must refuse."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from risico.effects import randomized, time_to_event
from risico.errors import Refused, UsageError
from risico.estimate import Estimates
from risico.numbers.cox import cox
from risico.numbers.incidence import followed, incidence, time_lost
from stored import stored, table

R = stored("effects_times")
DATA = {name: np.array(values, dtype=float) for name, values in table(R["data"]).items()}
TOLD: dict[str, Any] = {name: DATA[name] for name in ("time", "cause", "treated")} | {"horizon": 365}
ALONE: dict[str, Any] = {"why_no_cluster": "made one by one"}


@pytest.fixture(scope="module")
def clustered() -> Estimates:
    return time_to_event(**TOLD, days=(180,), covariates={"age": DATA["age"]}, cluster=DATA["cluster"])


@pytest.fixture(scope="module")
def alone() -> Estimates:
    return time_to_event(**TOLD, days=(180,), covariates={"age": DATA["age"]}, **ALONE)


@pytest.mark.parametrize("day", ["180", "365"])
def test_incidence_as_in_r(alone: Estimates, day: str) -> None:
    for side, arm in enumerate(("comparison", "treated")):
        ours = alone.where(day=day, arm=arm)["cumulative_incidence"]
        told, n = R["incidence"][day], (DATA["treated"] == side).sum()
        assert ours.value == pytest.approx(told["event"][side], rel=1e-10)
        assert ours.se == pytest.approx(told["se"][side] * (n / (n - 1)) ** 0.5, rel=1e-9)  # HC2 has n - 1
    gone = alone.where(day="365", arm="treated")["competing_incidence"]
    assert gone.value == pytest.approx(R["incidence"]["365"]["gone"][1], rel=1e-10)


@pytest.mark.parametrize("name", ["risk_difference", "risk_difference_adjusted", "restricted_mean_difference"])
def test_differences_as_in_r(clustered: Estimates, alone: Estimates, name: str) -> None:
    for found, told in ((clustered, R["clustered"][name]), (alone, R["alone"][name])):
        for part in ("value", "se", "low", "high"):
            assert getattr(found[name], part) == pytest.approx(told[part], rel=1e-8), part


def test_cox_as_in_r(clustered: Estimates, alone: Estimates) -> None:
    for place, name in enumerate(("treated", "age")):
        ours = alone.where(covariate=name)["log_hazard_ratio"]
        assert ours.value == pytest.approx(R["cox"]["beta"][place], rel=1e-6)
        assert ours.se == pytest.approx(R["cox"]["se"][place], rel=1e-8)
        robust = clustered.where(covariate=name)["log_hazard_ratio"]
        assert robust.se == pytest.approx(R["cox"]["robust"][place], rel=1e-8)
        assert "Lin & Wei" in robust.source
        assert robust.why is None
    assert alone["hazard_ratio"].value == pytest.approx(np.exp(R["cox"]["beta"][0]), rel=1e-8)
    assert alone["proportional_hazards_p"].value == pytest.approx(R["cox"]["proportional"][0], rel=1e-6)
    assert "cause-specific" in alone["hazard_ratio"].method


def test_rossi_as_published_and_as_in_r(real_data: Callable[[str], Path]) -> None:
    """Fox and Weisberg's table, also in the README of the data."""
    with (real_data("rossi-recidivism") / "rossi.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    yes = {"fin": "yes", "wexp": "yes", "paro": "yes"}
    columns = {name: np.array([float(row[name] == one) for row in rows]) for name, one in yes.items()}
    columns |= {name: np.array([float(row[name]) for row in rows]) for name in ("age", "prio", "week", "arrest")}
    columns["other"] = np.array([float(row["race"] != "black") for row in rows])
    columns["not_married"] = np.array([float(row["mar"] != "married") for row in rows])
    names = ("age", "other", "wexp", "not_married", "paro", "prio")
    found = time_to_event(
        time=columns["week"], cause=columns["arrest"], treated=columns["fin"], horizon=52,
        covariates={name: columns[name] for name in names}, **ALONE,
    )  # fmt: skip
    logs = [e for e in found if e.name == "log_hazard_ratio"]
    published = [-0.3794, -0.0574, -0.3139, -0.1498, 0.4337, -0.0849, 0.0915]
    errors = [0.1914, 0.0220, 0.3080, 0.2122, 0.3819, 0.1958, 0.0286]
    assert [round(e.value or 0, 4) for e in logs] == published
    assert [round(e.se or 0, 4) for e in logs] == errors
    assert [e.value for e in logs] == pytest.approx(R["rossi"]["beta"], rel=1e-7)
    assert found["proportional_hazards_p"].value == pytest.approx(R["rossi"]["proportional"][0], rel=1e-6)
    shares = {arm: found.where(arm=arm)["cumulative_incidence"].value for arm in ("treated", "comparison")}
    assert shares == pytest.approx({"treated": 48 / 216, "comparison": 66 / 216})  # nobody was lost


def test_the_influence_is_the_derivative() -> None:
    """A little more weight for one family moves the share by its influence: brute force on the definition."""
    time, cause = DATA["time"][:40], DATA["cause"][:40].astype(int)
    group = followed(time=time, cause=cause)
    for function, weight in ((incidence, {"day": 365}), (time_lost, {"horizon": 365})):
        value, moves = function(group, **weight)
        assert moves.mean() == pytest.approx(0, abs=1e-12)
        many = 2000  # each family so often, and one of them once more
        for i in (0, 7, 23):
            rows = np.append(np.repeat(np.arange(40), many), i)
            more, _ = function(followed(time=time[rows], cause=cause[rows]), **weight)
            assert (more - value) * 40 * many == pytest.approx(moves[i], rel=2e-3, abs=1e-4)


def test_nobody_lost_is_the_randomized_design_with_its_error() -> None:
    seen = np.where(DATA["cause"] == 1, 1.0, 0.0)
    day = np.where(seen == 1, DATA["time"], 1000.0)
    found = time_to_event(
        time=day, cause=seen, treated=DATA["treated"], horizon=1000, cluster=DATA["cluster"]
    )["risk_difference"]  # fmt: skip
    itt = randomized(outcome=seen, assigned=DATA["treated"], cluster=DATA["cluster"])["itt"]
    assert (found.value, found.se, found.low) == pytest.approx((itt.value, itt.se, itt.low), rel=1e-10)


def test_a_hazard_ratio_that_changes_says_so() -> None:
    rng = np.random.default_rng(3)
    early, late = rng.uniform(0, 100, 200), rng.uniform(100, 200, 200)
    told = time_to_event(
        time=np.concatenate([early, late, rng.uniform(0, 200, 400)]),
        cause=np.ones(800), treated=np.repeat([1.0, 0.0], 400), horizon=150, **ALONE,
    )  # fmt: skip
    crossing = time_to_event(
        time=np.concatenate([rng.exponential(1, 400), rng.weibull(4, 400)]),
        cause=np.ones(800), treated=np.repeat([1.0, 0.0], 400), horizon=1, **ALONE,
    )  # fmt: skip
    assert (told["proportional_hazards_p"].value or 0) > 0.05
    assert told["hazard_ratio"].why is None
    assert (crossing["proportional_hazards_p"].value or 0) < 1e-6
    assert "changes over time" in (crossing["hazard_ratio"].why or "")


@pytest.mark.parametrize(("events", "given"), [(19, False), (20, True)])
def test_ten_events_per_coefficient(events: int, given: bool) -> None:
    cause = np.zeros(300)
    cause[np.flatnonzero(DATA["cause"] == 1)[:events]] = 1
    found = time_to_event(**TOLD | {"cause": cause}, covariates={"age": DATA["age"]}, **ALONE)
    assert (found["hazard_ratio"].value is not None) == given
    assert found["risk_difference"].value is not None


@pytest.mark.parametrize(("horizon", "given"), [(390, True), (391, False)])
def test_no_risk_beyond_the_last_day_of_an_arm(horizon: float, given: bool) -> None:
    time = np.where((DATA["treated"] == 1) & (DATA["time"] > 390), 390, DATA["time"])
    cause = np.where(time < DATA["time"], 0, DATA["cause"])
    found = time_to_event(time=time, cause=cause, treated=DATA["treated"], horizon=horizon, **ALONE)
    assert (found["risk_difference"].value is not None) == given
    assert given or "followed until that day" in (found["risk_difference"].why or "")


@pytest.mark.parametrize(("size", "given"), [(9, False), (10, True)])
def test_ten_families_in_an_arm(size: int, given: bool) -> None:
    rows = np.concatenate([np.flatnonzero(DATA["treated"] == 0), np.flatnonzero(DATA["treated"] == 1)[:size]])
    found = time_to_event(**{k: v[rows] for k, v in TOLD.items() if k != "horizon"}, horizon=200, **ALONE)
    assert all((e.value is not None) == given for e in found if e.name in ("risk_difference", "cumulative_incidence"))


def test_few_clusters_make_the_hazard_ratio_say_so() -> None:
    for clusters, cautious in ((39, True), (40, False)):
        found = time_to_event(**TOLD, cluster=np.arange(300) % clusters)
        assert ("too narrow" in (found["hazard_ratio"].why or "")) == cautious


def test_nothing_happened_and_everything_happened() -> None:
    none = time_to_event(**TOLD | {"cause": np.zeros(300)}, **ALONE)
    assert none.where(arm="treated")["cumulative_incidence"].value == 0
    assert (
        none["risk_difference"].why == "the outcome is the same for every family of an arm, so its spread is not known"
    )
    assert "fewer than 10 events" in (none["hazard_ratio"].why or "")
    all_ = time_to_event(**TOLD | {"cause": np.ones(300), "horizon": 2000}, **ALONE)
    assert all_.where(arm="treated")["cumulative_incidence"].value == 1
    assert all_["restricted_mean_difference"].value is not None


def test_a_likelihood_without_a_top_has_no_model() -> None:
    apart = np.repeat([0.0, 1.0], 20)[:, None]
    assert cox(X=apart, time=np.arange(40.0), event=np.repeat([True, False], 20)) is None
    assert cox(X=np.column_stack([apart, apart]), time=np.arange(40.0), event=np.ones(40, bool)) is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"time": -DATA["time"]}, "0 or more"),
        ({"cause": DATA["cause"] + 1}, "cause"),
        ({"horizon": 0}, "horizon"),
        ({"treated": DATA["treated"] + 1}, "0 or 1"),
    ],
)
def test_it_says_what_is_wrong(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        time_to_event(**TOLD | wrong, **ALONE)


def test_it_asks_for_the_cluster() -> None:
    with pytest.raises(Refused, match="cluster"):
        time_to_event(**TOLD)


def test_coverage_where_leaving_depends_on_nothing() -> None:
    """400 repeats with censoring and a competing event: the interval of the risk difference holds the truth."""
    rng, horizon, held = np.random.default_rng(11), 1.0, 0
    rates, other = np.array([0.8, 0.5]), 0.3
    whole = rates + other
    truth = np.diff(rates / whole * (1 - np.exp(-whole * horizon)))[0]
    for _ in range(400):
        z = np.tile([0, 1], 75)
        event, gone, lost = rng.exponential(1 / rates[z]), rng.exponential(1 / other, 150), rng.uniform(0.4, 2.5, 150)
        time = np.minimum(np.minimum(event, gone), lost)
        cause = np.where(event == time, 1, np.where(gone == time, 2, 0))
        found = time_to_event(time=time, cause=cause, treated=z, horizon=horizon, **ALONE)["risk_difference"]
        held += (found.low or 1) <= truth <= (found.high or -1)
    assert 0.925 <= held / 400 <= 0.975
