"""How often each 95 % interval of consistency holds the truth that was put in: writes a table.

    python benchmarks/coverage_consistency.py             10,000 repeats of every world (some ten minutes)
    python benchmarks/coverage_consistency.py 200         fewer, to see that it runs; nothing is written

As coverage.py, for the other interval of alpha, omega and two items, on normal items and on skewed three-point items.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from coverage import COLUMNS, asked, keep
from numpy.typing import NDArray
from scipy import special

from risico.numbers import covariance, intervals, splithalf
from risico.numbers.polychoric import bivariate

Array = NDArray[np.float64]
Ends = tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class World:
    """Items on one normal factor with these loadings; cut at these thresholds to three points, where there are some."""

    told: str
    n: int
    loadings: Array
    cuts: tuple[float, ...] = ()

    def draw(self, random: np.random.Generator) -> Array:
        own = np.sqrt(1 - self.loadings**2)
        X = random.normal(size=(self.n, 1)) * self.loadings + own * random.normal(size=(self.n, len(self.loadings)))
        return np.searchsorted(np.array(self.cuts), X).astype(np.float64) if self.cuts else X

    def covariances(self) -> Array:
        """The true covariances; of cut items from the bivariate normal."""
        R = np.outer(self.loadings, self.loadings)
        if not self.cuts:
            return R + np.diag(1 - self.loadings**2)
        t = np.array(self.cuts)
        alone = np.outer(special.ndtr(t), special.ndtr(t))
        S = np.array([[(bivariate(t[:, None], t, np.array(r)) - alone).sum() for r in row] for row in R])
        shares = np.diff(special.ndtr([-np.inf, *t, np.inf]))
        points = np.arange(len(shares))
        np.fill_diagonal(S, shares @ points**2 - (shares @ points) ** 2)
        return S


def intervals_of(X: Array) -> dict[str, Ends]:
    S, n, k = np.cov(X.T), len(X), X.shape[1]
    if k == 2:
        r = float(np.corrcoef(X.T)[0, 1])
        return {"spearman_brown_mean": splithalf.two_items(r=r, n=n)}
    alpha = covariance.cronbach(S=S)
    found: dict[str, Ends] = {
        "alpha": covariance.feldt(alpha=alpha, n=n, k=k),
        "alpha_duhachek": intervals.normal(value=alpha, se=covariance.standard_error_of_alpha(S=S, n=n)),
        "alpha_adf": intervals.normal(
            value=alpha, se=covariance.distribution_free_alpha(away=X - X.mean(axis=0), number=np.ones(n))[1]
        ),
        "omega_total": None,
    }
    model = covariance.one_factor(S=S, n=n)
    if model.converged and model.uniquenesses.min() > 0:
        value, se = covariance.omega_total(model=model)
        found["omega_total"] = intervals.normal(value=value, se=se)
    return found


def truth(world: World) -> dict[str, float]:
    S = world.covariances()
    alpha = covariance.cronbach(S=S)
    omega = covariance.omega_total(model=covariance.one_factor(S=S, n=world.n))[0] if len(S) > 2 else alpha
    return {
        "alpha": alpha,
        "alpha_duhachek": alpha,
        "alpha_adf": alpha,
        "omega_total": omega,
        "spearman_brown_mean": alpha,
    }


WORLDS = (
    World(told="6 parallel normal items", n=50, loadings=np.full(6, 0.7)),
    World(told="6 normal items of unequal loadings", n=50, loadings=np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.3])),
    World(told="6 normal items of unequal loadings", n=200, loadings=np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.3])),
    World(told="6 three-point items, 80 % lowest", n=200, loadings=np.full(6, 0.7), cuts=(0.84, 1.5)),
    World(told="2 parallel normal items", n=50, loadings=np.full(2, 0.8)),
    World(told="2 three-point items, 80 % lowest", n=200, loadings=np.full(2, 0.8), cuts=(0.84, 1.5)),
)


def lines(repeats: int) -> Iterator[tuple[object, ...]]:
    for place, world in enumerate(WORLDS):
        random, true = np.random.default_rng(place), truth(world)
        held: dict[str, list[bool]] = {}
        without: dict[str, int] = {}
        for _ in range(repeats):
            for name, ends in intervals_of(world.draw(random)).items():
                without[name] = without.get(name, 0) + (ends is None)
                if ends is not None:
                    held.setdefault(name, []).append(ends[0] <= true[name] <= ends[1])
        for name, hits in held.items():
            low, high = intervals.wilson(successes=sum(hits), n=len(hits))
            passes = high >= 0.93 and low <= 0.97
            share = f"{sum(hits) / len(hits):.4f}"
            yield name, world.told, world.n, repeats, without[name], share, f"{low:.4f}", f"{high:.4f}", passes


if __name__ == "__main__":
    keep(dict(zip(COLUMNS, line, strict=True)) for line in lines(asked()))
