"""Excel workbooks (.xlsx)."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

import polars as pl
from tqdm import tqdm

from risico.errors import RisicoWarning, UnreadableFile, UsageError
from risico.exchange.columns import names, settle

Cell = str | int | float | bool | dt.date | dt.datetime | None
_ROWS, _COLUMNS, _TEXT = 1_048_576, 16_384, 32_767
_DIGITS = 10**15
"""Excel keeps fifteen digits of a number; a longer one would become another number, and is written as text."""


def read_excel(path: Path) -> pl.DataFrame:
    """Read the first sheet that holds anything; text stays text, numbers stay numbers, dates stay dates.

    A formula counts by the value Excel last saw; a workbook whose formulas were never computed is refused, because
    its answers would look blank.
    """
    rows, formulas = _rows(path, values=False)
    if formulas:
        rows, _ = _rows(path, values=True)
        if any(column >= len(rows[row]) or rows[row][column] is None for row, column in formulas):
            raise UnreadableFile(
                f"{path.name} holds formulas whose results were never saved, and they would be read as blanks. "
                "Open the workbook in Excel or LibreOffice, save it, and try again."
            )
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell is not None), default=0)
    full = [[*row[:width], *([None] * (width - len(row)))] for row in rows]
    header = names([_text(cell) or "" for cell in full[0]] if full else [], path)
    columns = [_column(name, [row[place] for row in full[1:]]) for place, name in enumerate(header)]
    return settle(pl.DataFrame(columns))


def write_excel(frame: pl.DataFrame, path: Path) -> None:
    """Write one sheet; text is written as text, never as a formula. What a sheet would cut off is refused."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    _refuse_cut(frame, path)
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("risico")

    def cell(value: Any) -> Any:
        made: Any = WriteOnlyCell(sheet)
        value = _kept(value)
        made.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value
        if isinstance(value, str):
            made.data_type = "s"
        return made

    sheet.append([cell(name) for name in frame.columns])
    for row in tqdm(frame.iter_rows(), total=frame.height, desc="Excel", disable=None, leave=False, delay=2):
        sheet.append([cell(value) for value in row])
    made = BytesIO()  # opened at once, a file that cannot be written would leave the library in the middle of a row
    book.save(made)
    path.write_bytes(made.getvalue())


def _refuse_cut(frame: pl.DataFrame, path: Path) -> None:
    """Refuse more rows, columns or text than a sheet holds; the rest would be gone without a word."""
    texts = frame.select(pl.col(pl.String).str.len_chars().max())
    long = [name for name in texts.columns if (texts[name][0] or 0) > _TEXT]
    size = frame.height >= _ROWS or frame.width > _COLUMNS
    if long or size:
        what = f"a text in {', '.join(long[:5])}" if long else f"{frame.height} forms of {frame.width} columns"
        raise UsageError(
            f"{path.name} was not written: {what} is more than Excel holds ({_TEXT:,} signs in a cell, {_ROWS:,} rows "
            f"and {_COLUMNS:,} columns in a sheet), and the rest would be cut off. Write CSV or Parquet."
        )


def _kept(value: Any) -> Any:
    """Write as text what a number or date of Excel would change or drop: long numbers, no numbers, time zones."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else str(value)
    return str(value) if isinstance(value, int) and abs(value) >= _DIGITS else value


def _rows(path: Path, *, values: bool) -> tuple[list[list[Cell]], list[tuple[int, int]]]:
    """Return the cells of the sheet and the places that hold a formula."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=values)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise UnreadableFile(
            f"{path.name} is not an Excel workbook that can be read: it is damaged, protected by a password, or of an "
            "older kind (.xls). Open it in Excel and save it as .xlsx without a password."
        ) from None
    try:
        return _cells(cast(Any, book), path)
    finally:
        book.close()


def _cells(book: Any, path: Path) -> tuple[list[list[Cell]], list[tuple[int, int]]]:
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # the size that a file says it has is often wrong, and what lies beyond would be lost
    filled = [sheet for sheet in book.worksheets if any(any(c is not None for c in r) for r in _first(sheet))]
    if len(filled) > 1:
        warnings.warn(
            f"{path.name} has {len(filled)} sheets with content; only the first of them was read. "
            "Save another sheet as a file of its own to read that one.",
            RisicoWarning,
            stacklevel=2,
        )
    rows: list[list[Cell]] = []
    formulas: list[tuple[int, int]] = []
    cells: Iterator[Any] = filled[0].iter_rows() if filled else iter([])
    for row in tqdm(cells, desc="Excel", disable=None, leave=False, delay=2):
        formulas += [(len(rows), place) for place, cell in enumerate(row) if cell.data_type == "f"]
        rows.append([_value(cell.value) for cell in row])
    return rows, formulas


def _first(sheet: Any) -> Any:
    return sheet.iter_rows(max_row=20, values_only=True)


def _value(value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    if isinstance(value, dt.time | dt.timedelta):
        return str(value)
    return value


def _column(name: str, cells: list[Cell]) -> pl.Series:
    """One type for a column: its own where all cells agree, else the text of each."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float}:
        if all(
            cell is None or (float(cast(float, cell)).is_integer() and abs(cast(float, cell)) < 2**53) for cell in cells
        ):
            return pl.Series(name, [None if cell is None else int(cast(float, cell)) for cell in cells], dtype=pl.Int64)
        return pl.Series(name, cells, dtype=pl.Float64)
    if len(kinds) == 1 and kinds <= {bool, dt.date, dt.datetime}:
        return pl.Series(name, cells)
    return pl.Series(name, [_text(cell) for cell in cells], dtype=pl.String)


def _text(cell: Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
