"""The same factor behind ordered answers in every group: equal to lavaan, and a reason where nothing is told."""

import numpy as np
import pytest

from risico.errors import UsageError
from risico.invariance import invariance
from risico.invariance.answers import FOUR, IMPROPER, ONE_GROUP, UNSETTLED
from risico.invariance.ordinal import (
    CHANGES,
    EMPTY,
    FEW_FORMS,
    FIT,
    MEASURED,
    STILL,
    THREE_STEPS,
    TOGETHER,
    TWO_STEPS,
    UNSURE,
)
from risico.numbers.invariance_ordinal import moments
from stored import stored, table

R = stored("invariance_ordinal")
CASES = ["three_points", "five_points", "three_groups", "yes_no"]
RTOL = 1e-6  # lavaan stops at a relative change of 1e-10 in the least squares, some 6 digits of a test
THEIRS = {
    "chi_square": "chisq.scaled",
    "df": "df.scaled",
    "p": "pvalue.scaled",
    "cfi": "cfi.scaled",
    "tli": "tli.scaled",
    "rmsea": "rmsea.scaled",
    "srmr": "srmr",
}
ITEMS = [f"i{i}" for i in range(1, 6)]


@pytest.mark.parametrize("case", CASES)
def test_fit_equals_lavaan(case: str) -> None:
    found = invariance(table(R[case]["forms"]), "group")
    models = [model for model in ("configural", "thresholds", "metric", "scalar") if model in R[case]]
    assert len(models) == (2 if case == "yes_no" else 4)
    for model in models:
        for ours, theirs in THEIRS.items():
            told = found.where(model=model)[f"invariance_{ours}"].value
            assert told == pytest.approx(R[case][model][theirs], rel=RTOL, abs=1e-7), (model, ours)


@pytest.mark.parametrize("case", CASES)
def test_the_scaled_difference_equals_lavaan(case: str) -> None:
    found, tried = invariance(table(R[case]["forms"]), "group"), 0
    for model in ("thresholds", "metric", "scalar"):
        told = found.where(model=model)
        if "change_p" in R[case].get(model, {}):
            tried += 1
            assert told["invariance_change_p"].value == pytest.approx(R[case][model]["change_p"], rel=1e-5)
            assert f" {R[case][model]['change_df']} degrees of freedom" in told["invariance_change_p"].method
    assert tried == {"three_points": 2, "yes_no": 1}.get(case, 3)


@pytest.mark.parametrize("case", CASES[:3])
def test_thresholds_correlations_and_their_variances_equal_lavaan(case: str) -> None:
    """Lavaan has the correlations column by column, here they go row by row."""
    forms = table(R[case]["forms"])
    codes = np.column_stack([forms[name] for name in ITEMS]).astype(int)
    levels = [int(column.max()) + 1 for column in codes.T]
    for g, name in enumerate(sorted(set(forms["group"]))):
        own = codes[np.array(forms["group"]) == name]
        made = moments(codes=own, number=np.ones(len(own), dtype=int), levels=levels)
        t = sum(levels) - 5
        place = np.zeros((5, 5), dtype=int)
        place[np.tril_indices(5, -1)] = np.arange(10)
        order = np.concatenate([np.arange(t), t + np.array([place[i, j] for j in range(5) for i in range(j + 1, 5)])])
        assert made.values[order] == pytest.approx(np.array(R[case]["seen"][g]), abs=1e-7)
        assert np.diag(made.gamma)[order] == pytest.approx(np.array(R[case]["gamma"][g]), rel=1e-6)


def test_a_shifted_item_is_found_where_intercepts_are_held_equal() -> None:
    """In `five_points` the second item was drawn 0.7 higher in one group, and nothing else differs."""
    found = invariance(table(R["five_points"]["forms"]), "group")
    p = {model: found.where(model=model)["invariance_change_p"].value for model in ("thresholds", "metric", "scalar")}
    assert p["thresholds"] > 0.05
    assert p["metric"] > 0.05
    assert p["scalar"] < 1e-6


def test_what_a_step_counts_for_changes_nothing() -> None:
    forms = table(R["three_points"]["forms"])
    other = {**forms, "i2": [{0: -4, 1: 0, 2: 100}[x] for x in forms["i2"]]}
    for a, b in zip(invariance(forms, "group"), invariance(other, "group"), strict=True):
        assert (a.value, a.why) == (b.value, b.why)


