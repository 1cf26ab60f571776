"""What is wrong with an instrument file is said in Dutch or English: each mistake that a broken file can have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from risico.audit import check_instrument
from risico.cli import main
from risico.cli.mistakes import dutch
from risico.errors import BrokenInstrument
from risico.strict import read_yaml

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))
WORDS = read_yaml(HERE.parent / "src" / "risico" / "cli" / "mistakes.yaml")
ENGLISH = re.compile(r"\b(there is|there are|the|would|remove|should|which|does|ask of|name one)\b", re.I)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_mistake_has_its_dutch_at_the_same_place(path: Path) -> None:
    with pytest.raises(BrokenInstrument) as caught:
        check_instrument(path)
    for mistake in caught.value.mistakes:
        told = dutch(mistake)
        assert told is not None, f"src/risico/cli/mistakes.yaml has no words for: {mistake}"
        assert told != mistake
        place = mistake.split(":")[0].split(" ")[0]
        assert told.startswith({"line": "regel", "an": "een"}.get(place, place))
        named = set(re.findall(r"'([^']+)'", mistake.split("Known")[0]))
        assert all(name in told for name in named), (named, told)


def test_no_dutch_holds_english_and_each_letter_is_filled_in() -> None:
    for pair in WORDS:
        assert not ENGLISH.search(re.sub(r"then: \w+|name: \w+", "", pair["nl"])), pair["nl"]
        assert set(re.findall(r"\{[a-d]\}", pair["nl"])) == set(re.findall(r"\{[a-d]\}", pair["en"])), pair["en"]
    assert len({pair["en"] for pair in WORDS}) == len(WORDS)


def test_words_for_a_mistake_that_has_none_stay_what_they_are() -> None:
    assert dutch("scores.total: nobody has written this down yet.") is None


@pytest.mark.parametrize(
    ("lang", "head", "says"),
    [
        ("nl", "part_unknown.yaml: 2 fout(en).", "er is geen vraag of score 'bb'. Een score die"),
        ("en", "part_unknown.yaml: 2 mistake(s).", "there is no item or score 'bb'. A score that"),
    ],
)
def test_check_instrument_says_how_many_and_each_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], lang: str, head: str, says: str
) -> None:
    assert main(["check-instrument", str(HERE / "bad" / "part_unknown.yaml"), "--lang", lang]) == 4
    told = capsys.readouterr().err
    assert head in told
    assert says in told
    assert "Bedoelde u 'b'?" in told or lang == "en"


def test_another_command_says_it_in_dutch_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    assert main(["check", str(HERE / "bad" / "range_wrong.yaml"), str(tmp_path / "x.csv")]) == 4
    assert "[0, 6] is opgegeven, maar de vragen geven [0, 4]" in capsys.readouterr().err
