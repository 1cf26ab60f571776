"""Do the items measure the same thing in every group? One factor, with ever more held equal between groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import invariance as numbers
from risico.tally import Counts, count, label

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

ONE_GROUP: Final = "there is one group, and two are needed to compare"
FOUR: Final = "with fewer than four items one factor leaves nothing to test"
SINGULAR: Final = "in a group an item never varies, items are copies, or there are fewer forms than items"
UNSETTLED: Final = "the model did not settle"
IMPROPER: Final = "the model leaves an item less than no error of its own"
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


def invariance(forms: Any, group: str, items: Sequence[str] | None = None) -> Estimates:
    """Measurement invariance over groups by maximum likelihood, for items that may pass for continuous.

    `forms` is any frame or table with the points of the items of one scale and a column `group`, or Counts of these;
    `items` names the items (all other columns, if none). Forms with a blank are left out and counted in `method`. This
    is normal theory on covariances and means: where an item has fewer than five levels each number says so.

    Returns for the models `configural` (the same factor), `metric` (equal loadings) and `scalar` (equal loadings and
    intercepts), with `by={"model": …}`: `invariance_chi_square`, `invariance_df`, `invariance_p`, `invariance_cfi` and
    `invariance_rmsea`; and for the last two against the model before: `invariance_change_p` (likelihood ratio),
    `invariance_cfi_drop` (recommended; Chen 2007) and `invariance_rmsea_rise`. Raises UsageError where there is no such
    column or an item holds words.

    >>> rng = np.random.default_rng(6)
    >>> trait = rng.normal(size=(400, 1))
    >>> answers = {f"i{k}": column for k, column in enumerate((trait + rng.normal(size=(400, 4))).T)}
    >>> found = invariance(answers | {"sex": ["f", "m"] * 200}, "sex")
    >>> found.where(model="scalar")["invariance_df"].value
    10.0
    """
    table = _table(forms, group, items)
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
    return Estimate(name=f"invariance_{of[0]}", by={"model": of[1]}, n=n, why=why)


def _table(forms: Any, group: str, items: Sequence[str] | None) -> Table | str:
    counts: Counts = forms if isinstance(forms, Counts) else count(forms, None if items is None else [*items, group])
    if group not in counts.columns:
        raise UsageError(f"There is no column '{group}' that says to which group a form belongs.")
    names = list(items) if items is not None else [name for name in counts.columns if name != group]
    counts = counts.select([*names, group])
    full = counts.complete()
    columns = [full.column(name) for name in names]
    if any(counts.column(name).dtype.kind != "f" for name in names):
        raise UsageError("Items are points, and some column holds words. Give the points (see `risico.points`).")
    kinds = sorted(set(full.column(group).tolist()))
    if len(kinds) < 2:
        return ONE_GROUP
    if len(names) < 4:
        return FOUR
    X, who = np.column_stack(columns).astype(np.float64), full.column(group)
    own = [who == kind for kind in kinds]
    n = np.array([float(full.number[rows].sum()) for rows in own])
    S = np.array([np.cov(X[rows].T, fweights=full.number[rows], ddof=0) for rows in own])
    spread = np.sqrt(np.einsum("gii->gi", S))
    if n.min() <= len(names) or spread.min() <= 0:
        return SINGULAR
    if np.linalg.eigvalsh(S / spread[:, :, None] / spread[:, None, :])[:, 0].min() < 1e-10:
        return SINGULAR
    m = np.array([np.average(X[rows], axis=0, weights=full.number[rows]) for rows in own])
    few = min(len(np.unique(column)) for column in columns) < LEVELS
    caution = "; ".join(word for word, holds in ((FEW_LEVELS, few), (FEW_FORMS, n.min() < FEW)) if holds)
    lost = counts.n - full.n
    left = f"; {lost} forms with a blank left out" if lost else ""
    words = tuple(label(kind) for kind in kinds)
    return Table(S, m, n, words, left, caution or None)


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
            name=f"invariance_{name}",
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
            name=f"invariance_{name}",
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
