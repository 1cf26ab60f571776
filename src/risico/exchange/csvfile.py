"""Delimited text, as Dutch and English programs write it."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from risico.errors import UnreadableFile
from risico.exchange.columns import names, settle

SEPARATORS = ";\t,"
_FORMULA = r"^('*)([=+\-@\t\r])"
_NUMBER = r"^[+-]?[0-9]+([.,][0-9]+)?$"
_ESCAPED = r"^'('*[=+\-@\t\r])"


def read_csv(path: Path) -> pl.DataFrame:
    """Read a text file with a header; separator (`;`, tab, `,`), encoding and decimal sign are found out.

    Every row must have as many fields as the header: a shifted row would put answers at the wrong question.
    """
    text = _decode(path)
    separator = _separator(text)
    header = _header(text, separator, path)
    frame = _fast(text, separator, header)
    if frame is None or frame[frame.columns[-1]].null_count():
        holed = _refuse_uneven(text, separator, len(header), path)
        frame = _careful(text, separator, header, path) if frame is None or holed else frame
    return settle(frame.with_columns(pl.col(pl.String).str.replace(_ESCAPED, "$1")))


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write comma-separated UTF-8 with a decimal point. Text that a spreadsheet would run as a formula gets a `'`."""
    safe = pl.col(pl.String)
    guarded = pl.when(safe.str.contains(_FORMULA) & ~safe.str.contains(_NUMBER)).then("'" + safe).otherwise(safe)
    names = {name: f"'{name}" for name in frame.columns if name.startswith(("=", "+", "-", "@"))}
    content = frame.with_columns(guarded.name.keep()).rename(names)
    if path.name.endswith(".gz"):
        path.write_bytes(gzip.compress(content.write_csv().encode("utf-8"), mtime=0))
    else:
        content.write_csv(path)


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    if path.name.endswith(".gz"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError):
            raise UnreadableFile(f"{path.name} ends in .gz but cannot be unpacked. Copy the file again.") from None
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableFile(
        f"{path.name} is not text in UTF-8 or Windows-1252. Letters or answers could be read wrongly. "
        "Save it again as CSV UTF-8, or give the Excel, SPSS or Parquet file itself."
    )


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    outside = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=outside.count) if any(s in outside for s in SEPARATORS) else ";"


def _body(text: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if first.lower().startswith("sep=") and len(first) == 5 else text


def _records(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_body(text), newline=""), delimiter=separator)
    try:
        for record in reader:
            yield reader.line_num, record
    except csv.Error:
        raise UnreadableFile(
            f"{path.name}: from line {reader.line_num} a quotation mark is opened and not closed, so the rows after it "
            "run together. Correct that line, or save the file again from the program it came from."
        ) from None


def _header(text: str, separator: str, path: Path) -> list[str]:
    first = next(_records(text, separator, path), (1, []))[1]
    return names([name[1:] if re.match(_ESCAPED, name) else name for name in first], path)


def _fast(text: str, separator: str, header: list[str]) -> pl.DataFrame | None:
    """Read with Polars, or give up where it and the rules for quotes and line ends might differ."""
    try:
        return pl.read_csv(
            io.BytesIO(_body(text).encode()), separator=separator, schema=dict.fromkeys(header, pl.String())
        )
    except pl.exceptions.PolarsError:
        return None


def _refuse_uneven(text: str, separator: str, width: int, path: Path) -> bool:
    """Refuse rows that are too short or too long; return whether there are empty lines to step over."""
    odd = [(line, len(record)) for line, record in _records(text, separator, path) if len(record) != width]
    uneven = [line for line, fields in odd if fields]
    if not uneven:
        return width > 1 and bool(odd)
    more = f" and {len(uneven) - 5} more" if len(uneven) > 5 else ""
    lines = ", ".join(str(line) for line in uneven[:5]) + more
    raise UnreadableFile(
        f"{path.name} has {width} columns, but not on line {lines}. A shifted row puts answers at the wrong question, "
        "so nothing was read. Most often a text holds a line break or the separator without quotes around it. "
        "Correct those lines, or save the file again from the program it came from."
    )


def _careful(text: str, separator: str, header: list[str], path: Path) -> pl.DataFrame:
    rows = [record for _, record in _records(text, separator, path)][1:]
    if len(header) == 1:
        rows = [record or [""] for record in rows]
    columns = zip(*(record for record in rows if record), strict=True)
    values = list(columns) or [()] * len(header)
    return pl.DataFrame([pl.Series(name, column, dtype=pl.String) for name, column in zip(header, values, strict=True)])
