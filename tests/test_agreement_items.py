"""Agreement per level and per item: against R, and against the ratings laid side by side."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from risico.errors import IllegalAnswers, UsageError
from risico.reliability import agreement, agreement_by_item, agreement_by_level
from risico.tally import ratings
from stored import stored, table

CASES, LEVELS = 60, ["0", "1", "2", "3"]


def forms(seed: int = 2) -> pl.DataFrame:
    """Forms of the GAD-2: every case is seen by two or three of five raters; some answers are blank."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "case": f"c{case}",
            "rater": f"r{rater}",
            **{f"gad2_{i}": int(np.clip(case % 4 + rng.integers(-1, 2), 0, 3)) for i in (1, 2)},
        }
        for case in range(CASES)
        for rater in rng.choice(5, 2 + case % 2, replace=False)
    ]
    rows[3]["gad2_2"] = None
    return pl.DataFrame(rows)


# per level -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["twelve", "gaps", "complete"])
def test_a_level_is_that_of_a_walk_over_the_pairs(data: str) -> None:
    case = stored("agreement_weighted")[data]
    found = agreement_by_level(table(case["ratings"]), levels=case["levels"])
    assert [e.by["level"] for e in found] == [str(level) for level in case["levels"]]
    for e, r in zip(found, case["specific"], strict=True):
        assert (e.value, e.low, e.high, e.n) == pytest.approx((r["value"], r["low"], r["high"], r["n"]), rel=1e-8)
        if e.value < 1:
            assert e.se == pytest.approx(r["se"], rel=1e-10)


@pytest.mark.parametrize(
    ("rows", "level", "value", "why"),
    [
        ({"a": ["x", "y"], "b": ["x", "y"]}, "z", None, "no unit with two ratings has this level"),
        ({"a": ["x", "y"], "b": ["y", "x"]}, "x", 0.0, None),
        ({"a": ["x", "x"], "b": ["x", "x"], "c": ["y", "y"]}, "x", 0.5, "to the same extent"),
        ({"a": ["x"], "b": ["x"], "c": ["y"]}, "x", 0.5, "one unit"),
        ({"a": ["x", "x"], "b": [None, None]}, "x", None, "no unit with two ratings"),
    ],
)
def test_a_level_always_has_an_answer(rows: Any, level: str, value: float | None, why: str | None) -> None:
    e = agreement_by_level(rows, levels=["x", "y", "z"]).where(level=level)["specific_agreement"]
    assert e.value == value
    assert (why in e.why) if why else e.low is not None


# per item ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [pl.DataFrame, pl.DataFrame.lazy, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_an_item_is_its_ratings_side_by_side(engine: Any) -> None:
    found = agreement_by_item(engine(forms()), "gad2", unit=["case"], position=None)
    for item in ("1", "2"):
        wide = ratings(forms(), f"gad2_{item}", unit=["case"])
        one, own = agreement(wide, scale="ordinal", levels=[0, 1, 2, 3]), found.where(item=item)
        for name in ("gwet_ac2_ordinal", "percent_agreement"):
            e, expected = own[name], one[name]
            assert (e.value, e.se, e.low, e.n) == pytest.approx((expected.value, expected.se, expected.low, expected.n))
            assert (e.method, e.source) == (expected.method, expected.source)
        levels = agreement_by_level(wide, levels=[0, 1, 2, 3])
        assert [e.value for e in own if e.name == "specific_agreement"] == pytest.approx([e.value for e in levels])
        assert [e.by["level"] for e in own if "level" in e.by] == LEVELS


def test_the_level_that_comes_out_has_agreement_of_its_own() -> None:
    scored = forms().with_columns(high=(pl.col("gad2_1") + pl.col("gad2_2") >= 3))
    found = agreement_by_item(forms(), "gad2", unit=["case"], position=None).where(result="positive_3")
    expected = agreement(ratings(scored, "high", unit=["case"]))
    assert found["gwet_ac1"].value == pytest.approx(expected["gwet_ac1"].value)
    assert [e.by["level"] for e in found if "level" in e.by] == ["false", "true"]


def test_bands_keep_their_order_and_decisions_have_none() -> None:
    rng = np.random.default_rng(1)
    many = pl.DataFrame(
        {"case": np.repeat(np.arange(30), 2), "rater": ["x", "y"] * 30}
        | {f"phq9_{i}": rng.integers(0, 4, 60) for i in range(1, 11)}
    )
    found = agreement_by_item(many, "phq9", unit=["case"], position=None).where(result="band")
    assert found[0].name == "gwet_ac2_ordinal"
    assert [e.by["level"] for e in found if "level" in e.by] == [
        "none_minimal", "mild", "moderate", "moderately_severe", "severe",
    ]  # fmt: skip


