"""What is wrong with an instrument file, in the language of who reads it.

A check says its mistakes in English, with their place in the file. Here the words of each have their Dutch, and what
was filled in keeps its place in them. What has none yet stays English: a mistake in another language is still told.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from risico.errors import BrokenInstrument
from risico.strict import read_yaml
from risico.words import Language

LETTER = re.compile(r"\{([a-d])\}")
NEAR = re.compile(r" Did you mean '(.+)'\?$")
VECTOR = re.compile(r"(?P<place>vectors\[\d+\] \(.*?\)):? (?P<body>(?:there is|disagrees).+)", re.S)


class Pair(NamedTuple):
    """The words of one mistake: how the English is recognised, and the Dutch with a letter for each part filled in."""

    english: re.Pattern[str]
    dutch: str


def in_language(broken: BrokenInstrument, language: Language) -> BrokenInstrument:
    """Return the same mistakes in the language asked for."""
    if language == "en":
        return broken
    return BrokenInstrument(broken.where, [dutch(mistake) or mistake for mistake in broken.mistakes])


def dutch(mistake: str) -> str | None:
    """Return a mistake in Dutch, or None where there are no words for it.

    >>> dutch("items.c.answers: there is no answer set 'oftn'. Sets are: often. Did you mean 'often'?")
    "items.c.answers: er is geen reeks antwoorden 'oftn'. Reeksen zijn: often. Bedoelde u 'often'?"
    """
    near = NEAR.search(mistake)
    told = mistake[: near.start()] if near else mistake
    placed = VECTOR.fullmatch(told) or re.fullmatch(r"(?P<place>.+?): (?P<body>.+)", told, re.S)
    found = _said(placed["body"]) if placed else None
    if placed and found is not None:
        found = f"{re.sub(r'^line (?=[0-9]+$)', 'regel ', placed['place'])}: {found}"
    else:
        found = _said(told)
    return found + (f" Bedoelde u '{near[1]}'?" if near else "") if found is not None else None


def _said(body: str) -> str | None:
    for pair in _pairs():
        match = pair.english.fullmatch(body)
        if match:
            parts = match.groupdict()
            return LETTER.sub(lambda letter, parts=parts: parts[letter[1]].replace(" or ", " of "), pair.dutch)
    return None


@cache
def _pairs() -> tuple[Pair, ...]:
    """The pairs, those with the most words of their own first: they say the most."""
    told: list[dict[str, str]] = read_yaml(Path(__file__).parent / "mistakes.yaml")
    told.sort(key=_own)
    return tuple(Pair(_pattern(pair["en"]), pair["nl"]) for pair in told)


def _own(pair: dict[str, str]) -> int:
    return -len(LETTER.sub("", pair["en"]))


def _pattern(words: str) -> re.Pattern[str]:
    parts = LETTER.split(words)
    text = [re.escape(part) if i % 2 == 0 else f"(?P<{part}>.+?)" for i, part in enumerate(parts)]
    return re.compile("".join(text), re.S)
