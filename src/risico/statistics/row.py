"""One row of the index: what a statistic needs, who else computed it and how near we must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from risico.estimate import Estimates

CLOSED = "closed form on the same summary"
BASE = "R 4.2.2"


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """What a statistic needs, who else computed it and how near we must be.

    `input` is the smallest summary that is enough (forms, where it must be known who or when; nothing, where none is
    needed yet). `reference` names the R function, version and arguments, or the published table; `stored` the file in
    tests/reference that holds its values. `tolerance` is relative, with its `reason`. `collapse` is a case in which it
    must equal something known. `coverage` is how often its 95 % interval held the truth in simulations, in the world
    where it did so least (`risico.statistics.coverage`), or why there is no such number.
    """

    function: Callable[..., Estimates]
    input: Literal["counts", "sums", "forms", "nothing"]
    reference: str
    stored: str
    tolerance: float
    reason: str
    collapse: str
    coverage: float | str = ""


def of_forms(
    function: Callable[..., Estimates],
    stored: str,
    reference: str,
    collapse: str,
    tolerance: float = 1e-9,
    reason: str = CLOSED,
) -> Statistic:
    """Return the row of a statistic that must know who, when or in which cluster."""
    return Statistic(
        function=function,
        input="forms",
        reference=reference,
        stored=stored,
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )
