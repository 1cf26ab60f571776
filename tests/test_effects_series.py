"""An interrupted series: R's gls, a simulation with carry-over and season, and when it must not say anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from risico.effects import interrupted_series
from risico.errors import UsageError
from risico.estimate import Estimates
from risico.numbers.series import interrupted, whitened
from stored import stored

R = stored("effects_series")
DATA = {
    name: np.array([row[name] for row in R["data"]], dtype=float) for name in ("count", "families", "other", "score")
}
RATE: dict[str, Any] = {"outcome": DATA["count"], "denominator": DATA["families"], "start": 36, "season": 12}
BESIDE: dict[str, Any] = {"comparison": DATA["other"], "comparison_denominator": DATA["families"]}
CASES: dict[str, dict[str, Any]] = {
    "score": {"outcome": DATA["score"], "start": 36},
    "rate": RATE,
    "controlled": RATE | BESIDE,
}


@pytest.mark.parametrize("key", CASES)
def test_as_in_r(key: str) -> None:
    found, told, share = interrupted_series(**CASES[key]), R[key], key != "score"
    for place, (name, part) in enumerate(
        (("level_change", "level"), ("slope_change", "slope"), ("change_at_end", "end"))
    ):
        value, se = found[name].value or 0, found[name].se or 0
        assert (np.log1p(value) if share else value) == pytest.approx(told[part], rel=1e-4)
        assert (se / (1 + value) if share else se) == pytest.approx(told["se"][place], rel=1e-4)
    assert found["carry_over"].value == pytest.approx(told["rho"], rel=1e-4)
    assert found["carry_over_left_p"].value == pytest.approx(told["left_p"], rel=1e-3)


def test_the_design_is_the_one_meant() -> None:
    X = interrupted(periods=24, start=12, season=12)
    assert X[12, 2:4].tolist() == [1, 0]
    assert X[23, 2:4].tolist() == [1, 11]
    assert np.allclose(X[:12, 4:], X[12:, 4:])
    assert np.linalg.matrix_rank(X) == 8
    assert interrupted(periods=24, start=12, season=4).shape[1] == 6


def test_taking_the_carry_over_out_is_the_inverse_covariance() -> None:
    rho, T = 0.6, 7
    V = rho ** np.abs(np.subtract.outer(np.arange(T), np.arange(T))) / (1 - rho**2)
    W = whitened(np.eye(T), rho)
    assert np.allclose(W.T @ W, np.linalg.inv(V))


@pytest.mark.parametrize(("rho", "least"), [(0.0, 0.92), (0.4, 0.91)])
def test_coverage_with_carry_over_and_season(rho: float, least: float) -> None:
    """300 series of four years, a real drop of 2: the interval holds it, where ordinary regression would not."""
    rng, held = np.random.default_rng(9), 0
    t = np.arange(48)
    for _ in range(300):
        noise = rng.normal(size=78)
        for i in range(1, 78):
            noise[i] += rho * noise[i - 1]
        y = 30 + 0.1 * t + 2 * np.cos(2 * np.pi * t / 12) - 2 * (t >= 24) + noise[30:]
        found = interrupted_series(outcome=y, start=24, season=12)["level_change"]
        held += (found.low or 9) <= -2 <= (found.high or -9)
    assert least <= held / 300 <= 0.98


def test_a_comparison_takes_away_what_happened_to_both() -> None:
    rng, t = np.random.default_rng(12), np.arange(48)
    both = 5.0 * (t >= 24)
    y, other = (20 + both + rng.normal(0, 0.5, 48) for _ in range(2))
    assert (interrupted_series(outcome=y, start=24)["level_change"].low or 0) > 3
    beside = interrupted_series(outcome=y, comparison=other, start=24)["level_change"]
    assert (beside.low or 1) < 0 < (beside.high or -1)


def test_a_denominator_takes_away_that_there_were_more_families() -> None:
    rng, t = np.random.default_rng(13), np.arange(40)
    families = np.where(t >= 20, 2000, 1000)
    count = rng.poisson(0.1 * families)
    found = interrupted_series(outcome=count, denominator=families, start=20)["level_change"]
    assert abs(found.value or 1) < 0.2
    assert (interrupted_series(outcome=count, start=20)["level_change"].low or 0) > 50


@pytest.mark.parametrize(
    ("before", "after", "season", "given"),
    [(12, 8, None, True), (11, 8, None, False), (12, 7, None, False), (24, 8, 12, True), (23, 8, 12, False)],
)
def test_how_many_periods_it_takes(before: int, after: int, season: int | None, given: bool) -> None:
    y = np.random.default_rng(before + after).normal(size=before + after)
    found = interrupted_series(outcome=y, start=before, season=season)
    assert all((e.value is not None) == given for e in found)
    assert given or str(min(before, 12 if season is None else 24)) in (found["level_change"].why or "") or after == 7


def reasons(found: Estimates) -> str:
    return " ".join(e.why or "" for e in found)


def test_it_says_when_the_model_does_not_know_enough() -> None:
    rng, t = np.random.default_rng(5), np.arange(40)
    walk = np.cumsum(rng.normal(size=40))
    assert "too narrow" in reasons(interrupted_series(outcome=walk, start=20))
    seasonal = 10 * np.sin(2 * np.pi * t / 12) + rng.normal(size=40)
    assert "more ways" in reasons(interrupted_series(outcome=seasonal, start=24))
    assert "more ways" not in reasons(interrupted_series(outcome=seasonal, start=24, season=12))


@pytest.mark.parametrize(("least", "given"), [(4, False), (5, True)])
def test_five_events_in_each_period(least: int, given: bool) -> None:
    count = np.random.default_rng(6).integers(20, 40, 30)
    count[7] = least
    found = interrupted_series(outcome=count, denominator=np.full(30, 500), start=15)
    assert all((e.value is not None) == given for e in found)


def test_a_perfect_line_has_no_spread() -> None:
    found = interrupted_series(outcome=np.arange(30.0), start=15)
    assert found["level_change"].why == "every period lies on the line, so the spread is not known"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"outcome": [*DATA["count"][:-1], None]}, "no holes"),
        ({"denominator": np.zeros(60)}, "above 0"),
        ({"outcome": -DATA["count"]}, "0 or more"),
        ({"start": 0}, "inside the series"),
        ({"start": 60}, "inside the series"),
        ({"season": 2}, "season"),
        ({"comparison": DATA["other"]}, "both series"),
        ({"comparison": DATA["other"][:9], "comparison_denominator": DATA["families"][:9]}, "9 periods"),
    ],
)
def test_it_says_what_is_wrong(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        interrupted_series(**RATE | wrong)
