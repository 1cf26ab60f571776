"""How are people doing at two moments? Each change against the error of the measurement, the worse first."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import intervals
from risico.numbers.change import classes, s_diff
from risico.tally import count

SOURCE = "Jacobson & Truax (1991)"
CLASSES = ("reliably_worse", "unchanged", "reliably_better", "recovered")


def change(
    forms: Any,
    before: str,
    after: str,
    *,
    reliability: float,
    better: Literal["high", "low"],
    cutoff: float | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Shares of people who are reliably worse, unchanged or reliably better; with a cut-off also how many recovered.

    One row of `forms` is one person (or Counts of the two columns). `reliability` is that of the score where it is
    used, `better` says which end is better, `cutoff` is the score from which a person is closer to people without the
    problem (see `risico.numbers.change.cutoffs`). A person counts as recovered when reliably better and beyond the
    cut-off, and is then not counted under reliably better. This is change, not effect: nothing is said of its cause.

    Returns `change_needed`, in points, and one share per class with Wilson intervals, the worse first. Raises
    UsageError where reliability is no share.

    >>> forms = {"before": [20, 18, 15, 9, 12], "after": [8, 17, 24, 9, 11]}
    >>> for estimate in change(forms, "before", "after", reliability=0.9, better="low"):
    ...     print(estimate.name, round(estimate.value, 2), estimate.n)
    change_needed 3.89 5
    reliably_worse 0.2 5
    unchanged 0.6 5
    reliably_better 0.2 5
    """
    if not 0 < reliability < 1:
        raise UsageError(f"A reliability lies between 0 and 1, not at {reliability}. Take alpha or an ICC.")
    if better not in ("high", "low"):
        raise UsageError(f"better: this is high or low, the end of the score that is better, and not {better!r}.")
    check_confidence(confidence)
    counts = count(forms, [before, after]).complete()
    number = counts.number.astype(float)
    first, second = counts.column(before).astype(float), counts.column(after).astype(float)
    n = counts.n
    names = CLASSES if cutoff is not None else CLASSES[:3]
    if n < 2:
        why = f"{n} people have both scores; at least 2 are needed"
        return Estimates(Estimate(name=name, n=n, source=SOURCE, why=why) for name in ("change_needed", *names))
    mean = float(first @ number) / n
    sd = float(np.sqrt(((first - mean) ** 2 @ number) / (n - 1)))
    error, z = s_diff(sd=sd, reliability=reliability), float(special.ndtri(0.5 + confidence / 2))
    way = 1 if better == "high" else -1
    found = classes(gain=way * (second - first), after=second, error=error, z=z, better=way, cut=cutoff)
    method = f"reliable change, z = {z:.2f}, reliability {reliability:g}, SD of the first moment"
    needed = Estimate(name="change_needed", value=z * error, n=n, method=method, source=SOURCE)
    return Estimates([needed, *(_share(name, i, found, number, n, method, confidence) for i, name in enumerate(names))])


def _share(name: str, i: int, found: Any, number: Any, n: int, method: str, confidence: float) -> Estimate:
    people = float(number[found == i].sum())
    low, high = intervals.wilson(successes=people, n=n, confidence=confidence)
    return Estimate(
        name=name,
        value=people / n,
        low=low,
        high=high,
        confidence=confidence,
        n=n,
        method=method,
        source=f"{SOURCE}; Wilson (1927)",
    )
