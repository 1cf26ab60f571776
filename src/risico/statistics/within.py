"""Change within people, and other scales of an effect."""

from __future__ import annotations

from collections.abc import Callable

from risico.effects import before_after, ordered, ratio, repeated
from risico.estimate import Estimates
from risico.statistics.effects import CR2, DIGITS, effect
from risico.statistics.row import BASE, Statistic


def _change(reference: str, collapse: str) -> Statistic:
    return effect(before_after, "before_after", reference, collapse)


def _scale(function: Callable[..., Estimates], reference: str, collapse: str, tolerance: float = 1e-9) -> Statistic:
    reason = DIGITS if tolerance < 1e-8 else "both sides iterate the likelihood to about this"
    return effect(function, "scales", reference, collapse, tolerance, reason)


def _course(reference: str, collapse: str, tolerance: float = 1e-9) -> Statistic:
    reason = DIGITS if tolerance < 1e-8 else "both sides iterate the restricted likelihood to about this"
    return effect(repeated, "repeated", reference, collapse, tolerance, reason)


MIXED = f"lme4 1.1.31: lmer(REML) for the ratios; {CR2} on rows turned by them"
LAST_STEP = f"glm(family = poisson) of {BASE}; {CR2} on its last least-squares step"
PAIRS = f"mean over all pairs of {BASE}; linear_contrast of {CR2} on the mean of each"

ROWS: dict[str, Statistic] = {
    "followed_up": _change(f"mean of {BASE}", "nobody is lost: 1"),
    "people_changed": _change(f"lm and {CR2}, on the log odds", "everybody falls far: 1"),
    "mean_change": _change(f"lm and {CR2}", "everybody falls by 3: -3"),
    "peak_change": _change(
        f"truncnorm 1.0.8: etruncnorm; lm and {CR2} for the range", "all of a half: half the mean of a half-normal"
    ),
    "peak_change_linear": _change(
        f"lm and {CR2} on the distance from the line", "a correlation of a half: half the way to the mean"
    ),
    "natural_change": _change(f"lm and {CR2}", "the mean change of who was not helped"),
    "risk_ratio": _scale(ratio, LAST_STEP, "half as many with the offer: a half"),
    "rate_ratio": _scale(ratio, LAST_STEP, "half as many in half the days: 1"),
    "wave_known": _course(f"table of {BASE}", "nobody is missed: 1"),
    "wave_mean": _course(f"lm and {CR2}", "the mean of those helped at that moment"),
    "start_difference": _course(MIXED, "two moments of everybody: the difference of the first means", 1e-6),
    "course_difference": _course(MIXED, "two moments of everybody: the difference of the mean changes", 1e-6),
    "course_p": _course(f"{MIXED}, Wald_test(test = 'HTZ')", "arms that change alike: 1", 1e-6),
    "variance_part": _course("lme4 1.1.31: lmer(REML), VarCorr", "families of one: no part of their own", 1e-5),
    "course_ratio": _course(LAST_STEP, "two moments of everybody: a ratio of ratios"),
    "transition": _scale(ordered, f"table of {BASE}", "nobody changes: everybody who began there"),
    "chance_worse": _scale(ordered, PAIRS, "all of the offered are worse: 1"),
    "chance_better": _scale(ordered, PAIRS, "all of the offered are better: 1"),
    "chance_balance": _scale(ordered, PAIRS, "arms that are alike: 0"),
    "odds_ratio_ordered": _scale(
        ordered, "MASS 7.3.58.2: polr, one cluster left out at a time", "two levels: the odds ratio of a table", 1e-6
    ),
}
