"""What a plan computes: forms and events, scored and joined to one row per case, then the design it names."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.cohort import NO_HELP, REASONS, TOGETHER, Cohort, cohort
from risico.disclosure import gather
from risico.effects import adjusted, randomized
from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.exchange import apply, read, read_map
from risico.experiments import how_wrong, in_time, within
from risico.experiments.checks import profiles_named, switches_known
from risico.experiments.elements import elements_known
from risico.experiments.labels import without_own_words, words
from risico.experiments.outcomes import outcome_of
from risico.experiments.scales import of_scales
from risico.experiments.sources import Result, teams_of
from risico.instrument import catalogue
from risico.plan import MISSED, Plan
from risico.plan.files import find, fingerprint
from risico.plan.measures import Measure
from risico.plan.team import LearningPlan
from risico.profiles import profile
from risico.scoring import score
from risico.synthetic import region

Array = NDArray[np.float64]

CONFIDENCE = 0.95  # of all intervals of a plan's arms together
WRITTEN_BY_HAND = ("reason", "help")  # labels that are the detail of an event
OURS = (*MISSED, *REASONS)  # of these, the words that everybody uses


def result(plan: Plan, path: Path) -> Result:
    """Compute what the plan asks. Raises what reading, scoring, the cohort and the design raise."""
    elements_known(plan, path)
    forms, events, data = read_data(plan, path)
    instruments = tuple(instruments_of(m.column for m in _measures(plan)))
    for instrument in instruments:
        forms = score(forms, instrument)
    if plan.profile.how == "rule":
        forms = profile(forms)
    else:
        profiles_named(forms, plan, path)
    made = cohort(forms, events, plan)
    found = gather(_counts(made), WRITTEN_BY_HAND, plan.smallest, known=_known(made, plan), keep=OURS)
    for arm in plan.arms:
        if arm != plan.reference:
            found += _within(forms, events, made, plan, arm) or _arm(made, plan, arm, path.name)
    columns = [made.frame[name].to_list() for name in ("team", "arm", "profile", "why_not")]
    return Result(estimates=found, data=data, instruments=instruments, teams=teams_of(*columns))


def _measures(plan: Plan) -> tuple[Measure, ...]:
    control = (plan.negative_control,) if plan.negative_control else ()
    return (*plan.eligible, *plan.covariates, plan.outcome, *control)


def _counts(made: Cohort) -> Estimates:
    """Return the counts to keep: by arm, and of all together only what is not said by arm. Each total beside its parts
    hides more of them.
    """
    whole = [e for e in made.flow if dict(e.by).keys() != {"step", "reason"} or e.by["step"] == "left_out"]
    return Estimates(whole) + made.by_arm + made.help


def _known(made: Cohort, plan: Plan) -> set[str]:
    """Return the labels of events that may be shown: our own words and those of the plan, alone or together."""
    ours = {e.by["reason"] for e in made.flow if e.by.get("step") == "left_out"}
    said = {*OURS, NO_HELP, *words(plan)}
    labels = {label for e in (*made.by_arm, *made.help) for key, label in e.by.items() if key in WRITTEN_BY_HAND}
    return ours | {label for label in labels if said.issuperset(label.split(TOGETHER))}


def read_data(plan: Plan | LearningPlan, path: Path) -> tuple[Any, Any, str]:
    """Return forms, events and the fingerprint of both."""
    data = plan.data
    if data.source == "synthetic":
        switches_known(plan, path)
        made = region(data.seed or 0, households=data.households or 0, **dict[str, Any](data.switches))
        texts = (frame.write_csv() for frame in (made.forms, made.events))
        return made.forms, made.events, hashlib.sha256("".join(texts).encode()).hexdigest()
    files = [find(name, path) for name in (data.forms, data.events, data.map) if name]
    forms = read(files[0])
    if data.map:
        forms = apply(forms, read_map(files[-1]))
    if not data.events:
        raise Refused(f"{path.name}, data: no events are named. Without dated events there is no time zero and no arm.")
    return forms, read(files[1]), fingerprint(files)


def instruments_of(columns: Iterable[str | None]) -> Iterator[str]:
    """Yield the instruments whose scores these columns are: the longest id that a column begins with."""
    known = sorted(catalogue(), key=len, reverse=True)
    for column in dict.fromkeys(column for column in columns if column):
        yield from [name for name in known if column.startswith(f"{name}_")][:1]


def _arm(made: Cohort, plan: Plan, arm: str, where: str) -> Estimates:
    """Return the outcome of this arm and of the reference, what the design makes of their difference, and how wrong
    that could be.
    """
    arrays = made.arrays(arm)
    z = arrays.pop("arm")
    if plan.profile.how == "column":
        arrays["profile"] = _common(arrays["profile"], plan.smallest)
    if not plan.data.public:
        arrays["covariates"] = {
            name: without_own_words(values, words(plan), plan.smallest) for name, values in arrays["covariates"].items()
        }
    whose = {"intervention": arm, "outcome": plan.outcome.id}
    shares = Estimates(
        outcome_of(arrays["outcome"][z == side], name) for side, name in ((1.0, arm), (0.0, plan.reference))
    )
    part = [place for place, name in enumerate(made.frame["arm"].to_list()) if name in (arm, plan.reference)]
    rows = made.frame[part]
    units = {kind: rows[kind].to_numpy() for kind in ("region", "team")}
    if plan.design == "time_to_event":
        arrays |= {"waits": made.waits(arm), "arm": arm}
    others = len(plan.arms) - 1
    sure = arrays | {"confidence": all_hold(others)}
    scales = of_scales(z, sure, rows, plan) if plan.design == "randomized" else Estimates()
    found = together(DESIGNS[plan.design](z, sure, plan, units) + scales, others)
    if plan.negative_control:
        values = rows[plan.negative_control.id].to_list()
        seed = plan.data.seed or 0
        found += [how_wrong.control(z, values, arrays, plan.estimand, seed, where)]
    return shares + Estimates(_placed(e, whose) for e in how_wrong.safe(found, public=plan.data.public))


def _within(forms: Any, events: Any, made: Cohort, plan: Plan, arm: str) -> Estimates:
    """Return what a design within people makes of this arm; nothing for another design."""
    if plan.design == "before_after":
        found = within.of_change(made, plan, arm)
    elif plan.design == "repeated":
        found = within.of_course(forms, events, made, plan, arm)
    else:
        return Estimates()
    named = {"helped": arm, "comparison": plan.reference}
    said = (replace(e, by={k: named.get(v, v) if k == "arm" else v for k, v in e.by.items()}) for e in found)
    return Estimates(_placed(e, {"intervention": arm, "outcome": plan.outcome.id}) for e in said)


def all_hold(arms: int) -> float:
    """Return the confidence of each of so many arms against one reference, at which all hold together with 95 %.

    >>> all_hold(1), all_hold(2)
    (0.95, 0.975)
    """
    return 1 - (1 - CONFIDENCE) / arms


def together(found: Estimates, arms: int) -> Estimates:
    """Say of intervals, where there are several arms, that they hold together."""
    if arms == 1:
        return found
    words = f"intervals of {arms} arms against one reference hold together (Bonferroni)"
    return Estimates(e if e.confidence is None else replace(e, method=f"{e.method}; {words}") for e in found)


def _common(values: NDArray[Any], minimum: int) -> NDArray[Any]:
    """Return labels without the rare ones."""
    often = {label for label, n in Counter(values.tolist()).items() if n >= minimum}
    return np.array([v if v in often else None for v in values.tolist()], dtype=object)


def _placed(estimate: Estimate, where: dict[str, str]) -> Estimate:
    """Say of an effect whose it is, in the order profile, intervention, outcome, and what else."""
    by = dict(estimate.by)
    first = {"profile": by.pop("profile")} if "profile" in by else {}
    return replace(estimate, by=first | where | by)


def _randomized(z: Array, arrays: dict[str, Any], plan: Plan, units: dict[str, Any]) -> Estimates:
    return randomized(assigned=z, **arrays) + how_wrong.of_randomized(z, arrays, units)


def _adjusted(z: Array, arrays: dict[str, Any], plan: Plan, units: dict[str, Any]) -> Estimates:
    arrays.pop("received")
    found = adjusted(treated=z, seed=plan.data.seed or 0, units=units, **arrays)
    return found + how_wrong.of_adjusted(found, z, arrays, plan.estimand)


DESIGNS = {"randomized": _randomized, "adjusted": _adjusted, "time_to_event": in_time.of_waits}
