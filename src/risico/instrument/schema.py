"""The JSON Schema of an instrument file, so that an editor completes keys and underlines mistakes while typing.

It is made from the models, so it says nothing of its own. `python -m risico.instrument.schema` writes it anew beside
the instruments; a file that starts with `# yaml-language-server: $schema=schema.json` is checked against it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from risico.instrument.each import Each
from risico.instrument.library import SHIPPED
from risico.instrument.model import Instrument

NAME = "schema.json"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an instrument file as it is written, before sides are written out.

    >>> schema()["properties"]["status"]["enum"]
    ['computed', 'judged', 'recorded', 'record']
    """
    made = Instrument.model_json_schema()
    made["properties"]["each"] = Each.model_json_schema()["properties"]["each"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:risico:instrument",
        **_plain(made),
        "title": "An instrument file of risico",
    }


def text() -> str:
    """Return the schema as it stands in the file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def write(folder: Path = SHIPPED) -> Path:
    """Write the schema into a folder of instruments and return its path."""
    path = folder / NAME
    path.write_text(text(), encoding="utf-8")
    return path


def _plain(part: Any, *, names: bool = False) -> Any:
    """Leave out titles that only repeat a name, and of each description all but the first paragraph.

    `names` says that the keys of this mapping are names from the models: one of them may well be `title`.
    """
    if isinstance(part, list):
        return [_plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    out = {
        key: _plain(value, names=key in ("properties", "$defs") and not names)
        for key, value in part.items()
        if names or key != "title"
    }
    if not names and "description" in out:
        out["description"] = " ".join(out["description"].split("\n\n")[0].split())
    return out


if __name__ == "__main__":
    write()
