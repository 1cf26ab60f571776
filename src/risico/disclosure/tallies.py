"""What a region may send: counts and sums, of which no small number can be worked out.

    withheld(told, levels, minimum) -> {name: reason}

Sums are no counts, but they tell of counts: of answers 0, 1 and 2 the number of forms, the sum and the sum of squares
say how often each was given. So what a statistic tells is written as equations between hidden numbers (how many forms
have each level of each item and score), and the attack works out how close a reader comes to each level that some have
but fewer than the rule. One statistic after the other is let through, all that go before taken together.

That few can have the highest level of all follows from any mean, and is not hidden where nobody has it. Not used: that
the score of a form is the sum of its own items, and what a reader knows of somebody otherwise.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from risico.disclosure.attack import NEAR, Range, component, reach, too_close, width
from risico.disclosure.cells import BESIDE, SMALL
from risico.disclosure.sums import Sum, Web, touching

Level = Hashable
Equation = tuple[Mapping[Level, float], float]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one statistic tells: counts as they are (`cells`), and sums of hidden levels that are known.

    `ends` are the points that all forms together lie above the least, and below the most, that they can have.
    """

    name: str
    cells: tuple[int, ...] = ()
    ends: tuple[float, ...] = ()
    equations: tuple[Equation, ...] = ()


def withheld(told: Sequence[Told], levels: Mapping[Level, int], minimum: int) -> dict[str, str]:
    """Return what may not be sent, each with the reason; `levels` are the true numbers of forms with each level.

    >>> two = Told(name="share", cells=(4, 46), equations=(({"no": 1, "yes": 1}, 50), ({"yes": 1}, 4)))
    >>> withheld([two], {"no": 46, "yes": 4}, 10)
    {'share': 'fewer than 10 (withheld)'}
    >>> mean = Told(name="mean", ends=(12, 88), equations=(({0: 1, 1: 1, 2: 1}, 50), ({1: 1, 2: 2}, 12)))
    >>> withheld([mean], {0: 43, 1: 2, 2: 5}, 10)
    {'mean': 'withheld, because a small number beside it could be worked out from it'}
    """
    reasons: dict[str, str] = {}
    known: list[Equation] = []
    for one in told:
        if any(number < minimum for number in (*one.cells, *one.ends)):
            reasons[one.name] = SMALL.format(minimum)
        elif _tells([*known, *one.equations], levels, minimum):
            reasons[one.name] = BESIDE
        else:
            known += one.equations
    return reasons


def surely_few(equations: Sequence[Equation], minimum: int) -> bool:
    """Say whether a reader of these equations is sure that some, but fewer than the minimum, have some level.

    For what two files tell of the forms between them: of these nobody has the true numbers. That forms only came in, or
    only left, is assumed; where some did either, a reader is sure of less.

    >>> surely_few([({0: 1, 27: 1}, 40), ({27: 27}, 27)], 10)
    True
    """
    names = dict.fromkeys(name for factors, _ in equations for name in factors)
    found = reached(equations, dict.fromkeys(names, 0))
    return any(low > high or (low > NEAR and width((low, high)) < minimum) for low, high in found.values())


def reached(equations: Sequence[Equation], levels: Mapping[Level, int]) -> dict[Level, Range]:
    """Return between which numbers a reader of these equations knows each level to lie.

    >>> reached([({"no": 1, "yes": 1}, 50), ({"yes": 1}, 4)], {"no": 46, "yes": 4})
    {'no': (46.0, 46.0), 'yes': (4.0, 4.0)}
    """
    web, ranges, names = _web(equations, levels)
    return {names[node]: interval for node, interval in reach(web, ranges).items()}


def _tells(equations: Sequence[Equation], levels: Mapping[Level, int], minimum: int) -> bool:
    web, ranges, names = _web(equations, levels)
    where, seen = touching(web.sums), set[int]()
    small = [node for node, name in enumerate(names) if 0 < levels[name] < minimum]
    for node in small:
        if node in seen or node not in where:
            continue
        part = component(web.sums, where, ranges, node)
        seen.update(part[0])
        watched = [other for other in small if other in part[0]]
        if too_close(web, ranges, part, watched, minimum) is not None:
            return True
    return False


def _web(equations: Sequence[Equation], levels: Mapping[Level, int]) -> tuple[Web, dict[int, Range], list[Level]]:
    """Write equations as sums that are none: each known total is a node of its own."""
    names = list(levels)
    place = {name: node for node, name in enumerate(names)}
    most = max((total for _, total in equations), default=0.0)
    sums: list[Sum] = []
    values = {node: float(levels[name]) for name, node in place.items()}
    for number, (factors, total) in enumerate(equations):
        node = len(names) + number
        sums.append({place[name]: float(factor) for name, factor in factors.items() if factor} | {node: -1.0})
        values[node] = float(total)
    return Web(sums, values, {}, set()), dict.fromkeys(range(len(names)), (0.0, most)), names
