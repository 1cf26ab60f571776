"""What stands beside alpha: equal to R, to brute force, and with an answer for whatever comes in."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from risico.estimate import Estimates
from risico.numbers.splithalf import halves
from risico.reliability import consistency, fiml, one_factor, ordinal, split_half
from stored import matrix, stored

CASES = ["nine", "two_factors", "against", "three"]
RTOL = 1e-10  # closed forms on the same complete rows; script tests/reference/consistency_more.R
ITERATED = 1e-5  # lavaan 0.6.14 stops at a relative change of 1e-10 in the likelihood: some 5 digits of a chi-square
FIT = {
    "chi_square": "chisq",
    "df": "df",
    "p": "pvalue",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "close_p": "rmsea.pvalue",
    "srmr": "srmr",
}


def case(name: str) -> tuple[dict[str, Any], np.ndarray]:
    r = stored("consistency_more")[name]
    return r, matrix(r["items"])


def by_item(found: Estimates, name: str) -> list[float | None]:
    return [e.value for e in found if e.name == name]


@pytest.mark.parametrize("name", CASES)
def test_what_stands_beside_alpha_equals_psych(name: str) -> None:
    r, X = case(name)
    found = consistency(X)
    other = found["alpha_duhachek"]
    assert (other.n, other.value) == (r["n"], pytest.approx(r["alpha"], rel=RTOL))
    assert (other.se, other.low, other.high) == pytest.approx(
        (r["ase"], r["duhachek_low"], r["duhachek_high"]), rel=RTOL
    )
    assert found["alpha_standardised"].value == pytest.approx(r["standardised"], rel=RTOL)
    assert found["guttman_lambda_2"].value == pytest.approx(r["lambda_2"], rel=RTOL)
    assert found["guttman_lambda_6"].value == pytest.approx(r["lambda_6"], rel=RTOL)


@pytest.mark.parametrize("name", CASES)
def test_split_halves_equal_brute_force_in_r(name: str) -> None:
    r, X = case(name)
    found = split_half(X)
    for part in ("mean", "worst", "best"):
        assert found[f"split_half_{part}"].value == pytest.approx(r["split"][part], rel=RTOL)
        if r["split_psych"]:
            assert found[f"split_half_{part}"].value == pytest.approx(r["split_psych"][part], rel=RTOL)
    assert found["spearman_brown_mean"].value == pytest.approx(r["split"]["spearman_brown_mean"], rel=RTOL)
    odd_even = [found[f"{kind}_odd_even"].value for kind in ("split_half", "spearman_brown")]
    assert odd_even == pytest.approx(r["odd_even"], rel=RTOL)
    assert f"all {r['split']['splits']} splits" in found["split_half_mean"].method


@pytest.mark.parametrize("name", CASES)
def test_fitness_for_a_factor_equals_psych(name: str) -> None:
    r, X = case(name)
    found = one_factor(X)
    assert found["kmo"].value == pytest.approx(r["kmo"], rel=RTOL)
    assert by_item(found, "item_kmo") == pytest.approx(r["item_kmo"], rel=RTOL)
    test = [found[f"bartlett_{part}"].value for part in ("chi_square", "df", "p")]
    assert test == pytest.approx([r["bartlett"][part] for part in ("value", "df", "p")], rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_fit_of_one_factor_equals_lavaan(name: str) -> None:
    r, X = case(name)
    found = one_factor(X)
    assert by_item(found, "item_loading") == pytest.approx(r["loading"], rel=ITERATED)
    for part, theirs in FIT.items():
        e = found[f"factor_{part}"]
        if r["fit"]:
            assert e.value == pytest.approx(r["fit"][theirs], rel=ITERATED, abs=1e-7)
        else:
            assert "three items" in e.why
    if r["fit"]:
        ends = (found["factor_rmsea"].low, found["factor_rmsea"].high)
        assert ends == pytest.approx((r["fit"]["rmsea.ci.lower"], r["fit"]["rmsea.ci.upper"]), rel=ITERATED, abs=1e-7)


def test_two_items_have_an_interval_as_in_r() -> None:
    r = stored("consistency_more")["two"]
    for name in ("spearman_brown_mean", "spearman_brown_odd_even"):
        found = split_half(matrix(r["items"]))[name]
        assert (found.value, found.low, found.high) == pytest.approx(
            (r["spearman_brown"], r["low"], r["high"]), rel=RTOL
        )
        assert (found.n, found.confidence) == (r["n"], 0.95)
    assert split_half(case("three")[1])["spearman_brown_mean"].low is None


@pytest.mark.parametrize("k", [2, 3, 7, 8])
def test_every_split_is_there_once(k: int) -> None:
    rows, every = halves(k=k, most=10_000, seed=1)
    got = {frozenset((frozenset(np.flatnonzero(row)), frozenset(np.flatnonzero(1 - row)))) for row in rows}
    whole = frozenset(range(k))
    assert got == {frozenset((frozenset(c), whole - frozenset(c))) for c in combinations(range(k), k // 2)}
    assert every
    assert len(rows) == len(got)


def test_sixteen_items_are_split_in_every_way_and_seventeen_by_lot() -> None:
    X = np.random.default_rng(3).normal(size=(60, 17)) + np.random.default_rng(4).normal(size=(60, 1))
    sixteen, more = split_half(X[:, :16]), split_half(X)
    assert "all 6435 splits" in sixteen["split_half_mean"].method
    assert sixteen["split_half_mean"].value == pytest.approx(consistency(X[:, :16])["alpha"].value, rel=1e-12)
    assert "10000 splits drawn with seed 1" in more["split_half_best"].method
    assert "may exist" in more["split_half_best"].why
    assert more["split_half_mean"].value == pytest.approx(consistency(X)["alpha"].value, abs=1e-3)  # a mean of 10,000
    assert split_half(X, seed=2)["split_half_mean"].value != more["split_half_mean"].value
    assert split_half(X, seed=1)["split_half_mean"].value == more["split_half_mean"].value


PERFECT = [[i, i, i, i] for i in range(6)]


@pytest.mark.parametrize(
    ("function", "items", "name", "value", "why"),
    [
        (consistency, [[1], [2]], "guttman_lambda_6", None, "at least two items"),
        (consistency, PERFECT, "alpha_duhachek", 1.0, "the items say the same"),
        (consistency, PERFECT, "guttman_lambda_6", None, "copies or sums"),
        (consistency, [[0, 1, 2], [1, 1, 2], [1, 0, 2]], "alpha_standardised", None, "same answer on every form"),
        (consistency, [[0, 4], [1, 2], [2, 0]], "alpha_standardised", None, "standardised items is the same"),
        (consistency, [[0, 4], [1, 2], [2, 0]], "alpha", -8.0, "below 0"),
        (split_half, PERFECT, "spearman_brown_mean", 1.0, None),
        (split_half, [[1, 2], [1, 2]], "split_half_best", None, "the same on every form"),
        (split_half, [[0, 2, 1], [1, 2, 1], [2, 2, 1]], "spearman_brown_mean", None, "one half"),
        (split_half, [[0, 4], [1, 2], [2, 0]], "spearman_brown_odd_even", None, "run exactly against"),
        (one_factor, PERFECT, "kmo", None, "copies or sums"),
        (one_factor, [[0, 1, 2, 3], [1, 0, 2, 1], [2, 2, 1, 1]], "factor_chi_square", None, "fewer forms than items"),
        (one_factor, [[0, 0], [0, 1], [1, 0], [1, 1]], "kmo", None, "no two items correlate"),
        (one_factor, [[0, 0], [0, 1], [1, 0], [1, 1]], "bartlett_p", 1.0, None),
        (one_factor, [[0, 1], [1, 0], [2, 2]], "factor_cfi", None, "three are needed"),
    ],
)
def test_degenerate_items_have_a_defined_answer(
    function: Any, items: Any, name: str, value: float | None, why: str | None
) -> None:
    found = function(items)[name]
    assert found.value == (None if value is None else pytest.approx(value))
    assert why in found.why if why else found.why is None


cells = st.sampled_from([0.0, 1.0, 2.0, 0.1, None])


@settings(deadline=None, max_examples=40)
@example([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 2.0], [2.0, 0.0, 1.0]])
@example([[0.0, 1.0], [1.0, None], [None, 2.0]])
@example([[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 0.0]])
@given(st.integers(1, 4).flatmap(lambda k: st.lists(st.lists(cells, min_size=k, max_size=k), min_size=1, max_size=9)))
def test_never_nan_and_never_a_traceback(rows: list[list[float | None]]) -> None:
    for e in one_factor(rows) + split_half(rows) + ordinal(rows) + fiml(rows):
        assert e.value is not None or e.why
        assert e.value is None or e.n is not None
        assert e.low is None or e.low <= e.value + 1e-9
        assert e.high is None or e.value <= e.high + 1e-9


@pytest.mark.parametrize("name", ["alpha", "alpha_duhachek"])
def test_items_that_copy_each_other_leave_nothing_to_judge_alpha_by(name: str) -> None:
    copied = consistency(np.repeat(np.arange(12.0)[:, None] % 4, 4, axis=1))[name]
    assert (copied.value, copied.low) == (pytest.approx(1.0), None)
    assert "the items say the same" in (copied.why or "")
    nearly = np.repeat(np.arange(12.0)[:, None] % 4, 4, axis=1)
    nearly[0, 0] = 1
    assert consistency(nearly)[name].low is not None


@pytest.mark.parametrize("name", ["alpha", "alpha_duhachek"])
def test_alpha_below_nought_names_its_cause(name: str) -> None:
    against = consistency([[i % 4, 3 - i % 4, i * 7 % 3] for i in range(20)])[name]
    assert against.value is not None
    assert against.value < 0
    assert (against.why or "").startswith("below 0: as a whole the items go against each other")
