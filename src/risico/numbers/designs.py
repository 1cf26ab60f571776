"""What a design of cases, raters and other factors can tell apart, before any score is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

SPARSE = 20  # times as many codes as rows, from which sorting is cheaper than counting
FEW = 500  # rows of which a rank is soon found

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


def joint(factors: Sequence[Index]) -> Index:
    """Number the combinations of levels that occur.

    >>> joint([np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])]).tolist()
    [0, 1, 2, 2]
    """
    code = renumbered(factors[0])
    for other in factors[1:]:
        code = renumbered(code * (int(other.max(initial=0)) + 1) + other)
    return code


def renumbered(code: Index) -> Index:
    """Number the distinct codes, none below 0, 0, 1, 2 … in their order.

    >>> renumbered(np.array([7, 2, 7])).tolist()
    [1, 0, 1]
    """
    size = int(code.max(initial=-1)) + 1
    if size > SPARSE * len(code):
        return np.unique(code, return_inverse=True)[1].ravel().astype(np.intp)
    seen = np.zeros(size, dtype=np.bool_)
    seen[code] = True
    return (np.cumsum(seen) - 1)[code].astype(np.intp)


class Term(NamedTuple):
    """A random term: the factors whose combinations are its levels, and the level of each row, shape (n,)."""

    of: tuple[str, ...]
    levels: Index


def terms(factors: Mapping[str, Index]) -> tuple[list[Term], tuple[str, ...]]:
    """Return the terms of a design, and the factors whose combination is the residual.

    Each combination of factors is a term, but one that has the same levels as a smaller one is that one: a rater who
    works in one team has the levels of team and rater together. The last, which tells every row from the others, is
    the residual; rows that no factor tells apart are repeats, and then all combinations are terms.

    >>> task, rater, case = (np.array(codes) for codes in ([0, 0, 1, 1] * 2, [0, 1, 2, 3] * 2, [0] * 4 + [1] * 4))
    >>> found, rest = terms({"case": case, "task": task, "rater": rater})
    >>> [" ".join(term.of) for term in found], rest
    (['case', 'task', 'rater', 'case task'], ('case', 'rater'))
    """
    kept: list[Term] = []
    for size in range(1, len(factors) + 1):
        for chosen in combinations(factors, size):
            levels = joint([factors[name] for name in chosen])
            if not any(_same(levels, term.levels) for term in kept):
                kept.append(Term(chosen, levels))
    n = len(kept[0].levels)
    single = [term for term in kept if int(term.levels.max()) + 1 == n]
    return [term for term in kept if all(term is not one for one in single)], single[0].of if single else tuple(factors)


def _same(one: Index, other: Index) -> bool:
    kinds = int(one.max())
    return kinds == int(other.max()) and kinds == int(joint([one, other]).max())


def told_apart(factors: Sequence[Index]) -> bool:
    """Say whether the variances of these factors and of the residual can be told from each other.

    They can where the matrices M ZZ' M of the factors and of the residual, M taking away the mean, are independent: the
    restricted likelihood depends on the variances through their sum alone. And something must be left for a residual:
    two factors leave it where there are more rows than they can fit; of more factors that is looked at in small ones.

    >>> case, rater = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> told_apart([case, rater]), told_apart([case, np.arange(4)])
    (True, False)
    """
    if _saturated(factors):
        return False
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


def _saturated(factors: Sequence[Index]) -> bool:
    """Whether the levels of these factors fit any scores exactly."""
    n, levels = len(factors[0]), [int(codes.max()) + 1 for codes in factors]
    if len(factors) == 2:
        return n <= sum(levels) - len(connected(*factors))
    if n > FEW:
        return False
    Z = np.hstack([np.eye(size)[codes] for size, codes in zip(levels, factors, strict=True)])
    return int(np.linalg.matrix_rank(Z)) >= n
