"""What every design checks and unpacks: arms, clusters, covariates and profiles as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risico.errors import Refused, UsageError, cluster_or_why
from risico.numbers.clusters import number_clusters

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Labels = NDArray[np.str_]
Rows = NDArray[np.bool_]

MINIMUM = 10  # families in an arm below which no effect is given
LEVELS = 24  # of a covariate in words: with more it looks like names
FEWEST = 5  # families in a level of such a covariate, below which it is joined with the other rare ones
RARE = "rare"
FAMILIES_PER_COVARIATE = 10  # in the smaller arm, below which the adjusted effect is not given


@dataclass(frozen=True, slots=True)
class Clusters:
    """The cluster of each family, or None with the reason why there is none."""

    index: Index | None
    why: str = ""

    def take(self, rows: Rows) -> Clusters:
        """Return the clusters of these rows, numbered anew."""
        return self if self.index is None else Clusters(number_clusters(self.index[rows]))

    @property
    def words(self) -> str:
        """How the standard error is made."""
        if self.index is None:
            return f"HC2 (no clusters: {self.why})"
        return f"CR2 over {len(np.unique(self.index))} clusters"


def read_clusters(cluster: ArrayLike | None, why_no_cluster: str | None, n: int) -> Clusters:
    """Return the clusters; refused when there are none and nobody says why."""
    why = cluster_or_why(cluster, why_no_cluster)
    if cluster is None:
        return Clusters(None, why)
    names = np.asarray(cluster)
    _same_length("cluster", names, n)
    if _blank(names).any():
        raise UsageError("cluster: blank for some families. Leave these out, or give them a cluster of their own.")
    index = number_clusters(names.astype(str))
    if index.max() == 0:
        raise Refused("cluster: all families are in one cluster, so the spread between clusters cannot be known.")
    return Clusters(index)


def read_arm(name: str, values: ArrayLike, n: int | None = None) -> Array:
    """Return an arm as 0.0 and 1.0; every family has one, and both occur."""
    arm = _numbers(name, values)
    _same_length(name, arm, n or len(arm))
    if not np.isin(arm, (0.0, 1.0)).all():
        raise UsageError(f"{name}: must be 0 or 1 for every family. Compare two arms at a time and leave out blanks.")
    if len(set(arm.tolist())) < 2:
        raise UsageError(f"{name}: all families are in the same arm, so there is nothing to compare with.")
    return arm


def read_received(values: ArrayLike | None, n: int) -> Array:
    """Return what was received as 0.0, 1.0 and NaN where that is not known."""
    received = read_outcome(values, n, name="received")
    if not np.isin(received[~np.isnan(received)], (0.0, 1.0)).all():
        raise UsageError("received: must be 0 or 1, or blank where it is not known.")
    return received


def read_outcome(values: ArrayLike | None, n: int, name: str = "outcome") -> Array:
    """Return the outcome as numbers, NaN where it is not known; everywhere when there is none."""
    outcome = np.full(n, np.nan) if values is None else _numbers(name, values)
    _same_length(name, outcome, n)
    return outcome


def read_profile(profile: ArrayLike | None, n: int) -> Labels:
    """Return the profile of each family as text, empty where it is not known; everywhere when there is none."""
    if profile is None:
        return np.full(n, "")
    names = np.asarray(profile)
    _same_length("profile", names, n)
    return np.where(_blank(names), "", names.astype(str))


def read_covariates(covariates: Mapping[str, ArrayLike], n: int) -> dict[str, Array]:
    """Return numeric columns by name.

    Text becomes one indicator per level but the first; levels of fewer than 5 families are joined. A blank gets the
    mean of the others and an indicator `<name>_blank`, so that nobody is left out and blank is never read as low (in a
    trial this is without bias: White & Thompson (2005), Stat Med 24:993; elsewhere it supposes that the blank itself
    was known to who chose the help).
    """
    columns: dict[str, Array] = {}
    for name, given in covariates.items():
        values = np.asarray(given)
        _same_length(f"covariate {name}", values, n)
        blank = _blank(values)
        if blank.all():
            raise UsageError(f"covariate {name}: blank for every family. Leave it out.")
        if values.dtype.kind in "OUS" and not _is_numeric(values[~blank]):
            words = np.full(n, "", dtype=object)
            words[~blank] = _words(name, values[~blank].astype(str))
            columns |= {f"{name}_{level}": (words == level).astype(float) for level in np.unique(words[~blank])[1:]}
        else:
            numbers = np.full(n, np.nan)
            numbers[~blank] = _numbers(f"covariate {name}", values[~blank])
            columns[name] = np.where(blank, numbers[~blank].mean(), numbers)
        if blank.any():
            columns[f"{name}_blank"] = blank.astype(float)
    return columns


def _words(covariate: str, texts: Labels) -> Labels:
    """Return the words of a covariate, the rare ones joined; refused where they are so many that they may be names.

    Words stand in the results, and one that only a few families share may say which family it is.
    """
    levels, place, sizes = np.unique(texts, return_inverse=True, return_counts=True)
    if len(levels) > LEVELS:
        raise UsageError(
            f"covariate {covariate}: holds {len(levels)} different words, and at most {LEVELS} are taken.\n"
            "Words stand in the results. So many may be names, and there is no adjusting for each of them.\n"
            "Join them to a few kinds, give a number, or leave the covariate out."
        )
    return np.where(sizes < FEWEST, RARE, levels)[place]


def within_groups(X: Array, group: Index) -> Array:
    """Return X, shape (n, k), less the mean of each group."""
    counts = np.bincount(group)
    means = np.column_stack([np.bincount(group, weights=x) / counts for x in X.T]) if X.size else X[: len(counts)]
    return X - means[group]


def too_few(arm: Array, clusters: Clusters, minimum: int) -> str | None:
    """Return why these families, shape (n,), are too few to compare their two arms, or None."""
    sizes = [int((arm == a).sum()) for a in (0, 1)]
    if min(sizes) < minimum:
        return f"fewer than {minimum} families in an arm"
    index = clusters.index
    if index is not None and min(len(np.unique(index[arm == a])) for a in (0, 1)) < 2:
        return "the families of an arm all belong to one cluster, so chance and cluster cannot be told apart"
    return None


def _numbers(name: str, values: ArrayLike) -> Array:
    try:
        numbers = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise UsageError(f"{name}: must be numbers; there is text in it.") from None
    if np.isinf(numbers).any():
        raise UsageError(
            f"{name}: infinite for some families, often from a division by 0. No mean holds it. Leave those blank."
        )
    return numbers


def _same_length(name: str, values: NDArray[Any], n: int) -> None:
    if values.shape != (n,):
        raise UsageError(f"{name}: has shape {values.shape}, but there are {n} families: one value for each is needed.")


def _blank(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind in "OUS":
        return np.array([v is None or v != v or (isinstance(v, str) and not v.strip()) for v in values], dtype=bool)
    return np.zeros(len(values), dtype=bool)


def _is_numeric(values: NDArray[Any]) -> bool:
    return all(isinstance(v, int | float | np.number | np.bool_) for v in values)
