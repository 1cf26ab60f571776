"""CR2, HC2, Satterthwaite and Hotelling against clubSandwich and sandwich; collapse cases."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from risico.numbers.clusters import contributions, cr2, degrees, design, differences, number_clusters, wald
from risico.numbers.ols import independent_columns, least_squares, two_stage

RTOL = 1e-9  # closed forms in double precision; the reference prints 15 digits
REFERENCE = json.loads((Path(__file__).parent / "reference" / "effects_clusters.json").read_text())
DATA = {key: np.array([row[key] for row in REFERENCE["data"]]) for key in REFERENCE["data"][0]}
CLUSTER = number_clusters(DATA["cluster"])
Y = DATA["y"].astype(float)


@pytest.mark.parametrize(
    "result", sorted((Path(__file__).parent / "reference").glob("effects_*.json")), ids=lambda path: path.stem
)
def test_reference_values_come_from_the_script_beside_them(result):
    reference = json.loads(result.read_text())
    assert reference["script_sha256"] == hashlib.sha256(result.with_suffix(".R").read_bytes()).hexdigest()
    assert reference["R"].startswith("R version")
    assert all(reference["packages"].values())


def close(got, want):
    assert np.allclose(got, want, rtol=RTOL, atol=0), (got, want)


def fit(y, X, cluster, row):
    beta, residuals = least_squares(y=y, X=X)
    of = design(X=X, cluster=cluster)
    return beta[row], cr2(of, residuals)[row, row] ** 0.5, degrees(of, np.eye(X.shape[1])[[row]])


def arms(z):
    return np.column_stack([np.ones(len(z)), z])


def lin():
    X = np.column_stack([DATA["x1"], DATA["x2"]])
    X = X - X.mean(axis=0)
    return np.column_stack([arms(DATA["z"]), X, X * DATA["z"][:, None]])


def profile_design():
    P = np.column_stack([DATA["profile"] == p for p in "abc"]).astype(float)
    return np.column_stack([P, P * DATA["z"][:, None]])


@pytest.mark.parametrize(
    ("reference", "X", "cluster"),
    [
        ("itt_hc2", arms(DATA["z"]), None),
        ("itt_cr2", arms(DATA["z"]), CLUSTER),
        ("itt_by_cluster", arms(DATA["zc"]), CLUSTER),
        ("lin_hc2", lin(), None),
        ("lin_cr2", lin(), CLUSTER),
    ],
)
def test_value_error_and_degrees_are_those_of_clubsandwich(reference, X, cluster):
    want = REFERENCE[reference]
    close(fit(Y, X, cluster, 1), [want["value"], want["se"], want["df"]])
    for other in ("sandwich_se", "brute_se"):
        close(fit(Y, X, cluster, 1)[1], want.get(other, want["se"]))


@pytest.mark.parametrize(("reference", "cluster"), [("cace_hc2", None), ("cace_cr2", CLUSTER)])
def test_two_stage_is_that_of_ivreg_with_clubsandwich(reference, cluster):
    beta, residuals, projected = two_stage(y=Y, X=arms(DATA["d"]), Z=arms(DATA["z"]))
    of = design(X=projected, cluster=cluster)
    want = REFERENCE[reference]
    close(
        [beta[1], cr2(of, residuals)[1, 1] ** 0.5, degrees(of, np.eye(2)[[1]])], [want["value"], want["se"], want["df"]]
    )


@pytest.mark.parametrize(("reference", "cluster"), [("wald", CLUSTER), ("wald_alone", None)])
def test_the_test_of_equal_effects_is_htz_of_clubsandwich(reference, cluster):
    X = profile_design()
    beta, residuals = least_squares(y=Y, X=X)
    of = design(X=X, cluster=cluster)
    C = differences(3) @ np.eye(6)[3:]
    eta = degrees(of, C)
    statistic, p = wald(theta=beta, V=cr2(of, residuals), C=C, eta=eta)
    want = REFERENCE[reference]
    close([eta - 1, (eta - 1) / (eta * 2) * statistic, p], [want["df"], want["F"], want["p"]])


def test_profile_effects_have_the_covariance_of_clubsandwich():
    X = profile_design()
    beta, residuals = least_squares(y=Y, X=X)
    of = design(X=X, cluster=CLUSTER)
    close(beta[3:], REFERENCE["profile_value"])
    assert np.allclose(cr2(of, residuals)[3:, 3:], REFERENCE["profile_V"], rtol=1e-8)
    close([degrees(of, np.eye(6)[[i]]) for i in (3, 4, 5)], REFERENCE["profile_df"])


def test_a_family_per_cluster_collapses_to_hc2():
    X, each = lin(), np.arange(len(Y))
    _, residuals = least_squares(y=Y, X=X)
    alone, apart = design(X=X), design(X=X, cluster=each)
    assert np.allclose(cr2(alone, residuals), cr2(apart, residuals), rtol=1e-12)
    assert np.allclose(contributions(alone, residuals), contributions(apart, residuals), rtol=1e-9, atol=1e-14)
    C = np.eye(6)[[1, 4]]
    assert degrees(alone, C) == pytest.approx(degrees(apart, C), rel=1e-10)


def test_two_arms_without_clusters_are_neymans_variance():
    z = DATA["z"] == 1
    neyman = Y[z].var(ddof=1) / z.sum() + Y[~z].var(ddof=1) / (~z).sum()
    assert fit(Y, arms(DATA["z"]), None, 1)[1] ** 2 == pytest.approx(neyman, rel=1e-12)


def test_the_order_of_rows_and_the_names_of_clusters_do_not_matter():
    order = np.random.default_rng(5).permutation(len(Y))
    want = fit(Y, lin(), CLUSTER, 1)
    names = number_clusters(np.array([f"team {c * 7 % 15}" for c in DATA["cluster"]]))
    assert np.allclose(fit(Y[order], lin()[order], names[order], 1), want, rtol=1e-10)


def test_a_cluster_that_settles_a_coefficient_by_itself_leaves_no_degrees():
    X = np.column_stack([np.ones(6), [1, 1, 0, 0, 0, 0]])
    assert degrees(design(X=X, cluster=np.array([0, 1, 2, 2, 3, 3])), np.eye(2)[[1]]) > 0
    assert degrees(design(X=X, cluster=np.array([0, 0, 1, 1, 2, 2])), np.eye(2)[[1]]) == 0
    assert degrees(design(X=X[:3]), np.eye(2)[[1]]) == 0


def test_columns_that_depend_on_each_other_are_named():
    X = np.column_stack([np.ones(4), [0, 0, 1, 1], [1, 1, 0, 0]])
    assert independent_columns(X).tolist() == [True, True, False]
    with pytest.raises(ValueError, match="depend"):
        least_squares(y=np.arange(4.0), X=X)
    with pytest.raises(ValueError, match="instruments"):
        two_stage(y=np.arange(4.0), X=X[:, :2], Z=np.column_stack([np.ones(4), [0, 1, 0, 1]]))
