"""The card of an instrument: one page with what it is for, how it counts, and how far it can be trusted.

In COTAN's order, with COSMIN's rules: purpose and population, items and rules, use and licence, levels and norms with
their age, reliability, validity, the Netherlands, personal data, limits, sources, and what was proven. Every number
comes from the instrument's file; what nobody saw at its source is marked, and no verdict is given on it.

    html = card("odara")
    text = card("sdq", "en", form="md", proof=prove("sdq"), own=own_numbers(forms, load("sdq")))
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from risico.errors import MissingExtra
from risico.instrument import Instrument, load
from risico.pages import card_form, card_numbers, card_standing
from risico.pages.card_own import Own, own_note, own_table
from risico.pages.card_words import kind
from risico.pages.parts import Section, Table
from risico.pages.published import say, words
from risico.words import Language, pick

if TYPE_CHECKING:
    from risico.proof import Line

Form = Literal["html", "md"]
HERE = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands on a card, before it becomes HTML or Markdown."""

    name: str
    title: str
    lead: str
    brief: list[tuple[str, str]]
    warnings: list[str]
    sections: list[Section]
    made: str


def card(
    instrument: str | Path | Instrument,
    language: Language = "nl",
    *,
    form: Form = "html",
    proof: Sequence[Line] | None = None,
    own: Own | None = None,
    index: str = "",
) -> str:
    """Return the card of an instrument as one HTML page, complete in itself, or as Markdown.

    `proof` is what `risico.proof.prove` returned in the same language, `own` what `own_numbers` returned on the
    organisation's forms, `index` the address of the page of all cards. Raises MissingExtra for HTML without Jinja2.

    >>> print(card("odara", "en", form="md").splitlines()[0])
    # Ontario Domestic Assault Risk Assessment (ODARA)
    """
    it = load(instrument)
    made = _card(it, language, proof, own or {})
    if form == "md":
        return "\n".join(_markdown(made, language)) + "\n"
    return fill("card.html.j2", language, card=made, index=index)


def _card(it: Instrument, language: Language, proof: Sequence[Line] | None, own: Own) -> Card:
    return Card(
        name=say("page", "name", language),
        title=pick(it.title, language),
        lead=f"{it.key} · {kind(it, language)} · {say('status', it.status, language)}",
        brief=card_form.brief(it, language),
        warnings=card_form.warnings(it, language),
        sections=[
            card_form.purpose(it, language),
            card_form.items(it, language),
            card_form.use(it, language),
            card_numbers.norms(it, language, date.today().year),
            card_numbers.reliability(it, language, own_table(it, own, language), own_note(language)),
            card_numbers.validity(it, language),
            card_standing.dutch(it, language),
            card_standing.data(it, language),
            card_standing.limits(it, language),
            card_standing.sources(it, language),
            card_standing.proven(it, language, proof),
        ],
        made=say("page", "made", language, id=it.key),
    )


# HTML ---------------------------------------------------------------------------------------------------------------


def fill(template: str, language: Language, *, css: str = "", **page: Any) -> str:
    """Fill a template; everything is escaped but our own style sheets, to which the page is bound by their hash."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise MissingExtra("Writing an instrument card", "report") from error
    style = "".join((HERE / name).read_text(encoding="utf-8") for name in ("review.css", "card.css")) + css
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters["marked"] = lambda text: _marked(str(text), language)
    return environment.get_template(template).render(
        **page,
        language=language,
        word={key: pick(text, language) for key, text in words()["page"].items()},
        css=Markup(style),
        css_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _marked(text: str, language: Language) -> Any:
    """Escape a text, and set what is doubted in it apart, in words and in colour."""
    from markupsafe import Markup, escape

    safe = str(escape(text))
    for name, mark in words()["marks"].items():
        said = f"[{escape(pick(mark, language).format(**words()['limits_of_age']))}]"
        safe = safe.replace(said, f'<mark class="{name}">{said}</mark>')
    return Markup(safe)


# Markdown -----------------------------------------------------------------------------------------------------------


def _markdown(made: Card, language: Language) -> Iterator[str]:
    yield from (f"# {made.title}", "", f"{made.name} · {made.lead}", "")
    yield from (f"> **{warning}**\n>" for warning in made.warnings)
    yield ""
    yield from (f"- **{term}:** {_plain(text)}" for term, text in made.brief)
    for part in made.sections:
        yield from ("", f"## {part.title}", "")
        yield from (f"{_plain(text)}\n" for text in part.words)
        yield from (f"- {_plain(text)}" for text in part.points)
        for table in (*part.tables, *part.more):
            yield from ("", *_table(table))
        yield from (f"\n{_plain(note)}" for note in part.notes)
    yield from ("", f"*{made.made}*")


def _table(table: Table) -> Iterator[str]:
    yield from (f"**{_plain(table.caption)}**", "")
    yield f"| {' | '.join(map(_cell, table.head))} |"
    yield "|" + "---|" * len(table.head)
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in table.rows)


def _cell(text: str) -> str:
    return _plain(text.replace("\n", "; ")).replace("|", "\\|")


def _plain(text: str) -> str:
    """Keep a text on one line, and from being read as layout."""
    return " ".join(text.split()).replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


__all__ = ["Card", "Form", "card", "fill"]
