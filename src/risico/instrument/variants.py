"""The same instrument printed, numbered or coded in another way: each version is read as the one the file describes.

A context column says which version a form is. Where it says nothing the file's own is assumed, and said to be; where
it names a version of which the file has no rule, or none that it knows, nothing is scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pydantic import Field

from risico.instrument.conditions import Code
from risico.strict import Frozen

if TYPE_CHECKING:
    from risico.instrument.model import Instrument


class Coded(Frozen):
    """How the answers to some items are written in another version: `as` gives for each its code in this file."""

    items: tuple[str, ...] = Field(min_length=1)
    as_: dict[Code, Code] = Field(alias="as", min_length=1)


class Reading(Frozen):
    """How another version is read: the number that each item of this file has there, and how answers are coded."""

    numbers: dict[str, str] = {}
    codes: tuple[Coded, ...] = ()


class Variant(Frozen):
    """What is assumed where a context column says nothing.

    `versions` are other versions of the form with how they are read; null is one of which there is no rule. Without
    `versions` the column is a context like any other, but for what is assumed. About somebody of whom `age` says that
    they lie outside `ages` nothing is assumed: which version their form is, is then not known.
    """

    assumed: str
    ages: tuple[int, int] | None = None
    versions: dict[str, Reading | None] = {}


@dataclass(frozen=True)
class Version:
    """One version of a form: what the context says of it, and by item of the file its number and its codes there."""

    said: Mapping[str, str]
    numbers: Mapping[str, str]
    codes: Mapping[str, Mapping[Code, Code]]

    def number(self, item: str) -> str:
        """Return the number that an item has in this version."""
        return self.numbers.get(item, item)

    def item(self, number: str) -> str:
        """Return the item of the file that stands at a number in this version."""
        return next((item for item, there in self.numbers.items() if there == number), number)


def told_by(it: Instrument) -> tuple[str, ...]:
    """Return the context columns that say which version a form is."""
    return tuple(name for name, variant in it.variants.items() if variant.versions)


def versions(it: Instrument, columns: Iterable[str]) -> tuple[Version, ...]:
    """Return the versions that these context columns can tell apart, that of the file first.

    >>> from risico.instrument import load
    >>> [dict(version.said) for version in versions(load("epds"), ["coding"])]
    [{'coding': 'points'}, {'coding': 'position'}]
    """
    ways: list[list[tuple[str, str, Reading]]] = []
    for name in columns:
        variant = it.variants[name]
        read = {value: reading for value, reading in variant.versions.items() if reading is not None}
        ways.append([(name, value, reading) for value, reading in ({variant.assumed: Reading()} | read).items()])
    return tuple(_version(parts) for parts in product(*ways))


def _version(parts: Iterable[tuple[str, str, Reading]]) -> Version:
    said: dict[str, str] = {}
    numbers: dict[str, str] = {}
    codes: dict[str, Mapping[Code, Code]] = {}
    for name, value, reading in parts:
        said[name] = value
        numbers |= reading.numbers
        codes |= {item: coded.as_ for coded in reading.codes for item in coded.items}
    return Version(said, numbers, codes)


def primary(it: Instrument) -> Instrument:
    """Return the instrument in its own version only: what no other program is told about.

    >>> from risico.instrument import load
    >>> "coding" in load("epds").context, "coding" in primary(load("epds")).context
    (True, False)
    """
    told = told_by(it)
    if not told:
        return it
    assumed = {name: it.variants[name].assumed for name in told}
    own = [v for v in it.vectors if all(v.context.get(name, value) == value for name, value in assumed.items())]
    kept = {name: getattr(it, name) for name in type(it).model_fields}
    kept["context"] = {name: allowed for name, allowed in it.context.items() if name not in told}
    kept["variants"] = {name: variant for name, variant in it.variants.items() if name not in told}
    kept["vectors"] = tuple(
        v.model_copy(update={"context": {n: value for n, value in v.context.items() if n not in told}}) for v in own
    )
    return type(it).model_construct(**kept)
