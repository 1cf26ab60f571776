"""Which states the forms of a score or alert can be in: counted item by item, or group by group and then joined.

What matters of an item to a sum is its points, to a condition whether it holds; sums, counts and extremes of these
over a few items decide what a rule gives. The first thing that matters is always how many items are answered. Points
are those of the file (`Instrument.points`); whether a condition holds, and what a score gives, the shipped scorer says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import prod
from typing import Any

import numpy as np

from risico.instrument import Condition, Score
from risico.instrument.reach import outcomes
from risico.proof.shipped import Shipped, ends_of
from risico.proof.table import Every, Floats, Forms, Ints, Table, TooMany, crossed, every, gather, join

SMALL = 2_048
"""So many forms of a few columns are simply written out."""
FLAT = {"sum": np.add, "mean": np.add, "count": np.add, "highest": np.maximum, "lowest": np.minimum}
Rule = Score | Condition


@dataclass(frozen=True)
class States:
    """Makes the tables of states of one instrument."""

    shipped: Shipped
    parts: dict[str, Table] = field(default_factory=dict[str, Table], compare=False)
    """What other scores know of a score, worked out once."""

    # which columns something rests on ---------------------------------------------------------------------------------

    def rests_on(self, rule: Rule) -> frozenset[str]:
        """The columns that a score or condition rests on, with those that decide what is skipped or refused there."""
        return self.with_gates(self._columns(rule))

    def _columns(self, rule: Rule) -> frozenset[str]:
        it, found = self.shipped.instrument, set[str]()
        leaves = rule.asked() if isinstance(rule, Score) else rule.leaves()
        parts = rule.parts if isinstance(rule, Score) else ()
        for name in (*parts, *(leaf.item or leaf.score or leaf.context or "" for leaf in leaves)):
            found |= self._columns(it.scores[name]) if name in it.scores else {name}
        if isinstance(rule, Score):
            found |= {rule.by} if rule.by else set()
            found |= set(it.items) if rule.where is not None and rule.where.blank else set()
        return frozenset(found)

    def with_gates(self, columns: Iterable[str]) -> frozenset[str]:
        """Add the columns on which it depends whether these are skipped, or the form refused."""
        it, found = self.shipped.instrument, set(columns)
        while True:
            more = {leaf.subject or "" for s in it.skip if found & set(s.then.items) for leaf in s.when.leaves()}
            for refuse in it.refuse:
                asked = {leaf.subject or "" for leaf in refuse.when.leaves()}
                more |= asked if asked & found else set()
            if more <= found:
                return frozenset(found)
            found |= more

    def many(self, columns: Iterable[str]) -> int:
        """How many forms of these columns there are."""
        return prod(len(self.shipped.choices[self.shipped.place[name]]) for name in columns)

    # every form, written out ------------------------------------------------------------------------------------------

    def every(self, columns: Iterable[str]) -> Every:
        """Return every form of these columns; the other columns stay blank."""
        shipped, wanted = self.shipped, set(columns)
        sizes = tuple(
            len(choices) if name in wanted else 1
            for name, choices in zip(shipped.variables, shipped.choices, strict=True)
        )
        forms = every(sizes)
        fillable = tuple(name in shipped.instrument.items for name in shipped.variables)
        return Every(forms, sizes, shipped.orders, fillable, shipped.filled(forms))

    def written(self, columns: Iterable[str]) -> Table:
        """Return every form of a few columns as a state of its own; forms that contradict themselves are left out."""
        found = self.every(columns)
        sound = np.ones(len(found.forms), dtype=bool)
        if self.shipped.instrument.refuse:
            sound = ~self.shipped.refused(found.forms)
        place = np.cumsum(sound) - 1
        steps: dict[str, Ints] = {}
        for step in ("raise", "fill"):
            pairs = [np.column_stack(both) for both in found.pairs(step)] or [np.zeros((0, 2), dtype=np.int64)]
            all_ = np.concatenate(pairs)
            steps[step] = place[all_[sound[all_].all(axis=1)]]
        forms = found.forms[sound]
        matters = np.arange(len(forms), dtype=np.float64)[:, None]
        return Table(matters, forms, forms, steps, len(forms))

    def answered(self, forms: Forms, items: Iterable[str]) -> Floats:
        """How many of these items are answered, skipped ones among them."""
        places = [self.shipped.place[item] for item in items]
        return (self.shipped.filled(forms)[:, places] > 0).sum(axis=1).astype(np.float64)

    # scores -----------------------------------------------------------------------------------------------------------

    def of_score(self, name: str) -> Table:
        """Return the states of a score: [answered, …]. Raises TooMany where they cannot be told apart this way."""
        it = self.shipped.instrument
        score, columns = it.scores[name], self.rests_on(it.scores[name])
        parts = score.parts
        if self.many(columns) <= SMALL:
            table = self.written(columns)
            answered = self.answered(table.forms, it.items_of(name))
            return gather(np.column_stack((answered, table.matters)), table)
        if score.only is not None and any(leaf.context is None for leaf in score.only.leaves()):
            return self.flat(self._conditional(score, score.only))
        if score.rule == "decide":
            return self.decision(case.when for case in score.cases)
        if self._is_flat_score(score):
            return self.flat([score])
        if len(parts) == 1 and parts[0] in it.scores:
            return self.of_score(parts[0])
        if score.rule in ("sum", "mean", "highest", "lowest", "linear"):
            return self._over_parts(score, parts)
        raise TooMany

    def is_counted(self, rule: Rule) -> bool:
        """Whether the states are added up item by item, and not joined from groups."""
        it = self.shipped.instrument
        if isinstance(rule, Condition):
            return self._is_flat(rule)
        if rule.only is None and len(rule.parts) == 1 and rule.parts[0] in it.scores and rule.rule != "decide":
            return self.is_counted(it.scores[rule.parts[0]])
        return (rule.only is not None and rule.rule != "decide") or self._is_flat_score(rule)

    def _conditional(self, score: Score, only: Condition) -> list[Rule]:
        """What is added up over items for a score that is given under a condition only, and for the condition."""
        it = self.shipped.instrument
        plain = score.model_copy(update={"only": None})
        rules = [plain] if self._is_flat_score(plain) else [it.scores.get(part) for part in score.parts]
        if any(not isinstance(rule, Score) or not self._is_flat_score(rule) for rule in rules):
            raise TooMany
        rules += [self._flat_part(part) for part in (only.parts or (only,))]
        found = [rule for rule in rules if rule is not None]
        if len(found) < len(rules):
            raise TooMany
        return [rule for i, rule in enumerate(found) if rule not in found[:i]]

    def _over_parts(self, score: Score, parts: Sequence[str]) -> Table:
        """A score over scores that share no item: of each part its value (or that it has none) and its ends."""
        it = self.shipped.instrument
        columns = [self._of_part(part) for part in parts]
        if sum(map(len, columns)) > len(frozenset[str]().union(*columns)):
            shared = [it.scores[part] for part in parts if part in it.scores]
            if len(shared) < len(parts) or not all(self._is_flat_score(part) for part in shared):
                raise TooMany
            return self.flat(shared)
        tables = [self._part(score, part) for part in parts]
        how = FLAT.get(score.rule, np.add)

        def both(a: Table, b: Table) -> Table:
            x, y = crossed(a.matters, b.matters)
            together = np.column_stack((x[:, 0] + y[:, 0], np.maximum(x[:, 1], y[:, 1]), how(x[:, 2:], y[:, 2:])))
            together[together[:, 1] == 1, 2] = 0
            return join(a, b, together)

        return reduce(both, tables)

    def _part(self, score: Score, part: str) -> Table:
        """What a score knows of one part: [answered, 1 if it has no value, value, low, high]."""
        it, factor = self.shipped.instrument, (score.terms or {}).get(part, 1)
        if part in it.items:
            table = self.flat([Score(rule="sum", of=(part,), points=score.points, source="")])
            n, low, high = table.matters.T[:3]
            value = np.where(n == 1, low, np.nan)
        else:
            if part not in self.parts:
                self.parts[part] = self._of_part_score(part)
            table = self.parts[part]
            n, value, low, high = table.matters.T
        low, high = (low * factor, high * factor) if factor >= 0 else (high * factor, low * factor)
        none = np.isnan(value)
        return gather(np.column_stack((n, none, np.where(none, 0, value * factor), low, high)), table)

    def _of_part_score(self, part: str) -> Table:
        """The states of a score: [answered, value (NaN: none), low, high], the ends also where it gives none out."""
        score = self.shipped.instrument.scores[part]
        table = self._held(score, self.of_score(part))
        steps: list[Any] = []
        if score.rule == "decide":
            steps = sorted({value for value in outcomes(score) if value is not None}, key=float)
        asked = [Condition.model_validate({"score": part, "at_least": value}) for value in steps]
        found = self.shipped.asked(table.forms, asked, {"asked": score, "ends": ends_of(score)})
        if steps:  # the highest outcome that it certainly reaches, and the highest that it can still reach
            truths = np.column_stack([found[f"when_{i}"] for i in range(len(steps))])
            worth = np.array(steps, dtype=np.float64)
            low = np.where(truths == 1, worth, worth[0]).max(axis=1)
            high = np.where(truths != 0, worth, worth[0]).max(axis=1)
        else:
            low, high = found["ends_low"], found["ends_high"]
            none = np.isnan(low)  # nothing answered: anything can still become of it
            least, most = (np.nanmin(low), np.nanmax(high)) if not none.all() else (0.0, 0.0)
            low, high = np.where(none, least, low), np.where(none, most, high)
        return replace(table, matters=np.column_stack((table.matters[:, 0], found["asked"], low, high)))

    def _held(self, rule: Rule, table: Table) -> Table:
        """The table itself, unless it was made for no context where the rule asks for one."""
        asked = [self.shipped.place[name] for name in self.rests_on(rule) if name in self.shipped.instrument.context]
        if not table.forms[:, asked].any(axis=0).all():
            raise TooMany
        return table

    def _of_part(self, part: str) -> frozenset[str]:
        scores = self.shipped.instrument.scores
        return self.rests_on(scores[part]) if part in scores else self.with_gates([part])

    def decision(self, whens: Iterable[Condition]) -> Table:
        """Return the states of conditions side by side: [answered, of each that stands apart whether it holds]."""
        groups = self._groups(list(dict.fromkeys(whens)))
        tables = [self._truths(group) for group in groups]

        def both(a: Table, b: Table) -> Table:
            x, y = crossed(a.matters, b.matters)
            return join(a, b, np.column_stack((x[:, 0] + y[:, 0], x[:, 1:], y[:, 1:])))

        return reduce(both, tables)

    def _groups(self, whens: list[Condition]) -> list[list[Condition]]:
        """Take conditions apart until those that share columns are few enough to be written out together."""
        while True:
            groups = components(whens, self.rests_on)
            large = [g for g in groups if len(g) > 1 and self._many(g) > SMALL and any(w.parts for w in g)]
            if not large:
                return groups
            wholes = [when for when in large[0] if when.parts]
            longest = max(wholes, key=lambda when: (len(self.rests_on(when)), str(when)))
            whens = list(dict.fromkeys(p for w in whens for p in (w.parts if w == longest else (w,))))

    def _many(self, whens: Sequence[Condition]) -> int:
        return self.many(frozenset[str]().union(*map(self.rests_on, whens)))

    def _truths(self, whens: Sequence[Condition]) -> Table:
        """Of conditions on the same columns whether each holds: [answered, holds and fails of each]."""
        if len(whens) == 1:
            return self.of_condition(whens[0])
        columns = frozenset[str]().union(*map(self.rests_on, whens))
        if self.many(columns) <= SMALL:
            table = self.written(columns)
        elif whens[0].score is not None and {when.score for when in whens} == {whens[0].score}:
            table = self._held(whens[0], self.of_score(whens[0].score))
        else:
            table = self._stacked(whens)
        n = self._count(table, whens)
        return gather(np.column_stack((n, self.holds(table.forms, whens))), table)

    # conditions -------------------------------------------------------------------------------------------------------

    def of_condition(self, when: Condition) -> Table:
        """Return the states of a condition: [answered, certainly holds, certainly fails]."""
        columns = self.rests_on(when)
        if self.many(columns) <= SMALL:
            table = self.written(columns)
        elif when.score is not None:
            table = self._held(when, self.of_score(when.score))
        elif self._is_flat(when):
            table = self._stacked([when])
        else:
            table = self._joined(when)
        n = self._count(table, [when])
        return gather(np.column_stack((n, self.holds(table.forms, [when]))), table)

    def _joined(self, when: Condition) -> Table:
        """A condition that joins others: how many of these hold and how many fail."""
        groups = components(list(when.parts), self.rests_on)

        def summed(group: Sequence[Condition]) -> Table:
            table = self._truths(group)
            yes, no = table.matters[:, 1::2].sum(axis=1), table.matters[:, 2::2].sum(axis=1)
            return gather(np.column_stack((table.matters[:, 0], yes, no)), table)

        def both(a: Table, b: Table) -> Table:
            x, y = crossed(a.matters, b.matters)
            return join(a, b, x + y)

        return reduce(both, map(summed, groups))

    def holds(self, forms: Forms, whens: Sequence[Condition]) -> Floats:
        """Whether each condition certainly holds and certainly fails, shape (forms, 2 x conditions)."""
        found = self.shipped.asked(forms, whens)
        truths = [found[f"when_{i}"] for i in range(len(whens))]
        return np.column_stack([side for truth in truths for side in (truth == 1, truth == 0)]).astype(np.float64)

    def _count(self, table: Table, whens: Sequence[Condition]) -> Floats:
        """How many items are answered of those that conditions ask about, directly or through a score."""
        columns = frozenset[str]().union(*map(self._columns, whens))
        return self.answered(table.forms, columns & set(self.shipped.instrument.items))

    def _is_flat_score(self, score: Score) -> bool:
        return score.rule in FLAT and score.only is None and set(score.of) <= set(self.shipped.instrument.items)

    def _is_flat(self, when: Condition) -> bool:
        """Whether each part of a condition asks of one item, or of one score that is added up over items."""
        return all(self._flat_part(part) is not None for part in (when.parts or (when,)))

    def _flat_part(self, part: Condition) -> Rule | None:
        it = self.shipped.instrument
        if part.score is not None:
            score = it.scores[part.score]
            return score if self._is_flat_score(score) else None
        asked = {leaf.item for leaf in part.leaves()}
        return part if len(asked) == 1 and None not in asked else None

    def _stacked(self, whens: Sequence[Condition]) -> Table:
        """Conditions on items, and scores added up over items, side by side over all their items."""
        rules: list[Rule] = []
        for when in whens:
            parts = [self._flat_part(part) for part in (when.parts or (when,))]
            if None in parts:
                raise TooMany
            scores = [part for part in parts if isinstance(part, Score)]
            rules += scores if len(scores) == len(parts) else [*scores, when]
        return self.flat([rule for i, rule in enumerate(rules) if rule not in rules[:i]])

    def flat(self, rules: Sequence[Rule]) -> Table:
        """What is added up item by item; see `counted`."""
        from risico.proof.counted import counted

        return counted(self, rules)


def components(whens: list[Condition], rests_on: Callable[[Condition], frozenset[str]]) -> list[list[Condition]]:
    """Part conditions into groups that share no column."""
    groups: list[tuple[set[str], list[Condition]]] = []
    for when in whens:
        columns, mine = set(rests_on(when)), [when]
        for group in [group for group in groups if group[0] & columns]:
            groups.remove(group)
            columns |= group[0]
            mine = [*group[1], *mine]
        groups.append((columns, mine))
    return [group for _, group in groups]
