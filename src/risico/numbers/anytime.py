"""Intervals that hold at every look together, however often and whenever one looks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.numbers.heterogeneity import crossing

Array = NDArray[np.float64]

EDGE = 1e-15  # a share this near to 0 or 1 is one


def tuned(alpha: float) -> float:
    """Return t rho² at which the normal mixture is narrowest: the number of values times the variance of the mixture.

    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52:2613, after Howard et al. (2021).

    >>> round(tuned(0.05), 3)
    8.212
    """
    return float(-special.lambertw(-(alpha**2) / np.e, k=-1).real - 1.0)


def widened(*, t: Array, first: float, alpha: float) -> Array:
    """Return how many standard errors the interval reaches at t independent values, narrowest at `first` of them.

    The asymptotic confidence sequence of Waudby-Smith et al. (2024), theorem 2.2: with rho² = tuned / first,
    sqrt(2 (t rho² + 1) / (t rho²) log(sqrt(t rho² + 1) / alpha)) standard errors at each t, for all t together.

    >>> widened(t=np.array([50.0, 100.0, 1000.0]), first=100.0, alpha=0.05).round(3)
    array([3.079, 3.035, 3.246])
    """
    x = tuned(alpha) * np.asarray(t, dtype=np.float64) / first
    return np.sqrt((1 + 1 / x) * (np.log1p(x) - 2 * np.log(alpha)))


def mixture(*, successes: Array, n: Array, p: Array) -> Array:
    """Return the logarithm of the evidence against the share p: all other shares, equally likely, against this one.

    The uniform mixture of likelihood ratios of Robbins (1970), a martingale when p is true: it ever reaches log(1 /
    alpha) with a chance of at most alpha.
    """
    p = np.clip(p, EDGE, 1 - EDGE)
    whole = special.betaln(successes + 1, n - successes + 1)
    return whole - special.xlogy(successes, p) - special.xlog1py(n - successes, -p)


def mixed_share(*, successes: float, n: float, alpha: float) -> tuple[float, float]:
    """Return the shares against which the evidence of `mixture` is below 1 / alpha; n must be above 0.

    >>> low, high = mixed_share(successes=26, n=43, alpha=0.05)
    >>> round(low, 3), round(high, 3)
    (0.374, 0.807)
    """

    def over(p: float) -> float:
        at = mixture(successes=np.array([successes]), n=np.array([n]), p=np.array([p]))
        return float(at[0]) + np.log(alpha)

    best = successes / n
    return (
        0.0 if successes == 0 else crossing(over, EDGE, best),
        1.0 if successes == n else crossing(over, best, 1 - EDGE),
    )
