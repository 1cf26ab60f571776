"""The models behind an adjusted effect: chosen, cross-fitted in each redrawing of the folds, and who they compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from risico.effects._inputs import Array, Index, Rows
from risico.effects._trial import Trial
from risico.effects.overlap import LEAST_SEEN, Overlap, find_overlap
from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.numbers.doubly_robust import Nuisance, choose, cross_fit, draw_folds, log_loss, squared_loss

SOURCE = "Robins, Rotnitzky & Zhao (1994); Chernozhukov et al. (2018)"
CENSORED = "Bang & Robins (2005)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """All families, also those without an outcome, the predictions of each redrawing of the folds, and their words.

    `known` says who has an outcome; `seen`, the lowest chance to have one in either arm, is None where everybody has.
    """

    trial: Trial
    known: Rows
    scale: str
    repeats: tuple[Nuisance, ...]
    m: Array
    seen: Array | None
    method: str

    @property
    def source(self) -> str:
        return SOURCE if self.seen is None else f"{SOURCE}; {CENSORED}"

    def overlap(self, estimand: str, rows: Rows | None = None) -> Overlap:
        """Return who can be compared, of all or of these rows."""
        mine = np.ones(self.trial.n, dtype=bool) if rows is None else rows
        trial = self.trial.take(mine)
        seen = None if self.seen is None else self.seen[mine]
        stands_for = None if seen is None else self.known[mine] / np.maximum(seen, LEAST_SEEN)
        return find_overlap(
            estimand=estimand, d=trial.z, m=self.m[mine], X=trial.X, names=trial.names, minimum=trial.minimum,
            seen=seen, stands_for=stands_for,
        )  # fmt: skip

    def few(self, rows: Rows) -> str | None:
        """Return why those of these rows that have an outcome are too few, or None."""
        return self.trial.take(rows & self.known).few


def draw_whole(trial: Trial, folds: int, rng: np.random.Generator) -> Index:
    fold = draw_folds(d=trial.z, cluster=trial.clusters.index, folds=folds, rng=rng)
    for k in range(folds):
        rest = trial.z[(fold != k) & ~np.isnan(trial.y)]
        if not (fold == k).any() or min((rest == 0).sum(), (rest == 1).sum()) < 2:
            raise Refused(
                f"folds: with {folds} folds there are too few families or clusters in one of them, so that the "
                "learners would not see both arms. Ask for fewer folds."
            )
    return fold


def fit(
    trial: Trial, outcome: Mapping[str, Any], propensity: Mapping[str, Any], drawn: list[Index]
) -> tuple[Fitted, Estimates]:
    """Choose the learners in the first folds, then predict in all of them."""
    y, d, X = trial.y, trial.z, trial.X
    known = ~np.isnan(y)
    parts = {
        "m": ("chance of help", propensity, d, np.ones(trial.n, dtype=bool), log_loss),
        "g0": ("outcome without help", outcome, y, (d == 0) & known, squared_loss),
        "g1": ("outcome with help", outcome, y, (d == 1) & known, squared_loss),
    }
    if not known.all():
        parts["c0"] = ("outcome known without help", propensity, known.astype(np.float64), d == 0, log_loss)
        parts["c1"] = ("outcome known with help", propensity, known.astype(np.float64), d == 1, log_loss)
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
    seen = None if known.all() else np.asarray(np.median([_lowest(one) for one in repeats], axis=0), dtype=np.float64)
    scale = trial.take(known).scale
    return Fitted(trial=trial, known=known, scale=scale, repeats=repeats, m=m, seen=seen, method=method), Estimates(
        shown
    )


def _lowest(fitted: Nuisance) -> Array:
    """Return the lower of the chances to be seen in either arm, shape (n,)."""
    ones = np.ones(len(fitted.m))
    return np.minimum(ones if fitted.c0 is None else fitted.c0, ones if fitted.c1 is None else fitted.c1)


def _losses(part: str, table: Mapping[str, float], chosen: str, n: int) -> list[Estimate]:
    kind = "mean squared error" if part in ("outcome without help", "outcome with help") else "log loss"
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
