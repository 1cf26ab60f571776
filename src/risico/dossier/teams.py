"""A store as one team sees it: the cases of other teams are not there, whatever page asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from risico.dossier.bodies import Case
from risico.dossier.entries import Entry, Kind
from risico.dossier.store import Store
from risico.errors import Refused
from risico.strict import Frozen


@dataclass(frozen=True)
class TeamStore(Store):
    """The cases of one team. `writes` is false for who reads only.

    A page is given this instead of the store, so that a page that forgets to ask shows nothing of another team either.
    """

    team: str = ""
    writes: bool = False

    def entries(self, case: str | None = None, kinds: Collection[Kind] = ()) -> list[Entry]:
        """Return the entries of a case of the team, or of all its cases; none of a case of another team."""
        found = super().entries(case)
        own = _cases_of(self.team, found)
        return [e for e in found if e.case in own and (not kinds or e.kind in kinds)]

    def has(self, case: str) -> bool:
        """Say whether this is a case of the team."""
        return bool(self.entries(case, {"case"}))

    def added(self, db: Any, body: Frozen, **told: Any) -> Entry:
        """Add an entry to a case of the team; a new case is of the team.

        Raises Refused for who reads only, and for a case of another team.
        """
        if not self.writes:
            raise Refused("You read the cases of your team; in them write those who rate. Nothing was added.")
        case = told["case"]
        new = isinstance(body, Case) and not super().entries(case)
        if not new and not self.has(case):
            raise Refused("There is no such case in your team, so nothing was added.")
        if isinstance(body, Case):
            body = body.model_copy(update={"team": self.team})
        return super().added(db, body, **told)


def of_team(store: Store, team: str, *, writes: bool) -> TeamStore:
    """Return the store as a team sees it."""
    return TeamStore(store.engine, store.now, team, writes)


def _cases_of(team: str, entries: Collection[Entry]) -> set[str]:
    """Return the cases that are of the team now: the last that was written of a case counts."""
    last: dict[str, str] = {}
    for entry in entries:
        if entry.kind == "case" and entry.body is not None:
            last[entry.case] = entry.body.team
    return {case for case, of in last.items() if of == team}
