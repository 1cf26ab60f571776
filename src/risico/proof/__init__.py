"""Proof, not examples: what must hold of an instrument, shown over all its answer patterns and contexts.

    counted     item by item: every state that sums, counts and extremes can be in, with one form of each
    split       groups of items that share nothing, each written out or counted, and then joined
    enumerated  every form, one by one
    sampled     forms drawn at random: what no list can hold; that is no proof, and never called one

Whatever is said of a result was given by the shipped scorer (`risico.scoring`, on the file as it is), run on the forms
themselves. Counted and split rest on one thing more: that a form's result depends on nothing but what its rule adds up
or asks. That is so by the meaning of the rules; it is tried on a second form of every state, which must score alike.
"""

from __future__ import annotations

from pathlib import Path

from risico.instrument import Instrument, load
from risico.proof.claims import Claims, Line, say
from risico.proof.overview import overview
from risico.proof.seen import see
from risico.proof.shipped import Shipped
from risico.words import Language

__all__ = ["Line", "overview", "prove", "say"]


def prove(instrument: str | Path | Instrument, language: Language = "en") -> tuple[Line, ...]:
    """Return what was looked at for each score, level and alert of an instrument, and whether it holds.

    Claims: `range` (in its declared range, both ends reached), `outcomes` (each outcome of a decision occurs),
    `levels` (each occurs, no score without one unless the file says why), `worse` (an answer raised toward its worse
    end never improves a score or level that has a direction), `one_way` (worse answers never lead there and back
    among outcomes without a direction), `blanks` (too many: no result), `filled` (a blank filled in stays within
    what was shown), `alert` (can be on and off), `alike` (the check on counting: see the module).

    >>> lines = prove("phq2")
    >>> all(line.holds for line in lines), {line.way for line in lines}
    (True, {'enumerated'})
    """
    shipped = Shipped(load(instrument))
    return tuple(line for seen in see(shipped) for line in Claims(seen, language).lines())
