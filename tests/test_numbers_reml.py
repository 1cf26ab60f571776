"""REML against lme4, on designs that are complete, incomplete, nested and at the border."""

from typing import Any

import numpy as np
import pytest

from risico.numbers.designs import connected, told_apart
from risico.numbers.mixed_sums import MixedSums, mixed_sums
from risico.numbers.reml import Fit, Target, deviance, fit, interval
from stored import stored

RTOL = 1e-4  # lmer stops about 1e-5 from the minimum
ENDS = 1e-6  # of the profile of lmer's own deviance, by another optimizer
Design = tuple[np.ndarray, dict[str, np.ndarray]]


def codes(*columns: list[Any]) -> np.ndarray:
    text = np.array([" ".join(map(str, row)) for row in zip(*columns, strict=True)])
    return np.unique(text, return_inverse=True)[1].ravel().astype(np.intp)


def read(design: str) -> Design:
    """Scores, and the levels of each factor: the case, what contains it, and the rest."""
    told = stored("variance")[design]
    names = sorted((n for n in told["components"] if n != "Residual"), key=lambda n: (n.split(":")[0] != "case", n))
    levels = {name: codes(*([row[part] for row in told["data"]] for part in name.split(":"))) for name in names}
    return np.array([row["score"] for row in told["data"]], dtype=float), levels


def solved(design: str) -> tuple[MixedSums, Fit, list[str]]:
    y, levels = read(design)
    within = [name for name in levels if name.startswith("case:")]
    small = [name for name in levels if not name.startswith("case")]
    sums = mixed_sums(y=y, case=levels["case"], small=[levels[n] for n in small], within=[levels[n] for n in within])
    return sums, fit(sums), ["case", *within, *small]


@pytest.mark.parametrize("design", ["balanced", "unbalanced", "boundary", "small", "three", "brennan"])
def test_components_equal_lme4(design: str) -> None:
    told = stored("variance")[design]
    _, found, order = solved(design)
    assert found.settled
    assert found.deviance == pytest.approx(told["deviance"], abs=1e-6)
    for name, value in zip([*order, "Residual"], [*found.components, found.residual], strict=True):
        assert value == pytest.approx(told["components"][name], rel=RTOL, abs=1e-9)


@pytest.mark.parametrize("design", ["balanced", "unbalanced", "boundary", "small"])
def test_intervals_are_the_profile_of_the_deviance_of_lme4(design: str) -> None:
    told = stored("variance")[design]["intervals"]
    sums, found, _ = solved(design)
    case, rater, residual = np.eye(3)
    targets = {
        "case": Target(case),
        "rater": Target(rater),
        "Residual": Target(residual),
        "error_agreement": Target(rater + residual),
        "agreement": Target(case, np.ones(3)),
        "consistency": Target(case, case + residual),
    }
    for name, target in targets.items():
        assert interval(sums, found, target) == pytest.approx(told[name], rel=ENDS, abs=1e-12), name


def test_the_table_of_brennan() -> None:
    """Brennan (2001), p. 116: ten persons, three tasks, four raters within each."""
    _, found, order = solved("brennan")
    values = dict(zip(order, found.components, strict=True)) | {"residual": found.residual}
    assert {name: round(value, 2) for name, value in values.items()} == {
        "case": 0.47,
        "case:task": 0.56,
        "rater": 0.65,
        "task": 0.33,
        "residual": 2.38,
    }


def dense(y: np.ndarray, ratio: np.ndarray, factors: list[np.ndarray]) -> float:
    n = len(y)
    V = np.eye(n) + sum(t * (c[:, None] == c) for t, c in zip(ratio, factors, strict=True))
    inverse, one = np.linalg.inv(V), np.ones(n)
    a, b, c = one @ inverse @ one, one @ inverse @ y, y @ inverse @ y
    return np.linalg.slogdet(V)[1] + np.log(a) + (n - 1) * (1 + np.log(2 * np.pi * (c - b * b / a) / (n - 1)))


@pytest.mark.parametrize("design", ["unbalanced", "three"])
def test_the_deviance_is_that_of_the_whole_covariance_and_its_slope_is_exact(design: str) -> None:
    y, levels = read(design)
    sums, _, order = solved(design)
    ratio = np.linspace(0.3, 1.4, len(order))
    value, slope = deviance(sums, ratio)
    assert value == pytest.approx(dense(y, ratio, [levels[name] for name in order]), rel=1e-12)
    for f, step in enumerate(1e-5 * np.eye(len(order))):
        assert slope[f] == pytest.approx(
            (deviance(sums, ratio + step)[0] - deviance(sums, ratio - step)[0]) / 2e-5, rel=1e-5
        )


def test_a_case_more_of_a_known_pattern_costs_no_more_and_order_does_not_matter() -> None:
    y, levels = read("three")
    shuffled = np.random.default_rng(1).permutation(len(y))
    names = list(levels)
    args = [
        {
            "y": y[rows],
            "case": levels["case"][rows],
            "within": [levels[n][rows] for n in names if n.startswith("case:")],
            "small": [levels[n][rows] for n in names if not n.startswith("case")],
        }
        for rows in (slice(None), shuffled)
    ]
    ratio = np.linspace(0.3, 1.4, len(names))
    first, second = (deviance(mixed_sums(**one), ratio)[0] for one in args)
    assert first == pytest.approx(second, rel=1e-13)


def test_a_design_in_parts_and_one_without_repeats() -> None:
    case, rater = np.repeat([0, 1, 2, 3, 4], 2), np.array([0, 1, 0, 1, 1, 2, 3, 4, 3, 4])
    assert connected(case, rater) == [3, 2]
    assert told_apart([case, rater])
    assert not told_apart([np.arange(10), rater])  # every case rated once
    assert not told_apart([case, case])  # a rater of one's own for each case


@pytest.mark.slow
def test_a_hundred_thousand_cases_by_fifty_raters() -> None:
    rng, C, R = np.random.default_rng(1), 100_000, 50
    case, rater = np.divmod(np.flatnonzero(rng.random(C * R) < 0.5), R)
    y = 50 + rng.normal(0, 3, C)[case] + rng.normal(0, 2, R)[rater] + rng.normal(0, 1.5, len(case))
    found = fit(mixed_sums(y=y, case=np.unique(case, return_inverse=True)[1], small=[rater]))
    assert found.components[0] == pytest.approx(9, rel=0.02)
    assert found.residual == pytest.approx(2.25, rel=0.01)
