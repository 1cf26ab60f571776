"""What a score says of an outcome."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.statistics.row import CLOSED, Statistic
from risico.validity import accuracy, auc, calibration, observed

WILSON = "prop.test(correct = FALSE) of R 4.2.2, epiR::epi.tests(method = 'wilson') 2.0.57"


def _validity(function: Callable[..., Estimates], reference: str, collapse: str, tolerance: float) -> Statistic:
    iterated = "iterated to full precision on both sides (glm with epsilon 1e-14)"
    return Statistic(
        function=function,
        input="counts",
        reference=reference,
        stored="validity",
        tolerance=tolerance,
        reason=iterated if function is calibration else CLOSED,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "auc": _validity(auc, "pROC::ci.auc(method = 'delong') 1.18.0", "Mann-Whitney's U divided by the pairs", 1e-12),
    "base_rate": _validity(accuracy, WILSON, "the mean of the outcome", 1e-10),
    "sensitivity": _validity(accuracy, WILSON, "a cut-off below every score: 1", 1e-10),
    "specificity": _validity(accuracy, WILSON, "a cut-off above every score: 1", 1e-10),
    "ppv": _validity(accuracy, WILSON, "Bayes' rule from sensitivity, specificity and base rate", 1e-10),
    "npv": _validity(accuracy, WILSON, "Bayes' rule from sensitivity, specificity and base rate", 1e-10),
    "observed": _validity(observed, WILSON, "a Boolean score: ppv where true", 1e-10),
    "calibration_in_the_large": _validity(
        calibration, "glm with offset of R 4.2.2", "one prediction: logit of the share − logit of the prediction", 1e-8
    ),
    "calibration_slope": _validity(
        calibration, "glm of R 4.2.2, rms::val.prob 6.5.0", "two predictions: the line through two logits", 1e-8
    ),
    "calibration_intercept": _validity(
        calibration, "glm of R 4.2.2, rms::val.prob 6.5.0", "two predictions: the line through two logits", 1e-8
    ),
}
