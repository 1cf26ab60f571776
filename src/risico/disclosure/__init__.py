"""Small numbers are people: the one door through which results leave the machine's memory.

Whatever MLflow, a review or a shared file holds is `Released`, and only `release` makes that. A number that may
not be seen keeps its place, without a value and with the reason; it is never an empty place and never zero.

Counts and shares are recognised by their `method`, which begins with "count" or "share": the value of a count is
a number of cases or forms, that of a share lies between 0 and 1, and `n` is the whole of which it is a part. A mean,
whose method begins with "mean", says in `least` and `most` what one form can have; these are never released.

Covered: the cell itself, its complement, tables whose parts add up to a shown `n`, the same tables by arm with their
totals, a number that is said twice of one arm, and the difference between two arms beside the share of one of them;
means that rest on few, with the other item numbers of that score or the mean of the other arm; the digits of effects
where the counts behind them are hidden, never shown (per profile), or rounded (readers outside); the size of a small
profile, from the n of all and of the other profiles; how many were analysed where that is hidden, from the n of what
was computed on them; how many forms were left out, or had blanks.
Not covered yet: what the margin of an effect gives away of a hidden count where its digits are shown, what several
measures of agreement together give away of a hidden share, differences with an earlier release, and dominance of one
team (issue: what works for whom).

Source: our defaults after the ABS DataLab and ACRO output rules and the rounding of the CBS tables on Veilig Thuis.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from typing import Literal, NewType

from risico.disclosure.beside import beside, leaving_few, together
from risico.disclosure.cells import BESIDE, COMPLEMENT, SMALL, cases, is_small, is_withheld, tables
from risico.disclosure.digits import (
    coarse,
    for_outside,
    n_left_out,
    nearly_complete,
    sizes,
    solvable,
    unsaid,
    without_ends,
    without_n,
)
from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.plan import SMALLEST

__all__ = [
    "BESIDE",
    "OTHER",
    "Audience",
    "Released",
    "cases",
    "gather",
    "is_small",
    "is_withheld",
    "n_left_out",
    "release",
]

Audience = Literal["team", "organisatie", "buiten"]
Released = NewType("Released", Estimates)

TEAMS_OUTSIDE = 3  # a number from one team describes that team
OTHER = "other"


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
    minimum, outside = max(SMALLEST[audience], minimum or 0), audience == "buiten"
    reasons = _reasons(kept, minimum)
    short, alone = solvable(kept, reasons), sizes(kept, reasons, minimum) | unsaid(kept, reasons)
    alone |= nearly_complete(kept, minimum)
    out: list[Estimate] = []
    for place, estimate in enumerate(kept):
        told = _withhold(estimate, reasons[place]) if place in reasons else estimate
        told = without_n(told) if place in alone and told.n is not None else told
        told = coarse(told) if place in short or place in alone else told
        out.append(without_ends(for_outside(told) if outside else told, minimum, outside=outside))
    return Released(Estimates(out))


def _reasons(estimates: Estimates, minimum: int) -> dict[int, str]:
    """Return the places of what is withheld, each with the reason."""
    small = {place for place, estimate in enumerate(estimates) if is_small(estimate, minimum)}
    reasons = dict.fromkeys(small, SMALL.format(minimum))
    reasons |= dict.fromkeys(together(estimates, small), BESIDE)
    for table in tables(estimates):
        reasons |= dict.fromkeys(leaving_few(estimates, table, minimum) - small, COMPLEMENT.format(minimum))
    return reasons | dict.fromkeys(beside(estimates, reasons, minimum), BESIDE)


def _withhold(estimate: Estimate, why: str) -> Estimate:
    """Keep what it is and where it stands; drop every number of it."""
    return replace(estimate, value=None, low=None, high=None, se=None, n=None, why=why)


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
