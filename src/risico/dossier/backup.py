"""Copies of the store that forget when the store forgets.

A copy holds contents that are locked, and no key. The keys stand beside the copies in one file that is always that of
today: who is erased is gone from there, and with that from every copy.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from risico.dossier.store import Store
from risico.errors import Refused, UnreadableFile

KEYS: Final = "keys.json"
KEPT: Final = 7
"""Copies that are kept; older ones go."""


def back_up(store: Store, folder: str | Path, keep: int = KEPT) -> Path:
    """Copy the store into a folder and return the copy. Older copies than the last `keep` are removed.

    Raises Refused for a PostgreSQL store: its server makes copies.
    """
    from sqlalchemy import text

    if store.engine.dialect.name != "sqlite":
        raise Refused(
            "This store is on a PostgreSQL server. Let the server make the copies, and keep its rotation short."
        )
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with store.writing() as db:
        known = sorted({*_folders(db), str(folder)})
        db.execute(text("delete from settings where name = 'backups'"))
        db.execute(text("insert into settings values ('backups', :f)"), {"f": json.dumps(known)})
    made = folder / f"dossier-{store.now():%Y%m%dT%H%M%S}.db"
    part = made.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(store.engine.url.database or "")) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("pragma journal_mode=delete")
        copy.execute("pragma secure_delete=on")
        copy.execute("delete from keys")
        copy.commit()
        copy.execute("vacuum")
    part.replace(made)
    write_keys(store, folder)
    for old in sorted(folder.glob("dossier-*.db"))[:-keep]:
        old.unlink()
    return made


def restore(folder: str | Path, target: str | Path) -> Path:
    """Bring the newest copy of a folder back as a new file; what was erased since stays erased.

    Raises Refused where the target is there already, UnreadableFile where no copy is.
    """
    folder, target = Path(folder), Path(target)
    if target.exists():
        raise Refused(f"{target.name} is there already and is not written over. Give the name of a new file.")
    copies = sorted(folder.glob("dossier-*.db"))
    if not copies or not (folder / KEYS).exists():
        raise UnreadableFile(f"{folder.name} holds no copy of a store with its keys. Look at the folder.")
    secrets = json.loads((folder / KEYS).read_text(encoding="utf-8"))
    part = target.with_name(target.name + ".part")
    shutil.copyfile(copies[-1], part)
    with closing(sqlite3.connect(part)) as db:
        rows = [(name, base64.b64decode(secret)) for name, secret in secrets.items()]
        db.executemany("insert into keys values (?, ?)", rows)
        db.commit()
    part.replace(target)
    return target


def folders(store: Store) -> list[Path]:
    """Return the folders to which copies were made."""
    with store.engine.connect() as db:
        return [Path(name) for name in _folders(db) if Path(name).exists()]


def _folders(db: object) -> Iterator[str]:
    found = db.exec_driver_sql("select value from settings where name = 'backups'").scalar()  # type: ignore[attr-defined]
    yield from json.loads(found) if found else ()


def write_keys(store: Store, folder: Path) -> None:
    """Write the keys of today beside the copies, in one stroke."""
    with store.engine.connect() as db:
        rows = db.exec_driver_sql("select owner, secret from keys").all()
    text = json.dumps({name: base64.b64encode(bytes(secret)).decode() for name, secret in rows})
    part = folder / f"{KEYS}.part"
    with part.open("w", encoding="utf-8") as file:
        os.chmod(part, 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / KEYS)
