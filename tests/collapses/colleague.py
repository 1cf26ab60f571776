"""What a colleague would say, where it must be something known."""

from collections.abc import Callable
from typing import Any

from collapses.made_up import Collapses, value
from risico.estimate import Estimates
from risico.reliability import agreement_by_context, agreement_by_level, colleague, independent_ratings

RATERS = [f"r{rater}" for rater in range(6)]


def doubles(*pairs: tuple[int, int], times: int = 36) -> dict[str, list[Any]]:
    """Each pair of levels so many times, by raters in turn."""
    rows = [pair for _ in range(times) for pair in pairs]
    return {
        "case": [i for i in range(len(rows)) for _ in "ab"],
        "rater": [RATERS[place % 6] for i in range(len(rows)) for place in (i, i + 1 + i // 6 % 5)],
        "level": [level for row in rows for level in row],
        "rater_position": ["first", "second"] * len(rows),
    }


MIXED = doubles((2, 2), (2, 3), (2, 1), (3, 3), (4, 2), (1, 4), (3, 2))


def says(forms: dict[str, list[Any]], part: str, level: str) -> float:
    found = colleague(forms, "level", unit=["case"], levels=[1, 2, 3, 4])
    return value(found, f"colleague_{part}", level=level)


def the_rest(part: str, level: str) -> tuple[float, float]:
    """What is left of 1 after the other answers; there are four levels, so some part is never possible."""
    found = colleague(MIXED, "level", unit=["case"], levels=[1, 2, 3, 4]).where(level=level)
    others = [e.value for e in found if e.name != f"colleague_{part}" and e.value is not None]
    return says(MIXED, part, level), 1 - sum(others)


def specific() -> float:
    wide = independent_ratings(MIXED, "level", unit=["case"])
    return value(agreement_by_level(wide), "specific_agreement", level="2")


def all_joint() -> Estimates:
    joint = MIXED | {"rater_position": ["joint"] * len(MIXED["case"])}
    return agreement_by_context(joint, "level", unit=["case"], levels=[1, 2, 3, 4])


FORMS: dict[str, Callable[[], Estimates]] = {
    "colleague": lambda: colleague(MIXED, "level", unit=["case"], levels=[1, 2, 3, 4]),
    "agreement_by_context": lambda: agreement_by_context(MIXED, "level", unit=["case"]),
}

COLLAPSES: Collapses = {
    "colleague_same": lambda: (says(MIXED, "same", "2"), specific()),
    "colleague_one_lower": lambda: (says(doubles((3, 2)), "one_lower", "3"), 1.0),
    "colleague_one_higher": lambda: (says(doubles((3, 2)), "one_higher", "2"), 1.0),
    "colleague_further_lower": lambda: the_rest("further_lower", "4"),
    "colleague_further_higher": lambda: the_rest("further_higher", "1"),
    "ratings_independent": lambda: (
        value(agreement_by_context(MIXED, "level", unit=["case"], position=None), "ratings_independent"),
        len(MIXED["case"]),
    ),
    "ratings_left_out": lambda: (value(all_joint(), "ratings_left_out", reason="joint"), len(MIXED["case"])),
}
