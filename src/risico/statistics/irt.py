"""Item response models."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.irt import graded, information
from risico.statistics.row import Statistic


def _irt(
    collapse: str, tolerance: float = 1e-6, function: Callable[..., Estimates] = graded, reason: str = ""
) -> Statistic:
    return Statistic(
        function=function,
        input="counts",
        reference=LTM,
        stored="irt",
        tolerance=tolerance,
        reason=reason or ITERATED,
        collapse=collapse,
    )


LTM = (
    "ltm::rasch and ltm::grm 1.2-0 (GHk = 61), lme4::glmer 1.1-31 (nAGQ = 25), both within 1e-4 where they settle; to "
    "more digits the same likelihood in R by nlm, with standard errors of numDeriv::hessian"
)
ITERATED = "both sides iterate the likelihood, and derivatives in R are by differences"
TWO = "two items of two levels fit any table: {}"
QUAD = "an integral by scipy.integrate.quad"
DIFFERENCES = "derivatives in R are by differences"

ROWS: dict[str, Statistic] = {
    "irt_discrimination": _irt(TWO.format("the share of both is as counted")),
    "irt_difficulty": _irt(TWO.format("the share of the first is as counted")),
    "irt_log_likelihood": _irt(TWO.format("that of the shares themselves")),
    "irt_reliability_marginal": _irt(QUAD),
    "irt_reliability_empirical": _irt(TWO.format("known and unknown variance are 1 together")),
    "irt_item_information": _irt("a² / 4 at the difficulty", 1e-6, information, DIFFERENCES),
    "irt_information": _irt("two copies tell twice as much", 1e-6, information, DIFFERENCES),
    "irt_sem": _irt("1 where the information is 1", 1e-6, information, DIFFERENCES),
}
