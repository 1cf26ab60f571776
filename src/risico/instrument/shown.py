"""Checks on what a reader is shown: words for what a rule says, and marks that fit the result they stand on."""

from __future__ import annotations

from collections.abc import Iterator

from risico.errors import did_you_mean
from risico.instrument.model import Instrument, needs
from risico.instrument.reach import outcomes, reach

Mistakes = Iterator[str]


def outcomes_worded(it: Instrument) -> Mistakes:
    """What a decision or a look-up table says by name has words in the file, and no words stand there for nothing."""
    said = {value: name for name, score in it.scores.items() for value in outcomes(score) if isinstance(value, str)}
    for value, name in said.items():
        if value not in it.outcomes:
            yield (
                f"outcomes: there are no words for '{value}', which score '{name}' can say. A reader would see a name "
                f"made for a column. Write outcomes: {{{value}: {{nl: …, en: …}}}}."
            )
    for value in it.outcomes:
        if value not in said:
            yield (
                f"outcomes.{value}: no score can say '{value}', so these words would be shown nowhere. Remove them, or "
                f"mend the name.{did_you_mean(value, said)}"
            )


def marks_fit(it: Instrument) -> Mistakes:
    """What is marked as looking like a decision or a diagnosis is what a rule says, and no number or judgement."""
    for name, score in it.scores.items():
        if score.speaks is not None and (score.rule not in ("decide", "lookup") or reach(it, name) is not None):
            yield (
                f"scores.{name}.speaks: '{name}' is no word of a rule, and a number or a judgement of the rater is not "
                f"taken for a {score.speaks} of this form. Put the mark on the band or the decision that is."
            )


def helpers_fit(it: Instrument) -> Mistakes:
    """A step is one toward another score, and there is nothing on it that a reader should see."""
    read = set[str]().union(*(needs(score) for score in it.scores.values()))
    for name in (name for name, score in it.scores.items() if score.helper):
        if name not in read:
            yield (
                f"scores.{name}.helper: no other score reads '{name}', so it would be shown nowhere and serve nothing. "
                "Remove the mark or the score."
            )
        if it.scores[name].speaks or any(band.of == name for band in it.bands.values()):
            yield (
                f"scores.{name}.helper: a helper is on no page, but this one speaks or has a band, and these would be "
                "hidden with it. Remove the mark, or put the band on the score that it helps."
            )
