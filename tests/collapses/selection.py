"""Outcomes that are known of some families only, where the answer must be something known."""

import numpy as np

from collapses.made_up import OUTCOMES, Collapses, Counted, number, value
from risico.estimate import Estimates
from risico.tally import count
from risico.validity import accuracy, follow_up_audit, selective

PARTLY = OUTCOMES | {"again": [None if i % 5 == 2 else y for i, y in enumerate(OUTCOMES["again"])]}
DATED = OUTCOMES | {"day": [f"2024-{1 + i % 12:02d}-15" for i in range(30)]}


def all_known(name: str) -> tuple[float, float]:
    found = selective(OUTCOMES, "score", "again", at_least=3)
    naive = accuracy(OUTCOMES, "score", "again", at_least=3)
    return number(found, name, of="sensitivity"), value(naive, "sensitivity")


def none_of_the_unknown() -> tuple[float, float]:
    found = selective(PARTLY, "score", "again", at_least=3, odds=[0])
    scored = [y for s, y in zip(PARTLY["score"], PARTLY["again"], strict=True) if not np.isnan(s)]
    return number(found, "if_unknown", of="base_rate"), scored.count(1.0) / len(scored)


def audit(closed: str) -> Estimates:
    return follow_up_audit(DATED, "day", "again", window_days=100, closed=closed)


def two_rates() -> float:
    whole, short = (number(audit("2024-09-30"), "base_rate", forms=name) for name in ("whole window", "cut short"))
    return whole - short


COUNTED: Counted = {
    "selective": (PARTLY, lambda data: selective(data, "score", "again", at_least=3), count),
    "follow_up_audit": (
        DATED,
        lambda data: follow_up_audit(data, "day", "again", window_days=100, closed="2024-09-30"),
        count,
    ),
}

COLLAPSES: Collapses = {
    "known": lambda: (number(selective(OUTCOMES, "score", "again", at_least=3), "known", side="positive"), 1.0),
    "lowest_possible": lambda: all_known("lowest_possible"),
    "highest_possible": lambda: all_known("highest_possible"),
    "if_unknown": none_of_the_unknown,
    "whole_window": lambda: (value(audit("2030-01-01"), "whole_window"), 1.0),
    "cut_short_difference": lambda: (value(audit("2024-09-30"), "cut_short_difference"), two_rates()),
}
