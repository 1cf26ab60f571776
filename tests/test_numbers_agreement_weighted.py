import numpy as np
import pytest

from risico.numbers import agreement as a
from risico.numbers import agreement_redraws as redraws
from stored import matrix, stored

RTOL = 1e-10  # closed forms on the same ratings as irrCAC 1.0; script tests/reference/agreement_weighted.R
CASES = ["twelve", "gaps", "complete"]
KINDS = {"identity": "identity", "linear": "linear", "quadratic": "quadratic", "ordinal": "places", "custom": "custom"}
FUNCTIONS = {
    "percent_agreement": a.percent,
    "gwet_ac2": a.ac,
    "brennan_prediger": a.brennan_prediger,
    "fleiss_kappa": a.fleiss,
    "conger_kappa": a.conger,
    "krippendorff_alpha": a.krippendorff,
}


def places(case: dict) -> tuple[np.ndarray, list[np.ndarray]]:
    """Ratings per unit and level, and for each rater the place of the level, -1 where there is none."""
    X, levels = matrix(case["ratings"]), np.array(case["levels"], dtype=float)
    r = (X[:, :, None] == levels).sum(axis=1).astype(float)
    return r, [np.where(np.isnan(column), -1, np.nan_to_num(column) - 1).astype(np.int64) for column in X.T]


def drawn(c: np.ndarray, number: int, **more: int) -> np.ndarray:
    return np.concatenate(list(redraws.drawn(c=c, redraws=number, **more)))


def weights(kind: str, case: dict) -> np.ndarray:
    levels = np.array(case["levels"], dtype=float)
    return np.array(case["custom"]) if kind == "custom" else a.weights(kind=KINDS[kind], values=levels)


def compute(name: str, kind: str, case: dict) -> a.Coefficient:
    r, chosen = places(case)
    more = {"chosen": chosen} if name == "conger_kappa" else {}
    return FUNCTIONS[name](r=r, c=np.ones(len(r)), W=weights(kind, case), **more)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", CASES)
def test_equal_to_irrcac(data: str, kind: str, name: str) -> None:
    case = stored("agreement_weighted")[data]
    expected = case["coefficients"][kind][name]
    found = compute(name, kind, case)
    assert (found.value, found.se) == pytest.approx((expected["value"], expected["se"]), rel=RTOL)


@pytest.mark.parametrize("kind", KINDS)
def test_cohen_with_weights_equals_irrcac_and_psych(kind: str) -> None:
    case = stored("agreement_weighted")["pair"]
    one, other = (matrix(case["ratings"]).astype(int) - 1).T
    table = np.bincount(one * 4 + other, minlength=16).reshape(4, 4).astype(float)
    found, expected = a.cohen(table=table, W=weights(kind, case)), case["cohen_kappa"][kind]
    assert (found.value, found.se) == pytest.approx((expected["value"], expected["se"]), rel=RTOL)
    if kind == "custom":
        assert found.value == pytest.approx(case["psych_custom"], rel=RTOL)


@pytest.mark.parametrize("kind", KINDS)
def test_fleiss_of_two_raters_is_scott(kind: str) -> None:
    """Scott's pi of a table in irrCAC; its standard error divides by n, that of ratings by n - 1."""
    case = stored("agreement_weighted")["pair"]
    found, n, expected = compute("fleiss_kappa", kind, case), len(case["ratings"]), case["scott_pi"][kind]
    assert found.value == pytest.approx(expected["value"], rel=RTOL)
    assert found.se * ((n - 1) / n) ** 0.5 == pytest.approx(expected["se"], rel=RTOL)


def test_brennan_prediger_of_two_levels_is_pabak() -> None:
    """PABAK in epiR; the standard error of a table in irrCAC divides by n, that of ratings by n - 1."""
    case = stored("agreement_weighted")["yes_no"]
    found, n = compute("brennan_prediger", "identity", case), len(case["ratings"])
    assert found.value == pytest.approx(case["pabak"], rel=RTOL)
    assert found.se * ((n - 1) / n) ** 0.5 == pytest.approx(case["brennan_prediger"]["se"], rel=RTOL)


