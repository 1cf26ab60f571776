"""What a study in time computes: waits until an event, a staggered start, an interrupted series."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.disclosure import cases
from risico.effects import interrupted_series, staggered, time_to_event
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.exchange import apply, read, read_map
from risico.experiments.labels import column, without_own_words
from risico.experiments.sources import Result
from risico.plan import SMALLEST, Plan
from risico.plan.files import find, fingerprint
from risico.plan.in_time import Rollout, Series, Waits
from risico.study import Study
from risico.synthetic.rollout import rollout

Array = NDArray[np.float64]


def result(study: Study, path: Path) -> Result:
    """Compute what a design in time asks. Raises what reading and the design raise."""
    if study.data.source == "synthetic":
        if study.rollout is None:
            raise UsageError(f"{path.name}, data: invented data are there for the design staggered. Name a file.")
        table, _ = rollout(study.data.seed or 0, households=study.data.households or 0)
        said = hashlib.sha256(table.write_csv().encode()).hexdigest()
        where = path.name
    else:
        files = [find(name, path) for name in (study.data.forms, study.data.map) if name]
        table = apply(read(files[0]), read_map(files[-1])) if study.data.map else read(files[0])
        said, where = fingerprint(files), f"{path.name}, {study.data.forms}"
    if study.waits is not None:
        return Result(estimates=_waits(table, study, study.waits, where), data=said)
    if study.rollout is not None:
        return Result(estimates=_rollout(table, study.rollout, where), data=said)
    assert study.series is not None
    return Result(estimates=_series(table, study.series, where), data=said)


def of_waits(z: Array, arrays: Mapping[str, Any], plan: Plan, units: Mapping[str, Any]) -> Estimates:
    """Return what the waits of a cohort say of one arm beside the reference, at the end of the window.

    Shares by arm are left out where one of them is small: beside the difference it could be worked out.
    """
    waits = arrays["waits"]
    rows = waits["rows"]
    first, last = plan.outcome.window_days or (1, 1)
    cluster = arrays["cluster"]
    found = time_to_event(
        time=waits["time"],
        cause=waits["cause"],
        treated=z[rows],
        horizon=last - first + 1,
        covariates={name: values[rows] for name, values in arrays["covariates"].items()},
        cluster=None if cluster is None else cluster[rows],
        why_no_cluster=arrays["why_no_cluster"],
        confidence=arrays["confidence"],
    )
    names = {"treated": arrays["arm"], "comparison": plan.reference}
    said = [replace(e, by={k: names.get(v, v) for k, v in e.by.items()}) for e in found]
    return Estimates(said) if plan.data.public else _without_few(said, plan.smallest)


def _without_few(found: Iterable[Estimate], smallest: int) -> Estimates:
    """Leave out the shares of both arms where one of them is small."""
    found = Estimates(found)
    shares = [e for e in found if e.name in ("cumulative_incidence", "competing_incidence")]
    few = {e.name for e in shares if min(cases(e) or 0, (e.n or 0) - (cases(e) or 0)) < smallest}
    return Estimates(e for e in found if e.name not in few)


def _waits(table: Any, study: Study, told: Waits, where: str) -> Estimates:
    assert study.no_cluster is not None
    known = {name: column(table, name, where) for name in told.covariates}
    if not study.data.public:
        known = {name: without_own_words(v, (), SMALLEST[study.audience]) for name, v in known.items()}
    found = time_to_event(
        time=column(table, told.time, where),
        cause=column(table, told.cause, where),
        treated=(column(table, told.helped, where) == told.helped_is).astype(float),
        horizon=told.horizon,
        days=told.days if study.data.public else (),  # two days beside each other show how few came between
        covariates=known,
        why_no_cluster=study.no_cluster["en"],
    )
    return found if study.data.public else _without_few(found, SMALLEST[study.audience])


def _rollout(table: Any, told: Rollout, where: str) -> Estimates:
    outcome = column(table, told.outcome, where).astype(float)
    found = staggered(
        unit=column(table, told.unit, where),
        period=column(table, told.period, where),
        outcome=outcome if told.per is None else outcome / column(table, told.per, where),
        start=column(table, told.start, where),
        anticipation=told.anticipation,
    )
    return Estimates(e for e in found if e.name != "group_time_effect")


def _series(table: Any, told: Series, where: str) -> Estimates:
    period = column(table, told.period, where).astype(str)
    labels, place = np.unique(period, return_inverse=True)
    if told.start not in labels[1:]:
        raise UsageError(
            f"{where}: the start '{told.start}' is none of the periods after the first. Write it as they are."
        )
    rows = np.zeros(len(period), dtype=bool)
    if told.comparison is not None:
        rows = column(table, told.comparison, where) == told.comparison_is

    def summed(name: str | None, part: Any) -> Any:
        if name is None or not part.any():
            return None
        values = np.nan_to_num(column(table, name, where).astype(float))
        return np.bincount(place[part], weights=values[part], minlength=len(labels))

    found = interrupted_series(
        outcome=summed(told.outcome, ~rows),
        denominator=summed(told.per, ~rows),
        comparison=summed(told.outcome, rows),
        comparison_denominator=summed(told.per, rows),
        start=int(np.flatnonzero(labels == told.start)[0]),
        season=told.season,
    )
    return Estimates(replace(e, by={}) for e in found)
