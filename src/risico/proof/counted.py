"""States counted item by item: what each answer adds, added up in every way that the answers allow.

Where an answer decides whether others are skipped, or a form refused, the deciding items are written out together, and
what the others add is kept for each way of skipping side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np

from risico.instrument import Condition, Score
from risico.proof.table import Floats, Forms, Ints, Table, TooMany, crossed, gather, join, label

if TYPE_CHECKING:
    from risico.proof.states import Rule, States

FLAT = {"sum": "add", "mean": "add", "count": "add", "highest": "most", "lowest": "least"}
ADDING = {"add": np.add, "most": np.maximum, "least": np.minimum}
DECIDING = 2_048


def counted(states: States, rules: Sequence[Rule]) -> Table:
    """Return the states of rules over items: [answered, what each adds up, the context that decides]; or TooMany."""
    return _Count(states, tuple(rules)).table()


@dataclass(frozen=True)
class _Count:
    states: States
    rules: tuple[Rule, ...]

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items of the rules, in the order of the file."""
        wanted = {item for rule in self.rules for item in self._items(rule)}
        return tuple(item for item in self.states.shipped.instrument.items if item in wanted)

    def _items(self, rule: Rule) -> set[str]:
        if isinstance(rule, Condition):
            return {leaf.item for leaf in rule.leaves() if leaf.item is not None}
        return set(self.states.shipped.instrument.items) if rule.where and rule.where.blank else set(rule.of)

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The columns that decide what is skipped or refused among the items."""
        it, within = self.states.shipped.instrument, self.states.with_gates(self.items)
        asked = [leaf for i in self.skips for leaf in it.skip[i].when.leaves()]
        for refuse in it.refuse:
            leaves = list(refuse.when.leaves())
            asked += leaves if {leaf.subject for leaf in leaves} & within else []
        return tuple(dict.fromkeys(leaf.subject or "" for leaf in asked))

    @cached_property
    def contexts(self) -> tuple[str, ...]:
        """The context among these: it stays apart, as a level may ask for it too."""
        return tuple(name for name in self.deciding if name in self.states.shipped.instrument.context)

    @cached_property
    def skips(self) -> list[int]:
        """The skips that fill in some of the items."""
        within = self.states.with_gates(self.items)
        return [i for i, skip in enumerate(self.states.shipped.instrument.skip) if within & set(skip.then.items)]

    def table(self) -> Table:
        """The items that decide nothing, counted one by one, beside those that do, written out."""
        if self.states.many(self.deciding) > DECIDING:
            raise TooMany
        first = self.states.written(self.deciding)
        takes = np.zeros((len(first.forms), len(self.states.shipped.instrument.skip)))
        if self.skips:
            takes[:, self.skips] = self.states.shipped.skipping(first.forms)[:, self.skips]
        ways, way = np.unique(takes, axis=0, return_inverse=True)
        filled = self.states.shipped.filled(first.forms, takes)
        own = [item for item in self.items if item in self.deciding]
        start = self._beginning(len(filled))
        if self.contexts:
            start[:, -len(self.contexts) :] = first.forms[:, [self.states.shipped.place[c] for c in self.contexts]]
        first = gather(np.column_stack((first.matters, self._add(start, *(self._adds(i, filled) for i in own)))), first)
        rest = [self._item(item, ways) for item in self.items if item not in self.deciding]
        if not rest:
            return gather(first.matters[:, 1:], first)
        return self._together(first, reduce(self._both, rest), way.ravel(), len(ways))

    def _together(self, first: Table, rest: Table, way: Ints, ways: int) -> Table:
        """Join what decides with the rest, of which only what belongs to the way of skipping counts."""
        x, y = crossed(first.matters[:, 1:], rest.matters)
        wide = y.reshape(len(y), ways, -1)
        matters = self._add(x, wide[np.arange(len(y)), np.repeat(way, len(rest.forms))])
        steps = {"raise": rest.steps["raise"]}
        table = join(first, Table(rest.matters, rest.forms, rest.twins, steps, rest.stands_for), matters)
        fills = [self._fills(first, rest, way, at) for at in range(ways)]
        return self._with_fills(table, np.concatenate(fills), matters)

    def _fills(self, first: Table, rest: Table, way: Ints, at: int) -> Ints:
        """Blanks filled in among the rest, for the forms that skip in one way, as places in the crossed states."""
        pairs = rest.steps[f"fill {at}"]
        rows = np.flatnonzero(way == at) * len(rest.forms)
        return (rows[:, None, None] + pairs[None, :, :]).reshape(-1, 2)

    def _with_fills(self, table: Table, crossed_fills: Ints, matters: Floats) -> Table:
        place = label(matters)[2]
        fills = np.unique(np.concatenate((table.steps["fill"], place[crossed_fills])), axis=0)
        return Table(table.matters, table.forms, table.twins, {**table.steps, "fill": fills}, table.stands_for)

    def _item(self, item: str, ways: Floats) -> Table:
        """The answers to one item: what each adds under each way of skipping, and the steps between them."""
        shipped, place = self.states.shipped, self.states.shipped.place[item]
        count = len(shipped.choices[place])
        forms = np.zeros((count, len(shipped.variables)), dtype=np.int8)
        forms[:, place] = np.arange(count)
        filled = [shipped.filled(forms, np.tile(way, (count, 1))) for way in ways]
        matters = np.column_stack([self._adds(item, each) for each in filled])
        order = shipped.orders[place]
        steps = {"raise": _pairs([(a, b) for i, a in enumerate(order) for b in order[i + 1 :]])}
        for at, each in enumerate(filled):
            blank = each[0, place] == 0
            steps[f"fill {at}"] = _pairs([(0, choice) for choice in range(1, count) if blank])
        return Table(matters, forms, forms, steps, count)

    def _both(self, a: Table, b: Table) -> Table:
        x, y = crossed(a.matters, b.matters)
        width = 1 + len(self._ways)
        ways = x.shape[1] // width
        parts = [self._add(x[:, k : k + width], y[:, k : k + width]) for k in range(0, ways * width, width)]
        return join(a, b, np.column_stack(parts))

    # what is added ----------------------------------------------------------------------------------------------------

    @cached_property
    def _ways(self) -> tuple[str, ...]:
        """How each thing that matters is added up, after the number of answered items."""
        found: list[str] = []
        for rule in self.rules:
            blanks = isinstance(rule, Score) and rule.where is not None and rule.where.blank
            how = FLAT[rule.rule] if isinstance(rule, Score) else "add"
            found += [how] if blanks else [how, how]
        return (*found, *("add" for _ in self.contexts))

    def _add(self, *parts: Floats) -> Floats:
        ways = [np.add, *(ADDING[way] for way in self._ways)]
        return np.column_stack([reduce(way, [part[:, k] for part in parts]) for k, way in enumerate(ways)])

    def _beginning(self, rows: int) -> Floats:
        """Nothing added yet."""
        ends = {"add": 0.0, "most": -np.inf, "least": np.inf}
        return np.tile([0.0, *(ends[way] for way in self._ways)], (rows, 1))

    def _adds(self, item: str, forms: Forms) -> Floats:
        """What the answers to an item add: [answered, of each rule what it adds]."""
        place = self.states.shipped.place[item]
        answers = forms[:, place]
        columns = [self._of_rule(rule, item)[answers] for rule in self.rules]
        return np.column_stack(((answers > 0).astype(float), *columns, np.zeros((len(forms), len(self.contexts)))))

    def _of_rule(self, rule: Rule, item: str) -> Floats:
        """What each choice of an item adds to a rule, shape (choices, one or two)."""
        it, choices = self.states.shipped.instrument, self.states.shipped.choices[self.states.shipped.place[item]]
        if isinstance(rule, Score) and item not in rule.of:
            neutral = self._beginning(1)[0, 1:]
            return np.tile([neutral[0]] * (1 if rule.where and rule.where.blank else 2), (len(choices), 1))
        if isinstance(rule, Score) and rule.where is not None and rule.where.blank:
            return (np.arange(len(choices)) == 0).astype(float)[:, None]
        if isinstance(rule, Condition) or rule.where is not None:
            return self._truths[self.rules.index(rule), item]
        least, most = it.point_range(item, rule.points)
        if it.codes(item) is None:
            worth = [choice * it.items[item].weight for choice in choices[1:]]
        else:
            points = it.points(item, rule.points)
            worth = [points[choice] for choice in choices[1:]]
        return np.array([(least, most), *((w, w) for w in worth)], dtype=np.float64)

    @cached_property
    def _truths(self) -> dict[tuple[int, str], Floats]:
        """How many of the conditions of each rule on one item hold, and how many fail, for each choice of the item."""
        shipped, asked = self.states.shipped, list[tuple[int, str, Condition]]()
        for i, rule in enumerate(self.rules):
            asked += [(i, item, part) for item in self._items(rule) for part in _on_item(rule, item)]
        sizes = [len(shipped.choices[shipped.place[item]]) for item in self.items]
        pairs = list(zip(self.items, sizes, strict=True))
        forms = np.zeros((sum(sizes), len(shipped.variables)), dtype=np.int8)
        ends = np.cumsum(sizes)
        rows = {item: slice(end - size, end) for item, end, size in zip(self.items, ends, sizes, strict=True)}
        for item, size in pairs:
            forms[rows[item], shipped.place[item]] = np.arange(size)
        found = {(i, item): np.zeros((size, 2)) for i in range(len(self.rules)) for item, size in pairs}
        if asked:
            held = self.states.holds(forms, [part for _, _, part in asked])
            for place, (i, item, _) in enumerate(asked):
                found[i, item] += held[rows[item], 2 * place : 2 * place + 2]
        return found


def _on_item(rule: Rule, item: str) -> list[Condition]:
    """What a rule asks of one item."""
    if isinstance(rule, Condition):
        return [part for part in (rule.parts or (rule,)) if {leaf.item for leaf in part.leaves()} == {item}]
    if rule.where is None or rule.where.blank:
        return []
    return [Condition.model_validate({"item": item, **rule.where.model_dump(by_alias=True, exclude_none=True)})]


def _pairs(pairs: Sequence[tuple[int, int]]) -> Ints:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
