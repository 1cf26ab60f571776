"""Measurement invariance of answers that are steps on a ladder: least squares on polychoric correlations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.estimate import Estimate, Estimates
from risico.invariance.answers import IMPROPER, UNSETTLED, Answers, answers
from risico.numbers import factor
from risico.numbers import invariance_ordinal as numbers
from risico.tally.pairs import MOST

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Found = numbers.Model | str
"""A model, or why there is none."""

FEW: Final = 100
FIT: Final = ("chi_square", "df", "p", "cfi", "tli", "rmsea", "srmr")
CHANGES: Final = ("change_p", "cfi_drop", "rmsea_rise")
HELD: Final[Mapping[numbers.Level, str]] = {
    "configural": "one factor in each group, nothing held equal",
    "thresholds": "thresholds held equal",
    "metric": "thresholds and loadings held equal",
    "scalar": "thresholds, loadings and intercepts held equal",
}
TOLD: Final = "diagonally weighted least squares on thresholds and polychoric correlations, scaled and shifted test"
SOURCES: Final = "Muthén et al. (1997); Wu & Estabrook (2016); Asparouhov & Muthén (2010)"

MEASURED: Final = f"an item has more than {MOST} different points: it is measured, not chosen"
STILL: Final = "an item never varies"
EMPTY: Final = "a level that is chosen in one group is never chosen in another: join it with the level beside it"
TOGETHER: Final = "in a group two items go together, or against each other, without exception"
UNSURE: Final = "in a group there are too few forms to tell how sure each polychoric correlation is"
TWO_STEPS: Final = "an item has two steps, so only configural and scalar invariance can be told apart"
THREE_STEPS: Final = "all items have three steps: equal thresholds are the configural model in other words"
BASELINE: Final = "the baseline fits exactly as well as its degrees of freedom, so there is nothing to compare with"
FEW_FORMS: Final = f"a group has fewer than {FEW} forms: the test is rough and only large differences can be seen"


class Fitted(NamedTuple):
    """What every group says, the chi-square of no correlation, and what is told of all."""

    groups: tuple[numbers.Moments, ...]
    levels: tuple[int, ...]
    baseline: tuple[float, int]
    names: tuple[str, ...]
    left: str

    @property
    def n(self) -> int:
        return sum(one.n for one in self.groups)


def invariance(forms: Any, group: str, items: Sequence[str] | None = None) -> Estimates:
    """Measurement invariance over groups, for items that are answered in a few steps (the recommended way).

    `forms` is any frame or table with the points of the items of one scale and a column `group`, or Counts of these;
    `items` names the items (all other columns, if none). Thresholds and polychoric correlations need no more than pairs
    of items, but how sure they are together needs whole forms. Forms with a blank are left out and counted in `method`.

    Four models, each holding more equal than the one before, with the least that identifies them (Wu and Estabrook
    2016; delta parameterisation): `configural`, `thresholds`, `metric` (thresholds and loadings) and `scalar`
    (thresholds, loadings and intercepts), fitted as by lavaan's WLSMV. Three steps say nothing of equal thresholds;
    with an item of two steps only `configural` and `scalar` can be told apart, and are.

    Returns with `by={"model": …}`: `invariance_chi_square` (scaled and shifted), `invariance_df`, `invariance_p`,
    `invariance_cfi`, `invariance_tli`, `invariance_rmsea`, `invariance_srmr` (of the correlations); and against the
    model before: `invariance_change_p` (Satorra 2000), `invariance_cfi_drop` and `invariance_rmsea_rise`. Chen's (2007)
    limits of the last two were found for continuous items. Raises UsageError where there is no such column or an item
    holds words. For items that may pass for continuous: `invariance_continuous`.

    >>> rng = np.random.default_rng(6)
    >>> trait = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    >>> steps = {f"i{k}": column for k, column in enumerate(np.digitize(trait, [-1, 0, 1]).T)}
    >>> found = invariance(steps | {"sex": ["f", "m"] * 200}, "sex")
    >>> [found.where(model=model)["invariance_df"].value for model in ("configural", "thresholds", "metric", "scalar")]
    [4.0, 8.0, 11.0, 14.0]
    """
    given = answers(forms, group, items)
    made = given if isinstance(given, str) else _prepared(given)
    if isinstance(made, str):
        return Estimates(_refused(name, level, made) for level in numbers.LEVELS for name in _names(level))
    told = numbers.LEVELS if min(made.levels) > 2 else ("configural", "scalar")
    rows, before = list[Estimate](), None
    for level in numbers.LEVELS:
        if level not in told:
            rows += [_refused(name, level, TWO_STEPS, made.n) for name in _names(level)]
            continue
        now = _model(made, level)
        rows += _fit(made, level, now)
        if before is not None:
            rows += _change(made, level, before, now)
        before = now
    return Estimates(rows)


def _names(level: str) -> tuple[str, ...]:
    return FIT if level == "configural" else (*FIT, *CHANGES)


def _refused(name: str, level: str, why: str, n: int | None = None) -> Estimate:
    return Estimate(name=f"invariance_{name}", by={"model": level}, n=n, why=why)


def _prepared(given: Answers) -> Fitted | str:
    """Thresholds and correlations of each group, or why they say nothing."""
    split = [np.unique(column, return_inverse=True) for column in given.points.T]
    levels = tuple(len(points) for points, _ in split)
    if max(levels) > MOST:
        return MEASURED
    if min(levels) < 2:
        return STILL
    codes = np.column_stack([place for _, place in split]).astype(np.int64)
    own = [given.group == g for g in range(len(given.groups))]
    if any(len(np.unique(codes[rows, i])) < size for rows in own for i, size in enumerate(levels)):
        return EMPTY
    groups = tuple(numbers.moments(codes=codes[rows], number=given.number[rows], levels=levels) for rows in own)
    k = len(levels)
    if any(np.abs(one.values[-k * (k - 1) // 2 :]).max() >= 1 for one in groups):
        return TOGETHER
    if not all(np.diag(one.gamma).min() > 1e-10 for one in groups):  # NaN too
        return UNSURE
    return Fitted(groups, levels, numbers.baseline(groups=groups, k=k), given.groups, given.left)


def _model(made: Fitted, level: numbers.Level) -> Found:
    model = numbers.fit(groups=made.groups, levels=made.levels, level=level)
    if not model.settled or not math.isfinite(model.chi_square + made.baseline[0]):
        return UNSETTLED
    return IMPROPER if model.largest >= 1 else model


def _indices(made: Fitted, model: numbers.Model) -> factor.Fit:
    """Indices of fit with n less one per group, as lavaan has it; RMSEA of several groups as Steiger (1998)."""
    value, df = made.baseline
    n = made.n - len(made.groups)
    fit = factor.fit_indices(value=model.chi_square, df=model.df, baseline=value, baseline_df=df, n=n)
    return fit._replace(rmsea=fit.rmsea * math.sqrt(len(made.groups)))


def _method(made: Fitted, level: numbers.Level) -> str:
    return f"one factor, {HELD[level]}; {TOLD}, groups {', '.join(made.names)}{made.left}"


def _told(made: Fitted, name: str, level: numbers.Level, value: float, method: str, source: str) -> Estimate:
    if not math.isfinite(value):
        return _refused(name, level, BASELINE, made.n)
    few = min(one.n for one in made.groups) < FEW
    return Estimate(
        name=f"invariance_{name}",
        value=value,
        n=made.n,
        by={"model": level},
        method=method,
        source=source,
        why=FEW_FORMS if few else None,
    )


def _fit(made: Fitted, level: numbers.Level, model: Found) -> list[Estimate]:
    if isinstance(model, str):
        return [_refused(name, level, model, made.n) for name in FIT]
    fit = _indices(made, model)
    values = (fit.test.value, float(fit.test.df), fit.test.p, fit.cfi, fit.tli, fit.rmsea, model.residual)
    method = _method(made, level)
    return [_told(made, name, level, value, method, SOURCES) for name, value in zip(FIT, values, strict=True)]


def _change(made: Fitted, level: numbers.Level, before: Found, now: Found) -> list[Estimate]:
    """How much worse a model fits than the one before it that can be told apart from it."""
    why = before if isinstance(before, str) else now if isinstance(now, str) else None
    if isinstance(before, str) or isinstance(now, str):
        return [_refused(name, level, str(why), made.n) for name in CHANGES]
    df = now.df - before.df
    if df == 0:
        return [_refused(name, level, THREE_STEPS, made.n) for name in CHANGES]
    value = numbers.change(groups=made.groups, before=before, now=now)
    p = float(special.chdtrc(df, max(value, 0.0)))
    old, new = _indices(made, before), _indices(made, now)
    return [
        _told(made, name, level, value, f"{told}; {_method(made, level)}", source)
        for name, value, told, source in (
            ("change_p", p, f"scaled and shifted difference test, {df} degrees of freedom", "Satorra (2000)"),
            ("cfi_drop", old.cfi - new.cfi, "CFI of the model before less that of this one", "Chen (2007)"),
            ("rmsea_rise", new.rmsea - old.rmsea, "RMSEA of this model less that of the one before", "Chen (2007)"),
        )
    ]
