"""One form with its results, told in one language: what the explanation is written from."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from risico.errors import RisicoWarning
from risico.exchange import single
from risico.exchange.columns import code_text
from risico.instrument import Condition, Instrument, Level
from risico.instrument.lists import OLDEST
from risico.instrument.model import MEMORY, Band, Levels, Missing, Score, needs
from risico.instrument.variants import Variant, Version, told_by, versions
from risico.pages import explain_rules
from risico.pages.context import context_label, value_label
from risico.pages.explain_rules import word
from risico.scoring import codes, score
from risico.scoring.answers import NUMERAL
from risico.words import Language, number, pick

_ADDING = ("sum", "mean", "count", "highest", "lowest")


@dataclass(frozen=True)
class Told:
    """One form with its results, with what its blanks still allow, and the language to say it in.

    `row` is what was filled in; `codes` what it was read as, skipped items and context included, None where not given.
    """

    it: Instrument
    language: Language
    row: Mapping[str, Any]
    codes: Mapping[str, Any]
    result: Mapping[str, Any]
    possible: Mapping[str, Any]

    @classmethod
    def of(cls, form: Any, it: Instrument, language: Language) -> Told:
        """Score one form as every form is scored, and once more with every score giving its lowest and highest."""
        frame = single(form)
        if not set(it.columns()) & set(frame.columns):
            frame = frame.with_columns(**dict.fromkeys(it.columns()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RisicoWarning)
            result = score(frame, it).row(0, named=True)
            blank = result.get(f"{it.id}_missing") != 0
            possible = score(frame, _opened(it)).row(0, named=True) if blank else result
        return cls(it, language, frame.row(0, named=True), codes(frame, it).row(0, named=True), result, possible)

    def __call__(self, part: str, key: str, **filled: object) -> str:
        """Return the words of a part, filled in."""
        return word(part, key, self.language, **filled)

    # answers ----------------------------------------------------------------------------------------------------

    def given(self, column: str) -> Any:
        """Return what was filled in in a column, None for a blank."""
        value = self.row.get(column)
        return None if value is None or (isinstance(value, str) and not value.strip()) or value != value else value

    def answer(self, item: str) -> Any:
        """Return what was filled in for an item, None for a blank."""
        return self.given(f"{self.it.id}_{self.version.number(item)}")

    def code(self, item: str) -> Any:
        """Return the code that an item counts as, None where it is not known."""
        return self.codes.get(f"{self.it.id}_{item}")

    def unknown(self, item: str) -> bool:
        """Tell whether an answer says that it is not known."""
        answer = self.answer(item)
        return answer is not None and code_text(answer) in map(code_text, self.it.missing_codes)

    def skipped(self, item: str) -> bool:
        """Tell whether an item has a code because the form lets people skip it."""
        return self.code(item) is not None and (self.answer(item) is None or self.unknown(item))

    def absent(self, items: Iterable[str]) -> list[str]:
        """Return the items that are blank or unknown, but for those that people skip and for goals nobody set."""
        return [] if self.unread else [item for item in items if self.code(item) is None and item not in self.unset]

    @cached_property
    def unset(self) -> set[str]:
        """The places of a form on which no goal was set, with their weights; all weights where no goal has one."""
        found = set[str]()
        for goals in (entry.goals for entry in self.it.scores.values() if entry.goals):
            weighted = any(self.filled(weight) for weight in goals.values())
            for goal, weight in goals.items():
                places = {goal, weight}
                if any(map(self.filled, places)):
                    places = set[str]() if weighted else {weight}
                found |= places
        return found

    def filled(self, item: str) -> bool:
        """Tell whether anything was filled in for an item, also that it is not known."""
        return self.answer(item) is not None

    def item(self, item: str) -> str:
        """Name an item by its number and our short label, or by the label alone where its name is our own."""
        label = pick(self.it.items[item].label, self.language)
        return f"{item} ({label})" if explain_rules.numbered(item) else label

    def worth(self, item: str) -> float | None:
        """Return the points of an item, as the largest score counts them that adds items up; None where none does."""
        adding = (e for e in self.it.shown.values() if e.rule in _ADDING and e.rule != "count" and item in e.of)
        entry, code = max(adding, key=lambda entry: len(entry.of), default=None), self.code(item)
        if entry is None or code is None:
            return None
        if self.it.codes(item) is None:
            return code * self.it.items[item].weight
        return next(worth for key, worth in self.it.points(item, entry.points).items() if str(key) == str(code))

    def answered(self, item: str, code: Any) -> str | None:
        """Return the words of the file for a code of an item."""
        return explain_rules.answered(self.it, item, code, self.language)

    # context ----------------------------------------------------------------------------------------------------

    def allowed(self, column: str) -> str:
        """Name a context column with what it takes: in words, and for a file the name of the column and its codes."""
        allowed, label = self.it.context[column], context_label(column, self.language)
        if isinstance(allowed, tuple):
            said = " | ".join(value_label(value, self.language) for value in allowed)
            return f"{label}: {said} (`{column}`: {' | '.join(allowed)})"
        low, high = (number(end, self.language) for end in allowed.number)
        return f"{label}: {self('context', 'number', low=low, high=high)} (`{column}`)"

    @cached_property
    def version(self) -> Version:
        """The version that the form says it is; that of the file where there is no rule for it."""
        own, *others = versions(self.it, told_by(self.it))
        said = (one for one in others if all(self.codes.get(name) == value for name, value in one.said.items()))
        return next(said, own)

    @cached_property
    def unread(self) -> list[str]:
        """The context columns that name a version of which there is no rule: then nothing is read."""
        return [n for n in told_by(self.it) if self.codes.get(n) not in _with_a_rule(self.it, n)]

    def assumed(self) -> list[str]:
        """Return the context columns that say nothing, for which the file assumes something."""
        return [n for n, v in self.it.variants.items() if self.given(n) is None and self._may_be(v)]

    def _may_be(self, variant: Variant) -> bool:
        """Tell whether somebody of this age may have the version that is assumed; where no age is known, yes."""
        age = self.age()
        return variant.ages is None or age is None or (age >= variant.ages[0] and int(age) <= variant.ages[1])

    def ungiven(self, columns: Iterable[str]) -> list[str]:
        """Return the context columns among these that say nothing the instrument can use."""
        return [name for name in columns if self.codes.get(name) is None]

    def age(self) -> float | None:
        """Return the age in years of the person the form is about, None where no number says so that can be one."""
        value = self.given("age")
        if isinstance(value, str):
            value = float(value) if re.fullmatch(NUMERAL, value) else None
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        return value if 0 <= value < OLDEST + 1 else None

    # results ----------------------------------------------------------------------------------------------------

    def value(self, name: str, end: str = "") -> Any:
        """Return a score, level or alert of this form."""
        return self.result.get(f"{self.it.id}_{name}{end}")

    def ends(self, name: str) -> tuple[Any, Any]:
        """Return the lowest and highest that a score or level can still become."""
        column = f"{self.it.id}_{name}"
        return self.possible.get(f"{column}_low"), self.possible.get(f"{column}_high")

    def graded(self) -> list[str]:
        """Return the scores that carry a level, a decision or a judgement."""
        decided = [n for n, entry in self.it.shown.items() if entry.rule in ("decide", "judgement", "lookup")]
        return list(dict.fromkeys([*(band.of for band in self.it.bands.values()), *decided]))

    def speaking(self) -> list[str]:
        """Return every score that a page lists: the rater's own judgement first, then what rests on most items.

        What has no level of its own and only makes up another score comes after these, and counts of blanks last.
        """
        scores, graded = self.it.scores, self.graded()
        parts = set[str]().union(*(needs(entry) for entry in scores.values())) - {b.of for b in self.it.bands.values()}

        def place(name: str) -> tuple[bool, bool, bool, int, bool]:
            where, judged = scores[name].where, self.it.status != "computed" and scores[name].rule == "judgement"
            blanks, part = where is not None and bool(where.blank), name in parts
            return (
                blanks,
                part,
                not judged,
                0 if part else -len(self.it.items_of(name)),
                not part and name not in graded,
            )

        return sorted(self.it.shown, key=place)

    def bands(self, name: str) -> dict[str, Band]:
        """Return the bands of a score."""
        return {key: band for key, band in self.it.bands.items() if band.of == name}

    def levels(self, band: Band) -> Levels | None:
        """Return the levels that hold for this form, None where its context names none."""
        return band.tables().get(tuple(str(self.codes.get(name)) for name in band.by))

    def level(self, band: Band, result: Any) -> str:
        """Say a level in the words of the file, else by its name, and mark what nobody checked."""
        for level in self.levels(band) or ():
            if level.result == result:
                said = pick(level.meaning, self.language) or self.text(result)
                return said + self.recalled(level.source or band.source)
        return self.text(result)

    def nameless(self, band: Band) -> bool:
        """Tell whether a level of this form has no name, only words that say why."""
        return any(level.result is None and level.meaning for level in self.levels(band) or ())

    def leveled(self, name: str, key: str, end: str = "") -> bool:
        """Tell whether a score, or an end of it, has a level that can be said, be it one without a name."""
        if self.value(key, end) is not None:
            return True
        return self.value(name, end) is not None and self.nameless(self.it.bands[key])

    def mildness(self, name: str) -> set[bool]:
        """Return, for each level of a score, whether it is the one that could be read as good news."""
        entry, found = self.it.scores[name], set[bool]()
        for key, band in self.bands(name).items():
            levels = self.levels(band) or ()
            reached = {self.value(key, end) for end in ("", "_low", "_high")} - {None}
            mildest = _mildest(levels, entry) if levels else None
            found |= {mildest.result == level and not mildest.never_low for level in reached if mildest}
        return found

    def nothing_seen(self) -> bool:
        """Return whether a complete form is on the mildest level of every score with a direction, and says no more.

        A decision, a judgement or a score without a direction is never called mild: the file does not say which of its
        outcomes would be. Nor is a form of which some item counts in no score with a level.
        """
        graded = self.graded()
        scores = [self.it.scores[name] for name in graded]
        directed = all(score.higher_is != "neutral" and score.rule != "decide" for score in scores)
        under = {item for name in graded for item in self.it.items_of(name)}
        complete = under >= set(self.it.scored_items) and not self.absent(self.it.scored_items)
        return directed and complete and all(self.mildness(name) == {True} for name in graded)

    # words ------------------------------------------------------------------------------------------------------

    def title(self, name: str) -> str:
        """Name a score, or its levels."""
        return explain_rules.title(self.it, name, self.language)

    def text(self, value: Any) -> str:
        """Write a value as a reader of the language does."""
        return explain_rules.text_of(value, self.language)

    def outcome(self, name: str, value: Any) -> str:
        """Write what a score says in the words of its file."""
        return explain_rules.outcome(self.it, name, value, self.language)

    def spoken(self, speaks: str | None, title: str, said: str) -> str:
        """Say a result; what looks like a decision or a diagnosis is said to be none."""
        return self("says", speaks or "said", title=title, said=said)

    def recalled(self, source: str) -> str:
        """Mark what comes from memory."""
        return self("sources", "recalled") if source == MEMORY else ""

    def condition(self, when: Condition) -> str:
        """Say a condition in words."""
        return explain_rules.condition(self.it, when, self.language)


def _with_a_rule(it: Instrument, name: str) -> set[str]:
    variant = it.variants[name]
    return {variant.assumed, *(value for value, reading in variant.versions.items() if reading is not None)}


def read_by(it: Instrument, name: str) -> tuple[tuple[str, ...], set[str]]:
    """Return the items and the context columns that a score rests on, also through other scores."""
    entry = it.scores[name]
    context = {entry.by} if entry.by else set[str]()
    context |= {leaf.context for leaf in entry.asked() if leaf.context}
    for part in needs(entry) & set(it.scores):
        context |= read_by(it, part)[1]
    return it.items_of(name), context


def asked_by(it: Instrument, when: Condition) -> tuple[set[str], set[str]]:
    """Return the items and the context columns that a condition asks about, also through scores."""
    leaves = list(when.leaves())
    items, context = {leaf.item for leaf in leaves if leaf.item}, {leaf.context for leaf in leaves if leaf.context}
    for name in {leaf.score for leaf in leaves if leaf.score}:
        read, told = read_by(it, name)
        items |= set(read)
        context |= told
    return items, context


def _opened(it: Instrument) -> Instrument:
    """The instrument with every score that adds items up giving its lowest and highest, however many are blank."""
    opened = Missing(then="at_least", answered=1)
    scores = {
        name: entry.model_copy(update={"missing": opened}) if entry.rule in _ADDING else entry
        for name, entry in it.scores.items()
    }
    return it.model_copy(update={"scores": scores, "alerts": {}, "refuse": ()})


def _mildest(levels: Levels, entry: Score) -> Level:
    return levels[-1] if entry.higher_is == "better" else levels[0]
