"""The organisation's own reliability beside the published, under the rule for small numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from risico.disclosure import Released, release
from risico.estimate import Estimate
from risico.instrument import Instrument
from risico.pages.card_words import plain
from risico.pages.parts import Table
from risico.pages.published import published, say
from risico.pages.wording import Voice
from risico.plan import SMALLEST
from risico.reliability import reliability
from risico.words import Language, number

AUDIENCE = "organisatie"
SHOWN = ("alpha", "omega_total", "sem")
BESIDE = {"alpha": ("alpha", "kr20"), "omega_total": ("omega",), "sem": ()}
"""Which published statistics are the same measure."""
Own = Mapping[str, Released]
"""Released estimates by score."""


def own_numbers(forms: Any, it: Instrument) -> Own:
    """Return the consistency of each score that adds items up or averages them, as the organisation may see it.

    Empty for a formative instrument and where nothing is added up. Raises IllegalAnswers as `score` does.

    >>> import polars as pl
    >>> from risico.instrument import load
    >>> few = pl.DataFrame({f"gad2_{i}": [0, 1, 2, 3, 1, i] for i in (1, 2)})
    >>> own_numbers(few, load("gad2"))["total"]["alpha"].why
    'fewer than 10 (withheld)'
    """
    if it.model == "formative" or it.status != "computed":
        return {}
    adding = [
        name for name, entry in it.scores.items() if entry.rule in ("sum", "mean") and set(entry.of) <= set(it.items)
    ]
    return {
        name: release((e for e in reliability(forms, it, name) if e.name in SHOWN and not e.by), AUDIENCE)
        for name in adding
    }


def own_table(it: Instrument, own: Own, language: Language) -> Table | None:
    """Show the own numbers, each with what was published of the same measure and score."""
    told, rows = plain(it, language), list[list[str]]()
    for score, estimates in own.items():
        for estimate in estimates:
            what = f"{say('own', estimate.name, language)}, {told.title(score)}"
            rows.append([what, _said(estimate, language), _beside(it, score, estimate.name, language)])
    if not rows:
        return None
    head = [say("published", "what", language), say("own", "own", language), say("own", "published", language)]
    return Table(caption=say("own", "caption", language), head=head, rows=rows)


def own_note(language: Language) -> str:
    """Say what holds for own numbers."""
    return say("own", "note", language, minimum=SMALLEST[AUDIENCE])


def _said(estimate: Estimate, language: Language) -> str:
    if estimate.value is None:
        return Voice(language).why(estimate)
    told = {"value": number(estimate.value, language), "n": number(estimate.n, language)}
    if estimate.low is None or estimate.high is None:
        return say("own", "bare", language, **told)
    ends = {"low": number(estimate.low, language), "high": number(estimate.high, language)}
    return say("own", "interval", language, **told, **ends)


def _beside(it: Instrument, score: str, name: str, language: Language) -> str:
    """Say what was published of this measure, for this score or without saying for which."""
    same = [one for one in published(it) if one.measure in BESIDE[name]]
    mine = [one for one in same if one.entry.of == score] or [one for one in same if one.entry.of is None]
    shown = [f"{one.value(it, language)} ({one.sample(language)})" for one in mine]
    return "; ".join(shown) or say("own", "none", language)
