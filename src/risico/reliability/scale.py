"""Reliability of one score of an instrument, the coefficient that fits its items first."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from risico.errors import UsageError, did_you_mean
from risico.estimate import Estimates
from risico.instrument import Instrument, load
from risico.reliability.alpha_adf import adf_of
from risico.reliability.consistency import consistency_of, refused
from risico.reliability.factor import one_factor
from risico.reliability.fiml import fiml
from risico.reliability.hierarchical import hierarchical_of, hierarchical_redrawn
from risico.reliability.ordinal import ordinal_of, ordinal_redrawn
from risico.reliability.redrawn import check_redraws
from risico.reliability.splithalf import split_half
from risico.scoring import points
from risico.tally import count, sums

FORMATIVE = (
    "a formative checklist adds up risk factors that need not go together, so consistency says nothing of its quality; "
    "look at agreement between raters and at prediction"
)
STEPS = 4
"""Up to so many answers, an item is a ladder of steps; from five on it may be treated as a measure (Rhemtulla 2012)."""
BECAUSE = {
    "spearman_brown_mean": "two items tell no factor, and this needs none (Eisinga et al. 2013)",
    "omega_categorical": f"items have at most {STEPS} answers, steps rather than measures (Green & Yang 2009)",
    "alpha_adf": "items are steps, and this interval does not rest on normal ones (Maydeu-Olivares et al. 2007)",
    "omega_total": "items need not weigh the same in what they share (McNeish 2018)",
    "alpha": "no model of the items gives an answer here",
}
"""Coefficients that can come first, and why."""


def reliability(
    forms: Any,
    instrument: str | Path | Instrument,
    score: str = "total",
    *,
    redraws: int = 0,
    seed: int = 1,
    confidence: float = 0.95,
) -> Estimates:
    """Consistency of one score of an instrument, from the points of its items (recoded, reversed and weighted).

    `forms` is any frame that `risico.scoring.score` takes. The coefficient that fits the items stands first, and its
    `method` says why: of two items `spearman_brown_mean`; of items with at most four answers `omega_categorical`, or
    `alpha_adf` where there is no such model; else `omega_total`; where no model gives an answer, `alpha`. Behind it
    stands what `consistency`, `one_factor`, `split_half`, `alpha_adf`, `hierarchical` and `ordinal` return, and where
    forms have blanks what `fiml` returns; the errors of measurement are in the units of the score. `redraws` gives what
    is of `hierarchical` and `ordinal` its interval. Everything is refused, with the reason, for a formative instrument
    and for a score that is no sum or mean of items. Raises IllegalAnswers as `score` does, and UsageError where the
    instrument has no such score or redraws are too few.

    >>> import polars as pl
    >>> answers = {f"gad2_{i}": [0, 1, 2, 3, 1, i] for i in (1, 2)}
    >>> found = reliability(pl.DataFrame(answers), "gad2")
    >>> found["alpha"]
    alpha 0.96 [0.7141, 0.9944], n = 6
    >>> found[0].name, found[0].method.split("; ")[-1]
    ('spearman_brown_mean', 'first, because two items tell no factor, and this needs none (Eisinga et al. 2013)')
    >>> reliability(pl.DataFrame({"odara_1": [0, 1]}), "odara")["alpha"].why.split(",")[0]
    'a formative checklist adds up risk factors that need not go together'
    """
    it = load(instrument)
    check_redraws(redraws, whole=True)
    if score not in it.scores:
        raise UsageError(f"{it.id} has no score {score!r}.{did_you_mean(score, it.scores)}")
    if it.model == "formative":
        return refused(FORMATIVE)
    rule = it.scores[score].rule
    if rule not in ("sum", "mean"):
        return refused(f"the rule of this score is {rule}; consistency is of items that are added up or averaged")
    items = points(forms, it, score)
    tally, counts = sums(items), count(items)
    ends = {item: it.point_range(item, it.scores[score].points) for item in tally.columns}
    unit = 1 / len(tally.columns) if rule == "mean" else 1.0
    everything = (
        consistency_of(tally, unit, confidence, ends) + one_factor(tally) + split_half(tally, confidence=confidence)
    )
    general, steps = hierarchical_of(tally), ordinal_of(counts, None, {item: low for item, (low, _) in ends.items()})
    if redraws:
        general = hierarchical_redrawn(general, counts, redraws, seed, confidence)
        steps = ordinal_redrawn(steps, counts, redraws, seed, confidence)
    everything += adf_of(counts, confidence) + general + steps
    if tally.left_out:
        everything += fiml(counts)
    return _fitting_first(everything, len(tally.columns), max(_answers(it, item, score) for item in tally.columns))


def _answers(it: Instrument, item: str, score: str) -> float:
    """How many different points an answer to an item can give."""
    measured = it.answer_set(item).number is not None
    return inf if measured else len(set(it.points(item, it.scores[score].points).values()))


def _fitting_first(everything: Estimates, k: int, answers: float) -> Estimates:
    names = ["omega_total", "alpha"]
    if k == 2:
        names = ["spearman_brown_mean"]
    elif answers <= STEPS:
        names = ["omega_categorical", "alpha_adf", *names]
    for name in names:
        first = everything[name]
        if first.value is not None:
            chosen = replace(first, method=f"{first.method}; first, because {BECAUSE[name]}")
            return Estimates([chosen, *(e for e in everything if e is not first)])
    return everything
