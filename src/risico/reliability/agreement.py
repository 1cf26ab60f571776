"""Do raters who look at the same thing choose the same level? Every number from counts of ratings per unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import agreement as numbers
from risico.numbers import intervals
from risico.reliability.raters import only_raters
from risico.tally import Counts, count

Array = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval", "ratio")

MOST_LEVELS = 100
ONE_LEVEL = "every rating is the same level, so agreement beyond chance has no meaning"
ALIKE = "raters agreed to the same extent on every unit, so the spread says nothing about other units"
FULL = "every pair of ratings agreed, so the spread says nothing about other units"


class Table(NamedTuple):
    """Ratings in the form that the coefficients take: levels with their values, and who chose what."""

    values: Array
    r: Array
    c: Array
    raters: tuple[NDArray[np.int64], ...]


def agreement(
    ratings: Any,
    columns: Sequence[str] | None = None,
    *,
    scale: Scale = "nominal",
    levels: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Agreement of two or more raters about units in levels; ratings may be missing.

    `ratings` has one row per unit and one column per rater: any frame or table, or Counts (`risico.tally.ratings` makes
    them from one row per form). `columns` names the raters (all, if none; a
    key such as `case` among them raises UsageError). `levels` lists the possible levels from low
    to high: needed for text on a scale above nominal, and good when some level was never chosen, because AC1 depends
    on how many there are. A level outside `levels` raises UsageError.

    Returns `percent_agreement`, `gwet_ac1` (Gwet 2008), `fleiss_kappa` (Fleiss 1971; units rated once count for chance
    only), `krippendorff_alpha` (nominal; Krippendorff 2011) and, for two raters, `cohen_kappa` (Cohen 1960). On an
    ordinal scale also `cohen_kappa_linear`, `cohen_kappa_quadratic` and `krippendorff_alpha_ordinal`; on an interval or
    ratio scale also `krippendorff_alpha_interval`, and `…_ratio`. Differences are those of the values of numeric
    levels, and of the places in `levels` for text. Standard errors are analytic (Gwet 2014), intervals Student's t.

    >>> found = agreement({"ann": [1, 2, 2, 3, 3], "bob": [1, 2, 3, 3, None]}, levels=[1, 2, 3])
    >>> found["percent_agreement"]
    percent_agreement 0.75 [0, 1], n = 4
    >>> [round(e.value, 4) for e in found]
    [0.75, 0.6377, 0.5968, 0.6667, 0.6364]
    """
    if scale not in SCALES:
        raise UsageError(f"There is no scale {scale!r}; choose one of: {', '.join(SCALES)}.")
    check_confidence(confidence)
    counts = count(ratings, columns)
    only_raters(counts.columns, columns)
    known = _levels(counts, scale, levels)
    if len(known) > MOST_LEVELS:
        raise UsageError(
            f"{len(known)} different ratings are scores, not levels. Use icc() for scores, or their bands."
        )
    table = _table(counts, known)
    pooled = [_estimate(name, table, _pooled(name), confidence) for name in _names(scale)]
    return Estimates([*pooled, *(_cohen(kind, table, confidence) for kind in _cohens(scale))])


def _names(scale: Scale) -> list[str]:
    extra = SCALES[1 : SCALES.index(scale) + 1]
    return ["percent_agreement", "gwet_ac1", "fleiss_kappa", "krippendorff_alpha"] + [
        f"krippendorff_alpha_{kind}" for kind in extra
    ]


def _cohens(scale: Scale) -> tuple[str, ...]:
    return ("identity",) if scale == "nominal" else ("identity", "linear", "quadratic")


def _levels(counts: Counts, scale: Scale, levels: Sequence[Any] | None) -> list[Any]:
    """The levels from low to high; refuses what cannot be put in order or lies outside the levels named."""
    seen: set[Any] = set()
    for column in counts.values:
        seen |= {value for value in column.tolist() if value is not None and value == value}
    text = {value for value in seen if isinstance(value, str)}
    if levels is None:
        if text and scale != "nominal":
            raise UsageError("Levels in words have no order of their own. List them from low to high in `levels`.")
        return sorted(seen, key=lambda value: (isinstance(value, str), value))
    known = [level if isinstance(level, str) else float(level) for level in levels]
    if len(set(known)) < len(known):
        raise UsageError("A level occurs twice in `levels`.")
    if seen - set(known):
        raise UsageError(
            f"{len(seen - set(known))} levels were chosen that `levels` does not list; "
            f"it lists: {', '.join(str(level) for level in levels)}."
        )
    return known


def _table(counts: Counts, levels: list[Any]) -> Table:
    place = {level: i for i, level in enumerate(levels)}
    raters = tuple(
        np.array([place.get(value, -1) for value in column.tolist()], dtype=np.int64) for column in counts.values
    )
    r = np.zeros((len(counts.number), len(levels)))
    for chosen in raters:
        some = np.flatnonzero(chosen >= 0)
        np.add.at(r, (some, chosen[some]), 1.0)
    rated = r.sum(axis=1) > 0
    numeric = all(not isinstance(level, str) for level in levels)
    values = np.array(levels if numeric else range(len(levels)), dtype=np.float64)
    return Table(values, r[rated], counts.number[rated].astype(np.float64), tuple(chosen[rated] for chosen in raters))


