"""What there is of a case, in parts that can be read, copied, and ticked one by one for a receiver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from risico.dossier import Entry, independence, view
from risico.dossier.bodies import SECTIONS, Note, Phase, Statement
from risico.instrument import catalogue, load
from risico.pages.explain import explained
from risico.pages.explain_rules import word
from risico.web.wording import Say
from risico.words import pick


@dataclass(frozen=True)
class Block:
    """Lines under a heading of their own; the heading may be empty."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One part of a case; `key` names it in the log: its kind, with a code or the number of an entry."""

    key: str
    title: str
    blocks: tuple[Block, ...]


def parts(entries: Sequence[Entry], say: Say) -> list[Part]:
    """Return every part of a case, what is not known first."""
    now = [entry for entry in entries if entry.body is not None]
    return [
        _unknown(entries, say),
        *(_member(entries, code, say) for code in view.members(entries)),
        *_phase(now, say),
        *_analysis(entries, say),
        *(_form(entries, entry, say) for entry in view.forms(entries)),
        *(_note(entry, say) for entry in now if isinstance(entry.body, Note)),
        *(_statement(entry, say) for entry in now if isinstance(entry.body, Statement)),
    ]


def as_text(shown: Sequence[Part]) -> str:
    """Return parts as plain text, to copy into another system."""
    return "\n\n".join("\n".join(_written(part)) for part in shown) + "\n"


def _written(part: Part) -> Iterator[str]:
    yield part.title.upper()
    for block in part.blocks:
        yield from [block.title] if block.title else []
        yield from block.lines


def _unknown(entries: Sequence[Entry], say: Say) -> Part:
    lines = [f"{code}: {say('aspects', aspect)}?" for code, aspect in view.unknown(entries)]
    drafts = [f"{_title(entry, say)}: {say('report', 'draft')}" for entry in view.forms(entries, drafts=True)]
    alerts = [
        f"{alert.about or say('case', 'whole')}: {pick(load(alert.instrument).alerts[alert.alert].words, say.language)}"
        for alert in view.open_alerts(entries)
    ]
    asked = [Block(say("case", "waits"), tuple(alerts))] if alerts else []
    none = say("case", "unknown_none" if view.members(entries) else "nobody")
    return Part("unknown", say("case", "unknown"), (Block("", tuple([*lines, *drafts] or [none])), *asked))


def _member(entries: Sequence[Entry], code: str, say: Say) -> Part:
    member, cells = view.members(entries)[code], view.sight(entries)[code]
    age = say("case", "years", age=member.age) if member.age is not None else say("report", "age_unknown")
    lines = [
        f"{say('aspects', aspect)}: {say('answers', cell.body.answer)} {cell.body.text} ({cell.at[:10]}, {cell.by})"
        if cell
        else f"{say('aspects', aspect)}: ?"
        for aspect, cell in cells.items()
    ]
    return Part(f"member:{code}", f"{code} ({say('roles', member.role)}, {age})", (Block("", tuple(lines)),))


def _phase(now: Sequence[Entry], say: Say) -> Iterator[Part]:
    found = [entry for entry in now if isinstance(entry.body, Phase)][-1:]
    for entry in found:
        why = f"{say('case', 'why_not')}: {entry.body.why_not_further or '–'}"
        lines = (f"{say('phases', entry.body.phase)} ({_by(entry)})", why)
        yield Part(f"phase:{entry.number}", say("case", "phase"), (Block("", lines),))


def _analysis(entries: Sequence[Entry], say: Say) -> Iterator[Part]:
    versions = view.analyses(entries)
    for entry in versions[-1:]:
        told = [(name, entry.body.sections.get(name, "")) for name in SECTIONS]
        blocks = [Block(say("analysis", name), tuple(text.splitlines()) or ("–",)) for name, text in told]
        version = say("report", "version", n=len(versions), by=_by(entry))
        yield Part(f"analysis:{entry.number}", say("pages", "analyse"), (Block("", (version,)), *blocks))


def _form(entries: Sequence[Entry], entry: Entry, say: Say) -> Part:
    """Say one form: who rated, by which version, the own judgement, what others judged, then the whole explanation."""
    body, about = entry.body, entry.about or say("case", "whole")
    title = f"{_title(entry, say)} · {about} · {entry.at[:10]} · {entry.by}"
    rater = " · ".join(filter(None, (entry.by, body.discipline, body.organisation, body.training)))
    lines = [f"{say('report', 'rater')}: {rater} ({say('judging', body.position)})"]
    lines.append(say("report", "file", which=f"{body.instrument}@{body.version}", file=body.file[:12]))
    lines += [f"{say('result', 'own')}: {say('own', body.own)}"] if body.own else []
    lines += [judged(one, say) for one in view.deviations(entries, entry.number)]
    others = [one.by for one in independence.raters(entries, entry) if one.number != entry.number]
    lines += [say("report", "also_rated", by=", ".join(others))] if others else []
    if body.carried:
        lines.append(say("report", "carried", columns=", ".join(body.carried)))
    lines += [
        f"{column}: {say('note_kinds', note.kind)} {note.by_whom} {note.text}".strip()
        for column, note in body.notes.items()
    ]
    if body.instrument not in catalogue():
        return Part(f"form:{entry.number}", title, (Block("", (*lines, say("report", "gone"))),))
    said = explained({**body.answers, **body.context}, load(body.instrument), say.language)
    blocks = [Block(word("parts", name, say.language), tuple(told)) for name, told in said.items()]
    return Part(f"form:{entry.number}", title, (Block("", tuple(lines)), *blocks))


def judged(entry: Entry, say: Say) -> str:
    """Say a reasoned judgement in one line: whose, when, what and why."""
    body, key = entry.body, "joint_line" if entry.body.beside else "line"
    return say("judging", key, own=say("own", body.own), why=body.why, by=entry.by, at=entry.at[:10])


def _note(entry: Entry, say: Say) -> Part:
    body, about = entry.body, entry.about or say("case", "whole")
    kind = f"{say('note_kinds', body.kind)}{f' ({body.by_whom})' if body.by_whom else ''}"
    lines = (f"{kind}: {body.text}", _by(entry))
    return Part(f"note:{entry.number}", f"{say('report', 'note')} · {about} · {entry.at[:10]}", (Block("", lines),))


def _statement(entry: Entry, say: Say) -> Part:
    what, about = say("statements", entry.body.what), entry.about or say("case", "whole")
    lines = (entry.body.text or "–", _by(entry))
    return Part(f"statement:{entry.number}", f"{what} · {about} · {entry.body.on}", (Block("", lines),))


def _title(entry: Entry, say: Say) -> str:
    name = entry.body.instrument
    return pick(load(name).title, say.language) if name in catalogue() else name


def _by(entry: Entry) -> str:
    return f"{entry.by}, {entry.at[:10]}"
