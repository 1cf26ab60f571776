"""One trait behind the answers: equal to R, and a defined answer where no model can be told."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from collapses.irt import ANSWERS, ONE, YES
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.irt import FLAT_ITEM, FORMATIVE, STILL, UNSETTLED, eap, graded, information, item_response, rasch
from risico.tally import Counts, count
from stored import stored, table

R = stored("irt")
EXACT = 1e-6  # the same likelihood by nlm in R, polished by Newton steps with derivatives by differences
OTHERS = 1e-4  # ltm stops where its slopes are near 1e-3, glmer likewise


def forms(case: str) -> Counts:
    if "patterns" in R[case]:
        return count(table(R[case]["patterns"]), ["i1", "i2", "i3", "i4", "i5"], number="n")
    return count(table(R[case]["forms"]))


def listed(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]


def of(found: Estimates, name: str, key: str = "value") -> list[float]:
    return [getattr(e, key) for e in found if e.name == name]


@pytest.mark.parametrize("case", ["lsat", "yes_no", "ordered", "blanks"])
def test_parameters_and_their_errors_equal_r(case: str) -> None:
    exact, one = R[case]["exact"], case in ("lsat", "yes_no")
    found = (rasch if one else graded)(forms(case))
    hard, slopes = "irt_difficulty", "irt_discrimination"
    for key, theirs in (("value", "items"), ("se", "errors")):
        difficulty = [b for item in exact[theirs] for b in listed(item["b"])]
        slope = [item["a"] for item in exact[theirs]]
        assert of(found, hard, key) == pytest.approx(difficulty, rel=EXACT, abs=EXACT)
        assert of(found, slopes, key) == pytest.approx(slope[:1] if one else slope, rel=EXACT)
    assert found["irt_log_likelihood"].value == pytest.approx(exact["log_likelihood"], rel=1e-9)
    assert found["irt_reliability_marginal"].value == pytest.approx(exact["marginal"], rel=EXACT)
    assert found["irt_reliability_empirical"].value == pytest.approx(exact["empirical"], rel=EXACT)


@pytest.mark.parametrize("case", ["lsat", "ordered", "blanks"])
def test_information_equals_r(case: str) -> None:
    exact = R[case]["exact"]
    found = information((rasch if case == "lsat" else graded)(forms(case)), at=exact["at"])
    theirs = np.array(exact["information"])
    assert np.allclose(np.reshape(of(found, "irt_item_information"), theirs.shape), theirs, rtol=EXACT)
    assert np.allclose(of(found, "irt_information"), theirs.sum(axis=1), rtol=EXACT)
    assert np.allclose(of(found, "irt_sem"), theirs.sum(axis=1) ** -0.5, rtol=EXACT)


@pytest.mark.parametrize("case", ["ordered", "blanks"])
def test_expected_traits_equal_r(case: str) -> None:
    exact = R[case]["exact"]
    rows = np.array([[math.nan if x in (None, "NA") else x for x in row] for row in exact["patterns"]], dtype=float)
    frame = pl.DataFrame({f"i{i + 1}": column for i, column in enumerate(rows.T)})
    told = eap(frame, graded(forms(case)))
    assert told["theta"].to_list() == pytest.approx(exact["eap"], rel=EXACT)
    assert told["theta_sd"].to_list() == pytest.approx(exact["eap_sd"], rel=EXACT)


@pytest.mark.parametrize("case", ["lsat", "yes_no"])
def test_one_parameter_equals_ltm_and_a_mixed_model_of_lme4(case: str) -> None:
    ltm, glmer = R[case]["ltm"], R[case]["glmer"]
    found = rasch(forms(case))
    slope = found["irt_discrimination"].value or 0.0
    assert of(found, "irt_difficulty") == pytest.approx(ltm["difficulty"], rel=OTHERS)
    assert slope == pytest.approx(ltm["discrimination"], rel=OTHERS)
    assert found["irt_log_likelihood"].value == pytest.approx(ltm["log_likelihood"], rel=1e-7)
    assert slope == pytest.approx(glmer["sd"], rel=OTHERS)
    assert [-slope * b for b in of(found, "irt_difficulty")] == pytest.approx(glmer["easiness"], rel=OTHERS, abs=OTHERS)


def test_lsat_as_published() -> None:
    """Rizopoulos (2006), Journal of Statistical Software 17(5): rasch on LSAT."""
    found = rasch(forms("lsat"))
    assert [round(b, 4) for b in of(found, "irt_difficulty")] == [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802]
    assert round(found["irt_discrimination"].value or 0.0, 4) == 0.7551
    assert round(found["irt_discrimination"].se or 0.0, 4) == 0.0694
    assert round(found["irt_log_likelihood"].value or 0.0, 3) == -2466.938


@pytest.mark.parametrize("case", ["ordered", "blanks"])
def test_graded_finds_the_top_that_ltm_finds(case: str) -> None:
    assert graded(forms(case))["irt_log_likelihood"].value == pytest.approx(R[case]["ltm"]["log_likelihood"], rel=1e-7)


def test_real_answers_equal_r(real_data: Callable[[str], Path]) -> None:
    answers = pl.read_csv(real_data("verbal-aggression") / "verbal_aggression.csv")
    items = [name for name in answers.columns if name.startswith("S")]
    found = rasch(answers.select((pl.col(name) > 0).cast(pl.Float64) for name in items))
    exact = R["verbal"]["exact"]
    assert found["irt_log_likelihood"].n == 316
    told = [found["irt_discrimination"].value, *of(found, "irt_difficulty")]
    assert told == pytest.approx(exact["parameters"], rel=EXACT, abs=EXACT)
    assert [found["irt_discrimination"].se, *of(found, "irt_difficulty", "se")] == pytest.approx(
        exact["errors"], rel=EXACT
    )
    assert told[0] == pytest.approx(R["verbal"]["glmer"]["sd"], rel=1e-3)  # glmer warns that it has not wholly settled


def test_an_item_that_runs_against_the_others_says_so() -> None:
    turned = {**ANSWERS, "i2": [2 - x for x in ANSWERS["i2"]]}
    found, plain = (graded(answers) for answers in (turned, ANSWERS))
    against = found.where(item="i2")["irt_discrimination"]
    assert against.value == pytest.approx(-(plain.where(item="i2")["irt_discrimination"].value or 0.0), rel=1e-6)
    assert against.why == "item i2 runs against the other items: probably not reversed"


def test_turning_every_item_turns_the_difficulties() -> None:
    turned = {name: [1 - x for x in column] for name, column in YES.items()}
    found, plain = rasch(turned), rasch(YES)
    assert of(found, "irt_difficulty") == pytest.approx([-b for b in of(plain, "irt_difficulty")], rel=1e-7)
    assert found["irt_discrimination"].value == pytest.approx(plain["irt_discrimination"].value, rel=1e-7)


def test_what_cannot_be_told_has_a_reason() -> None:
    still = graded({**ANSWERS, "same": [1.0] * 30})
    assert [e.why for e in still.where(item="same")] == [STILL, STILL]
    assert still["irt_log_likelihood"].value == graded(ANSWERS)["irt_log_likelihood"].value
    assert {e.why for e in graded({"a": [0.0, 1.0], "b": [1.0, 0.0]})} == {
        "three items with different answers are needed to tell a trait"
    }
    assert "two items" in str(rasch({"a": [0.0, 1.0]})["irt_log_likelihood"].why)
    assert "two levels" in str(rasch(ANSWERS)["irt_log_likelihood"].why)
    order = {f"i{i}": [float(x > i) for x in range(9)] for i in range(4)}
    assert {e.why for e in rasch(order)} == {UNSETTLED}
    assert {e.why for e in graded(order)} == {UNSETTLED}
    apart = {"a": [0.0, 1.0] * 20, "b": [1.0, 0.0] * 20, "c": [0.0, 0.0, 1.0, 1.0] * 10}
    assert all(e.value is not None or e.why in (UNSETTLED, FLAT_ITEM) for e in rasch(apart))


def test_forms_without_an_answer_are_left_out_and_counted() -> None:
    more = {name: [*column, None] for name, column in ANSWERS.items()}
    found, plain = graded(more), graded(ANSWERS)
    assert found["irt_log_likelihood"].value == plain["irt_log_likelihood"].value
    assert found["irt_log_likelihood"].n == 30
    assert "1 forms without an answer left out" in found["irt_log_likelihood"].method


def test_points_that_are_thirds_are_read_back_as_they_were() -> None:
    """Six digits put the answer 2/3 in the level below it."""
    rng = np.random.default_rng(8)
    trait = rng.normal(size=(300, 1))
    whole = pl.DataFrame(np.clip(np.round(trait + rng.normal(size=(300, 4))) + 1, 0, 3), schema=list("abcd"))
    thirds = whole.select(pl.all() / 3)
    expected, found = (eap(forms, graded(forms))["theta"].to_numpy() for forms in (whole, thirds))
    assert found == pytest.approx(expected, abs=1e-9)


def test_a_form_without_an_answer_has_no_trait() -> None:
    told = eap(pl.DataFrame({"a": [None, 1.0], "case": ["x", "y"]}), ONE)
    assert told["theta"].to_list()[0] is None
    assert told["theta_sd"].to_list()[0] is None
    assert told["case"].to_list() == ["x", "y"]


def test_a_checklist_of_risk_factors_has_no_trait() -> None:
    assert {e.why for e in item_response(pl.DataFrame({"odara_1": [0, 1]}), "odara")} == {FORMATIVE}


def test_a_score_of_an_instrument_is_its_items() -> None:
    rng = np.random.default_rng(3)
    made = np.clip(np.round(rng.normal(size=(200, 1)) + rng.normal(size=(200, 7)) + 1), 0, 3)
    frame = pl.DataFrame({f"gad7_{i + 1}": column.astype(int) for i, column in enumerate(made.T)})
    found = item_response(frame, "gad7")
    assert found["irt_log_likelihood"].value == graded(made)["irt_log_likelihood"].value
    assert len(of(found, "irt_discrimination")) == 7


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(UsageError, match="words"):
        graded({"a": ["x", "y"], "b": [0.0, 1.0]})
    with pytest.raises(UsageError, match="no model"):
        information(Estimates([Estimate(name="irt_log_likelihood", why=UNSETTLED)]))
    with pytest.raises(UsageError, match="from 1 to 200"):
        information(ONE, at=[0.0] * 201)
    with pytest.raises(UsageError, match="no column 'a'"):
        eap(pl.DataFrame({"b": [1.0]}), ONE)
    with pytest.raises(UsageError, match="no model 'two'"):
        item_response(pl.DataFrame({"gad2_1": [1]}), "gad2", model="two")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no score 'sum'"):
        item_response(pl.DataFrame({"gad2_1": [1]}), "gad2", "sum")
