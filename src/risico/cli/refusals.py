"""The refusals that are met most, in the language of the reader; the others are said in English by what refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from risico.cli.said import word
from risico.errors import UnreadableFile, UsageError, did_you_mean
from risico.instrument import Instrument, catalogue, load
from risico.scoring import Findings
from risico.words import Language


def instrument(name: str, language: Language) -> Instrument:
    """Return an instrument by its id or the path of its file; one that is not there is refused with the nearest."""
    if not name.endswith((".yaml", ".yml")) and name not in catalogue():
        near = did_you_mean(name, catalogue()).partition("'")[2].rpartition("'")[0]
        nearest = word("refusal", "near", language, id=near) if near else ""
        raise UsageError(word("refusal", "instrument", language, id=name, near=nearest))
    return load(name)


def there(path: str, language: Language) -> None:
    """Refuse a file that is not there."""
    if not Path(path).exists():
        raise UnreadableFile(word("refusal", "file", language, path=path))


def belongs(forms: Any, it: Instrument, language: Language) -> None:
    """Refuse forms without a single column of an instrument."""
    if not set(it.columns()) & set(forms.columns):
        raise UsageError(word("check", "nothing", language, id=it.id, first=it.columns()[0]))


def illegal(found: Findings, language: Language) -> str:
    """Say what of the forms is refused: columns, counts and codes, never a row."""
    return "\n".join(_illegal(found, language)) if language == "nl" else found.message()


def _illegal(found: Findings, language: Language) -> Iterator[str]:
    yield word("refusal", "nothing_scored", language, id=found.instrument)
    for key, columns in (("answers", found.columns), ("context", found.context)):
        for column in (column for column in columns if column.illegal):
            shown = ", ".join(column.codes) or word("check", "hidden", language).strip("()")
            known = ", ".join(code.replace(" to ", word("refusal", "to", language)) for code in column.known)
            told = {"column": column.name, "n": column.illegal, "of": found.n, "shown": shown, "known": known}
            yield word("refusal", key, language, **told)
    for words, count in found.illogical:
        if count:
            yield "  " + word("check", "contradicts", language, count=count, words=words)
    for words, count in found.barred:
        if count:
            yield "  " + word("check", "barred", language, count=count, words=words)
    if found.misread:
        yield word("refusal", "illegal", language)
    if any(count for _, count in found.barred):
        yield word("refusal", "barred", language)
