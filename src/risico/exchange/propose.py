"""Propose a map: read names, labels and codes, say what is sure, and leave the rest to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from risico.errors import UsageError
from risico.exchange import naming
from risico.exchange.codes import look, propose_coding, same, strange
from risico.exchange.columns import as_text
from risico.exchange.files import Labelled
from risico.exchange.mapping import Code, Coding, Columns, Given, Key, Map, Placed, render
from risico.exchange.meanings import meaning, plain
from risico.exchange.naming import Match
from risico.exchange.reasons import reason
from risico.instrument import Instrument
from risico.instrument.model import NumberContext
from risico.words import Language, pick

_CONTEXT_WORDS = {
    "m": "m man men male mannelijk jongen boy",
    "f": "f v vrouw vrouwen female vrouwelijk meisje girl",
    "parent": "parent ouder ouders moeder vader mother father",
    "teacher": "teacher leerkracht leraar docent",
    "self": "self zelf kind jongere jeugdige child youth",
}


class NothingFound(UsageError):
    """No column of a file was recognised."""


AGE = "age"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_YEARS = NumberContext(number=(0, 120))


@dataclass(frozen=True)
class Proposal:
    """A map to read and correct, and in words what else deserves a look."""

    map: Map
    notes: tuple[str, ...]


def propose(file: Labelled, to: Sequence[Instrument], *, made_for: str = "", language: Language = "nl") -> Proposal:
    """Propose which columns of a file are the items of some instruments, and what their codes mean.

    Nothing is changed. Whatever the file itself does not settle is marked `sure: false` with the reason, and a map
    with such a mark is not applied. Raises NothingFound when no column of any of the instruments is found.
    """
    found = {instrument.id: naming.find(instrument, file.frame.columns, file.labels) for instrument in to}
    if not any(found.values()):
        wanted = ", ".join(instrument.id for instrument in to)
        raise NothingFound(
            f"No column of {wanted} was found among the {file.frame.width} of the file. Columns are looked for by name "
            "(phq9_1, T1_PHQ_1), label and the words of the items. Does the first row hold the names of the columns? "
            "Rename the columns, or fill in a map by hand: `risico map … -o map.yaml` writes one to fill in."
        )
    unnamed = {name for name, matches in found.items() if any(match.moment is None for match in matches)}
    found, moments = _moments(found)
    notes = [reason("not_found", language, name) for name, matches in found.items() if not matches]
    notes += [reason("moments", language, ", ".join(moments))] if moments else []
    placed = {i.id: _placed(i, found, moments, file, notes, language) for i in to if found[i.id]}
    for name in sorted(unnamed & set(placed)) if moments else ():
        why = " ".join((placed[name].why or "", reason("no_moment", language, found[name][0].moment or ""))).strip()
        placed[name] = placed[name].model_copy(update={"sure": False, "why": why})
    named = {match.column for matches in found.values() for match in matches}
    kept = {i.id: _kept(i, [c for c in file.frame.columns if c not in named]) for i in to if found[i.id]}
    placed = {name: one.model_copy(update={"kept": kept[name]}) for name, one in placed.items()}
    named |= {column for columns in kept.values() for column in columns.values()}
    free = [column for column in file.frame.columns if column not in named]
    context = _contexts(file, [i for i in to if found[i.id]], free, notes, language)
    keys = _keys(free, bool(moments), notes, language)
    return Proposal(
        Map(made_for=made_for, keys=keys, moments=moments, context=context, instruments=placed), tuple(notes)
    )


def skeleton(to: Sequence[Instrument], made_for: str, language: Language = "nl") -> str:
    """Write a map without columns, every item with our short description, for a person to fill in.

    >>> from risico.instrument import load
    >>> print("\\n".join(skeleton([load("gad2")], "x.csv", "en").splitlines()[5:8]))
        columns:
          "1": ""  # nervous, on edge
          "2": ""  # cannot stop worrying
    """
    why = reason("fill_in", language)
    empty = {
        it.id: Placed(columns=dict.fromkeys(it.items, ""), kept=dict.fromkeys(it.kept, ""), sure=False, why=why)
        for it in to
    }
    lines = iter(render(Map(made_for=made_for, instruments=empty)).splitlines())
    told = (entry for it in to for entry in (*it.items.values(), *it.kept.values()))
    labels = iter(pick(entry.label, language) for entry in told)
    return "".join(f"{line}  # {next(labels)}\n" if line.endswith(': ""') else f"{line}\n" for line in lines)


def _moments(found: dict[str, list[Match]]) -> tuple[dict[str, list[Match]], tuple[str, ...]]:
    """Return the moments that stand side by side, in their order, and the matches with each column at one of them."""
    named = dict.fromkeys(match.moment for matches in found.values() for match in matches if match.moment is not None)
    if not named:
        return found, ()
    moments = sorted(named, key=_in_time)
    placed: dict[str, list[Match]] = {}
    for name, matches in found.items():
        mixed = len({match.moment is None for match in matches}) > 1
        first = "t0" if mixed and "t0" not in named else moments[0]
        placed[name] = [replace(match, moment=match.moment or first) for match in matches]
        moments = [first, *moments] if first not in moments else moments
    return placed, tuple(moments)


def _in_time(moment: str) -> tuple[int, str, int]:
    words = ("pre", "voormeting", "baseline", "tussenmeting", "post", "nameting", "followup")
    stem = moment.rstrip("0123456789")
    return (words.index(stem) if stem in words else -1, stem, int(moment[len(stem) :] or 0))


def _placed(
    instrument: Instrument,
    found: dict[str, list[Match]],
    moments: tuple[str, ...],
    file: Labelled,
    notes: list[str],
    language: Language,
) -> Placed:
    """Return the columns and codes of one instrument, with every doubt as a reason."""
    matches = found[instrument.id]
    doubts: list[str] = []
    columns: dict[str, Columns] = {}
    for item in instrument.items:
        mine = [match for match in matches if match.item == item]
        at = {moment: [match for match in mine if match.moment == moment] for moment in moments or (None,)}
        if any(len(group) > 1 for group in at.values()) and not _settled(at):
            doubts.append(reason("several", language, item))
        best = tuple(_best(group) for group in at.values())
        if any(best):
            columns[item] = best if moments else best[0] or ""
    doubts += _how(matches, language)
    absent = [item for item in instrument.items if item not in columns]
    if absent:
        notes.append(reason("items_absent", language, instrument.id, ", ".join(absent)))
    for other, theirs in found.items():
        if other != instrument.id and {m.column for m in theirs} & {m.column for m in matches}:
            notes.append(f"{instrument.id}: {reason('shared', language, other)}")
    codes = _codings(instrument, columns, moments, file, notes, language)
    return Placed(columns=columns, codes=codes, sure=not doubts, why=" ".join(doubts) or None)


def _kept(instrument: Instrument, free: list[str]) -> dict[str, str]:
    """Return the columns of what is kept beside the answers: those that have its very name, whatever the capitals."""
    by_name = {column.lower(): column for column in free}
    return {
        kept: by_name[f"{instrument.id}_{kept}"] for kept in instrument.kept if f"{instrument.id}_{kept}" in by_name
    }


def _best(group: list[Match]) -> str | None:
    """The column without an ending comes first: an ending may mean that it was reversed."""
    return min(group, key=lambda match: bool(match.ending)).column if group else None


def _settled(at: dict[str | None, list[Match]]) -> bool:
    """Tell whether in each group exactly one column stands out because its name has no ending."""
    return all(len(group) < 2 or sum(not match.ending for match in group) == 1 for group in at.values())


def _how(matches: list[Match], language: Language) -> list[str]:
    endings = sorted({match.ending for match in matches} & naming.RECODED)
    only = [match for match in matches if match.ending in endings]
    plain_items = {match.item for match in matches if not match.ending}
    doubts = [reason("recoded", language, endings[0])] if {match.item for match in only} - plain_items else []
    if matches[0].how == "order":
        doubts.append(reason("order", language, str(len(matches))))
    if any(match.how == "numbers" for match in matches):
        doubts.append(reason("numbers", language))
    if matches[0].how in ("likeness", "words"):
        doubts.append(reason(matches[0].how, language))
    return doubts


def _codings(
    instrument: Instrument,
    columns: dict[str, Columns],
    moments: tuple[str, ...],
    file: Labelled,
    notes: list[str],
    language: Language,
) -> dict[str, Coding]:
    codings: dict[str, Coding] = {}
    for answers in instrument.answers:
        named = [column for item, column in columns.items() if instrument.items[item].answers == answers]
        at = [[c if isinstance(c, str) else c[place] for c in named] for place in range(max(len(moments), 1))]
        apart = [[column for column in group if column is not None] for group in at]
        mine = [column for group in apart for column in group]
        seen = look(file, mine, instrument.answers[answers].codes)
        coding = propose_coding(instrument, answers, seen, language)
        if coding is None or coding.sure:
            doubts = _moment_doubts(instrument, answers, dict(zip(moments, apart, strict=False)), file, language)
            if doubts:
                coding = (coding or same(instrument, answers)).model_copy(update={"sure": False, "why": doubts})
        if coding is not None:
            codings[answers] = coding
        odd = strange(instrument, answers, seen, coding)
        if odd:
            where = f"{instrument.id} ({', '.join(sorted(mine)[:3])}{' …' if len(mine) > 3 else ''})"
            notes.append(reason("illegal_codes", language, where, str(len(odd)), shown(odd)))
    return codings


def _moment_doubts(
    instrument: Instrument, answers: str, apart: dict[str, list[str]], file: Labelled, language: Language
) -> str:
    """Look at each moment by itself: one wave of a study can be coded otherwise than the others."""
    seen = {m: look(file, columns, instrument.answers[answers].codes) for m, columns in apart.items()}
    found = {moment: propose_coding(instrument, answers, one, language) for moment, one in seen.items()}
    doubts = {moment: coding.why or "" for moment, coding in found.items() if coding is not None and not coding.sure}
    return " ".join(reason("at_moment", language, moment, why) for moment, why in doubts.items())


def shown(values: Sequence[str]) -> str:
    """Name codes that are small numbers; anything longer could be a name or a case number and is only counted.

    >>> shown(["7", "12", "Jansen", "2026114"])
    '7, 12 + 2 ?'
    """
    short = [value for value in values if len(value) <= 3 and value.lstrip("-").isdigit()]
    rest = len(values) - len(short)
    return ", ".join(sorted(short, key=int)) + (f" + {rest} ?" if rest and short else "…" if rest else "")


def _keys(free: list[str], wide: bool, notes: list[str], language: Language) -> dict[Key, str]:
    """Return the column of each key; a number of a person alone also serves as the case."""
    found = naming.keys(free)
    keys: dict[Key, str] = {}
    for key in ("case", "person", "moment", "rater"):
        candidates = found[key]
        if not candidates or (key == "moment" and wide):
            continue
        keys[key] = candidates[0]
        if len(candidates) > 1:
            notes.append(reason("two_keys", language, key, ", ".join(candidates)))
    if "case" not in keys and "person" not in keys:
        notes.append(reason("no_key", language))
    return keys


def _contexts(
    file: Labelled, to: list[Instrument], free: list[str], notes: list[str], language: Language
) -> dict[str, Given]:
    wanted = {name: kind for instrument in to for name, kind in instrument.context.items()}
    found = naming.contexts(free, wanted)
    context: dict[str, Given] = {}
    for name, kind in wanted.items():
        users = ", ".join(instrument.id for instrument in to if name in instrument.context)
        if not found[name]:
            legal = "0 …" if isinstance(kind, NumberContext) else " | ".join(kind)
            notes.append(reason("context_absent", language, users, name, name, legal))
        elif isinstance(kind, NumberContext):
            context[name] = Given(column=found[name][0])
        else:
            context[name] = _worded(file, found[name][0], kind, language)
    if AGE not in wanted and any(instrument.applies.age for instrument in to):
        for column in naming.contexts(free, [AGE])[AGE][:1]:  # no level asks for it, but it says for whom it is meant
            context[AGE] = Given(column=column)
    for name, given in context.items():
        if isinstance(given.column, str) and isinstance(wanted.get(name, _YEARS), NumberContext):
            odd = sum(_no_number(text) for text in as_text(file.frame[given.column]).drop_nulls())
            notes += [reason("no_number", language, given.column, name, str(odd))] if odd else []
    return context


def _no_number(text: str) -> bool:
    return bool(text.strip()) and _NUMBER.fullmatch(text.strip()) is None


def _worded(file: Labelled, column: str, legal: tuple[str, ...], language: Language) -> Given:
    """Say what the values of a context column mean, by their own words or by their labels."""
    present = sorted({value for value in as_text(file.frame[column]).unique().to_list() if value is not None})
    if set(present) <= set(legal):
        return Given(column=column)
    labels = file.values.get(column, {})
    by_word = {word: code for code in legal for word in (code, *_CONTEXT_WORDS.get(code, "").split())}
    absent = [value for value in present if meaning(value) or meaning(labels.get(value, ""))]
    told = [value for value in present if value not in absent]
    meant = {value: by_word.get(plain(value)) or by_word.get(plain(labels.get(value, ""))) for value in told}
    answers: dict[Code, Code | None] = {value: code for value, code in meant.items() if code or shown([value]) == value}
    sure = all(meant.values())
    why = None if sure else reason("context", language)
    return Given(column=column, answers=answers, unknown=tuple(absent), sure=sure, why=why)
