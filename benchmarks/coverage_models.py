"""How often the intervals of item response models, norms and redrawn omegas hold the truth that was put in.

    python benchmarks/coverage_models.py          10,000 repeats of every world (a day); prints a table
    python benchmarks/coverage_models.py 300      fewer

As coverage.py. The interval of a percentile is conservative by design; that of norms over age is of redraws.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from coverage import World, asked, keep, lines
from numpy.typing import NDArray
from scipy import special

from risico.estimate import Estimate
from risico.irt import graded, rasch
from risico.norms import continuous_norms, percentile_norms
from risico.numbers.ordinal import omega_categorical
from risico.reliability import hierarchical, ordinal

Array = NDArray[np.float64]
REDRAWS = 100
"""So few make the interval a little uneven, and the table possible."""


def levels(random: np.random.Generator, n: int, slopes: Array, hard: Array) -> Array:
    """Answers of the graded response model; `hard` has shape (items, levels − 1)."""
    bar = slopes[:, None] * (random.normal(size=(n, 1, 1)) - hard) + random.logistic(size=(n, len(slopes), 1))
    return (bar > 0).sum(axis=2).astype(np.float64)


def one_slope(n: int) -> World:
    hard = np.array([-1.5, -0.5, 0.0, 0.8, 1.6])

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        found = rasch(levels(random, n, np.full(5, 1.2), hard[:, None]))
        return [replace(e, by={}) for e in found if e.by.get("item") in (None, "3")]

    truth = {"irt_discrimination": 1.2, "irt_difficulty": 0.8}
    return World(told="5 items of two levels, one slope", n=n, draw=draw, truth=truth)


def four_levels(n: int) -> World:
    slopes = np.array([1.0, 1.4, 1.8, 1.2, 0.9, 1.6])
    hard = np.array([-1.0, 0.2, 1.2]) + np.linspace(-0.4, 0.4, 6)[:, None]

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        found = graded(levels(random, n, slopes, hard)).where(item="2")
        return [replace(e, by={}) for e in found if e.by.get("level") in (None, "3")]

    truth = {"irt_discrimination": 1.8, "irt_difficulty": float(hard[2, 2])}
    return World(told="6 items of four levels", n=n, draw=draw, truth=truth)


def skewed_scores(n: int, raw: int) -> World:
    """Scores 0 to 9, each lower one more likely."""
    share = np.arange(10, 0, -1) / 55
    rank = float(share[:raw].sum() + share[raw] / 2)

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        return percentile_norms({"raw": random.choice(np.arange(10.0), n, p=share)}, "raw", scores=[raw])

    truth = {"percentile_rank": 100 * rank, "t_score": 50 + 10 * float(special.ndtri(rank))}
    return World(told=f"skewed scores 0 to 9, at {raw}", n=n, draw=draw, truth=truth)


def growing(n: int) -> World:
    """Normal scores that rise with age; n people at each of four ages, looked up between two of them."""

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        age = np.repeat([6.0, 7.0, 8.0, 9.0], n)
        forms = {"raw": random.normal(10 + 2 * age, 4), "age": age}
        return [replace(e, by={}) for e in continuous_norms(forms, "raw", "age", ages=[7.5], scores=[29.0])]

    return World(told="normal scores rising with age", n=4 * n, draw=draw, truth={"t_score_continuous": 60.0})


def steps(n: int) -> World:
    """Six items of three points on one factor, 80 percent at the lowest."""
    loadings, cuts = np.full(6, 0.7), np.array([0.84, 1.5])
    R = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    share = np.diff(special.ndtr([-np.inf, *cuts, np.inf]))
    omega = omega_categorical(loadings=loadings, cuts=[cuts] * 6, points=[np.arange(3.0)] * 6, margins=[share] * 6)

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        own = np.sqrt(1 - loadings**2) * random.normal(size=(n, 6))
        answers = np.searchsorted(cuts, random.normal(size=(n, 1)) * loadings + own).astype(np.float64)
        return ordinal(answers, redraws=REDRAWS)

    truth = {"alpha_ordinal": 6 / 5 * (1 - 6 / float(R.sum())), "omega_categorical": omega}
    return World(told=f"6 three-point items, 80 % lowest, {REDRAWS} redraws", n=n, draw=draw, truth=truth)


def three_groups(n: int) -> World:
    """Nine normal items in three groups under one general factor."""
    loadings = np.tile([0.8, 0.7, 0.6], 3)
    group = np.repeat(np.arange(3), 3)
    R = np.outer(loadings, loadings) * np.where(group[:, None] == group, 1.0, 0.5)
    np.fill_diagonal(R, 1.0)
    root = np.linalg.cholesky(R).T

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        return hierarchical(random.normal(size=(n, 9)) @ root, redraws=REDRAWS)

    truth = {"omega_hierarchical": float(loadings.sum() ** 2 / 2 / R.sum())}
    return World(told=f"9 normal items in 3 groups, {REDRAWS} redraws", n=n, draw=draw, truth=truth)


def worlds() -> list[World]:
    skewed = [skewed_scores(n, raw) for n in (30, 400) for raw in (1, 7)]
    return [one_slope(200), one_slope(1000), four_levels(300), *skewed, growing(100), steps(200), three_groups(300)]


if __name__ == "__main__":
    keep(row for world in worlds() for row in lines(world, asked()))
