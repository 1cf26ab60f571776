"""One line per instrument: status, vectors, proof, and how many of its numbers somebody saw at their source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from risico.instrument import Instrument
from risico.instrument.model import MEMORY
from risico.proof.claims import Line, say
from risico.words import Language


def overview(proofs: Mapping[str, Sequence[Line]], instruments: Iterable[Instrument], language: Language) -> str:
    """Return a page with the table of instruments and their proofs, as Markdown.

    >>> from risico.instrument import load
    >>> print(overview({"phq2": ()}, [load("phq2")], "en").splitlines()[0])
    # Instruments: status, vectors and proof
    """
    title, *parts = (say("page", part, language) for part in ("title", "made", "vectors", "proof", "seen"))
    rows = [title, "", parts[0], "", *parts[1:], "", say("table", "head", language), "|---|---|---|---|---|"]
    for it in instruments:
        seen, every = verified(it)
        told = say("table", "seen", language, seen=seen, all=every)
        proof = "; ".join((_proof(proofs[it.id], language), *_without(it, proofs[it.id], language)))
        rows.append(f"| {it.key} | {it.status} | {len(it.vectors)} | {proof} | {told} |")
    return "\n".join(rows)


def ways(lines: Iterable[Line], language: Language) -> str:
    """Say how many claims were looked at in each way."""
    counts = Counter(line.way for line in lines)
    return ", ".join(f"{say('way', way, language)} {count}" for way, count in sorted(counts.items()))


def _proof(lines: Sequence[Line], language: Language) -> str:
    wrong = sum(not line.holds for line in lines)
    if wrong:
        return say("table", "fails", language, n=wrong)
    if not lines:
        return say("table", "nothing", language)
    return say("table", "all", language, n=len(lines), ways=ways(lines, language))


def undirected(instrument: Instrument, lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the computed scores of which it is not claimed that worse answers never improve them: the file gives
    them no direction, or their items none. What counts blanks has no direction to give.
    """
    told = {line.about for line in lines if line.claim in ("worse", "one_way")}
    counting = {name for name, score in instrument.scores.items() if score.where is not None and score.where.blank}
    counting |= {name for name, score in instrument.scores.items() if set(score.parts) & counting}
    return tuple(name for name in instrument.scores if name not in told | counting)


def _without(instrument: Instrument, lines: Sequence[Line], language: Language) -> list[str]:
    names = undirected(instrument, lines) if lines and instrument.status == "computed" else ()
    return [say("table", "undirected", language, n=len(names))] if names else []


def verified(instrument: Instrument) -> tuple[int, int]:
    """Return how many numbers of a file were seen at their source, and how many there are.

    A number is a rule with its weights, a rule for blanks with a source of its own, a table of levels or a level with
    a source of its own, an alert, a published figure. Not seen is what the file marks `memory`, or cites from a source
    with `seen: false`.
    """
    cited = [score.source for score in instrument.scores.values()]
    cited += [score.missing.source for score in instrument.scores.values() if score.missing.source]
    for band in instrument.bands.values():
        cited += [level.source or band.source for table in band.tables().values() for level in table]
    cited += [alert.source for alert in instrument.alerts.values() if alert.source]
    cited += [entry.source for entry in instrument.evidence]
    seen = [source for source in cited if source != MEMORY and instrument.sources[source].seen]
    return len(seen), len(cited)
