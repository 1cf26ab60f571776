"""The checks of the profile rule against the rule typed anew in R, and what they must never do."""

import numpy as np
import polars as pl
import pytest

from risico.errors import UsageError
from risico.profiles import load, profile
from risico.profiles.checks import ONE_GROUP, checks, profile_shares
from stored import stored, table

R = stored("profile_checks")
CODES = table(R["codes"])
FORMS = pl.DataFrame({f"gezinsprofiel_{name}": CODES[name] for name in load().asked})
SOURCES = {"partner": ["t1", "t2", "t4", "t5", "t8"]}
FOUND = checks(FORMS, sources=SOURCES, draws=20, seed=3)
NAMES = {"label": "label_changed", "primary": "primary_changed", "safety": "safety_lost"}


def test_r_and_python_read_the_rule_alike() -> None:
    assert profile(FORMS)["gezinsprofiel_label"].to_list() == R["label"]


@pytest.mark.parametrize("check", R["checks"])
def test_each_check_is_that_of_r(check: str) -> None:
    found, told = FOUND.where(check=check), R["checks"][check]
    for key, name in NAMES.items():
        one = found[name]
        assert (one.value, one.low, one.high) == pytest.approx(
            (told[key]["value"], told[key]["low"], told[key]["high"]), abs=1e-10
        )
        assert one.n == told[key]["n"]
    assert {e.by["move"]: e.value for e in found if e.name == "label_moved"} == told["moved"]


@pytest.mark.parametrize("case", R["weight"])
def test_one_weight_alone_is_that_of_r(case: str) -> None:
    told = R["weight"][case]
    found = FOUND.where(indicator=told["indicator"], side=told["side"])["weight_changed"]
    assert (found.value, found.low, found.high) == pytest.approx((told["value"], told["low"], told["high"]), abs=1e-10)


def test_groups_are_those_of_r() -> None:
    found = profile_shares(FORMS, R["group"], "region")
    for region, labels in R["share"].items():
        for label, told in labels.items():
            one = found.where(region=region, label=label)["profile_share"]
            assert (one.value, one.low, one.high, one.n) == pytest.approx(
                (told["value"], told["low"], told["high"], told["n"]), abs=1e-10
            )
        mean = R["open"][region]
        one = next(e for e in found.where(region=region) if e.name == "indicators_open")
        assert (one.value, one.se) == pytest.approx((mean["value"], mean["se"]))
    assert found["labels_differ_p"].value == pytest.approx(R["p"], rel=1e-9)


def test_the_draws_have_a_seed_and_stay_within_what_they_can_do() -> None:
    again = checks(FORMS, draws=20, seed=3).where(check="weights_random")
    assert again == FOUND.where(check="weights_random")
    assert again != checks(FORMS, draws=20, seed=4).where(check="weights_random")
    one = again["label_changed"]
    assert one.low is not None
    assert one.high is not None
    assert one.value is not None
    assert 0 <= one.low <= one.value <= one.high <= 1


def test_a_draw_is_the_rule_with_those_weights() -> None:
    """One draw, by hand: the same random factors in a rule of its own."""
    rule = load()
    rng = np.random.default_rng(3)
    counted = [name for name, one in rule.indicators.items() if one.weight]
    factor = dict(zip(counted, rng.uniform(0.75, 1.25, len(counted)), strict=True))
    told = rule.model_dump(mode="python", by_alias=True, exclude_unset=True)
    for name in counted:
        told["indicators"][name]["weight"] *= factor[name]
    other = type(rule).model_validate(told)
    moved = (profile(FORMS, other)["gezinsprofiel_label"] != profile(FORMS)["gezinsprofiel_label"]).mean()
    assert checks(FORMS, draws=1, seed=3).where(check="weights_random")["label_changed"].value == pytest.approx(moved)


def test_a_gate_that_is_off_counts_as_met_and_only_then() -> None:
    open_core = pl.DataFrame({c: [None if c.endswith(("_l1", "_l2")) else 0] for c in FORMS.columns})
    found = checks(open_core, draws=1).where(check="gates_off")
    assert found["label_changed"].value == 0
    assert load().decision.gates


def test_forms_without_any_indicator_are_no_families() -> None:
    empty = pl.DataFrame({name: [None, None] for name in FORMS.columns})
    (alone,) = checks(empty)
    assert (alone.value, alone.n) == (None, 0)
    both = pl.concat([FORMS, empty], how="vertical_relaxed")
    assert checks(both, draws=1).where(check="gates_off")["label_changed"].n == len(FORMS)


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(UsageError, match="the rule asks no indicator 't99'"):
        checks(FORMS, sources={"x": ["t99"]})
    with pytest.raises(UsageError, match="values for"):
        profile_shares(FORMS, ["a"], "region")


def test_one_group_tests_nothing() -> None:
    assert profile_shares(FORMS, ["a"] * len(FORMS), "region")["labels_differ_p"].why == ONE_GROUP
