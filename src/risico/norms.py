"""Norms from own data: where a raw score stands among people of the same age and sex, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import intervals
from risico.numbers import norms as numbers
from risico.tally import count

Array = NDArray[np.float64]

LEAST: Final = 10
"""A norm group of fewer people tells about those people."""
WIDEST: Final = 200
AGES: Final = 3
REDRAWS: Final = 500
YEAR: Final = 365.2425

NOBODY: Final = "nobody has both a score and all that makes the norm groups"
FEW: Final = f"fewer than {LEAST} people are in this norm group"
LOWEST: Final = "nobody in the norm group scored this low or lower"
HIGHEST: Final = "nobody in the norm group scored this high or higher"
BELOW: Final = "at this age the score lies below what the norm group shows"
ABOVE: Final = "at this age the score lies above what the norm group shows"
OUTSIDE: Final = "the age lies outside those of the norm group, and norms are never carried further"
CROSSING: Final = "at this age the curves cross, so that a score would have more than one place: no norms here"
ONE_AGE: Final = f"norms that run on with age need at least {AGES} ages; use the percentiles of each age"
THIN: Final = f"an age has fewer than {LEAST} people; take wider ages, such as whole years"
OPEN: Final = "too many redraws have no place for this score, so no interval"

MID: Final = "mid-percentile: below plus half of equal, of those with a score, times 100"
EXACT: Final = "Clopper-Pearson at below plus half of equal"
AREA: Final = "T of the normal distribution at the mid-percentile"
RUNNING: Final = "T where the curve of the age reaches the score; raw on powers of normal score and age, least squares"
LENHARD: Final = "Lenhard & Lenhard (2018)"


class Group(NamedTuple):
    """Distinct scores of one group of people, rising, and how many people had each."""

    by: dict[str, str]
    scores: Array
    c: Array


def percentile_norms(
    forms: Any,
    score: str,
    by: Sequence[str] = (),
    *,
    scores: Sequence[float] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Percentile rank and normalised T of each raw score, apart in each norm group.

    `forms` is any frame or table, or Counts; `score` the column of raw scores and `by` the columns that make norm
    groups (sex, age in years …). `scores` are the raw scores of the table, at most 200: if none, every whole number
    from the lowest to the highest score that anybody had, or for scores that are not whole the scores themselves. Forms
    with a blank in one of these columns are left out and counted in `method`.

    Returns for each group, with the raw score in `at`, `percentile_rank` (0 to 100; the share below plus half the share
    equal) and `t_score` (50 + 10 × the normal quantile of that share: no normal distribution of raw scores is assumed).
    The interval is Clopper and Pearson's at below plus half of equal: it allows for chance in who was in the norm
    group, not for error of measurement, and holds at least as often as it says, since half scores vary less than yes
    and no. Below the lowest and above the highest score there is a percentile of 0 or 100 and no T. A group of fewer
    than 10 people has neither. Such a table tells how many had each score: it is not for readers outside.

    >>> found = percentile_norms({"raw": [1, 2, 2, 3, 3, 3, 4, 4, 4, 6]}, "raw")
    >>> [e.value for e in found if e.name == "percentile_rank"]
    [5.0, 20.0, 45.0, 75.0, 90.0, 95.0]
    """
    check_confidence(confidence)
    groups, left = _groups(forms, score, tuple(by))
    if not groups:
        return Estimates(Estimate(name=name, n=0, why=NOBODY) for name in ("percentile_rank", "t_score"))
    raw = _raw(groups, scores)
    return Estimates(e for group in groups for e in _percentiles(group, raw, left, confidence))


