"""The rule written out for other programs is the rule that scores: on every vector, and on forms made up at random."""

from __future__ import annotations

import random
import warnings
from typing import Any

import polars as pl
import pytest

from exported import same
from formulas import Plain
from risico.errors import RisicoWarning
from risico.exchange.rule import results
from risico.exchange.rule_scores import unwritten
from risico.instrument import Instrument, catalogue, load
from risico.instrument.model import NumberContext
from risico.instrument.variants import primary
from risico.scoring import score, set_aside

HOW_MANY = 25
SAMPLE = {"phq9", "da", "itq", "rihg", "kidscreen10", "srs", "brs", "auditc", "zrm"}  # each rule and way with blanks


def made_up(it: Instrument, rng: random.Random) -> dict[str, Any]:
    blank = rng.choice([0, 0, 0.05, 0.3, 0.9])
    row: dict[str, Any] = {}
    for item, column in zip(it.items, it.columns(), strict=True):
        codes, number = it.codes(item), it.answer_set(item).number
        if rng.random() < blank:
            row[column] = rng.choice([None, *it.missing_codes]) if codes else None
        else:
            row[column] = rng.choice(codes) if codes else round(rng.uniform(*number), 1)  # type: ignore[misc]
        row[column] = str(row[column]) if codes and row[column] is not None else row[column]
    for name, allowed in it.context.items():
        known = rng.random() > 0.1
        number = isinstance(allowed, NumberContext)
        given = float(rng.randint(*map(int, allowed.number))) if number else rng.choice(allowed)  # type: ignore[union-attr]
        row[name] = given if known else None
    return row


@pytest.mark.parametrize("name", [n if n in SAMPLE else pytest.param(n, marks=pytest.mark.slow) for n in catalogue()])
def test_the_written_rule_gives_what_scoring_gives(name: str) -> None:
    it = primary(load(name))
    rng = random.Random(name)
    rows = [made_up(it, rng) for _ in range(HOW_MANY)]
    kinds = {
        column: pl.Float64 if it.codes(i) is None else pl.String
        for i, column in zip(it.items, it.columns(), strict=True)
    }
    kinds |= {n: pl.Float64 if isinstance(a, NumberContext) else pl.String for n, a in it.context.items()}
    sound, _ = set_aside(pl.DataFrame(rows, schema=kinds), it)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RisicoWarning)
        scored = score(sound, it)
    written = {f"{name}_{result.name}": result for result in results(it)}
    left = {f"{name}_{one}" for one in (*unwritten(it), "outside")}  # for whom it is meant is no result
    assert set(written) == set(scored.columns) - set(sound.columns) - left
    codes = {item: it.codes(item) for item in it.items}
    for row in scored.iter_rows(named=True):
        form = Plain({item: row[f"{name}_{item}"] for item in it.items}, row, codes)
        for column, result in written.items():
            assert same(row[column], form.result(result)), column


def test_a_form_that_contradicts_itself_has_no_result() -> None:
    it = load("da")
    form = Plain({"3": 1, "3a": 1}, {}, {item: it.codes(item) for item in it.items})
    assert {form.result(result) for result in results(it)} == {None}
