"""The arrays of a trial and the one linear computation on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from risico.effects._inputs import FAMILIES_PER_COVARIATE, Array, Clusters, Index, Labels, Rows, too_few, within_groups
from risico.estimate import Estimate
from risico.numbers.clusters import cr2, degrees, design
from risico.numbers.ols import independent_columns, least_squares

NO_OUTCOME = "the data hold no outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Checked input, one row per family: outcome `y`, assigned `z`, received `d`, with NaN or "" where not known.

    `X`, shape (n, p), holds the covariates called `names`; `minimum` is the number of families an arm must have.
    """

    y: Array
    z: Array
    d: Array
    profile: Labels
    clusters: Clusters
    X: Array
    names: tuple[str, ...]
    minimum: int
    confidence: float

    def take(self, rows: Rows) -> Trial:
        """Return the trial of these families only."""
        return replace(
            self,
            y=self.y[rows],
            z=self.z[rows],
            d=self.d[rows],
            profile=self.profile[rows],
            clusters=self.clusters.take(rows),
            X=self.X[rows],
        )

    def unadjusted(self) -> Trial:
        """Return the trial without its covariates."""
        return replace(self, X=self.X[:, :0], names=())

    @property
    def n(self) -> int:
        return len(self.z)

    @property
    def few(self) -> str | None:
        """Why the arms cannot be compared, or None."""
        return too_few(self.z, self.clusters, self.minimum)

    @property
    def cannot(self) -> str | None:
        """Why there is no effect on the outcome, or None."""
        if np.isnan(self.y).all():
            return NO_OUTCOME
        if self.few:
            return self.few
        if all(np.ptp(self.y[self.z == arm]) == 0 for arm in (0, 1)):
            return "the outcome is the same for every family of an arm, so its spread is not known"
        return None

    @property
    def few_for_covariates(self) -> str | None:
        """Why the covariates cannot be adjusted for, or None."""
        smaller = min(int((self.z == arm).sum()) for arm in (0, 1))
        if smaller >= FAMILIES_PER_COVARIATE * len(self.names):
            return None
        return f"fewer than {FAMILIES_PER_COVARIATE} families per covariate in an arm"

    @property
    def scale(self) -> str:
        """What the difference between the arms is called."""
        return "risk difference" if np.isin(self.y, (0.0, 1.0)).all() else "difference in means"

    @property
    def adjusted_words(self) -> str:
        """For which covariates there was adjustment, or nothing."""
        return f", adjusted for {', '.join(self.names)}" if self.names else ""


def matrix(arm: Array, group: Index, X: Array) -> Array:
    """Return the design: a mean and an effect per group, then covariates less their group mean, alone and by arm.

    The effect stays the average effect in its group: Lin (2013), Ann Appl Stat 7:295.
    """
    member = np.eye(int(group.max()) + 1)[group]
    centred = within_groups(X, group)
    full = np.column_stack([member, member * arm[:, None], centred, centred * arm[:, None]])
    kept = independent_columns(full)
    kept[: 2 * member.shape[1]] = True
    return full[:, kept]


def difference(trial: Trial, y: Array) -> tuple[float, float, float]:
    """Return the effect of the lot on y, its standard error and its degrees of freedom.

    Without covariates the variance is Neyman's (1923); with clusters it is CR2, Bell & McCaffrey (2002).
    """
    A = matrix(trial.z, np.zeros(trial.n, dtype=np.intp), trial.X)
    beta, residuals = least_squares(y=y, X=A)
    of = design(X=A, cluster=trial.clusters.index)
    return float(beta[1]), float(cr2(of, residuals)[1, 1]) ** 0.5, degrees(of, np.eye(A.shape[1])[[1]])


def outcome_known(trial: Trial, arm_names: tuple[str, str]) -> list[Estimate]:
    """Return the share of families with a known outcome in the arms 1 and 0."""
    known = ~np.isnan(trial.y)
    return [
        Estimate(
            name="outcome_known",
            value=float(known[trial.z == arm].mean()),
            n=int((trial.z == arm).sum()),
            method="share of families with a known outcome",
            by={"arm": name},
        )
        for arm, name in zip((1, 0), arm_names, strict=True)
    ]


def profile_known(trial: Trial) -> Estimate:
    """Return the share of families with a known profile."""
    return Estimate(
        name="profile_known",
        value=float((trial.profile != "").mean()),
        n=trial.n,
        method="share of families with a known profile; the others are in no profile effect",
    )
