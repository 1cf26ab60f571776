"""Linear estimates: least squares and two-stage least squares on plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DEPENDENT = 1e-9  # a column whose remainder is this small, relative to its length, repeats the columns before it


def independent_columns(X: Array) -> NDArray[np.bool_]:
    """Return which columns of X, shape (n, k), are no combination of the columns before them.

    >>> independent_columns(np.array([[1.0, 1, 2], [1, 2, 3], [1, 5, 6]]))
    array([ True,  True, False])
    """
    length = np.sqrt((X * X).sum(axis=0))
    R = np.linalg.qr(X / np.where(length > 0, length, 1.0), mode="r")
    kept = np.zeros(X.shape[1], dtype=bool)
    kept[: len(R)] = np.abs(np.diag(R)) > DEPENDENT
    return kept


def least_squares(*, y: Array, X: Array) -> tuple[Array, Array]:
    """Return the coefficients, shape (k,), and the residuals, shape (n,), of y on X, shape (n, k).

    Raises ValueError where the columns of X depend on each other.

    >>> beta, residuals = least_squares(y=np.array([1.0, 3, 5]), X=np.array([[1.0, 0], [1, 1], [1, 1]]))
    >>> beta.round(12).tolist(), residuals.round(6).tolist()[1:]
    ([1.0, 3.0], [-1.0, 1.0])
    """
    if not independent_columns(X).all():
        raise ValueError("the columns of X depend on each other")
    Q, R = np.linalg.qr(X)
    beta = np.asarray(np.linalg.solve(R, Q.T @ y), dtype=np.float64)
    return beta, y - X @ beta


def two_stage(*, y: Array, X: Array, Z: Array) -> tuple[Array, Array, Array]:
    """Return coefficients, residuals and the projected design of two-stage least squares, as many Z as X.

    The residuals are y - X beta, and the projected design (the part of X that Z explains) takes the place of X in
    the covariance. Angrist, Imbens & Rubin (1996). Raises ValueError where Z does not tell the columns of X apart.
    """
    Q, _ = np.linalg.qr(Z)
    projected: Array = Q @ (Q.T @ X)
    if not (independent_columns(Z).all() and independent_columns(projected).all()):
        raise ValueError("the instruments do not tell the columns of X apart")
    beta = np.asarray(np.linalg.solve(projected.T @ X, projected.T @ y), dtype=np.float64)
    return beta, y - X @ beta, projected