@pytest.mark.parametrize("data", CASES)
def test_agreement_on_a_level_equals_a_walk_over_the_pairs(data: str) -> None:
    case = stored("agreement_weighted")[data]
    r, _ = places(case)
    found = np.array(a.specific(r=r, c=np.ones(len(r)))).T
    expected = [[float(level[key]) for key in ("value", "se", "n")] for level in case["specific"]]
    assert found == pytest.approx(np.array(expected), rel=RTOL, nan_ok=True)


def test_a_level_in_no_pair_and_a_level_of_one_unit() -> None:
    value, se, units = a.specific(r=np.array([[2.0, 0, 0], [1, 1, 0], [0, 0, 1]]), c=np.ones(3))
    assert value[:2] == pytest.approx([2 / 3, 0.0])
    assert np.isnan(value[2])
    assert np.isnan(se[1:]).all()
    assert units.tolist() == [2, 1, 0]


def test_where_chance_alone_agrees_there_is_nothing_to_correct() -> None:
    r, chosen, W = np.array([[2.0, 0.0]]), [np.array([0]), np.array([0])], np.eye(2)
    assert np.isnan(a.conger(r=r, c=np.ones(1), W=W, chosen=chosen).value)
    assert np.isnan(a.fleiss(r=r, c=np.ones(1), W=W).value)
    assert np.isnan(a.krippendorff(r=r, c=np.ones(1), W=W).value)
    assert np.isnan(a.cohen(table=np.array([[2.0, 0.0], [0.0, 0.0]]), W=W).value)


# redraws -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", CASES)
def test_a_redraw_is_the_coefficient_of_what_was_drawn(data: str, kind: str, name: str) -> None:
    case = stored("agreement_weighted")[data]
    r, chosen = places(case)
    C = np.concatenate([np.ones((1, len(r))), drawn(np.ones(len(r)), 4, seed=3)])
    W = weights(kind, case)
    more = {"chosen": chosen} if name == "conger_kappa" else {}
    found = redraws.VALUES[FUNCTIONS[name]](r=r, C=C, W=W, **more)
    for row, value in zip(C, found, strict=True):
        assert value == pytest.approx(FUNCTIONS[name](r=r, c=row, W=W, **more).value, rel=1e-10, abs=1e-12)


def test_a_redraw_with_the_weights_of_krippendorff_takes_them_from_what_was_drawn() -> None:
    case = stored("agreement_weighted")["gaps"]
    r, _ = places(case)
    C = drawn(np.ones(len(r)), 5, seed=3)
    found = redraws.krippendorff_ordinal(r=r, C=C)
    for row, value in zip(C, found, strict=True):
        totals = row @ (r * (r.sum(axis=1, keepdims=True) >= 2))
        W = a.weights(kind="ordinal", values=np.arange(4.0), totals=totals)
        assert value == pytest.approx(a.krippendorff(r=r, c=row, W=W).value, rel=1e-10)


def test_cohen_of_redraws() -> None:
    rng = np.random.default_rng(1)
    tables = rng.integers(1, 9, (3, 3, 3)).astype(float)
    W = a.weights(kind="linear", values=np.arange(3.0))
    found = redraws.cohen(tables=tables, W=W)
    assert found == pytest.approx(np.array([a.cohen(table=table, W=W).value for table in tables]), rel=1e-12)


def test_redraws_keep_the_number_of_units_and_their_shares() -> None:
    c = np.array([1.0, 3.0, 6.0])
    C = drawn(c, 4000, seed=1)
    assert (C.sum(axis=1) == 10).all()
    assert C.mean(axis=0) == pytest.approx(c, rel=0.1)
    assert (drawn(c, 4000, seed=1) == C).all()
    assert (drawn(c, 4000, seed=1, cells=500) == C).all()


def test_one_level_drawn_has_no_value() -> None:
    r, C = np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([[4.0, 0.0], [2.0, 2.0]])
    found = redraws.VALUES[a.fleiss](r=r, C=C, W=np.eye(2))
    assert np.isnan(found[0])
    assert found[1] == 1.0
    assert np.isnan(redraws.krippendorff_ordinal(r=r, C=C)[0])