def continuous_norms(
    forms: Any,
    score: str,
    age: str,
    by: Sequence[str] = (),
    *,
    ages: Sequence[float] | None = None,
    scores: Sequence[float] | None = None,
    confidence: float = 0.95,
    seed: int = 1,
) -> Estimates:
    """T of each raw score at each age, from all ages together. Lenhard & Lenhard (2018), the full cubic.

    `age` is a column of ages, as numbers, with at least 10 people at each of at least 3 ages; `by` makes groups (sex)
    that have curves of their own. Within each age people get the normal score of their mid-percentile; raw scores are
    then explained by powers of normal score and age up to the third and their products, by least squares, and the T of
    a raw score is where the curve of that age reaches it. `ages` are the ages of the table (those seen, if none), and
    may lie between those seen; `scores` as in `percentile_norms`.

    Returns `t_score_continuous`, with `by={"age": …}` and the raw score in `at`. The interval is of 500 redraws of
    people within their age. Never carried beyond the ages and normal scores seen; where the curves of an age cross
    there are no norms at that age.

    >>> rng = np.random.default_rng(4)
    >>> age = np.repeat([6.0, 7.0, 8.0, 9.0], 200)
    >>> forms = {"raw": np.round(2 * age + rng.normal(size=800)), "age": age}
    >>> found = continuous_norms(forms, "raw", "age", ages=[7.5])
    >>> round(next(e for e in found if e.at == 15).value)
    50
    """
    check_confidence(confidence)
    groups, left = _groups(forms, score, (*by, age))
    if not groups:
        return Estimates([Estimate(name="t_score_continuous", n=0, why=NOBODY)])
    raw = _raw(groups, scores)
    kinds = list(dict.fromkeys(tuple(group.by[name] for name in by) for group in groups))
    rows = list[Estimate]()
    for kind in kinds:
        own = [group for group in groups if tuple(group.by[name] for name in by) == kind]
        rows += _running(own, dict(zip(by, kind, strict=True)), age, ages, raw, left, confidence, seed)
    return Estimates(rows)


def norm_group(forms: Any, score: str, by: Sequence[str] = (), *, collected: date, on: date) -> Estimates:
    """How many people each norm group has, and how old the norms are on a day, to hold against the COTAN's limits.

    `collected` is the day on which the last norm data were collected, `on` the day on which the norms are used. Returns
    `norm_group_n` for each group and `norms_age_years`; `risico.verdicts` judges both.

    >>> found = norm_group({"raw": [1] * 350}, "raw", collected=date(2004, 1, 1), on=date(2024, 6, 1))
    >>> found["norm_group_n"].value, round(found["norms_age_years"].value, 1)
    (350.0, 20.4)
    """
    if on < collected:
        raise UsageError("The norms are used before they were collected: look at `collected` and `on`.")
    groups, left = _groups(forms, score, tuple(by))
    n = sum(group.c.sum() for group in groups)
    nobody = [] if groups else [Estimate(name="norm_group_n", n=0, why=NOBODY)]
    return Estimates(
        [
            *nobody,
            *(
                Estimate(
                    name="norm_group_n",
                    value=float(group.c.sum()),
                    n=round(n),
                    by=group.by,
                    method=f"count of people with a score in this norm group{left}",
                    source="Evers, Lucassen, Meijer & Sijtsma (2010)",
                )
                for group in groups
            ),
            Estimate(
                name="norms_age_years",
                value=(on - collected).days / YEAR,
                n=round(n),
                method="years from the last day of collecting to the day of use",
                source="Evers, Lucassen, Meijer & Sijtsma (2010)",
            ),
        ]
    )


def _groups(forms: Any, score: str, by: tuple[str, ...]) -> tuple[list[Group], str]:
    """The norm groups in rising order, and what the method says of forms left out."""
    given = count(forms, [score, *by])
    full = given.complete()
    raw = full.column(score)
    if given.column(score).dtype.kind != "f":
        raise UsageError(f"The column {score!r} holds words; norms are of numbers.")
    keys = [tuple(full.column(name)[i] for name in by) for i in range(len(raw))]
    groups = list[Group]()
    for key in sorted(set(keys)):
        own = np.array([other == key for other in keys])
        kinds, place = np.unique(raw[own].astype(np.float64), return_inverse=True)
        c = np.bincount(place, weights=full.number[own]).astype(np.float64)
        groups.append(Group({name: _word(part) for name, part in zip(by, key, strict=True)}, kinds, c))
    left = given.n - full.n
    return groups, f"; {left} forms with a blank left out" if left else ""


