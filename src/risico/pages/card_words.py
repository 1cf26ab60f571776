"""What the sections of an instrument card share: their place, and a name for what carries no form."""

from __future__ import annotations

from risico.instrument import Instrument
from risico.instrument.model import MEMORY
from risico.pages.parts import Section
from risico.pages.published import Published, say, words
from risico.pages.told import Told
from risico.words import Language, pick


def plain(it: Instrument, language: Language) -> Told:
    """Return the instrument without any form, to say its titles and conditions with the words of an explanation."""
    return Told(it, language, {}, {}, {}, {})


def section(key: str, language: Language, **parts: object) -> Section:
    """Return a section of a card by its place in the order."""
    return Section(title=say("sections", key, language), **parts)  # type: ignore[arg-type]


def kind(it: Instrument, language: Language) -> str:
    """Say what kind of file it is."""
    return say("kind", it.kind, language) if it.status != "recorded" else say("kind", "recorded", language)


def licence_label(it: Instrument, language: Language) -> str:
    """Say what kind of licence it has."""
    return pick(words()["licence"].get(it.licence.kind), language) or it.licence.kind.replace("_", " ")


def measures(it: Instrument) -> bool:
    """Return whether the file is of an instrument, also where only its official result is kept."""
    return it.kind == "instrument" or it.status == "recorded"


def recalled(source: str, language: Language) -> str:
    """Mark what comes from memory."""
    return f" [{say('marks', 'memory', language)}]" if source == MEMORY else ""


def named(it: Instrument, one: Published, language: Language) -> str:
    """Name a published number: the measure, and of which score."""
    of = one.entry.of
    title = plain(it, language).title(of) if of in it.scores else (of or "").replace("_", " ")
    return one.label(it, language) + (f", {title}" if title else "")
