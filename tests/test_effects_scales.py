"""Ratios and levels: R with clusters, other ways to the same number, and simulations whose truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from risico.effects import ordered, ratio
from risico.errors import Refused, UsageError
from risico.estimate import Estimates
from stored import stored

R = stored("effects_scales")
D = {name: np.array([row[name] for row in R["data"]], dtype=float) for name in R["data"][0]}
LEVELS = ("none", "below", "serious")
ALONE: dict[str, Any] = {"why_no_cluster": "each drawn alone"}
TEAM: dict[str, Any] = {"cluster": D["cluster"]}


def levels(**how: Any) -> Estimates:
    return ordered(**{"level": D["level"], "assigned": D["z"], "levels": LEVELS, "start": D["start"], **how})


def ratios(**how: Any) -> Estimates:
    yes = ratio(outcome=D["yes"], assigned=D["z"], **how)
    return yes + ratio(outcome=D["count"], assigned=D["z"], followed=D["days"], **how)


@pytest.mark.parametrize("how", ["", "_alone"])
@pytest.mark.parametrize("name", ["risk_ratio", "rate_ratio", "chance_balance", "odds_ratio_ordered"])
def test_as_in_r(name: str, how: str) -> None:
    told = ALONE if how else TEAM
    ours = (ratios(**told) + levels(**told))[name]
    for part in ("value", "se", "low", "high"):
        tolerance = 1e-6 if name == "odds_ratio_ordered" else 1e-9
        assert getattr(ours, part) == pytest.approx(R[name + how][part], rel=tolerance), part


@pytest.mark.parametrize("name", ["chance_worse", "chance_better"])
def test_chances_as_in_r(name: str) -> None:
    ours = levels(**TEAM)[name]
    assert (ours.value, ours.low, ours.high) == pytest.approx([R[name][k] for k in ("value", "low", "high")], rel=1e-9)


def test_other_ways_to_the_same_number() -> None:
    team, alone = ratios(**TEAM) + levels(**TEAM), levels(**ALONE)
    assert team["rate_ratio"].value == pytest.approx(R["gee"], rel=1e-9)
    assert team["rate_ratio"].se == pytest.approx(R["rate_direct"], rel=0.01)  # another root of the same matrix
    assert alone["chance_balance"].se == pytest.approx(2 * R["delong_se"], rel=1e-9)
    log_se = (team["odds_ratio_ordered"].se or 0) / (team["odds_ratio_ordered"].value or 1)
    assert log_se == pytest.approx(R["sandwich_se"], rel=0.05)
    U = stats.mannwhitneyu(D["level"][D["z"] == 0], D["level"][D["z"] == 1]).statistic
    half = U / (D["z"] == 1).sum() / (D["z"] == 0).sum()
    assert team["chance_balance"].value == pytest.approx(2 * half - 1, rel=1e-12)


def test_who_came_from_where() -> None:
    moves = [e for e in levels(**TEAM) if e.name == "transition"]
    assert [e.value for e in moves] == R["transition"]
    assert sum(e.value or 0 for e in moves) == len(D["z"])


def test_who_is_not_known_at_the_start_has_a_row_and_who_is_not_known_now_has_none() -> None:
    start, level = D["start"].copy(), D["level"].copy()
    start[:20], level[20:40] = np.nan, np.nan
    moves = [e for e in levels(**ALONE, start=start, level=level) if e.name == "transition"]
    assert sum(e.value or 0 for e in moves) == len(level) - 20
    assert sum(e.value or 0 for e in moves if e.by["start"] == "not_known") == 20


def test_mirrored_arms_give_mirrored_numbers() -> None:
    one, two = levels(**TEAM), levels(**TEAM, assigned=1 - D["z"])
    assert one["chance_worse"].value == pytest.approx(two["chance_better"].value)
    assert one["odds_ratio_ordered"].value == pytest.approx(1 / (two["odds_ratio_ordered"].value or 1), rel=1e-6)
    assert ratios(**TEAM)["rate_ratio"].value == pytest.approx(
        1 / (ratio(outcome=D["count"], assigned=1 - D["z"], followed=D["days"], **TEAM)["rate_ratio"].value or 1)
    )


def skewed(rng: np.random.Generator, times: float) -> dict[str, Any]:
    """Thirty teams; seven of ten families have none, a few have many, and teams differ."""
    team = rng.integers(0, 30, 600)
    z = rng.integers(0, 2, 600)
    mean = rng.gamma(0.4, 1 / 0.4, 600) * np.exp(rng.normal(0, 0.3, 30)[team]) * times**z
    return {"outcome": rng.poisson(mean), "assigned": z, "cluster": team}


def test_skewed_counts_are_covered() -> None:
    rng, inside, repeats = np.random.default_rng(11), 0, 400
    for _ in range(repeats):
        data = skewed(rng, 0.6)
        found = ratio(**data)["rate_ratio"]
        inside += (found.low or 0) <= 0.6 <= (found.high or 0)
    assert (data["outcome"] == 0).mean() > 0.5
    assert abs(inside / repeats - 0.95) < 3 * np.sqrt(0.05 * 0.95 / repeats)


def test_levels_are_covered() -> None:
    rng, inside, chances, repeats = np.random.default_rng(12), 0, 0, 300
    truth = _truth()
    for _ in range(repeats):
        team, z = rng.integers(0, 20, 300), rng.integers(0, 2, 300)
        y = np.digitize(-0.7 * z + rng.logistic(size=300), [0, 1])
        found = ordered(level=y, assigned=z, levels=LEVELS, cluster=team)
        odds, balance = found["odds_ratio_ordered"], found["chance_balance"]
        inside += (odds.low or 0) <= np.exp(-0.7) <= (odds.high or 0)
        chances += (balance.low or 0) <= truth <= (balance.high or 0)
    for share in (inside / repeats, chances / repeats):
        assert abs(share - 0.95) < 3 * np.sqrt(0.05 * 0.95 / repeats)


def _truth() -> float:
    cuts = np.array([0, 1])
    p = [np.diff(np.concatenate([[0], stats.logistic.cdf(cuts + shift), [1]])) for shift in (0.7, 0.0)]
    pairs = np.outer(p[0], p[1])
    return float(np.triu(pairs, 1).sum() - np.tril(pairs, -1).sum())


def test_a_change_that_is_not_proportional_misleads_the_odds_ratio_and_not_the_chances() -> None:
    """The offer moves people from both ends to the middle: nobody is better off on balance."""
    middle, ends = np.repeat([0, 1, 2], [10, 80, 10]), np.repeat([0, 1, 2], [45, 10, 45])
    found = ordered(level=np.r_[middle, ends], assigned=np.repeat([1, 0], 100), levels=LEVELS, **ALONE)
    assert found["chance_balance"].value == pytest.approx(0)
    assert found["chance_worse"].value == pytest.approx(found["chance_better"].value)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (np.zeros(40), "nobody in an arm had it, so there is no ratio"),
        (np.tile([0.0, 1.0], 20), "nobody in an arm had it, so there is no ratio"),
    ],
)
def test_no_ratio(outcome: Any, reason: str) -> None:
    assert ratio(outcome=outcome, assigned=np.tile([0, 1], 20), **ALONE)["risk_ratio"].why == reason


@pytest.mark.parametrize("n", [9, 10])
def test_few_families(n: int) -> None:
    told: dict[str, Any] = {"assigned": [0] * n + [1] * 20, **ALONE}
    y = np.r_[np.arange(n) % 2, np.arange(20) % 2].astype(float)
    assert (ratio(outcome=y, **told)["risk_ratio"].value is None) == (n < 10)
    assert (ordered(level=y, levels=LEVELS, **told)["chance_balance"].value is None) == (n < 10)


def test_one_level_and_levels_apart() -> None:
    z = np.tile([0.0, 1.0], 20)
    same = ordered(level=np.ones(40), assigned=z, levels=LEVELS, **ALONE)
    assert {e.why for e in same} == {"everybody is at the same level"}
    apart = ordered(level=2 * z, assigned=z, levels=LEVELS, **ALONE)
    assert apart["chance_worse"].value == 1
    assert "finite odds ratio" in (apart["odds_ratio_ordered"].why or "")
    assert all(-1 <= (e.low or 0) <= (e.high or 0) <= 1 for e in apart if e.name.startswith("chance"))


@pytest.mark.parametrize("wrong", [{"level": [3] * 40}, {"level": [0.5] * 40}, {"start": [-1] * 40}])
def test_a_level_that_is_not_there(wrong: dict[str, Any]) -> None:
    told: dict[str, Any] = {"level": [0, 1] * 20, "assigned": [0, 1] * 20, "levels": LEVELS, **ALONE}
    with pytest.raises(UsageError, match="place of a level"):
        ordered(**{**told, **wrong})


def test_below_zero_and_no_cluster() -> None:
    with pytest.raises(UsageError, match="below 0"):
        ratio(outcome=[-1.0, 1.0] * 20, assigned=[0, 1] * 20, **ALONE)
    with pytest.raises(Refused):
        ratio(outcome=[0.0, 1.0] * 20, assigned=[0, 1] * 20)
    with pytest.raises(Refused):
        ordered(level=[0, 1] * 20, assigned=[0, 1] * 20, levels=LEVELS)


def test_who_was_followed_no_day_is_left_out() -> None:
    days = np.r_[np.zeros(5), np.full(len(D["z"]) - 5, 100.0)]
    assert ratio(outcome=D["count"], assigned=D["z"], followed=days, **TEAM)["rate_ratio"].n == len(D["z"]) - 5
