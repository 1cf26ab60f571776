"""Effects taken together, where it must be something known."""

from collections.abc import Callable

import numpy as np
from scipy import stats

from collapses.made_up import Collapses, number, value
from risico.estimate import Estimates
from risico.pooling import pooled, pooled_accuracy

Y = [0.1, 0.5, 0.9, -0.2, 0.4, 0.7]
SE = 0.2
S2 = float(np.var(Y, ddof=1))
STUDIES = ["a", "a", "b", "b", "c", "c"]
WITHIN = float(np.mean([(Y[i] - Y[i + 1]) ** 2 / 2 for i in (0, 2, 4)]))
FAR = [0.0, 0.3, 2.0, 2.2, -1.5, -1.3]
FAR_WITHIN = float(np.mean([(FAR[i] - FAR[i + 1]) ** 2 / 2 for i in (0, 2, 4)]))


def found() -> Estimates:
    return pooled(Y, [SE] * 6)


def nested(y: list[float], se: float) -> Estimates:
    return pooled(y, [se] * 6, study=STUDIES)


def alike() -> Estimates:
    return pooled([0.3] * 4, [0.1, 0.2, 0.3, 0.4])


def high(e: Estimates) -> float:
    end = e["prediction"].high
    assert end is not None
    return end


def without() -> tuple[float, float]:
    return number(found(), "pooled_effect_without", without="2"), value(
        pooled([Y[0], *Y[2:]], [SE] * 5), "pooled_effect"
    )


def one_study(name: str) -> float:
    return round(value(pooled_accuracy([30] * 5, [10] * 5, [20] * 5, [80] * 5), name), 4)


def mirrored() -> float:
    found, missed = [40, 10, 30, 60, 20], [10, 40, 20, 15, 45]
    return round(value(pooled_accuracy(found, missed, found, missed), "accuracy_correlation"), 2)


FORMS: dict[str, Callable[[], Estimates]] = {
    "pooled": lambda: nested(Y, SE),
    "pooled_accuracy": lambda: pooled_accuracy([40, 10, 30], [10, 40, 20], [30, 10, 9], [60, 70, 40]),
}

COLLAPSES: Collapses = {
    "pooled_effect": lambda: (value(found(), "pooled_effect"), float(np.mean(Y))),
    "prediction": lambda: (
        high(found()),
        float(np.mean(Y)) + stats.t.isf(0.025, 5) * float(np.sqrt(S2 / 6 + S2 - SE**2)),
    ),
    "pooled_tau2": lambda: (value(found(), "pooled_tau2"), S2 - SE**2),
    "pooled_i2": lambda: (value(found(), "pooled_i2"), 1 - SE**2 / S2),
    "pooled_q": lambda: (value(found(), "pooled_q"), 5 * S2 / SE**2),
    "pooled_q_p": lambda: (value(alike(), "pooled_q_p"), 1.0),
    "pooled_effect_paule_mandel": lambda: (value(found(), "pooled_effect_paule_mandel"), float(np.mean(Y))),
    "pooled_tau2_paule_mandel": lambda: (value(found(), "pooled_tau2_paule_mandel"), S2 - SE**2),
    "pooled_effect_without": without,
    "pooled_effect_three_level": lambda: (value(nested(Y, SE), "pooled_effect_three_level"), float(np.mean(Y))),
    "pooled_tau2_between": lambda: (
        round(value(nested(FAR, 0.1), "pooled_tau2_between"), 4),
        round(float(np.var(np.reshape(FAR, (3, 2)).mean(axis=1), ddof=1)) - FAR_WITHIN / 2, 4),
    ),
    "pooled_sensitivity": lambda: (one_study("pooled_sensitivity"), round(30.5 / 41, 4)),
    "pooled_specificity": lambda: (one_study("pooled_specificity"), round(80.5 / 101, 4)),
    "spread_logit_sensitivity": lambda: (one_study("spread_logit_sensitivity"), 0.0),
    "spread_logit_specificity": lambda: (one_study("spread_logit_specificity"), 0.0),
    "accuracy_correlation": lambda: (mirrored(), 1.0),
    "pooled_tau2_within": lambda: (
        round(value(nested(FAR, 0.1), "pooled_tau2_within"), 4),
        round(FAR_WITHIN - 0.01, 4),
    ),
}
