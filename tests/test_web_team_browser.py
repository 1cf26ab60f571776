"""A team and its practice cases in a real browser: by keyboard, readable by all, and nothing asked of elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from conftest import ROOT
from risico.dossier import Store
from risico.dossier.people import add_person
from test_web_browser import AXE, NAMELESS, SHOTS, chromium, keys

__all__ = ["chromium"]
pytestmark = pytest.mark.slow
PASSWORD = "vier losse woorden achter elkaar"


@pytest.fixture
def tab(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    kept = tmp_path / "team.db"
    given = add_person(Store.open(kept), "bea", "administrator", by="terminal")
    command = [sys.executable, "-m", "risico", "serve", "--team", "--dossier", str(kept)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}
    )
    assert process.stdout
    process.stdout.readline()
    home = process.stdout.readline().strip()
    context = chromium.new_context(viewport={"width": 900, "height": 900})
    page = context.new_page()
    page.home, page.given, page.asked = home, given, []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(home)
    yield page
    context.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) is not None


def come_in(tab: Any, code: str, given: str) -> None:
    """By keyboard alone, with the password that was given and the own one after it."""
    tab.goto(f"{tab.home}binnen")
    tab.focus("#code")
    for text in (code, given):
        tab.keyboard.type(text)
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/wachtwoord")
    tab.focus("#password")
    for text in (given, PASSWORD, PASSWORD):
        tab.keyboard.type(text)
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url(tab.home)


def readable(tab: Any, reader: Path, name: str) -> None:
    axe = (reader / "packed" / "axe-core" / "axe.min.js").read_text()
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in (320, 900):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        tab.evaluate(axe)
        assert tab.evaluate(AXE) == [], name
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, name
        assert tab.evaluate(NAMELESS) == [], name
        tab.screenshot(path=str(SHOTS / f"team_{name}_{width}.png"), full_page=True)


def test_the_first_day_of_a_team(tab: Any, reader: Path) -> None:
    readable(tab, reader, "come_in")
    come_in(tab, "bea", tab.given)
    readable(tab, reader, "administrator")
    tab.get_by_role("link", name="Wie mag erin").click()
    tab.fill("#code", "noor")
    tab.fill("#team", "Noord")
    tab.get_by_role("button", name="Voeg iemand toe").click()
    given = tab.inner_text("code")
    readable(tab, reader, "people")
    tab.get_by_role("button", name="Uitloggen").click()
    tab.wait_for_url("**/binnen")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # what was on the screen is not brought back
        tab.go_back()
    tab.wait_for_url("chrome-error://**")  # the browser's own page comes a moment later, and would come in between
    come_in(tab, "noor", given)
    readable(tab, reader, "rater")
    tab.get_by_role("link", name="Eigen wachtwoord").click()
    readable(tab, reader, "password")
    tab.goto(f"{tab.home}oefenen")
    readable(tab, reader, "practice")
    tab.goto(f"{tab.home}oefenen/a1_again")
    keys(tab, "j j j n o j o n")
    assert tab.locator("input:checked").count() == 8
    readable(tab, reader, "practice_one")
    tab.focus("#show")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("text=Gelijk aan de sleutel: 7 van 8")
    readable(tab, reader, "practice_key")
    tab.goto(f"{tab.home}oefenen/team")
    readable(tab, reader, "practice_team")
    assert {url.split("/")[2] for url in tab.asked} == {tab.home.split("/")[2]}
