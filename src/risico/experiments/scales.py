"""The effect of an offer on other scales, as far as the outcome of a plan has them and small numbers allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.effects import ordered, ratio
from risico.estimate import Estimate, Estimates
from risico.plan import Plan

Array = NDArray[np.float64]

SMALL = "some of the numbers it rests on are too small to show, and would follow from it"


def of_scales(z: Array, arrays: Mapping[str, Any], rows: Any, plan: Plan) -> Estimates:
    """Return the ratio of a yes or a count, and what became of levels; nothing of an outcome that is a score.

    A ratio beside a difference gives both shares away, and chances by rank give how many are at each level. So where
    one of these is too small to show, none of the numbers on that scale is given.
    """
    how = {name: arrays[name] for name in ("cluster", "why_no_cluster", "confidence")}
    outcome, least, found = plan.outcome, 0 if plan.data.public else plan.smallest, Estimates()
    if outcome.yes is not None or outcome.event is not None:
        told = ratio(outcome=arrays["outcome"], assigned=z, **how)
        found += told if _fewest(arrays["outcome"] > 0, arrays["outcome"], z) >= least else _without(told)
    if outcome.levels and outcome.combine != "any":
        level, start = (np.array(rows[name].to_list(), dtype=np.float64) for name in ("level", "baseline"))
        told = ordered(level=level, start=start, assigned=z, levels=outcome.levels, **how)
        moves = [e for e in told if e.name == "transition"]
        others = Estimates(e for e in told if e.name != "transition")
        fewest = min(_fewest(level == place, level, z) for place in range(len(outcome.levels)))
        few = any((e.value or 0) < least for e in moves)
        found += _without(Estimates(moves)) if few else Estimates(moves)
        found += others if fewest >= least else _without(others)
    return found


def _fewest(those: NDArray[np.bool_], values: Array, z: Array) -> int:
    """Return the smallest number of people, in an arm, of whom it is so or is not so."""
    known = ~np.isnan(values)
    return min(int((those[known & (z == arm)] == is_so).sum()) for arm in (0, 1) for is_so in (True, False))


def _without(found: Estimates) -> Estimates:
    """Return each name once, without its number."""
    return Estimates(Estimate(name=name, why=SMALL) for name in dict.fromkeys(e.name for e in found))
