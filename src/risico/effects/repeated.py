"""Several moments of the same people, members of families: does the course differ between those helped and others?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import MINIMUM, Array, Clusters, Index, read_arm, read_clusters, read_outcome, read_profile
from risico.effects._intervals import SETTLED, t_estimate, t_quantile
from risico.effects._means import mean_estimate
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import Design, cr2, degrees, design, number_clusters, wald
from risico.numbers.log_linear import log_linear
from risico.numbers.nested import Components, Nested, components, whiten
from risico.numbers.ols import least_squares

ARMS = ("comparison", "helped")
LAIRD = "Laird & Ware (1982); Bell & McCaffrey (2002)"
LIANG = "Liang & Zeger (1986); Bell & McCaffrey (2002)"
NO_SPREAD = "the answers are the same within each arm and moment, so their spread is not known"
NO_YES = "nobody, in an arm at one of the moments, so there is no ratio"
TOO_MANY = "too few clusters to compare this many moments"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What is known, one row per person and moment: outcome `y`, place `t` of the moment, helped `z`."""

    y: Array
    t: Index
    z: Array
    of: Nested
    clusters: Clusters
    words: str
    moments: tuple[str, ...]
    confidence: float
    minimum: int

    @property
    def people(self) -> int:
        return len(np.unique(self.of.person))

    @property
    def X(self) -> Array:
        """A mean per moment, the difference of the arms at the start, and how much it has changed at each later one."""
        at = np.eye(len(self.moments))[self.t]
        return np.column_stack([at, self.z, at[:, 1:] * self.z[:, None]])

    @property
    def contrasts(self) -> Array:
        """Which of the columns of X are the changes of the difference, shape (T - 1, k)."""
        T = len(self.moments)
        return np.eye(2 * T)[T + 1 :]

    @property
    def cannot(self) -> str | None:
        """Why the courses cannot be compared, or None."""
        for arm in (0, 1):
            mine = self.z == arm
            start = np.unique(self.of.person[mine & (self.t == 0)])
            for place in range(1, len(self.moments)):
                if np.isin(self.of.person[mine & (self.t == place)], start).sum() < self.minimum:
                    return f"fewer than {self.minimum} people of an arm are known at the start and later"
        _, residuals = least_squares(y=self.y, X=self.X)
        return NO_SPREAD if np.abs(residuals).max() < 1e-12 * max(float(np.abs(self.y).max()), 1.0) else None


