"""Taking a case, or one person of it, out of the store for good, and saying that it was done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from risico.dossier.backup import folders, write_keys
from risico.dossier.bodies import Erased
from risico.dossier.store import Store, owner
from risico.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """What was destroyed: how many contents, and where this person may still be named.

    `to_read` are the numbers of entries about the whole case, earlier versions too, that may name the person; somebody
    has to read those. `backups` are the folders whose keys were rewritten: no older copy there can be read for it now.
    """

    contents: int
    to_read: tuple[int, ...]
    backups: tuple[Path, ...]


def erase(store: Store, case: str, *, by: str, ground: str, about: str | None = None) -> Destroyed:
    """Erase everything of a case, or of one person in it, and keep a record without content.

    The entries stay as places in the chain, without what stood there: who asked what can no longer be known, that
    something was destroyed can. Raises UsageError without a ground or where there is nothing of it.
    """
    from sqlalchemy import text

    if not ground.strip():
        raise UsageError("ground: say on which ground this is destroyed; the record has nothing else to go by.")
    own = [e for e in store.entries(case) if about is None or e.about == about]
    gone = [entry.number for entry in own if entry.body is not None]
    if not gone:
        raise UsageError("There is nothing of this in the store, so nothing was destroyed. Look at the code.")
    owners = {owner(entry.case, entry.about) for entry in own}
    with store.writing() as db:
        for number in gone:
            db.execute(text("delete from contents where number = :n"), {"n": number})
        for name in owners:
            db.execute(text("delete from keys where owner = :o"), {"o": name})
        record = Erased(what="case" if about is None else "person", ground=ground, contents=len(gone))
        store.added(db, record, case=case, by=by, about=None, replaces=None)
    _overwrite(store)
    rest = [] if about is None else [e for e in store.entries(case) if e.about is None and e.body is not None]
    rest = [e for e in rest if e.kind not in ("erased", "read")]
    for folder in folders(store):
        write_keys(store, folder)
    return Destroyed(contents=len(gone), to_read=tuple(e.number for e in rest), backups=tuple(folders(store)))


def _overwrite(store: Store) -> None:
    """Leave nothing of it in the write-ahead log or in free pages of the file."""
    if store.engine.dialect.name != "sqlite":
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        raw = db.connection.driver_connection
        raw.execute("commit") if raw.in_transaction else None
        raw.execute("vacuum")
        raw.execute("pragma wal_checkpoint(truncate)")
