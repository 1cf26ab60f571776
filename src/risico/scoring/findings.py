"""What stands in the forms before anything is scored: a mirror, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Door, Kind, enter
from risico.instrument import Instrument, catalogue, load
from risico.instrument.model import NumberContext
from risico.scoring.answers import NOT_ASKED, Answer, answer, contexts, either
from risico.scoring.applies import asked
from risico.scoring.codes import Codes
from risico.scoring.program import Program, compile_
from risico.scoring.truth import truth
from risico.words import Language, pick

ORDINARY = frozenset("ja nee j n yes no y true false waar onwaar nvt n.v.t. na n/a onbekend unknown ? - x geen".split())  # noqa: SIM905
"""Words that may be shown in a message; any other text could be a name."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """How one column is filled: `filled + unknown + blank + not_asked + illegal` is the number of forms."""

    name: str
    filled: int
    unknown: int
    blank: int
    not_asked: int
    """Marked as not put to this person (`not_asked`); for a score a blank like any other."""
    illegal: int
    illogical: int
    """Answers in a form that contradicts itself in them, or to an item that the form says to skip."""
    codes: tuple[str, ...]
    """The illegal codes that may be shown; free text never is."""
    known: tuple[str, ...]
    """The codes that the instrument knows."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What `check` found; `refused` says whether scoring would refuse these forms."""

    instrument: str
    n: int
    columns: tuple[Column, ...]
    context: tuple[Column, ...]
    illogical: tuple[tuple[str, int], ...]
    barred: tuple[tuple[str, int], ...]
    """Forms certainly about somebody for whom the instrument must not be used, by the words of the file."""
    skipped: int
    """Forms with an answer to an item that the form says to skip; they are scored as they were answered."""
    absent: tuple[str, ...]
    strange: tuple[str, ...]
    """Columns that look as if they belong to the instrument, but are no item of it."""

    @property
    def refused(self) -> bool:
        """Return whether scoring would refuse: something cannot be right, or a form may not be scored."""
        return self.misread or any(count for _, count in self.barred)

    @property
    def misread(self) -> bool:
        """Return whether there is something in the forms that cannot be right."""
        return any(c.illegal for c in (*self.columns, *self.context)) or any(count for _, count in self.illogical)

    def rows(self) -> list[dict[str, Any]]:
        """Return one plain dict per column, for any frame."""
        keys = ("name", "filled", "unknown", "blank", "not_asked", "illegal", "illogical")
        return [{key: getattr(column, key) for key in keys} for column in (*self.columns, *self.context)]

    def message(self) -> str:
        """Say what is refused: columns, counts and codes, never a row."""
        return "\n".join((*self._sentences(), *self._what_to_do()))

    def _sentences(self) -> Iterator[str]:
        yield f"{self.instrument}: nothing was scored."
        for column in (column for column in self.columns if column.illegal):
            shown = ", ".join(column.codes) or "text that is not shown"
            yield (
                f"  {column.name}: {column.illegal} of {self.n} answers are no code of this item ({shown}); "
                f"codes are {', '.join(column.known)}."
            )
        for column in (column for column in self.context if column.illegal):
            yield (
                f"  {column.name}: {column.illegal} of {self.n} forms hold something that is no {column.name} of this "
                f"instrument; it takes {', '.join(column.known)}, or a blank where it is not known."
            )
        for words, count in self.illogical:
            if count:
                yield f"  {count} of {self.n} forms contradict themselves: {words}"
        for words, count in self.barred:
            if count:
                yield f"  {count} of {self.n} forms may not be scored with it: {words}"

    def _what_to_do(self) -> Iterator[str]:
        if self.misread:
            yield (
                "An answer that is not understood would count as something it is not. Mend the data, say in a map what "
                "these codes mean (`risico map`), or set those forms aside (`--rejects FILE`, `set_aside`)."
            )
        if any(count for _, count in self.barred):
            yield (
                "A score of somebody for whom an instrument must not be used says nothing about that person. Mend the "
                "column if it is wrong, find another instrument (`risico find`), or set those forms aside "
                "(`--rejects FILE`, `set_aside`)."
            )


