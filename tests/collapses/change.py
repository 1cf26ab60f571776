"""Change where it must be something known."""

from typing import Any

import numpy as np
from scipy import stats

from collapses.made_up import MOMENTS, Collapses, Counted, value
from risico.estimate import Estimates
from risico.reliability import change
from risico.tally import count


def changed(data: Any) -> Estimates:
    return change(data, "before", "after", reliability=0.5, better="low", cutoff=12)


def moved(name: str, by: float, cutoff: float | None = None) -> float:
    before = [float(x) for x in range(10)]
    forms = {"before": before, "after": [x + by for x in before]}
    return value(change(forms, "before", "after", reliability=0.5, better="high", cutoff=cutoff), name)


COUNTED: Counted = {
    "change": (MOMENTS, lambda data: changed(data), count),
}


COLLAPSES: Collapses = {
    "change_needed": lambda: (moved("change_needed", 0), stats.norm.ppf(0.975) * np.std(range(10), ddof=1)),
    "reliably_worse": lambda: (moved("reliably_worse", -100), 1.0),
    "unchanged": lambda: (moved("unchanged", 0), 1.0),
    "reliably_better": lambda: (moved("reliably_better", 100), 1.0),
    "recovered": lambda: (moved("recovered", 100, cutoff=50), 1.0),
}
