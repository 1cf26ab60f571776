"""One form in words: what it says, what it cannot say yet, for whom it is not, and then the points and the sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from risico.exchange import single
from risico.instrument import Instrument, Score, load
from risico.instrument.model import MEMORY, Alert
from risico.pages.explain_rules import FEW, blanks, counted, made_of, numbered, rule, word
from risico.pages.population import need, not_meant
from risico.pages.published import checked
from risico.pages.told import Told, asked_by, read_by
from risico.words import Language, number, pick


def explain(form: Any, instrument: str | Path | Instrument, language: Language = "nl") -> str:
    """Explain one form in words, in Dutch or English, as plain text that can be copied into a file.

    `form` is a mapping of columns to answers, or a frame with one row. In this order: what the instrument says; what is
    not known and the lowest and highest that the blanks still allow; for whom it is not meant; what to do; then points,
    rules, bounds, limits and sources, with what nobody checked marked. Never a colour, a percentage of risk or a
    decision. Raises IllegalAnswers when an answer is none of the instrument's codes.

    >>> text = explain({f"phq9_{i}": 1 for i in range(1, 11)}, "phq9", "en")
    >>> print("\\n".join(text.splitlines()[2:5]))
    WHAT THIS FORM SAYS
    Total score: 9 (0 to 27; higher is worse).
      Severity of symptoms: mild symptoms.
    """
    it = load(instrument)
    blocks = [f"{pick(it.title, language)}\n"]
    for name, lines in explained(form, it, language).items():
        text = "\n".join(lines)
        blocks.append(f"{word('parts', name, language).upper()}\n{text}\n")
    return "\n".join(blocks)


def explained(form: Any, it: Instrument, language: Language = "nl") -> dict[str, list[str]]:
    """Return the lines of the same explanation by part, in order, for a page that lays them out itself.

    The parts are says, open, not_for, next, points, rules, limits and sources; one that has nothing to say is left out.

    >>> list(explained({"phq9_1": 1}, load("phq9"), "en"))
    ['says', 'open', 'not_for', 'next', 'points', 'rules', 'limits', 'sources']
    """
    told = Told.of(form, it, language)
    parts = {
        "says": _says(told),
        "open": _open(told),
        "not_for": _not_for(told),
        "next": _next(told),
        "points": _points(told),
        "rules": _rules(told),
        "limits": (f"- {pick(limit, language)}" for limit in told.it.limits),
        "sources": _sources(told),
    }
    return {name: said for name, lines in parts.items() if (said := list(lines))}


def _says(told: Told) -> Iterator[str]:
    """Every result with its level, then the alerts."""
    if all(told.answer(item) is None or told.unknown(item) for item in told.it.items):
        yield told("says", "nothing")
        return
    for name in told.speaking():
        yield _result(told, name)
        yield from (f"  {sentence}" for sentence in _band_sentences(told, name))
    yield from _without_levels(told)
    alarmed = False
    for name, alert in told.it.alerts.items():
        if told.value(name) is not False:
            yield _alarm(told, alert, known=told.value(name) is not None)
            alarmed = True
    if _all_recalled(told):
        yield told("sources", "all_recalled")
    if told.it.status == "recorded":
        yield told("says", "recorded")
    if told.speaking():
        low = "not_recorded" if told.it.status == "record" else "part_low"
        yield told("says", "no_sign" if not alarmed and told.nothing_seen() else low)


def _alarm(told: Told, alert: Alert, *, known: bool) -> str:
    """Say an alert; where it cannot be told, why, and what it would mean or what the file says of that."""
    if not known and alert.unsure is None:
        why = _because(told, *asked_by(told.it, alert.when))
        return told("says", "open", why=why, words=pick(alert.words, told.language))
    said = alert.words if known or alert.unsure is None else alert.unsure
    return told("says", "alert", words=pick(said, told.language))


def _result(told: Told, name: str) -> str:
    entry, value = told.it.scores[name], told.value(name)
    if value is None:
        return _no_result(told, name)
    if entry.rule == "judgement":
        key = {"recorded": "copied", "record": "noted"}.get(told.it.status, "judgement")
        return told("says", key, title=told.title(name), value=told.outcome(name, value))
    if entry.rule == "decide" and entry.range is None:
        title = told.title(name)
        return told.spoken(entry.speaks, title, told.outcome(name, value)) + _recalled(told, entry)
    ends = ""
    if entry.range is not None:
        low, high = (number(end, told.language) for end in entry.range)
        ends = told("says", "range", low=low, high=high, way=told("says", entry.higher_is))
    then = counted(told.it, name).missing.then if told.absent(told.it.items_of(name)) else ""
    how = {"at_least": "at_least", "prorate": "prorated"}.get(then, "value")
    return told("says", how, title=told.title(name), value=told.text(value), range=ends) + _recalled(told, entry)


def _recalled(told: Told, entry: Score) -> str:
    return told("sources", "rule_recalled") if entry.source == MEMORY and not _all_recalled(told) else ""


def _all_recalled(told: Told) -> bool:
    """Tell whether every one of several results is by a rule from memory: that is said once."""
    scores = told.it.shown.values()
    return len(scores) > 1 and all(entry.source == MEMORY for entry in scores)


def _no_result(told: Told, name: str) -> str:
    if told.unread:
        return told("says", "version", title=told.title(name), context=" + ".join(map(told.allowed, told.unread)))
    items, context = read_by(told.it, name)
    lacking = told.ungiven(sorted(context))
    missing, then = len(told.absent(items)), told.it.scores[name].missing
    if told.it.scores[name].rule == "goal_attainment":
        return told("says", "no_goal", title=told.title(name))
    lack = told("says", "lacks" if missing == 1 else "lack", missing=missing, items=len(items))
    facts = {"title": told.title(name), "lack": lack, "answered": then.answered}
    why, only = _and(told, _not_given(told, lacking)), told.it.scores[name].only
    if not missing:
        key = "without" if lacking else "only" if only is not None else "unscored"
        return told("says", key, why=why, when=told.condition(only) if only is not None else "", **facts)
    if len(items) == 1 and not lacking:
        return told("says", "no_single", **facts)
    few = then.answered > max(1, len(items) - missing)
    said = told("says", "too_few" if few else "certain" if then.then != "none" else "none", **facts)
    return f"{said} {told('says', 'also', why=why)}" if lacking else said


def _because(told: Told, items: Iterable[str], context: Iterable[str]) -> str:
    """Say why something cannot be told: an answer is missing, a context was not given, or both."""
    if told.unread:
        return told("says", "no_rule")
    lacking = _not_given(told, told.ungiven(sorted(context)))
    return _and(told, lacking if lacking and not told.absent(items) else [told("says", "no_answer"), *lacking])


def _not_given(told: Told, columns: list[str]) -> list[str]:
    return [told("says", "not_given", context=told.allowed(name)) for name in columns]


def _and(told: Told, said: list[str]) -> str:
    return f" {told('says', 'and')} ".join(said)


def _without_levels(told: Told) -> Iterator[str]:
    """Say once for all levels that need the same context that there are none without it."""
    lacking: dict[str, list[str]] = {}
    for key, band in told.it.bands.items():
        if told.levels(band) is None:
            context = " + ".join(map(told.allowed, told.ungiven(band.by) or band.by))
            lacking.setdefault(context, []).append(told.title(key))
    for context, names in lacking.items():
        listed = ", ".join(names) if len(names) <= FEW else told("says", "many", n=len(names))
        yield told("says", "no_context", names=listed, context=context)


def _band_sentences(told: Told, name: str) -> Iterator[str]:
    for key, band in told.bands(name).items():
        low, high = told.value(key, "_low"), told.value(key, "_high")
        if low != high and all(told.leveled(name, key, end) for end in ("_low", "_high")):
            said = told("says", "levels", low=told.level(band, low), high=told.level(band, high))
            yield told.spoken(band.speaks, told.title(key), said)
        elif told.leveled(name, key):
            yield told.spoken(band.speaks, told.title(key), told.level(band, told.value(key)))


def _open(told: Told) -> Iterator[str]:
    absent = told.absent(told.it.scored_items)
    if told.unread:
        yield told("open", "not_read")
    elif not absent:
        yield told("open", "complete")
    for item in absent:
        yield f"- {told.item(item)}: {told('open', 'unknown' if told.unknown(item) else 'blank')}"
    if any(entry.goals and not told.unset.isdisjoint(entry.goals) for entry in told.it.scores.values()):
        yield told("open", "unset")
    for column in told.ungiven(told.it.context):
        yield f"- {told.allowed(column)}: {told('open', 'not_given' if told.given(column) is None else 'not_usable')}"
    for column in told.assumed():
        said = told("open", "assumed", value=told.it.variants[column].assumed)
        yield f"- {told.allowed(column)}: {said}"
    for name, entry in told.it.shown.items():
        low, high = told.ends(name)
        if low is not None and low != high:
            ends = {"low": number(low, told.language), "high": number(high, told.language)}
            could = told("open", "could", title=told.title(name), **ends)
            yield "".join((could, *_level_ends(told, name))) + "."
        elif entry.rule == "decide" and told.value(name) is None and told.absent(told.it.items_of(name)):
            yield told("open", "undecided", title=told.title(name))


def _level_ends(told: Told, name: str) -> Iterator[str]:
    """Say between which levels the blanks still decide; where they decide none, which level it stays."""
    ends = {key: (band, *told.ends(key)) for key, band in told.bands(name).items()}
    reached = all(end is not None for end in told.ends(name))
    known = {key: end for key, end in ends.items() if None not in end or (reached and told.nameless(end[0]))}
    moving = {key: end for key, end in known.items() if end[1] != end[2]}
    for key, (band, low, high) in (moving or dict(list(known.items())[:1])).items():
        said = {"name": told.title(key), "low": told.level(band, low), "high": told.level(band, high)}
        yield told("open", "from_to" if low != high else "same", **said)


def _not_for(told: Told) -> Iterator[str]:
    ages, needs = told.it.applies.age, [need(name, told.language) for name in told.it.applies.needs]
    yield from not_meant(single(told.row), told.it, told.language)
    if ages is not None and told.age() is None and told.given("age") is not None:
        yield told("not_for", "no_number")
    if needs:
        yield f"- {told('not_for', 'needs', needs=', '.join(needs))}"
    if ages is not None:
        low, high = (number(end, told.language) for end in ages)
        yield f"- {told('not_for', 'age', low=low, high=high)}"
    for group in told.it.applies.not_for:
        yield f"- {pick(group, told.language)}"


def _next(told: Told) -> Iterator[str]:
    for name, alert in told.it.alerts.items():
        if alert.refer and told.value(name) is not False:
            yield f"- {pick(alert.refer, told.language)}"
    absent = told.absent(told.it.scored_items)
    if absent:
        key = "ask" if all(map(numbered, absent)) else "ask_above"
        yield f"- {told('next', key, items=', '.join(absent), n=len(absent))}"
    yield f"- {told('next', 'who', who=pick(told.it.qualification, told.language))}"
    if told.it.administer == "official_form":
        yield f"- {told('next', 'official_result' if told.it.status == 'recorded' else 'official')}"
    yield f"- {told('next', 'decide')}"


def _points(told: Told) -> Iterator[str]:
    counts = told.it.status == "computed"
    for item, entry in told.it.items.items():
        if item in told.unset:
            continue
        code, worth = told.code(item), told.worth(item)
        key = "point" if worth == 1 else "points"
        said = [told("points", key, points=number(worth, told.language))] if worth is not None else []
        if code is None or told.skipped(item):
            answer = told("open", "unknown" if told.unknown(item) else "unread" if told.unread else "blank")
            said += [told("points", "skipped")] if code is not None else []
        else:
            answer = _answer(told, item, code)
        said += [told("points", "reversed")] if entry.reverse else []
        said += [told("points", "uncounted")] if counts and item not in told.it.scored_items else []
        place = f"{item}. " if numbered(item) else ""
        yield f"{place}{pick(entry.label, told.language)}: {', '.join((answer, *said))}"


def _answer(told: Told, item: str, code: Any) -> str:
    """Say an answer in words, with the number or letter of the form; a measured number as it is written."""
    words = told.answered(item, code)
    if words is None:
        whole = isinstance(code, int | float) and float(code).is_integer()
        return str(int(code)) if whole else told.text(code)
    return f"{words} [{code}]" if numbered(str(code)) else words


def _rules(told: Told) -> Iterator[str]:
    for name, entry in told.it.shown.items():
        parts, missing = (tell(told.it, name, told.language) for tell in (made_of, blanks))
        only = told("rules", "only", when=told.condition(entry.only)) if entry.only is not None else ""
        yield (
            "- "
            + told(
                "rules",
                "over",
                title=told.title(name),
                rule=rule(told.it, name, told.language),
                parts=parts,
                missing=missing,
            )
            + only
        )
        if name in told.result and told.value(name) is not None and not told.bands(name):
            yield f"  = {told.outcome(name, told.value(name))}"
        yield from _cases(told, name)
        for key, band in told.bands(name).items():
            levels = [
                told("rules", "from", low=number(level.from_, told.language), level=told.level(band, level.result))
                for level in told.levels(band) or ()
                if level.result is not None
            ]
            if levels:
                yield "  " + told("rules", "bounds", name=told.title(key), levels="; ".join(levels))


def _cases(told: Told, name: str) -> Iterator[str]:
    entry = told.it.scores[name]
    for case in entry.cases:
        yield "  " + told("rules", "case", then=told.outcome(name, case.then), when=told.condition(case.when))
    if entry.cases and entry.otherwise is not None:
        yield "  " + told("rules", "otherwise", value=told.outcome(name, entry.otherwise))


def _sources(told: Told) -> Iterator[str]:
    for name, source in told.it.sources.items():
        place = f", {source.doi or source.url}" if source.doi or source.url else ""
        yield f"- {name}: {source.cite}{place} [{told('sources', 'seen' if source.seen else 'unseen')}]"
    recalled = [told.title(name) for name, entry in told.it.shown.items() if entry.source == MEMORY]
    recalled += [
        told("sources", "blanks", title=told.title(name))
        for name, entry in told.it.shown.items()
        if entry.missing.source and not checked(told.it, entry.missing.source)
    ]
    for key, band in told.it.bands.items():
        shown = told.levels(band) or ()
        if band.source == MEMORY or any(level.source == MEMORY for level in shown):
            recalled.append(told.title(key))
    if recalled:
        yield "- " + told("sources", "memory", what=", ".join(recalled))
    standing = told.it.nl_status
    memory = told("sources", "by_memory") if standing.source == MEMORY else ""
    yield "- " + told("sources", "standing", status=told("status", standing.value), memory=memory)
    yield "- " + told("sources", "file", id=told.it.key)
