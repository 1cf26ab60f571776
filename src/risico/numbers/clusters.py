"""Standard errors that hold when families share a worker, team or region, also with few of those.

CR2, the bias-reduced cluster-robust covariance, with degrees of freedom after Satterthwaite for one contrast and
Hotelling's T-squared approximation for several. With every row a cluster of its own CR2 is HC2, which for two arms
is Neyman's variance. With many clusters the correction vanishes, so it is used always and there is no second way.

Bell & McCaffrey (2002), Survey Methodology 28:169; Pustejovsky & Tipton (2018), J Bus Econ Stat 36:672;
Imbens & Kolesár (2016), Rev Econ Stat 98:701.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]

SPENT = 1e-10  # below this a cluster has no residual variance left: it settles a coefficient by itself
UNBIASED = 1e-6  # how much of its expected variance a contrast may lack through rounding


@dataclass(frozen=True, slots=True)
class Design:
    """What CR2 needs of a design X = Q R, before any outcome is known.

    `root` is the inverse of R, shape (k, k). `cluster` numbers the cluster of each row, or is None for one row per
    cluster. `gram` holds M_g = Q_g' Q_g and `adjust` F_g = (I - M_g)^(-1/2), shape (G, k, k); for one row per
    cluster `gram` is empty and `adjust` the numbers (1 - leverage)^(-1/2), shape (n,). Everything else follows,
    since (I - H_gg)^(-1/2) Q_g = Q_g F_g: no n_g by n_g matrix is ever made.
    """

    root: Array
    Q: Array
    cluster: Index | None
    gram: Array
    adjust: Array


def number_clusters(cluster: NDArray[np.generic]) -> Index:
    """Return 0, 1, 2 … for each distinct label.

    >>> number_clusters(np.array(["b", "a", "b"])).tolist()
    [1, 0, 1]
    """
    return np.unique(cluster, return_inverse=True)[1].astype(np.intp).ravel()


def design(*, X: Array, cluster: Index | None = None) -> Design:
    """Return the Design of X, shape (n, k) with independent columns; for two-stage estimates X is the projected one."""
    Q, R = np.linalg.qr(X)
    root = np.linalg.inv(R)
    if cluster is None:
        adjust = _inverse_root(1.0 - (Q * Q).sum(axis=1))
        return Design(root=root, Q=Q, cluster=None, gram=np.empty((0, 0, 0)), adjust=adjust)
    k, G = X.shape[1], int(cluster.max()) + 1
    gram = np.empty((G, k, k))
    for i in range(k):
        for j in range(i + 1):
            gram[:, i, j] = gram[:, j, i] = np.bincount(cluster, weights=Q[:, i] * Q[:, j], minlength=G)
    values, W = np.linalg.eigh(gram)
    adjust = (W * _inverse_root(1.0 - values)[:, None, :]) @ W.transpose(0, 2, 1)
    return Design(root=root, Q=Q, cluster=cluster, gram=gram, adjust=adjust)


def _inverse_root(x: Array) -> Array:
    return np.where(x > SPENT, 1.0 / np.sqrt(np.where(x > SPENT, x, 1.0)), 0.0)


def contributions(design: Design, residuals: Array) -> Array:
    """Return what each cluster adds to the error of each coefficient, shape (G, k).

    The CR2 covariance is U'U of these; the covariance with another outcome on the same design is U'W.
    """
    if design.cluster is None:
        return (design.Q * (design.adjust * residuals)[:, None]) @ design.root.T
    G = len(design.gram)
    scores = np.column_stack([np.bincount(design.cluster, weights=q * residuals, minlength=G) for q in design.Q.T])
    return np.einsum("gij,gj->gi", design.adjust, scores) @ design.root.T


def cr2(design: Design, residuals: Array) -> Array:
    """Return the CR2 covariance of the coefficients, shape (k, k); HC2 where each row is its own cluster.

    >>> X = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1], [1, 1]])
    >>> residuals = np.array([-1.0, 1, -2, 0, 2])
    >>> round(float(cr2(design(X=X), residuals)[1, 1]), 12) == round(2 / 2 + 4 / 3, 12)   # Neyman (1923)
    True
    """
    U = contributions(design, residuals)
    return U.T @ U


def degrees(design: Design, C: Array) -> float:
    """Return the degrees of freedom eta of the contrasts C, shape (q, k); for q = 1 these are Satterthwaite's.

    Errors are taken as independent and alike (the usual working model). Pustejovsky & Tipton (2018), section 3.2.
    Under that model CR2 has no bias; where it has, one cluster settles a contrast by itself and 0.0 is returned.
    """
    r, a = _spread(design, C)
    omega = a.sum(axis=0) - np.einsum("gis,git->st", r, r)
    whole = C @ design.root @ design.root.T @ C.T
    if np.any(np.diag(omega) < (1 - UNBIASED) * np.diag(whole)):
        return 0.0
    values, W = np.linalg.eigh(omega)
    turn = (W / np.sqrt(values)) @ W.T
    r, a = r @ turn, turn @ a @ turn
    q, total = len(C), 0.0
    for s in range(q):
        for t in range(q):
            cross = r[:, :, s].T @ r[:, :, t]
            own = a[:, s, s] * a[:, t, t] + a[:, s, t] ** 2
            rs, rt, rst = (np.einsum("gi,gi->g", r[:, :, u], r[:, :, v]) for u, v in ((s, s), (t, t), (s, t)))
            mixed = a[:, s, s] * rt + a[:, t, t] * rs + 2 * a[:, s, t] * rst
            total += float((own - mixed).sum() + (cross * cross).sum() + (cross * cross.T).sum())
    return q * (q + 1) / total


def _spread(design: Design, C: Array) -> tuple[Array, Array]:
    """Return r, shape (G, k, q), and a, shape (G, q, q), with p_gs'p_ht = [g = h] a_gst - r_gs'r_ht.

    p_gs is the vector by which cluster g adds to contrast s once the residuals are written as (I - H) errors.
    """
    L = design.root.T @ C.T
    if design.cluster is None:
        pulled = (design.Q @ L) * design.adjust[:, None]
        return design.Q[:, :, None] * pulled[:, None, :], pulled[:, :, None] * pulled[:, None, :]
    step = design.gram @ design.adjust
    return step @ L, L.T @ (step @ design.adjust) @ L


def wald(*, theta: Array, V: Array, C: Array, eta: float) -> tuple[float, float | None]:
    """Return the Wald statistic of C theta = 0 and its p-value (AHT test), None where eta leaves too few degrees.

    Pustejovsky & Tipton (2018), eq. 12: (eta - q + 1) / (eta q) times the statistic is F(q, eta - q + 1).
    """
    from scipy.stats import f

    q = len(C)
    gap = C @ theta
    statistic = float(gap @ np.linalg.solve(C @ V @ C.T, gap))
    left = eta - q + 1
    return statistic, float(f.sf(left / (eta * q) * statistic, q, left)) if left > 0 else None


def differences(k: int) -> Array:
    """Return the contrasts of each of k values with the first, shape (k - 1, k).

    >>> differences(3).tolist()
    [[-1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]]
    """
    return np.column_stack([-np.ones(k - 1), np.eye(k - 1)])
