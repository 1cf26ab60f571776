"""Every small mistake made in an instrument file is noticed: on loading, by the file's vectors, or by the proof."""

from __future__ import annotations

import random
from typing import Any

import pytest

import fates
import mutants
from fates import Touched, accepts, alike, contradictions, fate
from mutants import Mutant, changed, written
from risico.instrument import Instrument, catalogue, load
from risico.strict import build

QUICK = ("phq9", "da5", "hark", "gad7", "who5", "auditc", "zrm_ouderschap")
KINDS = {"cut-off", "level names", "swap", "reversal", "weight", "left out", "points", "blanks", "condition"}
KINDS |= {"part left out", "alert", "outcome", "look-up", "version"}


def surviving(name: str, made: list[Mutant]) -> list[str]:
    return [str(mutant) for mutant in made if fate(name, mutant) == "survives"]


@pytest.mark.slow
@pytest.mark.parametrize("name", catalogue())
def test_no_mistake_survives(name: str) -> None:
    """What survives needs a vector, worked out by hand from the sheet; the table is `python tests/mutants.py`."""
    assert surviving(name, list(mutants.mutants(name))) == []


@pytest.mark.parametrize("name", QUICK)
def test_a_sample_of_mistakes_is_noticed(name: str) -> None:
    made = list(mutants.mutants(name))
    assert surviving(name, random.Random(name).sample(made, 12)) == []


def test_every_kind_of_mistake_is_made_somewhere() -> None:
    some = ("audit", "itq", "cats2", "kidscreen10", "cts2s", "k6")
    assert {mutant.kind for name in some for mutant in mutants.mutants(name)} == KINDS


def of_phq9(now: Any, *path: Any) -> Mutant:
    return changed("", written("phq9"), path, now)


BAND = ("bands", "band", "levels")
FATES = {
    "a range that is not the true one": (of_phq9([0, 28], "scores", "total", "range"), "load"),
    "a cut-off one higher": (of_phq9(11, *BAND, 2, "from"), "vectors"),
    "a cut-off a tenth lower, where no score falls between": (of_phq9(9.9, *BAND, 2, "from"), "equivalent"),
    "other words": (of_phq9("Another", "title", "en"), "equivalent"),
}


@pytest.mark.parametrize("what", FATES)
def test_who_notices_what(what: str) -> None:
    mutant, end = FATES[what]
    assert fate("phq9", mutant) == end


@pytest.mark.slow
def test_without_vectors_some_mistakes_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof sees that two days a week count for less than one; which cut-off is the true one it cannot know."""
    monkeypatch.setattr(fates, "missed_vectors", lambda of, it: False)
    assert fate("phq9", of_phq9({0: 0, 1: 2, 2: 1, 3: 3}, "items", "2", "points")) == "proof"
    assert fate("phq9", of_phq9(11, *BAND, 2, "from")) == "survives"


def touched(name: str, mutant: Mutant) -> Touched:
    return Touched(load(name), build(Instrument, mutant.data, name))


def cfra(*path: Any, now: Any) -> Mutant:
    return changed("", written("cfra"), ("scores", "final_level", *path), now)


MODERATE = written("cfra")["scores"]["final_level"]["cases"][3]["when"]["any"]
EQUAL = {
    "yes and no in each other's place": (
        "phq9",
        of_phq9([{"from": 0, "value": True}, {"from": 10, "value": False}], "bands", "screen_positive_10", "levels"),
        False,
    ),
    "an alert on another answer": ("phq9", of_phq9(2, "alerts", "safety_item9", "when", "at_least"), False),
    "one of two ways to one level, which the cases before it settle": (
        "cfra",
        cfra("cases", 3, "when", "any", now=[MODERATE[0], {"all": MODERATE[1]["all"][:1]}]),
        True,
    ),
    "one of two ways to one level left out": ("cfra", cfra("cases", 3, "when", "any", now=MODERATE[:1]), False),
    "an override that counts as high": ("cfra", cfra("cases", 0, "then", now="high"), False),
    "an incomplete form is refused": ("cfra", cfra("missing", now={"then": "none"}), False),
}


@pytest.mark.parametrize("what", EQUAL)
def test_equivalent_is_shown_and_not_assumed(what: str) -> None:
    """On the states of the rule and the mutant together, without a vector or a claim."""
    name, mutant, same = EQUAL[what]
    assert alike(touched(name, mutant)) is same


def test_what_contradicts_itself_is_refused() -> None:
    """What a vector cannot say: each refusal of the library has a form here, and each form is refused."""
    refusing = {name for name in catalogue() if load(name).refuse}
    assert set(contradictions()) == refusing
    assert [(name, form) for name in refusing for form in contradictions()[name] if accepts(load(name), form)] == []


def test_items_of_one_role_may_be_swapped() -> None:
    """In a plain sum it makes no difference which item is which; no mutant is made of that."""
    assert [mutant for mutant in mutants.mutants("gad7") if mutant.kind == "swap"] == []
    assert mutants.canonical({"of": ["1", "2"]}) == mutants.canonical({"of": ["2", "1"]})
    ordered = [{"then": 1}, {"then": 2}]
    assert mutants.canonical({"cases": ordered}) != mutants.canonical({"cases": ordered[::-1]})
