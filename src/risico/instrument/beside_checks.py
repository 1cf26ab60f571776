"""Checks on what stands beside the answers: columns with names of their own, clocks between dates that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from risico.errors import did_you_mean
from risico.instrument.lists import OLDEST
from risico.instrument.model import MEMORY, Instrument
from risico.instrument.questions import listed

Mistakes = Iterator[str]
SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def applies_fit(it: Instrument) -> Mistakes:
    """Ages are those of people, and what a form may not be scored without is something that a column can say."""
    ages, asked = it.applies.age, [*it.applies.needs, "informant", *(("age",) if it.applies.age else ())]
    if ages is not None and not 0 <= ages[0] <= ages[1] <= OLDEST:
        yield f"applies.age: {ages[0]} to {ages[1]} are no ages of people. Write years, from 0 to {OLDEST} at the most."
    for name in it.applies.needs:
        if not SLUG.fullmatch(name) or asked.count(name) > 1:
            yield f"applies.needs: '{name}' is to be one column: lower case letters, digits, underscores, named once."
    for name in it.applies.refuse:
        if name not in asked:
            near = did_you_mean(name, asked)
            known = listed(asked)
            yield f"applies.refuse.{name}: nothing is asked by this name, so it refuses no form. Known: {known}.{near}"


def kept_apart(it: Instrument) -> Mistakes:
    """A kept column has a name that no item or result has."""
    taken = {*it.items, *it.scores, *it.bands, *it.alerts, "missing", "outside"}
    for name in it.kept:
        if not SLUG.fullmatch(name):
            yield f"kept.{name}: a name is lower case letters, digits and single underscores, as it becomes a column."
        elif name in taken:
            yield f"kept.{name}: this name is taken. Two columns would have one name. Choose another."
    for name in it.clocks:
        if not SLUG.fullmatch(name):
            yield f"clocks.{name}: a name is lower case letters, digits and single underscores."


def evidence_fits(it: Instrument) -> Mistakes:
    """What was published about one result names a result of the file."""
    known = [*it.scores, *it.bands, *it.alerts]
    for i, entry in enumerate(it.evidence):
        if entry.of is not None and entry.of not in known:
            near = did_you_mean(entry.of, known)
            yield (
                f"evidence[{i}].of: there is no score, band or alert '{entry.of}'. It would stand beside nothing. "
                f"Known are: {listed(known)}.{near}"
            )


def clocks_run(it: Instrument) -> Mistakes:
    """A clock runs between two kept dates, by a rule with a source and a date."""
    dates = [name for name, kept in it.kept.items() if kept.holds == "date"]
    for name, clock in it.clocks.items():
        for end in ("start", "stop"):
            asked = getattr(clock, end)
            if asked not in dates:
                near = did_you_mean(asked, dates)
                yield f"clocks.{name}.{end}: there is no kept date '{asked}'. Dates are: {listed(dates)}.{near}"
        if clock.source not in it.sources and clock.source != MEMORY:
            yield f"clocks.{name}.source: there is no source '{clock.source}'. A time limit without one is a guess."
        if not DAY.fullmatch(clock.as_of):
            yield f"clocks.{name}.as_of: '{clock.as_of}' is no date. Write year first, in quotes: \"2024-03-01\"."


def hints_point(it: Instrument) -> Mistakes:
    """A hint points from a result to a code that its item has."""
    for name, hints in it.hints.items():
        if name not in it.items:
            yield f"hints.{name}: there is no item '{name}'.{did_you_mean(name, it.items)}"
            continue
        known = it.codes(name) or ()
        for i, hint in enumerate(hints):
            strange = [code for code in hint.codes.values() if code not in known]
            if strange:
                yield f"hints.{name}[{i}].codes: {listed(strange)} is not among the codes {listed(known)}."
