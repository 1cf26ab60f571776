"""Checks on what a reader is shown: words for what a rule says, and marks that fit the result they stand on."""

from __future__ import annotations

from collections.abc import Iterator

from risico.errors import did_you_mean
from risico.instrument.model import Instrument
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
