"""The explanation of a case: every version kept, each line of a form one click from its source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from risico import choosing
from risico.dossier import Store, view
from risico.dossier.bodies import SECTIONS
from risico.instrument import catalogue, load
from test_web_cases import ODARA, PHQ9, Browser
from test_web_judging import finished


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


def after(browser: Browser, case: str) -> dict[str, str]:
    found = re.search(r'name="after" value="(\d*)"', browser.get(f"{case}/analyse").text)
    assert found
    return {"after": found[1]}


def test_each_version_is_kept_and_can_be_read(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case()
    for text in ("eerste lezing", "<i>tweede</i> lezing"):
        fields = dict.fromkeys(SECTIONS, text) | after(browser, case)
        assert browser.fill(f"{case}/analyse", fields).status_code == 303
    page = browser.get(f"{case}/analyse").text
    assert page.count("&lt;i&gt;tweede&lt;/i&gt; lezing") == len(SECTIONS)
    assert "eerste lezing" not in page
    old, new = re.findall(r"analyse\?versie=(\d+)", page)
    before = browser.get(f"{case}/analyse?versie={old}").text
    assert before.count("eerste lezing") == len(SECTIONS)
    assert "<textarea" not in before  # what was is not written over
    assert "<textarea" in browser.get(f"{case}/analyse?versie={new}").text
    assert browser.get(f"{case}/analyse?versie=9999").status_code == 404
    assert store.broken() == []


def test_who_writes_after_somebody_else_is_told_and_loses_no_words(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    stale = after(one, case)
    assert two.fill(f"{case}/analyse", {"what_happens": "van twee", **after(two, case)}).status_code == 303
    refused = one.fill(f"{case}/analyse", {"what_happens": "van een", **stale})
    assert refused.status_code == 409
    assert "van een" in refused.text
    assert [e.body.sections["what_happens"] for e in view.analyses(store.entries(case.rpartition("/")[2]))] == [
        "van twee"
    ]
    now = re.search(r'name="after" value="(\d+)"', refused.text)
    assert now
    assert one.fill(f"{case}/analyse", {"what_happens": "samen", "after": now[1]}).status_code == 303
    assert one.fill(f"{case}/analyse", {"what_happens": "x" * 20_001, **after(one, case)}).status_code == 422


def test_every_line_of_a_form_leads_to_its_source(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case()
    form = finished(browser, case, "odara", ODARA)
    finished(browser, case, "phq9", PHQ9 | {"phq9_9": "3"})
    page = browser.get(f"{case}/analyse").text
    lines = page[page.index('id="lines"') :]
    asked = [item for item in load("odara").items.values() if item.concept]
    assert lines.count(f'href="{form}/uitslag"') == len(asked)
    assert lines.index("suïcidaliteit") < lines.index("middelengebruik")  # danger first
    assert browser.get(f"{form}/uitslag").status_code == 200


def test_who_rates_blind_reads_no_explanation_yet(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    finished(one, case, "odara", ODARA)
    two.begin(case, "odara", position="second")
    assert two.get(f"{case}/analyse").status_code == 409
    assert two.fill(f"{case}/analyse", {"what_happens": "x", "after": ""}).status_code == 409
    assert one.get(f"{case}/analyse").status_code == 200


def test_every_subject_of_a_form_has_words() -> None:
    named = {item.concept for name in catalogue() for item in load(name).items.values() if item.concept}
    assert named <= set(choosing.words()["concepts"])
