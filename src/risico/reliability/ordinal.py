"""Consistency of answers that are steps on a ladder, from counts of pairs of items."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import covariance, factor, polychoric
from risico.numbers import ordinal as numbers
from risico.reliability.factor import FIT, said
from risico.reliability.grounds import (
    FEW_ITEMS,
    FLAT_STANDARDISED,
    STILL,
    THREE_ITEMS,
    TWO_ITEMS,
    left_out,
    told,
)
from risico.reliability.ladder import Ladder, correlated, covariances
from risico.reliability.redrawn import check_redraws, with_percentiles
from risico.tally import Counts, Pairs, count, pairs
from risico.tally.pairs import MOST

Array = NDArray[np.float64]

COEFFICIENTS = ("alpha_ordinal", "omega_categorical")
WHOLE = (*COEFFICIENTS, *(f"ordinal_{part}" for part in FIT))
RMSEA = 0.90
MODEL = "one-factor model, diagonally weighted least squares on polychoric correlations"
MUTHEN = "Muthén et al. (1997)"
NOTES = "two-step polychoric correlations; an empty cell of a table of two by two counts as a half"


def ordinal(
    items: Any, columns: Sequence[str] | None = None, *, redraws: int = 0, seed: int = 1, confidence: float = 0.95
) -> Estimates:
    """How well answers on a ladder of a few steps hang together, on forms with every item filled in.

    `items` is any frame or table of points (see `risico.tally.count`), Counts or Pairs. The answers are thought of as
    normal variables cut at thresholds: their correlations are polychoric (Olsson 1979, in two steps; of a table of two
    by two an empty cell counts as a half, as in lavaan).

    `alpha_ordinal` is alpha of those correlations (Zumbo, Gadermann and Zeisser 2007): of the variables behind the
    answers, not of the score that is used. `omega_categorical` is of the score that is used, the sum of the points
    (Green and Yang 2009; below the line the variance that the model gives that sum), and rests on one factor. Its fit
    is `ordinal_chi_square` (scaled and shifted, as of lavaan's WLSMV, with n − 1), `ordinal_df`, `ordinal_p`,
    `ordinal_cfi`, `ordinal_tli`, `ordinal_rmsea` (interval of 90 percent), `ordinal_close_p` and `ordinal_srmr`, its
    loadings are `item_loading_ordinal`. Pairs are enough for all but the test.
    `item_above_lowest` is the share of forms with more than the lowest points that occur.

    With `redraws` (100 or more; 1,000 take some ten seconds) the two coefficients have an interval:
    percentiles of whole forms drawn anew, the model made again on each (Efron 1979; Kelley and Pornprasertmanit 2016).
    Where more than 5 of 100 redraws have no such model there is none.
    How often these intervals hold the truth was not simulated yet.

    >>> forms = "110 001 010 122 210 202 101 101 101 211 211 112 212 100".split()
    >>> answers = [[int(code) for code in form] for form in forms]
    >>> [round(e.value, 2) for e in ordinal(answers)[:2]]
    [0.51, 0.45]
    """
    check_confidence(confidence)
    check_redraws(redraws, not isinstance(items, Pairs))
    if not redraws:
        return ordinal_of(items, columns, {})
    counts = count(items, columns)
    return ordinal_redrawn(ordinal_of(counts, None, {}), counts, redraws, seed, confidence)


def ordinal_redrawn(found: Estimates, counts: Counts, redraws: int, seed: int, confidence: float) -> Estimates:
    """Return what `ordinal` returns, with intervals of the two coefficients, from counts of whole forms."""
    if all(found[name].value is None for name in COEFFICIENTS):
        return found
    full = counts.complete()
    split = [np.unique(column, return_inverse=True) for column in full.values]
    levels = [points.astype(np.float64) for points, _ in split]
    chosen = np.column_stack([codes[:, None] == np.arange(len(points)) for points, codes in split]).astype(np.float64)

    def values(c: Array) -> tuple[float, float]:
        table = np.rint((chosen * c[:, None]).T @ chosen).astype(np.int64)
        seen = np.diag(table) > 0
        parts = np.split(seen, np.cumsum([len(points) for points in levels])[:-1])
        occur = tuple(points[part] for points, part in zip(levels, parts, strict=True))
        return _coefficients(Pairs(columns=full.columns, levels=occur, table=table[np.ix_(seen, seen)], n=int(c.sum())))

    return with_percentiles(found, COEFFICIENTS, values, counts=full, redraws=redraws, seed=seed, confidence=confidence)


def _coefficients(tally: Pairs) -> tuple[float, float]:
    """Return alpha of the polychoric correlations and categorical omega; NaN where there is none."""
    if _no_ladder(tally) is not None or _no_sum(found := correlated(tally)) is not None:
        return math.nan, math.nan
    alpha = covariance.cronbach(S=found.R)
    if _no_model(found) is not None:
        return alpha, math.nan
    model = numbers.diagonally_weighted(R=found.R, weights=1 / found.variances)
    proper = _not_proper(model, tally.columns) is None
    return alpha, _omega(tally, model.values) if proper else math.nan


def ordinal_of(items: Any, columns: Sequence[str] | None, lowest: Mapping[str, float]) -> Estimates:
    """Return what `ordinal` returns, with the lowest points that an item can have where they are known."""
    counts = None if isinstance(items, Pairs) else count(items, columns)
    if counts is not None and _measured(counts):
        why = f"some items have more than {MOST} different points: they are measured, not chosen"
        return Estimates(Estimate(name=name, why=why) for name in WHOLE)
    tally = pairs(items if counts is None else counts, columns)
    return _whole(tally, counts) + _above(tally, lowest)


def _measured(counts: Counts) -> bool:
    return any(len(np.unique(column)) > MOST for column in counts.complete().values if column.dtype != object)


def _whole(tally: Pairs, counts: Counts | None) -> Estimates:
    found = correlated(tally) if (why := _no_ladder(tally)) is None else None
    if found is None or (why := _no_sum(found)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in WHOLE) + _loadings(tally, None, why)
    alpha = told(
        *("alpha_ordinal", covariance.cronbach(S=found.R)),
        n=tally.n,
        method=f"Cronbach's alpha of polychoric correlations; {NOTES}{left_out(tally.left_out)}",
        source="Zumbo et al. (2007); Olsson (1979)",
        note=_at_odds(found),
    )
    return Estimates([alpha]) + _modelled(tally, counts, found)


def _modelled(tally: Pairs, counts: Counts | None, found: Ladder) -> Estimates:
    """One factor behind the correlations: omega of the sum of points, the fit and the loadings."""
    model = None
    if (why := _no_model(found)) is None:
        model = numbers.diagonally_weighted(R=found.R, weights=1 / found.variances)
        why = _not_proper(model, tally.columns)
    if model is None or why is not None:
        return Estimates(Estimate(name=name, why=why) for name in WHOLE[1:]) + _loadings(tally, None, why)
    omega = _omega(tally, model.values)
    method = f"categorical omega of the sum of points, {MODEL}; {NOTES}{left_out(tally.left_out)}"
    source = f"Green & Yang (2009); {MUTHEN}"
    whole = told("omega_categorical", omega, n=tally.n, method=method, source=source, note=_at_odds(found))
    return Estimates([whole]) + _fit(tally, counts, found, model.values) + _loadings(tally, model.values, None)


def _omega(tally: Pairs, loadings: Array) -> float:
    margins = [tally.margin(i).astype(np.float64) for i in range(len(tally.columns))]
    cuts = [polychoric.thresholds(margin=margin) for margin in margins]
    return numbers.omega_categorical(loadings=loadings, cuts=cuts, points=tally.levels, margins=margins)


def _fit(tally: Pairs, counts: Counts | None, found: Ladder, loadings: Array) -> Estimates:
    """How well the factor fits: the residuals from pairs, the test and what rests on it from forms."""
    method = f"{MODEL}, scaled and shifted test{left_out(tally.left_out)}"
    srmr = numbers.residual_root(R=found.R, loadings=loadings)
    residual = told("ordinal_srmr", srmr, n=tally.n, method=MODEL + left_out(tally.left_out), source="Bentler (1995)")
    if counts is None or len(tally.columns) == 3:
        why = THREE_ITEMS if counts is not None else "a test of the model needs the forms, not only counts of pairs"
        return Estimates([*(Estimate(name=f"ordinal_{part}", why=why) for part in FIT if part != "srmr"), residual])
    k, weights = len(tally.columns), 1 / found.variances
    gamma = covariances(counts, tally, found.R)
    value, baseline = (
        numbers.scaled_shifted(R=found.R, weights=weights, loadings=own, gamma=gamma, n=tally.n)
        for own in (loadings, None)
    )
    if not math.isfinite(value + baseline):
        why = "an item goes with none of the others, so the fit of one factor cannot be tested"
        return Estimates([*(Estimate(name=f"ordinal_{part}", why=why) for part in FIT if part != "srmr"), residual])
    pairs_of = k * (k - 1) // 2
    fit = factor.fit_indices(
        value=value, df=pairs_of - k, baseline=baseline, baseline_df=pairs_of, n=tally.n - 1, confidence=RMSEA
    )
    return said(fit, srmr, n=tally.n, confidence=RMSEA, method=method, name="ordinal_{}")


def _no_ladder(tally: Pairs) -> str | None:
    if len(tally.columns) < 2:
        return FEW_ITEMS
    if tally.n < 2:
        return f"{tally.n} of {tally.n + tally.left_out} forms have every item filled in, and two are needed"
    if any(len(points) < 2 for points in tally.levels):
        return STILL
    return None


def _no_sum(found: Ladder) -> str | None:
    if np.abs(found.R[np.tril_indices(len(found.R), -1)]).max() >= 1:
        return (
            "two items go together, or against each other, without exception: their polychoric correlation is 1 or −1"
        )
    if found.R.sum() <= 1e-12 * len(found.R):
        return FLAT_STANDARDISED
    return None


def _at_odds(found: Ladder) -> str | None:
    if np.linalg.eigvalsh(found.R)[0] > 1e-10:
        return None
    return "the polychoric correlations cannot all be true at once (an eigenvalue is not above 0): too few forms"


def _no_model(found: Ladder) -> str | None:
    if len(found.R) < 3:
        return TWO_ITEMS
    if not found.variances[np.tril_indices(len(found.R), -1)].min() > 1e-10:  # NaN too
        return "there are too few forms to tell how sure each polychoric correlation is"
    return None


def _not_proper(model: numbers.Loadings, items: tuple[str, ...]) -> str | None:
    if not model.converged:
        return "the one-factor model did not converge"
    improper = [item for item, own in zip(items, model.values, strict=True) if abs(own) >= 1]
    return f"the one-factor model leaves {', '.join(improper)} less than no error of its own" if improper else None


def _loadings(tally: Pairs, values: Array | None, why: str | None) -> Estimates:
    return Estimates(
        told(
            *("item_loading_ordinal", None if values is None else float(values[i])),
            n=tally.n,
            method=f"standardised loading in the {MODEL}{left_out(tally.left_out)}",
            source=MUTHEN,
            by={"item": item},
            why=why,
        )
        for i, item in enumerate(tally.columns)
    )


def _above(tally: Pairs, lowest: Mapping[str, float]) -> Estimates:
    """A mean of yes and no, which disclosure judges from both sides."""
    out: list[Estimate] = []
    for i, item in enumerate(tally.columns):
        by = {"item": item}
        if not tally.n:
            out.append(Estimate(name="item_above_lowest", by=by, why="there is no complete form"))
            continue
        above = tally.levels[i] > lowest.get(item, float(tally.levels[i][0]))
        out.append(
            Estimate(
                name="item_above_lowest",
                value=float(tally.margin(i)[above].sum() / tally.n),
                n=tally.n,
                method=f"mean of 1 above the lowest points of the item and 0 at them{left_out(tally.left_out)}",
                source="Nunnally & Bernstein (1994)",
                by=by,
                least=0.0,
                most=1.0,
            )
        )
    return Estimates(out)
