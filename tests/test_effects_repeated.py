"""Several moments: R's mixed model and CR2 beside ours, brute force, and simulations whose truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from risico.effects import repeated
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.nested import Nested, components
from stored import stored

R = stored("effects_repeated")
MOMENTS = ("T0", "T1", "T2")


def column(name: str) -> np.ndarray:
    return np.array([float("nan") if row[name] == "NA" else row[name] for row in R["data"]])


HOME: dict[str, Any] = {
    "moment": column("moment"),
    "helped": column("helped"),
    "person": column("person"),
    "family": column("family"),
    "moments": MOMENTS,
}
TEAM: dict[str, Any] = {**HOME, "cluster": column("team")}


def differences(found: Estimates) -> list[Estimate]:
    return [e for e in found if e.name in ("start_difference", "course_difference")]


@pytest.mark.parametrize("outcome", ["y", "yes"])
def test_as_in_r(outcome: str) -> None:
    found, theirs = repeated(outcome=column(outcome), **TEAM), R[outcome]
    for ours, value, se, df in zip(
        differences(found), theirs["value"][3:], theirs["se"][3:], theirs["df"][3:], strict=True
    ):
        assert (ours.value, ours.se) == pytest.approx((value, se), rel=1e-6)
        assert f"t with {df:.1f} degrees" in ours.method
    assert found["course_p"].value == pytest.approx(theirs["p"], rel=1e-6)
    parts = np.array([e.value for e in found if e.name == "variance_part"])
    assert parts == pytest.approx(np.array(theirs["variances"]) / sum(theirs["variances"]), rel=1e-5)


def test_without_a_cluster_families_are_it() -> None:
    found = repeated(outcome=column("y"), **HOME, why_no_cluster="drawn one by one")
    for ours, se in zip(differences(found), R["y"]["family_se"][3:], strict=True):
        assert ours.se == pytest.approx(se, rel=1e-6)
        assert "CR2 over 130 families (no others: drawn one by one)" in ours.method


def test_another_fit_in_r_gives_the_same_differences() -> None:
    for ours, lme in zip(differences(repeated(outcome=column("y"), **TEAM)), R["y"]["lme"][3:], strict=True):
        assert ours.value == pytest.approx(lme, abs=1e-4)


def test_ratios_as_in_r() -> None:
    found = [e for e in repeated(outcome=column("yes"), **TEAM) if e.name == "course_ratio"]
    for ours, value, se, gee in zip(found, *(R["ratio"][key] for key in ("value", "se", "gee")), strict=True):
        assert ours.value == pytest.approx(value, rel=1e-9)
        assert ours.value == pytest.approx(gee, rel=1e-9)
        assert ours.se == pytest.approx(value * se, rel=1e-8)


def test_who_was_missed_and_the_means() -> None:
    found = repeated(outcome=column("y"), **TEAM)
    assert [e.value for e in found if e.name == "wave_known"] == pytest.approx(R["wave_known"])
    means = [part for e in found if e.name == "wave_mean" for part in (e.value, e.se)]
    assert means == pytest.approx(R["wave_mean"], rel=1e-9)


def test_a_row_that_is_not_there_is_a_missed_moment_too() -> None:
    known = ~np.isnan(column("y"))
    short = {name: values[known] if name != "moments" else values for name, values in TEAM.items()}
    whole, fewer = repeated(outcome=column("y"), **TEAM), repeated(outcome=column("y")[known], **short)
    for a, b in zip(differences(whole), differences(fewer), strict=True):
        assert a.value == pytest.approx(b.value)
    assert [e.value for e in fewer if e.name == "wave_known"] != [1.0] * 6


def test_the_likelihood_is_that_of_the_whole_matrix() -> None:
    """Brute force: no other pair of variances on a fine grid around ours is likelier."""
    rng = np.random.default_rng(2)
    family, person = np.repeat(np.arange(12), 6), np.repeat(np.arange(24), 3)
    y = rng.normal(0, 1, 12)[family] + rng.normal(0, 1.5, 24)[person] + rng.normal(0, 1, 72)
    X = np.column_stack([np.ones(72), np.arange(72) % 3])
    found = components(y, X, Nested(person, family))

    def brute(p: float, f: float) -> float:
        V = np.eye(72) + p * (person[:, None] == person) + f * (family[:, None] == family)
        inverse = np.linalg.inv(V)
        whole = X.T @ inverse @ X
        e = y - X @ np.linalg.solve(whole, X.T @ inverse @ y)
        return 70 * np.log(e @ inverse @ e) + np.linalg.slogdet(V)[1] + np.linalg.slogdet(whole)[1]

    p, f = found.ratios
    lowest = brute(p, f)
    assert min(brute(p * a, max(f, 0.01) * b) for a in (0.9, 0.99, 1.01, 1.1) for b in (0.9, 1, 1.1)) >= lowest - 1e-9


def course(rng: np.random.Generator, effect: float = 0.0, teams: int = 12) -> dict[str, Any]:
    """Families of one to three people in twelve teams; each team has a course of its own; later answers get lost
    more often where the start was bad.
    """
    size = rng.integers(1, 4, 120)
    family = np.repeat(np.arange(120), size)
    team, helped = rng.integers(0, teams, 120), rng.integers(0, 2, 120).astype(float)
    people = len(family)
    base = rng.normal(0, 1, 120)[family] + rng.normal(0, 1, people)
    later = np.array([0, 1, 1])
    own = rng.normal(0, 0.3, teams)[team][family]
    y = base[:, None] + later * (own + effect * helped[family])[:, None] + rng.normal(0, 1, (people, 3))
    lost = rng.random((people, 3)) < later / (1 + np.exp(1 - y[:, :1]))
    y[lost] = np.nan
    each = {"person": np.arange(people), "family": family, "cluster": team[family], "helped": helped[family]}
    told = {name: np.repeat(values, 3) for name, values in each.items()}
    return {"outcome": y.ravel(), "moment": np.tile(MOMENTS, people), "moments": MOMENTS, **told}


@pytest.mark.slow
def test_a_true_course_is_covered_and_no_course_is_not_claimed() -> None:
    rng, inside, claimed, repeats = np.random.default_rng(5), 0, 0, 150
    for _ in range(repeats):
        late = [e for e in repeated(**course(rng, -0.5)) if e.name == "course_difference"][1]
        inside += (late.low or 0) <= -0.5 <= (late.high or 0)
        claimed += (repeated(**course(rng))["course_p"].value or 1) < 0.05
    error = 3 * np.sqrt(0.05 * 0.95 / repeats)
    assert abs(inside / repeats - 0.95) < error
    assert claimed / repeats < 0.05 + error


@pytest.mark.parametrize("n", [9, 10])
def test_few_people(n: int) -> None:
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(n + 20), 2)
    helped = (person >= n).astype(float)
    found = repeated(
        outcome=rng.normal(size=len(person)),
        moment=np.tile(["T0", "T1"], n + 20),
        helped=helped,
        person=person,
        moments=("T0", "T1"),
        why_no_cluster="alone",
    )
    assert (found["course_difference"].value is None) == (n < 10)
    assert all(e.why for e in found if e.value is None)


def test_everybody_the_same() -> None:
    told: dict[str, Any] = {**TEAM, "outcome": np.ones(len(TEAM["person"]))}
    assert repeated(**told)["course_p"].why == (
        "the answers are the same within each arm and moment, so their spread is not known"
    )


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"moments": ("T0",)}, UsageError),
        ({"moments": ("T0", "T1")}, UsageError),
        ({"moments": ("T0", "T1", "T1")}, UsageError),
        ({"person": np.zeros(len(TEAM["person"]))}, UsageError),
        ({"helped": np.arange(len(TEAM["person"])) % 2}, UsageError),
        ({"person": [""] * len(TEAM["person"])}, UsageError),
        ({"cluster": np.arange(len(TEAM["person"])) % 7}, Refused),
        ({"cluster": None}, Refused),
    ],
)
def test_what_cannot_be(wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        repeated(**{"outcome": column("y"), **TEAM, **wrong})
