"""One trait behind ordered answers: the graded response model and its one-parameter case, by marginal likelihood.

The chance of level k or higher of item j at trait θ is logistic(a_j θ − t_jk), with θ standard normal. The integral
over θ is a sum over evenly spaced points, which for smooth functions is exact but for rounding. Forms come as distinct
rows: `Y` has shape (rows, cells), one cell per level of each item, 1 at the level that was given and 0 throughout for
an item without answer; `c` says how often each row occurs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

POINTS: Array = np.linspace(-7.0, 7.0, 71)
WEIGHTS: Array = np.exp(-(POINTS**2) / 2) / np.exp(-(POINTS**2) / 2).sum()
STEEPEST = 12.0
"""A slope beyond this is one that grows without end, and too steep for the points."""
BLOCK = 512
"""Rows that are worked on together: what they need stays near the processor."""
SEEN = 1e-17
"""A posterior weight below this is lost in the rounding of the sum that it would join."""


class Design(NamedTuple):
    """What each cell adds up: its upper and lower bound are rows times parameters, at infinity for the outer levels.

    Parameters per item: slope, then the thresholds between its levels. `upper` and `lower` have shape (points, cells,
    parameters); `tie` has shape (parameters, free ones) and makes slopes equal where one slope is for all.
    """

    upper: Array
    lower: Array
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]
    slopes: NDArray[np.int64]
    tie: Array


class Fit(NamedTuple):
    """Parameters (slope and thresholds of each item in turn), their covariance, the log likelihood, whether settled."""

    parameters: Array
    covariance: Array
    log_likelihood: float
    settled: bool


def design(*, levels: tuple[int, ...], one_slope: bool, points: Array = POINTS) -> Design:
    """Lay out the cells and parameters of items with these numbers of levels."""
    cells = parameters = sum(levels)
    upper, lower = np.zeros((2, len(points), cells, parameters))
    first, last = np.zeros((2, cells), dtype=bool)
    slopes = np.cumsum([0, *levels[:-1]])
    for start, k in zip(slopes.tolist(), levels, strict=True):
        for bound, at in ((upper, range(start, start + k - 1)), (lower, range(start + 1, start + k))):
            bound[:, at, start] = -points[:, None]
        for level in range(k - 1):
            upper[:, start + level, start + 1 + level] = lower[:, start + 1 + level, start + 1 + level] = 1.0
        first[start], last[start + k - 1] = True, True
    tie = np.eye(parameters)
    if one_slope:
        tie[:, 0] = np.isin(np.arange(parameters), slopes)
        tie = np.delete(tie, slopes[1:], axis=1)
    return Design(upper, lower, first, last, slopes, tie)


class _Cells(NamedTuple):
    """Log chance of each cell at each point, its slope in the parameters, and what its curvature is made of."""

    log_p: Array
    slope: Array
    above: Array
    below: Array


def _cells(laid: Design, parameters: Array) -> _Cells:
    """Chances by differences of logistic functions that keep their digits in both tails."""
    u = np.where(laid.last, np.inf, laid.upper @ parameters)
    v = np.where(laid.first, -np.inf, laid.lower @ parameters)
    log_p = special.log_expit(u) + special.log_expit(-v) + np.log(-np.expm1(v - u))
    of_u, of_v = (np.exp(special.log_expit(x) + special.log_expit(-x) - log_p) for x in (u, v))
    slope = of_u[..., None] * laid.upper - of_v[..., None] * laid.lower
    return _Cells(log_p, slope, of_u * (1 - 2 * special.expit(u)), of_v * (1 - 2 * special.expit(v)))


def posterior(*, Y: Array, log_p: Array) -> tuple[Array, Array]:
    """Weights of the points given each row, shape (rows, points), and the log likelihood of each row."""
    joint = Y @ log_p.T + np.log(WEIGHTS)
    top = joint.max(axis=1, keepdims=True)
    joint = np.exp(joint - top)
    whole = joint.sum(axis=1, keepdims=True)
    return joint / whole, (np.log(whole) + top)[:, 0]


def log_chances(*, levels: tuple[int, ...], parameters: Array, points: Array = POINTS) -> Array:
    """Log chance of each cell, shape (points, cells)."""
    return _cells(design(levels=levels, one_slope=False, points=points), parameters).log_p


def fit(*, Y: Array, c: Array, levels: tuple[int, ...], one_slope: bool) -> Fit:
    """Marginal maximum likelihood by EM, ended by Newton steps. Bock & Aitkin (1981), Samejima (1969), Louis (1982).

    The last steps use the observed information, whose inverse is the covariance. `settled` is false where the
    likelihood has no top within the reach of the points, as with answers that order people without exception.
    """
    laid = design(levels=levels, one_slope=one_slope)
    height = Y @ (np.arange(Y.shape[1]) - np.repeat(laid.slopes, levels))
    alike = np.argsort(height, kind="stable")  # people who are alike stand together: few points matter to a block
    free, settled = _climb(Y[alike], c[alike], laid, _start(Y, c, laid, levels))
    now, _, expected, cells = _at(Y[alike], c[alike], laid, free)
    information = laid.tie.T @ _information(Y[alike], c[alike], laid, expected, cells) @ laid.tie
    sure = settled and bool(np.linalg.eigvalsh(information)[0] > 0)
    turn = np.sign((laid.tie @ free)[laid.slopes].sum()) or 1.0  # the trait is counted upwards
    mirror = np.where(np.isin(np.arange(len(laid.tie)), laid.slopes), turn, 1.0)
    inverse = np.linalg.inv(information) if sure else np.zeros_like(information)
    covariance = mirror[:, None] * (laid.tie @ inverse @ laid.tie.T) * mirror
    return Fit(mirror * (laid.tie @ free), covariance, now, sure)


def _climb(Y: Array, c: Array, laid: Design, free: Array) -> tuple[Array, bool]:
    """EM until Newton steps lead to the top; false where slopes grow without end."""
    for _ in range(60):
        for _ in range(15):
            free = _em(Y, c, laid, free)
        if np.abs((laid.tie @ free)[laid.slopes]).max() > STEEPEST:
            break
        free, settled = _newton(Y, c, laid, free)
        if settled:
            return free, True
    return free, False


def _start(Y: Array, c: Array, laid: Design, levels: tuple[int, ...]) -> Array:
    """Slopes of 1, and thresholds from the margins."""
    margin, parameters = c @ Y, np.ones(len(laid.tie))
    for start, k in zip(laid.slopes.tolist(), levels, strict=True):
        part = margin[start : start + k]
        parameters[start + 1 : start + k] = 1.2 * special.logit(np.cumsum(part)[:-1] / part.sum())
    return laid.tie.T @ parameters / laid.tie.sum(axis=0)


def _at(Y: Array, c: Array, laid: Design, free: Array) -> tuple[float, Array, Array, _Cells]:
    """Log likelihood, its slope in the free parameters (Fisher's identity), expected answers per point, the cells."""
    cells = _cells(laid, laid.tie @ free)
    expected, whole = np.zeros_like(cells.log_p), 0.0
    for block in _blocks(Y):
        weights, rows = posterior(Y=Y[block], log_p=cells.log_p)
        expected += (weights * c[block, None]).T @ Y[block]
        whole += float(c[block] @ rows)
    return whole, np.einsum("qc,qcp->p", expected, cells.slope) @ laid.tie, expected, cells


def _blocks(Y: Array) -> list[slice]:
    return [slice(start, start + BLOCK) for start in range(0, len(Y), BLOCK)]


def _ordered(laid: Design, free: Array) -> bool:
    """Say whether the thresholds of each item rise."""
    parameters = laid.tie @ free
    inner = ~laid.first & ~laid.last
    gap = (laid.upper[0] - laid.lower[0])[inner] @ parameters
    return bool((gap > 1e-9).all())


def _em(Y: Array, c: Array, laid: Design, free: Array) -> Array:
    """One step of EM: expected answers at each point, then a scoring step, halved until thresholds rise."""
    _, slope, expected, cells = _at(Y, c, laid, free)
    item = np.cumsum(laid.first)
    answered = expected @ (item[:, None] == item)
    flat = cells.slope.reshape(-1, len(laid.tie)) @ laid.tie
    step = np.linalg.solve(flat.T @ (flat * (answered * np.exp(cells.log_p)).reshape(-1, 1)), slope)
    while not _ordered(laid, free + step):
        step /= 2
    return free + step


def _newton(Y: Array, c: Array, laid: Design, free: Array) -> tuple[Array, bool]:
    """Steps with the observed information of where they begin; it gives up when they do not get smaller."""
    now, slope, expected, cells = _at(Y, c, laid, free)
    information = laid.tie.T @ _information(Y, c, laid, expected, cells) @ laid.tie
    if np.linalg.eigvalsh(information)[0] <= 1e-9 * np.abs(information).max():
        return free, False
    before = np.inf
    for _ in range(60):
        step = np.linalg.solve(information, slope)
        size = float(np.abs(step).max())
        if size < 1e-11 * max(1.0, float(np.abs(free).max())):
            return free, True
        if size > 0.9 * before:
            return free, size < 1e-9
        if not _ordered(laid, free + step):
            return free, False
        there, slope, *_ = _at(Y, c, laid, free + step)
        if there < now - 1e-9 * abs(now):
            return free, False
        free, now, before = free + step, there, size
    return free, False


def _information(Y: Array, c: Array, laid: Design, expected: Array, cells: _Cells) -> Array:
    """Observed information: that of complete data less what is missing with the trait. Louis (1982), equation 3.2."""
    p = len(laid.tie)
    curves = ((cells.slope, 1.0), (laid.upper, -cells.above), (laid.lower, cells.below))
    complete = np.zeros((p, p))
    for part, sign in curves:
        flat = part.reshape(-1, p)
        complete += flat.T @ (flat * (expected * sign).reshape(-1, 1))
    pairs, means = np.zeros((len(POINTS), p, p)), np.zeros((p, p))
    for block in _blocks(Y):
        rows, n = Y[block], c[block]
        weights, _ = posterior(Y=rows, log_p=cells.log_p)
        for q in np.flatnonzero(weights.max(axis=0) > SEEN):
            pairs[q] += (rows * (weights[:, q] * n)[:, None]).T @ rows
        mean = _mean_slopes(rows, weights, laid, cells)
        means += mean.T @ (mean * n[:, None])
    spread = np.einsum("qcp,qcd,qdr->pr", cells.slope, pairs, cells.slope, optimize=True)
    return complete - (spread - means)


def _mean_slopes(rows: Array, weights: Array, laid: Design, cells: _Cells) -> Array:
    """Slope of the log likelihood of each row, shape (rows, parameters); a cell moves the parameters of its item."""
    out = np.empty((len(rows), len(laid.tie)))
    item = np.cumsum(laid.first)
    for one in range(1, int(item[-1]) + 1):
        of = item == one
        for u in np.flatnonzero(of):
            out[:, u] = ((weights @ cells.slope[:, of, u]) * rows[:, of]).sum(axis=1)
    return out


def expected_scores(*, Y: Array, levels: tuple[int, ...], parameters: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of the trait given each row (EAP). Bock & Mislevy (1982)."""
    weights, _ = posterior(Y=Y, log_p=log_chances(levels=levels, parameters=parameters))
    mean = weights @ POINTS
    return mean, np.sqrt(np.maximum(weights @ POINTS**2 - mean**2, 0.0))


def item_information(*, levels: tuple[int, ...], parameters: Array, points: Array = POINTS) -> Array:
    """Fisher's information on the trait in one answer to each item, shape (points, items). Samejima (1969).

    >>> item_information(levels=(2,), parameters=np.array([2.0, 0.0]), points=np.array([0.0]))
    array([[1.]])
    """
    laid = design(levels=levels, one_slope=False, points=points)
    cells = _cells(laid, parameters)
    a = np.repeat(parameters[laid.slopes], levels)
    u = np.where(laid.last, np.inf, laid.upper @ parameters)
    v = np.where(laid.first, -np.inf, laid.lower @ parameters)
    each = np.exp(cells.log_p) * (a * (special.expit(u) + special.expit(v) - 1)) ** 2
    return np.add.reduceat(each, laid.slopes, axis=1)


def marginal_reliability(*, levels: tuple[int, ...], parameters: Array) -> float:
    """Share of the trait's variance that is known, averaged over the trait: I / (I + 1). Green et al. (1984)."""
    whole = item_information(levels=levels, parameters=parameters).sum(axis=1)
    return float(WEIGHTS @ (whole / (whole + 1)))
