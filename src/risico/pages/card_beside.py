"""What stands beside the answers of a form, as tables of its card: definitions, kept columns, time limits, hints."""

from __future__ import annotations

from collections.abc import Iterator

from risico.instrument import Instrument
from risico.instrument.beside import Term
from risico.pages.parts import Table
from risico.pages.published import cited, say
from risico.words import Language, pick


def kept(it: Instrument, language: Language) -> Iterator[Table]:
    """Yield what is kept and never scored, and the time limits between its dates."""
    if it.kept:
        rows = [
            [
                name,
                pick(entry.label, language),
                say("beside", entry.holds, language),
                say("data", entry.data, language),
            ]
            for name, entry in it.kept.items()
        ]
        yield _table("kept", ("no", "what", "holds", "data"), rows, language)
    if it.clocks:
        rows = [
            [
                pick(clock.title, language),
                f"{clock.start} … {clock.stop}",
                term(clock.term, language)
                + (say("beside", "extend", language, term=term(clock.extend, language)) if clock.extend else ""),
                clock.as_of,
                cited(it, clock.source, language),
            ]
            for clock in it.clocks.values()
        ]
        yield _table("clocks", ("clock", "between", "term", "as_of", "source"), rows, language)


def meanings(it: Instrument, language: Language) -> Iterator[Table]:
    """Yield what counts as what, with examples, and which results of other instruments point to which code."""
    rows = [
        [name, pick(item.definition, language), pick(item.example, language)]
        for name, item in it.items.items()
        if item.definition or item.example
    ]
    if rows:
        yield _table("definitions", ("no", "definition", "example"), rows, language)
    rows = [
        [
            item,
            f"{hint.instrument}_{hint.result}",
            ", ".join(f"{result.replace('_', ' ')} → {code}" for result, code in hint.codes.items()),
            pick(hint.note, language),
        ]
        for item, hints in it.hints.items()
        for hint in hints
    ]
    if rows:
        yield _table("hints", ("no", "result", "codes", "note"), rows, language)


def term(length: Term, language: Language) -> str:
    """Say a length of time.

    >>> term(Term(working_days=5), "nl")
    '5 werkdagen'
    """
    unit, number = next((unit, number) for unit, number in length.model_dump().items() if number is not None)
    return f"{number} {say('beside', unit, language)}"


def _table(key: str, head: tuple[str, ...], rows: list[list[str]], language: Language) -> Table:
    """Return a table without the columns in which nothing stands."""
    held = [place for place in range(len(head)) if any(row[place] for row in rows)]
    return Table(
        caption=say("beside", key, language),
        head=[say("beside", head[place], language) for place in held],
        rows=[[row[place] for place in held] for row in rows],
    )
