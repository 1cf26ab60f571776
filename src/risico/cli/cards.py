"""`risico passport` and `risico find`: the card of an instrument, and which one fits."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from risico.choosing import Fit, find
from risico.cli.said import aside, bar, free, say, table, word
from risico.errors import RisicoError, UsageError
from risico.instrument import Instrument, catalogue, load
from risico.words import Language, pick

if TYPE_CHECKING:
    from risico.pages.card import Form
    from risico.pages.card_own import Own

NEAR = 1
"""What fails on so many points is named with its reasons; the rest is only counted."""


def passport_(asked: Namespace) -> None:
    """Write the card of one instrument, or every card with the page of all of them."""
    if asked.all == bool(asked.id):
        raise UsageError("Name one instrument (risico passport ID), or all of them (risico passport --all -o FOLDER).")
    if asked.map and not asked.data:
        raise UsageError("A map says how a file is read, but no file was named. Add --data FILE.")
    if asked.all:
        _write_all(asked)
    else:
        _write_one(asked)


def find_(asked: Namespace) -> None:
    """Say what fits, and why the others do not."""
    language: Language = asked.lang
    if asked.age is None and asked.concern is None and asked.informant is None:
        raise UsageError(
            "Say what you look for: --age, --concern or --informant. `risico list --all` shows everything."
        )
    found = find(asked.age, asked.concern, asked.informant)
    fits = [fit for fit in found if fit.fits]
    here, elsewhere = [fit for fit in fits if fit.here], [fit for fit in fits if not fit.here]
    say(_word("here" if here else "none_here", language, n=len(here)), *_fitting(here, language))
    if asked.all and elsewhere:
        say("", _word("elsewhere", language, n=len(elsewhere)), *_fitting(elsewhere, language))
    elif elsewhere:
        named = [] if here else ["  " + ", ".join(fit.instrument for fit in elsewhere)]  # some lead where none is here
        say("", _word("more", language, n=len(elsewhere)), *named)
    say("", _word("others", language, n=len(found) - len(fits)), *_not_fitting(found, language), "")
    say(*([_word("recalled", language)] if any(fit.recalled for fit in fits) else []), _word("next", language))


# passports ----------------------------------------------------------------------------------------------------------


def _write_one(asked: Namespace) -> None:
    from risico.pages.card import card
    from risico.proof import prove

    it = load(asked.id)
    out = free(asked.out, force=asked.force, source=asked.data) if asked.out else None
    text = card(it, asked.lang, form=_form(asked), proof=prove(it, asked.lang), own=_own(asked, it))
    if out is None:
        say(text)
    else:
        out.write_text(text, encoding="utf-8")
        say(_word("wrote", asked.lang, path=out))


def _form(asked: Namespace) -> Form:
    """What was asked for; else by the name of the file, and Markdown on the screen."""
    return asked.format or ("md" if not asked.out or Path(asked.out).suffix == ".md" else "html")


def _own(asked: Namespace, it: Instrument) -> Own | None:
    if not asked.data:
        return None
    from risico.exchange import apply, read, read_map
    from risico.pages.card_own import own_numbers

    frame = read(asked.data)
    return own_numbers(apply(frame, read_map(asked.map)) if asked.map else frame, it)


def _write_all(asked: Namespace) -> None:
    """Write each card and the page of all cards into a folder; a file that is not sound is named, and left out."""
    from risico.pages.card import card
    from risico.pages.card_index import index
    from risico.proof import prove

    if not asked.out or asked.data:
        raise UsageError("All cards go into a folder: risico passport --all -o FOLDER, without --data.")
    language: Language = asked.lang
    form: Form = asked.format or "html"
    sound, broken = _library()
    folder = Path(asked.out)
    paths = {it.id: folder / f"{it.id}.{form}" for it in sound} | {"": folder / f"index.{form}"}
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths.values():
        free(str(path), force=asked.force)
    for it in bar(sound, len(sound), _word("work", language)):
        page = card(it, language, form=form, proof=prove(it, language), index=paths[""].name)
        paths[it.id].write_text(page, encoding="utf-8")
    paths[""].write_text(index(sound, language, broken, form), encoding="utf-8")
    say(_word("wrote_all", language, n=len(sound), path=paths[""]))
    if broken:
        aside(_word("broken", language, ids=", ".join(broken)))


def _library() -> tuple[list[Instrument], list[str]]:
    sound, broken = list[Instrument](), list[str]()
    for name in catalogue():
        try:
            sound.append(load(name))
        except RisicoError:
            broken.append(name)
    return sound, broken


# finding ------------------------------------------------------------------------------------------------------------


def _fitting(fits: Sequence[Fit], language: Language) -> Iterator[str]:
    rows = [
        (
            "  " + fit.instrument,
            word("status", fit.standing, language) + ("*" if fit.recalled else ""),
            pick(fit.title, language),
            "; ".join(pick(reason.words, language) for reason in fit.mind),
        )
        for fit in fits
    ]
    yield from table(rows)


def _not_fitting(found: Sequence[Fit], language: Language) -> Iterator[str]:
    """Name what fails on one point that is not its subject, with the reason; count the rest by what it is about."""
    other: dict[str, list[str]] = {}
    for fit in found:
        if fit.fits:
            continue
        why = "; ".join(pick(reason.words, language) for reason in fit.against)
        if len(fit.against) <= NEAR and fit.against[0].kind != "other_subject":
            yield f"  {fit.instrument}: {why}"
        else:
            other.setdefault(pick(fit.against[0].words, language), []).append(fit.instrument)
    for why, names in sorted(other.items(), key=lambda pair: -len(pair[1])):
        yield f"  {why} ({len(names)}): {', '.join(names)}"


def _word(key: str, language: Language, **filled: object) -> str:
    return word("cards", key, language, **filled)
