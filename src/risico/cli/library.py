"""`risico list` and `risico show`: what there is, and what one instrument is."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator

from risico.choosing import domain_label, informant_label
from risico.cli.refusals import instrument
from risico.cli.said import bar, say, table, word
from risico.errors import RisicoError
from risico.instrument import Instrument, Level, catalogue, load
from risico.instrument.labels import worded
from risico.instrument.model import MEMORY, Band, NumberContext
from risico.instrument.reach import outcomes
from risico.pages.card_words import kind, licence_label, measures
from risico.pages.explain_rules import blanks, outcome, rule, text_of
from risico.pages.explain_rules import word as explained
from risico.pages.population import ages, need
from risico.pages.published import say as card_word
from risico.words import Language, number, pick

_STANDING = ("validated", "in_use")


def list_(asked: Namespace) -> None:
    """List the instruments, first those validated or in use in the Netherlands."""
    language: Language = asked.lang
    sound: list[Instrument] = []
    broken: list[str] = []
    ids = catalogue()
    for name in bar(ids, len(ids), "risico list"):
        try:
            sound.append(load(name))
        except RisicoError:
            broken.append(name)
    records = [it for it in sound if not measures(it)]
    first = [it for it in sound if measures(it) and it.nl_status.value in _STANDING]
    rest = [it for it in sound if measures(it) and it.nl_status.value not in _STANDING]
    first.sort(key=lambda it: (_STANDING.index(it.nl_status.value), it.id))
    say(word("list", "head", language, n=len(first)), "", *_table(first, language))
    if rest and asked.all:
        say("", word("list", "rest", language, n=len(rest)), "", *_table(rest, language))
    elif rest:
        say("", word("list", "more", language, n=len(rest)))
    if records:
        say("", word("list", "records", language, n=len(records)), "", *_table(records, language))
    if any(it.nl_status.source == MEMORY for it in sound):
        say(word("list", "memory", language))
    say(word("list", "next", language))
    if broken:
        say(word("list", "broken", language, n=len(broken), ids=", ".join(broken)))


def show_(asked: Namespace) -> None:
    """Show one instrument: for whom, items, codes, scores, levels, limits and sources."""
    it, language = worded(instrument(asked.id, asked.lang)), asked.lang
    said = {"domain": domain_label(it.domain, language), "informant": informant_label(it.informant, language)}
    about = word("show", "about", language, id=it.key, standing=_standing(it, language), **said)
    say(_titled(it, language), about)
    electronic = word("show", "electronic", language, value=card_word("electronic", it.licence.electronic, language))
    licence = [f"{licence_label(it, language)}; {electronic}. {pick(it.licence.note, language)}".strip()]
    parts: list[tuple[str, Iterable[str]]] = [
        ("who", [pick(it.qualification, language)]),
        ("not_for", (pick(words, language) for words in it.applies.not_for)),
        ("refused", (pick(words, language) for words in it.applies.refuse.values())),
        ("licence", licence),
        ("context", _context(it, language)),
        ("items" if it.administer == "official_form" else "open_items", _items(it, language)),
        ("codes", _codes(it, language)),
        ("kept", (f"{it.id}_{name}: {pick(entry.label, language)}" for name, entry in it.kept.items())),
        ("clocks", (f"{pick(clock.title, language)} ({clock.source}, {clock.as_of})" for clock in it.clocks.values())),
        ("scores", _scores(it, language)),
        ("alerts", (f"{it.id}_{name}: {pick(alert.words, language)}" for name, alert in it.alerts.items())),
        ("limits", (pick(limit, language) for limit in it.limits)),
        ("sources", (f"{name}: {source.cite}" for name, source in it.sources.items())),
    ]
    for part, lines in parts:
        told = [f"  {line}" for line in lines]
        if told:
            say("", word("show", part, language), *told)


def _table(instruments: list[Instrument], language: Language) -> Iterator[str]:
    head = tuple(word("list", key, language) for key in ("id", "standing", "informant", "title"))
    rows = (
        (it.id, _standing(it, language), informant_label(it.informant, language), _titled(it, language))
        for it in instruments
    )
    return table([head, *rows])


def _titled(it: Instrument, language: Language) -> str:
    """Name an instrument, marked where it is none but a record or a proposal."""
    return pick(it.title, language) + ("" if measures(it) else f" [{kind(it, language)}]")


def _standing(it: Instrument, language: Language) -> str:
    return word("status", it.nl_status.value, language) + ("*" if it.nl_status.source == MEMORY else "")


def _context(it: Instrument, language: Language) -> Iterator[str]:
    for name, allowed in it.context.items():
        ends = allowed.number if isinstance(allowed, NumberContext) else ()
        assumed = word("show", "assumed", language, value=it.variants[name].assumed) if name in it.variants else ""
        yield f"{name}: {' … '.join(map(str, ends)) if ends else ' | '.join(map(str, allowed))}{assumed}"
    if it.applies.age is not None and "age" not in it.context:
        yield word("show", "age", language, ages=ages(it, language))
    yield from (word("show", "need", language, name=name, words=need(name, language)) for name in it.applies.needs)


def _items(it: Instrument, language: Language) -> Iterator[str]:
    for item, entry in it.items.items():
        turned = f" ({word('show', 'reversed', language)})" if entry.reverse else ""
        yield f"{it.id}_{item}: {pick(entry.label, language)} [{entry.answers}]{turned}"
        yield from (f"  {pick(text, language)}" for text in (entry.definition, entry.example) if text)


def _codes(it: Instrument, language: Language) -> Iterator[str]:
    for name, answers in it.answers.items():
        if answers.number is not None:
            yield f"{name}: " + word("show", "number", language, low=answers.number[0], high=answers.number[1])
        else:
            yield f"{name}: " + ", ".join(f"{c} = {pick(t, language)}" for c, t in (answers.codes or {}).items())
    if it.missing_codes:
        yield word("show", "unknown", language, codes=", ".join(map(str, it.missing_codes)))


def _scores(it: Instrument, language: Language) -> Iterator[str]:
    for name, entry in it.scores.items():
        if entry.helper:
            continue
        ends = f" {number(entry.range[0], language)}-{number(entry.range[1], language)}" if entry.range else ""
        told = {"title": pick(entry.title, language) or name, "range": ends}
        told |= {"rule": rule(it, name, language), "missing": blanks(it, name, language)}
        yield word("show", "score", language, name=f"{it.id}_{name}", **told) + _memory(entry.source, language)
        words = [outcome(it, name, value, language) for value in dict.fromkeys(outcomes(entry)) if value in it.outcomes]
        if words:
            yield "  " + explained("rules", "outcomes", language, said=" / ".join(words))
        for key, band in it.bands.items():
            if band.of == name:
                yield from _levels(it, key, band, language)


def _levels(it: Instrument, key: str, band: Band, language: Language) -> Iterator[str]:
    for context, levels in band.tables().items():
        told = "; ".join(
            explained("rules", "from", language, low=number(level.from_, language), level=_level(level, language))
            + _memory(level.source or band.source, language)
            for level in levels
        )
        by = f" ({', '.join(context)})" if context else ""
        yield "  " + word("show", "levels", language, name=f"{it.id}_{key}", by=by, levels=told)


def _level(level: Level, language: Language) -> str:
    return pick(level.meaning, language) or text_of(level.result, language)


def _memory(source: str, language: Language) -> str:
    return word("show", "memory", language) if source == MEMORY else ""
