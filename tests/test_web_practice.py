"""Practice cases: blind, locked, then the key; to each the own mirror, of a team only the team and only from five."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from risico.dossier import Store
from risico.dossier.people import Person
from risico.errors import BrokenInstrument, Refused, UnreadableFile
from risico.reliability import agreement
from risico.web.practice import Practice
from risico.web.practised import ANSWERS, FEWEST, agreement_of, drift_of, lock, mirror, own, told
from risico.web.serving import _app, _templates, application
from risico.web.vignettes import Vignette, vignettes
from risico.web.wording import Say

HERE = "http://127.0.0.1:8000"
KNOWN = vignettes()
FIRST = KNOWN["a1_again"]


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: datetime(2026, 11, 10, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def set(self, month: str, day: int = 10) -> None:
        self.at = datetime(int(month[:4]), int(month[5:]), day, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    return Store.open(tmp_path / "dossier.db", clock)


def key(vignette: Vignette, **other: str) -> dict[str, str]:
    return {name: asked.key for name, asked in vignette.items.items()} | other


class Browser(TestClient):
    def __init__(
        self, store: Store | None, who: str = "r1", practice: Path | None = None, language: str = "nl"
    ) -> None:
        door = application(8000, language, lambda link: None, store, who, practice)  # type: ignore[arg-type]
        super().__init__(door, base_url=HERE, follow_redirects=False)
        self.get(door.door.link())
        (self.word,) = door.door.sessions.values()

    def fill(self, path: str, fields: Mapping[str, str]):
        return self.post(path, data={"csrf": self.word, **fields}, headers={"origin": HERE})


# the cases themselves -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KNOWN)
def test_each_case_is_whole_in_two_languages_and_no_answer_is_always_right(name: str) -> None:
    one = KNOWN[name]
    texts = [one.title, one.story, *(t for a in one.items.values() for t in (a.question, a.why))]
    assert all(set(text) == {"nl", "en"} for text in texts)
    assert {asked.key for asked in one.items.values()} == set(ANSWERS)
    assert len(one.story["nl"].split()) < 250  # read and answered in ten minutes
    assert not re.search(r"\b(mevrouw|meneer|mr|mrs)\.? [A-Z]", one.story["nl"] + one.story["en"])


def test_the_months_follow_each_other_and_are_at_least_four() -> None:
    months = [one.month for one in KNOWN.values()]
    assert len(months) >= 4
    assert len(set(months)) == len(months)
    assert months == sorted(months)


OWN = """
id: {id}
month: '2026-11'
title: {{nl: '<script>alert(1)</script>'}}
story: {{nl: '<b>x</b> {{{{ 7*7 }}}}'}}
items:
  one: {{question: {{nl: '<i>een</i>'}}, key: 'yes', why: {{nl: '<img src=x>'}}}}
  two: {{question: {{nl: twee}}, key: {key}, why: {{nl: omdat}}}}
