"""Estimates as a table for a manuscript: APA layout, as HTML that Word opens or as an Excel workbook.

Numbers are rounded here and nowhere else; the workbook keeps them whole and only shows them rounded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from risico.errors import UsageError
from risico.estimate import Estimate
from risico.pages.wording import Voice, statistic
from risico.words import Language, number

WITHIN_ONE: Final = re.compile(
    r"^(alpha|omega|lambda|kappa|split_half|gwet|fleiss|cohen|conger|scott|pabak|brennan|krippendorff|icc|percent_agree|"
    r"auc|sensitivity|specificity|[pn]pv|base_rate|observed|brier|kmo|cfi|item_rest|p_)|_p$|_kappa"
)
"""Names that cannot lie beyond 1: English readers of a journal want these without the nought before the point."""

CHANCE: Final = re.compile(r"^p_|_p($|_)")
"""Names of a p value, which has three decimals and is never nought."""

WORDS: Final[dict[str, dict[Language, str]]] = {
    "table": {"nl": "Tabel", "en": "Table"},
    "statistic": {"nl": "Maat", "en": "Statistic"},
    "value": {"nl": "Schatting", "en": "Estimate"},
    "interval": {"nl": "-BI", "en": " CI"},
    "low": {"nl": "van", "en": "LL"},
    "high": {"nl": "tot", "en": "UL"},
    "se": {"nl": "SE", "en": "SE"},
    "n": {"nl": "n", "en": "n"},
    "note": {"nl": "Noot.", "en": "Note."},
    "at": {"nl": "bij", "en": "at"},
}
STYLE: Final = (
    "table{border-collapse:collapse;border-top:1.5px solid;border-bottom:1.5px solid;font:12pt 'Times New Roman',serif}"
    "td,th{padding:2px 10px;text-align:right;font-weight:normal}td:first-child,th:first-child{text-align:left}"
    "thead tr:last-child th{border-bottom:1px solid}caption{text-align:left;padding-bottom:6px}"
    "p{font:11pt 'Times New Roman',serif}"
)


class Layout(NamedTuple):
    """What a table says, before anybody chose how it is written down.

    `head` names the columns, `rows` hold text or numbers in the same order, `notes` what stands below.
    """

    head: list[str]
    rows: list[list[str | float | None]]
    notes: list[str]
    bounded: list[bool]
    chances: list[bool]


def apa(estimates: Sequence[Estimate], title: str, *, number: int = 1, language: Language = "en") -> str:
    """Return a whole HTML page with one table in APA layout; Word opens it as it is.

    `number` is that of the table. What could not be estimated is a dash, with the reason in a note below; methods and
    sources stand there too.

    >>> page = apa([Estimate(name="alpha", value=0.8812, low=0.861, high=0.9, confidence=0.95, n=796)], "Consistency")
    >>> ".88" in page and "[.86, .90]" in page
    True
    """
    layout = _layout(estimates, language)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _written(row, layout, i, language)) + "</tr>"
        for i, row in enumerate(layout.rows)
    )
    head = "".join(f"<th scope='col'>{html.escape(cell)}</th>" for cell in _joined_head(layout.head, language))
    notes = "<br>".join(html.escape(note) for note in layout.notes)
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'><title>{html.escape(title)}</title>"
        f"<style>{STYLE}</style></head><body><table><caption><b>{WORDS['table'][language]} {number}</b><br>"
        f"<i>{html.escape(title)}</i></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<p><i>{WORDS['note'][language]}</i> {notes}</p></body></html>"
    )


def write_apa(
    estimates: Sequence[Estimate], file: str | Path, title: str, *, number: int = 1, language: Language = "en"
) -> Path:
    """Write the table to `file`: `.html` for Word, `.xlsx` for Excel. Raises UsageError for another ending."""
    path = Path(file)
    if path.suffix not in (".html", ".xlsx"):
        raise UsageError(
            f"{path.name}: a table is written as .html (Word opens it) or .xlsx. Give the file that ending."
        )
    if path.suffix == ".html":
        path.write_text(apa(estimates, title, number=number, language=language), encoding="utf-8")
        return path
    from openpyxl import Workbook
    from openpyxl.styles import Border, Font, Side

    book = Workbook()
    sheet: Any = book.active
    layout = _layout(estimates, language)
    sheet.append([f"{WORDS['table'][language]} {number}"])
    sheet.append([title])
    sheet.append(layout.head)
    for row in layout.rows:
        sheet.append(row)
    for note in layout.notes:
        sheet.append([note])
    sheet["A1"].font, sheet["A2"].font = Font(bold=True), Font(italic=True)
    last = 3 + len(layout.rows)
    for cells, border in ((sheet[3], Border(top=Side("medium"), bottom=Side("thin"))), (sheet[last], None)):
        for cell in cells:
            cell.border = border or Border(bottom=Side("medium"))
    for cells, chance in zip(sheet.iter_rows(min_row=4, max_row=last), layout.chances, strict=False):
        shown = "0.000" if chance else "0.00"
        for cell in cells:
            cell.number_format = shown if isinstance(cell.value, float) else cell.number_format
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type  # a level named =1+1 is no formula
    book.save(path)
    return path


def _layout(estimates: Sequence[Estimate], language: Language) -> Layout:
    """Columns that nothing fills are left out."""
    voice, known = Voice(language), list(estimates)
    keys = list(dict.fromkeys(key for e in known for key in e.by))
    places, errors = any(e.at is not None for e in known), any(e.se is not None for e in known)
    level = {e.confidence for e in known if e.confidence is not None}
    interval = (
        f"{100 * level.pop():g}%{WORDS['interval'][language]}" if len(level) == 1 else WORDS["interval"][language]
    )
    head = [
        WORDS["statistic"][language],
        *(voice.label(key) for key in keys),
        *([WORDS["at"][language]] if places else []),
    ]
    head += [WORDS["value"][language], *([WORDS["se"][language]] if errors else [])]
    head += [f"{interval} {WORDS['low'][language]}", f"{interval} {WORDS['high'][language]}", WORDS["n"][language]]
    marks = _marks(known)
    rows: list[list[str | float | None]] = []
    for e in known:
        name = statistic(e.name, language) + (f" ({marks[e.why]})" if e.why in marks else "")
        by = [voice.label(e.by[key]) if key in e.by else None for key in keys]
        rest = [e.low, e.high, None if e.n is None else str(e.n)]
        rows.append([name, *by, *([e.at] if places else []), e.value, *([e.se] if errors else []), *rest])
    bounded, chances = ([bool(of.search(e.name)) for e in known] for of in (WITHIN_ONE, CHANCE))
    return Layout(head, rows, _notes(known, marks), bounded, chances)


def _marks(estimates: Sequence[Estimate]) -> dict[str | None, str]:
    """Return a letter for each reason or caution."""
    reasons = list(dict.fromkeys(e.why for e in estimates if e.why))
    return {why: f"{chr(97 + i % 26)}{i // 26 or ''}" for i, why in enumerate(reasons)}


def _notes(estimates: Sequence[Estimate], marks: dict[str | None, str]) -> list[str]:
    methods = dict.fromkeys(f"{e.method}, after {e.source}" if e.source else e.method for e in estimates if e.method)
    said = [". ".join(dict.fromkeys(methods)) + "."] if methods else []
    return said + [f"({letter}) {why}." for why, letter in marks.items()]


def _joined_head(head: list[str], language: Language) -> list[str]:
    """Both ends of the interval share a column in print."""
    *before, low, _, n = head
    return [*before, low.removesuffix(f" {WORDS['low'][language]}"), n]


def _written(row: list[str | float | None], layout: Layout, place: int, language: Language) -> list[str]:
    *before, low, high, n = row
    bounded = layout.bounded[place]
    ends = (
        ""
        if low is None or high is None
        else f"[{_number(low, bounded, language)}, {_number(high, bounded, language)}]"
    )
    value = layout.head.index(WORDS["value"][language])
    cells = [
        "–" if cell is None and i == value else _number(cell, bounded and i >= value, language)
        for i, cell in enumerate(before)
    ]
    if layout.chances[place] and before[value] is not None:
        cells[value] = _chance(float(before[value] or 0.0), language)
    return [*cells, ends, str(n or "")]


def _chance(p: float, language: Language) -> str:
    """Three decimals, and below that only how far below.

    >>> _chance(0.0312, "en"), _chance(1e-9, "en"), _chance(1e-9, "nl"), _chance(0.99999, "en")
    ('.031', '< .001', '< 0,001', '> .999')
    """
    sign, p = ("< ", 0.001) if p < 0.001 else ("> ", 0.999) if p > 0.999 else ("", p)
    text = number(p, language, 3)
    return sign + (text.removeprefix("0") if language == "en" else text)


def _number(cell: str | float | None, bounded: bool, language: Language) -> str:
    """Two decimals; in English no nought before the point of what cannot lie beyond 1."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    text = number(float(cell), language, 2) if not float(cell).is_integer() else f"{cell:.2f}"
    text = text.replace(".", ",") if language == "nl" and float(cell).is_integer() else text
    return re.sub(r"^(-?)0\.", r"\1.", text) if bounded and language == "en" else text
