"""Outcomes that are known of some families only, or not yet."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.statistics.row import CLOSED, Statistic
from risico.validity import follow_up_audit, selective

EVERY = "every filling-in of the unknown outcomes, R script"


def _row(function: Callable[..., Estimates], reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=function,
        input="counts",
        reference=reference,
        stored="validity_selection",
        tolerance=1e-10,
        reason=CLOSED,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "known": _row(selective, "shares of R 4.2.2, R script", "no unknown outcome: 1"),
    "lowest_possible": _row(selective, EVERY, "no unknown outcome: the naive number"),
    "highest_possible": _row(selective, EVERY, "no unknown outcome: the naive number"),
    "if_unknown": _row(
        selective, "formula of Begg & Greenes (1983) with other odds, R script", "odds of 0: none of the unknown has it"
    ),
    "whole_window": _row(follow_up_audit, "prop.test(correct = FALSE) of R 4.2.2", "closed long after: 1"),
    "cut_short_difference": _row(
        follow_up_audit,
        "method 10 of Newcombe (1998) with prop.test of R 4.2.2, R script; example (a) of the paper",
        "base rate of the whole windows less that of the others",
    ),
}
