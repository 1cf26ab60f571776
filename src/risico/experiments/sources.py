"""What came out of an experiment before anything is released, of how many teams, and by which code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import risico
from risico.disclosure import EVERYBODY, Team
from risico.estimate import Estimates
from risico.plan.files import fingerprint


@dataclass(frozen=True, kw_only=True)
class Result:
    """What an analysis gives, with the fingerprint of its data, the instruments it read and, of each
    team, how many families there are (altogether, and by arm, profile and reason)."""

    estimates: Estimates
    data: str
    instruments: tuple[str, ...] = ()
    teams: tuple[Team, ...] = ()


def teams_of(names: Iterable[str | None], *labels: Iterable[str | None]) -> tuple[Team, ...]:
    """Return of each team how many families there are, altogether and by each label of theirs.

    >>> [dict(team) for team in teams_of(["noord", "noord", None], ["lot", "usual", "lot"])]
    [{'': 2, 'lot': 1, 'usual': 1}]
    """
    found: dict[str, Counter[str]] = {}
    for name, *said in zip(names, *labels, strict=True):
        if name:
            found.setdefault(name, Counter()).update([EVERYBODY, *(label for label in said if label)])
    return tuple(found.values())


def teams_in(events: Any) -> tuple[Team, ...]:
    """Return of each team how many families there are in the events; a family is of the team that noted it last."""
    if "team" not in events.columns:
        return ()
    pairs = zip(events["case"].to_list(), events["team"].to_list(), strict=True)
    return teams_of({case: team for case, team in pairs if team}.values())


@cache
def code_version() -> str:
    """Return the version of this package with the beginning of the fingerprint of its code.

    The fingerprint tells apart what a version number does not: a working copy with changes.
    """
    folder = Path(risico.__file__).parent
    code = fingerprint(sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".yaml", ".j2")))
    try:
        return f"risico {version('risico')} ({code[:12]})"
    except PackageNotFoundError:
        return f"risico ({code[:12]})"
