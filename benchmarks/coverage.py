"""How often each 95 % interval holds the truth that was put in: writes a table, as the scripts beside it do.

    python benchmarks/coverage.py             10,000 repeats of every world
    python benchmarks/coverage.py 200         fewer, to see that it runs; under 1,000 nothing is written

The table is src/risico/statistics/coverage.csv. A line passes when its Monte Carlo interval (Wilson, 95 %) touches 93
to 97 %; exact and conservative intervals may lie above. An interval that could not be given is counted apart and is no
miss.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from risico.estimate import Estimate
from risico.numbers.intervals import wilson
from risico.reliability import agreement, consistency, icc
from risico.tally import Counts, Sums, count
from risico.validity import accuracy, auc, calibration

Array = NDArray[np.float64]
REPEATS, LEAST = 10_000, 1_000
FILE = Path(__file__).parents[1] / "src" / "risico" / "statistics" / "coverage.csv"
Key = tuple[str, str, int]
"""What a line of the table is of: a name, a world and how many were drawn."""
COLUMNS = ("name", "world", "n", "repeats", "without_interval", "coverage", "low", "high", "passes")


@dataclass(frozen=True, kw_only=True)
class World:
    """A way to draw a sample and compute from it, with the true value of each name."""

    told: str
    n: int
    draw: Callable[[np.random.Generator], Iterable[Estimate]]
    truth: dict[str, float]


def to_sums(X: Array) -> Sums:
    away = X - X.mean(axis=0)
    return Sums(columns=tuple(f"i{i}" for i in range(X.shape[1])), n=len(X), sums=X.sum(axis=0), cross=away.T @ away)


def alpha_of(S: Array) -> float:
    k = len(S)
    return float(k / (k - 1) * (1 - np.trace(S) / S.sum()))


def normal_items(n: int, loadings: Array) -> World:
    """Items that rest on one normal factor with unit error."""
    S = np.outer(loadings, loadings) + np.eye(len(loadings))
    R = S / np.sqrt(np.outer(np.diag(S), np.diag(S)))

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        X = random.normal(size=(n, 1)) * loadings + random.normal(size=(n, len(loadings)))
        return consistency(to_sums(X))

    kind = "equal loadings" if np.ptp(loadings) == 0 else "unequal loadings"
    truth = {
        "alpha": alpha_of(S),
        "alpha_duhachek": alpha_of(S),
        "alpha_standardised": alpha_of(R),
        "omega_total": float(loadings.sum() ** 2 / S.sum()),
    }
    return World(told=f"{len(loadings)} normal items, {kind}", n=n, draw=draw, truth=truth)


def skewed_items(n: int) -> World:
    """Six items of three points, most people at nought: what risk answers look like."""
    cuts = np.array([1.0, 1.8])

    def answers(random: np.random.Generator, people: int) -> Array:
        latent = random.normal(size=(people, 1)) + random.normal(size=(people, 6))
        return (latent[:, :, None] > cuts * np.sqrt(2)).sum(axis=2).astype(np.float64)

    random = np.random.default_rng(7)
    S = np.mean([np.cov(answers(random, 200_000), rowvar=False) for _ in range(20)], axis=0)

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        return consistency(to_sums(answers(random, n)))

    truth = {"alpha": alpha_of(S), "alpha_duhachek": alpha_of(S)}
    return World(told="6 skewed items of three points", n=n, draw=draw, truth=truth)


def raters_of_scores(n: int, k: int, case: float, rater: float, rest: float) -> World:
    """Raters drawn from many give every unit a score."""
    whole = case + rater + rest
    truth = {
        "icc_2_1": case / whole,
        "icc_2_k": case / (case + (rater + rest) / k),
        "icc_3_1": case / (case + rest),
        "icc_3_k": case / (case + rest / k),
    }

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        units, raters = random.normal(0, case**0.5, (n, 1)), random.normal(0, rater**0.5, (1, k))
        return icc(to_sums(units + raters + random.normal(0, rest**0.5, (n, k))))

    return World(told=f"{k} normal raters, variances {case:g}, {rater:g}, {rest:g}", n=n, draw=draw, truth=truth)


def other_raters(n: int, k: int, case: float, rest: float) -> World:
    """Each unit has raters of its own."""
    truth = {"icc_1_1": case / (case + rest), "icc_1_k": case / (case + rest / k)}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        return icc(to_sums(random.normal(0, case**0.5, (n, 1)) + random.normal(0, rest**0.5, (n, k))))

    return World(
        told=f"{k} other normal raters for each unit, variances {case:g}, {rest:g}", n=n, draw=draw, truth=truth
    )


def two_raters_of_levels(n: int, share: tuple[float, ...], right: float) -> World:
    """Units of a true level; each of two raters sees it with chance `right`, else any level as likely."""
    q = len(share)
    seen = right * np.eye(q) + (1 - right) / q
    joint = np.einsum("t,ti,tj->ij", np.array(share), seen, seen)
    margin = joint.sum(axis=1)
    same = float(np.trace(joint))

    def kappa(weights: Array, chance: Array) -> float:
        observed, expected = float((weights * joint).sum()), float((weights * chance).sum())
        return (observed - expected) / (1 - expected)

    places = np.arange(q)
    apart = np.abs(places[:, None] - places[None, :])
    linear, quadratic = 1 - apart / (q - 1), 1 - apart**2 / (q - 1) ** 2
    by_chance = np.outer(margin, margin)
    ac1 = float((margin * (1 - margin)).sum() / (q - 1))
    plain = kappa(np.eye(q), by_chance)
    truth = {
        "percent_agreement": same,
        "gwet_ac1": (same - ac1) / (1 - ac1),
        "brennan_prediger": (same - 1 / q) / (1 - 1 / q),
        **dict.fromkeys(("fleiss_kappa", "scott_pi", "conger_kappa", "cohen_kappa", "krippendorff_alpha"), plain),
        "cohen_kappa_linear": kappa(linear, by_chance),
        "cohen_kappa_quadratic": kappa(quadratic, by_chance),
        "krippendorff_alpha_interval": kappa(quadratic, by_chance),
    }

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        cells = random.multinomial(n, joint.ravel())
        a, b = np.divmod(np.arange(q * q), q)
        rows = Counts(columns=("a", "b"), values=(a + 1.0, b + 1.0), number=cells)
        return agreement(rows, scale="interval", levels=list(range(1, q + 1)))

    told = f"2 raters, {q} levels, right {right:g} of the time, shares " + " ".join(f"{s:g}" for s in share)
    return World(told=told, n=n, draw=draw, truth=truth)


def binormal(n: int, base: float, apart: float) -> World:
    """Scores a distance apart with and without the outcome; a cut-off half way."""
    truth = {
        "auc": float(stats.norm.cdf(apart / 2**0.5)),
        "sensitivity": float(stats.norm.cdf(apart / 2)),
        "specificity": float(stats.norm.cdf(apart / 2)),
        "base_rate": base,
    }
    hit, false = base * truth["sensitivity"], (1 - base) * (1 - truth["specificity"])
    truth |= {"ppv": hit / (hit + false)}
    truth |= {"npv": (1 - base - false) / (1 - base - false + base - hit)}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        outcome = random.random(n) < base
        score = random.normal(size=n) + apart * outcome
        rows = count({"score": score, "again": outcome.astype(float)})
        return [*auc(rows, "score", "again"), *accuracy(rows, "score", "again", at_least=apart / 2)]

    return World(told=f"binormal, base rate {base:g}, {apart:g} SD apart", n=n, draw=draw, truth=truth)


def recalibrated(n: int, intercept: float, slope: float) -> World:
    """Predictions that are off by a line on the logit scale."""
    truth = {"calibration_slope": slope, "calibration_intercept": intercept}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        logit = random.normal(-1, 1, n)
        outcome = random.random(n) < 1 / (1 + np.exp(-(intercept + slope * logit)))
        rows = count({"risk": 1 / (1 + np.exp(-logit)), "again": outcome.astype(float)})
        return calibration(rows, "risk", "again")

    return World(told=f"logistic, intercept {intercept:g}, slope {slope:g}", n=n, draw=draw, truth=truth)


def worlds() -> list[World]:
    return [
        *(normal_items(n, np.full(6, 0.8)) for n in (30, 200)),
        normal_items(200, np.array([0.4, 0.6, 0.8, 1.0, 1.2])),
        *(skewed_items(n) for n in (50, 300)),
        raters_of_scores(50, 3, 1.0, 0.1, 0.5),
        raters_of_scores(100, 5, 1.0, 0.2, 1.0),
        other_raters(50, 3, 1.0, 0.5),
        two_raters_of_levels(50, (0.4, 0.3, 0.3), 0.7),
        two_raters_of_levels(200, (0.8, 0.15, 0.05), 0.8),
        binormal(100, 0.3, 1.0),
        binormal(1000, 0.1, 1.0),
        recalibrated(500, 0.3, 0.8),
    ]


def lines(world: World, repeats: int) -> list[dict[str, str | int | float | bool]]:
    """Repeat one world and return a line for each of its names."""
    random = np.random.default_rng(20_260_103)
    held, given = dict.fromkeys(world.truth, 0), dict.fromkeys(world.truth, 0)
    for _ in range(repeats):
        for e in world.draw(random):
            if e.name in world.truth and e.low is not None and e.high is not None and not e.by:
                given[e.name] += 1
                held[e.name] += e.low <= world.truth[e.name] <= e.high
    rows: list[dict[str, str | int | float | bool]] = []
    for name in world.truth:
        if not given[name]:
            continue
        low, high = wilson(successes=held[name], n=given[name])
        rows.append(
            {
                "name": name,
                "world": world.told,
                "n": world.n,
                "repeats": repeats,
                "without_interval": repeats - given[name],
                "coverage": round(held[name] / given[name], 4),
                "low": round(low, 4),
                "high": round(high, 4),
                "passes": low <= 0.97 and high >= 0.93,
            }
        )
    return rows


def keep(rows: Iterable[Mapping[str, object]]) -> None:
    """Print the lines and put them in coverage.csv in the place of those of the same name, world and n.

    Fewer than 1,000 repeats only show that it runs: these are printed and not kept.
    """
    new: dict[Key, dict[str, str]] = {}
    for row in rows:
        line = {column: str(row[column]) for column in COLUMNS}
        print("  ".join(line.values()), flush=True)
        if int(line["repeats"]) >= LEAST:
            new[_key(line)] = line
    kept: dict[Key, dict[str, str]] = {}
    if FILE.exists():  # read after the hours, not before: another script may have written in between
        with FILE.open(newline="", encoding="utf-8") as file:
            kept = {_key(row): row for row in csv.DictReader(file)}
    kept |= new
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept[key] for key in sorted(kept))


def _key(line: Mapping[str, str]) -> Key:
    return line["name"], line["world"], int(line["n"])


def asked() -> int:
    """Return how many repeats the command line asks for."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS


if __name__ == "__main__":
    keep(row for world in worlds() for row in lines(world, asked()))
