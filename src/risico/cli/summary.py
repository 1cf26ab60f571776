"""What came out of scoring, in counts: how many forms have a result, which, and why the others have none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from risico.cli.said import table, word
from risico.instrument import Instrument, Level
from risico.instrument.beside import Text
from risico.instrument.model import MEMORY
from risico.instrument.reach import outcomes
from risico.pages.population import outside
from risico.pages.told import read_by
from risico.scoring import codes
from risico.scoring.answers import AGE
from risico.scoring.applies import cautions
from risico.scoring.assumed import assumed
from risico.words import Language, pick

Counts = list[tuple[str, int]]


def summary(forms: Any, it: Instrument, columns: list[str], language: Language) -> Iterator[str]:
    """Say how many forms have each result, why some have none, alerts, what was absent, and for whom it is not.

    `columns` are those that the file had. Results that another result rests on take one line, the others a table.
    """
    yield word("score", "head", language, id=it.id, n=forms.height)
    said = codes(forms, it)
    parts = {part for entry in it.scores.values() for part in entry.parts}
    for name in (name for name, entry in it.scores.items() if not entry.helper):
        yield from _result(forms, said, it, name, language)
        for levels in _leveled(forms, it, name, language):
            yield from _inline(*levels) if name in parts else _table(*levels)
    for name in it.alerts:
        yield from _alert(forms, it, name, language)
    absent = [column for column in it.columns() if column not in columns]
    if absent:
        yield "  " + word("check", "absent", language, columns=", ".join(absent))
    if number := no_age(forms, it):
        yield "  " + word("check", "no_age", language, n=number)
    for name, count in assumed(forms, it).items():
        told = {"column": name, "count": count, "n": forms.height, "value": it.variants[name].assumed}
        yield "  " + word("score", "assumed", language, **told)
    yield from (f"  {caution}" for caution in outside(forms, it, language))


def _alert(forms: Any, it: Instrument, name: str, language: Language) -> Iterator[str]:
    """On how many forms an alert is on, or cannot be told; and in words what it says where there is one."""
    flags, alert = forms[f"{it.id}_{name}"], it.alerts[name]
    yes, unknown = int(flags.sum()), flags.null_count()
    yield word("score", "alert", language, name=f"{it.id}_{name}", yes=yes, open=unknown)
    if yes:
        yield f"    {pick(alert.words, language)}"
    if unknown and alert.unsure is not None:
        yield f"    {pick(alert.unsure, language)}"


def no_age(forms: Any, it: Instrument) -> int:
    """Count the forms whose age is no number, where an instrument is meant for some ages but no level asks for it."""
    if it.applies.age is None or AGE in it.context or AGE not in forms.columns:
        return 0
    unknown = sum(caution.unknown for caution in cautions(forms, it) if caution.about == AGE)
    ages = forms[AGE].cast(str, strict=False).str.strip_chars()
    return unknown - int((ages.fill_null("") == "").sum())


def _result(forms: Any, said: Any, it: Instrument, name: str, language: Language) -> Iterator[str]:
    """How many forms have a result, why the others have none, and in how many a blank can still change it."""
    column, entry, n = f"{it.id}_{name}", it.scores[name], forms.height
    title = f"{column} ({pick(entry.title, language)})" if entry.title else column
    known = n - forms[column].null_count()
    why = _why(forms, said, it, name, language) if known < n else ""
    yield word("score", "scorable", language, title=title, count=known, n=n, why=why)
    low, high = f"{column}_low", f"{column}_high"
    if low in forms.columns and (opened := int((forms[low] != forms[high]).sum())):
        yield word("score", "bounds", language, open=opened, low=low, high=high)


def _why(forms: Any, said: Any, it: Instrument, name: str, language: Language) -> str:
    """Count the forms without a result by what they lack: every answer, some answers, a context, or none of these."""
    items, context = read_by(it, name)
    rows = said.filter(forms[f"{it.id}_{name}"].is_null()).rows(named=True)
    counts = dict.fromkeys(("empty", "blanks", "context", "other"), 0)
    lacking = set[str]()
    for row in rows:
        blank = sum(row[f"{it.id}_{item}"] is None for item in items)
        ungiven = {one for one in context if row[one] is None}
        key = "empty" if blank == len(items) else "blanks" if blank else "context" if ungiven else "other"
        lacking |= ungiven if key == "context" else set()
        counts[key] += 1
    columns = ", ".join(sorted(lacking))
    told = [word("why", key, language, n=n, columns=columns) for key, n in counts.items() if n]
    return word("why", "none", language, n=len(rows), reasons=", ".join(told))


def _leveled(forms: Any, it: Instrument, name: str, language: Language) -> Iterator[tuple[str, Counts]]:
    """Each result of a score that is a level, with how often each level came out; none without its context."""
    score = it.scores[name]
    if score.rule in ("decide", "lookup", "judgement") and not forms[f"{it.id}_{name}"].dtype.is_numeric():
        judged = it.answer_set(score.of[0]).codes if score.rule == "judgement" else None
        legal = outcomes(score) if judged is None else list(judged)
        words: dict[Any, Text] = {**(it.outcomes if judged is None else judged)}
        meant = {level: pick(words[level], language) for level in legal if level in words}
        yield f"{it.id}_{name}", _counts(forms[f"{it.id}_{name}"], legal, meant, "no_result", language)
    for key, band in it.bands.items():
        if band.of != name:
            continue
        column = f"{it.id}_{key}"
        lacking = [one for one in band.by if one not in forms.columns and one not in it.variants]
        if lacking:
            yield word("score", "no_context", language, name=column, columns=", ".join(lacking)), []
            continue
        tables = band.tables().values()
        sources = {band.source, *(level.source for levels in tables for level in levels)}
        recalled = word("show", "memory", language) if MEMORY in sources else ""
        levels = [one for levels in tables for one in levels]
        legal = [one.result for one in levels]
        yield column + recalled, _counts(forms[column], legal, _meant(levels, language), "none", language)


def _meant(levels: list[Level], language: Language) -> dict[Any, str]:
    """What each level means, but for one that means something else in another table of norms."""
    said: dict[Any, set[str]] = {}
    for level in levels:
        said.setdefault(level.result, set()).add(pick(level.meaning, language))
    return {result: one for result, (one, *more) in said.items() if one and not more}


def _counts(column: Any, legal: list[Any], meant: Mapping[Any, str], none: str, language: Language) -> Counts:
    """How often each level came out, also those that did not, and how often none did; with what a level means."""
    counts = {row[0]: row[1] for row in column.value_counts().rows()}
    shown = dict.fromkeys(level for level in legal if level is not None)
    told = [(_named(level, meant, language), counts.get(level, 0)) for level in shown]
    return [*told, (word("score", none, language), counts.get(None, 0))]


def _named(level: Any, meant: Mapping[Any, str], language: Language) -> str:
    """A level as it stands in the file, with its meaning where the file gives one."""
    named = word("answers", "yes" if level else "no", language) if isinstance(level, bool) else str(level)
    return f"{named} ({meant[level]})" if level in meant else named


def _inline(title: str, counts: Counts) -> Iterator[str]:
    yield f"    {title}" + (": " + ", ".join(f"{level} {n}" for level, n in counts) if counts else "")


def _table(title: str, counts: Counts) -> Iterator[str]:
    yield f"    {title}"
    yield from (f"      {line}" for line in list(table([("", ""), *counts]))[1:])
