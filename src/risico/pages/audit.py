"""The page of a score control, for the quality officer: counts, possible causes, and what would change level.

No name, no case number and no answer stands on it. The same page is HTML or Markdown, in Dutch or English.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from risico.audit import Cause, Explanation, Finding, Move, Recheck
from risico.errors import MissingExtra
from risico.instrument import Instrument
from risico.strict import read_yaml
from risico.words import Language, number, pick

HERE = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Table:
    """Rows of words and counts below a head."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with tables, then points."""

    title: str
    tables: Sequence[Table] = ()
    points: Sequence[str] = ()


@cache
def words() -> Mapping[str, Any]:
    """Return the words of the page, by part and key, each in nl and en."""
    return read_yaml(HERE / "audit_words.yaml")


@dataclass(frozen=True)
class Teller:
    """Tells what was found about one instrument in one language."""

    it: Instrument
    language: Language

    def __call__(self, part: str, key: str, **filled: object) -> str:
        return pick(words()[part][key], self.language).format(**filled)

    def count(self, n: int | None) -> str:
        """Write a count."""
        return number(n, self.language)

    def level(self, band: str, value: str | bool | None) -> str:
        """Say a level in the words of the file, else by its name."""
        if value is None:
            return self("levels", "none")
        levels = [level for table in self.it.bands[band].tables().values() for level in table]
        meant = next((pick(level.meaning, self.language) for level in levels if level.result == value), "")
        return meant or str(value).replace("_", " ")

    def cause(self, told: Explanation) -> str:
        """Say one way of going wrong: the cause, and what exactly."""
        cause, which = self("cause", told.cause), told.which
        kind, _, name = which.partition(" ")
        if told.cause == "not_reversed" and which != "all":
            said = self("which", "item", item=which, label=pick(self.it.items[which].label, self.language))
        else:
            said = self("which", kind, name=name)
        return f"{cause}: {said}"


def markdown(found: Recheck, language: Language = "nl") -> str:
    """Return the page as Markdown.

    >>> import polars as pl
    >>> from risico.audit import recheck
    >>> forms = pl.DataFrame({f"gad7_{i}": [2, 2] for i in range(1, 8)} | {"gad7_total": [14, 41]})
    >>> print(markdown(recheck(forms, "gad7"), "en").splitlines()[6])
    **1 of the 2 results that were checked do not follow from the answers they were filed with.**
    """
    page = _page(found, language)
    lines = [f"# {page['name']}: {page['title']}", "", page["lead"], "", page["inside"], ""]
    lines += [line for words_ in page["verdict"] for line in (f"**{words_}**", "")]
    for section in page["sections"]:
        lines += [f"## {section.title}", ""]
        for table in section.tables:
            lines += [*_markdown(table), ""]
        lines += [*(f"- {point}" for point in section.points), ""] if section.points else []
    return "\n".join(lines).rstrip() + "\n"


def html(found: Recheck, language: Language = "nl") -> str:
    """Return the page as HTML, complete in itself. Raises MissingExtra without Jinja2."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra("Writing this page as HTML", "report") from error
    css = (HERE / "review.css").read_text(encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("audit.html.j2").render(
        page=_page(found, language),
        language=language,
        css=Markup(css),
        css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
    )


def _page(found: Recheck, language: Language) -> dict[str, Any]:
    tell = Teller(found.it, language)
    return {
        "name": tell("page", "name"),
        "title": pick(tell.it.title, language),
        "lead": tell("page", "lead", id=tell.it.key, n=tell.count(found.n)),
        "inside": tell("page", "inside"),
        "verdict": list(_verdict(found, tell)),
        "sections": [
            _overview(found, tell),
            *(_result(one, tell) for one in found.findings if one.differs),
            Section(tell("notes", "title"), points=[pick(point, language) for point in words()["notes"]["points"]]),
        ],
    }


def _verdict(found: Recheck, tell: Teller) -> Iterator[str]:
    differs = sum(one.differs for one in found.findings)
    checked = differs + sum(one.follows for one in found.findings)
    heavier = sum(move.n for one in found.findings for move in _first(one) if move.heavier)
    if not checked:
        yield tell("page", "nothing_checked")
    elif not differs:
        yield tell("page", "none")
    else:
        yield tell("page", "some", n=tell.count(differs), all=tell.count(checked))
    if heavier:
        yield tell("page", "heavier", n=tell.count(heavier))


def _first(one: Finding) -> list[Move]:
    """The moves in the first level of a result: several cut-offs of one score are one form each, not more."""
    bands = [move.band for move in one.moves]
    return [move for move in one.moves if move.band == bands[0]]


def _overview(found: Recheck, tell: Teller) -> Section:
    keys = ("filed", "follows", "rounded", "differs", "unchecked", "unreadable")
    rows = [
        [f"{found.it.id}_{one.result}", one.column, *(tell.count(getattr(one, key)) for key in keys)]
        for one in found.findings
    ]
    points: list[str] = []
    if any(one.unchecked for one in found.findings):
        context = ", ".join(tell.it.context) or "–"
        points.append(tell("overview", "unchecked_why", context=context))
    if any(one.unreadable for one in found.findings):
        points.append(tell("overview", "unreadable_why"))
    head = [tell("overview", key) for key in ("result", "column", *keys)]
    return Section(tell("overview", "title"), [Table(head, rows)], points)


def _result(one: Finding, tell: Teller) -> Section:
    groups = [[_causes(causes, tell), tell.count(n)] for causes, n in one.groups]
    tables = [Table([tell("causes", "group"), tell("causes", "n")], groups)]
    told = [told for told in one.explanations if told.which not in _SAID]
    if told:
        fits = [[tell.cause(way), tell.count(way.explains), tell.count(way.shows)] for way in told]
        tables.append(Table([tell("fits", key) for key in ("what", "explains", "shows")], fits, tell("fits", "title")))
    if one.moves:
        head = [tell("levels", key) for key in ("band", "filed", "follows", "n", "way")]
        tables.append(Table(head, [_move(move, tell) for move in one.moves], tell("levels", "title")))
    return Section(tell("causes", "title", result=f"{tell.it.id}_{one.result}"), tables)


def _causes(causes: tuple[Cause, ...], tell: Teller) -> str:
    """Name the one cause that fits; where there are several, none of them is the cause that was found."""
    words = tell("causes", "or").join(tell("cause", cause) for cause in causes)
    return words if len(causes) == 1 else tell("causes", "several", words=words)


_SAID = ("", "answers", "blanks", "level")
"""What is said in full by its cause."""


def _move(move: Move, tell: Teller) -> list[str]:
    way = "" if move.heavier is None else tell("levels", "heavier" if move.heavier else "lighter")
    return [move.band, tell.level(move.band, move.filed), tell.level(move.band, move.follows), tell.count(move.n), way]


def _markdown(table: Table) -> Iterator[str]:
    if table.caption:
        yield from (f"### {table.caption}", "")
    yield f"| {' | '.join(table.head)} |"
    yield f"|{'---|' * len(table.head)}"
    for row in table.rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
