"""Which column is which item, as far as its name or label says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from risico.exchange.meanings import plain
from risico.instrument import Instrument

How = Literal["name", "label", "numbers", "order", "likeness", "words"]
"""How a column was found; `numbers`: by a label that holds another number that could be the item as well; `words`: by
a name that is a word of our short description."""
RECODED = frozenset({"r", "rec", "rev", "rc", "inv", "om", "omg", "h", "hc", "rr"})
"""Endings that often mean: this column was already reversed or recoded."""
_MOMENT = r"(?:t|w|m|fu|wave|meting|moment)_?\d{1,2}|pre|post|baseline|voormeting|tussenmeting|nameting|follow_?up"
_BEFORE = re.compile(rf"({_MOMENT})_(.+)|(t\d)([a-z].+)")
_AFTER = re.compile(rf"(.+?)_({_MOMENT})")
_FILLER = re.compile(r"(?:item|vraag|question|nr|it|q|v|i)_?(?=\d)")
_ENDING = re.compile(r"(.+?)_?([a-z]{1,3})")
_LIKE_ENOUGH = 0.75
_WORD_ENOUGH = 0.7
_LONG = 4
"""Shorter words (niet, van, with) say nothing about an item."""
_AT_LEAST = 2
"""One column that happens to share a word with an item is no finding."""

_KEYS = {
    "case": "case casus casusnummer casusnr casus_nr casus_id zaak zaaknummer zaaknr dossier dossiernummer dossiernr "
    "gezin gezinsnummer huishouden case_id caseid record_id id",
    "person": "person persoon persoonnummer persoonnr persoon_id person_id gezinslid kind kindnr client clientnr "
    "clientnummer client_id clint cliëntnummer patient patientnr patient_id respnr respondent respondentnr ppnr "
    "participant subject",
    "moment": "moment meting meetmoment meetmomentnr tijdstip wave time",
    "rater": "rater beoordelaar beoordeler invuller codeur observer rater_id beoordelaar_id",
}
_CONTEXT = {
    "sex": "sex geslacht gender sekse",
    "age": "age leeftijd",
    "informant": "informant respondent_type ingevuld_door soort_informant",
}


@dataclass(frozen=True)
class Match:
    """One column that stands for one item at one moment, and how that was found."""

    column: str
    item: str
    moment: str | None
    ending: str
    how: How


def find(instrument: Instrument, columns: Iterable[str], labels: Mapping[str, str]) -> list[Match]:
    """Return the columns of an instrument: by name, else by label, order, the words of a label, or words as a name."""
    columns = list(columns)
    for matches in (
        _by_names(instrument, columns),
        [match for column in columns for match in _by_label(instrument, column, labels.get(column, ""))],
        _by_order(instrument, columns),
        _by_likeness(instrument, columns, labels),
        _by_words(instrument, columns),
    ):
        if matches:
            return matches
    return []


def split_moment(name: str) -> tuple[str | None, str]:
    """Return the moment in a column name, and the name without it.

    >>> split_moment("t1_phq_1"), split_moment("phq9_1_t2"), split_moment("phq9_1")
    (('t1', 'phq_1'), ('t2', 'phq9_1'), (None, 'phq9_1'))
    """
    if found := _BEFORE.fullmatch(name):
        return (found[1] or found[3]).replace("_", ""), found[2] or found[4]
    if found := _AFTER.fullmatch(name):
        return found[2].replace("_", ""), found[1]
    return None, name


def keys(columns: Iterable[str]) -> dict[str, list[str]]:
    """Return for each key (case, person, moment, rater) the columns whose name says so, best first."""
    return _named(columns, _KEYS)


def contexts(columns: Iterable[str], wanted: Iterable[str]) -> dict[str, list[str]]:
    """Return for each context column that an instrument wants the columns whose name says so."""
    return _named(columns, {name: f"{name} {_CONTEXT.get(name, '')}" for name in wanted})


def simple(name: str) -> str:
    """Write a column name in small letters with single underscores.

    >>> simple("T1 PHQ.9-01")
    't1_phq_9_01'
    """
    return re.sub(r"[^0-9a-zà-ÿ]+", "_", name.lower()).strip("_")


def _named(columns: Iterable[str], words: Mapping[str, str]) -> dict[str, list[str]]:
    by_name: dict[str, list[str]] = {}
    for column in columns:
        by_name.setdefault(simple(column), []).append(column)
    return {key: [c for word in names.split() for c in by_name.get(word, [])] for key, names in words.items()}


def _by_names(instrument: Instrument, columns: list[str]) -> list[Match]:
    """Take the columns with the whole name of the instrument; beside those a bare `phq9` is a total, not item 9."""
    whole, short = _aliases(instrument.id)
    return _with_alias(instrument, columns, whole) or _with_alias(instrument, columns, short)


def _with_alias(instrument: Instrument, columns: list[str], aliases: list[str]) -> list[Match]:
    return [match for column in columns for match in _by_name(instrument, column, aliases)]


def _by_name(instrument: Instrument, column: str, aliases: list[str]) -> Iterator[Match]:
    name = simple(column)
    moment, rest = split_moment(name)
    for when, part in ((None, name), (moment, rest)):
        for alias in aliases:
            if part.startswith(alias):
                found = _item(instrument, part[len(alias) :].strip("_"))
                if found is not None:
                    yield Match(column, found[0], when, found[1], "name")
                    return


def _by_label(instrument: Instrument, column: str, label: str) -> Iterator[Match]:
    text = simple(label)
    moment, _ = split_moment(simple(column))
    for alias in (alias for aliases in _aliases(instrument.id) for alias in aliases):
        if text.startswith(alias):
            words = [word for word in text[len(alias) :].strip("_").split("_") if word]
            for length in (1, 2, 3):
                found = _item(instrument, "_".join(words[:length]))
                if found is not None and not found[1]:
                    bare = length == 1 and words[0].isdigit()
                    others = any(word.isdigit() and _item(instrument, word) for word in words[length:])
                    yield Match(column, found[0], moment, "", "numbers" if bare and others else "label")
                    return


def _by_order(instrument: Instrument, columns: list[str]) -> list[Match]:
    """Take one series v1 … v9 of exactly as many columns as the instrument has items."""
    if list(instrument.items) != [str(place) for place in range(1, len(instrument.items) + 1)]:
        return []
    series: dict[tuple[str, str | None], dict[str, str]] = {}
    for column in columns:
        moment, rest = split_moment(simple(column))
        if found := re.fullmatch(r"(\D*?)_?0*(\d+)", rest):
            series.setdefault((found[1], moment), {})[found[2]] = column
    fitting = {key: found for key, found in series.items() if set(found) == set(instrument.items)}
    if len({stem for stem, _ in fitting}) != 1:
        return []
    return [Match(found[item], item, moment, "", "order") for (_, moment), found in fitting.items() for item in found]


def _by_likeness(instrument: Instrument, columns: list[str], labels: Mapping[str, str]) -> list[Match]:
    scored = sorted(
        (
            (
                max(SequenceMatcher(None, plain(labels[c]), plain(text)).ratio() for text in entry.label.values()),
                c,
                item,
            )
            for c in columns
            if c in labels
            for item, entry in instrument.items.items()
        ),
        reverse=True,
    )
    taken: dict[str, str] = {}
    for likeness, column, item in scored:
        if likeness >= _LIKE_ENOUGH and column not in taken and item not in taken.values():
            taken[column] = item
    return [Match(column, taken[column], None, "", "likeness") for column in columns if column in taken]


def _by_words(instrument: Instrument, columns: list[str]) -> list[Match]:
    """Take columns named with a word of our short description (`Somber`, `slaap`), for the item they are most like."""
    kept = {column for named in _named(columns, _KEYS | _CONTEXT).values() for column in named}
    words = {item: _long(" ".join(entry.label.values())) for item, entry in instrument.items.items()}
    scored: list[tuple[float, str, str]] = []
    for column in (column for column in columns if column not in kept):
        asked = _long(split_moment(simple(column))[1])
        for item, theirs in words.items() if asked else ():
            likeness = min(max(_alike(word, other) for other in theirs) for word in asked) if theirs else 0
            scored += [(likeness, column, item)] if likeness >= _WORD_ENOUGH else []
    taken: dict[tuple[str, str | None], str] = {}
    for _, column, item in sorted(scored, key=lambda found: -found[0]):
        place = item, split_moment(simple(column))[0]
        if place not in taken and column not in taken.values():
            taken[place] = column
    found = [Match(column, item, moment, "", "words") for (item, moment), column in taken.items()]
    return sorted(found, key=lambda match: columns.index(match.column)) if len(found) >= _AT_LEAST else []


def _long(text: str) -> list[str]:
    return [word for word in plain(text).split() if len(word) >= _LONG and word.isalpha()]


def _alike(one: str, other: str) -> float:
    """Tell how alike two words are; words that begin otherwise are not (`slaap` and `slapen` are)."""
    return SequenceMatcher(None, one, other).ratio() if one[:3] == other[:3] else 0.0


def _aliases(name: str) -> tuple[list[str], list[str]]:
    """Return how people write the name of an instrument: in full (`phq9`, `phq_9`), and without its number (`phq`)."""
    stem = name.rstrip("0123456789").rstrip("_")
    digits = name[len(name.rstrip("0123456789")) :]
    whole = {name, name.replace("_", ""), *((f"{stem}_{digits}",) if digits else ())}
    short = {stem, stem.replace("_", "")} - whole if len(stem) > 2 else set[str]()
    return sorted(whole, key=len, reverse=True), sorted(short, key=len, reverse=True)


def _item(instrument: Instrument, tail: str) -> tuple[str, str] | None:
    """Return the item that the end of a name stands for, and what is left after it (`1_s` is item 1, ending `s`)."""
    items = {_key(item): item for item in instrument.items}
    without = _FILLER.sub("", tail, count=1) if _FILLER.match(tail) else tail
    for text in (tail, without):
        if _key(text) in items:
            return items[_key(text)], ""
    if (found := _ENDING.fullmatch(without)) and _key(found[1]) in items:
        return items[_key(found[1])], found[2]
    return None


def _key(text: str) -> str:
    """Write `P_01` and `p1` alike; between two numbers the space stays, since 1_1 is not 11."""
    return re.sub(r"(?<!\d) | (?!\d)", "", re.sub(r"(?<!\d)0+(?=\d)", "", text.replace("_", " ")))
