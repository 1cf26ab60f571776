"""Do raters who look at the same thing choose the same level? Every number from counts of ratings per unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import agreement as numbers
from risico.numbers import intervals
from risico.numbers.agreement_redraws import drawn, drawn_clusters, expanded
from risico.reliability.coefficients import SCALES, USUAL, Kind, Scale, Table, Weights, check_weights, kinds, scaled
from risico.reliability.raters import only_raters
from risico.reliability.units import blank, coded
from risico.tally import Counts, count

Array = NDArray[np.float64]

MOST_LEVELS = 100
FEWEST_REDRAWS, USUAL_REDRAWS = 100, 2_000
FEWEST_CLUSTERS = 8
ONE_LEVEL = "every rating is the same level, so agreement beyond chance has no meaning"
ALIKE = "raters agreed to the same extent on every unit, so the spread says nothing about other units"
FULL = "every pair of ratings agreed, so the spread says nothing about other units"
ALL_ALIKE = "the weights call every two levels that were chosen full agreement, so agreement has no meaning"


def agreement(
    ratings: Any,
    columns: Sequence[str] | None = None,
    *,
    scale: Scale = "nominal",
    levels: Sequence[Any] | None = None,
    weights: Weights | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    redraws: int = 0,
    seed: int = 1,
) -> Estimates:
    """Agreement of two or more raters about units in levels; ratings may be missing.

    `ratings` has one row per unit and one column per rater: any frame or table, or Counts (`risico.tally.ratings` makes
    them from one row per form). `columns` names the raters (all, if none; a key such as `case` among them raises
    UsageError). `levels` lists the possible levels from low to high: needed for text on a scale above nominal and for
    weights of your own, and good when some level was never chosen, because AC1, AC2, Brennan-Prediger and
    percent agreement with weights depend on how many there are. A level outside `levels` raises UsageError.

    **The first Estimate is the one to report**: Gwet's AC1 (Gwet 2008), with weights AC2. Levels of risk are seldom
    spread evenly, and where nearly every unit has one level kappa and Krippendorff's alpha fall although raters agree
    (Feinstein & Cicchetti 1990); AC1 and AC2 stay stable there (Wongpakaran et al. 2013; Quarfoot & Levine 2016) and
    take any number of raters and missing ratings. They can be high while a rare level is never agreed on (Vach & Gerke
    2023): read them beside `agreement_by_level`, and do not use limits that were made for kappa.

    `weights` says how far two levels agree: `identity` (only the same level counts), `linear` and `quadratic` by the
    values of the levels, `ordinal` by the number of pairs of levels between them (Gwet 2014), or a matrix of shape
    (levels, levels), named `custom`. None takes those of the scale: identity, ordinal, quadratic, quadratic. The names
    of coefficients with weights end in them (`gwet_ac2_linear`); those without follow.

    Behind it stand `percent_agreement`, `fleiss_kappa` (1971; units rated once count for chance only), `conger_kappa`
    (1980), `brennan_prediger` (1981) and `krippendorff_alpha` (nominal; 2011), whose scales have names of their own:
    `…_ordinal`, `…_interval` (quadratic weights) and `…_ratio`, each from that scale upward; and for two raters, on
    units rated by both, `scott_pi` (1955), `cohen_kappa` (1960; above nominal also linear and quadratic) and for two
    levels `pabak` (1993). Values of text are the places in `levels`.

    Standard errors are analytic (Gwet 2014; Cohen's: Fleiss, Cohen & Everitt 1969), intervals Student's t. Where units
    were rated once, that of percent agreement is too wide: Gwet's counts them as if agreement there were 0. With
    `redraws` (100 or more; 1,000 is usual) they come from drawing the units anew so many times, with the percentiles as
    interval (Efron 1979), and the method says so. Both are about other units that these raters would rate, and take
    units as independent of each other. Where units of one team or region resemble each other `cluster` names the column
    that tells them apart, beside those of the raters (`independent_ratings` keeps it). Then clusters are drawn anew
    with all their units (2,000 times, where `redraws` names no other number) and the percentiles are expanded for few
    clusters (Hesterberg 2015): from 8 clusters on they hold as often as they say, where intervals by unit held the
    truth in 8 of 10 samples (benchmarks/coverage_agreement.py).

    >>> found = agreement({"ann": [1, 2, 2, 3, 3], "bob": [1, 2, 3, 3, None]}, levels=[1, 2, 3])
    >>> found[0]
    gwet_ac1 0.6377 [-0.3998, 1], n = 5
    >>> [(e.name, round(e.value, 4)) for e in found[1:4]]
    [('percent_agreement', 0.75), ('fleiss_kappa', 0.5968), ('conger_kappa', 0.6154)]
    >>> agreement({"ann": [1, 2, 3], "bob": [1, 3, 3]}, scale="ordinal", weights="linear")[0].name
    'gwet_ac2_linear'
    """
    if scale not in SCALES:
        raise UsageError(f"There is no scale {scale!r}; choose one of: {', '.join(SCALES)}.")
    check_confidence(confidence)
    if redraws and redraws < FEWEST_REDRAWS:
        raise UsageError(f"{redraws} redraws say nothing about an interval; take {FEWEST_REDRAWS} or more, or 0.")
    kind, own = check_weights(weights, scale, levels)
    table = rated(ratings, columns, scale=scale, levels=levels, cluster=cluster)
    redraws = USUAL_REDRAWS if cluster is not None and not redraws else redraws
    wanted = {name: Job(kind, _impossible(table, kind)) for name, kind in kinds(scale, kind).items()}
    again = _redrawn(table, wanted, own, redraws, seed, cluster) if redraws else None
    return Estimates(_estimate(name, table, job, own, confidence, again) for name, job in wanted.items())


class Job(NamedTuple):
    """A coefficient, and why these ratings have none."""

    kind: Kind
    why: str | None


class Redrawn(NamedTuple):
    """Values of each coefficient for the redraws that have one, how it is told, and of how many clusters, if of any."""

    values: dict[str, Array]
    told: str
    clusters: int | None = None


def one_coefficient(table: Table, name: str, scale: Scale, confidence: float, *, by: Mapping[str, str]) -> Estimate:
    """Return one coefficient of a table of ratings, with the usual weights of the scale."""
    kind = kinds(scale, USUAL[scale])[name]
    found = _estimate(name, table, Job(kind, _impossible(table, kind)), None, confidence, None)
    return replace(found, by=by)


def rated(
    ratings: Any,
    columns: Sequence[str] | None,
    *,
    scale: Scale = "nominal",
    levels: Sequence[Any] | None = None,
    cluster: str | None = None,
) -> Table:
    """Count ratings and put them in a table of units by level; raises UsageError for what are no levels."""
    counts = count(ratings, columns if columns is None or cluster is None else [*columns, cluster])
    raters = [name for name in counts.columns if name != cluster]
    only_raters(raters, columns)
    known = known_levels(counts.select(raters), scale, levels)
    if len(known) > MOST_LEVELS:
        raise UsageError(
            f"{len(known)} different ratings are scores, not levels. Use icc() for scores, or their bands."
        )
    return _table(counts, raters, known, None if cluster is None else _clusters(counts, raters, cluster))


def _clusters(counts: Counts, raters: Sequence[str], cluster: str) -> NDArray[np.int64]:
    """Return the number of the cluster of each distinct unit; one that nobody rated may be of none."""
    if cluster not in counts.columns:
        raise UsageError(f"There is no column '{cluster}' that says to which cluster a unit belongs.")
    column = counts.column(cluster)
    unrated = np.all([blank(counts.column(name)) for name in raters], axis=0)
    missing = int(counts.number[blank(column) & ~unrated].sum())
    if missing:
        raise UsageError(
            f"{missing} units have a blank in '{cluster}', so it is unknown which others they resemble.\n"
            "Fill it in or leave those units out."
        )
    return coded(column)[1]


def known_levels(counts: Counts, scale: Scale, levels: Sequence[Any] | None) -> list[Any]:
    """Return the levels from low to high; refuses what cannot be put in order or lies outside the levels named."""
    seen: set[Any] = set()
    for column in counts.values:
        seen |= {value for value in column.tolist() if value is not None and value == value}
    text = {value for value in seen if isinstance(value, str)}
    if levels is None:
        if text and scale != "nominal":
            raise UsageError("Levels in words have no order of their own. List them from low to high in `levels`.")
        return sorted(seen, key=lambda value: (isinstance(value, str), value))
    known = [level if isinstance(level, str) else float(level) for level in levels]
    if len(set(known)) < len(known):
        raise UsageError("A level occurs twice in `levels`.")
    if seen - set(known):
        raise UsageError(
            f"{len(seen - set(known))} levels were chosen that `levels` does not list; "
            f"it lists: {', '.join(str(level) for level in levels)}."
        )
    return known


def _table(counts: Counts, names: Sequence[str], levels: list[Any], cluster: NDArray[np.int64] | None = None) -> Table:
    place = {level: i for i, level in enumerate(levels)}
    raters = tuple(
        np.array([place.get(value, -1) for value in counts.column(name).tolist()], dtype=np.int64) for name in names
    )
    r = np.zeros((len(counts.number), len(levels)))
    for chosen in raters:
        some = np.flatnonzero(chosen >= 0)
        np.add.at(r, (some, chosen[some]), 1.0)
    any_rating = r.sum(axis=1) > 0
    number = counts.number[any_rating].astype(np.float64)
    nobody = int(counts.number[~any_rating].sum())
    chosen = tuple(chosen[any_rating] for chosen in raters)
    groups = None if cluster is None else np.unique(cluster[any_rating], return_inverse=True)[1].astype(np.int64)
    return Table(*scaled(levels), r[any_rating], number, chosen, nobody, groups)


def _impossible(table: Table, kind: Kind) -> str | None:
    """Say why these ratings have no such coefficient, as far as that is known before it is computed."""
    raters, q = len(table.raters), len(table.values)
    if kind.two and raters != 2:
        name = "PABAK" if kind.method.startswith("PABAK") else kind.method.split(",")[0]
        return f"{name} is for two raters and there are {raters}; Fleiss' and Brennan-Prediger take any number"
    if kind.two and not table.both().any():
        return "no unit was rated by both"
    if not (table.r.sum(axis=1) >= 2).any():
        return "no unit has two ratings"
    if kind.method.startswith("PABAK") and q != 2:
        return f"PABAK is for two levels and there are {q}; Brennan-Prediger takes any number"
    if kind.compute in (numbers.ac, numbers.brennan_prediger) and q < 2:
        return ONE_LEVEL
    if kind.weights == "ratio" and (table.values < 0).any():
        return "a ratio scale has no levels below 0"
    return None


def _redrawn(
    table: Table, wanted: dict[str, Job], own: Array | None, redraws: int, seed: int, cluster: str | None
) -> Redrawn:
    """Every coefficient for many draws of the units, or of the clusters with all their units."""
    jobs = {name: job.kind for name, job in wanted.items() if job.why is None}
    weights = {name: table.weights(kind.weights, own) for name, kind in jobs.items()}
    found: dict[str, list[Array]] = {name: [] for name in jobs}
    if jobs:
        for C in _draws(table, redraws, seed):
            for name, kind in jobs.items():
                found[name].append(kind.values(table, C, weights[name]))
    values = {name: np.concatenate(parts) for name, parts in found.items()}
    clusters = None if table.cluster is None else int(table.cluster.max(initial=-1)) + 1
    told = f"{redraws:,} redraws of {'units' if clusters is None else f'{clusters} {cluster}'} (seed {seed})"
    return Redrawn({name: one[np.isfinite(one)] for name, one in values.items()}, told, clusters)


def _draws(table: Table, redraws: int, seed: int) -> Iterator[Array]:
    if table.cluster is None:
        return drawn(c=table.c, redraws=redraws, seed=seed)
    return drawn_clusters(c=table.c, cluster=table.cluster, redraws=redraws, seed=seed)


def _estimate(
    name: str, table: Table, job: Job, own: Array | None, confidence: float, again: Redrawn | None
) -> Estimate:
    kind, why = job
    if why is not None:
        return Estimate(name=name, why=why)
    found = kind.value(table, table.weights(kind.weights, own))
    if not np.isfinite(found.value):
        chosen = int((table.r.sum(axis=0) > 0).sum())
        return Estimate(name=name, why=ALL_ALIKE if kind.weights == "custom" and chosen > 1 else ONE_LEVEL)
    method = kind.method
    if kind.compute in (numbers.ac, numbers.brennan_prediger):
        method += f"; {len(table.values)} levels"
    method += f"; {table.nobody} units that nobody rated left out" if table.nobody else ""
    end = Estimate(name=name, value=found.value, n=found.n, method=method, source=kind.source)
    if full(table):
        return replace(end, why=FULL)
    bounded = 0.0 if kind.compute is numbers.percent else None
    if again is None:
        return with_interval(end, found, confidence, least=bounded)
    return _with_percentiles(end, again.values[name], again, confidence)


def full(table: Table) -> bool:
    """Return whether every unit that was rated more than once got one level only."""
    paired = table.r[table.r.sum(axis=1) >= 2]
    return bool(((paired > 0).sum(axis=1) == 1).all())


def with_interval(
    estimate: Estimate, found: numbers.Coefficient, confidence: float, *, least: float | None = None
) -> Estimate:
    """Add the analytic standard error and Student's interval, at most 1; or the reason why there is none."""
    value, se, n, df = found
    if n < 2 or not se > 1e-12:
        return replace(estimate, why="one unit has no spread, so no interval" if n < 2 else ALIKE)
    low, high = intervals.student(value=value, se=se, df=df, confidence=confidence)
    low = low if least is None else max(low, least)
    return replace(estimate, low=low, high=min(high, 1.0), confidence=confidence, se=se)


def _with_percentiles(estimate: Estimate, values: Array, again: Redrawn, confidence: float) -> Estimate:
    G = again.clusters
    if G is not None and G < FEWEST_CLUSTERS:
        return replace(estimate, why=f"there are {G} clusters, and an interval takes {FEWEST_CLUSTERS} or more")
    if len(values) < FEWEST_REDRAWS or not values.std() > 1e-12:
        return replace(estimate, why="too few redraws differ or have a value, so no interval")
    if G is None:
        kind, (low, high) = "percentile", np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    else:
        kind, (low, high) = "expanded percentile", expanded(values=values, clusters=G, confidence=confidence)
    method = f"{estimate.method}; {kind} interval, {again.told}, of which {len(values):,} have a value"
    se = float(values.std(ddof=1)) * (1.0 if G is None else (G / (G - 1)) ** 0.5)
    return replace(estimate, low=low, high=high, confidence=confidence, se=se, method=method)
