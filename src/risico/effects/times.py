"""Time to an event, such as a new report, when some are followed for a shorter time or can no longer have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import MINIMUM, Array, Index, read_arm, read_clusters, read_covariates, read_outcome
from risico.effects._intervals import normal_quantile, t_estimate
from risico.effects._means import share_estimate
from risico.effects._trial import Trial, difference
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.cox import Cox, cox
from risico.numbers.incidence import COMPETED, HAPPENED, Followed, competing, followed, incidence, time_lost

SAME = 1e-12  # a spread that is only rounding
CHANGES = 0.05  # p below which hazards are not proportional
ARMS = ("treated", "comparison")
AJ = "Aalen & Johansen (1978)"
PSEUDO = "Andersen, Klein & Rosthøj (2003); Bell & McCaffrey (2002)"
COX = "Cox (1972); Efron (1977)"
FEW_EVENTS = 10  # per coefficient of a Cox model, below which it is not fitted
FEW_CLUSTERS = 40  # below which the clustered error of a Cox model is too small


@dataclass(frozen=True, slots=True)
class _Times:
    """The trial, with the time and cause of each family, and each arm (1, 0) as a group that is followed."""

    trial: Trial
    time: Array
    cause: Index
    horizon: float
    groups: tuple[Followed, Followed]

    def pseudo(self, kind: str) -> Array:
        """Return a pseudo-observation of each family, shape (n,): of having had the event, or of days lost to it."""
        out = np.empty(self.trial.n)
        for group, side in zip(self.groups, (1.0, 0.0), strict=True):
            if kind == "days":
                value, moves = time_lost(group, horizon=self.horizon)
            else:
                value, moves = incidence(group, day=self.horizon)
            out[self.trial.z == side] = value + moves
        return out


def time_to_event(
    *,
    time: ArrayLike,
    cause: ArrayLike,
    treated: ArrayLike,
    horizon: float,
    days: Sequence[float] = (),
    covariates: Mapping[str, ArrayLike] | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Return how much sooner or later, and how much more often, an event comes in one arm than in the other.

    One value per family: `time` in days from the start until `cause`: 1 the event, 2 a competing one after which it can
    no longer come (a death), 0 followed so far and nothing yet (censored). `treated` is the arm (0, 1), by lot or not;
    `covariates` what was known at the start, for the adjusted risk difference and the hazard ratio. The `horizon` is
    the day chosen beforehand; `days` are earlier ones to show.

    A new report is a registration: it is seen only where somebody reports, and it is not a repeated offence.

    Estimates: `cumulative_incidence` per day and arm, counting that some were followed for a shorter time, and
    `competing_incidence` where there are competing events; `risk_difference` at the horizon, with covariates also
    `risk_difference_adjusted`; `restricted_mean_difference`, days without the event up to the horizon (days after a
    competing event count as without); `log_hazard_ratio` for the arm and each covariate, `hazard_ratio` for the arm;
    `proportional_hazards_p`: below .05 the hazard ratio changes over time, and says so.

    Censoring must be by chance within an arm. Errors of the differences are HC2 or CR2 on pseudo-observations
    (infinitesimal jackknife); those of Cox are of the model, or Lin & Wei's (1989) with clusters. With competing events
    the hazard ratio is cause-specific: it says nothing of how many have the event.
    Raises Refused without cluster or reason, UsageError for times below 0, other causes, or arms that are not 0 or 1.

    >>> made = {"time": [30, 90, 200, 365, 365] * 8, "cause": [1, 1, 0, 0, 0] * 4 + [1, 0, 0, 0, 0] * 4}
    >>> found = time_to_event(**made, treated=[0] * 20 + [1] * 20, horizon=365, why_no_cluster="one by one")
    >>> found["risk_difference"]
    risk_difference -0.2 [-0.4937, 0.09373], n = 40
    """
    check_confidence(confidence)
    z = read_arm("treated", treated)
    columns = read_covariates(covariates or {}, len(z))
    waited, why = _read_times(time, cause, len(z))
    if not horizon > 0:
        raise UsageError("horizon: this is a number of days above 0, chosen before looking.")
    trial = Trial(
        y=waited,
        z=z,
        d=np.full(len(z), np.nan),
        profile=np.full(len(z), ""),
        clusters=read_clusters(cluster, why_no_cluster, len(z)),
        X=np.column_stack([np.empty((len(z), 0)), *columns.values()]),
        names=tuple(columns),
        minimum=MINIMUM,
        confidence=confidence,
    )
    one, two = (followed(time=waited[z == side], cause=why[z == side]) for side in (1, 0))
    told = _Times(trial, waited, why, float(horizon), (one, two))
    return Estimates([*_shares(told, sorted({*days, horizon})), *_differences(told), *_hazards(told)])


