"""The store: entries are added and never changed; each holds the fingerprint of all before it.

SQLite on one machine (write-ahead log, synchronous full), PostgreSQL for a team; the same tables. Content is encrypted
with a key of its own case or person, so that a backup forgets with the key (`backup`, `erasing`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from risico.dossier.bodies import BODIES, Case
from risico.dossier.entries import Entry, Kind, as_text, link, seal
from risico.errors import MissingExtra, Refused, UnreadableFile
from risico.strict import Frozen, build

VERSION: Final = 1
START: Final = "0" * 64
TABLES: Final = (
    "create table entries (number integer primary key, case_id text not null, about text, kind text not null, "
    "at text not null, by_whom text not null, replaces integer unique references entries (number), "
    "seal text not null, link text not null)",
    "create table contents (number integer primary key references entries (number), salt {bytes} not null, "
    "body {bytes} not null)",
    "create table keys (owner text primary key, secret {bytes} not null)",
    "create table settings (name text primary key, value text not null)",
    "create index entries_of_case on entries (case_id, number)",
)
NEVER: Final = {
    "sqlite": (
        "create trigger entries_stay before update on entries begin select raise(abort, 'entries stay'); end",
        "create trigger entries_are_kept before delete on entries begin select raise(abort, 'entries stay'); end",
        "create trigger contents_stay before update on contents begin select raise(abort, 'contents stay'); end",
    ),
    "postgresql": (
        "create function stays() returns trigger as $$ begin raise exception 'entries stay'; end $$ language plpgsql",
        "create trigger entries_stay before update or delete on entries for each row execute function stays()",
        "create trigger contents_stay before update on contents for each row execute function stays()",
    ),
}
BYTES: Final = {"sqlite": "blob", "postgresql": "bytea"}
PRAGMAS: Final = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "secure_delete=on", "busy_timeout=10000")


@dataclass(frozen=True)
class Store:
    """An open store; `now` gives the time, so that a test can set the clock."""

    engine: Any
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @classmethod
    def open(cls, where: str | Path, now: Callable[[], datetime] | None = None) -> Self:
        """Open a store, made when it is not there: a path (SQLite) or the address of a PostgreSQL database.

        Raises UnreadableFile where it cannot be opened or is of a later version, MissingExtra without the extra `app`.
        """
        try:
            engine = _engine(where)
            store = cls(engine) if now is None else cls(engine, now)
            with store.writing() as db:
                _ready(db, engine.dialect.name)
        except MissingExtra:
            raise
        except Exception as problem:
            if isinstance(problem, UnreadableFile) and "later version" in str(problem):
                raise
            raise UnreadableFile(
                f"The store cannot be opened ({type(problem).__name__}). Nothing in it was changed.\n"
                "Look whether the disk is full, the file may be written, and nothing else holds it."
            ) from None
        return store

    @contextmanager
    def writing(self) -> Generator[Any]:
        """Give a transaction in which one writer at a time adds to the chain.

        Raises UnreadableFile where the disk is full, the file may not be written or the server is gone: then nothing
        of the transaction is kept.
        """
        from sqlalchemy.exc import DBAPIError

        try:
            with self.engine.connect().execution_options(writes=True) as db, db.begin():
                if self.engine.dialect.name == "postgresql":
                    db.exec_driver_sql("select pg_advisory_xact_lock(7309)")
                yield db
        except DBAPIError as problem:
            raise UnreadableFile(
                f"The store could not be written ({type(problem).__name__}), so this was not kept; all before it is.\n"
                "Look whether the disk is full, the file may be written, and nothing else holds it. Then try again."
            ) from None

    def new_case(self, number: str, *, by: str) -> str:
        """Open a case and return its code: random, so that the code that stays after erasing says nothing."""
        case = secrets.token_hex(8)
        self.add(Case(number=number), case=case, by=by)
        return case

    def add(self, body: Frozen, *, case: str, by: str, about: str | None = None, replaces: int | None = None) -> Entry:
        """Add an entry, one of the classes of `bodies`, and return it once it is on the disk.

        Raises Refused for a correction of what is not of this case or was corrected already (somebody else was first).
        """
        with self.writing() as db:
            if replaces is not None:
                _may_replace(db, case, kind_of(body), replaces)
            return self.added(db, body, case=case, by=by, about=about, replaces=replaces)

    def added(self, db: Any, body: Frozen, **told: Any) -> Entry:
        """Add an entry within a transaction of `writing`."""
        from sqlalchemy import text

        last = db.exec_driver_sql("select number, link from entries order by number desc limit 1").first()
        number, before = (last[0] + 1, last[1]) if last else (1, START)
        at, written, salt = self.now().isoformat(timespec="seconds"), as_text(body), secrets.token_bytes(32)
        entry = Entry(number=number, kind=kind_of(body), at=at, body=body, **told)
        row = _row(entry)
        sealed = seal(salt, written)
        db.execute(
            text("insert into entries values (:number, :case, :about, :kind, :at, :by, :replaces, :seal, :link)"),
            row | {"seal": sealed, "link": link(before, tuple(row.values()), sealed)},
        )
        key = _key(db, owner(entry.case, entry.about))
        db.execute(
            text("insert into contents values (:number, :salt, :body)"),
            {"number": number, "salt": salt, "body": _locked(key, written, number)},
        )
        return entry

    def entries(self, case: str | None = None, kinds: Collection[Kind] = ()) -> list[Entry]:
        """Return the entries of a case, or all, in the order in which they were added."""
        from sqlalchemy import text

        where = "where case_id = :case" if case is not None else ""
        with self.engine.connect() as db:
            keys = {row[0]: bytes(row[1]) for row in db.exec_driver_sql("select owner, secret from keys")}
            rows = db.execute(
                text(
                    "select e.number, case_id, about, kind, at, by_whom, replaces, body from entries e "
                    f"left join contents c on c.number = e.number {where} order by e.number"
                ),
                {"case": case} if case is not None else {},
            ).all()
        return [_entry(row, keys) for row in rows if not kinds or row[3] in kinds]

    def current(self, case: str, kinds: Collection[Kind] = ()) -> list[Entry]:
        """Return the entries of a case that no later one corrects and whose content is there."""
        found = self.entries(case, kinds)
        replaced = {entry.replaces for entry in found}
        return [entry for entry in found if entry.number not in replaced and entry.body is not None]

    def broken(self) -> list[int]:
        """Return the numbers of entries that do not fit the chain, or whose content is not what was written.

        An erased content is no break: its fingerprint stays and still fits.
        """
        with self.engine.connect() as db:
            keys = {row[0]: bytes(row[1]) for row in db.exec_driver_sql("select owner, secret from keys")}
            rows = db.exec_driver_sql(
                "select e.number, case_id, about, kind, at, by_whom, replaces, seal, link, salt, body from entries e "
                "left join contents c on c.number = e.number order by e.number"
            ).all()
        found: list[int] = []
        before = START
        for place, row in enumerate(rows, 1):
            fits = row[0] == place and row[8] == link(before, tuple(row[:7]), row[7])
            found += [] if fits and _as_written(row, keys) else [row[0]]
            before = row[8]
        return found


def kind_of(body: Frozen) -> Kind:
    """Return the kind of an entry with this body."""
    return next(kind for kind, made in BODIES.items() if type(body) is made)


def owner(case: str, about: str | None) -> str:
    """Return the name of the key of a content: that of a person, or of the case as a whole."""
    return json.dumps([case, about], ensure_ascii=False)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number, "case": entry.case, "about": entry.about, "kind": entry.kind, "at": entry.at,
        "by": entry.by, "replaces": entry.replaces,
    }  # fmt: skip


def _entry(row: Any, keys: Mapping[str, bytes]) -> Entry:
    number, case, about, kind, at, by, replaces, body = row
    key = keys.get(owner(case, about))
    told = None
    if body is not None and key is not None:
        told = build(BODIES[kind], json.loads(_opened(key, bytes(body), number)), f"entry {number}")
    return Entry(number=number, case=case, about=about, kind=kind, at=at, by=by, replaces=replaces, body=told)


def _as_written(row: Any, keys: Mapping[str, bytes]) -> bool:
    key = keys.get(owner(row[1], row[2]))
    if row[10] is None or key is None:
        return True
    try:
        return seal(bytes(row[9]), _opened(key, bytes(row[10]), row[0])) == row[7]
    except ValueError:
        return False


def _may_replace(db: Any, case: str, kind: Kind, number: int) -> None:
    from sqlalchemy import text

    row = db.execute(text("select case_id, kind from entries where number = :n"), {"n": number}).first()
    if row is None or tuple(row) != (case, kind):
        raise Refused("What is corrected does not stand in this case, so nothing was added. Open the case again.")
    if db.execute(text("select 1 from entries where replaces = :n"), {"n": number}).first():
        raise Refused(
            "Somebody else corrected this in the meantime, so nothing was added: one of you would not see the other's "
            "words. What you wrote is still on your screen. Open the case again and see what stands there now."
        )


# opening ------------------------------------------------------------------------------------------------------------


def _engine(where: str | Path) -> Any:
    try:
        from sqlalchemy import create_engine, event
    except ImportError as error:
        raise MissingExtra("The dossier", "app") from error
    address = str(where)
    if "://" in address:
        return create_engine(address, hide_parameters=True)
    Path(address).resolve().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{address}", hide_parameters=True)

    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we begin ourselves: who will write takes the turn at once, who reads none
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")

    def begin(db: Any) -> None:
        db.exec_driver_sql("begin immediate" if db.get_execution_options().get("writes") else "begin")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _ready(db: Any, dialect: str) -> None:
    """Make the tables where there are none; refuse a store of a later version."""
    from sqlalchemy import inspect

    if not inspect(db).has_table("settings"):
        for table in (*TABLES, *NEVER[dialect]):
            db.exec_driver_sql(table.replace("{bytes}", BYTES[dialect]))
        db.exec_driver_sql(f"insert into settings values ('version', '{VERSION}')")
        return
    version = int(db.exec_driver_sql("select value from settings where name = 'version'").scalar_one())
    if version > VERSION:
        raise UnreadableFile(
            f"The store was made by a later version of risico ({version}; this one knows {VERSION}). Nothing was "
            "changed. Use that version."
        )


# locking ------------------------------------------------------------------------------------------------------------


def _key(db: Any, name: str) -> bytes:
    from sqlalchemy import text

    found = db.execute(text("select secret from keys where owner = :o"), {"o": name}).scalar()
    if found is not None:
        return bytes(found)
    secret = secrets.token_bytes(32)
    db.execute(text("insert into keys values (:o, :s)"), {"o": name, "s": secret})
    return secret


def _locked(key: bytes, text: str, number: int) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), str(number).encode())


def _opened(key: bytes, body: bytes, number: int) -> str:
    """Return a content. Raises ValueError when it is not what was written with this key at this place."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(body[:12], body[12:], str(number).encode()).decode()
    except InvalidTag:
        raise ValueError("not what was written") from None
