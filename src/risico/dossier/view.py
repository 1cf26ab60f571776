"""What stands on the page of a case, made of its entries: nothing here is kept, all of it can be made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from risico.dossier.bodies import ASPECTS, AlertSeen, Analysis, Filled, Judgement, Member, Sight
from risico.dossier.entries import Entry
from risico.instrument import catalogue, load
from risico.instrument.conditions import Code

RED: Final = (
    "strangulation", "threat_to_kill", "weapon", "sexual_violence", "stalking", "confinement", "jealousy_control",
    "fear", "separation", "pregnancy", "suicidality", "suicidality_other", "prior_partner_violence", "child_present",
)  # fmt: skip
"""Subjects of which any form may tell something that nobody may miss (the names are those of `choosing`)."""


@dataclass(frozen=True, kw_only=True)
class Flag:
    """What one form says about one subject of danger: the answer in the words of the form, with source and date.

    `code` is None where it was asked and is not known. An answer is shown as it was given, also a no: whether it is a
    sign is for people to judge, and two forms that contradict each other stand side by side.
    """

    concept: str
    form: int
    instrument: str
    item: str
    about: str | None
    at: str
    code: Code | None


@dataclass(frozen=True, kw_only=True)
class OpenAlert:
    """An alert that nobody has seen yet; `certain` is false where an answer that is not known keeps it open."""

    form: int
    instrument: str
    alert: str
    about: str | None
    certain: bool


def members(entries: Sequence[Entry]) -> dict[str, Member]:
    """Return the members of a household by code, as they stand now."""
    return {e.about: e.body for e in _now(entries) if isinstance(e.body, Member) and e.about is not None}


def forms(entries: Sequence[Entry], *, drafts: bool = False) -> list[Entry]:
    """Return the finished forms (or the drafts) in the order in which they were begun."""
    return [e for e in _now(entries) if isinstance(e.body, Filled) and e.body.draft is drafts]


def sight(entries: Sequence[Entry]) -> dict[str, dict[str, Entry | None]]:
    """Return for each member what is known, by aspect: None is an empty cell, the first thing one should see."""
    found: dict[str, dict[str, Entry | None]] = {code: dict.fromkeys(ASPECTS) for code in members(entries)}
    for entry in _now(entries):
        if isinstance(entry.body, Sight) and entry.about in found:
            found[entry.about][entry.body.aspect] = entry
    return found


def unknown(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Return who is not known in what: the cells of `sight` that are empty, no or unknown, by member and aspect."""
    return [
        (code, aspect)
        for code, cells in sight(entries).items()
        for aspect, entry in cells.items()
        if aspect in ("seen", "spoken_to", "alone", "at_home") and (entry is None or entry.body.answer != "yes")
    ]


def flags(entries: Sequence[Entry]) -> dict[str, list[Flag]]:
    """Return what any form says of each subject of danger; an empty list: it was not asked.

    Never a count and never a level: two forms that ask it twice do not make it worse.
    """
    found: dict[str, list[Flag]] = {concept: [] for concept in RED}
    for entry in forms(entries):
        for flag in _told(entry):
            if flag.concept in found:
                found[flag.concept].append(flag)
    return found


def subjects(entries: Sequence[Entry]) -> dict[str, list[Flag]]:
    """Return what the forms say of each subject that any of them names, danger first, in the order of the forms."""
    found: dict[str, list[Flag]] = {concept: [] for concept in RED}
    for entry in forms(entries):
        for flag in _told(entry):
            found.setdefault(flag.concept, []).append(flag)
    return {concept: told for concept, told in found.items() if told}


def analyses(entries: Sequence[Entry]) -> list[Entry]:
    """Return every version of the explanation of a case, the first one first."""
    return [entry for entry in entries if isinstance(entry.body, Analysis)]


def _told(entry: Entry) -> Iterator[Flag]:
    body: Filled = entry.body
    if body.instrument not in catalogue():
        return
    it = load(body.instrument)
    for item, asked in it.items.items():
        answer = body.answers.get(f"{it.id}_{item}")
        if asked.concept is not None and answer is not None and answer != "not_asked":
            code = next((code for code in it.codes(item) or () if str(code) == str(answer)), None)
            yield Flag(
                concept=asked.concept, form=entry.number, instrument=it.id, item=item, about=entry.about, at=entry.at,
                code=code,
            )  # fmt: skip


def open_alerts(entries: Sequence[Entry]) -> list[OpenAlert]:
    """Return the alerts that nobody has seen yet, also those that an unknown answer keeps open."""
    seen = {(e.body.form, e.body.alert) for e in _now(entries) if isinstance(e.body, AlertSeen)}
    found: list[OpenAlert] = []
    for entry in forms(entries):
        body: Filled = entry.body
        if body.instrument not in catalogue():
            continue
        it = load(body.instrument)
        for alert in it.alerts:
            value = body.results.get(f"{body.instrument}_{alert}")
            if value is not False and (entry.number, alert) not in seen:
                certain, about = value is True, entry.about
                found.append(OpenAlert(form=entry.number, instrument=it.id, alert=alert, about=about, certain=certain))
    return found


def deviations(entries: Sequence[Entry], form: int) -> list[Entry]:
    """Return the reasoned judgements that differ from what a form says."""
    return [e for e in _now(entries) if isinstance(e.body, Judgement) and e.body.form == form]


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Return the columns on which two ratings of the same form differ, in the order of the first."""
    return [column for column, answer in first.items() if second.get(column) != answer]


def _now(entries: Sequence[Entry]) -> list[Entry]:
    replaced = {entry.replaces for entry in entries}
    return [entry for entry in entries if entry.number not in replaced and entry.body is not None]
