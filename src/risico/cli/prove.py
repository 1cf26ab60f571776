"""`risico prove`: what holds of an instrument over all its answer patterns, and how that is known."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence

from risico.cli.said import bar, say, table
from risico.errors import RisicoError
from risico.instrument import Instrument, catalogue, load
from risico.proof import Line, overview, prove
from risico.proof import say as said
from risico.proof.overview import undirected, ways
from risico.words import Language


def prove_(asked: Namespace) -> int:
    """Prove the instruments named, claim by claim; without a name the whole library, in one line each."""
    language: Language = asked.lang
    instruments = [load(name) for name in dict.fromkeys(asked.id or catalogue())]
    proofs: dict[str, Sequence[Line]] = {}
    for it in bar(instruments, len(instruments), "risico prove"):
        proofs[it.id] = prove(it, language)
        if not asked.markdown:
            say(*_told(it, proofs[it.id], language, full=bool(asked.id)))
    if asked.markdown:
        say(overview(proofs, instruments, language))
    failed = any(not line.holds for lines in proofs.values() for line in lines)
    return RisicoError.exit_code if failed else 0


def _told(it: Instrument, lines: Sequence[Line], language: Language, *, full: bool) -> Iterator[str]:
    """The claims of an instrument (only those that fail, unless in full), then all of it in one line."""
    shown = [line for line in lines if full or not line.holds]
    rows = [
        (line.about, "ok" if line.holds else "XX", said("way", line.way, language), _claim(line, language))
        for line in shown
    ]
    yield from table(rows)
    wrong = sum(not line.holds for line in lines)
    if wrong:
        yield said("summary", "fails", language, id=it.key, n=wrong, all=len(lines))
    elif lines:
        yield said("summary", "holds", language, id=it.key, n=len(lines), ways=ways(lines, language))
    else:
        yield said("summary", "nothing", language, id=it.key, status=it.status)
    if any(line.way == "sampled" for line in lines):
        yield "  " + said("summary", "some_sampled", language)
    names = undirected(it, lines) if it.status == "computed" else ()
    if full and names:
        yield "  " + said("summary", "undirected", language, names=", ".join(names))


def _claim(line: Line, language: Language) -> str:
    return f"{said('claim', line.claim, language)}: {line.detail}"
