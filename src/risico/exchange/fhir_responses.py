"""Forms as FHIR R4 QuestionnaireResponses, and back.

    person   subject              rater   author
    moment   authored (a date)    case    an extension, as is a moment that is no date

Answers are codes of the questionnaire; what somebody else computed comes back as `filed_<id>_<score>`, so that it is
never taken for a score of ours and can be held against one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import polars as pl

from risico.errors import IllegalAnswers, UnreadableFile, UsageError
from risico.exchange.carried import URN, Sheet, sheet
from risico.exchange.columns import as_answers, settle
from risico.exchange.fhir import kind
from risico.exchange.files import polars
from risico.instrument.model import NumberContext
from risico.words import Language

Json = dict[str, Any]
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")
_THREE = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_KEYS = ("case", "person", "moment", "rater")


def responses(forms: Any, instrument: str | Path, language: Language = "nl") -> Json:
    """Return forms (a Polars frame) as a Bundle with one QuestionnaireResponse per form.

    Results go along where the frame has them. Raises IllegalAnswers when a value is no code of the instrument,
    UsageError where forms say that they are another version than the file describes.

    >>> import polars as pl
    >>> bundle = responses(pl.DataFrame({"person": ["p1"], "phq2_1": [2], "phq2_2": [None]}), "phq2", "en")
    >>> [item["linkId"] for item in bundle["entry"][0]["resource"]["item"]]
    ['1']
    """
    told = sheet(instrument, language)
    frame = polars(forms)
    _refuse_other_versions(frame, told)
    it = told.it
    answers = {
        item: as_answers(frame[f"{it.id}_{item}"], it.codes(item)).to_list()
        for item in it.items
        if _has(frame, it.id, item)
    }
    if not answers:
        raise UsageError(
            f"Not one column belongs to {it.id} ({it.columns()[0]}, …), so there is no answer to hand over."
        )
    coded = {item: [_answer(told, item, value) for value in values] for item, values in answers.items()}
    _refuse_illegal(told, answers, coded)
    rows = frame.to_dicts()
    entries = [_response(told, row, {item: made[i] for item, made in coded.items()}) for i, row in enumerate(rows)]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": entry} for entry in entries]}


def _has(frame: pl.DataFrame, name: str, item: str) -> bool:
    return f"{name}_{item}" in frame.columns


def _answer(told: Sheet, item: str, value: str | None) -> Json | None:
    """Return the answer of one cell: None for a blank, an empty mapping where the value is no answer."""
    it = told.it
    if value is None or not value.strip():
        return None
    unknown = next((code for code in it.missing_codes if str(code) == value), None)
    number = it.answer_set(item).number
    if number is not None:
        if unknown is not None:
            return None
        found = _decimal(value)
        return {"valueDecimal": found} if found is not None and number[0] <= found <= number[1] else {}
    for code, words in (it.answer_set(item).codes or {}).items():
        if str(code) == value:
            system = f"{URN}{it.id}:{it.items[item].answers}"
            return {"valueCoding": {"system": system, "code": value, "display": told.say(words)}}
    if unknown is None:
        return {}
    return {"valueCoding": {"system": URN + "no-answer", "code": value, "display": told.unknown(unknown)}}


def _decimal(value: str) -> float | None:
    """Return the number that a text is; 1.000 is none, as it may be a thousand."""
    try:
        number = float(value)
    except ValueError:
        return None
    if _THREE.fullmatch(value):
        return None
    return int(number) if number.is_integer() else number


def _refuse_other_versions(frame: pl.DataFrame, told: Sheet) -> None:
    """A response says nothing of its version, so that answers of another would be read as something else."""
    for name, own in told.assumed.items():
        said = as_answers(frame[name], None).to_list() if name in frame.columns else []
        others = sum(value is not None and value.strip() not in ("", own) for value in said)
        if others:
            raise UsageError(
                f"{others} forms say in the column {name} that they are another version of {told.it.id} than {own}. "
                "Nothing was handed over: a response does not carry that, and another program would read these answers "
                f"as something else. Hand over the forms of {own} alone."
            )


def _refuse_illegal(told: Sheet, answers: Mapping[str, list[Any]], coded: Mapping[str, list[Json | None]]) -> None:
    wrong = {item: sum(made == {} for made in coded[item]) for item in answers}
    columns = [f"{told.it.id}_{item} ({count})" for item, count in wrong.items() if count]
    if columns:
        raise IllegalAnswers(
            f"Some answers are no codes of {told.it.id}: {', '.join(columns)}. Nothing was handed over, since another "
            "program would read them as something else. `risico check` shows which codes; `risico map` gives them "
            "their meaning."
        )


def _response(told: Sheet, row: Mapping[str, Any], answers: Mapping[str, Json | None]) -> Json:
    it = told.it
    context = [
        {"linkId": f"context.{name}", "answer": [_context(told, name, row[name])]}
        for name in it.context
        if row.get(name) is not None
    ]
    items = [{"linkId": item, "answer": [answer]} for item, answer in answers.items() if answer is not None]
    known = [(result, row.get(f"{it.id}_{result.name}")) for result in told.results]
    computed = [
        {"linkId": result.name, "answer": [{f"value{kind(result).capitalize()}": value}]}
        for result, value in known
        if value is not None
    ]
    grouped = [{"linkId": "results", "item": computed}] if computed else []
    made: Json = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{URN}{it.id}|{it.version}",
        "status": "completed",
        **_about(row),
    }
    found = [*context, *items, *grouped]
    return made | ({"item": found} if found else {})


def _context(told: Sheet, name: str, value: Any) -> Json:
    if isinstance(told.it.context[name], NumberContext):
        return {"valueDecimal": value}
    return {"valueCoding": {"system": f"{URN}context:{name}", "code": str(value), "display": str(value)}}


def _about(row: Mapping[str, Any]) -> Json:
    """Return who the form is about, who filled it in, and when."""
    given = {key: str(row[key]) for key in _KEYS if row.get(key) is not None}
    made: Json = {}
    dated = _DATE.fullmatch(given.get("moment", "")) is not None
    beside = [key for key in ("case", "moment") if key in given and not (key == "moment" and dated)]
    if beside:
        made["extension"] = [{"url": URN + key, "valueString": given[key]} for key in beside]
    if "person" in given:
        made["subject"] = {"identifier": {"system": URN + "person", "value": given["person"]}}
    if dated:
        made["authored"] = given["moment"]
    if "rater" in given:
        made["author"] = {"identifier": {"system": URN + "rater", "value": given["rater"]}}
    return made


def read_responses(path: str | Path, instrument: str | Path) -> pl.DataFrame:
    """Read the QuestionnaireResponses of one instrument from a JSON file as forms, one row each.

    The file holds a Bundle, one response, a list of them, or one per line. Raises UnreadableFile when it is no such
    file, when none of its responses belongs to the instrument, or when one gives two answers to one question.
    """
    path, it = Path(path), sheet(instrument, "en", form=False).it
    found = [response for response in _resources(path) if _belongs(response, it.id)]
    if not found:
        raise UnreadableFile(
            f"{path.name} holds no QuestionnaireResponse to {it.id} ({URN}{it.id}). Is it the file of another "
            "instrument?"
        )
    rows = [_row(response, it.id, path) for response in found]
    columns = dict.fromkeys(name for row in rows for name in row)
    order = [name for name in (*_KEYS, *it.context, *it.columns()) if name in columns]
    names = [*order, *(name for name in columns if name not in order)]
    return settle(
        pl.DataFrame({name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String))
    )


def _resources(path: Path) -> list[Json]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise UnreadableFile(f"{path.name} cannot be opened as text ({type(problem).__name__}).") from None
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        try:
            data = [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError:
            raise UnreadableFile(f"{path.name} is not JSON: it is damaged or of another kind.") from None
    return [found for found in _opened(data) if found.get("resourceType") == "QuestionnaireResponse"]


def _opened(data: Any) -> Iterator[Json]:
    if isinstance(data, list):
        for part in cast(list[Any], data):
            yield from _opened(part)
    elif isinstance(data, dict):
        found = cast(Json, data)
        if found.get("resourceType") == "Bundle":
            for entry in found.get("entry", []):
                yield from _opened(entry.get("resource"))
        else:
            yield found


def _belongs(response: Json, name: str) -> bool:
    canonical = str(response.get("questionnaire", "")).split("|")[0]
    return re.split(r"[/:]", canonical)[-1] == name


def _row(response: Json, name: str, path: Path) -> dict[str, str]:
    row: dict[str, str] = {}
    beside = {str(ext.get("url")): ext.get("valueString") for ext in response.get("extension", [])}
    given = {
        "case": beside.get(URN + "case"),
        "person": _who(response.get("subject")),
        "moment": response.get("authored") or beside.get(URN + "moment"),
        "rater": _who(response.get("author")),
    }
    row |= {key: str(value) for key, value in given.items() if value}
    for column, answers in _answers(response.get("item", []), f"{name}_"):
        if len(answers) > 1 or column in row:
            raise UnreadableFile(f"{path.name}: {column} is answered twice in one response; it is unclear which holds.")
        row[column] = _value(answers[0])
    return row


def _who(reference: Any) -> str | None:
    if not isinstance(reference, dict):
        return None
    found = cast(Json, reference)
    return found.get("identifier", {}).get("value") or found.get("reference")


def _answers(items: list[Json], prefix: str) -> Iterator[tuple[str, list[Json]]]:
    for item in items:
        link = str(item.get("linkId", ""))
        if link == "results":
            yield from _answers(item.get("item", []), f"filed_{prefix}")
            continue
        column = link.removeprefix("context.") if link.startswith("context.") else prefix + link
        if item.get("answer"):
            yield column, item["answer"]
        yield from _answers(item.get("item", []), prefix)


def _value(answer: Json) -> str:
    value = next((value for key, value in answer.items() if key.startswith("value")), "")
    if isinstance(value, dict):
        return str(cast(Json, value).get("code", ""))
    return str(value).lower() if isinstance(value, bool) else str(value)
