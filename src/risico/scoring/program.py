"""An instrument as a short program of columns: stages of expressions that run alike on every engine.

Codes first, then points, then each layer of scores in three steps (how many are answered and the ends, whether that is
enough, the value), then bands and alerts. One stage is one `with_columns`: nested in one, the SQL text of a nine-item
sum grew tenfold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby, zip_longest
from operator import and_
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Kind
from risico.instrument import Instrument, Score
from risico.instrument.conditions import Code
from risico.instrument.model import Band, Levels, NumberContext
from risico.instrument.reach import outcomes, reach
from risico.scoring import rules
from risico.scoring.answers import answer, choice, either, narrow, nothing, total
from risico.scoring.rules import Ends, Part
from risico.scoring.truth import Truth, of_item, truth, within

Stage = dict[str, nw.Expr]


@dataclass(frozen=True)
class Program:
    """The stages to run one after the other, and the columns that are the result, by name."""

    stages: tuple[Stage, ...]
    outputs: Mapping[str, str]
    illogical: tuple[str, ...]
    """One column for each way in which a form can contradict itself."""
    points: Mapping[str, Mapping[str, str]]
    """For each score that is made of items: the column with the points of each."""

    def run(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Add all columns, then give the results their names; an illogical form has none."""
        for stage in self.stages:
            frame = frame.with_columns(**stage)
        results = {name: nw.col(column) for name, column in self.outputs.items()}
        if self.illogical:
            sound = ~either(nw.col(column) for column in self.illogical)
            results = {name: nw.when(sound).then(result) for name, result in results.items()}
        return frame.with_columns(**results) if results else frame


def compile_(instrument: Instrument, kinds: Mapping[str, Kind], *, checked: bool = False) -> Program:
    """Turn an instrument into a program for columns of these kinds; a column that is not there counts as blank.

    `checked` says that no illegal answer is in them, so that whole numbers are taken as the codes they are.
    """
    writer = _Writer(instrument, kinds, checked)
    writer.answers()
    for layer in instrument.depths():
        writer.scores(layer)
    writer.results()
    illogical = tuple(writer.column("illogical", str(i)) for i in range(len(instrument.refuse)))
    return Program(tuple(stage for stage in writer.stages if stage), writer.outputs, illogical, writer.points())


def carries_bounds(instrument: Instrument, name: str) -> bool:
    """Return whether a score travels with its lowest and highest: it, or one it rests on, may have blanks."""
    score = instrument.scores[name]
    if reach(instrument, name) is None:
        return False
    parts = [part for part in (*score.of, *(score.terms or {})) if part in instrument.scores]
    return score.missing.then != "none" or any(carries_bounds(instrument, part) for part in parts)


def whole(instrument: Instrument, name: str) -> bool:
    """Return whether a score is always a whole number."""
    score = instrument.scores[name]
    if score.rule == "count":
        return True
    if score.rule in ("decide", "lookup"):
        ends = outcomes(score)
        return all(isinstance(value, int) for value in ends)
    if score.rule == "mean" or (score.missing.then == "prorate" and score.missing.round == "none"):
        return False
    factors = [*(score.terms or {}).values(), score.constant]
    return all(isinstance(factor, int) for factor in factors) and all(
        _whole_part(instrument, score, part) for part in (*score.of, *(score.terms or {}))
    )


def _whole_part(instrument: Instrument, score: Score, part: str) -> bool:
    if part in instrument.scores:
        return whole(instrument, part)
    if instrument.codes(part) is None:
        return False
    return all(isinstance(worth, int) for worth in instrument.points(part, score.points).values())


def result_type(instrument: Instrument, name: str) -> Any:
    """Return the column type of a score: Int64, Float64, Boolean or String."""
    score = instrument.scores[name]
    if score.rule == "judgement":
        return nw.String
    values = outcomes(score) if score.rule in ("decide", "lookup") else []
    if values and all(isinstance(value, bool) for value in values):
        return nw.Boolean
    if any(isinstance(value, str) for value in values):
        return nw.String
    return nw.Int64 if whole(instrument, name) else nw.Float64


