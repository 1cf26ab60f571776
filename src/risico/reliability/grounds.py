"""Why a number of items that are added up cannot be given, or must be read with caution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimate
from risico.numbers import covariance
from risico.tally import Sums

FEW_ITEMS = "consistency needs at least two items"
TWO_ITEMS = "one factor cannot be told from two items; three are needed"
THREE_ITEMS = "three items leave nothing to test one factor by; four are needed"
FLAT = "the sum of the items is the same on every form"
FLAT_STANDARDISED = "the sum of the standardised items is the same on every form"
STILL = "some items had the same answer on every form"
SAME = "on these forms the items say the same, so how sure alpha is cannot be told from them"
AGAINST = "below 0: as a whole the items go against each other; an item may not be reversed"
COPIES = "some items are copies or sums of others, or there are fewer forms than items"


NOTHING: Mapping[str, str] = MappingProxyType({})


def told(
    name: str,
    value: float | None,
    *,
    n: int,
    method: str,
    source: str,
    ends: tuple[float, float] | None = None,
    confidence: float | None = None,
    se: float | None = None,
    by: Mapping[str, str] = NOTHING,
    why: str | None = None,
    note: str | None = None,
) -> Estimate:
    """Return a number with its interval and a note of caution, or where it is None or NaN only the reason `why`."""
    if value is None or not math.isfinite(value):
        return Estimate(name=name, by=by, why=why)
    low, high = ends or (None, None)
    sure = confidence if ends is not None else None
    return Estimate(
        name=name, value=value, low=low, high=high, confidence=sure, se=se, n=n, method=method, source=source, by=by,
        why=note,
    )  # fmt: skip


def left_out(forms: int) -> str:
    """Return what a method says of the forms that were left out."""
    return f"; {forms} incomplete forms left out" if forms else ""


def varies(tally: Sums) -> NDArray[np.bool_]:
    """Return which items are more than rounding away from a constant, shape (k,)."""
    return np.diag(tally.cross) > 1e-20 * tally.n * np.maximum(tally.means**2, 1e-200)


def caution(tally: Sums) -> str | None:
    """Say that an item never varied, but not which: everybody's answer to it would be known."""
    return None if varies(tally).all() else STILL


def caution_of_alpha(tally: Sums, alpha: float) -> str | None:
    """Say what to mind of alpha: items that only copy each other, that never varied or that go against each other."""
    if alpha >= 1 - 1e-12:
        return SAME
    return caution(tally) or (AGAINST if alpha < 0 else None)


def no_alpha(tally: Sums) -> str | None:
    """Say why the items of complete forms have no alpha."""
    if len(tally.columns) < 2:
        return FEW_ITEMS
    if tally.n < 2:
        return f"{tally.n} of {tally.n + tally.left_out} forms have every item filled in, and two are needed"
    if not varies(tally).any() or tally.cross.sum() <= 1e-12 * np.trace(tally.cross):
        return FLAT
    return None


def no_inverse(tally: Sums) -> str | None:
    """Say why nothing can be said of an item with all others held."""
    if (still := caution(tally)) is not None:
        return still
    return COPIES if np.linalg.eigvalsh(covariance.correlations(S=tally.cross))[0] < 1e-10 else None


def no_factor(tally: Sums) -> str | None:
    """Say why one factor cannot be told from these items."""
    if len(tally.columns) < 3:
        return TWO_ITEMS
    return no_inverse(tally)


def not_proper(model: covariance.OneFactor, items: tuple[str, ...]) -> str | None:
    """Say why the model that was found is none: it did not settle, or an item has less than no error."""
    if not model.converged:
        return "the one-factor model did not converge"
    improper = [item for item, u in zip(items, model.uniquenesses, strict=True) if u <= 0]
    return f"the one-factor model leaves {', '.join(improper)} less than no error of its own" if improper else None
