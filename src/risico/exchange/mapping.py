"""A map: which column of somebody's file is which item, and what its codes mean. Frozen, readable, and never silent.

    made_for: answers.sav
    keys: {case: "clientnr"}
    moments: ["t1", "t2"]
    context:
      informant: {value: "parent"}
    instruments:
      phq9:
        sure: true
        columns: {"1": ["T1_PHQ_1", "T2_PHQ_1"]}
        codes:
          often: {answers: {"1": 0, "2": 1, "3": 2, "4": 3}, unknown: ["9"], sure: false, why: "…"}

Whatever says `sure: false`, or in a file does not say it, is a guess: the map is not applied until a person has read it
and written `sure: true`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import model_validator

from risico.exchange.columns import code_text
from risico.strict import Frozen, build, read_yaml

Code = int | float | str
Key = Literal["case", "person", "moment", "rater"]
UNSAID = "Nothing here says whether it is right. Write 'sure: true' when you have compared it with the form."
Columns = str | tuple[str | None, ...]


def said(code: Code) -> str:
    """Return what a code of the file is compared by: its text, so that 1, 1.0 and "1" are the same.

    >>> said(1), said(1.0), said(" 1")
    ('1', '1', '1')
    """
    return code_text(code).strip()


def _refuse_two_meanings(*codes: Iterable[Code]) -> None:
    times = Counter(said(code) for group in codes for code in group)
    if twice := [code for code, number in times.items() if number > 1]:
        raise ValueError(
            f'{", ".join(twice[:5])} stands more than once (1 and "1" are one code). Only one of its meanings would '
            "count; keep the right one"
        )


class Coding(Frozen):
    """What the codes of the file mean for one set of answers of an instrument.

    `answers` gives for each code of the file the code of the instrument (null: not decided yet); `unknown` are codes
    for *asked, not known*, `not_asked` become a blank. Without `answers` the codes are those of the instrument; a code
    that stands nowhere here stays illegal.
    """

    answers: dict[Code, Code | None] = {}
    unknown: tuple[Code, ...] = ()
    not_asked: tuple[Code, ...] = ()
    sure: bool = True
    why: str | None = None

    @model_validator(mode="after")
    def _each_code_once(self) -> Self:
        _refuse_two_meanings(self.answers, self.unknown, self.not_asked)
        return self


class Placed(Frozen):
    """The columns of one instrument by item, and the meaning of their codes by set of answers.

    An item has one column, or one per moment in the order of `moments`. A set of answers without an entry in `codes`
    is coded in the file as in the instrument. `kept` has the columns of what is kept beside the answers (a date, words)
    and never scored.
    """

    columns: dict[str, Columns]
    codes: dict[str, Coding] = {}
    kept: dict[str, Columns] = {}
    sure: bool = True
    why: str | None = None


class Given(Frozen):
    """A context column: taken from a column, with the meaning of its codes, or one `value` for all forms.

    `unknown` are codes that become a blank: without that context there is no level.
    """

    column: Columns | None = None
    value: Code | None = None
    answers: dict[Code, Code | None] = {}
    unknown: tuple[Code, ...] = ()
    sure: bool = True
    why: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise ValueError("give either column or value")
        _refuse_two_meanings(self.answers, self.unknown)
        return self


Part = TypeVar("Part", Coding, Placed, Given)


class Map(Frozen):
    """What a file holds, in the words of the house; see `read_map`, `render` and `apply`."""

    made_for: str
    keys: dict[Key, str] = {}
    moments: tuple[str, ...] = ()
    context: dict[str, Given] = {}
    instruments: dict[str, Placed]

    @model_validator(mode="after")
    def _as_many_columns_as_moments(self) -> Self:
        for where, columns in self.all_columns():
            if isinstance(columns, tuple) and len(columns) != len(self.moments):
                raise ValueError(f"{where} has {len(columns)} columns, but there are {len(self.moments)} moments")
        if len(set(self.moments)) < len(self.moments):
            raise ValueError("a moment stands twice in moments")
        if self.moments and "moment" in self.keys:
            raise ValueError("a file has its moments in columns (moments) or in rows (keys.moment), not both")
        return self

    def all_columns(self) -> Iterator[tuple[str, Columns]]:
        """Yield each place in the map with the column or columns that it names."""
        for key, column in self.keys.items():
            yield f"keys.{key}", column
        for name, given in self.context.items():
            if given.column is not None:
                yield f"context.{name}", given.column
        for name, placed in self.instruments.items():
            for item, columns in placed.columns.items():
                yield f"instruments.{name}.columns.{item}", columns
            for kept, columns in placed.kept.items():
                yield f"instruments.{name}.kept.{kept}", columns

    def named(self) -> tuple[str, ...]:
        """Return every column of the file that the map names."""
        names = (c for _, columns in self.all_columns() for c in ((columns,) if isinstance(columns, str) else columns))
        return tuple(dict.fromkeys(name for name in names if name is not None))

    def guesses(self) -> tuple[tuple[str, str], ...]:
        """Return the places that nobody has confirmed yet, each with its reason."""
        parts: list[tuple[str, Placed | Coding | Given]] = [(f"context.{n}", g) for n, g in self.context.items()]
        for name, placed in self.instruments.items():
            parts.append((f"instruments.{name}", placed))
            parts += [(f"instruments.{name}.codes.{answers}", coding) for answers, coding in placed.codes.items()]
        return tuple((where, part.why or "") for where, part in parts if not part.sure)


def read_map(path: str | Path) -> Map:
    """Read a map file; raises BrokenInstrument with every mistake and its place.

    A part of it that does not say whether it is sure is not: a line that was left out confirms nothing.
    """
    return _unsaid(build(Map, read_yaml(Path(path)), Path(path).name))


def _unsaid(map_: Map) -> Map:
    context = {name: given if given.column is None else _doubted(given) for name, given in map_.context.items()}
    instruments = {
        name: _doubted(placed).model_copy(update={"codes": {key: _doubted(one) for key, one in placed.codes.items()}})
        for name, placed in map_.instruments.items()
    }
    return map_.model_copy(update={"context": context, "instruments": instruments})


def _doubted(part: Part) -> Part:
    if "sure" in part.model_fields_set:
        return part
    return part.model_copy(update={"sure": False, "why": part.why or UNSAID})


def render(map_: Map, note: str = "") -> str:
    """Write a map as YAML that a person can read and correct; `read_map` reads it back unchanged."""
    lines = [f"# {line}" if line else "#" for line in note.splitlines()]
    lines.append(f"made_for: {_plain(map_.made_for)}")
    if map_.keys:
        lines.append(f"keys: {_flow(map_.keys)}")
    if map_.moments:
        lines.append(f"moments: {_flow(map_.moments)}")
    if map_.context:
        lines.append("context:")
        lines += [f"  {_plain(name)}: {_flow(_given(given))}" for name, given in map_.context.items()]
    lines.append("instruments:")
    for name, placed in map_.instruments.items():
        lines += _placed(name, placed)
    return "\n".join(lines) + "\n"


def _placed(name: str, placed: Placed) -> Iterator[str]:
    yield f"  {_plain(name)}:"
    if placed.why is not None:
        yield f"    why: {_plain(placed.why)}"
    yield f"    sure: {_plain(placed.sure)}"
    yield "    columns:"
    for item, columns in placed.columns.items():
        yield f"      {_plain(item)}: {_flow(columns)}"
    if placed.kept:
        yield "    kept:"
    for kept, columns in placed.kept.items():
        yield f"      {_plain(kept)}: {_flow(columns)}"
    if placed.codes:
        yield "    codes:"
    for answers, coding in placed.codes.items():
        yield f"      {_plain(answers)}:"
        for part, value in (_short(coding) | {"sure": coding.sure}).items():
            yield f"        {part}: {_flow(value)}"


def _given(given: Given) -> dict[str, object]:
    return _short(given) | ({} if given.column is None else {"sure": given.sure})


def _short(part: Frozen) -> dict[str, object]:
    return part.model_dump(exclude_defaults=True)


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_plain(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _plain(value)


def _plain(value: object) -> str:
    """Text always in quotes, so that no program guesses at `no`, `5_6` or `010`."""
    if isinstance(value, str):
        return value if value.isidentifier() and value.isascii() and value not in _GUESSED else _quoted(value)
    return json.dumps(value)


_GUESSED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "True", "False", "None"})


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