@dataclass
class _Writer:
    """Writes the stages of one instrument; it is the ground that conditions stand on."""

    instrument: Instrument
    kinds: Mapping[str, Kind]
    checked: bool
    stages: list[Stage] = field(default_factory=list[Stage])
    outputs: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        scores = self.instrument.scores
        self.numeric = {name: reach(self.instrument, name) is not None for name in scores}
        most = max((self._heaviest(score) for score in scores.values()), default=0)
        self.dtype = narrow(max(most, len(self.instrument.items)))

    def _heaviest(self, score: Score) -> float:
        """The largest sum of points, on either side of zero, that any step of adding up can pass through."""
        if score.rule in ("count", "judgement"):
            return 0
        factors = score.terms or dict.fromkeys(score.of, 1)
        items = {part: factor for part, factor in factors.items() if part in self.instrument.items}
        ends = {item: max(map(abs, self.instrument.point_range(item, score.points))) for item in items}
        return sum(ends[item] * max(abs(factor), 1) for item, factor in items.items()) + abs(score.constant)

    # names of columns -------------------------------------------------------------------------------------------

    def column(self, *parts: str) -> str:
        return "__" + "_".join((self.instrument.id, *parts))

    def code(self, item: str) -> nw.Expr:
        return nw.col(self.column("code", item))

    def value(self, score: str) -> nw.Expr:
        return nw.col(self.column("value", score))

    def low(self, score: str) -> nw.Expr:
        return nw.col(self.column("low", score))

    def high(self, score: str) -> nw.Expr:
        return nw.col(self.column("high", score))

    def context(self, column: str) -> nw.Expr:
        return nw.col(self.column("context", column))

    # answers ----------------------------------------------------------------------------------------------------

    def answers(self) -> None:
        """Codes and context, then skipped items, then points and what is refused."""
        it = self.instrument
        codes = {self.column("code", item): self._code(item) for item in it.items}
        context = {self.column("context", name): self._context(name) for name in it.context}
        self.stages.append(codes | context)
        for skip in it.skip:
            fills = truth(skip.when, self).yes
            self.stages.append({self.column("code", i): self._filled(i, fills, skip.then.as_) for i in skip.then.items})
        points = {self._points_column(i, s.points): self._points(i, s.points) for i, s in self._summed()}
        for i, refuse in enumerate(it.refuse):
            points[self.column("illogical", str(i))] = truth(refuse.when, self).yes
        if points:
            self.stages.append(points)

    def _filled(self, item: str, fills: nw.Expr, as_: Code) -> nw.Expr:
        """The code of an item, where it is blank and skipped the one that skipping stands for, in the column's type."""
        code, words = self.code(item), any(isinstance(code, str) for code in self.instrument.codes(item) or ())
        return nw.when(fills & code.is_null()).then(nw.lit(str(as_) if words else as_)).otherwise(code)

    def points(self) -> dict[str, dict[str, str]]:
        """The columns with the points of each score that is made of items."""
        found: dict[str, dict[str, str]] = {}
        for name, score in self.instrument.scores.items():
            items = [part for part in score.of if part in self.instrument.items]
            if items and score.rule in rules.OVER_PARTS:
                found[name] = {item: self._points_column(item, score.points) for item in items}
        return found

    def _code(self, item: str) -> nw.Expr:
        read = answer(self.instrument, item, self._kind(item))
        return read.bare if self.checked and read.bare is not None else read.code

    def _kind(self, item: str) -> Kind | None:
        return self.kinds.get(f"{self.instrument.id}_{item}")

    def _context(self, name: str) -> nw.Expr:
        allowed, kind = self.instrument.context[name], self.kinds.get(name)
        if not isinstance(allowed, NumberContext):
            return choice(name, kind, allowed, ()).code
        if kind not in ("integer", "float"):
            return nothing(nw.Float64).code
        value = nw.col(name).cast(nw.Float64)
        return nw.when((value >= allowed.number[0]) & (value <= allowed.number[1])).then(value)

    def _summed(self) -> list[tuple[str, Score]]:
        adding = [score for score in self.instrument.scores.values() if score.rule not in ("count", "judgement")]
        return [
            (part, score)
            for score in adding
            for part in (*score.of, *(score.terms or {}))
            if part in self.instrument.items
        ]

    def _points_column(self, item: str, table: str | None) -> str:
        named = table is not None and table in self.instrument.point_tables(item)
        return self.column("points", table or "", item) if named else self.column("points", item)

    def _points(self, item: str, table: str | None) -> nw.Expr:
        """Points as k - x or a·x + b where they lie on a line, else code by code."""
        code, weight = self.code(item), self.instrument.items[item].weight
        if self.instrument.codes(item) is None:
            return code * weight
        points = self.instrument.points(item, table)
        if not all(isinstance(worth, int) for worth in points.values()):
            return _by_code(code, points, nw.Float64)
        line = _line(points)
        if line is None:
            return _by_code(code, points, self.dtype)
        slope, start = line
        code = code.cast(self.dtype)
        scaled = code if slope == 1 else start - code if slope == -1 else code * slope
        return scaled if slope == -1 or start == 0 else scaled + start

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
                dtype = nw.Int64 if _whole_bounds(self.instrument, name) else nw.Float64
                for end, bound in zip(("low", "high"), self._ends(name, score), strict=True):
                    ends[self.column(end, name)] = bound.cast(dtype)
        if ends:
            self.stages.append(ends)
        self.stages.append({self.column("value", name): self._value(name, score) for name, score in scores.items()})

    def _answered(self, name: str) -> nw.Expr:
        items = self.instrument.items_of(name)
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
        points = nw.col(self._points_column(name, score.points))
        least, most = self.instrument.point_range(name, score.points)
        whole_points = _whole_part(self.instrument, score, name)
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
            needed = enough & (n == len(self.instrument.items_of(name))) if way.then == "none" else enough
            return nw.when(needed).then(rules.decided(self._ways(name, score), dtype))
        if score.rule == "lookup":
            part, context = self._part(score, score.of[0]), self.context(score.by) if score.by else None
            if way.then == "none":
                return rules.looked_up(part.value, score, context, dtype)
            return nw.when(enough).then(rules.looked_up_for_certain(part, score, context, dtype))
        low, high = self.low(name), self.high(name)
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
        if all(part in self.instrument.items for part in (*score.of, *(score.terms or {}))):
            return low
        if score.rule == "count":
            return nw.when(low == self.high(name)).then(low)
        parts = {part: self._part(score, part).value for part in (*score.of, *(score.terms or {}))}
        if score.rule == "linear":
            return total(parts[part] * factor for part, factor in (score.terms or {}).items()) + score.constant
        whole_parts = [Part(value, value, value) for value in parts.values()]
        return rules.OVER_PARTS[score.rule](whole_parts, nw.lit(len(parts)))[0]

    def _parts_known(self, score: Score) -> nw.Expr:
        """Every item answered and every score it rests on scorable."""
        parts = [*score.of, *(score.terms or {})]
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
                    dtype = nw.Int64 if _whole_bounds(it, name) else nw.Float64
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

    def _blanks(self) -> nw.Expr:
        """Blanks among the scored items; a score that rests on all of them has counted the answers already."""
        items = self.instrument.scored_items
        over_all = [name for name in self.instrument.scores if self.instrument.items_of(name) == items]
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
                stage[column] = self._level(band, self.value(band.of))
                continue
            ends = nw.col(self.column("out", band.of, "low")), nw.col(self.column("out", band.of, "high"))
            if score.missing.then == "certain":
                stage[column] = self._level(band, *ends)
                continue
            low, high = (self._level(band, end) for end in ends)
            stage[column] = self._level(band, self.value(band.of))
            for end, level in (("low", low), ("high", high)):
                stage[self.column("band", name, end)] = level
                self.outputs[f"{it.id}_{name}_{end}"] = self.column("band", name, end)
        self.stages.append(stage)

    def _level(self, band: Band, low: nw.Expr, high: nw.Expr | None = None) -> nw.Expr:
        """The level of a value, or the one that holds from a low to a high end, missing where there are several."""
        tables = band.tables()
        dtype = nw.Boolean if any(level.value is not None for t in tables.values() for level in t) else nw.String
        result = nw.lit(None, dtype=dtype)
        for path, levels in tables.items():
            matches = (self.context(column) == wanted for column, wanted in zip(band.by, path, strict=True))
            here = reduce(and_, matches, nw.lit(True)).fill_null(False)
            level = _level_of(low, levels, dtype) if high is None else _level_between(low, high, levels, dtype)
            result = nw.when(here).then(level).otherwise(result) if path else level
        return result


