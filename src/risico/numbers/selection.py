"""Counts of a cut-off by outcome where the outcome of some forms is not known."""

from __future__ import annotations

from typing import NamedTuple


class Four(NamedTuple):
    """Forms with and without the outcome, above and below the cut-off; expected numbers need not be whole."""

    hit: float
    false: float
    miss: float
    true: float


class Unknown(NamedTuple):
    """Forms of which the outcome is not known, above and below the cut-off."""

    positive: float
    negative: float


def filled(known: Four, unknown: Unknown, *, above: float, below: float) -> Four:
    """What the table would be if these shares of the unknown, above and below the cut-off, had the outcome.

    >>> filled(Four(3, 1, 1, 5), Unknown(4, 10), above=0.5, below=0.1)
    Four(hit=5.0, false=3.0, miss=2.0, true=14.0)
    """
    a, b = above * unknown.positive, below * unknown.negative
    return Four(known.hit + a, known.false + unknown.positive - a, known.miss + b, known.true + unknown.negative - b)


def shifted(share: float, odds: float) -> float:
    """The share whose odds are `odds` times those of this one; 0 times any odds is none.

    >>> shifted(0.5, 3.0)
    0.75
    """
    return odds * share / (1 - share + odds * share) if odds > 0 else 0.0
