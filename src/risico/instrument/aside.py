"""A file with its broken entries set aside, and all that rests on them, so that the rest can be checked all the same.

A mistake names its place (`scores.total.of[0]`). Without the entry at that place, and without what rests on it, what is
said of the others is about these others, and never about what is broken already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from risico.instrument.conditions import Condition
from risico.instrument.model import MEMORY, Instrument, needs
from risico.instrument.reach import outcomes

NAMED = ("context", "variants", "answers", "items", "kept", "clocks", "hints", "scores", "bands", "alerts")
"""The blocks of entries by name, in an order in which what rests on others comes after them."""
LISTED = ("skip", "refuse", "vectors")
"""The blocks without names: as a place is a number there, one that goes would give the others another's place."""
STAND_INS: Mapping[str, Any] = {
    "version": 1,
    "status": "computed",
    "model": "formative",
    "title": {"nl": "…", "en": "…"},
    "domain": "system",
    "informant": "self",
    "nl_status": {"value": "none", "source": MEMORY},
    "administer": "open",
    "licence": {"kind": "…", "electronic": "unknown"},
    "qualification": {"nl": "…", "en": "…"},
}
CITED: Mapping[str, Any] = {"sources": {"cite": "…"}, "outcomes": {"nl": "…", "en": "…"}}
Lost = dict[str, set[str]]


def place(mistake: str) -> tuple[str, str | None]:
    """Return the block and the name of the entry that a mistake is about.

    >>> place("scores.total.of[0]: there is no item or score 'e'."), place("skip[1].when: ask only of context …")
    (('scores', 'total'), ('skip', None))
    """
    where = mistake.split(":")[0].split(" ")[0]
    block, _, rest = where.partition(".")
    if "[" in block:
        return block.split("[")[0], None
    return block, rest.split(".")[0].split("[")[0] or None


def without(it: Instrument, places: Iterable[tuple[str, str | None]]) -> Instrument:
    """Return an instrument without the entries at some places and without what rests on them; all of it if no name."""
    lost: Lost = {block: set() for block in (*NAMED, *LISTED)}
    for block, name in places:
        if block in lost:
            lost[block] |= {name} if name is not None else set(_names(it, block))
    if not any(lost.values()):
        return it
    while (more := _resting(it, lost)) != lost:
        lost = more
    kept: dict[str, Any] = {block: _left(getattr(it, block), lost[block]) for block in (*NAMED, *LISTED)}
    said = {value for score in kept["scores"].values() for value in outcomes(score)}
    kept["outcomes"] = {value: words for value, words in it.outcomes.items() if value in said}
    return it.model_copy(update=kept)


def spared(data: Mapping[str, Any], places: Iterable[tuple[str, str | None]], name: str) -> dict[str, Any]:
    """Return what a file says without the entries that have not the shape they should have.

    What any file must say, and what others cite by name, gets a stand-in: then nothing is said of its being away.
    """
    left = dict(data)
    for block, entry in places:
        inside = left.get(block)
        if block in STAND_INS:
            left[block] = STAND_INS[block]
        elif block == "id":
            left[block] = name
        elif isinstance(inside, Mapping) and entry is not None:
            others = {key: value for key, value in inside.items() if str(key) != entry}
            left[block] = others | ({entry: CITED[block]} if block in CITED else {})
        else:
            left.pop(block, None)
    return left


def _names(it: Instrument, block: str) -> list[str]:
    entries = getattr(it, block)
    return [str(name) for name in (entries if isinstance(entries, dict) else range(len(entries)))]


def _left(entries: Mapping[str, Any] | Sequence[Any], lost: set[str]) -> Any:
    if isinstance(entries, Mapping):
        return {name: entry for name, entry in entries.items() if name not in lost}
    return () if lost else entries


def _resting(it: Instrument, lost: Lost) -> Lost:
    """What is lost, with what rests on it directly."""

    def asks(when: Condition) -> bool:
        return any(
            leaf.item in lost["items"] or leaf.score in lost["scores"] or leaf.context in lost["context"]
            for leaf in when.leaves()
        )

    gone = lost["items"] | lost["scores"]
    rests: dict[str, Callable[[str, Any], bool]] = {
        "variants": lambda name, one: name in lost["context"] or bool(_moved(one) & lost["items"]),
        "items": lambda _, one: one.answers in lost["answers"],
        "clocks": lambda _, one: one.start in lost["kept"] or one.stop in lost["kept"],
        "hints": lambda name, _: name in lost["items"],
        "scores": lambda name, one: (
            bool(needs(one) & gone)
            or one.by in lost["context"]
            or any(map(asks, _whens(one)))
            or (one.helper and bool(lost["scores"]) and not _read(it, name, lost["scores"]))
        ),
        "bands": lambda _, one: one.of in lost["scores"] or bool(set(one.by) & lost["context"]),
        "alerts": lambda _, one: asks(one.when),
        "skip": lambda _, one: asks(one.when) or bool(set(one.then.items) & lost["items"]),
        "refuse": lambda _, one: asks(one.when),
        "vectors": lambda _, one: bool({*one.answers, *one.context, *one.expect} & set().union(*lost.values())),
    }
    more = {block: set(names) for block, names in lost.items()}
    for block, does in rests.items():
        entries = getattr(it, block)
        pairs = entries.items() if isinstance(entries, dict) else enumerate(entries)
        more[block] |= {str(name) for name, entry in pairs if does(str(name), entry)}
    return more


def _whens(score: Any) -> list[Condition]:
    return [case.when for case in score.cases] + ([score.only] if score.only is not None else [])


def _moved(variant: Any) -> set[str]:
    """The items that another version has under another number or in other codes."""
    readings = [reading for reading in variant.versions.values() if reading is not None]
    return {item for one in readings for item in (*one.numbers, *(i for coded in one.codes for i in coded.items))}


def _read(it: Instrument, name: str, lost: set[str]) -> bool:
    return any(name in needs(score) for other, score in it.scores.items() if other not in lost)
