"""Delimited text, as Dutch and English programs write it."""

from __future__ import annotations

import csv
import gzip
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from risico.errors import RisicoWarning, UnreadableFile
from risico.exchange.columns import names, settle, twofold

SEPARATORS = ";\t,"
_OTHER = "|^~"
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
    if len(header) == 1 and any(sign in header[0] for sign in _OTHER):
        warnings.warn(
            f"{path.name}: one column was found: its first row holds none of the separators that are read (; tab ,). "
            "Save the file again with one of these between the columns.",
            RisicoWarning,
            stacklevel=2,
        )
    frame = _fast(text, separator, header)
    if frame is None or frame[frame.columns[-1]].null_count() or frame.height + 1 != len(_lines(text)):
        holed = _refuse_uneven(text, separator, len(header), path)
        frame = _careful(text, separator, header, path) if frame is None or holed else frame
    return settle(frame.with_columns(pl.col(pl.String).str.replace(_ESCAPED, "$1")))


@dataclass(frozen=True)
class Dialect:
    """How a text file is written; as it stands here, what R, Python and SPSS read without being told."""

    separator: str = ","
    comma: bool = False
    marked: bool = False
    """Whether the file begins with the mark of UTF-8, by which Excel knows that it is that."""


def dialect(path: Path) -> Dialect:
    """Return how a text file is written: what Excel in Dutch writes has `;` and a decimal comma.

    A file with `;` in which no number shows its decimal sign has a comma.
    """
    text = _decode(path)
    separator = _separator(text)
    signs = {"."}
    if separator != ",":
        signs = set(re.findall(rf"(?m)(?:^|{separator})\d+([.,])\d+(?={separator}|$)", _body(text)))
    marked = not path.name.endswith(".gz") and path.read_bytes()[:3] == b"\xef\xbb\xbf"
    return Dialect(separator, signs == {","} or (separator == ";" and not signs), marked)


def write_csv(frame: pl.DataFrame, path: Path, as_: Dialect | None = None) -> None:
    """Write UTF-8, comma-separated with a decimal point or as another file is written.

    Text that a spreadsheet would run as a formula gets a `'`.
    """
    as_ = as_ or Dialect()
    safe = pl.col(pl.String)
    guarded = pl.when(safe.str.contains(_FORMULA) & ~safe.str.contains(_NUMBER)).then("'" + safe).otherwise(safe)
    names = {name: f"'{name}" for name in frame.columns if name.startswith(("=", "+", "-", "@"))}
    plain = frame.with_columns(_plain(frame[name], as_) for name, kind in frame.schema.items() if kind.is_float())
    content = plain.with_columns(guarded.name.keep()).rename(names)
    text = content.write_csv(separator=as_.separator).encode("utf-8-sig" if as_.marked else "utf-8")
    path.write_bytes(gzip.compress(text, mtime=0) if path.name.endswith(".gz") else text)


def _plain(column: pl.Series, as_: Dialect) -> pl.Series:
    """Write the decimal sign asked for, and 1.125 as 1.1250 where nothing else shows that it is no thousands sign."""
    text = column.cast(pl.String)
    text = text.str.replace(r"(\.[0-9]{3})$", "${1}0") if twofold(text) else text
    return text.str.replace(".", ",", literal=True) if as_.comma else text


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
    if _names_separator(first):
        return first[4]
    header = first
    for line in text.split("\n")[1:]:
        if header.count('"') % 2 == 0:
            break
        header += f"\n{line}"
    outside = "".join(header.split('"')[::2])
    return max(SEPARATORS, key=outside.count) if any(s in outside for s in SEPARATORS) else ";"


def _names_separator(line: str) -> bool:
    return line.lower().startswith("sep=") and len(line) == 5


def _body(text: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if _names_separator(first) else text


def _lines(text: str) -> list[str]:
    return _body(text).removesuffix("\n").split("\n")


def _records(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line of the file that it begins on."""
    body = _body(text)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    before = 1 if body is text else 2
    start = before
    try:
        for record in reader:
            yield start, record
            start = reader.line_num + before
    except csv.Error as problem:
        raise UnreadableFile(f"{path.name}: {_what_quote(start, str(problem))}") from None


def _what_quote(line: int, problem: str) -> str:
    """Say what is wrong with a quotation mark; what the csv module says is told apart by its words."""
    if "field larger" in problem or "unexpected end" in problem:
        wrong = f"on line {line} a quotation mark is opened and not closed, so the rows after it run together."
    else:
        wrong = (
            f"in the row that begins on line {line} something stands right after a closing quotation mark. A mark was "
            "forgotten or stands too many, and whole rows could be lost in one text."
        )
    return f"{wrong} Nothing was read. Correct that line, or save the file again from the program it came from."


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
    lines, before = _lines(text), 1 if _body(text) is text else 2
    odd: list[tuple[int, int]] = []
    last = 0
    for line, record in _records(text, separator, path):
        _refuse_swallowed(lines[last : line - before], separator, width, before + last, path)
        last = line - before
        odd += [(line, len(record))] if len(record) != width else []
    _refuse_swallowed(lines[last:], separator, width, before + last, path)
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


def _refuse_swallowed(lines: list[str], separator: str, width: int, start: int, path: Path) -> None:
    """Refuse a record over several lines of which one, as it stands, would be a whole row: a mark was forgotten.

    A text with line breaks is wide itself only in its first line (when it is the last column) or in its last (when it
    is the first). Within a text a separator is followed by a space, as in a sentence.
    """
    whole = [
        len(cells := line.split(separator)) == width and not any(c.startswith(" ") for c in cells) for line in lines
    ]
    if width > 1 and len(whole) > 1 and (any(whole[1:-1]) or (whole[0] and whole[-1])):
        raise UnreadableFile(
            f"{path.name}: on line {start} a quotation mark is opened that is closed on line {start + len(lines) - 1}, "
            "and what stands between looks like rows of the file: those forms would be lost in one text. Nothing was "
            "read. Close or remove the mark. If it is one text after all, save the file as .xlsx."
        )


def _careful(text: str, separator: str, header: list[str], path: Path) -> pl.DataFrame:
    rows = [record for _, record in _records(text, separator, path)][1:]
    if len(header) == 1:
        rows = [record or [""] for record in rows]
    columns = zip(*(record for record in rows if record), strict=True)
    values = list(columns) or [()] * len(header)
    return pl.DataFrame([pl.Series(name, column, dtype=pl.String) for name, column in zip(header, values, strict=True)])
