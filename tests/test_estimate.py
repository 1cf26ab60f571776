"""One number that says how it was made, or a reason why there is none; never NaN."""

from __future__ import annotations

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risico.estimate import COLUMNS, Estimate, Estimates

ALPHA = Estimate(
    name="alpha", value=0.88, low=0.86, high=0.9, confidence=0.95, n=796, method="Cronbach", source="Feldt"
)
NONE = Estimate(name="omega", why="the one-factor model did not converge")
ATT = Estimate(name="att", value=-1.5, n=80, by={"profile": "control", "outcome": "violence"})


@pytest.mark.parametrize("key", ["value", "low", "high", "se", "at"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(key: str, number: float) -> None:
    with pytest.raises(ValueError, match=f"Estimate alpha: {key} is"):
        Estimate(**{"name": "alpha", "value": 0.5, key: number})  # type: ignore[arg-type]


@pytest.mark.parametrize("why", [None, ""])
def test_no_value_without_a_reason(why: str | None) -> None:
    with pytest.raises(ValueError, match="without a value there must be a reason"):
        Estimate(name="alpha", why=why)


def test_zero_is_a_value() -> None:
    assert Estimate(name="difference", value=0.0).why is None


def test_it_is_frozen_all_through() -> None:
    with pytest.raises(FrozenInstanceError):
        ALPHA.value = 1.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        ATT.by["profile"] = "other"  # type: ignore[index]
    told = {"profile": "control"}
    made = Estimate(name="att", value=1.0, by=told)
    told["profile"] = "other"
    assert made.by["profile"] == "control"


def test_it_takes_keywords_only() -> None:
    with pytest.raises(TypeError):
        Estimate("alpha", 0.5)  # type: ignore[misc]


@pytest.mark.parametrize("estimate", [ALPHA, NONE, ATT])
def test_it_travels(estimate: Estimate) -> None:
    for back in (pickle.loads(pickle.dumps(estimate)), copy.deepcopy(estimate), replace(estimate)):
        assert back == estimate
        assert list(back.by.items()) == list(estimate.by.items())
        with pytest.raises(TypeError):
            back.by["x"] = "y"
    assert pickle.loads(pickle.dumps(Estimates([estimate]))) == Estimates([estimate])


def test_a_row_has_one_key_for_each_field_with_by_written_out_in_its_place() -> None:
    row = ATT.row()
    names = [field.name for field in fields(Estimate)]
    at = names.index("by")
    assert list(row) == [*names[:at], "profile", "outcome", *names[at + 1 :]]
    assert row["profile"] == "control"
    json.dumps(row, allow_nan=False)


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (ALPHA, "alpha 0.88 [0.86, 0.9], n = 796"),
        (NONE, "omega not estimable: the one-factor model did not converge"),
        (ATT, "att · control · violence -1.5, n = 80"),
        (Estimate(name="auc", value=0.7, why="few events"), "auc 0.7 (few events)"),
        (Estimate(name="big", value=123456.7), "big 1.235e+05"),
    ],
)
def test_it_shows_itself(estimate: Estimate, shown: str) -> None:
    assert repr(estimate) == shown


# several --------------------------------------------------------------------------------------------------------------


def test_several_are_a_tuple_and_join() -> None:
    both = Estimates([ALPHA]) + Estimates([NONE]) + [ATT]
    assert isinstance(both, Estimates)
    assert both == (ALPHA, NONE, ATT)
    assert isinstance(both[1:], Estimates)
    assert both[0] is ALPHA
    assert both[-1] is ATT
    assert len(Estimates()) == 0


def test_one_is_found_by_its_name_if_there_is_just_one() -> None:
    both = Estimates([ALPHA, NONE])
    assert both["omega"] is NONE
    with pytest.raises(KeyError, match="0 estimates are named 'kappa'; there are: alpha, omega"):
        both["kappa"]
    with pytest.raises(KeyError, match="2 estimates are named 'alpha'"):
        (both + both)["alpha"]


def test_where_keeps_what_holds_all_of_it() -> None:
    other = replace(ATT, by={"profile": "conflict", "outcome": "violence"})
    several = Estimates([ATT, other, ALPHA])
    assert several.where(profile="control") == (ATT,)
    assert several.where(outcome="violence") == (ATT, other)
    assert several.where(profile="control", outcome="fear") == ()
    assert several.where() == several


def test_rows_all_have_the_same_keys_ready_for_any_frame() -> None:
    rows = Estimates([ALPHA, ATT]).rows()
    assert set(rows[0]) == set(rows[1])
    assert rows[0]["profile"] is None
    import polars as pl

    frame = pl.DataFrame(rows)
    assert frame["profile"].to_list() == [None, "control"]
    assert frame["value"].to_list() == [0.88, -1.5]


def test_the_text_table() -> None:
    assert str(Estimates([ALPHA, NONE])).splitlines() == [
        "name   value  low   high  n    method    why",
        "alpha  0.88   0.86  0.9   796  Cronbach",
        "omega                                    the one-factor model did not converge",
    ]
    assert str(Estimates([ATT])).splitlines()[0].split() == [
        "name",
        "profile",
        "outcome",
        *COLUMNS[1:],
    ]
    curve = Estimates([Estimate(name="risk", value=0.1, at=5.0)])
    assert str(curve).splitlines()[0].split()[:3] == ["name", "at", "value"]
    assert str(Estimates()).split() == list(COLUMNS)


def test_the_html_table_is_plain_and_safe() -> None:
    nasty = Estimate(name="<script>alert(1)</script>", why="a & b")
    shown = Estimates([nasty])._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "a &amp; b" in shown
    assert shown.count('<th scope="col">') == 7
    assert shown.count("<tr>") == 2


names = st.sampled_from(["alpha", "auc", "att"])
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)
groups = st.dictionaries(st.sampled_from(["profile", "intervention", "outcome"]), st.text(max_size=5))


@given(st.lists(st.builds(Estimate, name=names, value=numbers, low=numbers, high=numbers, why=st.just("w"), by=groups)))
def test_nothing_is_lost_on_the_way_into_rows(many: list[Estimate]) -> None:
    several = Estimates(many)
    for estimate, row in zip(several, several.rows(), strict=True):
        assert all(row[key] == value for key, value in estimate.row().items())
        assert {key: value for key, value in row.items() if key not in estimate.row()} == dict.fromkeys(
            set(row) - set(estimate.row())
        )
    assert several + several == Estimates(many + many)
    shown: Any = several._repr_html_()
    assert shown.count("<tr>") == len(many) + 1
