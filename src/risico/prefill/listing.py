"""The table of pairs for a reader: each pair with what is asked, the verdict and every reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from risico.instrument import Instrument, load
from risico.instrument.model import MEMORY
from risico.prefill.lists import concepts
from risico.prefill.pairing import Pair, table
from risico.strict import read_yaml
from risico.words import Language, pick

HEADER = ("verdict", "from", "to", "about", "why", "from_item", "to_item", "from_time", "to_time", "from_by", "to_by")
_ORDER = ("carry", "wait", "ask")


@cache
def words() -> dict[str, Any]:
    """Return the words of verdicts, reasons and stretches of time."""
    return read_yaml(Path(__file__).parent / "words.yaml")


def ordered(found: Iterable[Pair]) -> list[Pair]:
    """Return pairs as they are read best: what is carried first, then what asks the same, then shared themes."""
    return sorted(found, key=lambda pair: (_ORDER.index(pair.verdict), not pair.question, pair.about))


def verdict(pair: Pair, language: Language) -> str:
    """Say the verdict of a pair.

    >>> from risico.prefill.pairing import pairs
    >>> verdict(pairs("gad7", "gad2")[0], "en")
    'carry over'
    """
    return pick(words()["verdict"][pair.verdict], language)


def why(pair: Pair, language: Language) -> str:
    """Say every reason of the verdict of a pair.

    >>> from risico.prefill.pairing import pairs
    >>> why(pairs("cries13", "cries8")[0], "en")
    'not declared that both are about the same event'
    """
    if pair.why:
        return "; ".join(_reasons(pair, language))
    short = concepts().short_form(pair.source, pair.target)
    said = [pick(words()["same" if short is None else "short_form" if short.seen else "short_form_memory"], language)]
    if pair.informants:
        said.append(pick(words()["only_if"], language).format(who=", ".join(pair.informants)))
    return "; ".join(said)


def _reasons(pair: Pair, language: Language) -> Iterable[str]:
    for reason in pair.why:
        listed = concepts().differ(pair.column, pair.filled) if reason == "differs" else None
        yield pick(listed or words()["why"][reason], language)


def title(about: str, language: Language) -> str:
    """Return the title of a question or theme; its name where the list does not hold it."""
    known = concepts().questions.get(about) or concepts().themes.get(about)
    return about if known is None else pick(known.title, language)


def rows(found: Iterable[Pair], language: Language) -> Iterator[tuple[str, ...]]:
    """Yield a row for each pair with one question, then, of those with one theme, one for each item and other form."""
    pairs = ordered(found)
    loaded = cache(load)
    for pair in pairs:
        if pair.question:
            yield _row(pair, loaded(pair.source), loaded(pair.target), language)
    themes: dict[tuple[str, str, str], list[Pair]] = {}
    for pair in pairs:
        if not pair.question:
            themes.setdefault((pair.about, pair.column, pair.target), []).append(pair)
    for (about, column, _), shared in themes.items():
        told = verdict(shared[0], language), column, " ".join(pair.filled for pair in shared), title(about, language)
        label = pick(loaded(shared[0].source).items[shared[0].item].label, language)
        yield *told, pick(words()["why"]["theme"], language), label, *[""] * 5


def text(language: Language = "en") -> str:
    """Return the table of all pairs as CSV, for whoever reads it through; docs/prefill_table.csv holds it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER, *rows(table(), language)])
    return out.getvalue()


def _row(pair: Pair, one: Instrument, other: Instrument, language: Language) -> tuple[str, ...]:
    sides = ((one, pair.item), (other, pair.to))
    return (
        verdict(pair, language),
        pair.column,
        pair.filled,
        title(pair.about, language),
        why(pair, language),
        *(pick(it.items[item].label, language) for it, item in sides),
        *(_time(it, item, language) for it, item in sides),
        *(pick(words()["by_form"], language) if "informant" in it.context else it.informant for it, _ in sides),
    )


def _time(it: Instrument, item: str, language: Language) -> str:
    window = it.window_of(item)
    if window is None:
        return ""
    said = pick(words()["time"][window], language)
    return said if it.window_seen_of(item) else f"{said} [{MEMORY}]"
