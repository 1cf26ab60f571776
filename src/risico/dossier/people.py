"""Who works in a store: a code, a role, a team and a password of which only a hash is kept.

People stand in the store as entries like all else, so it is known who let whom in, and when. They belong to no case.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from risico.dossier.bodies import Account
from risico.dossier.entries import Entry
from risico.dossier.store import Store
from risico.errors import MissingExtra, Refused, UsageError

PEOPLE: Final = "people"
"""Stands where a case stands in an entry; no case is called so, as theirs are random."""
TERMINAL: Final = "terminal"
ROLES: Final = ("rater", "reviewer", "researcher", "expert", "administrator")
SHORTEST, LONGEST = 12, 200
CODE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who may come in; `once` where the password was given by another and has to be replaced first.

    `number` is the entry in which this was written: where it is no longer the latest, something changed.
    """

    code: str
    role: str
    team: str
    once: bool
    inside: bool
    secret: str
    number: int


def people(store: Store) -> dict[str, Person]:
    """Return everybody by code, also who may no longer come in."""
    return {entry.about or "": _person(entry) for entry in store.current(PEOPLE, {"account"})}


def add_person(store: Store, code: str, role: str, *, team: str = "", by: str) -> str:
    """Let somebody in and return the password with which that person comes in once and chooses an own one.

    Raises UsageError for a code, role or team that cannot be, Refused for a code that is there already. A code that
    was blocked is not given to somebody else: what was written under it would become another person's.
    """
    _check(code, role, team)
    with store.writing() as db:
        if any(entry.about == code for entry in store.entries(PEOPLE)):
            raise Refused("That code is in use, or was. Choose another one: a code stays with the person who had it.")
        word = _given()
        body = Account(role=role, team=team, secret=_hash(word), once=True)  # type: ignore[arg-type]
        store.added(db, body, case=PEOPLE, by=by, about=code, replaces=None)
    return word


def renew(store: Store, code: str, *, by: str) -> str:
    """Give a new password to who lost the own one, and return it. Raises UsageError for who is not there."""
    word = _given()
    _replaced(store, code, by, secret=_hash(word), once=True, inside=True)
    return word


def block(store: Store, code: str, *, by: str) -> None:
    """Let somebody in no longer; sessions end at the next page. Raises UsageError for who is not there."""
    _replaced(store, code, by, inside=False)


def choose(store: Store, code: str, password: str) -> None:
    """Replace the password of somebody by one of the own choice.

    Raises UsageError for one of under 12 or over 200 characters, or that holds the code.
    """
    if not SHORTEST <= len(password) <= LONGEST or code in password.lower():
        raise UsageError(f"A password has {SHORTEST} to {LONGEST} characters and does not hold your code.")
    _replaced(store, code, code, secret=_hash(password), once=False)


def known(store: Store, code: str, password: str) -> Person | None:
    """Return who this is; None for a wrong password, for who is blocked and for who is not there.

    A hash is compared in each of these, so that the time of the answer does not tell which codes there are.
    """
    found = people(store).get(code)
    right = _same(found.secret if found else nobody(), password[:LONGEST])
    return found if found and found.inside and right else None


def _replaced(store: Store, code: str, by: str, **changed: Any) -> None:
    entry = next((e for e in store.current(PEOPLE, {"account"}) if e.about == code), None)
    if entry is None:
        raise UsageError("There is nobody with that code here. Look at the list of people.")
    body = entry.body.model_copy(update=changed)
    store.add(body, case=PEOPLE, by=by, about=code, replaces=entry.number)


def _check(code: str, role: str, team: str) -> None:
    if not CODE.fullmatch(code) or code == TERMINAL:
        raise UsageError(
            "A code has 2 to 40 small letters, digits, points, hyphens or underscores. It stands with everything that "
            "person writes and stays there: take no full name."
        )
    if role not in ROLES:
        raise UsageError(f"There is no such role; choose one of: {', '.join(ROLES)}.")
    if role in ("rater", "reviewer") and not team.strip():
        raise UsageError("A rater and a reviewer work in a team, and see the cases of that team alone. Name it.")


def _person(entry: Entry) -> Person:
    body: Account = entry.body
    return Person(
        code=entry.about or "", role=body.role, team=body.team, once=body.once, inside=body.inside,
        secret=body.secret, number=entry.number,
    )  # fmt: skip


# passwords ----------------------------------------------------------------------------------------------------------


def _given() -> str:
    """Return a password that nobody chose: 100 bits, in groups that can be read out."""
    text = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(20))
    return "-".join(text[i : i + 5] for i in range(0, 20, 5))


@cache
def hasher() -> Any:
    """Return what hashes passwords: Argon2id with the settings of RFC 9106 for little memory.

    Raises MissingExtra without the extra `app`.
    """
    try:
        from argon2 import PasswordHasher
    except ImportError as error:
        raise MissingExtra("The page for a team", "app") from error
    return PasswordHasher()


@cache
def nobody() -> str:
    """Return the hash against which the password of nobody is compared."""
    return _hash(secrets.token_urlsafe(32))


def _hash(password: str) -> str:
    return hasher().hash(password)


def _same(secret: str, password: str) -> bool:
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return bool(hasher().verify(secret, password))
    except (Argon2Error, InvalidHashError):
        return False
