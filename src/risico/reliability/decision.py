"""How sure is the level: how often it is the true one, and how often a second form would give the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import livingston_lewis as numbers
from risico.tally import count

SOURCE = "Livingston & Lewis (1995)"
AT_CUT = (
    "decision_accuracy",
    "wrongly_above",
    "wrongly_below",
    "decision_consistency",
    "decision_kappa",
    "sem_at_cutoff",
)
LONGEST = 1_000_000
"""Questions, beyond which the levels of a scale say nothing of the people on it, and the sums lose their digits."""
LEVELS = ("level_accuracy", "level_consistency")

Array = NDArray[np.float64]


def decision(
    forms: Any,
    of: str,
    *,
    cuts: Sequence[float],
    reliability: float,
    lowest: float,
    highest: float,
) -> Estimates:
    """How sure a level is, at each cut-off of a score, from the scores and their reliability.

    `of` is the score, from `lowest` to `highest`; each of `cuts` is the lowest score of a level. `reliability` is that
    of the score where it is used (alpha, or an ICC where raters decide). A score is read as answers to as many equal
    questions as have that reliability (`effective_length`), true scores as a beta distribution.

    Returns for each cut-off, with that score in `at`: `decision_accuracy`, the share on the side where they truly are;
    `wrongly_above` and `wrongly_below`, the shares that are not; `decision_consistency`, the share that a second form
    would put on the same side, and `decision_kappa`, that beyond chance; and `sem_at_cutoff`, the standard error of
    measurement of a score there. With two or more cut-offs `level_accuracy` and `level_consistency` are of all levels
    at once. Livingston and Lewis (1995); Hanson (1991). There are no intervals: how far the model holds matters more.
    A cut-off is rounded to whole questions of the effective length, so that with few of them `wrongly_above` and
    `wrongly_below` are rough; and where errors are shared (one rater, one day) levels are less sure than this. Raises
    UsageError for a cut-off or score outside the scale.

    >>> scores = {"phq9_total": [0, 2, 3, 5, 5, 7, 8, 9, 11, 12, 14, 15, 19, 22]}
    >>> found = decision(scores, "phq9_total", cuts=[10], reliability=0.85, lowest=0, highest=27)
    >>> round(found["decision_consistency"].value, 2), round(found["sem_at_cutoff"].value, 1)
    (0.84, 2.8)
    """
    _check(cuts, reliability, lowest, highest)
    given = count(forms, [of])
    counts = given.complete()
    if counts.values[0].dtype == object:
        raise UsageError(f"The column {of!r} is not numbers. Score the forms first.")
    values, number = counts.column(of), counts.number.astype(np.float64)
    if len(values) and not (lowest <= values.min() and values.max() <= highest):
        raise UsageError(
            f"Some scores in {of!r} lie outside {lowest:g} to {highest:g}, the scale that was given.\n"
            "The share of a scale is then no share. Give the lowest and highest score that the instrument can have."
        )
    length = _length(values, number, reliability, lowest, highest)
    why = _impossible(counts.n, length)
    share = (values - lowest) / (highest - lowest)
    true = numbers.true_scores(share=share, number=number, length=length) if why is None else None
    if true is None:
        why = why or "scores differ too little, or too much, for true scores on this scale"
        places = [(name, cut) for cut in cuts for name in AT_CUT]
        told = [*places, *((name, None) for name in ("effective_length", *(LEVELS if len(cuts) > 1 else ())))]
        return Estimates(Estimate(name=name, at=cut, n=counts.n, source=SOURCE, why=why) for name, cut in told)
    left = f"; {given.n - counts.n} forms without a score left out" if given.n > counts.n else ""
    return _found(true, cuts, counts.n, reliability, (lowest, highest), left)


def _check(cuts: Sequence[float], reliability: float, lowest: float, highest: float) -> None:
    if not 0 < reliability < 1:
        raise UsageError(f"A reliability lies between 0 and 1, not at {reliability:g}. Take alpha or an ICC.")
    if not lowest < highest:
        raise UsageError(f"highest: the scale runs from {lowest:g} to a higher score, and not to {highest:g}.")
    if not cuts or list(cuts) != sorted(set(cuts)) or not (lowest < cuts[0] and cuts[-1] <= highest):
        raise UsageError(
            f"cuts: the lowest score of each level but the first, in their order, above {lowest:g} and at most "
            f"{highest:g}."
        )


def _found(
    true: numbers.TrueScores, cuts: Sequence[float], n: int, reliability: float, ends: tuple[float, float], left: str
) -> Estimates:
    lowest, width = ends[0], ends[1] - ends[0]
    shares = [(cut - lowest) / width for cut in cuts]
    method = (
        f"effective length {round(true.length)}, beta of "
        f"{'four' if (true.low, true.high) != (0, 1) else 'two'} parameters, reliability {reliability:g}{left}"
    )
    out: list[Estimate] = []
    for cut, share in zip(cuts, shares, strict=True):
        for name, value in _at(true, share, width).items():
            why = "next to nobody is on one side of this cut-off" if value is None else None
            out.append(Estimate(name=name, value=value, at=cut, n=n, method=method, source=SOURCE, why=why))
    more = {"effective_length": true.length}
    if len(cuts) > 1:
        whole = numbers.decisions(true=true, cuts=shares)
        more |= {
            "level_accuracy": float(np.trace(whole.accuracy)),
            "level_consistency": float(np.trace(whole.consistency)),
        }
    rest = [Estimate(name=name, value=value, n=n, method=method, source=SOURCE) for name, value in more.items()]
    return Estimates([*out, *rest])


def _length(values: Array, number: Array, reliability: float, lowest: float, highest: float) -> float:
    """The effective length; infinite where scores do not differ."""
    n = float(number.sum())
    mean = float(values @ number) / max(n, 1)
    variance = float((values - mean) ** 2 @ number) / max(n - 1, 1)
    told = {"mean": mean, "variance": variance, "reliability": reliability, "lowest": lowest, "highest": highest}
    return numbers.effective_length(**told) if variance > 0 else float("inf")


def _impossible(n: int, length: float) -> str | None:
    if n < 2:
        return f"{n} forms have a score, and two are needed"
    if length == float("inf"):
        return "every score is the same"
    if round(length) < 2:
        return "scores differ so much that, with this reliability, they are worth less than two questions"
    if length > LONGEST:
        return f"scores differ so little on this scale that they are worth more than {LONGEST:,} questions"
    return None


def _at(true: numbers.TrueScores, share: float, width: float) -> dict[str, float | None]:
    """What is known at one cut-off, given as a share of the width of the scale."""
    found = numbers.decisions(true=true, cuts=[share])
    same, above = float(np.trace(found.consistency)), float(found.consistency[1].sum())
    chance = above**2 + (1 - above) ** 2
    return {
        "decision_accuracy": float(np.trace(found.accuracy)),
        "wrongly_above": float(found.accuracy[0, 1]),
        "wrongly_below": float(found.accuracy[1, 0]),
        "decision_consistency": same,
        "decision_kappa": (same - chance) / (1 - chance) if 1 - chance > 1e-9 else None,
        "sem_at_cutoff": width * float(np.sqrt(share * (1 - share) / round(true.length))),
    }
