"""An instrument as a REDCap data dictionary, and a REDCap export as forms.

Results are calculated fields; one that is a word is a text field with @CALCTEXT. What several need stands in hidden
fields whose names begin with `<id>_x_`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from risico.errors import Refused, UnreadableFile
from risico.exchange.carried import Export, Sheet, sheet
from risico.exchange.columns import as_text, settle
from risico.exchange.fields import Fields
from risico.exchange.files import read
from risico.exchange.rule import Result, names
from risico.instrument.model import NumberContext, Text
from risico.words import Language

HEADER: tuple[str, ...] = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_COLUMN: dict[str, str] = dict(
    zip(("name", "form", "section", "type", "label", "choices", "note", "kind", "low", "high"), HEADER, strict=False)
)
_KEYS = {"record_id": "case", "redcap_event_name": "moment"}
_RECORD: Text = {"nl": "Dossier", "en": "Record"}
_RESULTS: Text = {"nl": "Uitkomsten", "en": "Results"}
_FLAG: Text = {"nl": "1 = ja, 0 = nee", "en": "1 = yes, 0 = no"}
_LATER: Text = {
    "nl": "uitkomsten in woorden op een REDCap zonder @CALCTEXT",
    "en": "results in words on a REDCap without @CALCTEXT",
}


def dictionary(instrument: str | Path, language: Language = "nl") -> Export:
    """Return an instrument as the text of a REDCap data dictionary (CSV with its 18 columns).

    Uploading a dictionary replaces that of a project: use a new project, or add the rows to your own dictionary.
    Raises Refused where a code holds what REDCap does not take.

    >>> dictionary("phq2", "en").content.splitlines()[1].split(",")[:2]
    ['record_id', 'phq2']
    """
    told = sheet(instrument, language, kept=True, also=[_LATER])
    _refuse_codes(told)
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(told):
        writer.writerow(row)
    return Export(out.getvalue(), told.not_carried)


def _refuse_codes(told: Sheet) -> None:
    codes = {str(code) for answers in told.it.answers.values() for code in answers.codes or ()}
    wrong = sorted(code for code in codes if not re.fullmatch(r"-?\w+", code))
    if wrong:
        raise Refused(
            f"{told.it.id} has the code(s) {', '.join(wrong)}, and REDCap takes only letters, digits and underscores. "
            "Other codes would be those of another instrument. Use --to fhir or --to xlsform."
        )


def _row(told: Sheet, *, also: str = "", **given: object) -> dict[str, str]:
    row = {_COLUMN[key]: str(value) for key, value in given.items()}
    return {_COLUMN["form"]: told.it.id, **row, **({HEADER[-1]: also} if also else {})}


def _rows(told: Sheet) -> Iterator[dict[str, str]]:
    it, fields = told.it, Fields(told.it, "[{}]", "/", "rounddown({}, 0)")
    yield _row(told, name="record_id", type="text", label=told.say(_RECORD))
    yield _row(told, name=fields.column("about"), type="descriptive", label=told.about())
    for name in it.context:
        yield _context(told, name)
    for item in it.items:
        yield _item(told, item)
    for kept, entry in it.kept.items():
        shape = {"type": "text", "kind": "date_ymd"} if entry.holds == "date" else {"type": "notes"}
        yield _row(told, name=f"{it.id}_{kept}", label=told.say(entry.label), **shape)
    for node in {node.name: node for result in told.results for node in names(result)}.values():
        hidden = {"type": "calc", "choices": fields.number(node.part), "also": "@HIDDEN"}
        yield _row(told, name=fields.column(f"x_{node.name}"), label=node.name.replace("_", " "), **hidden)
    for place, result in enumerate(told.results):
        section = {} if place else {"section": told.say(_RESULTS)}
        yield _computed(told, result, fields) | _row(told, **section)


def _item(told: Sheet, item: str) -> dict[str, str]:
    it, name = told.it, f"{told.it.id}_{item}"
    label = f"{item}. {told.say(it.items[item].label)}"
    answers = it.answer_set(item)
    if answers.number is not None:
        low, high = answers.number
        return _row(told, name=name, type="text", label=label, kind="number", low=low, high=high)
    choices = [(str(code), told.say(words)) for code, words in (answers.codes or {}).items()]
    choices += [(str(code), told.unknown(code)) for code in it.missing_codes]
    return _row(told, name=name, type="radio", label=label, choices=_choices(choices))


def _choices(choices: list[tuple[str, str]]) -> str:
    return " | ".join(f"{code}, {words.replace('|', '/')}" for code, words in choices)


def _context(told: Sheet, name: str) -> dict[str, str]:
    allowed, label = told.it.context[name], name.replace("_", " ")
    if isinstance(allowed, NumberContext):
        low, high = allowed.number
        return _row(told, name=name, type="text", label=label, kind="number", low=low, high=high)
    return _row(told, name=name, type="radio", label=label, choices=_choices([(value, value) for value in allowed]))


def _computed(told: Sheet, result: Result, fields: Fields) -> dict[str, str]:
    name, label, said = fields.column(result.name), told.title(result), fields.result(result)
    if result.kind == "text":
        return _row(told, name=name, type="text", label=label, also=f"@READONLY @CALCTEXT({said})")
    note = {"note": told.say(_FLAG)} if result.kind == "flag" else {}
    return _row(told, name=name, type="calc", label=label, choices=said, **note)


def read_redcap(path: str | Path, instrument: str | Path) -> pl.DataFrame:
    """Read a REDCap export (CSV, raw codes) as forms of one instrument: one row per record, event and repeat.

    A record becomes the case and an event the moment. A row in which nothing of the instrument was answered is another
    event's, and no form. Results come back as `filed_<id>_<score>`. Raises UnreadableFile when the export has no field
    of the instrument, or holds labels instead of codes.
    """
    it, frame = sheet(instrument, "en", form=False).it, read(path)
    items = [column for column in it.columns() if column in frame.columns]
    if not items:
        raise UnreadableFile(f"{Path(path).name} has no field of {it.id} ({it.columns()[0]}, …). Export that form too.")
    _refuse_labels(frame, items, it.id, Path(path).name)
    answered = pl.any_horizontal(pl.col(column).is_not_null() for column in items)
    kept = frame.filter(answered)
    found = {key: as_text(kept[column]).alias(key) for column, key in _KEYS.items() if column in kept.columns}
    if "redcap_repeat_instance" in kept.columns:
        found["moment"] = _repeated(found.get("moment"), kept["redcap_repeat_instance"])
    context = [kept[name] for name in (*it.context, *(f"{it.id}_{name}" for name in it.kept)) if name in kept.columns]
    filed = [
        kept[f"{it.id}_{name}"].alias(f"filed_{it.id}_{name}")
        for name in (result.name for result in sheet(instrument, "en", form=False).results)
        if f"{it.id}_{name}" in kept.columns
    ]
    return settle(pl.DataFrame([*found.values(), *context, *(kept[item] for item in items), *filed]))


def _repeated(moment: pl.Series | None, instance: pl.Series) -> pl.Series:
    """Tell the repeats of one event apart."""
    number = as_text(instance)
    if moment is None:
        return number.alias("moment")
    both = pl.concat_str([moment, number.alias("instance")], separator="_", ignore_nulls=True)
    return pl.select(both.alias("moment")).to_series()


def _refuse_labels(frame: pl.DataFrame, items: list[str], name: str, file: str) -> None:
    it = sheet(name, "en", form=False).it
    for column in items:
        codes = it.codes(column.removeprefix(f"{it.id}_"))
        if codes is None or frame[column].dtype != pl.String:
            continue
        known = {str(code) for code in (*codes, *it.missing_codes)}
        if not known & set(frame[column].drop_nulls().to_list()):
            raise UnreadableFile(
                f"{file}: {column} holds none of the codes of {name}. If it holds labels, export again as 'CSV (raw "
                "data)': labels are no codes, and a changed label would change scores."
            )
