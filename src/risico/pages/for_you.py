"""Uitleg voor u: what one person filled in, told to that person in plain words. Nothing of anybody else comes here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from risico.instrument import Instrument
from risico.pages.told import Told
from risico.strict import read_yaml
from risico.words import Language, number, pick

WORDS: Final = Path(__file__).parent / "templates" / "for_you_words.yaml"
LABELS: Final = re.compile(
    r"\b(slachtoffer|dader|pleger|geweldpleger|victim|perpetrat|offender|batterer|abuser)\w*", re.IGNORECASE
)
"""Words that nobody reads about themself on this paper, in a form's own words neither."""


@dataclass(frozen=True, kw_only=True)
class OwnForm:
    """One form that the person filled in: its instrument, the answers with what goes with them, and the day."""

    it: Instrument
    answers: Mapping[str, Any]
    day: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What goes on the paper of one person; `said` are what the person put in the file: what, day and text.

    `next`, `yourself` and `helpers` are written by the professional for this person.
    """

    forms: Sequence[OwnForm]
    said: Sequence[tuple[str, str, str]] = ()
    next: str = ""
    yourself: str = ""
    helpers: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the paper: a heading and its lines."""

    title: str
    lines: tuple[str, ...]


@cache
def words() -> Mapping[str, Any]:
    """Return the words of the paper."""
    return read_yaml(WORDS)


def for_you(paper: Paper, language: Language) -> list[Section]:
    """Return the parts of the paper, in plain words, in one language.

    >>> from risico.instrument import load
    >>> form = OwnForm(it=load("phq2"), answers={"phq2_1": 2, "phq2_2": 3}, day="2026-03-01")
    >>> [part.title for part in for_you(Paper(forms=[form]), "en")][:3]
    ['Explanation for you', 'What you were asked and what you answered', 'What it means']
    """
    forms = [Told.of(one.answers, one.it, language) for one in paper.forms]
    parts = {
        "title": [_word("why", language)],
        "asked": [line for one, told in zip(paper.forms, forms, strict=True) for line in _asked(one, told)],
        "means": [line for told in forms for line in _means(told)],
        "not": [_word(key, language) for key in ("no_diagnosis", "no_blame", "no_safety")],
        "sure": [_word("sure", language), *(line for told in forms for line in _blanks(told))],
        "said": [_said(*one, language) for one in paper.said],
        "next": _lines(paper.next) or [_word("next_unknown", language)],
        "yourself": [*_lines(paper.yourself), _word("yourself_always", language)],
        "help": [
            *_lines(paper.helpers),
            *(_word(key, language) for key in ("trusted", "mentor", "lawyer", "suicide", "danger")),
        ],
        "rights": [_word(key, language) for key in ("see", "correct", "add", "complain", "object", "destroy", "ages")],
        "read": [_word("read_by_nobody", language)],
    }
    if not forms:
        parts |= {"asked": [_word("no_forms", language)], "means": []}
    return [Section(_word(f"{name}_head", language), tuple(lines)) for name, lines in parts.items() if lines]


def as_text(parts: Sequence[Section]) -> str:
    """Return the paper as plain text."""
    return "\n\n".join("\n".join((part.title.upper(), *part.lines)) for part in parts) + "\n"


def _word(key: str, language: Language, **filled: object) -> str:
    return pick(words()[key], language).format(**filled)


def _day(day: str, language: Language) -> str:
    """Write a day (YYYY-MM-DD) as people say it."""
    year, month, date = day.split("-")
    return f"{int(date)} {_word('month_names', language).split()[int(month) - 1]} {year}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _said(what: str, day: str, text: str, language: Language) -> str:
    return _word("said_line", language, what=_word(what, language), day=_day(day, language), text=text).rstrip(": ")


def _asked(one: OwnForm, told: Told) -> Iterator[str]:
    title = _plain(pick(one.it.title, told.language), "") or _word("a_list", told.language)
    yield _word("filled_in", told.language, title=title, day=_day(one.day, told.language))
    for item, asked in one.it.items.items():
        if item in told.unset:
            continue
        question = _plain(pick(asked.label, told.language), "") or _word("question", told.language, number=item)
        yield f"- {question}: {_answer(told, item)}"


def _answer(told: Told, item: str) -> str:
    code = told.code(item)
    if code is None or told.skipped(item):
        return _word("unanswered" if told.answer(item) is None else "not_known", told.language)
    said = told.answered(item, code) or told.text(code)
    return _plain(said, "") or told.text(code)


def _means(told: Told) -> Iterator[str]:
    """Say the numbers that the form's own makers give a level, each with its range; else those with a range."""
    ranged = [name for name in told.speaking() if told.it.scores[name].range is not None]
    for name in [name for name in ranged if told.bands(name)] or ranged:
        entry, value = told.it.scores[name], told.value(name)
        title = _plain(told.title(name), "") or _plain(pick(told.it.title, told.language), "")
        if value is None:
            yield _word("no_outcome", told.language, title=title)
            continue
        low, high = (number(end, told.language) for end in entry.range or (0, 0))
        way = _word(f"higher_{entry.higher_is}", told.language)
        yield _word("outcome", told.language, title=title, value=told.text(value), low=low, high=high, way=way).strip()
        for key, band in told.bands(name).items():
            if told.leveled(name, key) and not isinstance(told.value(key), bool):
                level = _plain(told.level(band, told.value(key)), "")
                yield from [_word("level", told.language, level=level)] if level else []


def _blanks(told: Told) -> Iterator[str]:
    absent = len(told.absent(told.it.scored_items))
    if absent:
        yield _word("blank" if absent == 1 else "blanks", told.language, n=absent)


def _plain(text: str, instead: str) -> str:
    return instead if LABELS.search(text) else text
