"""What a second score does by itself when people came in because the first was extreme: regression to the mean."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Entry(NamedTuple):
    """Whom people came from: mean and standard deviation there, and the score from which they came in.

    `way` is 1 when high scores came in and -1 when low ones did.
    """

    mean: float
    sd: float
    cut: float
    way: int


def normal_peak(entry: Entry, reliability: float) -> float:
    """Return the expected change of who came in beyond the cut-off, when nobody truly changes.

    The first score is a true score with error, both normal: the mean of those beyond the cut-off lies sd · h above the
    mean of all, h the hazard of the normal, and the share 1 - reliability of that was error. James (1973), Biometrics
    29:121; Davis (1976), Am J Epidemiol 104:493.

    >>> round(normal_peak(Entry(mean=0, sd=1, cut=0, way=1), reliability=0.5), 4)
    -0.3989
    """
    from scipy.stats import norm

    z = entry.way * (entry.cut - entry.mean) / entry.sd
    hazard = math.exp(float(norm.logpdf(z) - norm.logsf(z)))
    return -entry.way * (1 - reliability) * entry.sd * hazard


def linear_peak(before: Array, mean: float, correlation: float) -> Array:
    """Return the expected change of each person from where they began, when nobody truly changes, shape (n,).

    Nothing is asked of the shape of the scores: only that the second score without help lies on a line through the mean
    of all, with the slope that two moments without help have. Galton (1886); Davis (1976).

    >>> linear_peak(np.array([20.0, 12.0]), mean=10, correlation=0.5).tolist()
    [-5.0, -1.0]
    """
    return -(1 - correlation) * (before - mean)
