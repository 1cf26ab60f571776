"""Looks over time: equal to R, and no false alarm in the end where a repeated interval gives many."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from risico.disclosure import release
from risico.errors import Refused, UsageError
from risico.estimate import Estimates
from risico.monitoring import running_difference, running_mean, running_share
from risico.numbers.anytime import mixed_share, mixture, tuned, widened
from risico.numbers.intervals import wilson
from stored import stored

R = stored("monitoring_looks")
Y, LOOK, ARM, TEAM, YES = (R[name] for name in ("y", "look", "arm", "team", "yes"))
ALPHA, LOOKS, EACH, REPEATS = 0.05, 20, 30, 4000
WHY = {"why_no_cluster": "made up"}


def at(found: Estimates, name: str, look: int):
    return found.where(look=str(look))[name]


@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("name", "who", "found"),
    [
        ("mean", "mean", running_mean(Y, LOOK, tuned_for=40, **WHY)),
        ("mean", "mean_team", running_mean(Y, LOOK, tuned_for=40, cluster=TEAM)),
        ("difference", "difference", running_difference(Y, ARM, LOOK, tuned_for=40, **WHY)),
        ("difference", "difference_team", running_difference(Y, ARM, LOOK, tuned_for=40, cluster=TEAM)),
    ],
)
def test_means_and_differences_are_those_of_r(name, who, found, k):
    e = at(found, f"{name}_so_far", k)
    assert [e.value, e.low, e.high, e.se] == pytest.approx(R[who][k - 1], rel=1e-9)
    assert e.n == 40 * k


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_shares_are_those_of_r(k):
    e = at(running_share(YES, LOOK, against=0.5, **WHY), "share_so_far", k)
    assert [e.value, e.low, e.high] == pytest.approx(R["share"][k - 1], rel=1e-8)


def test_the_ends_of_a_share_are_those_of_r():
    for successes, name in ((0, "none"), (20, "all")):
        assert mixed_share(successes=successes, n=20, alpha=ALPHA) == pytest.approx(R["ends"][name], rel=1e-8)
    assert tuned(ALPHA) == pytest.approx(R["narrowest"], rel=1e-8)
    ratios = np.array([1.0, 5.0, 20.0, 400.0])
    assert widened(t=ratios, first=tuned(ALPHA), alpha=ALPHA) == pytest.approx(R["times"], rel=1e-9)


def test_it_is_narrowest_where_it_was_tuned():
    t = np.arange(20.0, 400.0)
    assert t[widened(t=t, first=90.0, alpha=ALPHA).argmin()] == 90.0


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5])
def test_twenty_looks_at_a_share_raise_at_most_one_false_alarm_in_twenty_and_repeated_wilson_many(p):
    so_far = np.random.default_rng(1).binomial(EACH, p, (REPEATS, LOOKS)).cumsum(axis=1).astype(float)
    n = EACH * np.arange(1.0, LOOKS + 1)
    mixed = (mixture(successes=so_far, n=n, p=np.array(p)) >= np.log(1 / ALPHA)).any(axis=1).mean()
    z = np.abs(so_far - n * p) / np.sqrt(n * p * (1 - p))  # beyond 1.96: outside the interval of Wilson
    repeated = (z > stats.norm.isf(ALPHA / 2)).any(axis=1).mean()
    assert mixed <= ALPHA
    assert repeated > 0.15


def test_the_short_cut_of_the_simulation_is_the_interval_itself():
    for successes, n, p in ((9.0, 30.0, 0.3), (18.0, 30.0, 0.3), (2.0, 60.0, 0.3), (19.0, 30.0, 0.3)):
        low, high = mixed_share(successes=successes, n=n, alpha=ALPHA)
        inside = mixture(successes=np.array(successes), n=np.array(n), p=np.array(p)) < np.log(1 / ALPHA)
        assert bool(inside) == (low < p < high)
        low, high = wilson(successes=successes, n=n)
        assert (abs(successes - n * p) <= stats.norm.isf(ALPHA / 2) * np.sqrt(n * p * (1 - p))) == (low <= p <= high)


def alarms(y: np.ndarray, n: np.ndarray, first: float) -> tuple[float, float]:
    """How often any look is wrong about 0: this interval, and the t-interval of each look; y is (repeats, values)."""
    ends = n.astype(int) - 1
    mean = y.cumsum(axis=1)[:, ends] / n
    se = np.sqrt(((y**2).cumsum(axis=1)[:, ends] / n - mean**2) / (n - 1))
    t = np.abs(mean) / se
    wide = widened(t=n, first=first, alpha=ALPHA)
    return float((t > wide).any(axis=1).mean()), float((t > stats.t.isf(ALPHA / 2, n - 1)).any(axis=1).mean())


@pytest.mark.parametrize("kind", ["normal", "skewed"])
def test_twenty_looks_at_a_mean_raise_at_most_one_false_alarm_in_twenty_and_repeated_t_many(kind):
    rng = np.random.default_rng(2)
    shape = (REPEATS, LOOKS * EACH)
    y = rng.normal(size=shape) if kind == "normal" else rng.exponential(size=shape) - 1
    ours, repeated = alarms(y, EACH * np.arange(1.0, LOOKS + 1), first=2 * EACH)
    assert ours <= ALPHA
    assert repeated > 0.2


def test_with_workers_who_stay_the_families_are_worth_fewer():
    """Fifty workers with three new families at each of twelve looks; ignoring them gives alarms, their sums do not."""
    rng = np.random.default_rng(3)
    worker, look = np.tile(np.repeat(np.arange(50), 3), 12), np.repeat(np.arange(12), 150)
    right, wrong = 0, 0
    for _ in range(150):
        y = rng.normal(0, 1, 50)[worker] + rng.normal(0, 1, len(worker))
        right += running_mean(y, look, tuned_for=60, cluster=worker)["shown_at_look"].value is not None
        wrong += running_mean(y, look, tuned_for=60, **WHY)["shown_at_look"].value is not None
    assert right <= 12  # 5 % of 150, and what chance adds
    assert wrong > 60


def test_once_shown_it_says_at_which_look():
    y = [0.0, 1.0] * 20 + [5.0, 6.0] * 40
    found = running_mean(y, np.repeat(["2025-Q1", "2025-Q2", "2025-Q3"], 40), tuned_for=40, against=0.5, **WHY)
    assert found["shown_at_look"].value == 2.0
    assert [e.by["look"] for e in found if e.name == "mean_so_far"] == ["2025-Q1", "2025-Q2", "2025-Q3"]
    same = running_mean([0.0, 1.0] * 60, [1] * 120, tuned_for=40, against=0.5, **WHY)
    assert same["shown_at_look"].value is None
    assert "not shown" in str(same["shown_at_look"].why)
    nothing = running_mean([1.0, 2.0], [1, 2], tuned_for=40, **WHY)["shown_at_look"]
    assert nothing.why == "there is no interval at any look yet"


@pytest.mark.parametrize(("n", "has"), [(29, False), (30, True)])
def test_a_mean_needs_thirty_families(n, has):
    e = running_mean(np.arange(n) % 3, [1] * n, tuned_for=30, **WHY)["mean_so_far"]
    assert (e.value is not None) is has


@pytest.mark.parametrize(
    ("teams", "value", "why"), [(9, False, True), (10, True, True), (39, True, True), (40, True, False)]
)
def test_few_clusters_are_refused_or_said(teams, value, why):
    y = np.random.default_rng(4).normal(size=400)
    e = running_mean(y, [1] * 400, tuned_for=60, cluster=np.arange(400) % teams)["mean_so_far"]
    assert (e.value is not None, e.why is not None) == (value, why)


def test_blanks_are_left_out_and_no_spread_has_a_reason():
    found = running_mean([1.0] * 40 + [None], [1] * 41, tuned_for=40, **WHY)
    assert (found["mean_so_far"].n, found["mean_so_far"].value) == (40, None)
    nobody = running_share([None, 1], ["a", "b"], against=0.5, **WHY)
    assert at(nobody, "share_so_far", "a").value is None  # type: ignore[arg-type]
    assert running_difference([1.0, 2.0] * 40, [0] * 80, [1] * 80, tuned_for=40, **WHY)["shown_at_look"].value is None


def test_looks_that_are_numbers_are_not_sorted_as_words():
    found = running_share([1, 0] * 12, list(range(1, 13)) * 2, against=0.5, **WHY)
    assert [e.by["look"] for e in found if e.name == "share_so_far"] == [str(k) for k in range(1, 13)]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: running_mean([1.0], [1], tuned_for=30), Refused, "cluster"),
        (lambda: running_mean([1.0], [1], tuned_for=30, cluster=[1], **WHY), UsageError, "not both"),
        (lambda: running_mean([1.0], [1], tuned_for=0, **WHY), UsageError, "tuned_for"),
        (lambda: running_mean([1.0], [1, 2], tuned_for=30, **WHY), UsageError, "look"),
        (lambda: running_mean([1.0], [None], tuned_for=30, **WHY), UsageError, "look: blank"),
        (lambda: running_mean(["x"], [1], tuned_for=30, **WHY), UsageError, "values"),
        (lambda: running_share([2], [1], against=0.5, **WHY), UsageError, "yes"),
        (lambda: running_share([1], [1], against=1.0, **WHY), UsageError, "against"),
        (lambda: running_difference([1], [3], [1], tuned_for=30, **WHY), UsageError, "arm"),
        (lambda: running_mean([1.0], [1], tuned_for=30, confidence=95, **WHY), UsageError, "confidence"),
    ],
)
def test_mistakes_get_a_message(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_a_look_with_few_families_is_withheld():
    told = release(running_share([1, 0] * 4 + [1] * 30, [1] * 8 + [2] * 30, against=0.5, **WHY), "organisatie")
    assert told[0].value is None
