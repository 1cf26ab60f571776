"""The screens for coming in and going out, the own password, and who else may come in."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico.dossier import Store
from risico.dossier.people import ROLES, Person, add_person, block, choose, known, people, renew
from risico.errors import RisicoError
from risico.web.guard import posted
from risico.web.screen import Screen
from risico.web.sessions import TeamDoor
from risico.web.team import ADMINISTER, IN, OUT, OWN_PASSWORD, PEOPLE

AT_ONCE: Final = threading.Semaphore(2)
"""Hashes that are compared at one time: each takes 64 MiB."""


@dataclass(frozen=True)
class Accounts(Screen):
    """Come in, go out, choose a password; for who administers: let others in."""

    everybody: Store | None = None
    door: TeamDoor | None = None

    def routes(self) -> list[Route]:
        """Return the addresses; none names a person."""
        return [
            Route(IN, self.come_in, methods=["GET", "POST"]),
            Route(OUT, self.go_out, methods=["POST"]),
            Route(OWN_PASSWORD, self.own_password, methods=["GET", "POST"]),
            Route(PEOPLE, self.others, methods=["GET", "POST"]),
        ]

    async def come_in(self, request: Request) -> Response:
        """Ask who it is and let in who knows the password; each time under a new session."""
        store, door = self._here()
        if request.method != "POST":
            return self._asked(request, 200, "")
        fields = await posted(request)
        code, password = fields.get("code", "").strip().lower()[:40], fields.get("password", "")
        if not door.guesses.may(code, _address(request, door)):
            return self._asked(request, 429, self.say("team", "too_often"))
        person = await run_in_threadpool(_known, store, code, password)
        if person is None:
            return self._asked(request, 403, self.say("team", "not_known"))
        door.guesses.right(code)
        return self._inside(request, person)

    async def go_out(self, request: Request) -> Response:
        """End the session; the browser forgets what it holds of these pages."""
        await posted(request)
        _, door = self._here()
        door.sessions.end(request.cookies.get(door.cookie, ""))
        answer = RedirectResponse(IN, status_code=303)
        answer.delete_cookie(door.cookie, path="/", secure=door.secure, httponly=True, samesite="strict")
        answer.headers["clear-site-data"] = '"cache"'
        return answer

    async def own_password(self, request: Request) -> Response:
        """Replace the own password; all sessions of this person end, and a new one begins here."""
        store, door = self._here()
        me: Person = request.scope["person"]
        if request.method != "POST":
            return self.page(request, "password.html.j2", problem="", once=me.once)
        fields = await posted(request)
        problem = ""
        if not door.guesses.may(me.code, _address(request, door)):
            problem = self.say("team", "too_often")
        elif await run_in_threadpool(_known, store, me.code, fields.get("password", "")) is None:
            problem = self.say("team", "not_known")
        elif fields.get("new", "") != fields.get("again", "") or fields.get("new") == fields.get("password"):
            problem = self.say("team", "not_alike")
        else:
            try:
                await run_in_threadpool(choose, store, me.code, fields.get("new", ""))
            except RisicoError:
                problem = self.say("team", "weak")
        if problem:
            return self.page(request, "password.html.j2", 422, problem=problem, once=me.once)
        door.guesses.right(me.code)
        return self._inside(request, (await run_in_threadpool(people, store))[me.code])

    async def others(self, request: Request) -> Response:
        """List who may come in; add, block, or give a new password."""
        store, _ = self._here()
        me: Person = request.scope["person"]
        if me.role not in ADMINISTER:
            raise HTTPException(404)
        given = problem = code = ""
        if request.method == "POST":
            fields = await posted(request)
            code = fields.get("code", "").strip().lower()
            try:
                given = await run_in_threadpool(_done, store, fields, code, me)
            except (RisicoError, ValueError):
                problem = self.say("team", "not_done")
        listed = sorted((await run_in_threadpool(people, store)).values(), key=lambda one: (one.team, one.code))
        return self.page(
            request, "people.html.j2", 422 if problem else 200, problem=problem, given=given, code=code, people=listed,
            roles=ROLES, me=me.code,
        )  # fmt: skip

    def _here(self) -> tuple[Store, TeamDoor]:
        if self.everybody is None or self.door is None:
            raise HTTPException(404)
        return self.everybody, self.door

    def _asked(self, request: Request, status: int, problem: str) -> Response:
        _, door = self._here()
        answer = self.page(request, "come_in.html.j2", status, problem=problem)
        _cookie(answer, door, door.before, request.scope["before"])
        return answer

    def _inside(self, request: Request, person: Person) -> Response:
        """Begin a session under a new word: what a browser held before is worth nothing."""
        _, door = self._here()
        door.sessions.end(request.cookies.get(door.cookie, ""))
        answer = RedirectResponse(OWN_PASSWORD if person.once else "/", status_code=303)
        _cookie(answer, door, door.cookie, door.sessions.begin(person.code, person.number))
        return answer


def _cookie(answer: Response, door: TeamDoor, name: str, value: str) -> None:
    answer.set_cookie(name, value, httponly=True, samesite="strict", secure=door.secure, path="/")


def _known(store: Store, code: str, password: str) -> Person | None:
    with AT_ONCE:
        return known(store, code, password)


def _done(store: Store, fields: dict[str, str], code: str, me: Person) -> str:
    """Do what was asked and return the password that was given, if one was. Raises UsageError or Refused."""
    what = fields.get("what", "")
    if what == "add":
        return add_person(store, code, fields.get("role", ""), team=fields.get("team", "").strip(), by=me.code)
    if what == "renew":
        return renew(store, code, by=me.code)
    if what != "block" or code == me.code:  # who blocks the own code may leave nobody to let people in
        raise ValueError(what)
    block(store, code, by=me.code)
    return ""


def _address(request: Request, door: TeamDoor) -> str:
    """Return the address that tries; behind a proxy the last that was passed on, as that one the proxy wrote itself."""
    passed = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() if door.secure else ""
    return passed or (request.client.host if request.client else "")
