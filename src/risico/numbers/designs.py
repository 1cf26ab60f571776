"""What a design of cases, raters and other factors can tell apart, before any score is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def connected(case: Index, rater: Index) -> list[int]:
    """Return the number of cases in each part of the design that shares no case and no rater with the others.

    >>> connected(np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 2, 3]))
    [2, 1]
    """
    cases = int(case.max()) + 1
    links = sparse.csr_array((np.ones(len(case)), (case, rater)), shape=(cases, int(rater.max()) + 1))
    whole = sparse.block_array([[None, links], [links.T, None]], format="csr")
    label = csgraph.connected_components(whole, directed=False)[1]
    return sorted(np.bincount(label[:cases]).tolist(), reverse=True)


def told_apart(factors: Sequence[Index]) -> bool:
    """Say whether the variances of these factors and of the residual can be told from each other.

    They can where the matrices M ZZ' M of the factors and of the residual, M taking away the mean, are independent: the
    restricted likelihood depends on the variances through their sum alone.

    >>> case, rater = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> told_apart([case, rater]), told_apart([case, np.arange(4)])
    (True, False)
    """
    n, K = len(factors[0]), [*factors, np.arange(len(factors[0]))]
    counts = [np.bincount(codes).astype(np.float64) for codes in K]
    whole = [float(c @ c) for c in counts]
    S = np.empty((len(K), len(K)))
    for i, first in enumerate(K):
        for j, second in enumerate(K[: i + 1]):
            cells = sparse.csr_array((np.ones(n), (first, second)))
            both = float(cells.multiply(cells).sum())
            across = float(counts[i] @ (cells @ counts[j]))
            S[i, j] = S[j, i] = both - 2 * across / n + whole[i] * whole[j] / n**2
    scale = np.sqrt(np.diag(S))
    if not (scale > 1e-6).all():
        return False
    return bool(np.linalg.eigvalsh(S / np.outer(scale, scale))[0] > 1e-9)
