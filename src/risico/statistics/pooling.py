"""Effects of several studies taken together."""

from __future__ import annotations

from risico.pooling import pooled, pooled_accuracy
from risico.statistics.row import Statistic

METAFOR = "metafor 3.8.1: rma(method = '{}', test = 'knha'), threshold 1e-14"
THREE = "metafor 3.8.1: rma.mv(random = ~ 1 | study / id), BFGS"
CR2 = "clubSandwich 0.5.8: coef_test(vcov = 'CR2', test = 'Satterthwaite')"
ROOT = "both sides search for the root to this"


def _pooled(reference: str, collapse: str, tolerance: float = 1e-8, reason: str = ROOT) -> Statistic:
    return Statistic(
        function=pooled,
        input="forms",
        reference=reference,
        stored="pooling",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


def _accuracy(collapse: str) -> Statistic:
    return Statistic(
        function=pooled_accuracy,
        input="counts",
        reference="metafor 3.8.1: rma.mv(random = ~ outcome | study, struct = 'UN'), BFGS",
        stored="accuracy",
        tolerance=1e-5,
        reason=LIKELIHOOD,
        collapse=collapse,
    )


LIKELIHOOD = "both sides maximise a flat likelihood"
ALIKE = "effects that are all alike: "

ROWS: dict[str, Statistic] = {
    "pooled_effect": _pooled(METAFOR.format("REML"), "errors all alike: the plain mean"),
    "prediction": _pooled(METAFOR.format("REML") + ", predict", "errors all alike: mean ± t √(s² / k + tau²)"),
    "pooled_tau2": _pooled(METAFOR.format("REML") + ", confint", "errors all alike: s² − v", 1e-5, ROOT),
    "pooled_i2": _pooled(METAFOR.format("REML"), "errors all alike: 1 − v / s²"),
    "pooled_q": _pooled(METAFOR.format("REML"), "errors all alike: (k − 1) s² / v"),
    "pooled_q_p": _pooled(METAFOR.format("REML"), ALIKE + "1"),
    "pooled_effect_paule_mandel": _pooled(METAFOR.format("PM"), "errors all alike: the plain mean"),
    "pooled_tau2_paule_mandel": _pooled(METAFOR.format("PM") + ", confint", "errors all alike: s² − v", 1e-5, ROOT),
    "pooled_effect_without": _pooled(
        METAFOR.format("REML") + ", leave1out", "the same effects without that study: pooled_effect"
    ),
    "pooled_effect_three_level": _pooled(
        f"{THREE}; {CR2}", "as many effects in each study, errors alike: the plain mean", 1e-6, LIKELIHOOD
    ),
    "pooled_tau2_between": _pooled(
        THREE, "as many effects in each study, errors alike: analysis of variance", 1e-5, LIKELIHOOD
    ),
    "pooled_tau2_within": _pooled(
        THREE, "as many effects in each study, errors alike: mean square within − v", 1e-5, LIKELIHOOD
    ),
    "pooled_sensitivity": _accuracy("studies that are all alike: that of one, a half added to each cell"),
    "pooled_specificity": _accuracy("studies that are all alike: that of one, a half added to each cell"),
    "spread_logit_sensitivity": _accuracy("studies that are all alike: 0"),
    "spread_logit_specificity": _accuracy("studies that are all alike: 0"),
    "accuracy_correlation": _accuracy("the same counts with and without the outcome: 1"),
}