def check(forms: Any, instrument: str | Path | Instrument, language: Language = "en") -> Findings:
    """Return how each column of an instrument is filled, which codes are illegal and which forms contradict themselves.

    >>> import polars as pl
    >>> found = check(pl.DataFrame({"phq9_1": [0, 7, None], "phq9_2": [1, 2, 3]}), "phq9")
    >>> found.columns[0].illegal, found.columns[0].codes, found.refused
    (1, ('7',), True)
    """
    it = load(instrument)
    door = enter(forms, wanted(it))
    items = {f"{it.id}_{item}": answer(it, item, door.kinds) for item in it.items}
    told = contexts(it, door.kinds)
    counts = _count(door, it, items | told)
    known = {f"{it.id}_{item}": _known(it, item) for item in it.items}
    known |= {name: allowed(it, name) for name in told}

    def column(name: str, found: Answer) -> Column:
        numbers = {key: counts.get(f"{key} {name}", 0) for key in ("filled", "blank", "not_asked", "illegal")}
        numbers["blank"] -= numbers["not_asked"]
        unknown = counts["n"] - sum(numbers.values())
        numbers["illogical"] = counts.get(f"illogical {name}", 0)
        codes = _codes(door, name, found, door.kinds.get(name)) if numbers["illegal"] else ()
        return Column(name=name, unknown=unknown, codes=codes, known=known[name], **numbers)

    return Findings(
        instrument=it.id,
        n=counts["n"],
        columns=tuple(column(name, found) for name, found in items.items()),
        context=tuple(column(name, found) for name, found in told.items()),
        illogical=tuple((pick(r.words, language), counts[f"refused {i}"]) for i, r in enumerate(it.refuse)),
        barred=tuple((pick(words, language), counts.get(f"barred {n}", 0)) for n, words in it.applies.refuse.items()),
        skipped=counts.get("skipped", 0),
        absent=tuple(name for name in items if name not in door.columns),
        strange=_strange(it, door.columns),
    )


def wanted(it: Instrument) -> tuple[str, ...]:
    """Return the columns that scoring looks at: answers, context, and what says for whom the form is."""
    return (*it.columns(), *it.context, *asked(it))


def refused(door: Door, it: Instrument, program: Program) -> bool:
    """Return whether scoring refuses these forms: one pass over them, for no more than is needed to know."""
    filled = [item for item in it.items if _holds(door.kinds.get(f"{it.id}_{item}"))]
    wrong = {f"illegal {item}": answer(it, item, door.kinds).illegal for item in filled}
    wrong |= {column: nw.col(column) for column in program.refusing}
    told = {name: one for name, one in contexts(it, door.kinds).items() if _holds(door.kinds.get(name))}
    wrong |= {f"context {name}": one.illegal for name, one in told.items()}
    if not wrong:
        return False
    frame = program.run(door.inside) if program.refusing else door.inside
    sums = {name: expression.sum() for name, expression in wrong.items()}
    return any(frame.select(**sums).collect(backend="polars").rows()[0])


def _holds(kind: Kind | None) -> bool:
    """Return whether a column is there and can hold an answer."""
    return kind is not None and kind != "empty"


def _count(door: Door, it: Instrument, found: dict[str, Answer]) -> dict[str, int]:
    """One pass over the forms; a column that is not there is blank throughout."""
    sums: dict[str, nw.Expr] = {}
    for name, column in found.items():
        kind = door.kinds.get(name)
        if _holds(kind):
            sums |= {f"filled {name}": column.legal.sum(), f"blank {name}": column.blank.sum()}
            sums |= {f"illegal {name}": column.illegal.sum()}
        if kind == "text":
            sums[f"not_asked {name}"] = (nw.col(name).cast(nw.String) == NOT_ASKED).fill_null(False).sum()
    program = compile_(it, door.kinds)
    sums |= {f"refused {i}": nw.col(column).sum() for i, column in enumerate(program.illogical)}
    sums |= {f"barred {name}": nw.col(column).sum() for name, column in program.barred.items()}
    sums |= {name: one.sum() for name, one in _illogical(door, it, program, found).items()}
    frame = program.run(door.inside) if it.refuse or it.skip or program.barred else door.inside
    row = frame.select(nw.len().alias("n"), **sums).collect(backend="polars").rows(named=True)[0]
    counts = {name: int(value or 0) for name, value in row.items()}
    return counts | {f"blank {name}": counts["n"] for name in found if not _holds(door.kinds.get(name))}


