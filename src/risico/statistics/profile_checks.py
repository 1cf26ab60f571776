"""What an assignment by the profile rule hangs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risico.profiles.checks import checks, profile_shares
from risico.statistics.row import BASE, Statistic

TYPED = f"the rule of the sheet typed anew in {BASE}; prop.test(correct = FALSE)"


def _row(function: Callable[..., Any], reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=function,
        input="forms",
        reference=reference,
        stored="profile_checks",
        tolerance=1e-10,
        reason="counts, and closed forms of them; the reference prints 15 digits",
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "label_changed": _row(checks, TYPED, "a source that tells of no counted indicator: nobody, 0"),
    "primary_changed": _row(checks, TYPED, "a source that tells of no counted indicator: nobody, 0"),
    "safety_lost": _row(checks, TYPED, "every indicator of coercion open: everybody, 1"),
    "label_moved": _row(checks, TYPED, "a source that tells of no counted indicator: all keep their label"),
    "weight_changed": _row(checks, TYPED, "families with every indicator clearly absent: nobody, 0"),
    "profile_share": _row(profile_shares, TYPED, "one group of families that are all alike: 1"),
    "indicators_open": _row(profile_shares, f"mean and sd of {BASE}", "nothing left open: 0"),
    "labels_differ_p": _row(
        profile_shares, f"chisq.test(correct = FALSE) of {BASE}", "two groups with equal labels: 1"
    ),
}