def _read_times(time: ArrayLike, cause: ArrayLike, n: int) -> tuple[Array, Index]:
    waited, why = read_outcome(time, n, name="time"), read_outcome(cause, n, name="cause")
    if not (waited >= 0).all():
        raise UsageError("time: must be 0 or more days for every family. Leave out who was never followed.")
    if not np.isin(why, (0.0, HAPPENED, COMPETED)).all():
        raise UsageError("cause: must be 1 (it happened), 2 (it can no longer happen) or 0 (not yet) for every family.")
    return waited, why.astype(np.intp)


def _shares(told: _Times, days: Sequence[float]) -> list[Estimate]:
    """Return how many had the event by each day, and by the horizon the competing one, in each arm."""
    found: list[Estimate] = []
    for day in days:
        found += [_share(told, "cumulative_incidence", side, day) for side in (0, 1)]
    if (told.cause == COMPETED).any():
        found += [_share(told, "competing_incidence", side, told.horizon) for side in (0, 1)]
    return found


def _share(told: _Times, name: str, side: int, day: float) -> Estimate:
    group, rows = told.groups[side], told.trial.z == 1 - side
    by = {"day": f"{day:g}", "arm": ARMS[side]}
    why = told.trial.few or _too_short(group, day)
    if why:
        return Estimate(name=name, n=int(rows.sum()), by=by, why=why)
    what = "the event" if name == "cumulative_incidence" else "a competing event"
    value, moves = (incidence if name == "cumulative_incidence" else competing)(group, day=day)
    certain = min(value, 1.0 - value) < SAME
    return share_estimate(
        name,
        np.full(len(moves), round(value)) if certain else value + moves,
        told.trial.clusters.take(rows),
        confidence=told.trial.confidence,
        method=f"share of families with {what} by day {day:g}, Aalen-Johansen",
        source=AJ,
        by=by,
    )


def _too_short(group: Followed, day: float) -> str | None:
    """Say why nothing can be said of this day, or None: nobody was followed so long."""
    over = group.hazard_any[-1] == 1.0
    return None if over or group.days[-1] >= day else "nobody of an arm was followed until that day"


def _differences(told: _Times) -> list[Estimate]:
    more = ["risk_difference_adjusted"] if told.trial.names else []
    return [_difference(told, name) for name in ("risk_difference", *more, "restricted_mean_difference")]


