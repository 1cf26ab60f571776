"""Checks on blanks: whether a score can treat them in the way that it names, and what skipping makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import prod
from typing import Any

from risico.instrument.conditions import Condition
from risico.instrument.model import Instrument
from risico.instrument.questions import listed

Mistakes = Iterator[str]
TEXT_RULES = ("decide", "lookup", "judgement")
MOST = 20_000
"""So many forms are tried out to see whether two conditions can hold together; beyond that they are taken to."""


def missing_fits(it: Instrument) -> Mistakes:
    """The way of treating blanks is possible for the score."""
    for name, score in it.scores.items():
        way, parts = score.missing, score.parts
        items = [part for part in parts if part in it.items]
        where = f"scores.{name}.missing"
        most = len(it.counted(name))
        if way.then == "none" and "answered" in way.model_fields_set:
            yield f"{where}.answered: under then: none every item must be answered. It would be ignored. Remove it."
        if score.where is not None and score.where.blank and way.then != "none":
            yield f"{where}.then: a count of blanks is known whatever they are; it takes then: none, not {way.then}."
        if score.rule == "goal_attainment" and way.then != "none":
            yield f"{where}.then: the score is of the goals that were rated; it takes then: none, not {way.then}."
        if any(it.point_range(weight)[0] < 0 for weight in (score.goals or {}).values()):
            yield f"scores.{name}.goals: a weight below 0 would turn its goal round. Weights start at 0."
        if not 1 <= way.answered <= max(most, 1):
            yield f"{where}.answered: {way.answered} of {most} items cannot be asked for."
        if way.then in ("prorate", "at_least") and (len(items) < len(parts) or score.rule in TEXT_RULES):
            yield f"{where}.then: {way.then} is for a rule over items, not for {score.rule} over other scores."
        if way.then == "prorate":
            if score.rule not in ("sum", "mean"):
                yield f"{where}.then: only a sum or a mean can be prorated."
            ends = {it.point_range(item, score.points) for item in items}
            if len(ends) > 1:
                yield (
                    f"{where}.then: prorate needs items with the same lowest and highest points; here they are "
                    f"{listed(ends)}. A blank on a heavy item would weigh as a light one."
                )
        elif way.round != "none":
            yield f"{where}.round: only a prorated score is rounded."


def skips_agree(it: Instrument) -> Mistakes:
    """An item that two skips fill in with different codes is never skipped by both."""
    for (i, one), (j, other) in combinations(enumerate(it.skip), 2):
        shared = [item for item in one.then.items if item in other.then.items]
        if shared and one.then.as_ != other.then.as_ and can_hold(it, (one.when, other.when)):
            both = f"{one.then.as_!r} by skip[{i}] and {other.then.as_!r} by this one"
            yield (
                f"skip[{j}].then.as: {listed(shared)} would become {both} on the same form. Let one condition shut out "
                "the other, or give both the same code."
            )


def can_hold(it: Instrument, conditions: Sequence[Condition]) -> bool:
    """Return whether some filled-in form makes all these conditions on items true.

    >>> from risico.instrument import load
    >>> low, high = (Condition.model_validate({"item": "9", **ask}) for ask in ({"below": 1}, {"at_least": 1}))
    >>> can_hold(load("phq9"), [low, low]), can_hold(load("phq9"), [low, high])
    (True, False)
    """
    leaves = [leaf for condition in conditions for leaf in condition.leaves()]
    items = list(dict.fromkeys(leaf.item or "" for leaf in leaves))
    values = [_values(it, item, leaves) for item in items]
    if prod(map(len, values)) > MOST:
        return True
    forms = (dict(zip(items, form, strict=True)) for form in product(*values))
    return any(all(_holds(condition, form) for condition in conditions) for form in forms)


def _values(it: Instrument, item: str, leaves: Sequence[Condition]) -> Sequence[Any]:
    """What can be answered; of a measured number its ends, what is asked of it, and a number just beside each."""
    ends = it.answer_set(item).number
    if ends is None:
        return it.codes(item) or ()
    asked = [n for leaf in leaves if leaf.item == item for n in (leaf.at_least, leaf.below, *(leaf.wanted or ()))]
    cuts = {*ends, *(n for n in asked if isinstance(n, int | float))}
    near = {n + step for n in cuts for step in (-1e-6, 0, 1e-6)}
    return [n for n in near if ends[0] <= n <= ends[1]]


def _holds(condition: Condition, form: dict[str, Any]) -> bool:
    if condition.item is not None:
        return condition.holds(form[condition.item])
    held = [_holds(part, form) for part in condition.parts]
    if condition.not_ is not None:
        return not held[0]
    least = len(held) if condition.all is not None else 1 if condition.any is not None else condition.at_least or 0
    return sum(held) >= least
