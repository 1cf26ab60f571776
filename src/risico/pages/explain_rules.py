"""What an instrument file says of its rules, in words: what is asked, how it is counted, and what can come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from risico.instrument import Condition, Instrument, Test
from risico.instrument.model import MEMORY, Score
from risico.strict import read_yaml
from risico.words import Language, number, pick


@cache
def words() -> Mapping[str, Any]:
    """Return the words of an explanation, by part and key, each in nl and en."""
    return read_yaml(Path(__file__).parent / "templates" / "explain_words.yaml")


def word(part: str, key: str, language: Language, **filled: object) -> str:
    """Return the words of a part in a language, filled in."""
    return pick(words()[part][key], language).format(**filled)


def text_of(value: Any, language: Language) -> str:
    """Write a value as a reader of the language does.

    >>> text_of(True, "nl"), text_of(1.5, "nl"), text_of("moderately_severe", "en")
    ('ja', '1,50', 'moderately severe')
    """
    if isinstance(value, bool):
        return word("answers", "yes" if value else "no", language)
    return number(value, language) if isinstance(value, int | float) else str(value).replace("_", " ")


def title(it: Instrument, name: str, language: Language) -> str:
    """Name a score, or its levels."""
    entry = it.scores.get(name) or it.bands[name]
    return pick(entry.title, language) or name.replace("_", " ")


def answered(it: Instrument, item: str, code: Any, language: Language) -> str | None:
    """Return the words of the file for a code of an item, None where it has none."""
    codes = it.answer_set(item).codes or {}
    return next((pick(text, language) for key, text in codes.items() if str(key) == str(code)), None)


def outcome(it: Instrument, name: str, value: Any, language: Language) -> str:
    """Write what a score says in the words of its file: the name of an outcome is for a column, not for a reader.

    >>> from risico.instrument import load
    >>> outcome(load("rihg"), "outcome", "in_beginsel_huisverbod", "nl")
    'in beginsel een huisverbod'
    """
    entry = it.scores[name]
    said = answered(it, entry.of[0], value, language) if entry.rule == "judgement" else None
    return said or pick(it.outcomes.get(str(value)), language) or text_of(value, language)


def condition(it: Instrument, when: Condition, language: Language) -> str:
    """Say a condition in words.

    >>> from risico.instrument import load
    >>> condition(load("phq9"), load("phq9").alerts["safety_item9"].when, "nl")
    'vraag 9 is 1 of meer'
    """
    if when.subject is not None:
        return _asked_of(it, when, language)
    parts = [condition(it, part, language) for part in when.parts]
    parts = [said if part.subject else f"({said})" for part, said in zip(when.parts, parts, strict=True)]
    if when.not_ is not None:
        return word("conditions", "not", language, inner=condition(it, when.not_, language))
    if when.of is not None:
        return word("conditions", "of", language, least=text_of(when.at_least, language), parts="; ".join(parts))
    return word("conditions", "all" if when.all is not None else "any", language).join(parts)


def _asked_of(it: Instrument, when: Condition, language: Language) -> str:
    item, score = when.item, when.score
    if score is not None:
        said = partial(outcome, it, score, language=language)
        return _asked("conditions", when, said, language, title(it, score, language))
    name = word("conditions", "item", language, item=item) if item is not None else f"`{when.context}`"
    return _asked("conditions", when, partial(_code, it, item, language), language, name)


def _code(it: Instrument, item: str | None, language: Language, code: Any) -> str:
    """Write a code in the words of its item, as it stands where there is none."""
    return (answered(it, item, code, language) if item is not None else None) or text_of(code, language)


def _asked(part: str, test: Test, say: Callable[[Any], str], language: Language, name: str = "") -> str:
    """Say what a test asks of a value; how much is said in numbers, which one in words."""
    if test.wanted is not None:
        either = f" {word('answers', 'or', language)} ".join(map(say, test.wanted))
        return word(part, "is", language, value=either, name=name)
    key = "at_least" if test.at_least is not None else "below"
    return word(part, key, language, value=text_of(getattr(test, key), language), name=name)


def rule(it: Instrument, entry: Score, language: Language) -> str:
    """Say how a score is made of its parts."""
    where = ""
    if entry.where is not None and entry.where.blank:
        where = word("where", "blank", language)
    elif entry.where is not None:
        first = entry.of[0] if entry.of[0] in it.items else None
        named = partial(_code, it, first, language)
        where = _asked("where", entry.where, named, language)
    return word("rules", entry.rule, language, where=where)


def blanks(entry: Score, language: Language) -> str:
    """Say what a score does with blanks."""
    if entry.where is not None and entry.where.blank:
        return word("rules", "counted", language)
    if entry.rule == "goal_attainment":
        return word("rules", "goals", language)
    said = word("rules", entry.missing.then, language, answered=entry.missing.answered)
    return said + (word("sources", "recalled", language) if entry.missing.source == MEMORY else "")
