"""Small numbers are people: the one door through which results leave the machine's memory.

Whatever MLflow, a review or a shared file holds is `Released`, and only `release` makes that. A number that may
not be seen keeps its place, without a value and with the reason; it is never an empty place and never zero.

Counts and shares are recognised by their `method`, which begins with "count" or "share": the value of a count is
a number of cases or forms, that of a share lies between 0 and 1, and `n` is the whole of which it is a part.

Covered: the cell itself, its complement, and one-way tables whose parts add up to a shown `n`. Not covered yet: tables
in two or more directions, differences with an earlier release, and dominance of one team (issue: what works for whom).

Source: our defaults after the ABS DataLab and ACRO output rules and the rounding of the CBS tables on Veilig Thuis.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import Literal, NewType

from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.plan import SMALLEST

Audience = Literal["team", "organisatie", "buiten"]
Released = NewType("Released", Estimates)

ROUNDED_TO = 5  # for readers outside
TEAMS_OUTSIDE = 3  # a number from one team describes that team

OTHER = "other"
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
    reasons: dict[int, str] = {}
    for place, estimate in enumerate(kept):
        if is_small(estimate, minimum):
            reasons[place] = SMALL.format(minimum)
    for table in tables(kept):
        reasons |= _complementary(kept, table, reasons, minimum)
    hidden = (_withhold(e, reasons[i]) if i in reasons else e for i, e in enumerate(kept))
    return Released(Estimates(_rounded(e) if audience == "buiten" else e for e in hidden))


def gather(estimates: Iterable[Estimate], names: Container[str], minimum: int) -> Estimates:
    """Join the small cells of each table with one of these names into one cell, `other`.

    For tables whose last `by` was written by hand (a reason, a kind of help): what few people wrote can be a sentence
    about one of them, and a label would stay where its number is withheld.

    >>> told = {"moved": 40, "told us that …": 1, "ill": 4}
    >>> kind = {"name": "lost", "n": 45, "method": "count"}
    >>> lost = [Estimate(**kind, value=n, by={"arm": "a", "why": why}) for why, n in told.items()]
    >>> [dict(e.by)["why"] for e in gather(lost, {"lost"}, 10)]
    ['moved', 'other']
    """
    out: list[Estimate] = []
    joined: dict[tuple[object, ...], int] = {}
    for estimate in estimates:
        cell = cases(estimate)
        if estimate.name not in names or len(estimate.by) < 2 or cell is None or cell >= minimum:
            out.append(estimate)
            continue
        *whole, (last, _) = estimate.by.items()
        table = (estimate.name, estimate.n, *whole)
        if table in joined:
            known = out[joined[table]]
            out[joined[table]] = replace(known, value=(known.value or 0) + cell)
        else:
            joined[table] = len(out)
            out.append(replace(estimate, by=dict(whole) | {last: OTHER}))
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
    """Return the places of counts and shares of one whole: same name, same n, same `by` but for the last."""
    found: dict[tuple[object, ...], list[int]] = {}
    for place, estimate in enumerate(estimates):
        if cases(estimate) is not None and estimate.n is not None:
            *whole, _ = estimate.by.items() or [("", "")]
            found.setdefault((estimate.name, estimate.n, estimate.at, *whole), []).append(place)
    return list(found.values())


def _complementary(estimates: Estimates, table: list[int], small: dict[int, str], minimum: int) -> dict[int, str]:
    """Hide what would give a hidden cell of this table away by subtraction from the shown whole."""
    cells = {place: cases(estimates[place]) or 0 for place in table}
    whole = estimates[table[0]].n or 0
    totals = {place for place in table if cells[place] == whole and estimates[place].method.startswith("count")}
    if len(table) == 1 or sum(cells.values()) != whole:
        table = [place for place in table if place not in totals]
    if len(table) < 2 or sum(cells[place] for place in table) != whole:  # each stands alone beside its complement
        rest = COMPLEMENT.format(minimum)
        return {place: rest for place in table if place not in small and whole - cells[place] < minimum}
    hidden = [place for place in table if place in small]
    shown = sorted((place for place in table if place not in small), key=lambda place: cells[place])
    beside: list[int] = []
    while hidden and shown and not _hard_to_guess(cells, hidden, beside, minimum):
        beside.append(shown.pop(0))
    return dict.fromkeys(beside, BESIDE)


def _hard_to_guess(cells: dict[int, int], hidden: list[int], beside: list[int], minimum: int) -> bool:
    """Say whether, knowing the whole, each small cell could still be anything from 0 to `minimum` - 1.

    The reader knows the sum of what is hidden, that each small cell is below the minimum, and that each cell hidden
    beside it is not.
    """
    left = sum(cells[place] for place in (*hidden, *beside)) - minimum * len(beside)
    top = minimum - 1
    return left >= top and (bool(beside) or left <= top * (len(hidden) - 1))


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
