"""Published numbers of an instrument beside the standard that applies to them, for its card.

What the standards ask, and whether that was seen at its source, stands in `card_words.yaml`. A verdict is given only
where the number was checked and the standard can be applied to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from risico.instrument import Instrument
from risico.instrument.model import MEMORY, Evidence, Text
from risico.words import Language, number, pick

Group = Literal["reliability", "validity", "norms", "other"]
ENDS = {"lowest": 0, "highest": 1, "min": 0, "max": 1}
"""How a name says that it is one end of several numbers."""


@cache
def words() -> Mapping[str, Any]:
    """Return the words of a card, by part and key, each in nl and en."""
    from risico.strict import read_yaml

    return read_yaml(Path(__file__).parent / "templates" / "card_words.yaml")


def say(part: str, key: str, language: Language, **filled: object) -> str:
    """Return the words of a part of a card, filled in."""
    return pick(words()[part][key], language).format(**filled)


def checked(it: Instrument, source: str) -> bool:
    """Return whether what this source says was read there, and does not come from memory."""
    return source != MEMORY and it.sources[source].seen


def cited(it: Instrument, source: str, language: Language) -> str:
    """Name a source, marked when nobody saw it."""
    if source == MEMORY:
        return f"[{say('marks', 'memory', language)}]"
    return source if it.sources[source].seen else f"{source} [{say('marks', 'unseen', language)}]"


@dataclass(frozen=True, kw_only=True)
class Published:
    """One published number, or the lowest and highest of several, with what is known of it."""

    entry: Evidence
    low: float | Text | str
    high: float | Text | str
    measure: str
    kind: Mapping[str, Any]
    rest: str

    @property
    def group(self) -> Group:
        """Where on the card it belongs."""
        return self.kind.get("group", "other")

    def label(self, it: Instrument, language: Language) -> str:
        """Say which measure this is: what, at which cut-off, in whom."""
        if self.hidden(it):
            return pick(self.kind["label"], language)
        cut, rest = _cut(self.rest) if self.kind.get("cut") else ("", self.rest)
        rest, end = _end(f"_{rest}") if rest else ("", None)
        parts = [pick(words()["cut"], language).format(cut=cut)] if cut else []
        parts += [_rest(rest.strip("_"), language)] if rest.strip("_") else []
        parts += [pick(words()["ends"][end], language)] if end is not None else []
        parts += [pick(self.entry.note, language)] if self.entry.note else []
        return pick(self.kind["label"], language) + (f" ({'; '.join(parts)})" if parts else "")

    def hidden(self, it: Instrument) -> bool:
        """Return whether this is a share of people that nobody checked."""
        return bool(self.kind.get("risk")) and not checked(it, self.entry.source)

    def value(self, it: Instrument, language: Language) -> str:
        """Write the number with its interval; a share of people that nobody checked is never shown."""
        if self.hidden(it):
            return say("published", "hidden", language)
        low, high = (_said(end, language) for end in (self.low, self.high))
        shown = low if low == high else say("published", "to", language, low=low, high=high)
        if low == high and self.entry.low is not None:
            ends = {"low": _said(self.entry.low, language), "high": _said(self.entry.high, language)}
            shown = say("published", "interval", language, value=shown, **ends)
        return shown if checked(it, self.entry.source) else f"{shown} [{_doubt(it, self.entry.source, language)}]"

    def sample(self, language: Language) -> str:
        """Say on how many people, who they were, where, and when they were measured."""
        n = f"n = {number(self.entry.n, language)}" if self.entry.n else say("published", "no_n", language)
        places = [_country(place.strip(), language) for place in (self.entry.country or "").split(",")]
        when = str(self.entry.year or "")
        return ", ".join(part for part in (n, pick(self.entry.sample, language), *places, when) if part)

    def standard(self, language: Language) -> str:
        """Say what is asked of such a number, and whether that was seen at its source."""
        entry = words()["standards"].get(self.kind.get("standard"))
        if entry is None:
            return "–"
        status = words()["seen"] if entry["status"] == "seen" else words()["marks"]["memory"]
        return f"{pick(entry['words'], language)} [{pick(status, language)}]"

    def verdict(self, it: Instrument, language: Language, *, structure: bool) -> str:
        """Say whether the standard is met; `structure`: whether the file shows that the items are one scale."""
        return say("verdict", self._verdict(it, structure=structure), language)

    def _verdict(self, it: Instrument, *, structure: bool) -> str:
        entry = words()["standards"].get(self.kind.get("standard"), {})
        if it.model == "formative" and self.kind.get("property") == "consistency":
            return "formative"
        if entry.get("unnamed"):
            return "kind"
        limit = entry.get("limit")
        if (
            not isinstance(self.low, int | float)
            or not isinstance(self.high, int | float)
            or not (limit or self.kind.get("fit"))
        ):
            return "none"
        if not checked(it, self.entry.source):
            return "unchecked"
        if self.kind.get("fit"):
            return "met" if self.fits() else "not_met"
        floor = entry.get("low", limit)
        if self.high < floor:
            return "not_met"
        if self.low >= limit:
            return "structure" if entry.get("structure") and not structure else "met"
        return "kind" if floor < limit else "partly"

    def fits(self) -> bool:
        """Return whether a fit measure of the structure is good enough by COSMIN."""
        fit = self.kind.get("fit", {})
        if not fit or not isinstance(self.low, int | float) or not isinstance(self.high, int | float):
            return False
        return self.low > fit["above"] if "above" in fit else self.high < fit["below"]


def published(it: Instrument) -> tuple[Published, ...]:
    """Return the published numbers of an instrument; the lowest and the highest of one thing stand together.

    Of shares that are not shown, because nobody checked them, one of each kind and source stands for all.
    """
    rows: list[dict[int, Evidence]] = []
    latest: dict[tuple[object, ...], dict[int, Evidence]] = {}
    for entry in it.evidence:
        stem, end = _end(entry.statistic)
        key = (stem, entry.of, entry.source, entry.n, entry.country, str(entry.sample))
        if end is None or end in latest.get(key, {0: entry, 1: entry}):
            rows.append({end or 0: entry})
            latest[key] = rows[-1] if end is not None else {}
        else:
            latest[key][end] = entry
    found = [_read(row) for row in rows]
    return tuple(one for i, one in enumerate(found) if not one.hidden(it) or _first(it, one, found[:i]))


def lacking(it: Instrument, group: Group) -> Iterator[str]:
    """Yield the measurement properties of a section that no number of the file says anything of, in COSMIN's order."""
    there = {one.kind.get("property") for one in published(it)}
    aside = {"consistency", "structure"} if it.model == "formative" else set[str]()
    return (name for name in words()["properties_of"][group] if name not in there | aside)


