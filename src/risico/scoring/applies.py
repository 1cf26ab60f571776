"""For how many of these forms is an instrument not meant? Counts beside the scores, which they never change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Kind, enter
from risico.instrument import Instrument, load
from risico.scoring.answers import NUMERAL, choice

AGE = "age"
YES = ("1", "true", "True", "ja", "Ja", "yes", "Yes")
NO = ("0", "false", "False", "nee", "Nee", "no", "No")


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One condition for using an instrument: how many of `n` forms do not meet it, and of how many that is not known.

    `about` is `age` or the name of a need, which is also the name of the column that is looked at.
    """

    about: str
    outside: int
    unknown: int
    n: int


def cautions(forms: Any, instrument: str | Path | Instrument) -> tuple[Caution, ...]:
    """Return the conditions of an instrument that some forms do not meet, or that nobody can tell; never a row.

    Ages are read from the column `age`, in years, of the person the form is about; a need (as the file names it, such
    as `cohabited`) from the column of that name, as yes or no. Without the column it is unknown for every form.

    >>> import polars as pl
    >>> for caution in cautions(pl.DataFrame({"age": [16, 40, None], "cohabited": ["ja", "ja", "nee"]}), "odara"):
    ...     print(caution)
    Caution(about='age', outside=1, unknown=1, n=3)
    Caution(about='cohabited', outside=1, unknown=0, n=3)
    Caution(about='index_assault', outside=0, unknown=3, n=3)
    """
    it = load(instrument)
    ages, names = it.applies.age, list(it.applies.needs)
    names = [AGE, *names] if ages is not None else names
    if not names:
        return ()
    door = enter(forms, names)
    sums: dict[str, nw.Expr] = {"n": nw.len()}
    for name in names:
        met = _age_met(door.kinds.get(AGE), ages) if name == AGE and ages else _need_met(name, door.kinds.get(name))
        if met is not None:
            sums |= {f"met {name}": met.fill_null(False).sum(), f"known {name}": (~met.is_null()).sum()}
    row = door.inside.select(**sums).collect(backend="polars").rows(named=True)[0]
    found = (
        _caution(name, int(row.get(f"met {name}") or 0), int(row.get(f"known {name}") or 0), int(row["n"]))
        for name in names
    )
    return tuple(caution for caution in found if caution.outside or caution.unknown)


def _caution(about: str, met: int, known: int, n: int) -> Caution:
    return Caution(about=about, outside=known - met, unknown=n - known, n=n)


def _age_met(kind: Kind | None, ages: tuple[float, float]) -> nw.Expr | None:
    """Whether an age lies within both ends, missing where there is no number; None without a column that can say so."""
    age = nw.col(AGE)
    if kind == "text":
        text = age.cast(nw.String)
        age = nw.when(text.str.contains(NUMERAL).fill_null(False)).then(text).cast(nw.Float64)
    elif kind not in ("integer", "float"):
        return None
    number = age.cast(nw.Float64)
    known = ~(number.is_null() | number.is_nan().fill_null(True))
    return nw.when(known).then((number >= ages[0]) & (number <= ages[1]))


def _need_met(name: str, kind: Kind | None) -> nw.Expr | None:
    """Whether a need is met, missing where nothing is said that can be understood; None without such a column."""
    if kind is None or kind in ("empty", "other"):
        return None
    known, yes = choice(name, kind, YES + NO, ()), choice(name, kind, YES, ())
    return nw.when(known.legal).then(yes.legal)
