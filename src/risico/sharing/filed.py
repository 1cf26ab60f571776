"""The file that travels: small, signed, and to be read by anybody. What it holds is all that leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from risico.errors import BrokenInstrument, Refused, UnreadableFile
from risico.plan.sharing import Shared
from risico.sharing.keys import is_of
from risico.strict import Frozen, build

KIND: Final = "risico shared file 1"


class Scale(Frozen):
    """What alpha needs of a scale, exactly."""

    n: int
    items: int
    sums: tuple[int, ...]
    squares_of_items: int
    squares_of_score: int


class Mean(Frozen):
    """What the mean of a score and its spread need, exactly."""

    n: int
    sum: int
    squares: int


class Share(Frozen):
    """How many reach a cut-off."""

    n: int
    at_least: int


class Table(Frozen):
    """Forms with and without the outcome by joined level of a score; `from` is the least of each level."""

    from_: tuple[int, ...] = Field(alias="from")
    with_: tuple[int, ...] = Field(alias="with")
    without: tuple[int, ...]


class Own(Frozen):
    """A number that a region worked out from its own forms and that does not add up."""

    name: str
    score: str
    value: float
    se: float
    n: int


class File(Frozen):
    """The file of one region."""

    kind: Literal["risico shared file 1"]
    plan: str
    plan_sha256: str
    region: str
    forms: int
    instruments: dict[str, str]
    scales: dict[str, Scale] = {}
    means: dict[str, Mean] = {}
    shares: dict[str, Share] = {}
    tables: dict[str, Table] = {}
    own: tuple[Own, ...] = ()
    withheld: dict[str, str] = {}
    signature: str


PARTS: Final = {"scale": "scales", "mean": "means", "share": "shares", "table": "tables"}


def place(name: str) -> tuple[str, str]:
    """Return in which part of the file a statistic stands, and under which name there.

    >>> place("share phq9_total 10")
    ('shares', 'phq9_total 10')
    """
    kind, _, rest = name.partition(" ")
    return PARTS[kind], rest


def text_of(content: Mapping[str, Any]) -> str:
    """Return the text of a file, as it is written and shown."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def to_sign(content: Mapping[str, Any]) -> bytes:
    """Return what is signed: everything but the signature, whatever the layout."""
    said = {key: value for key, value in content.items() if key != "signature"}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_file(path: Path, shared: Shared, locked: str) -> File:
    """Read the file of a region. Raises UnreadableFile for what is none, and Refused where its region or plan is not
    that of this plan, or its signature does not hold.
    """
    content = _content(path)
    if content.get("plan_sha256") != locked:
        raise Refused(
            f"{path.name}: this file was made with another plan, or with another version of this one.\n"
            "Numbers of two plans are of other questions, and cannot be added.\n"
            "Ask the region to share again with the plan that you have."
        )
    region = content.get("region")
    if region not in shared.regions:
        raise Refused(
            f"{path.name}: the region of this file is not in the plan, so nobody can say whose it is.\n"
            f"Regions of the plan are: {', '.join(sorted(shared.regions))}.\n"
            "A region is added to the plan, with its public key, before anybody counts."
        )
    if not is_of(shared.regions[region], str(content.get("signature")), to_sign(content)):
        raise Refused(
            f"{path.name}: the signature is not that of {region} over this content.\n"
            "The file was changed on its way, or somebody else made it. Ask the region for it again."
        )
    try:
        return build(File, content, path.name)
    except BrokenInstrument as problem:
        raise UnreadableFile(
            f"{path.name}: {len(problem.mistakes)} things in this file are not as this version writes them.\n"
            "Make and pool files with one version of risico."
        ) from None


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise UnreadableFile(
            f"{path.name} is no file of a region that can be read.\n"
            "These are made with: risico share PLAN --key REGION.key -o FILE"
        )
    return content


def _no_number(text: str) -> None:
    raise ValueError(text)
