"""The shipped scorer, asked about forms that are written as places in lists of choices.

Whatever a proof says of a result was read from `risico.scoring`, run on the file as it is. Only what scoring does not
show (whether a condition inside a rule holds, the ends of a score that are not given out) is asked of a copy of the
file with that one thing added as an alert or a score, by the same scorer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from risico.columns import frame
from risico.forms import enter
from risico.instrument import Condition, Instrument, Score
from risico.instrument.model import Alert, Band, Item, Missing, NumberContext
from risico.instrument.questions import conditions
from risico.instrument.reach import outcomes
from risico.instrument.variants import told_by
from risico.proof.table import Floats, Forms
from risico.scoring import score
from risico.scoring.score import run

CHUNK = 300_000
GRID = 41
Outcomes = dict[str, Floats]
"""Results by name: numbers as they are, yes and no as 1 and 0, words as their place among the outcomes; NaN: none."""


class Shipped:
    """One instrument with its columns, what can stand in each, and the scorer to ask."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        told = told_by(instrument)  # another version is this one written otherwise, and scored as this one
        self.variables = (*instrument.items, *(name for name in instrument.context if name not in told))
        self.place = {name: place for place, name in enumerate(self.variables)}

    @cached_property
    def choices(self) -> tuple[tuple[Any, ...], ...]:
        """What can stand in each column: a blank, then each code; of a number some values between all cut-offs."""
        return tuple((None, *self._values(name)) for name in self.variables)

    @cached_property
    def orders(self) -> tuple[tuple[int, ...], ...]:
        """Per column its choices from better to worse for the person; empty where no end is worse."""
        found: list[tuple[int, ...]] = []
        for name, choices in zip(self.variables, self.choices, strict=True):
            worse = self.instrument.worse(name) if name in self.instrument.items else None
            rising = range(1, len(choices))
            found.append(() if worse is None else tuple(rising if worse == "high" else reversed(rising)))
        return tuple(found)

    def measured(self, item: str) -> bool:
        """Return whether an item is a measured number, of which no list of forms holds every value."""
        return item in self.instrument.items and self.instrument.codes(item) is None

    def _values(self, name: str) -> Sequence[Any]:
        it = self.instrument
        if name in it.items:
            codes, ends = it.codes(name), it.answer_set(name).number
        else:
            allowed = it.context[name]
            codes, ends = (None, allowed.number) if isinstance(allowed, NumberContext) else (allowed, None)
        if codes is not None:
            return codes if any(isinstance(code, str) for code in codes) else sorted(codes, key=float)
        return self._between(name, ends or (0, 0))

    def _between(self, name: str, ends: tuple[float, float]) -> list[float]:
        """Both ends, each number that a condition asks about, and one between every two; of an item many between."""
        asked = [leaf for _, when in conditions(self.instrument) for leaf in when.leaves() if leaf.subject == name]
        numbers = [n for leaf in asked for n in (leaf.at_least, leaf.below, *(leaf.wanted or ()))]
        grid = np.linspace(*ends, GRID).round(1).tolist() if name in self.instrument.items else ()
        cuts = sorted({*ends, *grid, *(float(n) for n in numbers if isinstance(n, int | float))})
        return sorted({*map(float, cuts), *((low + high) / 2 for low, high in pairwise(cuts))})

    # what is asked --------------------------------------------------------------------------------------------------

    def results(self, forms: Forms) -> Outcomes:
        """Score forms with the file as it is, and return every result."""
        return self._read(forms, self.instrument, shipped=True)

    def asked(
        self, forms: Forms, conditions: Iterable[Condition] = (), scores: Mapping[str, Score] | None = None
    ) -> Outcomes:
        """Return whether conditions hold (`when_0`, …) and the values of scores that stand beside those of the file."""
        it = self.instrument
        whens = {f"when_{i}": when for i, when in enumerate(conditions)}
        leaves = [leaf for when in whens.values() for leaf in when.leaves()]
        named = [leaf.score for leaf in leaves if leaf.score]
        made = {name: it.scores[name] for name in self._closure([*named, *_parts(scores or {})])} | dict(scores or {})
        alerts = {name: Alert(when=when, words={"en": name}) for name, when in whens.items()}
        items = self._needed(made.values(), {leaf.item for leaf in leaves if leaf.item})
        return self._read(forms, only(it, items=items, scores=made, bands={}, alerts=alerts, refuse=()), shipped=False)

    def _needed(self, scores: Iterable[Score], items: set[str]) -> dict[str, Item]:
        """The items that scores rest on, beside those named, with all that have to do with skipping."""
        it = self.instrument
        for entry in scores:
            if entry.where is not None and entry.where.blank:  # a form must be begun: all items count
                return it.items
            items |= {*entry.parts, *(leaf.item or "" for leaf in entry.asked())}
        for skip in it.skip:
            items |= {*skip.then.items, *(leaf.item or "" for leaf in skip.when.leaves())}
        return {name: item for name, item in it.items.items() if name in items}

    def refused(self, forms: Forms) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which forms contradict themselves."""
        found = self.asked(forms, [refuse.when for refuse in self.instrument.refuse])
        return np.any([found[f"when_{i}"] == 1 for i in range(len(self.instrument.refuse))], axis=0)

    def skipping(self, forms: Forms) -> Floats:
        """Return for each form which skips it takes, shape (forms, skips)."""
        found = self.asked(forms, [skip.when for skip in self.instrument.skip])
        return np.column_stack([found[f"when_{i}"] == 1 for i in range(len(self.instrument.skip))]).astype(float)

    def filled(self, forms: Forms, takes: Floats | None = None) -> Forms:
        """Return the forms with skipped items filled in as the file says; what is blank there, is blank."""
        if not self.instrument.skip or not len(forms):
            return forms
        takes = self.skipping(forms) if takes is None else takes
        forms = forms.copy()
        for skip, taken in zip(self.instrument.skip, takes.T, strict=True):
            for item in skip.then.items:
                place = self.place[item]
                blank = (forms[:, place] == 0) & (taken == 1)
                forms[blank, place] = self.choices[place].index(skip.then.as_)
        return forms

    def _closure(self, names: Iterable[str]) -> list[str]:
        """The scores named and all that they rest on."""
        found: list[str] = []
        for name in names:
            if name in self.instrument.scores and name not in found:
                found += [*self._closure(_parts({name: self.instrument.scores[name]})), name]
        return list(dict.fromkeys(found))

    def _read(self, forms: Forms, it: Instrument, *, shipped: bool) -> Outcomes:
        chunks = [forms[start : start + CHUNK] for start in range(0, max(len(forms), 1), CHUNK)]
        read = [self._score(chunk, it, shipped=shipped) for chunk in chunks]
        return {name: np.concatenate([part[name] for part in read]) for name in read[0]}

    def _score(self, forms: Forms, it: Instrument, *, shipped: bool) -> Outcomes:
        names = {name: f"{it.id}_{name}" for name in it.items} | {n: n for n in it.context if n in self.place}
        columns = {
            column: (_plain(self.choices[place]), forms[:, place].astype(np.int64))
            for column, place in ((names[name], self.place[name]) for name in names)
        }
        rows = frame(columns)
        scored = score(rows, it) if shipped else run(enter(rows, columns), it)
        ours = [name.removeprefix(f"{it.id}_") for name in scored.columns if name not in columns]
        return {name: _numbers(scored[f"{it.id}_{name}"], words(it, name)) for name in ours}


def only(instrument: Instrument, **parts: Any) -> Instrument:
    """Return an instrument with other parts, checked by nobody: to ask the scorer one thing."""
    return Instrument.model_construct(**{**dict(instrument), **parts})


def _plain(choices: Sequence[Any]) -> Sequence[Any]:
    """Choices as they can stand in one column: text where some of them are."""
    text = any(isinstance(choice, str) for choice in choices)
    return [None if choice is None else str(choice) for choice in choices] if text else choices


def words(instrument: Instrument, name: str) -> tuple[Any, ...]:
    """Return the outcomes of a result that are words, in the order of the file (levels from low to high)."""
    stem = name.removesuffix("_low").removesuffix("_high")
    band = instrument.bands.get(name) or instrument.bands.get(stem)
    if band is not None and name not in instrument.scores:
        return level_names(band)
    entry = instrument.scores.get(name)
    if entry is None:
        return ()
    found: list[Any] = outcomes(entry)
    if entry.rule == "judgement":
        found = [str(code) for code in instrument.codes(entry.of[0]) or ()] if not entry.table else found
    return tuple(dict.fromkeys(word for word in found if isinstance(word, str)))


def level_names(band: Band) -> tuple[Any, ...]:
    """Return the names of the levels of a band, from low to high; those of several tables one after the other."""
    named = [level.result for table in band.tables().values() for level in table if level.result is not None]
    return tuple(dict.fromkeys(named))


def ends_of(score: Score) -> Score:
    """Return a score that gives out its ends whatever it does with blanks."""
    return score.model_copy(update={"missing": Missing(then="at_least")})


def _parts(scores: Mapping[str, Score]) -> list[str]:
    asked = [leaf.score for score in scores.values() for leaf in score.asked() if leaf.score]
    return [part for score in scores.values() for part in score.parts] + asked


def _numbers(column: Any, words: tuple[Any, ...]) -> Floats:
    """A column of results as numbers."""
    if not words:
        return np.array(column.cast(float).to_numpy(), dtype=np.float64)
    numbers = np.full(len(column), np.nan)
    for place, word in enumerate(words):
        numbers[(column == word).fill_null(False).to_numpy()] = place
    return numbers
