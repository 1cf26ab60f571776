"""What a score says of an outcome."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.statistics.row import CLOSED, Statistic
from risico.validity import accuracy, auc, auc_bootstrap, calibration, compare_auc, observed, partial_auc

WILSON = "prop.test(correct = FALSE) of R 4.2.2, epiR::epi.tests(method = 'wilson') 2.0.57"
SHARE = f"{WILSON}; exact: epi.tests(method = 'exact'); clusters: survey::svyciprop(method = 'logit') 4.1.1"
AREA = "pROC::ci.auc(method = 'delong') 1.18.0; clusters: every pair of forms after Obuchowski (1997), R script"


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


def _area(
    function: Callable[..., Estimates], reference: str, collapse: str, tolerance: float = 1e-10, reason: str = CLOSED
) -> Statistic:
    return Statistic(
        function=function,
        input="counts",
        reference=reference,
        stored="validity_areas",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "auc": _validity(auc, AREA, "Mann-Whitney's U divided by the pairs", 1e-12),
    "base_rate": _validity(accuracy, SHARE, "the mean of the outcome", 1e-10),
    "sensitivity": _validity(accuracy, SHARE, "a cut-off below every score: 1", 1e-10),
    "specificity": _validity(accuracy, SHARE, "a cut-off above every score: 1", 1e-10),
    "ppv": _validity(accuracy, SHARE, "Bayes' rule from sensitivity, specificity and base rate", 1e-10),
    "npv": _validity(accuracy, SHARE, "Bayes' rule from sensitivity, specificity and base rate", 1e-10),
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
    "auc_bootstrap": _area(
        auc_bootstrap,
        "pROC::ci.auc(method = 'bootstrap') 1.18.0, boot.n = 20000",
        "its value is the area of every pair",
        0.005,
        "Monte Carlo error of two intervals of 20,000 redraws; the area itself is exact",
    ),
    "auc_difference": _area(
        compare_auc, "pROC::roc.test(method = 'delong', paired = TRUE) 1.18.0", "against a constant score: area − 1/2"
    ),
    "auc_difference_p": _area(
        compare_auc,
        "pROC::roc.test(method = 'delong', paired = TRUE) 1.18.0",
        "against itself turned round: the test that one area is 1/2",
    ),
    "partial_auc": _area(
        partial_auc, "pROC::auc(partial.auc) 1.18.0; interval: ci.auc, boot.n = 20000", "the whole range: the area"
    ),
    "partial_auc_mcclish": _area(
        partial_auc, "pROC::auc(partial.auc, partial.auc.correct = TRUE) 1.18.0", "the whole range: the area"
    ),
    "lr_positive": _area(accuracy, "epiR::epi.tests 2.0.57", "sensitivity / (1 − specificity)"),
    "lr_negative": _area(accuracy, "epiR::epi.tests 2.0.57", "(1 − sensitivity) / specificity"),
}
