"""A new instrument file from a few questions: what they cannot settle is left for the hand, and said so in the file.

The file passes the loader as it is written. It has no vectors: those are worked out by somebody who has not seen it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from risico.errors import UsageError
from risico.instrument.checks import SLUG

Kind = Literal["text", "choice", "list", "pairs", "yes"]


@dataclass(frozen=True)
class Question:
    """One question of `risico new`: its name, its words, how the answer is written, and what holds without one."""

    name: str
    nl: str
    en: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    default: str | None = None


QUESTIONS = (
    Question("title_nl", "Naam van het instrument, in het Nederlands", "Name of the instrument, in Dutch"),
    Question("title_en", "Naam in het Engels", "Name in English"),
    Question("domain", "Waarover gaat het (een woord, bijvoorbeeld mental_health)", "What it is about (one word)"),
    Question("informant", "Wie vult het in", "Who fills it in", "choice", ("self", "parent", "victim", "professional")),
    Question(
        "model",
        "Zijn de vragen tekens van een ding (reflective) of onderdelen ervan (formative)",
        "Are the items signs of one thing (reflective) or parts of it (formative)",
        "choice",
        ("reflective", "formative"),
    ),
    Question("age", "Voor welke leeftijd (bijvoorbeeld 18-120)", "For which ages (such as 18-120)", default="0-120"),
    Question("licence", "Welke licentie (een woord, bijvoorbeeld free)", "Which licence (one word, such as free)"),
    Question(
        "electronic",
        "Mag het op een scherm",
        "May it be used on a screen",
        "choice",
        ("allowed", "licence_needed", "not_allowed", "unknown"),
        "unknown",
    ),
    Question("qualification_nl", "Wie mag het afnemen en lezen, in het Nederlands", "Who may use it, in Dutch"),
    Question("qualification_en", "Idem in het Engels", "The same in English"),
    Question(
        "codes",
        "Antwoorden: code=nederlands/engels, gescheiden door ; (0=nooit/never; 1=soms/sometimes)",
        "Answers: code=dutch/english, separated by ; (0=nooit/never; 1=soms/sometimes)",
        "pairs",
    ),
    Question(
        "worse", "Welk eind van de antwoorden is slechter", "Which end is worse", "choice", ("high", "low"), "high"
    ),
    Question(
        "items",
        "Vragen in eigen korte woorden: nederlands/engels, gescheiden door ;",
        "Items in short words of your own: dutch/english, separated by ;",
        "list",
    ),
    Question("reversed", "Nummers van omgekeerde vragen (2, 5)", "Numbers of reversed items (2, 5)", default=""),
    Question(
        "rule", "Is de score een som of een gemiddelde", "Is it a sum or a mean", "choice", ("sum", "mean"), "sum"
    ),
    Question(
        "blanks",
        "Hoeveel vragen ten minste beantwoord om op te hogen (leeg: bij een lege vraag geen score)",
        "How many items answered at least to prorate (empty: no score with a blank)",
        default="",
    ),
    Question(
        "levels",
        "Niveaus: ondergrens=nederlands/engels, gescheiden door ; (0=laag/low; 10=verhoogd/raised), leeg: geen",
        "Levels: lower bound=dutch/english, separated by ; (0=laag/low; 10=verhoogd/raised), empty: none",
        default="",
    ),
    Question(
        "source",
        "Waar staat de scoringsregel (titel, jaar, bladzijde)",
        "Where does the rule stand (title, year, page)",
    ),
    Question("seen", "Hebt u die zelf gelezen", "Did you read it yourself", "yes", ("yes", "no"), "no"),
)


def ask(answer: Callable[[Question], str], given: dict[str, str]) -> dict[str, str]:
    """Add the answers to all questions to `given`; an empty answer takes the default, what cannot be is asked again."""
    for question in QUESTIONS:
        while True:
            text = answer(question).strip() or (question.default if question.default is not None else "")
            if (text or question.default is not None) and (not question.choices or text in question.choices):
                given[question.name] = text
                break
    return given


def start(id_: str, given: Mapping[str, Any]) -> str:
    """Return the text of an instrument file. Raises UsageError where an answer is missing or cannot be read.

    >>> from risico.strict import read_yaml
    >>> given = {q.name: "x" if q.default is None else q.default for q in QUESTIONS}
    >>> given |= {"codes": "0=nee/no; 1=ja/yes", "items": "bang/afraid; boos/angry", "levels": "0=low; 1=raised"}
    >>> given |= {"informant": "self", "model": "reflective"}
    >>> read_yaml(start("mine", given))["scores"]["total"]["range"]
    [0, 2]
    """
    if not SLUG.fullmatch(id_):
        raise UsageError(f"'{id_}' cannot be an id: lower case letters, digits and single underscores.")
    said = _complete(given)
    codes = {_whole(code, "codes"): _two(words) for code, words in _pairs(said["codes"], "codes").items()}
    items = [_two(words) for words in said["items"].split(";") if words.strip()]
    turned = {part.strip() for part in said["reversed"].split(",") if part.strip()}
    numbers = [str(place + 1) for place in range(len(items))]
    if not codes or not items or not turned <= set(numbers):
        raise UsageError("codes and items cannot be empty, and reversed names items by their number.")
    return "\n".join(
        (*_head(id_, said), *_answers(codes, said), *_items(items, turned, said), *_rest(said, codes, numbers))
    )


def _complete(given: Mapping[str, Any]) -> dict[str, str]:
    names = [question.name for question in QUESTIONS]
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise UsageError(f"{', '.join(unknown)}: not asked. The questions are: {', '.join(names)}.")
    said = {q.name: str(given.get(q.name, q.default if q.default is not None else "")).strip() for q in QUESTIONS}
    for question in QUESTIONS:
        text = said[question.name]
        if not text and question.default != "":
            raise UsageError(f"{question.name}: no answer was given to '{question.en}'.")
        if question.choices and text not in question.choices:
            raise UsageError(f"{question.name}: '{text}' is none of {', '.join(question.choices)}.")
    return said


def _head(id_: str, said: Mapping[str, str]) -> list[str]:
    low, _, high = said["age"].partition("-")
    ages = f"[{_whole(low, 'age')}, {_whole(high, 'age')}]"
    return [
        "# Started with `risico new`. Left to do by hand: nl_status and its source, not_for, limits, evidence, alerts,",
        "# and `speaks: decision` or `speaks: diagnosis` on a result that is easily taken for one.",
        "# Vectors are worked out from the source by somebody who has not seen this file.",
        f"id: {id_}",
        "version: 1",
        "kind: instrument",
        "unit: person",
        "status: computed",
        f"model: {said['model']}",
        f"title: {_both(said['title_nl'], said['title_en'])}",
        f"domain: {_quoted(said['domain'])}",
        f"informant: {said['informant']}",
        "nl_status: {value: none, source: memory}",
        "administer: official_form",
        f"licence: {{kind: {_quoted(said['licence'])}, electronic: {said['electronic']}}}",
        f"qualification: {_both(said['qualification_nl'], said['qualification_en'])}",
        f"applies: {{age: {ages}, not_for: []}}",
    ]


def _answers(codes: Mapping[int, tuple[str, str]], said: Mapping[str, str]) -> list[str]:
    lines = ["answers:", "  answer:", "    codes:"]
    lines += [f"      {code}: {_both(*words)}" for code, words in codes.items()]
    return [*lines, f"    worse: {said['worse']}", "missing_codes: [unknown]"]


def _items(items: list[tuple[str, str]], turned: set[str], said: Mapping[str, str]) -> list[str]:
    """A reversed item has its worse end at the other side, so that a reversal too many is caught."""
    other = {"high": "low", "low": "high"}[said["worse"]]
    lines = ["items:"]
    for place, words in enumerate(items, start=1):
        reverse = f", reverse: true, worse: {other}" if str(place) in turned else ""
        lines.append(f'  "{place}": {{label: {_both(*words)}, answers: answer{reverse}, data: special}}')
    return lines


def _rest(said: Mapping[str, str], codes: Mapping[int, tuple[str, str]], numbers: list[str]) -> list[str]:
    name, ends = ("total", (min(codes), max(codes))) if said["rule"] == "sum" else ("mean", (min(codes), max(codes)))
    if said["rule"] == "sum":
        ends = (ends[0] * len(numbers), ends[1] * len(numbers))
    answered = said["blanks"]
    missing = f"{{answered: {_whole(answered, 'blanks')}, then: prorate}}" if answered else "{then: none}"
    lines = ["scores:", f"  {name}:", f"    rule: {said['rule']}", f"    of: {json.dumps(numbers)}"]
    lines += [f"    missing: {missing}", f"    higher_is: {'worse' if said['worse'] == 'high' else 'better'}"]
    lines += [f"    range: [{ends[0]}, {ends[1]}]", "    source: rule"]
    levels = _pairs(said["levels"], "levels")
    if levels:
        lines += ["bands:", "  band:", f"    of: {name}", "    source: rule", "    levels:"]
        lines += [_level(_number(low), *_two(words)) for low, words in levels.items()]
    seen = "true" if said["seen"] == "yes" else "false"
    return [*lines, f"sources: {{rule: {{cite: {_quoted(said['source'])}, seen: {seen}}}}}", "vectors: []", ""]


def _level(low: str, dutch: str, english: str) -> str:
    """One level: a name for its column, made of the English words, and words for who reads it."""
    name = re.sub("[^a-z0-9]+", "_", english.lower()).strip("_")
    return f"      - {{from: {low}, name: {_quoted(name)}, meaning: {_both(dutch, english)}}}"


def _pairs(text: str, name: str) -> dict[str, str]:
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    if not all(left.strip() and sign and right.strip() for left, sign, right in parts):
        raise UsageError(f"{name}: write each as number=words, separated by semicolons.")
    return {left.strip(): right.strip() for left, _, right in parts}


def _two(words: str) -> tuple[str, str]:
    """Dutch and English beside a stroke; one language stands for both."""
    dutch, _, english = words.partition("/")
    return dutch.strip(), english.strip() or dutch.strip()


def _whole(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"{name}: '{text.strip()}' is not a whole number.") from None


def _number(text: str) -> str:
    try:
        return f"{float(text.replace(',', '.')):g}"
    except ValueError:
        raise UsageError(f"levels: '{text}' is not a number.") from None


def _both(dutch: str, english: str) -> str:
    return f"{{nl: {_quoted(dutch)}, en: {_quoted(english)}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
