"""What no way into scoring lets through: illegal answers, several answers in one cell, context that cannot be used."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from engines import ENGINES, make, rows
from risico.errors import IllegalAnswers, UsageError
from risico.exchange import read
from risico.instrument import load
from risico.scoring import check, codes, points, score, set_aside

ILLEGAL = {f"gad2_{i}": [0, 7, 1] for i in (1, 2)}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "way",
    [score, codes, lambda forms, it: points(forms, it, "total")],
    ids=["score", "codes", "points"],
)
def test_an_illegal_answer_is_refused_on_every_way_in(way: Any, engine: str) -> None:
    with pytest.raises(IllegalAnswers, match=r"gad2_1: 1 of 3 answers are no code of this item \(7\)"):
        way(make(engine, ILLEGAL), "gad2")


def test_a_form_that_contradicts_itself_has_no_points() -> None:
    it = load("da")
    form = {f"da_{item}": [0] for item in it.items} | {"da_3": [1], "da_3a": [1]}
    with pytest.raises(IllegalAnswers, match="contradict themselves"):
        points(pl.DataFrame(form), "da", "total")


@pytest.mark.parametrize("engine", ENGINES)
def test_codes_are_what_the_forms_say(engine: str) -> None:
    forms = {"ors_1": [1.0, None], "ors_2": ["2.5", ""], "age": ["12", None]}
    first, second = codes(make(engine, forms), "ors").rows(named=True)
    assert first == {"ors_1": 1, "ors_2": 2.5, "ors_3": None, "ors_4": None, "age": 12}
    assert set(second.values()) == {None}


SEVERAL = [[0, 1], np.array([0, 1]), np.array([1]), (1,), {"a": 1}]


@pytest.mark.parametrize("several", SEVERAL, ids=[type(each).__name__ + str(len(each)) for each in SEVERAL])
def test_several_answers_in_one_cell_are_no_answer(several: Any) -> None:
    forms = pd.DataFrame({"gad2_1": pd.Series([1, several], dtype=object), "gad2_2": [1, 1]})
    with pytest.raises(IllegalAnswers, match="gad2_1: 1 of 2"):
        score(forms, "gad2")
    good, bad = set_aside(forms, "gad2")
    assert (len(good), len(bad)) == (1, 1)


@pytest.mark.parametrize("column", [pl.List(pl.Int64), pl.Array(pl.Int64, 1), pl.Struct({"a": pl.Int64}), pl.Object])
def test_a_column_of_lists_is_no_column_of_answers(column: Any) -> None:
    cell = {"a": 1} if column == pl.Struct({"a": pl.Int64}) else [1]
    forms = pl.DataFrame({"gad2_1": pl.Series([cell, None], dtype=column), "gad2_2": [1, 1]})
    assert check(forms, "gad2").columns[0].illegal == 1
    with pytest.raises(IllegalAnswers):
        score(forms, "gad2")


# context ------------------------------------------------------------------------------------------------------------

ORS = {f"ors_{i}": [7.5] * 5 for i in range(1, 5)}
"""A total of 30: below the cut-off of a child, not of an adult."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("ages", [[8, None, 40, 17, 8], ["8", "", "40", "17", "8.0"], [8.0, float("nan"), 40, 17, 8]])
def test_a_number_context_is_read_as_an_answer_is(ages: list[Any], engine: str) -> None:
    scored = rows(score(make(engine, ORS | {"age": ages}), "ors"))
    assert [row["ors_below_cutoff"] for row in scored] == [True, None, False, False, True]


@pytest.mark.parametrize("engine", ENGINES)
def test_context_that_cannot_be_used_is_refused_and_never_guessed(engine: str) -> None:
    forms = make(engine, ORS | {"age": [" 8 ", "acht", "300", None, "8"]})
    with pytest.raises(IllegalAnswers, match=r"age: 3 of 5 forms .* it takes 6 to 120, or a blank") as refused:
        score(forms, "ors")
    assert "acht" not in str(refused.value)
    (column,) = check(forms, "ors").context
    assert (column.name, column.filled, column.blank, column.illegal) == ("age", 1, 1, 3)
    assert column.known == ("6 to 120",)
    assert "acht" not in str(column.codes)
    good, bad = set_aside(forms, "ors")
    assert [row["age"] for row in rows(good)] == [None, "8"]
    assert len(rows(bad)) == 3


