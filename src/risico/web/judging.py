"""The own judgement beside what a form says, and ratings of several people side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico.dossier import Entry, independence, view
from risico.dossier.bodies import Judgement
from risico.errors import BrokenInstrument
from risico.instrument import load
from risico.pages.explain import explained
from risico.strict import build
from risico.web.case_forms import CaseForms
from risico.web.filling import OWN, Question, questions
from risico.web.guard import posted
from risico.words import pick


@dataclass(frozen=True)
class Judging(CaseForms):
    """Deviate with reasons; compare ratings and judge together."""

    def routes(self) -> list[Route]:
        """Return the addresses, each of a finished form."""
        form = "/casus/{case}/formulier/{number:int}"
        return [
            Route(f"{form}/oordeel", self.deviate, methods=["POST"]),
            Route(f"{form}/samen", self.joint, methods=["POST"]),
            Route(f"{form}/samen", self.together),
        ]

    async def deviate(self, request: Request) -> Response:
        """Keep a judgement that differs from what the form says, with its reasons."""
        fields, entry = await posted(request), await self._finished_entry(request)
        told = {"form": entry.number, "own": fields.get("own", ""), "why": fields.get("why", "")}
        if not await self._judged(entry, told):
            return await self.result(request, self.say("judging", "not_read"))
        return RedirectResponse(f"/casus/{entry.case}/formulier/{entry.number}/uitslag", status_code=303)

    async def together(self, request: Request, problem: str = "") -> Response:
        """Show the finished ratings of one form side by side."""
        entry = await self._finished_entry(request)
        entries = await run_in_threadpool(lambda: independence.seen_by(self._of(entry.case), self.who))
        side = independence.raters(entries, entry)
        if len(side) < 2:
            raise HTTPException(404)
        it = load(entry.body.instrument)
        rows = _rows(side, questions(it, self.say))
        joint = [one for one in view.deviations(entries, side[0].number) if one.body.beside]
        return self.page(
            request, "together.html.j2", 422 if problem else 200, title=pick(it.title, self.say.language), rows=rows,
            raters=[await run_in_threadpool(self._rater, one) for one in side], problem=problem, case=entry.case,
            number=side[0].number, differ=sum(row["differs"] for row in rows), levels=OWN,
            joint=[self.judged(one) for one in joint],
        )  # fmt: skip

    async def joint(self, request: Request) -> Response:
        """Keep what the raters judge together, with their reasons; the ratings stay as they are."""
        fields, entry = await posted(request), await self._finished_entry(request)
        entries = await run_in_threadpool(lambda: independence.seen_by(self._of(entry.case), self.who))
        first, *others = independence.raters(entries, entry) or [entry]
        if not others:
            raise HTTPException(404)
        told = {"form": first.number, "own": fields.get("own", ""), "why": fields.get("why", "")}
        if not await self._judged(first, {**told, "beside": tuple(one.number for one in others)}):
            return await self.together(request, self.say("judging", "not_read"))
        return RedirectResponse(f"/casus/{entry.case}/formulier/{first.number}/samen", status_code=303)

    async def _finished_entry(self, request: Request) -> Entry:
        entry = await self._entry(request)
        if entry.body.draft:
            raise HTTPException(404)
        return entry

    async def _judged(self, entry: Entry, told: dict[str, Any]) -> bool:
        try:
            body = build(Judgement, told, "judgement")
        except BrokenInstrument:
            return False
        await run_in_threadpool(lambda: self.kept.add(body, case=entry.case, by=self.who, about=entry.about))
        return True

    def _rater(self, entry: Entry) -> dict[str, Any]:
        body = entry.body
        said = explained({**body.answers, **body.context}, load(body.instrument), self.say.language)
        told = (body.discipline, body.organisation, body.training, self.say("judging", body.position), entry.at[:10])
        own = self.say("own", body.own) if body.own else "–"
        return {"by": entry.by, "told": " · ".join(filter(None, told)), "own": own, "says": said["says"]}


def _rows(side: Sequence[Entry], asked: Sequence[Question]) -> list[dict[str, Any]]:
    """Return for each question what each rater answered, and whether they differ."""
    first, *others = [one.body.answers for one in side]
    differ = {column for other in others for column in view.differences(first, other)}
    return [
        {
            "label": f"{question.number} {question.label}".strip(),
            "answers": [_spoken(one.body.answers.get(question.field), question) for one in side],
            "differs": question.field in differ,
        }
        for question in asked
    ]


def _spoken(answer: object, question: Question) -> str:
    said = (choice.label for choice in question.choices if choice.value == str(answer))
    return "–" if answer is None else next(said, str(answer))
