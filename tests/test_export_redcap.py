"""REDCap: a dictionary of 18 columns whose calculations give the results of the vectors, and exports read back."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from exported import Fields, differing, exportable, filled
from risico.errors import Refused, UnreadableFile
from risico.exchange.redcap import HEADER, dictionary, read_redcap
from risico.instrument import Instrument, load
from risico.scoring import score

NAME, KIND, CALC, NOTE = HEADER[0], HEADER[3], HEADER[5], HEADER[17]
WORDS = re.compile(r"@READONLY @CALCTEXT\((.*)\)")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def calculated(it: Instrument, text: str) -> tuple[int, list[str]]:
    found = rows(text)
    expressions = {row[NAME]: row[CALC] for row in found if row[KIND] == "calc"}
    expressions |= {row[NAME]: said[1] for row in found if (said := WORDS.fullmatch(row[NOTE]))}
    ordered = {row[NAME]: expressions[row[NAME]] for row in found if row[NAME] in expressions}
    reader = Fields(ordered, r"\[(\w+)\]", " / ")
    empty = {row[NAME]: "" for row in found}
    results = [reader.results(filled(it, vector, empty)) for vector in it.vectors]
    return differing(it, [{n.removeprefix(f"{it.id}_"): v for n, v in row.items()} for row in results], it.vectors)


def test_the_calculations_give_the_results_of_every_vector() -> None:
    looked, wrong, instruments = 0, [], 0
    for it, made in exportable(dictionary):
        some, differ = calculated(it, made.content)
        looked, wrong, instruments = looked + some, [*wrong, *differ], instruments + 1
    assert wrong == []
    print(f"REDCap, own reader: {instruments} instruments, {looked} results")
    assert instruments > 80
    assert looked > 5000


def test_the_reader_sees_a_wrong_calculation() -> None:
    text = dictionary("gad2").content
    broken = text.replace("='3', 3", "='3', 2").replace("= '3', 3", "= '3', 2")
    assert broken != text
    assert calculated(load("gad2"), broken)[1]


def test_every_dictionary_has_the_columns_of_redcap_and_names_it_takes() -> None:
    for it, made in exportable(dictionary):
        found = rows(made.content)
        assert made.content.splitlines()[0].count(",") == 17 + HEADER[5].count(",")
        assert list(found[0]) == list(HEADER)
        names = [row[NAME] for row in found]
        assert names[0] == "record_id"
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name) for name in names), it.id
        asked = {name for row in found for name in re.findall(r"\[(\w+)\]", row[CALC] + row[NOTE])}
        assert asked <= set(names)


def test_a_code_that_redcap_does_not_take_is_refused_with_its_reason() -> None:
    with pytest.raises(Refused, match="only letters, digits and underscores"):
        dictionary("care_nl")


HEAD = (
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,gad2_1,gad2_2,gad2_total,gad2_complete"
)
EXPORT = """
007,start_arm_1,,,3,2,5,2
007,later_arm_1,gad2,1,0,unknown,,2
007,later_arm_1,gad2,2,,1,,1
8,start_arm_1,,,,,,0
"""


def test_an_export_becomes_forms_without_rows_of_other_events(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(HEAD + EXPORT)
    forms = read_redcap(path, "gad2")
    assert forms["case"].to_list() == ["007", "007", "007"]
    assert forms["moment"].to_list() == ["start_arm_1", "later_arm_1_1", "later_arm_1_2"]
    assert forms["gad2_2"].to_list() == ["2", "unknown", "1"]
    assert forms["filed_gad2_total"].to_list() == [5, None, None]
    assert score(forms, "gad2")["gad2_total"].to_list() == [5, None, None]


def test_a_blank_in_an_export_stays_blank_and_nought_stays_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("record_id,gad2_1,gad2_2\n1,0,\n2,0,0\n")
    assert score(read_redcap(path, "gad2"), "gad2")["gad2_total"].to_list() == [None, 0]


def test_an_export_of_labels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("record_id,gad2_1,gad2_2\n1,Helemaal niet,Helemaal niet\n")
    with pytest.raises(UnreadableFile, match="raw data") as caught:
        read_redcap(path, "gad2")
    assert "Helemaal" not in str(caught.value)


def test_an_export_without_the_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("record_id,other\n1,2\n")
    with pytest.raises(UnreadableFile, match="no field of gad2"):
        read_redcap(path, "gad2")
