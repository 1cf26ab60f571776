"""What an instrument file says of its rules, in words: what is asked, how it is counted, and what can come out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from risico.instrument import Condition, Instrument, Test
from risico.instrument.model import MEMORY, Score
from risico.strict import read_yaml
from risico.words import Language, number, pick

FEW = 6
"""So many parts are named; more are counted."""


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
    if (together := _together(it, when, language)) is not None:
        return together
    parts = [condition(it, part, language) for part in when.parts]
    parts = [said if part.subject else f"({said})" for part, said in zip(when.parts, parts, strict=True)]
    if when.not_ is not None:
        return word("conditions", "not", language, inner=condition(it, when.not_, language))
    if when.of is not None:
        return word("conditions", "of", language, least=text_of(when.at_least, language), parts="; ".join(parts))
    return word("conditions", "all" if when.all is not None else "any", language).join(parts)


def _together(it: Instrument, when: Condition, language: Language) -> str | None:
    """Say in one breath what is asked of several numbered items alike; None where that is not what is asked."""
    items = [part.item for part in when.parts if part.item is not None and numbered(part.item)]
    asked = [part.model_copy(update={"item": None}) for part in when.parts]
    if len(items) < max(2, len(asked)) or any(one != asked[0] for one in asked):
        return None
    key = "any_of" if when.any is not None else "every_of" if when.all is not None else "some_of"
    listed, least = ", ".join(_runs(list(it.items), items)), text_of(when.at_least, language)
    name = word("conditions", key, language, items=listed, least=least)
    return _asked("conditions", when.parts[0], partial(_code, it, items[0], language), language, name)


def _asked_of(it: Instrument, when: Condition, language: Language) -> str:
    item, score = when.item, when.score
    if score is not None:
        said = partial(outcome, it, score, language=language)
        named = word("conditions", "labelled", language, label=title(it, score, language))
        return _asked("conditions", when, said, language, named)
    name = f"`{when.context}`" if item is None else item_name(it, item, language)
    return _asked("conditions", when, partial(_code, it, item, language), language, name)


def item_name(it: Instrument, item: str, language: Language) -> str:
    """Name an item by its number, or by its label where its name is our own."""
    if numbered(item):
        return word("conditions", "item", language, item=item)
    return word("conditions", "labelled", language, label=pick(it.items[item].label, language))


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


def rule(it: Instrument, name: str, language: Language) -> str:
    """Say how a score is made of its parts."""
    entry, where = counted(it, name), ""
    if it.status == "recorded" and _copies(entry):
        return word("rules", "copied", language)
    if it.status == "record" and entry.rule == "judgement":
        return word("rules", "noted", language)
    if entry.where is not None and entry.where.blank:
        return word("where", "blank", language)
    if entry.where is not None:
        first = entry.of[0] if entry.of[0] in it.items else None
        where = _asked("where", entry.where, partial(_code, it, first, language), language)
    return word("rules", entry.rule, language, where=where)


def made_of(it: Instrument, name: str, language: Language) -> str:
    """Name the parts of a score: items by their number or label, scores by their title.

    >>> from risico.instrument import load
    >>> made_of(load("phq9"), "total", "nl"), made_of(load("psc17"), "internalising", "en")
    ('1-9', '2, 6, 9, 11, 15')
    """
    entry = counted(it, name)
    if entry.terms and len(entry.terms) <= FEW and set(entry.terms) <= set(it.scores):
        return _sum(it, entry, language)
    names = list(entry.of or entry.terms or it.items_of(name))
    if not set(names) <= set(it.items):
        return ", ".join(title(it, part, language) if part in it.scores else part for part in names)
    if all(map(numbered, names)):
        return ", ".join(_runs(list(it.items), names))
    if len(names) > FEW:
        return word("rules", "items", language, n=len(names))
    return ", ".join(pick(it.items[item].label, language) for item in names)


def blanks(it: Instrument, name: str, language: Language) -> str:
    """Say what a score does with blanks."""
    entry = counted(it, name)
    parts = set(entry.parts)
    if entry.rule == "judgement" or (it.status == "recorded" and _copies(entry)):
        return word("rules", "not_given", language)
    wheres = [it.scores[part].where for part in parts if part in it.scores] or [entry.where]
    if all(where is not None and where.blank for where in wheres):
        return word("rules", "counted", language)
    if entry.rule == "goal_attainment":
        return word("rules", "goals", language)
    if parts and parts <= set(it.scores) and entry.missing.then == "none":
        steps, none = parts <= set(it.scores) - set(it.shown), word("rules", "none", language)
        strict = steps and all(blanks(it, part, language) == none for part in parts)
        return none if strict else word("rules", "parts", language)
    key, least = entry.missing.then, entry.missing.answered
    if key == "prorate":
        key = "mean_of" if entry.rule == "mean" else "prorate" if least > 1 else "prorate_all"
    said = word("rules", key, language, answered=least)
    return said + (word("sources", "recalled", language) if entry.missing.source == MEMORY else "")


def numbered(item: str) -> bool:
    """Tell whether an item goes by the number or letter of the official form, and not by a name of our own.

    >>> numbered("3a"), numbered("override_discretionary")
    (True, False)
    """
    return re.search("[a-z]{3}", item) is None


def counted(it: Instrument, name: str) -> Score:
    """Return the score by which another is really counted: itself, or the helper that it passes on as it is."""
    entry = it.scores[name]
    (part, factor), *more = (entry.terms or {"": 0}).items()
    if factor == 1 and not more and not entry.constant and part in it.scores and it.scores[part].helper:
        return counted(it, part)
    return entry


def _copies(entry: Score) -> bool:
    """Tell whether a score is one answer as it stands."""
    return len(entry.of) == 1 and entry.rule in ("judgement", "sum", "mean", "highest", "lowest")


def _sum(it: Instrument, entry: Score, language: Language) -> str:
    said = [number(entry.constant, language)] if entry.constant else []
    for part, factor in (entry.terms or {}).items():
        times = "" if abs(factor) == 1 else f"{number(abs(factor), language)} × "
        said.append(f"{'−' if factor < 0 else '+'} {times}{title(it, part, language)}")
    return " ".join(said).removeprefix("+ ")


def _runs(order: list[str], names: list[str]) -> Iterator[str]:
    """Yield names in order, three or more of one letter that follow each other as the first and the last."""
    places = sorted(map(order.index, names))

    def runs_on(pair: tuple[int, int]) -> tuple[int, str]:
        return pair[1] - pair[0], re.sub("[0-9].*", "", order[pair[1]])

    for _, run in groupby(enumerate(places), runs_on):
        found = [order[place] for _, place in run]
        yield from found if len(found) < 3 else [f"{found[0]}-{found[-1]}"]
