"""Checks on versions: what is assumed exists, and another version is this one in another writing, no more, no less."""

from __future__ import annotations

from collections.abc import Iterator

from risico.errors import did_you_mean
from risico.instrument.model import Instrument, NumberContext
from risico.instrument.questions import conditions, listed
from risico.instrument.variants import Coded, Reading, Variant, told_by

Mistakes = Iterator[str]


def variants_fit(it: Instrument) -> Mistakes:
    """What is assumed, and each version, is a value of its context column; one item is read in one way."""
    for name, variant in it.variants.items():
        where, allowed = f"variants.{name}", it.context.get(name)
        if allowed is None or isinstance(allowed, NumberContext):
            near = did_you_mean(name, it.context)
            yield f"{where}: there is no context column '{name}' with words. List its values under context.{near}"
            continue
        for value in (variant.assumed, *variant.versions):
            if value not in allowed:
                yield f"{where}: '{value}' is no value of `{name}`. Values are: {listed(allowed)}."
        yield from _all_told(where, variant, allowed)
        if variant.ages is not None and (variant.versions or it.applies.age is None):
            yield (
                f"{where}.ages: an assumption by age is for a column that only rules ask of, in a file with "
                "applies.age. Leave it out."
            )
    yield from _read_once(it)


def _all_told(where: str, variant: Variant, allowed: tuple[str, ...]) -> Mistakes:
    if variant.assumed in variant.versions:
        yield f"{where}.versions.{variant.assumed}: this is the version of the file itself. Remove it."
    untold = [value for value in allowed if value != variant.assumed and value not in variant.versions]
    if variant.versions and untold:
        yield f"{where}.versions: say how {listed(untold)} is read, or null where there is no rule for it."


def _read_once(it: Instrument) -> Mistakes:
    told = told_by(it)
    parts = {
        "numbers": {name: any(r.numbers for r in _readings(it.variants[name])) for name in told},
        "codes": {name: any(r.codes for r in _readings(it.variants[name])) for name in told},
    }
    for part, by in parts.items():
        both = [name for name, has in by.items() if has]
        if len(both) > 1:
            yield f"variants: {listed(both)} both give {part}, so a form has two readings. Put them in one column."
    asked = {leaf.context for _, when in conditions(it) for leaf in when.leaves()}
    asked |= {column for band in it.bands.values() for column in band.by} | {score.by for score in it.scores.values()}
    for name in told:
        if name in asked:
            yield f"variants.{name}: a rule asks of `{name}`, but each version is read as that of the file. Drop one."


def _readings(variant: Variant) -> list[Reading]:
    return [reading for reading in variant.versions.values() if reading is not None]


def versions_fit(it: Instrument) -> Mistakes:
    """Another version has the same items under other numbers, and for each answer just one code of the file."""
    for name, variant in it.variants.items():
        for value, reading in variant.versions.items():
            if reading is not None:
                where = f"variants.{name}.versions.{value}"
                if set(reading.numbers) != set(reading.numbers.values()) or not set(reading.numbers) <= set(it.items):
                    yield (
                        f"{where}.numbers: each item that moves takes the place of another that moves. Two items would "
                        "be read from one answer, or one from none."
                    )
                for i, coded in enumerate(reading.codes):
                    yield from _coded(it, f"{where}.codes[{i}]", coded)
                items = [item for coded in reading.codes for item in coded.items]
                if len(set(items)) < len(items):
                    yield f"{where}.codes: an item stands in two lists. Only one of them would count."


def _coded(it: Instrument, where: str, coded: Coded) -> Mistakes:
    for item in coded.items:
        if item not in it.items:
            yield f"{where}.items: there is no item '{item}'.{did_you_mean(item, it.items)}"
            continue
        codes = it.codes(item) or ()
        if any(isinstance(code, str) for code in (*codes, *coded.as_, *coded.as_.values())) or not codes:
            yield f"{where}: item '{item}' has no number codes on both sides. Only numbers are coded in another way."
        elif sorted(coded.as_.values()) != sorted(codes):
            yield (
                f"{where}.as: it gives {listed(coded.as_.values())}, but the codes of item '{item}' are "
                f"{listed(codes)}. Give for each code just one."
            )
        if set(coded.as_) & set(it.missing_codes):
            yield f"{where}.as: a code for unknown is also an answer there. Unknown would count as an answer."
