"""Two ratings that do not know of each other: what somebody may not see yet, and which ratings stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from risico.dossier import view
from risico.dossier.bodies import AlertSeen, Filled, Judgement
from risico.dossier.entries import Entry


def hidden(entries: Sequence[Entry], who: str) -> set[int]:
    """Return the forms, by the number that they have now, that somebody may not see yet.

    While a second rating of mine is a draft, what others filled in of the same instrument about the same person is
    hidden from me; while a first rating of mine is, the second ones of others are. A draft of a second rating is seen
    by nobody but the one who began it.
    """
    begun, now = _first(entries), [*view.forms(entries), *view.forms(entries, drafts=True)]
    mine = [e for e in now if e.body.draft and _by(begun, e) == who]
    found = {e.number for e in now if e.body.draft and e.body.position == "second" and _by(begun, e) != who}
    for draft in mine:
        others = (e for e in now if _same(e, draft) and _by(begun, e) != who)
        found |= {e.number for e in others if "second" in (draft.body.position, e.body.position)}
    return found


def seen_by(entries: Sequence[Entry], who: str) -> list[Entry]:
    """Return the entries of a case without the forms that are hidden from somebody, and without what rests on them."""
    begun = _first(entries)
    blind = {begun[number].number for number in hidden(entries, who)}

    def shown(entry: Entry) -> bool:
        form = entry.body.form if isinstance(entry.body, Judgement | AlertSeen) else entry.number
        return form not in begun or begun[form].number not in blind

    return [entry for entry in entries if shown(entry)]


def raters(entries: Sequence[Entry], form: Entry) -> list[Entry]:
    """Return the finished ratings that stand side by side with a form: the first, then the second ones in order.

    A second rating belongs to the first one that was begun last before it; where none was, to the next.
    """
    begun = _first(entries)
    same = [e for e in view.forms(entries) if _same(e, form) and e.body.version == form.body.version]
    firsts = [e for e in same if e.body.position == "first"]

    def of(second: Entry) -> int | None:
        before = [e.number for e in firsts if begun[e.number].number < begun[second.number].number]
        return before[-1] if before else firsts[0].number if firsts else None

    own = form.number if form.body.position == "first" else of(form)
    found = [e for e in same if e.number == own]
    return found + [e for e in same if e.body.position == "second" and of(e) == own]


def may_rate_second(entries: Sequence[Entry], instrument: str, about: str | None, who: str) -> bool:
    """Say whether somebody can give a second rating: not who wrote in the first."""
    firsts = [e for e in entries if isinstance(e.body, Filled) and e.body.position == "first"]
    return who not in {e.by for e in firsts if (e.body.instrument, e.about) == (instrument, about)}


def _same(one: Entry, other: Entry) -> bool:
    return (one.body.instrument, one.about) == (other.body.instrument, other.about)


def _by(begun: Mapping[int, Entry], entry: Entry) -> str:
    """Return whose form it is: of a second rating who began it, of another who wrote in it last."""
    return begun[entry.number].by if entry.body.position == "second" else entry.by


def _first(entries: Sequence[Entry]) -> dict[int, Entry]:
    """Return for each entry of a form the one with which that form was begun."""
    found: dict[int, Entry] = {}
    for entry in entries:
        if entry.kind == "form":
            found[entry.number] = found.get(entry.replaces, entry) if entry.replaces is not None else entry
    return found
