"""How wrong an effect could be: what a hidden confounder or the missing would have to be like to take it away.

VanderWeele & Ding (2017), Ann Intern Med 167:268, for ratios; Cinelli & Hazlett (2020), JRSS B 82:39, for linear
regression: how much of the help and of the outcome, beyond what is adjusted for, a hidden confounder would explain
(partial R2); a shift of those who are not seen against those who are, Little (1993), JASA 88:125.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def e_value(ratio: float) -> float:
    """Return how strongly a hidden confounder must go with help and outcome, as risk ratios, to explain this ratio.

    >>> round(e_value(3.9), 2), round(e_value(1 / 3.9), 2), e_value(1.0)
    (7.26, 7.26, 1.0)
    """
    ratio = ratio if ratio >= 1 else 1 / ratio
    return ratio + sqrt(ratio * (ratio - 1))


def robustness_value(*, t: float, df: float, critical: float = 0.0) -> float:
    """Return the partial R2 with help and outcome alike that takes the effect to zero.

    With `critical`, the quantile of Student's t at df - 1, what takes the limit nearest to no effect there. Where an
    effect is so large that less of the outcome would do, the share of the help alone counts (eq. of their appendix).

    >>> round(robustness_value(t=0.09731582 / 0.02325654, df=783), 3)   # Darfur, Cinelli & Hazlett (2020), table 1
    0.139
    """
    f, needed = abs(t) / sqrt(df), critical / sqrt(df - 1)
    left = f - needed
    if left <= 0:
        return 0.0
    if needed > 0 and f > 1 / needed:
        return (f**2 - needed**2) / (1 + f**2)
    return (sqrt(left**4 + 4 * left**2) - left**2) / 2


def with_confounder(
    *, value: float, se: float, df: float, with_help: float, with_outcome: float
) -> tuple[float, float]:
    """Return the effect and its standard error had a confounder of these partial R2 been adjusted for.

    The confounder works against the effect. With an effect of one sign the result may have the other.
    """
    bias = se * sqrt(df * with_outcome * with_help / (1 - with_help))
    wider = sqrt((1 - with_outcome) / (1 - with_help) * df / (df - 1))
    return value - np.sign(value) * bias, se * wider


def as_strong_as(*, times: float, with_help: float, with_outcome: float) -> tuple[float, float] | None:
    """Return the largest partial R2 of a confounder so many times as strong as a covariate with these; None past 1.

    >>> as_strong_as(times=0, with_help=0.01, with_outcome=0.1)
    (0.0, 0.0)
    """
    help_too = times * with_help / (1 - with_help)
    if help_too >= 1 or times * with_help >= 1:
        return None
    shared = times * with_help**2 / ((1 - times * with_help) * (1 - with_help))
    if shared >= 1:
        return None
    outcome = ((sqrt(times) + sqrt(shared)) / sqrt(1 - shared)) ** 2 * with_outcome / (1 - with_outcome) if times else 0
    return help_too, min(float(outcome), 1.0)


class Linear(NamedTuple):
    """An ordinary regression: the coefficient of the help, its standard error, and the degrees of freedom left."""

    value: float
    se: float
    df: int


def linear_effect(*, y: Array, d: Array, X: Array) -> Linear:
    """Return the coefficient of d, shape (n,), beside X, shape (n, k), with the classical standard error."""
    A = np.column_stack([np.ones(len(y)), X])
    Q, _ = np.linalg.qr(A)
    u, v = (column - Q @ (Q.T @ column) for column in (y, d))
    df = len(y) - A.shape[1] - 1
    value = float(u @ v / (v @ v))
    residual = u - value * v
    return Linear(value, sqrt(float(residual @ residual) / df / float(v @ v)), df)


def partial_r2(*, target: Array, given: Array, columns: Array) -> float:
    """Return the share of the target that `columns` explain of what `given`, shape (n, k), and a mean left.

    >>> x = np.array([1.0, 2, 3, 4])
    >>> round(partial_r2(target=2 * x, given=np.empty((4, 0)), columns=x[:, None]), 12)
    1.0
    """
    A = np.column_stack([np.ones(len(target)), given])
    left, all_left = (_unexplained(target, B) for B in (A, np.column_stack([A, columns])))
    return 1 - all_left / left if left > 0 else 0.0


def _unexplained(target: Array, A: Array) -> float:
    rest = target - A @ np.linalg.lstsq(A, target, rcond=None)[0]
    return float(rest @ rest)


def turning_shift(*, theta: Array, V: Array, t: float, other: float) -> list[float]:
    """Return the shifts of the missing in the helped arm, in order, at which the interval begins or ends at zero.

    `theta`, shape (3,), holds the effect if the missing are like those seen, and what a shift of one in the helped and
    in the other arm adds to that arm; `V` their covariance, `other` the shift in the other arm. The effect is linear in
    the shifts and its variance quadratic: theta^2 = t^2 V is solved for the shift.

    >>> turning_shift(theta=np.array([-1.0, 0.5, 0.5]), V=np.zeros((3, 3)), t=2.0, other=0.0)
    [2.0, 2.0]
    """
    fixed, moved = np.array([1.0, 0.0, -other]), np.array([0.0, 1.0, 0.0])
    a = (theta @ moved) ** 2 - t**2 * (moved @ V @ moved)
    b = (theta @ moved) * (theta @ fixed) - t**2 * (moved @ V @ fixed)
    c = (theta @ fixed) ** 2 - t**2 * (fixed @ V @ fixed)
    if a <= 0 or b * b < a * c:
        return []
    root = sqrt(float(b * b - a * c))
    return sorted((float((-b - root) / a), float((-b + root) / a)))
