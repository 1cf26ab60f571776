"""`risico map`, `check`, `score` and `explain`: from a file of answers to scores."""

from __future__ import annotations

import warnings
from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from risico.cli.refusals import belongs, illegal, instrument, there
from risico.cli.said import apart, aside, bar, free, say, table, word
from risico.cli.summary import no_age, summary
from risico.errors import IllegalAnswers, RisicoWarning, UsageError
from risico.exchange import Map, apply, propose, read, read_labelled, read_map, render, write
from risico.exchange.files import kind_of
from risico.exchange.propose import NothingFound, skeleton
from risico.instrument import Instrument
from risico.instrument.labels import worded
from risico.scoring import Column, Findings, check, score, set_aside
from risico.scoring.answers import NOT_ASKED
from risico.words import Language, pick

_KEYS = ("case", "person", "moment", "rater")
_COUNTS = ("name", "filled", "blank", "not_asked", "unknown", "illegal", "illogical")
_HEAD = ("column", *_COUNTS[1:], "codes")


def map_(asked: Namespace) -> None:
    """Propose a map, say what is not sure, change nothing."""
    language: Language = asked.lang
    instruments = _instruments(asked.to, asked.lang)
    out = free(asked.out, force=asked.force, source=asked.file) if asked.out else None
    there(asked.file, language)
    made_for = Path(asked.file).name
    try:
        proposal = propose(read_labelled(asked.file), instruments, made_for=made_for, language=language)
    except NothingFound:
        if out is not None:
            out.write_text(skeleton(instruments, made_for, language), encoding="utf-8")
            aside(word("map", "skeleton", language, path=out))
        raise
    text = render(proposal.map, word("map", "note", language))
    aside(*_proposed(proposal.map, {it.id: it for it in instruments}, language), "")
    guesses = proposal.map.guesses()
    if guesses:
        aside(word("map", "unsure", language, n=len(guesses)), *(f"  {where}: {why}" for where, why in guesses))
    elif not proposal.notes:
        aside(word("map", "sure", language))
    if proposal.notes:
        aside(word("map", "look" if guesses else "look_sure", language), *(f"  {note}" for note in proposal.notes))
    if out is None:
        say(text)
    else:
        out.write_text(text, encoding="utf-8")
        aside(word("map", "wrote", language, path=out))


def check_(asked: Namespace) -> int:
    """Hold up a mirror: how each column is filled; the exit code says whether scoring would refuse."""
    instruments, refused = _instruments(asked.id, asked.lang), False
    forms = _read(asked, not_asked=NOT_ASKED)
    for it in instruments:
        belongs(forms, it, asked.lang)
        found = check(forms, it, asked.lang)
        say(*_mirror(found, it, Path(asked.file).name, asked.lang, no_age=no_age(forms, it)), "")
        refused = refused or found.refused
        say(word("check", "refused" if found.refused else "sound", asked.lang))
    return IllegalAnswers.exit_code if refused else 0


def score_(asked: Namespace) -> None:
    """Score the forms into a new file and say in short what came out."""
    language: Language = asked.lang
    instruments = _instruments(asked.id, asked.lang)
    out = free(asked.out, force=asked.force, source=asked.file)
    rejects = free(asked.rejects, force=asked.force, source=asked.file) if asked.rejects else None
    for path in (out, *([rejects] if rejects else [])):
        kind_of(path)
    if rejects is not None:
        apart(rejects, out, "--rejects and -o")
    forms = _read(asked, not_asked=NOT_ASKED)
    columns = list(forms.columns)
    if twice := _twice(forms):
        aside(word("score", "twice", language, n=twice, keys=", ".join(k for k in _KEYS if k in columns)))
    if rejects is not None:
        forms, wrong = _apart(forms, instruments)
        if wrong is not None:
            write(wrong, rejects, like=asked.file)
        key = "rejected" if wrong is not None else "none_rejected"
        say(word("score", key, language, n=0 if wrong is None else wrong.height, path=rejects))
    told: list[str] = []
    for it in bar(instruments, len(instruments), word("score", "work", language)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RisicoWarning)  # what was absent is said in the summary
            forms = _scored(forms, it, language)
        told += [*summary(forms, it, columns, language), ""]
    write(forms, out, like=asked.file, **_labels(instruments, language))
    say(*told, word("score", "caution", language), word("score", "wrote", language, path=out))


def _scored(forms: Any, it: Instrument, language: Language) -> Any:
    belongs(forms, it, language)
    try:
        return score(forms, it)
    except IllegalAnswers:
        raise IllegalAnswers(illegal(check(forms, it, language), language)) from None


def explain_(asked: Namespace) -> None:
    """Explain one form in words."""
    from risico.pages.explain import explain

    instruments = _instruments(asked.id, asked.lang)
    forms = _read(asked)
    if not 1 <= asked.row <= forms.height:
        raise UsageError(f"There is no form {asked.row}: there are {forms.height}, and the first is 1.")
    for it in instruments:
        belongs(forms, it, asked.lang)
        form = forms[asked.row - 1]
        try:
            text = explain(form, worded(it), asked.lang)
        except IllegalAnswers:
            raise IllegalAnswers(illegal(check(form, it, asked.lang), asked.lang)) from None
        say(text, *_beside(it, form.row(0, named=True), asked.lang))


