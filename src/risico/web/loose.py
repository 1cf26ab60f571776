"""The screens of a single score: choose, fill in, read, copy, gone. Nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico import choosing
from risico.errors import IllegalAnswers, RisicoError
from risico.instrument import Instrument, catalogue, load
from risico.pages.explain import explain, explained
from risico.web.filling import OWN, Question, about, answered, form_of, live, own_first, questions
from risico.web.guard import posted
from risico.web.screen import Screen, laid_out
from risico.words import pick


@dataclass(frozen=True)
class Loose(Screen):
    """Choose a form, fill it in, read and copy the result."""

    def routes(self) -> list[Route]:
        """Return the addresses; none of them says what a form is about but by the id of the instrument."""
        return [
            Route("/los", self.choose),
            Route("/los/{id}", self.fill, methods=["GET", "POST"]),
            Route("/los/{id}/tussen", self.so_far, methods=["POST"]),
            Route("/los/{id}/uitslag", self.result, methods=["POST"]),
            Route("/klaar", self.done, methods=["POST"]),
        ]

    async def choose(self, request: Request) -> Response:
        """List what fits what is asked, and why the others do not."""
        asked = {key: request.query_params.get(key, "").strip()[:80] for key in ("age", "concern", "who")}
        problem, fits = "", ()
        try:
            fits = await run_in_threadpool(_found, asked)
        except RisicoError as error:
            problem = str(error)
        people = {name: choosing.person_label(name, self.say.language) for name in choosing.words()["people"]}
        groups = {
            "here": [fit for fit in fits if fit.fits and fit.here],
            "elsewhere": [fit for fit in fits if fit.fits and not fit.here],
            "others": [fit for fit in fits if not fit.fits],
        }
        return self.page(request, "choose.html.j2", asked=asked, problem=problem, people=people, groups=groups)

    async def fill(self, request: Request) -> Response:
        """Show the form, empty or with what was filled in."""
        it = instrument(request)
        fields = await posted(request) if request.method == "POST" else {}
        return self._form(request, it, fields)

    async def so_far(self, request: Request) -> Response:
        """Say how far one is, and for an outcome list what the answers say so far."""
        it = instrument(request)
        fields = await posted(request)
        asked, beside = questions(it, self.say), about(it, self.say)
        form = form_of(fields, (*asked, *beside))
        done = answered(form, asked)
        said: Mapping[str, list[str]] = {}
        if live(it) and done:
            try:
                said = await run_in_threadpool(explained, form, it, self.say.language)
            except IllegalAnswers:
                said = {}
        lines = [*said.get("says", []), *(line for line in said.get("open", []) if not line.startswith("- "))]
        return self.page(request, "so_far.html.j2", done=done, all=len(asked), lines=lines, live=live(it))

    async def result(self, request: Request) -> Response:
        """Show the result, after the own judgement where the form is about danger."""
        it = instrument(request)
        fields = await posted(request)
        own = fields.get("own", "")
        if own_first(it) and own not in OWN:
            return self._form(request, it, fields, status=422, problem=self.say("form", "own_missing"))
        form = form_of(fields, (*questions(it, self.say), *about(it, self.say)))
        try:
            parts = await run_in_threadpool(explained, form, it, self.say.language)
            text = await run_in_threadpool(explain, form, it, self.say.language)
        except RisicoError as error:
            problem = f"{self.say('form', 'illegal')} {error}"
            return self._form(request, it, fields, status=422, problem=problem)
        judged = self.say("own", own) if own in OWN else ""
        if judged:
            text = f"{self.say('result', 'own')}: {judged}\n\n{text}"
        shown = laid_out(parts, self.say.language)
        title = pick(it.title, self.say.language)
        return self.page(
            request, "result.html.j2", it=it, title=title, parts=shown, text=text, judged=judged, fields=fields,
            back="", alerts=(),
        )  # fmt: skip

    async def done(self, request: Request) -> Response:
        """Go back to the first screen; the browser is told to forget what it holds of these pages."""
        await posted(request)
        answer = RedirectResponse("/", status_code=303)
        answer.headers["clear-site-data"] = '"cache"'
        return answer

    def _form(
        self, request: Request, it: Instrument, fields: Mapping[str, str], *, status: int = 200, problem: str = ""
    ) -> Response:
        asked: tuple[Question, ...] = questions(it, self.say)
        lang = self.say.language
        return self.page(
            request, "form.html.j2", status, it=it, title=pick(it.title, lang), fields=fields, asked=asked,
            beside=about(it, self.say), problem=problem, own=OWN if own_first(it) else (), live=live(it),
            licence=pick(it.licence.note, lang), qualified=pick(it.qualification, lang),
            limits=[pick(group, lang) for group in it.applies.not_for], done=answered(fields, asked), hidden={},
            carried=(), base=f"/los/{it.id}", back="/los", back_words=self.say("choose", "title"),
        )  # fmt: skip


def instrument(request: Request) -> Instrument:
    """Return the instrument of an address. Raises HTTPException 404 for none of the library."""
    name = request.path_params["id"]
    if name not in catalogue():
        raise HTTPException(404)
    return load(name)


def _found(asked: Mapping[str, str]) -> tuple[choosing.Fit, ...]:
    age = asked["age"].replace(",", ".")
    try:
        years = float(age) if age else None
    except ValueError:
        years = -1.0  # no number: refused with the same words as an age that nobody has
    return choosing.find(age=years, concern=asked["concern"] or None, informant=asked["who"] or None)
