"""What results of other instruments point to on the form of the profile rule. A hint, never an answer.

Which result points to which code is declared in the file of the form. Only raised results point anywhere: a low one is
no proof that something is absent. Of several people the highest hint counts, since one is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from risico.instrument import Instrument, load
from risico.instrument.beside import Text
from risico.instrument.conditions import Code


@dataclass(frozen=True, kw_only=True)
class Hinted:
    """The code that results point to, the columns that do so, and what to mind about them."""

    item: str
    code: Code
    columns: tuple[str, ...]
    notes: tuple[Text, ...]


def hints(forms: Iterable[Mapping[str, Any]], instrument: str | Instrument = "gezinsprofiel") -> tuple[Hinted, ...]:
    """Return what the scored forms of one household point to, in the order of the form.

    A form is a mapping of columns to results, such as one row of `score(…)` as a dict. An item to which nothing points
    is not in the answer: it is open.

    >>> found = hints([{"sdq_band3": "borderline"}, {"sdq_band3": "abnormal", "psc17_positive_total": True}])
    >>> [(hint.item, hint.code, hint.columns) for hint in found]
    [('k1', 2, ('sdq_band3', 'psc17_positive_total'))]
    """
    it, rows = load(instrument), list(forms)
    found = (_hinted(it, item, rows) for item in it.hints)
    return tuple(hint for hint in found if hint is not None)


def _hinted(it: Instrument, item: str, rows: Iterable[Mapping[str, Any]]) -> Hinted | None:
    """The highest code that any result of anybody points to, by its place among the codes of the item."""
    places = {code: place for place, code in enumerate(it.codes(item) or ())}
    pointed = [
        (places[code], f"{hint.instrument}_{hint.result}", hint.note)
        for hint in it.hints[item]
        for row in rows
        if (code := hint.codes.get(_as_text(row.get(f"{hint.instrument}_{hint.result}")))) is not None
    ]
    if not pointed:
        return None
    highest = max(place for place, _, _ in pointed)
    counted = [(column, note) for place, column, note in pointed if place == highest]
    return Hinted(
        item=item,
        code=list(places)[highest],
        columns=tuple(dict.fromkeys(column for column, _ in counted)),
        notes=tuple({str(note): note for _, note in counted if note}.values()),
    )


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
