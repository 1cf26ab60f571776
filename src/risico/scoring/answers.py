"""From what stands in a column to a code: legal, unknown, blank or illegal, whatever the column's type.

A number answers by its value, a text by exactly the text of a code. Booleans answer only where the codes are 0 and 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import add, and_, or_
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Kind
from risico.instrument import Instrument
from risico.instrument.conditions import Code
from risico.instrument.lists import OLDEST
from risico.instrument.model import NumberContext
from risico.instrument.variants import Version, told_by, versions

AGE = "age"
NOT_ASKED = "not_asked"
"""The word for an item that was not put to somebody: a blank like any other for a score, but told apart by `check`."""
NUMERAL = r"^-?(0(\.[0-9]+)?|[1-9][0-9]*|[1-9][0-9]{0,2}\.([0-9]{1,2}|[0-9]{4,})|[1-9][0-9]{3,}\.[0-9]+)$"
"""A number in text. 1.000 is none: it may be a thousand, or one with three decimals, which is written 1.0000."""
INTEGERS: tuple[tuple[int, Any], ...] = ((127, nw.Int8), (32_767, nw.Int16), (2_147_483_647, nw.Int32))


def narrow(most: float) -> Any:
    """Return the narrowest integer type that holds every whole number up to `most` on either side."""
    return next((kind for limit, kind in INTEGERS if most <= limit), nw.Int64)


def total(terms: Iterable[nw.Expr]) -> nw.Expr:
    """Add expressions up as a chain; a horizontal sum would be slower, and 0 where everything is missing."""
    return reduce(add, terms)


def either(conditions: Iterable[nw.Expr]) -> nw.Expr:
    """Return whether one of the conditions is true."""
    return reduce(or_, conditions, nw.lit(False))


@dataclass(frozen=True)
class Answer:
    """What an item or context column says: the clean `code` (missing unless legal), and which of four things it is.

    `bare` is the code of a column in which nothing is illegal or unknown, where that takes less work.
    """

    code: nw.Expr
    legal: nw.Expr
    unknown: nw.Expr
    blank: nw.Expr
    bare: nw.Expr | None = None

    @property
    def illegal(self) -> nw.Expr:
        """Return whether there is something that is neither an answer nor a way to say unknown."""
        return ~(self.blank | self.legal | self.unknown)


def nothing(dtype: Any) -> Answer:
    """Return the answer of a column that is not there, or holds nothing."""
    never = nw.lit(False)
    return Answer(nw.lit(None, dtype=dtype), never, never, nw.lit(True))


def answer(instrument: Instrument, item: str, kinds: Mapping[str, Kind]) -> Answer:
    """Read one item from columns of these kinds; a column that is not there says nothing.

    Where the forms say which version they are, `code` is of the item wherever it stands there, and the rest is of the
    column with the item's number: what may stand in it depends on the version too.
    """
    told = [name for name in told_by(instrument) if kinds.get(name) not in (None, "empty")]
    own, *others = versions(instrument, told)
    plain = _read(instrument, item, item, own, kinds)
    if not told:
        return plain
    said = _says(instrument, own, kinds)
    code, legal = nw.when(said).then(plain.code), plain.legal
    for version in others:
        said = _says(instrument, version, kinds)
        code = nw.when(said).then(_read(instrument, item, version.number(item), version, kinds).code).otherwise(code)
        there = _read(instrument, version.item(item), item, version, kinds)
        legal = nw.when(said).then(there.legal).otherwise(legal)
    return Answer(code, legal, plain.unknown, plain.blank)


def stated(instrument: Instrument, name: str, kinds: Mapping[str, Kind]) -> nw.Expr:
    """Return what a context column says; where it says nothing, what the file assumes."""
    kind, variant = kinds.get(name), instrument.variants.get(name)
    read = context(instrument, name, kind)
    if variant is None:
        return read.code
    assumed = nw.lit(variant.assumed)
    within = None if variant.ages is None else of_age(variant.ages, kinds.get(AGE))
    if within is not None:
        assumed = nw.when(within.fill_null(True)).then(assumed)
    return assumed if kind in (None, "empty") else nw.when(read.blank).then(assumed).otherwise(read.code)


def of_age(ages: tuple[float, float], kind: Kind | None) -> nw.Expr | None:
    """Whether the age, in completed years, lies within both ends; None where no number of the column can be an age."""
    age = nw.col(AGE)
    if kind == "text":
        text = age.cast(nw.String)
        age = nw.when(text.str.contains(NUMERAL).fill_null(False)).then(text).cast(nw.Float64)
    if kind not in ("integer", "float", "text"):
        return None
    number = age.cast(nw.Float64)
    known = ((number >= 0) & (number < OLDEST + 1)).fill_null(False) & ~number.is_nan().fill_null(True)
    return nw.when(known).then((number >= ages[0]) & (number.floor() <= ages[1]))


def _says(instrument: Instrument, version: Version, kinds: Mapping[str, Kind]) -> nw.Expr:
    """Whether a form says that it is this version."""
    said = ((stated(instrument, name, kinds) == value) for name, value in version.said.items())
    return reduce(and_, (one.fill_null(False) for one in said))


def _read(instrument: Instrument, item: str, number: str, version: Version, kinds: Mapping[str, Kind]) -> Answer:
    """Read an item from the column with a number, in the codes of a version."""
    column, answers = f"{instrument.id}_{number}", instrument.answer_set(item)
    kind, coded = kinds.get(column), version.codes.get(item)
    if answers.number is not None:
        return _measured(column, kind, answers.number, instrument.missing_codes)
    codes = tuple(coded or answers.codes or ())
    if any(isinstance(code, str) for code in codes):
        return choice(column, kind, tuple(str(code) for code in codes), instrument.missing_codes)
    numbers = tuple(code for code in codes if isinstance(code, int))
    read = _coded(column, kind, numbers, instrument.missing_codes)
    return read if coded is None else _recoded(read, coded)


def _recoded(read: Answer, coded: Mapping[Code, Code]) -> Answer:
    """The same answer with the codes of the file for those of another version."""
    dtype = narrow(max(abs(code) for code in coded.values() if isinstance(code, int)))
    code = nw.lit(None, dtype=dtype)
    for there, here in coded.items():
        code = nw.when(read.code == there).then(nw.lit(here, dtype=dtype)).otherwise(code)
    return Answer(code, read.legal, read.unknown, read.blank)


def context(instrument: Instrument, name: str, kind: Kind | None) -> Answer:
    """Read one context column of the given kind; numbers in text are read as those of an item are.

    A word for unknown says nothing here; a number for it could be an age.
    """
    allowed = instrument.context[name]
    words = tuple(code for code in instrument.missing_codes if isinstance(code, str))
    if isinstance(allowed, NumberContext):
        return _measured(name, kind, allowed.number, words)
    return choice(name, kind, allowed, words)


def contexts(instrument: Instrument, kinds: Mapping[str, Kind]) -> dict[str, Answer]:
    """Read every context column; what stands on a form without one answer to this instrument is not held against it.

    A file of several instruments has forms that another one takes, filled in by somebody this one does not know.
    """
    begun = either(~answer(instrument, item, kinds).blank for item in instrument.items)
    read = {name: context(instrument, name, kinds.get(name)) for name in instrument.context}
    return {name: replace(one, blank=one.blank | (~one.legal & ~begun)) for name, one in read.items()}


def choice(column: str, kind: Kind | None, codes: tuple[str, ...], missing_codes: tuple[Code, ...]) -> Answer:
    """Read a column whose codes are words."""
    if kind is None or kind == "empty":
        return nothing(nw.String)
    if kind == "other":
        return _never(column, nw.String)
    text = nw.col(column).cast(nw.String) if kind in ("text", "integer", "boolean") else _plain_text(column)
    blank = _blank_text(text) if kind == "text" else _blank_number(column, kind)
    legal = ~blank & _is(text, codes)
    return Answer(nw.when(legal).then(text), legal, ~blank & _is(text, [str(c) for c in missing_codes]), blank)


def _coded(column: str, kind: Kind | None, codes: tuple[int, ...], missing_codes: tuple[Code, ...]) -> Answer:
    dtype = narrow(max(abs(code) for code in codes))
    value = nw.col(column)
    if kind is None or kind == "empty":
        return nothing(dtype)
    if kind == "text":
        text = value.cast(nw.String)
        blank = _blank_text(text)
        legal = ~blank & _is(text, [str(code) for code in codes])
        unknown = ~blank & _is(text, [str(code) for code in missing_codes])
        return Answer(_read_codes(text, codes, dtype), legal, unknown, blank)
    if kind == "other" or (kind == "boolean" and set(codes) != {0, 1}):
        return _never(column, dtype)
    blank = _blank_number(column, kind)
    number = value.cast(dtype) if kind == "boolean" else _number(column, kind)
    legal = ~blank & (nw.lit(True) if kind == "boolean" else _among(number, codes, whole=kind == "integer"))
    asides = tuple(code for code in missing_codes if isinstance(code, int))
    unknown = ~blank & either(number == code for code in asides)
    bare = number.cast(dtype) if kind == "integer" and not asides else None
    return Answer(nw.when(legal).then(number).cast(dtype), legal, unknown, blank, bare)


def _measured(column: str, kind: Kind | None, ends: tuple[float, float], missing_codes: tuple[Code, ...]) -> Answer:
    if kind is None or kind == "empty":
        return nothing(nw.Float64)
    if kind in ("other", "boolean"):
        return _never(column, nw.Float64)
    value = nw.col(column) if kind == "text" else _number(column, kind)
    blank = _blank_text(value.cast(nw.String)) if kind == "text" else _blank_number(column, kind)
    if kind == "text":
        text = value.cast(nw.String)
        unknown = ~blank & _is(text, [str(code) for code in missing_codes])
        numeral = ~blank & text.str.contains(NUMERAL)
        number = nw.when(numeral.fill_null(False)).then(text).cast(nw.Float64)
    else:
        asides = tuple(code for code in missing_codes if isinstance(code, int))
        unknown = ~blank & either(value == code for code in asides)
        number = nw.when(~blank).then(value).cast(nw.Float64)
    legal = ((number >= ends[0]) & (number <= ends[1])).fill_null(False)
    return Answer(nw.when(legal).then(number), legal, unknown, blank)


def _among(number: nw.Expr, codes: tuple[int, ...], *, whole: bool) -> nw.Expr:
    low, high = min(codes), max(codes)
    if whole and len(set(codes)) == high - low + 1:
        return (number >= low) & (number <= high)
    return either(number == code for code in codes)


def _read_codes(text: nw.Expr, codes: tuple[int, ...], dtype: Any) -> nw.Expr:
    chain = nw.lit(None, dtype=dtype)
    for code in codes:
        chain = nw.when(text == str(code)).then(nw.lit(code, dtype=dtype)).otherwise(chain)
    return chain


def _never(column: str, dtype: Any) -> Answer:
    """Whatever stands in a column of a type that cannot hold an answer is illegal."""
    blank = nw.col(column).is_null()
    never = blank & ~blank  # a column, not a literal: engines do not add up literals
    return Answer(nw.lit(None, dtype=dtype), never, never, blank)


def _is(text: nw.Expr, words: Iterable[str]) -> nw.Expr:
    return either((text == word).fill_null(False) for word in words)


def _blank_text(text: nw.Expr) -> nw.Expr:
    return ((text.str.strip_chars() == "") | (text == NOT_ASKED)).fill_null(True)


def _number(column: str, kind: Kind) -> nw.Expr:
    """A fractional column as Float64, so that a decimal type is read as any other number."""
    return nw.col(column).cast(nw.Float64) if kind == "float" else nw.col(column)


def _blank_number(column: str, kind: Kind) -> nw.Expr:
    value = _number(column, kind)
    return value.is_null() | value.is_nan().fill_null(True) if kind == "float" else value.is_null()


def _plain_text(column: str) -> nw.Expr:
    """Write a fractional number as the text of a code: 2.0 is '2'."""
    value = _number(column, "float")
    whole = (value == value.floor()) & (value.abs() < 1e9)
    return nw.when(whole.fill_null(False)).then(value).cast(nw.Int64).cast(nw.String)
