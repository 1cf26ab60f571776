"""One answer, asked once: what one form already says is carried over to another, only where it is the same question.

Carried over is an answer to an item with the same concept, one that is narrow enough to be one question, asked by the
same kind of informant, about the same declared stretch of time, with the same codes in the same words. Anything else
is asked again. What is not declared is not the same: without a declared stretch of time nothing is carried over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from risico.errors import UsageError
from risico.instrument import Instrument, catalogue, load
from risico.instrument.model import Text
from risico.strict import Frozen, build, read_yaml

FILE = Path(__file__).parent / "_rules" / "concepts.yaml"
Reason = Literal["theme", "several", "informant", "unit", "no_window", "window", "answers"]


class Concept(Frozen):
    """What an item can be about. A `theme` is never carried over, a `question` can be."""

    kind: Literal["theme", "question"]
    title: Text
    definition: Text


class Concepts(Frozen):
    """The controlled list; `reviewed` says whether a second person has read the table of pairs."""

    id: str
    version: int
    reviewed: bool
    concepts: dict[str, Concept]


@cache
def concepts() -> Concepts:
    """Return the controlled list of what items are about.

    >>> concepts().concepts["suicidality_other"].title["en"]
    'suicidality of the other person'
    """
    return build(Concepts, read_yaml(FILE), FILE.name)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two items with one concept; `why` holds every reason not to carry the answer over, empty when it is carried."""

    source: str
    item: str
    target: str
    to: str
    concept: str
    why: tuple[Reason, ...]

    @property
    def carried(self) -> bool:
        """Return whether the answer is carried over."""
        return not self.why


@dataclass(frozen=True, kw_only=True)
class Carried:
    """The answers carried over to the columns of the target, and for each the column that it came from."""

    answers: Mapping[str, Any]
    origin: Mapping[str, str]

    @property
    def mark(self) -> str:
        """Return the mark that goes with the form: `da_5 = da5_2; …`."""
        return "; ".join(f"{to} = {source}" for to, source in self.origin.items())


def pairs(source: str | Path | Instrument, target: str | Path | Instrument) -> tuple[Pair, ...]:
    """Return every pair of items of two instruments that have one concept, with the verdict and all its reasons.

    >>> [(pair.item, pair.to, pair.why) for pair in pairs("phq9", "epds")]
    [('9', '10', ('theme', 'no_window', 'answers'))]
    """
    one, other = load(source), load(target)
    return tuple(
        Pair(
            source=one.id,
            item=item,
            target=other.id,
            to=to,
            concept=mine.concept,
            why=tuple(_why(one, item, other, to)),
        )
        for item, mine in one.items.items()
        for to, theirs in other.items.items()
        if mine.concept is not None and mine.concept == theirs.concept
    )


def table() -> Iterator[Pair]:
    """Yield the pairs of all instruments that can be loaded, each instrument with each other one."""
    loaded = [it for it in map(load, catalogue()) if any(item.concept for item in it.items.values())]
    for one in loaded:
        for other in loaded:
            if one.id != other.id:
                yield from pairs(one, other)


def prefill(source: str | Path | Instrument, target: str | Path | Instrument, form: Mapping[str, Any]) -> Carried:
    """Return what a form of `source` already answers of `target`.

    A blank or unknown answer is not carried over, nor is one that the source does not know, and an item that the form
    holds already for the target keeps its answer. Raises UsageError for twice the same instrument.
    """
    one, other = load(source), load(target)
    if one.id == other.id:
        raise UsageError(f"{one.id} and {other.id} are one instrument; a second moment is asked anew.")
    answers: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for pair in pairs(one, other):
        column, to = f"{one.id}_{pair.item}", f"{other.id}_{pair.to}"
        value = form.get(column)
        if pair.carried and _is_answer(one, pair.item, value) and form.get(to) is None:
            answers[to], origin[to] = value, column
    return Carried(answers=answers, origin=origin)


def _why(one: Instrument, item: str, other: Instrument, to: str) -> Iterator[Reason]:
    """Yield each reason not to carry an answer over."""
    concept = one.items[item].concept or ""
    known = concepts().concepts.get(concept)
    if known is None or known.kind == "theme":
        yield "theme"
    elif any(sum(entry.concept == concept for entry in it.items.values()) > 1 for it in (one, other)):
        yield "several"
    if one.informant != other.informant or any("informant" in it.context for it in (one, other)):
        yield "informant"
    if one.unit != other.unit:
        yield "unit"
    windows = one.window_of(item), other.window_of(to)
    if None in windows:
        yield "no_window"
    elif windows[0] != windows[1]:
        yield "window"
    if not _same_answers(one, item, other, to):
        yield "answers"


def _same_answers(one: Instrument, item: str, other: Instrument, to: str) -> bool:
    """The same codes with the same words in both languages, or the same measured ends; worse at the same end."""
    mine, theirs = one.answer_set(item), other.answer_set(to)
    same = mine.codes == theirs.codes and mine.number == theirs.number
    return same and one.worse(item) == other.worse(to)


def _is_answer(it: Instrument, item: str, value: Any) -> bool:
    if value is None or value != value or isinstance(value, bool):
        return False
    codes, ends = it.codes(item), it.answer_set(item).number
    if ends is not None:
        return isinstance(value, int | float) and ends[0] <= value <= ends[1]
    return any(str(value) == str(code) or value == code for code in codes or ())
