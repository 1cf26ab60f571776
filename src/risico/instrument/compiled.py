"""The library once read: reading strict YAML is slow, so what was read is kept beside it under the file's fingerprint.

`compiled.json` holds what each file says, never more; a file that has changed since is read anew. In JSON a key is
always text, so a whole number that is a key is written with `=` before it.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from risico.strict import read_yaml

NAME = "compiled.json"


def compile_folder(folder: Path) -> Path:
    """Read every instrument file of a folder and write what they say beside them; returns the path written."""
    entries = {
        path.stem: {"sha256": fingerprint(path), "says": _keys_to_text(read_yaml(path))}
        for path in sorted(folder.glob("*.yaml"))
    }
    target = folder / NAME
    target.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return target


def says(path: Path) -> Any:
    """Return what a file says: from the compiled library where it is still the same file, else read anew."""
    entry = _entries(path.parent).get(path.stem)
    if entry is not None and path.exists() and entry["sha256"] == fingerprint(path):
        return _keys_from_text(entry["says"])
    return read_yaml(path)


def fingerprint(path: Path) -> str:
    """Return the sha256 of a file, as scores and runs carry it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=8)
def _entries(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _keys_to_text(data: Any) -> Any:
    if isinstance(data, dict):
        return {key if isinstance(key, str) else f"={int(key)}": _keys_to_text(value) for key, value in data.items()}
    return [_keys_to_text(part) for part in data] if isinstance(data, list) else data


def _keys_from_text(data: Any) -> Any:
    if isinstance(data, dict):
        return {_key(key): _keys_from_text(value) for key, value in data.items()}
    return [_keys_from_text(part) for part in data] if isinstance(data, list) else data


def _key(key: str) -> int | str:
    return int(key[1:]) if key.startswith("=") else key
