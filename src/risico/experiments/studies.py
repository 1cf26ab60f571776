"""What a study computes: reliability, agreement, two arms in one table, or what was delivered beside the lot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from risico.effects import adjusted, assigned_by_delivered, randomized, rubin
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates
from risico.exchange import apply, read, read_map
from risico.experiments import how_wrong, in_time, pooling, profiling, watching
from risico.experiments.checks import scores_known, within_range
from risico.experiments.labels import column, named, without_own_words
from risico.experiments.outcomes import outcome_of
from risico.experiments.sources import Result
from risico.numbers.intervals import wilson
from risico.plan import SMALLEST
from risico.plan.files import find, fingerprint
from risico.reliability import agreement, icc, reliability
from risico.scoring import score
from risico.study import SECOND, Comparison, Study
from risico.validity import accuracy, auc


def result(study: Study, path: Path) -> Result:
    """Compute what the design of the study asks. Raises what reading, mapping and scoring raise."""
    if study.profiles is not None:
        return profiling.result(study, study.profiles, path)
    if study.monitoring is not None:
        return watching.result(study, study.monitoring, path)
    if study.waits or study.rollout or study.series:
        return in_time.result(study, path)
    if study.pooled is not None:
        return pooling.result(study, study.pooled, path)
    if study.shared is not None:
        raise Refused(
            f"{path.name}: this plan is carried out by several regions, each on its own forms, and is not kept here.\n"
            "A region makes its file with risico share, and the files are taken together with risico pool."
        )
    instruments = (study.scale.instrument,) if study.scale else ()
    return Result(
        estimates=DESIGNS[study.design](study, path), data=fingerprint(_files(study, path)), instruments=instruments
    )


def _files(study: Study, path: Path) -> list[Path]:
    forms = find(study.data.forms or "", path)
    named = [forms / ratings.file for ratings in study.ratings] or [forms]
    others = [study.comparison.others] if study.comparison and study.comparison.others else []
    return [*named, *(find(name, path) for name in (*others, *([study.data.map] if study.data.map else [])))]


def _reliability(study: Study, path: Path) -> Estimates:
    scale = study.scale
    assert scale is not None
    forms = read(find(study.data.forms or "", path))
    if study.data.map:
        forms = apply(forms, read_map(find(study.data.map, path)))
    scores_known(scale, path)
    scored = score(forms, scale.instrument)
    out = Estimates()
    for name in scale.scores:
        out += _with(reliability(forms, scale.instrument, name), score=name)
    for name, points in scale.at_least.items():
        out += [_share(_points(scored, scale.instrument, name, path), name, points)]
    return out


def _points(scored: Any, instrument: str, name: str, path: Path) -> Any:
    """Return the points of a score, on the forms that have it. Raises UsageError where it is a word."""
    found = scored[f"{instrument}_{name}"].drop_nulls().to_numpy()
    if len(found) and found.dtype.kind not in "if":
        raise UsageError(
            f"{path.name}, scale.at_least: '{name}' of {instrument} is a word or a judgement, not points.\n"
            "A cut-off asks for points. Name a score that adds items up."
        )
    return found


def _share(values: Any, score_name: str, points: float) -> Estimate:
    n, found = len(values), int((values >= points).sum())
    if not n:
        return Estimate(name="share_at_least", n=0, by={"score": score_name}, why="no form has this score")
    low, high = wilson(successes=found, n=n)
    method = f"share of forms with at least {points:g} points, Wilson interval"
    where = {"score": score_name}
    return Estimate(
        name="share_at_least", value=found / n, low=low, high=high, confidence=0.95, n=n, method=method,
        source="Wilson (1927)", by=where,
    )  # fmt: skip


def _agreement(study: Study, path: Path) -> Estimates:
    folder = find(study.data.forms or "", path)
    out = Estimates()
    for ratings in study.ratings:
        frame = read(folder / ratings.file)
        columns = list(ratings.raters)
        for rater in columns:
            column(frame, rater, f"{path.name}, {ratings.file}")
        if ratings.scale == "interval":
            within_range(frame, ratings, path)
            found = icc(frame, columns)
        else:
            found = agreement(frame, columns, scale="nominal", levels=ratings.levels)
        out += _with(found, file=Path(ratings.file).stem)
    return out


def _validity(study: Study, path: Path) -> Estimates:
    told = study.later
    assert told is not None
    table = read(find(study.data.forms or "", path))
    where = f"{path.name}, {study.data.forms}"
    rows = {name: column(table, name, where) for name in (told.score, told.outcome)}
    out = auc(rows, told.score, told.outcome)
    for points in told.at_least:
        found = accuracy(rows, told.score, told.outcome, at_least=points)
        out += [e for e in _with(found, at_least=f"{points:g}") if e.name in SECOND["validity"]]  # no ratio of the two
    return out + [
        e for e in accuracy(rows, told.score, told.outcome, at_least=told.at_least[0]) if e.name == "base_rate"
    ]


def _comparison(study: Study, path: Path) -> Estimates:
    told = study.comparison
    assert told is not None
    table = _table(told, path, study.data.forms or "")
    columns = {name: np.concatenate(parts) for name, parts in table.items()}
    if told.imputed is None:
        return _compared(study, told, columns)
    sets = column(read(find(study.data.forms or "", path)), told.imputed, f"{path.name}, {study.data.forms}")
    numbers = [one for one in np.unique(sets).tolist() if one != 0]
    return rubin([_compared(study, told, {k: v[sets == one] for k, v in columns.items()}) for one in numbers])


def _compared(study: Study, told: Comparison, columns: dict[str, Any]) -> Estimates:
    """Return what the design makes of two arms, how wrong that could be, and the outcome of each."""
    assert study.no_cluster is not None
    known = {name: columns[name] for name in told.covariates}
    if not study.data.public:
        known = {name: without_own_words(v, (), SMALLEST[study.audience]) for name, v in known.items()}
    why, outcome, helped = study.no_cluster["en"], columns[told.outcome], columns[told.helped]
    if study.design == "randomized":
        found = randomized(outcome=outcome, assigned=helped, covariates=known, why_no_cluster=why)
    else:
        found = adjusted(outcome=outcome, treated=helped, covariates=known, why_no_cluster=why)
    values = np.asarray(outcome, dtype=np.float64)
    arrays = {"outcome": values, "covariates": known, "why_no_cluster": why}
    sides = np.asarray(helped, dtype=np.float64)
    if study.design == "randomized":
        found += how_wrong.of_randomized(sides, arrays, {})
    else:
        found += how_wrong.of_adjusted(found, sides, arrays, study.estimand or "att")
    arms = ("assigned" if study.design == "randomized" else "treated", "comparison")
    return found + [outcome_of(values[helped == side], name) for side, name in zip((1, 0), arms, strict=True)]


def _table(told: Comparison, path: Path, forms: str) -> dict[str, list[Any]]:
    """Return the columns in parts: all of the forms, or those with help beside the controls of another file."""
    names = (told.outcome, told.helped, *told.covariates)
    files = [forms] if told.others is None else [forms, told.others]
    parts = [{name: column(read(find(file, path)), name, f"{path.name}, {file}") for name in names} for file in files]
    if len(parts) == 1:
        return {name: [parts[0][name]] for name in names}
    rows = [part[told.helped] == arm for part, arm in zip(parts, (1, 0), strict=True)]
    return {name: [part[name][kept] for part, kept in zip(parts, rows, strict=True)] for name in names}


def _compliance(study: Study, path: Path) -> Estimates:
    told = study.delivery
    assert told is not None
    assert study.no_cluster is not None
    table = read(find(study.data.forms or "", path))
    where = f"{path.name}, {study.data.forms}"
    assigned, delivered = (
        named(column(table, name, where), told.arms, f"{where}, {name}") for name in (told.assigned, told.delivered)
    )
    kept = ~np.isin(delivered, told.without)
    assigned, delivered = assigned[kept], delivered[kept]
    first = randomized(
        outcome=None,
        assigned=(assigned == told.help).astype(float),
        received=(delivered == told.help).astype(float),
        why_no_cluster=study.no_cluster["en"],
    )
    return assigned_by_delivered(assigned=assigned, delivered=delivered) + first


def _with(estimates: Estimates, **by: str) -> Estimates:
    return Estimates(replace(estimate, by={**by, **estimate.by}) for estimate in estimates)


DESIGNS: dict[str, Callable[[Study, Path], Estimates]] = {
    "reliability": _reliability,
    "agreement": _agreement,
    "validity": _validity,
    "randomized": _comparison,
    "adjusted": _comparison,
    "compliance": _compliance,
}
