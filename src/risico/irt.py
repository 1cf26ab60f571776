"""Item response models: one trait behind the answers, how hard each answer is and how much each item tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.columns import extend
from risico.errors import UsageError, did_you_mean
from risico.estimate import Estimate, Estimates, check_confidence
from risico.instrument import Instrument, load
from risico.numbers import intervals
from risico.numbers import irt as numbers
from risico.scoring import points
from risico.tally import Counts, count, label

Array = NDArray[np.float64]
Model = Literal["graded", "rasch"]

GRADED: Final = "graded response model"
RASCH: Final = "one-parameter model"
FITTED: Final = "marginal maximum likelihood, trait standard normal"
SOURCES: Final = {GRADED: "Samejima (1969); Bock & Aitkin (1981)", RASCH: "Rasch (1960); Bock & Aitkin (1981)"}
WHOLE: Final = ("irt_reliability_marginal", "irt_reliability_empirical", "irt_log_likelihood")
FLAT: Final = 1e-3
"""A slope below this tells nothing, and a difficulty divided by it neither."""
WIDEST: Final = 200

FORMATIVE: Final = (
    "a formative checklist adds up risk factors that need not go together, so there is no one trait behind them"
)
STILL: Final = "everybody gave the same answer"
UNSETTLED: Final = "the model did not settle: answers follow each other without exception, or hardly hang together"
FLAT_ITEM: Final = "the item does not hang together with the others, so no difficulty can be told"


class Table(NamedTuple):
    """Answers as cells, shape (rows, cells); how often each row occurs; the levels of each item; what was left out."""

    Y: Array
    c: Array
    items: tuple[str, ...]
    levels: tuple[tuple[float, ...], ...]
    still: tuple[str, ...]
    blank: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of levels of each item."""
        return tuple(len(kinds) for kinds in self.levels)


def graded(items: Any, columns: Sequence[str] | None = None, *, confidence: float = 0.95) -> Estimates:
    """Graded response model: the chance of each level of each item or a higher one, logistic in one trait.

    `items` is any frame or table of points, or Counts; `columns` names the items (all, if none). Every level that
    occurs is one; items of two levels make it the two-parameter model. Answers may be missing, as long as what is
    missing does not depend on the answer itself; a form without any answer is left out and counted in `method`. The
    trait is standard normal. Nothing is reversed: an item with a negative slope says so.

    Returns for each item `irt_discrimination`, the slope, and for each level but the lowest `irt_difficulty` with
    `by={"item": …, "level": …}`, the trait at which half of the people give that level or a higher one; intervals are
    normal, from the observed information (Louis 1982). Then `irt_reliability_marginal`, information / (information + 1)
    averaged over the trait (Green et al. 1984; recommended), `irt_reliability_empirical`, the variance of the expected
    trait of each form as a share of itself and the mean posterior variance, and `irt_log_likelihood`.

    >>> rng = np.random.default_rng(2)
    >>> trait = rng.normal(size=(400, 1))
    >>> found = graded((trait + rng.logistic(size=(400, 4)) / 1.5 > [-1, 0, 0, 1]).astype(float))
    >>> [round(e.value) for e in found if e.name == "irt_difficulty"]
    [-1, 0, 0, 1]
    """
    return _estimates(_table(items, columns), GRADED, confidence)


def rasch(items: Any, columns: Sequence[str] | None = None, *, confidence: float = 0.95) -> Estimates:
    """One-parameter (Rasch) model by marginal likelihood: items of two levels that differ in difficulty alone.

    Takes and returns what `graded` does; there is one `irt_discrimination` for all items. The trait has variance 1; a
    Rasch model with slope 1 has a trait with this slope as standard deviation.

    >>> rng = np.random.default_rng(2)
    >>> trait = rng.normal(size=(400, 1))
    >>> found = rasch((trait + rng.logistic(size=(400, 4)) > [-1, 0, 0, 1]).astype(float))
    >>> round(found["irt_discrimination"].value)
    1
    """
    return _estimates(_table(items, columns), RASCH, confidence)


