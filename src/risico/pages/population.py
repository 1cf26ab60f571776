"""For whom an instrument is meant, in words, and for how many forms it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from risico.choosing import OLDEST
from risico.instrument import Instrument
from risico.pages.explain_rules import words as told_words
from risico.pages.published import say
from risico.scoring.applies import AGE, cautions
from risico.words import Language, number, pick


def ages(it: Instrument, language: Language) -> str:
    """Say the ages that an instrument is meant for.

    >>> from risico.instrument import load
    >>> ages(load("sdq"), "nl"), ages(load("odara"), "en")
    ('2 tot en met 17 jaar', 'from age 18')
    """
    if it.applies.age is None:
        return say("ages", "none", language)
    low, high = it.applies.age
    key = "both" if high < OLDEST else "from" if low > 0 else "every"
    return say("ages", key, language, low=number(low, language), high=number(high, language))


def need(name: str, language: Language) -> str:
    """Say what must be the case before an instrument is used."""
    return pick(told_words()["needs"].get(name), language) or name.replace("_", " ")


def outside(forms: Any, it: Instrument, language: Language) -> Iterator[str]:
    """Say for how many forms the instrument is not meant, and for how many nobody can tell; never which.

    >>> import polars as pl
    >>> from risico.instrument import load
    >>> print(*outside(pl.DataFrame({"age": [34, 15, 17]}), load("sdq"), "en"))
    ATTENTION: on 1 of 3 forms the age does not fit (meant: ages 2 to 17). This form is not meant for that.
    """
    unsure: dict[tuple[int, int], list[str]] = {}
    for caution in cautions(forms, it):
        said = ages(it, language) if caution.about == AGE else need(caution.about, language)
        if caution.outside:
            key = "outside_age" if caution.about == AGE else "outside_need"
            yield say("population", key, language, what=said, outside=caution.outside, n=caution.n)
        if caution.unknown:
            unsure.setdefault((caution.unknown, caution.n), []).append(said)
    for (unknown, n), what in unsure.items():
        yield say("population", "unknown", language, unknown=unknown, n=n, what="; ".join(what))