"""


def test_own_cases_come_from_a_folder_and_their_markup_stays_text(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN.format(id="own", key="'no'"))
    assert list(vignettes(tmp_path))[:2] == ["a1_again", "own"]
    browser = Browser(None, practice=tmp_path)
    pages = [browser.get(f"/oefenen{path}").text for path in ("", "/own")]
    pages.append(browser.fill("/oefenen/own", {"one": "yes", "two": "no"}).text)
    for page in pages:
        assert not re.search(r"<script>alert|<b>x|<i>een|<img|>49", page)


def test_mistakes_in_an_own_case_are_told_with_their_place(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        vignettes(tmp_path / "nowhere")
    for text, said in (
        (OWN.format(id="own", key="maybe"), "items.two.key"), (OWN.format(id="a1_again", key="'no'"), "another"),
        (OWN.format(id="own", key="'no'").replace("'2026-11'", "'2026-13'"), "month"),
        (OWN.format(id="own", key="'no'").replace("{nl: twee}", "{nl: twee, en: two}"), "words"),
        (OWN.format(id="own", key="'no'").replace("  two:", "  csrf.x:"), "items"),
    ):  # fmt: skip
        (tmp_path / "own.yaml").write_text(text)
        with pytest.raises(BrokenInstrument, match=said):
            vignettes(tmp_path)


# one person ---------------------------------------------------------------------------------------------------------


def test_the_key_is_seen_only_after_the_own_answers_are_locked(store: Store) -> None:
    browser = Browser(store)
    reasons = [asked.why["nl"] for asked in FIRST.items.values()]
    page = browser.get("/oefenen/a1_again").text
    assert " checked" not in page
    assert not any(reason in page for reason in reasons)
    missing = browser.fill("/oefenen/a1_again", {"drink": "yes"})
    assert missing.status_code == 422
    assert missing.text.count(" checked") == 1
    assert not any(reason in missing.text for reason in reasons)
    assert browser.fill("/oefenen/a1_again", key(FIRST, drink="maybe")).status_code == 422
    assert browser.fill("/oefenen/a1_again", key(FIRST, drink="yes")).status_code == 303
    page = browser.get("/oefenen/a1_again").text
    assert all(reason in page for reason in reasons)
    assert page.count("· gelijk") == 7
    assert browser.fill("/oefenen/a1_again", key(FIRST)).status_code == 409
    assert own(store, "r1")["a1_again"].answers["drink"] == "yes"
    assert "Gelijk aan de sleutel: 7 van 8" in browser.get("/oefenen").text
    assert store.broken() == []
    assert browser.get("/").status_code == 200  # what is no case breaks no first screen


def test_without_a_store_one_practises_and_nothing_is_kept() -> None:
    browser = Browser(None)
    page = browser.fill("/oefenen/a1_again", key(FIRST)).text
    assert "8 van 8" in page
    assert "niets opgeslagen" in page
    assert "8 van 8" not in browser.get("/oefenen").text


def test_a_case_opens_in_its_month(store: Store, clock: Clock) -> None:
    browser = Browser(store)
    assert browser.get("/oefenen/a2_danger").status_code == 404
    assert "a2_danger" not in browser.get("/oefenen").text
    clock.set("2026-12", 1)
    assert browser.get("/oefenen/a2_danger").status_code == 200
    assert browser.get("/oefenen/a1_again").status_code == 200
    assert browser.get("/oefenen/nothing").status_code == 404
    assert browser.get("/oefenen/team").status_code == 404  # one person is no team


def test_the_mirror_tells_kinds_of_difference_apart() -> None:
    found = mirror(FIRST, key(FIRST, held_in="no", convicted="no", drink="yes", child_together="yes"))
    assert (found.alike, found.seen, found.missed, found.filled) == (4, 2, 1, 1)


def test_answers_are_locked_once_and_are_ones_own(store: Store) -> None:
    lock(store, FIRST, key(FIRST), who="r1", team="Noord")
    with pytest.raises(Refused, match="before"):
        lock(store, FIRST, key(FIRST, drink="no"), who="r1", team="Noord")
    lock(store, FIRST, key(FIRST, drink="no"), who="r2", team="Noord")
    assert own(store, "r1")["a1_again"].answers == key(FIRST)
    assert own(store, "r3") == {}
    assert "8 van 8" not in Browser(store, "r2").get("/oefenen").text
    assert "Sleutel" not in Browser(store, "r3").get("/oefenen/a1_again").text


# a team -------------------------------------------------------------------------------------------------------------


def all_of(store: Store, vignette: Vignette, people: int, team: str = "Noord") -> None:
    for i in range(people):
        lock(store, vignette, key(vignette, **({"drink": "yes"} if i % 2 else {})), who=f"{team}{i}", team=team)


@pytest.mark.parametrize(("people", "shown"), [(FEWEST - 1, False), (FEWEST, True)])
def test_a_team_is_told_from_five_and_when_the_month_is_over(
    store: Store, clock: Clock, people: int, shown: bool
) -> None:
    all_of(store, FIRST, people)
    all_of(store, FIRST, 9, "Zuid")
    assert told(store, KNOWN, "Noord", "2026-11") == {}
    clock.set("2026-12")
    assert bool(told(store, KNOWN, "Noord", "2026-12")) is shown
    assert told(store, KNOWN, "West", "2026-12") == {}
    before = told(store, KNOWN, "Noord", "2026-12")
    lock(store, FIRST, key(FIRST), who="late", team="Noord")  # who comes after the month changes nothing
    assert told(store, KNOWN, "Noord", "2026-12") == before


def test_agreement_is_that_of_the_library_and_drift_has_an_interval(store: Store, clock: Clock) -> None:
    for vignette in KNOWN.values():
        clock.set(vignette.month)
        all_of(store, vignette, 6) if vignette is FIRST else [
            lock(store, vignette, key(vignette) | {list(vignette.items)[i]: "yes"}, who=f"Noord{i}", team="Noord")
            for i in range(6)
        ]
    answers = told(store, KNOWN, "Noord", "2027-03")
    assert list(answers) == list(KNOWN)
    given = answers["a1_again"]
    table = {f"x{i}": [one[name] for name in FIRST.items] for i, one in enumerate(given)}
    found = agreement_of(FIRST, given)
    assert found == agreement(table, levels=ANSWERS)[0]
    assert found.low is not None
    moved = drift_of(KNOWN, answers)
    assert moved.value is not None
    assert moved.low is not None
    assert drift_of(KNOWN, {}).value is None
    assert drift_of(KNOWN, {"a1_again": given}).value is None  # one month says nothing of time


def test_a_team_that_answers_yes_one_more_each_month_drifts_by_one() -> None:
    answers: dict[str, list[dict[str, str]]] = {}
    for months, vignette in enumerate(KNOWN.values()):
        others = [name for name, asked in vignette.items.items() if asked.key != "yes"]
        answers[vignette.id] = [key(vignette, **dict.fromkeys(others[:months], "yes")) for _ in range(5)]
    assert drift_of(KNOWN, answers).value == pytest.approx(1.0)


def pages(store: Store, person: Person) -> TestClient:
    screen = Practice(_templates(), Say("nl"), None, person.code, store, person.team, KNOWN)
    app = _app([screen])

    async def inside(scope, receive, send) -> None:
        scope |= {"csrf": "x", "person": person}
        await app(scope, receive, send)

    return TestClient(inside, base_url=HERE)


def test_who_manages_sees_the_team_and_nobodys_answers(store: Store, clock: Clock) -> None:
    boss = Person(code="boss", role="reviewer", team="Noord", once=False, inside=True, secret="", number=1)
    browser = pages(store, boss)
    all_of(store, FIRST, 5)
    assert "nog geen maand voorbij" in browser.get("/oefenen/team").text
    clock.set("2026-12")
    page = browser.get("/oefenen/team").text
    assert re.search(r"<td>5</td><td>0,\d\d \(tussen", page)
    assert "kan nog niet worden gezegd" in page
    for i in range(5):
        assert f"Noord{i}" not in page
    for path in ("/oefenen", "/oefenen/a1_again", "/oefenen/Noord0", "/oefenen/a1_again?who=Noord0"):
        text = browser.get(path).text
        assert "Noord0" not in text
        assert "van 8" not in text
