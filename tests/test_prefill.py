"""One answer asked once: the controlled lists, the table of all pairs, and what is never carried over."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conftest import ROOT
from engines import ENGINES, make, rows
from risico.cli import main
from risico.errors import BrokenInstrument, UsageError
from risico.exchange import read, write
from risico.instrument import catalogue, load
from risico.instrument.model import Window
from risico.prefill import Pair, concepts, pairs, prefill, table
from risico.prefill.listing import text, words
from risico.prefill.lists import FILE, Concepts
from risico.strict import build, read_yaml

TABLE = ROOT / "docs" / "prefill_table.csv"
FROM = {
    "id": "one",
    "informant": "self",
    "window": "window: past_year",
    "context": "context: {}",
    "item": "answers: yes_no, question: feels_emptiness",
    "codes": "{0: {nl: nee, en: no}, 1: {nl: ja, en: yes}}",
    "unit": "person",
    "more": "",
}
TEXT = """\
id: {id}
version: 1
unit: {unit}
status: computed
model: formative
title: {{nl: Voorbeeld, en: Example}}
domain: demonstration
informant: {informant}
{window}
{context}
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
        path.write_text(TEXT.format(**told), encoding="utf-8")
        return path

    return make


# the lists


def test_every_theme_and_question_that_an_item_has_is_defined_in_both_languages() -> None:
    known = concepts()
    items = [item for name in catalogue() for item in load(name).items.values()]
    assert {item.concept for item in items} - {None} <= set(known.themes)
    assert {item.question for item in items} - {None} == set(known.questions)
    for concept in (*known.themes.values(), *known.questions.values()):
        assert set(concept.title) == set(concept.definition) == {"nl", "en"}


def test_the_client_and_the_other_person_are_two_themes() -> None:
    known = concepts().themes
    assert "zichzelf" in known["suicidality"].definition["nl"]
    assert "geweld gebruikt" in known["suicidality_other"].definition["nl"]
    about = {name: load("da").items[name].concept for name in ("16", "20")} | {"dash": load("dash").items["22"].concept}
    assert about == {"16": "suicidality_other", "20": "suicidality", "dash": "suicidality_other"}


def test_no_two_titles_are_the_same() -> None:
    for language in ("nl", "en"):
        for listed in (concepts().themes, concepts().questions):
            titles = [concept.title[language] for concept in listed.values()]
            assert len(set(titles)) == len(titles)


def test_what_is_listed_as_different_or_short_is_there() -> None:
    for listed in concepts().differs:
        (pair,) = (pair for pair in all_pairs() if {pair.column, pair.filled} == set(listed.items))
        assert "differs" in pair.why
    for form in concepts().short_forms:
        short = [pair for pair in pairs(form.long, form.short) if pair.question]
        assert len({pair.to for pair in short}) == len(load(form.short).items)


def test_a_question_about_somebody_else_or_an_event_says_so() -> None:
    """These alone are about nobody and nothing but who answers; anything else is never carried over."""
    alone = {name for name, question in concepts().questions.items() if question.subject is None}
    short = [load(form) for form in ("phq2", "gad2", "auditc", "djg6", "k6")]
    assert alone == {item.question for it in short for item in it.items.values()}
    for name, question in concepts().questions.items():
        words_of_others = ("partner", "ander", "gebruikt", "de twee", "relatie", "gebeurtenis", "geweld")
        assert (question.subject is not None) == any(word in question.definition["nl"] for word in words_of_others), (
            name
        )


def test_reviewed_says_which_table_was_read() -> None:
    said = read_yaml(FILE)
    for broken in ({"reviewed": True, "read": None}, {"reviewed": False, "read": "abc"}):
        with pytest.raises(BrokenInstrument, match="SHA-256"):
            build(Concepts, said | broken, "concepts")
    assert build(Concepts, said | {"reviewed": True, "read": "abc"}, "concepts").reviewed


# the stretch of time of each form

