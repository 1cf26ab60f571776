"""The words of the pages, in one language; a name without words is shown as the file has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from risico.strict import read_yaml
from risico.words import Language, pick

WORDS = tuple(Path(__file__).with_name(name) for name in ("words.yaml", "case_words.yaml", "practice_words.yaml"))


@cache
def words() -> Mapping[str, Any]:
    """Return the words of the pages, by part."""
    return {part: said for path in WORDS for part, said in read_yaml(path).items()}


@dataclass(frozen=True)
class Say:
    """Words in one language: `say("page", "start")`."""

    language: Language

    def __call__(self, part: str, key: str, **filled: object) -> str:
        """Return the words, filled in."""
        text = words()[part].get(key)
        return pick(text, self.language).format(**filled) if text else key.replace("_", " ")

    def part(self, part: str) -> dict[str, str]:
        """Return all words of a part."""
        return {key: pick(text, self.language) for key, text in words()[part].items()}