def _word(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _raw(groups: list[Group], scores: Sequence[float] | None) -> Array:
    """The raw scores of the table, rising."""
    seen = np.unique(np.concatenate([group.scores for group in groups]))
    if scores is not None:
        raw = np.unique(np.array(list(scores), dtype=np.float64))
    elif (seen == np.round(seen)).all():
        raw = np.arange(seen[0], min(seen[-1], seen[0] + WIDEST) + 1)
    else:
        raw = seen
    if not 0 < len(raw) <= WIDEST or not np.isfinite(raw).all():
        raise UsageError(f"A table of norms has from 1 to {WIDEST} raw scores; name them with `scores`.")
    return raw


def _percentiles(group: Group, raw: Array, left: str, confidence: float) -> Iterator[Estimate]:
    n = float(group.c.sum())
    if n < LEAST:
        yield from (Estimate(name=name, by=group.by, why=FEW) for name in ("percentile_rank", "t_score"))
        return
    for at in raw.tolist():
        below, equal = float(group.c[group.scores < at].sum()), float(group.c[group.scores == at].sum())
        x = below + equal / 2
        low, high = intervals.clopper_pearson(successes=x, n=n, confidence=confidence)
        yield _one(
            "percentile_rank", 100 * x / n, (100 * low, 100 * high), confidence, group, at, f"{MID}; {EXACT}{left}"
        )
        if not 0 < x < n:
            yield Estimate(name="t_score", by=group.by, at=at, n=round(n), why=LOWEST if x == 0 else HIGHEST)
            continue
        ends = (_t(low), _t(high)) if low > 0 and high < 1 else None
        yield _one("t_score", _t(x / n), ends, confidence, group, at, f"{AREA}; {EXACT}{left}")


def _t(share: float) -> float:
    return 50 + 10 * float(special.ndtri(share))


def _one(
    name: str,
    value: float,
    ends: tuple[float, float] | None,
    confidence: float,
    group: Group,
    at: float,
    method: str,
    source: str = "Crawford, Garthwaite & Slick (2009); Clopper & Pearson (1934)",
    why: str | None = None,
) -> Estimate:
    low, high = ends or (None, None)
    return Estimate(
        name=name,
        value=value,
        low=low,
        high=high,
        confidence=confidence if ends else None,
        n=round(group.c.sum()),
        by=group.by,
        at=at,
        method=method,
        source=source,
        why=why,
    )


def _running(
    groups: list[Group],
    kind: dict[str, str],
    age: str,
    ages: Sequence[float] | None,
    raw: Array,
    left: str,
    confidence: float,
    seed: int,
) -> Iterator[Estimate]:
    """Norms over age of the groups of one kind, which differ in age alone."""
    name = "t_score_continuous"
    try:
        seen = np.array([float(group.by[age]) for group in groups])
    except ValueError:
        raise UsageError(f"The column {age!r} holds words; norms that run on with age need ages as numbers.") from None
    order = np.argsort(seen)
    groups, seen = [groups[i] for i in order], seen[order]
    asked = tuple(seen.tolist() if ages is None else [float(one) for one in ages])
    if len(groups) < AGES or min(group.c.sum() for group in groups) < LEAST:
        why = ONE_AGE if len(groups) < AGES else THIN
        yield from (Estimate(name=name, by={**kind, "age": _word(one)}, why=why) for one in asked)
        return
    scores = np.unique(np.concatenate([group.scores for group in groups]))
    N = np.array([[group.c[group.scores == one].sum() for one in scores] for group in groups])
    found = numbers.curves(ages=seen, scores=scores, N=N)
    inside = tuple(one for one in asked if seen[0] <= one <= seen[-1])
    again = numbers.redrawn(ages=seen, scores=scores, N=N, at=inside, raw=raw, redraws=REDRAWS, seed=seed)
    whole = Group(kind, scores, N.sum(axis=0))
    for one in asked:
        by = {**kind, "age": _word(one)}
        if one not in inside or numbers.falls(found=found, age=one):
            yield Estimate(name=name, by=by, n=round(N.sum()), why=CROSSING if one in inside else OUTSIDE)
            continue
        places = numbers.normal_scores(found=found, age=one, raw=raw)
        draws = again[:, inside.index(one)]
        for i, at in enumerate(raw.tolist()):
            yield _placed(whole._replace(by=by), at, float(places[i]), draws[:, i], confidence, left)


def _placed(group: Group, at: float, place: float, draws: Array, confidence: float, left: str) -> Estimate:
    if not np.isfinite(place):
        why = BELOW if place < 0 else ABOVE
        return Estimate(name="t_score_continuous", by=group.by, at=at, n=round(group.c.sum()), why=why)
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], method="inverted_cdf").tolist()
    ends = (50 + 10 * low, 50 + 10 * high) if np.isfinite(low) and np.isfinite(high) else None
    method = f"{RUNNING}; interval of {REDRAWS} redraws of people within their age{left}"
    why = None if ends else OPEN
    return _one("t_score_continuous", 50 + 10 * place, ends, confidence, group, at, method, LENHARD, why)
