"""Does one region or team carry the effect: the effect without each of them, as a range and never as a ranking."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from risico.effects._inputs import Labels, Rows
from risico.estimate import Estimate, Estimates

FEWEST_FAMILIES = 10  # of a unit that is left out: what fewer families do to an effect is about these families
GONE = "without one of these there is no effect to tell"
FEWEST_UNITS = 3  # below which the range would tell of one unit


def leave_one_out(effect: Callable[[Rows], Estimate], units: Mapping[str, Labels]) -> Estimates:
    """Return the lowest and the highest effect when one unit is left out: `leave_one_out_low`, `leave_one_out_high`.

    `effect` gives the effect of the rows it is given, a mask of shape (n,). `units` holds by kind (region, team) the
    unit of each family, shape (n,), "" where it is not known: these always stay in. Which unit it was is not told.

    >>> values, region = np.array([1.0, 2.0, 6.0] * 10), np.array(["a", "b", "c"] * 10)
    >>> mean = lambda rows: Estimate(name="itt", value=float(values[rows].mean()), se=1.0)
    >>> [e.value for e in leave_one_out(mean, {"region": region})]
    [1.5, 4.0]
    """
    out = Estimates()
    for kind, labels in units.items():
        known, sizes = np.unique(labels[labels != ""], return_counts=True)
        found = [effect(labels != one) for one in known[sizes >= FEWEST_FAMILIES]]
        out += _range(kind, found, units=len(known))
    return out


def _range(kind: str, found: list[Estimate], *, units: int) -> list[Estimate]:
    names, by = ("leave_one_out_low", "leave_one_out_high"), {"unit": f"one_{kind}"}
    method = f"effect without one {kind}, each of {len(found)} in turn; an end of the range, without an interval"
    if units < FEWEST_UNITS or len(found) < FEWEST_UNITS:
        why = f"fewer than {FEWEST_UNITS} of these have {FEWEST_FAMILIES} families or more"
        return [Estimate(name=name, method=method, by=by, why=why) for name in names]
    values = [e for e in found if e.value is not None]
    if not values:
        return [Estimate(name=name, method=method, by=by, why=GONE) for name in names]
    note = GONE if len(values) < len(found) else None
    ordered = sorted(values, key=lambda e: e.value or 0.0)
    ends = zip(names, (ordered[0], ordered[-1]), strict=True)
    return [Estimate(name=name, value=e.value, se=e.se, method=method, by=by, why=note) for name, e in ends]
