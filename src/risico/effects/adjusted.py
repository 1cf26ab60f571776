"""The adjusted design: a comparison without a lot, corrected for what was measured before the help began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import (
    MINIMUM,
    Array,
    Index,
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
from risico.effects.overlap import BOUND, find_overlap, overlap_estimates, propensity_curve
from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import Design, degrees, number_clusters
from risico.numbers.doubly_robust import (
    Nuisance,
    ate_parts,
    att_parts,
    choose,
    cross_fit,
    draw_folds,
    group_effects,
    log_loss,
    median_of_repeats,
    squared_loss,
)

SOURCE = "Robins, Rotnitzky & Zhao (1994); Chernozhukov et al. (2018)"
RESTS = "adjusted difference, rests on the covariates given"
WHO = {"att": "average effect on the treated", "ate": "average effect on everybody"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitted:
    """The families with a known outcome, the predictions of each redrawing of the folds, and their words."""

    trial: Trial
    repeats: tuple[Nuisance, ...]
    m: Array
    method: str


def adjusted(
    *,
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    profile: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
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

    Estimates: `outcome_known` per arm, `unadjusted`, `learner_loss`, `overlap_propensity`, then for each estimand its
    `overlap_*` and the effect; with `profile` also what `by_profile` returns. An effect is refused, with the reason,
    when there are no comparable families: often `att` can be known where `ate` cannot.

    Robins, Rotnitzky & Zhao (1994); Chernozhukov et al. (2018). Raises Refused when there is neither a cluster nor a
    reason why, UsageError for arms that are not 0 or 1 or without covariates.

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
    drawn = [_folds(known, folds, rng) for _ in range(repeats)]
    fitted, shown = _fit(known, outcome_learners, propensity_learners, drawn)
    found = first + shown + propensity_curve(d=known.z, m=fitted.m)
    for estimand in WHO:
        found += _effect(fitted, estimand, profiles=profile is not None)
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


def _folds(trial: Trial, folds: int, rng: np.random.Generator) -> Index:
    fold = draw_folds(d=trial.z, cluster=trial.clusters.index, folds=folds, rng=rng)
    for k in range(folds):
        rest = trial.z[fold != k]
        if not (fold == k).any() or min((rest == 0).sum(), (rest == 1).sum()) < 2:
            raise Refused(
                f"folds: with {folds} folds there are too few families or clusters in one of them, so that the "
                "learners would not see both arms. Ask for fewer folds."
            )
    return fold


def _fit(
    trial: Trial, outcome: Mapping[str, Any], propensity: Mapping[str, Any], drawn: list[Index]
) -> tuple[_Fitted, Estimates]:
    """Choose the learners in the first folds, then predict in all of them."""
    y, d, X = trial.y, trial.z, trial.X
    parts = {
        "m": ("chance of help", propensity, d, np.ones(trial.n, dtype=bool), log_loss),
        "g0": ("outcome without help", outcome, y, d == 0, squared_loss),
        "g1": ("outcome with help", outcome, y, d == 1, squared_loss),
    }
    best: dict[str, Any] = {}
    first: dict[str, Array] = {}
    shown: list[Estimate] = []
    words: list[str] = []
    for part, (name, learners, target, rows, loss) in parts.items():
        chosen, first[part], table = choose(learners=learners, X=X, target=target, rows=rows, fold=drawn[0], loss=loss)
        best[part] = learners[chosen]
        words.append(f"{name} by {chosen}")
        shown += _losses(name, table, chosen, int(rows.sum()))
    repeats = (Nuisance(**first), *(cross_fit(y=y, d=d, X=X, fold=fold, **best) for fold in drawn[1:]))
    method = f"{', '.join(words)}; {len(np.unique(drawn[0]))} folds drawn {len(drawn)} times, {trial.clusters.words}"
    m = np.asarray(np.median([one.m for one in repeats], axis=0), dtype=np.float64)
    return _Fitted(trial=trial, repeats=repeats, m=m, method=method), Estimates(shown)


def _losses(part: str, table: Mapping[str, float], chosen: str, n: int) -> list[Estimate]:
    kind = "log loss" if part == "chance of help" else "mean squared error"
    return [
        Estimate(
            name="learner_loss",
            value=value,
            n=n,
            method=f"cross-validated {kind}{', chosen' if name == chosen else ''}",
            by={"part": part, "learner": name},
        )
        for name, value in table.items()
    ]


def _effect(fitted: _Fitted, estimand: str, *, profiles: bool) -> Estimates:
    trial = fitted.trial
    overlap = find_overlap(
        estimand=estimand, d=trial.z, m=fitted.m, X=trial.X, names=trial.names, minimum=trial.minimum
    )
    found = Estimates(overlap_estimates(overlap, d=trial.z, names=trial.names))
    method = f"{WHO[estimand]}, {trial.scale}; {RESTS}; {fitted.method}"
    why = overlap.why or trial.take(overlap.rows).few
    if why:
        found += [Estimate(name=estimand, n=int(overlap.rows.sum()), method=method, source=SOURCE, why=why)]
        return found + no_profile_effects(estimand, {}, why) if profiles else found
    theta, V, of = _median(fitted, estimand, overlap.rows, np.zeros(trial.n, dtype=np.intp))
    found += [
        t_estimate(
            name=estimand,
            value=float(theta[0]),
            se=float(V[0, 0]) ** 0.5,
            df=min(degrees(of, np.eye(1)), min(overlap.sizes) - 1),
            n=int(overlap.rows.sum()),
            confidence=trial.confidence,
            method=method,
            source=SOURCE,
            why=overlap.note,
        )
    ]
    return found + _profiles(fitted, estimand, overlap.rows) if profiles else found


def _median(fitted: _Fitted, estimand: str, rows: Rows, group: Index) -> tuple[Array, Array, Design]:
    """Return effects by group and their covariance, the median over the redrawn folds, and the design."""
    trial = fitted.trial.take(rows)
    parts, low = (att_parts, 0.0) if estimand == "att" else (ate_parts, BOUND)
    found: list[tuple[Array, Array, Design]] = []
    for one in fitted.repeats:
        seen = Nuisance(g0=one.g0[rows], g1=one.g1[rows], m=np.clip(one.m[rows], low, 1 - BOUND))
        num, den = parts(y=trial.y, d=trial.z, fitted=seen)
        found.append(group_effects(num=num, den=den, group=group[rows], cluster=trial.clusters.index))
    theta, V = median_of_repeats([one[0] for one in found], [one[1] for one in found])
    return theta, V, found[0][2]


def _comparable(fitted: _Fitted, estimand: str, rows: Rows) -> tuple[dict[str, float], dict[str, str]]:
    """Return the profiles with an overlap, each with its effective size, and the others, each with the reason."""
    trial, sizes, left = fitted.trial, dict[str, float](), dict[str, str]()
    for name in np.unique(trial.profile[trial.profile != ""]).tolist():
        mine = trial.profile == name
        why = trial.take(mine).few
        if not why:
            d, m, X = trial.z[mine], fitted.m[mine], trial.X[mine]
            overlap = find_overlap(estimand=estimand, d=d, m=m, X=X, names=trial.names, minimum=trial.minimum)
            why, sizes[name] = overlap.why or trial.take(mine & rows).few, min(overlap.sizes)
        if why:
            left[name] = why
    return {name: size for name, size in sizes.items() if name not in left}, left


def _profiles(fitted: _Fitted, estimand: str, rows: Rows) -> Estimates:
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
        n=tuple(np.bincount(group[kept]).tolist()),
        method=f"{WHO[estimand]}, {trial.scale}; {RESTS}; {trial.clusters.words}",
        source=SOURCE,
        left_out=left,
        most_df=np.array(list(sizes.values())) - 1,
    )
    return by_profile(effects, trial.confidence)
