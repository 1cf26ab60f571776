"""What an instrument knows of itself before any form is seen: points, items, layers, and how far a score can reach."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from risico.errors import BrokenInstrument
from risico.instrument import Condition, Instrument, Test, catalogue, load
from risico.instrument.each import write_out
from risico.instrument.reach import outcomes, reach
from risico.scoring import score, set_aside
from risico.strict import build, read_yaml

HERE = Path(__file__).parent
LIMIT = 10_000


def make(**blocks: str) -> Instrument:
    """The example of the format with some of its blocks replaced by the YAML given."""
    data = read_yaml(HERE / "good" / "demo3.yaml")
    for block in ("bands", "alerts", "vectors"):
        data.pop(block)
    return build(Instrument, data | {name: read_yaml(text) for name, text in blocks.items()}, "demo3")


# points ---------------------------------------------------------------------------------------------------------------

ANSWERS = """
plain: {codes: {0: {en: no}, 1: {en: some}, 3: {en: much}}}
worth: {codes: {no: {en: no}, yes: {en: yes}, often: {en: often}}, points: {no: 0, yes: 1, often: 4}}
act:
  codes: {0: {en: never}, 1: {en: once}, 7: {en: before}}
  points: {year: {0: 0, 1: 1, 7: 0}, ever: {0: 0, 1: 1, 7: 1}}
words: {codes: {low: {en: low}, high: {en: high}}}
line: {number: [2, 10]}
"""
ITEMS = """
plain: {label: {en: x}, answers: plain}
reversed: {label: {en: x}, answers: plain, reverse: true}
weighted: {label: {en: x}, answers: plain, weight: 3}
both: {label: {en: x}, answers: plain, reverse: true, weight: 0.5}
against: {label: {en: x}, answers: plain, weight: -2}
recoded: {label: {en: x}, answers: plain, points: {0: 5, 1: 2, 3: 0}}
recoded_reversed: {label: {en: x}, answers: plain, points: {0: 5, 1: 2, 3: 0}, reverse: true}
worth: {label: {en: x}, answers: worth}
own: {label: {en: x}, answers: worth, points: {no: 1, yes: 0, often: 0}}
act: {label: {en: x}, answers: act}
words: {label: {en: x}, answers: words}
line: {label: {en: x}, answers: line}
heavy_line: {label: {en: x}, answers: line, weight: -1}
"""
POINTS = {
    "plain": {0: 0, 1: 1, 3: 3},
    "reversed": {0: 3, 1: 2, 3: 0},  # lowest + highest - code, also where codes have a gap
    "weighted": {0: 0, 1: 3, 3: 9},
    "both": {0: 1.5, 1: 1, 3: 0},
    "against": {0: 0, 1: -2, 3: -6},
    "recoded": {0: 5, 1: 2, 3: 0},
    "recoded_reversed": {0: 0, 1: 3, 3: 5},  # the points are turned round, not the codes
    "worth": {"no": 0, "yes": 1, "often": 4},
    "own": {"no": 1, "yes": 0, "often": 0},  # an item's own points stand before those of its answers
}


@pytest.fixture(scope="module")
def kinds() -> Instrument:
    return make(answers=ANSWERS, items=ITEMS, scores="{}")


@pytest.mark.parametrize("item", POINTS)
def test_points_are_recoded_then_reversed_then_weighted(kinds: Instrument, item: str) -> None:
    assert kinds.points(item) == POINTS[item]
    assert kinds.point_range(item) == (min(POINTS[item].values()), max(POINTS[item].values()))


def test_a_score_names_the_table_of_points_it_uses(kinds: Instrument) -> None:
    assert kinds.points("act", "year") == {0: 0, 1: 1, 7: 0}
    assert kinds.points("act", "ever") == {0: 0, 1: 1, 7: 1}
    assert set(kinds.point_tables("act")) == {"year", "ever"}


def test_words_without_points_and_measured_numbers_have_no_table(kinds: Instrument) -> None:
    assert kinds.point_tables("words") == {}
    assert kinds.point_tables("line") == {}
    assert kinds.codes("line") is None
    assert kinds.codes("words") == ("low", "high")
    assert kinds.point_range("line") == (2, 10)
    assert kinds.point_range("heavy_line") == (-10, -2)


def test_reversing_twice_is_not_reversing() -> None:
    for instrument in map(load, catalogue()):
        for name, item in instrument.items.items():
            if item.reverse:
                once = instrument.points(name)
                plain = instrument.point_tables(name)[None]
                ends = min(plain.values()) + max(plain.values())
                assert once == {code: (ends - worth) * item.weight for code, worth in plain.items()}


# items and layers -----------------------------------------------------------------------------------------------------

LAYERED = """
top: {rule: linear, terms: {middle: 2, a: -1}, source: r1}
middle: {rule: sum, of: [low, b], source: r1}
low: {rule: count, of: [c], where: {at_least: 1}, source: r1}
verdict: {rule: decide, cases: [{when: {all: [{score: top, at_least: 2}, {not: {item: a, is: 0}}]}, then: look}],
          otherwise: leave, source: r1}
