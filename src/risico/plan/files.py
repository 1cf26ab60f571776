"""Where the files are that a plan names, and what they were."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from risico.errors import UnreadableFile


def find(name: str, plan: Path) -> Path:
    """Return the path of a file or folder that a plan names: beside the plan, or below RISICO_DATA.

    Without RISICO_DATA the folder `shared/data` beside the checkout of the plan is looked in.
    """
    home = plan.resolve().parent
    data = os.environ.get("RISICO_DATA")
    for folder in (home, Path(data) if data else home.parents[1] / "shared" / "data"):
        if (folder / name).exists():
            return folder / name
    raise UnreadableFile(
        f"{plan.name}, data: there is no {name} beside the plan or below RISICO_DATA.\n"
        "Without its data the experiment cannot be run.\n"
        "Put the file beside the plan, or let RISICO_DATA name the folder that holds it."
    )


def fingerprint(paths: Iterable[Path]) -> str:
    """Return one SHA-256 of the contents of some files; a folder stands for the files in it."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