def test_a_judgement_is_rated_on_the_levels_of_its_item() -> None:
    judged = pl.DataFrame(
        {"case": [1, 1, 2, 2], "rater": ["x", "y"] * 2, "bsafer_case_prioritisation": ["low", "low", "low", "high"]}
    )
    with pytest.warns(match="not in the forms"):
        found = agreement_by_item(judged, "bsafer", unit=["case"], position=None).where(result="band")
    assert found["percent_agreement"].value == 0.5
    assert found[0].name == "gwet_ac2_ordinal"
    assert [e.by["level"] for e in found if "level" in e.by] == ["low", "moderate", "high"]


def test_codes_in_the_same_words_are_one_level() -> None:
    rated = pl.DataFrame({"case": [1, 1, 2, 2], "rater": ["x", "y"] * 2, "bsafer_1_current": ["N", "0", "Y", "1"]})
    with pytest.warns(match="not in the forms"):
        found = agreement_by_item(rated, "bsafer", unit=["case"], position=None).where(item="1_current")
    assert found["percent_agreement"].value == 0.5
    assert [e.by["level"] for e in found if "level" in e.by] == ["N", "P", "Y"]


@pytest.mark.parametrize(
    ("instrument", "item", "ordered"),
    [("gad2", "1", True), ("cts2", "1", False), ("pvs", "2", False), ("arij", "official_level", True)],
)
def test_an_order_is_that_of_the_file(instrument: str, item: str, ordered: bool) -> None:
    """CTS2 has a code for what happened before the past year; a PVS item can be not applicable."""
    from risico.instrument import load
    from risico.reliability.items import _items

    found = {column.by["item"]: column.scale for column in _items(load(instrument))}
    assert (found[item] == "ordinal") is ordered


def test_points_that_turn_back_give_no_order() -> None:
    from risico.instrument import load
    from risico.reliability.items import _items

    it = load("gad2")
    for points, scale in (({0: 0, 1: 0, 2: 1, 3: 1}, "ordinal"), ({0: 0, 1: 2, 2: 1, 3: 3}, "nominal")):
        answers = {name: one.model_copy(update={"points": points}) for name, one in it.answers.items()}
        found = {column.scale for column in _items(it.model_copy(update={"answers": answers}))}
        assert found == {scale}


def test_a_measured_value_is_no_level() -> None:
    from risico.instrument import load

    it = load("ors")
    lines = pl.DataFrame({"case": [1, 1], "rater": ["x", "y"]} | {column: [3.5, 4.0] for column in it.columns()})
    found = agreement_by_item(lines, "ors", unit=["case"], position=None).where(item="1")
    assert "a measured value" in found[0].why


def test_forms_of_other_instruments_are_no_second_rating() -> None:
    other = forms().select("case", "rater").with_columns(phq2_1=pl.lit(1))
    both = pl.concat([forms(), other], how="diagonal")
    assert agreement_by_item(both, "gad2", unit=["case"], position=None) == agreement_by_item(
        forms(), "gad2", unit=["case"], position=None
    )


def test_what_is_unclear_is_refused() -> None:
    with pytest.raises(UsageError, match="more than one rating of the same unit"):
        agreement_by_item(pl.concat([forms(), forms(3)]), "gad2", unit=["case"], position=None)
    blank = forms().with_columns(rater=pl.when(pl.int_range(pl.len()) > 0).then("rater"))
    with pytest.raises(UsageError, match="1 values are blank in the columns case, rater"):
        agreement_by_item(blank, "gad2", unit=["case"], position=None)
    with pytest.raises(UsageError, match="no column 'cas'"):
        agreement_by_item(forms(), "gad2", unit=["cas"], position=None)
    with pytest.raises(UsageError, match="`unit` names the columns"):
        agreement_by_item(forms(), "gad2", unit=[], position=None)
    with pytest.raises(UsageError, match="Forms are a frame"):
        agreement_by_item(3, "gad2", unit=["case"], position=None)
    with pytest.raises(IllegalAnswers):
        agreement_by_item(forms().with_columns(gad2_1=pl.lit(7)), "gad2", unit=["case"], position=None)


def test_pandas_keys_of_any_kind() -> None:
    frame = pd.DataFrame(forms().to_pandas()).assign(
        moment=pd.Timestamp("2026-01-01"), case=lambda f: f["case"].str[1:]
    )
    frame["case"] = frame["case"].astype(int)
    found = agreement_by_item(frame, "gad2", unit=["case", "moment"], position=None)
    assert [e.value for e in found] == [
        e.value for e in agreement_by_item(forms(), "gad2", unit=["case"], position=None)
    ]
