"""Practice cases: invented, with a key and a reason for each question; own ones beside those of the package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from risico.dossier.bodies import YesNo
from risico.errors import BrokenInstrument, UnreadableFile
from risico.strict import Frozen, build, read_yaml

HERE: Final = Path(__file__).with_name("vignettes")
Words = dict[str, Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]]
Text = Annotated[Words, Field(min_length=1)]


class Asked(Frozen):
    """One question with its key, and why that is the answer."""

    question: Text
    key: YesNo
    why: Text


class Vignette(Frozen):
    """A practice case; `month` (2026-11) is when it opens, and the month whose answers a team is told of."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
    month: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    title: Text
    story: Text
    items: Annotated[dict[str, Asked], Field(min_length=2)]


def vignettes(own: Path | None = None) -> dict[str, Vignette]:
    """Return the practice cases by id, in the order of their months; with those of an own folder.

    Raises UnreadableFile where there is no such folder, BrokenInstrument for a file with mistakes or an id that is
    there already.

    >>> [one.month for one in vignettes().values()]
    ['2026-11', '2026-12', '2027-01', '2027-02']
    """
    if own is not None and not own.is_dir():
        raise UnreadableFile("The folder of practice cases is not there. Give the path of a folder with YAML files.")
    paths = [*sorted(HERE.glob("*.yaml")), *(sorted(own.glob("*.yaml")) if own else ())]
    found: dict[str, Vignette] = {}
    for path in paths:
        one = _read(path)
        if one.id in found:
            raise BrokenInstrument(path.name, [f"id: '{one.id}' is the id of another practice case. Give a new one."])
        found[one.id] = one
    return dict(sorted(found.items(), key=lambda pair: (pair[1].month, pair[0])))


def _read(path: Path) -> Vignette:
    one = build(Vignette, read_yaml(path), path.name)
    languages = [words.keys() for words in _texts(one)]
    if any(keys - {"nl", "en"} or keys != languages[0] for keys in languages):
        raise BrokenInstrument(path.name, ["words: each text is in nl, in en or in both, and all in the same."])
    if any(not re.fullmatch(r"[a-z0-9_]{1,40}", name) for name in one.items):
        raise BrokenInstrument(path.name, ["items: a name has small letters, digits and underscores."])
    return one


def _texts(one: Vignette) -> list[Mapping[str, str]]:
    return [one.title, one.story, *(text for asked in one.items.values() for text in (asked.question, asked.why))]
