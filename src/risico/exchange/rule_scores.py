"""Each score of an instrument as formulas: its value, when there is one, and the ends it can still reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from risico.exchange import formula as f
from risico.exchange.rule_conditions import Ground, Scored, Truth, flag, in_context
from risico.instrument import Instrument, Score
from risico.instrument.conditions import Value
from risico.instrument.model import needs
from risico.instrument.reach import reach, tables


class Scores(Ground):
    """All scores of an instrument, and `sound`: the form does not contradict itself."""

    def __init__(self, instrument: Instrument) -> None:
        super().__init__(instrument)
        self.there: dict[str, f.Check] = {}
        self.unwritten = unwritten(instrument)
        for layer in instrument.depths():
            self.scored |= {name: self.sometimes(name) for name in layer if name not in self.unwritten}
        wrong = f.either(*(self.truth(refuse.when).yes for refuse in instrument.refuse))
        self.sound = f.not_(flag("illogical", wrong))

    def sometimes(self, name: str) -> Scored:
        """A score, and none where its condition or that of a score it is made of does not certainly hold."""
        entry, found = self.it.scores[name], self.score(name)
        there = [self.there[part] for part in entry.parts if part in self.there and entry.rule != "count"]
        there += [self.truth(entry.only).yes] if entry.only is not None else []
        if not there:
            return found
        yes = self.there[name] = flag(f"{name}_there", f.both(*there))
        ways = tuple((f.both(yes, when), value) for when, value in found.ways)
        enough, known, sure = (f.both(yes, test) for test in (found.enough, found.known, found.sure))
        return replace(found, enough=enough, known=known, ways=ways, sure=sure)

    def score(self, name: str) -> Scored:
        entry = self.it.scores[name]
        items = self.it.counted(name)
        n = f.Named(f"{name}_answered", f.Tally(tuple(self.filled(item) for item in items)))
        enough = f.Compare(n, ">=", f.Const(max(entry.missing.answered, 1)))
        if entry.rule == "judgement":
            return self.judgement(entry, enough)
        if entry.rule == "decide":
            needed = f.Compare(n, "=", f.Const(len(items))) if entry.missing.then == "none" else enough
            return self.decision(name, entry, enough, needed)
        if entry.rule == "lookup":
            return self.look_up(name, entry, enough)
        return self.arithmetic(name, entry, enough, n)

    def judgement(self, entry: Score, enough: f.Check) -> Scored:
        item = entry.of[0]
        ways = tuple((self.fits(item, (code,)), str(code)) for code in self.it.codes(item) or ())
        return Scored(enough, f.either(*(when for when, _ in ways)), ways)

    def decision(self, name: str, entry: Score, enough: f.Check, needed: f.Check) -> Scored:
        can = {value: flag(f"{name}_can_{i}", way) for i, (value, way) in enumerate(self.possible(entry).items(), 1)}
        alone = {
            outcome: f.both(needed, way, *(f.not_(other) for key, other in can.items() if key is not outcome))
            for outcome, way in can.items()
        }
        if reach(self.it, name) is None:
            ways = tuple((when, outcome) for outcome, when in alone.items())
            text = tuple((when, value if isinstance(value, bool) else str(value)) for when, value in ways)
            return Scored(enough, f.either(*alone.values()), text)
        outcomes = sorted((float(value), value) for value in can if not isinstance(value, str))
        low, high = self.first(outcomes, can), self.first(outcomes[::-1], can)
        return self.numeric(name, enough, f.either(*alone.values()), low, low, high)

    def first(self, outcomes: Sequence[tuple[float, Value]], can: dict[Value, f.Check]) -> f.Number:
        node: f.Number = f.Const(outcomes[-1][0])
        for number, outcome in outcomes[-2::-1]:
            node = f.Choose(can[outcome], f.Const(number), node)
        return node

    def possible(self, entry: Score) -> dict[Value, f.Check]:
        """Return for each outcome when some filling-in of the blanks can still give it."""
        still: f.Check = f.YES
        can: dict[Value, f.Check] = {}
        for case in entry.cases:
            truth = self.truth(case.when)
            can[case.then] = f.either(can.get(case.then, f.NO), f.both(still, f.not_(truth.no)))
            still = f.both(still, f.not_(truth.yes))
        if entry.otherwise is not None:
            can[entry.otherwise] = f.either(can.get(entry.otherwise, f.NO), still)
        return can

    def look_up(self, name: str, entry: Score, enough: f.Check) -> Scored:
        of = entry.of[0]
        known, value = self.part_value(entry, of)
        low, high = self.part_ends(entry, of)
        ways: list[tuple[f.Check, Value]] = []
        for key, table in tables(entry).items():
            here = self.here(entry, key)
            for entry_, outcome in table.items():
                if not isinstance(entry_, int):
                    continue
                ways.append((f.both(here, known, f.Compare(value, "=", f.Const(entry_))), outcome))
        if reach(self.it, name) is None:
            text = tuple((when, outcome if isinstance(outcome, bool) else str(outcome)) for when, outcome in ways)
            return Scored(enough, f.either(*(when for when, _ in text)), text)
        found = f.either(*(when for when, _ in ways))
        ends = (self.looked_up(entry, low), self.looked_up(entry, high))
        up = rises(entry)
        if up is None:
            return self.numeric(name, enough, found, self.looked_up(entry, value), *ends, sure=f.NO)
        known_ends = f.both(*(self.in_table(entry, end) for end in (low, high)))
        return self.numeric(
            name, enough, found, self.looked_up(entry, value), *(ends if up else ends[::-1]), sure=known_ends
        )

    def here(self, entry: Score, key: str | None) -> f.Check:
        """Return when a table of a look-up holds."""
        return in_context(self.it, entry.by, (key,)) if entry.by and key is not None else f.YES

    def looked_up(self, entry: Score, value: f.Number) -> f.Number:
        node: f.Number = f.Const(0)
        for key, table in tables(entry).items():
            here = self.here(entry, key)
            for place, outcome in table.items():
                if isinstance(place, int) and isinstance(outcome, int | float):
                    at = f.both(here, f.Compare(value, "=", f.Const(place)))
                    node = f.Choose(at, f.Const(outcome), node)
        return node

    def in_table(self, entry: Score, value: f.Number) -> f.Check:
        found: list[f.Check] = []
        for key, table in tables(entry).items():
            here = self.here(entry, key)
            places = [place for place in table if isinstance(place, int)]
            found += [f.both(here, f.Compare(value, "=", f.Const(place))) for place in places]
        return f.either(*found)

    def arithmetic(self, name: str, entry: Score, enough: f.Check, n: f.Number) -> Scored:
        low, high = self.ends(entry)
        if entry.where is not None and entry.where.blank:
            begun = f.Compare(f.Tally(tuple(self.filled(item) for item in self.it.items)), ">=", f.Const(1))
            return self.numeric(name, enough, begun, low, low, high)
        way = entry.missing
        if way.then == "prorate":
            return self.numeric(name, enough, enough, self.prorated(entry, n), low, high)
        if way.then == "none":
            known = f.both(*(self.part_value(entry, part)[0] for part in self.parts(entry)))
            return self.numeric(name, enough, known, self.complete(entry, low), low, high)
        low, high = f.Named(f"{name}_low", low), f.Named(f"{name}_high", high)
        known = f.both(enough, f.Compare(low, "=", high)) if way.then == "certain" else enough
        return self.numeric(name, enough, known, low, low, high)

    def numeric(
        self,
        name: str,
        enough: f.Check,
        known: f.Check,
        value: f.Number,
        low: f.Number,
        high: f.Number,
        *,
        sure: f.Check = f.YES,
    ) -> Scored:
        value, low, high = (
            node if isinstance(node, f.Named) else f.Named(f"{name}{end}", node)
            for node, end in ((value, ""), (low, "_low"), (high, "_high"))
        )
        known = flag(f"{name}_known", known)
        return Scored(enough, known, ((known, value),), value, low, high, sure)

    def parts(self, entry: Score) -> tuple[str, ...]:
        return (*entry.of, *(entry.terms or {}))

    def part_value(self, entry: Score, part: str) -> tuple[f.Check, f.Number]:
        """Return when the value of an item or score is known, and what it is then."""
        if part in self.it.items:
            worth = f.Const(0) if entry.rule == "count" else self.points(part, entry.points, 0)
            return self.filled(part), worth
        scored = self.scored[part]
        return scored.known, scored.value if scored.value is not None else f.Const(0)

    def part_ends(self, entry: Score, part: str) -> tuple[f.Number, f.Number]:
        if part in self.it.items:
            least, most = self.it.point_range(part, entry.points)
            return self.points(part, entry.points, least), self.points(part, entry.points, most)
        scored = self.scored[part]
        return scored.low or f.Const(0), scored.high or f.Const(0)

    def ends(self, entry: Score) -> tuple[f.Number, f.Number]:
        """Return the lowest and highest value over every filling-in of the blanks."""
        if entry.rule == "count":
            truths = [self.counted(entry, part) for part in entry.of]
            certain, failed = (f.Tally(tuple(side)) for side in ([t.yes for t in truths], [t.no for t in truths]))
            return certain, f.Sum((f.Const(len(truths)), f.Times(failed, -1)))
        ends = [self.part_ends(entry, part) for part in self.parts(entry)]
        if entry.rule == "linear":
            factors = list((entry.terms or {}).values())
            turned = [
                (high, low) if factor < 0 else (low, high) for (low, high), factor in zip(ends, factors, strict=True)
            ]
            return tuple(self.weighed(entry, [pair[side] for pair in turned]) for side in (0, 1))  # type: ignore[return-value]
        return self.combined(entry, [low for low, _ in ends]), self.combined(entry, [high for _, high in ends])

    def counted(self, entry: Score, part: str) -> Truth:
        assert entry.where is not None
        if entry.where.blank:
            return Truth(f.not_(self.filled(part)), self.filled(part))
        if part in self.it.items:
            return self.item_truth(part, entry.where)
        return self.score_truth(self.scored[part], entry.where)

    def weighed(self, entry: Score, values: list[f.Number]) -> f.Number:
        factors = (entry.terms or {}).values()
        terms: list[f.Number] = [f.Times(value, factor) for value, factor in zip(values, factors, strict=True)]
        return f.add([*terms, f.Const(entry.constant)] if entry.constant else terms)

    def combined(self, entry: Score, values: list[f.Number]) -> f.Number:
        if entry.rule in ("highest", "lowest"):
            return values[0] if len(values) == 1 else f.Extreme(entry.rule, tuple(values))
        total = f.add(values)
        if not all(self.whole_points(entry, part) for part in self.parts(entry)):
            total = f.Tidy(total)
        return f.Over(total, f.Const(len(values))) if entry.rule == "mean" else total

    def whole_points(self, entry: Score, part: str) -> bool:
        if part in self.it.scores:
            return True
        codes = self.it.codes(part)
        return codes is not None and all(isinstance(w, int) for w in self.it.points(part, entry.points).values())

    def complete(self, entry: Score, low: f.Number) -> f.Number:
        """Return the value when nothing is blank; over other scores it is made of their values, not their ends."""
        parts = self.parts(entry)
        if entry.rule == "count" or all(part in self.it.items for part in parts):
            return low
        values = [self.part_value(entry, part)[1] for part in parts]
        return self.weighed(entry, values) if entry.rule == "linear" else self.combined(entry, values)

    def prorated(self, entry: Score, n: f.Number) -> f.Number:
        answered = f.add([self.value_or_nought(entry, part) for part in entry.of])
        value = f.Over(f.Times(answered, len(entry.of)) if entry.rule == "sum" else answered, n)
        return f.HalfUp(value) if entry.missing.round == "half_up" else value

    def value_or_nought(self, entry: Score, part: str) -> f.Number:
        known, value = self.part_value(entry, part)
        return value if part in self.it.items else f.Choose(known, value, f.Const(0))


def unwritten(instrument: Instrument) -> tuple[str, ...]:
    """Return the results that are left out here: how far goals came, which takes a root, and all that rests on it.

    >>> from risico.instrument import load
    >>> unwritten(load("gas")), unwritten(load("phq9"))
    (('t',), ())
    """
    left = [name for name, entry in instrument.scores.items() if entry.rule == "goal_attainment"]
    for layer in instrument.depths():
        left += [name for name in layer if name not in left and needs(instrument.scores[name]) & set(left)]
    left += [name for name, band in instrument.bands.items() if band.of in left]
    asked = {name: {leaf.score for leaf in alert.when.leaves()} for name, alert in instrument.alerts.items()}
    return (*left, *(name for name in asked if asked[name] & set(left)))


def carries_bounds(instrument: Instrument, name: str) -> bool:
    """Return whether a score travels with its lowest and highest: it, or one it rests on, may have blanks.

    >>> from risico.instrument import load
    >>> carries_bounds(load("phq9"), "total"), carries_bounds(load("phq2"), "total")
    (True, False)
    """
    score = instrument.scores[name]
    if reach(instrument, name) is None:
        return False
    parts = [part for part in (*score.of, *(score.terms or {})) if part in instrument.scores]
    return score.missing.then != "none" or any(carries_bounds(instrument, part) for part in parts)


def rises(entry: Score) -> bool | None:
    """Return whether a table only rises (True) or only falls (False); None when it does neither."""
    steps: set[bool] = set()
    for table in tables(entry).values():
        values = [value for _, value in sorted((k, v) for k, v in table.items() if isinstance(k, int))]
        steps |= {b > a for a, b in pairwise(values) if a != b}  # type: ignore[operator]
    return next(iter(steps), True) if len(steps) < 2 else None
