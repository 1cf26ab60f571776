"""Checks for who writes a file: it names things from the controlled lists, and says all its words in both languages.

No score rests on these, so that a file which breaks them still loads: `risico check-instrument` says them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from risico.errors import did_you_mean
from risico.instrument.lists import choosing, concepts
from risico.instrument.model import Instrument
from risico.instrument.questions import listed

Mistakes = Iterator[str]
LANGUAGES = {"nl": "Dutch", "en": "English"}
PLAIN = {"codes", "points", "table", "tables", "context", "as_"}
"""What is keyed by codes or values of a file, which may be `nl` or `en` without being a language."""


def _among(where: str, name: str | None, known: Iterable[str], why: str) -> Mistakes:
    if name is not None and name not in (names := list(known)):
        near = did_you_mean(name, names)
        yield f"{where}: '{name}' is in no list here, so {why}. Known are: {listed(names)}.{near}"


def subject_listed(it: Instrument) -> Mistakes:
    """What a file is about and who fills it in are names of the lists by which somebody looks for it."""
    why = "`risico find` would never find this file by it"
    yield from _among("domain", it.domain, choosing()["domains"], why)
    yield from _among("informant", it.informant, choosing()["informants"], why)


def needs_listed(it: Instrument) -> Mistakes:
    """What must be the case has words for a reader."""
    for i, need in enumerate(it.applies.needs):
        why = "a reader would see the name of a column instead of words"
        yield from _among(f"applies.needs[{i}]", need, choosing()["needs"], why)


def items_listed(it: Instrument) -> Mistakes:
    """What an item is about and asks are names of the lists by which answers are found and carried over."""
    for name, item in it.items.items():
        where, why = f"items.{name}", "nobody would find this item by it and no answer would be carried over"
        yield from _among(f"{where}.concept", item.concept, concepts()["themes"], why)
        yield from _among(f"{where}.question", item.question, concepts()["questions"], why)


def two_languages(it: Instrument) -> Mistakes:
    """What a reader sees is there in Dutch and in English."""
    for where, text in _texts(it.model_dump(), ""):
        for language, name in LANGUAGES.items():
            if not text.get(language, "").strip():
                yield f"{where}: there are no words in {name}, so its readers see the other language. Add {language}."


def _texts(part: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(part, tuple):
        for i, one in enumerate(part):
            yield from _texts(one, f"{where}[{i}]")
    if not isinstance(part, dict):
        return
    if part and set(part) <= set(LANGUAGES) and all(isinstance(words, str) for words in part.values()):
        if where.rpartition(".")[2] not in PLAIN:
            yield where, part
        return
    for key, one in part.items():
        yield from _texts(one, f"{where}.{key}" if where else str(key))


CHECKS = (subject_listed, needs_listed, items_listed, two_languages)


def unlisted(it: Instrument) -> list[str]:
    """Return every name that is in no list, and every text that lacks a language."""
    return [mistake for check in CHECKS for mistake in check(it)]
