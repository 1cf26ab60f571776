"""The first part of an instrument card: in short, purpose, items and rules, use and licence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from risico.choosing import domain_label, informant_label
from risico.instrument import Instrument
from risico.instrument.conditions import Code
from risico.instrument.model import MEMORY, Number, Text
from risico.instrument.reach import outcomes
from risico.pages.card_beside import kept, meanings
from risico.pages.card_words import kind, licence_label, measures, plain, recalled, section
from risico.pages.explain_rules import blanks, made_of, rule, word
from risico.pages.parts import Section, Table
from risico.pages.population import ages, need
from risico.pages.published import cited, say
from risico.words import Language, number, pick

# in short -----------------------------------------------------------------------------------------------------------


def brief(it: Instrument, language: Language) -> list[tuple[str, str]]:
    """Say in seven lines what a reader looks for first."""
    from risico.proof.overview import verified

    seen, every = verified(it)
    whom = ages(it, language)
    if it.applies.needs:
        needs = ", ".join(need(name, language) for name in it.applies.needs)
        whom = say("ages", "only", language, ages=whom, needs=needs)
    standing = say("standing", it.nl_status.value, language)
    told = {
        "about": domain_label(it.domain, language),
        "whom": whom,
        "by": informant_label(it.informant, language),
        "result": result(it, language),
        "standing": standing + recalled(it.nl_status.source, language),
        "screen": say("electronic", it.licence.electronic, language),
        "numbers": say("results", "seen", language, seen=seen, all=every),
    }
    return [(say("facts", key, language), text) for key, text in told.items()]


def result(it: Instrument, language: Language) -> str:
    """Say what comes out of a form."""
    if it.status != "computed":
        return say("results", it.status, language)
    told = plain(it, language)
    name = told.speaking()[0]
    entry, title = it.scores[name], told.title(name)
    if entry.rule in ("decide", "lookup") and entry.range is None:
        named = list(dict.fromkeys(told.outcome(name, each) for each in outcomes(entry) if each is not None))
        return say("results", "rule", language, title=title, outcomes=" / ".join(named))
    low, high = (number(end, language) for end in entry.range) if entry.range else ("–", "–")
    levels = [table for band in told.bands(name).values() for table in band.tables().values()]
    count = max((sum(level.result is not None for level in table) for table in levels), default=0)
    said = say("results", "computed", language, title=title, low=low, high=high)
    return said + (say("results", "levels", language, n=count) if count else "")


def warnings(it: Instrument, language: Language) -> list[str]:
    """Say what a reader may not make of a result: a low one, one that looks like a decision, a judgement."""
    told, found = plain(it, language), list[str]()
    if it.status == "judged" and measures(it):
        found.append(say("cautions", "judged", language))
    spoken = [(name, entry.speaks) for name, entry in (*it.scores.items(), *it.bands.items()) if entry.speaks]
    for key in ("decision", "diagnosis"):
        titles = ", ".join(told.title(name) for name, speaks in spoken if speaks == key)
        found += [say("cautions", key, language, titles=titles)] if titles else []
    if it.status == "recorded":
        found.append(say("cautions", "recorded", language))
    if measures(it):
        levels = [level for band in it.bands.values() for table in band.tables().values() for level in table]
        low = "never_low" if any(level.never_low for level in levels) else "low"
        found.append(say("cautions", low if levels or spoken or _graded(it) else "alone", language))
    return found


def _graded(it: Instrument) -> bool:
    """Tell whether a result without a band can be low: one that a rater judged, or that was officially obtained."""
    official = any(entry.higher_is != "neutral" or entry.rule == "judgement" for entry in it.scores.values())
    return it.status == "judged" or (it.status == "recorded" and official)


# 1 to 3: purpose, items, use ----------------------------------------------------------------------------------------


def purpose(it: Instrument, language: Language) -> Section:
    """Say what it is about, for whom it is meant and for whom it is not."""
    about = {"domain": domain_label(it.domain, language), "unit": say("unit", it.unit, language)}
    found = [say("purpose", "about", language, kind=kind(it, language), **about)]
    found.append(say("purpose", "ages", language, ages=ages(it, language)))
    found.append(say("purpose", "by", language, who=informant_label(it.informant, language)))
    if it.applies.needs:
        needs = "; ".join(need(name, language) for name in it.applies.needs)
        found.append(say("purpose", "needs", language, needs=needs))
    refused = (say("purpose", "refused", language, who=pick(who, language)) for who in it.applies.refuse.values())
    found += list(refused)
    not_for = [pick(group, language) for group in it.applies.not_for]
    found.append(say("purpose", "not_for" if not_for else "not_for_none", language))
    return section("purpose", language, words=found, points=not_for)


def items(it: Instrument, language: Language) -> Section:
    """Show the items, their answers, the rule of each score and the alerts."""
    letters = {name: _letter(place) for place, name in enumerate(it.answers)}
    key = "recorded" if it.status == "recorded" else "caption" if it.administer == "official_form" else "open"
    parts = ("no", "label", "answers", "how", "data")
    rows = [
        [
            name,
            pick(item.label, language),
            letters[item.answers] if len(letters) > 1 else "",
            _counting(it, name, language),
            say("data", item.data, language),
        ]
        for name, item in it.items.items()
    ]
    held = [place for place in range(len(parts)) if any(row[place] for row in rows)]
    if len({row[-1] for row in rows}) == 1:  # one kind of data throughout: said in its own section
        held.remove(len(parts) - 1)
    head = [say("items", parts[place], language) for place in held]
    shown = [[row[place] for place in held] for row in rows]
    tables = [Table(caption=say("items", key, language, n=len(rows)), head=head, rows=shown)]
    tables += [_answers(it, letters, language), _scores(it, language), *kept(it, language)]
    unknown = [say("answers", "unknown", language, codes=", ".join(map(str, it.missing_codes)))]
    decisions, meant = _decisions(it, language), list(meanings(it, language))
    alerts = [_alert(alert.words, alert.refer, language) for alert in it.alerts.values()]
    return section(
        "items",
        language,
        words=[say("scores", "alerts", language)] if alerts else [],
        points=alerts,
        tables=tables,
        fold=say("beside", "fold", language) if meant else say("scores", "fold", language) if decisions else "",
        more=[*meant, *decisions],
        notes=unknown if it.missing_codes else [],
    )


def _letter(place: int) -> str:
    """Name a set of answers: A to Z, then AA, AB, …"""
    more, last = divmod(place, 26)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)


def _alert(said: Text, refer: Text | None, language: Language) -> str:
    return " ".join(filter(None, (pick(said, language), pick(refer, language))))


def _counting(it: Instrument, name: str, language: Language) -> str:
    item = it.items[name]
    said = [say("items", "reversed", language)] if item.reverse else []
    said += [say("items", "weight", language, weight=number(item.weight, language))] if item.weight != 1 else []
    counts = it.status == "computed"
    said += [say("items", "uncounted", language)] if counts and name not in it.scored_items else []
    return ", ".join(said)


def _answers(it: Instrument, letters: Mapping[str, str], language: Language) -> Table:
    rows: list[list[str]] = []
    letters = letters if len(letters) > 1 else dict.fromkeys(letters, say("answers", "every", language))
    for name, answers in it.answers.items():
        if answers.number is not None:
            low, high = (number(end, language) for end in answers.number)
            rows.append([letters[name], say("answers", "number", language, low=low, high=high)])
            continue
        given: Mapping[Any, Any] = answers.points or {}
        worth = {code: points for code, points in given.items() if not isinstance(points, dict)}
        codes = [
            f"{code} = {pick(text, language)}" + _points(worth.get(code, code), code, language)
            for code, text in (answers.codes or {}).items()
        ]
        rows.append([letters[name], "\n".join(codes)])
    head = [say("answers", key, language) for key in ("set", "codes")]
    return Table(caption=say("answers", "caption", language), head=head, rows=rows)


def _points(worth: Code | Number, code: Code, language: Language) -> str:
    """Say what a code counts for where that is not the code itself."""
    if worth == code or isinstance(worth, str):
        return ""
    return " " + say("answers", "worth", language, points=number(worth, language))


def _scores(it: Instrument, language: Language) -> Table:
    told, rows = plain(it, language), list[list[str]]()
    for name, entry in it.shown.items():
        only = word("rules", "only", language, when=told.condition(entry.only)) if entry.only is not None else ""
        ends = "–" if entry.range is None else "–".join(number(end, language) for end in entry.range)
        rows.append(
            [
                told.title(name),
                say("scores", "of", language, rule=rule(it, name, language), parts=made_of(it, name, language)) + only,
                ends,
                say("scores", entry.higher_is, language),
                _blanks(it, name, language),
                cited(it, entry.source, language),
            ]
        )
    head = [say("scores", key, language) for key in ("score", "rule", "range", "way", "blank", "source")]
    return Table(caption=say("scores", "caption", language), head=head, rows=rows)


def _blanks(it: Instrument, name: str, language: Language) -> str:
    source = it.scores[name].missing.source
    return blanks(it, name, language) + (f" ({cited(it, source, language)})" if source and source != MEMORY else "")


def _decisions(it: Instrument, language: Language) -> list[Table]:
    told, found = plain(it, language), list[Table]()
    for name, entry in it.shown.items():
        rows = [[told.outcome(name, case.then), told.condition(case.when)] for case in entry.cases]
        if entry.otherwise is not None:
            rows.append([told.outcome(name, entry.otherwise), say("scores", "otherwise", language)])
        if rows:
            head = [say("scores", key, language) for key in ("then", "when")]
            caption = say("scores", "decisions", language, title=told.title(name))
            found.append(Table(caption=caption, head=head, rows=rows))
    return found


def use(it: Instrument, language: Language) -> Section:
    """Say how it is used, by whom, and under which licence."""
    found = [
        say("use", it.administer, language),
        say("use", "who", language, who=pick(it.qualification, language)),
        say("use", "licence", language, kind=licence_label(it, language)),
        say("use", "screen", language, electronic=say("electronic", it.licence.electronic, language)),
        pick(it.licence.note, language),
        say("use", "ask", language) if it.licence.electronic != "allowed" else "",
    ]
    return section("use", language, words=[text for text in found if text])
