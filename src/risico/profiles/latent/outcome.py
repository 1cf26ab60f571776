"""An outcome per class when nobody's class is known for sure: corrected by Bolck, Croon and Hagenaars.

Taking the most likely class as the truth makes classes look more alike than they are. The table of errors that the
chances imply is turned round, so that each family counts in every class, sometimes below nothing; the means are then
right on average. What is not in the intervals: that the classes themselves were estimated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.clusters import number_clusters
from risico.numbers.intervals import student
from risico.numbers.latent_classes import Array, Corrected, Index, bch_weights, class_means

FEWEST: Final = 10  # families of a class, in an arm, below which nothing is said
FEW_CLUSTERS: Final = 40
OVERLAP: Final = "the classes overlap too much to correct for it, or one of them is nobody's most likely class"
TOO_FEW: Final = "fewer than 10 families of this class"
TOO_FEW_IN_ARM: Final = "fewer than 10 families of this class in an arm"
NARROW: Final = "fewer than 40 clusters: the interval may be too narrow"
FLAT: Final = "the outcome does not vary enough within the classes to test"
ONE_CLASS: Final = "there is one class, so there is nothing to differ"
SOURCE: Final = "Bolck, Croon & Hagenaars (2004); Vermunt (2010)"


def by_class(
    chances: Mapping[str, ArrayLike],
    outcome: ArrayLike,
    *,
    arm: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
) -> Estimates:
    """Return the mean outcome of each latent class, or the difference between two arms in it.

    `chances` holds for each class the chance of every family (as `Classes.add` gives them; they add up to 1), `outcome`
    a number or NaN, `arm` 0 or 1 where arms are compared, `cluster` the worker or team of each family. Families without
    an outcome or chances are left out. `class_mean`, or with arms `class_effect` (mean in arm 1 less that in arm 0) and
    `class_effects_differ_p`, the Wald test that it is the same in every class. A difference between arms means what the
    design of the study lets it mean; this adds nothing to that.

    Standard errors are robust, also for clusters, with Student's t on clusters (or families) less one. They take the
    classes as known: with classes that are hard to tell apart the intervals are too narrow.

    Raises Refused without clusters and without a reason, UsageError for arms that are not 0 and 1, or chances that do
    not add up.

    >>> chances = {"a": [1.0] * 20 + [0.0] * 20, "b": [0.0] * 20 + [1.0] * 20}
    >>> found = by_class(chances, [0, 1] * 10 + [1] * 20, why_no_cluster="families are independent")
    >>> [(e.by["class"], e.value) for e in found]
    [('a', 0.5), ('b', 1.0)]
    """
    names = list(chances)
    wide, values, side, clusters = _read(chances, outcome, arm, cluster, why_no_cluster)
    two = arm is not None
    known = ~np.isnan(values) & ~np.isnan(wide).any(axis=1)
    wide, values, side = wide[known], values[known], side[known]
    clusters = None if clusters is None else number_clusters(clusters[known])
    weights = bch_weights(wide) if len(wide) else None
    name = "class_effect" if two else "class_mean"
    if weights is None:
        return Estimates(Estimate(name=name, n=len(values), by={"class": label}, why=OVERLAP) for label in names) + (
            [Estimate(name="class_effects_differ_p", n=len(values), why=OVERLAP)] if two else []
        )
    found = class_means(weights=weights, outcome=values, group=side, groups=2 if two else 1, cluster=clusters)
    units = len(values) if clusters is None else int(clusters.max()) + 1
    caution = NARROW if clusters is not None and units < FEW_CLUSTERS else None
    ends = (float(values.min()), float(values.max()))
    out = list((_effects if two else _means)(names, found, units, caution, ends))
    return Estimates([*out, _differ(found, len(values))] if two else out)


def _means(
    names: list[str], found: Corrected, units: int, caution: str | None, ends: tuple[float, float]
) -> Iterator[Estimate]:
    for j, label in enumerate(names):
        n, by = round(float(found.weight[j, 0])), {"class": label}
        if n < FEWEST:
            yield Estimate(name="class_mean", n=max(n, 0), by=by, why=TOO_FEW)
            continue
        value, se = float(found.value[j, 0]), float(np.sqrt(found.covariance[j, j]))
        low, high = student(value=value, se=se, df=units - 1)
        yield Estimate(
            name="class_mean", value=value, low=low, high=high, confidence=0.95, se=se, n=n, by=by, why=caution,
            method="mean per class, corrected for classification error (BCH)", source=SOURCE,
            least=ends[0], most=ends[1],
        )  # fmt: skip


def _effects(
    names: list[str], found: Corrected, units: int, caution: str | None, ends: tuple[float, float]
) -> Iterator[Estimate]:
    for j, label in enumerate(names):
        by, n = {"class": label}, round(float(found.weight[j].sum()))
        if found.weight[j].min() < FEWEST:
            yield Estimate(name="class_effect", n=max(n, 0), by=by, why=TOO_FEW_IN_ARM)
            continue
        c = _contrast(len(names), j)
        value, se = float(found.value[j, 1] - found.value[j, 0]), float(np.sqrt(c @ found.covariance @ c))
        low, high = student(value=value, se=se, df=units - 1)
        yield Estimate(
            name="class_effect", value=value, low=low, high=high, confidence=0.95, se=se, n=n, by=by, why=caution,
            method="difference between arms per class, corrected for classification error (BCH)", source=SOURCE,
        )  # fmt: skip


def _differ(found: Corrected, n: int) -> Estimate:
    """Test that the difference between arms is the same in every class (Wald)."""
    k = len(found.value)
    told: dict[str, Any] = {"name": "class_effects_differ_p", "n": n}
    if k == 1:
        return Estimate(**told, why=ONE_CLASS)
    if found.weight.min() < FEWEST:
        return Estimate(**told, why=TOO_FEW_IN_ARM)
    contrasts = np.array([_contrast(k, j) - _contrast(k, 0) for j in range(1, k)])
    apart, spread = contrasts @ found.value.ravel(), contrasts @ found.covariance @ contrasts.T
    if np.linalg.matrix_rank(spread) < k - 1:
        return Estimate(**told, why=FLAT)
    value = float(stats.chi2.sf(apart @ np.linalg.solve(spread, apart), k - 1))
    return Estimate(**told, value=value, method=f"Wald test, chi-square with {k - 1} degrees of freedom", source=SOURCE)


def _contrast(k: int, j: int) -> Array:
    out = np.zeros((k, 2))
    out[j] = (-1.0, 1.0)
    return out.ravel()


def _read(
    chances: Mapping[str, ArrayLike],
    outcome: ArrayLike,
    arm: ArrayLike | None,
    cluster: ArrayLike | None,
    why_no_cluster: str | None,
) -> tuple[Array, Array, Index, NDArray[Any] | None]:
    wide = np.column_stack([np.asarray(values, dtype=np.float64) for values in chances.values()])
    values = np.asarray(outcome, dtype=np.float64)
    side = np.zeros(len(values)) if arm is None else np.asarray(arm, dtype=np.float64)
    if (cluster is None) == (why_no_cluster is None):
        raise Refused(
            "cluster: families with one worker or team are alike, and an interval that does not know this is too "
            "narrow. Give the worker or team of each family as `cluster`, or say in `why_no_cluster` why families are "
            "independent here; one of the two."
        )
    if not len(wide) == len(values) == len(side):
        raise UsageError("by_class: chances, outcome and arm must have one value per family, in the same order.")
    total = wide.sum(axis=1)
    if not np.allclose(total[~np.isnan(total)], 1.0, atol=1e-6):
        raise UsageError("chances: they add up to 1 for each family. Give the chance of every class.")
    if not np.isin(side, (0.0, 1.0)).all():
        raise UsageError("arm: this is 0 or 1 for every family. Compare two arms at a time and leave out the others.")
    return wide, values, side.astype(np.intp), None if cluster is None else np.asarray(cluster).astype(str)
