"""The adjusted design: a comparison without a lot, corrected for what was measured before the help began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._fitted import SOURCE, Fitted, draw_whole, fit
from risico.effects._inputs import (
    MINIMUM,
    Array,
    Index,
    Labels,
    Rows,
    read_arm,
    read_clusters,
    read_covariates,
    read_outcome,
    read_profile,
)
from risico.effects._intervals import t_estimate
from risico.effects._trial import Trial, difference, outcome_known, profile_known
from risico.effects.by_profile import ProfileEffects, by_profile, no_profile_effects
from risico.effects.learners import default_learners
from risico.effects.overlap import BOUND, LEAST_SEEN, Overlap, overlap_estimates, propensity_curve
from risico.effects.robustness.left_out import leave_one_out
from risico.effects.robustness.missing import turning_points
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import Design, degrees, number_clusters
from risico.numbers.doubly_robust import (
    Nuisance,
    ate_parts,
    att_parts,
    group_effects,
    joint_effects,
    median_of_repeats,
    missing_parts,
)

RESTS = "adjusted difference, rests on the covariates given"
WHO = {"att": "average effect on the treated", "ate": "average effect on everybody"}


def adjusted(
    *,
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    profile: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    units: Mapping[str, ArrayLike] | None = None,
    outcome_learners: Mapping[str, Any] | None = None,
    propensity_learners: Mapping[str, Any] | None = None,
    folds: int = 5,
    repeats: int = 5,
    seed: int = 0,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return the cross-fitted doubly robust effects of help that was not drawn by lot, one value per family.

    `att` is the average effect on the treated, `ate` that on everybody; both suppose that everything that led to the
    help and matters for the outcome is among the `covariates`, all measured before it. Learners are scikit-learn
    estimators by name; of several the one with the smallest cross-validated loss is used (`learner_loss`). Folds
    keep clusters whole, are redrawn `repeats` times, and the median is given; the same seed gives the same numbers.
    A family without an outcome (NaN) takes part: who is like it in arm and covariates, and is seen, stands in for it
    (censoring weights, cross-fitted as well). That supposes that nothing else decides who is seen.

    Estimates: `outcome_known` per arm, `unadjusted`, `learner_loss`, `overlap_propensity`, then for each estimand its
    `overlap_*` and the effect; where outcomes are missing the `tipping_point`s (see `tipping_points`); with `units`
    (region, team: one label per family) what `leave_one_out` returns, on the same predictions; with `profile` also
    what `by_profile` returns. An effect is refused, with the reason, when there are no comparable families: often
    `att` can be known where `ate` cannot. The n of an effect counts the families with an outcome.

    Robins, Rotnitzky & Zhao (1994); Chernozhukov et al. (2018); Bang & Robins (2005). Raises Refused when there is
    neither a cluster nor a reason why, UsageError for arms that are not 0 or 1 or without covariates.

    >>> rng = np.random.default_rng(2)
    >>> x = rng.standard_normal(300)
    >>> d = rng.random(300) < 1 / (1 + np.exp(-x))
    >>> found = adjusted(outcome=x + d, treated=d, covariates={"severity": x}, why_no_cluster="one worker each",
    ...                  outcome_learners={"ridge": default_learners(binary=False, seed=0)["ridge"]}, repeats=1)
    >>> round(found["unadjusted"].value, 1), round(found["att"].value, 1)
    (1.8, 1.0)
    """
    check_confidence(confidence)
    d = read_arm("treated", treated)
    X, names = _adjust_for(covariates, len(d))
    trial = Trial(
        y=read_outcome(outcome, len(d)),
        z=d,
        d=d,
        profile=read_profile(profile, len(d)),
        clusters=read_clusters(cluster, why_no_cluster, len(d)),
        X=X,
        names=names,
        minimum=minimum,
        confidence=confidence,
    )
    known = trial.take(~np.isnan(trial.y))
    first = Estimates([profile_known(trial)] if profile is not None else [])
    first += Estimates([*outcome_known(trial, ("treated", "comparison")), _unadjusted(known)])
    why = known.cannot
    if why:
        return first + [Estimate(name=name, n=known.n, method=RESTS, source=SOURCE, why=why) for name in WHO]
    if repeats < 1 or folds < 2:
        raise UsageError("folds, repeats: at least 2 folds and 1 repeat are needed.")
    binary = bool(np.isin(known.y, (0.0, 1.0)).all())
    outcome_learners = outcome_learners or default_learners(binary=binary, seed=seed)
    propensity_learners = propensity_learners or default_learners(binary=True, seed=seed)
    rng = np.random.default_rng(seed)
    drawn = [draw_whole(trial, folds, rng) for _ in range(repeats)]
    fitted, shown = fit(trial, outcome_learners, propensity_learners, drawn)
    found = first + shown + propensity_curve(d=trial.z, m=fitted.m)
    labels = {kind: read_profile(given, len(d)) for kind, given in (units or {}).items()}
    for estimand in WHO:
        found += _effect(fitted, estimand, labels, profiles=profile is not None)
    return found