UNDATED = {
    "care_nl": "history and now in one item",
    "cfra": "history and now, item by item",
    "cfra_nl": "history and now, item by item",
    "dass42": "no sheet",
    "fad_gf12": "not fixed",
    "family_apgar": "not fixed",
    "gas": "from the goal to its review",
    "hits": "none, or the past year, by version",
    "hseast": "current or recent",
    "icast": "the past year or childhood, by version",
    "psc17": "not stated",
    "rihg": "the incident, the record and now",
    "sara_v2": "past, recent and the incident",
    "sash": "the episode and history",
    "vass": "recent or current",
    "wast": "the relationship, or the past year in some versions",
}


def test_every_form_with_a_sheet_declares_its_time_or_has_a_reason_not_to() -> None:
    its = [load(name) for name in catalogue()]
    without = {it.id for it in its if it.kind == "instrument" and not any(map(it.window_of, it.items))}
    assert without == set(UNDATED)


@pytest.mark.parametrize(
    ("name", "item", "window", "seen"),
    [
        ("phq9", "1", "past_2_weeks", True),
        ("audit", "8", "past_year", True),
        ("audit", "9", "ever", True),
        ("da", "1", "past_year", True),
        ("da5", "1", "past_6_months", True),
        ("da5", "2", "ever", True),
        ("da5", "3", "now", True),
        ("da5", "5", "now", True),
        ("dash", "22", "ever", False),
        ("bsi18", "1", "past_week", False),
        ("itq", "p1", "past_month", True),
        ("itq", "c1", "in_general", True),
        ("assist", "alcohol_1", "ever", True),
        ("assist", "alcohol_2", "past_3_months", True),
        ("sara_v3", "n1_past", "before_past_year", False),
    ],
)
def test_the_stretch_of_time_is_that_of_the_sheet(name: str, item: str, window: Window, seen: bool) -> None:
    assert (load(name).window_of(item), load(name).window_seen_of(item)) == (window, seen)


# the table


@cache
def all_pairs() -> tuple[Pair, ...]:
    return tuple(table())


def test_the_table_holds_every_pair_of_items_with_one_question_or_theme() -> None:
    named = [
        (it.id, item.question, item.concept)
        for it in map(load, catalogue())
        for item in it.items.values()
        if item.question or item.concept
    ]
    expected = sum(
        (q is not None and q == other_q) or (theme is not None and theme == other_theme)
        for place, (name, q, theme) in enumerate(named)
        for other, other_q, other_theme in named[place + 1 :]
        if name != other
    )
    assert len(all_pairs()) == expected > 1000


def test_each_verdict_of_the_table_holds_up() -> None:
    """Whatever is carried over is the same question, asked of the same person about the same time, answered alike."""
    for pair in all_pairs():
        one, other = load(pair.source), load(pair.target)
        mine, theirs = one.items[pair.item], other.items[pair.to]
        assert (pair.verdict == "ask") == bool(pair.why)
        same = (
            mine.question == theirs.question == pair.about
            and (one.informant == other.informant)
            and one.unit == other.unit
            and one.window_of(pair.item) == other.window_of(pair.to) is not None
            and one.answer_set(pair.item).codes == other.answer_set(pair.to).codes
            and not any(variant.versions for it in (one, other) for variant in it.variants.values())
            and concepts().questions[pair.about].subject is None
        )
        assert same or pair.why, pair


def test_the_verdict_is_the_same_in_both_directions() -> None:
    for pair in all_pairs():
        if pair.question:
            back = [p for p in pairs(pair.target, pair.source) if (p.item, p.to) == (pair.to, pair.item)]
            assert [(p.verdict, set(p.why)) for p in back] == [(pair.verdict, set(pair.why))]


