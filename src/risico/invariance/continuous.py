"""Measurement invariance of items that may pass for continuous: maximum likelihood on covariances and means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.estimate import Estimate, Estimates
from risico.invariance.answers import IMPROPER, UNSETTLED, Answers, answers
from risico.numbers import invariance_continuous as numbers

Array = NDArray[np.float64]

FEW: Final = 50
LEVELS: Final = 5
FIT: Final = ("chi_square", "df", "p", "cfi", "rmsea")
CHANGES: Final = ("change_p", "cfi_drop", "rmsea_rise")
HELD: Final = {
    "configural": "one factor in each group, nothing held equal",
    "metric": "loadings held equal",
    "scalar": "loadings and intercepts held equal",
}
SOURCES: Final = "Jöreskog (1971); Sörbom (1974)"

SINGULAR: Final = "in a group an item never varies, items are copies, or there are fewer forms than items"
FEW_FORMS: Final = f"a group has fewer than {FEW} forms: only large differences can be seen"
FEW_LEVELS: Final = f"an item has fewer than {LEVELS} levels, and this likelihood is for continuous items"


class Table(NamedTuple):
    """Covariances (n in the denominator) and means of each group, the number of forms, and a word of caution."""

    S: Array
    m: Array
    n: Array
    groups: tuple[str, ...]
    left: str
    caution: str | None


def invariance_continuous(forms: Any, group: str, items: Sequence[str] | None = None) -> Estimates:
    """Measurement invariance over groups by maximum likelihood, for items that may pass for continuous.

    For answers that are steps on a ladder `risico.invariance.invariance` is the recommended one. `forms` is any frame
    or table with the points of the items of one scale and a column `group`, or Counts of these; `items` names the items
    (all other columns, if none). Forms with a blank are left out and counted in `method`. This is normal theory on
    covariances and means: where an item has fewer than five levels each number says so.

    Returns for the models `configural` (the same factor), `metric` (equal loadings) and `scalar` (equal loadings and
    intercepts), with `by={"model": …}` and in their names `invariance_continuous_`: `chi_square`, `df`, `p`, `cfi` and
    `rmsea`; and for the last two against the model before: `change_p` (likelihood ratio), `cfi_drop` (recommended; Chen
    2007) and `rmsea_rise`. Raises UsageError where there is no such column or an item holds words.

    >>> rng = np.random.default_rng(6)
    >>> trait = rng.normal(size=(400, 1))
    >>> forms = {f"i{k}": column for k, column in enumerate((trait + rng.normal(size=(400, 4))).T)}
    >>> found = invariance_continuous(forms | {"sex": ["f", "m"] * 200}, "sex")
    >>> found.where(model="scalar")["invariance_continuous_df"].value
    10.0
    """
    given = answers(forms, group, items)
    table = given if isinstance(given, str) else _table(given)
    if isinstance(table, str):
        return Estimates(_refused(of, table) for level in numbers.LEVELS for of in _names(level))
    rows, before = list[Estimate](), None
    for level in numbers.LEVELS:
        model = numbers.fit(S=table.S, m=table.m, n=table.n, level=level)
        why = UNSETTLED if not model.settled else IMPROPER if model.smallest <= 0 else None
        found = why or model
        rows += _fitted(table, level, found)
        if before is not None:
            rows += _changed(table, level, before, found)
        before = found
    return Estimates(rows)


def _names(level: str) -> list[tuple[str, str]]:
    return [(name, level) for name in (*FIT, *(() if level == "configural" else CHANGES))]


def _refused(of: tuple[str, str], why: str, n: int | None = None) -> Estimate:
    return Estimate(name=f"invariance_continuous_{of[0]}", by={"model": of[1]}, n=n, why=why)


def _table(found: Answers) -> Table | str:
    X, number, k = found.points, found.number, found.points.shape[1]
    own = [found.group == g for g in range(len(found.groups))]
    n = found.n.astype(np.float64)
    S = np.array([np.cov(X[rows].T, fweights=number[rows], ddof=0) for rows in own])
    spread = np.sqrt(np.einsum("gii->gi", S))
    if n.min() <= k or spread.min() <= 0:
        return SINGULAR
    if np.linalg.eigvalsh(S / spread[:, :, None] / spread[:, None, :])[:, 0].min() < 1e-10:
        return SINGULAR
    m = np.array([np.average(X[rows], axis=0, weights=number[rows]) for rows in own])
    few = min(len(np.unique(column)) for column in X.T) < LEVELS
    caution = "; ".join(word for word, holds in ((FEW_LEVELS, few), (FEW_FORMS, n.min() < FEW)) if holds)
    return Table(S, m, n, found.groups, found.left, caution or None)


def _method(table: Table, level: str) -> str:
    groups = ", ".join(table.groups)
    return f"one factor, {HELD[level]}; maximum likelihood on covariances and means, groups {groups}{table.left}"


def _fitted(table: Table, level: str, model: numbers.Model | str) -> list[Estimate]:
    n = round(table.n.sum())
    if isinstance(model, str):
        return [_refused((name, level), model, n) for name in FIT]
    fit = numbers.indices(model=model, S=table.S, n=table.n)
    values = (fit.test.value, float(fit.test.df), fit.test.p, fit.cfi, fit.rmsea)
    return [
        Estimate(
            name=f"invariance_continuous_{name}",
            value=value,
            n=n,
            by={"model": level},
            method=_method(table, level),
            source=SOURCES,
            why=table.caution,
        )
        for name, value in zip(FIT, values, strict=True)
    ]


def _changed(table: Table, level: str, before: numbers.Model | str, now: numbers.Model | str) -> list[Estimate]:
    """How much worse a model fits than the one before it, in which less is held equal."""
    n = round(table.n.sum())
    if isinstance(before, str) or isinstance(now, str):
        why = before if isinstance(before, str) else str(now)
        return [_refused((name, level), why, n) for name in CHANGES]
    old, new = (numbers.indices(model=model, S=table.S, n=table.n) for model in (before, now))
    p = float(special.chdtrc(now.df - before.df, max(now.chi_square - before.chi_square, 0.0)))
    return [
        Estimate(
            name=f"invariance_continuous_{name}",
            value=value,
            n=n,
            by={"model": level},
            method=f"{told}; {_method(table, level)}",
            source=source,
            why=table.caution,
        )
        for name, value, told, source in (
            ("change_p", p, f"likelihood ratio, {now.df - before.df} degrees of freedom", SOURCES),
            ("cfi_drop", old.cfi - new.cfi, "CFI of the model before less that of this one", "Chen (2007)"),
            ("rmsea_rise", new.rmsea - old.rmsea, "RMSEA of this model less that of the one before", "Chen (2007)"),
        )
    ]