def _adjust_for(covariates: Mapping[str, ArrayLike], n: int) -> tuple[Array, tuple[str, ...]]:
    columns = read_covariates(covariates, n)
    if not columns:
        raise UsageError("covariates: there are none. Without them the difference is not adjusted; give at least one.")
    return np.column_stack(list(columns.values())), tuple(columns)


def _unadjusted(trial: Trial) -> Estimate:
    if trial.cannot:
        return Estimate(name="unadjusted", n=trial.n, why=trial.cannot)
    value, se, df = difference(trial.unadjusted(), trial.y)
    return t_estimate(
        name="unadjusted",
        value=value,
        se=se,
        df=df,
        n=trial.n,
        confidence=trial.confidence,
        method=f"difference between groups, not adjusted; {trial.scale}, {trial.clusters.words}",
        source="Neyman (1923); Bell & McCaffrey (2002)",
    )


def _effect(fitted: Fitted, estimand: str, units: Mapping[str, Labels], *, profiles: bool) -> Estimates:
    trial, overlap = fitted.trial, fitted.overlap(estimand)
    found = Estimates(overlap_estimates(overlap, d=trial.z, names=trial.names))
    why = overlap.why or fitted.few(overlap.rows)
    if why:
        method = f"{WHO[estimand]}, {fitted.scale}; {RESTS}; {fitted.method}"
        n = int((overlap.rows & fitted.known).sum())
        found += [Estimate(name=estimand, n=n, method=method, source=fitted.source, why=why)]
        return found + no_profile_effects(estimand, {}, why) if profiles else found
    found += [_average(fitted, estimand, overlap, overlap.rows), *_turning(fitted, estimand, overlap)]
    found += _placed(leave_one_out(lambda rows: _without(fitted, estimand, overlap, rows), units), estimand)
    return found + _profiles(fitted, estimand, overlap.rows) if profiles else found


def _placed(estimates: Estimates, estimand: str) -> Estimates:
    return Estimates(replace(e, by={**e.by, "estimand": estimand}) for e in estimates)


def _average(fitted: Fitted, estimand: str, overlap: Overlap, rows: Rows) -> Estimate:
    trial = fitted.trial
    theta, V, of = _median(fitted, estimand, rows, np.zeros(trial.n, dtype=np.intp))
    return t_estimate(
        name=estimand,
        value=float(theta[0]),
        se=float(V[0, 0]) ** 0.5,
        df=min(degrees(of, np.eye(1)), min(overlap.sizes) - 1),
        n=int((rows & fitted.known).sum()),
        confidence=trial.confidence,
        method=f"{WHO[estimand]}, {fitted.scale}; {RESTS}; {fitted.method}",
        source=fitted.source,
        why=overlap.note,
    )


def _without(fitted: Fitted, estimand: str, overlap: Overlap, rows: Rows) -> Estimate:
    """Return the effect of some of the families, on the predictions of all."""
    kept = overlap.rows & rows
    why = fitted.few(kept)
    return Estimate(name=estimand, why=why) if why else _average(fitted, estimand, overlap, kept)