def _difference(told: _Times, name: str) -> Estimate:
    """Return a difference between the arms of pseudo-observations; of days, those without the event."""
    adjusted, of_days = name == "risk_difference_adjusted", name == "restricted_mean_difference"
    what = "mean days without the event" if of_days else "share with the event"
    method = f"difference in {what} up to day {told.horizon:g}, pseudo-observations"
    trial = told.trial if adjusted else told.trial.unadjusted()
    why = trial.few or (trial.few_for_covariates if adjusted else None)
    why = why or next(filter(None, (_too_short(group, told.horizon) for group in told.groups)), None)
    y = np.empty(0) if why else told.pseudo("days" if of_days else "share") * (-1 if of_days else 1)
    if why is None and all(np.ptp(y[trial.z == side]) < SAME for side in (0, 1)):
        why = "the outcome is the same for every family of an arm, so its spread is not known"
    if why:
        return Estimate(name=name, n=trial.n, method=method, source=PSEUDO, why=why)
    value, se, df = difference(trial, y)
    return t_estimate(
        name=name,
        value=value,
        se=se,
        df=df,
        n=trial.n,
        confidence=trial.confidence,
        method=f"{method}{trial.adjusted_words}, {trial.clusters.words}",
        source=f"{AJ}; {PSEUDO}",
    )


def _hazards(told: _Times) -> list[Estimate]:
    """Return the hazard ratio of the arm, the coefficients behind it, and the test of proportional hazards."""
    trial, event = told.trial, told.cause == HAPPENED
    names = (ARMS[0], *trial.names)
    why = trial.few or (
        f"fewer than {FEW_EVENTS} events for each coefficient" if event.sum() < FEW_EVENTS * len(names) else None
    )
    if why is None and min(int(event[trial.z == side].sum()) for side in (0, 1)) == 0:
        why = "the event came in one arm only, so a ratio has no bounds"
    model = None if why else cox(X=np.column_stack([trial.z, trial.X]), time=told.time, event=event)
    if model is None:
        why = why or "the hazard ratio has no bounds, or the covariates cannot be told apart"
        both = ("log_hazard_ratio", "hazard_ratio", "proportional_hazards_p")
        return [Estimate(name=name, n=trial.n, source=COX, why=why) for name in both]
    logs = [_log_hazard(told, model, place, name) for place, name in enumerate(names)]
    test = Estimate(
        name="proportional_hazards_p",
        value=float(model.proportional[0]),
        n=trial.n,
        method=f"score test of {ARMS[0]} by one minus Kaplan-Meier, errors of the model",
        source="Grambsch & Therneau (1994)",
    )
    return [*logs, _ratio(logs[0], test), test]


def _log_hazard(told: _Times, model: Cox, place: int, name: str) -> Estimate:
    index, trial = told.trial.clusters.index, told.trial
    if index is None:
        variance, words = np.linalg.inv(model.information), f"errors of the model (no clusters: {trial.clusters.why})"
    else:
        moves = np.column_stack([np.bincount(index, weights=column) for column in model.moves.T])
        variance, words = moves.T @ moves, f"robust errors over {index.max() + 1} clusters"
    few = index is not None and index.max() + 1 < FEW_CLUSTERS
    value, se = float(model.beta[place]), float(variance[place, place]) ** 0.5
    half = normal_quantile((1 - trial.confidence) / 2) * se
    kind = "cause-specific Cox model" if (told.cause == COMPETED).any() else "Cox model"
    return Estimate(
        name="log_hazard_ratio",
        value=value,
        low=value - half,
        high=value + half,
        confidence=trial.confidence,
        se=se,
        n=trial.n,
        method=f"{kind}, Efron ties{trial.adjusted_words}, {words}",
        source=COX if index is None else f"{COX}; Lin & Wei (1989)",
        by={"covariate": name},
        why=f"fewer than {FEW_CLUSTERS} clusters: this interval is too narrow, read the risk difference"
        if few
        else None,
    )


def _ratio(log: Estimate, test: Estimate) -> Estimate:
    """Return the hazard ratio; where hazards are not proportional one ratio does not describe them, and it says so."""
    value, low, high = (float(np.exp(end or 0.0)) for end in (log.value, log.low, log.high))
    changes = test.value is not None and test.value < CHANGES
    note = "the hazard ratio changes over time: read the risk difference at the horizon instead"
    why = note if changes else log.why
    return replace(
        log, name="hazard_ratio", value=value, low=low, high=high, se=value * (log.se or 0.0), by={}, why=why
    )
