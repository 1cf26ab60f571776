"""Polychoric correlations of all pairs of items, and how sure they are together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.numbers import polychoric
from risico.tally import Counts, Pairs

Array = NDArray[np.float64]


class Ladder(NamedTuple):
    """Polychoric correlations with their asymptotic variances times the number of forms, shapes (k, k)."""

    R: Array
    variances: Array


def correlated(tally: Pairs) -> Ladder:
    """Correlate each two items; tables of one shape go through together."""
    k = len(tally.columns)
    R, G = np.eye(k), np.ones((k, k))
    shapes: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i in range(k):
        for j in range(i):
            shapes.setdefault((len(tally.levels[i]), len(tally.levels[j])), []).append((i, j))
    for places in shapes.values():
        tables = np.array([tally.of(i, j) for i, j in places], dtype=np.float64)
        rho = polychoric.correlations(tables=tables)
        inner = np.abs(rho) < 1
        size = np.full(len(rho), np.nan)
        size[inner] = polychoric.variances(tables=tables[inner], rho=rho[inner])
        rows, columns = np.array(places).T
        R[rows, columns] = R[columns, rows] = rho
        G[rows, columns] = G[columns, rows] = size
    return Ladder(R, G)


def covariances(counts: Counts, tally: Pairs, R: Array, *, step: int = 20_000) -> Array:
    """Asymptotic covariances of the correlations below the diagonal, row by row, times the number of forms.

    These need the forms: two pairs of items are four answers of one form. Shape (pairs, pairs).
    """
    complete = counts.complete()
    codes = [np.searchsorted(levels, column) for levels, column in zip(tally.levels, complete.values, strict=True)]
    places = [(i, j) for i in range(len(R)) for j in range(i)]
    moved = [
        polychoric.influence(tables=tally.of(i, j)[None].astype(np.float64), rho=R[None, i, j])[0] for i, j in places
    ]
    total = np.zeros((len(places), len(places)))
    for start in range(0, len(complete.number), step):
        part = slice(start, start + step)
        each = np.column_stack(
            [table[codes[i][part], codes[j][part]] for table, (i, j) in zip(moved, places, strict=True)]
        )
        each *= np.sqrt(complete.number[part, None])
        total += each.T @ each  # of one array, so that half the products are enough
    return total * tally.n