def test_what_is_carried_over_today() -> None:
    """Whoever changes this list changes what is filled in for a client: read the two forms side by side first."""
    carried = {(pair.source, pair.target) for pair in all_pairs() if pair.verdict == "carry"}
    waiting = {(pair.source, pair.target) for pair in all_pairs() if pair.verdict == "wait"}
    assert carried == {("audit", "auditc"), ("djg11", "djg6"), ("gad2", "gad7"), ("phq2", "phq9")}
    assert waiting == set()
    assert {pair.column: pair.filled for pair in pairs("djg11", "djg6")} == {
        f"djg11_{n}": f"djg6_{n}" for n in (3, 4, 7, 8, 9, 10)
    }


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("da_5", "da5_2", ("differs", "other")),
        ("da_1", "da5_1", ("window", "other")),
        ("da_14", "da5_5", ("other",)),
        ("da_18", "da5_3", ("other",)),
        ("da_16", "dash_22", ("window_memory", "other")),
        ("da_15", "odara_12", ("informant", "answers", "other")),
        ("ehits_1", "hits_1", ("no_window", "other")),
        ("wast_1", "wast_short_1", ("no_window", "other")),
        ("cries13_8", "cries8_6", ("event",)),
        ("itq_p5", "pcl5_17", ("event",)),
        ("itq_p6", "pcl5_18", ("event",)),
        ("k10_2", "k6_2", ("version", "answers")),
    ],
)
def test_what_looks_the_same_and_is_asked_again(one: str, other: str, why: tuple[str, ...]) -> None:
    assert [pair.why for pair in all_pairs() if (pair.column, pair.filled) == (one, other)] == [why]


def test_the_item_of_the_da5_that_is_another_in_2017_is_never_filled() -> None:
    assert load("da5").items["4"].question is None
    assert not any("da5_4" in (pair.column, pair.filled) for pair in all_pairs())


def test_the_written_table_is_not_stale() -> None:
    """Write it anew with `risico prefill --table --lang en -o docs/prefill_table.csv --force`, and read the change."""
    assert text() == TABLE.read_text(encoding="utf-8"), test_the_written_table_is_not_stale.__doc__


def test_the_table_that_was_read_is_the_table() -> None:
    """A table that changed since was not read: set `reviewed: false` and `read: null`, and have it read again."""
    assert concepts().read in (None, hashlib.sha256(TABLE.read_bytes()).hexdigest())


def test_the_written_table_holds_each_pair_once() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    listed = [(row["from"], to) for row in written for to in row["to"].split()]
    assert sorted(listed) == sorted((pair.column, pair.filled) for pair in all_pairs())
    assert all(row["why"] and row["from_item"] for row in written)


def test_every_verdict_reason_and_stretch_of_time_has_words() -> None:
    assert {reason for pair in all_pairs() for reason in pair.why} - {"differs"} <= set(words()["why"])
    assert set(Window.__args__) == set(words()["time"])
    assert set(words()["verdict"]) == {"carry", "wait", "ask"}


# what is carried over, and what never is


def as_if(monkeypatch: pytest.MonkeyPatch, *, reviewed: bool) -> None:
    whole = concepts().model_copy(update={"reviewed": reviewed})
    monkeypatch.setattr("risico.prefill.pairing.concepts", lambda: whole)


