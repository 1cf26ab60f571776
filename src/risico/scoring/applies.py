"""Is this form about somebody the instrument is meant for? A column beside the scores, which it never changes.

What is looked at is what the file says under `applies`: the age, each need, and who fills in. Each is met, not met, or
not known. A form is certainly outside when one of them is not met, and certainly within only when all are met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Kind, enter
from risico.instrument import Instrument, load
from risico.instrument.lists import called, choosing, people
from risico.scoring.answers import AGE, answer, choice, either, of_age

INFORMANT = "informant"
YES = ("1", "true", "True", "TRUE", "ja", "Ja", "JA", "yes", "Yes", "YES")
NO = ("0", "false", "False", "FALSE", "nee", "Nee", "NEE", "no", "No", "NO")


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One condition for using an instrument: how many of `n` forms do not meet it, and of how many that is not known.

    `about` is `age`, `informant` or the name of a need, which is also the name of the column that is looked at.
    """

    about: str
    outside: int
    unknown: int
    n: int


def asked(it: Instrument) -> tuple[str, ...]:
    """Return the columns that say whether an instrument is meant for a form: age, each need, and who filled in.

    Who filled in is left out where the file reads that column itself: then it refuses whom it does not know.

    >>> asked(load("odara")), asked(load("sdq"))
    (('age', 'cohabited', 'index_assault', 'informant'), ('age',))
    """
    ages = (AGE,) if it.applies.age is not None else ()
    return (*ages, *it.applies.needs, *(() if INFORMANT in it.context else (INFORMANT,)))


def cautions(forms: Any, instrument: str | Path | Instrument) -> tuple[Caution, ...]:
    """Return the conditions of an instrument that some forms do not meet, or that nobody can tell; never a row.

    Ages are read from the column `age`, in years, of the person the form is about; a need (as the file names it, such
    as `cohabited`) from the column of that name, as yes or no; who filled in from `informant`. Without the column an
    age or a need is unknown for every form; who filled in is then taken to be who should.

    >>> import polars as pl
    >>> for caution in cautions(pl.DataFrame({"age": [16, 40, None], "cohabited": ["ja", "ja", "nee"]}), "odara"):
    ...     print(caution)
    Caution(about='age', outside=1, unknown=1, n=3)
    Caution(about='cohabited', outside=1, unknown=0, n=3)
    Caution(about='index_assault', outside=0, unknown=3, n=3)
    """
    it = load(instrument)
    door = enter(forms, asked(it))
    names = [name for name in asked(it) if name != INFORMANT or name in door.columns]
    if not names:
        return ()
    sums: dict[str, nw.Expr] = {"n": nw.len()}
    for name, one in met(it, door.kinds).items():
        sums |= {f"met {name}": one.fill_null(False).sum(), f"known {name}": (~one.is_null()).sum()}
    row = door.inside.select(**sums).collect(backend="polars").rows(named=True)[0]
    found = (
        _caution(name, int(row.get(f"met {name}") or 0), int(row.get(f"known {name}") or 0), int(row["n"]))
        for name in names
    )
    return tuple(caution for caution in found if caution.outside or caution.unknown)


def _caution(about: str, met: int, known: int, n: int) -> Caution:
    return Caution(about=about, outside=known - met, unknown=n - known, n=n)


def outside(it: Instrument, kinds: Mapping[str, Kind]) -> nw.Expr | None:
    """Whether a form is outside the population that an instrument is meant for, missing where that is not known.

    None where the forms have no column that says so.
    """
    there = [name for name in asked(it) if name in kinds]
    if not there:
        return None
    said = met(it, kinds)
    fails = either(_not_met(one) for one in said.values())
    needed = [name for name in asked(it) if name != INFORMANT or name in kinds]
    if not set(needed) <= set(said):  # what no column can say is not known to be met
        return nw.when(fails).then(fails) if said else nw.lit(None, dtype=nw.Boolean)
    holds = reduce(and_, (one.fill_null(False) for one in said.values()))
    return nw.when(fails | holds).then(fails)


def barred(it: Instrument, kinds: Mapping[str, Kind]) -> dict[str, nw.Expr]:
    """Whether a form may not be scored for each reason of the file: certainly not met, on a form with some answer.

    A file of several instruments has forms that another one takes, about somebody for whom this one is not meant.
    """
    said = met(it, kinds)
    named = [name for name in it.applies.refuse if name in said]
    begun = either(~answer(it, item, kinds).blank for item in it.items) if named else nw.lit(False)
    return {name: _not_met(said[name]) & begun for name in named}


def met(it: Instrument, kinds: Mapping[str, Kind]) -> dict[str, nw.Expr]:
    """Whether each condition is met, missing where it is not known, of those that a column of the forms can tell."""
    found = {name: _met(it, name, kinds[name]) for name in asked(it) if kinds.get(name) not in (None, "empty", "other")}
    return {name: one for name, one in found.items() if one is not None}


def _met(it: Instrument, name: str, kind: Kind) -> nw.Expr | None:
    if name == AGE:
        return None if it.applies.age is None else of_age(it.applies.age, kind)
    if name != INFORMANT:
        return _says(name, kind, YES, NO)
    meant = [word for person in people(it.informant) for word in called(person)]
    others = [word for person in choosing()["people"] for word in called(person)]
    return _says(name, kind, meant, others)


def _not_met(one: nw.Expr) -> nw.Expr:
    return (~one).fill_null(False)


def _says(name: str, kind: Kind, yes: Iterable[str], no: Iterable[str]) -> nw.Expr:
    """Whether a column says one of some words, missing where it says none of these and none of the others."""
    known, meant = choice(name, kind, (*yes, *no), ()), choice(name, kind, tuple(yes), ())
    return nw.when(known.legal).then(meant.legal)
