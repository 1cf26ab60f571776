"""`risico recheck`: which filed scores do not follow from the answers they were filed with."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from risico.cli.said import free, say, word
from risico.errors import UsageError


def recheck_(asked: Namespace) -> None:
    """Show the page of a score control, or write it; the rows go to the file that was asked for, and nowhere else."""
    from risico.audit import recheck
    from risico.exchange.files import kind_of
    from risico.pages.audit import html, markdown

    out = free(asked.out, force=asked.force, source=asked.file) if asked.out else None
    rows = free(asked.rows, force=asked.force, source=asked.file) if asked.rows else None
    if rows is not None:
        kind_of(rows)
    if out is not None and out.suffix.lower() not in (".html", ".md"):
        raise UsageError(f"{out.name}: a page is .html or .md.")
    found = recheck(_forms(asked), asked.id, _filed(asked.filed))
    if rows is not None:
        say(_write_rows(found.rows(), rows, asked))
    if out is None:
        say(markdown(found, asked.lang))
    else:
        out.write_text((html if out.suffix.lower() == ".html" else markdown)(found, asked.lang), encoding="utf-8")
        say(word("recheck", "wrote", asked.lang, path=out))


def _filed(given: str | None) -> dict[str, str] | None:
    """Read `total=TOTAL,band=LEVEL`."""
    if given is None:
        return None
    pairs = [part.partition("=") for part in given.split(",")]
    if not all(name.strip() and sign and column.strip() for name, sign, column in pairs):
        raise UsageError("--filed is written as total=COLUMN,band=COLUMN.")
    return {name.strip(): column.strip() for name, _, column in pairs}


def _forms(asked: Namespace) -> Any:
    from risico.exchange import apply, read, read_map

    frame = read(asked.file)
    if not asked.map:
        return frame
    map_ = read_map(asked.map)
    if map_.moments:
        raise UsageError(
            "This map has moments side by side, so one filed score would be held against several forms. "
            "Make a file with one row per form first, each with its own filed score."
        )
    return apply(frame, map_)


def _write_rows(rows: list[dict[str, Any]], path: Path, asked: Namespace) -> str:
    from numpy import arange

    from risico.columns import frame
    from risico.exchange import write

    if not rows:
        return word("recheck", "no_rows", asked.lang, path=path)
    write(frame({name: ([row[name] for row in rows], arange(len(rows))) for name in rows[0]}), path)
    return word("recheck", "rows", asked.lang, n=len(rows), path=path)
