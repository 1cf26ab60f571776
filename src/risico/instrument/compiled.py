"""The library once read: reading strict YAML is slow, so what was read is kept beside it under the file's fingerprint.

`compiled.json` holds what each file says, never more; a file that has changed since is read anew. The wheel brings it
along; a checkout makes its own as files are read, where it may be written. In JSON a key is always text, so a whole
number that is a key is written with `=` before it.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import tempfile
from contextlib import suppress
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

from risico.strict import read_yaml

NAME = "compiled.json"


_read_anew: dict[Path, dict[str, Any]] = {}


def compile_folder(folder: Path) -> Path:
    """Read every instrument file of a folder and write what they say beside them; returns the path written."""
    return _write(folder, {path.stem: _entry(path, read_yaml(path)) for path in sorted(folder.glob("*.yaml"))})


def says(path: Path, *, keep: bool = False) -> Any:
    """Return what a file says: from the compiled library where it is still the same file, else read anew.

    With `keep` what was read anew is added to the compiled library when the program ends.
    """
    entry = _entries(path.parent).get(path.stem)
    if entry is not None and path.exists() and entry["sha256"] == fingerprint(path):
        return copy(entry["says"])
    data = read_yaml(path)
    if keep:
        if not _read_anew:
            atexit.register(keep_read)
        _read_anew[path] = _entry(path, data)
    return data


def keep_read() -> None:
    """Add what was read anew to the compiled library of its folder; where that may not be written, nothing happens."""
    for folder in {path.parent for path in _read_anew}:
        _entries.cache_clear()
        new = {path.stem: entry for path, entry in _read_anew.items() if path.parent == folder}
        there = {name: entry for name, entry in _entries(folder).items() if (folder / f"{name}.yaml").exists()}
        with suppress(OSError):
            _write(folder, there | new)
    _read_anew.clear()


def _entry(path: Path, data: Any) -> dict[str, Any]:
    return {"sha256": fingerprint(path), "says": data}


def _write(folder: Path, entries: dict[str, dict[str, Any]]) -> Path:
    """Write the compiled library in one go, as another program may be reading it."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".tmp", delete=False) as file:
        json.dump(_keys_to_text(entries), file, ensure_ascii=False)
    os.chmod(file.name, 0o644)  # as any other file: a wheel or another user reads it
    _entries.cache_clear()
    return Path(file.name).rename(folder / NAME)


def fingerprint(path: Path) -> str:
    """Return the sha256 of a file, as scores and runs carry it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=8)
def _entries(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return json.loads((folder / NAME).read_text(encoding="utf-8"), object_pairs_hook=_keys_from_text)
    except (OSError, ValueError):
        return {}


def _keys_to_text(data: Any) -> Any:
    if isinstance(data, dict):
        return {key if isinstance(key, str) else f"={int(key)}": _keys_to_text(value) for key, value in data.items()}
    return [_keys_to_text(part) for part in data] if isinstance(data, list) else data


def _keys_from_text(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    """Most mappings have no whole number among their keys, and are made at once."""
    made: dict[Any, Any] = dict(pairs)
    if any(key[:1] == "=" for key in made):
        return {int(key[1:]) if key[:1] == "=" else key: value for key, value in pairs}
    return made
