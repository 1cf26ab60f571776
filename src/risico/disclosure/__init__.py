"""Small numbers are people: the one door through which results leave the machine's memory.

Whatever MLflow, a review or a shared file holds is `Released`, and only `release` makes that. A number that may
not be seen keeps its place, without a value and with the reason; it is never an empty place and never zero.

Counts and shares are recognised by their `method`, which begins with "count" or "share": the value of a count is
a number of cases or forms, that of a share lies between 0 and 1, and `n` is the whole of which it is a part. A mean,
whose method begins with "mean", says in `least` and `most` what one form can have; these are never released.

Shown by attack: over all tables of a study together (by arm, profile, help or any other label, with their totals,
nested wholes, the n of everything, numbers said twice, what the shares of a cut-off or a difference between arms say)
and beside earlier releases, a linear programme (`attack`) computes how close a reader can come to each hidden cell.
Until each stays as wide as the rule, more is hidden: first what is missed least, and last the signals that people are
worse off or not safe. Where even `not fewer than 10` would tell too much of what is hidden beside, that is not said.

Also covered: means that rest on few, with the other item numbers of that score or the mean of the other arm; effects
where the counts behind them are hidden (value and margin to steps of two standard errors), never shown (per profile),
or rounded (readers outside); the size of a small profile; how many forms were left out, or had blanks; measures of
agreement, where a level is rare; likelihood ratios and alarm budgets, told only beside the shares of their cut-off;
percentile ranks with few on either side. Decision and calibration curves, areas and scores of prediction are told to
the first digit of their standard error, else to two figures. For readers outside: no number of fewer than three teams,
or for more than half of one, by arm, profile or reason; of single outcomes within these the teams are not known.

The attack does not use that a reader knows how this program chooses, nor what a reader knows of families otherwise.
A later release of data that grew is compared number by number with the earlier ones, not table by table.

Source: our defaults after the ABS DataLab and ACRO output rules and the rounding of the CBS tables on Veilig Thuis.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import Literal, NewType

from risico.disclosure.attack import reach, width
from risico.disclosure.beside import beside, leaving_few, together
from risico.disclosure.cells import BESIDE, COMPLEMENT, SMALL, UNSAID, cases, is_small, is_withheld, tables
from risico.disclosure.digits import (
    blunt,
    coarse,
    n_left_out,
    nearly_complete,
    of_a_profile,
    sizes,
    solvable,
    unsaid,
    without_ends,
    without_n,
)
from risico.disclosure.earlier import Earlier, compared
from risico.disclosure.functions import made_of_counts, not_told
from risico.disclosure.outside import EVERYBODY, TEAMS, TEAMS_OUTSIDE, Team, check_teams, for_outside, of_one_team
from risico.disclosure.sums import web
from risico.estimate import Estimate, Estimates
from risico.plan import SMALLEST

__all__ = [
    "BESIDE",
    "EVERYBODY",
    "OTHER",
    "UNSAID",
    "Audience",
    "Earlier",
    "Released",
    "Team",
    "cases",
    "gather",
    "is_small",
    "is_withheld",
    "n_left_out",
    "reach",
    "release",
    "web",
    "width",
]

Audience = Literal["team", "organisatie", "buiten"]
Released = NewType("Released", Estimates)

OTHER = "other"


def release(
    estimates: Iterable[Estimate],
    audience: Audience,
    *,
    public: bool = False,
    teams: Sequence[Team] | None = None,
    minimum: int | None = None,
    earlier: Sequence[Earlier] = (),
    data: str = "",
) -> Released:
    """Return the estimates as this audience may see them, in the same order.

    `public` turns the rule off: for data that anybody can already read. `teams` says of each team how many families
    there are, altogether (`EVERYBODY`) and by arm, profile and the like; readers outside need at least three, of which
    none has more than half. Raises `Refused` when it is not so. `minimum` asks for larger cells than the audience
    needs, never for smaller. `earlier` are releases of the same or overlapping data, compared with these, and `data` is
    the fingerprint of the data now.

    >>> worse = Estimate(name="outcome", value=3, n=43, method="count", by={"change": "worse"})
    >>> print(release([worse], "organisatie")[0])
    outcome · worse not estimable: fewer than 10 (withheld)
    """
    kept = Estimates(estimates)
    if public:
        return Released(kept)
    outside = audience == "buiten"
    if outside:
        check_teams(teams)
    minimum = max(SMALLEST[audience], minimum or 0)
    before = compared(kept, earlier, data, minimum)
    reasons = before.reasons | _reasons(kept, minimum)
    of_one = [p for p, e in enumerate(kept) if outside and of_one_team(e, teams or ())]
    reasons |= dict.fromkeys(set(of_one) - reasons.keys(), TEAMS.format(TEAMS_OUTSIDE))
    more = beside(kept, reasons, minimum, near=before.near, told=before.told)
    reasons |= {p: UNSAID if p in more.unsaid else BESIDE for p in more.places}
    reasons = not_told(kept, reasons, minimum) | reasons
    short, alone = solvable(kept, reasons), sizes(kept, reasons, minimum) | unsaid(kept, reasons, more.sizes)
    alone |= nearly_complete(kept, minimum)
    out: list[Estimate] = []
    for place, estimate in enumerate(kept):
        told = _withhold(estimate, reasons[place]) if place in reasons else estimate
        told = without_n(told) if place in alone and told.n is not None else told
        if place in short and not of_a_profile(told):
            told = blunt(told)
        elif place in alone or of_a_profile(told) or made_of_counts(told):
            told = coarse(told)
        out.append(without_ends(for_outside(told) if outside else told, minimum, outside=outside))
    return Released(Estimates(out))


def _reasons(estimates: Estimates, minimum: int) -> dict[int, str]:
    """Return the places of what is small by itself, or leaves few, each with the reason."""
    small = {place for place, estimate in enumerate(estimates) if is_small(estimate, minimum)}
    reasons = dict.fromkeys(small, SMALL.format(minimum))
    reasons |= dict.fromkeys(together(estimates, small), BESIDE)
    for table in tables(estimates):
        reasons |= dict.fromkeys(leaving_few(estimates, table, minimum) - small, COMPLEMENT.format(minimum))
    return reasons


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
