"""`risico export` and `risico import`: from the library to another program and back, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from risico.cli import main
from risico.errors import Refused
from risico.exchange import read
from risico.exchange.carried import sheet
from risico.exchange.fhir import questionnaire
from risico.exchange.redcap import dictionary
from risico.exchange.spss_syntax import syntax
from risico.exchange.xlsform import xlsform

KINDS = {"fhir": ".json", "redcap": ".csv", "xlsform": ".xlsx", "spss": ".sps"}


@pytest.mark.parametrize("to", KINDS)
def test_an_export_says_what_it_cannot_carry_on_the_screen_and_in_the_file(
    to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"made{KINDS[to]}"
    assert main(["export", "phq9", "--to", to, "-o", str(out), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "what a level means" in said
    if to == "xlsform":
        survey = pl.read_excel(out, sheet_name="survey", engine="openpyxl")
        text = " ".join(survey["label"].drop_nulls())
    else:
        text = " ".join(out.read_text(encoding="utf-8").replace("*/\n/*", "").split())
    for left in (line.removeprefix("  - ") for line in said.splitlines() if line.startswith("  - ")):
        assert left in text
    assert sheet("phq9", "en").sha256 in text


def test_a_file_is_not_overwritten_and_its_ending_must_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "q.json"
    out.write_text("mine")
    assert main(["export", "phq9", "--to", "fhir", "-o", str(out)]) == 2
    assert out.read_text() == "mine"
    assert main(["export", "phq9", "--to", "fhir", "-o", str(tmp_path / "q.csv")]) == 2
    assert "ends in .json" in capsys.readouterr().err


def test_forms_go_out_as_responses_and_come_back(tmp_path: Path) -> None:
    forms = pl.DataFrame({"person": ["007", "8"], "moment": ["2025-01-31", "t1"], "phq9_1": ["2", "unknown"]})
    forms.write_csv(tmp_path / "forms.csv")
    out, back = tmp_path / "r.json", tmp_path / "back.csv"
    assert main(["export", "phq9", "--to", "fhir", "--forms", str(tmp_path / "forms.csv"), "-o", str(out)]) == 0
    assert json.loads(out.read_text())["resourceType"] == "Bundle"
    assert main(["import", "phq9", str(out), "-o", str(back)]) == 0
    assert read(back).select(forms.columns).rows() == forms.rows()


@pytest.mark.parametrize("make", [questionnaire, dictionary, xlsform])
def test_no_form_on_a_screen_where_the_licence_forbids_it(make: object) -> None:
    with pytest.raises(Refused, match="licence forbids"):
        make("zrm")  # type: ignore[operator]
    assert "zrm" in syntax("zrm").content


@pytest.mark.parametrize("private", ["phq2.yaml", "phq2.labels.yaml"])
def test_licensed_wording_from_a_private_folder_is_in_no_export(
    private: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = questionnaire("phq2").content
    wording = "Planted licensed wording"
    file = sheet("phq2", "nl").it
    if private == "phq2.yaml":
        from risico.instrument import files

        text = files()["phq2"].read_text(encoding="utf-8").replace(file.items["1"].label["nl"], wording)
    else:
        text = f'items: {{"1": {{nl: "{wording}"}}}}\n'
    assert wording in text
    (tmp_path / private).write_text(text, encoding="utf-8")
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(tmp_path))
    assert questionnaire("phq2").content == shipped
    for made in (dictionary("phq2"), syntax("phq2")):
        assert wording not in made.content
    if private == "phq2.yaml":
        assert wording not in questionnaire(tmp_path / private).content["item"][0]["text"]
