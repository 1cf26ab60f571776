"""Each kind of mistake has its own exit code, and a message is for a person."""

from __future__ import annotations

import warnings

import pytest

from risico import errors
from risico.errors import BrokenInstrument, MissingExtra, RisicoError, RisicoWarning, did_you_mean

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RisicoError)]


def test_each_kind_has_an_exit_code_of_its_own() -> None:
    codes = [kind.exit_code for kind in KINDS]
    assert sorted(codes) == list(range(1, len(KINDS) + 1))


def test_the_table_in_the_docstring_is_the_truth() -> None:
    for kind in KINDS:
        (line,) = (line for line in (errors.__doc__ or "").splitlines() if kind.__name__ in line.split())
        assert str(kind.exit_code) in line.split()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_caught_as_one_of_ours(kind: type[RisicoError]) -> None:
    told = {BrokenInstrument: ("file.yaml", ["one"]), MissingExtra: ("A picture", "report")}.get(kind, ("no",))
    with pytest.raises(RisicoError) as caught:
        raise kind(*told)
    assert str(caught.value)
    assert caught.type is kind


def test_all_mistakes_of_a_file_stand_in_one_message_each_with_the_file() -> None:
    broken = BrokenInstrument("phq9.yaml", (text for text in ("a: one.", "b: two.")))
    assert broken.mistakes == ("a: one.", "b: two.")
    assert str(broken) == "phq9.yaml: a: one.\n\nphq9.yaml: b: two."


def test_a_missing_part_says_how_to_install_it() -> None:
    assert "pip install '.[report]'" in str(MissingExtra("A picture", "report"))


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("phq", ["phq9", "sdq"], " Did you mean 'phq9'?"),
        ("PHQ9", ["phq9"], " Did you mean 'phq9'?"),
        ("PHQ-9", ["phq9", "sdq"], " Did you mean 'phq9'?"),
        ("xyz", ["phq9", "sdq"], ""),
        ("a", [], ""),
        ("totl", iter(["total", "band"]), " Did you mean 'total'?"),
    ],
)
def test_a_near_word_is_proposed_and_a_far_one_is_not(word: str, known: list[str], said: str) -> None:
    assert did_you_mean(word, known) == said


def test_a_warning_is_no_error_of_ours_but_stops_our_own_tests() -> None:
    assert not issubclass(RisicoWarning, RisicoError)
    with pytest.raises(RisicoWarning):
        warnings.warn(RisicoWarning("noticed"), stacklevel=1)


@pytest.mark.parametrize("error", [BrokenInstrument("x.yaml", ["a", "b"]), MissingExtra("A picture", "report")])
def test_a_message_survives_the_way_from_another_process(error):
    import pickle

    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