def item_response(
    forms: Any,
    instrument: str | Path | Instrument,
    score: str = "total",
    *,
    model: Model = "graded",
    confidence: float = 0.95,
) -> Estimates:
    """Return the item response model of one score of an instrument, from the points of its items.

    `forms` is any frame that `risico.scoring.score` takes. Refused, with the reason, for a formative instrument and for
    a score that is no sum or mean of items. Raises IllegalAnswers as `score` does, and UsageError where the instrument
    has no such score.

    >>> import polars as pl
    >>> item_response(pl.DataFrame({"odara_1": [0, 1]}), "odara")["irt_log_likelihood"].why.split(",")[0]
    'a formative checklist adds up risk factors that need not go together'
    """
    it = load(instrument)
    if model not in ("graded", "rasch"):
        raise UsageError(f"There is no model {model!r}; choose graded or rasch.")
    if score not in it.scores:
        raise UsageError(f"{it.id} has no score {score!r}.{did_you_mean(score, it.scores)}")
    if it.model == "formative":
        return _refused(FORMATIVE)
    rule = it.scores[score].rule
    if rule not in ("sum", "mean"):
        return _refused(f"the rule of this score is {rule}; a trait is told from items that are added up or averaged")
    return (graded if model == "graded" else rasch)(points(forms, it, score), confidence=confidence)


def information(found: Estimates, at: Sequence[float] | None = None) -> Estimates:
    """How much the answers tell at each height of the trait, from what `graded` or `rasch` returned.

    `at` are heights of the trait, at most 200 (−4 to 4 by 0.2, if none). Returns at each height `irt_information`, the
    sum over items, `irt_sem`, the standard error of measurement there (1 / √information), and for each item
    `irt_item_information` with `by={"item": …}`. Raises UsageError where `found` holds no model.

    >>> model = [Estimate(name="irt_discrimination", value=2.0, by={"item": "a"}),
    ...          Estimate(name="irt_difficulty", value=0.5, by={"item": "a", "level": "1"})]
    >>> information(Estimates(model), at=[0.5])["irt_sem"].value
    1.0
    """
    places = np.round(np.linspace(-4, 4, 41), 10) if at is None else np.array(list(at), dtype=np.float64)
    if not 0 < len(places) <= WIDEST or not np.isfinite(places).all():
        raise UsageError(f"A curve has from 1 to {WIDEST} places, each a number.")
    model = _model(found)
    n = next((e.n for e in found if e.name == "irt_log_likelihood"), None)
    each = numbers.item_information(levels=model.sizes, parameters=model.parameters, points=places)
    rows = list[Estimate]()
    for height, parts in zip(places.tolist(), each.tolist(), strict=True):
        whole = sum(parts)
        method, source = "Fisher's information on the trait in one form", "Samejima (1969)"
        rows.append(Estimate(name="irt_information", value=whole, at=height, n=n, method=method, source=source))
        rows.append(_sem(whole, height, n))
        rows += [
            Estimate(
                name="irt_item_information",
                value=part,
                at=height,
                n=n,
                by={"item": item},
                method="Fisher's information on the trait in one answer",
                source=source,
            )
            for item, part in zip(model.items, parts, strict=True)
        ]
    return Estimates(rows)


