"""Omega hierarchical where it must be something known."""

import numpy as np

from collapses.made_up import RATERS, Collapses, Counted, value
from risico.reliability import hierarchical
from risico.tally import count, sums

OWN = np.tile([0.8, 0.7, 0.6], 3)
GROUPS = np.repeat(np.eye(3), 3, axis=0) * OWN[:, None]
R = GROUPS @ (np.full((3, 3), 0.5) + 0.5 * np.eye(3)) @ GROUPS.T
np.fill_diagonal(R, 1.0)
"""Nine items in three groups that correlate one half: each group hangs on the general factor by the root of that."""

RNG = np.random.default_rng(7)
SIX = {f"i{i}": RATERS["r0"] + RNG.normal(size=30).round(1) for i in range(7)}


def with_correlations() -> np.ndarray:
    X = np.random.default_rng(3).normal(size=(40, 9))
    X -= X.mean(axis=0)
    return X @ np.linalg.inv(np.linalg.cholesky(np.cov(X.T))).T @ np.linalg.cholesky(R).T


COUNTED: Counted = {
    "hierarchical": (SIX, hierarchical, sums),
    "hierarchical, redrawn": (SIX, lambda data: hierarchical(data, redraws=100), count),
}


COLLAPSES: Collapses = {
    "omega_hierarchical": lambda: (
        value(hierarchical(with_correlations()), "omega_hierarchical"),
        (OWN.sum() * np.sqrt(0.5)) ** 2 / R.sum(),
    ),
}
