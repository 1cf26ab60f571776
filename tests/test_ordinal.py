"""Polychoric correlations and what rests on them, against lavaan and psych."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from risico.disclosure import release
from risico.errors import UsageError
from risico.numbers.polychoric import bivariate, correlations, variances
from risico.reliability import ordinal
from risico.tally import Pairs, count, pairs
from stored import matrix, stored

CASES = ["five", "weighed", "yes_no", "rare", "empty"]
LAVAAN = 1e-6  # lavaan 0.6.14 iterates to a relative change of 1e-10 in its criterion
FIT = {
    "chi_square": "chisq.scaled",
    "df": "df.scaled",
    "p": "pvalue.scaled",
    "cfi": "cfi.scaled",
    "tli": "tli.scaled",
    "rmsea": "rmsea.scaled",
    "close_p": "rmsea.pvalue.scaled",
    "srmr": "srmr",
}
PSYCH = 1e-4  # psych 2.2.9 searches each correlation with optimize(), tolerance 1e-4


def case(name: str) -> tuple[dict[str, Any], Pairs]:
    r = stored("ordinal")[name]
    return r, pairs(matrix(r["items"]))


def each_pair(tally: Pairs) -> dict[tuple[int, int], np.ndarray]:
    k = len(tally.columns)
    return {(i, j): tally.of(i, j)[None].astype(float) for i in range(k) for j in range(i)}


@pytest.mark.parametrize("name", CASES)
def test_polychoric_correlations_equal_lavaan(name: str) -> None:
    r, tally = case(name)
    assert tally.n == r["n"]
    for (i, j), table in each_pair(tally).items():
        rho = correlations(tables=table)
        assert rho[0] == pytest.approx(r["R"][i][j], abs=LAVAAN)
        assert correlations(tables=np.swapaxes(table, 1, 2))[0] == pytest.approx(rho[0], abs=1e-12)
        assert variances(tables=table, rho=rho)[0] == pytest.approx(r["gamma"][i][j], rel=LAVAAN)
        if "psych" in r:
            assert rho[0] == pytest.approx(r["psych"][i][j], abs=PSYCH)


def test_psych_is_asked_where_no_cell_is_empty() -> None:
    assert "psych" in stored("ordinal")["yes_no"]


@pytest.mark.parametrize("name", CASES[:4])
def test_one_factor_and_categorical_omega_equal_lavaan(name: str) -> None:
    r, _ = case(name)
    found = ordinal(matrix(r["items"]))
    assert found["alpha_ordinal"].value == pytest.approx(r["alpha"], rel=LAVAAN)
    if name != "weighed":
        assert found["omega_categorical"].value == pytest.approx(r["semtools"], rel=LAVAAN)
    assert found["omega_categorical"].value == pytest.approx(r["omega"], rel=LAVAAN)
    for part, theirs in FIT.items():
        assert found[f"ordinal_{part}"].value == pytest.approx(r["fit"][theirs], rel=LAVAAN, abs=1e-7)
    ends = (found["ordinal_rmsea"].low, found["ordinal_rmsea"].high)
    theirs = (r["fit"]["rmsea.ci.lower.scaled"], r["fit"]["rmsea.ci.upper.scaled"])
    assert ends == pytest.approx(theirs, rel=LAVAAN, abs=1e-7)
    assert [e.value for e in found if e.name == "item_loading_ordinal"] == pytest.approx(r["loadings"], rel=LAVAAN)
    assert [e.value for e in found if e.name == "item_above_lowest"] == pytest.approx(r["above"], rel=1e-12)


def test_pairs_are_enough_for_all_but_the_test() -> None:
    r, tally = case("five")
    from_forms, from_pairs = ordinal(matrix(r["items"])), ordinal(tally)
    for forms, two in zip(from_forms, from_pairs, strict=True):
        assert (forms.name, forms.by) == (two.name, two.by)
        if two.value is None:
            assert "needs the forms" in two.why
            assert forms.name.startswith("ordinal_")
        else:
            assert two.value == pytest.approx(forms.value, rel=1e-12)


def test_what_a_step_counts_for_matters_to_omega_only() -> None:
    plain, weighed = (ordinal(case(name)[1]) for name in ("five", "weighed"))
    assert plain["alpha_ordinal"].value == pytest.approx(weighed["alpha_ordinal"].value, rel=1e-12)
    assert plain["omega_categorical"].value != pytest.approx(weighed["omega_categorical"].value, abs=1e-3)


@pytest.mark.parametrize("rho", [-0.95, -0.3, 0.0, 0.6, 0.99])
def test_the_bivariate_normal_is_that_of_scipy(rho: float) -> None:
    points = [(-1.2, 0.4), (0.0, 0.0), (0.0, 1.1), (0.7, 0.0), (2.0, 2.1), (-0.5, -3.0), (0.0, -0.8)]
    for h, k in points:
        expected = stats.multivariate_normal.cdf([h, k], cov=[[1, rho], [rho, 1]])
        assert bivariate(np.array([h]), np.array([k]), np.array([rho]))[0] == pytest.approx(expected, abs=1e-7)


def test_shares_of_verbal_aggression(real_data: Callable[[str], Path]) -> None:
    frame = pl.read_csv(real_data("verbal-aggression") / "verbal_aggression.csv").drop("gender", "anger")
    above = {e.by["item"]: e.value for e in ordinal(frame) if e.name == "item_above_lowest"}
    assert above["S2WantCurse"] == max(above.values()) == pytest.approx(0.788, abs=5e-4)
    assert above["S3DoShout"] == min(above.values()) == pytest.approx(0.092, abs=5e-4)
    want, do = ([value for name, value in above.items() if kind in name] for kind in ("Want", "Do"))
    assert (np.mean(want), np.mean(do)) == pytest.approx((0.532, 0.420), abs=5e-4)


def test_few_who_said_yes_are_withheld_with_the_item_numbers_beside_them() -> None:
    rows = [[0, 0, 1], [0, 1, 0], [1, 1, 1], [0, 0, 0]] * 9 + [[0, 0, 0]] * 60
    shown = release(ordinal(rows), "organisatie")
    assert {e.value for e in shown if e.by} == {None}


PERFECT = [[i, i, i] for i in range(4)]


@pytest.mark.parametrize(
    ("items", "name", "value", "why"),
    [
        ([[1], [2]], "alpha_ordinal", None, "at least two items"),
        ({"a": [], "b": []}, "alpha_ordinal", None, "0 of 0 forms"),
        ({"a": [], "b": []}, "item_above_lowest", None, "no complete form"),
        ([[1, 2], [None, 3]], "omega_categorical", None, "1 of 2 forms"),
        ([[0, 1, 2], [1, 1, 2], [1, 1, 0]], "alpha_ordinal", None, "same answer on every form"),
        (PERFECT, "omega_categorical", None, "without exception"),
        ([[0, 2], [1, 1], [2, 0]], "alpha_ordinal", None, "against each other"),
        ([[0, 0], [0, 1], [1, 0], [1, 1], [0, 0], [1, 1]], "alpha_ordinal", 2 / 3, None),
        ([[0, 0], [0, 1], [1, 0], [1, 1], [0, 0], [1, 1]], "omega_categorical", None, "three are needed"),
        ([[i, i % 3] for i in range(30)], "alpha_ordinal", None, "more than 20 different points"),
    ],
)
def test_degenerate_answers_have_a_defined_answer(items: Any, name: str, value: float | None, why: str | None) -> None:
    found = next(e for e in ordinal(items) if e.name == name)
    assert found.value == (None if value is None else pytest.approx(value))
    assert why in found.why if why else found.why is None


def cut(n: int, seed: int) -> np.ndarray:
    """Five items of three points on one factor."""
    rng = np.random.default_rng(seed)
    return np.digitize(rng.normal(size=(n, 1)) + rng.normal(size=(n, 5)), [0.3, 1.5]).astype(float)


def test_a_redraw_is_the_coefficient_of_the_forms_that_were_drawn() -> None:
    counts = count(cut(200, seed=1))
    found = ordinal(counts, redraws=100, seed=3)
    rows, random = np.column_stack(counts.values), np.random.default_rng(3)
    times = random.multinomial(200, counts.number / 200, size=100)
    each = [ordinal(pairs(np.repeat(rows, c, axis=0))) for c in times]
    for name in ("alpha_ordinal", "omega_categorical"):
        values = np.array([e[name].value for e in each], dtype=float)
        e = found[name]
        assert (e.low, e.high) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), rel=1e-8)
        assert e.se == pytest.approx(values.std(ddof=1), rel=1e-8)
        assert "percentile interval, 100 redraws of forms (seed 3), of which 100 have a value" in (e.method or "")
    assert {e.name for e in found if e.low is not None} == {"alpha_ordinal", "omega_categorical", "ordinal_rmsea"}


@pytest.mark.filterwarnings("error")
def test_redrawn_answers_that_too_often_leave_no_model_give_no_interval() -> None:
    found = ordinal(cut(40, seed=0), redraws=100)
    assert found["alpha_ordinal"].low is not None
    assert found["omega_categorical"].value is not None
    assert found["omega_categorical"].low is None
    assert found["omega_categorical"].why == "too many forms drawn anew have no such model, so no interval"


def test_redraws_are_of_whole_forms() -> None:
    with pytest.raises(UsageError, match="this tally holds none"):
        ordinal(pairs(cut(50, seed=1)), redraws=100)


def test_correlations_that_cannot_all_be_true_are_cautioned() -> None:
    rng = np.random.default_rng(1)
    found = [ordinal(rng.integers(0, 2, (12, 5)) ^ (np.arange(12) % 2)[:, None])["alpha_ordinal"] for _ in range(40)]
    assert any(e.value is not None and "eigenvalue" in (e.why or "") for e in found)
    assert any(e.value is not None and e.why is None for e in found)


def test_pairs_add_up_also_over_levels_that_one_part_lacks() -> None:
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 4, (60, 3)).astype(float)
    rows[3, 1] = np.nan
    rows[:20][rows[:20] == 3] = 2
    whole, parts = pairs(rows), pairs(rows[:20]) + pairs(rows[20:])
    assert (whole.n, whole.left_out) == (parts.n, parts.left_out) == (59, 1)
    assert whole.table.tolist() == parts.table.tolist()
    assert [points.tolist() for points in whole.levels] == [[0, 1, 2, 3]] * 3
    complete = rows[~np.isnan(rows).any(axis=1)]
    expected = [[int(((complete[:, 0] == a) & (complete[:, 2] == b)).sum()) for b in range(4)] for a in range(4)]
    assert whole.of(0, 2).tolist() == expected
    assert pairs(whole, ["2", "0"]).of(1, 0).tolist() == expected
    assert pairs(count(rows)).table.tolist() == whole.table.tolist()
