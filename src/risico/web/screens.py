"""The screens of a single score: choose, fill in, read, copy, gone. Nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from risico import choosing
from risico.errors import IllegalAnswers, RisicoError
from risico.instrument import Instrument, catalogue, load
from risico.pages.explain import explain, explained
from risico.pages.explain_rules import word
from risico.web.filling import Question, about, answered, form_of, questions
from risico.web.guard import posted
from risico.web.wording import Say
from risico.words import pick

HERE = Path(__file__).parent
OWN = ("small", "moderate", "great", "cannot_tell")


@dataclass(frozen=True)
class Part:
    """One part of an explanation, as the page lays it out: the result open, what it rests on folded."""

    name: str
    title: str
    lines: tuple[str, ...]

    @property
    def folded(self) -> bool:
        """Whether it is folded at first."""
        return self.name in ("points", "rules", "limits", "sources")

    @property
    def points(self) -> tuple[str, ...]:
        """The lines as points of a list; none where some line is no point."""
        listed = all(line.startswith("- ") for line in self.lines)
        return tuple(line[2:] for line in self.lines) if listed else ()


@dataclass(frozen=True)
class Screens:
    """What every screen needs: the templates and the language."""

    templates: Any
    say: Say

    def routes(self) -> list[Route]:
        """Return the addresses; none of them says what a form is about but by the id of the instrument."""
        return [
            Route("/", self.start),
            Route("/los", self.choose),
            Route("/los/{id}", self.fill, methods=["GET", "POST"]),
            Route("/los/{id}/tussen", self.so_far, methods=["POST"]),
            Route("/los/{id}/uitslag", self.result, methods=["POST"]),
            Route("/klaar", self.done, methods=["POST"]),
        ]

    def page(self, request: Request, name: str, status: int = 200, **told: object) -> Response:
        """Fill a template; everything is escaped."""
        told |= {"say": self.say, "lang": self.say.language, "csrf": request.scope["csrf"], "csrf_name": "csrf"}
        return HTMLResponse(self.templates.get_template(name).render(told), status_code=status)

    async def start(self, request: Request) -> Response:
        """Show the first screen."""
        return self.page(request, "start.html.j2")

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
        shown = [Part(name, word("parts", name, self.say.language), tuple(lines)) for name, lines in parts.items()]
        title = pick(it.title, self.say.language)
        return self.page(
            request, "result.html.j2", it=it, title=title, parts=shown, text=text, judged=judged, fields=fields
        )

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
            limits=[pick(group, lang) for group in it.applies.not_for], done=answered(fields, asked),
        )  # fmt: skip


def instrument(request: Request) -> Instrument:
    """Return the instrument of an address. Raises HTTPException 404 for none of the library."""
    name = request.path_params["id"]
    if name not in catalogue():
        raise HTTPException(404)
    return load(name)


def own_first(it: Instrument) -> bool:
    """Whether a professional's own judgement of the danger is asked before the form says anything."""
    who = choosing.words()["informants"].get(it.informant, {}).get("who", ())
    return it.kind == "instrument" and it.status == "computed" and it.model == "formative" and "professional" in who


def live(it: Instrument) -> bool:
    """Whether a result may be seen while filling in: of outcome lists alone, as a sum on the way steers answers."""
    return it.model == "reflective" and it.status == "computed"


def _found(asked: Mapping[str, str]) -> tuple[choosing.Fit, ...]:
    age = asked["age"].replace(",", ".")
    try:
        years = float(age) if age else None
    except ValueError:
        years = -1.0  # no number: refused with the same words as an age that nobody has
    return choosing.find(age=years, concern=asked["concern"] or None, informant=asked["who"] or None)
