"""`risico export` and `risico import`: an instrument for another program, and what that program collected."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from risico.cli.said import free, say, word
from risico.errors import UsageError
from risico.exchange import apply, read, read_map, write
from risico.exchange.carried import Export
from risico.exchange.files import kind_of
from risico.words import Language

ENDINGS = {"fhir": ".json", "redcap": ".csv", "xlsform": ".xlsx", "spss": ".sps"}


def export_(asked: Namespace) -> None:
    """Write an instrument for another program and say what it cannot carry; or forms, as FHIR responses."""
    out = free(asked.out, force=asked.force, source=asked.forms)
    _fitting(out, asked.to)
    if asked.forms or asked.map:
        _responses(asked, out)
        return
    made = _maker(asked.to)(asked.id, asked.lang)
    content = made.content
    if isinstance(content, bytes):
        out.write_bytes(content)
    else:
        out.write_text(_json(content) if isinstance(content, dict) else content, encoding="utf-8", newline="\n")
    say(word("export", "wrote", asked.lang, path=out), word("export", "left", asked.lang))
    say(*(f"  - {left}" for left in made.not_carried))


def import_(asked: Namespace) -> None:
    """Write what another program collected as forms, ready for `risico check` and `risico score`."""
    from risico.exchange.fhir_responses import read_responses
    from risico.exchange.redcap import read_redcap

    out = free(asked.out, force=asked.force, source=asked.file)
    kind_of(out)
    ending = Path(asked.file).suffix.lower()
    readers = {".json": read_responses, ".ndjson": read_responses, ".csv": read_redcap}
    if ending not in readers:
        raise UsageError(
            f"{Path(asked.file).name}: import reads FHIR responses (.json, .ndjson) and REDCap exports (.csv). Other "
            "files need no import: give them to `risico map`, `check` and `score` as they are."
        )
    forms = readers[ending](asked.file, asked.id)
    write(forms, out)
    say(word("import", "wrote", asked.lang, n=forms.height, path=out))
    if any(name.startswith("filed_") for name in forms.columns):
        say(word("import", "filed", asked.lang))


def _responses(asked: Namespace, out: Path) -> None:
    from risico.exchange.fhir_responses import responses

    if asked.to != "fhir" or not asked.forms:
        raise UsageError("--forms and --map hand over filled-in forms, and only --to fhir does that. Leave them out.")
    forms = read(asked.forms)
    if asked.map:
        forms = apply(forms, read_map(asked.map))
    bundle = responses(forms, asked.id, asked.lang)
    out.write_text(_json(bundle), encoding="utf-8", newline="\n")
    say(word("export", "responses", asked.lang, n=forms.height, path=out))


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _fitting(out: Path, to: str) -> None:
    if out.suffix.lower() != ENDINGS[to]:
        raise UsageError(f"{out.name}: what is made for {to} ends in {ENDINGS[to]}. Name the file so.")


def _maker(to: str) -> Callable[[str, Language], Export]:
    from risico.exchange.fhir import questionnaire
    from risico.exchange.redcap import dictionary
    from risico.exchange.spss_syntax import syntax
    from risico.exchange.xlsform import xlsform

    return {"fhir": questionnaire, "redcap": dictionary, "xlsform": xlsform, "spss": syntax}[to]
