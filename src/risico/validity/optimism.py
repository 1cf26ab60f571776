"""What was chosen on these forms looks better on them than it will be: by how much?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import optimism as numbers
from risico.validity.area import check_redraws
from risico.validity.levels import Levels, check_number, happened, known, levels, one_sided, totals

Array = NDArray[np.float64]

HARRELL = "Harrell et al. (1996)"
FEWEST = 0.9
MODEL = ("auc_apparent", "auc_corrected", "slope_corrected")
CUT = (
    "chosen_cut_off",
    "youden_apparent",
    "youden_corrected",
    "sensitivity_apparent",
    "sensitivity_corrected",
    "specificity_apparent",
    "specificity_corrected",
)


def optimism(forms: Any, predictors: Sequence[str], outcome: str, *, seed: int, redraws: int = 500) -> Estimates:
    """How well a logistic model of these predictors will do on other forms like these, with Harrell's bootstrap.

    The model is fitted again on redrawn forms, and its loss from there to the forms at hand is taken off. Returns
    `auc_apparent`, `auc_corrected` and `slope_corrected`, the calibration slope to expect: below 1, its predictions are
    too extreme and should be shrunk. The predictors are numbers and given beforehand; where they were chosen on these
    forms, the correction is too small. Harrell, Lee and Mark (1996).

    >>> forms = {"a": [1, 4, 6, 8, 9, 3, 2, 5], "b": [2, 1, 5, 4, 3, 6, 1, 2], "again": [0, 0, 1, 0, 1, 1, 0, 1]}
    >>> [e.name for e in optimism(forms, ["a", "b"], "again", seed=1, redraws=100)]
    ['auc_apparent', 'auc_corrected', 'slope_corrected']
    """
    check_redraws(redraws)
    if not predictors:
        raise UsageError("A model has at least one predictor.")
    counts, left = known(forms, [*predictors, outcome], outcome, 0.95, "a predictor or outcome")
    for name in predictors:
        check_number(counts.column(name), name)
    events, others = happened(counts, outcome)
    if (why := one_sided(events, others)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in MODEL)
    table = np.column_stack([counts.column(name).astype(np.float64) for name in predictors])
    X, place = np.unique(table, axis=0, return_inverse=True)
    sides = {"events": totals(place.ravel(), events, len(X)), "others": totals(place.ravel(), others, len(X))}
    found = numbers.model(X=X, **sides, redraws=redraws, rng=np.random.default_rng(seed))
    if found is None:
        why = "the predictors separate the outcomes perfectly, or one of them follows from the others"
        return Estimates(Estimate(name=name, n=counts.n, why=why) for name in MODEL)
    caution = "in more than one in ten redraws the model could not be fitted" if found.used < FEWEST * redraws else None
    how = f"logistic model of {', '.join(predictors)}"
    words = f"; loss over {found.used} redraws of the forms taken off{left}"
    values = (found.apparent[0], *(found.apparent - found.optimism))
    rows = (f"area under the ROC curve, {how}, on the forms it was fitted to{left}", f"area, {how}{words}")
    return Estimates(
        Estimate(name=name, value=float(value), n=counts.n, method=text, source=HARRELL, why=caution)
        for name, value, text in zip(MODEL, values, (*rows, f"calibration slope, {how}{words}"), strict=True)
    )


def chosen_cut_off(
    forms: Any, score: str, outcome: str, *, seed: int, redraws: int = 2000, confidence: float = 0.95
) -> Estimates:
    """The cut-off that tells best on these forms, and how well it will tell on others.

    Chosen is the score from which sensitivity and specificity add up to most (Youden 1950; the lowest of equals); its
    interval holds the cut-offs that redrawn forms choose. `…_apparent` is what it does on these forms, `…_corrected`
    after the loss of such a choice is taken off (Harrell, Lee and Mark 1996). A cut-off that was fixed beforehand needs
    no correction: take `accuracy`.

    >>> forms = {"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}
    >>> chosen_cut_off(forms, "total", "again", seed=1)["chosen_cut_off"].value
    6.0
    """
    table = levels(forms, score, outcome, confidence)
    check_number(table.values, score)
    check_redraws(redraws)
    if (why := one_sided(table.events, table.others)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in CUT)
    found, chosen, again = numbers.cut_off(
        events=table.events, others=table.others, redraws=redraws, rng=np.random.default_rng(seed)
    )
    places = table.values[again.place].astype(np.float64)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = (float(end) for end in np.quantile(places, tails, method="inverted_cdf"))
    value = float(table.values[int(chosen.place)])
    cut = Estimate(
        name="chosen_cut_off",
        value=value,
        low=min(low, value),
        high=max(high, value),
        confidence=confidence,
        n=table.n,
        method=f"score from which sensitivity + specificity is most; interval of {found.used} redraws{table.left}",
        source="Youden (1950)",
    )
    return Estimates([cut, *_at_the_cut(found, table)])


def _at_the_cut(found: numbers.Optimism, table: Levels) -> list[Estimate]:
    corrected = found.apparent - found.optimism
    measures = {
        "youden": (found.apparent.sum() - 1, corrected.sum() - 1, table.n, "sensitivity + specificity − 1"),
        "sensitivity": (found.apparent[0], corrected[0], int(table.events.sum()), "share positive with the outcome"),
        "specificity": (found.apparent[1], corrected[1], int(table.others.sum()), "share negative without the outcome"),
    }
    words = {
        "apparent": f"at the cut-off that was chosen on these forms{table.left}",
        "corrected": f"at a chosen cut-off, loss over {found.used} redraws taken off{table.left}",
    }
    return [
        Estimate(name=f"{name}_{kind}", value=float(pair[i]), n=n, method=f"{what}, {words[kind]}", source=HARRELL)
        for name, (*pair, n, what) in measures.items()
        for i, kind in enumerate(words)
    ]
