"""`risico prefill`, `new` and `check-instrument`: an answer asked once, and instruments of one's own."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risico.cli.said import aside, free, say, table, word
from risico.errors import BrokenInstrument, UsageError
from risico.words import Language

if TYPE_CHECKING:
    from risico.prefill import Pair, Prefilled


def prefill_(asked: Namespace) -> None:
    """Carry answers over into a new file, or show the table of all pairs with the verdict and why."""
    if asked.table:
        _show_pairs(asked)
        return
    if not (asked.source and asked.target and asked.file and asked.out):
        raise UsageError("risico prefill FROM TO FILE -o OUT; or risico prefill --table [FROM [TO]] [-o OUT].")
    from risico.exchange import read, write
    from risico.prefill import prefill

    out = free(asked.out, force=asked.force, source=asked.file)
    done = prefill(read(asked.file), asked.source, asked.target)
    say(*_told(done, asked.lang))
    if any(column.carried for column in done.columns):
        write(done.forms, out)
        mark = next(name for name in done.forms.columns if name.startswith("carried_over_"))
        say(word("prefill", "wrote", asked.lang, path=out, column=mark))
    else:
        say(word("prefill", "nothing", asked.lang, path=out))
    aside(_review(asked.lang))


def _told(done: Prefilled, language: Language) -> Iterator[str]:
    """Say of each column what was carried over and what was not, and of each item with one question why it waits."""
    from risico.prefill.listing import verdict, why

    for column in done.columns:
        named = {"column": column.column, "origin": column.origin}
        if column.stays:
            yield word("prefill", "stays", language, **named)
            continue
        yield word("prefill", "carried", language, n=column.carried, **named)
        for part in ("blank", "unknown", "illegal", "unsure"):
            if n := getattr(column, part):
                yield "  " + word("prefill", part, language, n=n)
    for pair in done.asked:
        if pair.question:
            told = f"{verdict(pair, language)}: {why(pair, language)}"
            yield word("prefill", "left", language, column=pair.filled, origin=pair.column, why=told)
    if themes := sum(not pair.question for pair in done.asked):
        yield word("prefill", "themes", language, n=themes)


def _show_pairs(asked: Namespace) -> None:
    """Show the pairs of all instruments, of one, or of two; or write those of all to a file, to be read through."""
    from risico.prefill.listing import rows, text

    if asked.out:
        if asked.source:
            raise UsageError("A file holds the pairs of all instruments: risico prefill --table -o OUT.")
        out = free(asked.out, force=asked.force)
        out.write_text(text(asked.lang), encoding="utf-8")
        say(word("prefill", "wrote_table", asked.lang, path=out))
        return
    header = [word("prefill", key, asked.lang) for key in ("verdict", "from", "to", "about", "why")]
    shown = [row[: len(header)] for row in rows(_found(asked), asked.lang)]
    say(*(table([header, *shown]) if shown else (word("prefill", "no_pairs", asked.lang),)), "", _review(asked.lang))


def _found(asked: Namespace) -> Iterator[Pair]:
    from risico.instrument import catalogue, load
    from risico.prefill import pairs
    from risico.prefill import table as all_pairs

    if not asked.source:
        return all_pairs()
    one = load(asked.source)
    others = [asked.target] if asked.target else [name for name in catalogue() if name != one.id]
    return (pair for other in others for pair in pairs(one, other))


def _review(language: Language) -> str:
    from risico.prefill import concepts

    return word("prefill", "reviewed" if concepts().reviewed else "not_reviewed", language)


def new_(asked: Namespace) -> None:
    """Start an instrument file from questions, or from a file of answers; what is wrong with it is said at once."""
    from risico.instrument import load
    from risico.strict import read_yaml

    out = free(asked.out or str(_private() / f"{asked.id}.yaml"), force=asked.force)
    if out.name != f"{asked.id}.yaml":
        raise UsageError(f"A file of {asked.id} is named {asked.id}.yaml; this is {out.name}.")
    given = read_yaml(Path(asked.answers)) if asked.answers else _asked(asked, out)
    if not isinstance(given, dict):
        raise UsageError("The file of answers is a mapping of question names to answers.")
    out.write_text(_started(asked, given, out), encoding="utf-8")
    load(out)
    say(word("new", "wrote", asked.lang, path=out), word("new", "next", asked.lang, path=_command_path(out)))


def _started(asked: Namespace, given: dict[str, Any], out: Path) -> str:
    """The text of the file; answers that were typed and cannot be used are kept, to be corrected."""
    from risico.new import start

    try:
        return start(asked.id, given)
    except UsageError as problem:
        if asked.answers:
            raise
        kept = _kept(asked, given, out)
        raise UsageError(f"{problem} Your answers are in {kept}: correct them and add --answers {kept}.") from None


def _asked(asked: Namespace, out: Path) -> dict[str, str]:
    """Ask the questions; who stops halfway keeps the answers, with the questions that are left."""
    from risico.new import QUESTIONS, ask

    given: dict[str, str] = {}
    try:
        return ask(lambda question: _prompt(question, asked.lang), given)
    except (EOFError, KeyboardInterrupt):
        if not given:
            raise UsageError("The questions were not answered; nothing was written. Use --answers FILE.") from None
        left = {question.name: question.default or "" for question in QUESTIONS if question.name not in given}
        kept = _kept(asked, given | left, out)
        raise UsageError(
            f"The questions were not all answered, so no instrument was written. Your answers are in {kept}: add "
            f"{', '.join(left)}, and give the command again with --answers {kept}."
        ) from None


def _kept(asked: Namespace, given: dict[str, Any], out: Path) -> Path:
    kept = free(str(out.with_name(f"{asked.id}.answers.yaml")), force=True)
    kept.write_text(json.dumps(given, ensure_ascii=False, indent=1), encoding="utf-8")
    return kept


def _command_path(path: Path) -> str:
    """Write a path as a command takes it for a file, and not for the id of an instrument."""
    return str(path) if path.is_absolute() else f"./{path}"


def _private() -> Path:
    """The user's own folder of instruments, else the folder where the command is given."""
    return Path(os.environ.get("RISICO_INSTRUMENTS") or ".")


def _prompt(question: Any, language: Language) -> str:
    choices = f" [{' | '.join(question.choices)}]" if question.choices else ""
    default = f" ({question.default})" if question.default else ""
    aside(f"{question.nl if language == 'nl' else question.en}{choices}{default}:")
    return input()


def check_instrument_(asked: Namespace) -> None:
    """Say every mistake of an instrument file at once, then which vectors disagree with it."""
    from risico.audit import check_instrument

    try:
        it = check_instrument(asked.file)
    except BrokenInstrument as broken:
        aside(word("check_instrument", "mistakes", asked.lang, file=broken.where, n=len(broken.mistakes)))
        raise
    say(word("check_instrument", "sound", asked.lang, id=it.key, n=len(it.vectors)))
    if not it.vectors:
        say(word("check_instrument", "no_vectors", asked.lang))
