"""How often intervals of effects that are taken together hold the truth: lines for coverage.csv.

python benchmarks/coverage_pooling.py [REPEATS]
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from coverage import World, asked, keep, lines
from scipy import special

from risico.dif import dif
from risico.estimate import Estimate
from risico.pooling import pooled, pooled_accuracy


def regions(k: int, tau: float) -> World:
    """True effects around .3 with errors of several sizes, as regions of several sizes have."""
    errors = np.linspace(0.1, 0.3, k)

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        true = random.normal(0.3, tau, k)
        found = pooled(list(true + random.normal(0, errors)), list(errors))
        return [e for e in found if e.name != "pooled_effect_without"]

    truth = {"pooled_effect": 0.3, "pooled_effect_paule_mandel": 0.3, "pooled_tau2": tau**2}
    return World(told=f"{k} effects, SD {tau:g} between them", n=k, draw=draw, truth=truth)


def studies(k: int, each: int) -> World:
    """Several effects per study, which share what is peculiar to the study."""

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        study = np.repeat(np.arange(k), each)
        true = 0.3 + random.normal(0, 0.3, k)[study] + random.normal(0, 0.2, k * each)
        found = pooled(list(true + random.normal(0, 0.2, k * each)), [0.2] * (k * each), study=[str(s) for s in study])
        return [e for e in found if e.name == "pooled_effect_three_level"]

    told = f"{k} studies with {each} effects each"
    return World(told=told, n=k * each, draw=draw, truth={"pooled_effect_three_level": 0.3})


def cut_offs(k: int) -> World:
    """Studies of one cut-off that differ in where they draw the line."""

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        shared = random.normal(0, 0.5, k)
        found = special.expit(1.2 + shared + random.normal(0, 0.3, k))
        raised = special.expit(-1.5 + shared + random.normal(0, 0.3, k))
        tp, fp = random.binomial(100, found), random.binomial(300, raised)
        return pooled_accuracy(list(tp), list(100 - tp), list(fp), list(300 - fp))

    truth = {"pooled_sensitivity": float(special.expit(1.2)), "pooled_specificity": float(special.expit(1.5))}
    return World(told=f"{k} studies of a cut-off", n=k, draw=draw, truth=truth)


def alike(n: int) -> World:
    """Four yes-no items that work in the same way in two groups."""

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        latent = random.normal(size=(n, 1))
        items = (latent + random.normal(size=(n, 4)) > 0).astype(float)
        forms = {f"i{i}": items[:, i] for i in range(4)} | {"group": random.integers(0, 2, n).astype(float)}
        return [
            Estimate(name=e.name, value=e.value, low=e.low, high=e.high)
            for e in dif(forms, "group")
            if e.value and e.by["item"] == "i0"
        ]

    return World(told="4 yes-no items, no difference", n=n, draw=draw, truth={"dif_odds_ratio": 1.0})


def worlds() -> list[World]:
    return [regions(6, 0.2), regions(20, 0.2), studies(12, 4), cut_offs(15), alike(300)]


if __name__ == "__main__":
    keep(row for world in worlds() for row in lines(world, asked()))
