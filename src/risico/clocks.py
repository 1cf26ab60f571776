"""Time limits in Dutch working days, weeks and months: when something is due, and how it stands.

Which days are no working days stands in `feestdagen.yaml`, what the limits are in the files of the records: both with
their source and date. Only the date of Easter is worked out here. A date that is not there is never on time.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from risico.errors import IllegalAnswers
from risico.instrument import Instrument, load
from risico.instrument.beside import Clock, Term, Text
from risico.instrument.model import MEMORY, Source
from risico.strict import Frozen, build, read_yaml
from risico.words import Language, pick

HOLIDAYS: Final = Path(__file__).parent / "_rules" / "feestdagen.yaml"
State = Literal["not_started", "running", "overdue", "on_time", "late", "impossible"]
ONE = timedelta(days=1)
WEEKEND = 5
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})([T ][\d:.+Z-]*)?")


class Holiday(Frozen):
    """One holiday: a day of the year, or so many days after Easter Sunday.

    `on_sunday` moves a fixed day by so many days when it is a Sunday; `first` and `last` are the years it is held in.
    """

    title: Text
    day: tuple[int, int] | None = None
    easter: int | None = None
    on_sunday: int = 0
    first: int | None = None
    last: int | None = None
    source: str

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.day is None) == (self.easter is None):
            raise ValueError("a holiday is a day of the year ([month, day]) or so many days from Easter")
        return self

    def held(self, year: int) -> date | None:
        """Return the day on which it is held in a year, None where it is not held."""
        if (self.first is not None and year < self.first) or (self.last is not None and year > self.last):
            return None
        if self.easter is not None:
            return easter(year) + self.easter * ONE
        month, day = self.day or (1, 1)
        found = date(year, month, day)
        return found + self.on_sunday * ONE if found.weekday() == WEEKEND + 1 else found


class Moves(Frozen):
    """The longest limits whose last day moves to the next working day when it is none."""

    weeks: int
    months: int


class Calendar(Frozen):
    """The days that are no working days, besides Saturday and Sunday: a dated setting, with its sources."""

    id: str
    version: int
    title: Text
    as_of: str
    moves: Moves
    holidays: dict[str, Holiday] = Field(min_length=1)
    limits: tuple[Text, ...] = ()
    sources: dict[str, Source]

    def closed(self, day: date) -> bool:
        """Return whether a day is no working day.

        >>> dutch().closed(date(2026, 4, 27)), dutch().closed(date(2026, 4, 28))
        (True, False)
        """
        return day.weekday() >= WEEKEND or any(one.held(day.year) == day for one in self.holidays.values())


@cache
def dutch(path: Path = HOLIDAYS) -> Calendar:
    """Return the Dutch calendar of working days, or that of another file of the same form."""
    return build(Calendar, read_yaml(path), path.name)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous algorithm: Nature, 20 April 1876).

    >>> easter(2024), easter(2038)
    (datetime.date(2024, 3, 31), datetime.date(2038, 4, 25))
    """
    golden, (century, rest) = year % 19, divmod(year, 100)
    correction = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - correction - rest % 4) % 7
    late = (golden + 11 * correction + 22 * week) // 451
    month, day = divmod(correction + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def due(start: date, term: Term, days: Calendar | None = None) -> date:
    """Return the last day on which something is in time; the day it started on is not counted.

    Weeks and months run on every day, a month to the last day of a shorter one. When such a limit would end on a day
    that is no working day, it ends on the next one (Algemene termijnenwet, art. 1), up to the lengths of `days.moves`.

    >>> due(date(2024, 3, 27), Term(working_days=5))  # Good Friday, a weekend and Easter Monday lie between
    datetime.date(2024, 4, 5)
    """
    days = days or dutch()
    if term.working_days is not None:
        day = start
        for _ in range(term.working_days):
            day = _open(day + ONE, days)
        return day
    if term.weeks is not None:
        last = start + timedelta(weeks=term.weeks)
        return _open(last, days) if term.weeks <= days.moves.weeks else last
    months = term.months or 0
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    last = date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return _open(last, days) if months <= days.moves.months else last


def _open(day: date, days: Calendar) -> date:
    while days.closed(day):
        day += ONE
    return day


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How one clock stands: `due` is None while it has not started. `impossible` is an end before its start."""

    clock: str
    start: date | None
    stop: date | None
    due: date | None
    state: State


def clocks(
    form: Mapping[str, Any], instrument: str | Path | Instrument, today: date, days: Calendar | None = None
) -> tuple[Reading, ...]:
    """Return how each clock of a record stands on a day.

    A start that is not there is `not_started`, never in time. Raises IllegalAnswers when a date cannot be read.

    >>> form = {"vt_veiligheidsbeoordeling_datum_melding": "2024-03-27"}
    >>> reading = clocks(form, "vt_veiligheidsbeoordeling", date(2024, 4, 8))[0]
    >>> reading.due, reading.state
    (datetime.date(2024, 4, 5), 'overdue')
    """
    it = load(instrument)
    return tuple(_read(name, clock, form, it, today, days) for name, clock in it.clocks.items())


def _read(
    name: str, clock: Clock, form: Mapping[str, Any], it: Instrument, today: date, days: Calendar | None
) -> Reading:
    start, stop = (_date(form, f"{it.id}_{end}") for end in (clock.start, clock.stop))
    last = None if start is None else due(start, clock.term, days)
    return Reading(clock=name, start=start, stop=stop, due=last, state=_state(start, stop, last, today))


def _state(start: date | None, stop: date | None, last: date | None, today: date) -> State:
    if start is None or last is None:
        return "not_started"
    if stop is None:
        return "running" if today <= last else "overdue"
    if stop < start:
        return "impossible"
    return "on_time" if stop <= last else "late"


def _date(form: Mapping[str, Any], column: str) -> date | None:
    value = form.get(column)
    if value is None or value != value or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = DAY.fullmatch(str(value).strip())
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise IllegalAnswers(
            f"{column} holds something that is no date. A time limit from a guessed date would be wrong.\n"
            "Write dates year first: 2024-03-01."
        ) from None


def told(
    form: Mapping[str, Any], instrument: str | Path | Instrument, today: date, language: Language = "nl"
) -> Iterator[str]:
    """Yield a sentence for each clock of a record: its limit, how it stands, and where the limit comes from."""
    it = load(instrument)
    for reading in clocks(form, it, today):
        clock, words = it.clocks[reading.clock], _WORDS[language]
        last = "" if reading.due is None else f"{reading.due:%d-%m-%Y}"
        seen = clock.source != MEMORY and it.sources[clock.source].seen
        parts = [words[reading.state].format(due=last), words["source"].format(source=clock.source, as_of=clock.as_of)]
        parts += [_longer(clock.extend, language)] if clock.extend else []
        parts += [] if seen else [words["memory"]]
        yield f"{pick(clock.title, language)}: {' '.join(parts)}"


def _longer(by: Term, language: Language) -> str:
    unit, length = next((unit, length) for unit, length in by.model_dump().items() if length is not None)
    return _WORDS[language]["extend"].format(length=length, unit=_WORDS[language][unit])


_WORDS: dict[str, dict[str, str]] = {
    "nl": {
        "not_started": "nog niet begonnen (de begindatum is niet ingevuld).",
        "running": "loopt tot en met {due}.",
        "overdue": "was uiterlijk {due}; het einde is nog niet vastgelegd.",
        "on_time": "op tijd (uiterlijk {due}).",
        "late": "te laat (uiterlijk {due}).",
        "impossible": "de einddatum ligt voor de begindatum; kijk de datums na.",
        "source": "Bron: {source}, zoals bekend {as_of}.",
        "extend": "Met een vastgelegde reden telkens te verlengen met ten hoogste {length} {unit}.",
        "working_days": "werkdagen",
        "weeks": "weken",
        "months": "maanden",
        "memory": "Niet nagezien bij de bron.",
    },
    "en": {
        "not_started": "not started yet (its first date was not filled in).",
        "running": "runs up to and including {due}.",
        "overdue": "was due by {due}; its end was not recorded yet.",
        "on_time": "in time (due by {due}).",
        "late": "too late (due by {due}).",
        "impossible": "the end is before the start; look at the dates.",
        "source": "Source: {source}, as known {as_of}.",
        "extend": "With a recorded reason it may each time be made longer by {length} {unit} at most.",
        "working_days": "working days",
        "weeks": "weeks",
        "months": "months",
        "memory": "Not checked at its source.",
    },
}
