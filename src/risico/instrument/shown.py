"""Checks on what a reader is shown: words for what a rule says."""

from __future__ import annotations

from collections.abc import Iterator

from risico.errors import did_you_mean
from risico.instrument.model import Instrument
from risico.instrument.reach import outcomes

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
