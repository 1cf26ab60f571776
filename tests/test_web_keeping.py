"""How long a case is kept, who read it, and erasing in two steps with a record left."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from risico.dossier import Store
from risico.dossier.bodies import Erased, Read, Retention
from risico.dossier.retention import due, later, over, terms
from test_web_cases import ODARA, Browser
from test_web_judging import finished


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


def chosen(store: Store, **more: str) -> str:
    case = store.new_case("1", by="r1")
    told = {"term": "wmo_2014", "counts_from": "2010-03-01", "why": "art. 5.3.4"} | more
    store.add(Retention(**told), case=case, by="r1")  # type: ignore[arg-type]
    return case


def test_no_term_holds_until_somebody_chose_one(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case()
    page = browser.get(f"{case}/bewaren").text
    assert "Er geldt er geen vanzelf" in page
    assert " selected" not in page
    for term in terms().values():
        assert term.source in page
    assert due(store.entries(), date(2200, 1, 1))[0].state == "not_chosen"
    told = {"term": "wmo_2014", "counts_from": "2026-03-01", "not_before": "", "why": "onze regeling"}
    for wrong in ({"term": ""}, {"term": "silently"}, {"counts_from": "2026-02-30"}, {"why": " "}, {"not_before": "x"}):
        assert browser.fill(f"{case}/bewaren", told | wrong).status_code == 422
    assert browser.fill(f"{case}/bewaren", told).status_code == 303
    assert "Te bewaren tot 2041-03-01" in browser.get(f"{case}/bewaren").text
    assert browser.fill(f"{case}/bewaren", told | {"term": "youth_act_20"}).status_code == 303
    assert "Te bewaren tot 2046-03-01" in browser.get(f"{case}/bewaren").text  # the last that was chosen holds


@pytest.mark.parametrize(
    ("more", "today", "state"),
    [
        ({}, date(2025, 2, 28), "kept"),
        ({}, date(2025, 3, 1), "due"),
        ({"not_before": "2030-01-01"}, date(2029, 12, 31), "kept"),
        ({"not_before": "2030-01-01"}, date(2030, 1, 1), "due"),
        ({"not_before": "2020-01-01"}, date(2025, 2, 28), "kept"),
        ({"term": "youth_act_20", "not_before": "2040-01-01"}, date(2030, 3, 1), "due"),  # that term names no later day
        ({"counts_from": "2010-02-31"}, date(2030, 1, 1), "no_such_day"),
        ({"counts_from": "9999-01-01"}, date(2030, 1, 1), "no_such_day"),
        ({"term": "withdrawn"}, date(2030, 1, 1), "gone"),
    ],
)
def test_a_case_is_due_on_the_day_and_not_before(store: Store, more: dict[str, str], today: date, state: str) -> None:
    case = chosen(store, **more)
    (found,) = due(store.entries(), today)
    assert (found.case, found.state) == (case, state)
    assert [one.case for one in over([found])] == ([case] if state == "due" else [])


def test_a_leap_day_never_comes_too_soon_and_each_term_says_where_it_stands() -> None:
    assert later(date(2024, 2, 29), 15) == date(2039, 3, 1)
    assert later(date(2024, 2, 29), 20) == date(2044, 2, 29)
    assert len(terms()) >= 5
    assert all(term.source and term.dated and set(term.title) == {"nl", "en"} for term in terms().values())


def test_each_page_of_a_case_that_is_opened_is_known(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "d.db", now=lambda: datetime(2026, 3, 1, 9, tzinfo=UTC))
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    for path in ("", "/verslag", "/persoon/k1", "/persoon/x9"):
        two.get(case + path)
    two.get("/")
    two.get("/casus/0000")
    read = [e for e in store.entries() if isinstance(e.body, Read)]
    assert [(e.by, e.body.page, e.about) for e in read] == [
        ("r2", "", None), ("r2", "verslag", None), ("r2", "persoon/k1", "k1"), ("r2", "persoon/x9", None),
    ]  # fmt: skip
    assert "2026-03-01 09:00 · r2 · verslag" in one.get(f"{case}/gelezen").text


def test_a_person_is_erased_in_two_steps_and_what_may_still_name_them_is_listed(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case("2026-7741")
    key = case.rpartition("/")[2]
    finished(browser, case, "odara", ODARA)
    browser.fill(f"{case}/notitie", {"kind": "fact", "text": "Zwaluwstaart", "about": "o1"})
    for text in ("over o1", "over niemand"):
        now = re.search(r'name="after" value="(\d*)"', browser.get(f"{case}/analyse").text)
        assert now
        browser.fill(f"{case}/analyse", {"what_happens": text, "after": now[1]})
    what = {"what": "o1", "ground": "art. 17 AVG"}
    for wrong in ({"what": ""}, {"what": "x9"}, {"ground": " "}, {"ground": "x" * 201}):
        assert browser.fill(f"{case}/wissen", what | wrong).status_code == 422
    first = browser.fill(f"{case}/wissen", what)
    assert first.status_code == 200
    assert "Dit gaat weg: o1" in first.text
    assert "Zwaluwstaart" in browser.get(case).text  # one step erases nothing
    assert browser.fill(f"{case}/wissen", what | {"number": "2026-7742"}).status_code == 422
    assert "Zwaluwstaart" in browser.get(case).text
    done = browser.fill(f"{case}/wissen", what | {"number": "2026-7741"})
    assert done.status_code == 200
    assert done.text.count("/analyse?versie=") == 2  # the version before it too
    assert "wie er las" not in done.text
    entries = store.entries(key)
    assert not [e for e in entries if e.about == "o1" and e.body is not None]
    (record,) = (e for e in entries if isinstance(e.body, Erased))
    assert (record.by, record.body.ground) == ("r1", "art. 17 AVG")
    assert "Zwaluwstaart" not in browser.get(case).text
    assert store.broken() == []


def test_a_whole_case_is_erased_and_only_the_record_stays(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case("2026-7741")
    what = {"what": "case", "ground": "termijn om", "number": "2026-7741"}
    assert browser.fill(f"{case}/wissen", what).headers["location"] == "/"
    assert browser.get(case).status_code == 404
    assert browser.get(f"{case}/wissen").status_code == 404
    assert "7741" not in browser.get("/").text
    assert [e.kind for e in store.entries() if e.body is not None] == ["erased"]
    assert due(store.entries(), date(2200, 1, 1)) == []
