"""The door: who may come in, from where, and what a browser may do with a page.

A start link with a word that works once gives the session (as Jupyter does); the session is a cookie that scripts
cannot read and that no other site's request carries. A foreign host name, a foreign origin, a body that is too large
and a form without the word of its session are turned away before any page sees them.
"""

from __future__ import annotations

import hmac
import secrets
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST: Final = 1_000_000
"""Bytes that a browser may send at once: a form of 200 items is under 20,000."""
TRIES, MINUTE = 10, 60.0
SAFE: Final = {"GET", "HEAD"}
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "referrer-policy": "same-origin",  # with no-referrer a form is sent with the origin "null", like a stranger's
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass
class Door:
    """The keys of one running program: the word of the start link, and the session it gave.

    `told` is called with the next start link whenever one is made, so that only the terminal ever shows it.
    """

    port: int
    told: Callable[[str], None]
    word: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    sessions: dict[str, str] = field(default_factory=dict[str, str])
    wrong: deque[float] = field(default_factory=lambda: deque[float](maxlen=TRIES))

    @property
    def cookie(self) -> str:
        """The name of the cookie; with the port, as cookies of one machine are shared between ports."""
        return f"risico_{self.port}"

    @property
    def hosts(self) -> set[str]:
        """What a browser on this machine may call it."""
        return {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    def link(self) -> str:
        """Return the start link; it works once."""
        return f"http://127.0.0.1:{self.port}/begin?woord={self.word}"

    def begin(self, word: str) -> str | None:
        """Return a new session for the right word, and make the next word; None for a wrong one."""
        if not hmac.compare_digest(word.encode(), self.word.encode()):
            self.wrong.append(time.monotonic())
            return None
        self.word = secrets.token_urlsafe(32)
        session = secrets.token_urlsafe(32)
        self.sessions[session] = secrets.token_urlsafe(32)
        self.told(self.link())
        return session

    def guessing(self) -> bool:
        """Say whether too many wrong words came in the last minute."""
        return len(self.wrong) == TRIES and time.monotonic() - self.wrong[0] < MINUTE


class Gate(ABC):
    """Stands before every page; who may come in is said by `_let_in` of the two kinds: one person, or a team."""

    def __init__(self, app: ASGIApp, hosts: set[str], words: Mapping[str, str]) -> None:
        self.app, self.hosts, self.words = app, hosts, words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def sealed(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers().items():
                    headers[name] = value
            await send(message)

        try:
            answer = self._turned_away(scope) or await self._let_in(scope)
            await (answer or self.app)(scope, receive if answer else _limited(receive), sealed)
        except Exception:  # what nobody foresaw may hold an answer: it goes into no log
            if not begun:
                await self._no(500, "failed")(scope, receive, sealed)

    def headers(self) -> dict[str, str]:
        """Return the headers of every answer."""
        return HEADERS

    def _turned_away(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self.hosts:
            return self._no(400, "host")
        if scope["method"] not in SAFE and not self._from_here(headers):
            return self._no(403, "origin")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            return self._no(413, "large")
        return None

    @abstractmethod
    async def _let_in(self, scope: Scope) -> Response | None:
        """Say in the scope whose page this is, or give the answer that turns away."""

    def _from_here(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        return origin is not None and urlsplit(origin).netloc in self.hosts

    def _no(self, status: int, why: str) -> Response:
        return PlainTextResponse(self.words[why], status_code=status)


class Guard(Gate):
    """The door of one person on one machine."""

    def __init__(self, app: ASGIApp, door: Door, words: Mapping[str, str]) -> None:
        super().__init__(app, door.hosts, words)
        self.door = door

    async def _let_in(self, scope: Scope) -> Response | None:
        if scope["path"] == "/begin":
            return self._begin(Request(scope))
        session = Request(scope).cookies.get(self.door.cookie, "").encode()
        csrf = next((c for s, c in self.door.sessions.items() if hmac.compare_digest(s.encode(), session)), None)
        if csrf is None and not scope["path"].startswith("/static/"):
            return self._no(403, "session")
        scope["csrf"] = csrf
        return None

    def _begin(self, request: Request) -> Response:
        if self.door.guessing():
            return self._no(429, "guessing")
        session = self.door.begin(request.query_params.get("woord", ""))
        if session is None:
            return self._no(403, "link")
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self.door.cookie, session, httponly=True, samesite="strict", path="/")
        return answer


def _limited(receive: Receive) -> Receive:
    """Stop reading where more comes than was said, or where nothing was said."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise HTTPException(413)
        return message

    return counted


async def posted(request: Request) -> dict[str, str]:
    """Return the fields of a form that this session's own page sent; text only, the last of a name counts.

    Raises HTTPException 403 for a form without the word of the session, 400 for what is no form.
    """
    try:
        async with request.form(max_files=0, max_fields=2000) as form:
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    except HTTPException:
        raise
    except Exception as error:  # the parser has its own kinds of error; none of them is more than: no form
        raise HTTPException(400) from error
    if not hmac.compare_digest(fields.pop("csrf", "").encode(), str(request.scope["csrf"]).encode()):
        raise HTTPException(403)
    return fields