def _first(it: Instrument, one: Published, before: list[Published]) -> bool:
    same = (one.measure, one.entry.source)
    return not any(other.hidden(it) and (other.measure, other.entry.source) == same for other in before)


def structure_shown(it: Instrument) -> bool:
    """Return whether the numbers show that the items are one scale: without it COSMIN judges no alpha as sufficient.

    Loadings and explained variance do not show it, nor does a fit that nobody checked.
    """
    return any(one.fits() and checked(it, one.entry.source) for one in published(it))


def _end(statistic: str) -> tuple[str, int | None]:
    """Part the name of a statistic from which end of several numbers it is: 0 the lowest, 1 the highest, or None."""
    stem, _, last = statistic.rpartition("_")
    return (stem, ENDS[last]) if last in ENDS else (statistic, None)


def _read(ends: Mapping[int, Evidence]) -> Published:
    low, high = ends.get(0) or ends[1], ends.get(1) or ends[0]
    name, kind = _kind(low.statistic)
    full = low.statistic if low is high else _end(low.statistic)[0]
    rest = full.removeprefix(name).strip("_")
    return Published(entry=low, low=low.value, high=high.value, measure=name, kind=kind, rest=rest)


def _kind(statistic: str) -> tuple[str, Mapping[str, Any]]:
    """Find what a statistic is by the longest beginning that is known; else it is called what the file calls it."""
    known = words()["statistics"]
    fits = [name for name in known if statistic == name or statistic.startswith(f"{name}_")]
    if fits:
        name = max(fits, key=len)
        return name, known[name]
    said = statistic.replace("_", " ")
    return statistic, {"label": {"nl": said, "en": said}}


def _country(code: str, language: Language) -> str:
    return pick(words()["countries"].get(code), language) or code


def _rest(rest: str, language: Language) -> str:
    return pick(words()["rest"].get(rest), language) or rest.replace("_", " ")


def _cut(rest: str) -> tuple[str, str]:
    """Part a cut-off from what follows it."""
    first, _, more = rest.partition("_")
    return (first, more) if first.isdigit() else ("", rest)


def _said(value: float | Text | str | None, language: Language) -> str:
    if isinstance(value, int | float):
        return number(value, language, _digits(value))
    return pick(value, language)


def _digits(value: float) -> int:
    return 2 if round(value, 2) == value else 3


def _doubt(it: Instrument, source: str, language: Language) -> str:
    return say("marks", "memory" if source == MEMORY else "unseen", language)
