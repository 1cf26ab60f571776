"""Variance components of crossed and nested random factors by restricted maximum likelihood, on incomplete designs.

The deviance is that of lme4 (Bates, Mächler, Bolker & Walker 2015): with θ the variances in units of that of the
residual, and the residual profiled out,

    log |V(θ)| + log |1'V⁻¹1| + (n - 1) (1 + log(2π RSS(θ) / (n - 1))).

Cases are eliminated in `mixed_sums`; the small factors are dense (Woodbury). Slopes are exact, so that a component at
the border 0 is told from a small one by the sign of its slope (Kuhn and Tucker).

Intervals are of the profile likelihood: the values at which the deviance, at its lowest over all else, is no more than
the quantile of χ²(1) above its minimum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from risico.numbers.mixed_sums import MixedSums

Array = NDArray[np.float64]

SPENT = 1e-12  # share of the spread of the scores below which a residual is rounding
MANY = 500  # levels from which more than one thread helps
FARTHEST = 1e8  # a ratio from which no residual is left
CLOSE = 1e-7  # of the deviance: what its numbers cannot tell apart


class _At(NamedTuple):
    """log |V| + log |1'V⁻¹1|, the residual sum of squares, and the slopes of both in each ratio."""

    logs: float
    rss: float
    d_logs: Array
    d_rss: Array


class Fit(NamedTuple):
    """Components, shape (q,), in the order parts within cases, small factors; the residual; n; deviance; `settled`."""

    components: Array
    residual: float
    n: int
    deviance: float
    settled: bool


def _at(sums: MixedSums, ratio: Array) -> _At:
    inside = sums.within(ratio[: sums.parts])
    m = sum(sums.sizes)
    root = np.sqrt(np.repeat(ratio[sums.parts :], sums.sizes))
    A, G = inside.gram[:m, :m], inside.gram[:, m:]
    L = np.linalg.cholesky(np.eye(m) + root[:, None] * A * root)
    half = np.linalg.solve(L, np.diag(root)) if m else np.empty((0, 0))  # L⁻¹ D^(1/2)
    solved = half.T @ half  # (D⁻¹ + A)⁻¹, also where D is 0
    H = np.vstack([-solved @ G[:m], np.eye(2)])
    Q = G.T @ H  # [1, y]'V⁻¹[1, y] of the whole V
    logdet = inside.logdet + 2 * float(np.log(np.diag(L)).sum())
    d_logdet = [d + float((solved * dG[:m, :m]).sum()) for d, dG in zip(inside.d_logdet, inside.d_gram, strict=True)]
    d_Q = [H.T @ dG @ H for dG in inside.d_gram]
    whole, pulled = np.diag(A) - ((A @ solved) * A).sum(axis=1), G[:m] - A @ solved @ G[:m]
    for part in np.split(np.arange(m), np.cumsum(sums.sizes)[:-1]) if sums.sizes else []:
        d_logdet.append(float(whole[part].sum()))
        d_Q.append(-pulled[part].T @ pulled[part])
    (a, b), (_, c) = Q
    d_logs = np.array([d + dQ[0, 0] / a for d, dQ in zip(d_logdet, d_Q, strict=True)])
    d_rss = np.array([dQ[1, 1] - 2 * b / a * dQ[0, 1] + (b / a) ** 2 * dQ[0, 0] for dQ in d_Q])
    return _At(logdet + math.log(a), max(float(c - b * b / a), SPENT * sums.total), d_logs, d_rss)


def deviance(sums: MixedSums, ratio: Array) -> tuple[float, Array]:
    """Return the REML deviance with the residual profiled out, and its slope in each ratio, shape (q,)."""
    at, df = _at(sums, ratio), sums.n - 1
    return at.logs + df * (1 + math.log(2 * math.pi * at.rss / df)), at.d_logs + df * at.d_rss / at.rss


Deviance = Callable[[Array], tuple[float, Array]]