def eap(forms: Any, found: Estimates) -> Any:
    """Return the forms with `theta`, the expected trait of each given its answers, and `theta_sd` beside it.

    `found` is what `graded` or `rasch` returned; `forms` a frame with the columns of its items. An answer between two
    levels counts as the lower one. A form without any answer gets neither number. These are estimates for research:
    nothing estimated from data is shown of one family. Raises UsageError where `found` holds no model or the frame
    lacks an item.

    >>> import polars as pl
    >>> model = [Estimate(name="irt_discrimination", value=1.0, by={"item": "a"}),
    ...          Estimate(name="irt_difficulty", value=0.0, by={"item": "a", "level": "1"})]
    >>> eap(pl.DataFrame({"a": [0, 1, None]}), Estimates(model))["theta"].round(3).to_list()
    [-0.413, 0.413, None]
    """
    model = _model(found)

    def compute(arrays: dict[str, NDArray[Any]]) -> dict[str, Array]:
        missing = [item for item in model.items if item not in arrays]
        if missing:
            raise UsageError(f"There is no column {missing[0]!r}, an item of the model. Give the frame it was made on.")
        cells = [
            _cells(arrays[item].astype(np.float64), kinds)
            for item, kinds in zip(model.items, model.levels, strict=True)
        ]
        Y = np.hstack(cells)
        mean, sd = numbers.expected_scores(Y=Y, levels=model.sizes, parameters=model.parameters)
        empty = Y.sum(axis=1) == 0
        return {"theta": np.where(empty, np.nan, mean), "theta_sd": np.where(empty, np.nan, sd)}

    return extend(forms, model.items, compute)


class _Model(NamedTuple):
    items: tuple[str, ...]
    levels: tuple[tuple[float, ...], ...]
    parameters: Array

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(kinds) for kinds in self.levels)


def _model(found: Estimates) -> _Model:
    """Read slopes and difficulties back; the lowest level of an item has no name and stands at minus infinity."""
    slopes = {e.by.get("item"): e.value for e in found if e.name == "irt_discrimination" and e.value is not None}
    hard = [e for e in found if e.name == "irt_difficulty" and e.value is not None]
    items = tuple(dict.fromkeys(e.by["item"] for e in hard))
    if not items:
        raise UsageError("There is no model in these estimates. Give what `graded` or `rasch` returned, settled.")
    levels, parameters = list[tuple[float, ...]](), list[float]()
    for item in items:
        slope = slopes.get(item, slopes.get(None)) or 0.0
        own = [e for e in hard if e.by["item"] == item]
        levels.append((-np.inf, *(float(e.by["level"]) for e in own)))
        parameters += [slope, *(slope * (e.value or 0.0) for e in own)]
    return _Model(items, tuple(levels), np.array(parameters))


def _cells(column: Array, kinds: tuple[float, ...]) -> Array:
    """One column per level, 1 at the highest level that the answer reaches, 0 throughout for a blank."""
    place = np.clip(np.searchsorted(np.array(kinds), column, side="right") - 1, 0, None)
    return ((place[:, None] == np.arange(len(kinds))) & ~np.isnan(column)[:, None]).astype(np.float64)


def _sem(whole: float, height: float, n: int | None) -> Estimate:
    if whole < 1e-12:
        return Estimate(name="irt_sem", at=height, n=n, why="at this height of the trait the answers tell nothing")
    method = "1 / √information, on the scale of the trait"
    return Estimate(name="irt_sem", value=whole**-0.5, at=height, n=n, method=method, source="Samejima (1969)")


def _table(forms: Any, columns: Sequence[str] | None) -> Table:
    counts: Counts = count(forms, columns)
    values = [counts.column(name) for name in counts.columns]
    if any(column.dtype.kind != "f" for column in values):
        raise UsageError("Items are points, and some column holds words. Give the points (see `risico.points`).")
    levels = [tuple(np.unique(column[~np.isnan(column)]).tolist()) for column in values]
    names = counts.columns
    still = tuple(name for name, kinds in zip(names, levels, strict=True) if len(kinds) < 2)
    kept = [i for i, kinds in enumerate(levels) if len(kinds) > 1]
    cells = [_cells(values[i].astype(np.float64), levels[i]) for i in kept]
    Y = np.hstack(cells) if cells else np.empty((len(counts.number), 0))
    some = Y.sum(axis=1) > 0
    c = counts.number[some].astype(np.float64)
    kinds = tuple(levels[i] for i in kept)
    return Table(Y[some], c, tuple(names[i] for i in kept), kinds, still, round(counts.n - c.sum()))


def _impossible(table: Table, model: str) -> str | None:
    if model == RASCH and any(k > 2 for k in table.sizes):
        return "the one-parameter model is for items of two levels; use the graded response model"
    least = "two" if model == RASCH else "three"
    if len(table.items) < (2 if model == RASCH else 3):
        return f"{least} items with different answers are needed to tell a trait"
    return None


