"""The page of all cards, with filters that need no script: radio buttons, and a style sheet that hides the rest.

In Markdown, where nothing can be hidden, it is the same list in two parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from risico.choosing import HERE, domain_label, informant_label, people, person_label
from risico.instrument import Instrument
from risico.instrument.model import MEMORY
from risico.pages.card import Form, fill
from risico.pages.population import ages
from risico.pages.published import say, words
from risico.words import Language, pick

UNKNOWN = "unclear"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice of a filter: the class that its rows carry, its words, and how many rows there are."""

    key: str
    words: str
    count: int
    first: bool = False


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter: a name, its words, and the choices; the first of them shows all."""

    name: str
    words: str
    choices: list[Choice]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One instrument in the list, with the classes that the filters look at."""

    id: str
    title: str
    classes: str
    cells: list[str]


def index(
    instruments: Iterable[Instrument], language: Language = "nl", broken: Sequence[str] = (), form: Form = "html"
) -> str:
    """Return the page of all cards, complete in itself; each card is the file `<id>.html` (or `.md`) beside it.

    It opens on what is validated or in use in the Netherlands. `broken` names the files that could not be read. Raises
    MissingExtra for HTML without Jinja2.

    >>> from risico.instrument import load
    >>> print(index([load("odara")], "en", form="md").splitlines()[-1])
    \\* standing in the Netherlands from memory, not checked
    """
    found = sorted(instruments, key=lambda it: (it.nl_status.value not in HERE, pick(it.title, language).lower()))
    page = _page(found, language, broken)
    heads = [say("index", key, language) for key in ("instrument", "domain", "age", "informant", "licence", "here")]
    rows = [_row(it, language) for it in found]
    if form == "md":
        return "\n".join(_markdown(page, heads, rows, language)) + "\n"
    filters = list(_filters(found, language))
    css = "\n".join(_hides(each) for each in filters)
    return fill("card_index.html.j2", language, css=css, page=page, filters=filters, heads=heads, rows=rows)


def _page(found: Sequence[Instrument], language: Language, broken: Sequence[str]) -> dict[str, str]:
    """Return the words around the list."""
    here = sum(it.nl_status.value in HERE for it in found)
    return {key: pick(text, language) for key, text in words()["index"].items()} | {
        "lead": say("index", "lead", language, n=len(found)),
        "open": say("index", "open", language, here=here, more=len(found) - here),
        "shown": say("index", "shown", language, n=len(found)),
        "recalled": say("index", "recalled", language, memory=say("marks", "memory", language)),
        "broken": say("index", "broken", language, ids=", ".join(broken)) if broken else "",
    }


def _markdown(page: dict[str, str], heads: list[str], rows: Sequence[Row], language: Language) -> Iterable[str]:
    """Yield the list in two parts: what is validated or in use in the Netherlands, and the others."""
    yield from (f"# {page['title']}", "", page["lead"])
    for part in ("here-yes", "here-no"):
        inside = [row for row in rows if part in row.classes.split()]
        if inside:
            title = say("index", part.replace("-", "_"), language)
            yield from ("", f"## {page['here']}: {title} ({len(inside)})", "")
            yield from (_line(heads), _line(["---"] * len(heads)))
            yield from (_line([f"[{row.title}]({row.id}.md)", *row.cells]) for row in inside)
    yield from ("", page["recalled"].replace("*", "\\*"), *(["", page["broken"]] if page["broken"] else []))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"


def _filters(found: Sequence[Instrument], language: Language) -> Iterable[Filter]:
    """Yield the filters; only what occurs can be chosen, but for the first choice, which shows all."""
    group_words = {name: pick(entry["words"], language) for name, entry in words()["age_groups"].items()}
    kinds = [*words()["licence_groups"], UNKNOWN]
    here = {"here-yes": say("index", "here_yes", language), "here-no": say("index", "here_no", language)}
    domains = {f"domain-{it.domain}": domain_label(it.domain, language) for it in found}
    persons = {name: person_label(name, language) for it in found for name in people(it.informant)}
    yield _filter("here", here, found, language, opens="here-yes")
    yield _filter("age", {f"age-{name}": text for name, text in group_words.items()}, found, language)
    yield _filter("domain", dict(sorted(domains.items(), key=lambda pair: pair[1])), found, language)
    yield _filter("informant", {f"who-{name}": text for name, text in persons.items()}, found, language)
    yield _filter("licence", {f"licence-{kind}": say("licences", kind, language) for kind in kinds}, found, language)


def _filter(
    name: str, choices: dict[str, str], found: Sequence[Instrument], language: Language, opens: str = "all"
) -> Filter:
    counts = {key: sum(key in _classes(it) for it in found) for key in choices}
    every = Choice(key=f"{name}-all", words=say("index", "all", language), count=len(found), first=opens == "all")
    rest = [
        Choice(key=key, words=text, count=counts[key], first=key == opens)
        for key, text in choices.items()
        if counts[key]
    ]
    return Filter(name=name, words=say("index", name, language), choices=[every, *rest])


def _hides(each: Filter) -> str:
    """Write the rules by which a choice hides the rows that do not carry it."""
    rules = (f"body:has(#{c.key}:checked) tbody tr:not(.{c.key})" for c in each.choices[1:])
    return ",\n".join(rules) + " { display: none; }"


def _classes(it: Instrument) -> set[str]:
    """Return the choices that an instrument belongs to; one without ages belongs to every age."""
    low, high = it.applies.age or (0, 120)
    groups = words()["age_groups"].items()
    found = {f"age-{name}" for name, group in groups if low <= group["to"] and high >= group["from"]}
    found |= {f"who-{name}" for name in people(it.informant)} | {f"domain-{it.domain}"}
    return found | {f"licence-{_licence(it)}", "here-yes" if it.nl_status.value in HERE else "here-no"}


def _licence(it: Instrument) -> str:
    groups = words()["licence_groups"].items()
    return next((name for name, kinds in groups if it.licence.kind in kinds), UNKNOWN)


def _row(it: Instrument, language: Language) -> Row:
    recalled = "*" if it.nl_status.source == MEMORY else ""
    cells = [
        domain_label(it.domain, language),
        ages(it, language),
        informant_label(it.informant, language),
        say("licences", _licence(it), language),
        say("standing", it.nl_status.value, language) + recalled,
    ]
    return Row(id=it.id, title=pick(it.title, language), classes=" ".join(sorted(_classes(it))), cells=cells)