def _beside(it: Instrument, form: Mapping[str, Any], language: Language) -> Iterator[str]:
    """How the time limits of a record stand today, and what the profile rule makes of its form."""
    if it.clocks:
        from risico.clocks import told

        yield from (word("show", "clocks", language).upper(), *told(form, it, date.today(), language), "")
    if it.id == "gezinsprofiel":
        from risico.profiles import second_opinion

        yield from (word("explain", "second", language).upper(), *second_opinion(form, language), "")


def _instruments(ids: str, language: Language) -> list[Instrument]:
    names = [name.strip() for name in ids.split(",") if name.strip()]
    if not names:
        raise UsageError("No instrument was named. `risico list` shows what there is.")
    return [instrument(name, language) for name in dict.fromkeys(names)]


def _read(asked: Namespace, *, not_asked: str | None = None) -> Any:
    """Read the forms, through the map when there is one; say what of the file became no form."""
    there(asked.file, asked.lang)
    frame = read(asked.file)
    if not asked.map:
        return frame
    map_ = read_map(asked.map)
    forms = apply(frame, map_, not_asked=not_asked)
    empty = frame.height * len(map_.moments) - forms.height
    if empty > 0:
        aside(word("map", "no_row", asked.lang, n=empty))
    return forms


def _twice(forms: Any) -> int:
    """Count the forms that have the case, person, moment and rater of an earlier one."""
    keys = [forms[key].cast(str) for key in _KEYS if key in forms.columns]
    if not {"case", "person"} & {key.name for key in keys}:
        return 0
    named = forms.select(keys).drop_nulls([key.name for key in keys if key.name in ("case", "person")])
    return named.height - named.unique().height


def _apart(forms: Any, instruments: list[Instrument]) -> tuple[Any, Any]:
    """Part the forms that some instrument refuses from the rest; None where there are none."""
    wrong: Any = None
    for it in instruments:
        forms, refused = set_aside(forms, it)
        if refused.height:
            wrong = refused if wrong is None else wrong.vstack(refused)
    return forms, wrong


def _proposed(map_: Map, instruments: dict[str, Instrument], language: Language) -> Iterator[str]:
    for name, placed in map_.instruments.items():
        yield word("map", "found", language, id=name, n=len(placed.columns), k=len(instruments[name].items))
        for answers, coding in placed.codes.items():
            codes = [f"{theirs} → {'?' if ours is None else ours}" for theirs, ours in coding.answers.items()]
            for key, absent in (("unknown", coding.unknown), ("not_asked", coding.not_asked)):
                codes += [word("map", key, language, codes=", ".join(map(str, absent)))] if absent else []
            yield word("map", "coding", language, answers=answers, codes="; ".join(codes))
    if map_.keys:
        keys = ", ".join(f"{key} = {column}" for key, column in map_.keys.items())
        yield word("map", "keys", language, keys=keys)


def _mirror(found: Findings, it: Instrument, file: str, language: Language, *, no_age: int) -> Iterator[str]:
    yield word("check", "head", language, id=it.id, file=file, n=found.n)
    yield ""
    head = [word("check", k, language) for k in _HEAD]
    present = [column for column in found.columns if column.name not in found.absent]
    yield from table([head, *(_row(column, language) for column in present)])
    context = [column for column in found.context if column.filled + column.illegal]
    if context:
        yield word("check", "context", language)
        yield from table([head, *(_row(column, language) for column in context)])
    for words, count in found.illogical:
        if count:
            yield word("check", "contradicts", language, count=count, words=words)
    for words, count in found.barred:
        if count:
            yield word("check", "barred", language, count=count, words=words)
    if no_age:
        yield word("check", "no_age", language, n=no_age)
    if found.skipped:
        yield word("check", "skipped", language, n=found.skipped)
    if found.absent:
        yield word("check", "absent", language, columns=", ".join(found.absent))
    if found.strange:
        yield word("check", "strange", language, columns=", ".join(found.strange))


def _row(column: Column, language: Language) -> list[object]:
    shown = ", ".join(column.codes) or (word("check", "hidden", language) if column.illegal else "")
    return [*(getattr(column, key) for key in _COUNTS), shown]


def _labels(instruments: list[Instrument], language: Language) -> dict[str, Any]:
    """Return labels for an SPSS file: of items and results, and of the codes."""
    labels: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    for it in instruments:
        for item, entry in it.items.items():
            column = f"{it.id}_{item}"
            labels[column] = pick(entry.label, language)
            values[column] = {str(c): pick(text, language) for c, text in (it.answer_set(item).codes or {}).items()}
        titled = {**it.scores, **it.bands}
        for name, entry in titled.items():
            title = pick(entry.title, language) or name.replace("_", " ")
            labels[f"{it.id}_{name}"] = title
            labels |= {f"{it.id}_{name}_{end}": word("score", end, language, title=title) for end in ("low", "high")}
        yes_no = {"0": word("answers", "no", language), "1": word("answers", "yes", language)}
        flags = [name for name, band in it.bands.items() if any(t[0].value is not None for t in band.tables().values())]
        values |= {f"{it.id}_{name}": yes_no for name in (*flags, *it.alerts, "outside")}
        labels |= {f"{it.id}_{name}": pick(alert.words, language) for name, alert in it.alerts.items()}
        for name, band in ((name, band) for name, band in it.bands.items() if name not in flags):
            levels = [level for table in band.tables().values() for level in table]
            told = {str(level.result): pick(level.meaning, language) or str(level.result) for level in levels}
            values |= {f"{it.id}_{name}{end}": told for end in ("", "_low", "_high")}
        labels |= {f"{it.id}_{key}": word("score", key, language) for key in ("missing", "outside")}
    return {"labels": labels, "values": values}
