"""The randomized design: what the offer did (intention to treat) and what the help did for those it moved."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import (
    MINIMUM,
    Array,
    read_arm,
    read_clusters,
    read_covariates,
    read_outcome,
    read_profile,
    read_received,
)
from risico.effects._intervals import t_estimate, t_quantile
from risico.effects._trial import Trial, difference, outcome_known
from risico.effects._trial_profiles import WEAK, trial_by_profile
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import contributions, cr2, degrees, design
from risico.numbers.ols import least_squares, two_stage

AIR = "Angrist, Imbens & Rubin (1996)"
ERRORS = "Bell & McCaffrey (2002)"
EXACT = 1e-9  # a standard error of a share that is only rounding


def randomized(
    *,
    outcome: ArrayLike | None,
    assigned: ArrayLike,
    received: ArrayLike | None = None,
    profile: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    covariates: Mapping[str, ArrayLike] | None = None,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return the effects of an arm that was drawn by lot, one value per family in each argument.

    `outcome` is a number or 0 / 1 (then the effect is a risk difference), blank where not known, or None when the
    data hold no outcome: then no effect is computed. `assigned` is the lot (0, 1), `received` what was delivered (0,
    1), `profile` a label from before the lot, `cluster` the worker, team or region, `covariates` what was known
    before the lot.

    Estimates: `outcome_known` per arm; `itt`, the effect of the offer; `itt_adjusted` with covariates (Lin 2013); with
    `received` also `first_stage`, `first_stage_f` and `cace`, the effect of the help on the families that take it
    because it is offered. With `profile` for each estimand what `by_profile` returns.

    Standard errors are HC2 (Neyman 1923) or CR2 with Satterthwaite degrees of freedom (Bell & McCaffrey 2002); the
    interval of `cace` is Anderson & Rubin's (1949), which also holds when the offer moved few.
    Raises Refused when there is neither a cluster nor a reason why, UsageError for arms that are not 0 or 1.

    >>> y = [3, 4, 5, 4, 6, 5, 7, 8] * 5
    >>> effect = randomized(outcome=y, assigned=[0, 0, 0, 0, 1, 1, 1, 1] * 5, why_no_cluster="drawn per family")
    >>> effect["itt"]
    itt 2.5 [1.886, 3.114], n = 40
    """
    check_confidence(confidence)
    z = read_arm("assigned", assigned)
    columns = read_covariates(covariates or {}, len(z))
    trial = Trial(
        y=read_outcome(outcome, len(z)),
        z=z,
        d=read_received(received, len(z)),
        profile=read_profile(profile, len(z)),
        clusters=read_clusters(cluster, why_no_cluster, len(z)),
        X=np.column_stack([np.empty((len(z), 0)), *columns.values()]),
        names=tuple(columns),
        minimum=minimum,
        confidence=confidence,
    )
    known = trial.take(~np.isnan(trial.y))
    found = [*outcome_known(trial, ("assigned", "comparison")), _itt(known.unadjusted(), "itt")]
    if trial.names:
        found.append(_itt(known, "itt_adjusted"))
    if received is not None:
        found += _complier((known if known.n else trial).unadjusted())
    return Estimates(found) + (Estimates() if profile is None else trial_by_profile(trial))


def assigned_by_delivered(*, assigned: ArrayLike, delivered: ArrayLike) -> Estimates:
    """Return the table of what was assigned by what was delivered, any number of arms.

    `delivered` counts families, with `n` all families assigned to that arm; `delivered_as_assigned` is the share that
    got what the lot said. Blanks are counted as delivered "unknown".

    >>> table = assigned_by_delivered(assigned=["arrest", "arrest", "advise"], delivered=["arrest", "advise", "advise"])
    >>> table.where(assigned="arrest")["delivered_as_assigned"].value
    0.5
    """
    given = read_profile(assigned, len(np.atleast_1d(np.asarray(assigned))))
    got = read_profile(delivered, len(given))
    if (given == "").any():
        raise UsageError("assigned: blank for some families. Leave these out: they were not drawn.")
    got = np.where(got == "", "unknown", got)
    found: list[Estimate] = []
    for arm in np.unique(given):
        n = int((given == arm).sum())
        for kind in np.unique(np.concatenate([given, got])):
            count = float(((given == arm) & (got == kind)).sum())
            by = {"assigned": str(arm), "delivered": str(kind)}
            found.append(Estimate(name="delivered", value=count, n=n, method="count of families", by=by))
        share = float((got[given == arm] == arm).mean())
        found.append(
            Estimate(
                name="delivered_as_assigned", value=share, n=n, method="share of families", by={"assigned": str(arm)}
            )
        )
    return Estimates(found)


