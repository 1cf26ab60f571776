"""Change within people, and other scales of an effect."""

from __future__ import annotations

from collections.abc import Callable

from risico.effects import before_after
from risico.estimate import Estimates
from risico.statistics.effects import CR2
from risico.statistics.row import BASE, Statistic

CLOSED = "closed form in double precision; the reference prints 15 digits"


def _within(
    function: Callable[..., Estimates],
    stored: str,
    reference: str,
    collapse: str,
    tolerance: float = 1e-9,
    reason: str = CLOSED,
) -> Statistic:
    return Statistic(
        function=function,
        input="forms",
        reference=reference,
        stored=f"effects_{stored}",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


def _change(reference: str, collapse: str) -> Statistic:
    return _within(before_after, "before_after", reference, collapse)


ROWS: dict[str, Statistic] = {
    "followed_up": _change(f"mean of {BASE}", "nobody is lost: 1"),
    "people_changed": _change(f"lm and {CR2}, on the log odds", "everybody falls far: 1"),
    "mean_change": _change(f"lm and {CR2}", "everybody falls by 3: -3"),
    "peak_change": _change(
        f"truncnorm 1.0.8: etruncnorm; lm and {CR2} for the range", "all of a half: half the mean of a half-normal"
    ),
    "peak_change_linear": _change(
        f"lm and {CR2} on the distance from the line", "a correlation of a half: half the way to the mean"
    ),
    "natural_change": _change(f"lm and {CR2}", "the mean change of who was not helped"),
}