def _lowest(of: Deviance, start: Array, tolerance: float = 1e-13) -> tuple[Array, float]:
    """The lowest deviance over ratios of 0 or more, from a start; a ratio at 0 is let go while its slope is down."""
    best, low, options = start, math.inf, {"maxiter": 500, "ftol": tolerance, "gtol": 1e-8}
    for _ in range(5):
        found = optimize.minimize(_rooted(of), np.sqrt(best), jac=True, method="L-BFGS-B", options=options)
        best, low, slope = _to_the_border(of, np.minimum(found.x**2, FARTHEST), float(found.fun))
        freed = (best == 0) & (slope < 0)
        if not freed.any():
            break
        best = np.where(freed, 1e-3, best)
    return best, low


def _rooted(of: Deviance) -> Deviance:
    """The deviance as a function of the roots of the ratios, which have no border."""

    def rooted(root: Array) -> tuple[float, Array]:
        value, slope = of(np.minimum(root**2, FARTHEST))
        return value, np.where(root**2 < FARTHEST, 2 * root * slope, 0.0)

    return rooted


def _to_the_border(of: Deviance, ratio: Array, low: float) -> tuple[Array, float, Array]:
    """Set ratios to 0 that do as well there; return them with the deviance and its slope."""
    slope = of(ratio)[1]
    for f in np.flatnonzero((ratio > 0) & (ratio < 1e-4)):
        tried = ratio.copy()
        tried[f] = 0.0
        value, at_border = of(tried)
        if value <= low + CLOSE and at_border[f] >= 0:
            ratio, low, slope = tried, value, at_border
    return ratio, low, slope


