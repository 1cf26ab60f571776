"""The last part of an instrument card: the Netherlands, personal data, limits, sources, and what was proven."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from risico.instrument import Instrument
from risico.instrument.model import MEMORY
from risico.pages.card_words import named, plain, section
from risico.pages.parts import Section, Table
from risico.pages.published import checked, published, say, words
from risico.words import Language, pick

if TYPE_CHECKING:
    from risico.proof import Line

FEW = 8
"""So many items are named; more are counted."""


def dutch(it: Instrument, language: Language) -> Section:
    """Say how it stands in the Netherlands, and on whose word."""
    source = it.nl_status.source
    memory = say("marks", "memory", language)
    if source == MEMORY:
        by = say("dutch", "recalled", language, memory=memory)
    else:
        mark = "" if it.sources[source].seen else f" [{say('marks', 'unseen', language)}]"
        by = say("dutch", "source", language, source=it.sources[source].cite.rstrip(".") + mark)
    here = sum("NL" in (entry.country or "") for entry in it.evidence)
    counted = [say("dutch", "studies", language, n=here, all=len(it.evidence))] if it.evidence else []
    return section("dutch", language, words=[say("dutch", it.nl_status.value, language), by, *counted])


def data(it: Instrument, language: Language) -> Section:
    """Say which items hold special or criminal data, and what that means."""
    memory, rows = say("marks", "memory", language), list[list[str]]()
    for kind in ("criminal", "special", "ordinary"):
        names = [name for name, item in it.items.items() if item.data == kind]
        if names:
            key = "every" if len(names) == len(it.items) else "many"
            which = say("data", key, language, n=len(names), all=len(it.items))
            which = ", ".join(names) if key == "many" and len(names) <= FEW else which
            rows.append([say("data", kind, language), which, say("data_means", kind, language, memory=memory)])
    head = [say("data", key, language) for key in ("kind", "items", "means")]
    table = Table(caption=say("data", "caption", language), head=head, rows=rows)
    return section("data", language, tables=[table], notes=[pick(words()["data_note"], language)])


def limits(it: Instrument, language: Language) -> Section:
    """List what the file says that it cannot do."""
    told = [pick(limit, language) for limit in it.limits]
    return section("limits", language, words=[] if told else [say("limits", "none", language)], points=told)


def sources(it: Instrument, language: Language) -> Section:
    """List the sources, seen or not, and what comes from none of them."""
    rows = [
        [
            name,
            ", ".join(part for part in (source.cite.rstrip("."), source.doi or source.url) if part),
            say("sources", "yes" if source.seen else "no", language),
        ]
        for name, source in it.sources.items()
    ]
    head = [say("sources", key, language) for key in ("name", "cite", "seen")]
    tables = [Table(caption=say("sources", "caption", language), head=head, rows=rows)] if rows else []
    return section("sources", language, words=[_remembered(it, language)], tables=tables)


def _remembered(it: Instrument, language: Language) -> str:
    from risico.proof.overview import verified

    seen, every = verified(it)
    told = plain(it, language)
    what = [told.title(name) for name, entry in it.shown.items() if not checked(it, entry.source)]
    for name, entry in it.shown.items():
        if entry.missing.source and not checked(it, entry.missing.source):
            what.append(say("sources", "blanks", language, title=told.title(name)))
    for name, band in it.bands.items():
        levels = (level for table in band.tables().values() for level in table)
        if any(not checked(it, level.source or band.source) for level in levels):
            what.append(pick(band.title, language) or name.replace("_", " "))
    what += [named(it, one, language) for one in published(it) if not checked(it, one.entry.source)]
    if seen == every:
        return say("sources", "checked", language, all=every)
    listed = ", ".join(dict.fromkeys(what))
    memory = say("marks", "memory", language)
    return say("sources", "memory", language, n=every - seen, all=every, memory=memory, what=listed)


def proven(it: Instrument, language: Language, proof: Sequence[Line] | None) -> Section:
    """Say how many example forms there are, and what was proven over all answer patterns."""
    n, unshown = len(it.vectors), set(it.scores) - set(it.shown)
    proof = proof and [line for line in proof if line.about not in unshown or not line.holds]
    found = [say("proof", "vectors" if n else "no_vectors", language, n=n)]
    if proof is None:
        return section("proof", language, words=[*found, say("proof", "not_run", language)])
    wrong, drawn = (sum(map(test, proof)) for test in (_fails, _drawn))
    key = "nothing" if not proof else "fails" if wrong else "holds"
    found.append(say("proof", key, language, n=len(proof), wrong=wrong))
    found += [say("proof", "sampled", language, n=drawn)] if drawn else []
    tables = [_claims(it, proof, language)] if proof else []
    fold = say("proof", "fold", language) if proof and not wrong else ""
    return section(
        "proof", language, words=found, tables=[] if fold else tables, fold=fold, more=tables if fold else []
    )


def _fails(line: Line) -> bool:
    return not line.holds


def _drawn(line: Line) -> bool:
    return line.way == "sampled"


def _claims(it: Instrument, proof: Sequence[Line], language: Language) -> Table:
    from risico.proof import say as proven_words

    told, named = plain(it, language), {*it.scores, *it.bands}
    rows = [
        [
            told.title(line.about) if line.about in named else line.about.replace("_", " "),
            proven_words("claim", line.claim, language),
            proven_words("way", line.way, language),
            say("proof", "yes" if line.holds else "no", language),
            line.detail,
        ]
        for line in proof
    ]
    head = [say("proof", key, language) for key in ("about", "claim", "way", "result", "detail")]
    return Table(caption=say("proof", "caption", language), head=head, rows=rows)
