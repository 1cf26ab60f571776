"""What was not measured: how strong it must be to explain an effect, and whether there is a sign of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import FAMILIES_PER_COVARIATE, MINIMUM, Array, Rows, read_arm, read_covariates, read_outcome
from risico.effects._intervals import t_quantile
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import robustness as numbers
from risico.numbers.ols import independent_columns

TIMES = (0, 1, 2, 3)  # as strong as a covariate so many times; 0 is the regression as it stands
PER_SD = 0.91  # logarithm of the risk ratio per standard deviation: VanderWeele & Ding (2017)
PERFECT = 1e-12
UNLIKE = "there is a difference where the help can make none: the groups differ in something that is not adjusted for"
DING = "VanderWeele & Ding (2017)"
CINELLI = "Cinelli & Hazlett (2020)"
FEW = f"fewer than {FAMILIES_PER_COVARIATE} families per covariate in an arm"


def e_value(effect: Estimate, *, without_help: float | None = None, sd: float | None = None) -> Estimates:
    """Return how strongly a hidden confounder must go with help and outcome, both as risk ratios, to explain an effect.

    `effect` is a difference. For a yes or no give `without_help`, the share expected without the help (0 to 1): the
    risk ratio is that share plus the difference, over that share. Otherwise give `sd`, the standard deviation of the
    outcome: the risk ratio is taken as exp(0.91 d) with d the difference in standard deviations. Both are
    approximations, named in `method`. Estimates: `e_value`, and `e_value_limit` for the limit nearest to no effect
    (1 where the interval holds no effect). VanderWeele & Ding (2017). Raises UsageError unless exactly one is given.

    >>> told = Estimate(name="itt", value=-0.15, low=-0.25, high=-0.05, n=400)
    >>> [round(e.value, 2) for e in e_value(told, without_help=0.3)]
    [3.41, 1.69]
    """
    if (without_help is None) == (sd is None):
        raise UsageError("e_value: give either `without_help` (a share) or `sd` of the outcome.")
    names = ("e_value", "e_value_limit")
    base: dict[str, Any] = {"n": effect.n, "source": DING, "by": {"estimand": effect.name}}
    how = "the share without help held fixed" if sd is None else "exp(0.91 d), d in standard deviations"
    method = f"E-value of a risk ratio, {how}"
    if effect.value is None or effect.low is None or effect.high is None:
        why = "there is no effect to explain away"
        return Estimates(Estimate(name=name, **base, method=method, why=why) for name in names)
    if not (without_help if sd is None else sd):
        why = (
            "without help nobody has the outcome, so there is no risk ratio"
            if sd is None
            else "the outcome has no spread"
        )
        return Estimates(Estimate(name=name, **base, method=method, why=why) for name in names)
    crosses = effect.low <= 0 <= effect.high
    nearest = 0.0 if crosses else min(effect.low, effect.high, key=abs)
    out: list[Estimate] = []
    for name, size in zip(names, (effect.value, nearest), strict=True):
        ratio = 1 + size / without_help if without_help else exp(PER_SD * size / sd) if sd else 0.0
        why = "the effect is larger than the share expected without help, so there is no risk ratio"
        value = numbers.e_value(ratio) if ratio > 0 else None
        out.append(Estimate(name=name, value=value, **base, method=method, why=None if ratio > 0 else why))
    return Estimates(out)


def omitted_confounder(
    *,
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    clustered: bool = False,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return how much a hidden confounder must explain of help and outcome to take the effect of a regression away.

    The regression is linear: outcome on help and all covariates, families with a known outcome, shape (n,) each. It
    stands beside the effect of the design and is not that effect. Estimates: `partial_r2` (help with outcome);
    `robustness_value` (partial R2 of a confounder with both that takes the effect to zero), `robustness_value_limit`
    (that takes the limit nearest to no effect there; with `clustered` families it is too large, and says so); per
    covariate `confounder_bound`: the effect at most so small, `at` 0, 1, 2 or 3 times as strong a confounder as that
    covariate. Cinelli & Hazlett (2020). Raises UsageError for arms that are not 0 or 1.

    >>> rng = np.random.default_rng(1)
    >>> x = rng.standard_normal(200)
    >>> d = (x + rng.standard_normal(200) > 0) * 1.0
    >>> found = omitted_confounder(outcome=x + d + rng.standard_normal(200), treated=d, covariates={"need": x})
    >>> round(found["robustness_value"].value, 2)
    0.26
    """
    check_confidence(confidence)
    d = read_arm("treated", treated)
    y = read_outcome(outcome, len(d))
    known = ~np.isnan(y)
    groups = {name: _columns({name: values}, len(d))[known] for name, values in covariates.items()}
    y, d = y[known], d[known]
    X = np.column_stack([np.empty((len(y), 0)), *groups.values()])
    method = "linear regression of the outcome on help and covariates, a confounder as strong with both"
    base: dict[str, Any] = {"n": len(y), "method": method, "source": CINELLI}
    why = _why_not(y, d, X, minimum)
    if why:
        names = ("partial_r2", "robustness_value", "robustness_value_limit", "confounder_bound")
        return Estimates(Estimate(name=name, **base, why=why) for name in names)
    found = numbers.linear_effect(y=y, d=d, X=X[:, _kept(X)])
    t = found.value / found.se
    critical = t_quantile((1 - confidence) / 2, found.df - 1)
    note = "families of one cluster are taken as independent here, so this is rather too large" if clustered else None
    limit = numbers.robustness_value(t=t, df=found.df, critical=critical)
    first = [
        Estimate(name="partial_r2", value=t**2 / (t**2 + found.df), **base),
        Estimate(name="robustness_value", value=numbers.robustness_value(t=t, df=found.df), **base),
        Estimate(name="robustness_value_limit", value=limit, **base, why=note),
    ]
    bounds = [_bound(found, y, d, groups, name, times, confidence) for name in groups for times in TIMES]
    return Estimates([*first, *bounds])


