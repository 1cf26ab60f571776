"""What happens in a case and what keeps it going: one page of text, every version kept, the forms beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico import choosing
from risico.dossier import Entry, view
from risico.dossier.bodies import SECTIONS, Analysis
from risico.errors import BrokenInstrument, Refused
from risico.strict import build
from risico.web.cases import Cases
from risico.web.guard import posted
from risico.words import pick


@dataclass(frozen=True)
class Analysing(Cases):
    """Write the explanation of a case, with what the forms say at hand."""

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/casus/{case}/analyse", self.shown),
            Route("/casus/{case}/analyse", self.written, methods=["POST"]),
        ]

    async def shown(self, request: Request) -> Response:
        """Show the last version, or the one that is asked for."""
        entries = await run_in_threadpool(self._whole, str(request.path_params["case"]))
        versions = view.analyses(entries)
        asked = request.query_params.get("versie", "")
        found = next((one for one in versions if str(one.number) == asked), None) if asked else (versions or [None])[-1]
        if asked and found is None:
            raise HTTPException(404)
        sections = {name: found.body.sections.get(name, "") if found else "" for name in SECTIONS}
        return self._page(request, entries, sections, old=bool(asked) and found != versions[-1])

    async def written(self, request: Request) -> Response:
        """Keep a new version; the ones before it stay. Who writes after somebody else is told, and loses no words."""
        fields, case = await posted(request), str(request.path_params["case"])
        sections = {name: fields.get(name, "") for name in SECTIONS}
        entries = await run_in_threadpool(self._whole, case)
        last = next((str(one.number) for one in reversed(view.analyses(entries))), "")
        try:
            body = build(Analysis, {"sections": sections}, "analysis")
            if fields.get("after", "") != last:
                raise Refused(self.say("analysis", "overtaken"))
            await run_in_threadpool(
                lambda: self.kept.add(body, case=case, by=self.who, replaces=int(last) if last else None)
            )
        except BrokenInstrument:
            return self._page(request, entries, sections, self.say("case", "not_read"), 422)
        except Refused as refused:
            entries = await run_in_threadpool(self._whole, case)
            return self._page(request, entries, sections, str(refused), 409)
        return RedirectResponse(f"/casus/{case}/analyse", status_code=303)

    def _page(
        self, request: Request, entries: list[Entry], sections: Mapping[str, str], problem: str = "", status: int = 200,
        *, old: bool = False,
    ) -> Response:  # fmt: skip
        versions, words = view.analyses(entries), choosing.words()["concepts"]
        told = [
            (pick(words[name], self.say.language), [(flag.form, self.flag(flag)) for flag in flags])
            for name, flags in view.subjects(entries).items()
        ]
        return self.page(
            request, "analysis.html.j2", status, case=request.path_params["case"], sections=sections, names=SECTIONS,
            versions=versions, after=versions[-1].number if versions else "", told=told, problem=problem, old=old,
            notes=[entry for entry in entries if entry.kind == "note" and entry.body is not None],
        )  # fmt: skip
