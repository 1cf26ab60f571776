"""How sure a level is, against betafunctions, its fit integrated anew, and a known truth."""

from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.estimate import Estimates
from risico.numbers.livingston_lewis import effective_length, true_scores
from risico.reliability import decision
from stored import stored

RTOL = 1e-7  # quadrature on both sides
PACKAGED = 2e-4  # what integrate() of R leaves to be desired at its default, where a beta density has no bound
KNOWN = stored("livingston_lewis")
CASES = range(len(KNOWN["cases"]))


def of(case: dict[str, Any]) -> Estimates:
    told = {key: case[key] for key in ("reliability", "lowest", "highest")}
    return decision({"score": KNOWN[case["of"]]}, "score", cuts=[one["cut"] for one in case["cuts"]], **told)


@pytest.mark.parametrize("place", CASES)
def test_the_fit_is_that_of_betafunctions(place: int) -> None:
    case = KNOWN["cases"][place]
    x, width = np.array(KNOWN[case["of"]], dtype=float), case["highest"] - case["lowest"]
    told = {key: case[key] for key in ("reliability", "lowest", "highest")}
    length = effective_length(mean=x.mean(), variance=x.var(ddof=1), **told)
    found = true_scores(share=(x - case["lowest"]) / width, number=np.ones(len(x)), length=length)
    assert found == pytest.approx([case[key] for key in ("alpha", "beta", "low", "high", "length")], rel=1e-9)


@pytest.mark.parametrize("place", CASES)
def test_accuracy_and_consistency_equal_betafunctions(place: int) -> None:
    case = KNOWN["cases"][place]
    found = of(case)
    for told in case["cuts"]:
        at = {e.name: e.value for e in found if e.at == told["cut"]}
        assert at["decision_accuracy"] == pytest.approx(told["accuracy"], rel=RTOL)
        assert at["wrongly_above"] == pytest.approx(told["wrongly_above"], rel=RTOL)
        assert at["wrongly_below"] == pytest.approx(told["wrongly_below"], rel=RTOL)
        assert at["decision_consistency"] == pytest.approx(told["consistency"], rel=RTOL)
        assert at["decision_kappa"] == pytest.approx(told["kappa"], rel=RTOL)
        assert at["sem_at_cutoff"] == pytest.approx(told["sem"], rel=RTOL)
        three = [at[name] for name in ("decision_accuracy", "decision_consistency", "decision_kappa")]
        assert three == pytest.approx(told["packaged"], rel=10 * PACKAGED)
    assert found["level_accuracy"].value == pytest.approx(case["level_accuracy"], rel=PACKAGED)
    assert found["level_consistency"].value == pytest.approx(case["level_consistency"], rel=3 * PACKAGED)


def test_two_parameters_where_four_lie_outside_the_scale() -> None:
    methods = {case["of"]: of(case)[0].method for case in KNOWN["cases"]}
    assert "four parameters" in methods["four"]
    assert "two parameters" in methods["wide"]


def test_a_truth_that_was_put_in_is_found() -> None:
    """A million people by 20 equal questions, of whom 4,000 are seen once; their sampling error is about .01."""
    truth = KNOWN["truth"]
    told = {"reliability": truth["reliability"], "lowest": 0, "highest": truth["questions"]}
    found = decision({"score": truth["scores"]}, "score", cuts=[truth["cut"]], **told)
    assert found["effective_length"].value == pytest.approx(truth["questions"], rel=0.05)
    for name, key in (("decision_accuracy", "accuracy"), ("decision_consistency", "consistency")):
        assert found[name].value == pytest.approx(truth[key], abs=0.02)
    assert found["wrongly_above"].value == pytest.approx(truth["wrongly_above"], abs=0.02)


@pytest.mark.parametrize(
    ("scores", "reliability", "why"),
    [
        ([3.0], 0.8, "1 forms have a score"),
        ([3.0, 3.0, 3.0], 0.8, "every score is the same"),
        ([0.0, 20.0] * 5, 0.5, "worth less than two questions"),
        ([9.0, 10.0, 10.0, 11.0], 0.1, "true scores on this scale"),
    ],
)
def test_degenerate_scores_have_a_defined_answer(scores: list[float], reliability: float, why: str) -> None:
    found = decision({"score": scores}, "score", cuts=[8, 12], reliability=reliability, lowest=0, highest=20)
    assert len(found) == 15
    for estimate in found:
        assert estimate.value is None
        assert why in estimate.why


def test_scores_that_hardly_differ_on_a_long_scale_have_a_reason() -> None:
    """A length of 4 10⁹ questions gave NaN."""
    scores = {"score": [1e-9, 2e-9, 3e-9, 2e-9]}
    for estimate in decision(scores, "score", cuts=[1], reliability=0.8, lowest=0, highest=2):
        assert "differ so little on this scale" in (estimate.why or "")


def test_forms_without_a_score_are_counted_in_the_method() -> None:
    scores = {"score": [None, 2, 3, 5, 5, 7, 8, 9, 11, 12, 14, 15, 19, None]}
    found = decision(scores, "score", cuts=[10], reliability=0.85, lowest=0, highest=27)
    assert all(e.n == 12 and e.method.endswith("; 2 forms without a score left out") for e in found)


def test_a_cut_off_that_nobody_reaches_has_no_kappa() -> None:
    scores = {"score": [0.0, 0, 1, 1, 2, 2, 3, 3, 2, 1]}
    found = decision(scores, "score", cuts=[60], reliability=0.5, lowest=0, highest=60)
    assert "next to nobody" in found["decision_kappa"].why
    assert found["decision_accuracy"].value == pytest.approx(1)


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"reliability": 1.0}, "between 0 and 1"),
        ({"cuts": []}, "lowest score of each level"),
        ({"cuts": [12, 8]}, "lowest score of each level"),
        ({"cuts": [0]}, "lowest score of each level"),
        ({"highest": 0}, "to a higher score"),
        ({"highest": 8}, "outside 0 to 8"),
    ],
)
def test_what_cannot_be_meant(more: dict[str, Any], match: str) -> None:
    told: dict[str, Any] = {"cuts": [8], "reliability": 0.8, "lowest": 0, "highest": 20, **more}
    with pytest.raises(UsageError, match=match):
        decision({"score": [1.0, 5.0, 9.0]}, "score", **told)
    with pytest.raises(UsageError, match="not numbers"):
        decision({"score": ["a", "b"]}, "score", cuts=[8], reliability=0.8, lowest=0, highest=20)
