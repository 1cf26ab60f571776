"""The words in which a rule is handed to another program: numbers and tests that are never missing.

Other programs disagree on what a sum with a blank in it is. So nothing here is ever blank: each number says what it is
when an item is blank, each test is plainly true or false, and whether there is a result at all is a test of its own.
A language (FHIRPath, REDCap, XPath, SPSS) needs one word for each of these and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from risico.instrument.conditions import Code

Sign = Literal["=", ">=", ">", "<", "<="]


# numbers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Const:
    """A number that is always the same."""

    value: float


@dataclass(frozen=True)
class Points:
    """What the answer to an item is worth, and what it counts for when blank or unknown."""

    item: str
    table: tuple[tuple[Code, float], ...]
    blank: float


@dataclass(frozen=True)
class Reading:
    """A measured value times a weight, or what it counts for when blank."""

    item: str
    weight: float
    blank: float


@dataclass(frozen=True)
class Sum:
    """Numbers added up."""

    parts: tuple[Number, ...]


@dataclass(frozen=True)
class Times:
    """A number times a factor."""

    part: Number
    factor: float


@dataclass(frozen=True)
class Over:
    """A number divided by another; the language sees to it that nothing is divided by nought."""

    part: Number
    by: Number


@dataclass(frozen=True)
class Extreme:
    """The highest or lowest of several numbers."""

    of: Literal["highest", "lowest"]
    parts: tuple[Number, ...]


@dataclass(frozen=True)
class Tally:
    """How many tests are true."""

    tests: tuple[Check, ...]


@dataclass(frozen=True)
class Choose:
    """One number or another."""

    when: Check
    then: Number
    other: Number


@dataclass(frozen=True)
class HalfUp:
    """Rounded to a whole number, a half upwards."""

    part: Number


@dataclass(frozen=True)
class Tidy:
    """Rounded at nine decimals, which undoes what binary does to tenths."""

    part: Number


@dataclass(frozen=True)
class Named:
    """A number with a name: worked out once and asked for again."""

    name: str
    part: Number


Number = Const | Points | Reading | Sum | Times | Over | Extreme | Tally | Choose | HalfUp | Tidy | Named


# tests -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Always:
    """True or false, whatever was answered."""

    truth: bool


@dataclass(frozen=True)
class Fits:
    """The item was answered with one of these codes."""

    item: str
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class Filled:
    """The item was answered, and not with a code for unknown."""

    item: str


@dataclass(frozen=True)
class Measures:
    """The measured value was filled in and stands so to a number."""

    item: str
    sign: Sign
    bound: float


@dataclass(frozen=True)
class InContext:
    """The context was given and is one of these; an empty text among them stands for a context that was not given."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class ContextMeasures:
    """The context is a number that was given and stands so to another."""

    name: str
    sign: Sign
    bound: float


@dataclass(frozen=True)
class Compare:
    """One number stands so to another."""

    left: Number
    sign: Sign
    right: Number


@dataclass(frozen=True)
class Both:
    """Every test is true."""

    tests: tuple[Check, ...]


@dataclass(frozen=True)
class Either:
    """At least one test is true."""

    tests: tuple[Check, ...]


@dataclass(frozen=True)
class Not:
    """The test is false."""

    test: Check


Check = Always | Fits | Filled | Measures | InContext | ContextMeasures | Compare | Both | Either | Not
YES, NO = Always(True), Always(False)


def both(*tests: Check) -> Check:
    """Join tests that must all be true; what is always so is left out.

    >>> both(YES, Filled("1")), both(NO, Filled("1"))
    (Filled(item='1'), Always(truth=False))
    """
    return _joined(tests, Both, neutral=YES, decides=NO)


def either(*tests: Check) -> Check:
    """Join tests of which one must be true.

    >>> either(NO, Filled("1")), either()
    (Filled(item='1'), Always(truth=False))
    """
    return _joined(tests, Either, neutral=NO, decides=YES)


def not_(test: Check) -> Check:
    """Turn a test round.

    >>> not_(not_(Filled("1")))
    Filled(item='1')
    """
    if isinstance(test, Always):
        return Always(not test.truth)
    return test.test if isinstance(test, Not) else Not(test)


def add(parts: Iterable[Number]) -> Number:
    """Add numbers up; a sum within a sum is opened."""
    found: list[Number] = []
    for part in parts:
        found += part.parts if isinstance(part, Sum) else (part,)
    return found[0] if len(found) == 1 else Sum(tuple(found))


def _joined(tests: tuple[Check, ...], kind: type[Both] | type[Either], *, neutral: Always, decides: Always) -> Check:
    opened: list[Check] = []
    for test in tests:
        opened += test.tests if isinstance(test, kind) else (test,)
    left = list(dict.fromkeys(test for test in opened if test != neutral))
    if decides in left:
        return decides
    return neutral if not left else left[0] if len(left) == 1 else kind(tuple(left))


def whole(node: Number) -> bool:
    """Return whether a number never has decimals.

    >>> whole(Sum((Points("1", (("yes", 1),), 0), Const(2)))), whole(Over(Const(1), Const(2)))
    (True, False)
    """
    match node:
        case Const(value):
            return float(value).is_integer()
        case Points(_, table, blank):
            return all(float(worth).is_integer() for worth in (*(worth for _, worth in table), blank))
        case Sum(parts) | Extreme(_, parts):
            return all(map(whole, parts))
        case Times(part, factor):
            return whole(part) and float(factor).is_integer()
        case Choose(_, then, other):
            return whole(then) and whole(other)
        case Named(_, part):
            return whole(part)
        case Tally() | HalfUp():
            return True
        case Reading() | Over() | Tidy():
            return False


def numeral(value: float) -> str:
    """Write a number without an exponent, whole numbers without decimals.

    >>> numeral(3.0), numeral(0.00001), numeral(-2)
    ('3', '0.00001', '-2')
    """
    if float(value).is_integer():
        return str(int(value))
    return f"{value:.12f}".rstrip("0")


def said(
    value: Number | str | bool, *, number: Callable[[Number], str], text: Callable[[str], str], truths: tuple[str, str]
) -> str:
    """Write a value in a language, of which `truths` are no and yes.

    >>> said(True, number=str, text=repr, truths=("0", "1")), said("low", number=str, text=repr, truths=("0", "1"))
    ('1', "'low'")
    """
    if isinstance(value, bool):
        return truths[value]
    return text(value) if isinstance(value, str) else number(value)


def first_of(
    ways: Sequence[tuple[Check, Number | str | bool]],
    *,
    test: Callable[[Check], str],
    value: Callable[[Number | str | bool], str],
    choose: str,
    none: str,
) -> str:
    """Write the value of the first way that holds, in a language where `choose(test, this, that)` chooses.

    >>> first_of([(Filled("1"), "low"), (YES, "high")], test=lambda check: "asked", value=str, choose="if", none="''")
    'if(asked, low, high)'
    """
    expression = none
    for when, way in reversed(ways):
        expression = value(way) if when == YES else f"{choose}({test(when)}, {value(way)}, {expression})"
    return expression
