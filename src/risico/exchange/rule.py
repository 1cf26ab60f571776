"""The rule of an instrument, its way with blanks included, written out for programs that know neither.

Every column that scoring adds becomes a `Result`: what it is, in which cases, and empty in every other case. The
meaning is that of `risico.scoring`; tests hold the two together on every vector.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from risico.exchange import formula as f
from risico.exchange.rule_conditions import Scored, Way, in_context
from risico.exchange.rule_scores import Scores, carries_bounds
from risico.instrument import Instrument, Level
from risico.instrument.model import Band, Text

Kind = Literal["number", "text", "flag"]


@dataclass(frozen=True)
class Result:
    """One column that scoring adds: the first way whose test is true says what it is; without one it is empty.

    `of` names the score, band or alert it belongs to.
    """

    name: str
    kind: Kind
    ways: tuple[Way, ...]
    title: Text
    of: str


def results(instrument: Instrument) -> tuple[Result, ...]:
    """Return every column that scoring adds, in the same order; what no formula can write (`unwritten`) is left out.

    >>> from risico.instrument import load
    >>> [result.name for result in results(load("phq9"))][:3]
    ['total', 'total_low', 'total_high']
    """
    return _Results(instrument).all()


def names(result: Result) -> tuple[f.Named, ...]:
    """Return the named numbers that a result needs, each after those it needs itself."""
    found: dict[str, f.Named] = {}

    def walk(node: object) -> None:
        if isinstance(node, tuple):
            for part in node:
                walk(part)
        elif hasattr(node, "__dataclass_fields__"):
            for part in vars(node).values():
                walk(part)
            if isinstance(node, f.Named):
                found.setdefault(node.name, node)

    walk(result.ways)
    return tuple(found.values())


class _Results(Scores):
    def all(self) -> tuple[Result, ...]:
        found: list[Result] = []
        for name in (name for name in self.it.scores if name not in self.unwritten):
            found += self.score_results(name)
        for name, band in self.it.bands.items():
            found += self.band_results(name, band) if name not in self.unwritten else ()
        for name, alert in self.it.alerts.items():
            if name in self.unwritten:
                continue
            truth = self.truth(alert.when)
            found.append(Result(name, "flag", ((truth.yes, True), (truth.no, False)), alert.words, name))
        if self.it.scored_items:
            filled = f.Tally(tuple(self.filled(item) for item in self.it.scored_items))
            blanks = f.Sum((f.Const(len(self.it.scored_items)), f.Times(filled, -1)))
            title: Text = {"nl": "Aantal niet beantwoorde vragen", "en": "Number of items not answered"}
            found.append(Result("missing", "number", ((f.YES, blanks),), title, "missing"))
        return tuple(self.only_sound(result) for result in found)

    def only_sound(self, result: Result) -> Result:
        ways = tuple((f.both(self.sound, when), value) for when, value in result.ways)
        return Result(result.name, result.kind, ways, result.title, result.of)

    def score_results(self, name: str) -> Iterable[Result]:
        entry, scored = self.it.scores[name], self.scored[name]
        title: Text = entry.title or {"en": name.replace("_", " ")}
        if scored.value is None:
            values = {type(value) for _, value in scored.ways}
            yield Result(name, "flag" if values == {bool} else "text", scored.ways, title, name)
            return
        yield Result(name, "number", scored.ways, title, name)
        if carries_bounds(self.it, name):
            for end, value, words in self.bounds(scored):
                ends_title: Text = {language: f"{text}: {words[language]}" for language, text in title.items()}
                yield Result(
                    f"{name}_{end}", "number", ((f.both(scored.enough, scored.sure), value),), ends_title, name
                )

    def bounds(self, scored: Scored) -> Iterable[tuple[str, f.Number, Text]]:
        if scored.low is not None and scored.high is not None:
            yield "low", scored.low, {"nl": "het laagste dat hij kan zijn", "en": "the lowest it can be"}
            yield "high", scored.high, {"nl": "het hoogste dat hij kan zijn", "en": "the highest it can be"}

    def band_results(self, name: str, band: Band) -> Iterable[Result]:
        scored, way = self.scored[band.of], self.it.scores[band.of].missing.then
        title: Text = band.title or {"en": name.replace("_", " ")}
        flags = any(level.value is not None for levels in band.tables().values() for level in levels)
        kind: Kind = "flag" if flags else "text"
        if scored.value is None or scored.low is None or scored.high is None:
            return
        if carries_bounds(self.it, band.of) and way == "certain":
            yield Result(name, kind, self.agreed(band, scored), title, name)
            return
        yield Result(name, kind, self.levels(band, scored.known, scored.value), title, name)
        if carries_bounds(self.it, band.of):
            for end, value, words in self.bounds(scored):
                ends_title: Text = {language: f"{text}: {words[language]}" for language, text in title.items()}
                ways = self.levels(band, f.both(scored.enough, scored.sure), value)
                yield Result(f"{name}_{end}", kind, ways, ends_title, name)

    def levels(self, band: Band, known: f.Check, value: f.Number) -> tuple[Way, ...]:
        return tuple(
            (f.both(known, here, inside), result)
            for here, levels in self.level_tables(band)
            for inside, result in _stretches(levels, value)
            if result is not None
        )

    def agreed(self, band: Band, scored: Scored) -> tuple[Way, ...]:
        """Return the level that both ends have."""
        ways: list[Way] = []
        assert scored.low is not None
        assert scored.high is not None
        for here, levels in self.level_tables(band):
            low, high = _stretches(levels, scored.low), _stretches(levels, scored.high)
            for wanted in dict.fromkeys(result for _, result in low):
                if wanted is not None:
                    same = (f.either(*(test for test, result in side if result == wanted)) for side in (low, high))
                    ways.append((f.both(scored.enough, scored.sure, here, *same), wanted))
        return tuple(ways)

    def level_tables(self, band: Band) -> Iterable[tuple[f.Check, tuple[Level, ...]]]:
        for path, levels in band.tables().items():
            here = (in_context(self.it, column, (wanted,)) for column, wanted in zip(band.by, path, strict=True))
            yield f.both(*here), levels


def _stretches(levels: tuple[Level, ...], value: f.Number) -> list[tuple[f.Check, str | bool | None]]:
    """Return each level with the test that a value lies in it: from its lower bound to the next."""
    found: list[tuple[f.Check, str | bool | None]] = []
    for place, level in enumerate(levels):
        test: f.Check = f.Compare(value, ">=", f.Const(level.from_))
        if place + 1 < len(levels):
            test = f.both(test, f.Compare(value, "<", f.Const(levels[place + 1].from_)))
        found.append((test, level.result))
    return found
