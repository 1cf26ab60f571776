"""Two items on one subject, with the verdict whether the answer to one is an answer to the other, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from risico.instrument import Instrument, catalogue, load
from risico.instrument.variants import told_by
from risico.prefill.lists import concepts

Reason = Literal[
    "theme",
    "differs",
    "several",
    "informant",
    "unit",
    "version",
    "no_window",
    "window",
    "window_memory",
    "answers",
    "other",
    "event",
]
Verdict = Literal["carry", "wait", "ask"]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two items with one question, or else one theme (`about`); `why` holds every reason to ask again.

    `informants` are those of whom the form must say that it was one of them, where who fills in differs per form; empty
    where it does not. `short_form` says that a source shows one item to be taken from the other by the makers.
    """

    source: str
    item: str
    target: str
    to: str
    about: str
    why: tuple[Reason, ...]
    informants: tuple[str, ...] = ()
    short_form: bool = False

    @property
    def column(self) -> str:
        """Return the column that the answer comes from."""
        return f"{self.source}_{self.item}"

    @property
    def filled(self) -> str:
        """Return the column that the answer goes to."""
        return f"{self.target}_{self.to}"

    @property
    def question(self) -> bool:
        """Return whether both ask one narrow question; otherwise they only share a theme."""
        return "theme" not in self.why

    @property
    def verdict(self) -> Verdict:
        """Return `carry`; `wait` for a second person to read the table; or `ask` again."""
        if self.why:
            return "ask"
        return "carry" if self.short_form or concepts().reviewed else "wait"


def pairs(source: str | Path | Instrument, target: str | Path | Instrument) -> tuple[Pair, ...]:
    """Return every pair of items of two instruments with one question or theme, with all reasons to ask again.

    >>> [(pair.column, pair.filled, pair.verdict) for pair in pairs("phq9", "phq2")]
    [('phq9_1', 'phq2_1', 'carry'), ('phq9_2', 'phq2_2', 'carry')]
    >>> [(pair.column, pair.filled, pair.why) for pair in pairs("phq9", "epds")]
    [('phq9_9', 'epds_10', ('theme', 'version', 'window', 'answers'))]
    """
    one, other = load(source), load(target)
    found = ((item, to, _about(one, item, other, to)) for item in _named(one) for to in _named(other))
    return tuple(_pair(one, item, other, to, about) for item, to, about in found if about)


def table() -> Iterator[Pair]:
    """Yield the pairs of all instruments, each two instruments once: the verdict has no direction."""
    loaded = [it for it in map(load, catalogue()) if _named(it)]
    for place, one in enumerate(loaded):
        for other in loaded[place + 1 :]:
            yield from pairs(one, other)


def _named(it: Instrument) -> list[str]:
    """Return the items that name what they are about."""
    return [name for name, item in it.items.items() if item.concept or item.question]


def _about(one: Instrument, item: str, other: Instrument, to: str) -> str | None:
    """Return the question that two items share, else their theme."""
    mine, theirs = one.items[item], other.items[to]
    if mine.question is not None and mine.question == theirs.question:
        return mine.question
    return mine.concept if mine.concept == theirs.concept else None


def _pair(one: Instrument, item: str, other: Instrument, to: str, about: str) -> Pair:
    per_form = any("informant" in it.context for it in (one, other))
    short = concepts().short_form(one.id, other.id)
    return Pair(
        source=one.id,
        item=item,
        target=other.id,
        to=to,
        about=about,
        why=tuple(_why(one, item, other, to)),
        informants=tuple(sorted(_who(one) & _who(other))) if per_form else (),
        short_form=short is not None and short.seen,
    )


def _why(one: Instrument, item: str, other: Instrument, to: str) -> Iterator[Reason]:
    """Yield each reason not to carry an answer over."""
    name = one.items[item].question
    asked = concepts().questions.get(name) if name is not None and name == other.items[to].question else None
    if asked is None:
        yield "theme"
    elif any(sum(entry.question == name for entry in it.items.values()) > 1 for it in (one, other)):
        yield "several"
    if concepts().differ(f"{one.id}_{item}", f"{other.id}_{to}"):
        yield "differs"
    if not _who(one) & _who(other):
        yield "informant"
    if one.unit != other.unit:
        yield "unit"
    if told_by(one) or told_by(other):
        yield "version"
    yield from _time(one, item, other, to)
    if not _same_answers(one, item, other, to):
        yield "answers"
    if asked is not None and asked.subject is not None:
        yield asked.subject  # no form says who the other is, or which event it is: two partners are two questions


def _who(it: Instrument) -> set[str]:
    """Who can fill it in; what the form itself says of that comes before what the file says."""
    told = it.context.get("informant")
    return set(told) if isinstance(told, tuple) else {it.informant}


def _time(one: Instrument, item: str, other: Instrument, to: str) -> Iterator[Reason]:
    windows = one.window_of(item), other.window_of(to)
    if None in windows:
        yield "no_window"
    elif windows[0] != windows[1]:
        yield "window"
    elif not (one.window_seen_of(item) and other.window_seen_of(to)):
        yield "window_memory"


def _same_answers(one: Instrument, item: str, other: Instrument, to: str) -> bool:
    """The same codes with the same words in both languages, or the same measured ends; worse at the same end."""
    mine, theirs = one.answer_set(item), other.answer_set(to)
    same = mine.codes == theirs.codes and mine.number == theirs.number
    return same and one.worse(item) == other.worse(to)
