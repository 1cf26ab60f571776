"""Variance components of cases and raters where not every rater rated every case: ICC, SEM and SDC from those."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import designs, reml
from risico.numbers.mixed_sums import MixedSums, mixed_sums
from risico.reliability.raters import only_raters
from risico.tally import count

SOURCE = "Bates, Mächler, Bolker & Walker (2015)"
ERRORS = "de Vet, Terwee, Knol & Bouter (2006)"
NAMES = ("icc_agreement", "icc_consistency", "sem_agreement", "sem_consistency")
COMPONENTS = ("case", "rater", "residual")
AT_0 = "at its border 0: the scores show no such differences"

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def components(ratings: Any, columns: Sequence[str] | None = None, *, confidence: float = 0.95) -> Estimates:
    """How much scores differ by case, by rater and beyond, from every rating there is, and what follows from that.

    `ratings` has one row per unit and one column per rater, with blanks where a rater did not rate (see
    `risico.tally.ratings` for one row per form): any frame or table of numbers, or Counts. Units without any rating are
    left out. Components are by REML, y = mean + case + rater + residual, and intervals by the profile of that
    likelihood, so that they stay within what is possible. A component at its border 0 says so.

    Returns `icc_agreement` (the default: another rater's score as it stands) and `icc_consistency` (apart from how
    strict a rater is); `component` and `component_share` by component; the standard error of measurement
    `sem_agreement`, which raters add to, and `sem_consistency`, which they do not; the smallest detectable change of
    one person (`sdc_individual_agreement`, `sdc_individual_consistency`) and of the mean of these n cases
    (`sdc_group_agreement`, `sdc_group_consistency`). With complete ratings and no component at 0 the first two equal
    `icc_2_1` and `icc_3_1`. A design in parts that share no case and no rater is refused with the sizes of the parts.
    Bates et al. (2015); de Vet et al. (2006).

    >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, None]]
    >>> found = components(table)
    >>> found["icc_agreement"]
    icc_agreement 0.3054 [0.04116, 0.7573], n = 6
    >>> round(found.where(component="rater")["component"].value, 2)
    5.06
    """
    check_confidence(confidence)
    counts = count(ratings, columns)
    only_raters(counts.columns, columns)
    wide = [column for column in counts.values if column.dtype != object]
    table = np.repeat(np.column_stack(wide), counts.number, axis=0) if wide else np.empty((0, 0))
    empty = int(np.isnan(table).all(axis=1).sum())
    table = table[~np.isnan(table).all(axis=1)][:, ~np.isnan(table).all(axis=0)]
    case, rater = (place.astype(np.intp) for place in np.nonzero(~np.isnan(table)))
    y, n = table[case, rater], len(table)
    why = _impossible(y, case, rater, table.shape)
    if why is None:
        sums = mixed_sums(y=y, case=case, small=[rater])
        found = reml.fit(sums)
        if found.settled:
            left = f", {empty} without a rating left out" if empty else ""
            method = f"REML, {len(y)} ratings of {n} cases by {table.shape[1]} raters{left}"
            return _all(sums, found, n, method, confidence)
        why = "case and rater leave no residual: the scores follow from them exactly"
    names = (*NAMES, *_changes())
    parts = [(name, {"component": part}) for name in ("component", "component_share") for part in COMPONENTS]
    return Estimates(Estimate(name=name, n=n, why=why, by=by) for name, by in (*((name, {}) for name in names), *parts))


def _impossible(y: Array, case: Index, rater: Index, shape: tuple[int, ...]) -> str | None:
    if shape[0] < 2:
        return f"{shape[0]} cases have a rating, and two are needed"
    if shape[1] < 2:
        return "an intraclass correlation needs at least two raters"
    if (y == y[0]).all():
        return "every score is the same"
    parts = designs.connected(case, rater)
    if len(parts) > 1 and len(parts) < shape[0]:
        return (
            f"the ratings fall apart into {len(parts)} parts that share no case and no rater "
            f"({listed(parts)} cases): raters cannot be compared"
        )
    if not designs.told_apart([case, rater]):
        return "case, rater and residual cannot be told apart: too few cases have two ratings, or raters two cases"
    return None


def listed(sizes: Sequence[int]) -> str:
    """Write the sizes of parts as words, the largest first, at most five of them.

    >>> listed([120, 80]), listed([9, 8, 7, 6, 5, 4, 3])
    ('120 and 80', '9, 8, 7, 6, 5 and 7 in the other parts')
    """
    shown = [str(size) for size in sizes[:5]] + ([f"{sum(sizes[5:])} in the other parts"] if len(sizes) > 5 else [])
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _changes() -> list[str]:
    return [f"sdc_{who}_{kind}" for kind in ("agreement", "consistency") for who in ("individual", "group")]


def _all(sums: MixedSums, found: reml.Fit, n: int, method: str, confidence: float) -> Estimates:
    case, rater, residual = np.eye(3)
    ask = Asked(sums=sums, found=found, n=n, method=method, confidence=confidence)
    out = [
        ask(name="icc_agreement", target=reml.Target(case, case + rater + residual)),
        ask(name="icc_consistency", target=reml.Target(case, case + residual)),
    ]
    z, errors = float(special.ndtri(0.5 + confidence / 2)), {"agreement": rater + residual, "consistency": residual}
    sems = {kind: ask(name=f"sem_{kind}", target=reml.Target(a), turn=math.sqrt) for kind, a in errors.items()}
    out += sems.values()
    for kind, sem in sems.items():
        for who, size in (("individual", 1), ("group", n)):
            out.append(_change(sem, f"sdc_{who}_{kind}", z * math.sqrt(2 / size)))
    each = zip(COMPONENTS, (case, rater, residual), strict=True)
    components = [ask(name="component", target=reml.Target(a), by={"component": name}) for name, a in each]
    return Estimates([*out, *components, *shares(components, found)])


def _change(sem: Estimate, name: str, factor: float) -> Estimate:
    """The smallest change that error alone does not explain, from the standard error of measurement."""
    assert sem.value is not None
    low, high = (None if end is None else factor * end for end in (sem.low, sem.high))
    return Estimate(
        name=name,
        value=factor * sem.value,
        low=low,
        high=high,
        confidence=sem.confidence,
        n=sem.n,
        method=f"z √2 SEM; {sem.method}" if "individual" in name else f"z √2 SEM / √n; {sem.method}",
        source=f"{ERRORS}; {SOURCE}",
        why=sem.why,
    )


def shares(components: Sequence[Estimate], found: reml.Fit) -> list[Estimate]:
    """Return the share of each component in their sum."""
    total = float(found.components.sum() + found.residual)
    return [
        Estimate(
            name="component_share",
            value=(part.value or 0.0) / total,
            n=part.n,
            method=f"component / sum of components; {part.method}",
            source=SOURCE,
            by=part.by,
            why=part.why,
        )
        for part in components
    ]


class Asked:
    """Makes Estimates of one fit: value, profile interval, and a caution where a component lies at 0."""

    def __init__(self, *, sums: MixedSums, found: reml.Fit, n: int, method: str, confidence: float) -> None:
        self.sums, self.found, self.n, self.method, self.confidence = sums, found, n, method, confidence

    def __call__(
        self,
        *,
        name: str,
        target: reml.Target,
        by: dict[str, str] | None = None,
        at: float | None = None,
        turn: Callable[[float], float] = float,
    ) -> Estimate:
        """Return one Estimate; `turn` is what is shown of the target."""
        value = target.value(self.found)
        ends = reml.interval(self.sums, self.found, target, self.confidence)
        low, high = (turn(ends[0]), turn(ends[1])) if ends is not None else (None, None)
        return Estimate(
            name=name,
            value=turn(value),
            low=low,
            high=high,
            confidence=self.confidence if ends is not None else None,
            n=self.n,
            method=f"{self.method}; profile-likelihood interval",
            source=SOURCE if turn is float else f"{ERRORS}; {SOURCE}",
            by=by or {},
            at=at,
            why=AT_0 if value == 0 else None if ends is not None else "no interval: its upper end lies beyond reach",
        )
