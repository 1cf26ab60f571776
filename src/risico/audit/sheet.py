"""Forms as places in short lists of what stands in each column, so that a whole file can be altered by altering a list.

To read every answer one code higher, or every blank as a nought, only the list changes; the forms stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.columns import frame
from risico.exchange.columns import code_text
from risico.forms import enter
from risico.instrument import Instrument

Places = NDArray[np.intp]
Change = Callable[[str, Any], Any]
"""From an item and what stands there to what should stand there."""


@dataclass(frozen=True)
class Sheet:
    """The columns of a file: per column the distinct values, the blank (None) first, and each form's place in them."""

    n: int
    values: Mapping[str, Sequence[Any]]
    places: Mapping[str, Places]

    @classmethod
    def of(cls, forms: Any, wanted: Iterable[str]) -> Sheet:
        """Read the wanted columns that a frame has.

        >>> import polars as pl
        >>> sheet = Sheet.of(pl.DataFrame({"x": [2, None]}), ["x", "y"])
        >>> dict(sheet.values), sheet.places["x"].tolist()
        ({'x': [None, 2]}, [1, 0])
        """
        door = enter(forms, wanted)
        inside = door.inside.collect(backend="polars")
        found = {name: _places(inside[name].to_list()) for name in door.kinds}
        return cls(
            len(inside), {name: v for name, (v, _) in found.items()}, {name: p for name, (_, p) in found.items()}
        )

    def altered(self, it: Instrument, change: Change | None = None, said: Mapping[str, str] | None = None) -> Any:
        """Return a frame with the answers and context of an instrument, each answer as `change` makes it.

        `said` is context that takes the place of what the forms say.
        """
        items = {f"{it.id}_{item}": item for item in it.items}
        columns: dict[str, tuple[Sequence[Any], Places]] = {}
        for name in (*items, *it.context):
            if name in self.values:
                values = self.values[name]
                changed = [change(items[name], value) for value in values] if change and name in items else values
                columns[name] = (_one_kind(changed), self.places[name])
        columns |= {name: ([value], np.zeros(self.n, dtype=np.intp)) for name, value in (said or {}).items()}
        return frame(columns)

    def beside(self, it: Instrument, item: str, values: NDArray[np.float64]) -> Any:
        """Return a frame with the context of an instrument and one item of measured values, NaN for a blank."""
        known, places = np.unique(values, return_inverse=True)
        listed = [None if value != value else value for value in known.tolist()]
        context = {name: (self.values[name], self.places[name]) for name in it.context if name in self.values}
        return frame({f"{it.id}_{item}": (listed, places), **context})

    def column(self, name: str) -> list[Any]:
        """Return what stands in a column, form by form."""
        values = self.values[name]
        return [values[place] for place in self.places[name]]


def is_blank(it: Instrument, value: Any) -> bool:
    """Tell whether what stands in a cell is no answer: nothing, or a code that says it is not known."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    return code_text(value) in {code_text(code) for code in it.missing_codes}


def as_number(value: Any) -> float | None:
    """Return a cell as a number, or None; a comma is a decimal point, true and false are no numbers.

    >>> as_number("9,5"), as_number(True), as_number("n.v.t.")
    (9.5, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _places(cells: list[Any]) -> tuple[list[Any], Places]:
    known: dict[tuple[type, Any], int] = {(type(None), None): 0}
    places = [known.setdefault(_key(cell), len(known)) for cell in cells]
    return [value for _, value in known], np.array(places, dtype=np.intp)


def _key(cell: Any) -> tuple[type, Any]:
    absent = cell is None or cell != cell  # NaN is a blank too
    return (type(None), None) if absent else (type(cell), cell)


def _one_kind(values: Sequence[Any]) -> list[Any]:
    """A column of text and numbers is a column of text."""
    if not any(isinstance(value, str) for value in values):
        return list(values)
    return [
        None if value is None else str(int(value)) if isinstance(value, bool) else code_text(value) for value in values
    ]
