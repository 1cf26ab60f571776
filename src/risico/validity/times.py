"""Does a score tell who comes back sooner, where not everybody was followed to the end?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import concordance as numbers
from risico.numbers import intervals, survival_auc
from risico.validity.levels import check_number, known

Array = NDArray[np.float64]

MOST_HORIZONS = 200


class Followed(NamedTuple):
    """One row per distinct score, time and event: the rank of the score, and the number of forms."""

    level: NDArray[np.intp]
    time: Array
    event: NDArray[np.bool_]
    number: Array
    n: int
    left: str


def concordance(forms: Any, score: str, time: str, event: str, *, confidence: float = 0.95) -> Estimates:
    """Chance that of two forms the one with the higher score has the event sooner: Harrell's C (`harrell_c`).

    `time` is how long a form was followed, until the event or until it was last seen, and `event` says which. Pairs of
    which it is not known who was sooner do not count, so C depends on how long people were followed. Interval from the
    infinitesimal jackknife. Harrell, Califf, Pryor, Lee and Rosati (1982); Therneau and Watson (2015).

    >>> forms = {"total": [9, 7, 4, 6, 2], "days": [30, 90, 400, 200, 365], "again": [1, 1, 0, 1, 0]}
    >>> concordance(forms, "total", "days", "again")["harrell_c"].value
    1.0
    """
    it = _followed(forms, score, time, event, confidence)
    if it.n == 0:
        return Estimates([Estimate(name="harrell_c", why="no form has a score, a time and an event")])
    ranks = np.unique(it.time, return_inverse=True)[1]
    value, se = numbers.harrell(level=it.level, time=ranks, event=it.event, number=it.number)
    if math.isnan(value):
        why = "of no two forms it is known which was sooner"
        return Estimates([Estimate(name="harrell_c", n=it.n, why=why)])
    method = f"Harrell's C, interval by the infinitesimal jackknife{it.left}"
    plain: dict[str, Any] = {"name": "harrell_c", "value": value, "n": it.n, "method": method}
    return Estimates([_interval(plain, se, "Harrell et al. (1982); Therneau & Watson (2015)", confidence)])


def auc_by_time(
    forms: Any, score: str, time: str, event: str, *, horizons: Sequence[float], confidence: float = 0.95
) -> Estimates:
    """Area under the ROC curve for the event by each horizon (`auc_by_time`, with `at`).

    Forms with the event by the horizon are set against those followed beyond it without; who was last seen before it
    counts through the weights of the others (inverse chance of being followed, Kaplan-Meier). That takes for granted
    that who is no longer followed is like who still is. Uno, Cai, Tian and Wei (2007); Blanche, Dartigues and
    Jacqmin-Gadda (2013).

    >>> forms = {"total": [9, 7, 4, 6, 2], "days": [30, 90, 400, 200, 365], "again": [1, 1, 0, 1, 0]}
    >>> auc_by_time(forms, "total", "days", "again", horizons=[180])[0].value
    1.0
    """
    it = _followed(forms, score, time, event, confidence)
    places = np.unique(np.asarray(horizons, dtype=np.float64))
    if not len(places) or len(places) > MOST_HORIZONS or not (np.isfinite(places) & (places > 0)).all():
        raise UsageError(f"Horizons are moments after the start, at most {MOST_HORIZONS} of them.")
    return Estimates(_at(it, float(horizon), confidence) for horizon in places)


def _at(it: Followed, horizon: float, confidence: float) -> Estimate:
    if it.n == 0:
        return Estimate(name="auc_by_time", at=horizon, why="no form has a score, a time and an event")
    value, se, cases = survival_auc.cumulative_dynamic(
        level=it.level, time=it.time, event=it.event, number=it.number, horizon=horizon
    )
    if math.isnan(value):
        why = "no form has the event by then" if cases == 0 else "no form was followed beyond then without the event"
        return Estimate(name="auc_by_time", at=horizon, n=it.n, why=why)
    method = f"area for the event by then against none until after it, weighted for censoring{it.left}"
    plain: dict[str, Any] = {"name": "auc_by_time", "at": horizon, "value": value, "n": it.n, "method": method}
    return _interval(plain, se, "Uno et al. (2007); Blanche et al. (2013)", confidence)


def _interval(plain: dict[str, Any], se: float, source: str, confidence: float) -> Estimate:
    if not se > 1e-12:
        why = "the scores order the forms perfectly, or are all equal, so there is no interval"
        return Estimate(**plain, source=source, why=why)
    low, high = intervals.normal(value=plain["value"], se=se, confidence=confidence)
    return Estimate(**plain, low=max(low, 0.0), high=min(high, 1.0), confidence=confidence, se=se, source=source)


def _followed(forms: Any, score: str, time: str, event: str, confidence: float) -> Followed:
    counts, left = known(forms, [score, time, event], event, confidence, "score, time or event")
    check_number(counts.column(score), score)
    moments = counts.column(time)
    if moments.dtype == object or (moments < 0).any():
        raise UsageError(
            f"{time} is not a length of time, such as days from the form to the event: numbers of 0 or more."
        )
    level = np.unique(counts.column(score), return_inverse=True)[1]
    number = counts.number.astype(np.float64)
    return Followed(level, moments.astype(np.float64), counts.column(event) == 1, number, counts.n, left)
