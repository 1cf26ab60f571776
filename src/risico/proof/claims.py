"""What must hold of every score and alert, read off the results of the shipped scorer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.instrument import Level, Score
from risico.instrument.model import Band
from risico.instrument.reach import outcomes, reach
from risico.proof.seen import Seen, Way
from risico.proof.shipped import words
from risico.proof.table import Every, Floats, Ints
from risico.strict import read_yaml
from risico.words import Language, number, pick

NEAR = 1e-9


@dataclass(frozen=True, kw_only=True)
class Line:
    """One claim about one score or alert: by which way it was looked at, whether it holds, and what was seen."""

    claim: str
    about: str
    way: Way
    holds: bool
    detail: str


@cache
def _words() -> dict[str, Any]:
    return read_yaml(Path(__file__).parent / "words.yaml")


def say(part: str, key: str, language: Language, **filled: object) -> str:
    """Return the words of a part of a proof, filled in."""
    return pick(_words()[part][key], language).format(**filled)


@dataclass(frozen=True)
class Claims:
    """The claims about one score or alert."""

    seen: Seen
    language: Language

    def lines(self) -> Iterator[Line]:
        """Yield every claim that can be made of it."""
        rule, name = self.seen.rule, self.seen.name
        if isinstance(rule, Score):
            yield self._range(rule)
            for band_name, band in self.seen.shipped.instrument.bands.items():
                if band.of == name:
                    yield self._levels(band_name, band)
            yield from self._directed(rule)
            yield from self._blanks(rule)
        else:
            yield self._alert()
            yield self._line("filled", name, self._keeps(name))
        if not isinstance(self.seen.rows, Every):
            wrong = None if self.seen.alike else self._say("apart")
            if self.seen.way != "sampled":
                yield self._line("alike", name, wrong)

    # one line --------------------------------------------------------------------------------------------------------

    def _line(self, claim: str, about: str, wrong: str | None, right: str = "") -> Line:
        detail = wrong if wrong is not None else "; ".join(text for text in (right, self._forms()) if text)
        return Line(claim=claim, about=about, way=self.seen.way, holds=wrong is None, detail=detail)

    def _say(self, key: str, **filled: object) -> str:
        return say("detail", key, self.language, **filled)

    def _number(self, value: float) -> str:
        return number(float(value), self.language)

    def _forms(self) -> str:
        rows, way = self.seen.rows, self.seen.way
        if way in ("enumerated", "sampled"):
            return self._say("drawn" if way == "sampled" else "forms", forms=self._number(len(rows.forms)))
        return self._say("states", states=self._number(len(rows.forms)), forms=self._number(rows.stands_for))

    def _form(self, row: int) -> str:
        """A form in which something went wrong; it was made up by the proof, and is nobody's."""
        shipped, form = self.seen.shipped, self.seen.rows.forms[row]
        filled = [f"{v}={shipped.choices[p][form[p]]}" for v, p in shipped.place.items() if form[p]]
        return ", ".join(filled) or self._say("empty")

    def _shown(self, name: str, value: float) -> str:
        if np.isnan(value):
            return self._say("empty")
        named = words(self.seen.shipped.instrument, name)
        return str(named[int(value)]) if named else self._number(value)

    # range, outcomes, levels -----------------------------------------------------------------------------------------

    def _range(self, score: Score) -> Line:
        it, out, name = self.seen.shipped.instrument, self.seen.out, self.seen.name
        ends = score.range or reach(it, name)
        values = out[name][~np.isnan(out[name])]
        if ends is None:
            return self._outcomes(score, values)
        everything = np.concatenate([out[n] for n in (name, f"{name}_low", f"{name}_high") if n in out])
        everything = everything[~np.isnan(everything)]
        told = {"least": self._number(ends[0]), "most": self._number(ends[1])}
        if not len(values):
            return self._line("range", name, self._say("off", low="–", high="–", **told))
        inside = everything.min() >= ends[0] - NEAR and everything.max() <= ends[1] + NEAR
        reached = abs(values.min() - ends[0]) < NEAR and abs(values.max() - ends[1]) < NEAR
        if score.rule == "goal_attainment":  # its ends are where all weigh the same, which a sample need not meet
            reached = self.seen.way == "sampled" or reached
        elif self._of_answers_alone(name):  # all blank has no result, so one number of them does not occur
            reached = len(np.unique(values)) >= ends[1] - ends[0]
        low, high = self._number(everything.min()), self._number(everything.max())
        if not inside or not reached:
            low, high = (low, high) if not inside else (self._number(values.min()), self._number(values.max()))
            return self._line("range", name, self._say("off", low=low, high=high, **told))
        return self._line("range", name, None, f"{low} … {high}")

    def _outcomes(self, score: Score, values: Floats) -> Line:
        named = words(self.seen.shipped.instrument, self.seen.name)
        wanted = list(dict.fromkeys(value for value in outcomes(score) if value is not None)) or list(named)
        met = {named[int(value)] if named else bool(value) for value in np.unique(values)}
        never = [str(value) for value in wanted if value not in met]
        wrong = self._say("never", what=", ".join(never)) if never else None
        return self._line("outcomes", self.seen.name, wrong, ", ".join(map(str, wanted)))

    def _levels(self, name: str, band: Band) -> Line:
        """Every level of every table met; no score without one, unless the file says why; none without its context."""
        values, levels = self.seen.out[band.of], self.seen.out[name]
        elsewhere = np.ones(len(values), dtype=bool)
        stretches: list[str] = []
        for path, table in band.tables().items():
            here = self._in_context(band, path)
            elsewhere &= ~here
            never = self._never(name, table, levels[here])
            if never:
                place = f" ({', '.join(path)})" if path else ""
                return self._line("levels", name, self._say("never", what=", ".join(never) + place))
            bare = values[here & ~np.isnan(values) & np.isnan(levels)]
            gaps = [value for value in np.unique(bare) if not _explained(table, value)]
            if gaps:
                return self._line("levels", name, self._say("gap", value=self._number(gaps[0])))
            stretches += [f"{self._number(low)} … {self._number(high)}" for low, high in _bare(table, np.unique(bare))]
        if not np.isnan(levels[elsewhere]).all():
            return self._line("levels", name, self._say("unasked"))
        named = ", ".join(str(word) for word in words(self.seen.shipped.instrument, name))
        why = [self._say("reason", stretch=stretch) for stretch in dict.fromkeys(stretches)]
        return self._line("levels", name, None, "; ".join((named, *why)))

    def _in_context(self, band: Band, path: tuple[str, ...]) -> NDArray[np.bool_]:
        shipped, forms = self.seen.shipped, self.seen.rows.forms
        here = np.ones(len(forms), dtype=bool)
        for column, wanted in zip(band.by, path, strict=True):
            place = shipped.place[column]
            variant = shipped.instrument.variants.get(column)
            said = forms[:, place] == shipped.choices[place].index(wanted)
            here &= said | (forms[:, place] == 0) if variant is not None and variant.assumed == wanted else said
        return here

    def _never(self, name: str, table: tuple[Level, ...], levels: Floats) -> list[str]:
        named = words(self.seen.shipped.instrument, name)
        met = {named[int(value)] for value in np.unique(levels[~np.isnan(levels)])}
        return [str(level.result) for level in table if level.result is not None and level.result not in met]

    # steps -----------------------------------------------------------------------------------------------------------

    def _directed(self, score: Score) -> Iterator[Line]:
        """Worse answers: never a better score or level; without a declared direction, one way among the outcomes."""
        it, name = self.seen.shipped.instrument, self.seen.name
        if not any(self.seen.shipped.orders[self.seen.shipped.place[item]] for item in self.seen.items):
            return
        named = words(it, name) or (reach(it, name) is None and (False, True))
        if score.higher_is == "neutral":
            if named:
                yield self._one_way(tuple(named))
            return
        yield from self._never_better(1 if score.higher_is == "worse" else -1)

    def _never_better(self, sign: int) -> Iterator[Line]:
        """No step toward a worse answer lowers (`sign` 1) or raises (-1) the score, its ends or its levels."""
        abouts, out = self._abouts(), self.seen.out
        wrong, steps = dict[str, str](), 0
        for before, after in self.seen.rows.pairs("raise"):
            steps += len(before)
            for about in abouts:
                for name in (n for n in (about, f"{about}_low", f"{about}_high") if n in out):
                    bad = np.flatnonzero(sign * (out[name][after] - out[name][before]) < -NEAR)
                    if len(bad):
                        wrong.setdefault(about, self._change(name, int(before[bad[0]]), int(after[bad[0]])))
        for about in abouts:
            yield self._line("worse", about, wrong.get(about), self._say("steps", steps=self._number(steps)))

    def _abouts(self) -> list[str]:
        """The score and its bands."""
        bands = self.seen.shipped.instrument.bands
        return [self.seen.name, *(name for name, band in bands.items() if band.of == self.seen.name)]

    def _one_way(self, named: tuple[Any, ...]) -> Line:
        values = self.seen.out[self.seen.name]
        leads: set[tuple[int, int]] = set()
        for before, after in self.seen.rows.pairs("raise"):
            known = ~np.isnan(values[before]) & ~np.isnan(values[after])
            pairs = np.column_stack((values[before][known], values[after][known])).astype(np.int64)
            leads |= {(a, b) for a, b in np.unique(pairs, axis=0).tolist() if a != b}
        layers, left = list[str](), {place for pair in leads for place in pair}
        while left:
            ready = sorted(place for place in left if not any(b == place and a in left for a, b in leads))
            if not ready:
                circle = ", ".join(str(named[place]) for place in sorted(left))
                return self._line("one_way", self.seen.name, self._say("circle", what=circle))
            layers.append(" / ".join(str(named[place]) for place in ready))
            left -= set(ready)
        return self._line("one_way", self.seen.name, None, " → ".join(layers))

    def _blanks(self, score: Score) -> Iterator[Line]:
        """Too many blanks: no result; what is filled in later stays within what was shown."""
        if self._of_answers_alone(self.seen.name):
            return
        yield self._too_many(score)
        for about in self._abouts():
            yield self._line("filled", about, self._stays(about))

    def _of_answers_alone(self, name: str) -> bool:
        """Whether it is a count of blanks, or of the goals that were rated: that changes with every blank."""
        score = self.seen.shipped.instrument.scores[name]
        parts = [part for part in score.parts if part in self.seen.shipped.instrument.scores]
        alone = score.rule == "goal_attainment" or bool(score.where and score.where.blank)
        return alone or any(map(self._of_answers_alone, parts))

    def _too_many(self, score: Score) -> Line:
        it, name, way = self.seen.shipped.instrument, self.seen.name, score.missing
        over_scores = [part for part in score.parts if part in it.scores]
        items, out = len(it.items_of(name)), self.seen.out
        needed = max(way.answered, items if way.then == "none" and not over_scores else 1)
        scored = ~np.isnan(out[name])
        few = np.flatnonzero(scored & (self.seen.answered < needed))
        if not len(few) and way.then == "none":
            few = np.flatnonzero(scored & np.any([np.isnan(out[part]) for part in over_scores] or [False], axis=0))
        right = [] if score.only is None else [self._say("only")]
        if score.only is not None and not len(few):
            held = self.seen.shipped.asked(self.seen.rows.forms, [score.only])["when_0"] == 1
            few = np.flatnonzero(scored & ~held)
        wrong = None
        if len(few):
            told = {"answered": int(self.seen.answered[few[0]]), "value": self._shown(name, float(out[name][few[0]]))}
            wrong = self._say("scored", **told)
        if way.then == "none" and over_scores:
            right.append(self._say("parts"))
        elif way.then == "certain":
            right.append(self._say("certain"))
        else:
            right.append(self._say("allowed", allowed=items - needed) if items > needed else self._say("complete"))
        return self._line("blanks", name, wrong, ", ".join(right))

    def _stays(self, name: str) -> str | None:
        """Look for a blank filled in that leads outside the ends shown before; without ends, away from the result."""
        out = self.seen.out
        if f"{name}_low" not in out:
            return self._keeps(name)
        value, low, high = out[name], out[f"{name}_low"], out[f"{name}_high"]
        apart = np.flatnonzero((value < low - NEAR) | (value > high + NEAR))
        if len(apart):
            return self._say("beyond", value=self._shown(name, float(value[apart[0]])), form=self._form(int(apart[0])))
        for before, after in self.seen.rows.pairs("fill"):
            outside = (value[after] < low[before] - NEAR) | (value[after] > high[before] + NEAR)
            wider = (low[after] < low[before] - NEAR) | (high[after] > high[before] + NEAR)
            none = np.isnan(value[after]) & np.isnan(out[self.seen.name][after])  # a level may end in a bare stretch
            lost = ~np.isnan(value[before]) & none & self._sound(before, after)
            bad = np.flatnonzero(outside | wider | lost)
            if len(bad):
                return self._change(name, int(before[bad[0]]), int(after[bad[0]]))
        return None

    def _keeps(self, name: str) -> str | None:
        """Look for a result that a blank filled in takes away or changes."""
        value = self.seen.out[name]
        for before, after in self.seen.rows.pairs("fill"):
            moved = ~np.isnan(value[before]) & ~(np.abs(value[after] - value[before]) < NEAR)
            bad = np.flatnonzero(moved & self._sound(before, after))
            if len(bad):
                return self._change(name, int(before[bad[0]]), int(after[bad[0]]))
        return None

    def _sound(self, before: Ints, after: Ints) -> NDArray[np.bool_]:
        return self.seen.sound[before] & self.seen.sound[after]

    def _change(self, name: str, before: int, after: int) -> str:
        """Say which change of one answer did what should not be."""
        shipped, values = self.seen.shipped, self.seen.out[name]
        one, other = self.seen.rows.forms[before], self.seen.rows.forms[after]
        told = {"form": self._form(before)}
        told |= {"before": self._shown(name, float(values[before])), "after": self._shown(name, float(values[after]))}
        differs = np.flatnonzero(one != other)
        if len(differs) > 1:  # states are seen on forms that differ in more than the step itself
            return self._say("between", other=self._form(after), **told)
        place = int(differs[0])
        start, end = (self._choice(place, int(form[place])) for form in (one, other))
        return self._say("change", item=shipped.variables[place], start=start, end=end, **told)

    def _choice(self, place: int, choice: int) -> str:
        return str(self.seen.shipped.choices[place][choice]) if choice else self._say("empty")

    # alerts ----------------------------------------------------------------------------------------------------------

    def _alert(self) -> Line:
        met = set(np.unique(self.seen.out[self.seen.name]).tolist())
        never = [word for word, value in (("true", 1.0), ("false", 0.0)) if value not in met]
        wrong = self._say("never", what=", ".join(never)) if never else None
        return self._line("alert", self.seen.name, wrong)


def _explained(table: tuple[Level, ...], value: float) -> bool:
    """Whether the file says why this value has no level."""
    reached = [level for level in table if value >= level.from_]
    return bool(reached) and reached[-1].result is None and reached[-1].meaning is not None


def _bare(table: tuple[Level, ...], values: Floats) -> Iterator[tuple[float, float]]:
    """The stretches without a level in which some of the values fall."""
    for level, after in zip(table, [*table[1:], None], strict=True):
        inside = values[(values >= level.from_) & (values < (np.inf if after is None else after.from_))]
        if len(inside):
            yield float(inside.min()), float(inside.max())
