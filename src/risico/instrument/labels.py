"""Licensed wording, from a private file and for the screen of its owner alone.

`<id>.labels.yaml` in the folder of RISICO_INSTRUMENTS holds `{items: {"1": {nl: …, en: …}}}`. `load` never reads it, so
nothing that is written, exported or shipped can hold it; only what shows a form on the screen asks for `worded`.
"""

from __future__ import annotations

import os
from pathlib import Path

from risico.errors import BrokenInstrument, did_you_mean
from risico.instrument.model import Instrument, Text
from risico.strict import Frozen, build, read_yaml

ENDING = ".labels.yaml"


class Labels(Frozen):
    """Other words for some items of an instrument."""

    items: dict[str, Text]


def worded(it: Instrument) -> Instrument:
    """Return an instrument with the labels of the user's private file, or as it is when there is none.

    Raises BrokenInstrument when the file names an item that the instrument does not have.

    >>> from risico.instrument import load
    >>> worded(load("phq9")) == load("phq9")
    True
    """
    folder = os.environ.get("RISICO_INSTRUMENTS")
    path = Path(folder) / f"{it.id}{ENDING}" if folder else None
    if path is None or not path.is_file():
        return it
    labels = build(Labels, read_yaml(path), path.name).items
    wrong = [
        f"items.{item}: {it.id} has no item '{item}'. Its words would be shown nowhere.{did_you_mean(item, it.items)}"
        for item in labels
        if item not in it.items
    ]
    if wrong:
        raise BrokenInstrument(path.name, wrong)
    told = {name: entry.model_copy(update={"label": labels.get(name, entry.label)}) for name, entry in it.items.items()}
    return it.model_copy(update={"items": told})
