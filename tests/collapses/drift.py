"""Raters over time where it must be something known: one rater, two moments, the right answers known."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from collapses.made_up import Collapses, value
from risico.estimate import Estimates
from risico.reliability import drift

ERROR = np.array([0.0, 1, -1, 2, 0, 1, 1, 3, 2, 1, 4, 0])
FORMS_OF: dict[str, Any] = {
    "case": list(range(12)),
    "rater": ["a"] * 12,
    "month": [0.0] * 6 + [3.0] * 6,
    "score": (20 + ERROR).tolist(),
    "right": [20.0] * 12,
}
PAIR: dict[str, Any] = {
    "case": [*range(12), *range(12)],
    "rater": ["a"] * 12 + ["b"] * 12,
    "month": list(range(12)) * 2,
    "score": [*(20 + ERROR).tolist(), *([20.0] * 12)],
}


def known(periods: int = 2) -> Estimates:
    return drift(FORMS_OF, "score", when="month", reference="right", periods=periods)


T = stats.ttest_ind(ERROR[6:], ERROR[:6])

FORMS: dict[str, Callable[[], Estimates]] = {
    "drift": lambda: drift(PAIR, "score", when="month"),
}

COLLAPSES: Collapses = {
    "drift_p": lambda: (value(known(), "drift_p"), T.pvalue),
    "drift_f": lambda: (value(known(), "drift_f"), T.statistic**2),
    "drift_df": lambda: (value(known(), "drift_df"), 10),
    "drift_slope": lambda: (value(known(), "drift_slope"), (ERROR[6:].mean() - ERROR[:6].mean()) / 3),
    "rater_deviation": lambda: (value(known(1), "rater_deviation"), ERROR.mean()),
}
