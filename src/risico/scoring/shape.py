"""What the columns of a score hold: whole numbers or fractions, words or truths, and whether bounds travel along."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from risico.instrument import Instrument, Score
from risico.instrument.reach import outcomes, reach


def carries_bounds(instrument: Instrument, name: str) -> bool:
    """Return whether a score travels with its lowest and highest: it, or one it rests on, may have blanks."""
    score = instrument.scores[name]
    if reach(instrument, name) is None:
        return False
    parts = [part for part in (*score.of, *(score.terms or {})) if part in instrument.scores]
    return score.missing.then != "none" or any(carries_bounds(instrument, part) for part in parts)


def whole(instrument: Instrument, name: str) -> bool:
    """Return whether a score is always a whole number."""
    score = instrument.scores[name]
    if score.rule == "count":
        return True
    if score.rule in ("decide", "lookup"):
        ends = outcomes(score)
        return all(isinstance(value, int) for value in ends)
    if score.rule == "mean" or (score.missing.then == "prorate" and score.missing.round == "none"):
        return False
    factors = [*(score.terms or {}).values(), score.constant]
    return all(isinstance(factor, int) for factor in factors) and all(
        whole_part(instrument, score, part) for part in (*score.of, *(score.terms or {}))
    )


def whole_part(instrument: Instrument, score: Score, part: str) -> bool:
    """Return whether the points of an item, or the value of a score, are whole numbers."""
    if part in instrument.scores:
        return whole(instrument, part)
    if instrument.codes(part) is None:
        return False
    return all(isinstance(worth, int) for worth in instrument.points(part, score.points).values())


def result_type(instrument: Instrument, name: str) -> Any:
    """Return the column type of a score: Int64, Float64, Boolean or String."""
    score = instrument.scores[name]
    if score.rule == "judgement":
        return nw.String
    values = outcomes(score) if score.rule in ("decide", "lookup") else []
    if values and all(isinstance(value, bool) for value in values):
        return nw.Boolean
    if any(isinstance(value, str) for value in values):
        return nw.String
    return nw.Int64 if whole(instrument, name) else nw.Float64


def whole_bounds(instrument: Instrument, name: str) -> bool:
    """Return whether the lowest and highest of a score are whole numbers; a prorated value need not be one."""
    score = instrument.scores[name]
    if score.rule in ("count", "decide", "lookup") or score.missing.round == "half_up":
        return whole(instrument, name)
    if score.rule == "mean":
        return False
    parts = (*score.of, *(score.terms or {}))
    factors = [*(score.terms or {}).values(), score.constant]
    return all(isinstance(factor, int) for factor in factors) and all(
        whole_bounds(instrument, part) if part in instrument.scores else whole_part(instrument, score, part)
        for part in parts
    )
