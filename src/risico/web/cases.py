"""The screens of a case: first what is not known, then danger, then each person apart; no number for a household."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from risico import choosing
from risico.dossier import Entry, Store, independence, view
from risico.dossier.bodies import ASPECTS, NOTE_KINDS, PHASES, ROLES, AlertSeen, Member, Note, Phase, Sight
from risico.errors import BrokenInstrument, Refused
from risico.instrument import catalogue, load
from risico.strict import Frozen, build
from risico.web.guard import posted
from risico.web.screen import Screen
from risico.words import pick

WRITTEN: dict[str, type[Frozen]] = {"zicht": Sight, "fase": Phase, "notitie": Note}
"""What can be written from the page of a case, by the last part of its address."""
PAGES = ("analyse", "verslag", "delen", "bewaren", "gelezen", "wissen")
"""What else there is of a case, by the last part of its address."""


@dataclass(frozen=True)
class Cases(Screen):
    """Open a case, see what is not known, add what is."""

    def routes(self) -> list[Route]:
        """Return the addresses; a case is named in them by its random code."""
        return [
            Route("/", self.start),
            Route("/casus/nieuw", self.new, methods=["POST"]),
            Route("/casus/{case}", self.case),
            Route("/casus/{case}/persoon", self.member, methods=["POST"]),
            Route("/casus/{case}/gezien", self.alert_seen, methods=["POST"]),
            Route("/casus/{case}/{what:str}", self.write, methods=["POST"]),
        ]

    @property
    def kept(self) -> Store:
        """The store. Raises HTTPException 404 where nothing is kept."""
        if self.store is None:
            raise HTTPException(404)
        return self.store

    async def start(self, request: Request) -> Response:
        """Show the first screen: what goes on, what waits, and the ways in."""
        told: dict[str, Any] = {"drafts": [], "alerts": [], "cases": []}
        if self.store is not None:
            told = await run_in_threadpool(self._first)
        return self.page(request, "start.html.j2", problem="", **told)

    async def new(self, request: Request) -> Response:
        """Open a case under the number of the own system."""
        fields = await posted(request)
        try:
            case = await run_in_threadpool(lambda: self.kept.new_case(fields.get("number", ""), by=self.who))
        except ValueError:
            told = await run_in_threadpool(self._first)
            return self.page(request, "start.html.j2", 422, problem=self.say("case", "bad_number"), **told)
        return RedirectResponse(f"/casus/{case}", status_code=303)

    async def case(self, request: Request) -> Response:
        """Show a case."""
        return await self._shown(request, _case(request), "")

    async def member(self, request: Request) -> Response:
        """Add somebody to the household, under a code."""
        fields, case = await posted(request), _case(request)

        def added() -> None:
            taken = view.members(self._of(case))
            role = fields.get("role", "")
            code = next(f"{ROLES[role]}{i}" for i in range(1, 100) if f"{ROLES[role]}{i}" not in taken)
            age = fields.get("age", "").strip()
            body = build(Member, {"role": role, "age": int(age) if age.isdigit() else age or None}, "member")
            self.kept.add(body, case=case, by=self.who, about=code)

        return await self._written(request, case, added)

    async def alert_seen(self, request: Request) -> Response:
        """Note that somebody saw an alert, and what was done."""
        fields, case = await posted(request), _case(request)

        def added() -> None:
            form, name = int(fields.get("form", "0")), fields.get("alert", "")
            known = {(alert.form, alert.alert): alert for alert in view.open_alerts(self._of(case))}
            body = build(AlertSeen, {"form": form, "alert": name, "done": fields.get("done", "")}, "alert")
            self.kept.add(body, case=case, by=self.who, about=known[form, name].about)

        return await self._written(request, case, added)

    async def write(self, request: Request) -> Response:
        """Add what is known of a person, the phase or a note."""
        fields, case, what = await posted(request), _case(request), request.path_params["what"]
        if what not in WRITTEN:
            raise HTTPException(404)
        about = fields.pop("about", "") or None

        def added() -> None:
            if about is not None and about not in view.members(self._of(case)):
                raise KeyError(about)
            body = build(WRITTEN[what], {key: text for key, text in fields.items() if key != "submit"}, what)
            self.kept.add(body, case=case, by=self.who, about=about)

        return await self._written(request, case, added)

    async def _written(self, request: Request, case: str, add: Callable[[], None]) -> Response:
        """Add an entry; what cannot be read is said, and the page comes back with everything that stands."""
        self._of(case)
        try:
            await run_in_threadpool(add)
        except (BrokenInstrument, KeyError, ValueError, StopIteration):
            return await self._shown(request, case, self.say("case", "not_read"), 422)
        except Refused as refused:
            return await self._shown(request, case, str(refused), 409)
        return RedirectResponse(f"/casus/{case}", status_code=303)

    async def _shown(self, request: Request, case: str, problem: str, status: int = 200) -> Response:
        entries = await run_in_threadpool(lambda: self._of(case))
        return self.page(request, "case.html.j2", status, problem=problem, case=case, **self._told(entries))

    def _of(self, case: str) -> list[Entry]:
        """Return the entries of a case. Raises HTTPException 404 for a case that there is not, or that was erased."""
        entries = self.kept.entries(case)
        if not any(entry.kind == "case" and entry.body is not None for entry in entries):
            raise HTTPException(404)
        return entries

    def _whole(self, case: str) -> list[Entry]:
        """Return the entries of a case for a page that brings everything together.

        Raises HTTPException 409 for who has a rating open that must stay independent of what stands there.
        """
        entries = self._of(case)
        blind = independence.hidden(entries, self.who)
        if any(entry.number in blind for entry in view.forms(entries)):
            raise HTTPException(409, self.say("second", "blind_page"))
        return entries

    def _told(self, everything: Sequence[Entry]) -> dict[str, Any]:
        entries = independence.seen_by(everything, self.who)
        now = [e for e in entries if e.body is not None]
        phases, notes = [e for e in now if e.kind == "phase"], [e for e in now if e.kind == "note"]
        return {
            "number": next(e.body.number for e in now if e.kind == "case"),
            "members": view.members(entries),
            "sight": view.sight(entries),
            "unknown": view.unknown(entries),
            "phase": phases[-1] if phases else None,
            "flags": self._flags(entries),
            "alerts": self._alerts(everything),
            "drafts": [self._form(entry) for entry in view.forms(entries, drafts=True)],
            "forms": [self._form(entry) for entry in view.forms(entries)],
            "notes": notes,
            "roles": tuple(ROLES),
            "aspects": ASPECTS,
            "phases": PHASES,
            "note_kinds": NOTE_KINDS,
            "choices": self._choices(),
            "pages": PAGES,
            "people": list(view.members(entries)),
        }

    def _flags(self, entries: Sequence[Entry]) -> list[tuple[str, list[str]]]:
        """Say of each subject of danger what each form holds; an empty list where no form asked it."""
        words, lang = choosing.words()["concepts"], self.say.language
        return [
            (pick(words[concept], lang), [self.flag(flag) for flag in told])
            for concept, told in view.flags(entries).items()
        ]

    def flag(self, flag: view.Flag) -> str:
        it, lang = load(flag.instrument), self.say.language
        words = (it.answer_set(flag.item).codes or {}).get(flag.code) if flag.code is not None else None
        answer = pick(words, lang) if words else self.say("missing", "unknown") if flag.code is None else str(flag.code)
        label = pick(it.items[flag.item].label, lang)
        who = flag.about or self.say("case", "whole")
        return f"{who} · {label}: {answer} ({pick(it.title, lang)}, {flag.at[:10]})"

    def alert(self, alert: view.OpenAlert) -> dict[str, Any]:
        """Return an alert in words, with where it can be noted that it was seen."""
        it = load(alert.instrument)
        words = pick(it.alerts[alert.alert].words, self.say.language)
        return {
            "name": alert.alert,
            "form": alert.form,
            "about": alert.about,
            "title": pick(it.title, self.say.language),
            "words": words if alert.certain else self.say("alert", "not_certain", words=words),
        }

    def _alerts(self, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        """Return the open alerts; of a form that is hidden from who looks only that there is one, not what it says."""
        blind = independence.hidden(entries, self.who)
        found = view.open_alerts(entries)
        told = [self.alert(alert) for alert in found if alert.form not in blind]
        about = dict.fromkeys(alert.about for alert in found if alert.form in blind)
        words = {"name": "", "form": 0, "title": self.say("second", "other"), "words": self.say("second", "alert")}
        return told + [words | {"about": person} for person in about]

    def _form(self, entry: Entry) -> dict[str, Any]:
        it = load(entry.body.instrument)
        asked = [f"{it.id}_{item}" for item in it.items]
        return {
            "number": entry.number,
            "title": pick(it.title, self.say.language),
            "about": entry.about,
            "at": entry.at[:10],
            "by": entry.by,
            "position": entry.body.position,
            "done": sum(entry.body.answers.get(column) is not None for column in asked),
            "all": len(asked),
        }

    def _choices(self) -> list[tuple[str, str]]:
        found = [(name, pick(load(name).title, self.say.language)) for name in catalogue()]
        return sorted(found, key=lambda choice: choice[1].casefold())

    def _first(self) -> dict[str, Any]:
        """Return what stands on the first screen: drafts, alerts that nobody saw, and the cases, newest first."""
        by_case: dict[str, list[Entry]] = {}
        for entry in self.kept.entries():
            by_case.setdefault(entry.case, []).append(entry)
        told: dict[str, Any] = {"drafts": [], "alerts": [], "cases": []}
        for case, entries in reversed(by_case.items()):
            number = next((e.body.number for e in entries if e.kind == "case" and e.body is not None), None)
            if number is None:
                continue
            where = {"case": case, "case_number": number}
            told["cases"].append(where)
            shown = independence.seen_by(entries, self.who)
            told["drafts"] += [where | self._form(entry) for entry in view.forms(shown, drafts=True)]
            told["alerts"] += [where | alert for alert in self._alerts(entries)]
        return told


def _case(request: Request) -> str:
    return str(request.path_params["case"])


def tab() -> str:
    """Return a word for one open form, by which two people in it are told apart."""
    return secrets.token_hex(8)


def latest(entries: Sequence[Entry], first: int) -> Entry:
    """Return what a form has become since its first entry. Raises HTTPException 404 where there is none."""
    after: Mapping[int | None, Entry] = {entry.replaces: entry for entry in entries}
    found = next((entry for entry in entries if entry.number == first and entry.kind == "form"), None)
    if found is None or found.body is None:
        raise HTTPException(404)
    while found.number in after:
        found = after[found.number]
    return found
