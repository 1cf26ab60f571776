"""Before and after, of the same people: change, and what changes by itself. What the change is due to it cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import MINIMUM, Array, Clusters, Rows, read_arm, read_clusters, read_outcome
from risico.effects._intervals import t_quantile
from risico.effects._means import ERRORS, mean_estimate, mean_of, share_estimate
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.change import classes, s_diff
from risico.numbers.peak import Entry, linear_peak, normal_peak

JACOBSON = "Jacobson & Truax (1991)"
CHANGES = ("worse", "within_error", "improved")
"""How somebody can have changed, the worse first."""
NO_POPULATION = "the mean and spread of the people they came from are not given"
NO_ENTRY = "there is no score from which people came in, so the peak cannot be reckoned by the normal distribution"
NO_CORRELATION = "the correlation of two moments without help is not given"
NO_COURSE = "nobody without this help was followed, so what would have changed by itself is not known"
TOO_FEW_OTHERS = "too few people without this help have both scores, so what changes by itself is not known"
ROUNDING = 1e-10  # a spread this small beside the scores themselves is only rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """Two scores of each person, with what is known of where they came from; `way` is 1 when high is worse."""

    before: Array
    after: Array
    clusters: Clusters
    way: int
    confidence: float

    def take(self, rows: Rows) -> _Pairs:
        """Return these people only."""
        before, after, clusters = self.before[rows], self.after[rows], self.clusters.take(rows)
        return _Pairs(before=before, after=after, clusters=clusters, way=self.way, confidence=self.confidence)

    @property
    def n(self) -> int:
        return len(self.before)


def before_after(
    *,
    before: ArrayLike,
    after: ArrayLike,
    reliability: float,
    better: Literal["high", "low"],
    entry: float | None = None,
    population: tuple[float, float] | None = None,
    correlation: float | None = None,
    helped: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return how people changed, and beside it what would have changed by itself. Change, and nothing about its cause.

    `before` and `after` are scores of the same people, blank where not known. `reliability` is that of the score
    between two moments without change; `better` says which end is better. `entry` is the score from which people came
    in (only they count), `population` the mean and standard deviation of the people they came from, `correlation` that
    of two moments without help. `helped` (0, 1) says who had the help, when others without it were followed too: what
    changed among those is the natural course.

    Estimates, the worse first: `followed_up`, the share of those with a first score who have a second; `change_needed`,
    in points; `people_changed` by change, the shares that got worse, stayed within the error and improved;
    `mean_change`; `peak_change` and `peak_change_linear`, the mean change to expect from entering at a peak alone, with
    the range in which the mean of so many people then lies; `natural_change` of the others. Each says why when it is
    not there.

    The error of measurement is taken from `population` when it is given: who came in at a peak are more alike than the
    people among whom the reliability was found, and their own spread would make it too small.

    Sources: Jacobson & Truax (1991); James (1973); Davis (1976); Bell & McCaffrey (2002).
    Raises Refused when there is neither a cluster nor a reason why, UsageError for numbers that cannot be.

    >>> before, after = [20, 18, 15, 19, 17] * 4, [12, 17, 16, 18, 25] * 4
    >>> found = before_after(before=before, after=after, reliability=0.8, better="low", why_no_cluster="each once")
    >>> [(e.by["change"], e.value) for e in found if e.name == "people_changed"], round(found["mean_change"].value, 2)
    ([('worse', 0.2), ('within_error', 0.6), ('improved', 0.2)], -0.2)
    """
    check_confidence(confidence)
    _check(reliability, better, population, correlation)
    first = read_outcome(before, len(np.atleast_1d(np.asarray(before))), name="before")
    second = read_outcome(after, len(first), name="after")
    way = 1 if better == "low" else -1
    clusters = read_clusters(cluster, why_no_cluster, len(first))
    everybody = _Pairs(before=first, after=second, clusters=clusters, way=way, confidence=confidence)
    came_in = ~np.isnan(first) if entry is None else way * first >= way * entry
    had = np.ones(len(first), dtype=bool) if helped is None else read_arm("helped", helped, len(first)) == 1
    asked = everybody.take(came_in & had)
    pairs = asked.take(~np.isnan(asked.after))
    found = [_followed(asked), *_people(pairs, reliability, population, minimum)]
    came = Entry(*population, entry, way) if population and entry is not None else None
    found += [_peak(pairs, reliability, came, population, minimum), _line(pairs, correlation, population, minimum)]
    return Estimates([*found, _natural(everybody.take(came_in & ~had & ~np.isnan(second)), helped is None, minimum)])


def _check(reliability: float, better: str, population: tuple[float, float] | None, correlation: float | None) -> None:
    if not 0 < reliability < 1:
        raise UsageError(f"reliability: lies between 0 and 1, not at {reliability}. Take that of two moments.")
    if better not in ("high", "low"):
        raise UsageError(f"better: this is high or low, the end of the score that is better, and not {better!r}.")
    if population is not None and not population[1] > 0:
        raise UsageError(f"population: a mean and a standard deviation above 0; this one is {population[1]:g}.")
    if correlation is not None and not -1 < correlation < 1:
        raise UsageError(f"correlation: lies between -1 and 1, not at {correlation}.")


