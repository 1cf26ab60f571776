"""Published effects taken together: of a file, or of the catalogue of interventions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from risico.errors import IllegalAnswers, Refused
from risico.estimate import Estimates
from risico.exchange import read
from risico.experiments.labels import column
from risico.experiments.sources import Result
from risico.interventions import CATALOGUE, catalogue
from risico.plan.files import find, fingerprint
from risico.plan.pooled import DEPENDENT, FromCatalogue, Pooled, Published
from risico.pooling import pooled
from risico.study import Study

Z = 1.959963984540054  # an interval of 95 % is so many standard errors to each side


def result(study: Study, told: Pooled, path: Path) -> Result:
    """Take the effects together. Raises Refused where some are against a comparison and others are not."""
    if told.catalogue is not None:
        return Result(estimates=_of_catalogue(told, told.catalogue), data=fingerprint([CATALOGUE]))
    assert told.published is not None
    file = find(study.data.forms or "", path)
    return Result(estimates=_of_file(told, told.published, file, path), data=fingerprint([file]))


def _of_file(told: Pooled, columns: Published, file: Path, path: Path) -> Estimates:
    frame, where = read(file), f"{path.name}, {file.name}"
    if columns.kind is not None:
        _one_kind([str(kind) for kind in column(frame, columns.kind, where).tolist()], told.kind, where)
    effect, variance = (column(frame, name, where).astype(float) for name in (columns.effect, columns.variance))
    if (variance < 0).any():
        raise IllegalAnswers(f"{where}: some error variances are below 0. They are squares: look at the column.")
    study = [str(name) for name in column(frame, columns.study, where).tolist()]
    return _told(pooled(effect.tolist(), np.sqrt(variance).tolist(), study=study))


def _one_kind(kinds: list[str], wanted: str, where: str) -> None:
    others = sum(kind != wanted for kind in kinds)
    if others:
        raise Refused(
            f"{where}: {others} of {len(kinds)} effects are not '{wanted}'.\n"
            "A change without a comparison holds all that changes by itself, and is larger for that reason alone; "
            "beside differences between groups it would make help look better.\n"
            "Keep the effects of one kind in the file."
        )


def _of_catalogue(told: Pooled, wanted: FromCatalogue) -> Estimates:
    meta = wanted.of == "meta_analyses"
    sizes = [
        (name, size)
        for name, one in catalogue().interventions.items()
        for size in one.effects
        if size.kind == told.kind and size.metric == wanted.metric and (size.design == "meta_analysis") == meta
    ]
    errors = [None if s.low is None or s.high is None else (s.high - s.low) / (2 * Z) for _, s in sizes]
    values = [None if error is None else s.value for (_, s), error in zip(sizes, errors, strict=True)]
    found = _told(pooled(values, errors, study=[f"{name} {size.source}" for name, size in sizes]))
    why = _why_not(len(values), sum(value is None for value in values))
    return Estimates(e if e.value is not None or why is None else replace(e, why=why) for e in found)


def _why_not(sizes: int, bare: int) -> str | None:
    """Say why nothing can be taken together, where most of what was read has no margin."""
    if not bare or sizes - bare > 1:
        return None
    if sizes - bare == 1:
        return f"there is one effect, and taking together needs two; {bare} that were read had no margin"
    return f"there is no effect with a number; {bare} that were read had no margin"


def _told(found: Estimates) -> Estimates:
    """Return what may be told: where a study gave several effects, only what knows that."""
    several = any(e.name in DEPENDENT for e in found)
    return Estimates(e for e in found if not several or e.name in DEPENDENT)
