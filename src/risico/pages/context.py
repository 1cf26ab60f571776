"""What stands beside the answers of a form, in words: who filled in, which version, which norms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from risico.choosing import person_label
from risico.strict import read_yaml
from risico.words import Language, pick


@cache
def _words() -> Mapping[str, Any]:
    return read_yaml(Path(__file__).parent / "templates" / "context_words.yaml")


def context_label(column: str, language: Language) -> str:
    """Name a context column; one without words by its own name.

    >>> context_label("records", "en")
    'records of police and justice'
    """
    return pick(_words()["context"].get(column), language) or column.replace("_", " ")


def value_label(value: str, language: Language) -> str:
    """Say a value of a context column.

    >>> value_label("not_seen", "en"), value_label("teacher", "en")
    ('not seen', 'teacher')
    """
    return pick(_words()["values"].get(value), language) or person_label(value, language)
