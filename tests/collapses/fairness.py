"""A cut-off in several groups, where the answer must be something known."""

from collapses.made_up import OUTCOMES, Collapses, Counted, number, value
from risico.estimate import Estimates
from risico.tally import count
from risico.validity import accuracy, fairness

GROUPED = {
    "score": OUTCOMES["score"],
    "again": OUTCOMES["again"],
    "risk": OUTCOMES["risk"],
    "team": ["north" if i % 2 else "south" for i in range(30)],
}
TWICE = {name: [*GROUPED[name]] * 6 for name in ("score", "again")} | {"half": ["one"] * 90 + ["two"] * 90}


def alike() -> Estimates:
    return fairness(TWICE, "score", "again", "half", at_least=3)


def many() -> Estimates:
    rows = {name: [*column] * 4 for name, column in GROUPED.items()}
    return fairness(rows, "score", "again", "team", at_least=3)


def gap() -> float:
    north, south = (number(many(), "base_rate", group=name) for name in ("north", "south"))
    return abs(north - south)


COUNTED: Counted = {
    "fairness": (
        GROUPED,
        lambda data: fairness(data, "score", "again", "team", at_least=3, probability="risk"),
        count,
    ),
}

COLLAPSES: Collapses = {
    "false_positive_rate_if_equal": lambda: (
        number(alike(), "false_positive_rate_if_equal", group="one"),
        1 - value(accuracy(OUTCOMES, "score", "again", at_least=3), "specificity"),
    ),
    "equal_p": lambda: (number(alike(), "equal_p", of="ppv"), 1.0),
    "base_rate_gap": lambda: (value(many(), "base_rate_gap"), gap()),
}
