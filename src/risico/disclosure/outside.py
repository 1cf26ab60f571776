"""Readers outside: counts rounded to fives, and no number that is about one team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from risico.disclosure.cells import cases, is_share
from risico.disclosure.digits import ROUNDED_TO, coarse
from risico.errors import Refused
from risico.estimate import Estimate

TEAMS_OUTSIDE = 3  # a number from one team describes that team
TEAMS = "withheld, because it is about fewer than {} teams, or for more than half about one"
EVERYBODY = ""

Team = Mapping[str, int]  # of one team how many families there are: EVERYBODY, and by arm, profile, reason …


def check_teams(teams: Sequence[Team] | None) -> None:
    """Raise Refused where the data come from too few teams, or for more than half from one."""
    sizes = [n for team in teams or () if (n := team.get(EVERYBODY, 0))]
    if len(sizes) < TEAMS_OUTSIDE:
        raise Refused(
            f"Results for readers outside need data from at least {TEAMS_OUTSIDE} teams; "
            f"here the number of teams is {len(sizes) or 'unknown'}.\n"
            "A number from one team tells about that team.\n"
            "Choose the audience 'organisatie', or join the data of several teams and name the team in each event."
        )
    if 2 * max(sizes) > sum(sizes):
        raise Refused(
            "Results for readers outside need data of which no team has more than half; here one team has.\n"
            "Who knows the other teams could work out what that team did.\n"
            "Choose the audience 'organisatie', or join the data of more teams."
        )


def of_one_team(estimate: Estimate, teams: Sequence[Team]) -> bool:
    """Say whether an arm, profile or reason that a number is about is that of too few teams, or mostly of one.

    >>> teams = [{"": 40, "lot": 30}, {"": 40, "lot": 5}, {"": 40, "lot": 5}]
    >>> [of_one_team(Estimate(name="itt", value=0.1, by=by), teams) for by in ({}, {"arm": "lot"}, {"arm": "other"})]
    [False, True, False]
    """
    for label in estimate.by.values():
        sizes = [n for team in teams if (n := team.get(label, 0))]
        if sizes and (len(sizes) < TEAMS_OUTSIDE or 2 * max(sizes) > sum(sizes)):
            return True
    return False


def for_outside(estimate: Estimate) -> Estimate:
    """Round counts and n to fives, shares to whole percentages and the rest to the digits that mean something.

    The same number is rounded the same way wherever it stands, each by itself as Statistics Netherlands does: rows need
    not add up.

    >>> for_outside(Estimate(name="flow", value=43, n=58, method="count"))
    flow 45, n = 60
    """
    n = None if estimate.n is None else fives(estimate.n)
    if cases(estimate) is None or is_share(estimate):
        return replace(coarse(estimate), n=n)
    ends = (estimate.value, estimate.low, estimate.high)
    value, low, high = (None if x is None else float(fives(x)) for x in ends)
    return replace(estimate, n=n, value=value, low=low, high=high, se=None)


def fives(number: float) -> int:
    """Round to the nearest five."""
    return ROUNDED_TO * round(number / ROUNDED_TO)
