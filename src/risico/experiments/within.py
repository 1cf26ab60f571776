"""Designs within people: the cohort as two scores of each person, or as one row per person and moment."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.cohort import Cohort, cohort
from risico.effects import before_after, repeated
from risico.estimate import Estimates
from risico.plan import NoCluster, Plan

Column = NDArray[Any]


def of_change(made: Cohort, plan: Plan, arm: str) -> Estimates:
    """Return the change of those who had the help, beside what changes by itself."""
    told, frame = plan.change, _rows(made, plan, arm)
    assert told is not None
    helped = (frame["arm"] == arm).to_numpy().astype(float)
    return before_after(
        before=_numbers(frame, "baseline"),
        after=_numbers(frame, "outcome"),
        reliability=told.reliability,
        better="high" if plan.outcome.worse == "low" else "low",
        entry=told.entry,
        population=None if told.population is None else (told.population.mean, told.population.sd),
        correlation=told.correlation,
        helped=None if helped.all() else helped,
        **_clusters(frame, plan),
    )


def of_course(forms: Any, events: Any, made: Cohort, plan: Plan, arm: str) -> Estimates:
    """Return how the course of those who had the help differs; each later moment is read as the first one was."""
    cohorts = [made, *(cohort(forms, events, _at(plan, place)) for place in range(len(plan.waves)))]
    frames = [_rows(one, plan, arm) for one in cohorts]
    moments = (str(plan.outcome.baseline), str(plan.outcome.moment), *(wave.moment for wave in plan.waves))
    first = frames[0]
    values = [_start(first, plan), *(_numbers(frame, "outcome") for frame in frames)]
    frames = [first, *frames]
    whole = {name: np.concatenate([frame[name].to_numpy() for frame in frames]) for name in ("case", "arm")}
    if plan.unit == "person":
        people = np.concatenate([frame["person"].to_numpy() for frame in frames])
        whole["person"] = np.array([f"{a} {b}" for a, b in zip(whole["case"], people, strict=True)], dtype=object)
    clusters = [_clusters(frame, plan) for frame in frames]
    cluster = clusters[0]["cluster"]
    found = repeated(
        outcome=np.concatenate(values),
        moment=np.repeat(moments, [len(frame) for frame in frames]),
        helped=(whole["arm"] == arm).astype(float),
        person=whole.get("person", whole["case"]),
        family=whole["case"] if plan.unit == "person" else None,
        moments=moments,
        cluster=None if cluster is None else np.concatenate([one["cluster"] for one in clusters]),
        why_no_cluster=clusters[0]["why_no_cluster"],
    )
    everybody = [e.value == 1 for e in found if e.name == "wave_known" and e.by["moment"] == moments[0]]
    if not all(everybody):
        return found
    return Estimates(e for e in found if e.name != "wave_known" or e.by["moment"] != moments[0])  # it tells nothing


def _at(plan: Plan, place: int) -> Plan:
    """Return the plan with a later moment in the place of the first follow-up."""
    wave = plan.waves[place]
    outcome = plan.outcome.model_copy(update={"moment": wave.moment, "window_days": wave.window_days})
    return plan.model_copy(update={"outcome": outcome})


def _rows(made: Cohort, plan: Plan, arm: str) -> Any:
    """Return the rows of this arm and the reference, of whom it is known that they were asked at the start."""
    frame = made.frame
    known = [name in (arm, plan.reference) for name in frame["arm"].to_list()]
    if plan.unit == "person":
        known = [kept and person is not None for kept, person in zip(known, frame["person"].to_list(), strict=True)]
    return frame[[place for place, kept in enumerate(known) if kept]]


def _numbers(frame: Any, name: str) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in frame[name].to_list()], dtype=np.float64)


def _start(frame: Any, plan: Plan) -> NDArray[np.float64]:
    """Return the outcome at the start: as it is, or whether it counts as yes."""
    before, outcome = _numbers(frame, "baseline"), plan.outcome
    if outcome.yes is None:
        return before
    levels = outcome.levels
    return np.array(
        [np.nan if np.isnan(v) else float(outcome.yes.holds(levels[int(v)] if levels else v)) for v in before.tolist()]
    )


def _clusters(frame: Any, plan: Plan) -> dict[str, Any]:
    if isinstance(plan.cluster, NoCluster):
        return {"cluster": None, "why_no_cluster": plan.cluster.because["en"]}
    return {"cluster": np.array(frame[plan.cluster].to_list(), dtype=object), "why_no_cluster": None}
