"""Omega hierarchical against psych, and what it says where there are no three groups under one factor."""

from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.numbers.hierarchical import general, minres, oblimin, varimax
from risico.reliability import consistency, hierarchical
from risico.tally import count, sums
from stored import matrix, stored, table

CASES = ["nine", "twelve", "against"]
PSYCH = 1e-5  # psych 2.2.9 and GPArotation stop at about 1e-5


def case(name: str) -> tuple[dict[str, Any], np.ndarray]:
    r = stored("hierarchical")[name]
    assert list(table(r["items"])) == [f"item{i + 1}" for i in range(len(r["general"]))]
    return r, matrix(r["items"])


@pytest.mark.parametrize("name", CASES)
def test_it_equals_psych(name: str) -> None:
    r, X = case(name)
    found = hierarchical(X)["omega_hierarchical"]
    assert (found.n, found.value) == (r["n"], pytest.approx(r["omega_h"], abs=PSYCH))
    assert found.value < consistency(X)["omega_total"].value or name == "against"
    assert ("probably not reversed" in (found.why or "")) is (name == "against")


@pytest.mark.parametrize("name", CASES)
def test_each_step_equals_psych(name: str) -> None:
    r, X = case(name)
    R = np.corrcoef(X[~np.isnan(X).any(axis=1)].T)
    first = minres(R=R, factors=3)
    turned = oblimin(loadings=varimax(loadings=first.loadings))
    assert first.converged
    assert turned.converged
    off = R - first.loadings @ first.loadings.T
    uniqueness = 1 - (first.loadings**2).sum(axis=1)
    assert np.diag(off) == pytest.approx(uniqueness, abs=1e-9)  # in minres the diagonal fits by itself
    theirs = np.array(r["oblique"])
    order = [int(np.argmax(np.abs(turned.loadings.T @ theirs[:, j]))) for j in range(3)]
    assert sorted(order) == [0, 1, 2]
    assert np.abs(turned.loadings[:, order]) == pytest.approx(np.abs(theirs), abs=5 * PSYCH)
    assert np.abs(turned.phi[np.ix_(order, order)]) == pytest.approx(np.abs(np.array(r["phi"])), abs=5 * PSYCH)
    top = turned.loadings @ general(phi=turned.phi)
    assert np.abs(top) == pytest.approx(np.abs(np.array(r["general"])), abs=5 * PSYCH)


def grouped(across: float, seed: int = 1, n: int = 2000) -> np.ndarray:
    """Nine items in three groups, of which the third runs against the others by so much."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(n, 3)) + rng.normal(size=(n, 1)) * np.array([1.0, 1.0, across])
    return np.repeat(f, 3, axis=1) + rng.normal(size=(n, 9))


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([[1], [2]], "at least two items"),
        (np.arange(25.0).reshape(5, 5) % 7, "fewer than 6 items"),
        ([[i] * 6 for i in range(5)], "copies or sums"),
        (np.random.default_rng(1).normal(size=(5, 6)), "fewer forms than items"),
        ([[1.0, 2, 3, 1, 2, 5], [2.0, 1, 1, 3, 2, 5], [2.0, 2, 1, 1, 1, 5]], "same answer on every form"),
        (grouped(0.0), "parts of one thing"),
    ],
)
def test_without_three_groups_there_is_a_reason(items: Any, why: str) -> None:
    found = hierarchical(items)["omega_hierarchical"]
    assert found.value is None
    assert why in found.why


def test_items_of_one_thing_only_leave_no_groups_to_tell_apart() -> None:
    for seed in range(12):
        rng = np.random.default_rng(seed)
        found = hierarchical(rng.normal(size=(60, 1)) + rng.normal(size=(60, 6)))["omega_hierarchical"]
        assert found.value is None or 0 < found.value < 1
        assert found.value is not None or found.why


def test_redrawn_forms_give_the_spread_of_forms_drawn_from_many() -> None:
    known = [hierarchical(grouped(1.0, seed=seed, n=300))["omega_hierarchical"].value for seed in range(60)]
    e = hierarchical(grouped(1.0, seed=99, n=300), redraws=200)["omega_hierarchical"]
    assert e.se == pytest.approx(float(np.std([v for v in known if v is not None])), rel=0.35)
    assert e.low < e.value < e.high
    assert "percentile interval, 200 redraws of forms (seed 1), of which 200 have a value" in e.method


def test_a_redraw_is_omega_of_the_forms_that_were_drawn() -> None:
    counts = count(grouped(1.0, n=400))
    e = hierarchical(counts, redraws=100, seed=3)["omega_hierarchical"]
    rows, random = np.column_stack(counts.values), np.random.default_rng(3)
    times = random.multinomial(400, np.full(400, 1 / 400), size=100)
    values = [hierarchical(np.repeat(rows, c, axis=0))["omega_hierarchical"].value for c in times]
    assert (e.low, e.high) == pytest.approx(tuple(np.quantile(np.array(values, dtype=float), [0.025, 0.975])), rel=1e-7)


def test_no_interval_where_the_forms_drawn_anew_have_no_such_model() -> None:
    e = hierarchical(grouped(1.0, seed=0, n=40), redraws=100)["omega_hierarchical"]
    assert e.value is not None
    assert e.low is None
    assert e.why == "too many forms drawn anew have no such model, so no interval"


@pytest.mark.parametrize(("redraws", "match"), [(99, "100 or more"), (100, "this tally holds none")])
def test_redraws_are_of_whole_forms_and_not_few(redraws: int, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        hierarchical(sums(grouped(1.0)), redraws=redraws)
