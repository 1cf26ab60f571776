"""The declared short list of learners from which cross-validation chooses."""

from __future__ import annotations

from typing import Any

import numpy as np

ALPHAS = np.logspace(-2, 4, 13)  # penalties among which ridge regression chooses


def default_learners(*, binary: bool, seed: int) -> dict[str, Any]:
    """Return a regularised linear model and gradient-boosted trees, for chances or for numbers.

    The trees are shallow and few (100 trees of 8 leaves, 20 families in a leaf), since most data here are small.

    >>> list(default_learners(binary=True, seed=0)), list(default_learners(binary=False, seed=0))
    (['logistic', 'boosting'], ['ridge', 'boosting'])
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    trees = HistGradientBoostingClassifier if binary else HistGradientBoostingRegressor
    boosting = trees(
        learning_rate=0.05,
        max_iter=100,
        max_leaf_nodes=8,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,  # pyright: ignore[reportArgumentType]  # the stub says text only
        random_state=seed,
    )
    if binary:
        return {"logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)), "boosting": boosting}
    return {"ridge": make_pipeline(StandardScaler(), RidgeCV(alphas=ALPHAS)), "boosting": boosting}
