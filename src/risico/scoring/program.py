"""An instrument as a short program of columns: stages of expressions that run alike on every engine.

Codes first, then points, then each layer of scores in three steps (how many are answered and the ends, whether that is
enough, the value), then bands and alerts. One stage is one `with_columns`: nested in one, the SQL text of a nine-item
sum grew tenfold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Kind
from risico.instrument import Instrument, Score
from risico.instrument.reach import whole_part
from risico.scoring import rules
from risico.scoring.answers import either, total
from risico.scoring.applies import barred, outside
from risico.scoring.codes import Codes, Stage
from risico.scoring.levels import level
from risico.scoring.rules import Ends, Part
from risico.scoring.shape import carries_bounds, result_type, whole_bounds
from risico.scoring.truth import Truth, of_item, truth, within


@dataclass(frozen=True)
class Program:
    """The stages to run one after the other, and the columns that are the result, by name."""

    stages: tuple[Stage, ...]
    outputs: Mapping[str, str]
    illogical: tuple[str, ...]
    """One column for each way in which a form can contradict itself."""
    barred: Mapping[str, str]
    """The column of each reason of the file why a form may not be scored, as it is about somebody else."""
    points: Mapping[str, Mapping[str, str]]
    """For each score that is made of items: the column with the points of each."""
    codes: Mapping[str, str]
    """The column with the code of each item and context, by the name it has in the forms."""
    reading: int
    """How many of the stages come before any score: they make codes, points and what is illogical."""

    @property
    def refusing(self) -> tuple[str, ...]:
        """Return the columns of which one true value has a form refused."""
        return (*self.illogical, *self.barred.values())

    def read(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Add what the forms say, codes and points, without working out a score."""
        return _add(frame, self.stages[: self.reading])

    def run(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Add all columns, then give the results their names; a form that is refused has none."""
        frame = _add(frame, self.stages)
        results = {name: nw.col(column) for name, column in self.outputs.items()}
        if self.refusing:
            sound = ~either(nw.col(column) for column in self.refusing)
            results = {name: nw.when(sound).then(result) for name, result in results.items()}
        return frame.with_columns(**results) if results else frame


def _add(frame: nw.LazyFrame[Any], stages: tuple[Stage, ...]) -> nw.LazyFrame[Any]:
    for stage in stages:
        frame = frame.with_columns(**stage)
    return frame


def compile_(instrument: Instrument, kinds: Mapping[str, Kind], *, checked: bool = False) -> Program:
    """Turn an instrument into a program for columns of these kinds; a column that is not there counts as blank.

    `checked` says that no illegal answer is in them, so that whole numbers are taken as the codes they are.
    """
    writer = _Writer(instrument, kinds, checked)
    writer.answers()
    reading = sum(map(bool, writer.stages))
    for layer in instrument.depths():
        writer.scores(layer)
    writer.results()
    barred = writer.applies()
    illogical = tuple(writer.column("illogical", str(i)) for i in range(len(instrument.refuse)))
    stages = tuple(stage for stage in writer.stages if stage)
    return Program(stages, writer.outputs, illogical, barred, writer.points(), writer.read(), reading)


@dataclass
class _Writer(Codes):
    """Writes the stages of one instrument."""

    outputs: dict[str, str] = field(default_factory=dict[str, str])

    # scores -----------------------------------------------------------------------------------------------------

    def scores(self, layer: tuple[str, ...]) -> None:
        """Three stages for one layer: how many answered (and what a decision can still be), the ends, the value."""
        scores = {name: self.instrument.scores[name] for name in layer}
        counts = {self.column("n", name): self._answered(name) for name in layer}
        can = {
            self.column("can", name, str(i)): way
            for name, score in scores.items()
            if score.rule == "decide"
            for i, way in enumerate(self._possible(score).values())
        }
        self.stages.append(counts | can)
        ends: Stage = {}
        for name, score in scores.items():
            if self.numeric[name]:
                dtype = nw.Int64 if whole_bounds(self.instrument, name) else nw.Float64
                for end, bound in zip(("low", "high"), self._ends(name, score), strict=True):
                    ends[self.column(end, name)] = self._only(score, bound.cast(dtype))
        if ends:
            self.stages.append(ends)
        values = {self.column("value", name): self._only(s, self._value(name, s)) for name, s in scores.items()}
        self.stages.append(values)

    def _only(self, score: Score, result: nw.Expr) -> nw.Expr:
        """A result where the condition of the score certainly holds, and none elsewhere."""
        return result if score.only is None else nw.when(truth(score.only, self).yes).then(result)

    def _answered(self, name: str) -> nw.Expr:
        items = self.instrument.counted(name)
        if not items:
            return nw.lit(0)
        return total((~self.code(item).is_null()).cast(self.dtype) for item in items)

    def _possible(self, score: Score) -> dict[Any, nw.Expr]:
        cases = [(truth(case.when, self), case.then) for case in score.cases]
        return rules.possible(cases, score.otherwise)

    def _ways(self, name: str, score: Score) -> dict[Any, nw.Expr]:
        can = self._possible(score)
        return {outcome: nw.col(self.column("can", name, str(i))) for i, outcome in enumerate(can)}

    def _ends(self, name: str, score: Score) -> Ends:
        if score.rule == "count" and score.where is not None:
            return rules.counted([self._counted(score, part) for part in score.of], self.dtype)
        if score.rule == "decide":
            return rules.decided_ends(self._ways(name, score))
        if score.rule == "linear":
            return rules.weighed([(self._part(score, p), f) for p, f in (score.terms or {}).items()], score.constant)
        if score.rule == "lookup":
            return self._looked_up_ends(score)
        if score.rule == "goal_attainment":
            pairs = [
                (self._part(score, goal), self._part(score, weight)) for goal, weight in (score.goals or {}).items()
            ]
            far = rules.attained(pairs, score.rho or 0)
            return far, far
        parts = [self._part(score, part) for part in score.of]
        low, high = rules.OVER_PARTS[score.rule](parts, nw.col(self.column("n", name)))
        return (_half_up(low), _half_up(high)) if score.missing.round == "half_up" else (low, high)

    def _counted(self, score: Score, part: str) -> Truth:
        test = score.where
        assert test is not None
        if test.blank:
            blank = self.code(part).is_null()
            return Truth(blank, ~blank)
        if part in self.instrument.items:
            return of_item(test, part, self)
        return within(test, self.low(part), self.high(part))

    def _part(self, score: Score, name: str) -> Part:
        if name in self.instrument.scores:
            return Part(self.value(name), self.low(name), self.high(name))
        points = nw.col(self.points_column(name, score.points))
        least, most = self.instrument.point_range(name, score.points)
        whole_points = whole_part(self.instrument, score, name)
        return Part(points, points.fill_null(least), points.fill_null(most), least, most, whole_points)

    def _looked_up_ends(self, score: Score) -> Ends:
        part, context = self._part(score, score.of[0]), self.context(score.by) if score.by else None
        return rules.looked_up_ends(part, score, context)

    def _value(self, name: str, score: Score) -> nw.Expr:
        """The value after the blanks have been treated in the way that the file names."""
        way, n, dtype = score.missing, nw.col(self.column("n", name)), result_type(self.instrument, name)
        enough = n >= max(way.answered, 1)
        if score.rule == "judgement":
            return self._judged(score)
        if score.rule == "decide":
            needed = enough & (n == len(self.instrument.counted(name))) if way.then == "none" else enough
            return nw.when(needed).then(rules.decided(self._ways(name, score), dtype))
        if score.rule == "lookup":
            part, context = self._part(score, score.of[0]), self.context(score.by) if score.by else None
            if way.then == "none":
                return rules.looked_up(part.value, score, context, dtype)
            return nw.when(enough).then(rules.looked_up_for_certain(part, score, context, dtype))
        low, high = self.low(name), self.high(name)
        if score.rule == "goal_attainment":
            return low
        if score.where is not None and score.where.blank:
            begun = either(~self.code(item).is_null() for item in self.instrument.items)
            return nw.when(begun).then(low).cast(dtype)
        if way.then == "prorate":
            return nw.when(enough).then(self._prorated(name, score, n)).cast(dtype)
        if way.then == "none":
            return nw.when(self._parts_known(score)).then(self._complete(name, score, low)).cast(dtype)
        return nw.when(enough & (low == high) if way.then == "certain" else enough).then(low).cast(dtype)

    def _complete(self, name: str, score: Score, low: nw.Expr) -> nw.Expr:
        """The value of a complete form; over prorated scores it is made of their values, not of their ends."""
        if all(part in self.instrument.items for part in score.parts):
            return low
        if score.rule == "count":
            return nw.when(low == self.high(name)).then(low)
        parts = {part: self._part(score, part).value for part in score.parts}
        if score.rule == "linear":
            return total(parts[part] * factor for part, factor in (score.terms or {}).items()) + score.constant
        whole_parts = [Part(value, value, value) for value in parts.values()]
        return rules.OVER_PARTS[score.rule](whole_parts, nw.lit(len(parts)))[0]

    def _parts_known(self, score: Score) -> nw.Expr:
        """Every item answered and every score it rests on scorable."""
        parts = score.parts
        known = [self.value(part) if part in self.instrument.scores else self.code(part) for part in parts]
        return reduce(and_, (~column.is_null() for column in known))

    def _prorated(self, name: str, score: Score, n: nw.Expr) -> nw.Expr:
        parts = [self._part(score, part) for part in score.of]
        answered = total(part.value.fill_null(0) for part in parts).cast(nw.Float64)
        answered = answered if all(part.whole for part in parts) else rules.decimal(answered)
        value = answered * len(parts) / n if score.rule == "sum" else answered / n
        return _half_up(value) if score.missing.round == "half_up" else value

    def _judged(self, score: Score) -> nw.Expr:
        return self.code(score.of[0]).cast(nw.String)

    # results ----------------------------------------------------------------------------------------------------

    def results(self) -> None:
        """Bounds where they travel with the score, bands, alerts and the number of blanks."""
        it, stage = self.instrument, Stage()
        for name, score in it.scores.items():
            self.outputs[f"{it.id}_{name}"] = self.column("value", name)
            if carries_bounds(it, name):
                enough = nw.col(self.column("n", name)) >= max(score.missing.answered, 1)
                for end, bound in (("low", self.low(name)), ("high", self.high(name))):
                    dtype = nw.Int64 if whole_bounds(it, name) else nw.Float64
                    stage[self.column("out", name, end)] = nw.when(enough).then(bound).cast(dtype)
                    self.outputs[f"{it.id}_{name}_{end}"] = self.column("out", name, end)
        self.stages.append(stage)
        self._bands()
        stage = {}
        for name, alert in it.alerts.items():
            when = truth(alert.when, self)
            stage[self.column("alert", name)] = nw.when(when.yes | when.no).then(when.yes)
            self.outputs[f"{it.id}_{name}"] = self.column("alert", name)
        if it.scored_items:
            stage[self.column("missing")] = self._blanks().cast(nw.Int64)
            self.outputs[f"{it.id}_missing"] = self.column("missing")
        self.stages.append(stage)

    def applies(self) -> dict[str, str]:
        """Whether a form is outside the population, where a column of the forms says so, and what then bars it."""
        it = self.instrument
        found = outside(it, self.kinds)
        if found is None:
            return {}
        stage: Stage = {self.column("outside"): found}
        self.outputs[f"{it.id}_outside"] = self.column("outside")
        bars = barred(it, self.kinds)
        named = {name: self.column("barred", name) for name in bars}
        self.stages.append(stage | {named[name]: one for name, one in bars.items()})
        return named

    def _blanks(self) -> nw.Expr:
        """Blanks among the scored items; a score that rests on all of them has counted the answers already."""
        items = self.instrument.scored_items
        over_all = [name for name in self.instrument.scores if self.instrument.counted(name) == items]
        if over_all:
            return len(items) - nw.col(self.column("n", over_all[0]))
        return total(self.code(item).is_null().cast(self.dtype) for item in items)

    def _bands(self) -> None:
        it, stage = self.instrument, Stage()
        for name, band in it.bands.items():
            score = it.scores[band.of]
            column = self.column("band", name)
            self.outputs[f"{it.id}_{name}"] = column
            if not carries_bounds(it, band.of):
                stage[column] = level(band, self.context, self.value(band.of))
                continue
            ends = nw.col(self.column("out", band.of, "low")), nw.col(self.column("out", band.of, "high"))
            if score.missing.then == "certain":
                stage[column] = level(band, self.context, *ends)
                continue
            low, high = (level(band, self.context, end) for end in ends)
            stage[column] = level(band, self.context, self.value(band.of))
            for end, at in (("low", low), ("high", high)):
                stage[self.column("band", name, end)] = at
                self.outputs[f"{it.id}_{name}_{end}"] = self.column("band", name, end)
        self.stages.append(stage)


def _half_up(value: nw.Expr) -> nw.Expr:
    return (value.cast(nw.Float64) + 0.5).floor()
