"""Who is in, for how long, and how often somebody may guess. In memory alone: a program that stops ends it all."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

IDLE: Final = 15 * 60.0
"""Seconds without a page after which a session ends: a screen that was left is a screen that others read."""
LONGEST: Final = 10 * 3600.0
"""Seconds after which a session ends whatever is done: a working day."""
TRIES_ACCOUNT, TRIES_ADDRESS, WINDOW = 5, 30, 15 * 60.0
MOST_KEPT: Final = 10_000


@dataclass
class Session:
    """One person in one browser; `number` is the entry that said who this is when the session began."""

    code: str
    number: int
    began: float
    seen: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))


@dataclass
class Sessions:
    """The sessions of one program, by the fingerprint of their word: who reads the memory of a page has no word."""

    kept: dict[str, Session] = field(default_factory=dict[str, Session])

    def begin(self, code: str, number: int) -> str:
        """Begin a session under a word that nobody had before, and return the word."""
        now = time.monotonic()
        self.kept = {name: one for name, one in self.kept.items() if not _over(one, now)}
        word = secrets.token_urlsafe(32)
        self.kept[_print(word)] = Session(code, number, now, now)
        return word

    def of(self, word: str) -> Session | None:
        """Return the session of a word and count this as a sign of life; None where there is none or it ended."""
        name, now = _print(word), time.monotonic()
        found = self.kept.get(name)
        if found is None or _over(found, now):
            self.kept.pop(name, None)
            return None
        found.seen = now
        return found

    def end(self, word: str) -> None:
        """End a session."""
        self.kept.pop(_print(word), None)


def _print(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _over(session: Session, now: float) -> bool:
    return now - session.seen > IDLE or now - session.began > LONGEST


@dataclass
class Guesses:
    """How often was tried, by account and by address; a code that does not exist is counted like any other."""

    tried: dict[tuple[str, str], deque[float]] = field(default_factory=dict[tuple[str, str], deque[float]])

    def may(self, code: str, address: str) -> bool:
        """Count a try and say whether it may be made: counted before the password is looked at, so that many at once
        are counted too.
        """
        now = time.monotonic()
        if len(self.tried) > MOST_KEPT:
            self.tried = {key: times for key, times in self.tried.items() if times and now - times[-1] < WINDOW}
        keys = ((("account", code), TRIES_ACCOUNT), (("address", address), TRIES_ADDRESS))
        if any(self._recent(key, now) >= most for key, most in keys):
            return False
        for key, most in keys:
            self.tried.setdefault(key, deque(maxlen=most)).append(now)
        return True

    def right(self, code: str) -> None:
        """Forget the tries of an account that came in; those of its address stay."""
        self.tried.pop(("account", code), None)

    def _recent(self, key: tuple[str, str], now: float) -> int:
        return sum(now - at < WINDOW for at in self.tried.get(key, ()))


@dataclass
class TeamDoor:
    """The keys of a program that a team comes into.

    `names` are the host names under which a proxy with TLS passes pages on; with none the page is for this machine.
    """

    port: int
    names: tuple[str, ...] = ()
    sessions: Sessions = field(default_factory=Sessions)
    guesses: Guesses = field(default_factory=Guesses)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def secure(self) -> bool:
        """Whether cookies go over TLS alone."""
        return bool(self.names)

    @property
    def hosts(self) -> set[str]:
        """What a browser may call it."""
        return set(self.names) or {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    @property
    def scheme(self) -> str:
        """How a page of its own begins its address."""
        return "https" if self.secure else "http"

    @property
    def cookie(self) -> str:
        """The name of the cookie; `__Host-` lets no other name of the same domain set it."""
        return "__Host-risico" if self.secure else f"risico_{self.port}"

    @property
    def before(self) -> str:
        """The name of the cookie of who did not come in yet, to which the form for coming in is bound."""
        return f"{self.cookie}_in"

    def word(self, before: str) -> str:
        """Return the word that the form for coming in must hold, of one browser."""
        return hmac.new(self.key, before.encode(), hashlib.sha256).hexdigest()
