"""What the columns of a score hold: whole numbers or fractions, words or truths, and whether bounds travel along."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from risico.instrument import Instrument
from risico.instrument.reach import outcomes, reach, whole, whole_part


def carries_bounds(instrument: Instrument, name: str) -> bool:
    """Return whether a score travels with its lowest and highest: it, or one it rests on, may have blanks."""
    score = instrument.scores[name]
    if reach(instrument, name) is None:
        return False
    parts = [part for part in score.parts if part in instrument.scores]
    return score.missing.then != "none" or any(carries_bounds(instrument, part) for part in parts)


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
    if score.rule in ("mean", "goal_attainment"):
        return False
    parts = score.parts
    factors = [*(score.terms or {}).values(), score.constant]
    return all(isinstance(factor, int) for factor in factors) and all(
        whole_bounds(instrument, part) if part in instrument.scores else whole_part(instrument, score, part)
        for part in parts
    )
