"""What the shipped scorer says of forms, as arrays: numbers as they are, yes and no as 1 and 0, words as their place.

Whatever is altered (a list of answers, a copy of the instrument), the scoring itself is that of `risico.scoring`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from risico.audit.sheet import Sheet, as_number
from risico.exchange.meanings import NO, YES, plain
from risico.forms import enter
from risico.instrument import Instrument
from risico.instrument.model import Answers, Band, Item, Missing, Score, needs
from risico.instrument.reach import outcomes, reach
from risico.scoring.answers import answer, either
from risico.scoring.score import run

Floats = NDArray[np.float64]
Kind = Literal["number", "flag", "word"]
UNREADABLE = -np.inf
"""Stands for a filed value that is none of the outcomes of a result."""
FILED = "filed"
WIDE = 1e6  # a filed total may be anything


def copy(it: Instrument, **changes: Any) -> Instrument:
    """Return an instrument with some blocks replaced; nothing is checked, and nothing worked out before goes along."""
    kept = {name: getattr(it, name) for name in Instrument.model_fields}
    return Instrument.model_construct(**{**kept, **changes})


def kind(it: Instrument, name: str) -> Kind:
    """Say what a score or band gives: a number, yes or no, or a word."""
    if name == "missing" or (name in it.scores and reach(it, name) is not None):
        return "number"
    values = [value for value in possible(it, name) if value is not None]
    return "flag" if values and all(isinstance(value, bool) for value in values) else "word"


def possible(it: Instrument, name: str) -> tuple[Any, ...]:
    """Return the outcomes of a result that are not numbers, in the order of the file (levels from low to high)."""
    if name in it.bands:
        found: list[Any] = [level.result for table in it.bands[name].tables().values() for level in table]
    else:
        entry = it.scores[name]
        judged = entry.rule == "judgement"
        found = [str(code) for code in it.codes(entry.of[0]) or ()] if judged else list(outcomes(entry))
    return tuple(dict.fromkeys(value for value in found if value is not None))


def scored(it: Instrument, forms: Any, names: Sequence[str]) -> dict[str, Floats]:
    """Score forms; an illegal answer counts as blank, and a form that contradicts itself has no results."""
    door = enter(forms, (*it.columns(), *it.context))
    result = run(door, _only(it, names))
    return {name: _floats(it, name, result[f"{it.id}_{name}"]) for name in names}


def _only(it: Instrument, names: Sequence[str]) -> Instrument:
    """The instrument with just the results asked for and what these rest on: the rest need not be worked out."""
    if "missing" in names:
        return it
    bands = {name: band for name, band in it.bands.items() if name in names}
    left = {*names, *(band.of for band in bands.values())} & set(it.scores)
    kept: set[str] = set()
    while left:
        name = left.pop()
        kept.add(name)
        left |= needs(it.scores[name]) & set(it.scores) - kept
    return copy(it, scores={name: it.scores[name] for name in it.scores if name in kept}, bands=bands, alerts={})


def illegal(it: Instrument, forms: Any) -> NDArray[np.bool_]:
    """Return the forms with an answer that the instrument does not know."""
    door = enter(forms, (*it.columns(), *it.context))
    filled = [item for item in it.items if door.kinds.get(f"{it.id}_{item}") not in (None, "empty")]
    wrong = either(answer(it, item, door.kinds).illegal for item in filled)
    order = door.inside.with_columns(wrong=wrong).collect(backend="polars")
    return order["wrong"].to_numpy().astype(bool)


def _floats(it: Instrument, name: str, column: Any) -> Floats:
    if kind(it, name) == "word":
        place = {word: float(i) for i, word in enumerate(possible(it, name))}
        return np.array([place.get(value, np.nan) for value in column.to_list()])
    return column.cast(float).to_numpy()


def filed(it: Instrument, name: str, sheet: Sheet, column: str) -> Floats:
    """Return filed values as arrays like the results: NaN for none, UNREADABLE for what is no outcome."""
    read = {"number": _number, "flag": _flag, "word": _word}[kind(it, name)]
    values = np.array([_filed(it, name, value, read) for value in sheet.values[column]])
    return values[sheet.places[column]]


def _filed(it: Instrument, name: str, value: Any, read: Any) -> float:
    if value is None or (isinstance(value, str) and not value.strip()):
        return np.nan
    found = read(it, name, value)
    return UNREADABLE if found is None else float(found)


def _number(it: Instrument, name: str, value: Any) -> float | None:
    return as_number(value)


def _flag(it: Instrument, name: str, value: Any) -> float | None:
    text = plain(str(value))
    return 1.0 if text in YES | {"1", "1 0"} else 0.0 if text in NO | {"0", "0 0"} else None


def _word(it: Instrument, name: str, value: Any) -> float | None:
    """A level by its name or, in either language, by what the file says that it means."""
    said = {plain(str(word)): place for place, word in reversed(list(enumerate(possible(it, name))))}
    if name in it.bands:
        place = {word: at for at, word in enumerate(possible(it, name))}
        meant = [level for table in it.bands[name].tables().values() for level in table if level.name and level.meaning]
        said = {plain(text): place[level.name] for level in meant for text in (level.meaning or {}).values()} | said
    found = said.get(plain(str(value)))
    return None if found is None else float(found)


def level_of(it: Instrument, name: str, sheet: Sheet, totals: Floats, by: Sequence[str] | None = None) -> Floats:
    """Return the level that a band gives to totals as they were filed; `by` names another table than the context does.

    The totals go as one measured answer through the same scorer, so that a cut-off is read in one place.
    """
    band = it.bands[name]
    if by is not None:
        band = Band(of=band.of, levels=band.tables()[tuple(by)], source=band.source)
    known = np.where(np.isfinite(totals) & (np.abs(totals) < WIDE), totals, np.nan)
    one = copy(
        it,
        answers={FILED: Answers(codes=None, number=(-WIDE, WIDE))},
        items={FILED: Item(label={"en": FILED}, answers=FILED)},
        scores={band.of: Score(rule="sum", of=(FILED,), missing=Missing(), source=band.source)},
        bands={name: band.model_copy(update={"of": band.of})},
        **dict.fromkeys(("skip", "refuse"), ()),
        alerts={},
    )
    return scored(one, sheet.beside(one, FILED, known), [name])[name]