@pytest.mark.parametrize("case", ["five_points", "three_groups"])
def test_it_is_all_one_which_group_is_the_first(case: str) -> None:
    forms = table(R[case]["forms"])
    other = {**forms, "group": [{"a": "z"}.get(name, name) for name in forms["group"]]}
    for a, b in zip(invariance(forms, "group"), invariance(other, "group"), strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-7, abs=1e-9)


def made(n: int = 300, k: int = 5, levels: int = 4, seed: int = 9) -> dict[str, list[object]]:
    rng = np.random.default_rng(seed)
    steps = np.digitize(rng.normal(size=(n, 1)) + rng.normal(size=(n, k)), np.linspace(-1, 1, levels - 1))
    return {f"i{i}": column.tolist() for i, column in enumerate(steps.T)} | {"sex": ["f", "m"] * (n // 2)}


def reasons(forms: dict[str, list[object]]) -> set[str | None]:
    return {e.why for e in invariance(forms, "sex")}


def test_what_cannot_be_compared_has_a_reason() -> None:
    forms = made()
    assert reasons({**forms, "sex": ["f"] * 300}) == {ONE_GROUP}
    assert reasons(made(k=2)) == {FOUR}
    assert reasons(made(k=3)) == {FOUR}
    assert reasons({**forms, "i1": [1] * 300}) == {STILL}
    assert reasons({**forms, "i1": forms["i2"]}) == {TOGETHER}
    lowest = [min(x, 2) if sex == "m" else x for x, sex in zip(forms["i1"], forms["sex"], strict=True)]
    assert reasons({**forms, "i1": lowest}) == {EMPTY}
    assert {e.value for e in invariance({**forms, "i1": lowest}, "sex")} == {None}


def test_so_many_levels_are_measured() -> None:
    for size, why in ((20, None), (21, MEASURED)):
        forms = made(4000)
        forms["i1"] = [(i // 2) % size for i in range(4000)]
        assert reasons(forms) == {why}


def test_items_of_two_steps_tell_configural_and_scalar_apart() -> None:
    found = invariance(table(R["yes_no"]["forms"]), "group")
    for model in ("thresholds", "metric"):
        assert {e.why for e in found.where(model=model)} == {TWO_STEPS}
    assert all(e.value is not None for e in found.where(model="scalar"))
    one = made() | {"i1": made(levels=2)["i1"]}
    assert {e.why for e in invariance(one, "sex").where(model="metric")} == {TWO_STEPS}


def test_three_steps_say_nothing_of_thresholds_and_one_item_of_four_does() -> None:
    three = invariance(made(levels=3), "sex").where(model="thresholds")
    assert {e.name: e.why for e in three if e.value is None} == {f"invariance_{name}": THREE_STEPS for name in CHANGES}
    mixed = made(levels=3) | {"i1": made(levels=4)["i1"]}
    four = invariance(mixed, "sex").where(model="thresholds")
    assert all(e.value is not None for e in four)
    assert len(four) == len(FIT) + len(CHANGES)


def test_few_forms_are_cautioned_at_both_sides() -> None:
    assert reasons(made(200)) == {None}
    assert reasons(made(198)) == {FEW_FORMS}


def test_noise_and_few_forms_never_break() -> None:
    seen: set[str | None] = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        n = 30 if seed % 2 else 60
        forms = {f"i{i}": rng.integers(0, 3, n).tolist() for i in range(4)} | {"sex": ["f", "m"] * (n // 2)}
        found = invariance(forms, "sex")
        assert all(np.isfinite(e.value) for e in found if e.value is not None)
        seen |= {e.why for e in found if e.value is None}
    assert seen <= {EMPTY, TOGETHER, UNSURE, UNSETTLED, IMPROPER, THREE_STEPS}
    assert seen & {UNSETTLED, IMPROPER}


def test_blanks_are_left_out_and_counted() -> None:
    forms = made()
    forms["i0"][3], forms["sex"][7] = None, None
    found = invariance(forms, "sex")
    assert {e.n for e in found} == {298}
    assert "2 forms with a blank left out" in found[0].method


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(UsageError, match="no column 'age'"):
        invariance(made(), "age")
    with pytest.raises(UsageError, match="words"):
        invariance({**made(), "i1": ["a", "b"] * 150}, "sex")
