"""What was chosen on the forms at hand, and what is left of it on others."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.statistics.row import CLOSED, Statistic
from risico.validity import chosen_cut_off, optimism

RMS = "rms::validate(lrm, B = 20000) 6.5-0"
HAND = "20,000 redraws by hand in R 4.2.2, R script"
CHANCE = "Monte Carlo error of two bootstraps of 20,000 redraws"
MANY = "as many forms as there never were: nothing is lost"


def _row(
    function: Callable[..., Estimates], reference: str, collapse: str, tolerance: float = 0.01, reason: str = CHANCE
) -> Statistic:
    return Statistic(
        function=function,
        input="counts",
        reference=reference,
        stored="validity_optimism",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "auc_apparent": _row(optimism, RMS, "one predictor: the area of that predictor", 1e-9, CLOSED),
    "auc_corrected": _row(optimism, RMS, MANY),
    "slope_corrected": _row(optimism, RMS, MANY),
    "chosen_cut_off": _row(chosen_cut_off, HAND, "scores that do not overlap: the lowest with the outcome"),
    "youden_apparent": _row(chosen_cut_off, HAND, "sensitivity + specificity − 1 there", 1e-9, CLOSED),
    "youden_corrected": _row(chosen_cut_off, HAND, MANY),
    "sensitivity_apparent": _row(chosen_cut_off, HAND, "the sensitivity of that cut-off", 1e-9, CLOSED),
    "sensitivity_corrected": _row(chosen_cut_off, HAND, MANY),
    "specificity_apparent": _row(chosen_cut_off, HAND, "the specificity of that cut-off", 1e-9, CLOSED),
    "specificity_corrected": _row(chosen_cut_off, HAND, MANY),
}
