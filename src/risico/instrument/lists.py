"""The controlled lists from which a file names things; each stands in one place, and is read there by all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from risico.strict import read_yaml

PACKAGE = Path(__file__).parents[1]
OLDEST = 120
"""The highest age: a file with this upper end has none, and a higher number is no age."""


@cache
def choosing() -> Mapping[str, Any]:
    """Return the words of subjects, of who fills in, of what must be the case, and of concerns, each in nl and en."""
    return read_yaml(PACKAGE / "choosing.yaml")


@cache
def concepts() -> Mapping[str, Any]:
    """Return the themes and questions that an item can have, as they stand in their file."""
    return read_yaml(PACKAGE / "_rules" / "concepts.yaml")


def people(informant: str) -> tuple[str, ...]:
    """Return who can fill in, or take part in filling in, a form with this informant.

    >>> people("parent_teacher_or_self")
    ('parent', 'teacher', 'self')
    """
    return tuple(choosing()["informants"].get(informant, {}).get("who", (informant,)))


def called(person: str) -> tuple[str, ...]:
    """Return the words for somebody who can fill in: the name in the list, then what people say.

    >>> called("teacher")
    ('teacher', 'leerkracht', 'leraar', 'docent')
    """
    entry = choosing()["people"][person]
    return tuple(dict.fromkeys((person, *entry["nl"], *entry["en"])))
