"""Small numbers are people: the one door through which results leave the machine's memory.

Whatever MLflow, a review or a shared file holds is `Released`, and only `release` makes that. A number that may
not be seen keeps its place, without a value and with the reason; it is never an empty place and never zero.

Counts and shares are recognised by their `method`, which begins with "count" or "share": the value of a count is
a number of cases or forms, that of a share lies between 0 and 1, and `n` is the whole of which it is a part.

Covered: the cell itself, its complement, tables whose parts add up to a shown `n`, the same tables by arm with their
totals, a number that is said twice of one arm, and the difference between two arms beside the share of one of them.
Not covered yet: what the n and the standard error of an effect give away of a hidden count, differences with an earlier
release, and dominance of one team (issue: what works for whom).

Source: our defaults after the ABS DataLab and ACRO output rules and the rounding of the CBS tables on Veilig Thuis.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any, Literal, NewType

from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.plan import SMALLEST

Audience = Literal["team", "organisatie", "buiten"]
Released = NewType("Released", Estimates)

ROUNDED_TO = 5  # for readers outside
TEAMS_OUTSIDE = 3  # a number from one team describes that team

OTHER, ARM = "other", "arm"
SIGNALS = ("worse", "not_safe")  # what a reader must not miss is hidden beside another number only when nothing else is
SMALL = "fewer than {} (withheld)"
BESIDE = "withheld, because a small number beside it could be worked out from it"
COMPLEMENT = "withheld, because it leaves fewer than {} others"


def release(
    estimates: Iterable[Estimate],
    audience: Audience,
    *,
    public: bool = False,
    teams: int | None = None,
    minimum: int | None = None,
) -> Released:
    """Return the estimates as this audience may see them, in the same order.

    `public` turns the rule off: for data that anybody can already read. `teams` is the number of teams that the data
    come from; for readers outside it must be at least three. Raises `Refused` when it is not. `minimum` asks for larger
    cells than the audience needs, never for smaller.

    >>> worse = Estimate(name="outcome", value=3, n=43, method="count", by={"change": "worse"})
    >>> print(release([worse], "organisatie")[0])
    outcome · worse not estimable: fewer than 10 (withheld)
    """
    kept = Estimates(estimates)
    if public:
        return Released(kept)
    if audience == "buiten" and (teams is None or teams < TEAMS_OUTSIDE):
        raise Refused(
            f"Results for readers outside need data from at least {TEAMS_OUTSIDE} teams; "
            f"here the number of teams is {teams or 'unknown'}.\n"
            "A number from one team tells about that team.\n"
            "Choose the audience 'organisatie', or join the data of several teams and name the team in each event."
        )
    minimum = max(SMALLEST[audience], minimum or 0)
    small = {place for place, estimate in enumerate(kept) if is_small(estimate, minimum)}
    reasons = dict.fromkeys(small, SMALL.format(minimum))
    for table in tables(kept):
        reasons |= dict.fromkeys(_leaving_few(kept, table, minimum) - small, COMPLEMENT.format(minimum))
    reasons |= dict.fromkeys(_beside(kept, reasons, minimum), BESIDE)
    hidden = (_withhold(e, reasons[i]) if i in reasons else e for i, e in enumerate(kept))
    return Released(Estimates(_rounded(e) if audience == "buiten" else e for e in hidden))


def gather(
    estimates: Iterable[Estimate],
    last: Container[str],
    minimum: int,
    *,
    known: Container[str],
    keep: Container[str] = (),
) -> Estimates:
    """Join cells of each table whose last `by` is one of these into one cell, `other`: the small ones, and all that are
    not known; but not those to keep.

    For tables whose last label was written by hand (a reason, a kind of help): what people wrote can be a sentence
    about somebody, or hold a name, and a label would stay where its number is withheld.

    >>> told = {"moved": 40, "told Jansen that …": 30, "ill": 4}
    >>> kind = {"name": "lost", "n": 74, "method": "count"}
    >>> lost = [Estimate(**kind, value=n, by={"arm": "a", "why": why}) for why, n in told.items()]
    >>> [(dict(e.by)["why"], e.value) for e in gather(lost, {"why"}, 10, known={"moved", "ill"})]
    [('moved', 40), ('other', 34)]
    """
    out: list[Estimate] = []
    joined: dict[tuple[object, ...], int] = {}
    for estimate in estimates:
        cell = cases(estimate)
        *whole, (key, label) = estimate.by.items() or [("", "")]
        stays = label in keep or (label in known and (cell is None or cell >= minimum))
        if key not in last or stays:
            out.append(estimate)
            continue
        table = (estimate.name, estimate.n, *whole)
        if table in joined:
            before = out[joined[table]]
            out[joined[table]] = replace(before, value=(before.value or 0) + (cell or 0))
        else:
            joined[table] = len(out)
            out.append(replace(estimate, by=dict(whole) | {key: OTHER}))
    return Estimates(out)


def is_withheld(estimate: Estimate) -> bool:
    """Say whether this number was hidden by `release`, rather than not estimable."""
    return estimate.value is None and "withheld" in (estimate.why or "")


def is_small(estimate: Estimate, minimum: int) -> bool:
    """Say whether a number rests on fewer than `minimum`, none included; a reason can also give a number away."""
    cell = cases(estimate)
    return (estimate.n is not None and estimate.n < minimum) or (cell is not None and cell < minimum)


def cases(estimate: Estimate) -> int | None:
    """Return how many cases a count or share stands for; None for any other kind of number.

    >>> cases(Estimate(name="kept", value=0.6, n=45, method="share, Wilson interval"))
    27
    """
    if estimate.value is None or (estimate.n is None and not estimate.method.startswith("count")):
        return None
    if estimate.method.startswith("count"):
        return round(estimate.value)
    return round(estimate.value * (estimate.n or 0)) if estimate.method.startswith("share") else None


def tables(estimates: Sequence[Estimate]) -> list[list[int]]:
    """Return the places of counts and shares of one whole: same name, same n, same `by` but for the last.

    Arms are no parts of one whole: a number of one arm stands alone.
    """
    found: dict[tuple[object, ...], list[int]] = {}
    for place, estimate in enumerate(estimates):
        if cases(estimate) is not None and estimate.n is not None:
            *whole, last = estimate.by.items() or [("", "")]
            apart = last if last[0] == ARM else None
            found.setdefault((estimate.name, estimate.n, estimate.at, apart, *whole), []).append(place)
    return list(found.values())


def _parts(estimates: Sequence[Estimate], table: list[int]) -> list[int]:
    """Return the cells that add up to the whole of a table, without a total of its own; none when they do not."""
    whole = estimates[table[0]].n or 0
    cells = {place: cases(estimates[place]) or 0 for place in table}
    totals = {place for place in table if cells[place] == whole and estimates[place].method.startswith("count")}
    for chosen in (table, [place for place in table if place not in totals]):
        if len(chosen) > 1 and sum(cells[place] for place in chosen) == whole:
            return chosen
    return []


def _leaving_few(estimates: Sequence[Estimate], table: list[int], minimum: int) -> set[int]:
    """Return the cells that stand alone beside a complement that is too small; a total of the table is none."""
    whole = estimates[table[0]].n or 0
    if _parts(estimates, table):
        return set()
    cells = {place: cases(estimates[place]) or 0 for place in table}
    alone = len(table) == 1
    return {p for p in table if whole - cells[p] < minimum and (alone or cells[p] != whole or _share(estimates[p]))}


def _share(estimate: Estimate) -> bool:
    return estimate.method.startswith("share")


Sum = tuple[Mapping[int, float], float]  # what a reader can add up: place -> factor, and what comes out


def _sums(estimates: Sequence[Estimate], minimum: int) -> list[Sum]:
    """Return every sum of cells that a reader knows the result of."""
    found: list[Sum] = []
    for table in tables(estimates):
        parts, whole = _parts(estimates, table), estimates[table[0]].n or 0
        if parts and whole >= minimum:
            found.append((dict.fromkeys(parts, 1.0), float(whole)))
    return found + _over_arms(estimates) + _said_twice(estimates) + _differences(estimates)


def _over_arms(estimates: Sequence[Estimate]) -> list[Sum]:
    """Return for each number that is also given by arm: the arms together are the whole."""
    arms: dict[tuple[object, ...], list[int]] = {}
    whole: dict[tuple[object, ...], int] = {}
    for place, estimate in enumerate(estimates):
        if cases(estimate) is not None and not _share(estimate):
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
    """Return the pairs that say one number of one arm under two names; who is free of violence is also a change."""
    first: dict[tuple[object, ...], int] = {}
    found: list[Sum] = []
    for place, estimate in enumerate(estimates):
        if cases(estimate) is not None and ARM in estimate.by:
            key = (estimate.by[ARM], estimate.n, cases(estimate))
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


def _beside(estimates: Sequence[Estimate], reasons: Mapping[int, str], minimum: int) -> list[int]:
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


def _withhold(estimate: Estimate, why: str) -> Estimate:
    """Keep what it is and where it stands; drop every number of it."""
    return replace(estimate, value=None, low=None, high=None, se=None, n=None, why=why)


def _rounded(estimate: Estimate) -> Estimate:
    """Round counts and n to fives and shares to whole percentages; a share to more digits would give n away."""
    n = None if estimate.n is None else ROUNDED_TO * round(estimate.n / ROUNDED_TO)
    if cases(estimate) is None:
        return replace(estimate, n=n)
    step = float(ROUNDED_TO) if estimate.method.startswith("count") else 0.01

    def near(number: float | None) -> float | None:
        return None if number is None else round(step * round(number / step), 2)

    return replace(estimate, n=n, value=near(estimate.value), low=near(estimate.low), high=near(estimate.high), se=None)
