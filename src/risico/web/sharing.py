"""The report of a case, and what is given to a receiver: only what was ticked, with ground and date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico.dossier import Entry
from risico.dossier.bodies import Shared
from risico.errors import BrokenInstrument
from risico.strict import build
from risico.web.cases import Cases
from risico.web.guard import posted
from risico.web.report import as_text, parts


@dataclass(frozen=True)
class Sharing(Cases):
    """Read and print a case, and give parts of it."""

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/casus/{case}/verslag", self.report),
            Route("/casus/{case}/delen", self.choose),
            Route("/casus/{case}/delen", self.give, methods=["POST"]),
            Route("/casus/{case}/delen/{number:int}", self.given),
        ]

    async def report(self, request: Request) -> Response:
        """Show all there is of a case, what is not known first."""
        entries = await run_in_threadpool(self._whole, str(request.path_params["case"]))
        return await self._parts_page(request, entries, None)

    async def choose(self, request: Request) -> Response:
        """List the parts, none of them ticked, and what was given before."""
        return await self._choice(request)

    async def give(self, request: Request) -> Response:
        """Keep what was given, to whom and on which ground, and show it."""
        fields, case = await posted(request), str(request.path_params["case"])
        entries = await run_in_threadpool(self._whole, case)
        known = {part.key for part in await run_in_threadpool(parts, entries, self.say)}
        ticked = tuple(name for name in fields if name in known)
        told = {"receiver": fields.get("receiver", "").strip(), "ground": fields.get("ground", "").strip()}
        if not (ticked and all(told.values())):
            return await self._choice(request, self.say("share", "lacks"), fields)
        try:
            body = build(Shared, {**told, "parts": ticked}, "shared")
        except BrokenInstrument:
            return await self._choice(request, self.say("case", "not_read"), fields)
        entry = await run_in_threadpool(lambda: self.kept.add(body, case=case, by=self.who))
        return RedirectResponse(f"/casus/{case}/delen/{entry.number}", status_code=303)

    async def given(self, request: Request) -> Response:
        """Show what was given, as the case was then."""
        entries = await run_in_threadpool(self._whole, str(request.path_params["case"]))
        number = int(request.path_params["number"])
        entry = next((e for e in entries if e.number == number and isinstance(e.body, Shared)), None)
        if entry is None:
            raise HTTPException(404)
        return await self._parts_page(request, [e for e in entries if e.number < number], entry)

    async def _parts_page(self, request: Request, entries: Sequence[Entry], given: Entry | None) -> Response:
        shown = await run_in_threadpool(parts, entries, self.say)
        shown = [part for part in shown if given is None or part.key in given.body.parts]
        number = next(e.body.number for e in entries if e.kind == "case" and e.body is not None)
        day = given.at[:10] if given else self.kept.now().isoformat()[:10]
        title = self.say("share" if given else "report", "heading", number=number)
        lines = [self.say("report", "made", by=given.by if given else self.who, day=day)]
        if given:
            told = {"receiver": given.body.receiver, "ground": given.body.ground}
            lines.append(self.say("share", "to", **told))
        return self.page(
            request, "report.html.j2", title=title, lines=lines, shown=shown, case=request.path_params["case"],
            text="\n".join((title, *lines)) + "\n\n" + as_text(shown),
        )  # fmt: skip

    async def _choice(self, request: Request, problem: str = "", fields: dict[str, str] | None = None) -> Response:
        case = str(request.path_params["case"])
        entries = await run_in_threadpool(self._whole, case)
        listed = await run_in_threadpool(parts, entries, self.say)
        titles = {part.key: part.title for part in listed}
        return self.page(
            request, "share.html.j2", 422 if problem else 200, case=case, listed=listed, titles=titles, problem=problem,
            fields=fields or {}, log=[entry for entry in entries if isinstance(entry.body, Shared)],
        )  # fmt: skip
