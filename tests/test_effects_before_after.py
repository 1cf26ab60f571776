"""Change within people: R with clusters, a published table, and simulations in which nobody truly changes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from risico.effects import before_after
from risico.errors import Refused, UsageError
from risico.estimate import Estimates
from stored import stored

R = stored("effects_before_after")
DATA = {
    name: np.array([float("nan") if row[name] == "NA" else float(row[name]) for row in R["data"]])
    for name in ("cluster", "helped", "before", "after")
}
TOLD: dict[str, Any] = {"reliability": 0.8, "better": "low", "entry": 12, "population": (10, 6), "correlation": 0.8}


@pytest.fixture(scope="module")
def found() -> Estimates:
    return before_after(**DATA, **TOLD)


@pytest.mark.parametrize(
    ("name", "by", "key"),
    [
        ("people_changed", "worse", "people_worse"),
        ("people_changed", "within_error", "people_unchanged"),
        ("people_changed", "improved", "people_better"),
        ("mean_change", "", "mean_change"),
        ("peak_change", "", "peak_change"),
        ("peak_change_linear", "", "peak_change_linear"),
        ("natural_change", "", "natural_change"),
    ],
)
def test_as_in_r(found: Estimates, name: str, by: str, key: str) -> None:
    ours = next(e for e in found if e.name == name and e.by.get("change", "") == by)
    for part in ("value", "se", "low", "high"):
        assert getattr(ours, part) == pytest.approx(R[key][part], rel=1e-9), part


def test_the_change_that_counts_and_who_was_followed(found: Estimates) -> None:
    assert found["change_needed"].value == pytest.approx(R["change_needed"], rel=1e-12)
    assert found["followed_up"].value == pytest.approx(R["followed_up"], rel=1e-12)


def test_the_worse_comes_first_and_the_shares_are_all_people(found: Estimates) -> None:
    shares = [e for e in found if e.name == "people_changed"]
    assert [e.by["change"] for e in shares] == ["worse", "within_error", "improved"]
    assert sum(e.value or 0 for e in shares) == pytest.approx(1)
    assert not any("effect" in f"{e.name} {e.method} {e.why}" for e in found)


def test_nothing_is_said_of_what_changes_by_itself_without_what_it_takes() -> None:
    alone = {k: v for k, v in TOLD.items() if k not in ("entry", "population", "correlation")}
    found = before_after(before=DATA["before"], after=DATA["after"], cluster=DATA["cluster"], **alone)
    assert [e.name for e in found if e.value is None] == ["peak_change", "peak_change_linear", "natural_change"]
    assert all(found[name].why for name in ("peak_change", "peak_change_linear", "natural_change"))
    known = before_after(
        before=DATA["before"], after=DATA["after"], cluster=DATA["cluster"], **alone, population=(10, 6)
    )
    assert "no score from which people came in" in (known["peak_change"].why or "")
    assert "correlation" in (known["peak_change_linear"].why or "")


def jacobson(folder: Path) -> tuple[list[float], list[float]]:
    with open(folder / "jacobson_1989.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first, second = ([float(row["das"]) for row in rows if row["time"] == time] for time in ("pre", "post"))
    return first, second


def test_couples_of_jacobson(real_data: Callable[[str], Path]) -> None:
    before, after = jacobson(real_data("rci-jacobson1989"))
    found = before_after(before=before, after=after, reliability=0.88, better="high", why_no_cluster="couples")
    counts = {e.by["change"]: round((e.value or 0) * 30) for e in found if e.name == "people_changed"}
    assert counts == {"worse": 1, "within_error": 10, "improved": 19}
    assert found["mean_change"].value == pytest.approx(98.05 - 81.58, abs=0.01)


def at_a_peak(rng: np.random.Generator, n: int, change: float = 0.0, skew: bool = False) -> dict[str, Any]:
    """People whose true score never changes but by `change`; twelve points or more came in. Teams differ in change."""
    true = rng.gamma(4, 2, n) * 1.25 if skew else rng.normal(10, 5, n)
    before, after = true + rng.normal(0, 2.5, n), true + change + rng.normal(0, 2.5, n)
    team = rng.integers(0, 15, n)
    return {"before": before, "after": after + rng.normal(0, 0.5, 15)[team], "cluster": team}


@pytest.mark.parametrize(
    ("skew", "name"), [(False, "peak_change"), (False, "peak_change_linear"), (True, "peak_change_linear")]
)
def test_the_peak_alone_explains_the_change_when_nobody_truly_changes(skew: bool, name: str) -> None:
    rng, inside, repeats = np.random.default_rng(7), 0, 300
    spread, r = (5.59, 0.8) if not skew else (np.sqrt(25 + 6.25), 0.8)
    for _ in range(repeats):
        found = before_after(
            **at_a_peak(rng, 600, skew=skew),
            reliability=r,
            better="low",
            entry=12,
            population=(10, spread),
            correlation=r,
        )
        told, seen = found[name], found["mean_change"].value
        assert told.low is not None
        assert told.high is not None
        assert seen is not None
        assert seen < 0
        inside += told.low <= seen <= told.high
    assert 0.95 - 3 * np.sqrt(0.05 * 0.95 / repeats) < inside / repeats < 0.99


def test_a_true_change_lies_beyond_the_peak() -> None:
    rng = np.random.default_rng(3)
    found = before_after(**at_a_peak(rng, 2000, change=-2), **{**TOLD, "population": (10, 5.59)})
    assert found["mean_change"].value < found["peak_change"].low
    assert found["mean_change"].value < found["peak_change_linear"].low


def test_low_scores_can_be_the_bad_end() -> None:
    mirrored = {**DATA, "before": -DATA["before"], "after": -DATA["after"]}
    one = before_after(**DATA, **TOLD)
    other = before_after(**mirrored, **{**TOLD, "better": "high", "entry": -12, "population": (-10, 6)})
    for a, b in zip(one, other, strict=True):
        sign = 1 if a.name in ("followed_up", "change_needed", "people_changed") else -1
        assert a.value == pytest.approx(sign * b.value)


def test_at_the_score_of_entry_counts_as_in() -> None:
    told: dict[str, Any] = {"before": [11.0, 12.0] * 20, "after": [5.0, 6.0] * 20, "why_no_cluster": "alone"}
    assert before_after(**told, **TOLD)["followed_up"].n == 20
    assert before_after(**told, **{**TOLD, "entry": 12.01})["followed_up"].n == 0


def test_nobody_worse_is_not_a_certain_none() -> None:
    before = np.linspace(12, 30, 40)
    told: dict[str, Any] = {"before": before, "after": before - 1, "reliability": 0.8, "better": "low"}
    alone = before_after(**told, why_no_cluster="alone")
    teams = before_after(**told, cluster=np.arange(40) % 5)
    ends = [next(e.high for e in f if e.by.get("change") == "worse") for f in (alone, teams)]
    assert 0 < ends[0] < ends[1] < 1


@pytest.mark.parametrize("n", [0, 1, 9, 10])
def test_few_people(n: int) -> None:
    found = before_after(before=list(range(12, 12 + n)), after=list(range(n)), why_no_cluster="alone", **TOLD)
    assert (found["mean_change"].value is None) == (n < 10)
    assert all(e.why for e in found if e.value is None)


def test_everybody_alike() -> None:
    found = before_after(before=[15.0] * 20, after=[10.0] * 20, reliability=0.8, better="low", why_no_cluster="alone")
    assert found["change_needed"].value is None
    assert (found["mean_change"].value, found["mean_change"].se) == (-5, 0)


def test_one_cluster_left() -> None:
    cluster = np.repeat([0, 1], 20)
    after = np.where(cluster == 0, 5.0, np.nan)
    found = before_after(before=np.linspace(12, 20, 40), after=after, cluster=cluster, **TOLD)
    assert "one cluster" in (found["mean_change"].why or "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reliability": 1.0},
        {"reliability": 0.0},
        {"better": "up"},
        {"population": (10, 0)},
        {"correlation": 1.0},
        {"helped": [2] * 400},
        {"before": DATA["before"][:-1]},
    ],
)
def test_numbers_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        before_after(**{**DATA, **TOLD, **wrong})


def test_a_cluster_or_a_reason() -> None:
    with pytest.raises(Refused):
        before_after(before=DATA["before"], after=DATA["after"], **TOLD)
