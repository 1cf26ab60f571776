"""A filled-in form as columns: the code of each item, skipped items filled in, context, and what each code is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Kind
from risico.instrument import Instrument, Score
from risico.instrument.conditions import Code
from risico.instrument.reach import reach
from risico.scoring import rules
from risico.scoring.answers import answer, narrow, stated
from risico.scoring.truth import truth

Stage = dict[str, nw.Expr]


@dataclass
class Codes:
    """Writes the stages that come before any score; it is the ground that conditions stand on."""

    instrument: Instrument
    kinds: Mapping[str, Kind]
    checked: bool
    stages: list[Stage] = field(default_factory=list[Stage])

    def __post_init__(self) -> None:
        scores = self.instrument.scores
        self.numeric = {name: reach(self.instrument, name) is not None for name in scores}
        most = max((self._heaviest(score) for score in scores.values()), default=0)
        self.dtype = narrow(max(most, len(self.instrument.items)))

    def _heaviest(self, score: Score) -> float:
        """The largest sum of points, on either side of zero, that any step of adding up can pass through."""
        if score.rule in ("count", "judgement"):
            return 0
        if score.goals is not None:  # nothing is added up before it is a fraction, but each goal must fit
            both = {*score.goals, *score.goals.values()}
            return max(max(map(abs, self.instrument.point_range(item, score.points))) for item in both)
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
        told = {self.column("context", name): stated(it, name, self.kinds) for name in it.context}
        self.stages.append(codes | told)
        for skip in it.skip:
            fills = truth(skip.when, self).yes
            self.stages.append({self.column("code", i): self._filled(i, fills, skip.then.as_) for i in skip.then.items})
        points = {self.points_column(i, s.points): self._points(i, s.points) for i, s in self._summed()}
        for i, refuse in enumerate(it.refuse):
            points[self.column("illogical", str(i))] = truth(refuse.when, self).yes
        if points:
            self.stages.append(points)

    def _filled(self, item: str, fills: nw.Expr, as_: Code) -> nw.Expr:
        """The code of an item, where it is blank and skipped the one that skipping stands for, in the column's type."""
        code, words = self.code(item), any(isinstance(code, str) for code in self.instrument.codes(item) or ())
        return nw.when(fills & code.is_null()).then(nw.lit(str(as_) if words else as_)).otherwise(code)

    def read(self) -> dict[str, str]:
        """The columns with the code of each item and context, by the name of what they were read from."""
        it = self.instrument
        return {f"{it.id}_{item}": self.column("code", item) for item in it.items} | {
            name: self.column("context", name) for name in it.context
        }

    def points(self) -> dict[str, dict[str, str]]:
        """The columns with the points of each score that is made of items."""
        found: dict[str, dict[str, str]] = {}
        for name, score in self.instrument.scores.items():
            items = [part for part in score.of if part in self.instrument.items]
            if items and score.rule in rules.OVER_PARTS:
                found[name] = {item: self.points_column(item, score.points) for item in items}
        return found

    def _code(self, item: str) -> nw.Expr:
        read = answer(self.instrument, item, self.kinds)
        return read.bare if self.checked and read.bare is not None else read.code

    def _summed(self) -> list[tuple[str, Score]]:
        adding = [score for score in self.instrument.scores.values() if score.rule not in ("count", "judgement")]
        return [(part, score) for score in adding for part in score.parts if part in self.instrument.items]

    def points_column(self, item: str, table: str | None) -> str:
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