def _nuisances(fitted: Fitted, estimand: str, rows: Rows) -> list[Nuisance]:
    low = 0.0 if estimand == "att" else BOUND
    return [one.take(rows, low, 1 - BOUND, LEAST_SEEN) for one in fitted.repeats]


def _median(fitted: Fitted, estimand: str, rows: Rows, group: Index) -> tuple[Array, Array, Design]:
    """Return effects by group and their covariance, the median over the redrawn folds, and the design."""
    trial, parts = fitted.trial.take(rows), att_parts if estimand == "att" else ate_parts
    found: list[tuple[Array, Array, Design]] = []
    for seen in _nuisances(fitted, estimand, rows):
        num, den = parts(y=trial.y, d=trial.z, fitted=seen)
        found.append(group_effects(num=num, den=den, group=group[rows], cluster=trial.clusters.index))
    theta, V = median_of_repeats([one[0] for one in found], [one[1] for one in found])
    return theta, V, found[0][2]


def _turning(fitted: Fitted, estimand: str, overlap: Overlap) -> Estimates:
    """Return the tipping points, of outcomes that are missing beyond what the covariates say."""
    trial, known = fitted.trial.take(overlap.rows), fitted.known[overlap.rows]
    if known.all():
        return Estimates()
    found: list[tuple[Array, Array, Design]] = []
    parts = att_parts if estimand == "att" else ate_parts
    for seen in _nuisances(fitted, estimand, overlap.rows):
        num, den = parts(y=trial.y, d=trial.z, fitted=seen)
        gone = missing_parts(y=trial.y, d=trial.z, fitted=seen, treated_only=estimand == "att")
        found.append(joint_effects(nums=np.column_stack([num, *gone]), den=den, cluster=trial.clusters.index))
    theta, V = median_of_repeats([one[0] for one in found], [one[1] for one in found])
    df = min(degrees(found[0][2], np.eye(1)), min(overlap.sizes) - 1)
    if df <= 0:
        return Estimates()
    told = {"y": trial.y[known], "z": trial.z[known]}
    points = turning_points(theta, V, df=df, **told, n=int(known.sum()), confidence=trial.confidence)
    return _placed(points, estimand)


def _comparable(fitted: Fitted, estimand: str, rows: Rows) -> tuple[dict[str, float], dict[str, str]]:
    """Return the profiles with an overlap, each with its effective size, and the others, each with the reason."""
    trial, sizes, left = fitted.trial, dict[str, float](), dict[str, str]()
    for name in np.unique(trial.profile[trial.profile != ""]).tolist():
        mine = trial.profile == name
        why = fitted.few(mine)
        if not why:
            overlap = fitted.overlap(estimand, mine)
            why, sizes[name] = overlap.why or fitted.few(mine & rows), min(overlap.sizes)
        if why:
            left[name] = why
    return {name: size for name, size in sizes.items() if name not in left}, left


def _profiles(fitted: Fitted, estimand: str, rows: Rows) -> Estimates:
    """Return the effects by profile: averages of the influence function in each profile that has an overlap."""
    trial = fitted.trial
    sizes, left = _comparable(fitted, estimand, rows)
    if not sizes:
        return no_profile_effects(estimand, left, "no profile has enough comparable families in both arms")
    kept = rows & np.isin(trial.profile, list(sizes))
    group = np.zeros(trial.n, dtype=np.intp)
    group[kept] = number_clusters(trial.profile[kept])
    theta, V, of = _median(fitted, estimand, kept, group)
    effects = ProfileEffects(
        estimand=estimand,
        names=tuple(sizes),
        theta=theta,
        V=V,
        of=of,
        contrasts=np.eye(len(theta)),
        n=tuple(np.bincount(group[kept & fitted.known]).tolist()),
        method=f"{WHO[estimand]}, {fitted.scale}; {RESTS}; {trial.clusters.words}",
        source=fitted.source,
        left_out=left,
        most_df=np.array(list(sizes.values())) - 1,
    )
    return by_profile(effects, trial.confidence)
