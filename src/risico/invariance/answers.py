"""The complete forms of one scale in several groups, and the reasons that both kinds of items share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.tally import Counts, count, label

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

ONE_GROUP: Final = "there is one group, and two are needed to compare"
FOUR: Final = "with fewer than four items one factor leaves nothing to test"
UNSETTLED: Final = "the model did not settle"
IMPROPER: Final = "the model leaves an item less than no error of its own"


class Answers(NamedTuple):
    """Distinct complete forms: points, shape (rows, items), the group of each row as a number and how often it occurs;
    the names of the groups, and how many forms were left out."""

    points: Array
    group: Whole
    number: Whole
    groups: tuple[str, ...]
    left: str

    @property
    def n(self) -> Whole:
        """How many forms each group has."""
        return np.bincount(self.group, weights=self.number, minlength=len(self.groups)).astype(np.int64)


def answers(forms: Any, group: str, items: Sequence[str] | None) -> Answers | str:
    """Return the complete forms, or why there is nothing to compare."""
    counts: Counts = forms if isinstance(forms, Counts) else count(forms, None if items is None else [*items, group])
    if group not in counts.columns:
        raise UsageError(f"There is no column '{group}' that says to which group a form belongs.")
    names = list(items) if items is not None else [name for name in counts.columns if name != group]
    counts = counts.select([*names, group])
    full = counts.complete()
    if any(counts.column(name).dtype.kind != "f" for name in names):
        raise UsageError("Items are points, and some column holds words. Give the points (see `risico.points`).")
    kinds, own = np.unique(full.column(group), return_inverse=True)
    if len(kinds) < 2:
        return ONE_GROUP
    if len(names) < 4:
        return FOUR
    lost = counts.n - full.n
    points = np.column_stack([full.column(name) for name in names]).astype(np.float64)
    left = f"; {lost} forms with a blank left out" if lost else ""
    return Answers(points, own, full.number, tuple(label(kind) for kind in kinds.tolist()), left)
