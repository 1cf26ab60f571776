"""The declared short list of learners from which cross-validation chooses."""

from __future__ import annotations

from typing import Any

import numpy as np

ALPHAS = np.logspace(-2, 4, 13)  # penalties among which ridge regression chooses


def default_learners(*, binary: bool, seed: int) -> dict[str, Any]:
    """Return a regularised linear model, short and long gradient boosting, for chances or for numbers.

    The short one (100 trees of 8 leaves, 20 families in a leaf) is for small and noisy data, the long one (500 trees
    of 6 leaves, half of the columns tried at each split) for many families. Cross-validated loss chooses.

    >>> list(default_learners(binary=True, seed=0)), list(default_learners(binary=False, seed=0))
    (['logistic', 'boosting', 'long_boosting'], ['ridge', 'boosting', 'long_boosting'])
    """
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    linear = LogisticRegression(max_iter=1000) if binary else RidgeCV(alphas=ALPHAS)
    return {
        "logistic" if binary else "ridge": make_pipeline(StandardScaler(), linear),
        "boosting": _trees(binary, seed, learning_rate=0.05, max_iter=100, max_leaf_nodes=8, min_samples_leaf=20),
        "long_boosting": _trees(
            binary, seed, learning_rate=0.1, max_iter=500, max_leaf_nodes=6, min_samples_leaf=10, max_features=0.5
        ),
    }


def _trees(binary: bool, seed: int, **shape: Any) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    trees: Any = HistGradientBoostingClassifier if binary else HistGradientBoostingRegressor
    return trees(l2_regularization=1.0, early_stopping=False, random_state=seed, **shape)
