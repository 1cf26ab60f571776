"""Before a cut-off is used: how many signals a week it will give, and how many families it will miss."""

from __future__ import annotations

import math
from typing import Any

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import intervals
from risico.validity.levels import cut_off, levels, one_sided

ZOU = "Zou & Donner (2008)"
Rate = float | tuple[int, int] | None
Known = tuple[float, float, float]
"""A share with the ends of its interval."""

NAMES = ("signals_per_week", "found_per_week", "missed_per_week", "for_nothing_per_week")


def alarm_budget(
    forms: Any,
    score: str,
    outcome: str,
    *,
    per_week: float,
    at_least: float | None = None,
    below: float | None = None,
    base_rate: Rate = None,
    confidence: float = 0.95,
) -> Estimates:
    """What a cut-off will ask of a team: signals a week, of which found and for nothing, and families missed.

    `per_week` is the number of forms a week. `base_rate` is the own one: a share taken as known, or (with the outcome,
    of how many) where it was counted on other forms; without it, the flow is taken to be like these forms. Returns the
    expected `signals_per_week`, `found_per_week`, `missed_per_week` and `for_nothing_per_week`; single weeks vary
    around it. Intervals: of a share of the flow Wilson's; with an own base rate, sensitivity, specificity and the base
    rate bring their Wilson intervals together by square-and-add (Zou and Donner 2008).

    >>> forms = {"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}
    >>> alarm_budget(forms, "total", "again", at_least=5, per_week=30, base_rate=0.1)["missed_per_week"]
    missed_per_week 0 [0, 1.973], n = 6
    """
    if not (math.isfinite(per_week) and per_week > 0):
        raise UsageError("per_week is the number of forms in a week, above 0.")
    table = levels(forms, score, outcome, confidence)
    positive, said = cut_off(table.values, score, at_least, below)
    if (why := one_sided(table.events, table.others)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in NAMES)
    hit, false = float(table.events[positive].sum()), float(table.others[positive].sum())
    m, n = float(table.events.sum()), float(table.others.sum())
    if base_rate is None:
        shares = [_counted(part, table.n, confidence) for part in (hit + false, hit, m - hit, false)]
        words, source = "the flow taken to be like these forms; Wilson", "Wilson (1927)"
    else:
        known = _counted(hit, m, confidence), _counted(n - false, n, confidence)
        shares = _at(_own(base_rate, confidence), *known)
        words, source = "at the own base rate; square-and-add of Wilson intervals", ZOU
    return Estimates(
        Estimate(
            name=name,
            value=per_week * value,
            low=per_week * max(low, 0.0),
            high=per_week * min(high, 1.0),
            confidence=confidence,
            n=table.n,
            method=f"{said}, {per_week:g} forms a week, {words}{table.left}",
            source=source,
        )
        for name, (value, low, high) in zip(NAMES, shares, strict=True)
    )


def _counted(part: float, whole: float, confidence: float) -> Known:
    return (part / whole, *intervals.wilson(successes=part, n=whole, confidence=confidence))


def _own(base_rate: float | tuple[int, int], confidence: float) -> Known:
    if isinstance(base_rate, tuple):
        part, whole = base_rate
        if not 0 <= part <= whole or whole < 1:
            raise UsageError("A counted base rate is (forms with the outcome, of how many forms).")
        return _counted(part, whole, confidence)
    if not 0 < base_rate < 1:
        raise UsageError("A base rate lies between 0 and 1: one family in ten is 0.1.")
    return base_rate, base_rate, base_rate


def _at(rate: Known, se: Known, sp: Known) -> list[Known]:
    """Shares of the flow with a signal, found, missed and signalled for nothing, with the ends of their intervals."""
    p, a, b = rate[0], se[0], sp[0]
    three = (rate, se, sp)
    return [
        _square_and_add(p * a + (1 - p) * (1 - b), (a - (1 - b), p, -(1 - p)), three),
        _square_and_add(p * a, (a, p, 0.0), three),
        _square_and_add(p * (1 - a), (1 - a, -p, 0.0), three),
        _square_and_add((1 - p) * (1 - b), (-(1 - b), 0.0, -(1 - p)), three),
    ]


def _square_and_add(value: float, gradient: tuple[float, float, float], three: tuple[Known, Known, Known]) -> Known:
    down = up = 0.0
    for slope, (middle, low, high) in zip(gradient, three, strict=True):
        less, more = slope * (low - middle), slope * (high - middle)
        down += min(less, more) ** 2
        up += max(less, more) ** 2
    return value, value - math.sqrt(down), value + math.sqrt(up)
