"""How much better a model or a cut-off looks on the forms it was chosen on than it will be on others.

Harrell's bootstrap: choose again on redrawn forms, and see how much better that does there than on the forms at hand.
Efron (1983); Harrell, Lee and Mark (1996).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.numbers import roc
from risico.numbers.calibration import intercept_and_slope, logistic

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class Optimism(NamedTuple):
    """Measures on the forms at hand, how much too good each is on average, and the redraws that could be used."""

    apparent: Array
    optimism: Array
    used: int


def model(*, X: Array, events: Array, others: Array, redraws: int, rng: np.random.Generator) -> Optimism | None:
    """Area and calibration slope of a logistic model on X, shape (rows, k); forms with and without the outcome per row.

    None where the model has no finite coefficients. A redraw in which it has none is left out.
    """
    everything = np.concatenate([events, others])
    fitted = _line(X, events, others)
    if fitted is None:
        return None
    moved: list[Array] = []
    for drawn in rng.multinomial(int(everything.sum()), everything / everything.sum(), size=redraws):
        seen, unseen = (part.astype(np.float64) for part in np.split(drawn, 2))
        line = _line(X, seen, unseen)
        if line is not None:
            slope = _slope(line, events, others)
            moved.append(np.array([_area(line, seen, unseen) - _area(line, events, others), 1 - slope]))
    optimism = np.mean(moved, axis=0) if moved else np.zeros(2)
    return Optimism(np.array([_area(fitted, events, others), 1.0]), optimism, len(moved))


def _line(X: Array, events: Array, others: Array) -> Array | None:
    """Fitted logits of all rows, from the forms in these."""
    some = events + others > 0
    if min(events.sum(), others.sum()) == 0:
        return None
    design = np.column_stack([np.ones(len(X)), X])
    fit = logistic(X=design[some], events=events[some], trials=(events + others)[some], offset=np.zeros(some.sum()))
    return design @ fit.coefficients if fit.converged else None


def _area(line: Array, events: Array, others: Array) -> float:
    _, place = np.unique(line.round(9), return_inverse=True)
    positives, negatives = (np.bincount(place, weights=part).astype(np.float64) for part in (events, others))
    return float(roc.areas(positives=positives, negatives=negatives))


def _slope(line: Array, events: Array, others: Array) -> float:
    fit = intercept_and_slope(logit=line, events=events, trials=events + others)
    return float(fit.coefficients[1])


class Cut(NamedTuple):
    """The place of the cut-off chosen per table, with its sensitivity and specificity; shape (tables,)."""

    place: Index
    sensitivity: Array
    specificity: Array


def youden(*, positives: Array, negatives: Array) -> Cut:
    """The level from which sensitivity and specificity add up to most, the lowest of equals; tables (..., levels)."""
    specificity, sensitivity = roc.curve(positives=positives, negatives=negatives)
    place = np.argmax((sensitivity + specificity)[..., :-1].round(12), axis=-1)
    rows = place[..., None]
    return Cut(
        place,
        np.take_along_axis(sensitivity, rows, axis=-1)[..., 0],
        np.take_along_axis(specificity, rows, axis=-1)[..., 0],
    )


def cut_off(*, events: Array, others: Array, redraws: int, rng: np.random.Generator) -> tuple[Optimism, Cut, Cut]:
    """Sensitivity and specificity of a cut-off chosen by Youden's index, with the cuts chosen at hand and redrawn.

    `events` and `others` count forms per level, in rising order of score.
    """
    chosen = youden(positives=events, negatives=others)
    everything = np.concatenate([events, others])
    drawn = rng.multinomial(int(everything.sum()), everything / everything.sum(), size=redraws).astype(np.float64)
    seen, unseen = drawn[:, : len(events)], drawn[:, len(events) :]
    both = (seen.sum(axis=1) > 0) & (unseen.sum(axis=1) > 0)
    again = youden(positives=seen[both], negatives=unseen[both])
    specificity, sensitivity = roc.curve(positives=events, negatives=others)
    optimism = np.array(
        [
            (again.sensitivity - sensitivity[again.place]).mean(),
            (again.specificity - specificity[again.place]).mean(),
        ]
    )
    apparent = np.array([float(chosen.sensitivity), float(chosen.specificity)])
    return Optimism(apparent, optimism, int(both.sum())), chosen, again
