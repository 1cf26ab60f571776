"""What every export has in common: the shipped file it is made of, what is said about it, and what it cannot carry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from risico.errors import Refused
from risico.exchange.rule import Result, results
from risico.exchange.rule_scores import unwritten
from risico.instrument import Instrument, load
from risico.instrument.library import SHIPPED, files
from risico.instrument.model import MEMORY, Text
from risico.instrument.variants import primary, told_by
from risico.words import Language, pick

URN = "urn:risico:"
_UNKNOWN: dict[str, Text] = {
    "unknown": {"nl": "onbekend", "en": "unknown"},
    "omit": {"nl": "weggelaten", "en": "left out"},
    "dont_know": {"nl": "weet niet", "en": "does not know"},
    "decline": {"nl": "wil niet antwoorden", "en": "declines to answer"},
    "did_not_answer": {"nl": "gaf geen antwoord", "en": "did not answer"},
    "not_applicable": {"nl": "niet van toepassing", "en": "not applicable"},
}
_ABOUT: Text = {
    "nl": (
        "De teksten zijn korte omschrijvingen van ons en niet de vragen zelf. Neem af met het officiële formulier en "
        "neem de antwoorden per vraagnummer over. Een score is geen besluit, en een lage score is geen bewijs van "
        "veiligheid. Leeg bij de uitkomsten: met deze antwoorden niet te scoren."
    ),
    "en": (
        "The texts are short descriptions of ours, not the questions themselves. Administer the official form and copy "
        "the answers by item number. A score is not a decision, and a low score is no proof of safety. Empty among the "
        "results: not scorable with these answers."
    ),
}
_LICENCE: dict[str, Text] = {
    "licence_needed": {
        "nl": "Voor gebruik op een scherm is een licentie van de rechthebbende nodig.",
        "en": "Use on a screen needs a licence from the owner.",
    },
    "unknown": {
        "nl": "Of gebruik op een scherm mag, is niet vastgesteld: vraag het de rechthebbende.",
        "en": "Whether use on a screen is allowed was not established: ask the owner.",
    },
}
_FROM_MEMORY: Text = {"nl": " [uit het geheugen]", "en": " [from memory]"}
_NOT: dict[str, Text] = {
    "order": {
        "nl": "eerst het eigen oordeel, daarna pas de uitkomst: dit formulier rekent mee terwijl er wordt ingevuld",
        "en": "own judgement first and only then the result: this form computes while it is filled in",
    },
    "meaning": {
        "nl": "wat een niveau betekent, de beperkingen, bewijs, bronnen en de leeftijd van de normen",
        "en": "what a level means, the limits, the evidence, the sources and the age of the norms",
    },
    "population": {
        "nl": "voor wie het bedoeld is en voor wie niet: dat wordt niet bewaakt",
        "en": "for whom it is meant and for whom it is not: that is not guarded",
    },
    "items": {
        "nl": "de gegevensklasse en het begrip achter elke vraag, en welke kant erger is",
        "en": "the data class and the concept behind each item, and which end is worse",
    },
    "refused": {
        "nl": "waarom een formulier zichzelf tegenspreekt: de uitkomsten blijven dan leeg, zonder uitleg",
        "en": "why a form contradicts itself: its results stay empty, without a reason",
    },
    "unknown_number": {
        "nl": "'onbekend' bij een gemeten waarde: daar blijft alleen leeg over",
        "en": "'unknown' for a measured value: only a blank is left",
    },
    "research": {
        "nl": "scores die alleen voor onderzoek zijn: {which}",
        "en": "scores that are for research only: {which}",
    },
    "kept": {
        "nl": "wat naast de antwoorden wordt bewaard: {which}",
        "en": "what is kept beside the answers: {which}",
    },
    "clocks": {
        "nl": "termijnen tussen datums: {which}",
        "en": "time limits between dates: {which}",
    },
    "unwritten": {
        "nl": "de uitkomst van doelen, die hier niet te berekenen is: {which}",
        "en": "how far goals came, which cannot be worked out here: {which}",
    },
    "versions": {
        "nl": "andere versies van het formulier ({which}): alleen die van het bestand",
        "en": "other versions of the form ({which}): that of the file alone",
    },
    "judged": {
        "nl": "optellen: het oordeel van de invuller is de uitkomst en staat onder {which}",
        "en": "adding up: the rater's judgement is the result and stands under {which}",
    },
}


@dataclass(frozen=True)
class Export:
    """Something written for another program, and what of the instrument it cannot carry; that list is in it too."""

    content: Any
    not_carried: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """An instrument as its shipped file says it, with what an export needs beside it."""

    it: Instrument
    sha256: str
    language: Language
    results: tuple[Result, ...]
    not_carried: tuple[str, ...]
    assumed: Mapping[str, str]
    """The version that is exported, by the context column that would say so."""

    def say(self, text: Text | str | None) -> str:
        """Return a text in the language of the export."""
        return pick(text, self.language)

    def unknown(self, code: object) -> str:
        """Return the words for a code that says that there is no answer."""
        return self.say(_UNKNOWN.get(str(code), f"{code} ({self.say(_UNKNOWN['unknown'])})"))

    def title(self, result: Result) -> str:
        """Return the title of a result; what nobody saw a source for says so."""
        return self.say(result.title) + (self.say(_FROM_MEMORY) if _memory(self.it, result) else "")

    def about(self) -> str:
        """Return what stands at the head of an export: whose words, which file, which licence, what is missing."""
        of: Text = {"nl": "Niet overgenomen uit het bestand", "en": "Not carried over from the file"}
        made = f"{self.it.key}, sha256 {self.sha256}"
        parts = [self.say(_ABOUT), self.say(_LICENCE.get(self.it.licence.electronic)), self.say(self.it.licence.note)]
        left = f"{self.say(of)}: {'; '.join(self.not_carried)}."
        return " ".join(part for part in (*parts, f"risico {made}.", left) if part)


def sheet(
    instrument: str | Path,
    language: Language,
    *,
    form: bool = True,
    shows: bool = True,
    kept: bool = False,
    also: Sequence[Text] = (),
) -> Sheet:
    """Return an instrument as its shipped file says it, with the results that an export carries.

    Wording from a private folder never leaves: an instrument that is shipped is read from the shipped file. `form`
    says that the export is itself a form on a screen; then the licence must allow that. `shows` says that it shows
    results while it is filled in, `kept` that it holds the columns that are kept beside the answers. `also` are things
    that this kind of export cannot carry either. Raises Refused where the licence forbids a form on a screen.
    """
    path = _shipped(instrument)
    whole = load(path)
    it = primary(whole)
    if form and it.licence.electronic == "not_allowed":
        why = pick(it.licence.note, language)
        raise Refused(
            f"{it.id} is not made into a form on a screen: its licence forbids that ({why}) Use the official form. A "
            "syntax that scores answers you already have can be made: --to spss."
        )
    carried = [result for result in results(it) if not (form and _kept_back(it, result))]
    common = (*_common(it, form=form, shows=form and shows, kept=kept), *_versions(whole))
    left = [pick(text, language) for text in (*common, *also)]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assumed = {name: whole.variants[name].assumed for name in told_by(whole)}
    return Sheet(it, digest, language, tuple(carried), tuple(left), assumed)


def _shipped(instrument: str | Path) -> Path:
    name = Path(instrument).stem if str(instrument).endswith((".yaml", ".yml")) else str(instrument)
    shipped = SHIPPED / f"{name}.yaml"
    if shipped.exists():
        return shipped
    return Path(instrument) if str(instrument).endswith((".yaml", ".yml")) else files().get(name, Path(f"{name}.yaml"))


def _kept_back(it: Instrument, result: Result) -> bool:
    """A score for research is on no form; a judgement is an answer of the form, not a result beside it."""
    score = it.scores.get(result.of)
    return score is not None and (score.research or score.rule == "judgement")


def _memory(it: Instrument, result: Result) -> bool:
    if result.of in it.bands:
        band = it.bands[result.of]
        sources = {band.source, *(level.source for levels in band.tables().values() for level in levels)}
        return MEMORY in sources or it.scores[band.of].source == MEMORY
    return result.of in it.scores and it.scores[result.of].source == MEMORY


def _versions(it: Instrument) -> list[Text]:
    """Say which versions of the form are left out."""
    named = [f"{name}: {value}" for name in told_by(it) for value in it.variants[name].versions]
    return [{lang: text.format(which=", ".join(named)) for lang, text in _NOT["versions"].items()}] if named else []


def _common(it: Instrument, *, form: bool, shows: bool, kept: bool) -> list[Text]:
    research = [name for name, score in it.scores.items() if score.research]
    judged = [score.of[0] for score in it.scores.values() if score.rule == "judgement"]
    measured = any(it.codes(item) is None for item in it.items) and bool(it.missing_codes)
    found = [_NOT["order"]] if shows else []
    found += [_NOT["meaning"], _NOT["population"], _NOT["items"]]
    found += [_NOT["refused"]] if it.refuse else []
    found += [_NOT["unknown_number"]] if measured and form else []
    listed = {"research": research if form else [], "judged": judged if form else []}
    listed |= {"kept": [] if kept else list(it.kept), "clocks": list(it.clocks), "unwritten": list(unwritten(it))}
    for key, names in listed.items():
        if names:
            found.append({lang: text.format(which=", ".join(names)) for lang, text in _NOT[key].items()})
    return found
