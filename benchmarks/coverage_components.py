"""How often the intervals of variance components, and of raters who drift, hold the truth that was put in.

    python benchmarks/coverage_components.py          10,000 repeats of every world (hours); prints a table
    python benchmarks/coverage_components.py 300      fewer

As coverage.py, for what must be computed by search: a component is looked for on every draw.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from coverage import World, asked, keep, lines

from risico.estimate import Estimate
from risico.reliability import components, drift


def some_ratings(n: int, k: int, seen: float, case: float, rater: float, rest: float) -> World:
    """Raters drawn from many, of whom each unit has some: a rating is there with a chance `seen`."""
    truth = {
        "icc_agreement": case / (case + rater + rest),
        "icc_consistency": case / (case + rest),
        "sem_agreement": (rater + rest) ** 0.5,
        "sem_consistency": rest**0.5,
    }

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        X = random.normal(0, case**0.5, (n, 1)) + random.normal(0, rater**0.5, k) + random.normal(0, rest**0.5, (n, k))
        X[random.random((n, k)) > seen] = np.nan
        return components(X)

    told = f"{k} normal raters, {seen:.0%} rated, variances {case:g}, {rater:g}, {rest:g}"
    return World(told=told, n=n, draw=draw, truth=truth)


def one_who_drifts(n: int, by: float) -> World:
    """Two raters of n cases of known answers; the first moves."""
    time = np.linspace(0, 1, n)

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        case = [*range(n), *range(n)]
        score = np.concatenate([by * time, np.zeros(n)]) + random.normal(0, 1 + np.tile(time, 2))
        forms = {
            "case": case,
            "rater": ["a"] * n + ["b"] * n,
            "time": [*time, *time],
            "score": score,
            "right": [0.0] * 2 * n,
        }
        found = drift(forms, "score", when="time", reference="right", periods=1)
        return [Estimate(name="drift_slope", value=e.value, low=e.low, high=e.high) for e in found.where(rater="a")][:1]

    return World(told=f"error that grows, drift {by:g}", n=n, draw=draw, truth={"drift_slope": by})


def worlds() -> list[World]:
    return [
        some_ratings(60, 8, 0.4, 1.0, 0.2, 0.8),
        some_ratings(40, 4, 1.0, 1.0, 0.2, 0.8),
        some_ratings(40, 4, 0.7, 1.0, 0.0, 1.0),
        one_who_drifts(30, 0.0),
        one_who_drifts(100, 1.0),
    ]


if __name__ == "__main__":
    keep(row for world in worlds() for row in lines(world, asked()))
