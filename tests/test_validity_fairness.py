"""The fairness sheet against prop.test, glm and Chouldechova's formula; the script is tests/reference/fairness.R."""

from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.validity import fairness
from stored import stored

RTOL = 1e-9  # closed forms; for logistic regression 1e-6, as glm takes its error one step before its estimate
CHOICE = {"nl": "gelijke gevoeligheid, want gemist is erger", "en": "equal sensitivity: a miss is worse"}


def rows() -> dict[str, Any]:
    r = stored("fairness")
    return {"score": r["score"], "again": r["outcome"], "risk": r["risk"], "team": r["group"]}


def sheet(**more: Any) -> Any:
    return fairness(rows(), "score", "again", "team", at_least=4, probability="risk", **more)


@pytest.mark.parametrize("group", ["a", "b", "c"])
def test_each_group_equals_r_at_bonferronis_level(group: str) -> None:
    found = sheet().where(group=group)
    for name, want in stored("fairness")["groups"][group].items():
        e = found[name]
        near = 1e-6 if name.startswith("calibration") else RTOL
        for key, value in want.items():
            assert getattr(e, key) == pytest.approx(value, rel=near), (name, key)
    assert "simultaneous over 3 groups (Bonferroni)" in found["ppv"].method
    assert found["ppv"].confidence == 0.95


def test_tests_of_equality_equal_prop_test() -> None:
    found, r = sheet(), stored("fairness")
    assert {e.by["of"]: e.value for e in found if e.name == "equal_p"} == pytest.approx(r["equal_p"], rel=RTOL)
    assert found["base_rate_gap"].value == pytest.approx(r["base_rate_gap"], rel=RTOL)


def test_a_conflict_is_said_and_the_choice_travels() -> None:
    without, with_it = sheet()["base_rate_gap"], sheet(choice=CHOICE)["base_rate_gap"]
    assert "cannot both be had; choose, and say why" in without.why
    assert with_it.why.endswith("a choice was made")
    assert all(text in with_it.method for text in CHOICE.values())


def test_wishes_that_are_kept_ask_for_other_error_rates_where_base_rates_differ() -> None:
    """With its own predictive value and sensitivity a group needs its own false-positive rate, to the last digit."""
    found = sheet().where(group="a")
    p, ppv, se, sp = (found[name].value for name in ("base_rate", "ppv", "sensitivity", "specificity"))
    assert p / (1 - p) * (1 - ppv) / ppv * se == pytest.approx(1 - sp, rel=1e-12)
    needed = [e.value for e in sheet() if e.name == "false_positive_rate_if_equal"]
    assert max(needed) > 1.2 * min(needed)


def test_a_group_of_few_outcomes_has_a_reason_and_is_in_no_test() -> None:
    data = rows()
    few = {
        "score": [*data["score"], *[5] * 30],
        "again": [*data["again"], *[1] * 9, *[0] * 21],
        "team": [*data["team"], *["d"] * 30],
    }
    found = fairness(few, "score", "again", "team", at_least=4)
    assert {e.why for e in found.where(group="d")} == {
        "fewer than 10 forms with, or without, the outcome in this group"
    }
    assert "simultaneous over 3 groups" in found.where(group="a")["ppv"].method
    assert found["base_rate_gap"].value == pytest.approx(stored("fairness")["base_rate_gap"], rel=RTOL)


def made(four: dict[str, tuple[int, int, int, int]]) -> dict[str, list[Any]]:
    """Forms of groups by hits, false alarms, misses and forms rightly left alone."""
    cells = [
        (g, s, y, n) for g, ns in four.items() for (s, y), n in zip([(9, 1), (9, 0), (1, 1), (1, 0)], ns, strict=True)
    ]
    return {key: [cell[i] for cell in cells for _ in range(cell[3])] for i, key in enumerate(("g", "s", "y"))}


@pytest.mark.parametrize(
    ("four", "name", "why"),
    [
        ({"a": (10, 0, 0, 10), "b": (20, 0, 0, 10)}, "base_rate_gap", "nothing conflicts"),
        ({"a": (10, 5, 5, 10), "b": (11, 5, 5, 11)}, "base_rate_gap", "not shown to differ"),
        ({"a": (10, 5, 5, 10)}, "base_rate_gap", "fewer than two groups"),
        ({"a": (3, 5, 5, 10)}, "equal_p", "fewer than two groups"),
        ({"a": (10, 0, 0, 10), "b": (20, 0, 0, 10)}, "equal_p", "0, or 1, in every group"),
        ({"a": (0, 0, 12, 12), "b": (5, 5, 10, 10)}, "equal_p", "no form to take this share of"),
        ({"a": (1, 1, 12, 12), "b": (1, 1, 10, 10)}, "equal_p", "the test is rough"),
        (
            {"a": (0, 2, 12, 12), "b": (0, 2, 10, 10)},
            "false_positive_rate_if_equal",
            "no form with the outcome is positive",
        ),
        ({"a": (95, 10, 5, 0), "b": (10, 90, 1, 0)}, "false_positive_rate_if_equal", "cannot be those of all groups"),
    ],
)
def test_degenerate_groups_have_a_reason(four: Any, name: str, why: str) -> None:
    found = fairness(made(four), "s", "y", "g", at_least=5)
    assert any(e.why and why in e.why for e in found if e.name == name)


def test_calls_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(UsageError, match="reasoned text by language"):
        sheet(choice={"nl": "  "})
    with pytest.raises(UsageError, match="between 0 and 1"):
        fairness(rows(), "score", "again", "team", at_least=4, probability="score")
    with pytest.raises(UsageError, match="Give one cut-off"):
        fairness(rows(), "score", "again", "team")


def test_groups_can_be_numbers() -> None:
    data = rows() | {"team": np.array([{"a": 1.0, "b": 2.5, "c": 3.0}[g] for g in rows()["team"]])}
    assert [e.by["group"] for e in fairness(data, "score", "again", "team", at_least=4) if e.name == "npv"] == [
        "1",
        "2.5",
        "3",
    ]


def test_groups_with_long_numbers_keep_their_own_names() -> None:
    forms = {"s": [1, 2] * 40, "y": [0, 1, 1, 0] * 20, "g": [1234567] * 40 + [1234568] * 40}
    groups = {e.by["group"] for e in fairness(forms, "s", "y", "g", at_least=2) if "group" in e.by}
    assert groups == {"1234567", "1234568"}
