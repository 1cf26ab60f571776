"""The same factor in every group: equal to lavaan, and a defined answer where nothing can be compared."""

import numpy as np
import pytest

from risico.errors import UsageError
from risico.invariance import invariance_continuous
from risico.invariance.answers import FOUR, IMPROPER, ONE_GROUP, UNSETTLED
from risico.invariance.continuous import FEW_FORMS, FEW_LEVELS, SINGULAR
from risico.verdicts import verdicts
from stored import stored, table

R = stored("invariance_continuous")
CASES, MODELS = ["same", "shifted", "three"], ["configural", "metric", "scalar"]
RTOL = 1e-6  # lavaan stops at a relative change of 1e-10 in the likelihood
PAIRS = {"chi_square": "chisq", "df": "df", "p": "pvalue", "cfi": "cfi", "rmsea": "rmsea"}


@pytest.mark.parametrize("case", CASES)
def test_fit_equals_lavaan(case: str) -> None:
    found = invariance_continuous(table(R[case]["forms"]), "group")
    for model in MODELS:
        for ours, theirs in PAIRS.items():
            told = found.where(model=model)[f"invariance_continuous_{ours}"].value
            assert told == pytest.approx(R[case][model][theirs], rel=RTOL, abs=1e-9), (model, ours)


@pytest.mark.parametrize("case", CASES)
def test_changes_are_those_of_lavaan(case: str) -> None:
    found = invariance_continuous(table(R[case]["forms"]), "group")
    for before, model in (("configural", "metric"), ("metric", "scalar")):
        told, old, new = found.where(model=model), R[case][before], R[case][model]
        assert told["invariance_continuous_cfi_drop"].value == pytest.approx(old["cfi"] - new["cfi"], abs=1e-8)
        assert told["invariance_continuous_rmsea_rise"].value == pytest.approx(new["rmsea"] - old["rmsea"], abs=1e-8)


def test_an_item_that_is_easier_for_one_group_is_found_where_intercepts_are_held_equal() -> None:
    """In `shifted` the second item was drawn 0.8 higher in one group, its loading the same."""
    rows = [
        row
        for row in verdicts(invariance_continuous(table(R["shifted"]["forms"]), "group"))
        if row.name == "chen_invariance"
    ]
    told = {(row.by["model"], row.by["of"]): row.by["verdict"] for row in rows}
    assert told["metric", "invariance_continuous_cfi_drop"] == "sufficient"
    assert told["scalar", "invariance_continuous_cfi_drop"] == "insufficient"
    assert told["scalar", "invariance_continuous_rmsea_rise"] == "insufficient"


def test_the_unit_of_an_item_changes_nothing() -> None:
    forms = table(R["same"]["forms"])
    other = {**forms, "i2": [100 * x - 7 for x in forms["i2"]]}
    for a, b in zip(invariance_continuous(forms, "group"), invariance_continuous(other, "group"), strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-6, abs=1e-8)


def made(n: int = 120, k: int = 5) -> dict[str, list[object]]:
    rng = np.random.default_rng(9)
    X = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    return {f"i{i}": column.tolist() for i, column in enumerate(X.T)} | {"sex": ["f", "m"] * (n // 2)}


def test_what_cannot_be_compared_has_a_reason() -> None:
    forms = made()
    assert {e.why for e in invariance_continuous({**forms, "sex": ["f"] * 120}, "sex")} == {ONE_GROUP}
    assert {e.why for e in invariance_continuous(made(k=3), "sex")} == {FOUR}
    assert {e.why for e in invariance_continuous({**forms, "i1": [1.0] * 120}, "sex")} == {SINGULAR}
    assert {e.why for e in invariance_continuous({**forms, "i1": forms["i2"]}, "sex")} == {SINGULAR}
    assert {e.why for e in invariance_continuous(made(10), "sex")} == {SINGULAR}
    rng = np.random.default_rng(1)
    apart = {f"i{i}": rng.normal(size=60).tolist() for i in range(4)} | {"sex": ["f", "m"] * 30}
    for e in invariance_continuous(apart, "sex"):
        assert e.value is not None or e.why in (IMPROPER, UNSETTLED)


def test_cautions_are_said_at_both_sides() -> None:
    assert {e.why for e in invariance_continuous(made(100), "sex")} == {None}
    assert {e.why for e in invariance_continuous(made(98), "sex")} == {FEW_FORMS}
    for levels, why in ((4, FEW_LEVELS), (5, None)):
        forms = made(600)
        cuts = np.linspace(-1.5, 1.5, levels - 1)
        forms["i0"] = np.searchsorted(cuts, np.array(forms["i0"], dtype=float)).astype(float).tolist()
        assert {e.why for e in invariance_continuous(forms, "sex")} == {why}


def test_blanks_are_left_out_and_counted() -> None:
    forms = made(110)
    forms["i0"][3], forms["sex"][7] = None, None
    found = invariance_continuous(forms, "sex")
    assert {e.n for e in found} == {108}
    assert "2 forms with a blank left out" in found[0].method


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(UsageError, match="no column 'age'"):
        invariance_continuous(made(), "age")
    with pytest.raises(UsageError, match="words"):
        invariance_continuous({**made(), "i1": ["a", "b"] * 60}, "sex")
