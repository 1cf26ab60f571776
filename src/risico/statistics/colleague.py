"""What a colleague would say, and which ratings are independent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risico.reliability import agreement_by_context, colleague
from risico.statistics.row import BASE, CLOSED, Statistic


def _row(function: Callable[..., Any], reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=function,
        input="forms",
        reference=reference,
        stored="colleague",
        tolerance=1e-8,
        reason=CLOSED,
        collapse=collapse,
    )


SAYS = f"{BASE}: every two pairs with a rater in common; sandwich::vcovCL 3.0.2 (HC0, cadjust), prop.test"
ROWS: dict[str, Statistic] = {
    "colleague_same": _row(colleague, SAYS, "the specific agreement of the level"),
    "colleague_one_lower": _row(colleague, SAYS, "every other rating one lower: 1"),
    "colleague_one_higher": _row(colleague, SAYS, "every other rating one higher: 1"),
    "colleague_further_lower": _row(colleague, SAYS, "the chances of all levels add up to 1"),
    "colleague_further_higher": _row(colleague, SAYS, "the chances of all levels add up to 1"),
    "ratings_independent": _row(agreement_by_context, f"{BASE}: sum", "position=None: every rating"),
    "ratings_left_out": _row(agreement_by_context, f"{BASE}: sum", "every rating joint: every rating"),
}
