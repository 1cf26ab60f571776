"""What answers to practice cases say: to each person about the own ones, to a team about the team alone.

A team is told of a month when it is over and five or more took part, and of the answers of that month: told once, and
never again with one person more, so that no difference between two tellings is anybody's answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from risico.dossier import Entry, Store
from risico.dossier.bodies import Practised
from risico.errors import Refused
from risico.estimate import Estimate
from risico.web.vignettes import Vignette

PRACTICE: Final = "practice"
"""Stands where a case stands in an entry."""
FEWEST: Final = 5
ANSWERS: Final = ("yes", "no", "unknown")


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """How the own answers lie beside the key.

    `seen` counts a yes where the text does not say so, `missed` another answer where it says yes, `filled` a no where
    it says nothing.
    """

    alike: int
    seen: int
    missed: int
    filled: int


def lock(store: Store, vignette: Vignette, answers: Mapping[str, str], *, who: str, team: str) -> None:
    """Keep the answers of somebody to a practice case, once. Raises Refused for who gave them before."""
    body = Practised(vignette=vignette.id, team=team, answers=dict(answers))  # type: ignore[arg-type]
    with store.writing() as db:
        if vignette.id in own(store, who):
            raise Refused("You gave your answers to this practice case before; they stay as they were.")
        store.added(db, body, case=PRACTICE, by=who, about=who, replaces=None)


def own(store: Store, who: str) -> dict[str, Practised]:
    """Return what somebody answered, by practice case."""
    return {entry.body.vignette: entry.body for entry in _all(store) if entry.about == who}


def mirror(vignette: Vignette, answers: Mapping[str, str]) -> Mirror:
    """Hold answers beside the key."""
    pairs = [(answers.get(name), asked.key) for name, asked in vignette.items.items()]
    return Mirror(
        alike=sum(given == key for given, key in pairs),
        seen=sum(given == "yes" != key for given, key in pairs),
        missed=sum(key == "yes" != given for given, key in pairs),
        filled=sum(given == "no" and key == "unknown" for given, key in pairs),
    )


def told(store: Store, known: Mapping[str, Vignette], team: str, month: str) -> dict[str, list[Mapping[str, str]]]:
    """Return the answers that may be told of a team in a month, by practice case: of months that are over, of who
    answered in that month, where five or more did; without who it was.
    """
    found: dict[str, list[Mapping[str, str]]] = {}
    for entry in _all(store):
        body: Practised = entry.body
        one = known.get(body.vignette)
        if one and body.team == team and one.month < month and entry.at[:7] == one.month:
            found.setdefault(one.id, []).append(body.answers)
    return {name: found[name] for name in known if len(found.get(name, ())) >= FEWEST}


def agreement_of(vignette: Vignette, answers: Sequence[Mapping[str, str]]) -> Estimate:
    """Return how far people agree on the questions of a practice case, beyond chance, with its interval."""
    from risico.reliability import agreement

    raters = {f"r{i}": [one.get(name) for name in vignette.items] for i, one in enumerate(answers)}
    return agreement(raters, levels=ANSWERS)[0]


def drift_of(known: Mapping[str, Vignette], answers: Mapping[str, Sequence[Mapping[str, str]]]) -> Estimate:
    """Return how the team as a whole moves from the key, in questions answered yes per month, with its interval."""
    from risico.reliability import drift

    columns: dict[str, list[object]] = {"vignette": [], "who": [], "team": [], "month": [], "yes": [], "key": []}
    for name, given in answers.items():
        one = known[name]
        key = sum(asked.key == "yes" for asked in one.items.values())
        for i, each in enumerate(given):
            yes = sum(answer == "yes" for answer in each.values())
            row = (name, f"r{i}", "team", _months(one.month), float(yes), float(key))
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
    if not columns["who"]:
        return Estimate(name="drift_slope", why="no month can be told yet")
    found = drift(columns, "yes", when="month", unit=("vignette", "who"), rater="team", reference="key", periods=1)
    return found["drift_slope"]


def _months(month: str) -> float:
    year, number = month.split("-")
    return 12.0 * int(year) + int(number)


def _all(store: Store) -> list[Entry]:
    return store.current(PRACTICE, {"practice"})
