"""What every look over time checks of its input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risico.errors import UsageError, cluster_or_why

Array = NDArray[np.float64]
Names = NDArray[np.str_]
LONGEST = 200  # periods or looks in one series


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The looks in order, and for each value the place (from 0) of the look at which it was first there."""

    names: tuple[str, ...]
    place: NDArray[np.intp]


def numbers(name: str, values: ArrayLike, n: int | None = None) -> Array:
    """Return a column of numbers, NaN where blank; `n` is how many there must be."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{name}: must hold numbers, blank where not known.") from None
    if found.ndim != 1 or (n is not None and len(found) != n):
        raise UsageError(f"{name}: must have one value for each of the others.")
    if np.isinf(found).any():
        raise UsageError(f"{name}: holds an infinite number. Leave it blank where it is not known.")
    return found


def labels(name: str, values: ArrayLike, n: int) -> Names:
    """Return a column of labels; none may be blank."""
    found = np.asarray(values)
    if found.shape != (n,):
        raise UsageError(f"{name}: must have one label for each of the others.")
    blank = [value is None or value != value or not str(value).strip() for value in found.tolist()]
    if any(blank):
        raise UsageError(f"{name}: blank for some. Leave these out, and report how many there were.")
    return found.astype(str)


def read_looks(look: ArrayLike, n: int) -> Looks:
    """Return the looks, sorted by name (2025-Q1, 2025-Q2 …) or as numbers."""
    raw = np.asarray(look)
    found = labels("look", look, n)
    if raw.dtype.kind in "iuf":
        order = [str(value) for value in np.unique(raw).tolist()]
        place = np.searchsorted(np.unique(raw), raw)
    else:
        order, place = np.unique(found, return_inverse=True)
    names = tuple(str(name) for name in order)
    if len(names) > LONGEST:
        raise UsageError(f"look: {len(names)} looks are more than {LONGEST}. Take longer periods.")
    return Looks(names=names, place=place.astype(np.intp))


def read_clusters(cluster: ArrayLike | None, why_no_cluster: str | None, n: int) -> NDArray[np.intp] | None:
    """Return the number of the cluster of each value; refused when there is none and nobody says why."""
    cluster_or_why(cluster, why_no_cluster)
    if cluster is None:
        return None
    return np.unique(labels("cluster", cluster, n), return_inverse=True)[1].astype(np.intp)