def _itt(trial: Trial, name: str) -> Estimate:
    source = f"Lin (2013); {ERRORS}" if trial.names else f"Neyman (1923); {ERRORS}"
    why = trial.cannot or trial.few_for_covariates
    if why:
        return Estimate(name=name, n=trial.n, method="intention to treat", source=source, why=why)
    value, se, df = difference(trial, trial.y)
    return t_estimate(
        name=name,
        value=value,
        se=se,
        df=df,
        n=trial.n,
        confidence=trial.confidence,
        method=f"intention to treat, {trial.scale}{trial.adjusted_words}, {trial.clusters.words}",
        source=source,
    )


def _complier(trial: Trial) -> list[Estimate]:
    """Return the first stage, its F and the complier effect. Angrist, Imbens & Rubin (1996), JASA 91:444."""
    trial = trial.take(~np.isnan(trial.d))
    why = trial.few if trial.n else "it is not known for any family what was received"
    if why:
        return [Estimate(name=name, n=trial.n, why=why) for name in ("first_stage", "first_stage_f", "cace")]
    value, se, df = difference(trial, trial.d)
    first = t_estimate(
        name="first_stage",
        value=value,
        se=se,
        df=df,
        n=trial.n,
        confidence=trial.confidence,
        method=f"share that received, assigned minus comparison, {trial.clusters.words}",
        source=f"{AIR}; {ERRORS}",
    )
    strength = _strength(first)
    return [first, strength, _cace(trial, first, strength)]


def _strength(first: Estimate) -> Estimate:
    name, method = "first_stage_f", "squared first stage over its robust variance"
    if first.value is None:
        return Estimate(name=name, n=first.n, method=method, why=first.why)
    exact = first.se is not None and first.se < EXACT
    if exact and abs(first.value) > EXACT:
        return Estimate(name=name, n=first.n, method=method, why="no spread: receiving followed the lot exactly")
    F = (first.value / first.se) ** 2 if first.se and not exact else 0.0
    weak = f"below {WEAK:.0f}: the offer moved few families; read the complier effect with caution"
    return Estimate(
        name=name, value=F, n=first.n, method=method, source="Staiger & Stock (1997)", why=weak if F < WEAK else None
    )


def _cace(trial: Trial, first: Estimate, strength: Estimate) -> Estimate:
    source = f"{AIR}; interval Anderson & Rubin (1949)"
    method = f"complier average causal effect, two-stage {trial.scale}, {trial.clusters.words}, Anderson-Rubin interval"
    why = trial.cannot or (first.why if first.value is None else None)
    ends = None if why else _anderson_rubin(trial)
    if ends is None:
        why = why or "the offer changed too little of what was received to bound the effect of receiving it"
        return Estimate(name="cace", n=trial.n, method=method, source=source, why=why)
    ones = np.ones(trial.n)
    beta, residuals, projected = two_stage(
        y=trial.y, X=np.column_stack([ones, trial.d]), Z=np.column_stack([ones, trial.z])
    )
    return Estimate(
        name="cace",
        value=float(beta[1]),
        low=ends[0],
        high=ends[1],
        confidence=trial.confidence,
        se=float(cr2(design(X=projected, cluster=trial.clusters.index), residuals)[1, 1]) ** 0.5,
        n=trial.n,
        method=method,
        source=source,
        why=strength.why if strength.value is not None else None,
    )


def _anderson_rubin(trial: Trial) -> tuple[float, float] | None:
    """Return the effects b for which y - b d does not differ between the arms, or None where they have no bounds.

    (itt - b first)^2 <= t^2 Var(itt - b first) is a quadratic in b: with one instrument the set is an interval, or all
    but an interval, or everything. Anderson & Rubin (1949), Ann Math Stat 20:46.
    """
    A = np.column_stack([np.ones(trial.n), trial.z])
    of = design(X=A, cluster=trial.clusters.index)
    t2 = t_quantile((1 - trial.confidence) / 2, degrees(of, np.eye(2)[[1]])) ** 2
    (itt, u), (first, w) = _slope(trial.y, A), _slope(trial.d, A)
    u, w = contributions(of, u)[:, 1], contributions(of, w)[:, 1]
    a, b, c = first**2 - t2 * (w @ w), itt * first - t2 * (u @ w), itt**2 - t2 * (u @ u)
    if a <= 0:
        return None
    root = max(b * b - a * c, 0.0) ** 0.5
    return float((b - root) / a), float((b + root) / a)


def _slope(y: Array, A: Array) -> tuple[float, Array]:
    beta, residuals = least_squares(y=y, X=A)
    return float(beta[1]), residuals
