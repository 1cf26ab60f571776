"""The area under the ROC curve from counts per score level, in time proportional to the number of levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def auc(*, positives: Array, negatives: Array) -> tuple[float, float]:
    """Area and its standard error; both arrays count forms per level, in rising order of score, shape (levels,).

    Ties count half. DeLong, DeLong and Clarke-Pearson (1988); NaN for the error with one form on either side.
    """
    m, n = positives.sum(), negatives.sum()
    below = np.cumsum(negatives) - negatives / 2
    above = m - np.cumsum(positives) + positives / 2
    area = float(positives @ below / (m * n))
    if min(m, n) < 2:
        return area, float("nan")
    S10 = positives @ (below / n - area) ** 2 / (m - 1)
    S01 = negatives @ (above / m - area) ** 2 / (n - 1)
    return area, float(np.sqrt(S10 / m + S01 / n))
