"""Change within people where it must be something known."""

from collections.abc import Callable
from typing import Any

import numpy as np

from collapses.made_up import Collapses, number, value
from risico.effects import before_after
from risico.estimate import Estimates

BEFORE = np.tile([12.0, 14.0, 16.0, 18.0], 10)
MOVED = np.tile([0.0, -1.0, -4.0, 2.0, -3.0], 8)
HELPED = np.tile([1.0, 1.0, 1.0, 0.0, 0.0], 8)


def changed(**more: Any) -> Estimates:
    """Forty people who came in at 12 or more, from a population with mean 10."""
    told = {"before": BEFORE, "after": BEFORE + MOVED, "reliability": 0.5, "better": "low", "why_no_cluster": "alone"}
    return before_after(**{**told, "entry": 12, "population": (10, 4), "correlation": 0.5, **more})


FORMS: dict[str, Callable[[], Estimates]] = {"before_after": lambda: changed(helped=HELPED)}

COLLAPSES: Collapses = {
    "followed_up": lambda: (value(changed(), "followed_up"), 1.0),
    "people_changed": lambda: (number(changed(after=BEFORE - 50), "people_changed", change="improved"), 1.0),
    "mean_change": lambda: (value(changed(after=BEFORE - 3), "mean_change"), -3.0),
    "peak_change": lambda: (value(changed(entry=10), "peak_change"), -0.5 * 4 * np.sqrt(2 / np.pi)),
    "peak_change_linear": lambda: (value(changed(), "peak_change_linear"), -0.5 * (BEFORE.mean() - 10)),
    "natural_change": lambda: (value(changed(helped=HELPED), "natural_change"), MOVED[HELPED == 0].mean()),
}
