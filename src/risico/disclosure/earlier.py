"""Two releases laid side by side: one more family this month must not be readable from the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from risico.disclosure.attack import Range
from risico.disclosure.cells import EARLIER, UNSAID, cases, is_share, is_withheld
from risico.disclosure.digits import blunt, coarse
from risico.disclosure.outside import fives, for_outside
from risico.estimate import Estimate, Estimates

Key = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A release that was made: to whom, of which data (a fingerprint), and every number as it was shown."""

    audience: str
    data: str
    estimates: Estimates


@dataclass
class Beside:
    """What earlier releases ask: a reason by place, the range that a reader then knows, and what is known already."""

    reasons: dict[int, str]
    near: dict[int, Range]
    told: set[int]


def compared(estimates: Sequence[Estimate], earlier: Sequence[Earlier], data: str, minimum: int) -> Beside:
    """Compare what is about to be released with what was, number by number.

    A count, a share or an n that moved by fewer than the minimum is not told again: the earlier number stands. Where
    a table or effect gained fewer than the minimum, nothing of it is. On the same data, and where it is not clear that
    enough came in, what was hidden stays hidden.
    """
    found = Beside({}, {}, set())
    for release in earlier:
        _one(found, estimates, release, data, minimum)
    found.told -= found.reasons.keys()
    return found


def _one(found: Beside, estimates: Sequence[Estimate], release: Earlier, data: str, minimum: int) -> None:
    before = {_key(e): e for e in release.estimates}
    same_data = release.data == data
    gained = _gained(estimates, before, rounded=release.audience == "buiten")
    for place, e in enumerate(estimates):
        old = before.get(_key(e))
        if old is None or e.value is None:
            continue
        if old.value is None:
            if (same_data or gained < minimum) and is_withheld(old):
                found.reasons.setdefault(place, old.why or UNSAID)
            continue
        if _unmoved(e, old, release.audience == "buiten", same_data):
            found.told.add(place)
            continue
        moved = _moved(e, old, release.audience == "buiten", gained)
        if moved < minimum:
            found.reasons[place] = EARLIER.format(minimum)
            count, was = cases(e), cases(old)
            if count is not None and was is not None:
                found.near[place] = (max(0.0, float(was - minimum + 1)), float(max(was + minimum - 1, count)))


def _key(e: Estimate) -> Key:
    return e.name, e.at, *sorted(e.by.items())


def _gained(estimates: Sequence[Estimate], before: Mapping[Key, Estimate], *, rounded: bool) -> float:
    """Return by how many the largest n that both releases say has moved; where none is said, that is not known."""
    pairs = [(e.n, old.n) for e in estimates if (old := before.get(_key(e))) and e.n and old.n]
    if not pairs:
        return 0.0
    new, was = max(pairs, key=lambda pair: pair[1])
    return abs((fives(new) if rounded else new) - was)


def _unmoved(e: Estimate, old: Estimate, rounded: bool, same_data: bool) -> bool:
    """Say whether both releases tell the same number; on the same data another effect has another method."""
    e = for_outside(e) if rounded else e
    if old.n is not None and e.n != old.n:
        return False
    if cases(e) is None and same_data:
        return True
    alike = (e, coarse(e), blunt(e)) if cases(e) is None or old.n is None else (e,)
    return any(isclose(one.value or 0.0, old.value or 0.0, abs_tol=1e-9) for one in alike)


def _moved(e: Estimate, old: Estimate, rounded: bool, gained: float) -> float:
    """Return the smallest number of people that the difference of two releases can be about."""
    e = for_outside(e) if rounded else e
    count, was = cases(e), cases(old)
    if e.n is None or old.n is None:
        return gained if count is None or was is None else abs(count - was)
    more = abs(e.n - old.n)
    if count is None or was is None:
        return more  # of the same people nobody can say how many are now otherwise
    if is_share(e) and more:
        return min(more, abs(count - was), abs((e.n - count) - (old.n - was)))
    return min(more, abs(count - was)) if more else abs(count - was)
