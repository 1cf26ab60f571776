"""What else must be hidden, so that a hidden count cannot be worked out from what is shown: a linear programme."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from math import inf
from typing import Any

from risico.disclosure.cells import ARM, ASSIGNED, ITEM, SMALL, adding_up, cases, is_mean, is_share, tables
from risico.estimate import Estimate

SIGNALS = ("worse", "not_safe")  # what a reader must not miss is hidden beside another number only when nothing else is


def leaving_few(estimates: Sequence[Estimate], table: list[int], minimum: int) -> set[int]:
    """Return the cells that stand alone beside a complement that is too small; a total of the table is none."""
    whole = estimates[table[0]].n or 0
    if adding_up(estimates, table):
        return set()
    cells = {place: cases(estimates[place]) or 0 for place in table}
    alone = len(table) == 1
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


Sum = tuple[Mapping[int, float], float]  # what a reader can add up: place -> factor, and what comes out


def _sums(estimates: Sequence[Estimate], minimum: int) -> list[Sum]:
    """Return every sum of cells that a reader knows the result of."""
    found: list[Sum] = []
    for table in tables(estimates):
        parts, whole = adding_up(estimates, table), estimates[table[0]].n or 0
        if parts and whole >= minimum:
            those = _those(estimates, parts[0])  # where it is hidden how many these are, their n goes too
            found += [(dict.fromkeys(parts, 1.0) | {p: -1.0}, 0.0) for p in those]
            found += [] if those else [(dict.fromkeys(parts, 1.0), float(whole))]
    return found + _over_arms(estimates) + _said_twice(estimates) + _differences(estimates)


def _those(estimates: Sequence[Estimate], place: int) -> list[int]:
    """Return the places of how many were analysed, where the table of this place is a table of just these."""
    part = estimates[place]
    return [
        p
        for p, e in enumerate(estimates)
        if e.by.get("step") == "analysed" and e.name != part.name and cases(e) == part.n and _same_arm(e, part)
    ]


def _same_arm(one: Estimate, other: Estimate) -> bool:
    """Say whether two numbers are of one arm, or both of all arms."""
    return one.by.get(ARM) == other.by.get(ARM)


def _over_arms(estimates: Sequence[Estimate]) -> list[Sum]:
    """Return for each number that is also given by arm: the arms together are the whole."""
    arms: dict[tuple[object, ...], list[int]] = {}
    whole: dict[tuple[object, ...], int] = {}
    for place, estimate in enumerate(estimates):
        if cases(estimate) is not None and not is_share(estimate):
            key = (estimate.name, *((k, v) for k, v in estimate.by.items() if k != ARM))
            if ARM in estimate.by:
                arms.setdefault(key, []).append(place)
            else:
                whole[key] = place
    count = [cases(e) or 0 for e in estimates]
    fits = {key: places for key, places in arms.items() if key in whole}
    return [
        (dict.fromkeys(places, 1.0) | {whole[key]: -1.0}, 0.0)
        for key, places in fits.items()
        if sum(count[place] for place in places) == count[whole[key]]
    ]


def _said_twice(estimates: Sequence[Estimate]) -> list[Sum]:
    """Return the pairs that say one number of one arm under two names: who is free of violence is also a change, who
    got what was assigned is also a share.
    """
    first: dict[tuple[object, ...], int] = {}
    found: list[Sum] = []
    for place, estimate in enumerate(estimates):
        arm = estimate.by.get(ARM, estimate.by.get(ASSIGNED))
        if cases(estimate) is not None and arm is not None:
            key = (arm, estimate.n, cases(estimate))
            if key in first:
                found.append(({first[key]: 1.0, place: -1.0}, 0.0))
            first.setdefault(key, place)
    return found


def _differences(estimates: Sequence[Estimate]) -> list[Sum]:
    """Return the pairs of shares whose difference is shown as an effect without adjustment."""
    shown = [e.value for e in estimates if e.name in ("itt", "unadjusted") and e.value is not None]
    arms = [(p, e) for p, e in enumerate(estimates) if e.name == "outcome" and cases(e) is not None and ARM in e.by]
    found: list[Sum] = []
    for i, (a, one) in enumerate(arms):
        for b, two in arms[i + 1 :]:
            apart = (one.value or 0) - (two.value or 0)
            if any(abs(abs(apart) - abs(value)) < 1e-9 for value in shown):
                found.append(({a: 1 / (one.n or 1), b: -1 / (two.n or 1)}, apart))
    return found


def beside(estimates: Sequence[Estimate], reasons: Mapping[int, str], minimum: int) -> list[int]:
    """Return what else must be hidden so that no hidden number can be worked out closer than the rule says.

    Each time a hidden cell can be guessed, the smallest cell that is shown in a sum with it is hidden too; what turns
    out not to be needed is shown again.
    """
    sums = _sums(estimates, minimum)
    ranges = {p: _range(estimates[p], why, minimum) for p, why in reasons.items() if cases(estimates[p]) is not None}
    watched = [place for place in ranges if any(place in factors for factors, _ in sums)]
    beside, lost = list[int](), False

    def bare() -> int | None:
        return next((place for place in watched if not _hard_to_guess(place, estimates, sums, ranges)), None)

    while (found := bare()) is not None:
        chosen = _next_to_hide(found, estimates, [factors for factors, _ in sums], ranges)
        if chosen is None:
            watched.remove(found)  # nothing is left that could hide it
            lost = True
            continue
        beside.append(chosen)
        ranges[chosen] = (float(minimum), inf)
    for place in () if lost else tuple(beside):
        kept = ranges.pop(place)
        if bare() is None:
            beside.remove(place)
        else:
            ranges[place] = kept
    return beside


def _next_to_hide(
    bare: int, estimates: Sequence[Estimate], sums: list[Mapping[int, float]], hidden: Container[int]
) -> int | None:
    """Return the cell in the fewest sums, of these the smallest: in a sum with the bare one, else further along."""

    def cost(place: int) -> tuple[bool, int, int]:
        signal = any(label in SIGNALS for label in estimates[place].by.values())
        return signal, sum(place in factors for factors in sums), cases(estimates[place]) or 0

    reached, before = {bare}, set[int]()
    while reached != before:
        before = set(reached)
        for factors in sums:
            if any(place in before and place in hidden for place in factors):
                reached |= set(factors)
        shown = [place for place in sorted(reached) if place not in hidden]
        if shown:
            return min(shown, key=cost)
    return None


def _range(estimate: Estimate, reason: str, minimum: int) -> tuple[float, float]:
    """Return what a reader may believe of a hidden count: below the minimum, or all but so few."""
    whole = estimate.n or 0
    return (0.0, minimum - 1.0) if reason == SMALL.format(minimum) else (whole - minimum + 1.0, float(whole))


def _hard_to_guess(
    place: int, estimates: Sequence[Estimate], sums: list[Sum], ranges: Mapping[int, tuple[float, float]]
) -> bool:
    """Say whether, with all that is shown, this cell could still be anything in its range: a linear programme."""
    from scipy.optimize import linprog

    unknown = list(ranges)
    rows: list[list[float]] = []
    totals: list[float] = []
    for factors, total in sums:
        if any(p in ranges for p in factors):
            rows.append([factors.get(p, 0.0) for p in unknown])
            totals.append(total - sum(f * (cases(estimates[p]) or 0) for p, f in factors.items() if p not in ranges))
    goal = [float(p == place) for p in unknown]
    told: dict[str, Any] = {"A_eq": rows, "b_eq": totals, "bounds": [ranges[p] for p in unknown]}
    lowest, highest = (linprog([sign * g for g in goal], **told) for sign in (1, -1))
    low, high = ranges[place]
    return bool(lowest.success and highest.success and lowest.fun < low + 0.5 and -highest.fun > high - 0.5)