def _refused(why: str, n: int | None = None) -> Estimates:
    return Estimates(Estimate(name=name, n=n, why=why) for name in WHOLE)


def _estimates(table: Table, model: str, confidence: float) -> Estimates:
    check_confidence(confidence)
    n, names = round(table.c.sum()), ("irt_discrimination", "irt_difficulty")
    still = Estimates(Estimate(name=name, by={"item": item}, why=STILL) for item in table.still for name in names)
    if (why := _impossible(table, model)) is not None:
        return still + _refused(why, n)
    found = numbers.fit(Y=table.Y, c=table.c, levels=table.sizes, one_slope=model == RASCH)
    if not found.settled:
        return still + _refused(UNSETTLED, n)
    left = f"; {table.blank} forms without an answer left out" if table.blank else ""
    told = f"{model}, {FITTED}{left}"
    rows = [*_items(table, found, model, told, confidence), *still, *_whole(table, found, told, SOURCES[model])]
    return Estimates(rows)


def _items(table: Table, found: numbers.Fit, model: str, told: str, confidence: float) -> list[Estimate]:
    rows, start, n = list[Estimate](), 0, round(table.c.sum())
    for item, kinds in zip(table.items, table.levels, strict=True):
        own = slice(start, start + len(kinds))
        slope, *thresholds = found.parameters[own].tolist()
        V = found.covariance[own, own]
        if model == GRADED or not rows:
            against = f"item {item} runs against the other items: probably not reversed" if slope < 0 else None
            by = {"item": item} if model == GRADED else {}
            slope_se = float(np.sqrt(V[0, 0]))
            rows.append(_told("irt_discrimination", slope, slope_se, by, n, told, SOURCES[model], confidence, against))
        for k, (level, threshold) in enumerate(zip(kinds[1:], thresholds, strict=True), start=1):
            by = {"item": item, "level": label(level)}
            if abs(slope) < FLAT:
                rows.append(Estimate(name="irt_difficulty", by=by, n=n, why=FLAT_ITEM))
                continue
            b = threshold / slope
            se = float(np.sqrt(V[k, k] - 2 * b * V[0, k] + b**2 * V[0, 0])) / abs(slope)
            rows.append(_told("irt_difficulty", b, se, by, n, told, SOURCES[model], confidence, None))
        start += len(kinds)
    return rows


def _told(
    name: str,
    value: float,
    se: float,
    by: dict[str, str],
    n: int,
    method: str,
    source: str,
    confidence: float,
    why: str | None,
) -> Estimate:
    low, high = intervals.normal(value=value, se=se, confidence=confidence)
    return Estimate(
        name=name,
        value=value,
        low=low,
        high=high,
        confidence=confidence,
        se=se,
        n=n,
        by=by,
        method=f"{method}; normal interval, observed information",
        source=source,
        why=why,
    )


def _whole(table: Table, found: numbers.Fit, told: str, source: str) -> list[Estimate]:
    n, sizes, parameters = round(table.c.sum()), table.sizes, found.parameters
    mean, sd = numbers.expected_scores(Y=table.Y, levels=sizes, parameters=parameters)
    spread = float(np.cov(mean, fweights=table.c.astype(np.int64)))
    known = spread / (spread + float(np.average(sd**2, weights=table.c)))
    marginal = numbers.marginal_reliability(levels=sizes, parameters=parameters)
    how = "variance of the expected trait over itself and the mean posterior variance"
    return [
        Estimate(
            name=WHOLE[0],
            value=marginal,
            n=n,
            method=f"information / (information + 1), averaged over the trait; {told}",
            source="Green, Bock, Humphreys, Linn & Reckase (1984)",
        ),
        Estimate(name=WHOLE[1], value=known, n=n, method=f"{how}; {told}", source="Bock & Mislevy (1982)"),
        Estimate(name=WHOLE[2], value=found.log_likelihood, n=n, method=told, source=source),
    ]
