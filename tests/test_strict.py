"""YAML guesses; here it may not. What a file does not say plainly is refused, with the line and the path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from risico.errors import BrokenInstrument, UnreadableFile
from risico.strict import Frozen, build, read_yaml

STAY_TEXT = [
    "5_6", "7_13", "1_000",                                # underscores: a level of ODARA is no number
    "no", "yes", "on", "off", "y", "n", "No", "True", "FALSE", "Null", "NULL", "~",
    "010", "00", "-01", "0x1F", "0o7", "0b1",              # leading zeros and other bases
    "1e3", "1E-2", ".5", "5.", "+1", "1.2.3", "--1",       # not how a decimal number is written here
    "1:30", "12:30:45", "2020-01-01", "2020-01-01T10:00:00Z", "1/2", "5-6",
    ".inf", "-.inf", ".nan", "NaN", "inf", "=", "<<", "1 000", "3a", "½", "٣",
    "1234567890123456",                                    # a case number would be rounded
]  # fmt: skip


@pytest.mark.parametrize("word", STAY_TEXT)
def test_a_plain_word_is_the_text_it_shows(word: str) -> None:
    assert read_yaml(f"a: {word}") == {"a": word}
    assert read_yaml(f"[{word}]") == [word]
    assert read_yaml(f"{word}: a") == {word: "a"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("false", False), ("null", None), ("0", 0), ("-0", 0), ("7", 7), ("-3", -3), ("10.0", 10.0),
     ("123456789012345", 123456789012345), ("0.5", 0.5), ("-1.50", -1.5), ("0.25", 0.25)],
)  # fmt: skip
def test_true_false_null_and_decimal_numbers_are_what_they_are(written: str, meant: Any) -> None:
    found = read_yaml(f"a: {written}")["a"]
    assert found == meant
    assert type(found) is type(meant)
    assert read_yaml(f"a: '{written}'") == {"a": written}, "between quotes it is text"
    assert read_yaml(f'a: "{written}"') == {"a": written}


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_whole_number_comes_back(number: int) -> None:
    assert read_yaml(f"a: {number}") == {"a": number}


@given(st.text(st.sampled_from("0123456789_.-+eExob:~ny"), min_size=1, max_size=7))
def test_a_word_is_a_number_only_when_it_is_written_as_that_number(word: str) -> None:
    """Nothing between: a value that is no text says, written out again, exactly what stood there."""
    try:
        found = read_yaml(f"a: {word}")["a"]
    except (BrokenInstrument, TypeError):
        return  # no YAML at all, such as '- -'
    if isinstance(found, int | float):
        assert float(word) == found
        assert "_" not in word
        assert not word.lstrip("-").startswith(("00", "."))
        assert word.lstrip("-0123456789").replace(".", "", 1).isdigit() or word.lstrip("-").isdigit()


def test_blocks_quotes_and_folded_text_are_text() -> None:
    assert read_yaml("a: |\n  10\nb: >-\n  no\n  more\n") == {"a": "10\n", "b": "no more"}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes("\ufeffa: 1\r\nb: !!str 2\r\n".encode())
    with pytest.raises(BrokenInstrument, match="line 2: tags"):
        read_yaml(file)
    file.write_bytes("\ufeffa: 1\r\nb: 2\r\n".encode())
    assert read_yaml(file) == {"a": 1, "b": 2}


def test_an_empty_text_is_nothing() -> None:
    assert read_yaml("") is None
    assert read_yaml("# only a comment\n") is None


REFUSED = {
    "a: 1\nb: {c: 1, c: 2}": "line 2: 'c' stands twice below b",
    "a: 1\n'a': 2": "line 2: 'a' stands twice. Only one of them would count",
    "{1: a, 1.0: b}": "1.0 stands twice",
    "{true: a, 1: b}": "1 stands twice",
    "a:\n  b:": "line 2: 'a.b' is empty. Write a value, null",
    "a: [1, {b: }]": "'a[1].b' is empty",
    "{a}": "'a' is empty",
    "a: &x 1": "line 1: anchors and aliases",
    "a: &x 1\nb: *x": "anchors and aliases",
    "a: &x [*x]": "anchors and aliases",
    "a: !!str 5": "line 1: tags such as tag:yaml.org,2002:str are not used",
    "a: !!binary aGk=": "tags such as",
    "a: !mine {b: 1}": "tags such as !mine",
    "!!map\na: 1": "tags such as",
    "a: !!python/object/apply:os.getcwd []": "tags such as",
    "[1]: a": "a key must be a word or a number",
    "{a: 1}: a": "a key must be a word or a number",
    "a: b: c": "line 1: this is not YAML",
    "a: 1\n\tb: 2": "line 2: this is not YAML",
    "a: [1, 2": "this is not YAML",
    "a: 'b": "this is not YAML",
    "a: 1\n---\nb: 2": "this is not YAML: but found another document",
    "a: \x01": "this is not YAML: it holds characters that cannot be printed",
    "[" * 1000: "nested deeper",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20].encode("unicode_escape").decode())
def test_what_is_not_plain_is_refused(text: str) -> None:
    with pytest.raises(BrokenInstrument) as caught:
        read_yaml(text)
    assert REFUSED[text] in str(caught.value)
    assert str(caught.value).startswith("text: ")


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "three.yaml"
    file.write_text("a: 1\na: 2\nb:\nc: !x 3\n")
    with pytest.raises(BrokenInstrument) as caught:
        read_yaml(file)
    assert [mistake[:7] for mistake in caught.value.mistakes] == ["line 2:", "line 3:", "line 4:"]
    assert str(caught.value).count("three.yaml: ") == 3


def test_a_file_that_cannot_be_read_is_no_broken_instrument(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="FileNotFoundError"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("a: caf\xe9".encode("latin-1"))
    with pytest.raises(UnreadableFile, match="UnicodeDecodeError"):
        read_yaml(tmp_path / "latin.yaml")
    with pytest.raises(UnreadableFile, match=r"IsADirectoryError|PermissionError"):
        read_yaml(tmp_path)


class Leaf(Frozen):
    """A part."""

    from_: int | float = Field(alias="from")
    name: str | None = None


class Tree(Frozen):
    """A whole."""

    size: int
    leaves: tuple[Leaf, ...] | dict[str, tuple[Leaf, ...]] = ()
    words: dict[str, str] = {}
    table: dict[int | str, int | float] | dict[str, dict[int | str, int | float]] | None = None


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(BrokenInstrument) as caught:
        build(Tree, read_yaml(text), "tree.yaml")
    return list(caught.value.mistakes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "{size: 1, leafs: []}",
            [
                "leafs: there is no key 'leafs' here. It would be ignored. "
                "Known keys are: size, leaves, words, table. Did you mean 'leaves'?"
            ],
        ),
        ("{}", ["size: this is missing."]),
        ("size: '1'", ["size: this should be a valid integer."]),
        ("size: 1.0", ["size: this should be a valid integer."]),
        ("size: true", ["size: this should be a valid integer."]),
        ("size: null", ["size: this should be a valid integer."]),
        ("{size: 1, words: {1: a}}", ["words: the key '1' should be a valid string. Write it with quotes."]),
        ("{size: 1, words: [a]}", ["words: this should be a mapping (key: value)."]),
        ("[1]", ["the file: this should be a mapping (key: value)."]),
    ],
)
def test_each_mistake_has_its_path_and_says_what_to_do(text: str, told: list[str]) -> None:
    assert mistakes_of(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "leaves: [{form: 1}]",
            [
                "leaves.0.from: this is missing.",
                "leaves.0.form: there is no key 'form' here. It would be ignored. "
                "Known keys are: from, name. Did you mean 'from'?",
            ],
        ),
        ("leaves: [{from: one}]", ["leaves.0.from: this should be a valid number."]),
        ("leaves: {uk: [{from: 1, name: 2}]}", ["leaves.uk.0.name: this should be a valid string."]),
        ("leaves: {uk: {from: 1}}", ["leaves.uk: this should be a list."]),
        ("table: {0: none}", ["table.0: this should be a valid number."]),
        ("table: {year: {0: 0, 1: x}}", ["table.year.1: this should be a valid number."]),
    ],
)
def test_where_several_shapes_are_allowed_only_the_likeliest_is_spoken_of(text: str, told: list[str]) -> None:
    assert mistakes_of(f"size: 1\n{text}") == told


def test_what_was_built_cannot_be_changed() -> None:
    tree = build(Tree, read_yaml("{size: 1, leaves: [{from: 0}]}"), "tree.yaml")
    assert isinstance(tree.leaves, tuple)
    with pytest.raises(Exception, match="frozen"):
        tree.size = 2  # type: ignore[misc]
