"""Do the vectors of an instrument file agree with its rule? Who is right is settled at the sheet, not here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from risico.columns import frame
from risico.errors import BrokenInstrument
from risico.exchange.columns import code_text
from risico.forms import enter
from risico.instrument import Instrument
from risico.instrument.library import examine
from risico.instrument.list_checks import unlisted
from risico.scoring.score import run


def check_instrument(path: str | Path) -> Instrument:
    """Return a file that is sound, names things from the lists, and agrees with its vectors.

    Raises BrokenInstrument with every mistake of the file (path, reason, mend), and where none is in the way of scoring
    with every vector that disagrees: named by its note and by the results that differ, never with the value that
    scoring gives.
    """
    it, found = examine(Path(path))
    wrong = disagreements(it) if it is not None and not found else []
    wrong = [*found, *(unlisted(it) if it is not None else ()), *wrong]
    if wrong or it is None:
        raise BrokenInstrument(Path(path).name, wrong)
    return it


def disagreements(it: Instrument) -> list[str]:
    """Return a sentence for each vector that the rule of the file does not meet.

    >>> from risico.instrument import load
    >>> disagreements(load("gad7"))
    []
    """
    if not it.vectors:
        return []
    names = (*it.columns(), *it.context)
    cells = {
        name: [v.answers.get(name.removeprefix(f"{it.id}_"), v.context.get(name)) for v in it.vectors] for name in names
    }
    forms = frame({name: (_column(column), np.arange(1, len(column) + 1)) for name, column in cells.items()})
    rows = run(enter(forms, names), it).to_dicts()
    told = (
        (place, [name for name, value in vector.expect.items() if not _same(value, row[f"{it.id}_{name}"])])
        for place, (vector, row) in enumerate(zip(it.vectors, rows, strict=True))
    )
    return [
        f"vectors[{place}] ('{it.vectors[place].note}') disagrees on {', '.join(names)}. "
        "Either the vector or the rule is wrong: settle it at the sheet, not by copying what scoring gives."
        for place, names in told
        if names
    ]


def _column(cells: list[Any]) -> list[Any]:
    """A column for a frame, a blank first; text where some cell is text, decimals where some cell has them."""
    if any(isinstance(cell, str) for cell in cells):
        return [None, *(None if cell is None else code_text(cell) for cell in cells)]
    if any(isinstance(cell, float) for cell in cells):
        return [None, *(None if cell is None else float(cell) for cell in cells)]
    return [None, *cells]


def _same(expected: Any, value: Any) -> bool:
    if isinstance(expected, bool | str) or isinstance(value, bool | str) or expected is None or value is None:
        return type(expected) is type(value) and expected == value
    return abs(expected - value) < 1e-9
