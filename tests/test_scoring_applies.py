"""For whom a form is: said beside the scores on every engine, and refused where the sheet says it must not be used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from engines import ENGINES, make, rows
from risico.cli import main
from risico.errors import IllegalAnswers, UsageError
from risico.exchange import read, write
from risico.instrument import Instrument, catalogue, load
from risico.pages.explain import explain
from risico.scoring import check, codes, points, score, set_aside
from risico.scoring.applies import asked, cautions

GAD7 = {f"gad7_{i}": 1 for i in range(1, 8)}
ODARA = {f"odara_{i}": 0 for i in range(1, 14)}


def frame(engine: str, answers: dict[str, int], **columns: list[Any]) -> Any:
    """As many forms with the same answers as these columns are long."""
    n = len(next(iter(columns.values())))
    return make(engine, {"case": list(range(n)), **{name: [value] * n for name, value in answers.items()}, **columns})


def outside(engine: str, answers: dict[str, int], instrument: str, **columns: list[Any]) -> list[Any]:
    return [row[f"{instrument}_outside"] for row in rows(score(frame(engine, answers, **columns), instrument))]


# whether a form is outside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("ages", "said"),
    [
        ([17, 18, 120, 121, -1, None], [True, False, False, None, None, None]),
        ([17.99, 18.0, 120.5, 999.0, float("nan"), 0.0], [True, False, False, None, None, True]),
        (["17", "18", "17.5", "oud", "", "1.000"], [True, False, True, None, None, None]),
        ([None, None], [None, None]),
        ([True, False], [None, None]),
    ],
)
def test_an_age_is_in_completed_years_and_what_is_none_is_not_known(
    engine: str, ages: list[Any], said: list[Any]
) -> None:
    assert outside(engine, GAD7, "gad7", age=ages) == said


@pytest.mark.parametrize("engine", ENGINES)
def test_who_is_seventeen_and_a_half_is_still_seventeen(engine: str) -> None:
    answers = {f"sdq_{i}": 1 for i in range(1, 26)}
    assert outside(engine, answers, "sdq", age=[1.9, 2.0, 17.5, 18.0]) == [True, False, False, True]


NEEDS = {"age": [40, 40, 17, 40], "cohabited": ["ja", "nee", "nee", "?"], "index_assault": ["ja", None, "ja", "ja"]}


@pytest.mark.parametrize("engine", ENGINES)
def test_one_condition_that_is_not_met_settles_it_and_within_takes_all(engine: str) -> None:
    it = allowing_all("odara")
    scored = rows(score(frame(engine, ODARA, **NEEDS), it))
    assert [row["odara_outside"] for row in scored] == [False, True, True, None]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_no_column_says_is_not_known_to_be_met(engine: str) -> None:
    assert outside(engine, ODARA, "odara", age=[40]) == [None]
    assert outside(engine, ODARA, "odara", cohabited=[True, False]) == [None, True]
    assert outside(engine, ODARA, "odara", informant=["professional"]) == [None]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("instrument", "said"),
    [
        ("gad7", [None, True, True, None, None, True]),  # filled in by who it is about; no age is given
        ("obvl", [True, None, True, None, None, True]),  # by a parent, and not by a professional for the parent
    ],
)
def test_who_filled_in_is_looked_at_where_the_forms_say_so(engine: str, instrument: str, said: list[Any]) -> None:
    people = ["zelf", "ouder", "teacher", "buurvrouw", None, "hulpverlener"]
    answers = dict.fromkeys(load(instrument).columns(), [None] * 6)
    forms = make(engine, {"case": list(range(6)), **answers, "informant": people})
    assert [row[f"{instrument}_outside"] for row in rows(score(forms, instrument))] == said


def test_who_filled_in_is_left_to_the_file_that_reads_it() -> None:
    assert "informant" not in asked(load("sdq"))
    forms = {f"sdq_{i}": [1] for i in range(1, 26)} | {"informant": ["teacher"], "norms": ["uk"]}
    assert "sdq_outside" not in score(pl.DataFrame(forms), "sdq").columns


@pytest.mark.parametrize("instrument", catalogue())
def test_without_such_columns_nothing_is_added_and_with_them_no_score_changes(instrument: str) -> None:
    it = load(instrument).model_copy(update={"refuse": ()})
    answers = {column: [code_of(it, item), None] for column, item in zip(it.columns(), it.items, strict=True)}
    plain = score(pl.DataFrame(answers, strict=False), it)
    assert f"{it.id}_outside" not in plain.columns
    told: dict[str, list[Any]] = {name: [None, None] for name in asked(it) if name not in it.context}
    if told:
        with_them = score(pl.DataFrame(answers | told, strict=False), it)
        assert with_them.columns == [*answers, *told, *plain.columns[len(answers) :], f"{it.id}_outside"]
        assert with_them.drop(*told, f"{it.id}_outside").equals(plain)


def code_of(it: Instrument, item: str) -> Any:
    codes = it.codes(item)
    return codes[0] if codes else it.answer_set(item).number[0]  # type: ignore[index]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_column_is_of_true_and_false_also_where_nothing_is_known(engine: str) -> None:
    for ages in ([40], [None]):
        scored = score(frame(engine, GAD7, age=ages), "gad7")
        assert nw.from_native(scored).collect_schema()["gad7_outside"] == nw.Boolean


def test_a_column_of_that_name_is_not_written_over() -> None:
    with pytest.raises(UsageError, match="already have gad7_outside"):
        score(frame("polars", GAD7, age=[40], gad7_outside=[True]), "gad7")
    assert check(frame("polars", GAD7, gad7_outside=[True]), "gad7").strange == ()


# refused where the sheet says so ------------------------------------------------------------------------------------


def allowing_all(instrument: str) -> Instrument:
    """The same file without its word on what may not be scored."""
    it = load(instrument)
    return it.model_copy(update={"applies": it.applies.model_copy(update={"refuse": {}})})


MUST_NOT = {  # what the sheets say must not be done, in a column that says so: see their line on the population
    "odara": {"age", "index_assault"},
    "da": {"physical_violence_by_male_partner"},
    "easi": {"cognitively_intact"},
    "phq9": {"age"},
}


def test_only_what_a_sheet_forbids_is_refused() -> None:
    assert {name: set(load(name).applies.refuse) for name in catalogue() if load(name).applies.refuse} == MUST_NOT


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "way", [score, codes, lambda forms, it: points(forms, it, "total")], ids=["score", "codes", "points"]
)
def test_a_form_without_an_index_assault_is_refused_on_every_way_in(way: Any, engine: str) -> None:
    forms = frame(engine, ODARA, index_assault=["nee", "ja", "nee", None], age=[40, 40, None, 30])
    with pytest.raises(IllegalAnswers) as refused:
        way(forms, "odara")
    message = str(refused.value)
    assert "2 of 4 forms may not be scored with it: There was no index assault" in message
    assert "find another instrument (`risico find`)" in message
    assert "minor" not in message
    assert "not understood" not in message


@pytest.mark.parametrize("engine", ENGINES)
def test_set_aside_parts_exactly_those_forms(engine: str) -> None:
    forms = frame(engine, ODARA, index_assault=[0, 1, None, 0], age=[40, 17, 40, 40])
    good, bad = set_aside(forms, "odara")
    assert ([row["case"] for row in rows(good)], [row["case"] for row in rows(bad)]) == ([2], [0, 1, 3])
    assert [row["odara_total"] for row in rows(score(good, "odara"))] == [0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_form_that_another_instrument_takes_is_not_held_against_it(engine: str) -> None:
    """One file, a child that filled in one form and an adult that filled in another."""
    columns: dict[str, list[Any]] = {f"phq9_{i}": [1, None] for i in range(1, 11)}
    columns |= {"case": [0, 1], "age": [40, 12]}
    scored = rows(score(make(engine, columns), "phq9"))
    assert [(row["phq9_total"], row["phq9_outside"]) for row in scored] == [(9, False), (None, True)]


def test_an_unlikely_age_is_no_reason_to_refuse() -> None:
    forms = frame("polars", {f"phq9_{i}": 1 for i in range(1, 11)}, age=[999, -9])
    assert score(forms, "phq9")["phq9_outside"].to_list() == [None, None]


def test_an_answer_that_is_illegal_and_a_person_that_does_not_fit_are_both_said() -> None:
    forms = frame("polars", {f"phq9_{i}": 7 for i in range(1, 11)}, age=[12])
    found = check(forms, "phq9", "nl")
    assert found.refused
    assert found.misread
    assert found.barred == (("De PHQ-9 is voor volwassenen: scoor er geen kind of jongere op", 1),)
    assert "not understood" in found.message()
    assert "must not be used says nothing" in found.message()


# the command line and the explanation -------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    forms = frame("polars", {f"phq9_{i}": 1 for i in range(1, 11)}, age=[12, 40, 15])
    write(forms, tmp_path / "forms.csv")
    return tmp_path / "forms.csv"


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("nl", r"2 formulier\(en\) mogen hiermee niet gescoord worden: De PHQ-9 is voor volwassenen"),
        ("en", r"2 (form\(s\)|of 3 forms) may not be scored with it: The PHQ-9 is for adults"),
    ],
)
def test_the_command_line_refuses_with_the_count_and_what_to_do(
    file: Path, capsys: pytest.CaptureFixture[str], lang: str, says: str
) -> None:
    assert main(["check", "phq9", str(file), "--lang", lang]) == 5
    assert re.search(says, capsys.readouterr().out)
    assert main(["score", "phq9", str(file), "-o", str(file.with_name("o.csv")), "--lang", lang]) == 5
    told = capsys.readouterr().err
    assert re.search(says, told)
    assert "risico find" in told


def test_they_are_set_aside_and_the_rest_is_scored(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, rejects = file.with_name("o.csv"), file.with_name("r.csv")
    assert main(["score", "phq9", str(file), "-o", str(out), "--rejects", str(rejects)]) == 0
    assert "2 formulier(en) die niet gescoord kunnen worden" in capsys.readouterr().out
    assert read(out)["case"].to_list() == ["1"]
    assert read(rejects)["case"].to_list() == ["0", "2"]


def test_a_sav_says_what_the_column_is(tmp_path: Path) -> None:
    import pyreadstat

    write(frame("polars", GAD7, age=[12, 40]), tmp_path / "f.csv")
    assert main(["score", "gad7", str(tmp_path / "f.csv"), "-o", str(tmp_path / "f.sav")]) == 0
    _, meta = pyreadstat.read_sav(tmp_path / "f.sav")
    assert meta.column_names_to_labels["gad7_outside"] == "buiten de groep waarvoor het formulier bedoeld is"
    assert meta.variable_value_labels["gad7_outside"] == {0: "nee", 1: "ja"}


def test_explain_and_score_say_a_caution_in_the_same_words() -> None:
    with pytest.raises(IllegalAnswers, match="may not be scored with it: The PHQ-9 is for adults"):
        explain({f"phq9_{i}": 1 for i in range(1, 11)} | {"age": 12}, "phq9", "en")
    said = explain(GAD7 | {"age": 12, "informant": "ouder"}, "gad7")
    assert "LET OP: hier past de leeftijd niet (bedoeld: vanaf 18 jaar)." in said
    assert "LET OP: hier past niet wie het invulde (bedoeld: zelf)." in said
    assert [c.about for c in cautions(frame("polars", GAD7, age=[12], informant=["ouder"]), "gad7")] == [
        "age",
        "informant",
    ]
