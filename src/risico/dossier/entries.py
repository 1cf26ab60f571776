"""What stands in the store: one entry per thing that was written, each with who, when and about whom."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from risico.strict import Frozen

Kind = Literal[
    "case", "member", "form", "judgement", "alert_seen", "phase", "sight", "analysis", "note", "statement", "shared",
    "explained", "retention",
    "read", "erased", "account", "practice",
]  # fmt: skip
KINDS: Final[dict[Kind, str]] = {
    "case": "a case was opened, or what stands of it was corrected",
    "member": "somebody of the household: code, role, age",
    "form": "answers of one form, with its instrument and version; help and follow-ups are forms of the library too",
    "judgement": "a reasoned judgement that differs from what a form says",
    "alert_seen": "an alert of a form was seen: what was done",
    "phase": "which phase, and why not further",
    "sight": "what is known of one person: seen, spoken to, alone …",
    "analysis": "a version of the explanation of what happens and what keeps it going",
    "note": "a note, with its kind",
    "statement": "own statement, request for correction, complaint, objection to use for research",
    "explained": "an explanation for one person: three questions, and whether it was given",
    "shared": "what was given to whom, on which ground",
    "retention": "how long a case is kept, by which term and why",
    "read": "somebody looked",
    "erased": "content was destroyed: of what and on which ground, without what it was",
    "account": "somebody may come in, with which role and team, or no longer; belongs to no case",
    "practice": "answers of one person to a practice case; belongs to no case",
}
"""What an entry can be."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry as it stands in the store.

    `number` is its place in the chain, `about` the code of a person (None: the whole case), `replaces` the entry that
    it corrects. `body` is what was written, of the class of its kind (`bodies`); None where it was erased.
    """

    number: int
    case: str
    about: str | None
    kind: Kind
    at: str
    by: str
    replaces: int | None
    body: Any


def as_text(body: Frozen) -> str:
    """Write a body so that the same body always gives the same text."""
    return json.dumps(body.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def seal(salt: bytes, text: str) -> str:
    """Return the fingerprint of a content with its salt: without the salt nobody can try which content it was."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def link(before: str, told: tuple[object, ...], sealed: str) -> str:
    """Return the fingerprint of an entry that holds all before it."""
    text = json.dumps([before, *told, sealed], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
