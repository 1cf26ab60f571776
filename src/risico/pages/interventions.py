"""The catalogue of interventions as text: a list, and one of them with everything that was seen and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from risico.errors import UsageError, did_you_mean
from risico.instrument import load as load_instrument
from risico.instrument.model import MEMORY
from risico.interventions import OWN, ContraIndication, Intervention, Size, catalogue
from risico.pages.grade import recognition, rules
from risico.pages.wording import Voice
from risico.strict import read_yaml
from risico.words import Language, number, pick


@cache
def _words() -> Any:
    return read_yaml(Path(__file__).parent / "templates" / "intervention_words.yaml")


def _say(part: str, key: str, language: Language, **filled: object) -> str:
    return pick(_words()[part][key], language).format(**filled)


def recognised(one: Intervention, today: date, language: Language) -> str:
    """Say which recognition was seen, and whether it still holds on a day.

    >>> recognised(catalogue().interventions["horizon_misbruik"], date(2026, 1, 1), "en")
    'was well founded, expired'
    """
    told = one.recognition
    if told is None:
        return _say("recognition", "none", language)
    standing = "expired" if told.said_expired else recognition(told.label, told.since, today)
    label = pick(rules()["recognitions"][told.label], language)
    said = _say("recognition", standing, language, label=label, since=told.since or "")
    return said if told.source != MEMORY else f"{said} ({_say('marks', 'memory', language)})"


def studied(one: Intervention, language: Language) -> str:
    """Say whether a size against a comparison was seen, or else whether anything was; never a blank."""
    return _say("studied", "yes" if one.studied else "no_size" if one.evidence or one.effects else "no", language)


def contra_indicated(flag: ContraIndication, language: Language) -> str:
    """Say one contra-indication with where it was read."""
    return f"{pick({'nl': flag.nl, 'en': flag.en}, language)} ({_cited(flag.source, language)})"


def rows(today: date, language: Language) -> list[list[str]]:
    """Return the list as a table, its head first; in the order of the file, which ranks nothing."""
    kinds = load_instrument("hulp").answers["kind"].codes or {}
    found = [_say("list", "columns", language).split("|")]
    for name, one in catalogue().interventions.items():
        help_ = ", ".join(pick(kinds[kind], language) for kind in one.kinds) or "–"
        found.append([name, help_, recognised(one, today, language), studied(one, language)])
    return found


def head(language: Language) -> str:
    """Say how many there are and when they were looked up."""
    made = catalogue()
    return _say("list", "head", language, n=len(made.interventions), day=made.looked_up)


def next_(language: Language) -> str:
    """Say how to read more."""
    return _say("list", "next", language)


def about(name: str, today: date, language: Language) -> list[str]:
    """Return what is known of one intervention, a line each. Raises UsageError when there is none of this name."""
    made = catalogue()
    if name not in made.interventions:
        hint = did_you_mean(name, made.interventions)
        raise UsageError(f"There is no intervention '{name}'.{hint}\n`risico interventions` shows them all.")
    one = made.interventions[name]
    ages = one.ages and _say("one", "ages_are", language, low=one.ages[0], high=one.ages[1])
    profiles = ", ".join(Voice(language).label(profile) for profile in one.profiles_ours)
    said = [
        ("for_whom", pick(one.for_whom, language)),
        ("ages", ages or ""),
        ("profiles", profiles),
        ("recognition", recognised(one, today, language)),
        *(("contra", contra_indicated(flag, language)) for flag in made.contra_indications_of(name).values()),
        *(
            ("evidence", f"{pick({'nl': e.nl, 'en': e.en}, language)} ({_cited(e.source, language)})")
            for e in one.evidence
        ),
        *_sizes(one, language),
    ]
    lines = [f"{_say('one', key, language)}: {text}" for key, text in said if text]
    return [pick(one.title, language), "", *lines]


def _sizes(one: Intervention, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the sizes against a comparison first, then those without; each kind has its own words."""
    if not one.studied:
        yield "between", studied(one, language)
    for kind in ("between", "within"):
        yield from ((kind, _size(size, language)) for size in one.effects if size.kind == kind)


def _size(size: Size, language: Language) -> str:
    digits = 1 if size.metric == "points" else 3
    numbers = [number(value, language, digits) for value in (size.value, size.low, size.high)]
    ends = f" ({numbers[1]} – {numbers[2]})" if size.low is not None else ""
    other = pick(size.comparator, language) if size.comparator else ""
    versus = _say("one", "versus", language, comparator=other) if other else ""
    facts = [_say("design", size.design, language), versus, f"n = {size.n}" if size.n else "", size.country]
    told = ", ".join(fact for fact in facts if fact)
    metric = _say("metric", size.metric, language)
    return f"{pick(size.outcome, language)}: {metric} {numbers[0]}{ends}; {told} ({_cited(size.source, language)})"


def _cited(source: str, language: Language) -> str:
    return _say("marks", source, language) if source in (MEMORY, OWN) else catalogue().sources[source].cite
