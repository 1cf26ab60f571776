"""How long a case is kept: a table of terms with their sources, of which somebody chooses one with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from risico.dossier.bodies import Retention
from risico.dossier.entries import Entry
from risico.strict import Frozen, build, read_yaml

TABLE: Final = Path(__file__).parents[1] / "_rules" / "retention.yaml"
State = Literal["not_chosen", "gone", "no_such_day", "kept", "due"]


class Term(Frozen):
    """One term: years, from what they are counted, and where it stands. `longer`: a later day can be set besides."""

    id: str
    years: Annotated[int, Field(ge=1, le=200)]
    longer: bool
    title: dict[Literal["nl", "en"], str]
    from_: Annotated[dict[Literal["nl", "en"], str], Field(alias="from")]
    source: str
    dated: str
    seen: bool


@dataclass(frozen=True, kw_only=True)
class Due:
    """How long one case is kept: `day` is the first day on which it need no longer be, None where that is not known.

    `not_chosen`: nobody chose a term, and none is taken silently; `gone`: the term chosen is in the table no more;
    `no_such_day`: what was filled in is no day.
    """

    case: str
    term: str | None
    day: date | None
    state: State


@cache
def terms() -> Mapping[str, Term]:
    """Return the table of terms by id."""
    rows = [build(Term, row, "retention.yaml") for row in read_yaml(TABLE)]
    return {row.id: row for row in rows}


def due(entries: Sequence[Entry], today: date) -> list[Due]:
    """Return how long each case is kept, by the term that was chosen last; a case that was erased is not in it.

    Nothing is destroyed by this: that is done by a person, on a ground.
    """
    open_cases = dict.fromkeys(e.case for e in entries if e.kind == "case" and e.body is not None)
    chosen = {e.case: e.body for e in entries if isinstance(e.body, Retention)}
    return [_due(case, chosen.get(case), today) for case in open_cases]


def over(found: Iterable[Due]) -> list[Due]:
    """Return the cases whose term is over."""
    return [one for one in found if one.state == "due"]


def _due(case: str, chosen: Retention | None, today: date) -> Due:
    if chosen is None:
        return Due(case=case, term=None, day=None, state="not_chosen")
    term = terms().get(chosen.term)
    if term is None:
        return Due(case=case, term=chosen.term, day=None, state="gone")
    try:
        day = later(date.fromisoformat(chosen.counts_from), term.years)
        day = max(day, date.fromisoformat(chosen.not_before)) if chosen.not_before and term.longer else day
    except (ValueError, OverflowError):
        return Due(case=case, term=term.id, day=None, state="no_such_day")
    return Due(case=case, term=term.id, day=day, state="due" if today >= day else "kept")


def later(day: date, years: int) -> date:
    """Return the same day so many years later; after 29 February, where there is none, 1 March: never a day too soon.

    >>> later(date(2024, 2, 29), 15), later(date(2024, 2, 29), 20)
    (datetime.date(2039, 3, 1), datetime.date(2044, 2, 29))
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
