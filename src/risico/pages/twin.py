"""The same number elsewhere: R and SPSS syntax that gives a statistic of this package on the same data.

Reviewers check with what they know. The lines stand in `templates/twins.yaml`, made from the scripts of the stored
reference values; the tests run them on made-up data. A statistic that has none says why.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from risico.errors import UsageError, did_you_mean
from risico.estimate import Estimate
from risico.statistics import STATISTICS
from risico.strict import Frozen, build, read_yaml

Program = Literal["r", "spss"]
SAID = {"r": "R", "spss": "SPSS"}
FILLED = re.compile("«([a-z_]+)»")
NAME = re.compile("[A-Za-z][A-Za-z0-9_.]*")
RAN = {
    "pspp": "PSPP gives this number; nobody ran it in SPSS.",
    "nobody": "Nobody ran this: SPSS was not at hand, and PSPP does not know the command.",
}
PLACES = ("first", "second", "third")


class Template(Frozen):
    """Lines that several statistics share, and what gives each of them."""

    columns: str
    first: str = ""
    gives: dict[str, str]
    each: dict[str, str] = {}
    if_none: dict[str, str] = {}
    decimals: int | None = None
    run: Literal["pspp", "nobody"] | None = None


class Without(Frozen):
    """Statistics that have no twin in R, and why."""

    why: str
    names: tuple[str, ...]


class File(Frozen):
    """All templates."""

    r: tuple[Template, ...]
    spss: tuple[Template, ...]
    none: tuple[Without, ...]


@cache
def _file() -> File:
    path = Path(__file__).parent / "templates" / "twins.yaml"
    return build(File, read_yaml(path), path.name)


@cache
def templates(program: Program) -> Mapping[str, Template]:
    """Return the template of each statistic that has a twin in this program, by name of an Estimate."""
    found: dict[str, Template] = {}
    for group in getattr(_file(), program):
        for word, text in (group.each or {"": ""}).items():
            for name, lines in group.gives.items():
                first, gives = (part.replace("«text»", text).replace("«word»", word) for part in (group.first, lines))
                at = name.replace("«word»", word).replace("«text»", text)
                found[at] = group.model_copy(update={"first": first, "gives": {at: gives}, "each": {}})
    return found


@cache
def without_twin() -> Mapping[str, str]:
    """Return why a statistic has no twin in R, by name of an Estimate."""
    return {name: one.why for one in _file().none for name in one.names}


def twin(
    statistic: str | Estimate, columns: Sequence[str], program: Program = "r", *, file: str = "data.csv", **needs: Any
) -> str:
    """Return the syntax that gives the same number on the columns of a CSV file, ready to be pasted.

    `statistic` is a name, or an Estimate, which also says for which item, level or point of a curve. `columns` are
    those that our own function was given, in its order: the items, the raters, the score and the outcome, the group and
    the items … . What that function was told beside the data follows by name: a cut-off (`at_least`, `below`),
    `levels`, `weights`, `reliability` … . In `file` numbers have a point, blanks are empty, and the first line holds
    the names; for SPSS it holds these columns and no others. Where an R function gives fewer decimals, the syntax
    says so.

    Raises UsageError where there is no twin (with the reason), where something is missing, and for a column with a name
    that R or SPSS does not take.

    >>> print(twin("alpha", ["i1", "i2", "i3"]))
    # alpha, in the tests of risico equal to: psych::alpha 2.2.9, interval psych::alpha.ci
    d <- read.csv("data.csv")
    d <- d[complete.cases(d[c("i1", "i2", "i3")]), c("i1", "i2", "i3")]
    psych::alpha(d, check.keys = FALSE)$total$raw_alpha
    >>> print(twin("sensitivity", ["total", "again"], "spss", at_least=5).splitlines()[-2])
    COMPUTE right=(total >= 5).
    """
    name = statistic if isinstance(statistic, str) else statistic.name
    template = templates(program).get(name)
    if template is None:
        raise UsageError(_nothing(name, program))
    if odd := [column for column in columns if not NAME.fullmatch(column)]:
        raise UsageError(
            f"columns: {', '.join(odd)}. {SAID[program]} takes a name of letters, digits, _ and ., a letter first: "
            "give the columns such names in the file, and here."
        )
    _known(name, needs)
    lines = template.first + template.gives[name]
    facts = {"file": _written(file, program), **_facts(statistic, columns, program, needs)}
    filled, part = _filled(name, template, lines, facts, program), _part(statistic, lines, columns, program)
    return "\n".join([*_head(name, template, columns, program, file), *part, filled.rstrip()])


def _part(statistic: str | Estimate, lines: str, columns: Sequence[str], program: Program) -> list[str]:
    """Say which part of the data an Estimate is of, where the lines do not select it themselves."""
    if isinstance(statistic, str):
        return []
    used = {*FILLED.findall(lines), *(columns if "«rows" in lines else ()), *(["level"] if "«value»" in lines else ())}
    of = [f"{key} = {value}" for key, value in statistic.by.items() if key not in used]
    said = " ".join(f"This number is of {', '.join(of)}: the file holds that part and no other.".split())
    return [f"# {said}" if program == "r" else f"* {said}"] if of else []


def _nothing(name: str, program: Program) -> str:
    if program == "r" and name in without_twin():
        return f"There is no R syntax for '{name}': {without_twin()[name]}."
    have = templates(program)
    if program == "spss" and name in templates("r"):
        return f"There is no SPSS syntax for '{name}' here, but there is R syntax."
    return f"There is no {SAID[program]} syntax for '{name}'.{did_you_mean(name, have)}"


def _known(name: str, needs: Mapping[str, Any]) -> None:
    """Refuse what no twin asks for; what another twin asks for may be given to all alike."""
    known = {"at_least", "below"}
    for at, one in [*templates("r").items(), *templates("spss").items()]:
        known.update(FILLED.findall(one.first + one.gives[at]))
    if unknown := sorted(set(needs) - known):
        near = did_you_mean(unknown[0], sorted(known))
        raise UsageError(f"twin of {name}: nothing is asked by the name of {', '.join(unknown)}.{near}")


def _head(name: str, template: Template, columns: Sequence[str], program: Program, file: str) -> list[str]:
    if program == "spss":
        quoted, kinds = file.replace("'", "''"), _wrapped([f"{column} F8.0" for column in columns], " ")
        return [
            f"* {name}. {RAN[template.run or 'nobody']}",
            "* The file holds these columns and no others, names in line 1. Columns of words: A20 for F8.0.",
            "SET DECIMAL=DOT.",
            f"GET DATA /TYPE=TXT /FILE='{quoted}' /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES={kinds}.",
        ]
    rounds = f" (R gives {template.decimals} decimals)" if template.decimals else ""
    said = STATISTICS[name].reference.replace("\n", " ")
    read = [f"d <- read.csv({json.dumps(file, ensure_ascii=False)})"] if columns else []
    return [f"# {name}, in the tests of risico equal to: {said}{rounds}", *read]


def _facts(
    statistic: str | Estimate, columns: Sequence[str], program: Program, needs: Mapping[str, Any]
) -> dict[str, str]:
    """What is filled in, by name, as the program writes it."""
    told: dict[str, Any] = {}
    if isinstance(statistic, Estimate):
        told = {**statistic.by, "at": statistic.at, "confidence": statistic.confidence}
        told["value"] = statistic.at if statistic.at is not None else statistic.by.get("level")
    told |= needs
    if told.get("item") not in columns:
        told["item"] = None
    for role in ("item", "rater"):
        told[role] = Plain(told[role]) if told.get(role) in columns else told.get(role)
    if told.get("at_least") is not None or told.get("below") is not None:
        at_least, below = told.get("at_least"), told.get("below")
        told["positive"] = Plain(f">= {at_least:g}" if at_least is not None else f"< {below:g}")
    told["rows"], told["rows_after"] = (_rows(told, columns[skip:], program) for skip in (1, 2))
    facts = {key: _written(value, program) for key, value in told.items() if value is not None}
    return facts | _of_columns(columns)


def _rows(told: Mapping[str, Any], columns: Sequence[str], program: Program) -> Plain:
    """The rows of one group, where an Estimate names the group by the columns that make it."""
    of = [f"d${column} == {_written(told[column], program)}" for column in columns if told.get(column) is not None]
    return Plain(" & ".join(of) or "TRUE")


def _of_columns(columns: Sequence[str]) -> dict[str, str]:
    alternate = [*columns[::2], *columns[1::2]]
    halves = {"odd_even": _wrapped(alternate, " "), "half": str(len(columns) // 2)} if len(columns) % 2 == 0 else {}
    return {
        "columns": f"c({_wrapped([json.dumps(column) for column in columns], ', ')})",
        "plus": _wrapped(columns, " + "),
        "spaced": _wrapped(columns, " "),
        "commas": _wrapped(columns[1:], ", "),
        "count": str(len(columns) - 1),
        **halves,
        **dict(zip(PLACES, columns, strict=False)),
    }


def _wrapped(words: Sequence[str], by: str) -> str:
    return textwrap.fill(by.join(words), 100, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _filled(name: str, template: Template, lines: str, facts: Mapping[str, str], program: Program) -> str:
    lines = FILLED.sub(lambda found: found[0] if found[1] in facts else template.if_none.get(found[1], found[0]), lines)
    if missing := sorted(set(FILLED.findall(lines)) - set(facts)):
        wanted = ", ".join("at_least or below" if one == "positive" else one for one in missing)
        raise UsageError(
            f"twin of {name} in {SAID[program]}: {wanted} is missing. Its columns are {template.columns}; what the "
            "function was told beside them is given by name, and an Estimate brings what it says itself."
        )
    return FILLED.sub(lambda found: facts[found[1]], lines)


class Plain(str):
    """Written as it stands: the name of a column, or a comparison."""


def _written(value: Any, program: Program) -> str:
    """Write a value as the program does.

    >>> _written([[1, 0.5], [0.5, 1]], "r"), _written("it's", "spss"), _written({"rater": 2}, "r")
    ('matrix(c(1, 0.5, 0.5, 1), nrow = 2, byrow = TRUE)', "'it''s'", 'list(rater = 2)')
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Plain):
        return value
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if program == "r" else "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Mapping):
        return f"list({', '.join(f'{key} = {_written(one, program)}' for key, one in value.items())})"
    if isinstance(value, Sequence):
        if value and isinstance(value[0], Sequence) and not isinstance(value[0], str):
            flat = _written([one for row in value for one in row], program)
            return f"matrix({flat}, nrow = {len(value)}, byrow = TRUE)"
        return f"c({', '.join(_written(one, program) for one in value)})"
    return repr(value)
