"""What REML needs to know of many ratings, so that its cost does not grow with the number of cases.

The model is y = μ + Σ u[level] + e with independent normal effects. One factor, the case, is large; factors that
contain the case (case by moment …) lie within it. The others are small: their levels are few, and are the columns Z.
With V the covariance, in units of the residual, of what lies within cases, everything that REML needs is the matrix
F'V⁻¹F of F = [Z, 1, y] and log |V|. Both come from sums that are made once:

- `BySize`, where only the case lies within cases: per number of ratings of a case, the cross-products of case sums;
- `ByPattern`, otherwise: per set of cells that was rated, the sum and cross-products of the cases that have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from risico.numbers.designs import joint

Array = NDArray[np.float64]
Index = NDArray[np.intp]


MOST = 30_000_000
"""Numbers that the patterns of one size may hold: 240 megabytes for each part within cases."""


class TooManyPatterns(Exception):
    """Nearly every case was rated in another pattern, and there are too many of them to keep."""


class Within(NamedTuple):
    """F'V⁻¹F, shape (m + 2, m + 2), log |V|, and the slope of each in the variance of each part within cases."""

    gram: Array
    logdet: float
    d_gram: list[Array]
    d_logdet: list[float]


class MixedSums(Protocol):
    """Sums of `n` ratings, `total` the sum of squares about their mean.

    `sizes` are the levels of each small factor, in the order of the columns of Z, `parts` the factors within cases.
    """

    n: int
    total: float
    sizes: list[int]
    parts: int

    def within(self, ratio: Array) -> Within:
        """Return F'V⁻¹F and log |V| for the variances within cases, in units of the residual, shape (parts,)."""
        ...


def mixed_sums(*, y: Array, case: Index, small: Sequence[Index], within: Sequence[Index] = ()) -> MixedSums:
    """Add up ratings y, shape (n,), of cases numbered 0, 1, …; `small` and `within` number the levels of each factor.

    `within` are the factors that contain the case, beside the case itself. Raises TooManyPatterns.
    """
    if within:
        return ByPattern(y=y, case=case, small=small, within=within)
    return BySize(y=y, case=case, small=small)


def _places(small: Sequence[Index]) -> tuple[Index, list[int]]:
    """The column of Z of each rating for each small factor, shape (n, factors), and the levels of each."""
    sizes = [int(codes.max()) + 1 for codes in small]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    return np.column_stack([codes + start for codes, start in zip(small, starts, strict=False)]), sizes


class BySize:
    """Sums where nothing but the case lies within cases."""

    parts = 1

    def __init__(self, *, y: Array, case: Index, small: Sequence[Index]) -> None:
        y = y - y.mean()
        F, self.sizes = self._columns(y, small)
        self.n, self.total = len(y), float(y @ y)
        cases = sparse.csr_array((np.ones(self.n), (case, np.arange(self.n))))
        sums, rated = sparse.csr_array(cases @ F), np.bincount(case)
        self._whole: Array = (F.T @ F).toarray()
        self._size, self._number = np.unique(rated, return_counts=True)
        parts = (sums[np.flatnonzero(rated == size)] for size in self._size)
        self._cross: Array = np.array([(part.T @ part).toarray() for part in parts])

    @staticmethod
    def _columns(y: Array, small: Sequence[Index]) -> tuple[sparse.csr_array, list[int]]:
        """F as a sparse matrix; the mean μ takes up that y is centred."""
        n, places, sizes = len(y), np.empty((len(y), 0), dtype=np.intp), list[int]()
        if small:
            places, sizes = _places(small)
        last = sum(sizes)
        columns = np.column_stack([places, np.full(n, last), np.full(n, last + 1)])
        values = np.ones(columns.shape)
        values[:, -1] = y
        rows = np.repeat(np.arange(n), columns.shape[1])
        return sparse.csr_array((values.ravel(), (rows, columns.ravel())), shape=(n, last + 2)), sizes

    def within(self, ratio: Array) -> Within:
        """Each case of s ratings takes away ratio / (1 + s ratio) times the products of its sums."""
        size, number, theta = self._size, self._number, float(ratio[0])
        more = 1 + size * theta
        gram = self._whole - np.tensordot(theta / more, self._cross, axes=1)
        slope = -np.tensordot(1 / more**2, self._cross, axes=1)
        return Within(gram, float(number @ np.log(more)), [slope], [float(number @ (size / more))])