def _followed(asked: _Pairs) -> Estimate:
    n, method = asked.n, "share with a second score, of the people with a first"
    if not n:
        return Estimate(name="followed_up", n=0, method=method, why="nobody has a first score")
    return Estimate(name="followed_up", value=float((~np.isnan(asked.after)).mean()), n=n, method=method)


def _few(pairs: _Pairs, minimum: int) -> str | None:
    """Return why these people are too few to say anything of, or None."""
    if pairs.n < minimum:
        return f"fewer than {minimum} people have both scores"
    index = pairs.clusters.index
    if index is not None and len(np.unique(index)) < 2:
        return "everybody belongs to one cluster, so chance and cluster cannot be told apart"
    return None


def _people(pairs: _Pairs, reliability: float, population: tuple[float, float] | None, minimum: int) -> list[Estimate]:
    """Return the change that counts, who changed more than that, and the mean."""
    if why := _few(pairs, minimum):
        return [Estimate(name=name, n=pairs.n, why=why) for name in ("change_needed", "people_changed", "mean_change")]
    change = pairs.after - pairs.before
    mean = mean_estimate("mean_change", change, pairs.clusters, pairs.confidence, "mean change, after minus before")
    sd = population[1] if population else float(pairs.before.std(ddof=1))
    if sd <= ROUNDING * float(np.abs(pairs.before).max()):
        same = "everybody has the same first score, so the error of measurement cannot be told from it"
        return [*(Estimate(name=n, n=pairs.n, why=same) for n in ("change_needed", "people_changed")), mean]
    error, z = s_diff(sd=sd, reliability=reliability), t_quantile((1 - pairs.confidence) / 2, np.inf)
    whose = "the people they came from" if population else "the first moment"
    how = f"reliable change, z = {z:.2f}, reliability {reliability:g}, SD of {whose}"
    needed = Estimate(name="change_needed", value=z * error, n=pairs.n, method=how, source=JACOBSON)
    found = classes(gain=-pairs.way * change, after=pairs.after, error=error, z=z, better=-pairs.way, cut=None)
    shares = [
        share_estimate(
            "people_changed",
            (found == k).astype(float),
            pairs.clusters,
            confidence=pairs.confidence,
            method=f"share, {how}",
            source=JACOBSON,
            by={"change": kind},
        )
        for k, kind in enumerate(CHANGES)
    ]
    return [needed, *shares, mean]


def _peak(
    pairs: _Pairs, reliability: float, came: Entry | None, population: tuple[float, float] | None, minimum: int
) -> Estimate:
    """Return the mean change that entering beyond a cut-off gives by itself, if scores are normal."""
    method = "expected from entering at a peak alone, normal scores cut off at the entry"
    why = _few(pairs, minimum) or (None if population else NO_POPULATION) or (None if came else NO_ENTRY)
    if why or came is None:
        return Estimate(name="peak_change", n=pairs.n, method=method, source="James (1973)", why=why)
    value = normal_peak(came, reliability)
    return _around(pairs, "peak_change", value, pairs.after - pairs.before, f"{method} {came.cut:g}", "James (1973)")


def _line(pairs: _Pairs, correlation: float | None, population: tuple[float, float] | None, minimum: int) -> Estimate:
    """Return the mean change to expect from where people began, whatever the shape of the scores."""
    method = "expected from where people began alone, on the line of two moments without help"
    none = NO_POPULATION if population is None else NO_CORRELATION if correlation is None else None
    why = _few(pairs, minimum) or none
    if why or population is None or correlation is None:
        return Estimate(name="peak_change_linear", n=pairs.n, method=method, source="Davis (1976)", why=why)
    each = linear_peak(pairs.before, population[0], correlation)
    beyond = pairs.after - pairs.before - each
    method = f"{method}, correlation {correlation:g}"
    return _around(pairs, "peak_change_linear", float(each.mean()), beyond, method, "Davis (1976)")


def _around(pairs: _Pairs, name: str, value: float, spread: Array, method: str, source: str) -> Estimate:
    """Return an expected mean with the range in which the mean of so many people would lie."""
    mean = mean_of(spread, pairs.clusters)
    half = t_quantile((1 - pairs.confidence) / 2, mean.df) * mean.se
    return Estimate(
        name=name,
        value=value,
        low=value - half,
        high=value + half,
        confidence=pairs.confidence,
        se=mean.se,
        n=pairs.n,
        method=f"{method}; range of the mean of so many people, {pairs.clusters.words}",
        source=f"{source}; {ERRORS}",
    )


def _natural(others: _Pairs, nobody: bool, minimum: int) -> Estimate:
    """Return the mean change of who did not have this help and came in at the same score."""
    method = "mean change of people without this help, after minus before"
    why = NO_COURSE if nobody else TOO_FEW_OTHERS if _few(others, minimum) else None
    if why:
        return Estimate(name="natural_change", n=None if nobody else others.n, method=method, why=why)
    return mean_estimate("natural_change", others.after - others.before, others.clusters, others.confidence, method)
