"""Instruments of one's own: started from questions, checked with every mistake at once, and worded in private."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from risico.audit import check_instrument, disagreements
from risico.cli import main
from risico.errors import BrokenInstrument, UsageError
from risico.exchange import write
from risico.instrument import catalogue, files, load
from risico.instrument.compiled import compile_folder
from risico.instrument.labels import worded
from risico.instrument.schema import text as schema_text
from risico.new import QUESTIONS, start
from risico.scoring import score
from risico.strict import read_yaml

GIVEN = {
    "title_nl": "Vragenlijst: zorgen",
    "title_en": "Questionnaire 'worries'",
    "domain": "mental_health",
    "informant": "self",
    "model": "reflective",
    "age": "18-120",
    "licence": "free",
    "qualification_nl": "Een professional",
    "qualification_en": "A professional",
    "codes": "0=nooit/never; 1=soms/sometimes; 2=vaak/often",
    "items": "piekert/worries; slaapt goed/sleeps well; is moe/is tired",
    "reversed": "2",
    "blanks": "2",
    "levels": "0=low; 2,5=raised",
    "source": "Handleiding, 2020, bladzijde 3",
    "seen": "yes",
}


def answers_file(folder: Path, **changes: str) -> Path:
    given = GIVEN | changes
    path = folder / "answers.yaml"
    path.write_text("\n".join(f'{name}: "{value}"' for name, value in given.items()), encoding="utf-8")
    return path


# new


def test_a_file_started_from_answers_passes_the_loader_and_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    assert main(["new", "worries", "--answers", str(answers_file(tmp_path))]) == 0
    assert "wie" not in capsys.readouterr().err
    it = load("worries")
    assert it.title == {"nl": GIVEN["title_nl"], "en": GIVEN["title_en"]}
    forms = pl.DataFrame({"worries_1": [2, 2, 2], "worries_2": [2, 0, None], "worries_3": [1, None, None]})
    scored = score(forms, "worries")
    assert scored["worries_total"].to_list() == [3.0, 6.0, None]
    assert scored["worries_band"].to_list() == ["raised", "raised", None]
    assert main(["new", "worries", "--answers", str(tmp_path / "answers.yaml")]) == UsageError.exit_code


def test_the_questions_are_asked_until_they_can_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = GIVEN | {"electronic": "", "worse": "", "rule": ""}
    typed = [given[question.name] for question in QUESTIONS]
    place = [question.name for question in QUESTIONS].index("informant")
    lines = iter([*typed[:place], "nobody", "", *typed[place:]])
    monkeypatch.setattr(builtins, "input", lambda: next(lines))
    assert main(["new", "worries", "-o", str(tmp_path / "worries.yaml"), "--lang", "en"]) == 0
    assert capsys.readouterr().err.count("Who fills it in [self | parent | victim | professional]:") == 3
    assert load(tmp_path / "worries.yaml").informant == "self"


def test_typed_answers_that_cannot_be_used_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = GIVEN | {"electronic": "", "worse": "", "rule": "", "codes": "nooit, soms"}
    lines = iter(given[question.name] for question in QUESTIONS)
    monkeypatch.setattr(builtins, "input", lambda: next(lines))
    out = tmp_path / "worries.yaml"
    assert main(["new", "worries", "-o", str(out)]) == UsageError.exit_code
    assert "codes: write each as number=words" in capsys.readouterr().err
    kept = tmp_path / "worries.answers.yaml"
    kept.write_text(
        kept.read_text(encoding="utf-8").replace("nooit, soms", "0=nooit; 1=soms; 2=vaak"), encoding="utf-8"
    )
    assert main(["new", "worries", "-o", str(out), "--answers", str(kept)]) == 0


def test_questions_that_end_too_soon_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def end() -> str:
        raise EOFError

    monkeypatch.setattr(builtins, "input", end)
    assert main(["new", "worries", "-o", str(tmp_path / "worries.yaml")]) == UsageError.exit_code
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("stop", [EOFError, KeyboardInterrupt])
def test_who_stops_halfway_keeps_the_answers(
    stop: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter([GIVEN[question.name] for question in QUESTIONS[:3]])

    def answers() -> str:
        try:
            return next(typed)
        except StopIteration:
            raise stop from None

    monkeypatch.setattr(builtins, "input", answers)
    out, kept = tmp_path / "worries.yaml", tmp_path / "worries.answers.yaml"
    assert main(["new", "worries", "-o", str(out)]) == UsageError.exit_code
    assert f"Your answers are in {kept}: add informant," in capsys.readouterr().err
    assert not out.exists()
    said = read_yaml(kept)
    assert said["title_nl"] == GIVEN["title_nl"]
    assert list(said)[:4] == [question.name for question in QUESTIONS][:4]
    kept.write_text(json.dumps(said | GIVEN), encoding="utf-8")
    assert main(["new", "worries", "-o", str(out), "--answers", str(kept)]) == 0


def test_the_command_to_score_with_the_new_file_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answers.yaml").write_text(json.dumps(GIVEN), encoding="utf-8")
    assert main(["new", "worries", "--answers", "answers.yaml"]) == 0
    told = capsys.readouterr().out
    assert "risico score ./worries.yaml FORMULIEREN.csv -o UIT.xlsx" in told
    Path("f.csv").write_text("worries_1;worries_2;worries_3\n2;2;1\n", encoding="utf-8")
    assert main(["score", "./worries.yaml", "f.csv", "-o", "u.csv"]) == 0


WRONG = {
    "id": ({}, "Worries", "cannot be an id"),
    "an unknown question": ({"colour": "red"}, "worries", "colour: not asked"),
    "no answer": ({"title_nl": ""}, "worries", "title_nl: no answer"),
    "no choice": ({"model": "both"}, "worries", "'both' is none of reflective, formative"),
    "codes that are no numbers": ({"codes": "a=nee; b=ja"}, "worries", "'a' is not a whole number"),
    "a reversed item that is not there": ({"reversed": "9"}, "worries", "reversed names items by their number"),
    "a level without a number": ({"levels": "laag=low"}, "worries", "'laag' is not a number"),
    "no items": ({"items": ";"}, "worries", "cannot be empty"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_answer_that_cannot_be_used_is_said(what: str) -> None:
    changes, id_, words = WRONG[what]
    with pytest.raises(UsageError, match=words):
        start(id_, GIVEN | changes)


def test_a_level_has_a_name_for_its_column_and_words_for_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "worries.yaml"
    path.write_text(start("worries", GIVEN | {"levels": "0=weinig zorgen/few worries; 2,5=verhoogd/raised"}), "utf-8")
    low, high = load(path).bands["band"].tables()[()]
    assert (low.name, low.meaning) == ("few_worries", {"nl": "weinig zorgen", "en": "few worries"})
    assert (high.name, high.meaning) == ("raised", {"nl": "verhoogd", "en": "raised"})


def test_a_mean_and_a_file_without_levels_pass_too(tmp_path: Path) -> None:
    for changes in ({"rule": "mean", "levels": "", "blanks": ""}, {"worse": "low", "reversed": ""}):
        path = tmp_path / "worries.yaml"
        path.write_text(start("worries", GIVEN | changes), encoding="utf-8")
        assert load(path).scores


def test_a_level_that_cannot_be_reached_is_said_by_the_loader_and_the_file_stays_to_be_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "worries.yaml"
    given = answers_file(tmp_path, levels="0=low; 99=raised")
    command = ["new", "worries", "-o", str(out), "--answers", str(given), "--lang", "en"]
    assert main(command) == BrokenInstrument.exit_code
    assert "can never be reached" in capsys.readouterr().err
    assert out.exists()


def test_a_file_is_named_after_its_id(tmp_path: Path) -> None:
    command = ["new", "worries", "-o", str(tmp_path / "other.yaml"), "--answers", str(answers_file(tmp_path))]
    assert main(command) == UsageError.exit_code


# check-instrument


def with_vectors(folder: Path, vectors: str) -> Path:
    path = folder / "worries.yaml"
    path.write_text(start("worries", GIVEN).replace("vectors: []", f"vectors: {vectors}"), encoding="utf-8")
    return path


def test_a_sound_file_with_its_vectors_is_said_to_be_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors = '[{note: all, answers: {"1": 2, "2": 0, "3": 2}, expect: {total: 6, band: raised}}]'
    assert main(["check-instrument", str(with_vectors(tmp_path, vectors)), "--lang", "en"]) == 0
    assert "worries@1: no mistakes; 1 vectors agree." in capsys.readouterr().out
    assert main(["check-instrument", str(with_vectors(tmp_path, "[]"))]) == 0
    assert "Zonder vectoren is niets bewezen" in capsys.readouterr().out


def test_every_mistake_is_told_at_once_with_exit_code_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = with_vectors(tmp_path, "[]")
    text = (
        path.read_text(encoding="utf-8").replace("range: [0, 6]", "range: [0, 9]").replace("source: rule", "source: r")
    )
    path.write_text(text, encoding="utf-8")
    assert main(["check-instrument", str(path), "--lang", "en"]) == 4
    said = capsys.readouterr().err
    assert "scores.total.range: [0, 9] is declared, but the items give [0, 6]" in said
    assert "scores.total.source: there is no source 'r'" in said
    assert "bands.band.source: there is no source 'r'" in said


def test_a_vector_that_disagrees_is_named_and_the_score_is_not_given_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = """
  - {note: three sometimes, answers: {"1": 1, "2": 1, "3": 1}, expect: {total: 3, band: raised}}
  - {note: one blank, answers: {"1": 2, "2": 0}, expect: {total: 77, band: low}}
  - {note: nothing answered, answers: {}, expect: {total: 0}}
  - {note: not known, answers: {"1": unknown, "2": 0, "3": 1}, expect: {missing: 1}}"""
    assert main(["check-instrument", str(with_vectors(tmp_path, vectors)), "--lang", "en"]) == 4
    said = capsys.readouterr().err
    assert "vectors[1] ('one blank') disagrees on total, band." in said
    assert "vectors[2] ('nothing answered') disagrees on total." in said
    assert said.count("settle it at the sheet") == 2
    assert "6" not in said.replace("worries.yaml", "")


def test_a_broken_rule_is_caught_by_its_vectors(tmp_path: Path) -> None:
    vectors = '[{note: all, answers: {"1": 2, "2": 0, "3": 2}, expect: {total: 6}}]'
    path = with_vectors(tmp_path, vectors)
    check_instrument(path)
    path.write_text(
        path.read_text(encoding="utf-8").replace(", reverse: true, worse: low", ", worse: high"), encoding="utf-8"
    )
    with pytest.raises(BrokenInstrument, match="vectors"):
        check_instrument(path)


@pytest.mark.parametrize("id_", ["phq9", "sdq", "odara", "ace_iq", "cts2s", "ors", "rihg"])
def test_the_vectors_of_the_library_agree(id_: str) -> None:
    assert load(id_).vectors
    assert disagreements(load(id_)) == []


# licensed wording

SENTINEL = "LICENSEDWORDINGQX"


@pytest.fixture
def licensed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    told = f"items: {{'1': {{nl: '{SENTINEL} een', en: '{SENTINEL} one'}}}}"
    (folder / "phq9.labels.yaml").write_text(told, encoding="utf-8")
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(folder))
    return folder


def test_the_wording_is_shown_on_the_screen_of_its_owner(
    licensed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert worded(load("phq9")).items["1"].label["nl"] == f"{SENTINEL} een"
    assert worded(load("phq9")).items["2"] == load("phq9").items["2"]
    assert main(["show", "phq9"]) == 0
    assert f"{SENTINEL} een" in capsys.readouterr().out
    write(pl.DataFrame({f"phq9_{i}": [1] for i in range(1, 11)}), tmp_path / "f.csv")
    assert main(["explain", "phq9", str(tmp_path / "f.csv"), "--row", "1", "--lang", "en"]) == 0
    assert f"{SENTINEL} one" in capsys.readouterr().out


def test_a_file_of_labels_is_no_instrument_and_changes_no_score(licensed: Path) -> None:
    assert "phq9.labels" not in files()
    assert "phq9.labels" not in catalogue()
    mine = worded(load("phq9"))
    forms = pl.DataFrame({f"phq9_{i}": [1, 2] for i in range(1, 11)})
    assert score(forms, mine).equals(score(forms, "phq9"))


def test_a_label_for_an_item_that_is_not_there_is_said(licensed: Path) -> None:
    (licensed / "phq9.labels.yaml").write_text("items: {'11': {nl: x}}", encoding="utf-8")
    with pytest.raises(BrokenInstrument, match="phq9 has no item '11'"):
        worded(load("phq9"))


def _exports(folder: Path, data: Path) -> list[list[str]]:
    ways: list[list[str]] = [
        ["score", "phq9", str(data), "-o", str(folder / f"s{end}")] for end in (".csv", ".xlsx", ".sav")
    ]
    ways += [["map", str(data), "--to", "phq9", "-o", str(folder / "map.yaml")]]
    ways += [["recheck", "phq9", str(data), "-o", str(folder / f"p{end}")] for end in (".html", ".md")]
    return ways


def test_the_wording_is_in_nothing_that_is_written(licensed: Path, tmp_path: Path) -> None:
    """Every file that a command writes, unpacked where it is packed; and what `load` gives to any exporter."""
    data, out = tmp_path / "f.csv", tmp_path / "out"
    out.mkdir()
    write(pl.DataFrame({f"phq9_{i}": [1] for i in range(1, 11)} | {"filed": [3]}), data)
    for command in _exports(out, data):
        more = ["--filed", "total=filed"] if command[0] == "recheck" else []
        assert main([*command, *more]) == 0, command
    written = list(out.iterdir())
    assert len(written) == 6
    for path in written:
        assert SENTINEL not in _everything(path), path.name
    assert SENTINEL not in load("phq9").model_dump_json()
    assert SENTINEL not in schema_text()
    assert SENTINEL not in compile_folder(_copy(tmp_path)).read_text(encoding="utf-8")


def _everything(path: Path) -> str:
    from zipfile import ZipFile, is_zipfile

    import pyreadstat

    if path.suffix == ".sav":
        frame, meta = pyreadstat.read_sav(path)
        return f"{meta.column_names_to_labels} {meta.variable_value_labels} {frame}"
    if is_zipfile(path):
        with ZipFile(path) as packed:
            return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return path.read_text(encoding="utf-8")


def _copy(folder: Path) -> Path:
    copied = folder / "library"
    copied.mkdir()
    (copied / "phq9.yaml").write_bytes(files()["phq9"].read_bytes())
    return copied


def test_the_sav_of_our_own_words_does_hold_labels(tmp_path: Path) -> None:
    """The test above would pass too if no label were written at all."""
    write(pl.DataFrame({f"phq9_{i}": [1] for i in range(1, 11)}), tmp_path / "f.csv")
    assert main(["score", "phq9", str(tmp_path / "f.csv"), "-o", str(tmp_path / "s.sav")]) == 0
    assert load("phq9").items["1"].label["nl"] in _everything(tmp_path / "s.sav")


def test_helpers_see_a_planted_word(tmp_path: Path) -> None:
    frame: Any = pl.DataFrame({SENTINEL: [1]})
    for ending in (".xlsx", ".sav", ".csv"):
        write(frame, tmp_path / f"x{ending}")
        assert SENTINEL in _everything(tmp_path / f"x{ending}")
