"""What else must be hidden, until the attack leaves every hidden cell as wide as the rule."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from risico.disclosure.attack import Range, component, too_close
from risico.disclosure.cells import EARLIER, ITEM, SMALL, UNSAID, adding_up, cases, is_mean, is_share
from risico.disclosure.sums import Web, touching, web
from risico.estimate import Estimate

SIZES = ("recorded", "eligible_cases", "eligible")  # steps that tell nothing of people but their number
SIGNALS = ("worse", "not_safe")  # what a reader must not miss is hidden beside another number only when nothing else is


def leaving_few(estimates: Sequence[Estimate], table: list[int], minimum: int) -> set[int]:
    """Return the cells that stand alone beside a complement that is too small; a total of the table is none.

    Nor is what says no more than how many there are: those recorded, those eligible, and the one reason for which all
    of a group were not seen. Hiding these would hide every number that they are part of.
    """
    whole = estimates[table[0]].n or 0
    if adding_up(estimates, table):
        return set()
    cells = {place: cases(estimates[place]) or 0 for place in table}
    by = estimates[table[0]].by
    alone = len(table) == 1 and "reason" not in by and by.get("step") not in SIZES
    return {p for p in table if whole - cells[p] < minimum and (alone or cells[p] != whole or is_share(estimates[p]))}


def together(estimates: Sequence[Estimate], small: Container[int]) -> list[int]:
    """Return what stands or falls with a small mean: the item numbers of one score, and one mean of every arm.

    The SD of a yes or no gives its mean away, alpha with the SD of all other items the SD of the last, and the
    difference between two arms, beside the mean of one, that of the other.
    """
    blocks: dict[tuple[object, ...], list[int]] = {}
    for place, estimate in enumerate(estimates):
        *whole, (key, _) = estimate.by.items() or [("", "")]
        if key == ITEM:
            blocks.setdefault(tuple(whole), []).append(place)
        elif is_mean(estimate):
            blocks.setdefault((estimate.name, key, *whole), []).append(place)
    struck = [places for places in blocks.values() if any(place in small for place in places)]
    return [place for places in struck for place in places if place not in small]


@dataclass
class Beside:
    """What is hidden beside small numbers: estimates by place, sizes that no n may say, and of which estimates not even
    that they are at least the minimum may follow (`unsaid`).
    """

    places: list[int] = field(default_factory=list[int])
    sizes: set[int] = field(default_factory=set[int])
    unsaid: set[int] = field(default_factory=set[int])


def beside(
    estimates: Sequence[Estimate],
    reasons: Mapping[int, str],
    minimum: int,
    *,
    near: Mapping[int, Range] | None = None,
    told: Container[int] = (),
) -> Beside:
    """Return what else must be hidden so that no hidden number can be worked out closer than the rule says.

    Each time the attack comes too close to a cell, the one that is missed least in a sum with it is hidden too; what
    turns out not to be needed is shown again. `near` are the ranges of cells that an earlier release comes near to,
    `told` the places of what such a release has told already, and which it would not help to hide.
    """
    ties = web(estimates)
    first = {p: _range(estimates[p], why, minimum) for p, why in reasons.items() if cases(estimates[p]) is not None}
    first |= {p: span for p, span in (near or {}).items() if reasons[p] == EARLIER.format(minimum)}
    first |= {r: (0.0, minimum - 1.0 if ties.values[r] < minimum else inf) for r in ties.rests}
    return _Hiding(estimates, ties, first, minimum, told).run()


class _Hiding:
    def __init__(
        self, estimates: Sequence[Estimate], ties: Web, ranges: dict[int, Range], minimum: int, told: Container[int]
    ) -> None:
        self.estimates, self.web, self.ranges, self.minimum, self.told = estimates, ties, ranges, minimum, told
        self.where = touching(ties.sums)
        self.chosen: list[int] = []
        self.unsaid: set[int] = set()
        self.clean: set[tuple[int, ...]] = set()  # components that were attacked in vain
        self.safe: set[int] = set()  # what nothing can hide any further

    def run(self) -> Beside:
        for node in sorted(n for n in self.ranges if n in self.where and self._is_cell(n)):
            self._protect(node)
        self._show_again()
        sizes = {self.web.wholes[node] for node in self.chosen if node in self.web.wholes}
        return Beside([p for p in self.chosen if p < len(self.estimates)], sizes, self.unsaid)

    def _protect(self, node: int) -> None:
        while (bare := self._bare(node)) is not None:
            chosen = self._next_to_hide(bare)
            if chosen is not None:
                self.chosen.append(chosen)
                self.ranges[chosen] = (-inf, inf) if self._is_effect(chosen) else self._open(chosen)
            elif not self._say_less(node):
                self.safe.add(bare)

    def _bare(self, node: int) -> int | None:
        """Return a cell tied to this one that the attack comes too close to."""
        part = component(self.web.sums, self.where, self.ranges, node)
        key = tuple(part[0])
        if key in self.clean:
            return None
        watched = [place for place in part[0] if self._is_cell(place) and place not in self.safe]
        found = too_close(self.web, self.ranges, part, watched, self.minimum)
        if found is None:
            self.clean.add(key)
        return found

    def _is_cell(self, node: int) -> bool:
        """Say whether a hidden node is a number of people to keep apart: a cell, or a small rest of a table."""
        if node < len(self.estimates):
            return not self._is_effect(node)
        return node in self.web.rests and self.web.values[node] < self.minimum

    def _is_effect(self, node: int) -> bool:
        return node < len(self.estimates) and cases(self.estimates[node]) is None

    def _open(self, node: int) -> Range:
        """What a reader knows of it: a number that is no small one itself, or nothing of the size of a whole."""
        return (0.0 if node in self.web.wholes else float(self.minimum), inf)

    def _say_less(self, node: int) -> bool:
        """Let even that they are no small numbers be unsaid of those hidden beside; say whether that was news."""
        nodes, _ = component(self.web.sums, self.where, self.ranges, node)
        new = {n for n in nodes if n in self.chosen and n < len(self.estimates) and not self._is_effect(n)}
        new -= self.unsaid
        self.unsaid |= new
        self.ranges |= dict.fromkeys(new, (0.0, inf))
        return bool(new)

    def _next_to_hide(self, bare: int) -> int | None:
        """Return what is missed least: in a sum where the bare one, or one tied to it, is the only one hidden."""
        reached, found = [bare], set[int]()
        for node in reached:  # grows: the nearest first
            for i in self.where.get(node, ()):
                hidden = [n for n in self.web.sums[i] if n in self.ranges]
                shown = {n for n in self.web.sums[i] if n not in self.ranges and n not in self.told}
                if len(hidden) == 1 and shown:
                    return min(shown, key=self._loss)
                found |= shown
                reached += [n for n in hidden if n not in reached]
        return min(found, key=self._loss, default=None)

    def _loss(self, node: int) -> tuple[bool, int, int, int, float]:
        """A signal is missed most, then the size of a whole, by how many say it, then an effect; of cells, what would
        stand alone in the fewest sums, and so ask for more. How many were on file before anybody was chosen is missed
        least: every number of those who took part hangs on how many these are, and none on that.

        A whole that no number says any more can still be known to who works there: to count on it comes last.
        """
        if node in self.web.wholes:
            says = len(list(self._sayers(self.web.wholes[node])))
            return False, 3 if says else 4, says, 0, self.web.values[node]
        signal = any(label in SIGNALS for label in self.estimates[node].by.values())
        alone = sum(not any(n in self.ranges for n in self.web.sums[i]) for i in self.where[node])
        on_file = self.estimates[node].by.get("step") == "recorded"
        kind = 2 if self._is_effect(node) else 0 if on_file else 1
        return signal, kind, alone, len(self.where[node]), self.web.values[node]

    def _sayers(self, n: int) -> Iterator[int]:
        return (p for p, e in enumerate(self.estimates) if e.n == n and p not in self.ranges)

    def _show_again(self) -> None:
        """Show again what turned out not to be needed, but nothing that says the size of a whole that is hidden."""
        wholes = [node for node in self.chosen if node in self.web.wholes]
        sizes = {self.web.wholes[node] for node in wholes}
        others = [p for p in self.chosen if p < len(self.estimates) and self.estimates[p].n not in sizes]
        for node in () if self.safe or self.unsaid else (*wholes, *others):
            kept = self.ranges.pop(node)
            if any(self._bare(other) is not None for other in self._neighbours(node)):
                self.ranges[node] = kept
            else:
                self.chosen.remove(node)

    def _neighbours(self, node: int) -> Collection[int]:
        return {n for i in self.where[node] for n in self.web.sums[i] if n in self.ranges}


def _range(estimate: Estimate, reason: str, minimum: int) -> Range:
    """Return what a reader may believe of a hidden count: below the minimum, all but so few, or no small number."""
    whole = float(estimate.n or 0)
    if reason == UNSAID:
        return 0.0, inf
    if reason == SMALL.format(minimum):
        return 0.0, minimum - 1.0
    if whole - (cases(estimate) or 0) < minimum:
        return whole - minimum + 1.0, whole
    return float(minimum), inf
