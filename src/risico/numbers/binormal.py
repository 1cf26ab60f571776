"""A well-calibrated prediction whose logit is normal with and without the outcome: what follows from rate and area.

With base rate φ and area C the logits are normal with one variance s² = 2 Φ⁻¹(C)², around logit φ − s²/2 without the
outcome and logit φ + s²/2 with it. Riley et al. (2021), Stat Med 40:4230, section 4.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

NODES = 200


class Logits(NamedTuple):
    """Values of the logit with their weights, which add up to 1; shape (nodes,)."""

    logit: Array
    weight: Array


def normal(*, mean: float, sd: float) -> Logits:
    """A normal distribution of logits, by Gauss-Hermite quadrature."""
    x, w = np.polynomial.hermite_e.hermegauss(NODES)
    return Logits(mean + sd * x, w / w.sum())


def from_area(*, base_rate: float, area: float) -> Logits:
    """The logits that follow from a base rate and an area, as the mixture of the two normal distributions."""
    variance, middle = 2 * float(special.ndtri(area)) ** 2, float(special.logit(base_rate))
    without = normal(mean=middle - variance / 2, sd=variance**0.5)
    with_it = normal(mean=middle + variance / 2, sd=variance**0.5)
    weight = np.concatenate([(1 - base_rate) * without.weight, base_rate * with_it.weight])
    return Logits(np.concatenate([without.logit, with_it.logit]), weight)


def slope_information(it: Logits) -> float:
    """Information of one form on the calibration slope, with the intercept estimated beside it. Riley et al. (2021)."""
    v = it.weight * special.expit(it.logit) * special.expit(-it.logit)
    I00, I01, I11 = float(v.sum()), float(v @ it.logit), float(v @ it.logit**2)
    return (I00 * I11 - I01**2) / I00


def cox_snell(it: Logits) -> float:
    """Cox and Snell's R² of the logits, in the long run."""
    p = special.expit(it.logit)
    rate = float(it.weight @ p)
    gained = float(it.weight @ (p * special.log_expit(it.logit) + (1 - p) * special.log_expit(-it.logit)))
    nothing = rate * np.log(rate) + (1 - rate) * np.log1p(-rate)
    return float(-np.expm1(-2 * (gained - nothing)))
