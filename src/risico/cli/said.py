"""What the commands share: words, tables, files that are not overwritten, and a bar on long work."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from risico.errors import UsageError
from risico.strict import read_yaml
from risico.words import Language, pick

T = TypeVar("T")


@cache
def _words() -> dict[str, Any]:
    return read_yaml(Path(__file__).parent / "words.yaml")


def say(*lines: str) -> None:
    """Write lines to the reader."""
    for line in lines:
        sys.stdout.write(line + "\n")


def aside(*lines: str) -> None:
    """Write lines that are not the answer itself, where they do not end up in a file."""
    for line in lines:
        sys.stderr.write(line + "\n")


def word(part: str, key: str, language: Language, **filled: object) -> str:
    """Return the words of a part of the command line, filled in."""
    return pick(_words()[part][key], language).format(**filled)


def table(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield rows as lines with their columns in line; numbers stand to the right."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))] if cells else []
    number = [all(row[place].isdigit() or not row[place] for row in cells[1:]) for place in range(len(widths))]
    for row in cells:
        parts = zip(row, widths, number, strict=True)
        yield "  ".join(c.rjust(w) if right else c.ljust(w) for c, w, right in parts).rstrip()


def free(path: str, *, force: bool, source: str | None = None) -> Path:
    """Return a path that may be written; a file that is there stays, unless it was said with --force."""
    found = Path(path)
    if source is not None and found.exists() and Path(source).exists() and found.samefile(source):
        raise UsageError(f"{found.name} is the file that was read. Your answers are never written over: name another.")
    if found.exists() and not force:
        raise UsageError(f"{found} is already there and was left alone. Name another file, or add --force.")
    if not found.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {found.parent}. Make it first, or name another.")
    _try(found)
    return found


def room(folder: Path) -> Path:
    """Return a folder that may be written in, made when it was not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UsageError(unwritable(folder, problem)) from None
    _try(folder / ".risico-may-write")
    return folder


def unwritable(path: object, problem: OSError) -> str:
    """Say that something cannot be written there, and what can be done."""
    return (
        f"{path} cannot be written ({type(problem).__name__}). Nothing was made. Is it open in another program, is it "
        "a folder, may you write there, is the disk full? Close it, or name a file in a folder of your own."
    )


def _try(path: Path) -> None:
    """Open a file to write before any work is done for it; what is there stays, what is not is gone again."""
    there, file = path.exists(), path.resolve()
    try:
        with file.open("ab"):
            pass
        if not there:
            file.unlink()
    except OSError as problem:
        raise UsageError(unwritable(path, problem)) from None


def apart(first: Path, second: Path, asked: str) -> None:
    """Refuse two files to write that are one: by another spelling, a link, or capitals that a disk does not tell."""
    alike = str(first.resolve()).casefold() == str(second.resolve()).casefold()
    if alike or (first.exists() and second.exists() and first.samefile(second)):
        raise UsageError(f"{asked} name the same file. One would be lost. Name two files.")


def bar(steps: Iterable[T], total: int, title: str) -> Iterable[T]:
    """Show a bar on a terminal when the work takes longer than a moment."""
    from tqdm import tqdm

    return tqdm(steps, total=total, desc=title, disable=None, delay=1, leave=False)
