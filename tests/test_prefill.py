"""One answer asked once: the controlled list, the table of all pairs, and what is never carried over."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from risico.cli import main
from risico.errors import UsageError
from risico.exchange import read, write
from risico.instrument import catalogue, load
from risico.prefill import Pair, concepts, pairs, prefill, table

FROM = {
    "id": "one",
    "informant": "self",
    "window": "window: past_year",
    "item": "answers: yes_no, concept: weapon_used_or_threatened",
    "codes": "{0: {nl: nee, en: no}, 1: {nl: ja, en: yes}}",
    "unit": "person",
    "more": "",
}
FILE = """\
id: {id}
version: 1
unit: {unit}
status: computed
model: formative
title: {{nl: Voorbeeld, en: Example}}
domain: demonstration
informant: {informant}
{window}
nl_status: {{value: none, source: memory}}
administer: open
licence: {{kind: free, electronic: allowed}}
qualification: {{nl: iedereen, en: anyone}}
answers: {{yes_no: {{codes: {codes}, worse: high}}}}
missing_codes: [unknown]
items:
  "1": {{label: {{nl: vraag, en: item}}, {item}}}
  "2": {{label: {{nl: nog een, en: another}}, answers: yes_no{more}}}
scores: {{total: {{rule: sum, of: ["1", "2"], higher_is: worse, source: memory}}}}
"""


@pytest.fixture
def made(tmp_path: Path) -> Any:
    def make(**changes: str) -> Path:
        told = FROM | changes
        path = tmp_path / f"{told['id']}.yaml"
        path.write_text(FILE.format(**told), encoding="utf-8")
        return path

    return make


# the list


def test_every_concept_that_an_item_has_is_defined_in_both_languages() -> None:
    known = concepts().concepts
    used = {item.concept for name in catalogue() for item in load(name).items.values() if item.concept}
    assert used <= set(known), sorted(used - set(known))
    for concept in known.values():
        assert set(concept.title) == set(concept.definition) == {"nl", "en"}


def test_the_client_and_the_other_person_are_two_concepts() -> None:
    known = concepts().concepts
    assert "zichzelf" in known["suicidality"].definition["nl"]
    assert "geweld gebruikt" in known["suicidality_other"].definition["nl"]


def test_no_two_titles_are_the_same() -> None:
    for language in ("nl", "en"):
        titles = [concept.title[language] for concept in concepts().concepts.values()]
        assert len(set(titles)) == len(titles)


# the table


@cache
def all_pairs() -> tuple[Pair, ...]:
    return tuple(table())


def test_the_table_holds_every_pair_of_items_with_one_concept() -> None:
    counts: dict[str, list[int]] = {}
    for place, name in enumerate(catalogue()):
        for item in load(name).items.values():
            if item.concept:
                counts.setdefault(item.concept, [0] * len(catalogue()))[place] += 1
    expected = sum(sum(n) ** 2 - sum(x * x for x in n) for n in counts.values())
    assert len(all_pairs()) == expected > 1000


def test_each_verdict_of_the_table_holds_up() -> None:
    """Whatever is carried over is the same question, asked of the same person about the same time, answered alike."""
    for pair in all_pairs():
        one, other = load(pair.source), load(pair.target)
        mine, theirs = one.items[pair.item], other.items[pair.to]
        assert mine.concept == theirs.concept == pair.concept
        same = (
            concepts().concepts[pair.concept].kind == "question"
            and one.informant == other.informant
            and "informant" not in {*one.context, *other.context}
            and one.unit == other.unit
            and one.window_of(pair.item) == other.window_of(pair.to) is not None
            and one.answer_set(pair.item).codes == other.answer_set(pair.to).codes
            and sum(i.concept == pair.concept for i in one.items.values()) == 1
            and sum(i.concept == pair.concept for i in other.items.values()) == 1
        )
        assert pair.carried == (not pair.why)
        assert not pair.carried or same, pair


def test_the_verdict_is_the_same_in_both_directions() -> None:
    verdicts = {(p.source, p.item, p.target, p.to): set(p.why) for p in all_pairs()}
    assert all(verdicts[c, d, a, b] == why for (a, b, c, d), why in verdicts.items())


# what is carried over, and what never is


def test_the_same_question_is_carried_over_and_marked(made: Any) -> None:
    one, two = made(), made(id="two")
    assert [p.why for p in pairs(one, two)] == [()]
    carried = prefill(one, two, {"one_1": 1, "one_2": 1})
    assert carried.answers == {"two_1": 1}
    assert carried.mark == "two_1 = one_1"


PER_FORM = "context: {informant: [self, parent]}"
DIFFERS = {
    "a theme": ({"item": "answers: yes_no, concept: weapon"}, {"item": "answers: yes_no, concept: weapon"}, "theme"),
    "another informant": ({}, {"informant": "professional"}, "informant"),
    "another unit": ({}, {"unit": "household"}, "unit"),
    "no stretch of time in one": ({}, {"window": "kind: instrument"}, "no_window"),
    "no stretch of time in either": ({"window": "kind: instrument"}, {"window": "kind: instrument"}, "no_window"),
    "another stretch of time": ({}, {"window": "window: past_6_months"}, "window"),
    "another stretch of time of the item": ({}, {"item": FROM["item"] + ", window: ever"}, "window"),
    "other words": ({}, {"codes": "{0: {nl: nooit, en: never}, 1: {nl: ja, en: yes}}"}, "answers"),
    "more answers": ({}, {"codes": FROM["codes"].replace("}}", "}, 2: {nl: vaak, en: often}}")}, "answers"),
    "two items with one concept": ({}, {"more": ", concept: weapon_used_or_threatened"}, "several"),
    "an informant that differs per form": ({}, {"window": f"{PER_FORM}\nwindow: past_year"}, "informant"),
}  # fmt: skip


@pytest.mark.parametrize("what", DIFFERS)
def test_what_differs_is_asked_again(what: str, made: Any) -> None:
    mine, theirs, why = DIFFERS[what]
    one, two = made(**mine), made(id="two", **theirs)
    found = pairs(one, two)
    assert found
    assert all(why in pair.why for pair in found)
    assert prefill(one, two, {"one_1": 1}).answers == {}


def test_other_concepts_are_no_pair(made: Any) -> None:
    assert pairs(made(), made(id="two", item="answers: yes_no, concept: weapon_owned")) == ()


@pytest.mark.parametrize("value", [None, float("nan"), "", "unknown", 7, "ja", True])
def test_a_blank_an_unknown_and_an_illegal_answer_are_not_carried_over(value: Any, made: Any) -> None:
    assert prefill(made(), made(id="two"), {"one_1": value}).answers == {}


def test_what_is_filled_in_already_stays(made: Any) -> None:
    assert prefill(made(), made(id="two"), {"one_1": 1, "two_1": 0}).answers == {}


def test_one_instrument_twice_is_refused(made: Any) -> None:
    with pytest.raises(UsageError, match="asked anew"):
        prefill(made(), made(), {"one_1": 1})


# the command


def test_the_command_marks_what_was_carried_over(made: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = made(), made(id="two")
    write(pl.DataFrame({"case": ["a", "b"], "one_1": [1, None], "one_2": [0, 0]}), tmp_path / "f.csv")
    command = ["prefill", str(one), str(two), str(tmp_path / "f.csv"), "-o", str(tmp_path / "out.csv")]
    assert main(command) == 0
    out = read(tmp_path / "out.csv")
    assert out["two_1"].to_list() == [1, None]
    assert out["carried_over"].to_list() == ["two_1 = one_1", None]
    said = capsys.readouterr()
    assert "two_1: 1 keer overgenomen" in said.out
    assert ("nog niet nagelezen" in said.err) == (not concepts().reviewed)
    assert main([*command[:3], str(tmp_path / "out.csv"), "-o", str(tmp_path / "b.csv")]) == UsageError.exit_code


def test_nothing_carried_over_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(pl.DataFrame({f"da5_{i}": [1] for i in range(1, 6)}), tmp_path / "f.csv")
    assert (
        main(["prefill", "da5", "dash", str(tmp_path / "f.csv"), "-o", str(tmp_path / "out.csv"), "--lang", "en"]) == 0
    )
    assert "Nothing was carried over" in capsys.readouterr().out


def test_the_table_is_shown_with_the_verdict_and_asks_for_a_second_pair_of_eyes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["prefill", "--table"]) == 0
    shown = capsys.readouterr().out
    assert "middelengebruik:" in shown
    assert "tweede persoon" in shown
    assert main(["prefill", "da5"]) == UsageError.exit_code