def _illogical(door: Door, it: Instrument, program: Program, found: dict[str, Answer]) -> dict[str, nw.Expr]:
    """Whether each column is answered in a form that contradicts itself in it, or though the form says to skip it."""
    ground = Codes(it, door.kinds, checked=False)
    odd: dict[str, list[nw.Expr]] = {}
    for refuse, column in zip(it.refuse, program.illogical, strict=True):
        for item in {leaf.item for leaf in refuse.when.leaves() if leaf.item}:
            odd.setdefault(item, []).append(nw.col(column))
    over: list[nw.Expr] = []
    for skip in it.skip:
        skips = truth(skip.when, ground).yes
        for item in skip.then.items:
            words = any(isinstance(code, str) for code in it.codes(item) or ())
            other = skips & (ground.code(item) != (str(skip.then.as_) if words else skip.then.as_)).fill_null(False)
            odd.setdefault(item, []).append(other)
            over.append(other)
    told = {f"illogical {it.id}_{item}": found[f"{it.id}_{item}"].legal & either(ways) for item, ways in odd.items()}
    return told | ({"skipped": either(over)} if over else {})


def _codes(door: Door, name: str, found: Answer, kind: Kind | None) -> tuple[str, ...]:
    """Return the illegal codes that may be shown: small numbers and everyday answer words."""
    distinct = door.inside.filter(found.illegal).select(name).unique(name).head(1000).collect(backend="polars")
    codes = {_shown(value, kind) for value in distinct[name].to_list()} - {None}
    return tuple(sorted((code for code in codes if code), key=lambda code: (len(code), code)))[:12]


def _shown(value: Any, kind: Kind | None) -> str | None:
    if kind == "boolean":
        return str(value)
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    text = text.removeprefix("not_in_map:")
    if text.lower().replace(" ", "") in ORDINARY:
        return text
    try:
        return text if abs(float(text.replace(",", "."))) < 1000 else None
    except ValueError:
        return None


def _known(it: Instrument, item: str) -> tuple[str, ...]:
    codes, number = it.codes(item), it.answer_set(item).number
    shown = tuple(map(str, codes)) if codes is not None else (f"{number[0]} to {number[1]}",) if number else ()
    return shown + tuple(map(str, it.missing_codes))


def allowed(it: Instrument, name: str) -> tuple[str, ...]:
    """Return what a context column may hold, for a reader.

    >>> allowed(load("sdq"), "norms"), allowed(load("ors"), "age")
    (('uk', 'uk_2_4'), ('6 to 120',))
    """
    values = it.context[name]
    return (f"{values.number[0]} to {values.number[1]}",) if isinstance(values, NumberContext) else values


def absence(it: Instrument, columns: tuple[str, ...]) -> str:
    """Say which columns are not there, and which look like them."""
    absent = ", ".join(name for name in it.columns() if name not in columns)
    strange = _strange(it, columns)
    near = f" These columns look like them: {', '.join(strange)}." if strange else ""
    return f"{it.id}: {absent} not in the forms; counted as not answered.{near}"


def _strange(it: Instrument, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns with the prefix of the instrument that are no item, result or kept column, nor of another instrument."""
    known = {*it.columns(), *(f"{it.id}_{name}" for name in (*it.kept, "outside"))}
    own = [name for name in columns if name.startswith(f"{it.id}_") and name not in known]
    if not own:
        return ()
    others = tuple(f"{other}_" for other in catalogue() if other != it.id and other.startswith(it.id))
    results = compile_(it, {}).outputs
    return tuple(name for name in own if name not in results and not name.startswith(others))
