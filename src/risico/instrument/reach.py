"""Which values can a score take? Bounds from the declared codes, and whether all are whole, before any form is seen.

The compiler proves with these that narrow integers cannot wrap; the checks prove that a declared range is the true one.
"""

from __future__ import annotations

import math

from risico.instrument.model import Instrument, Number, Range, Score, Table, Value


def reach(instrument: Instrument, name: str) -> Range | None:
    """Return the lowest and highest value of a score over every filled-in form, or None where it is no number.

    >>> from risico.instrument import load
    >>> reach(load("phq9"), "total")
    (0, 27)
    """
    if name in instrument.items:
        return instrument.point_range(name)
    score = instrument.scores[name]
    if score.rule == "count":
        return 0, len(score.of)
    if score.rule in ("decide", "lookup"):
        return _ends(outcomes(score))
    if score.rule == "judgement":
        return None
    if score.rule == "goal_attainment":
        return _of_goals(instrument, score)
    return _of_parts(instrument, score)


def estimated(instrument: Instrument, name: str) -> bool:
    """Return whether a score, or one it is made of, is prorated or at least: then its value may move with a blank."""
    score = instrument.scores.get(name)
    if score is None:
        return False
    return score.missing.then in ("prorate", "at_least") or any(estimated(instrument, part) for part in score.parts)


def outcomes(score: Score) -> list[Value | None]:
    """Return every outcome that a decision or a table can have; empty for other rules."""
    decided = [score.otherwise, *(case.then for case in score.cases)] if score.rule == "decide" else []
    return [*decided, *(value for table in tables(score).values() for value in table.values())]


def tables(score: Score) -> dict[str | None, Table]:
    """Return the look-up tables of a score by context value; without `by` under None."""
    table = score.table or {}
    nested: dict[str | None, Table] = {str(key): inner for key, inner in table.items() if isinstance(inner, dict)}
    return nested or {None: {key: value for key, value in table.items() if not isinstance(value, dict)}}


def whole(instrument: Instrument, name: str) -> bool:
    """Return whether a score is always a whole number."""
    score = instrument.scores[name]
    if score.rule == "count":
        return True
    if score.rule in ("decide", "lookup"):
        ends = outcomes(score)
        return all(isinstance(value, int) for value in ends)
    if score.rule in ("mean", "goal_attainment") or (score.missing.then == "prorate" and score.missing.round == "none"):
        return False
    factors = [*(score.terms or {}).values(), score.constant]
    return all(isinstance(factor, int) for factor in factors) and all(
        whole_part(instrument, score, part) for part in score.parts
    )


def whole_part(instrument: Instrument, score: Score, part: str) -> bool:
    """Return whether the points of an item, or the value of a score, are whole numbers."""
    if part in instrument.scores:
        return whole(instrument, part)
    if instrument.codes(part) is None:
        return False
    return all(isinstance(worth, int) for worth in instrument.points(part, score.points).values())


def _of_parts(instrument: Instrument, score: Score) -> Range | None:
    names = score.terms or dict.fromkeys(score.of, 1)
    parts: list[Range] = []
    for name, factor in names.items():
        is_item = name in instrument.items
        ends = instrument.point_range(name, score.points) if is_item else reach(instrument, name)
        if ends is None:
            return None
        parts.append((min(end * factor for end in ends), max(end * factor for end in ends)))
    lows, highs = [part[0] for part in parts], [part[1] for part in parts]
    if score.rule == "mean":
        return sum(lows) / len(lows), sum(highs) / len(highs)
    if score.rule == "highest":
        return max(lows), max(highs)
    if score.rule == "lowest":
        return min(lows), min(highs)
    return sum(lows) + score.constant, sum(highs) + score.constant


def _of_goals(instrument: Instrument, score: Score) -> Range:
    """The farthest from 50 is where every goal, all of one weight, came to the same end."""
    ends = [instrument.point_range(goal) for goal in score.goals or {}]
    n, rho = len(ends), score.rho or 0
    steep = 10 * n / math.sqrt((1 - rho) * n + rho * n**2)
    return 50 + steep * min(low for low, _ in ends), 50 + steep * max(high for _, high in ends)


def _ends(values: list[Value | None]) -> Range | None:
    numbers: list[Number] = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return (min(numbers), max(numbers)) if numbers and len(numbers) == len(values) else None
