"""The effects of a trial in each profile, from one saturated design."""

from __future__ import annotations

import numpy as np

from risico.effects._trial import NO_OUTCOME, Trial, difference, matrix, profile_known
from risico.effects.by_profile import ProfileEffects, by_profile, no_profile_effects
from risico.estimate import Estimates
from risico.numbers.clusters import cr2, design, number_clusters
from risico.numbers.ols import least_squares, two_stage

WEAK = (
    10.0  # first-stage F below which the offer is said to have moved few: Staiger & Stock (1997), Econometrica 65:557
)
FEW = "no profile has enough families in both arms"


def trial_by_profile(trial: Trial) -> Estimates:
    """Return, for the offer and for what was received, what `by_profile` returns."""
    share = profile_known(trial)
    known = trial.take(~np.isnan(trial.y) & (trial.profile != ""))
    if np.isnan(trial.y).all():
        return Estimates([share]) + no_profile_effects("itt", {}, NO_OUTCOME)
    found = Estimates([share]) + _block(known, "itt")
    return found if np.isnan(trial.d).all() else found + _block(known.take(~np.isnan(known.d)), "cace")


def _block(trial: Trial, estimand: str) -> Estimates:
    left: dict[str, str] = {}
    for name in np.unique(trial.profile).tolist():
        mine = trial.take(trial.profile == name).unadjusted()
        why = mine.cannot or (_weak(mine) if estimand == "cace" else None)
        if why:
            left[name] = why
    kept = trial.take(~np.isin(trial.profile, list(left)))
    if not kept.n:
        return no_profile_effects(estimand, left, FEW)
    if estimand == "cace" or kept.few_for_covariates:
        kept = kept.unadjusted()
    return by_profile(_effects(kept, estimand, left), trial.confidence)


def _weak(trial: Trial) -> str | None:
    value, se, _ = difference(trial, trial.d)
    moved = value != 0 and value**2 >= WEAK * se**2
    return None if moved else f"the offer moved too few families of this profile (first-stage F below {WEAK:.0f})"


def _effects(trial: Trial, estimand: str, left: dict[str, str]) -> ProfileEffects:
    names, group = np.unique(trial.profile), number_clusters(trial.profile)
    A, q = matrix(trial.z, group, trial.X), len(names)
    method = f"{trial.scale}{trial.adjusted_words}, {trial.clusters.words}"
    if estimand == "itt":
        beta, residuals = least_squares(y=trial.y, X=A)
        of = design(X=A, cluster=trial.clusters.index)
    else:
        beta, residuals, projected = two_stage(y=trial.y, X=matrix(trial.d, group, trial.X), Z=A)
        of, method = design(X=projected, cluster=trial.clusters.index), f"two-stage, {method}"
    effects = slice(q, 2 * q)
    return ProfileEffects(
        estimand=estimand,
        names=tuple(names.tolist()),
        theta=beta[effects],
        V=cr2(of, residuals)[effects, effects],
        of=of,
        contrasts=np.eye(A.shape[1])[effects],
        n=tuple(np.bincount(group).tolist()),
        method=method,
        source="Lin (2013); Bell & McCaffrey (2002)" if trial.names else "Bell & McCaffrey (2002)",
        left_out=left,
    )
