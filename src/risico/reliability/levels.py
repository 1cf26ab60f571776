"""On which level do raters agree? A high coefficient can hide that the rare level is never agreed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import agreement as numbers
from risico.numbers.ratios import Spread, wilson_in_clusters
from risico.reliability.agreement import ALIKE, rated
from risico.reliability.coefficients import Table

METHOD = "share of other ratings of the unit that are this level; Wilson interval with the effective number of units"
SOURCE = "Cicchetti & Feinstein (1990); Wilson (1927); Korn & Graubard (1998)"


def agreement_by_level(
    ratings: Any,
    columns: Sequence[str] | None = None,
    *,
    levels: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Specific agreement: when one rater chose a level, how often did another rater of the same unit choose it too?

    Input is that of `agreement`: any number of raters, missing ratings allowed. Returns for each level one
    `specific_agreement` with `by={"level": …}`: of all pairs of ratings in which one is this level, the share in which
    the other is too (Cicchetti & Feinstein 1990; with two levels positive and negative agreement). `n` is the number of
    units with such a pair. The interval is Wilson's with the effective number of units, p (1 − p) / se², made smaller
    where units are few (Korn & Graubard 1998); se is that of a ratio over units. Where raters always or never agreed it
    is the number of units. It is about other units that these raters would rate.

    >>> found = agreement_by_level({"ann": [0, 0, 0, 1, 1], "bob": [0, 0, 1, 1, 0]})
    >>> print(found[0], found[1], sep="; ")
    specific_agreement · 0 0.6667 [0.1147, 0.9686], n = 4; specific_agreement · 1 0.5 [0.02241, 0.9776], n = 3
    """
    check_confidence(confidence)
    return of_levels(rated(ratings, columns, levels=levels), confidence)


def of_levels(table: Table, confidence: float) -> Estimates:
    """Return the specific agreement of each level of a table of ratings."""
    found = (part.tolist() for part in numbers.specific(r=table.r, c=table.c))
    return Estimates(
        specific(level=level, value=value, se=se, n=int(n), confidence=confidence)
        for level, value, se, n in zip(table.levels, *found, strict=True)
    )


def specific(*, level: str, value: float, se: float, n: int, confidence: float) -> Estimate:
    """Return the specific agreement of one level from its value, standard error and number of units."""
    by = {"level": level}
    if n == 0:
        return Estimate(name="specific_agreement", by=by, n=0, why="no unit with two ratings has this level")
    certain = value in (0.0, 1.0)
    if not certain and not se > 1e-12:
        why = "one unit has no spread, so no interval" if n < 2 else ALIKE
        return Estimate(name="specific_agreement", value=value, by=by, n=n, method=METHOD, source=SOURCE, why=why)
    low, high = wilson_in_clusters(value=value, spread=Spread(se, n), confidence=confidence)
    return Estimate(
        name="specific_agreement", value=value, low=low, high=high, confidence=confidence, se=None if certain else se,
        n=n, method=METHOD, source=SOURCE, by=by,
    )  # fmt: skip
