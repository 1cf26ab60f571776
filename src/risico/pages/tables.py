"""What was released as tables for other programs: a workbook with a sheet for each kind of number, or a CSV file each.

A number that is not shown has its reason in the place of the value, never an empty cell or a nought. No text is ever
run as a formula.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from risico.disclosure import Released, n_left_out
from risico.errors import UsageError
from risico.estimate import Estimate
from risico.pages.wording import Voice, statistic
from risico.words import Language, pick

HEAD = {
    "value": {"nl": "waarde", "en": "value"},
    "low": {"nl": "van", "en": "from"},
    "high": {"nl": "tot", "en": "to"},
    "n": {"nl": "aantal", "en": "n"},
    "method": {"nl": "methode (Engels)", "en": "method"},
    "note": {"nl": "let op", "en": "note"},
}
FORMULA = re.compile(r"'*[=+\-@\t\r]")

Cell = str | float | int | None


def write_tables(path: Path | str, estimates: Released, language: Language = "nl") -> list[Path]:
    """Write the tables to a workbook (a path that ends in .xlsx) or as CSV files in a folder; return what was written.

    Raises UsageError for another kind of file.

    >>> import tempfile
    >>> from risico.disclosure import release
    >>> told = release([Estimate(name="flow", value=4, n=60, method="count", by={"step": "lost"})], "organisatie")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_tables(folder, told, "en")[0].read_text("utf-8-sig").splitlines()[1])
    lost,fewer than 10 (withheld),,,,count,
    """
    path = Path(path)
    tables = {name: _table([e for e in estimates if e.name == name], language) for name in _names(estimates)}
    if path.suffix.lower() == ".xlsx":
        _workbook(path, tables)
        return [path]
    if path.suffix:
        raise UsageError(f"{path.name}: tables go to one .xlsx file, or as CSV files to a folder. Name either.")
    path.mkdir(parents=True, exist_ok=True)
    return [_csv(path / f"{_safe(name)}.csv", rows) for name, rows in tables.items()]


def _names(estimates: Released) -> list[str]:
    return list(dict.fromkeys(e.name for e in estimates))


def _table(estimates: Sequence[Estimate], language: Language) -> list[list[Cell]]:
    """Return the head and a row for each number; columns of labels that nothing fills are left out."""
    say = Voice(language)
    keys = list(dict.fromkeys(key for e in estimates for key in e.by))
    at = any(e.at is not None for e in estimates)
    head: list[Cell] = [*(say.label(key) for key in keys), *(["at"] if at else [])]
    rows = [[*head, *(pick(words, language) for words in HEAD.values())]]
    for e in estimates:
        labels: list[Cell] = [say.label(e.by[key]) if key in e.by else None for key in keys]
        value = say.why(e) if e.value is None else e.value
        n = say("withheld", "n") if n_left_out(e) else e.n
        note = say.caution(e) if e.value is not None and e.why else None
        rows.append([*labels, *([e.at] if at else []), value, e.low, e.high, n, e.method, note])
    return rows


def _csv(path: Path, rows: list[list[Cell]]) -> Path:
    """Write one file, with the mark by which spreadsheets know UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([[_plain(cell) for cell in row] for row in rows])
    return path


def _plain(cell: Cell) -> Cell:
    """Put a quote before a text that a spreadsheet would run.

    >>> _plain("=1+1"), _plain("none"), _plain(-0.1)
    ("'=1+1", 'none', -0.1)
    """
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def _workbook(path: Path, tables: dict[str, list[list[Cell]]]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])
    for place, (name, rows) in enumerate(tables.items(), 1):
        sheet: Any = book.create_sheet(f"{place} {_safe(statistic(name, 'en'))}"[:31])
        for row in rows:
            sheet.append(row)
        for line in sheet.iter_rows():
            for cell in line:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    if not tables:
        book.create_sheet("risico")
    book.save(path)


def _safe(name: str) -> str:
    """Keep what every disk and workbook allows in a name."""
    return re.sub(r"[^\w -]", "_", name)
