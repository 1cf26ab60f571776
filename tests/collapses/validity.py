"""What a score says of an outcome, where it must be something known."""

import math
from typing import Any

import numpy as np
from scipy import stats

from collapses.made_up import OUTCOMES, Collapses, Counted, value
from risico.estimate import Estimates
from risico.tally import count
from risico.validity import (
    accuracy,
    auc,
    auc_bootstrap,
    calibration,
    compare_auc,
    observed,
    partial_auc,
    validity,
)


def logit(p: float) -> float:
    return math.log(p / (1 - p))


TWO_RISKS = {"risk": [0.2] * 10 + [0.6] * 10, "again": [1] * 3 + [0] * 7 + [1] * 8 + [0] * 2}
LINE = (logit(0.8) - logit(0.3)) / (logit(0.6) - logit(0.2))


def flat(name: str, p: float, share: float, n: int = 20) -> float:
    rows = {"risk": [p] * n, "again": [1] * round(n * share) + [0] * round(n * (1 - share))}
    return value(calibration(rows, "risk", "again"), name)


def validities(name: str) -> float:
    return value(accuracy(OUTCOMES, "score", "again", at_least=3), name)


def bayes(name: str) -> float:
    base, hit, true = (validities(part) for part in ("base_rate", "sensitivity", "specificity"))
    if name == "ppv":
        return hit * base / (hit * base + (1 - true) * (1 - base))
    return true * (1 - base) / (true * (1 - base) + (1 - hit) * base)


def known(name: str) -> tuple[list[float], list[Any]]:
    complete = [i for i in range(30) if i != 7]
    return [OUTCOMES["score"][i] for i in complete], [OUTCOMES["again"][i] for i in complete]


def mann_whitney() -> float:
    score, again = (np.array(part) for part in known("auc"))
    with_it, without = score[again == 1], score[again == 0]
    return stats.mannwhitneyu(with_it, without).statistic / len(with_it) / len(without)


def cut(name: str, at_least: float) -> float:
    return value(accuracy(OUTCOMES, "score", "again", at_least=at_least), name)


SECOND = OUTCOMES | {
    "flat": [3.0] * 30,
    "turned": [-s for s in OUTCOMES["score"]],
    "team": [float(i % 7) for i in range(30)],
}


def compared(second: str, name: str) -> float:
    return value(compare_auc(SECOND, "score", second, "again"), name)


def against_a_half() -> float:
    e = auc(OUTCOMES, "score", "again")[0]
    return 2 * float(stats.norm.sf(abs(e.value - 0.5) / e.se))


def part(name: str, data: Any = OUTCOMES) -> float:
    return value(partial_auc(data, "score", "again", of="sensitivity", between=(0, 1), seed=1, redraws=100), name)


COUNTED: Counted = {
    "auc": (OUTCOMES, lambda data: auc(data, "score", "again"), count),
    "accuracy": (OUTCOMES, lambda data: accuracy(data, "score", "again", at_least=3), count),
    "auc_in_clusters": (SECOND, lambda data: auc(data, "score", "again", cluster="team"), count),
    "accuracy_in_clusters": (
        SECOND,
        lambda data: accuracy(data, "score", "again", at_least=3, cluster="team"),
        count,
    ),
    "auc_bootstrap": (OUTCOMES, lambda data: auc_bootstrap(data, "score", "again", seed=1), count),
    "compare_auc": (OUTCOMES, lambda data: compare_auc(data, "score", "risk", "again"), count),
    "partial_auc": (
        OUTCOMES,
        lambda data: partial_auc(data, "score", "again", of="specificity", between=(0.4, 1), seed=1),
        count,
    ),
    "observed": (OUTCOMES, lambda data: observed(data, "score", "again"), count),
    "validity": (OUTCOMES, lambda data: validity(data, "score", "again", below=2), count),
    "calibration": (OUTCOMES, lambda data: calibration(data, "risk", "again"), count),
}


COLLAPSES: Collapses = {
    "auc": lambda: (value(auc(OUTCOMES, "score", "again"), "auc"), mann_whitney()),
    "base_rate": lambda: (validities("base_rate"), float(np.mean(known("base_rate")[1]))),
    "sensitivity": lambda: (cut("sensitivity", -1), 1.0),
    "specificity": lambda: (cut("specificity", 99), 1.0),
    "ppv": lambda: (validities("ppv"), bayes("ppv")),
    "npv": lambda: (validities("npv"), bayes("npv")),
    "observed": lambda: (
        value(
            Estimates([observed({"raised": [True, True, True, False], "again": [1, 1, 0, 0]}, "raised", "again")[1]]),
            "observed",
        ),
        2 / 3,
    ),
    "calibration_in_the_large": lambda: (flat("calibration_in_the_large", 0.2, 0.4), logit(0.4) - logit(0.2)),
    "calibration_slope": lambda: (value(calibration(TWO_RISKS, "risk", "again"), "calibration_slope"), LINE),
    "calibration_intercept": lambda: (
        value(calibration(TWO_RISKS, "risk", "again"), "calibration_intercept"),
        logit(0.3) - LINE * logit(0.2),
    ),
    "auc_bootstrap": lambda: (
        value(auc_bootstrap(OUTCOMES, "score", "again", seed=1), "auc_bootstrap"),
        mann_whitney(),
    ),
    "auc_difference": lambda: (compared("flat", "auc_difference"), mann_whitney() - 0.5),
    "auc_difference_p": lambda: (compared("turned", "auc_difference_p"), against_a_half()),
    "partial_auc": lambda: (part("partial_auc"), mann_whitney()),
    "partial_auc_mcclish": lambda: (part("partial_auc_mcclish"), mann_whitney()),
    "lr_positive": lambda: (validities("lr_positive"), validities("sensitivity") / (1 - validities("specificity"))),
    "lr_negative": lambda: (validities("lr_negative"), (1 - validities("sensitivity")) / validities("specificity")),
}
