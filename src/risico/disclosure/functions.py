"""Numbers that are made of a few counts and would tell them: agreement, what follows from a cut-off, percentiles.

They are coarsened always, and not told where a count that they are made of is hidden or not there to be checked.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from risico.disclosure.cells import BESIDE, SMALL, is_share
from risico.estimate import Estimate

AGREEMENT = (
    "percent_agreement", "gwet_", "fleiss_", "conger_", "brennan_prediger", "scott_", "cohen_", "krippendorff_",
    "pabak",
)  # fmt: skip
LEVEL = "specific_agreement"
CUTS = ("sensitivity", "specificity", "ppv", "npv")
OF_A_CUT = (
    "lr_positive", "lr_negative", "diagnostic_odds_ratio", "youden", "signals_per_week", "found_per_week",
    "missed_per_week", "for_nothing_per_week",
)  # fmt: skip
CURVES = ("net_benefit", "calibration_curve", "observed", "brier", "expected_observed", "auc")
RANKS = ("percentile_rank", "t_score")


def made_of_counts(estimate: Estimate) -> bool:
    """Say whether all digits of a number would tell the counts that it is made of.

    >>> made_of_counts(Estimate(name="cohen_kappa", value=0.6)), made_of_counts(Estimate(name="alpha", value=0.8))
    (True, False)
    """
    return not is_share(estimate) and estimate.name.startswith((*AGREEMENT, LEVEL, *OF_A_CUT, *CURVES, *RANKS))


def not_told(estimates: Sequence[Estimate], hidden: Container[int], minimum: int) -> dict[int, str]:
    """Return the places of what may not be told beside counts that are hidden, each with the reason.

    >>> kept = Estimate(name="sensitivity", value=0.95, n=40, method="share of those with the outcome")
    >>> not_told([kept, Estimate(name="lr_positive", value=3.2, n=90)], {0}, 10)
    {1: 'withheld, because a small number beside it could be worked out from it'}
    """
    found = dict.fromkeys(_of_cuts(estimates, hidden), BESIDE)
    found |= dict.fromkeys(_agreement(estimates, hidden), BESIDE)
    return found | {p: SMALL.format(minimum) for p, e in enumerate(estimates) if _extreme(e, minimum)}


def _of_cuts(estimates: Sequence[Estimate], hidden: Container[int]) -> Iterator[int]:
    """Yield what follows from a cut-off of which the shares are hidden, or are not there."""
    shown: dict[object, set[str]] = {}
    struck: set[object] = set()
    for place, e in enumerate(estimates):
        if e.name in CUTS and is_share(e):
            scope = frozenset(e.by.items())
            shown.setdefault(scope, set()).add(e.name)
            struck |= {scope} if place in hidden else set()
    for place, e in enumerate(estimates):
        scope = frozenset(e.by.items())
        if e.value is not None and e.name.startswith(OF_A_CUT):
            names = shown.get(scope, set[str]())
            if scope in struck or not names:
                yield place


def _agreement(estimates: Sequence[Estimate], hidden: Container[int]) -> Iterator[int]:
    """Yield all measures of agreement but the first, where a level of the same ratings is hidden: two of them are an
    equation for how often each level was given.
    """
    struck = [e for place, e in enumerate(estimates) if e.name == LEVEL and place in hidden]
    scopes = {frozenset(item for item in e.by.items() if item[0] != "level") for e in struck}
    seen: set[object] = set()
    for place, e in enumerate(estimates):
        scope = frozenset(e.by.items())
        if scope in scopes and e.value is not None and e.name.startswith(AGREEMENT):
            if scope in seen:
                yield place
            seen.add(scope)


def _extreme(e: Estimate, minimum: int) -> bool:
    """Say whether fewer than the minimum have a lower score, or a higher one: such a rank tells of single people."""
    if e.name != RANKS[0] or e.value is None or e.n is None:
        return False
    part = e.value / 100
    return min(part, 1 - part) * e.n < minimum
