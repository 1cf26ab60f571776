"""Words in data: only those that the plan itself holds leave. A label that somebody wrote can be a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.disclosure import OTHER
from risico.errors import IllegalAnswers, UsageError, did_you_mean
from risico.plan import Plan

Labels = NDArray[Any]


def words(plan: Plan) -> set[str]:
    """Return the words that the plan holds: arms, kinds of help, levels, and what its glossary explains."""
    rules = [*plan.rules.values(), *([plan.received] if plan.received else [])]
    levels = [level for measure in (*plan.covariates, plan.outcome) for level in measure.levels]
    return {*plan.arms, *(rule.detail for rule in rules), *levels, *plan.glossary}


def named(values: Labels, names: Mapping[Any, str], where: str) -> Labels:
    """Return codes by their names, blanks as they are. Raises IllegalAnswers, with a count, for any other code."""
    known = {_plain(code): name for code, name in names.items()}
    codes = ["" if _blank(value) else _plain(value) for value in values.tolist()]
    strange = sum(code not in known and code != "" for code in codes)
    if strange:
        raise IllegalAnswers(
            f"{where}: {strange} rows hold something that is not among the codes {', '.join(known)}.\n"
            "What is not declared can be a name or a note, so it is neither counted nor shown.\n"
            "Declare the code, or mend those rows."
        )
    return np.array([known.get(code, "") for code in codes])


def without_own_words(values: Labels, known: Container[str], minimum: int) -> Labels:
    """Return text with each label that is not known replaced by a number; numbers in an array of numbers stay.

    Labels of fewer people than `minimum` become one, `other`.

    >>> without_own_words(np.array(["flat", "flat", "house", "with Jan", None], dtype=object), {"house"}, 1).tolist()
    ['1', '1', 'house', '2', None]
    """
    if values.dtype.kind not in "OUS":
        return values
    counts = Counter(str(value) for value in values.tolist() if not _blank(value))
    often = sorted(label for label, n in counts.items() if n >= minimum)
    own = [label for label in often if label not in known]
    said = {label: str(own.index(label) + 1) if label in own else label for label in often}
    return np.array([None if _blank(v) else said.get(str(v), OTHER) for v in values.tolist()], dtype=object)


def column(frame: Any, name: str, where: str) -> Labels:
    """Return a column of a frame that was read. Raises UsageError when it is not there."""
    if name not in frame.columns:
        raise UsageError(
            f"{where}: the file has no column '{name}'.{did_you_mean(name, frame.columns)}\n"
            "The study cannot be carried out without it. Name the column as the file does."
        )
    return frame[name].to_numpy()


def _plain(code: Any) -> str:
    return f"{code:g}" if isinstance(code, float) else str(code).strip()


def _blank(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and not value.strip())
