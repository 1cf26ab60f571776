"""The screens of practice cases: read, answer without seeing anybody else, lock, and only then the key with reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico.dossier import Store
from risico.errors import Refused
from risico.estimate import Estimate
from risico.web.guard import posted
from risico.web.practised import ANSWERS, FEWEST, agreement_of, drift_of, lock, mirror, own, told
from risico.web.screen import Screen
from risico.web.vignettes import Vignette
from risico.words import number, pick


@dataclass(frozen=True)
class Practice(Screen):
    """Practise; the own mirror is for who practised alone, a team is told of the team."""

    everybody: Store | None = None
    team: str = ""
    known: dict[str, Vignette] = field(default_factory=dict[str, Vignette])

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/oefenen", self.listed),
            Route("/oefenen/team", self.of_team),
            Route("/oefenen/{id}", self.one, methods=["GET", "POST"]),
        ]

    async def listed(self, request: Request) -> Response:
        """List what is open, newest first, with the own mirror."""
        mine = await run_in_threadpool(self._mine)
        rows = [
            {
                "id": one.id,
                "month": one.month,
                "title": pick(one.title, self.say.language),
                "all": len(one.items),
                "mirror": mirror(one, mine[one.id]) if one.id in mine else None,
            }
            for one in reversed(self._open().values())
        ]
        return self.page(request, "practice.html.j2", rows=rows, team=self.team, fewest=FEWEST)

    async def one(self, request: Request) -> Response:
        """Show a practice case to answer; once the answers are locked, the key and the reasons beside them."""
        vignette = self._open().get(str(request.path_params["id"]))
        if vignette is None:
            raise HTTPException(404)
        mine = await run_in_threadpool(self._mine)
        if request.method != "POST":
            return self._shown(request, vignette, mine.get(vignette.id))
        fields = await posted(request)
        given = {name: fields.get(name, "") for name in vignette.items}
        if any(answer not in ANSWERS for answer in given.values()):
            return self._shown(request, vignette, None, fields, self.say("practice", "all_first"), 422)
        if self.everybody is None:
            return self._shown(request, vignette, given)
        try:
            await run_in_threadpool(lambda: lock(self._store(), vignette, given, who=self.who, team=self.team))
        except Refused as refused:
            raise HTTPException(409, self.say("practice", "locked")) from refused
        return RedirectResponse(f"/oefenen/{vignette.id}", status_code=303)

    async def of_team(self, request: Request) -> Response:
        """Show what may be told of the team."""
        if not self.team:
            raise HTTPException(404)
        answers = await run_in_threadpool(lambda: told(self._store(), self.known, self.team, self._month()))
        rows = [
            {
                "month": self.known[name].month,
                "title": pick(self.known[name].title, self.say.language),
                "people": len(given),
                "agreement": self._number(await run_in_threadpool(agreement_of, self.known[name], given)),
            }
            for name, given in answers.items()
        ]
        moved = self._number(await run_in_threadpool(drift_of, self.known, answers))
        return self.page(request, "practice_team.html.j2", rows=rows, drift=moved, fewest=FEWEST)

    def _store(self) -> Store:
        if self.everybody is None:
            raise HTTPException(404)
        return self.everybody

    def _mine(self) -> dict[str, Any]:
        return {} if self.everybody is None else {k: v.answers for k, v in own(self.everybody, self.who).items()}

    def _month(self) -> str:
        now = self.everybody.now() if self.everybody else datetime.now(UTC)
        return f"{now:%Y-%m}"

    def _open(self) -> dict[str, Vignette]:
        return {name: one for name, one in self.known.items() if one.month <= self._month()}

    def _number(self, found: Estimate) -> str:
        """Write a number with its interval, or that there is none yet."""
        if found.value is None:
            return self.say("practice", "too_little")
        lang = self.say.language
        if found.low is None or found.high is None:
            return self.say("practice", "no_interval", value=number(found.value, lang))
        low, high = number(found.low, lang), number(found.high, lang)
        return self.say("practice", "between", value=number(found.value, lang), low=low, high=high)

    def _shown(
        self, request: Request, vignette: Vignette, mine: Any, fields: Any = None, problem: str = "", status: int = 200
    ) -> Response:
        lang = self.say.language
        asked = [(name, pick(one.question, lang), one.key, pick(one.why, lang)) for name, one in vignette.items.items()]
        story = [part for part in pick(vignette.story, lang).split("\n\n") if part.strip()]
        template = "practice_one.html.j2" if mine is None else "practice_key.html.j2"
        return self.page(
            request, template, status, id=vignette.id, title=pick(vignette.title, lang), story=story, asked=asked,
            answers=ANSWERS, fields=fields or {}, mine=mine, problem=problem,
            mirror=mirror(vignette, mine) if mine else None,
        )  # fmt: skip
