"""Change where it must be something known."""

from typing import Any

import numpy as np
from scipy import stats

from collapses.made_up import MOMENTS, Collapses, Counted, value
from risico.estimate import Estimates
from risico.reliability import change, cutoffs
from risico.tally import count


def changed(data: Any, **more: Any) -> Estimates:
    return change(data, "before", "after", reliability=0.5, better="low", cutoff=12, **more)


def moved(name: str, by: float, cutoff: float | None = None, **more: Any) -> float:
    """Ten scores of which two differ by nothing but the move, and some more of the sort that the methods ask for."""
    before = [float(x) for x in range(10)]
    forms = {"before": before, "after": [x + by for x in before]}
    return value(change(forms, "before", "after", reliability=0.5, better="high", cutoff=cutoff, **more), name)


def drawn(name: str, by: float, cutoff: float | None = None) -> float:
    """As `moved`, by Edwards and Nunnally."""
    return moved(f"{name}_edwards_nunnally", by, cutoff, method="edwards_nunnally")


def apart(name: str, by: float, cutoff: float | None = None) -> float:
    """By Hageman and Arrindell, with changes that differ enough to have a reliability."""
    forms = {"before": [float(x) for x in range(10)], "after": [x + by + 3.2 * (-1) ** x for x in range(10)]}
    told = {"reliability": 0.5, "better": "high", "cutoff": cutoff, "method": "hageman_arrindell"}
    return value(change(forms, "before", "after", **told), f"{name}_hageman_arrindell")


def cut(name: str, functional: tuple[float, float]) -> float:
    return value(
        cutoffs({"before": [float(x) for x in range(10)]}, "before", better="high", functional=functional), name
    )


SD = float(np.std(range(10), ddof=1))


COUNTED: Counted = {
    "change": (MOMENTS, lambda data: changed(data), count),
    "change_edwards_nunnally": (MOMENTS, lambda data: changed(data, method="edwards_nunnally"), count),
    "change_hageman_arrindell": (MOMENTS, lambda data: changed(data, method="hageman_arrindell"), count),
    "cutoffs": (
        {"before": MOMENTS["before"]},
        lambda data: cutoffs(data, "before", better="low", functional=(10, 3)),
        count,
    ),
}


COLLAPSES: Collapses = {
    "change_needed": lambda: (moved("change_needed", 0), stats.norm.ppf(0.975) * np.std(range(10), ddof=1)),
    "deteriorated": lambda: (moved("deteriorated", -100), 1.0),
    "unchanged": lambda: (moved("unchanged", 0), 1.0),
    "improved": lambda: (moved("improved", 100), 1.0),
    "recovered": lambda: (moved("recovered", 100, cutoff=50), 1.0),
    **{
        f"{name}_{method}": lambda name=name, by=by, cutoff=cutoff, of=of: (of(name, by, cutoff), 1.0)
        for method, of in (("edwards_nunnally", drawn), ("hageman_arrindell", apart))
        for name, by, cutoff in (
            ("deteriorated", -100, None),
            ("unchanged", 0, None),
            ("improved", 100, None),
            ("recovered", 100, 50),
        )
    },
    "cutoff_c": lambda: (cut("cutoff_c", (14.5, SD)), 9.5),
    "cutoff_a": lambda: (cut("cutoff_a", (14.5, 1)), 4.5 + 2 * SD),
    "cutoff_b": lambda: (cut("cutoff_b", (14.5, 1)), 12.5),
}
