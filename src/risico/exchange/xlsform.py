"""An instrument as an XLSForm (ODK, Kobo, Enketo): its items as questions, its results computed and not shown.

That the results are not shown keeps the order of the house: own answers first, and only then the computed result.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from risico.errors import Refused
from risico.exchange.carried import Export, Sheet, sheet
from risico.exchange.fields import Fields
from risico.exchange.rule import names
from risico.instrument.model import NumberContext
from risico.words import Language

_SURVEY = ("type", "name", "label", "required", "constraint", "calculation")
_CHOICES = ("list_name", "name", "label")
_SETTINGS = ("form_title", "form_id", "version", "default_language")
_LONGEST = 32_767
Row = dict[str, str]


def xlsform(instrument: str | Path, language: Language = "nl") -> Export:
    """Return an instrument as an XLSForm: the bytes of an .xlsx file with survey, choices and settings.

    Raises Refused when an expression is longer than a cell can hold.

    >>> xlsform("phq2", "en").content[:2]
    b'PK'
    """
    from openpyxl import Workbook

    told = sheet(instrument, language, shows=False, kept=True)
    book = Workbook()
    del book["Sheet"]
    settings = {"form_title": told.say(told.it.title), "form_id": f"risico_{told.it.id}"}
    settings |= {"version": str(told.it.version), "default_language": language}
    for name, header, rows in (
        ("survey", _SURVEY, list(_survey(told))),
        ("choices", _CHOICES, list(_lists(told))),
        ("settings", _SETTINGS, [settings]),
    ):
        page = book.create_sheet(name)
        page.append(header)
        for row in rows:
            _refuse_long(told, row)
            page.append([row.get(column) for column in header])
            for cell in page[page.max_row]:
                cell.data_type = "s" if cell.value is not None else cell.data_type  # never a formula
    out = io.BytesIO()
    book.save(out)
    return Export(out.getvalue(), told.not_carried)


def _refuse_long(told: Sheet, row: Row) -> None:
    if any(len(text) > _LONGEST for text in row.values()):
        raise Refused(f"A rule of {told.it.id} is longer than a cell of a spreadsheet can hold. Use --to fhir.")


def _survey(told: Sheet) -> Iterator[Row]:
    it, fields = told.it, Fields(told.it, "${{{}}}", " div ", "int({})")
    yield {"type": "note", "name": f"{it.id}_about", "label": told.about()}
    for name, allowed in it.context.items():
        label = name.replace("_", " ")
        if isinstance(allowed, NumberContext):
            yield _measured(name, label, allowed.number)
        else:
            yield {"type": f"select_one context_{name}", "name": name, "label": label}
    for item, entry in it.items.items():
        name, label = f"{it.id}_{item}", f"{item}. {told.say(entry.label)}"
        number = it.answer_set(item).number
        kind = f"select_one {it.id}_{entry.answers}"
        yield _measured(name, label, number) if number else {"type": kind, "name": name, "label": label}
    for kept, entry in it.kept.items():  # XLSForm calls these kinds what a file calls them: date, text
        yield {"type": entry.holds, "name": f"{it.id}_{kept}", "label": told.say(entry.label)}
    for node in {node.name: node for result in told.results for node in names(result)}.values():
        name = fields.column(f"x_{node.name}")
        yield {"type": "calculate", "name": name, "calculation": fields.number(node.part)}
    for result in told.results:
        yield {"type": "calculate", "name": fields.column(result.name), "calculation": fields.result(result)}


def _measured(name: str, label: str, ends: tuple[float, float]) -> Row:
    return {"type": "decimal", "name": name, "label": label, "constraint": f". >= {ends[0]} and . <= {ends[1]}"}


def _lists(told: Sheet) -> Iterator[Row]:
    it = told.it
    for name, allowed in it.context.items():
        if not isinstance(allowed, NumberContext):
            for value in allowed:
                yield {"list_name": f"context_{name}", "name": value, "label": value}
    for name, answers in it.answers.items():
        if answers.codes is None:
            continue
        for code, words in answers.codes.items():
            yield {"list_name": f"{it.id}_{name}", "name": str(code), "label": told.say(words)}
        for code in it.missing_codes:
            yield {"list_name": f"{it.id}_{name}", "name": str(code), "label": told.unknown(code)}
