"""Filling in a form of a case: saved with every answer, the own judgement locked, only then the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico.dossier import Entry, independence, view
from risico.dossier.bodies import Cell, Filled
from risico.errors import Refused, RisicoError
from risico.exchange import single
from risico.instrument import Instrument, catalogue, files, load
from risico.instrument.compiled import fingerprint
from risico.pages.explain import explain, explained
from risico.prefill import prefill
from risico.scoring import score
from risico.web.cases import Cases, latest, tab
from risico.web.filling import OWN, Question, about, answered, form_of, live, own_first, questions
from risico.web.guard import posted
from risico.web.report import judged
from risico.web.screen import laid_out
from risico.words import pick

RETRIES: Final = 20


@dataclass(frozen=True)
class CaseForms(Cases):
    """The forms of a case."""

    def routes(self) -> list[Route]:
        """Return the addresses; a form is named in them by the number of its first entry."""
        return [
            Route("/casus/{case}/formulier", self.begin, methods=["POST"]),
            Route("/casus/{case}/formulier/{number:int}", self.fill),
            Route("/casus/{case}/formulier/{number:int}/tussen", self.save, methods=["POST"]),
            Route("/casus/{case}/formulier/{number:int}/uitslag", self.finish, methods=["POST"]),
            Route("/casus/{case}/formulier/{number:int}/uitslag", self.result),
        ]

    async def begin(self, request: Request) -> Response:
        """Begin a form about one person, or about the whole case."""
        fields, case = await posted(request), str(request.path_params["case"])
        name, person = fields.get("instrument", ""), fields.get("about", "") or None

        def begun() -> Entry:
            if name not in catalogue() or (person is not None and person not in view.members(self._of(case))):
                raise HTTPException(404)
            entries = self._of(case)
            second = fields.get("position") == "second"
            if second and not independence.may_rate_second(entries, name, person, self.who):
                raise HTTPException(409, self.say("second", "own_first"))
            it = load(name)
            carried = {} if second else self._carried(entries, it, person)
            body = Filled(
                instrument=it.id, version=it.version, file=fingerprint(files()[it.id]), answers=carried,
                carried=tuple(carried), position="second" if second else "first",
                discipline=fields.get("discipline", "")[:200], organisation=fields.get("organisation", "")[:200],
                training=fields.get("training", "")[:200],
            )  # fmt: skip
            return self.kept.add(body, case=case, by=self.who, about=person)

        entry = await run_in_threadpool(begun)
        return RedirectResponse(f"/casus/{case}/formulier/{entry.number}", status_code=303)

    async def fill(self, request: Request) -> Response:
        """Show the form with what is in it; from here on this window fills it in, and another one is told so."""
        entry = await self._entry(request)
        if not entry.body.draft:
            return RedirectResponse(f"{request.url.path}/uitslag", status_code=303)
        mine = tab()
        body = entry.body.model_copy(update={"tab": mine, "turn": 0})

        def taken() -> None:
            self.kept.add(body, case=entry.case, by=self.who, about=entry.about, replaces=entry.number)

        try:
            await run_in_threadpool(taken)
        except Refused as refused:
            raise HTTPException(409, self.say("form", "another")) from refused
        return self._form_page(request, entry, {**_fields(entry.body), "tab": mine, "turn": "0"})

    async def save(self, request: Request) -> Response:
        """Keep every answer as it is given, and say how far one is."""
        fields, entry = await posted(request), await self._entry(request)
        it = load(entry.body.instrument)
        await run_in_threadpool(self._kept, entry, fields, it, {})
        asked = questions(it, self.say)
        form = form_of(fields, (*asked, *about(it, self.say)))
        done, lines = answered(form, asked), list[str]()
        if live(it) and done and entry.body.position == "first":
            try:
                said = await run_in_threadpool(explained, form, it, self.say.language)
                lines = [*said["says"], *(line for line in said.get("open", ()) if not line.startswith("- "))]
            except RisicoError:
                lines = []
        return self.page(
            request, "so_far.html.j2", done=done, all=len(asked), lines=lines, live=bool(lines) or live(it)
        )

    async def finish(self, request: Request) -> Response:
        """Lock the own judgement, score, keep both, and show the result."""
        fields, entry = await posted(request), await self._entry(request)
        it, own = load(entry.body.instrument), fields.get("own", "")
        if own_first(it) and own not in OWN:
            return self._form_page(request, entry, fields, self.say("form", "own_missing"))
        try:
            number = await run_in_threadpool(self._finished, entry, fields, it)
        except RisicoError as error:
            problem = f"{self.say('form', 'illegal')} {error}"
            return self._form_page(request, entry, fields, problem)
        return RedirectResponse(f"/casus/{entry.case}/formulier/{number}/uitslag", status_code=303)

    async def result(self, request: Request, problem: str = "") -> Response:
        """Show the result of a finished form, after the own judgement."""
        entry = await self._entry(request)
        if entry.body.draft:
            return RedirectResponse(request.url.path.removesuffix("/uitslag"), status_code=303)
        it, lang = load(entry.body.instrument), self.say.language
        form = {**entry.body.answers, **entry.body.context}
        entries = independence.seen_by(self._of(entry.case), self.who)
        parts = await run_in_threadpool(explained, form, it, lang)
        text = await run_in_threadpool(explain, form, it, lang)
        own = self.say("own", entry.body.own) if entry.body.own else ""
        action = f"/casus/{entry.case}/gezien"
        alerts = [self.alert(a) | {"action": action} for a in view.open_alerts(entries) if a.form == entry.number]
        others = view.deviations(entries, entry.number)
        before = [f"{self.say('result', 'own')}: {own}"] if own else []
        before += [self.judged(one) for one in others]
        return self.page(
            request, "case_result.html.j2", it=it, title=pick(it.title, lang), parts=laid_out(parts, lang), judged=own,
            text="\n\n".join([*before, text]), fields={}, alerts=alerts, problem=problem,
            deviations=[self.judged(one) for one in others], levels=OWN, case=entry.case, number=entry.number,
            raters=len(independence.raters(entries, entry)), back=f"/casus/{entry.case}",
            back_words=self.say("case", "title"), status=422 if problem else 200,
        )  # fmt: skip

    def judged(self, entry: Entry) -> str:
        """Say a reasoned judgement in one line: whose, when, what and why."""
        return judged(entry, self.say)

    async def _entry(self, request: Request) -> Entry:
        case, number = str(request.path_params["case"]), int(request.path_params["number"])
        entries = await run_in_threadpool(lambda: self._of(case))
        entry = latest(entries, number)
        if entry.number in independence.hidden(entries, self.who):
            raise HTTPException(409, self.say("second", "blind"))
        return entry

    def _carried(self, entries: Sequence[Entry], it: Instrument, person: str | None) -> dict[str, Cell]:
        """Return the answers that another form about the same person gave today to the very same questions."""
        today, found = self.kept.now().isoformat()[:10], dict[str, Cell]()
        for entry in view.forms(independence.seen_by(entries, self.who)):
            body: Filled = entry.body
            if entry.about != person or entry.at[:10] != today or body.instrument in (it.id, *_gone(body)):
                continue
            form = single({**body.answers, **body.context})
            given = prefill(form, body.instrument, it).forms.row(0, named=True)
            found |= {name: str(given[name]) for name in it.columns() if given.get(name) is not None}
        return found

    def _kept(self, entry: Entry, fields: Mapping[str, str], it: Instrument, more: Mapping[str, Any]) -> Entry:
        """Keep what is filled in, in place of what was kept before; of answers that overtake each other, the latest.

        Raises HTTPException 409 for a form that somebody else fills in, or that is finished.
        """
        mine, turn = fields.get("tab", "")[:40], fields.get("turn", "")
        read, stays = _read(fields, it, self), entry.body.answers
        carried = tuple(name for name in entry.body.carried if read["answers"].get(name) == stays.get(name))
        place = {"tab": mine, "turn": int(turn) if turn.isdecimal() else 0, "carried": carried}
        told: dict[str, Any] = {**read, **place, **more}
        for _ in range(RETRIES):
            if not entry.body.draft or (entry.body.tab and entry.body.tab != mine):
                raise HTTPException(409, self.say("form", "another"))
            if entry.body.turn > told["turn"]:
                return entry
            body = entry.body.model_copy(update=told)
            try:
                return self.kept.add(body, case=entry.case, by=self.who, about=entry.about, replaces=entry.number)
            except Refused:  # another answer of this same window was a moment earlier
                entry = latest(self._of(entry.case), entry.number)
        raise HTTPException(409, self.say("form", "another"))

    def _finished(self, entry: Entry, fields: Mapping[str, str], it: Instrument) -> int:
        read = _read(fields, it, self)
        results = score(single({**read["answers"], **read["context"]}), it).row(0, named=True)
        results = {key: value for key, value in results.items() if key not in read["answers"] | read["context"]}
        judged = fields.get("own", "")
        done = {"draft": False, "results": results, "own": judged if judged in OWN else None}
        return self._kept(entry, fields, it, done).number

    def _form_page(self, request: Request, entry: Entry, fields: Mapping[str, str], problem: str = "") -> Response:
        it, lang = load(entry.body.instrument), self.say.language
        asked: tuple[Question, ...] = questions(it, self.say)
        base = f"/casus/{entry.case}/formulier/{request.path_params['number']}"
        return self.page(
            request, "form.html.j2", 422 if problem else 200, it=it, title=pick(it.title, lang), fields=fields,
            asked=asked, beside=about(it, self.say), problem=problem, own=OWN if own_first(it) else (), live=live(it),
            licence=pick(it.licence.note, lang), qualified=pick(it.qualification, lang),
            limits=[pick(group, lang) for group in it.applies.not_for], done=answered(fields, asked),
            hidden={"tab": fields.get("tab", ""), "turn": fields.get("turn", "0")}, base=base,
            carried=entry.body.carried,
            back=f"/casus/{entry.case}", back_words=self.say("case", "title"),
        )  # fmt: skip


def _read(fields: Mapping[str, str], it: Instrument, screen: CaseForms) -> dict[str, Any]:
    """Return the answers and the context of a form, apart."""
    return {
        "answers": form_of(fields, questions(it, screen.say)),
        "context": form_of(fields, about(it, screen.say)),
    }


def _gone(body: Filled) -> tuple[str, ...]:
    """Return the instrument of a form where the library has it no more."""
    return () if body.instrument in catalogue() else (body.instrument,)


def _fields(body: Filled) -> dict[str, str]:
    return {column: str(value) for column, value in {**body.answers, **body.context}.items() if value is not None}