def repeated(
    *,
    outcome: ArrayLike,
    moment: ArrayLike,
    helped: ArrayLike,
    person: ArrayLike,
    moments: Sequence[str],
    family: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return how the course over several moments differs between people who were helped and others.

    One value per person and moment in each argument: `outcome` a number or 0 / 1, blank where not known; `moment` one
    of `moments`, which are in order and begin with the start; `helped` (0, 1) the same at each moment of a person;
    `family` when members of one family take part, `cluster` the worker, team or region of the whole family.

    Estimates: `wave_known`, the share of people with an answer at each moment, of all who are in the table;
    `wave_mean`, as it is, by arm and moment; `start_difference` between the arms at the start; `course_difference` at
    each later moment: how much more those helped changed since the start than the others (0 when both changed alike);
    `course_p`, the test that this is 0 at every moment; `variance_part`, how much of the spread is between families,
    between people and between moments. For yes or no also `course_ratio`: how many times as large the ratio of those
    helped to the others has become since the start.

    The differences are from a linear mixed model (intercepts for families and people, REML); for yes or no this is a
    generalised estimating equation with that correlation. Their errors do not rest on it: CR2 over the clusters, or
    over families without those, with Satterthwaite's degrees of freedom, and Hotelling's for the test. People with a
    missed moment stay in by the moments they have: without bias when what was answered tells enough of why not more.

    Sources: Laird & Ware (1982); Liang & Zeger (1986); Bell & McCaffrey (2002); Pustejovsky & Tipton (2018).
    Raises Refused when there is neither a cluster nor a reason why, or a family lies in two clusters; UsageError for a
    person who stands twice at one moment or in both arms, and for a moment that is not in `moments`.

    >>> rng = np.random.default_rng(1)
    >>> person, moment = np.repeat(np.arange(60), 3), np.tile(["T0", "T1", "T2"], 60)
    >>> helped = (person % 2).astype(float)
    >>> score = 10 + rng.normal(0, 2, 60)[person] - 3 * helped * (moment != "T0") + rng.normal(0, 1, 180)
    >>> told = {"person": person, "moments": ("T0", "T1", "T2"), "why_no_cluster": "drawn one by one"}
    >>> found = repeated(outcome=score, moment=moment, helped=helped, **told)
    >>> [round(e.value) for e in found if e.name == "course_difference"], found["course_p"].value < 0.001
    ([-3, -3], True)
    """
    check_confidence(confidence)
    z = read_arm("helped", helped)
    y, n = read_outcome(outcome, len(z)), len(z)
    t = _places(read_profile(moment, n), tuple(moments))
    people, families = _members(person, family, n)
    clusters = read_clusters(cluster, why_no_cluster, n)
    _consistent(people, families, t, z, clusters)
    shared = Clusters(families) if clusters.index is None else clusters
    words = f"{shared.words} of families (no others: {clusters.why})" if clusters.index is None else shared.words
    known = ~np.isnan(y)
    rows = _Rows(
        y=y[known],
        t=t[known],
        z=z[known],
        of=Nested(number_clusters(people[known]), number_clusters(families[known])),
        clusters=shared.take(known),
        words=words.replace("clusters of families", "families"),
        moments=tuple(moments),
        confidence=confidence,
        minimum=minimum,
    )
    return Estimates([*_known(people, t, z, known, rows.moments), *_means(rows), *_courses(rows)])


def _places(moment: np.ndarray, moments: tuple[str, ...]) -> Index:
    if len(moments) < 2 or len(set(moments)) < len(moments):
        raise UsageError("moments: name at least two, each once, in order and beginning with the start.")
    if not np.isin(moment, moments).all():
        raise UsageError(f"moment: holds something that is not among {', '.join(moments)}. Leave those rows out.")
    return np.array([moments.index(name) for name in moment.tolist()], dtype=np.intp)


def _members(person: ArrayLike, family: ArrayLike | None, n: int) -> tuple[Index, Index]:
    """Return the person and the family of each row, numbered; a person without a family is one."""
    names = read_profile(person, n)
    if (names == "").any():
        raise UsageError("person: blank on some rows. Without it, two moments of one person look like two people.")
    people = number_clusters(names)
    if family is None:
        return people, people
    homes = read_profile(family, n)
    if (homes == "").any():
        raise UsageError("family: blank on some rows. Give each person a family, if need be one of their own.")
    families = number_clusters(homes)
    return number_clusters(np.unique(np.column_stack([families, people]), axis=0, return_inverse=True)[1]), families


def _consistent(people: Index, families: Index, t: Index, z: Array, clusters: Clusters) -> None:
    if len(np.unique(np.column_stack([people, t]), axis=0)) < len(t):
        raise UsageError("person: somebody stands twice at one moment. One answer per person and moment is needed.")
    if len(np.unique(np.column_stack([people, z]), axis=0)) > people.max() + 1:
        raise UsageError("helped: somebody is in both arms. What an arm is must be settled at the start.")
    if clusters.index is not None:
        pairs = np.unique(np.column_stack([families, clusters.index]), axis=0)
        if len(pairs) > families.max() + 1:
            raise Refused(
                "cluster: some families lie in two clusters, so these are not independent of each other.\n"
                "Take the worker or team at the start for all moments, or a larger cluster: the team, the region."
            )


def _known(people: Index, t: Index, z: Array, known: np.ndarray, moments: tuple[str, ...]) -> list[Estimate]:
    """Return the share of all people of an arm that have an answer at each moment."""
    method = "share of all people of this arm with an answer at this moment"
    found: list[Estimate] = []
    for arm in (1, 0):
        n = len(np.unique(people[z == arm]))
        for place, name in enumerate(moments):
            share = float((known & (z == arm) & (t == place)).sum()) / n
            by = {"moment": name, "arm": ARMS[arm]}
            found.append(Estimate(name="wave_known", value=share, n=n, method=method, by=by))
    return found


def _means(rows: _Rows) -> list[Estimate]:
    """Return the mean of each arm at each moment, as it is."""
    found: list[Estimate] = []
    for arm in (1, 0):
        for place, name in enumerate(rows.moments):
            mine, by = (rows.z == arm) & (rows.t == place), {"moment": name, "arm": ARMS[arm]}
            clusters = rows.clusters.take(mine)
            few = mine.sum() < rows.minimum or (clusters.index is not None and clusters.index.max() == 0)
            if few:
                why = f"fewer than {rows.minimum} people, or all of one cluster, have an answer"
                found.append(Estimate(name="wave_mean", n=int(mine.sum()), by=by, why=why))
                continue
            mean = mean_estimate("wave_mean", rows.y[mine], clusters, rows.confidence, "mean, as it is")
            found.append(replace(mean, by=by))
    return found


def _courses(rows: _Rows) -> list[Estimate]:
    """Return the differences between the arms and how they change."""
    yes = bool(np.isin(rows.y, (0.0, 1.0)).all())
    names = ("start_difference", "course_difference", "course_p", "variance_part", *(["course_ratio"] if yes else []))
    if why := rows.cannot:
        return [Estimate(name=name, n=rows.people, why=why) for name in names]
    X, T = rows.X, len(rows.moments)
    parts = components(rows.y, X, rows.of)
    turned = whiten(np.column_stack([X, rows.y]), rows.of, parts.ratios)
    beta, residuals = least_squares(y=turned[:, -1], X=turned[:, :-1])
    of = design(X=turned[:, :-1], cluster=rows.clusters.index)
    V, eye = cr2(of, residuals), np.eye(2 * T)
    scale = "risk difference, estimating equation" if yes else "difference in means, linear mixed model"
    labels = [("start_difference", T, rows.moments[0], f"arms at the start, {scale}, {rows.words}")]
    how = f"difference in change since the start, {scale}, {rows.words}"
    labels += [("course_difference", T + place, rows.moments[place], how) for place in range(1, T)]
    found = [
        t_estimate(
            name=name,
            value=float(beta[k]),
            se=float(V[k, k]) ** 0.5,
            df=degrees(of, eye[[k]]),
            n=rows.people,
            confidence=rows.confidence,
            method=method,
            source=LIANG if yes else LAIRD,
            by={"moment": moment},
        )
        for name, k, moment, method in labels
    ]
    return [*found, _test(rows, beta, V, of), *_parts(rows, parts), *(_ratios(rows) if yes else [])]


def _test(rows: _Rows, beta: Array, V: Array, of: Design) -> Estimate:
    C, method = rows.contrasts, f"Wald test of one course for both arms, {rows.words}"
    eta = degrees(of, C)
    p = wald(theta=beta, V=V, C=C, eta=eta)[1] if eta > 0 else None
    if p is None:
        return Estimate(name="course_p", n=rows.people, method=method, why=TOO_MANY)
    method = f"{method}, F({len(C)}, {eta - len(C) + 1:.1f})"
    return Estimate(name="course_p", value=p, n=rows.people, method=method, source="Pustejovsky & Tipton (2018)")


def _parts(rows: _Rows, found: Components) -> list[Estimate]:
    """Return what part of the spread lies between families, between people, and between moments of one person."""
    whole = found.family + found.person + found.residual
    each = {"family": found.family, "person": found.person, "moment": found.residual}
    method, source = "part of the variance, restricted maximum likelihood", "Patterson & Thompson (1971)"
    return [
        Estimate(
            name="variance_part", value=value / whole, n=rows.people, method=method, source=source, by={"part": part}
        )
        for part, value in each.items()
    ]


def _ratios(rows: _Rows) -> list[Estimate]:
    """Return how the ratio of both arms changed since the start, each moment weighing as it is."""
    T, name = len(rows.moments), "course_ratio"
    cells = [rows.y[(rows.z == arm) & (rows.t == place)].sum() for arm in (0, 1) for place in range(T)]
    if min(cells) == 0:
        return [Estimate(name=name, n=rows.people, why=NO_YES)]
    fitted = log_linear(y=rows.y, X=rows.X, followed=np.ones(len(rows.y)), cluster=rows.clusters.index)
    V = cr2(fitted.of, fitted.residuals)
    return [_ratio(rows, float(fitted.beta[T + p]), float(V[T + p, T + p]) ** 0.5, fitted.of, p) for p in range(1, T)]


def _ratio(rows: _Rows, log: float, se: float, of: Design, place: int) -> Estimate:
    """Return the ratio of ratios at one moment from its logarithm."""
    name, by, df = "course_ratio", {"moment": rows.moments[place]}, degrees(of, rows.contrasts[[place - 1]])
    method = f"ratio of ratios since the start, Poisson working model, {rows.words}"
    if df == 0:
        return Estimate(name=name, n=rows.people, by=by, why=SETTLED)
    half = t_quantile((1 - rows.confidence) / 2, df) * se
    return Estimate(
        name=name,
        value=exp(log),
        low=exp(log - half),
        high=exp(log + half),
        confidence=rows.confidence,
        se=exp(log) * se,
        n=rows.people,
        method=f"{method}, t with {df:.1f} degrees of freedom on the log scale",
        source=LIANG,
        by=by,
    )
