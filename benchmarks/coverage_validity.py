"""How often each 95 % interval on validity holds the truth that was put in: writes coverage_validity.csv.

    python benchmarks/coverage_validity.py             10,000 repeats of every world (half an hour)
    python benchmarks/coverage_validity.py 200         fewer, to see that it runs; nothing is written

As coverage.py, for what is not there: two scores, probabilities, clusters, times, an own base rate, a cut-off's ratios.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from coverage import World, asked, keep, lines
from numpy.typing import NDArray
from scipy import special, stats

from risico.estimate import Estimate
from risico.numbers import calibration as logistic
from risico.tally import Counts
from risico.validity import (
    accuracy,
    alarm_budget,
    auc,
    auc_bootstrap,
    auc_by_time,
    calibration,
    chosen_cut_off,
    compare_auc,
    concordance,
    decision_curve,
    follow_up_audit,
    partial_auc,
    prediction_error,
)

Array = NDArray[np.float64]


def rows(**columns: NDArray[np.generic]) -> Counts:
    """Every form on a row of its own, without an engine between."""
    values = tuple(np.asarray(column, dtype=np.float64) for column in columns.values())
    return Counts(columns=tuple(columns), values=values, number=np.ones(len(values[0]), dtype=np.int64))


def two_scores(n: int, base: float, first: float, second: float) -> World:
    """Two scores of the same people, correlated .5, each a distance apart with and without the outcome."""
    truth = {"auc_difference": float(stats.norm.cdf(first / 2**0.5) - stats.norm.cdf(second / 2**0.5))}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        y, both = random.random(n) < base, random.normal(size=n)
        a, b = (np.sqrt(0.5) * (both + random.normal(size=n)) + apart * y for apart in (first, second))
        return compare_auc(rows(a=a, b=b, y=y), "a", "b", "y")

    return World(told=f"two binormal scores, {first:g} and {second:g} SD apart", n=n, draw=draw, truth=truth)


def at_a_cut_off(n: int, base: float, apart: float) -> World:
    """A cut-off half way, with exact intervals and likelihood ratios."""
    right = float(stats.norm.cdf(apart / 2))
    truth = {"sensitivity": right, "specificity": right, "lr_positive": right / (1 - right)}
    truth |= {"lr_negative": (1 - right) / right}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        y = random.random(n) < base
        score = random.normal(size=n) + apart * y
        return accuracy(rows(s=score > apart / 2, y=y), "s", "y", at_least=1, interval="exact")

    return World(told=f"binormal, base rate {base:g}, exact intervals, ratios", n=n, draw=draw, truth=truth)


def alarms(n: int, base: float, apart: float, own: float, counted: int) -> World:
    """Signals at a base rate that was counted elsewhere."""
    right = float(stats.norm.cdf(apart / 2))
    shares = (own * right + (1 - own) * (1 - right), own * right, own * (1 - right), (1 - own) * (1 - right))
    names = ("signals_per_week", "found_per_week", "missed_per_week", "for_nothing_per_week")
    truth = {name: 40 * share for name, share in zip(names, shares, strict=True)}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        y = random.random(n) < base
        s = random.normal(size=n) + apart * y > apart / 2
        elsewhere = (int(random.binomial(counted, own)), counted)
        return alarm_budget(rows(s=s, y=y), "s", "y", at_least=1, per_week=40, base_rate=elsewhere)

    return World(told=f"own base rate {own:g} counted on {counted}", n=n, draw=draw, truth=truth)


def probabilities(n: int) -> World:
    """Predictions that are too extreme and too low: the outcome has logit .3 + .8 times theirs."""
    x, weight = np.polynomial.hermite_e.hermegauss(199)
    logit, weight = x - 1, weight / weight.sum()
    p, q = special.expit(logit), special.expit(0.3 + 0.8 * logit)
    rate, brier = float(weight @ q), float(weight @ (q * (1 - p) ** 2 + (1 - q) * p**2))
    fine = np.linspace(-8, 8, 200_001)
    acted = stats.norm.pdf(fine + 1) * (special.expit(fine) >= 0.3)
    chance = special.expit(0.3 + 0.8 * fine)
    benefit = float(np.trapezoid(acted * (chance - (1 - chance) * 0.3 / 0.7), fine))
    truth = {"brier": brier, "brier_scaled": 1 - brier / rate / (1 - rate), "net_benefit": benefit}
    truth |= {"net_benefit_all": rate - (1 - rate) * 0.3 / 0.7}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        logit = random.normal(-1, 1, n)
        table = rows(p=special.expit(logit), y=random.random(n) < special.expit(0.3 + 0.8 * logit))
        return prediction_error(table, "p", "y") + decision_curve(table, "p", "y", thresholds=[0.3])

    return World(told="logistic, intercept 0.3, slope 0.8", n=n, draw=draw, truth=truth)


def given_predictions(n: int) -> World:
    """Predictions that stay the same: expected over observed takes them as given."""
    logit = stats.norm.ppf((np.arange(n) + 0.5) / n) - 1
    p, q = special.expit(logit), special.expit(0.3 + 0.8 * logit)

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        return prediction_error(rows(p=p, y=random.random(n) < q), "p", "y")

    truth = {"expected_observed": float(p.sum() / q.sum())}
    return World(told="logistic, intercept 0.3, slope 0.8, predictions given", n=n, draw=draw, truth=truth)


def redrawn_scores(n: int, base: float, apart: float) -> World:
    """Scores in halves a distance apart with and without the outcome; 500 redraws each, a seed of its own."""
    fine = np.arange(-6, 10, 0.5)
    false, hit = (stats.norm.sf(fine - 0.25 - shift) for shift in (0.0, apart))
    x, y = np.r_[1.0, false, 0.0][::-1], np.r_[1.0, hit, 0.0][::-1]
    most = false <= 0.2
    edge = float(np.interp(0.2, x, y))
    px, py = np.r_[0.0, false[most][::-1], 0.2], np.r_[0.0, hit[most][::-1], edge]
    truth = {"auc_bootstrap": float(np.trapezoid(y, x)), "partial_auc": float(np.trapezoid(py, px))}
    truth |= {"chosen_cut_off": float(fine[np.argmax(hit - false)])}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        outcome = random.random(n) < base
        score = np.round(2 * (random.normal(size=n) + apart * outcome)) / 2
        table, seed = rows(s=score, y=outcome), int(random.integers(2**31))
        part = partial_auc(table, "s", "y", of="specificity", between=(0.8, 1), seed=seed, redraws=500)
        cut = chosen_cut_off(table, "s", "y", seed=seed, redraws=500)
        return auc_bootstrap(table, "s", "y", seed=seed, redraws=500) + part + cut

    return World(told=f"binormal in halves, base rate {base:g}, {apart:g} SD apart", n=n, draw=draw, truth=truth)


def teams(clusters: int, size: int) -> World:
    """Forms of a team share a shift of the score and of the chance of the outcome."""

    def forms(random: np.random.Generator, clusters: int) -> tuple[Array, NDArray[np.bool_], Array]:
        team = np.repeat(np.arange(clusters, dtype=np.float64), size)
        shift = np.repeat(random.normal(0, 0.7, clusters), size)
        score = shift + random.normal(size=len(team))
        return score, random.random(len(team)) < special.expit(-1 + score), team

    score, y, _ = forms(np.random.default_rng(5), 200_000)
    near = rows(s=score.round(2), y=y)
    truth = {"auc": auc(near, "s", "y")[0].value or 0.0, "sensitivity": float((score[y] >= 0.5).mean())}
    truth |= {"specificity": float((score[~y] < 0.5).mean())}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        score, y, team = forms(random, clusters)
        table = rows(s=score, y=y, team=team)
        shares = accuracy(table, "s", "y", at_least=0.5, cluster="team")
        return auc(table, "s", "y", cluster="team") + shares

    return World(told=f"{clusters} teams of {size} that differ", n=clusters * size, draw=draw, truth=truth)


def predictions_of_teams(clusters: int, size: int) -> World:
    """Predictions that are too extreme, and teams in which the outcome is more or less common than they say."""
    nodes, weight = np.polynomial.hermite_e.hermegauss(99)
    weight = weight / weight.sum()
    logit, chance = nodes - 1, special.expit(0.3 + 0.8 * (nodes[:, None] - 1) + 0.6 * nodes) @ weight
    expected = {"logit": logit, "events": 1e6 * weight * chance, "trials": 1e6 * weight}
    large, both = logistic.in_the_large(**expected), logistic.intercept_and_slope(**expected)
    truth = {"calibration_in_the_large": float(large.coefficients[0])}
    truth |= {"calibration_intercept": float(both.coefficients[0]), "calibration_slope": float(both.coefficients[1])}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        team = np.repeat(np.arange(clusters, dtype=np.float64), size)
        shift = np.repeat(random.normal(0, 0.6, clusters), size)
        x = random.normal(-1, 1, len(team))
        y = random.random(len(team)) < special.expit(0.3 + 0.8 * x + shift)
        return calibration(rows(p=special.expit(x), y=y, team=team), "p", "y", cluster="team")

    told = f"logistic, intercept 0.3, slope 0.8, {clusters} teams that differ"
    return World(told=told, n=clusters * size, draw=draw, truth=truth)


def followed(n: int) -> World:
    """Time to the event is exponential and shorter with a higher score; people are seen for 1 to 9 units of time."""

    def forms(random: np.random.Generator, n: int) -> tuple[Array, Array, Array]:
        score = random.normal(size=n).round(1)
        return score, random.exponential(np.exp(1.5 - 0.7 * score)), random.uniform(1, 9, n)

    score, failure, seen = forms(np.random.default_rng(6), 1_000_000)
    whole = rows(s=score, t=np.minimum(failure, seen).round(2), e=failure <= seen)
    truth = {"harrell_c": concordance(whole, "s", "t", "e")[0].value or 0.0}
    truth |= {"auc_by_time": auc(rows(s=score, y=failure <= 3), "s", "y")[0].value or 0.0}

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        score, failure, seen = forms(random, n)
        table = rows(s=score, t=np.minimum(failure, seen), e=failure <= seen)
        return concordance(table, "s", "t", "e") + auc_by_time(table, "s", "t", "e", horizons=[3])

    return World(told="exponential times, followed for 1 to 9", n=n, draw=draw, truth=truth)


def windows(whole: int, short: int) -> World:
    """Base rates of forms with the whole window and of those cut short."""

    def draw(random: np.random.Generator) -> Iterable[Estimate]:
        hits = random.binomial([whole, short], [0.3, 0.12])
        days, y = np.array(["2023-01-01", "2024-12-01"] * 2, dtype=object), np.array([1.0, 1, 0, 0])
        number = np.array([*hits, whole - hits[0], short - hits[1]])
        table = Counts(columns=("day", "y"), values=(days, y), number=number)
        return follow_up_audit(table, "day", "y", window_days=180, closed="2024-12-31")

    truth = {"cut_short_difference": 0.18}
    return World(told=f"{whole} whole windows, {short} cut short", n=whole + short, draw=draw, truth=truth)


def worlds() -> list[World]:
    return [
        two_scores(150, 0.3, 1.0, 0.7),
        at_a_cut_off(100, 0.3, 1.0),
        alarms(200, 0.3, 1.5, 0.06, 300),
        probabilities(300),
        given_predictions(300),
        redrawn_scores(200, 0.3, 1.2),
        teams(12, 25),
        teams(40, 25),
        predictions_of_teams(12, 25),
        predictions_of_teams(40, 25),
        followed(200),
        windows(80, 60),
    ]


if __name__ == "__main__":
    keep(row for world in worlds() for row in lines(world, asked()))
