"""Which instrument for whom? What fits by age, concern and who fills in, and why the others do not.

What is compared is what the files say. What only a person can judge (for whom it is not, what must be the case first)
is not weighed here; it stands on the card of the instrument.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from risico.errors import RisicoError, UsageError, did_you_mean
from risico.instrument import Instrument, catalogue, load
from risico.instrument.lists import OLDEST, people
from risico.instrument.lists import choosing as words
from risico.instrument.model import MEMORY
from risico.words import Language, number, pick

STANDINGS = ("validated", "in_use", "translated", "none")
"""Standing in the Netherlands, the strongest first."""
HERE = STANDINGS[:2]
"""What a search opens on: validated or in use in the Netherlands."""
LANGUAGES: tuple[Language, ...] = ("nl", "en")
Text = Mapping[Language, str]
Say = Callable[[Language], str]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something does not fit, or what to mind when it does: its kind, and its words in both languages."""

    kind: str
    words: Text


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One instrument, held against what was asked; it fits when nothing speaks `against` it.

    `standing` is that in the Netherlands, `recalled` when nobody checked it. `mind` does not stand in the way.
    """

    instrument: str
    title: Text
    standing: str
    recalled: bool
    against: tuple[Reason, ...]
    mind: tuple[Reason, ...] = ()

    @property
    def fits(self) -> bool:
        """Return whether nothing speaks against it."""
        return not self.against

    @property
    def here(self) -> bool:
        """Return whether it is validated or in use in the Netherlands."""
        return self.standing in HERE


@dataclass(frozen=True)
class _Wanted:
    """What was asked, as the files say it; None where nothing was asked."""

    age: float | None
    concerns: tuple[Mapping[str, Any], ...] | None
    person: str | None

    def names(self, kind: str) -> set[str]:
        """Return the domains or concepts that were asked for."""
        return {name for concern in self.concerns or () for name in concern.get(kind, ())}


def find(age: float | None = None, concern: str | None = None, informant: str | None = None) -> tuple[Fit, ...]:
    """Return every instrument of the library: what fits first, then what does not, with the reasons.

    `age` is that of the person the form is about, in years; `concern` is in everyday Dutch or English
    ("ouderenmishandeling", "strangulation"); `informant` says who is there to fill it in. What is left out is not
    asked. Among what fits, what is validated or in use in the Netherlands stands first. Raises UsageError for an age
    below 0 or above 120 and for words that are not known.

    >>> found = find(age=81, concern="ouderenmishandeling", informant="professional")
    >>> [fit.instrument for fit in found if fit.fits and not fit.here][:1]
    ['easi']
    >>> next(fit.against[0].words["en"] for fit in found if fit.instrument == "odara")
    'is about something else: violence between (former) partners'
    """
    wanted = _Wanted(_years(age), _concerns(concern), _person(informant))
    fits = [_held(name, wanted) for name in catalogue()]
    return tuple(sorted(fits, key=_order))


def informant_label(name: str, language: Language) -> str:
    """Say who fills a form in.

    >>> informant_label("older_person_and_physician", "en")
    'older person and physician together'
    """
    known = words()["informants"].get(name)
    return pick(known["label"], language) if known else name.replace("_", " ")


def domain_label(name: str, language: Language) -> str:
    """Say what an instrument is about."""
    return pick(words()["domains"].get(name), language) or name.replace("_", " ")


def person_label(name: str, language: Language) -> str:
    """Name somebody who can fill in.

    >>> person_label("teacher", "nl")
    'leerkracht'
    """
    known = words()["people"].get(name)
    return known[language][0] if known else name.replace("_", " ")


def _order(fit: Fit) -> tuple[object, ...]:
    aside = any(reason.kind == "item_about" for reason in fit.mind)
    return (len(fit.against), STANDINGS.index(fit.standing), aside, fit.instrument)


def _held(name: str, wanted: _Wanted) -> Fit:
    """Hold one instrument against what is asked; a file that is not sound is never what fits."""
    try:
        it = load(name)
    except RisicoError:
        broken = (_reason("reasons", "broken"),)
        return Fit(instrument=name, title={"nl": name, "en": name}, standing="none", recalled=False, against=broken)
    return Fit(
        instrument=it.id,
        title={language: pick(it.title, language) for language in LANGUAGES},
        standing=it.nl_status.value,
        recalled=it.nl_status.source == MEMORY,
        against=tuple(_against(it, wanted)),
        mind=tuple(_mind(it, wanted)),
    )


def _against(it: Instrument, wanted: _Wanted) -> Iterator[Reason]:
    if wanted.concerns is not None and not _about(it, wanted):
        yield _reason("reasons", "other_subject", domain=lambda language: domain_label(it.domain, language))
    ages = it.applies.age
    if wanted.age is not None and ages is not None and not it.applies.fits(wanted.age):
        low, high = ages
        key = "age" if high < OLDEST else "age_from"
        yield _reason("reasons", key, low=lambda lang: number(low, lang), high=lambda lang: number(high, lang))
    if wanted.person is not None and wanted.person not in people(it.informant):
        yield _reason("reasons", "informant", who=lambda language: informant_label(it.informant, language))
    if it.kind != "instrument" and it.status != "recorded":
        yield _reason("reasons", "record")


def _mind(it: Instrument, wanted: _Wanted) -> Iterator[Reason]:
    shared = _concepts(it) & wanted.names("concepts")
    if shared and it.domain not in wanted.names("domains"):
        yield _reason(
            "mind",
            "item_about",
            domain=lambda language: domain_label(it.domain, language),
            concepts=lambda language: ", ".join(sorted(_concept_label(name, language) for name in shared)),
        )
    if wanted.age is not None and it.applies.age is None:
        yield _reason("mind", "no_age")
    if wanted.person is not None and words()["informants"].get(it.informant, {}).get("together"):
        yield _reason("mind", "together", who=lambda language: informant_label(it.informant, language))
    if it.status == "recorded":
        yield _reason("mind", "official_only")


def _about(it: Instrument, wanted: _Wanted) -> bool:
    return it.domain in wanted.names("domains") or bool(_concepts(it) & wanted.names("concepts"))


def _concepts(it: Instrument) -> set[str]:
    return {item.concept for item in it.items.values() if item.concept is not None}


def _concept_label(name: str, language: Language) -> str:
    return pick(words()["concepts"].get(name), language) or name.replace("_", " ")


def _reason(part: str, kind: str, **filled: Say) -> Reason:
    """Say a reason in both languages; what is filled in is a function of the language."""
    texts = words()[part][kind]

    def say(language: Language) -> str:
        return pick(texts, language).format(**{key: part(language) for key, part in filled.items()})

    said: Text = {language: say(language) for language in LANGUAGES}
    return Reason(kind=kind, words=said)


# what was asked -----------------------------------------------------------------------------------------------------


def _years(age: float | None) -> float | None:
    if age is not None and not 0 <= age <= OLDEST:
        raise UsageError(f"An age is a number of years from 0 to {OLDEST}; this is {age:g}.")
    return age


def _concerns(text: str | None) -> tuple[Mapping[str, Any], ...] | None:
    """Return the concerns that are meant: those with exactly this word, else those with a word that stands in it."""
    if text is None:
        return None
    said, known = " ".join(text.lower().split()), words()["concerns"]
    exact = [entry for name, entry in known.items() if said in (name, name.replace("_", " "), *_spoken(entry))]
    within = [entry for entry in known.values() if any(_stands_in(word, said) for word in _spoken(entry))]
    if exact or within:
        return tuple(exact or within)
    spoken = [word for entry in known.values() for word in _spoken(entry)]
    shown = ", ".join(entry["words"]["nl"][0] for entry in known.values())
    raise UsageError(
        f"'{text}' is not a concern that is known here.{did_you_mean(said, spoken)} Ask for one of: {shown}; or leave "
        "the concern out."
    )


def _person(text: str | None) -> str | None:
    if text is None:
        return None
    said, known = text.lower().strip(), words()["people"]
    for name, entry in known.items():
        if said == name or said in (*entry["nl"], *entry["en"]):
            return name
    shown: Sequence[str] = [word for entry in known.values() for word in (entry["nl"][0], entry["en"][0])]
    raise UsageError(
        f"'{text}' is nobody who fills in a form here.{did_you_mean(said, shown)} Known are: "
        f"{', '.join(dict.fromkeys(shown))}."
    )


def _spoken(concern: Mapping[str, Any]) -> tuple[str, ...]:
    return (*concern["words"]["nl"], *concern["words"]["en"])


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text) is not None
