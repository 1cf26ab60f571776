import numpy as np
import pytest

from risico.numbers.covariance import alpha_without, cronbach, feldt, item_rest, omega_total, one_factor
from stored import matrix, stored

RTOL = 1e-10  # closed forms, same complete rows as psych 2.2.9; script tests/reference/consistency.R
ITERATED = 1e-6  # lavaan 0.6.14 stops at a relative change of 1e-10 in the likelihood: some 6 digits of an estimate

CASES = ["nine", "against", "three"]


def complete(case: str) -> tuple[dict, np.ndarray]:
    r = stored("consistency")[case]
    X = matrix(r["items"])
    return r, X[~np.isnan(X).any(axis=1)]


@pytest.mark.parametrize("case", CASES)
def test_alpha_and_items_equal_psych(case: str) -> None:
    r, X = complete(case)
    S, k = np.cov(X.T), X.shape[1]
    assert len(X) == r["n"]
    assert cronbach(S=S) == pytest.approx(r["alpha"], rel=RTOL)
    assert feldt(alpha=r["alpha"], n=r["n"], k=k) == pytest.approx((r["alpha_low"], r["alpha_high"]), rel=RTOL)
    assert item_rest(S=S) == pytest.approx(r["item_rest_psych"], rel=RTOL)
    assert alpha_without(S=S) == pytest.approx(r["alpha_without"], rel=RTOL)


@pytest.mark.parametrize("case", CASES)
def test_omega_equals_lavaan(case: str) -> None:
    r, X = complete(case)
    model = one_factor(S=np.cov(X.T), n=len(X))
    assert model.converged
    value, se = omega_total(model=model)
    assert value == pytest.approx(r["omega"], rel=ITERATED)
    assert se == pytest.approx(r["omega_se"], rel=10 * ITERATED)  # lavaan's own derivatives are numerical


def test_omega_of_parallel_items_is_alpha() -> None:
    S = np.full((4, 4), 0.5) + np.diag([1.0] * 4)
    assert omega_total(model=one_factor(S=S, n=100))[0] == pytest.approx(cronbach(S=S), rel=1e-9)


def test_one_factor_finds_the_loadings_that_made_the_matrix() -> None:
    loadings, unique = np.array([2.0, -0.5, 0.7, 30.0]), np.array([1.0, 0.2, 3.0, 500.0])
    found = one_factor(S=np.outer(loadings, loadings) + np.diag(unique), n=50)
    assert found.converged
    assert found.loadings * np.sign(found.loadings[0]) == pytest.approx(loadings, rel=1e-8)
    assert found.uniquenesses == pytest.approx(unique, rel=1e-7)


def test_two_items_give_spearman_brown() -> None:
    S = np.array([[1.0, 0.4], [0.4, 1.0]])
    assert cronbach(S=S) == pytest.approx(2 * 0.4 / 1.4, rel=1e-14)
