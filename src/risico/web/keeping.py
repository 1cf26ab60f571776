"""How long a case is kept, who looked in it, and taking a case or one person out of it for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico.dossier import Entry, erase, view
from risico.dossier.bodies import Read, Retention
from risico.dossier.retention import due, terms
from risico.errors import BrokenInstrument
from risico.strict import build
from risico.web.cases import Cases
from risico.web.guard import posted
from risico.web.report import parts
from risico.words import pick


@dataclass(frozen=True)
class Keeping(Cases):
    """Keep, show who read, erase."""

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/casus/{case}/bewaren", self.kept_for),
            Route("/casus/{case}/bewaren", self.choose_term, methods=["POST"]),
            Route("/casus/{case}/gelezen", self.readers),
            Route("/casus/{case}/wissen", self.ask),
            Route("/casus/{case}/wissen", self.destroy, methods=["POST"]),
        ]

    async def kept_for(self, request: Request) -> Response:
        """Show the terms with their sources, none of them chosen silently."""
        return await self._terms(request)

    async def choose_term(self, request: Request) -> Response:
        """Keep which term holds for this case, from which day, and why."""
        fields, case = await posted(request), str(request.path_params["case"])
        await run_in_threadpool(self._of, case)
        told = {key: fields.get(key, "") for key in ("term", "counts_from", "not_before", "why")}
        try:
            body = build(Retention, told, "retention")
            days = [date.fromisoformat(day) for day in (body.counts_from, body.not_before) if day]
        except (BrokenInstrument, ValueError):
            return await self._terms(request, self.say("case", "not_read"), fields)
        if body.term not in terms() or not days:
            return await self._terms(request, self.say("case", "not_read"), fields)
        await run_in_threadpool(lambda: self.kept.add(body, case=case, by=self.who))
        return RedirectResponse(f"/casus/{case}/bewaren", status_code=303)

    async def readers(self, request: Request) -> Response:
        """Show who opened which page of this case, and when."""
        case = str(request.path_params["case"])
        entries = await run_in_threadpool(self._of, case)
        read = [entry for entry in reversed(entries) if isinstance(entry.body, Read)]
        return self.page(request, "readers.html.j2", case=case, read=read)

    async def ask(self, request: Request) -> Response:
        """Ask what is to be erased and on which ground."""
        return await self._erase_page(request, {})

    async def destroy(self, request: Request) -> Response:
        """Say first what would go; erase it only after the number of the case was typed over."""
        fields, case = await posted(request), str(request.path_params["case"])
        entries = await run_in_threadpool(self._of, case)
        what, ground = fields.get("what", ""), fields.get("ground", "").strip()
        if what not in ("case", *view.members(entries)) or not ground or len(ground) > 200:
            return await self._erase_page(request, fields, self.say("erase", "lacks"))
        about = None if what == "case" else what
        goes = Counter(e.kind for e in entries if e.body is not None and (about is None or e.about == about))
        if "number" not in fields:
            return await self._erase_page(request, fields, goes=goes)
        if fields["number"].strip() != _number(entries):
            return await self._erase_page(request, fields, self.say("erase", "not_the_number"), goes=goes)
        done = await run_in_threadpool(lambda: erase(self.kept, case, by=self.who, ground=ground, about=about))
        if about is None:
            return RedirectResponse("/", status_code=303)
        return await self._erased(request, case, about, done.contents, done.to_read)

    async def _erased(self, request: Request, case: str, about: str, contents: int, numbers: Sequence[int]) -> Response:
        entries = await run_in_threadpool(self._of, case)
        told = {part.key.partition(":")[2]: part for part in await run_in_threadpool(parts, entries, self.say)}
        left = [(e, told.get(str(e.number))) for e in entries if e.number in numbers]
        return self.page(
            request, "erased.html.j2", case=case, about=about, contents=contents,
            left=[(e.kind, e.at[:10], e.by, part.title if part else "", e.number) for e, part in left],
        )  # fmt: skip

    async def _terms(self, request: Request, problem: str = "", fields: dict[str, str] | None = None) -> Response:
        case = str(request.path_params["case"])
        entries = await run_in_threadpool(self._of, case)
        (state,) = due(entries, self.kept.now().date())
        rows = [
            (term, pick(term.title, self.say.language), pick(term.from_, self.say.language))
            for term in terms().values()
        ]
        return self.page(
            request, "retention.html.j2", 422 if problem else 200, case=case, rows=rows, state=state, problem=problem,
            chosen=[entry for entry in entries if isinstance(entry.body, Retention)], fields=fields or {},
        )  # fmt: skip

    async def _erase_page(
        self, request: Request, fields: dict[str, str], problem: str = "", goes: Counter[Any] | None = None
    ) -> Response:
        case = str(request.path_params["case"])
        entries = await run_in_threadpool(self._of, case)
        return self.page(
            request, "erase.html.j2", 422 if problem else 200, case=case, fields=fields, problem=problem, goes=goes,
            people=list(view.members(entries)), case_number=_number(entries),
        )  # fmt: skip


def _number(entries: Sequence[Entry]) -> str:
    found = [entry.body.number for entry in entries if entry.kind == "case" and entry.body is not None]
    if not found:
        raise HTTPException(404)
    return found[-1]
