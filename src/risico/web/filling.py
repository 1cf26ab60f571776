"""From an instrument to questions on a page, and from what a browser sends back to one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from risico import choosing
from risico.instrument import Instrument
from risico.instrument.conditions import Code
from risico.instrument.lists import OLDEST
from risico.instrument.model import NumberContext
from risico.pages.context import context_label, value_label
from risico.pages.parts import capital
from risico.scoring.answers import AGE, NOT_ASKED
from risico.web.wording import Say
from risico.words import pick

LONGEST: Final = 60  # characters of one answer: a code or a number
UNKNOWN: Final = "unknown"
OWN: Final = ("small", "moderate", "great", "cannot_tell")
"""The answers of the own judgement."""


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen: what is sent, what is read, the key that chooses it while its question has the
    focus, and whether it says that nothing is known.
    """

    value: str
    label: str
    key: str = ""
    open: bool = False


@dataclass(frozen=True)
class Question:
    """One question of the page; without choices a number is filled in, from `low` to `high`."""

    field: str
    number: str
    label: str
    definition: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None


def questions(it: Instrument, say: Say) -> tuple[Question, ...]:
    """Return the questions of a form, in the order of the official form."""
    found: list[Question] = []
    for name, item in it.items.items():
        of, codes = it.answer_set(name), it.codes(name)
        label, definition, example = (pick(text, say.language) for text in (item.label, item.definition, item.example))
        asked = Question(f"{it.id}_{name}", name if name[:1].isdigit() else "", label, definition, example)
        if codes is None:
            low, high = of.number or (None, None)
            found.append(replace(asked, low=low, high=high))
            continue
        words = of.codes or {}
        keys = keys_of(codes)
        shown = [Choice(str(code), _spoken(words.get(code), code, say), keys[code]) for code in codes]
        found.append(replace(asked, choices=(*shown, *_unanswered(it, say))))
    return tuple(found)


def keys_of(codes: Sequence[Code]) -> dict[Code, str]:
    """Return the key of each code: its own digit where the form prints one for each, else its place from 1.

    A key that means another number than the paper says would be a wrong answer at the speed of typing.

    >>> keys_of((0, 1, 2)), keys_of(("yes", "no")), keys_of((0, 10))
    ({0: '0', 1: '1', 2: '2'}, {'yes': '1', 'no': '2'}, {0: '', 10: ''})
    """
    printed = [str(code) for code in codes]
    if all(len(text) == 1 and text.isdigit() for text in printed):
        return dict(zip(codes, printed, strict=True))
    placed = len(codes) < 10 and not any(text.lstrip("-").isdigit() for text in printed)
    return {code: str(place) if placed else "" for place, code in enumerate(codes, 1)}


def _spoken(words: Any, code: object, say: Say) -> str:
    text = pick(words, say.language)
    return f"{text} ({code})" if text and str(code).isdigit() else text or str(code)


def _unanswered(it: Instrument, say: Say) -> Iterator[Choice]:
    """Not known and not asked are answers of their own: neither is a no."""
    for code in it.missing_codes:
        if isinstance(code, str):
            yield Choice(code, say("missing", code), say("keys", code) if code == UNKNOWN else "", open=True)
    yield Choice(NOT_ASKED, say("missing", NOT_ASKED), say("keys", NOT_ASKED), open=True)


def about(it: Instrument, say: Say) -> tuple[Question, ...]:
    """Return what must be known beside the answers: the context that rules and levels ask for, and the age."""
    found: list[Question] = []
    for name, allowed in it.context.items():
        if isinstance(allowed, NumberContext):
            low, high = allowed.number
            found.append(Question(name, "", capital(context_label(name, say.language)), low=low, high=high))
        else:
            shown = tuple(Choice(value, value_label(value, say.language), str(i)) for i, value in enumerate(allowed, 1))
            none = Choice("", say("missing", "not_given"), open=True)
            found.append(Question(name, "", capital(context_label(name, say.language)), choices=(*shown, none)))
    if it.applies.age is not None and AGE not in it.context:
        found.append(Question(AGE, "", capital(context_label(AGE, say.language)), low=0, high=OLDEST))
    return tuple(found)


def form_of(fields: Mapping[str, str], asked: tuple[Question, ...]) -> dict[str, Any]:
    """Return one form: every question that was asked, None where nothing was answered.

    What is no answer of a question stays as it was sent, for scoring to refuse: nothing is made better here.
    """
    form: dict[str, Any] = {}
    for question in asked:
        text = fields.get(question.field, "")[:LONGEST].strip()
        form[question.field] = text.replace(",", ".") if text and not question.choices else text or None
    return form


def answered(form: Mapping[str, Any], asked: tuple[Question, ...]) -> int:
    """Count the questions that have an answer; that something is not known is an answer too."""
    return sum(form.get(question.field) is not None for question in asked)


def own_first(it: Instrument) -> bool:
    """Whether a professional's own judgement of the danger is asked before the form says anything."""
    who = choosing.words()["informants"].get(it.informant, {}).get("who", ())
    return it.kind == "instrument" and it.status == "computed" and it.model == "formative" and "professional" in who


def live(it: Instrument) -> bool:
    """Whether a result may be seen while filling in: of outcome lists alone, as a sum on the way steers answers."""
    return it.model == "reflective" and it.status == "computed"
