"""A blank is never read as good news: proven by blanking answers, and by filling blanks in every possible way."""

from itertools import product
from math import prod
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import make, rows
from oracle import Oracle
from risico.instrument import Condition, Instrument, catalogue, load
from strategies import form, forms, instruments, legal
from test_scoring_oracle import SLOW, lenient, same

Form = dict[str, Any]


def asked(it: Instrument, name: str) -> set[str]:
    """The scores that a score asks about or is made of, itself included."""
    score = it.scores[name]
    whens = [*(case.when for case in score.cases), *([score.only] if score.only else [])]
    parts = [*score.of, *(score.terms or {}), *(leaf.score for when in whens for leaf in when.leaves())]
    return {name}.union(*(asked(it, part) for part in parts if part in it.scores))


def counts_blanks(it: Instrument, names: set[str]) -> bool:
    """Whether one of the scores is of what was answered alone: that changes with every blank, as it should.

    It is a count of what was not answered, or how far the goals that were rated came.
    """
    scores = [it.scores[name] for name in names]
    return any((score.where and score.where.blank) or score.rule == "goal_attainment" for score in scores)


def estimates(it: Instrument, name: str) -> bool:
    """Whether a score, or one it is made of, is prorated or at least: then its value may move with a blank."""
    score = it.scores[name]
    parts = [part for part in (*score.of, *(score.terms or {})) if part in it.scores]
    return score.missing.then in ("prorate", "at_least") or any(estimates(it, part) for part in parts)


def kept(it: Instrument) -> list[str]:
    """The results that blanking an answer may only empty: of scores, their levels, and alerts."""

    def sure(names: set[str]) -> bool:
        return not counts_blanks(it, names)

    def about(condition: Condition) -> set[str]:
        return set().union(*(asked(it, leaf.score) for leaf in condition.leaves() if leaf.score))

    scores = [name for name in it.scores if sure(asked(it, name)) and not estimates(it, name)]
    bands = [name for name, band in it.bands.items() if band.of in scores]
    alerts = [name for name, alert in it.alerts.items() if sure(about(alert.when))]
    return [f"{it.id}_{name}" for name in (*scores, *bands, *alerts)]


def bounded(it: Instrument, row: Form) -> list[str]:
    """The scores that travel with their lowest and highest over every filling-in."""
    named = [name for name in it.scores if f"{it.id}_{name}_low" in row]
    return [f"{it.id}_{name}" for name in named if not counts_blanks(it, asked(it, name))]


def scored(it: Instrument, many: list[Form]) -> list[Form]:
    numbered = [one | {"case": i} for i, one in enumerate(many)]
    return rows(lenient(make("polars", {name: [one[name] for one in numbered] for name in numbered[0]}), it))


def blankings(it: Instrument, one: Form) -> list[Form]:
    """The form with each of its answers blanked in turn, but for what a certain skip would fill in again."""
    skipped = {item for skip in it.skip if Oracle(one, it).truth(skip.when) for item in skip.then.items}
    codes = Oracle(one, it).codes
    return [one | {f"{it.id}_{item}": None} for item in it.items if codes[item] is not None and item not in skipped]


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_blanking_an_answer_keeps_a_result_or_empties_it(data: st.DataObject) -> None:
    it = data.draw(instruments())
    columns = data.draw(forms(it, most=3, only_legal=True))
    for i in columns["case"]:
        whole, *fewer = scored(it, [form(columns, i), *blankings(it, form(columns, i))])
        if whole[f"{it.id}_missing"] is None:
            continue  # it contradicts itself, which a blank may take away
        for after in fewer:
            for name in kept(it):
                assert after[name] is None or same(after[name], whole[name]), name
            assert after[f"{it.id}_missing"] >= whole[f"{it.id}_missing"]
            for name in bounded(it, whole):
                low, high = after[f"{name}_low"], after[f"{name}_high"]
                if low is not None and whole[f"{name}_low"] is not None:
                    assert low <= whole[f"{name}_low"] + 1e-9
                    assert high >= whole[f"{name}_high"] - 1e-9


def fillings(it: Instrument, one: Form, most: int = 400) -> list[Form]:
    """The form with its blanks filled in in every way (for a measured number: its ends and some between)."""
    codes = Oracle(one, it).codes
    blanks = [item for item in it.items if codes[item] is None]
    if prod(len(legal(it, item)) for item in blanks) > most:
        return []
    ways = product(*(legal(it, item) for item in blanks))
    return [one | {f"{it.id}_{item}": code for item, code in zip(blanks, way, strict=True)} for way in ways]


