"""Optimism against rms::validate and redraws by hand in R; the script is tests/reference/validity_optimism.R."""

from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.validity import accuracy, chosen_cut_off, optimism
from stored import stored

RTOL = 1e-9  # what needs no redraw
CHANCE = 0.004  # Monte Carlo error of a share over 20,000 redraws here and there
PREDICTORS = ["a", "b", "c"]


def rows() -> dict[str, Any]:
    r = stored("validity_optimism")
    return {name: r[name] for name in (*PREDICTORS, "outcome", "score")}


def test_a_model_loses_what_it_loses_in_rms() -> None:
    r, found = stored("validity_optimism"), optimism(rows(), PREDICTORS, "outcome", seed=1, redraws=1500)
    assert found["auc_apparent"].value == pytest.approx(r["auc_apparent"], rel=RTOL)
    assert found["auc_corrected"].value == pytest.approx(r["auc_corrected"], abs=0.005)
    assert found["slope_corrected"].value == pytest.approx(r["slope_corrected"], abs=0.03)  # se .007 of 1,500 redraws


def test_a_chosen_cut_off_loses_what_it_loses_by_hand() -> None:
    r, found = stored("validity_optimism"), chosen_cut_off(rows(), "score", "outcome", seed=1, redraws=20_000)
    cut = found["chosen_cut_off"]
    assert (cut.value, cut.low, cut.high) == tuple(r["chosen_cut_off"].values())
    for kind, near in (("apparent", RTOL), ("corrected", CHANCE)):
        for name in ("sensitivity", "specificity"):
            assert found[f"{name}_{kind}"].value == pytest.approx(r[kind][name], abs=near)
        total = sum(found[f"{name}_{kind}"].value for name in ("sensitivity", "specificity"))
        assert found[f"youden_{kind}"].value == pytest.approx(total - 1)


def test_the_chosen_cut_off_is_the_best_of_all() -> None:
    best = chosen_cut_off(rows(), "score", "outcome", seed=1)["youden_apparent"].value
    for cut in set(rows()["score"]):
        found = accuracy(rows(), "score", "outcome", at_least=cut)
        assert found["sensitivity"].value + found["specificity"].value - 1 <= best + 1e-12


def test_noise_looks_good_until_it_is_corrected() -> None:
    """Ten predictors that say nothing: the apparent area lies far above a half, the corrected one near it."""
    rng = np.random.default_rng(8)
    forms = {f"x{i}": rng.normal(size=200) for i in range(10)} | {"y": rng.integers(0, 2, 200)}
    found = optimism(forms, list(forms)[:-1], "y", seed=1, redraws=200)
    assert found["auc_apparent"].value > 0.6
    assert found["auc_corrected"].value == pytest.approx(0.5, abs=0.06)
    assert found["slope_corrected"].value < 0.5


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"a": [1, 2], "y": [0, 0]}, "no form has the outcome"),
        ({"a": [], "y": []}, "no form has both"),
        ({"a": [1, 2, 3, 4], "y": [0, 0, 1, 1]}, "separate the outcomes perfectly"),
        ({"a": [1, 1, 1, 1], "y": [0, 1, 1, 1]}, "follows from the others"),
    ],
)
def test_degenerate_models_have_a_reason(columns: Any, why: str) -> None:
    for e in optimism(columns, ["a"], "y", seed=1, redraws=100):
        assert e.value is None
        assert why in e.why


def test_redraws_that_cannot_be_fitted_are_left_out_and_said() -> None:
    forms = {"a": [1, 2, 3, 4, 5, 6, 7, 8], "y": [0, 0, 0, 1, 0, 1, 1, 1]}
    found = optimism(forms, ["a"], "y", seed=1, redraws=200)
    assert "more than one in ten" in found["auc_corrected"].why
    assert "over 200 redraws" not in found["auc_corrected"].method


def test_a_cut_off_of_nothing_has_a_reason() -> None:
    assert all(e.why == "every form has the outcome" for e in chosen_cut_off({"s": [1], "y": [1]}, "s", "y", seed=1))
    tied = chosen_cut_off({"s": [1, 1, 1], "y": [0, 1, 1]}, "s", "y", seed=1)
    assert tied["youden_apparent"].value == 0
    assert tied["chosen_cut_off"].value == 1


def test_calls_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(UsageError, match="at least one predictor"):
        optimism(rows(), [], "outcome", seed=1)
    with pytest.raises(UsageError, match="has no order"):
        optimism({"a": ["x", "y"], "y": [0, 1]}, ["a"], "y", seed=1)
    with pytest.raises(UsageError, match="too few to read"):
        chosen_cut_off(rows(), "score", "outcome", seed=1, redraws=5)