class Kind(NamedTuple):
    """How a pooled coefficient is computed and named."""

    compute: Callable[..., numbers.Coefficient]
    weights: str
    method: str
    source: str


def _pooled(name: str) -> Kind:
    if name == "percent_agreement":
        return Kind(numbers.percent, "identity", "share of pairs of ratings of one unit that agree", "Gwet (2014)")
    if name == "gwet_ac1":
        return Kind(numbers.ac, "identity", "Gwet's AC1", "Gwet (2008)")
    if name == "fleiss_kappa":
        return Kind(
            numbers.fleiss, "identity", "Fleiss' kappa, missing ratings after Gwet", "Fleiss (1971); Gwet (2014)"
        )
    kind = name.removeprefix("krippendorff_alpha").removeprefix("_") or "nominal"
    weights = {"nominal": "identity", "interval": "quadratic"}.get(kind, kind)
    return Kind(numbers.krippendorff, weights, f"Krippendorff's alpha, {kind}", "Krippendorff (2011); Gwet (2014)")


def _estimate(name: str, table: Table, kind: Kind, confidence: float) -> Estimate:
    paired = table.r.sum(axis=1) >= 2
    q = len(table.values)
    if not paired.any():
        return Estimate(name=name, why="no unit has two ratings")
    if kind.compute is not numbers.percent and _alone(table, kind, paired):
        return Estimate(name=name, why=ONE_LEVEL)
    if kind.weights == "ratio" and (table.values < 0).any():
        return Estimate(name=name, why="a ratio scale has no levels below 0")
    totals = table.c[paired] @ table.r[paired]
    W = numbers.weights(kind=kind.weights, values=table.values, totals=totals)
    found = kind.compute(r=table.r, c=table.c, W=W)
    used = f"{kind.method}; {q} levels" if name == "gwet_ac1" else kind.method
    return _finish(name, found, used, kind.source, confidence, full=_full(table))


def _alone(table: Table, kind: Kind, paired: NDArray[np.bool_]) -> bool:
    """Whether chance agreement is certain: one level chosen (AC1: one level possible)."""
    if kind.compute is numbers.ac:
        return len(table.values) < 2
    rows = table.r[paired] if kind.compute is numbers.krippendorff else table.r
    return int((rows.sum(axis=0) > 0).sum()) < 2


def _full(table: Table) -> bool:
    """Whether every unit that was rated more than once got one level only."""
    paired = table.r[table.r.sum(axis=1) >= 2]
    return bool(((paired > 0).sum(axis=1) == 1).all())


def _finish(
    name: str, found: numbers.Coefficient, method: str, source: str, confidence: float, *, full: bool
) -> Estimate:
    value, se, n, df = found
    if full or n < 2 or not se > 1e-12:
        why = FULL if full else "one unit has no spread, so no interval" if n < 2 else ALIKE
        return Estimate(name=name, value=value, n=n, method=method, source=source, why=why)
    low, high = intervals.student(value=value, se=se, df=df, confidence=confidence)
    low, high = max(low, 0.0) if name == "percent_agreement" else low, min(high, 1.0)
    return Estimate(
        name=name,
        value=value,
        low=low,
        high=high,
        confidence=confidence,
        se=se,
        n=n,
        method=method,
        source=source,
    )


def _cohen(kind: str, table: Table, confidence: float) -> Estimate:
    name = "cohen_kappa" if kind == "identity" else f"cohen_kappa_{kind}"
    if len(table.raters) != 2:
        return Estimate(
            name=name,
            why=f"Cohen's kappa is for two raters and there are {len(table.raters)}; Fleiss' takes any number",
        )
    a, b = table.raters
    both = (a >= 0) & (b >= 0)
    q = len(table.values)
    joint = np.bincount(a[both] * q + b[both], weights=table.c[both], minlength=q * q).reshape(q, q).astype(np.float64)
    if not both.any():
        return Estimate(name=name, why="no unit was rated by both")
    if ((joint.sum(axis=0) > 0) | (joint.sum(axis=1) > 0)).sum() < 2:
        return Estimate(name=name, why=ONE_LEVEL)
    found = numbers.cohen(table=joint, W=numbers.weights(kind=kind, values=table.values))
    shown = "unweighted" if kind == "identity" else f"{kind} weights"
    source = (
        "Cohen (1960); Fleiss, Cohen & Everitt (1969)" if kind == "identity" else "Cohen (1968); Fleiss et al. (1969)"
    )
    full = float(np.trace(joint)) == float(joint.sum())
    return _finish(name, found, f"Cohen's kappa, {shown}", source, confidence, full=full)