def free(it: Instrument, name: str) -> bool:
    """Whether nothing couples the items of a score, so that each filling-in of its blanks can really be met."""
    score = it.scores[name]
    made_of_items = {*score.of, *(score.terms or {})} <= set(it.items)
    return made_of_items and score.rule not in ("decide", "lookup", "judgement") and not it.refuse


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_low_and_high_are_the_extremes_over_every_filling_in(data: st.DataObject) -> None:
    it = data.draw(instruments(most_items=4))
    columns = data.draw(forms(it, most=2, only_legal=True))
    for i in columns["case"]:
        open_, *filled = scored(it, [form(columns, i), *fillings(it, form(columns, i))])
        filled = [row for row in filled if row[f"{it.id}_missing"] is not None]
        if open_[f"{it.id}_missing"] is None or not filled:
            continue
        for name in bounded(it, open_):
            low, high, values = open_[f"{name}_low"], open_[f"{name}_high"], [row[name] for row in filled]
            if low is None or high is None or None in values:
                continue
            assert low <= min(values) + 1e-9, name
            assert high >= max(values) - 1e-9, name
            if free(it, name.removeprefix(f"{it.id}_")):
                assert same(low, min(values)), name
                assert same(high, max(values)), name


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_a_result_that_is_kept_is_the_result_of_every_filling_in(data: st.DataObject) -> None:
    it = data.draw(instruments(most_items=4))
    columns = data.draw(forms(it, most=2, only_legal=True))
    for i in columns["case"]:
        open_, *filled = scored(it, [form(columns, i), *fillings(it, form(columns, i))])
        if open_[f"{it.id}_missing"] is None:
            continue
        for name in kept(it):
            for row in filled:
                if open_[name] is not None and row[f"{it.id}_missing"] is not None:
                    assert same(open_[name], row[name]), name


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_a_wholly_empty_form_has_no_score_and_no_level(data: st.DataObject) -> None:
    it = data.draw(instruments())
    unknown = data.draw(st.sampled_from([None, *it.missing_codes]))
    empty = dict.fromkeys(it.columns(), unknown) | {"side": "self", "norms": "uk", "age": 40}
    if any(code is not None for code in Oracle(empty, it).codes.values()):
        return  # a skip that holds whatever is answered has filled something in
    (row,) = scored(it, [empty])
    bounds = [f"{name}_{end}" for name in (*it.scores, *it.bands) for end in ("low", "high")]
    assert all(row.get(f"{it.id}_{name}") is None for name in (*it.scores, *it.bands, *bounds))


@pytest.mark.parametrize("name", catalogue())
def test_a_wholly_empty_form_of_a_shipped_instrument_has_no_score_and_no_level(name: str) -> None:
    it = load(name)
    context = {k: allowed[0] if isinstance(allowed, tuple) else allowed.number[1] for k, allowed in it.context.items()}
    (row,) = scored(it, [dict.fromkeys(it.columns()) | context])
    assert row[f"{name}_missing"] == len(it.scored_items)
    assert all(row[f"{name}_{result}"] is None for result in (*it.scores, *it.bands))


def test_an_alert_on_an_empty_form_is_unknown_and_not_false() -> None:
    columns = pl.DataFrame({f"phq9_{i}": [None, 0] for i in range(1, 11)}, schema_overrides={"phq9_9": pl.Int64})
    assert lenient(columns, load("phq9"))["phq9_safety_item9"].to_list() == [None, False]


@pytest.mark.parametrize("name", ["cts2", "cts2s", "ctspc"])
def test_how_often_is_known_only_of_whom_it_happened_to(name: str) -> None:
    it = load(name)
    how_often = [score for score in it.scores if score.endswith("_chronicity")]
    never, once, before = (0, 6, 7) if name != "cts2s" else (8, 6, 7)
    forms = pl.DataFrame({column: [never, once, before, once] for column in it.columns()} | {"age": [8] * 4})
    last = it.columns()[-1]
    forms = forms.with_columns(pl.when(pl.int_range(pl.len()) < 3).then(last).alias(last))
    row = lenient(forms, it).rows(named=True)
    assert how_often
    for score in how_often:
        asked = last.removeprefix(f"{name}_") in it.items_of(score)
        most = row[1][f"{name}_{score.replace('_chronicity', '_frequency' + '_year' * (name == 'ctspc'))}"]
        assert most >= 25
        assert [one[f"{name}_{score}"] for one in row] == [None, most, None, None if asked else most], score