alone: {rule: highest, of: [c, a], source: r1}
"""


def test_layers_rest_only_on_earlier_ones() -> None:
    instrument = make(scores=LAYERED)
    assert instrument.depths() == (("low", "alone"), ("middle",), ("top",), ("verdict",))


def test_the_items_of_a_score_are_found_through_other_scores_in_official_order() -> None:
    instrument = make(scores=LAYERED)
    found = {name: instrument.items_of(name) for name in instrument.scores}
    assert found == {
        "top": ("a", "b", "c"),
        "middle": ("b", "c"),
        "low": ("c",),
        "verdict": ("a", "b", "c"),
        "alone": ("a", "c"),
    }


def test_only_scored_items_are_counted_as_missing() -> None:
    assert load("phq9").scored_items == tuple(map(str, range(1, 10)))
    assert "10" in load("phq9").items


def test_a_circle_is_seen_also_through_a_decision() -> None:
    circle = make(
        scores="""
x: {rule: sum, of: [a, y], source: r1}
y: {rule: decide, cases: [{when: {any: [{item: a, is: 1}, {score: x, at_least: 1}]}, then: 1}], otherwise: 0,
    source: r1}
z: {rule: sum, of: [b], source: r1}
"""
    )
    with pytest.raises(ValueError, match="x, y rest on each other"):
        circle.depths()


@pytest.mark.parametrize("name", catalogue())
def test_every_score_stands_in_one_layer_after_all_it_needs(name: str) -> None:
    instrument = load(name)
    layers = instrument.depths()
    assert sorted(itertools.chain(*layers)) == sorted(instrument.scores)
    before: set[str] = set(instrument.items)
    for layer in layers:
        for part in layer:
            entry = instrument.scores[part]
            asked = {leaf.score or leaf.item for case in entry.cases for leaf in case.when.leaves() if not leaf.context}
            assert {*entry.of, *(entry.terms or {}), *asked} <= before
        before |= set(layer)


# reach ----------------------------------------------------------------------------------------------------------------


def every_form(instrument: Instrument, items: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Every way to fill in these items completely; of a measured number its two ends."""
    choices = [instrument.codes(item) or instrument.answer_set(item).number or () for item in items]
    for filled in itertools.product(*choices):
        yield dict(zip(items, filled, strict=True))


def small() -> list[tuple[str, str]]:
    """Scores of the library of which every form can be looked at: of each instrument the first of each rule."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for instrument in map(load, catalogue()):
        for name, entry in instrument.scores.items():
            ways = math.prod(len(instrument.codes(item) or (0, 1)) for item in instrument.items_of(name))
            if reach(instrument, name) is not None and 0 < ways <= LIMIT and not needs_context(instrument, name):
                found.setdefault((instrument.id, entry.rule), (instrument.id, name))
    return list(found.values())


def needs_context(instrument: Instrument, name: str) -> bool:
    """Does a score, or one that it rests on, ask about a context column?"""
    entry = instrument.scores[name]
    leaves = [leaf for case in entry.cases for leaf in case.when.leaves()]
    parts = {*entry.of, *(entry.terms or {}), *(leaf.score for leaf in leaves)} & set(instrument.scores)
    return bool(entry.by or any(leaf.context for leaf in leaves)) or any(needs_context(instrument, p) for p in parts)


def counts_blanks(instrument: Instrument, name: str) -> bool:
    """Does a score, or one that it rests on, count blanks? Complete forms never reach its ends."""
    entry = instrument.scores[name]
    parts = {*entry.of, *(entry.terms or {})} & set(instrument.scores)
    return bool(entry.where and entry.where.blank) or any(counts_blanks(instrument, part) for part in parts)


@pytest.mark.parametrize(
    ("name", "which"), [case for case in small() if not counts_blanks(load(case[0]), case[1])], ids=lambda value: value
)
def test_the_reach_of_a_score_is_what_all_forms_together_reach(name: str, which: str) -> None:
    """Brute force over every complete form, scored in the one shipped way."""
    instrument = load(name)
    columns = {f"{name}_{item}": [] for item in instrument.items_of(which)}
    for form in every_form(instrument, instrument.items_of(which)):
        for item, code in form.items():
            columns[f"{name}_{item}"].append(code)
    absent = {
        column: [None] * len(next(iter(columns.values()))) for column in instrument.columns() if column not in columns
    }
    values = sound(instrument, pl.DataFrame(columns | absent))[f"{name}_{which}"].drop_nulls()
    assert (values.min(), values.max()) == reach(instrument, which)


def sound(instrument: Instrument, forms: pl.DataFrame) -> pl.DataFrame:
    """Score the forms that do not contradict themselves."""
    return score(set_aside(forms, instrument)[0] if instrument.refuse else forms, instrument)


def test_enough_scores_of_the_library_are_small_enough_to_try() -> None:
    assert len(small()) >= 20


def test_reach_follows_rules_factors_and_outcomes() -> None:
    instrument = make(scores=LAYERED)
    assert reach(instrument, "low") == (0, 1)
    assert reach(instrument, "middle") == (0, 3)
    assert reach(instrument, "top") == (-2, 6)
    assert reach(instrument, "alone") == (0, 2)
    assert reach(instrument, "verdict") is None
    assert outcomes(instrument.scores["verdict"]) == ["leave", "look"]
    assert reach(instrument, "a") == (0, 2)


@pytest.mark.parametrize(
    ("rule", "ends"),
    [("sum", (1, 12)), ("mean", (0.5, 6)), ("highest", (1, 9)), ("lowest", (0, 3))],
)
def test_reach_of_items_with_other_ends(rule: str, ends: tuple[float, float]) -> None:
    answers = "{small: {codes: {0: {en: x}, 3: {en: x}}}, large: {number: [1, 9]}}"
    items = "{s: {label: {en: x}, answers: small}, l: {label: {en: x}, answers: large}}"
    instrument = make(answers=answers, items=items, scores=f"r: {{rule: {rule}, of: [s, l], source: r1}}")
    assert reach(instrument, "r") == ends


# conditions as data ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "fits", "not_fits"),
    [
        ({"is": 2}, [2, 2.0], [1, "2"]),
        ({"is": "2"}, ["2"], [2]),
        ({"is": False}, [False, 0], [True, "false"]),
        ({"in": (1, "x")}, [1, "x"], [2, "1"]),
        ({"at_least": 2}, [2, 3.5], [1.9, "2", "x"]),
        ({"below": 2}, [1.9, -1], [2, "1"]),
        ({"below": 0}, [-1], [0, 1]),
        ({"at_least": 0}, [0], [-0.5]),
    ],
)
def test_a_question_about_a_known_value(test: dict[str, Any], fits: list[Any], not_fits: list[Any]) -> None:
    question = Test.model_validate(test)
    assert [question.holds(value) for value in fits] == [True] * len(fits)
    assert [question.holds(value) for value in not_fits] == [False] * len(not_fits)


def test_leaves_are_found_at_any_depth() -> None:
    told = read_yaml("""
