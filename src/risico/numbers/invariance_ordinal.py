"""One factor behind ordered answers in several groups, by diagonally weighted least squares on thresholds and
polychoric correlations, with ever more held equal.

What is fitted per group: the thresholds of the items, one item after the other, then the correlations below the
diagonal, row by row. The models are those of Wu and Estabrook (2016), who let everything be free that the sample can
still tell: in the first group every item has intercept 0 and scale 1 and the factor mean 0 and variance 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from risico.numbers import ordinal, polychoric

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Level = Literal["configural", "thresholds", "metric", "scalar"]
LEVELS: tuple[Level, ...] = ("configural", "thresholds", "metric", "scalar")
STEP = 20_000
MOST = 200
POLISH = 4


class Moments(NamedTuple):
    """Thresholds and correlations, shape (m,), their asymptotic covariance times n, shape (m, m), and n."""

    values: Array
    gamma: Array
    n: int


class Model(NamedTuple):
    """Chi-square (scaled and shifted) and its degrees of freedom, the square root of the mean squared residual of the
    correlations, the largest standardised loading, whether settled; what a test against another model needs."""

    chi_square: float
    df: int
    residual: float
    largest: float
    settled: bool
    plain: float
    slopes: Array


class _Shape(NamedTuple):
    """Number of levels of each item, of groups, and the item of each threshold."""

    levels: tuple[int, ...]
    groups: int
    owner: Whole

    @property
    def items(self) -> int:
        return len(self.levels)

    @property
    def size(self) -> int:
        """How many numbers describe a group: thresholds; loadings, intercepts, scales; variance and mean."""
        return len(self.owner) + 3 * self.items + 2


def moments(*, codes: Whole, number: Whole, levels: Sequence[int]) -> Moments:
    """Thresholds and polychoric correlations of one group with their covariance. Muthén (1984).

    `codes` holds the place of each answer among the levels of its item, shape (rows, k), `number` how often a row
    occurs. All four answers of two pairs of items must be known of a form, so pairs are not enough. A correlation of 1
    or −1 gives NaN in the covariance.
    """
    k, n = codes.shape[1], int(number.sum())
    margins = [np.bincount(codes[:, i], weights=number, minlength=levels[i]).astype(np.float64) for i in range(k)]
    cuts = [polychoric.thresholds(margin=margin) for margin in margins]
    moved = [_cut_influence(margin, own) for margin, own in zip(margins, cuts, strict=True)]
    places = [(i, j) for i in range(k) for j in range(i)]
    tables = [_table(codes[:, i], codes[:, j], number, (levels[i], levels[j])) for i, j in places]
    rho = np.array([polychoric.correlations(tables=table[None])[0] for table in tables])
    both = [_rho_influence(table, own) for table, own in zip(tables, rho, strict=True)]
    size = sum(levels) - k + len(rho)
    gamma = np.zeros((size, size))
    for start in range(0, len(codes), STEP):
        part = codes[start : start + STEP]
        each = np.column_stack(
            [own[part[:, i]] for i, own in enumerate(moved)]
            + [own[part[:, i], part[:, j]] for own, (i, j) in zip(both, places, strict=True)]
        )
        each *= np.sqrt(number[start : start + STEP, None])
        gamma += each.T @ each
    return Moments(np.concatenate([*cuts, rho]), gamma * n, n)


def _table(a: Whole, b: Whole, number: Whole, shape: tuple[int, int]) -> Array:
    cells = np.bincount(a * shape[1] + b, weights=number, minlength=shape[0] * shape[1])
    return cells.astype(np.float64).reshape(shape)


def _cut_influence(margin: Array, cuts: Array) -> Array:
    """What one answer does to the thresholds of its item, shape (levels, levels − 1)."""
    n, below = margin.sum(), np.cumsum(margin)[:-1] / margin.sum()
    density = np.exp(-(cuts**2) / 2) / np.sqrt(2 * np.pi)
    answered = np.arange(len(margin))[:, None] <= np.arange(len(cuts))
    return (answered - below) / (density * n)


def _rho_influence(table: Array, rho: float) -> Array:
    if abs(rho) >= 1:
        return np.full(table.shape, np.nan)
    return polychoric.influence(tables=table[None], rho=np.array([rho]))[0]


def fit(*, groups: Sequence[Moments], levels: Sequence[int], level: Level) -> Model:
    """Fit one factor to all groups at once. Wu and Estabrook (2016); test: Asparouhov and Muthén (2010).

    Each item needs three levels to tell equal thresholds and loadings apart from the rest; with two only `configural`
    and `scalar` may be fitted.
    """
    shape = _Shape(tuple(levels), len(groups), np.repeat(np.arange(len(levels)), np.array(levels) - 1))
    lay, fixed = _layout(shape, level)
    seen = np.concatenate([one.values for one in groups])
    weights = np.concatenate([1 / np.diag(one.gamma) for one in groups])
    w = weights * np.repeat([one.n - 1.0 for one in groups], len(groups[0].values))
    start: Array = np.linalg.lstsq(lay, _start(groups, shape, level) - fixed, rcond=None)[0].astype(np.float64)
    at, settled = _searched(start, lay, fixed, shape, seen, w)
    implied, slopes = _implied(fixed + lay @ at, shape)
    slopes, apart = slopes @ lay, seen - implied
    plain, df = float(w @ apart**2), len(seen) - lay.shape[1]
    largest = _largest(fixed + lay @ at, shape)
    settled = settled and bool(np.linalg.matrix_rank(np.sqrt(w)[:, None] * slopes) == lay.shape[1])
    value = _shifted(plain, df, groups, weights, slopes) if settled and df > 0 else float("nan")
    return Model(value, df, _residual(apart, groups, shape), largest, settled, plain, slopes)


def baseline(*, groups: Sequence[Moments], k: int) -> tuple[float, int]:
    """Chi-square, scaled and shifted, of no correlations at all in any group, and its degrees of freedom."""
    pairs, m = k * (k - 1) // 2, len(groups[0].values)
    weights = np.concatenate([1 / np.diag(one.gamma) for one in groups])
    w = np.concatenate([(one.n - 1) / np.diag(one.gamma)[-pairs:] for one in groups])
    plain = float(w @ (np.concatenate([one.values[-pairs:] for one in groups]) ** 2))
    thresholds = np.eye(m)[:, : m - pairs]
    slopes = _blocks([thresholds] * len(groups))
    df = len(groups) * pairs
    return _shifted(plain, df, groups, weights, slopes), df


def change(*, groups: Sequence[Moments], before: Model, now: Model) -> float:
    """Chi-square of a model against the one before it, in which less is held equal, scaled and shifted. Satorra (2000).

    The restrictions are told from the slopes of both models, each where it fits best.
    """
    share, weights = _shares(groups)
    slopes, df = before.slopes, now.df - before.df
    information = np.linalg.inv(slopes.T @ ((share * weights)[:, None] * slopes))
    allowed = np.linalg.pinv(slopes) @ now.slopes
    held = linalg.null_space(allowed.T).T
    back = information @ held.T @ np.linalg.pinv(held @ information @ held.T) @ held @ information
    weighed = weights[:, None] * slopes
    spread = weighed @ back @ weighed.T @ _together(groups, share)
    return ordinal.shifted(value=now.plain - before.plain, spread=spread, df=df)


def _shares(groups: Sequence[Moments]) -> tuple[Array, Array]:
    """Share of its group of each number that is fitted, and its weight."""
    n = np.array([one.n for one in groups], dtype=np.float64)
    weights = np.concatenate([1 / np.diag(one.gamma) for one in groups])
    return np.repeat(n / n.sum(), len(groups[0].values)), weights


def _blocks(parts: Sequence[Array]) -> Array:
    whole: Any = linalg.block_diag(*parts)
    return np.asarray(whole, dtype=np.float64)


def _together(groups: Sequence[Moments], share: Array) -> Array:
    return _blocks([one.gamma for one in groups]) * share


def _shifted(plain: float, df: int, groups: Sequence[Moments], weights: Array, slopes: Array) -> float:
    share, _ = _shares(groups)
    weighed = (share * weights)[:, None] * slopes
    left = np.diag(share * weights) - weighed @ np.linalg.solve(slopes.T @ weighed, weighed.T)
    return ordinal.shifted(value=plain, spread=left @ (_together(groups, share) / share / share), df=df)


def _searched(at: Array, lay: Array, fixed: Array, shape: _Shape, seen: Array, w: Array) -> tuple[Array, bool]:
    """Least squares after Levenberg and Marquardt (MINPACK); whether it came to rest where nothing pulls."""
    root = np.sqrt(w)

    def apart(free: Array) -> Array:
        return root * (_implied(fixed + lay @ free, shape)[0] - seen)

    def slopes(free: Array) -> Array:
        return root[:, None] * (_implied(fixed + lay @ free, shape)[1] @ lay)

    search: Any = optimize.least_squares  # its stub knows no slopes
    found = search(apart, at, slopes, method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14, max_nfev=MOST)
    free = np.asarray(found.x, dtype=np.float64)
    step = np.ones(1)
    for _ in range(POLISH):  # MINPACK stops where the loss stands still, at half the digits of what is free
        step = np.linalg.lstsq(slopes(free), -apart(free), rcond=None)[0]
        if not np.isfinite(step).all() or np.abs(step).max() > 1e-2:
            return free, False
        free = free + step
    return free, bool(np.abs(step).max() < 1e-7)


def _parts(whole: Array, shape: _Shape) -> list[Array]:
    """Thresholds, loadings, intercepts, scales of the items; variance and mean of the factor: each (groups, …)."""
    k, t = shape.items, len(shape.owner)
    return np.split(whole.reshape(shape.groups, shape.size), [t, t + k, t + 2 * k, t + 3 * k, t + 3 * k + 1], axis=1)


def _layout(shape: _Shape, level: Level) -> tuple[Array, Array]:
    """How what is free becomes what describes each group: `fixed + lay @ free`."""
    size, columns = shape.size, list[Array]()
    names = np.arange(shape.groups * size, dtype=np.float64)
    thresholds, loadings, intercepts, scales, variance, mean = (part for part in _parts(names, shape))
    shared = LEVELS.index(level)
    columns += [thresholds.T] if shared > 0 else list(thresholds[:, :, None])
    columns += [loadings.T] if shared > 1 else list(loadings[:, :, None])
    if shared > 0:
        columns += [scales[1:].reshape(-1, 1)]
    if 0 < shared < 3:
        columns += [intercepts[1:].reshape(-1, 1)]
    if shared > 1:
        columns += [variance[1:]]
    if shared > 2:
        columns += [mean[1:]]
    free = [own.astype(np.int64) for column in columns for own in column]
    lay, fixed = np.zeros((len(names), len(free))), np.zeros(len(names))
    for column, own in enumerate(free):
        lay[own, column] = 1.0
    for part in (scales, variance):
        fixed[part.ravel().astype(np.int64)] = 1.0
    return lay, np.where(lay.any(axis=1), 0.0, fixed)


def _start(groups: Sequence[Moments], shape: _Shape, level: Level) -> Array:
    """Each group by itself, brought to the unit of the first by a line through its thresholds."""
    k, t = shape.items, len(shape.owner)
    found = [_alone(one, k, t) for one in groups]
    first, out = groups[0].values[:t], list[Array]()
    for one, loadings in zip(groups, found, strict=True):
        own, scale, intercept = one.values[:t], np.ones(k), np.zeros(k)
        for i in range(k) if level != "configural" else ():
            a, b = first[shape.owner == i], own[shape.owner == i]
            if len(a) > 1:
                scale[i] = np.clip(((a - a.mean()) @ (b - b.mean())) / ((a - a.mean()) @ (a - a.mean())), 0.2, 5)
            intercept[i] = a.mean() - b.mean() / scale[i]
        own = own / scale[shape.owner] + intercept[shape.owner]
        ratio = float(np.abs(loadings / scale).sum() / np.abs(found[0]).sum()) if level in LEVELS[2:] else 1.0
        out.append(np.concatenate([own, loadings / scale / ratio, intercept, scale, [ratio**2, 0.0]]))
    return np.concatenate(out)


def _alone(one: Moments, k: int, t: int) -> Array:
    R, weights = np.eye(k), np.ones((k, k))
    rows, columns = np.tril_indices(k, -1)
    R[rows, columns] = R[columns, rows] = one.values[t:]
    weights[rows, columns] = weights[columns, rows] = 1 / np.diag(one.gamma)[t:]
    return np.clip(ordinal.diagonally_weighted(R=R, weights=weights, steps=50).values, -0.98, 0.98)


def _implied(whole: Array, shape: _Shape) -> tuple[Array, Array]:
    """What a model says of thresholds and correlations, and its slopes in all that describes the groups."""
    made = [_group(own, shape) for own in zip(*_parts(whole, shape), strict=True)]
    return np.concatenate([values for values, _ in made]), _blocks([slopes for _, slopes in made])


def _group(parts: tuple[Array, ...], shape: _Shape) -> tuple[Array, Array]:
    cuts, loadings, intercepts, scales, variance, mean = parts
    k, t, own = shape.items, len(shape.owner), shape.owner
    rows, columns = np.tril_indices(k, -1)
    beyond = cuts - intercepts[own] - loadings[own] * mean
    each = scales * loadings
    values = np.concatenate([scales[own] * beyond, variance * each[rows] * each[columns]])
    slopes = np.zeros((len(values), shape.size))
    at, pair = np.arange(t), t + np.arange(len(rows))
    slopes[at, at] = scales[own]
    slopes[at, t + own] = -scales[own] * mean
    slopes[at, t + k + own] = -scales[own]
    slopes[at, t + 2 * k + own] = beyond
    slopes[at, -1] = -each[own]
    for i, j in ((rows, columns), (columns, rows)):
        slopes[pair, t + i] = variance * scales[i] * each[j]
        slopes[pair, t + 2 * k + i] = variance * loadings[i] * each[j]
    slopes[pair, -2] = each[rows] * each[columns]
    return values, slopes


def _largest(whole: Array, shape: _Shape) -> float:
    """Largest standardised loading; infinite where a scale or a variance is impossible."""
    _, loadings, _, scales, variance, _ = _parts(whole, shape)
    if variance.min() <= 0 or scales.min() <= 0:
        return float("inf")
    return float(np.abs(scales * loadings * np.sqrt(variance)).max())


def _residual(apart: Array, groups: Sequence[Moments], shape: _Shape) -> float:
    """Standardised root mean square residual of the correlations, the groups weighed by their numbers."""
    n = np.array([one.n for one in groups], dtype=np.float64)
    rest = apart.reshape(shape.groups, -1)[:, len(shape.owner) :]
    each = np.sqrt((rest**2).sum(axis=1) / (shape.items * (shape.items + 1) / 2))
    return float(n @ each / n.sum())
