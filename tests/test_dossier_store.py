"""The store: added and never changed, chained, erased for good, copied and brought back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from risico.dossier import Store, back_up, erase, restore
from risico.dossier.bodies import ASPECTS, Analysis, Case, Erased, Note, Phase, Sight
from risico.dossier.bodies import BODIES as BODY_OF
from risico.errors import Refused, UnreadableFile, UsageError
from risico.strict import Frozen

SENTINEL = "Zwaluwstraat sentinel 7741"


def fact(text: str) -> Note:
    return Note(kind="fact", text=text)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_is_added_is_there_after_opening_again(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "dossier.db")
    case = first.new_case("2026-114", by="rater 1")
    first.add(fact(SENTINEL), case=case, by="rater 1", about="k1")
    again = Store.open(tmp_path / "dossier.db")
    assert [(e.kind, e.about, e.body) for e in again.entries(case)] == [
        ("case", None, Case(number="2026-114")), ("note", "k1", fact(SENTINEL)),
    ]  # fmt: skip
    assert again.broken() == []
    assert case not in SENTINEL
    assert "114" not in case


@pytest.mark.parametrize("sql", [
    "update entries set by_whom = 'x'", "delete from entries", "update contents set body = x'00'",
])  # fmt: skip
def test_nothing_can_be_changed(store: Store, tmp_path: Path, sql: str) -> None:
    store.new_case("1", by="rater")
    with closing(sqlite3.connect(tmp_path / "dossier.db")) as db, pytest.raises(sqlite3.DatabaseError, match="stay"):
        db.execute(sql)


@pytest.mark.parametrize(("sql", "number"), [
    ("update entries set by_whom = 'somebody else' where number = 2", 2),
    ("update entries set at = '2020-01-01T00:00:00+00:00' where number = 3", 3),
    ("update contents set body = (select body from contents where number = 1) where number = 2", 2),
    ("update contents set salt = x'00' where number = 3", 3),
    ("delete from entries where number = 2", 3),
])  # fmt: skip
def test_a_change_behind_its_back_is_found(store: Store, tmp_path: Path, sql: str, number: int) -> None:
    case = store.new_case("1", by="rater")
    store.add(fact("a"), case=case, by="rater")
    store.add(fact("b"), case=case, by="rater")
    assert store.broken() == []
    with closing(sqlite3.connect(tmp_path / "dossier.db")) as db:
        for name in ("entries_stay", "entries_are_kept", "contents_stay"):
            db.execute(f"drop trigger {name}")
        db.execute(sql)
        db.commit()
    assert number in store.broken()


def test_a_correction_stands_beside_what_it_corrects(store: Store) -> None:
    case = store.new_case("1", by="rater")
    first = store.add(fact("a"), case=case, by="rater 1")
    second = store.add(fact("b"), case=case, by="rater 2", replaces=first.number)
    assert [e.body for e in store.current(case, {"note"})] == [fact("b")]
    assert len(store.entries(case, {"note"})) == 2
    with pytest.raises(Refused, match="Somebody else"):
        store.add(fact("c"), case=case, by="rater 3", replaces=first.number)
    store.add(fact("c"), case=case, by="rater 3", replaces=second.number)
    other = store.new_case("2", by="rater")
    with pytest.raises(Refused, match="does not stand"):
        store.add(fact("d"), case=other, by="rater", replaces=second.number)
    with pytest.raises(Refused, match="does not stand"):
        store.add(Phase(phase="recovery"), case=case, by="rater", replaces=3)
    assert len(store.entries(case, {"note"})) == 3


def test_erasing_one_person_leaves_no_trace_of_the_content_and_everything_of_the_others(
    store: Store, tmp_path: Path
) -> None:
    case = store.new_case("1", by="rater")
    other = store.new_case("2", by="rater")
    store.add(fact(SENTINEL), case=case, by="rater", about="k1")
    store.add(fact("stays"), case=case, by="rater", about="k2")
    store.add(Analysis(sections={"not_known": "of everybody"}), case=case, by="rater")
    store.add(fact("elsewhere"), case=other, by="rater", about="k1")
    done = erase(store, case, by="functionaris", ground="art. 17", about="k1")
    assert done.contents == 1
    assert [e.about for e in store.entries(case) if e.body is None] == ["k1"]
    assert [e.body for e in store.current(case, {"note"})] == [fact("stays")]
    assert len(store.current(case, {"analysis"})) == 1
    assert [e.body for e in store.current(other, {"note"})] == [fact("elsewhere")]
    kinds = {entry.number: entry.kind for entry in store.entries(case)}
    assert [kinds[number] for number in done.to_read] == ["case", "analysis"]  # somebody has to read these
    assert store.broken() == []
    (record,) = store.entries(case, {"erased"})
    assert record.body == Erased(what="person", ground="art. 17", contents=1)
    with pytest.raises(UsageError, match="nothing"):
        erase(store, case, by="functionaris", ground="again", about="k1")
    with pytest.raises(UsageError, match="ground"):
        erase(store, case, by="functionaris", ground=" ", about="k2")


def test_no_content_stands_readable_in_any_file(store: Store, tmp_path: Path) -> None:
    case = store.new_case(SENTINEL, by="rater")
    store.add(fact(SENTINEL), case=case, by="rater", about="k1")
    assert SENTINEL.encode() not in everything(tmp_path)


def test_an_erased_content_is_gone_from_file_log_and_every_copy(store: Store, tmp_path: Path) -> None:
    case = store.new_case("1", by="rater")
    store.add(fact(SENTINEL), case=case, by="rater", about="k1")
    store.add(fact("stays"), case=case, by="rater", about="k2")
    back_up(store, tmp_path / "copies")
    with closing(sqlite3.connect(tmp_path / "dossier.db")) as db:
        (key,) = [s for o, s in db.execute("select owner, secret from keys") if '"k1"' in o]
        (body, salt) = db.execute("select body, salt from contents where number = 2").fetchone()
    erase(store, case, by="functionaris", ground="art. 17", about="k1")
    live = b"".join(p.read_bytes() for p in tmp_path.glob("dossier.db*"))
    assert not any(secret in live for secret in (key, body, salt))
    import base64

    assert base64.b64encode(key) not in everything(tmp_path / "copies")
    back = Store.open(restore(tmp_path / "copies", tmp_path / "back.db"))
    assert [(e.about, e.body) for e in back.entries(case, {"note"})] == [("k1", None), ("k2", fact("stays"))]
    assert back.broken() == []


def test_a_copy_can_be_brought_back_and_older_ones_go(tmp_path: Path) -> None:
    clock = [datetime(2026, 1, 1, tzinfo=UTC)]
    store = Store.open(tmp_path / "dossier.db", lambda: clock[0])
    case = store.new_case("1", by="rater")
    for day in range(4):
        clock[0] += timedelta(days=1)
        store.add(fact(f"day {day}"), case=case, by="rater")
        back_up(store, tmp_path / "copies", keep=2)
    assert len(list((tmp_path / "copies").glob("*.db"))) == 2
    back = Store.open(restore(tmp_path / "copies", tmp_path / "back.db"))
    assert back.entries() == store.entries()
    with pytest.raises(Refused, match="already"):
        restore(tmp_path / "copies", tmp_path / "back.db")
    with pytest.raises(UnreadableFile, match="no copy"):
        restore(tmp_path, tmp_path / "other.db")
    assert (tmp_path / "copies" / "keys.json").stat().st_mode & 0o077 == 0


def test_what_cannot_be_opened_says_so_and_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database, but somebody's notes" * 100)
    before = (tmp_path / "text.db").read_bytes()
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        Store.open(tmp_path / "text.db")
    assert (tmp_path / "text.db").read_bytes() == before
    Store.open(tmp_path / "later.db")
    with closing(sqlite3.connect(tmp_path / "later.db")) as db:
        db.execute("update settings set value = '99' where name = 'version'")
        db.commit()
    with pytest.raises(UnreadableFile, match="later version"):
        Store.open(tmp_path / "later.db")


NOTES = st.text(max_size=40).map(lambda text: fact(text))
BODIES = st.one_of(
    NOTES, st.builds(Sight, aspect=st.sampled_from(ASPECTS), answer=st.sampled_from(["yes", "no", "unknown"]))
)
STEPS = st.lists(st.tuples(st.sampled_from(["k1", "k2", None]), BODIES), max_size=8)


@settings(deadline=None, max_examples=25)
@given(steps=STEPS, gone=st.sampled_from(["k1", "k2", None]))
def test_the_chain_holds_whatever_is_written_and_erased(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str | None, Frozen]], gone: str | None
) -> None:
    store = Store.open(tmp_path_factory.mktemp("any") / "dossier.db")
    case = store.new_case("1", by="rater")
    for about, body in steps:
        store.add(body, case=case, by="rater", about=about)
    kept = [e for e in store.entries(case) if gone is not None and e.about != gone]
    if gone is None or any(about == gone for about, _ in steps):
        erase(store, case, by="functionaris", ground="x", about=gone)
        assert [e for e in store.entries(case) if e.body is not None and e.kind != "erased"] == kept
    assert store.broken() == []


def test_nothing_can_be_kept_that_is_not_asked_for() -> None:
    for body in BODY_OF.values():
        for field in ("name", "bsn", "address", "birth_date", "phone", "email"):
            assert field not in body.model_fields
        with pytest.raises(ValidationError):
            body.model_validate({"name": "Jansen"})
