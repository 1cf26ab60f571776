"""How are people doing at two moments? Each change against the error of the measurement, the worse first."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import change as numbers
from risico.numbers import intervals
from risico.tally import Counts, count

SAME = "everybody has the same first score, so the error of measurement cannot be told from it"
ALIKE = "people differ less in their change than the error of measurement alone makes them differ"
Method = Literal["jacobson_truax", "edwards_nunnally", "hageman_arrindell"]
Array = NDArray[np.float64]

SOURCE = "Jacobson & Truax (1991)"
CLASSES = ("deteriorated", "unchanged", "improved", "recovered")
METHODS: dict[Method, tuple[str, str]] = {
    "jacobson_truax": ("SD of the first moment", SOURCE),
    "edwards_nunnally": (
        "Edwards and Nunnally: from the first score drawn toward its mean, SD of the first moment",
        "Edwards et al. (1978); Speer (1992)",
    ),
    "hageman_arrindell": (
        "Hageman and Arrindell: change drawn toward the mean change, SD of the first moment",
        "Hageman & Arrindell (1993)",
    ),
}
"""Name to what it is measured by and its source; the first is the one to report."""


def change(
    forms: Any,
    before: str,
    after: str,
    *,
    reliability: float,
    better: Literal["high", "low"],
    cutoff: float | None = None,
    method: Method = "jacobson_truax",
    confidence: float = 0.95,
) -> Estimates:
    """Shares of people who deteriorated, are unchanged or improved; with a cut-off also how many recovered.

    One row of `forms` is one person (or Counts of the two columns). `reliability` is that of the score where it is
    used, `better` says which end is better, `cutoff` is the score from which a person is closer to people without the
    problem (see `cutoffs`). Who changed by more than the error of measurement improved or deteriorated; who improved
    and is beyond the cut-off recovered, and is then not counted under improved. This is change, not effect: nothing is
    said of its cause.

    Report the default: it asks the same change of everybody and needs nothing but the reliability. `edwards_nunnally`
    allows for regression to the mean, so that who begins high needs to fall further; `hageman_arrindell` also for how
    reliable differences are in this group (with `confidence=0.9` its own limit of 1.65). They differ in whom they call
    changed; choose before looking. Their names end in the method.

    Returns `change_needed`, in points (of the default alone: in the others it depends on the person or the group), and
    one share per class with Wilson intervals, the worse first. Raises UsageError where reliability is no share.

    >>> forms = {"before": [20, 18, 15, 9, 12], "after": [8, 17, 24, 9, 11]}
    >>> for estimate in change(forms, "before", "after", reliability=0.9, better="low"):
    ...     print(estimate.name, round(estimate.value, 2), estimate.n)
    change_needed 3.89 5
    deteriorated 0.2 5
    unchanged 0.6 5
    improved 0.2 5
    """
    if not 0 < reliability < 1:
        raise UsageError(f"A reliability lies between 0 and 1, not at {reliability}. Take alpha or an ICC.")
    _end(better)
    if method not in METHODS:
        raise UsageError(f"method: choose one of {', '.join(METHODS)}; there is no {method!r}.")
    check_confidence(confidence)
    if cutoff != cutoff:
        raise UsageError("cutoff: this is no number (NaN), so nobody would count as recovered. Give a score, or None.")
    given = count(forms, [before, after])
    counts = given.complete()
    default = method == "jacobson_truax"
    names = [name if default else f"{name}_{method}" for name in (CLASSES if cutoff is not None else CLASSES[:3])]
    listed = ["change_needed", *names] if default else names
    by, source = METHODS[method]
    if counts.n < 2:
        why = f"{counts.n} people have both scores; at least 2 are needed"
        return Estimates(Estimate(name=name, n=counts.n, source=source, why=why) for name in listed)
    z, way = float(special.ndtri(0.5 + confidence / 2)), 1 if better == "high" else -1
    gain, error = _gain(counts, before, after, reliability, method)
    if isinstance(gain, str):
        why = gain
        return Estimates(Estimate(name=name, n=counts.n, source=source, why=why) for name in listed)
    second, number = counts.column(after).astype(float), counts.number.astype(float)
    found = numbers.classes(gain=way * gain, after=second, error=error, z=z, better=way, cut=cutoff)
    how = f"reliable change, z = {z:.2f}, reliability {reliability:g}, {by}"
    how += _left(given.n - counts.n, "both scores")
    shares = [_share(name, number[found == i].sum(), counts.n, how, source, confidence) for i, name in enumerate(names)]
    if not default:
        return Estimates(shares)
    needed = Estimate(name="change_needed", value=z * error, n=counts.n, method=how, source=SOURCE)
    return Estimates([needed, *shares])


def _left(forms: int, what: str) -> str:
    return f"; {forms} forms without {what} left out" if forms else ""


def _gain(counts: Counts, before: str, after: str, reliability: float, method: Method) -> tuple[Array | str, float]:
    """The change of each row and its standard error, on the scale of the method; or why there is none."""
    number = counts.number.astype(float)
    first, second = counts.column(before).astype(float), counts.column(after).astype(float)
    mean, sd = _moments(first, number)
    if not sd > 1e-10 * float(np.abs(first).max()):
        return SAME, 1.0
    if method == "hageman_arrindell":
        found = numbers.hageman_arrindell(before=first, after=second, number=number, reliability=reliability)
        why = ALIKE if found is None else found
        return why, 1.0
    if method == "jacobson_truax":
        return second - first, numbers.s_diff(sd=sd, reliability=reliability)
    index = numbers.edwards_nunnally(before=first, after=second, mean=mean, sd=sd, reliability=reliability)
    return index, 1.0


def _moments(values: Array, number: Array) -> tuple[float, float]:
    n = float(number.sum())
    mean = float(values @ number) / n
    return mean, float(np.sqrt(((values - mean) ** 2 @ number) / (n - 1)))


def _end(better: str) -> None:
    if better not in ("high", "low"):
        raise UsageError(f"better: this is high or low, the end of the score that is better, and not {better!r}.")


def cutoffs(
    forms: Any,
    before: str,
    *,
    better: Literal["high", "low"],
    functional: tuple[float, float] | None = None,
) -> Estimates:
    """The scores from which a person is closer to people without the problem than to people with it.

    `forms` holds the scores of people with the problem, `functional` the mean and SD of people without it.

    Returns `cutoff_c` (the default: as far from the one mean as from the other, in standard deviations), `cutoff_a`
    (two standard deviations beyond the mean of those with the problem; the only one without `functional`) and
    `cutoff_b` (two before the mean of those without). Jacobson and Truax (1991), p. 13. Where those without the problem
    are not the better off, `c` and `b` say so. Raises UsageError for an SD that is not above 0.

    >>> scores = {"das": [70, 80, 90]}
    >>> found = cutoffs(scores, "das", better="high", functional=(110, 15))
    >>> [round(e.value, 1) for e in found]
    [92.0, 100.0, 80.0]
    """
    _end(better)
    if functional is not None and not functional[1] > 0:
        raise UsageError(f"functional: a mean and an SD above 0; this SD is {functional[1]:g}.")
    given = count(forms, [before])
    counts = given.complete()
    if counts.n < 2:
        why = f"{counts.n} people have a score; at least 2 are needed"
        return Estimates(Estimate(name=f"cutoff_{kind}", n=counts.n, source=SOURCE, why=why) for kind in "cab")
    mean, sd = _moments(counts.column(before).astype(float), counts.number.astype(float))
    way = 1 if better == "high" else -1
    values: dict[str, float | None] = {"c": None, "a": mean + 2 * way * sd, "b": None}
    why = "nothing was given of people without the problem" if functional is None else None
    if functional is not None:
        if way * (functional[0] - mean) > 0:
            values = dict(zip("abc", numbers.cutoffs(clinical=(mean, sd), functional=functional), strict=True))
        else:
            why = "people without the problem do not score better here than those with it"
    method = f"cut-off between two groups, mean {mean:.4g} and SD {sd:.4g} of those with the problem"
    method += _left(given.n - counts.n, "a score")
    each = ((kind, values[kind]) for kind in "cab")
    return Estimates(
        Estimate(
            name=f"cutoff_{kind}",
            value=value,
            n=counts.n,
            method=method,
            source=SOURCE,
            why=why if value is None else None,
        )
        for kind, value in each
    )


def _share(name: str, people: float, n: int, method: str, source: str, confidence: float) -> Estimate:
    low, high = intervals.wilson(successes=float(people), n=n, confidence=confidence)
    return Estimate(
        name=name,
        value=float(people) / n,
        low=low,
        high=high,
        confidence=confidence,
        n=n,
        method=method,
        source=f"{source}; Wilson (1927)",
    )
