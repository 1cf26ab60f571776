"""The adjusted effect beside DoubleML and EconML, from the same learners in the same folds: time and memory.

    python benchmarks/effects_peers.py              measure and append to results.csv
    python benchmarks/effects_peers.py NAME         run one contestant once and print its peak memory in MB

risico gives the effect on the treated and that on everybody at once, with overlap and balance; each of the others is
asked for the effect on everybody alone, which is less work. Nobody's chance of help comes near 0 or 1, so that nobody
is left out and no chance is clipped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import keep, peak, report_peak, show, table, take_turns
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from risico.numbers.doubly_robust import draw_folds

Array = NDArray[np.float64]
FAMILIES = {"linear": 100_000, "boosting": 20_000}
FEW, FOLDS, SEED, COVARIATES = 2_000, 5, 7, 10


@cache
def data(n: int) -> tuple[Array, Array, Array, NDArray[np.intp]]:
    """Return outcome, help, covariates, and the folds that risico draws with this seed."""
    random = np.random.default_rng(20_261_124)
    X = random.normal(size=(n, COVARIATES))
    d = (random.random(n) < 0.2 + 0.6 / (1 + np.exp(-X[:, 0] + 0.5 * X[:, 1]))).astype(np.float64)
    y = X @ np.linspace(1, 0, COVARIATES) + d * (1 + 0.5 * X[:, 0]) + random.normal(size=n)
    return y, d, X, draw_folds(d=d, cluster=None, folds=FOLDS, rng=np.random.default_rng(SEED))


def learners(kind: str) -> tuple[Any, Any]:
    """Return a learner of the outcome and one of help."""
    if kind == "linear":
        return LinearRegression(), LogisticRegression(max_iter=1000)
    shape = {"max_iter": 50, "max_leaf_nodes": 8, "early_stopping": False, "random_state": 0}
    return HistGradientBoostingRegressor(**shape), HistGradientBoostingClassifier(**shape)


def splits(fold: NDArray[np.intp]) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(FOLDS)]


def with_risico(kind: str, n: int) -> tuple[float, float]:
    from risico.effects import adjusted

    y, d, X, _ = data(n)
    g, m = learners(kind)
    found = adjusted(
        outcome=y,
        treated=d,
        covariates={f"x{i}": x for i, x in enumerate(X.T)},
        why_no_cluster="drawn apart",
        outcome_learners={kind: g},
        propensity_learners={kind: m},
        folds=FOLDS,
        repeats=1,
        seed=SEED,
    )
    ate = found["ate"]
    assert ate.value is not None
    assert ate.se is not None
    return ate.value, ate.se


def with_doubleml(kind: str, n: int) -> tuple[float, float]:
    import doubleml

    y, d, X, fold = data(n)
    g, m = learners(kind)
    told = doubleml.DoubleMLData.from_arrays(X, y, d)
    model: Any = doubleml.DoubleMLIRM(told, g, m, n_folds=FOLDS, score="ATE", draw_sample_splitting=False)
    model.set_sample_splitting([splits(fold)])
    model.fit()
    return float(model.coef[0]), float(model.se[0])


class ByArm(RegressorMixin, BaseEstimator):
    """One learner for each arm: EconML gives covariates and arm in one table."""

    def __init__(self, learner: Any) -> None:
        self.learner = learner

    def fit(self, X: Array, y: Array) -> ByArm:
        with_help = X[:, -1] == 1
        self.arms_ = [clone(self.learner).fit(X[rows, :-1], y[rows]) for rows in (~with_help, with_help)]
        return self

    def predict(self, X: Array) -> Array:
        with_help, found = X[:, -1] == 1, np.empty(len(X))
        for arm, rows in zip(self.arms_, (~with_help, with_help), strict=True):
            if rows.any():
                found[rows] = arm.predict(X[rows, :-1])
        return found


def with_econml(kind: str, n: int) -> tuple[float, float]:
    sys.modules.setdefault("coverage", None)  # type: ignore[arg-type]  # numba would take coverage.py beside this file
    from econml.dr import LinearDRLearner

    y, d, X, fold = data(n)
    g, m = learners(kind)
    model: Any = LinearDRLearner(
        model_regression=ByArm(g), model_propensity=m, cv=splits(fold), min_propensity=1e-6, random_state=0
    )
    model.fit(y, d, X=None, W=X)
    found = model.intercept__inference(T=1)
    return float(np.squeeze(found.point_estimate)), float(np.squeeze(found.stderr))


PROGRAMS = {"DoubleML": with_doubleml, "EconML": with_econml, "risico": with_risico}
RUNS: dict[str, Callable[[], tuple[float, float]]] = {
    f"adjusted, {kind}, {program}": partial(run, kind, n)
    for kind, n in FAMILIES.items()
    for program, run in PROGRAMS.items()
}
BESIDE = {
    f"adjusted, {kind}, {program}": f"adjusted, {kind}, {'DoubleML' if program == 'risico' else program}"
    for kind in FAMILIES
    for program in PROGRAMS
}


def compare() -> None:
    """All three give the same effect and error, before anyone is timed; they divide by n, and we correct for few."""
    for kind in FAMILIES:
        ours = with_risico(kind, FEW)
        for other in (with_doubleml, with_econml):
            theirs = other(kind, FEW)
            np.testing.assert_allclose(theirs[0], ours[0], rtol=1e-9, err_msg=f"{other.__name__} {kind}")
            np.testing.assert_allclose(theirs[1], ours[1], rtol=1e-3, err_msg=f"{other.__name__} {kind}")


def main() -> None:
    compare()
    for n in FAMILIES.values():
        data(n)
    contestants = {name: {"effect": lambda _, run=run: run()} for name, run in RUNS.items()}
    seconds = take_turns(contestants, None)
    memory = {name: peak(Path(__file__), name) for name in RUNS}
    rows = table(seconds, memory, BESIDE)
    show(rows)
    keep(rows, ("risico", "doubleml", "econml", "scikit-learn", "numpy"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        RUNS[sys.argv[1]]()
        report_peak()
    else:
        main()
