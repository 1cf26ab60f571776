"""Where instruments are found: the shipped library, and a private folder that comes before it."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from risico.errors import BrokenInstrument, UsageError, did_you_mean
from risico.instrument.aside import place, spared, without
from risico.instrument.checks import mistakes
from risico.instrument.compiled import says
from risico.instrument.each import Each, write_out
from risico.instrument.model import Instrument
from risico.strict import build

PACKAGE = Path(__file__).parents[1]
CHECKOUT = PACKAGE.parents[1] / "instruments"
SHIPPED = next(
    (folder for folder in (PACKAGE / "_instruments", CHECKOUT) if folder.is_dir()),
    PACKAGE / "_instruments",
)
"""The library inside the wheel or, in a checkout, the folder `instruments`."""


def folders() -> tuple[Path, ...]:
    """Return the folders that are searched, the private one of RISICO_INSTRUMENTS first."""
    private = os.environ.get("RISICO_INSTRUMENTS")
    return (*((Path(private),) if private else ()), SHIPPED)


def files() -> dict[str, Path]:
    """Return the file of each instrument by its id; a private file stands before the shipped one."""
    found: dict[str, Path] = {}
    for folder in folders():
        for path in sorted(folder.glob("*.yaml")):
            if "." not in path.stem:  # `phq9.labels.yaml` and the like are no instruments
                found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def catalogue() -> tuple[str, ...]:
    """Return the ids of all instruments that can be loaded.

    >>> "phq9" in catalogue()
    True
    """
    return tuple(files())


def load(instrument: str | Path | Instrument) -> Instrument:
    """Return an instrument by its id, from the path of a file, or as it is.

    Raises UsageError when there is none of that name, BrokenInstrument with all its mistakes when a file is not sound.

    >>> load("odara").title["en"]
    'Ontario Domestic Assault Risk Assessment (ODARA)'
    """
    if isinstance(instrument, Instrument):
        return instrument
    if not isinstance(instrument, str | Path):  # pyright: ignore[reportUnnecessaryIsInstance] -- from a notebook, anything
        raise UsageError(f"An instrument is its id or the path of its file; this is {type(instrument).__name__}.")
    if isinstance(instrument, Path) or instrument.endswith((".yaml", ".yml")):
        path = Path(instrument)
    else:
        known = files()
        if instrument not in known:
            near = did_you_mean(instrument, known)
            raise UsageError(f"There is no instrument '{instrument}'.{near} `risico list` shows all of them.")
        path = known[instrument]
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Instrument:
    del changed  # part of the cache key, so that an edited file is read anew
    instrument, found = examine(path)
    if found or instrument is None:
        raise BrokenInstrument(path.name, found)
    return instrument


def examine(path: Path) -> tuple[Instrument | None, list[str]]:
    """Return what can be read of a file, without what is broken and what rests on that, and every mistake in it.

    Raises UnreadableFile or BrokenInstrument where the text as a whole cannot be read.
    """
    data = says(path, keep=path.parent == CHECKOUT)
    if not isinstance(data, dict):
        raise BrokenInstrument(path.name, ["an instrument file is a mapping that starts with `id:`."])
    each = build(Each, {"each": data.pop("each", {})}, path.name).each
    try:
        written = write_out(data, each)
    except ValueError as problem:
        raise BrokenInstrument(path.name, [str(problem)]) from None
    instrument, found = _built(written, path)
    if instrument is not None:
        if instrument.id != path.stem:
            found.append(f"id: the file is named {path.stem}, but the id is '{instrument.id}'. Make them the same.")
        none_left = not instrument.scores and written.get("scores")  # they are broken, and that is said
        found += [told for told in mistakes(instrument) if not (none_left and place(told) == ("scores", None))]
    return instrument, found


def _built(data: dict[str, Any], path: Path) -> tuple[Instrument | None, list[str]]:
    """Build an instrument; where some entries have not the shape they should have, of the others."""
    try:
        return build(Instrument, data, path.name), []
    except BrokenInstrument as broken:
        found = list(broken.mistakes)
    places = [place(mistake) for mistake in found]
    try:
        return without(build(Instrument, spared(data, places, path.stem), path.name), places), found
    except BrokenInstrument:  # too little is left
        return None, found
