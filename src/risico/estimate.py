"""The one public result: a number that says how it was made, or a reason why there is none."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, SupportsIndex, overload

from risico.errors import UsageError

COLUMNS = ("name", "value", "low", "high", "n", "method", "why")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One number with its interval, n, method and source; `value=None` comes with the reason in `why`.

    `by` is an ordered mapping (profile, intervention, outcome …) and `at` the place on a curve. `n` is what the
    computation used, after forms were left out. `least` and `most`, for a mean, are what one form can have: how many
    people it rests on follows from these, and disclosure takes them away. Nothing is rounded here. NaN and infinity are
    refused.

    >>> Estimate(name="alpha", value=0.88, low=0.86, high=0.9, n=796, method="Cronbach", source="Feldt (1965)")
    alpha 0.88 [0.86, 0.9], n = 796
    >>> Estimate(name="omega", why="the one-factor model did not converge")
    omega not estimable: the one-factor model did not converge
    """

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    se: float | None = None
    n: int | None = None
    method: str = ""
    source: str = ""
    by: Mapping[str, str] = field(default_factory=dict[str, str])
    at: float | None = None
    why: str | None = None
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", MappingProxyType(dict(self.by)))
        for key in ("value", "low", "high", "se", "at", "least", "most"):
            number = getattr(self, key)
            if number is not None and not math.isfinite(number):
                raise ValueError(f"Estimate {self.name}: {key} is {number}. Give None and say why.")
        if self.value is None and not self.why:
            raise ValueError(f"Estimate {self.name}: without a value there must be a reason in `why`.")

    def row(self) -> dict[str, Any]:
        """Return a plain dict with one key per field, the keys of `by` in their place."""
        out: dict[str, Any] = {}
        for part in fields(self):
            if part.name == "by":
                out |= dict(self.by)
            else:
                out[part.name] = getattr(self, part.name)
        return out

    def __repr__(self) -> str:
        label = " · ".join((self.name, *self.by.values()))
        if self.value is None:
            return f"{label} not estimable: {self.why}"
        interval = f" [{self.low:.4g}, {self.high:.4g}]" if self.low is not None and self.high is not None else ""
        used = f", n = {self.n}" if self.n is not None else ""
        note = f" ({self.why})" if self.why else ""
        return f"{label} {self.value:.4g}{interval}{used}{note}"

    def __getstate__(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)} | {"by": dict(self.by)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, MappingProxyType(value) if name == "by" else value)


class Estimates(tuple[Estimate, ...]):
    """Several estimates that show themselves as text, as HTML and as rows, and join with `+`.

    >>> both = Estimates([Estimate(name="a", value=1.0, n=5)]) + Estimates([Estimate(name="b", why="one rater")])
    >>> print(both)
    name  value  low  high  n  method  why
    a     1                 5
    b                                  one rater
    >>> both["a"].value
    1.0
    """

    __slots__ = ()

    def __new__(cls, estimates: Iterable[Estimate] = ()) -> Estimates:
        return super().__new__(cls, tuple(estimates))

    def rows(self) -> list[dict[str, Any]]:
        """Return plain dicts, ready for any frame, each with the same keys."""
        keys = list(dict.fromkeys(key for estimate in self for key in estimate.by))
        empty: dict[str, Any] = dict.fromkeys(keys)
        return [empty | estimate.row() for estimate in self]

    def __add__(self, other: Iterable[Estimate]) -> Estimates:  # type: ignore[override]
        return Estimates((*self, *other))

    @overload
    def __getitem__(self, key: str) -> Estimate: ...
    @overload
    def __getitem__(self, key: SupportsIndex) -> Estimate: ...
    @overload
    def __getitem__(self, key: slice[Any, Any, Any]) -> Estimates: ...
    def __getitem__(self, key: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return an estimate by its place or by its name; a name that occurs more than once is refused."""
        if isinstance(key, slice):
            return Estimates(super().__getitem__(key))
        if not isinstance(key, str):
            return super().__getitem__(key)
        found = [estimate for estimate in self if estimate.name == key]
        if len(found) != 1:
            known = ", ".join(dict.fromkeys(estimate.name for estimate in self))
            raise KeyError(f"{len(found)} estimates are named {key!r}; there are: {known}")
        return found[0]

    def where(self, **by: str) -> Estimates:
        """Return the estimates whose `by` holds all of these."""
        return Estimates(e for e in self if all(e.by.get(key) == value for key, value in by.items()))

    def _table(self) -> Iterator[list[str]]:
        rows = self.rows()
        keys = [key for key in (rows[0] if rows else {}) if any(key in e.by for e in self)]
        shown = ["name", *keys, *([] if all(r["at"] is None for r in rows) else ["at"]), *COLUMNS[1:]]
        yield shown
        for row in rows:
            yield [_cell(row[key]) for key in shown]

    def __str__(self) -> str:
        table = list(self._table())
        widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
        lines = ("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in table)
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *body = self._table()
        cells = "".join(f'<th scope="col">{html.escape(c)}</th>' for c in head)
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in body)
        return f"<table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>"


def check_confidence(confidence: float) -> None:
    """Raise UsageError for what is no confidence of an interval: 95 is not 95 percent."""
    if not 0 < confidence < 1:
        raise UsageError(
            f"confidence: this lies between 0 and 1, and is not {confidence:g}. An interval of 95 percent has 0.95."
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4g}" if abs(value) > 1e-12 else "0"  # what is left of a difference of equals