@pytest.fixture
def read_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a second person had read the table."""
    as_if(monkeypatch, reviewed=True)


def frame(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({name: [value] for name, value in columns.items()}, strict=False)


@pytest.mark.usefixtures("read_through")
def test_the_same_question_is_carried_over_and_marked(made: Any) -> None:
    one, two = made(), made(id="two")
    assert [p.why for p in pairs(one, two)] == [()]
    done = prefill(frame(one_1=1, one_2=1), one, two).forms
    assert done.select("two_1", "two_2", "carried_over_two").rows() == [(1, None, "two_1 = one_1")]


def test_until_the_table_is_read_only_a_short_form_is_carried_over(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if(monkeypatch, reviewed=False)
    one, two = made(), made(id="two")
    assert [p.verdict for p in pairs(one, two)] == ["wait"]
    forms = frame(one_1=1)
    done = prefill(forms, one, two)
    assert done.forms is forms
    assert [pair.filled for pair in done.asked] == ["two_1"]
    assert prefill(frame(gad7_1=3), "gad7", "gad2").forms["gad2_1"].to_list() == [3]


ANSWERS = "answers: yes_no"
OTHER, EVENT = ({"item": f"{ANSWERS}, question: {question}"} for question in ("weapon_owned", "event_images"))
DIFFERS = {
    "somebody else, who may be another": (OTHER, OTHER, "other"),
    "an event, that may be another": (EVENT, EVENT, "event"),
    "only a theme": ({"item": f"{ANSWERS}, concept: weapon"}, {"item": f"{ANSWERS}, concept: weapon"}, "theme"),
    "another informant": ({}, {"informant": "professional"}, "informant"),
    "nobody who can fill in both": ({}, {"context": "context: {informant: [teacher, parent]}"}, "informant"),
    "another unit": ({}, {"unit": "household"}, "unit"),
    "no stretch of time in one": ({}, {"window": "kind: instrument"}, "no_window"),
    "no stretch of time in either": ({"window": "kind: instrument"}, {"window": "kind: instrument"}, "no_window"),
    "another stretch of time": ({}, {"window": "window: past_6_months"}, "window"),
    "another stretch of time of the item": ({}, {"item": FROM["item"] + ", window: ever"}, "window"),
    "a stretch of time from memory": ({}, {"window": "window: past_year\nwindow_seen: false"}, "window_memory"),
    "that of an item from memory": (
        {},
        {"item": FROM["item"] + ", window: past_year, window_seen: false"},
        "window_memory",
    ),
    "other words": ({}, {"codes": "{0: {nl: nooit, en: never}, 1: {nl: ja, en: yes}}"}, "answers"),
    "more answers": ({}, {"codes": FROM["codes"].replace("}}", "}, 2: {nl: vaak, en: often}}")}, "answers"),
    "other codes": ({}, {"codes": FROM["codes"].replace("1:", "2:")}, "answers"),
    "two items with one question": ({}, {"more": ", question: feels_emptiness"}, "several"),
    "another version of the form": (
        {},
        {
            "context": "context: {coding: [a, b]}\nvariants: {coding: {assumed: a, versions: "
            "{b: {codes: [{items: ['1', '2'], as: {5: 0, 6: 1}}]}}}}"
        },
        "version",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("read_through")
@pytest.mark.parametrize("what", DIFFERS)
def test_what_differs_in_one_thing_is_asked_again(what: str, made: Any) -> None:
    mine, theirs, why = DIFFERS[what]
    one, two = made(**mine), made(id="two", **theirs)
    found = pairs(one, two)
    assert found
    assert all(pair.why == (why,) for pair in found)
    assert "two_1" not in prefill(frame(one_1=1), one, two).forms.columns


def test_another_question_is_no_pair_and_another_with_one_theme_is_only_that(made: Any) -> None:
    assert pairs(made(), made(id="two", item=f"{ANSWERS}, question: jealousy_violent")) == ()
    one = made(item=f"{ANSWERS}, concept: weapon, question: weapon_owned")
    two = made(id="two", item=f"{ANSWERS}, concept: weapon, question: weapon_used_or_threatened")
    assert [(pair.about, pair.why) for pair in pairs(one, two)] == [("weapon", ("theme",))]


PER_FORM = {"context": "context: {informant: [self, parent]}"}


@pytest.mark.usefixtures("read_through")
def test_who_fills_in_is_read_from_the_form_where_it_differs_per_form(made: Any) -> None:
    one, two = made(**PER_FORM), made(id="two")
    forms = pl.DataFrame({"one_1": [1, 1, 1, 1], "informant": ["self", "parent", None, "child"]})
    done = prefill(forms, one, two)
    assert done.forms["two_1"].to_list() == [1, None, None, None]
    assert done.forms["carried_over_two"].to_list()[1:] == [None, None, None]
    assert {(c.carried, c.unsure) for c in done.columns} == {(1, 3)}
    silent = prefill(forms.drop("informant"), one, two)
    assert {(c.carried, c.unsure) for c in silent.columns} == {(0, 4)}


def test_two_forms_about_an_event_share_no_answer() -> None:
    """A child answers about the worst event; which one that was stands on neither form."""
    forms = pl.DataFrame({f"cries13_{n}": [5] for n in range(1, 14)} | {"informant": ["self"]})
    done = prefill(forms, "cries13", "cries8")
    assert done.forms is forms
    assert {pair.why for pair in done.asked} == {("event",)}
    assert len(done.asked) == 8


@pytest.mark.usefixtures("read_through")
@pytest.mark.parametrize("value", [None, float("nan"), "", " ", "unknown", 7, "7", "ja", "1.0", 0.5])
def test_a_blank_an_unknown_and_an_illegal_answer_are_not_carried_over(value: Any, made: Any) -> None:
    done = prefill(frame(one_1=value), made(), made(id="two"))
    assert done.forms["two_1"].to_list() == [None]
    assert done.forms["carried_over_two"].to_list() == [None]
    (found,) = done.columns
    assert found.carried == 0
    assert found.blank + found.unknown + found.illegal == 1


@pytest.mark.usefixtures("read_through")
def test_nothing_is_taken_from_a_form_that_contradicts_itself(made: Any, tmp_path: Path) -> None:
    refuse = "refuse: [{when: {all: [{item: '1', is: 1}, {item: '2', is: 1}]}, words: {nl: kan niet, en: cannot be}}]"
    one, two = made(), made(id="two")
    one.write_text(one.read_text(encoding="utf-8") + refuse + "\n", encoding="utf-8")
    done = prefill(pl.DataFrame({"one_1": [1, 1], "one_2": [1, 0]}), one, two)
    assert done.forms["two_1"].to_list() == [None, 1]
    assert (done.columns[0].carried, done.columns[0].unsure) == (1, 1)


@pytest.mark.parametrize("there", [[3, None], [None, None]])
def test_a_column_that_is_there_stays_as_it_is(there: list[int | None]) -> None:
    forms = pl.DataFrame({"phq9_1": [1, 1], "phq9_2": [2, 2], "phq2_1": there}, schema_overrides={"phq2_1": pl.Int64})
    done = prefill(forms, "phq9", "phq2")
    assert done.forms["phq2_1"].to_list() == there
    assert done.forms["phq2_2"].to_list() == [2, 2]
    assert done.forms["carried_over_phq2"].to_list() == ["phq2_2 = phq9_2"] * 2
    assert [column.column for column in done.columns if column.stays] == ["phq2_1"]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_kind_of_frame_comes_back_as_it_came_and_filled(engine: str) -> None:
    forms = make(engine, {"case": ["a", "b", "c", "d"], "phq9_1": [2, None, 7, 0], "phq9_2": ["3", "unknown", "x", ""]})
    done = prefill(forms, "phq9", "phq2")
    assert type(done.forms) is type(forms)
    found = [(row["case"], row["phq2_1"], row["phq2_2"], row["carried_over_phq2"]) for row in rows(done.forms)]
    assert found == [
        ("a", 2, 3, "phq2_1 = phq9_1; phq2_2 = phq9_2"),
        ("b", None, None, None),
        ("c", None, None, None),
        ("d", 0, None, "phq2_1 = phq9_1"),
    ]
    assert [(c.carried, c.blank, c.unknown, c.illegal) for c in done.columns] == [(2, 1, 0, 1), (1, 1, 1, 1)]
    assert set(rows(forms)[0]) == {"case", "phq9_1", "phq9_2"}


@pytest.mark.usefixtures("read_through")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_column_without_answers_and_a_frame_without_rows_fill_nothing(engine: str, made: Any) -> None:
    more = {"more": ", question: misses_people"}
    one, two = made(**PER_FORM, **more), made(id="two", **more)
    forms = make(engine, {"one_1": [None, None], "one_2": [0, 1], "informant": ["self", "parent"]})
    done = prefill(forms, one, two)
    found = [(row["two_1"], row["two_2"]) for row in rows(done.forms)]
    assert sorted(found, key=str) == [(None, 0), (None, None)]
    assert [(c.carried, c.blank, c.unsure) for c in done.columns] == [(0, 2, 0), (1, 0, 1)]
    silent = prefill(make(engine, {"one_2": [0, 1]}), one, two)
    assert [(c.carried, c.blank, c.unsure) for c in silent.columns] == [(0, 0, 2)]
    none = prefill(pl.DataFrame({"phq9_1": []}, schema={"phq9_1": pl.Int64}), "phq9", "phq2")
    assert [(c.carried, c.blank) for c in none.columns] == [(0, 0)]


def test_a_long_form_is_filled_from_its_short_one_and_the_rest_stays_blank() -> None:
    done = prefill(frame(phq2_1=1, phq2_2=3), "phq2", "phq9").forms
    assert done.columns[2:-1] == list(load("phq9").columns())
    assert done.row(0) == (1, 3, 1, 3, *[None] * 8, "phq9_1 = phq2_1; phq9_2 = phq2_2")


def test_two_forms_can_be_filled_one_after_the_other() -> None:
    forms = frame(phq9_1=1, phq9_2=2, gad7_1=3, gad7_2=0)
    both = prefill(prefill(forms, "phq9", "phq2").forms, "gad7", "gad2").forms
    assert both.select("phq2_1", "phq2_2", "gad2_1", "gad2_2").row(0) == (1, 2, 3, 0)
    assert {"carried_over_phq2", "carried_over_gad2"} <= set(both.columns)


def test_what_cannot_be_prefilled_is_refused() -> None:
    with pytest.raises(UsageError, match="asked anew"):
        prefill(frame(phq9_1=1), "phq9", "phq9")
    with pytest.raises(UsageError, match="No column belongs to phq9"):
        prefill(frame(gad7_1=1), "phq9", "phq2")
    with pytest.raises(UsageError, match="prefilled before"):
        prefill(prefill(frame(phq9_1=1), "phq9", "phq2").forms, "phq9", "phq2")


# the command


def test_the_command_marks_what_was_carried_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(pl.DataFrame({"case": ["a", "b", "c"], "phq9_1": [1, None, 9], "phq9_2": [0, 0, 0]}), tmp_path / "f.csv")
    command = ["prefill", "phq9", "phq2", str(tmp_path / "f.csv"), "-o", str(tmp_path / "out.csv")]
    assert main(command) == 0
    out = read(tmp_path / "out.csv")
    assert out["phq2_1"].to_list() == [1, None, None]
    assert out["carried_over_phq2"].to_list()[1] == "phq2_2 = phq9_2"
    said = capsys.readouterr()
    assert "phq2_1: 1 keer overgenomen uit phq9_1" in said.out
    assert "1 keer niet: niet ingevuld" in said.out
    assert "1 keer niet: geen antwoord van dit formulier" in said.out
    assert ("nog niet nagelezen" in said.err) == (not concepts().reviewed)
    assert main([*command[:3], str(tmp_path / "out.csv"), "-o", str(tmp_path / "b.csv")]) == UsageError.exit_code


def test_what_was_not_carried_over_is_said_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(pl.DataFrame({f"da_{i}": [1] for i in range(1, 21)}), tmp_path / "f.csv")
    assert main(["prefill", "da", "da5", str(tmp_path / "f.csv"), "-o", str(tmp_path / "o.csv"), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "da5_1 not from da_1; ask again: another stretch of time" in said
    assert "da5_2 not from da_5; ask again: The DA counts a threat only with a lethal weapon" in said
    assert "Nothing was carried over" in said
    assert not (tmp_path / "o.csv").exists()


def test_the_table_shows_each_pair_with_the_verdict_and_asks_for_a_second_pair_of_eyes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["prefill", "--table", "da", "da5"]) == 0
    shown = capsys.readouterr().out
    assert "opnieuw vragen  da_1   da5_1" in shown
    assert "tweede persoon" in shown
    assert main(["prefill", "--table", "djg6", "--lang", "en"]) == 0
    assert capsys.readouterr().out.count("carry over") == 6
    assert main(["prefill", "da5"]) == UsageError.exit_code


def test_the_table_can_be_written_to_be_read_through(tmp_path: Path) -> None:
    assert main(["prefill", "--table", "--lang", "en", "-o", str(tmp_path / "pairs.csv")]) == 0
    assert (tmp_path / "pairs.csv").read_text(encoding="utf-8") == TABLE.read_text(encoding="utf-8")
    assert main(["prefill", "--table", "da", "-o", str(tmp_path / "da.csv")]) == UsageError.exit_code
