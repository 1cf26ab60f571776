"""What a reader can add up: the cells of one whole, a total over arms or any other label, a number said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from risico.disclosure.cells import ARM, ASSIGNED, adding_up, cases, is_share, tables
from risico.disclosure.functions import CUTS
from risico.estimate import Estimate

Sum = Mapping[int, float]  # node -> factor; together they are none


@dataclass(frozen=True)
class Web:
    """Numbers and the sums that tie them. A node below `len(estimates)` is the place of an estimate.

    Further nodes are the whole of a table (`wholes`: its value, which the n of many estimates says) and what is in no
    part of a table that does not add up (`rests`: never shown). `values` holds what each node is.
    """

    sums: list[Sum]
    values: dict[int, float]
    wholes: dict[int, int]
    rests: set[int]


class _Maker:
    """Collects sums, and gives numbers to what is no estimate."""

    def __init__(self, estimates: Sequence[Estimate]) -> None:
        self.estimates = estimates
        self.values = {p: float(n) for p, e in enumerate(estimates) if (n := cases(e)) is not None}
        self.sums: list[Sum] = []
        self.wholes: dict[int, int] = {}
        self.rests: set[int] = set()
        self.next = len(estimates)

    def whole(self, n: int) -> int:
        """Return the node of a whole of this size."""
        if n not in self.wholes:
            self.wholes[n] = self._new(float(n))
        return self.wholes[n]

    def parts(self, parts: Sequence[int], whole: int) -> None:
        """Say that these are parts of that; what they leave is a number too, though nobody prints it."""
        left = self.values[whole] - sum(self.values[p] for p in parts)
        if left < 0:
            return  # they overlap
        factors = dict.fromkeys(parts, 1.0) | {whole: -1.0}
        if left > 0:
            rest = self._new(left)
            self.rests.add(rest)
            factors[rest] = 1.0
        self.sums.append(factors)

    def same(self, one: int, other: int) -> None:
        """Say that two nodes are one number."""
        if one != other:
            self.sums.append({one: 1.0, other: -1.0})

    def _new(self, value: float) -> int:
        self.values[self.next] = value
        self.next += 1
        return self.next - 1


def web(estimates: Sequence[Estimate]) -> Web:
    """Return every sum whose result a reader can know, over all tables of a study together."""
    made = _Maker(estimates)
    for table in tables(estimates):
        _one_whole(made, table)
    _totals(made)
    _flow(made)
    _said_twice(made)
    _differences(made)
    _cuts(made)
    return Web(made.sums, made.values, {node: n for n, node in made.wholes.items()}, made.rests)


def _one_whole(made: _Maker, table: list[int]) -> None:
    """The cells of a table add up to its n; a cell that is the whole says the same number."""
    n = made.estimates[table[0]].n or 0
    parts, whole = adding_up(made.estimates, table), made.whole(n)
    totals = [p for p in table if made.values[p] == n and p not in parts and not is_share(made.estimates[p])]
    for place in totals:
        made.same(place, whole)
    if parts:
        made.parts(parts, whole)
    elif not any(is_share(made.estimates[p]) for p in table):  # shares of one n overlap more often than not
        rest = [p for p in table if p not in totals]
        if rest:
            made.parts(rest, whole)
    for place in _parents(made.estimates, table, n):
        made.same(place, whole)


def _parents(estimates: Sequence[Estimate], table: list[int], n: int) -> Iterator[int]:
    """Yield the cells that say how many the table is of: the label above it, or how many were analysed."""
    part = estimates[table[0]]
    above = dict(list(part.by.items())[:-1])
    for place, e in enumerate(estimates):
        if cases(e) != n or place in table or is_share(e):
            continue
        labelled = e.name == part.name and dict(e.by) == above
        analysed = e.by.get("step") == "analysed" and e.name != part.name and e.by.get(ARM) == part.by.get(ARM)
        if labelled or analysed:
            yield place


def _totals(made: _Maker) -> None:
    """A number given by arm, profile or any other label is also given without it: the labels together are the whole."""
    known: dict[tuple[object, ...], int] = {}
    for place, e in enumerate(made.estimates):
        if place in made.values:
            known.setdefault((e.name, e.at, frozenset(e.by.items())), place)
    groups: dict[tuple[int, str], list[int]] = {}
    for place, e in enumerate(made.estimates):
        for key in e.by if place in made.values else ():
            above = known.get((e.name, e.at, frozenset(item for item in e.by.items() if item[0] != key)))
            if above is not None and is_share(e) == is_share(made.estimates[above]):
                groups.setdefault((above, key), []).append(place)
    for (above, _), parts in groups.items():
        shares = is_share(made.estimates[above])
        adds = sum(made.values[p] for p in parts) == made.values[above]
        wholes = sum(made.estimates[p].n or 0 for p in parts) == made.estimates[above].n
        if (adds and wholes) if shares else True:
            made.parts(parts, above)


def _flow(made: _Maker) -> None:
    """Who was recorded was left out for some reason, or took part."""
    steps = {e.by["step"]: p for p, e in enumerate(made.estimates) if e.name == "flow" and list(e.by) == ["step"]}
    took_part = steps.get("eligible_cases", steps.get("eligible"))
    recorded = steps.get("recorded")
    if recorded not in made.values or took_part not in made.values:
        return
    left = [
        p
        for p, e in enumerate(made.estimates)
        if e.name == "flow" and e.by.get("step") == "left_out" and p in made.values
    ]
    made.parts([*left, took_part], recorded)


def _said_twice(made: _Maker) -> None:
    """Of one arm a number is said under two names, or as what is left: who is free of violence is also a change."""
    first: dict[tuple[object, ...], int] = {}
    for place, e in enumerate(made.estimates):
        arm = e.by.get(ARM, e.by.get(ASSIGNED))
        if place not in made.values or arm is None or e.n is None:
            continue
        n = made.values[place]
        same, left = first.get((arm, e.n, n)), first.get((arm, e.n, e.n - n))
        if same is not None and made.estimates[same].name != e.name:
            made.same(same, place)
        elif left is not None and made.estimates[left].name != e.name:
            made.sums.append({left: 1.0, place: 1.0, made.whole(e.n): -1.0})
        first.setdefault((arm, e.n, n), place)


def _differences(made: _Maker) -> None:
    """The difference of two shares is shown as an effect without adjustment."""
    effects = [(p, e.value) for p, e in enumerate(made.estimates) if e.name in ("itt", "unadjusted") and e.value]
    arms = [(p, e) for p, e in enumerate(made.estimates) if e.name == "outcome" and p in made.values and ARM in e.by]
    for i, (a, one) in enumerate(arms):
        for b, two in arms[i + 1 :]:
            apart = (one.value or 0) - (two.value or 0)
            for place, value in effects:
                if abs(abs(apart) - abs(value)) < 1e-9:
                    made.values[place] = value
                    sign = 1.0 if apart * value > 0 else -1.0
                    made.sums.append({a: 1 / (one.n or 1), b: -1 / (two.n or 1), place: -sign})


def _cuts(made: _Maker) -> None:
    """What a cut-off finds and misses is one table of two by two, under four names and the base rate."""
    scopes: dict[frozenset[tuple[str, str]], dict[str, int]] = {}
    for place, e in enumerate(made.estimates):
        if e.name in CUTS and place in made.values and e.n is not None:
            scopes.setdefault(frozenset(e.by.items()), {})[e.name] = place
    for found in scopes.values():
        sizes = {name: made.whole(made.estimates[place].n or 0) for name, place in found.items()}
        for one, other in (("sensitivity", "ppv"), ("specificity", "npv")):
            if one in found and other in found:
                made.same(found[one], found[other])
        if len(found) == len(CUTS):  # positive: found and wrongly found
            yes, no, up, _ = (sizes[name] for name in CUTS)
            made.sums.append({up: 1.0, found["sensitivity"]: -1.0, no: -1.0, found["specificity"]: 1.0})
            for place, e in enumerate(made.estimates):
                if e.name == "base_rate" and made.values.get(place) == made.values[yes]:
                    made.same(place, yes)


def touching(sums: Iterable[Sum]) -> dict[int, list[int]]:
    """Return for each node in which sums it is."""
    found: dict[int, list[int]] = {}
    for i, factors in enumerate(sums):
        for node in factors:
            found.setdefault(node, []).append(i)
    return found
