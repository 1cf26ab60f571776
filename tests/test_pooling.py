"""Effects taken together: equal to metafor and clubSandwich, and a defined answer where nothing can be said."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from risico.errors import UsageError
from risico.estimate import Estimate
from risico.pooling import pooled
from risico.pooling.effects import ALONE, NARROW, NONE, SEVERAL
from stored import stored

R = stored("pooling")


def errors(v: list[float]) -> list[float]:
    return [part**0.5 for part in v]


@pytest.mark.parametrize("case", ["twelve", "four"])
def test_random_effects_equal_metafor(case: str) -> None:
    expected = R[case]["REML"]
    found = pooled(R[case]["y"], errors(R[case]["v"]))
    effect, prediction, tau2 = found["pooled_effect"], found["prediction"], found["pooled_tau2"]
    assert (effect.value, effect.se, effect.low, effect.high) == pytest.approx(
        tuple(expected[key] for key in ("mean", "se", "low", "high")), rel=1e-8
    )
    assert (prediction.low, prediction.high) == pytest.approx((expected["pi_low"], expected["pi_high"]), rel=1e-8)
    assert tau2.value == pytest.approx(expected["tau2"], rel=1e-8)
    assert (tau2.low, tau2.high) == pytest.approx((expected["tau2_low"], expected["tau2_high"]), rel=1e-5)
    for name, key in (("pooled_i2", "i2"), ("pooled_q", "q"), ("pooled_q_p", "q_p")):
        assert found[name].value == pytest.approx(expected[key], rel=1e-8)


@pytest.mark.parametrize("case", ["twelve", "four"])
def test_paule_mandel_equals_metafor(case: str) -> None:
    expected = R[case]["PM"]
    found = pooled(R[case]["y"], errors(R[case]["v"]))
    effect = found["pooled_effect_paule_mandel"]
    assert (effect.value, effect.se) == pytest.approx((expected["mean"], expected["se"]), rel=1e-8)
    assert found["pooled_tau2_paule_mandel"].value == pytest.approx(expected["tau2"], rel=1e-8)


def test_leaving_one_out_equals_metafor() -> None:
    found = [e for e in pooled(R["twelve"]["y"], errors(R["twelve"]["v"])) if e.name == "pooled_effect_without"]
    assert [e.value for e in found] == pytest.approx(R["twelve"]["without"], rel=1e-7)


def test_three_levels_equal_metafor_and_clubsandwich() -> None:
    case = R["three"]
    found = pooled(case["y"], errors(case["v"]), study=[f"s{name}" for name in case["study"]])
    effect, expected = found["pooled_effect_three_level"], case["found"]
    assert (effect.value, effect.se) == pytest.approx((expected["mean"], expected["robust_se"]), rel=1e-6)
    assert found["pooled_tau2_between"].value == pytest.approx(expected["between"], rel=1e-5)
    assert found["pooled_tau2_within"].value == pytest.approx(expected["within"], rel=1e-5)
    assert f"{expected['df']:.1f} degrees" in effect.method
    assert SEVERAL in str(found["pooled_effect"].why)


def test_the_published_three_level_example(real_data: Callable[[str], Path]) -> None:
    """Assink & Wibbelink (2016): 0.427, variances .188 between and .112 within studies."""
    with (real_data("meta-assink2016") / "assink2016.csv").open() as file:
        rows = list(csv.DictReader(file))
    found = pooled(
        [float(row["yi"]) for row in rows],
        [float(row["vi"]) ** 0.5 for row in rows],
        study=[row["study"] for row in rows],
    )
    values = [found[name].value for name in ("pooled_effect_three_level", "pooled_tau2_between", "pooled_tau2_within")]
    assert [round(value or 0, 3) for value in values] == [0.427, 0.188, 0.112]
    assert values == pytest.approx([0.42680, 0.18787, 0.11199], abs=6e-6)
    naive, right = found["pooled_effect"].se, found["pooled_effect_three_level"].se
    assert naive is not None
    assert right is not None
    assert naive < 0.65 * right


def test_estimates_go_in_as_they_are() -> None:
    regions = [Estimate(name="itt", value=y, se=0.1, n=50) for y in (0.2, 0.3, 0.1)]
    gone = Estimate(name="itt", why="no family had an outcome")
    found = pooled([*regions, gone], study=["noord", "oost", "west", "zuid"])
    assert found["pooled_effect"].value == pytest.approx(0.2)
    assert "1 without a number left out" in found["pooled_effect"].method
    assert [e.by["without"] for e in found if e.name == "pooled_effect_without"] == ["noord", "oost", "west"]


def test_what_cannot_be_said_has_a_reason() -> None:
    assert {e.why for e in pooled([0.2], [0.1])} == {ALONE}
    assert {e.why for e in pooled([], [])} == {NONE}
    two = pooled([0.2, 0.4], [0.1, 0.1])
    assert two["prediction"].why == "two effects do not say where a third would lie"
    assert NARROW in str(pooled([0.3] * 6, [0.2] * 6)["pooled_effect"].why)
    assert pooled([0.1, 0.9, 0.5, 1.4, 0.2], [0.1] * 5)["pooled_effect"].why is None
    inside = pooled([0.1, 0.2, 0.3], [0.1] * 3, study=["a", "a", "a"])
    assert inside["pooled_effect_three_level"].why == "all effects come from one study"


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(UsageError, match="standard error above 0"):
        pooled([0.1, 0.2], [0.1, 0.0])
    with pytest.raises(UsageError, match="standard error above 0"):
        pooled([Estimate(name="att", value=0.1, n=9), Estimate(name="att", value=0.2, se=0.1, n=9)])
    with pytest.raises(UsageError, match="3 names for 2 effects"):
        pooled([0.1, 0.2], [0.1, 0.1], study=["a", "b", "c"])
