"""What is of one person alone: what that person filled in and put in the file; nothing that another said of them."""

from __future__ import annotations

from collections.abc import Sequence

from risico.dossier import view
from risico.dossier.bodies import Explained, Statement
from risico.dossier.entries import Entry
from risico.instrument import catalogue, load


def own_forms(entries: Sequence[Entry], person: str) -> list[Entry]:
    """Return the finished forms that a person filled in about themself.

    A form that a parent, a professional or a second rater filled in about this person is not theirs.
    """
    return [entry for entry in view.forms(entries) if entry.about == person and _by_self(entry)]


def statements(entries: Sequence[Entry], person: str) -> list[Entry]:
    """Return what a person put in the file: own statement, request for correction, complaint, objection."""
    return [entry for entry in entries if isinstance(entry.body, Statement) and entry.about == person]


def explained(entries: Sequence[Entry], person: str) -> list[Entry]:
    """Return the explanations that were asked for a person, also those that were not released."""
    return [entry for entry in entries if isinstance(entry.body, Explained) and entry.about == person]


def _by_self(entry: Entry) -> bool:
    body = entry.body
    if body.position != "first" or body.instrument not in catalogue():
        return False
    it = load(body.instrument)
    return it.informant == "self" if "informant" not in it.context else body.context.get("informant") == "self"