class _Patterns(NamedTuple):
    """G patterns of the same number n of ratings, each of one or more cases."""

    number: Array  # cases, shape (G,)
    F: Array  # [Z, 1], shape (G, n, m + 1)
    same: list[Array]  # per part within cases: 1 where two ratings share its level, shape (G, n, n)
    total: Array  # Σ y, shape (G, n)
    cross: Array  # Σ y y', shape (G, n, n)


class ByPattern:
    """Sums where more than the case lies within cases."""

    def __init__(self, *, y: Array, case: Index, small: Sequence[Index], within: Sequence[Index]) -> None:
        places, self.sizes = _places(small)
        y = y - y.mean()
        self.n, self.total = len(y), float(y @ y)
        self.parts, self._width = 1 + len(within), sum(self.sizes) + 2
        columns = np.column_stack([places, np.full(len(y), self._width - 2)])
        self._groups = list(_patterns(y, case, columns, np.column_stack(within), self._width - 1))

    def within(self, ratio: Array) -> Within:
        """Return the sum over patterns; a pattern costs the same whatever its number of cases."""
        p = self._width
        found = [_of_patterns(group, ratio, p) for group in self._groups]
        return Within(
            sum((one.gram for one in found), np.zeros((p, p))),
            sum(one.logdet for one in found),
            [sum((one.d_gram[f] for one in found), np.zeros((p, p))) for f in range(self.parts)],
            [sum(one.d_logdet[f] for one in found) for f in range(self.parts)],
        )


def _patterns(y: Array, case: Index, columns: Index, within: Index, width: int) -> Iterator[_Patterns]:
    cell = joint(list(columns.T))
    order = np.lexsort((cell, case))
    rated = np.bincount(case)
    ends = np.cumsum(rated)
    for size in np.unique(rated).tolist():
        rows = order[(ends - rated)[rated == size][:, None] + np.arange(size)]
        inverse = joint(list(cell[rows].T))
        first = np.unique(inverse, return_index=True)[1]
        G = len(first)
        if G * size * max(size, width) > MOST:
            raise TooManyPatterns
        F = np.zeros((G, size, width))
        np.put_along_axis(F, columns[rows[first]], 1.0, axis=2)
        levels = within[rows[first]]
        shared = [levels[:, :, None, f] == levels[:, None, :, f] for f in range(within.shape[1])]
        sorted_y = y[rows][np.argsort(inverse, kind="stable")]
        number = np.bincount(inverse, minlength=G)
        each = np.split(sorted_y, np.cumsum(number)[:-1])
        yield _Patterns(
            number=number.astype(np.float64),
            F=F,
            same=[np.ones((G, size, size)), *(part.astype(np.float64) for part in shared)],
            total=np.array([part.sum(axis=0) for part in each]),
            cross=np.array([part.T @ part for part in each]),
        )


def _of_patterns(group: _Patterns, ratio: Array, p: int) -> Within:
    V = np.eye(group.total.shape[1]) + sum(theta * same for theta, same in zip(ratio, group.same, strict=True))
    inverse: Array = np.linalg.inv(V).astype(np.float64)
    return Within(
        _collect(group, inverse, p),
        float(group.number @ np.linalg.slogdet(V)[1]),
        [-_collect(group, inverse @ same @ inverse, p) for same in group.same],
        [float(group.number @ (inverse * same).sum(axis=(1, 2))) for same in group.same],
    )


def _collect(group: _Patterns, W: Array, p: int) -> Array:
    """[F, y]'W[F, y] over all cases, for W of shape (G, n, n), shape (p, p)."""
    F, out = group.F.reshape(-1, p - 1), np.empty((p, p))
    out[:-1, :-1] = F.T @ (group.number[:, None, None] * (W @ group.F)).reshape(-1, p - 1)
    out[-1, :-1] = out[:-1, -1] = F.T @ (W @ group.total[:, :, None]).ravel()
    out[-1, -1] = float((W * group.cross).sum())
    return out
