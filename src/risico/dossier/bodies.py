"""What can be written of a case, each kind with its own fields: nothing that is not asked for can be kept.

No name, citizen number, address or date of birth has a field: a case has its own number, a person a code and a role.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from risico.dossier.entries import Kind
from risico.strict import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Day = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Cell = str | int | float | None
YesNo = Literal["yes", "no", "unknown"]
Own = Literal["small", "moderate", "great", "cannot_tell"]

ROLES: Final = {
    "child": "k", "parent": "o", "partner": "p", "ex_partner": "x", "older_person": "s", "caregiver": "v",
    "other_adult": "a",
}  # fmt: skip
"""The roles in a household, each with the letter of its codes (k1: the first child, kind)."""
ASPECTS: Final = ("seen", "spoken_to", "alone", "at_home", "own_words", "worries", "harm")
PHASES: Final = ("direct_safety", "stable_safety", "recovery")
NOTE_KINDS: Final = ("fact", "statement", "told_differently", "not_yet_asked", "not_safe_to_ask")
SECTIONS: Final = ("what_happens", "for_whom", "keeps_going", "protects", "each_says", "not_known")
STATEMENTS: Final = ("own_statement", "correction", "complaint", "objection_research")


class Case(Frozen):
    """A case: the number that the own system gave it, and where teams share a store the team that may see it."""

    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    team: Line = ""


class Member(Frozen):
    """Somebody of the household, by role and age."""

    role: Literal["child", "parent", "partner", "ex_partner", "older_person", "caregiver", "other_adult"]
    age: int | None = Field(None, ge=0, le=120)


class Noted(Frozen):
    """A note at one question of a form: what kind of knowing it is, and of whom."""

    kind: Literal["fact", "statement", "told_differently", "not_yet_asked", "not_safe_to_ask"]
    by_whom: Line = ""
    text: Words = ""


class Filled(Frozen):
    """One filled-in form.

    `answers` are columns of the instrument, `context` what travels with a score (who filled in, alone, interpreter);
    `carried` the columns whose answer came from an earlier form. `draft`: not finished, and no result. `results` are
    the scores as they were given, with `file`, the fingerprint of the instrument's file, so that it can be shown later
    whether they would be the same now. `own` is the judgement of the rater before any result was seen: it is kept in
    one stroke with the results. `tab` tells two windows apart that have the same form open, `turn` which answers of one
    of them came later.
    """

    instrument: str
    version: int
    file: str
    moment: Line = ""
    position: Literal["first", "second", "joint"] = "first"
    discipline: Line = ""
    organisation: Line = ""
    training: Line = ""
    answers: dict[str, Cell]
    context: dict[str, Cell] = {}
    carried: tuple[str, ...] = ()
    notes: dict[str, Noted] = {}
    draft: bool = True
    tab: Line = ""
    turn: int = 0
    own: Own | None = None
    results: dict[str, Any] = {}


class Judgement(Frozen):
    """A reasoned judgement that differs from what a form says (beargumenteerd afwijken): beside its result, never
    instead of it. With `beside`, the other ratings of the same form, it is a joint judgement of the raters.
    """

    form: int
    own: Own
    why: Said
    beside: tuple[int, ...] = ()


class AlertSeen(Frozen):
    """An alert of a form that somebody saw, and what was done."""

    form: int
    alert: str
    done: Said


class Phase(Frozen):
    """The phase of a case, decided by the team, and why not further."""

    phase: Literal["direct_safety", "stable_safety", "recovery"]
    why_not_further: Words = ""


class Sight(Frozen):
    """One cell of what is known of a person."""

    aspect: Literal["seen", "spoken_to", "alone", "at_home", "own_words", "worries", "harm"]
    answer: YesNo
    text: Words = ""


class Analysis(Frozen):
    """One version of the explanation of a case, in sections."""

    sections: dict[Literal["what_happens", "for_whom", "keeps_going", "protects", "each_says", "not_known"], Words]


class Note(Noted):
    """A note about a person or the case."""


class Statement(Frozen):
    """One of the four things that a person can put in a file, which are not the same."""

    what: Literal["own_statement", "correction", "complaint", "objection_research"]
    on: Day
    text: Words = ""


class Explained(Frozen):
    """An explanation for one person: the three questions before it is given, and what was written for this person.

    `safe`: it is safe for this person to have it; `others_read`: another member could read it; `agreed`: who asked for
    it or agreed. `forms` are what it tells of.
    """

    safe: Literal["yes", "no"]
    others_read: Literal["yes", "no"]
    agreed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    language: Literal["nl", "en"] = "nl"
    next: Words = ""
    yourself: Words = ""
    helpers: Words = ""
    forms: tuple[int, ...] = ()

    @property
    def released(self) -> bool:
        """Whether it may be given."""
        return self.safe == "yes" and self.others_read == "no"


class Shared(Frozen):
    """What was given to somebody: to whom, on which ground, and which parts."""

    receiver: Line
    ground: Line
    parts: tuple[Line, ...]


class Retention(Frozen):
    """How long a case is kept: a term of the table, the day from which it counts, and why this one.

    `not_before`: a later day that the term names besides, as the youngest child's coming of age.
    """

    term: Line
    counts_from: Day
    not_before: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    why: Said


class Read(Frozen):
    """Somebody looked, and at what."""

    page: Line


class Erased(Frozen):
    """What was destroyed, without what it was."""

    what: Literal["case", "person"]
    ground: Line
    contents: int


class Account(Frozen):
    """Somebody who may come in: role, team, and the hash of a password (`people`)."""

    role: Literal["rater", "reviewer", "researcher", "expert", "administrator"]
    team: Line = ""
    secret: Line
    once: bool = False
    inside: bool = True


class Practised(Frozen):
    """The answers of one person to a practice case, by question; given before anything else was seen."""

    vignette: Line
    team: Line = ""
    answers: dict[str, YesNo]


BODIES: Final[Mapping[Kind, type[Frozen]]] = {
    "case": Case,
    "member": Member,
    "form": Filled,
    "judgement": Judgement,
    "alert_seen": AlertSeen,
    "phase": Phase,
    "sight": Sight,
    "analysis": Analysis,
    "note": Note,
    "statement": Statement,
    "explained": Explained,
    "shared": Shared,
    "retention": Retention,
    "read": Read,
    "erased": Erased,
    "account": Account,
    "practice": Practised,
}
"""The fields of each kind of entry."""