def _level_of(value: nw.Expr, levels: Levels, dtype: Any) -> nw.Expr:
    """The level of a value; a missing value is below every bound, and so has none."""
    result = nw.lit(None, dtype=dtype)
    for level in levels:
        result = nw.when(value >= level.from_).then(nw.lit(level.result, dtype=dtype)).otherwise(result)
    return result


def _level_between(low: nw.Expr, high: nw.Expr, levels: Levels, dtype: Any) -> nw.Expr:
    """The level that both ends and all between them fall in. Neighbours with the same result are one level."""
    stretches = [next(same) for _, same in groupby(levels, key=lambda level: level.result)]
    result = nw.lit(None, dtype=dtype)
    for here, following in zip_longest(stretches, stretches[1:]):
        inside = (low >= here.from_) & (~high.is_null() if following is None else high < following.from_)
        result = nw.when(inside).then(nw.lit(here.result, dtype=dtype)).otherwise(result)
    return result


def _whole_bounds(instrument: Instrument, name: str) -> bool:
    score = instrument.scores[name]
    if score.rule in ("count", "decide", "lookup") or score.missing.round == "half_up":
        return whole(instrument, name)
    if score.rule == "mean":
        return False
    parts = (*score.of, *(score.terms or {}))
    factors = [*(score.terms or {}).values(), score.constant]
    return all(isinstance(factor, int) for factor in factors) and all(
        _whole_bounds(instrument, part) if part in instrument.scores else _whole_part(instrument, score, part)
        for part in parts
    )


def _half_up(value: nw.Expr) -> nw.Expr:
    return (value.cast(nw.Float64) + 0.5).floor()


def _line(points: Mapping[Any, Any]) -> tuple[int, int] | None:
    """Return slope and start when points lie on a line through the codes, else None."""
    pairs = [(code, worth) for code, worth in points.items() if isinstance(code, int)]
    if len(pairs) < 2 or len(pairs) < len(points):
        return None
    (x0, y0), (x1, y1) = pairs[0], pairs[1]
    if x0 == x1 or (y1 - y0) % (x1 - x0):
        return None
    slope = (y1 - y0) // (x1 - x0)
    start = y0 - slope * x0
    return (slope, start) if slope and all(slope * x + start == y for x, y in pairs) else None


def _by_code(code: nw.Expr, points: Mapping[Any, Any], dtype: Any) -> nw.Expr:
    result = nw.lit(None, dtype=dtype)
    as_text = any(isinstance(key, str) for key in points)
    for key, worth in points.items():
        matches = code == (str(key) if as_text else key)
        result = nw.when(matches).then(nw.lit(worth, dtype=dtype)).otherwise(result)
    return result
