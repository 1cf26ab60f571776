"""The middle part of an instrument card: levels and norms with their age, published numbers beside a standard."""

from __future__ import annotations

import re
from collections.abc import Sequence

from risico.instrument import Instrument, Level
from risico.instrument.model import MEMORY, Band, Normed
from risico.pages.card_words import named, plain, recalled, section
from risico.pages.context import value_label
from risico.pages.explain_rules import text_of
from risico.pages.parts import Section, Table
from risico.pages.published import Group, Published, checked, cited, lacking, published, say, structure_shown, words
from risico.words import Language, number, pick

YEAR = re.compile(r"(?<![\w-])((?:19[5-9]|20[0-9])\d)(?![\w-])")


# 4: norms -----------------------------------------------------------------------------------------------------------


def norms(it: Instrument, language: Language, year: int) -> Section:
    """Show levels with their sources and how old these are, and the norm groups."""
    limits = words()["limits_of_age"]
    groups = [one for one in published(it) if one.group == "norms"]
    if not it.bands and not groups:
        return section(
            "norms", language, words=[say("norms", "none" if it.status == "computed" else it.status, language)]
        )
    told = plain(it, language)
    first = next(iter(it.bands.values())).of if it.bands else ""
    tables = [_bands(it, name, language, year) for name in dict.fromkeys(band.of for band in it.bands.values())]
    group = [_groups(it, groups, language, year)] if groups else []
    rest = tables[1:]
    told_first = [say("norms", "lower", language)] if first and told else []
    memory = say("marks", "memory", language)
    aged = say("norms", "age", language, memory=memory, old=limits["old"], unusable=limits["unusable"])
    return section(
        "norms",
        language,
        words=told_first,
        tables=[*tables[:1], *group],
        fold=say("norms", "fold", language, n=len(rest)) if rest else "",
        more=rest,
        notes=[aged],
    )


def _bands(it: Instrument, score: str, language: Language, year: int) -> Table:
    rows: list[list[str]] = []
    for name, band in it.bands.items():
        for path, levels in band.tables().items() if band.of == score else ():
            sources = list(dict.fromkeys(level.source or band.source for level in levels))
            named = pick(band.title, language) or name.replace("_", " ")
            rows.append(
                [
                    named + (f" ({', '.join(value_label(part, language) for part in path)})" if path else ""),
                    "\n".join(_level(level, band, len(sources) > 1, language) for level in levels),
                    ", ".join(cited(it, source, language) for source in sources),
                    _band_age(it, band.norm_group(path), sources, language, year),
                ]
            )
    head = [say("norms", key, language) for key in ("band", "levels", "source", "year")]
    caption = say("norms", "caption", language, title=plain(it, language).title(score))
    return Table(caption=caption, head=head, rows=rows)


def _level(level: Level, band: Band, mixed: bool, language: Language) -> str:
    said = pick(level.meaning, language) or text_of(level.result, language)
    if level.result is None:
        said = f"{say('norms', 'no_level', language)} ({said})"
    mark = recalled(level.source or band.source, language) if mixed else ""
    return f"{number(level.from_, language)}: {said}{mark}"


def _groups(it: Instrument, groups: Sequence[Published], language: Language, year: int) -> Table:
    rows = [
        [
            named(it, one, language),
            one.value(it, language),
            one.sample(language),
            cited(it, one.entry.source, language),
            _aged(one.entry.year, language, year)
            if one.entry.year
            else say("norms", "of_source", language, age=age_of(it, one.entry.source, language, year)),
            one.standard(language),
        ]
        for one in groups
    ]
    head = [say("published", key, language) for key in ("what", "value", "sample", "source")]
    head += [say("norms", "year", language), say("published", "standard", language)]
    return Table(caption=say("norms", "group_caption", language), head=head, rows=rows)


def age_of(it: Instrument, source: str, language: Language, year: int) -> str:
    """Say how old a source is, from the year in its citation; unknown without one."""
    written = YEAR.search(it.sources[source].cite) if source != MEMORY else None
    if written is None or int(written[1]) > year:
        return say("norms", "unknown", language)
    return _aged(int(written[1]), language, year)


def _band_age(it: Instrument, group: Normed | None, sources: Sequence[str], language: Language, year: int) -> str:
    """Say how old the people are on whom levels were set; where the file does not say that, how old its sources are."""
    if group is None:
        ages = dict.fromkeys(age_of(it, source, language, year) for source in sources)
        return say("norms", "of_source", language, age="; ".join(ages))
    said = f"{pick(group.people, language)}: " if group.people else ""
    doubt = "" if checked(it, group.source) else f" [{say('marks', 'memory', language)}]"
    return said + _aged(group.year, language, year) + doubt


def _aged(written: int, language: Language, year: int) -> str:
    age, limits = year - written, words()["limits_of_age"]
    said = say("norms", "years", language, year=written, age=age)
    mark = "unusable" if age > limits["unusable"] else "old" if age > limits["old"] else ""
    return f"{said} [{say('marks', mark, language, **limits)}]" if mark else said


# 5 and 6: published numbers -----------------------------------------------------------------------------------------


def reliability(it: Instrument, language: Language, own: Table | None, note: str) -> Section:
    """Show what is published on reliability beside its standard, and the organisation's own numbers."""
    tables = _published(it, "reliability", language)
    found = [say("published", "formative", language)] if it.model == "formative" else []
    found += [] if tables else [say("published", "none_reliability", language)]
    found += _lacking(it, "reliability", language) if tables else []
    notes = [say("published", "cotan", language, memory=say("marks", "memory", language))] if tables or own else []
    notes += [note] if own else []
    return section("reliability", language, words=found, tables=[*tables, *([own] if own else [])], notes=notes)


def validity(it: Instrument, language: Language) -> Section:
    """Show what is published on structure, relations and prediction, and which properties nothing was found on."""
    tables = [*_published(it, "validity", language), *_published(it, "other", language)]
    found = [] if tables else [say("published", "none_validity", language)]
    return section("validity", language, words=[*found, *_lacking(it, "validity", language)], tables=tables)


def _lacking(it: Instrument, group: Group, language: Language) -> list[str]:
    missing = "; ".join(say("properties", name, language) for name in lacking(it, group))
    return [say("published", "lacking", language, properties=missing)] if missing else []


def _published(it: Instrument, group: Group, language: Language) -> list[Table]:
    """One table for each property and the standard that it is held against."""
    found = published(it)
    structure = structure_shown(it)
    held: dict[tuple[str, str], list[Published]] = {}
    for one in found:
        if one.group == group:
            held.setdefault((one.kind.get("property", ""), one.standard(language)), []).append(one)
    tables: list[Table] = []
    for (prop, standard), ones in held.items():
        rows = [
            [
                named(it, one, language),
                one.value(it, language),
                one.sample(language),
                cited(it, one.entry.source, language),
                *([one.verdict(it, language, structure=structure)] if standard != "–" else []),
            ]
            for one in ones
        ]
        keys = ["what", "value", "sample", "source", *(["verdict"] if standard != "–" else [])]
        caption = say("properties", prop, language) if prop else say("published", "other", language)
        caption = caption[:1].upper() + caption[1:]
        if standard != "–":
            caption += ". " + say("published", "against", language, standard=standard)
        tables.append(Table(caption=caption, head=[say("published", key, language) for key in keys], rows=rows))
    return tables
