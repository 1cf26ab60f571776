"""Items that work differently in another group: equal to R, and a defined answer where nothing can be said."""

import math

import numpy as np
import pytest

from risico.dif import NAMES, SEPARATED, STILL, dif
from risico.errors import UsageError
from risico.numbers.calibration import logistic
from risico.numbers.mantel_haenszel import common_odds_ratio
from risico.numbers.ordinal_logit import proportional_odds
from stored import stored, table

R = stored("dif")
PAIRS = {"dif_r2": "r2", "dif_p": "p", "dif_uniform_p": "uniform_p", "dif_nonuniform_p": "nonuniform_p"}


@pytest.mark.parametrize("case", ["yes_no", "ordered", "three"])
def test_logistic_dif_equals_r(case: str) -> None:
    found = dif(table(R[case]["forms"]), "group")
    for item, expected in R[case]["items"].items():
        for ours, theirs in PAIRS.items():
            assert found.where(item=item)[ours].value == pytest.approx(expected[theirs], rel=1e-7), (item, ours)


def test_holm_equals_r() -> None:
    found = dif(table(R["ordered"]["forms"]), "group")
    p = {item: expected["p"] for item, expected in R["ordered"]["items"].items()}
    worst = 0.0
    for rank, item in enumerate(sorted(p, key=lambda item: p[item])):
        worst = max(worst, min(1.0, (len(p) - rank) * p[item]))
        assert found.where(item=item)["dif_p_holm"].value == pytest.approx(worst, rel=1e-7)


def test_mantel_haenszel_equals_r() -> None:
    found = dif(table(R["yes_no"]["forms"]), "group")
    for item, expected in R["yes_no"]["items"].items():
        odds = found.where(item=item)["dif_odds_ratio"]
        assert (odds.value, odds.low, odds.high) == pytest.approx(
            tuple(expected["mh"][key] for key in ("odds_ratio", "low", "high")), rel=1e-10
        )
        assert found.where(item=item)["dif_odds_ratio_p"].value == pytest.approx(expected["mh"]["p"], rel=1e-10)


def test_a_difference_smaller_than_the_correction_is_not_corrected_as_in_r() -> None:
    found = common_odds_ratio(tables=np.array(R["near"]["tables"], dtype=float))
    assert found.odds_ratio == pytest.approx(R["near"]["odds_ratio"], rel=1e-12)
    assert found.p == pytest.approx(R["near"]["p"], rel=1e-10)
    assert found.p < 1


def test_an_item_made_harder_for_one_group_is_found() -> None:
    """The second item of the stored forms was drawn with a shift."""
    found = dif(table(R["ordered"]["forms"]), "group")
    p = {item: found.where(item=item)["dif_p_holm"].value for item in R["ordered"]["items"]}
    assert p["i2"] is not None
    assert p["i2"] < 0.01


def test_two_levels_are_ordinary_logistic_regression() -> None:
    rng = np.random.default_rng(3)
    X, y, c = rng.normal(size=(60, 2)), rng.integers(0, 2, 60), rng.integers(1, 4, 60).astype(float)
    ordered = proportional_odds(X=X, y=y, c=c)
    plain = logistic(X=np.column_stack([np.ones(60), X]), events=c * y, trials=c, offset=np.zeros(60))
    assert ordered.converged
    assert np.allclose([-ordered.thresholds[0], *ordered.slopes], plain.coefficients, rtol=1e-8)


def test_one_stratum_is_the_odds_ratio_of_its_table() -> None:
    found = common_odds_ratio(tables=np.array([[[12.0, 5.0], [3.0, 9.0]], [[1.0, 0.0], [0.0, 0.0]]]))
    assert found.odds_ratio == pytest.approx(12 * 9 / (5 * 3))
    assert found.log_se == pytest.approx(math.sqrt(1 / 12 + 1 / 5 + 1 / 3 + 1 / 9))


def yes(n: int = 120) -> dict[str, list[object]]:
    rng = np.random.default_rng(1)
    return {f"i{i}": [float(x) for x in rng.integers(0, 2, n)] for i in range(3)} | {"sex": ["f", "m"] * (n // 2)}


def test_what_cannot_be_said_has_a_reason() -> None:
    forms = yes()
    still = dif({**forms, "i1": [1.0] * 120}, "sex").where(item="i1")
    assert [e.why for e in still] == [STILL] * len(NAMES)
    alone = dif({**forms, "sex": ["f"] * 120}, "sex")
    assert {e.why for e in alone} == {"there is one group, and two are needed to compare"}
    told = {"a": [0.0, 1.0] * 60, "b": [0.0, 1.0] * 60, "sex": ["f", "m"] * 60}
    assert {e.why for e in dif(told, "sex") if e.name == "dif_r2"} == {SEPARATED}
    three = dif({**forms, "i0": [float(i % 3) for i in range(120)]}, "sex").where(item="i0")
    assert "two levels" in str(three["dif_odds_ratio"].why)


def test_blanks_are_left_out_and_counted() -> None:
    forms = yes()
    forms["i0"][3], forms["sex"][7] = None, None
    found = dif(forms, "sex")
    assert {e.n for e in found} == {118}
    assert "2 forms with a blank left out" in found[0].method


def test_groups_with_long_numbers_are_not_taken_together() -> None:
    """Six digits made one group of two regions."""
    rng = np.random.default_rng(3)
    answers = {f"i{k}": column for k, column in enumerate((rng.random((200, 3)) > 0.5).astype(float).T)}
    named, numbered = (
        dif({**answers, "group": np.tile(pair, 100)}, "group") for pair in (["a", "b"], [1234567, 1234568])
    )
    assert [e.value for e in named] == [e.value for e in numbered]
    assert named[0].value is not None


def test_few_forms_are_said() -> None:
    pair = [{e.why for e in dif(yes(n), "sex") if e.value is not None and e.name == "dif_r2"} for n in (98, 100)]
    assert "fewer than 50" in str(pair[0])
    assert pair[1] == {None}


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(UsageError, match="at least two items"):
        dif(yes(), "sex", ["i0"])
    with pytest.raises(UsageError, match="no column 'age'"):
        dif(yes(), "age")
    with pytest.raises(UsageError, match="words"):
        dif({**yes(), "i1": ["a", "b"] * 60}, "sex")
