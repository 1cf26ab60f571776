"""Does an item work in the same way in every group? People with the same total should answer it alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import intervals
from risico.numbers.mantel_haenszel import common_odds_ratio
from risico.numbers.ordinal_logit import Ordinal, proportional_odds
from risico.tally import Counts, count, label

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

FEW: Final = 50
NAMES: Final = (
    "dif_r2",
    "dif_p",
    "dif_p_holm",
    "dif_uniform_p",
    "dif_nonuniform_p",
    "dif_odds_ratio",
    "dif_odds_ratio_p",
)
ZUMBO: Final = "Swaminathan & Rogers (1990); Zumbo (1999)"
MANTEL: Final = "Holland & Thayer (1988); Robins, Breslow & Greenland (1986)"
STILL: Final = "everybody gave the same answer"
SEPARATED: Final = "the answers are told apart wholly by total or group, so no finite estimate exists"


class Table(NamedTuple):
    """Complete forms: answers, shape (rows, items), the group of each row as a number, and how often it occurs."""

    items: Array
    group: Whole
    c: Array
    groups: tuple[str, ...]


def dif(forms: Any, group: str, items: Sequence[str] | None = None, *, confidence: float = 0.95) -> Estimates:
    """Differential item functioning: whether an item is answered differently by groups at the same total.

    `forms` is any frame or table with the points of the items of one scale and a column `group`, or Counts of these;
    `items` names the items (all other columns, if none). People are matched on the sum of all items, the item itself
    included. Forms with a blank are left out, and counted in `method`.

    Returns for each item, with `by={"item": …}`: `dif_r2`, the change in McFadden's R² when group and group × total
    join an ordinal logistic regression on the total (recommended: COSMIN calls .02 important), `dif_p` its likelihood
    ratio test, `dif_p_holm` the same after Holm for the number of items, `dif_uniform_p` (a shift) and
    `dif_nonuniform_p` (another slope). For items of two levels and two groups also `dif_odds_ratio`, the common odds
    ratio of Mantel and Haenszel of the higher answer in the first group (in order of name) against the second, and
    `dif_odds_ratio_p`. Raises UsageError where there are fewer than two items.

    >>> answers = {"a": [0, 1] * 60, "b": [0, 0, 1, 1] * 30, "c": [0, 1, 1] * 40, "sex": ["f"] * 60 + ["m"] * 60}
    >>> found = dif(answers, "sex")
    >>> found.where(item="a")["dif_r2"].why
    >>> round(found.where(item="a")["dif_odds_ratio"].value, 6)
    1.0
    """
    check_confidence(confidence)
    table, left_out, names = _table(forms, group, items)
    if len(names) < 2:
        raise UsageError("Matching people on their total needs at least two items. Name the items of one scale.")
    left = f"; {left_out} forms with a blank left out" if left_out else ""
    rows = [_item(table, i, item, left, confidence) for i, item in enumerate(names)]
    return Estimates(e for found in _with_holm(rows) for e in found)


def _table(forms: Any, group: str, items: Sequence[str] | None) -> tuple[Table, int, tuple[str, ...]]:
    counts = forms if isinstance(forms, Counts) else count(forms, None if items is None else [*items, group])
    if group not in counts.columns:
        raise UsageError(f"There is no column '{group}' that says to which group a form belongs.")
    names = tuple(items) if items is not None else tuple(name for name in counts.columns if name != group)
    columns = [counts.column(name) for name in names]
    if any(column.dtype.kind != "f" for column in columns):
        raise UsageError("Items are points, and some column holds words. Give the points (see `risico.points`).")
    X, who = np.column_stack(columns).astype(np.float64), counts.column(group)
    told = np.array([value is not None and value == value for value in who.tolist()], dtype=bool)
    full = told & ~np.isnan(X).any(axis=1)
    kinds, place = np.unique(np.array([label(value) for value in who[full].tolist()], dtype=str), return_inverse=True)
    c = counts.number[full].astype(np.float64)
    return Table(X[full], place.astype(np.int64), c, tuple(kinds.tolist())), round(counts.n - c.sum()), names


def _item(table: Table, i: int, item: str, left: str, confidence: float) -> list[Estimate]:
    n, by = round(table.c.sum()), {"item": item}
    if (why := _impossible(table, i)) is not None:
        return [Estimate(name=name, by=by, n=n, why=why) for name in NAMES]
    models = _models(table, i)
    odds = _odds_ratio(table, i, by, left, confidence)
    if not all(model.converged for model in models):
        return [*(Estimate(name=name, by=by, n=n, why=SEPARATED) for name in NAMES[:5]), *odds]
    levels, y = np.unique(table.items[:, i], return_inverse=True)
    share = np.bincount(y, weights=table.c, minlength=len(levels)) / n
    null = float(n * (share * np.log(share)).sum())
    one, two, three = (model.log_likelihood for model in models)
    k, groups = len(table.groups) - 1, ", ".join(table.groups)
    caution = _few(table)
    told = f"ordinal logistic regression on the total, groups {groups}{left}"

    def p(more: float, less: float, df: int) -> float:
        return float(special.chdtrc(df, max(0.0, 2 * (more - less))))

    def made(name: str, value: float, method: str) -> Estimate:
        return Estimate(name=name, value=value, n=n, by=by, method=f"{method}; {told}", source=ZUMBO, why=caution)

    return [
        made("dif_r2", max(0.0, (three - one) / -null), "change in McFadden's R² by group and group × total"),
        made("dif_p", p(three, one, 2 * k), f"likelihood ratio, {2 * k} degrees of freedom"),
        made("dif_p_holm", p(three, one, 2 * k), "the same after Holm for the number of items"),
        made("dif_uniform_p", p(two, one, k), f"likelihood ratio of group, {k} degrees of freedom"),
        made("dif_nonuniform_p", p(three, two, k), f"likelihood ratio of group × total, {k} degrees of freedom"),
        *odds,
    ]


def _impossible(table: Table, i: int) -> str | None:
    if len(table.groups) < 2:
        return "there is one group, and two are needed to compare"
    return STILL if len(np.unique(table.items[:, i])) < 2 else None


def _few(table: Table) -> str | None:
    sizes = np.bincount(table.group, weights=table.c)
    return f"a group has fewer than {FEW} forms: only large differences can be seen" if sizes.min() < FEW else None


def _models(table: Table, i: int) -> tuple[Ordinal, Ordinal, Ordinal]:
    """Total; total and group; total, group and their product. The total is centred, which changes no likelihood."""
    y: Whole = np.searchsorted(np.unique(table.items[:, i]), table.items[:, i])
    total = table.items.sum(axis=1)
    total = total - np.average(total, weights=table.c)
    member = (table.group[:, None] == np.arange(1, len(table.groups))[None, :]).astype(np.float64)
    first = total[:, None]
    second = np.hstack([first, member])
    one, two, three = (
        proportional_odds(X=X, y=y, c=table.c) for X in (first, second, np.hstack([second, member * first]))
    )
    return one, two, three


def _odds_ratio(table: Table, i: int, by: dict[str, str], left: str, confidence: float) -> list[Estimate]:
    n, names = round(table.c.sum()), NAMES[5:]
    levels, y = np.unique(table.items[:, i], return_inverse=True)
    if len(levels) > 2 or len(table.groups) > 2:
        why = "Mantel and Haenszel's odds ratio is for items of two levels and two groups"
        return [Estimate(name=name, by=by, n=n, why=why) for name in names]
    totals, stratum = np.unique(table.items.sum(axis=1), return_inverse=True)
    place = stratum * 4 + table.group * 2 + (1 - y)
    tables = np.bincount(place, weights=table.c, minlength=4 * len(totals)).astype(np.float64).reshape(-1, 2, 2)
    found = common_odds_ratio(tables=tables)
    if not 0 < found.odds_ratio < np.inf or not np.isfinite(found.p):
        why = "no total was reached by both groups with both answers"
        return [Estimate(name=name, by=by, n=n, why=why) for name in names]
    low, high = intervals.normal(value=float(np.log(found.odds_ratio)), se=found.log_se, confidence=confidence)
    method = f"Mantel-Haenszel over totals, {' against '.join(table.groups)}{left}"
    caution = _few(table)
    return [
        Estimate(
            name=names[0],
            value=found.odds_ratio,
            low=float(np.exp(low)),
            high=float(np.exp(high)),
            confidence=confidence,
            n=n,
            by=by,
            method=method,
            source=MANTEL,
            why=caution,
        ),
        Estimate(
            name=names[1],
            value=found.p,
            n=n,
            by=by,
            method=f"{method}; chi-square with continuity correction",
            source=MANTEL,
            why=caution,
        ),
    ]


def _with_holm(rows: list[list[Estimate]]) -> list[list[Estimate]]:
    """Adjust the tests of all items together: the smallest p times their number, and so on, never falling."""
    tested = [e for found in rows for e in found if e.name == "dif_p_holm" and e.value is not None]
    worst, holm = 0.0, dict[str, float]()
    for rank, e in enumerate(sorted(tested, key=lambda e: e.value or 0.0)):
        worst = max(worst, min(1.0, (len(tested) - rank) * (e.value or 0.0)))
        holm[e.by["item"]] = worst
    return [
        [_adjusted(e, holm) if e.name == "dif_p_holm" and e.value is not None else e for e in found] for found in rows
    ]


def _adjusted(e: Estimate, holm: dict[str, float]) -> Estimate:
    return Estimate(
        name=e.name, value=holm[e.by["item"]], n=e.n, by=e.by, method=e.method, source="Holm (1979)", why=e.why
    )