def _columns(covariate: Mapping[str, ArrayLike], n: int) -> Array:
    return np.column_stack(list(read_covariates(covariate, n).values()))


def _kept(X: Array) -> Rows:
    return independent_columns(np.column_stack([np.ones(len(X)), X]))[1:]


def _why_not(y: Array, d: Array, X: Array, minimum: int) -> str | None:
    smaller = min(int((d == arm).sum()) for arm in (0, 1))
    if smaller < minimum:
        return f"fewer than {minimum} families in an arm"
    if smaller < FAMILIES_PER_COVARIATE * X.shape[1]:
        return FEW
    if numbers.partial_r2(target=d, given=X[:, :0], columns=X) > 1 - PERFECT:
        return "the covariates say who got the help without a doubt, so there is nobody to compare with"
    if numbers.partial_r2(target=y, given=X[:, :0], columns=np.column_stack([d, X])) > 1 - PERFECT or np.ptp(y) == 0:
        return "help and covariates settle the outcome without a rest, so no confounder fits in"
    return None


def _bound(
    found: numbers.Linear, y: Array, d: Array, groups: Mapping[str, Array], name: str, times: int, confidence: float
) -> Estimate:
    """Return the effect when a confounder so many times as strong as this covariate works against it."""
    rest = np.column_stack([np.empty((len(y), 0)), *(X for other, X in groups.items() if other != name)])
    with_help = numbers.partial_r2(target=d, given=rest, columns=groups[name])
    with_outcome = numbers.partial_r2(target=y, given=np.column_stack([d, rest]), columns=groups[name])
    strong = numbers.as_strong_as(times=times, with_help=with_help, with_outcome=with_outcome)
    where = {"covariate": name}
    method = "linear regression, a hidden confounder so many times as strong as the covariate works against the effect"
    base: dict[str, Any] = {
        "name": "confounder_bound",
        "n": len(y),
        "method": method,
        "source": CINELLI,
        "by": where,
        "at": float(times),
    }
    if strong is None:
        why = "a confounder that many times as strong as this covariate cannot exist"
        return Estimate(**base, why=why)
    shift = {"value": found.value, "se": found.se, "df": found.df}
    value, se = numbers.with_confounder(**shift, with_help=strong[0], with_outcome=strong[1]) if times else found[:2]
    half = t_quantile((1 - confidence) / 2, found.df - bool(times)) * se
    return Estimate(**base, value=value, low=value - half, high=value + half, confidence=confidence, se=se)


def negative_control(effect: Estimate) -> Estimate:
    """Return an effect on an outcome that the help cannot touch, as `negative_control`; one that is there is a warning.

    Lipsitch, Tchetgen Tchetgen & Cohen (2010), Epidemiology 21:383.

    >>> seen = Estimate(name="att", value=0.2, low=0.1, high=0.3, method="average effect on the treated")
    >>> negative_control(seen).why
    'there is a difference where the help can make none: the groups differ in something that is not adjusted for'
    """
    there = effect.low is not None and effect.high is not None and not effect.low <= 0 <= effect.high
    return replace(
        effect,
        name="negative_control",
        method=f"{effect.method}; on an outcome that the help cannot change",
        source=f"Lipsitch, Tchetgen Tchetgen & Cohen (2010); {effect.source}",
        why=UNLIKE if there else effect.why,
        by={**effect.by, "estimand": effect.name},
    )