@pytest.mark.parametrize("who", ["ouder", "Parent", "vader van Kees", "1"])
def test_an_informant_in_other_words_is_refused(who: str) -> None:
    forms = pl.DataFrame({f"sdq_{i}": [1, 1] for i in range(1, 26)} | {"norms": ["uk"] * 2, "informant": [who] * 2})
    with pytest.raises(IllegalAnswers, match=r"informant: 2 of 2 forms .*it takes parent, teacher, self") as refused:
        score(forms, "sdq")
    assert check(forms, "sdq").refused
    assert who not in str(refused.value).replace("parent", "") or who == "1"


def test_context_that_is_said_to_be_unknown_gives_no_level() -> None:
    forms = pl.DataFrame({f"sdq_{i}": [1] for i in range(1, 26)} | {"norms": ["uk"], "informant": ["unknown"]})
    assert score(forms, "sdq").select("sdq_total", "sdq_band3").row(0) == (20, None)
    assert check(forms, "sdq").context[0].unknown == 1


def test_context_is_not_held_against_an_instrument_that_is_not_on_the_form() -> None:
    forms = pl.DataFrame({f"kidscreen10_{i}": [3, None] for i in range(1, 11)} | {"informant": ["self", "teacher"]})
    assert score(forms, "kidscreen10").height == 2
    assert check(forms, "kidscreen10").context[0].blank == 1


def test_check_looks_at_every_context() -> None:
    forms = {f"sdq_{i}": [1, 1] for i in range(1, 26)} | {"norms": ["uk", "mars"], "informant": [None, "parent"]}
    found = {
        column.name: (column.filled, column.blank, column.illegal)
        for column in check(make("polars", forms), "sdq").context
    }
    assert found == {"norms": (1, 0, 1), "informant": (1, 1, 0)}


def test_context_that_is_fine_is_not_warned_about() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scored = score(make("polars", ORS | {"age": [8, 9, None, 120, 6]}), "ors")
    assert scored["ors_total"].null_count() == 0, "an age that is not known leaves the total alone"


@pytest.mark.parametrize("instrument", [5, None, {"id": "phq9"}, ["phq9"]])
def test_what_is_no_instrument_is_said(instrument: Any) -> None:
    with pytest.raises(UsageError, match="An instrument is its id or the path of its file; this is"):
        load(instrument)


def test_a_folder_is_no_file_of_forms(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is a folder\. Give the path of a file"):
        read(tmp_path)
    with pytest.raises(UsageError, match="is a folder"):
        read(Path())


@pytest.mark.parametrize("engine", ENGINES)
def test_not_asked_is_a_blank_that_check_tells_apart(engine: str) -> None:
    forms = make(engine, {"gad2_1": ["1", "not_asked", "", "unknown"], "gad2_2": [1, 1, 1, 1]})
    assert [row["gad2_total"] for row in rows(score(forms, "gad2"))] == [2, None, None, None]
    (column, _) = check(forms, "gad2").columns
    assert (column.filled, column.not_asked, column.blank, column.unknown, column.illegal) == (1, 1, 1, 1, 0)


def test_answers_that_contradict_or_were_to_be_skipped_are_counted_per_column() -> None:
    forms = pl.DataFrame(
        {"audit_1": [0, 0, None], "audit_2": [4, 0, 4], **{f"audit_{i}": [0] * 3 for i in range(3, 11)}}
    )
    found = check(forms, "audit")
    assert [column.illogical for column in found.columns] == [0, 1, *[0] * 8]
    assert (found.skipped, found.refused) == (1, False)
    da = check(pl.DataFrame({"da_3": [1, 0], "da_3a": [1, 1]}), "da")
    assert [column.illogical for column in da.columns if column.filled] == [1, 1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("text", "known"),
    [("1.000", False), ("9.125", False), ("1.0000", True), ("0.125", True), ("7.12", True), ("1", True)],
)
def test_a_number_that_may_be_a_thousand_is_no_answer(text: str, known: bool, engine: str) -> None:
    forms = make(engine, {f"ors_{i}": [text, "x" if i == 1 else "5"] for i in range(1, 5)})
    (column, *_) = check(forms, "ors").columns
    assert (column.filled, column.illegal) == ((1, 1) if known else (0, 2))


def test_a_fraction_of_three_decimals_beside_words_stays_the_number_it_is() -> None:
    """Only the text 1.125 may be a thousand; the number is what it is, also in a column with words."""
    forms = pd.DataFrame({f"ors_{i}": pd.Series([1.125, "2"], dtype=object) for i in range(1, 5)})
    assert score(forms, "ors")["ors_total"].tolist() == [4.5, 8]
