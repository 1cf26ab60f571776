"""One person of a case: what is theirs alone, what they put in the file, and the paper that explains it to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico.dossier import Entry, view
from risico.dossier.bodies import STATEMENTS, Explained, Filled, Statement
from risico.dossier.own import explained, own_forms, statements
from risico.errors import BrokenInstrument
from risico.instrument import load
from risico.pages.for_you import LABELS, OwnForm, Paper, as_text, for_you
from risico.strict import build
from risico.web.cases import Cases
from risico.web.guard import posted

WRITTEN = ("next", "yourself", "helpers")
"""What a professional writes on the paper."""


@dataclass(frozen=True)
class Papers(Cases):
    """The page of one person, and the explanation for that person."""

    def routes(self) -> list[Route]:
        """Return the addresses; a person is named in them by code."""
        person = "/casus/{case}/persoon/{code}"
        return [
            Route(person, self.person),
            Route(f"{person}/verklaring", self.state, methods=["POST"]),
            Route(f"{person}/uitleg", self.explain, methods=["POST"]),
            Route(f"{person}/uitleg/{{number:int}}", self.paper),
        ]

    async def person(self, request: Request) -> Response:
        """Show what is of one person."""
        return await self._person(request)

    async def state(self, request: Request) -> Response:
        """Keep one of the four things that a person can put in the file, each by its name and date."""
        fields = await posted(request)
        told = {key: fields.get(key, "") for key in ("what", "on", "text")}
        return await self._kept_of(request, Statement, told)

    async def explain(self, request: Request) -> Response:
        """Keep the answers to the three questions; only where all three allow it is there a paper."""
        fields, code = await posted(request), str(request.path_params["code"])
        entries = await run_in_threadpool(self._whole, str(request.path_params["case"]))
        names = ("safe", "others_read", "agreed", "language", *WRITTEN)
        told: dict[str, Any] = {key: fields.get(key, "") for key in names}
        written = "\n".join(told[key] for key in WRITTEN)
        others = [other for other in view.members(entries) if other != code]
        if LABELS.search(written) or any(re.search(rf"\b{other}\b", written) for other in others):
            return await self._person(request, self.say("person", "not_of_others"), fields)
        told["forms"] = tuple(entry.number for entry in own_forms(entries, code))
        return await self._kept_of(request, Explained, told)

    async def paper(self, request: Request) -> Response:
        """Show the paper, where it was released: what came later was not, and does not come on it."""
        entries = await run_in_threadpool(self._whole, str(request.path_params["case"]))
        code, number = str(request.path_params["code"]), int(request.path_params["number"])
        found = next((e for e in explained(entries, code) if e.number == number and e.body.released), None)
        if found is None:
            raise HTTPException(404)
        before = [entry for entry in entries if entry.number < number]
        parts = for_you(_paper(before, code, found.body), found.body.language)
        return self.page(
            request, "paper.html.j2", parts=parts, text=as_text(parts), language=found.body.language,
            back=f"/casus/{request.path_params['case']}/persoon/{code}",
        )  # fmt: skip

    async def _kept_of(self, request: Request, kind: type[Any], told: dict[str, Any]) -> Response:
        case, code = str(request.path_params["case"]), str(request.path_params["code"])
        if code not in view.members(await run_in_threadpool(self._whole, case)):
            raise HTTPException(404)
        try:
            body = build(kind, told, "paper")
        except BrokenInstrument:
            return await self._person(request, self.say("case", "not_read"), told)
        entry = await run_in_threadpool(lambda: self.kept.add(body, case=case, by=self.who, about=code))
        back = f"/casus/{case}/persoon/{code}"
        released = isinstance(body, Explained) and body.released
        return RedirectResponse(f"{back}/uitleg/{entry.number}" if released else back, status_code=303)

    async def _person(self, request: Request, problem: str = "", fields: dict[str, Any] | None = None) -> Response:
        case, code = str(request.path_params["case"]), str(request.path_params["code"])
        entries = await run_in_threadpool(self._whole, case)
        if code not in view.members(entries):
            raise HTTPException(404)
        about = [entry for entry in view.forms(entries) if entry.about == code]
        own = {entry.number for entry in own_forms(entries, code)}
        return self.page(
            request, "person.html.j2", 422 if problem else 200, case=case, code=code, problem=problem,
            member=view.members(entries)[code], forms=[self._form(e) | {"own": e.number in own} for e in about],
            statements=statements(entries, code), explained=explained(entries, code), whats=STATEMENTS,
            written=WRITTEN, fields=fields or {}, today=self.kept.now().isoformat()[:10],
        )  # fmt: skip


def _paper(entries: Sequence[Entry], code: str, body: Explained) -> Paper:
    """Return what goes on the paper; forms that are no longer theirs do not."""
    forms = [entry for entry in own_forms(entries, code) if entry.number in body.forms]
    return Paper(
        forms=[OwnForm(it=load(e.body.instrument), answers=_row(e.body), day=e.at[:10]) for e in forms],
        said=[(e.body.what, e.body.on, e.body.text) for e in statements(entries, code)],
        next=body.next,
        yourself=body.yourself,
        helpers=body.helpers,
    )


def _row(body: Filled) -> dict[str, Any]:
    return {**body.answers, **body.context}
