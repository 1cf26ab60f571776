"""A score and the time until something happens, where it must be something known."""

from collapses.made_up import OUTCOMES, Collapses, Counted, value
from risico.tally import count
from risico.validity import auc, auc_by_time, concordance

FOLLOWED = OUTCOMES | {"days": [float(1 + (7 * i) % 11) for i in range(30)]}
EQUAL = OUTCOMES | {"days": [float(2 - y) for y in OUTCOMES["again"]]}

COUNTED: Counted = {
    "concordance": (FOLLOWED, lambda data: concordance(data, "score", "days", "again"), count),
    "auc_by_time": (FOLLOWED, lambda data: auc_by_time(data, "score", "days", "again", horizons=[4, 8]), count),
}


def area() -> float:
    return value(auc(OUTCOMES, "score", "again"), "auc")


COLLAPSES: Collapses = {
    "harrell_c": lambda: (value(concordance(EQUAL, "score", "days", "again"), "harrell_c"), area()),
    "auc_by_time": lambda: (
        value(auc_by_time(EQUAL, "score", "days", "again", horizons=[1.5]), "auc_by_time"),
        area(),
    ),
}
