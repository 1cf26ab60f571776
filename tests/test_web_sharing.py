"""The report of a case, and what a receiver gets: what was ticked, as it was then, and nothing else."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from risico.dossier import Store, erase
from risico.dossier.bodies import Shared
from test_web_cases import ODARA, Browser
from test_web_judging import finished

PLAIN = re.compile(r'<pre id="plain"[^>]*>(.*?)</pre>', re.S)
TO = {"receiver": "wijkteam, gedragswetenschapper", "ground": "Jeugdwet art. 7.3.11"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


@pytest.fixture
def told(store: Store) -> tuple[Browser, str]:
    """A case in which a sentence is planted wherever people write."""
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    first = finished(one, case, "odara", ODARA | {"odara_9": "unknown"}, discipline="Zinvak")
    finished(two, case, "odara", ODARA, position="second")
    one.fill(f"{first}/oordeel", {"own": "great", "why": "Zinafwijken"})
    one.fill(f"{first}/samen", {"own": "great", "why": "Zinsamen"})
    for code in ("o1", "k1"):
        one.fill(
            f"{case}/notitie", {"about": code, "kind": "statement", "by_whom": "buur", "text": f"Zinnotitie{code}"}
        )
        one.fill(f"{case}/zicht", {"about": code, "aspect": "harm", "answer": "yes", "text": f"Zinzicht{code}"})
        fields = {"what": "complaint", "on": "2026-03-01", "text": f"Zinklacht{code}"}
        one.fill(f"{case}/persoon/{code}/verklaring", fields)
    one.fill(f"{case}/fase", {"phase": "direct_safety", "why_not_further": "Zinfase"})
    one.fill(f"{case}/analyse", {"what_happens": "Zinanalyse", "after": ""})
    return one, case


ALL = {
    "Zinvak", "Zinafwijken", "Zinsamen", "Zinfase", "Zinanalyse",
    *(f"Zin{what}{code}" for what in ("notitie", "zicht", "klacht") for code in ("o1", "k1")),
}  # fmt: skip


def test_the_report_holds_everything_and_begins_with_what_is_not_known(told: tuple[Browser, str]) -> None:
    browser, case = told
    page = unescape(browser.get(f"{case}/verslag").text)
    text = PLAIN.findall(page)[0]
    for shown in (page, text):
        assert set(re.findall(r"Zin\w+", shown)) == ALL
        assert shown.lower().index("wat we nog niet weten") < shown.index("direct")
    for said in (
        "ODARA-score", "Uw eigen oordeel vóór de uitslag: matig", "Beargumenteerd afgeweken: groot",
        "Beoordelaar: r1 · Zinvak (eerste beoordeling)", "(tweede beoordeling)", "odara@", "klacht · o1 · 2026-03-01",
        "uitspraak, van wie (buur)", "Ook beoordeeld door r2", "Gezamenlijk oordeel: groot",
    ):  # fmt: skip
        assert said in page, said
    assert "onbekend" in text
    assert "<title>Formulier</title>" in page


def test_a_receiver_gets_what_was_ticked_and_the_log_says_so(told: tuple[Browser, str], store: Store) -> None:
    browser, case = told
    page = browser.get(f"{case}/delen").text
    assert " checked" not in page  # nothing goes along by itself
    notes = dict(re.findall(r'name="(note:\d+)" value="1"> [^<]*· (o1|k1) ', page))
    (key,) = (name for name, code in notes.items() if code == "k1")
    answer = browser.fill(f"{case}/delen", {**TO, key: "1", "member:k1": "1", "form:9999": "1"})
    assert answer.status_code == 303
    pack = browser.get(answer.headers["location"]).text
    assert set(re.findall(r"Zin\w+", pack)) == {"Zinnotitiek1", "Zinzichtk1"}
    assert "o1" not in PLAIN.findall(pack)[0]
    assert "ODARA" not in pack
    (entry,) = (e for e in store.entries(case.rpartition("/")[2]) if isinstance(e.body, Shared))
    assert set(entry.body.parts) == {key, "member:k1"}
    assert "Jeugdwet art. 7.3.11" in pack
    log = browser.get(f"{case}/delen").text
    assert log.index("Eerder gedeeld") < log.index("wijkteam, gedragswetenschapper</a>")


def test_what_was_given_stays_what_it_was_until_it_is_erased(told: tuple[Browser, str], store: Store) -> None:
    browser, case = told
    pack = browser.fill(f"{case}/delen", {**TO, "member:k1": "1"}).headers["location"]
    browser.fill(f"{case}/zicht", {"about": "k1", "aspect": "harm", "answer": "no", "text": "Zinlater"})
    assert "Zinlater" not in browser.get(pack).text
    assert "Zinzichtk1" in browser.get(pack).text
    erase(store, case.rpartition("/")[2], by="functionaris", ground="art. 17", about="k1")
    after = browser.get(pack)
    assert after.status_code == 200
    assert "Zin" not in after.text


@pytest.mark.parametrize("lacks", ["receiver", "ground", "member:o1"])
def test_nothing_is_given_without_receiver_ground_and_a_tick(
    told: tuple[Browser, str], store: Store, lacks: str
) -> None:
    browser, case = told
    fields = {key: text for key, text in {**TO, "member:o1": "1"}.items() if key != lacks}
    refused = browser.fill(f"{case}/delen", fields)
    assert refused.status_code == 422
    assert "niets gedeeld" in refused.text
    assert not [e for e in store.entries() if e.kind == "shared"]
    assert browser.get(f"{case}/delen/1").status_code == 404


def test_who_rates_blind_reads_no_report(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    finished(one, case, "odara", ODARA)
    two.begin(case, "odara", position="second")
    for path in ("verslag", "delen", "persoon/o1"):
        assert two.get(f"{case}/{path}").status_code == 409
        assert one.get(f"{case}/{path}").status_code == 200
