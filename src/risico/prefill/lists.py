"""The controlled lists: what an item can be about, what exactly it can ask, and what only looks the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from risico.instrument.model import Text
from risico.strict import Frozen, build, read_yaml

FILE = Path(__file__).parents[1] / "_rules" / "concepts.yaml"


class Concept(Frozen):
    """A theme or a question, with what counts as it."""

    title: Text
    definition: Text


class Question(Concept):
    """A narrow question; `subject` says that it is about somebody else or an event, which the form itself names."""

    subject: Literal["other", "event"] | None = None


class ShortForm(Frozen):
    """A form whose items are items of a longer one; `seen` says whether a source shows which."""

    long: str
    short: str
    seen: bool


class Differs(Frozen):
    """Two items that look the same, and what the one counts and the other does not."""

    items: tuple[str, str]
    why: Text


class Concepts(Frozen):
    """The lists; `reviewed` says whether a second person has read the table of pairs, `read` which table that was."""

    id: str
    version: int
    reviewed: bool
    read: str | None
    short_forms: tuple[ShortForm, ...]
    differs: tuple[Differs, ...]
    themes: dict[str, Concept]
    questions: dict[str, Question]

    @model_validator(mode="after")
    def _says_what_was_read(self) -> Self:
        if self.reviewed != (self.read is not None):
            raise ValueError("reviewed: true goes with the SHA-256 of the table that was read, false with read: null")
        return self

    def short_form(self, one: str, other: str) -> ShortForm | None:
        """Return how one of two instruments is a short form of the other; None where it is not listed as one."""
        return next((form for form in self.short_forms if {form.long, form.short} == {one, other}), None)

    def differ(self, one: str, other: str) -> Text | None:
        """Return why two items, named as their columns, are not the same question; None where that is not listed."""
        return next((listed.why for listed in self.differs if set(listed.items) == {one, other}), None)


@cache
def concepts() -> Concepts:
    """Return the controlled lists.

    >>> concepts().themes["suicidality_other"].title["en"]
    'suicidality of the other person'
    >>> concepts().differ("da5_2", "da_5")["en"]
    'The DA counts a threat only with a lethal weapon, the DA-5 with any weapon.'
    """
    return build(Concepts, read_yaml(FILE), FILE.name)
