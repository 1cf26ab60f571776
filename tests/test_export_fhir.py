"""FHIR questionnaires: valid to three checkers, and their FHIRPath gives the same results as the vectors ask for."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fhir.resources.R4B import get_fhir_model_class

from exported import differing, exportable, forms
from programs import INTEROP, absent
from risico.errors import IllegalAnswers, Refused, UnreadableFile, UsageError
from risico.exchange.fhir import questionnaire
from risico.exchange.fhir_responses import read_responses, responses
from risico.instrument import Instrument, catalogue, load
from risico.instrument.variants import primary
from risico.scoring import score

SAMPLE = ("phq9", "sdq", "da", "srs", "bsafer")


def told(made: dict[str, Any], folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        ["node", str(INTEROP / "read_fhir.cjs")],
        input=json.dumps(made),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"RISICO_INTEROP": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def handed_over(it: Instrument, content: Any) -> dict[str, Any]:
    vectors = it.vectors
    bundle = responses(forms(it, vectors), it.id) if vectors else {"entry": []}
    return {"questionnaire": content, "responses": [entry["resource"] for entry in bundle["entry"]]}


@pytest.mark.slow
def test_fhirpath_gives_the_results_of_every_vector(reader: Path) -> None:
    found = list(exportable(questionnaire))
    read = told({it.id: handed_over(it, made.content) for it, made in found}, reader)
    looked, wrong = 0, []
    for it, _ in found:
        assert read[it.id]["complaints"] == [], it.id
        some, differ = differing(it, read[it.id]["results"], it.vectors)
        looked, wrong = looked + some, [*wrong, *differ]
    assert wrong == []
    vectors = sum(len(it.vectors) for it, _ in found)
    print(f"fhirpath.js: {len(found)} instruments, {vectors} vectors, {looked} results")
    assert len(found) > 80
    assert looked > 5000


@pytest.mark.slow
def test_the_reader_sees_a_wrong_rule_and_a_wrong_form(reader: Path) -> None:
    it, content = load("gad2"), questionnaire("gad2").content
    broken = json.loads(json.dumps(content).replace("iif(code = '3', 3", "iif(code = '3', 2"))
    assert broken != content
    read = told({"gad2": handed_over(it, broken)}, reader)
    assert differing(it, read["gad2"]["results"], it.vectors)[1]
    banana = json.loads(json.dumps(content))
    banana["item"][0]["type"] = "banana"
    unversioned = {**content, "extension": [e for e in content["extension"] if "versionAlgorithm" not in e["url"]]}
    for wrong in (banana, unversioned):
        assert told({"gad2": {"questionnaire": wrong, "responses": []}}, reader)["gad2"]["complaints"]


def filled_in(made: dict[str, Any], reader: Path, folder: Path) -> Any:
    """Have LHC-Forms show each questionnaire and fill in each response, in a browser that reaches no address."""
    if not shutil.which("chromium"):
        absent("chromium is not installed")
    for path in (INTEROP / "fill_in.html", *(reader / "packed" / "lforms").iterdir()):
        shutil.copy(path, folder)
    (folder / "given.js").write_text(f"const GIVEN = {json.dumps(made)};", encoding="utf-8")
    apart = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
    page = [f"--user-data-dir={folder / 'browser'}", "--virtual-time-budget=600000", "--dump-dom"]
    asked = ["chromium", *apart, *page, (folder / "fill_in.html").as_uri()]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=300)
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    return json.loads(html.unescape(found[1]))


@pytest.mark.slow
def test_lhc_forms_shows_every_question_and_gives_the_results_of_every_vector(reader: Path, tmp_path: Path) -> None:
    names = ("gad2", "phq9", "da")
    made = {name: handed_over(load(name), questionnaire(name).content) for name in names}
    wrong = json.loads(json.dumps(made["gad2"]).replace("iif(code = '3', 3", "iif(code = '3', 2"))
    assert wrong != made["gad2"]
    read = filled_in(made | {"wrong": wrong}, reader, tmp_path)
    assert isinstance(read, dict), read
    assert set(read) == {*names, "wrong"}
    assert [one["not_shown"] for one in read.values()] == [[]] * 4
    told = [differing(primary(load(name)), read[name]["results"], load(name).vectors) for name in names]
    assert [differ for _, differ in told] == [[]] * 3
    assert sum(looked for looked, _ in told) > 500
    assert differing(load("gad2"), read["wrong"]["results"], load("gad2").vectors)[1]


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in SAMPLE else pytest.mark.slow) for n in catalogue()])
def test_the_model_of_fhir_takes_questionnaire_and_responses(name: str) -> None:
    it = primary(load(name))
    try:
        content = questionnaire(name).content
    except Refused:
        pytest.skip("no form on a screen")
    taken = get_fhir_model_class("Questionnaire").model_validate(content)
    assert len(taken.item) == len(content["item"])
    responses = handed_over(it, content)["responses"]
    read = [get_fhir_model_class("QuestionnaireResponse").model_validate(response) for response in responses]
    assert [one.status for one in read] == [response["status"] for response in responses]


def test_ordinal_values_are_points_and_stand_where_readers_look() -> None:
    items = {item["linkId"]: item for item in questionnaire("sdq").content["item"]}
    worth = [
        (option["valueCoding"]["code"], option["extension"][0]["valueDecimal"])
        for option in items["7"]["answerOption"]
        if "extension" in option
    ]
    assert worth == [("0", 2), ("1", 1), ("2", 0)]
    assert items["7"]["answerOption"][-1]["valueCoding"]["code"] == "unknown"


@pytest.mark.parametrize("name", catalogue())
def test_forms_come_back_from_responses_as_they_were(name: str, tmp_path: Path) -> None:
    it = primary(load(name))
    if it.licence.electronic == "not_allowed" or not it.vectors:
        pytest.skip("no form on a screen, or no vectors")
    sent = forms(it, it.vectors)
    sent = sent.with_columns(pl.int_range(pl.len()).cast(pl.String).alias("case"), pl.lit("r 1").alias("rater"))
    path = tmp_path / "responses.json"
    path.write_text(json.dumps(responses(sent, it.id)))
    back = read_responses(path, it.id)
    assert back["case"].to_list() == sent["case"].to_list()
    for item, column in zip(it.items, it.columns(), strict=True):
        was = sent[column].to_list()
        if it.codes(item) is None:
            was = [None if isinstance(cell, str) else cell for cell in was]
        now = back[column].to_list() if column in back.columns else [None] * len(was)
        assert [_text(cell) for cell in now] == [_text(cell) for cell in was], column


def _text(cell: Any) -> str | None:
    return None if cell is None else f"{cell:g}" if isinstance(cell, int | float) else cell


def test_forms_of_another_version_are_not_handed_over() -> None:
    """A response does not say which coding it has: position 0 would be read as severity 0."""
    own, other = ({f"epds_{i}": 0 for i in range(1, 11)} | {"coding": said} for said in ("points", "position"))
    assert len(responses(pl.DataFrame([own, own | {"coding": None}]), "epds")["entry"]) == 2
    with pytest.raises(UsageError, match="1 forms say in the column coding"):
        responses(pl.DataFrame([own, other]), "epds")


def test_scores_travel_and_come_back_as_filed(tmp_path: Path) -> None:
    scored = score(pl.DataFrame({"person": ["p"], "gad2_1": [3], "gad2_2": [2]}), "gad2")
    path = tmp_path / "responses.json"
    path.write_text(json.dumps(responses(scored, "gad2")))
    back = read_responses(path, "gad2")
    assert back["filed_gad2_total"].to_list() == [5]
    assert score(back, "gad2")["gad2_total"].to_list() == [5]


def test_an_illegal_answer_is_not_handed_over_and_not_shown() -> None:
    with pytest.raises(IllegalAnswers, match=r"gad2_1 \(1\)") as caught:
        responses(pl.DataFrame({"gad2_1": [77]}), "gad2")
    assert "77" not in str(caught.value)


def test_true_and_false_are_no_answers_among_four() -> None:
    with pytest.raises(IllegalAnswers, match=r"phq2_1 \(1\)"):
        responses(pl.DataFrame({"phq2_1": [True], "phq2_2": [1]}), "phq2")
    made = responses(pl.DataFrame({"odara_1": [True]}), "odara")["entry"][0]["resource"]["item"]
    assert made[0]["answer"][0]["valueCoding"]["code"] == "1"


def test_forms_without_a_column_of_the_instrument_are_refused() -> None:
    with pytest.raises(UsageError, match="gad2_1"):
        responses(pl.DataFrame({"case": ["a"]}), "gad2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "is not JSON"),
        ('{"resourceType": "Bundle", "entry": []}', "no QuestionnaireResponse to gad2"),
        (
            '{"resourceType": "QuestionnaireResponse", "questionnaire": "urn:risico:gad2|1", "item": '
            '[{"linkId": "1", "answer": [{"valueInteger": 1}, {"valueInteger": 2}]}]}',
            "answered twice",
        ),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match=said):
        read_responses(path, "gad2")


def test_no_address_stands_in_the_lock_file() -> None:
    assert "://" not in (INTEROP / "package-lock.json").read_text()


def test_a_number_in_text_that_may_be_a_thousand_is_not_handed_over() -> None:
    frame = pl.DataFrame({f"ors_{i}": ["1.000", "1.5"] for i in range(1, 5)})
    with pytest.raises(IllegalAnswers, match=r"ors_1 \(1\)"):
        responses(frame, "ors")
    numbers = pl.DataFrame({f"ors_{i}": [1.125] for i in range(1, 5)})
    (entry,) = responses(numbers, "ors")["entry"]
    assert entry["resource"]["item"][0]["answer"] == [{"valueDecimal": 1.125}]
