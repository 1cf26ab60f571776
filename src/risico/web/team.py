"""A team comes in: who it is, what that person may see, and that it is known who looked.

Before any page: the session, the role and the team of a case. Each person gets pages of an own (`TeamPages`), made
with the store as that person's team sees it, so that also a page that forgets to ask shows no other team.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from risico.dossier import Store
from risico.dossier.people import Person, people
from risico.dossier.teams import of_team
from risico.web.guard import SAFE, Gate
from risico.web.sessions import TeamDoor

IN, OUT, OWN_PASSWORD, PEOPLE = "/binnen", "/uit", "/wachtwoord", "/mensen"
SEE_CASES: Final = {"rater", "reviewer"}
WRITE_CASES: Final = {"rater"}
ADMINISTER: Final = {"administrator"}


class TeamGuard(Gate):
    """Stands before every page of a team."""

    def __init__(self, app: ASGIApp, door: TeamDoor, store: Store, words: Mapping[str, str]) -> None:
        super().__init__(app, door.hosts, words)
        self.team, self.store = door, store

    def _from_here(self, headers: Headers) -> bool:
        return super()._from_here(headers) and headers["origin"].startswith(f"{self.team.scheme}://")

    def headers(self) -> dict[str, str]:
        """Return the headers of every answer; with TLS a browser never goes back to plain."""
        return super().headers() | ({"strict-transport-security": "max-age=31536000"} if self.team.secure else {})

    async def _let_in(self, scope: Scope) -> Response | None:
        request, path = Request(scope), str(scope["path"])
        scope["person"] = scope["csrf"] = None
        if path.startswith("/static/"):
            return None
        if path == IN:
            scope["before"] = request.cookies.get(self.team.before) or secrets.token_urlsafe(32)
            scope["csrf"] = self.team.word(scope["before"])
            return None
        person, scope["csrf"] = await self._who(request.cookies.get(self.team.cookie, ""))
        if person is None:
            return RedirectResponse(IN, status_code=303) if scope["method"] in SAFE else self._no(403, "ended")
        scope["person"] = person
        if person.once and path not in (OWN_PASSWORD, OUT):
            return RedirectResponse(OWN_PASSWORD, status_code=303)
        return await run_in_threadpool(self._not_allowed, person, scope["method"], path)

    async def _who(self, word: str) -> tuple[Person | None, str | None]:
        """Return whose session this is; it ended where anything of that person was changed since it began."""
        session = self.team.sessions.of(word)
        if session is None:
            return None, None
        person = (await run_in_threadpool(people, self.store)).get(session.code)
        if person is None or not person.inside or person.number != session.number:
            self.team.sessions.end(word)
            return None, None
        return person, session.csrf

    def _not_allowed(self, person: Person, method: str, path: str) -> Response | None:
        """Say no where a role or a team does not allow it: to what one may not see as to what is not there."""
        if path == PEOPLE and person.role not in ADMINISTER:
            return self._no(404, "nothing")
        parts = path.split("/")
        if parts[1] != "casus":
            return None
        if person.role not in SEE_CASES:
            return self._no(404, "nothing")
        case = parts[2] if len(parts) > 2 else ""
        if case != "nieuw" and not of_team(self.store, person.team, writes=False).has(case):
            return self._no(404, "nothing")
        return None if method in SAFE or person.role in WRITE_CASES else self._no(403, "reads")


@dataclass
class TeamPages:
    """The pages of each person, made once: `make` gives those of a person, or of nobody."""

    make: Callable[[Person | None], ASGIApp]
    made: dict[tuple[str, ...], ASGIApp] = field(default_factory=dict[tuple[str, ...], ASGIApp])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        person: Person | None = scope.get("person")
        key = () if person is None else (person.code, person.role, person.team)
        if key not in self.made:
            self.made[key] = self.make(person)
        await self.made[key](scope, receive, send)


def noted_in(store: Store, person: Person) -> Store | None:
    """Return the store in which it is noted what somebody reads: also who writes no case leaves that behind."""
    return of_team(store, person.team, writes=True) if person.role in SEE_CASES else None


def seen_by(store: Store, person: Person | None) -> Store | None:
    """Return the store as somebody may see it; None for who sees no cases."""
    if person is None or person.role not in SEE_CASES:
        return None
    return of_team(store, person.team, writes=person.role in WRITE_CASES)
