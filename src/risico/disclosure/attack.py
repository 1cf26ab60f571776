"""The attack: how close can somebody who adds up everything that is shown come to what is hidden?

    reach(web, ranges) -> {node: (low, high)}

A linear programme over all tables together (HiGHS), with real numbers: what whole numbers allow is never wider.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import ceil, floor, inf

from risico.disclosure.sums import Sum, Web, touching

Range = tuple[float, float]
NEAR = 1e-6


def reach(web: Web, ranges: Mapping[int, Range]) -> dict[int, Range]:
    """Return the interval into which each hidden node must fall, for a reader who knows `ranges` and all the rest.

    >>> from risico.estimate import Estimate
    >>> from risico.disclosure.sums import web
    >>> cells = [Estimate(name="n", value=v, n=50, method="count", by={"is": k}) for k, v in (("a", 4), ("b", 46))]
    >>> reach(web(cells), {0: (0, 9)})
    {0: (4.0, 4.0)}
    >>> reach(web(cells), {0: (0, 9), 1: (10, 1000)})
    {0: (0, 9), 1: (41.0, 50.0)}
    """
    found: dict[int, Range] = {}
    where = touching(web.sums)
    for node in ranges:
        if node not in found:
            found |= solve(web, ranges, component(web.sums, where, ranges, node))
    return {node: found[node] for node in ranges}


def width(interval: Range) -> float:
    """Return how many whole numbers an interval holds.

    >>> width((0.0, 9.0)), width((4.0, 4.0)), width((0.5, 9.5))
    (10, 1, 9)
    """
    low, high = interval
    if low > high:
        return 0.0
    return inf if high == inf or low == -inf else floor(high + NEAR) - ceil(low - NEAR) + 1


def component(
    sums: Sequence[Sum], where: Mapping[int, list[int]], hidden: Collection[int], start: int
) -> tuple[list[int], list[int]]:
    """Return the hidden nodes that are tied to this one through sums with hidden nodes, and these sums."""
    nodes, found, todo = {start}, set[int](), [start]
    while todo:
        for i in where.get(todo.pop(), ()):
            if i not in found:
                found.add(i)
                new = [node for node in sums[i] if node in hidden and node not in nodes]
                nodes.update(new)
                todo += new
    return sorted(nodes), sorted(found)


def solve(web: Web, ranges: Mapping[int, Range], part: tuple[list[int], list[int]]) -> dict[int, Range]:
    """Return the intervals of the hidden nodes of one component."""
    rows, totals = _rows(web, ranges, part[1])
    found = _passed_on(part[0], rows, totals, ranges)
    if _no_circle(part[0], rows):
        return found
    programme = _Programme(rows, totals, found)
    return {node: (programme.end(node, 1.0), programme.end(node, -1.0)) for node in part[0]}


def too_close(
    web: Web, ranges: Mapping[int, Range], part: tuple[list[int], list[int]], watched: Sequence[int], minimum: int
) -> int | None:
    """Return a watched node of a component whose interval holds fewer whole numbers than the minimum, if any."""
    rows, totals = _rows(web, ranges, part[1])
    found = _passed_on(part[0], rows, totals, ranges)
    for node in watched:
        if width(found[node]) < minimum:
            return node
    if _no_circle(part[0], rows):
        return None
    programme = _Programme(rows, totals, found)
    for node in watched:
        for side in (1.0, -1.0):
            if width(programme.seen(node)) < minimum:
                programme.end(node, side)
        if width(programme.seen(node)) < minimum:
            return node
    return None


def _rows(web: Web, ranges: Mapping[int, Range], sums: Sequence[int]) -> tuple[list[Sum], list[float]]:
    rows: list[Sum] = [{n: f for n, f in web.sums[i].items() if n in ranges} for i in sums]
    return rows, [-sum(f * web.values[n] for n, f in web.sums[i].items() if n not in ranges) for i in sums]


def _no_circle(nodes: Sequence[int], rows: Sequence[Sum]) -> bool:
    """Say whether no sums are tied in a circle: then what one tells of the next is all there is."""
    return not rows or sum(map(len, rows)) == len(nodes) + len(rows) - 1


def _passed_on(nodes: list[int], rows: list[Sum], totals: list[float], ranges: Mapping[int, Range]) -> dict[int, Range]:
    """Narrow each range by each sum it is in, until nothing changes or it was done often enough."""
    found = {node: ranges[node] for node in nodes}
    for _ in range(2 * len(rows) + 2):
        changed = False
        for row, total in zip(rows, totals, strict=True):
            for node in row:
                low, high = _of_one_sum(row, total, found, node)
                if low > found[node][0] + NEAR or high < found[node][1] - NEAR:
                    found[node], changed = (low, high), True
        if not changed:
            break
    return found


def _of_one_sum(row: Sum, total: float, ranges: Mapping[int, Range], node: int) -> Range:
    """Return what one sum leaves of the range of one node: what the others can be at their least and most."""
    least = most = 0.0
    for n, f in row.items():
        if n != node:
            low, high = ranges[n]
            least, most = least + f * (low if f > 0 else high), most + f * (high if f > 0 else low)
    one, two = (total - most) / row[node], (total - least) / row[node]
    low, high = ranges[node]
    return max(low, min(one, two)), min(high, max(one, two))


class _Programme:
    """The linear programme of one component, and how low and high its solutions came for each node."""

    def __init__(self, rows: Sequence[Sum], totals: Sequence[float], ranges: Mapping[int, Range]) -> None:
        import numpy as np

        self.column = {node: i for i, node in enumerate(ranges)}
        self.matrix = np.zeros((len(rows), len(ranges)))
        for line, row in enumerate(rows):
            for node, factor in row.items():
                self.matrix[line, self.column[node]] = factor
        self.totals, self.bounds = list(totals), list(ranges.values())
        self.low, self.high = np.full(len(ranges), inf), np.full(len(ranges), -inf)

    def seen(self, node: int) -> Range:
        """Return how low and high a node is known to come."""
        i = self.column[node]
        return float(self.low[i]), float(self.high[i])

    def end(self, node: int, sign: float) -> float:
        """Return the least (sign 1) or most (sign -1) that a node can be."""
        import numpy as np
        from scipy.optimize import linprog

        i = self.column[node]
        goal = np.zeros(len(self.bounds))
        goal[i] = sign
        found = linprog(goal, A_eq=self.matrix, b_eq=self.totals, bounds=self.bounds, method="highs")
        if found.x is None:  # without an end
            end = self.bounds[i][0 if sign > 0 else 1]
            self.low[i], self.high[i] = min(self.low[i], end), max(self.high[i], end)
            return end
        self.low, self.high = np.minimum(self.low, found.x), np.maximum(self.high, found.x)
        return float(found.x[i])
