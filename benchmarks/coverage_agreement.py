"""How often each 95 % interval of agreement holds the truth that was put in: writes a table.

    python benchmarks/coverage_agreement.py             10,000 repeats of every world (some twenty minutes)
    python benchmarks/coverage_agreement.py 200         fewer, to see that it runs; nothing is written

As coverage.py, for what depends on a level, a rater or weights. `rater_difference` counts a repeat as held when the
intervals of all raters hold at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from coverage import COLUMNS, asked, keep
from numpy.typing import NDArray
from scipy import stats

from risico.estimate import Estimate
from risico.numbers.agreement import weights
from risico.numbers.intervals import wilson
from risico.reliability import agreement, agreement_by_level, bland_altman, colleague, raters_apart, raters_split

Array = NDArray[np.float64]
Key = tuple[str, str]
"""Name of an estimate and its level."""


@dataclass(frozen=True, kw_only=True)
class World:
    """A way to draw a sample and compute from it, with the true value of each name and level."""

    told: str
    n: int
    draw: Callable[[np.random.Generator], Iterable[Estimate]]
    truth: dict[Key, float]


def rate(random: np.random.Generator, true: NDArray[np.int64], right: Array | float, q: int) -> NDArray[np.int64]:
    """Each rating is the true level with chance `right`, else any level as likely."""
    return np.where(random.random(true.shape) < right, true, random.integers(0, q, true.shape))


def joint_of(share: Array, right: float) -> Array:
    """The table of two raters, from the shares of the true levels."""
    q = len(share)
    seen = right * np.eye(q) + (1 - right) / q
    return np.einsum("t,ti,tj->ij", share, seen, seen)


def truth_of_weights(joint: Array, kind: str) -> dict[Key, float]:
    q, margin = len(joint), joint.sum(axis=1)
    W = weights(kind="places" if kind == "ordinal" else kind, values=np.arange(q, dtype=np.float64))
    observed = float((W * joint).sum())
    by_chance = float(margin @ W @ margin)
    ac2 = float(W.sum() / (q * (q - 1)) * (margin * (1 - margin)).sum())
    found = {"gwet_ac2": ac2, "brennan_prediger": float(W.mean()), "fleiss_kappa": by_chance, "conger_kappa": by_chance}
    out: dict[Key, float] = {(f"percent_agreement_{kind}", ""): observed}
    return out | {(f"{name}_{kind}", ""): (observed - chance) / (1 - chance) for name, chance in found.items()}


def three_raters(n: int, share: tuple[float, ...], right: float, kind: str) -> World:
    """Three raters of every unit, one rating in ten missing."""
    joint, q = joint_of(np.array(share), right), len(share)
    margin = joint.sum(axis=1)
    levels = {("specific_agreement", str(k)): float(joint[k, k] / margin[k]) for k in range(q)}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        true = random.choice(q, n, p=share)
        rows = np.stack([rate(random, true, right, q) for _ in range(3)], axis=1).astype(np.float64)
        rows[random.random(rows.shape) < 0.1] = np.nan
        known = list(range(q))
        found = agreement(rows, scale="ordinal", weights=kind, levels=known)  # type: ignore[arg-type]
        return [*found, *agreement_by_level(rows, levels=known)]

    told = f"3 raters, {q} levels, right {right:g}, shares " + " ".join(f"{s:g}" for s in share)
    return World(told=told, n=n, draw=draw, truth=truth_of_weights(joint, kind) | levels)


def colleagues(n: int, raters: int, spread: float) -> World:
    """Pairs of raters in turn; each rater is right another share of the time, 0.8 on average."""
    share = np.array([0.5, 0.3, 0.2])
    joint = joint_of(share, 0.8)
    given = joint / joint.sum(axis=1, keepdims=True)
    truth: dict[Key, float] = {}
    for k in range(3):
        truth[("colleague_same", str(k))] = float(given[k, k])
        truth |= {("colleague_one_lower", str(k)): float(given[k, k - 1])} if k else {}
        truth |= {("colleague_one_higher", str(k)): float(given[k, k + 1])} if k < 2 else {}
    truth[("units_split", "")] = float(joint[0, 2] + joint[2, 0])

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        right = 0.8 + spread * random.choice([-1.0, 1.0], raters)
        first = random.integers(0, raters, n)
        who = np.stack([first, (first + random.integers(1, raters, n)) % raters], axis=1)
        true = random.choice(3, n, p=share)
        level = rate(random, np.stack([true, true], axis=1), right[who], 3)
        forms = {"case": np.repeat(np.arange(n), 2), "rater": who.ravel(), "level": level.ravel()}
        found = colleague(forms, "level", unit=["case"], levels=[0, 1, 2], position=None)
        return [*found, *raters_split(level.astype(np.float64), levels=[0, 1, 2])]

    told = f"{raters} raters in pairs, right {0.8 - spread:g} or {0.8 + spread:g} of the time"
    return World(told=told, n=n, draw=draw, truth=truth)


def in_teams(teams: int) -> World:
    """Ten units in each team; teams differ in their levels and in how often their raters are right."""
    names = ("gwet_ac1", "percent_agreement", "cohen_kappa", "krippendorff_alpha", "fleiss_kappa")

    def ratings(random: np.random.Generator, number: int) -> dict[str, NDArray[np.int64]]:
        right, often = random.choice([0.6, 0.9], (number, 1)), random.choice([0.2, 0.6], (number, 1))
        true = (random.random((number, 10)) < often).astype(np.int64) + (random.random((number, 10)) < 0.3)
        a, b = (rate(random, true, right, 3).ravel() for _ in range(2))
        return {"a": a, "b": b, "team": np.repeat(np.arange(number), 10)}

    many = agreement(ratings(np.random.default_rng(3), 200_000), ["a", "b"], levels=[0, 1, 2])

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        return agreement(ratings(random, teams), levels=[0, 1, 2], cluster="team", redraws=1000)

    truth: dict[Key, float] = {(name, ""): many[name].value or 0.0 for name in names}
    return World(told=f"{teams} teams of 10 that differ, clusters redrawn", n=10 * teams, draw=draw, truth=truth)


def two_scores(n: int) -> World:
    """Two normal raters, the first 1 point higher, with the same spread."""
    away = float(stats.norm.ppf(0.975)) * 2
    truth: dict[Key, float] = {
        ("bias", ""): 1.0,
        ("sd_of_differences", ""): 2.0,
        ("limit_of_agreement_low", ""): 1 - away,
        ("limit_of_agreement_high", ""): 1 + away,
        ("proportional_bias", ""): 0.0,
    }

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        unit = random.normal(10, 3, (n, 1))
        return bland_altman(unit + random.normal(0, 2**0.5, (n, 2)) + np.array([1.0, 0.0]))

    return World(told="2 normal raters with the same spread", n=n, draw=draw, truth=truth)


def leaning(n: int) -> World:
    """Four raters of points, each with a lean of its own."""
    lean = np.array([0.5, 0.0, -0.5, 0.0])
    truth: dict[Key, float] = {("rater_difference", str(i)): float(4 / 3 * lean[i]) for i in range(4)}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        rows = random.normal(0, 2, (n, 1)) + random.normal(0, 1, (n, 4)) + lean
        return raters_apart(rows)

    return World(told="4 normal raters who lean", n=n, draw=draw, truth=truth)


def worlds() -> list[World]:
    return [
        three_raters(40, (0.4, 0.3, 0.2, 0.1), 0.7, "ordinal"),
        three_raters(200, (0.4, 0.3, 0.2, 0.1), 0.7, "linear"),
        three_raters(200, (0.8, 0.15, 0.05), 0.8, "quadratic"),
        colleagues(150, 8, 0.0),
        colleagues(150, 8, 0.15),
        colleagues(600, 30, 0.15),
        in_teams(8),
        in_teams(40),
        two_scores(10),
        two_scores(100),
        leaning(40),
    ]


def held(e: Estimate, truth: float) -> bool:
    return e.low is not None and e.high is not None and e.low <= truth <= e.high


def lines(world: World, repeats: int) -> Iterator[dict[str, str | int | float | bool]]:
    """Repeat one world and give a line for each of its names."""
    random = np.random.default_rng(20_261_124)
    found: dict[Key, list[bool]] = {}
    for _ in range(repeats):
        at_once: list[bool] = []
        for e in world.draw(random):
            key = (e.name, next(iter(e.by.values()), ""))
            if key not in world.truth or e.low is None:
                continue
            if e.name == "rater_difference":
                at_once.append(held(e, world.truth[key]))
            else:
                found.setdefault(key, []).append(held(e, world.truth[key]))
        if at_once:
            found.setdefault(("rater_difference", "all at once"), []).append(all(at_once))
    for (name, level), which in found.items():
        low, high = wilson(successes=sum(which), n=len(which))
        told = f"{name} {level}".strip()
        numbers = (round(sum(which) / len(which), 4), round(low, 4), round(high, 4), low <= 0.97 and high >= 0.93)
        values = (told, world.told, world.n, repeats, repeats - len(which), *numbers)
        yield dict(zip(COLUMNS, values, strict=True))


if __name__ == "__main__":
    keep(row for world in worlds() for row in lines(world, asked()))
