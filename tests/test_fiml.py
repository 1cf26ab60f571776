"""Blanks: the covariances, alpha, omega and fit of all forms, against lavaan and against a closed form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from risico.disclosure import release
from risico.errors import UsageError
from risico.numbers import em
from risico.reliability import consistency, fiml
from stored import stored, table

CASES = ["nine", "many", "three"]
LAVAAN = 1e-5  # lavaan 0.6.14 stops at a relative change of 1e-10 in the likelihood
FIT = {
    "chi_square": "chisq",
    "df": "df",
    "p": "pvalue",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "close_p": "rmsea.pvalue",
    "srmr": "srmr_bentler_nomean",
}


def case(name: str) -> tuple[dict[str, Any], np.ndarray]:
    r = stored("fiml")[name]
    columns = table(r["items"])
    return r, np.array([columns[name] for name in sorted(columns)], dtype=float).T


@pytest.mark.parametrize("name", CASES)
def test_means_and_covariances_equal_lavaan(name: str) -> None:
    r, X = case(name)
    X = X[~np.isnan(X).all(axis=1)]
    number = np.ones(len(X))
    means, variances = em.observed(rows=X, number=number)
    found = em.saturated(forms=em.arranged(rows=X, number=number), means=means, S=np.diag(variances))
    assert found.converged
    assert found.means == pytest.approx(np.array(r["means"]), abs=1e-7)
    assert np.abs(found.S - np.array(r["S"])).max() < 1e-7


@pytest.mark.parametrize("name", CASES)
def test_coefficients_and_fit_equal_lavaan(name: str) -> None:
    r, X = case(name)
    found = fiml(X)
    assert found["alpha_fiml"].n == r["n"]
    assert "1 empty forms left out" in found["alpha_fiml"].method
    assert found["alpha_fiml"].value == pytest.approx(r["alpha"], rel=1e-8)
    assert found["omega_total_fiml"].value == pytest.approx(r["omega"], rel=1e-6)
    for part, theirs in FIT.items():
        e = found[f"factor_{part}_fiml"]
        assert e.value == (pytest.approx(r["fit"][theirs], rel=LAVAAN, abs=1e-7) if r["fit"] else None)
    if r["fit"]:
        ends = (found["factor_rmsea_fiml"].low, found["factor_rmsea_fiml"].high)
        assert ends == pytest.approx((r["fit"]["rmsea.ci.lower"], r["fit"]["rmsea.ci.upper"]), rel=LAVAAN, abs=1e-7)


@pytest.mark.parametrize("name", CASES)
def test_the_difference_is_from_complete_forms(name: str) -> None:
    _, X = case(name)
    found, complete = fiml(X), consistency(X)
    for all_forms, some in (("alpha_fiml", "alpha"), ("omega_total_fiml", "omega_total")):
        apart = found[all_forms].value - complete[some].value
        assert found[f"{all_forms}_difference"].value == pytest.approx(apart, abs=1e-12)
    assert complete["alpha"].n < found["alpha_fiml"].n


def test_what_was_found_cannot_be_bettered() -> None:
    _, X = case("many")
    X = X[~np.isnan(X).all(axis=1)][:60, :3]
    X = X[~np.isnan(X).all(axis=1)]
    forms = em.arranged(rows=X, number=np.ones(len(X)))
    means, variances = em.observed(rows=X, number=np.ones(len(X)))
    found = em.saturated(forms=forms, means=means, S=np.diag(variances))
    best = brute(X, found.means, found.S)
    assert em.log_likelihood(forms=forms, means=found.means, S=found.S) == pytest.approx(best, rel=1e-12)
    for place in range(3):
        for step in (-1e-3, 1e-3):
            away = np.where(np.arange(3) == place, step, 0.0)
            assert brute(X, found.means + away, found.S) < best
            assert brute(X, found.means, found.S + np.diag(away)) < best
            across = np.outer(np.ones(3), away) * (np.arange(3)[:, None] == (place + 1) % 3)
            assert brute(X, found.means, found.S + across + across.T) < best


def brute(X: np.ndarray, means: np.ndarray, S: np.ndarray) -> float:
    """Log-likelihood form by form, with only the items that were answered."""
    total = 0.0
    for row in X:
        seen = np.flatnonzero(~np.isnan(row))
        own, away = S[np.ix_(seen, seen)], row[seen] - means[seen]
        total -= 0.5 * (np.linalg.slogdet(own)[1] + away @ np.linalg.solve(own, away))
    return total


def test_big_five_items_with_blanks(real_data: Callable[[str], Path]) -> None:
    """Listwise .603 and pairwise .600 in the README of these data; all forms with an answer lie near both."""
    frame = pl.read_csv(real_data("bfi25") / "bfi25.csv.gz").with_columns(
        (7 - pl.col(i)).alias(i) for i in ("O2", "O5")
    )
    found = fiml(frame, [f"O{i}" for i in range(1, 6)])
    assert found["alpha_fiml"].value == pytest.approx(0.600, abs=2e-3)
    assert found["alpha_fiml"].n == 2800
    assert found["alpha_fiml_difference"].value == pytest.approx(found["alpha_fiml"].value - 0.603, abs=5e-4)


HEYWOOD = "223 100 12- 102 012 22- 000 210 233 12-"


@pytest.mark.parametrize(
    ("items", "name", "value", "why"),
    [
        ([[1], [2]], "alpha_fiml", None, "at least two items"),
        ({"a": [], "b": []}, "alpha_fiml", None, "fewer than two forms"),
        ([[1, None], [2, None], [1, 2]], "alpha_fiml", None, "fewer than two forms"),
        ([[1, None, 1], [2, None, 2], [None, 1, 1], [None, 2, 1]], "alpha_fiml", None, "fewer than two forms"),
        ([[1, 2], [1, 3], [1, None], [None, 2]], "alpha_fiml", None, "same answer on every form"),
        ([[i, i] for i in range(5)] + [[2, None]], "alpha_fiml", None, "copies or sums"),
        ([[0, 1, 2], [1, 0, 3], [2, 2, None]], "omega_total_fiml", None, "fewer forms than items"),
        (
            [[float(x) if x != "-" else None for x in form] for form in HEYWOOD.split()],
            "omega_total_fiml",
            None,
            "less than no error",
        ),
        ([[0, 1], [1, 0], [1, 1], [0, 0], [1, None]], "omega_total_fiml", None, "three are needed"),
        ([[0, 1], [1, 0], [1, 1], [0, 0], [1, None]], "factor_cfi_fiml", None, "three are needed"),
    ],
)
def test_degenerate_blanks_have_a_defined_answer(items: Any, name: str, value: float | None, why: str) -> None:
    found = fiml(items)[name]
    assert found.value == value
    assert why in found.why


def test_that_few_forms_had_blanks_does_not_leave_the_building() -> None:
    rows = (np.random.default_rng(4).normal(size=(60, 4)) + np.random.default_rng(5).normal(size=(60, 1))).tolist()
    for blanks, told in ((3, None), (20, 60)):
        some = [[None, *row[1:]] if i < blanks else row for i, row in enumerate(rows)]
        shown = release(consistency(some) + fiml(some), "organisatie")
        assert {e.n for e in shown if "_fiml" in e.name} == {told}
        assert shown["alpha"].n == 60 - blanks
        assert shown["alpha_fiml"].value is not None


def test_text_is_refused_by_its_column() -> None:
    with pytest.raises(UsageError, match="These columns are not numbers: b"):
        fiml({"a": [1, 2, 1], "b": ["x", "y", "x"]})
