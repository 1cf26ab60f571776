"""When things go wrong: killed while saving, many at once, a full or closed disk, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from conftest import ROOT
from risico.dossier import Store, erase
from risico.dossier.bodies import Note
from risico.errors import Refused, UnreadableFile
from servers import postgres

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Generator[str]:
    with postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "dossier.db") if request.param == "sqlite" else request.getfixturevalue("server")


def write(where: str, name: str, told: Connection) -> None:
    """Save without end, and say of each that it was kept."""
    store = Store.open(where)
    for i in range(10**6):
        store.add(Note(kind="fact", text=f"{name}-{i}"), case="case", by="r")
        told.send(f"{name}-{i}")


def test_killed_two_hundred_times_while_saving_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Each at another moment of its saving, while another one saves too."""
    where, acknowledged = str(tmp_path / "dossier.db"), set[str]()
    Store.open(where)
    context = multiprocessing.get_context("fork")  # two hundred new interpreters would take minutes to start
    for turn in range(100):
        running = []
        for place in range(2):
            heard, told = context.Pipe(duplex=False)
            process = context.Process(target=write, args=(where, f"{turn}.{place}", told), daemon=True)
            process.start()
            told.close()
            running.append((heard, process))
        for place, (heard, process) in enumerate(running):
            assert heard.poll(60)
            time.sleep((turn * 7 + place * 3) % 23 / 1000)
            process.kill()
            process.join()
            with suppress(EOFError):
                while True:
                    acknowledged.add(heard.recv())
    store = Store.open(where)
    assert len(acknowledged) >= 200
    assert acknowledged <= {entry.body.text for entry in store.entries("case")}
    assert store.broken() == []


def test_fifty_at_once_and_none_is_lost_or_waits_long(where: str) -> None:
    store = Store.open(where)
    case, waited, failed = store.new_case("1", by="r"), list[float](), list[BaseException]()

    def save(name: int) -> None:
        try:
            for i in range(4):
                start = time.monotonic()
                store.add(Note(kind="fact", text=f"{name}-{i}"), case=case, by=f"r{name}")
                waited.append(time.monotonic() - start)
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=save, args=(name,)) for name in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {e.body.text for e in store.current(case, {"note"})} == {f"{n}-{i}" for n in range(50) for i in range(4)}
    assert store.broken() == []
    assert sorted(waited)[len(waited) // 2] < 5  # nobody waits for all others: not for seconds on end, also here


def test_both_engines_keep_correct_and_erase_alike(where: str) -> None:
    store = Store.open(where)
    case = store.new_case("2026-1", by="r")
    first = store.add(Note(kind="fact", text="a"), case=case, by="r", about="k1")
    store.add(Note(kind="fact", text="b"), case=case, by="r", about="k1", replaces=first.number)
    with pytest.raises(Refused, match="Somebody else"):
        store.add(Note(kind="fact", text="c"), case=case, by="r2", about="k1", replaces=first.number)
    store.add(Note(kind="fact", text="stays"), case=case, by="r", about="k2")
    erase(store, case, by="f", ground="art. 17", about="k1")
    again = Store.open(where)
    assert [e.body.text for e in again.current(case, {"note"})] == ["stays"]
    assert again.broken() == []


@pytest.mark.parametrize(
    "sql", ["update entries set by_whom = 'x'", "delete from entries", "update contents set salt = ''"]
)
def test_postgresql_too_changes_nothing(server: str, sql: str) -> None:
    store = Store.open(server)
    store.new_case("1", by="r")
    with store.engine.connect() as db, pytest.raises(Exception, match="stay"):
        db.exec_driver_sql(sql)


def test_a_server_that_is_not_there_says_so_without_its_address() -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened") as refused:
        Store.open("postgresql+psycopg://somebody:secret@127.0.0.1:1/x")
    assert "secret" not in str(refused.value)


def test_a_file_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    """In a process without the rights of root, who may write everything."""
    Store.open(tmp_path / "dossier.db").engine.dispose()
    code = (
        "import os, sys, sqlite3, sqlalchemy, sqlalchemy.dialects.sqlite, cryptography\n"
        "from risico.dossier import Store\nfrom risico.errors import RisicoError\n"
        "os.setuid(65534) if os.getuid() == 0 else None\n"
        "try:\n    Store.open(sys.argv[1]).new_case('1', by='r')\n"
        "except RisicoError as problem:\n    print('said:', problem)\n"
    )
    os.chmod(tmp_path, 0o555)
    for path in tmp_path.iterdir():
        os.chmod(path, 0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "dossier.db")],
            capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, check=False,
        )  # fmt: skip
    finally:
        os.chmod(tmp_path, 0o755)
    assert "said: " in done.stdout, done.stderr
    assert "Traceback" not in done.stderr


def fill(store: Store, case: str) -> None:
    for _ in range(50):
        store.add(Note(kind="fact", text="x" * 5000), case=case, by="r")


def test_a_full_disk_says_so_and_keeps_what_was_there(tmp_path: Path) -> None:
    """A limit on the pages of the file stands for a full disk: SQLite gives the same error."""
    store = Store.open(tmp_path / "dossier.db")
    case = store.new_case("1", by="r")
    with store.engine.connect() as db:
        pages = db.exec_driver_sql("pragma page_count").scalar_one()
        db.exec_driver_sql(f"pragma max_page_count = {pages + 2}")
        before = len(store.entries(case))
    with pytest.raises(UnreadableFile, match="full"):
        fill(store, case)
    again = Store.open(tmp_path / "dossier.db")
    assert len(again.entries(case)) >= before
    assert again.broken() == []