def few_threads(sums: MixedSums) -> AbstractContextManager[object]:
    """Keep small matrices on one thread: more would wait for each other."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1 if sum(sums.sizes) < MANY else None)


def fit(sums: MixedSums) -> Fit:
    """Return the components at the lowest deviance.

    `settled` is False where the scores leave no residual. Raises numpy.linalg.LinAlgError where a design cannot tell
    its factors apart so badly that no number comes out.
    """
    q = sums.parts + len(sums.sizes)

    def of(ratio: Array) -> tuple[float, Array]:
        return deviance(sums, ratio)

    with few_threads(sums):
        best, low = _newton(of, *_lowest(of, np.ones(q)))
    rss = _at(sums, best).rss
    residual, settled = rss / (sums.n - 1), rss > 2 * SPENT * sums.total and bool((best < 0.99 * FARTHEST).all())
    return Fit(best * residual, residual, sums.n, low, settled)


def _newton(of: Deviance, ratio: Array, low: float) -> tuple[Array, float]:
    """Polish what is off the border, on the scale of logarithms, by differences of the exact slopes."""
    free = np.flatnonzero(ratio > 0)
    for _ in range(4 if len(free) else 0):
        slope = (of(ratio)[1] * ratio)[free]
        bend = np.empty((len(free), len(free)))
        for i, f in enumerate(free):
            up, down = (np.where(np.arange(len(ratio)) == f, ratio * math.exp(h), ratio) for h in (1e-4, -1e-4))
            bend[i] = ((of(up)[1] * up - of(down)[1] * down)[free]) / 2e-4
        try:
            step = -np.linalg.solve((bend + bend.T) / 2, slope)
        except np.linalg.LinAlgError:
            break
        tried = ratio.copy()
        tried[free] *= np.exp(np.clip(step, -0.5, 0.5))
        value = of(tried)[0]
        if not value <= low + CLOSE:
            break
        ratio, low = tried, min(value, low)
    return ratio, low


class Target(NamedTuple):
    """What an interval is asked of: `above`·ψ, or `above`·ψ / `below`·ψ, with ψ the components and last the residual.

    Of a ratio, exactly one component stands in `above`.
    """

    above: Array
    below: Array | None = None

    def value(self, found: Fit) -> float:
        """Return the estimate."""
        psi = np.append(found.components, found.residual)
        value = float(self.above @ psi)
        return value if self.below is None else value / float(self.below @ psi)


def interval(sums: MixedSums, found: Fit, target: Target, confidence: float = 0.95) -> tuple[float, float] | None:
    """Profile-likelihood interval; its lower end is 0 where that cannot be told from 0. None where no end is found."""
    z = math.sqrt(float(special.chdtri(1, 1 - confidence)))
    at, start = target.value(found), np.maximum(found.components / found.residual, 1e-4)
    bounded = target.below is not None
    warm = {"ratio": start}

    def excess(value: float, twice: bool) -> float:
        of, free = (_of_ratio if bounded else _of_sum)(sums, target, value)
        ratio, low = _lowest(of, np.where(free, warm["ratio"], 0.0), 1e-11)
        for other in _starts(start, free) if twice else ():
            if low - found.deviance < z * z - 1e-3:
                break
            ratio, low = min((ratio, low), _lowest(of, np.where(free, other, 0.0), 1e-11), key=lambda pair: pair[1])
        warm["ratio"] = np.maximum(ratio, 1e-4)
        return math.sqrt(max(low - found.deviance, 0.0)) - z

    forth, back = (_logit, _expit) if bounded else (math.log, math.exp)
    with np.errstate(all="ignore"), few_threads(sums):
        low = _end(excess, forth, back, at, -1)
        warm["ratio"] = start
        high = _end(excess, forth, back, at, 1)
    return None if high is None else (0.0 if low is None else low, high)


def _starts(start: Array, free: NDArray[np.bool_]) -> Iterator[Array]:
    """Yield where to look again: the estimate, and with each component far larger; few levels have several tops."""
    yield start
    for f in np.flatnonzero(free):
        yield np.where(np.arange(len(start)) == f, 1000 * np.maximum(start, 0.1), start)


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _end(
    excess: Callable[[float, bool], float],
    forth: Callable[[float], float],
    back: Callable[[float], float],
    at: float,
    way: int,
) -> float | None:
    """One end, searched outward from the estimate on a scale without borders; None where it lies beyond all reach.

    Whether a step is far enough, and an end is one, is looked at from several starts.
    """
    small = 1e-9
    if at < small:
        if way < 0:
            return None
        at = small
    inside, step = forth(at), 0.25
    try:
        known = {inside: excess(back(inside), False)}
        while step < 40:
            outside = inside + way * step
            known[outside] = excess(back(outside), True)
            if known[outside] > 0:
                end = _root(lambda x: known[x] if x in known else excess(back(x), False), inside, outside)
                if excess(back(end), True) < -1e-3:  # another top reaches farther
                    end = _root(lambda x: known[x] if x in known else excess(back(x), True), inside, outside)
                return back(end)
            inside, step = outside, step * 2
    except (np.linalg.LinAlgError, ValueError, OverflowError, ZeroDivisionError):
        pass
    return None


def _root(of: Callable[[float], float], inside: float, outside: float) -> float:
    return float(optimize.brentq(of, inside, outside, xtol=1e-8))  # pyright: ignore[reportArgumentType]


def _of_ratio(sums: MixedSums, target: Target, value: float) -> tuple[Deviance, NDArray[np.bool_]]:
    """The deviance where above·ψ / below·ψ has a value: its one component follows from the others."""
    below = target.below if target.below is not None else target.above
    f = int(np.flatnonzero(target.above[:-1])[0])
    a, b = target.above[f], below
    weight = np.where(np.arange(len(b)) == f, 0.0, b) * value / (a - value * b[f])

    def of(ratio: Array) -> tuple[float, Array]:
        full = ratio.copy()
        full[f] = float(weight[:-1] @ ratio + weight[-1])
        low, slope = deviance(sums, full)
        out = slope + slope[f] * weight[:-1]
        out[f] = 0.0
        return low, out

    return of, np.arange(len(b) - 1) != f


def _of_sum(sums: MixedSums, target: Target, value: float) -> tuple[Deviance, NDArray[np.bool_]]:
    """The deviance where above·ψ has a value: the residual follows from the ratios."""
    a, df = target.above, sums.n - 1

    def of(ratio: Array) -> tuple[float, Array]:
        at, share = _at(sums, ratio), float(a[:-1] @ ratio + a[-1])
        residual = value / share if share > 0 else math.inf
        if not math.isfinite(residual):
            return 1e300, np.zeros(len(ratio))
        low = at.logs + df * math.log(2 * math.pi * residual) + at.rss / residual
        of_residual = df / residual - at.rss / residual**2
        return low, at.d_logs + at.d_rss / residual - of_residual * residual * a[:-1] / share

    return of, np.ones(len(a) - 1, dtype=np.bool_)
