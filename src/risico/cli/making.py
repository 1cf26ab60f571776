"""`risico prefill`, `new` and `check-instrument`: an answer asked once, and instruments of one's own."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from risico.cli.said import aside, free, say, table, word
from risico.errors import UsageError
from risico.words import Language, pick


def prefill_(asked: Namespace) -> None:
    """Carry answers over into a new file, or show the table of all pairs with the verdict and why."""
    from risico.exchange import write

    if asked.table:
        say(*_pairs(asked.lang))
        return
    if not (asked.source and asked.target and asked.file and asked.out):
        raise UsageError("risico prefill FROM TO FILE -o OUT; or risico prefill --table.")
    out = free(asked.out, force=asked.force, source=asked.file)
    forms, told = _carried(asked)
    write(forms, out)
    say(*_carried_words(told, asked), word("prefill", "wrote", asked.lang, path=out))
    aside(_review(asked.lang))


def _carried(asked: Namespace) -> tuple[Any, Counter[str]]:
    """Return the forms with the answers carried over and a column that marks them, and how often each was."""
    from numpy import arange

    from risico.columns import frame
    from risico.exchange import read
    from risico.instrument import load
    from risico.prefill import prefill

    forms, target = read(asked.file), load(asked.target)
    taken = [name for name in (*target.columns(), "carried_over") if name in forms.columns]
    if taken:
        raise UsageError(
            f"The file already has {taken[0]}. What is filled in there stays: leave it out, or do not prefill."
        )
    carried = [prefill(asked.source, target, row) for row in forms.to_dicts()]
    columns = {name: [one.answers.get(name) for one in carried] for name in target.columns()}
    cells = {**columns, "carried_over": [one.mark or None for one in carried]}
    made = frame({name: (list(column), arange(len(column))) for name, column in cells.items()})
    return forms.hstack(made), Counter(name for one in carried for name in one.answers)


def _carried_words(told: Counter[str], asked: Namespace) -> Iterator[str]:
    if not told:
        yield word("prefill", "nothing", asked.lang)
    for name, n in told.items():
        yield word("prefill", "carried", asked.lang, column=name, n=n)


def _pairs(language: Language) -> Iterator[str]:
    """Every pair of questions apart; of themes, which are never carried over, only how many pairs there are."""
    from risico.prefill import concepts
    from risico.prefill import table as all_pairs

    known, themes = concepts().concepts, Counter[str]()
    rows: list[list[object]] = [[word("prefill", key, language) for key in ("from", "to", "concept", "verdict")]]
    for pair in all_pairs():
        if "theme" in pair.why:
            themes[pair.concept] += 1
            continue
        verdict = word("prefill", "yes", language)
        if pair.why:
            verdict = word("prefill", "no", language, why="; ".join(word("prefill_why", r, language) for r in pair.why))
        title = pick(known[pair.concept].title, language)
        rows.append([f"{pair.source}_{pair.item}", f"{pair.target}_{pair.to}", title, verdict])
    yield from table(rows) if len(rows) > 1 else (word("prefill", "no_pairs", language),)
    yield ""
    for concept, n in sorted(themes.items()):
        title = pick(known[concept].title, language) if concept in known else concept
        yield word("prefill", "theme", language, concept=title, n=n)
    yield from ("", _review(language))


def _review(language: Language) -> str:
    from risico.prefill import concepts

    return word("prefill", "reviewed" if concepts().reviewed else "not_reviewed", language)


def new_(asked: Namespace) -> None:
    """Start an instrument file from questions, or from a file of answers; what is wrong with it is said at once."""
    from risico.instrument import load
    from risico.new import ask
    from risico.strict import read_yaml

    out = free(asked.out or str(_private() / f"{asked.id}.yaml"), force=asked.force)
    if out.name != f"{asked.id}.yaml":
        raise UsageError(f"A file of {asked.id} is named {asked.id}.yaml; this is {out.name}.")
    given = read_yaml(Path(asked.answers)) if asked.answers else ask(lambda question: _prompt(question, asked.lang))
    if not isinstance(given, dict):
        raise UsageError("The file of answers is a mapping of question names to answers.")
    out.write_text(_started(asked, given, out), encoding="utf-8")
    load(out)
    say(word("new", "wrote", asked.lang, path=out), word("new", "next", asked.lang))


def _started(asked: Namespace, given: dict[str, Any], out: Path) -> str:
    """The text of the file; answers that were typed and cannot be used are kept, to be corrected."""
    from risico.new import start

    try:
        return start(asked.id, given)
    except UsageError as problem:
        if asked.answers:
            raise
        kept = out.with_name(f"{asked.id}.answers.yaml")
        kept.write_text(json.dumps(given, ensure_ascii=False, indent=1), encoding="utf-8")
        raise UsageError(f"{problem} Your answers are in {kept}: correct them and add --answers {kept}.") from None


def _private() -> Path:
    """The user's own folder of instruments, else the folder where the command is given."""
    return Path(os.environ.get("RISICO_INSTRUMENTS") or ".")


def _prompt(question: Any, language: Language) -> str:
    choices = f" [{' | '.join(question.choices)}]" if question.choices else ""
    default = f" ({question.default})" if question.default else ""
    aside(f"{question.nl if language == 'nl' else question.en}{choices}{default}:")
    try:
        return input()
    except EOFError:
        raise UsageError("The questions were not all answered; nothing was written. Use --answers FILE.") from None


def check_instrument_(asked: Namespace) -> None:
    """Say every mistake of an instrument file at once, then which vectors disagree with it."""
    from risico.audit import check_instrument

    it = check_instrument(asked.file)
    say(word("check_instrument", "sound", asked.lang, id=it.key, n=len(it.vectors)))
    if not it.vectors:
        say(word("check_instrument", "no_vectors", asked.lang))
