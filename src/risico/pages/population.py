"""For whom an instrument is meant, in words, and for how many forms it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from risico.choosing import informant_label, words
from risico.instrument import Instrument
from risico.instrument.lists import OLDEST
from risico.pages.published import say
from risico.scoring.answers import AGE
from risico.scoring.applies import INFORMANT, Caution, cautions
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
    return pick(words()["needs"].get(name), language) or name.replace("_", " ")


def outside(forms: Any, it: Instrument, language: Language) -> Iterator[str]:
    """Say for how many forms the instrument is not meant, and for how many nobody can tell; never which.

    >>> import polars as pl
    >>> from risico.instrument import load
    >>> print(*outside(pl.DataFrame({"age": [34, 15, 17]}), load("sdq"), "en"))
    ATTENTION: on 1 of 3 forms the age does not fit (meant: ages 2 to 17). This form is not meant for that.
    """
    found = cautions(forms, it)
    yield from _outside(found, it, language)
    unsure: dict[tuple[int, int], list[str]] = {}
    for caution in found:
        if caution.unknown:
            unsure.setdefault((caution.unknown, caution.n), []).append(_meant(caution, it, language))
    for (unknown, n), what in unsure.items():
        yield say("population", "unknown", language, unknown=unknown, n=n, what="; ".join(what))


def not_meant(form: Any, it: Instrument, language: Language) -> Iterator[str]:
    """Say what of one form the instrument is certainly not meant for; nothing of what nobody can tell.

    >>> import polars as pl
    >>> from risico.instrument import load
    >>> print(*not_meant(pl.DataFrame({"age": [34]}), load("sdq"), "en"))
    ATTENTION: here the age does not fit (meant: ages 2 to 17). This form is not meant for that.
    """
    return _outside(cautions(form, it), it, language)


def _outside(found: Iterable[Caution], it: Instrument, language: Language) -> Iterator[str]:
    for caution in (caution for caution in found if caution.outside):
        what = caution.about if caution.about in (AGE, INFORMANT) else "need"
        where = say("population", "one" if caution.n == 1 else "many", language, outside=caution.outside, n=caution.n)
        yield say("population", what, language, where=where, what=_meant(caution, it, language))


def _meant(caution: Caution, it: Instrument, language: Language) -> str:
    if caution.about == AGE:
        return ages(it, language)
    return informant_label(it.informant, language) if caution.about == INFORMANT else need(caution.about, language)
