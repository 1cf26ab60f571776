"""What is proven, and on which forms: each score with its levels and each alert, by the first way that can hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from risico.instrument import Condition, Score
from risico.proof.sampled import sampled
from risico.proof.shipped import Outcomes, Shipped
from risico.proof.states import SMALL, States
from risico.proof.table import Every, Floats, Forms, Table, TooMany, crossed, join

Way = Literal["counted", "split", "enumerated", "sampled"]
WHOLE = 3**13
"""So many forms are all scored one by one: thirteen items of yes and no, with blanks."""


@dataclass(frozen=True)
class Seen:
    """A score or alert with the forms that stand for all of its forms, and what the shipped scorer gave for them."""

    shipped: Shipped
    name: str
    rule: Score | Condition
    way: Way
    rows: Table | Every
    out: Outcomes
    answered: Floats
    """How many of its items are answered, skipped ones among them."""
    sound: NDArray[np.bool_]
    alike: bool
    """Whether two different forms of each state scored the same."""

    @property
    def items(self) -> tuple[str, ...]:
        """The items that it rests on."""
        columns = States(self.shipped).rests_on(self.rule)
        return tuple(item for item in self.shipped.instrument.items if item in columns)


@dataclass(frozen=True)
class _Plan:
    name: str
    rule: Score | Condition
    way: Way
    rows: Table | Every


def see(shipped: Shipped) -> Iterator[Seen]:
    """Yield every score and alert of an instrument with its forms, scored in one go by the shipped scorer."""
    plans = list(_plans(States(shipped)))
    distinct: dict[int, Forms] = {}
    for plan in plans:
        distinct[id(plan.rows.forms)] = plan.rows.forms
        if isinstance(plan.rows, Table):
            distinct[id(plan.rows.twins)] = plan.rows.twins
    if not distinct:
        return
    stacked = np.concatenate(list(distinct.values()))
    out, sound = _scored(shipped, stacked)
    ends = np.cumsum([len(forms) for forms in distinct.values()])
    where = {key: slice(end - len(distinct[key]), end) for key, end in zip(distinct, ends, strict=True)}
    filled = shipped.filled(stacked)
    for plan in plans:
        here = where[id(plan.rows.forms)]
        mine = {name: values[here] for name, values in out.items()}
        seen = Seen(shipped, plan.name, plan.rule, plan.way, plan.rows, mine, np.zeros(0), sound[here], True)
        places = [shipped.place[item] for item in _counted_items(seen)]
        answered = (filled[here][:, places] > 0).sum(axis=1).astype(np.float64)
        yield replace(seen, answered=answered, alike=_alike(seen, out, where))


def _alike(seen: Seen, out: Outcomes, where: dict[int, slice]) -> bool:
    if not isinstance(seen.rows, Table):
        return True
    own = names_of(seen)
    there = where[id(seen.rows.twins)]
    return all(np.array_equal(seen.out[name], out[name][there], equal_nan=True) for name in own)


def names_of(seen: Seen) -> list[str]:
    """The results that belong to a score or alert: itself, its ends, its levels and theirs."""
    bands = [name for name, band in seen.shipped.instrument.bands.items() if band.of == seen.name]
    return [n for name in (seen.name, *bands) for n in (name, f"{name}_low", f"{name}_high") if n in seen.out]


def _counted_items(seen: Seen) -> tuple[str, ...]:
    it = seen.shipped.instrument
    if isinstance(seen.rule, Score):
        return it.items_of(seen.name)
    return tuple(item for item in seen.items)


def _scored(shipped: Shipped, forms: Forms) -> tuple[Outcomes, NDArray[np.bool_]]:
    """Results of forms, none for those that contradict themselves: scoring refuses them."""
    if not shipped.instrument.refuse:
        return shipped.results(forms), np.ones(len(forms), dtype=bool)
    sound = ~shipped.refused(forms)
    found = shipped.results(forms[sound])
    whole: Outcomes = {}
    for name, values in found.items():
        whole[name] = np.full(len(forms), np.nan)
        whole[name][sound] = values
    return whole, sound


def _plans(states: States) -> Iterator[_Plan]:
    it, shipped = states.shipped.instrument, states.shipped
    rules: dict[str, Score | Condition] = {**it.scores, **{name: alert.when for name, alert in it.alerts.items()}}
    whole = states.every(shipped.variables) if states.many(shipped.variables) <= WHOLE else None
    for name, rule in rules.items():
        columns = states.rests_on(rule)
        if any(shipped.measured(column) for column in columns):
            yield _Plan(name, rule, "sampled", sampled(states, columns | _contexts(shipped, name)))
        elif whole is not None:
            yield _Plan(name, rule, "enumerated", whole)
        else:
            yield _large(states, name, rule)


def _large(states: States, name: str, rule: Score | Condition) -> _Plan:
    columns = states.rests_on(rule) | _contexts(states.shipped, name)
    if states.many(columns) <= SMALL:
        return _Plan(name, rule, "enumerated", states.every(columns))
    try:
        return _Plan(name, rule, *_gathered(states, name, rule))
    except TooMany:
        if states.many(columns) <= WHOLE:
            return _Plan(name, rule, "enumerated", states.every(columns))
        return _Plan(name, rule, "sampled", sampled(states, columns))


def _gathered(states: States, name: str, rule: Score | Condition) -> tuple[Way, Table]:
    """The states of a score or alert, each under every context that it or its levels ask for."""
    table = states.of_score(name) if isinstance(rule, Score) else states.of_condition(rule)
    shipped = states.shipped
    context = shipped.instrument.context
    asked = {name for name in states.rests_on(rule) if name in context} | _contexts(shipped, name)
    fixed = {name for name in asked if not table.forms[:, shipped.place[name]].any()}
    if fixed:
        beside = states.written(fixed)
        index = np.arange(len(table.forms), dtype=np.float64)[:, None]
        table = join(table, beside, np.column_stack(crossed(index, beside.matters)))
    return ("counted" if states.is_counted(rule) else "split"), table


def _contexts(shipped: Shipped, name: str) -> frozenset[str]:
    """The context that the levels of a score ask for."""
    return frozenset(column for band in shipped.instrument.bands.values() if band.of == name for column in band.by)