all:
  - {item: a, is: 1}
  - not: {any: [{score: total, below: 3}, {context: sex, is: f}]}
  - {of: [{item: b, at_least: 1}, {item: c, in: [1, 2]}], at_least: 2}
""")
    condition = build(Condition, told, "condition")
    assert [leaf.subject for leaf in condition.leaves()] == ["a", "total", "sex", "b", "c"]
    assert condition.subject is None
    assert len(condition.parts) == 3


# written out and frozen -----------------------------------------------------------------------------------------------


def test_sides_are_written_out_before_anything_is_checked(tmp_path: Path) -> None:
    text = (HERE / "good" / "demo3.yaml").read_text().split("vectors:")[0].replace("id: demo3", "id: sides")
    text = text.replace("items:\n", "each: {side: [self, partner]}\nitems:\n").replace(
        "  a: {label", '  "a_{side}": {label'
    )
    text = text.replace("of: [a, b, c]", 'of: ["a_{side}", b, c]').replace("range: [0, 6]", "range: [0, 8]")
    (tmp_path / "sides.yaml").write_text(text)
    instrument = load(tmp_path / "sides.yaml")
    assert tuple(instrument.items) == ("a_self", "a_partner", "b", "c")
    assert instrument.scores["total"].of == ("a_self", "a_partner", "b", "c")


def test_two_kinds_of_sides_are_written_out_one_after_the_other() -> None:
    written = write_out({"{when}_{side}": {"of": ["{side}"]}}, {"side": ["a", "b"], "when": ["now", "ever"]})
    assert written == {
        "now_a": {"of": ["a"]}, "ever_a": {"of": ["a"]}, "now_b": {"of": ["b"]}, "ever_b": {"of": ["b"]},
    }  # fmt: skip


def test_a_loaded_instrument_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        load("phq9").version = 2  # type: ignore[misc]
    with pytest.raises(Exception, match="frozen"):
        load("phq9").scores["total"].of = ()  # type: ignore[misc]


def test_the_path_of_a_mistake_leads_through_the_sides(tmp_path: Path) -> None:
    text = (HERE / "good" / "demo3.yaml").read_text().replace("items:\n", "each: {side: [self]}\nitems:\n")
    text = text.replace("  a: {label", '  "a_{side}": {lable').replace("id: demo3", "id: sides")
    (tmp_path / "sides.yaml").write_text(text)
    with pytest.raises(BrokenInstrument, match=r"items\.a_self\.lable: there is no key 'lable' here"):
        load(tmp_path / "sides.yaml")
