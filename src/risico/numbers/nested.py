"""Moments within people within families: variance components by REML, and rows turned so that they are independent.

With intercepts for people and families that are nested, V = I + p Z Z' + f W W' has a root in closed form: each person
loses a part of the own mean, and each family then a part of its own. So a fit takes a few sums, however many families
there are; a general mixed model (statsmodels' MixedLM) works through dense matrices per group.

Patterson & Thompson (1971), Biometrika 58:545; Fuller & Battese (1973), JASA 68:626.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.numbers.ols import least_squares

Array = NDArray[np.float64]
Index = NDArray[np.intp]

STARTS = ((0.7, 0.7), (0.2, 1.5))


class Nested(NamedTuple):
    """The person and the family of each row, numbered from 0; each person has one family."""

    person: Index
    family: Index


class Components(NamedTuple):
    """Variances of families, people and moments."""

    family: float
    person: float
    residual: float

    @property
    def ratios(self) -> tuple[float, float]:
        """Those of people and families, in residual variances."""
        return self.person / self.residual, self.family / self.residual


def whiten(A: Array, of: Nested, ratios: tuple[float, float]) -> Array:
    """Return the rows of A, shape (n, k), turned so that their errors have variance one and no covariance.

    `ratios` are the variances of people and of families over that of moments.

    >>> of = Nested(np.array([0, 0, 1]), np.array([0, 0, 0]))
    >>> turned = whiten(np.eye(3), of, (1.0, 0.5))
    >>> V = np.eye(3) + np.array([[1.5, 1.5, 0.5], [1.5, 1.5, 0.5], [0.5, 0.5, 1.5]])
    >>> np.allclose(turned.T @ turned, np.linalg.inv(V))
    True
    """
    left, unit, taken = _parts(of, ratios)
    once = A - (1 - left[of.person])[:, None] * _sums(A, of.person)[of.person] / np.bincount(of.person)[of.person, None]
    inner = _sums(unit[:, None] * once, of.family)
    return once - (unit * taken[of.family])[:, None] * inner[of.family]


def _parts(of: Nested, ratios: tuple[float, float]) -> tuple[Array, Array, Array]:
    """Return what each person keeps of the own mean, a row of ones after that, and what families lose of the rest."""
    left = 1 / np.sqrt(1 + ratios[0] * np.bincount(of.person))
    unit: Array = left[of.person]
    square = np.bincount(of.family, weights=unit**2)
    return left, unit, (1 - 1 / np.sqrt(1 + ratios[1] * square)) / square


def _sums(A: Array, group: Index) -> Array:
    return np.column_stack([np.bincount(group, weights=a).astype(np.float64) for a in A.T])


class _Sums(NamedTuple):
    """What the likelihood needs of the rows of [X, y]: cross-products, sums per person, and who belongs where."""

    n: int
    cross: Array
    people: Array
    size: Array
    family: Index


def _collect(y: Array, X: Array, of: Nested) -> _Sums:
    A = np.column_stack([X, y])
    size = np.bincount(of.person).astype(np.float64)
    family = np.zeros(len(size), dtype=np.intp)
    family[of.person] = of.family
    return _Sums(n=len(y), cross=A.T @ A, people=_sums(A, of.person), size=size, family=family)


def _fit(sums: _Sums, ratios: tuple[float, float]) -> tuple[float, float]:
    """Return minus twice the restricted log likelihood at these ratios, but for a constant, and the residual variance.

    With V = I + p Z Z' + f W W' the inverse takes from A'A what people and then families have in common.
    """
    spread = 1 + ratios[0] * sums.size
    kept = sums.people / spread[:, None]
    homes, weight = _sums(kept, sums.family), np.bincount(sums.family, weights=sums.size / spread)
    own = 1 + ratios[1] * weight
    whole = sums.cross - ratios[0] * (sums.people.T @ kept) - homes.T @ (homes * (ratios[1] / own)[:, None])
    L = np.linalg.cholesky(whole)
    k = len(whole) - 1
    rest, free = float(L[k, k]) ** 2, sums.n - k
    logs = np.log(spread).sum() + np.log(own).sum() + 2 * np.log(np.diag(L)[:k]).sum()
    return float(free * np.log(rest) + logs), rest / free


def components(y: Array, X: Array, of: Nested) -> Components:
    """Return the variance components by REML; a family of one person each has none of its own.

    `y` has shape (n,) and `X` shape (n, k) with independent columns that do not fit y exactly.
    """
    from scipy.optimize import minimize

    families, (_, residuals) = of.person.max() != of.family.max(), least_squares(y=y, X=X)
    scale = float(np.sqrt(residuals @ residuals / len(y)))
    sums = _collect(residuals / scale, X, of)

    def ratios(roots: Array) -> tuple[float, float]:
        return float(roots[0] ** 2), float(roots[1] ** 2) if families else 0.0

    def lack(roots: Array) -> float:
        return _fit(sums, ratios(roots))[0]

    bounds, told = [(0.0, 30.0), (0.0, 30.0)], {"ftol": 1e-14, "gtol": 1e-9}
    tries = [minimize(lack, start, bounds=bounds, method="L-BFGS-B", options=told) for start in STARTS]
    person, family = ratios(tries[int(np.argmin([found.fun for found in tries]))].x)
    residual = _fit(sums, (person, family))[1] * scale**2
    return Components(family=family * residual, person=person * residual, residual=residual)
