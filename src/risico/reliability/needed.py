"""How many raters, and how many cases, make a score or a reliability sure enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import reml
from risico.reliability.generalizability import SOURCE, Study, checked_levels, fitted

COEFFICIENTS = ("phi_coefficient", "g_coefficient")
FARTHEST = 200  # raters, beyond which nobody asks


def raters_needed(
    forms: Any,
    of: str,
    *,
    wanted: float = 0.8,
    vary: str = "rater",
    facets: Sequence[str] = ("rater",),
    case: str = "case",
    levels: Mapping[str, int] | None = None,
    up_to: int = 10,
    confidence: float = 0.95,
) -> Estimates:
    """A D study: how sure the mean of 1, 2, … raters is, and how many make it sure enough.

    Input as for `generalizability`; `vary` is the facet whose number changes, `levels` the number of each other facet.

    Returns `raters_needed`, the least number with a `phi_coefficient` of at least `wanted`, as an interval from the
    numbers at which the upper and the lower end get there; and the curve: `phi_coefficient` and `g_coefficient` with
    `at` from 1 to `up_to`. Where no number of raters is enough, since the rest stays, that is the answer.

    >>> forms = {"case": [1, 1, 2, 2, 3, 3], "rater": ["a", "b"] * 3, "score": [9, 6, 6, 5, 3, 4]}
    >>> found = raters_needed(forms, "score", wanted=0.9, up_to=2)
    >>> found["raters_needed"].value
    6.0
    """
    check_confidence(confidence)
    if not 0 < wanted < 1:
        raise UsageError(f"wanted: a reliability lies between 0 and 1, and is not {wanted:g}.")
    if vary not in facets:
        raise UsageError(f"vary: {vary!r} is none of the facets ({', '.join(facets)}).")
    if not 1 <= up_to <= FARTHEST:
        raise UsageError(f"up_to: a curve runs to a number from 1 to {FARTHEST}, and not to {up_to}.")
    levels = checked_levels(levels, facets)
    study = fitted(forms, of, case, facets)
    if isinstance(study, Estimates):
        return Estimates([Estimate(name="raters_needed", n=study[0].n, why=study[0].why)])
    ask = study.asked(confidence, f"mean over levels of {vary}; ")
    curve = [
        ask(name=name, target=study.target(case, {**levels, vary: k}, absolute=name == "phi_coefficient"), at=float(k))
        for name in COEFFICIENTS
        for k in range(1, up_to + 1)
    ]
    return Estimates([_needed(study, case, levels, vary, wanted, confidence), *curve])


def _needed(
    study: Study, case: str, levels: Mapping[str, int], vary: str, wanted: float, confidence: float
) -> Estimate:
    def reached(k: int) -> float:
        return study.target(case, {**levels, vary: k}, absolute=True).value(study.found)

    def end(k: int, which: int) -> float:
        target = study.target(case, {**levels, vary: k}, absolute=True)
        ends = reml.interval(study.sums, study.found, target, confidence)
        return ends[which] if ends is not None else 0.0

    method = f"least number of {vary} levels with a phi coefficient of {wanted:g}; {study.method}"
    value = _least(reached, wanted)
    if value is None:
        why = f"more than {FARTHEST} would be needed: what does not depend on their number stays"
        why = why if reached(1) > 0 else "cases are not seen to differ, so no number is enough"
        return Estimate(name="raters_needed", n=study.n, method=method, source=SOURCE, why=why)
    low, high = _least(lambda k: end(k, 1), wanted), _least(lambda k: end(k, 0), wanted)
    known = None not in (low, high)
    return Estimate(
        name="raters_needed",
        value=float(value),
        low=float(low) if low is not None and high is not None else None,
        high=float(high) if low is not None and high is not None else None,
        confidence=confidence if known else None,
        n=study.n,
        method=method,
        source=SOURCE,
        why=None if known else f"no interval: it runs to more than {FARTHEST}",
    )


def _least(reached: Callable[[int], float], wanted: float) -> int | None:
    """The least number from which a rising curve is high enough, by halving; None beyond all reach."""
    rounding = 1e-9
    low, high = 0, FARTHEST
    if reached(high) < wanted - rounding:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) >= wanted - rounding else (middle, high)
    return high


def cases_needed(*, icc: float, raters: int, width: float, confidence: float = 0.95) -> Estimates:
    """How many cases, each with so many ratings, make the interval of an intraclass correlation this narrow.

    For planning, from what is expected: `icc` of one rating, `raters` per case, `width` from lower to upper end.

    Returns `cases_needed`. Bonett (2002), Statistics in Medicine 21:1331, of the one-way ICC; where raters differ
    systematically more are needed, and with few raters no number of cases makes ICC(2,1) as narrow as that. Raises
    UsageError for what is no reliability, number of raters or width.

    >>> cases_needed(icc=0.7, raters=2, width=0.2)["cases_needed"].value
    101.0
    """
    check_confidence(confidence)
    if not 0 <= icc < 1:
        raise UsageError(f"icc: the reliability that is expected lies from 0 to below 1, and is not {icc:g}.")
    if raters < 2:
        raise UsageError(f"raters: a case needs at least 2 ratings, and not {raters}.")
    if not 0 < width < 1:
        raise UsageError(f"width: from the lower to the upper end, above 0 and below 1, and not {width:g}.")
    z, k = float(special.ndtri(0.5 + confidence / 2)), raters
    needed = 8 * z**2 * (1 - icc) ** 2 * (1 + (k - 1) * icc) ** 2 / (k * (k - 1) * width**2) + 1
    method = f"cases with {k} ratings each for an interval of width {width:g} at an ICC of {icc:g}"
    value = float(math.ceil(needed - 1e-9))
    return Estimates([Estimate(name="cases_needed", value=value, method=method, source="Bonett (2002)")])
