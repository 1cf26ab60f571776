"""Forms with and without the outcome per value of a score: what most numbers on validity are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, check_confidence
from risico.numbers import intervals
from risico.tally import Counts, count

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Interval = Literal["wilson", "exact"]

METHODS = {
    "wilson": (intervals.wilson, "", "Wilson (1927)"),
    "exact": (intervals.clopper_pearson, "; exact interval", "Clopper & Pearson (1934)"),
}


class Levels(NamedTuple):
    """Forms with and without the outcome per value of the score, in rising order; shape (levels,)."""

    values: NDArray[Any]
    events: Array
    others: Array
    left: str

    @property
    def trials(self) -> Array:
        """Forms per value."""
        return self.events + self.others

    @property
    def n(self) -> int:
        """Forms used."""
        return int(self.events.sum() + self.others.sum())


def levels(forms: Any, score: str, outcome: str, confidence: float) -> Levels:
    """Count the forms by score and outcome; forms without one of the two are left out, and `left` says how many."""
    counts, left = known(forms, [score, outcome], outcome, confidence, "score or outcome")
    values, place = np.unique(counts.column(score), return_inverse=True)
    events, others = (totals(place, part, len(values)) for part in happened(counts, outcome))
    return Levels(values, events, others, left)


def totals(place: NDArray[np.intp], number: Array, size: int) -> Array:
    """Add up numbers per place, shape (size,)."""
    return np.bincount(place, weights=number, minlength=size).astype(np.float64)


def known(forms: Any, columns: Sequence[str], outcome: str, confidence: float, what: str) -> tuple[Counts, str]:
    """Return the counts of forms that have all of these columns, and words on how many have not."""
    check_confidence(confidence)
    everything = count(forms, columns)
    counts = everything.complete()
    check_outcome(counts.column(outcome), outcome)
    left = everything.n - counts.n
    return counts, f"; {left} forms without {what} left out" if left else ""


def happened(counts: Counts, outcome: str) -> tuple[Array, Array]:
    """Return the forms with and without the outcome per row of the counts."""
    number, yes = counts.number.astype(np.float64), counts.column(outcome) == 1
    return np.where(yes, number, 0.0), np.where(yes, 0.0, number)


def check_outcome(values: NDArray[Any], outcome: str) -> None:
    """Raise UsageError for an outcome that is not true or false."""
    if not all(value in (0.0, 1.0) for value in np.unique(values).tolist()):
        raise UsageError(
            f"{outcome} holds something other than true and false (or 1 and 0).\n"
            "An outcome happened or did not; say which values mean that it did."
        )


def check_number(values: NDArray[Any], score: str) -> None:
    """Raise UsageError for a score of text."""
    if values.dtype == object:
        raise UsageError(f"{score} is text and has no order. Use the score its levels come from, or observed().")


def check_probability(values: NDArray[Any], probability: str) -> Array:
    """Return the values as probabilities; raise UsageError for what is none."""
    check_number(values, probability)
    p = values.astype(np.float64)
    if ((p < 0) | (p > 1)).any():
        raise UsageError(f"Probabilities lie between 0 and 1, and {probability} does not. For a score use observed().")
    return p


def one_sided(events: Array, others: Array) -> str | None:
    """Say why there is nothing to tell apart, if so."""
    if events.sum() + others.sum() == 0:
        return "no form has both a score and an outcome"
    if events.sum() == 0:
        return "no form has the outcome"
    return "every form has the outcome" if others.sum() == 0 else None


def no_logit(p: Array, table: Levels) -> str | None:
    """Say why predictions cannot be recalibrated on their logit, if so."""
    if (why := one_sided(table.events, table.others)) is not None:
        return why
    return (
        "some probabilities are exactly 0 or 1, which no outcome can correct" if ((p == 0) | (p == 1)).any() else None
    )


def cut_off(values: NDArray[Any], score: str, at_least: float | None, below: float | None) -> tuple[Flags, str]:
    """Return which values are positive, and the cut-off in words; raise UsageError unless one of the two is given."""
    if (at_least is None) == (below is None):
        raise UsageError("Give one cut-off: `at_least` where high scores are positive, `below` where low ones are.")
    if at_least != at_least or below != below:
        raise UsageError(f"The cut-off of {score} is no number (NaN), so no form would be positive. Give the score.")
    check_number(values, score)
    if at_least is not None:
        return values >= at_least, f"{score} at least {at_least:g}"
    return values < below, f"{score} below {below:g}"


def share(
    name: str,
    part: float,
    whole: float,
    method: str,
    confidence: float,
    *,
    why: str = "",
    interval: Interval = "wilson",
    **where: Any,
) -> Estimate:
    """Return a share of forms with its interval, or `why` where the whole is empty."""
    if whole == 0:
        return Estimate(name=name, why=why, **where)
    function, words, source = METHODS[interval]
    low, high = function(successes=part, n=whole, confidence=confidence)
    return Estimate(
        name=name,
        value=part / whole,
        low=low,
        high=high,
        confidence=confidence,
        n=int(whole),
        method=method + words,
        source=source,
        **where,
    )
