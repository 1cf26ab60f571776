"""An instrument as a FHIR R4 Questionnaire with SDC: its items, ordinal values, and its results as FHIRPath.

Items lie at the top level, results in one group below them. What several results need is worked out once, as a
variable (SDC); a result without a value is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from risico.exchange import formula as f
from risico.exchange.carried import URN, Export, Sheet, sheet
from risico.exchange.fhirpath import FhirPath
from risico.exchange.rule import Result, names
from risico.instrument.model import NumberContext, Text
from risico.words import Language

Json = dict[str, Any]
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_VERSIONS = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Questionnaire.versionAlgorithm[x]"
_ORDINAL: Text = {
    "nl": "de waarde (ordinalValue) van antwoorden die in twee scores niet evenveel tellen of geen punten hebben",
    "en": "the ordinalValue of answers that count differently in two scores, or have no points",
}
_RESULTS: Text = {"nl": "Uitkomsten", "en": "Results"}


def questionnaire(instrument: str | Path, language: Language = "nl") -> Export:
    """Return an instrument as a FHIR R4 Questionnaire: a plain dict, ready for JSON.

    >>> made = questionnaire("phq2", "en").content
    >>> made["resourceType"], [item["linkId"] for item in made["item"]]
    ('Questionnaire', ['1', '2', 'results'])
    """
    told = sheet(instrument, language, also=[_ORDINAL] if _without_ordinal(instrument, language) else [])
    it, path = told.it, FhirPath(told.it)
    computed = [_computed(told, result, path) for result in told.results]
    items = [*(_context(told, name) for name in it.context), *(_item(told, item) for item in it.items)]
    if computed:
        items.append({"linkId": "results", "text": told.say(_RESULTS), "type": "group", "item": computed})
    content: Json = {
        "resourceType": "Questionnaire",
        "meta": {"profile": [_SDC + "sdc-questionnaire"]},
        "language": language,
        "extension": [
            {"url": _VERSIONS, "valueCoding": {"system": "http://hl7.org/fhir/version-algorithm", "code": "integer"}},
            *_variables(told, path),
        ],
        "url": URN + it.id,
        "identifier": [{"system": URN + "file-sha256", "value": told.sha256}],
        "version": str(it.version),
        "name": "".join(part.capitalize() for part in ("risico", *it.id.split("_"))),
        "title": told.say(it.title),
        "status": "draft",
        "subjectType": ["Group" if it.unit != "person" else "Patient"],
        "description": told.about(),
        "copyright": " ".join(part for part in (it.licence.kind, told.say(it.licence.note)) if part),
        "item": items,
    }
    return Export(content, told.not_carried)


def _without_ordinal(instrument: str | Path, language: Language) -> bool:
    it = sheet(instrument, language).it
    return any(it.codes(item) is not None and _ordinal(it.point_tables(item)) is None for item in it.items)


def _ordinal(tables: Any) -> str | None:
    """Return whether there is one way to count the answers; None stands for several or none."""
    return "points" if set(tables) == {None} else None


def _variables(told: Sheet, path: FhirPath) -> Iterator[Json]:
    needed = {node.name: node for result in told.results for node in names(result)}
    for name, node in needed.items():
        yield _expression(_CORE + "variable", path.number(node.part), name=path.variable(name))


def _expression(url: str, expression: str, **more: str) -> Json:
    return {"url": url, "valueExpression": {**more, "language": "text/fhirpath", "expression": expression}}


def _item(told: Sheet, item: str) -> Json:
    it = told.it
    made: Json = {"linkId": item, "prefix": item, "text": told.say(it.items[item].label)}
    number = it.answer_set(item).number
    if number is not None:
        ends = zip(("minValue", "maxValue"), number, strict=True)
        made["extension"] = [{"url": _CORE + name, "valueDecimal": end} for name, end in ends]
        return made | {"type": "decimal"}
    counted = _ordinal(it.point_tables(item)) is not None
    worth = it.points(item) if counted else {}
    system = f"{URN}{it.id}:{it.items[item].answers}"
    options: list[Json] = []
    for code, words in (it.answer_set(item).codes or {}).items():
        ordinal = [{"url": _CORE + "ordinalValue", "valueDecimal": worth[code]}] if counted else []
        coding = {"system": system, "code": str(code), "display": told.say(words)}
        options.append(({"extension": ordinal} if ordinal else {}) | {"valueCoding": coding})
    for code in it.missing_codes:
        coding = {"system": URN + "no-answer", "code": str(code), "display": told.unknown(code)}
        options.append({"valueCoding": coding})
    return made | {"type": "choice", "answerOption": options}


def _context(told: Sheet, name: str) -> Json:
    allowed = told.it.context[name]
    made: Json = {"linkId": f"context.{name}", "text": name.replace("_", " ")}
    if isinstance(allowed, NumberContext):
        ends = zip(("minValue", "maxValue"), allowed.number, strict=True)
        made["extension"] = [{"url": _CORE + end, "valueDecimal": value} for end, value in ends]
        return made | {"type": "decimal"}
    system = f"{URN}context:{name}"
    options = [{"valueCoding": {"system": system, "code": value, "display": value}} for value in allowed]
    return made | {"type": "choice", "answerOption": options}


def _computed(told: Sheet, result: Result, path: FhirPath) -> Json:
    expression = _expression(_SDC + "sdc-questionnaire-calculatedExpression", path.result(result))
    return {
        "extension": [expression],
        "linkId": result.name,
        "text": told.title(result),
        "type": kind(result),
        "readOnly": True,
    }


def kind(result: Result) -> str:
    """Return the FHIR type of a result: string, boolean, integer or decimal."""
    if result.kind != "number":
        return "string" if result.kind == "text" else "boolean"
    numbers = [value for _, value in result.ways if not isinstance(value, str | bool)]
    return "integer" if all(map(f.whole, numbers)) else "decimal"
