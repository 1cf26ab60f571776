"""The specialist's page in a real browser: by keyboard alone, never an old result for a new answer, readable by all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from conftest import ROOT
from programs import absent
from risico.dossier import Store
from risico.dossier.view import forms

pytestmark = pytest.mark.slow

SHOTS = ROOT / "out" / "screens"
AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(v => v.id + ': ' + v.help)"
NAMELESS = """() => [...document.querySelectorAll('fieldset')]
    .filter(f => !f.querySelector('legend')?.textContent.trim()).map(f => f.outerHTML.slice(0, 80))"""


@dataclass
class Served:
    """A running page and a tab in it; `asked` are the addresses that the tab went to."""

    process: subprocess.Popen[str]
    tab: Any
    home: str
    asked: list[str]

    def go(self, path: str) -> None:
        self.tab.goto(self.home + path)

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.tab.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium")
    if not found:
        absent("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def served(chromium: Any, tmp_path: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "risico", "serve", "--dossier", str(tmp_path / "dossier.db"), "--who", "r1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    process.stdout.readline()
    link = process.stdout.readline().strip()
    context = chromium.new_context(
        viewport={"width": 900, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    tab, asked = context.new_page(), list[str]()
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(link)
    yield Served(process, tab, link.split("/begin")[0], asked)
    context.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) is not None


def until(tab: Any, selector: str, text: str) -> str:
    """Wait for a text, by looking: the page lets nobody evaluate code in it, also no test."""
    for _ in range(200):
        shown = tab.inner_text(selector)
        if text in shown:
            return shown
        tab.wait_for_timeout(100)
    raise AssertionError(f"{selector} never said {text!r}; it says {shown!r}")


def keys(tab: Any, pressed: str) -> int:
    for key in pressed.split():
        tab.keyboard.press(key)
    return len(pressed.split())


def test_a_form_of_thirteen_by_keyboard_alone_in_fifteen_keys(served: Served) -> None:
    served.go("/los/odara")
    pressed = keys(served.tab, "0 1 0 0 0 1 0 o 0 0 0 0 1") + keys(served.tab, "3")
    assert served.tab.locator("input[name=own][value=great]").is_checked()
    served.tab.locator("input[name=own][value=great]").focus()  # where one key back would be
    pressed += keys(served.tab, "Enter")
    served.tab.wait_for_url("**/uitslag")
    assert pressed <= 15
    assert "Uw eigen oordeel vóór de uitslag: groot" in served.tab.inner_text("main")
    assert "8 (" in served.tab.inner_text("main")  # what is unknown is said
    served.shot("odara")
    served.tab.get_by_role("button", name="Antwoorden aanpassen").click()
    assert served.tab.locator("input[name=odara_8][value=unknown]").is_checked()
    assert served.tab.locator("input:checked").count() == 14


def test_fast_answering_never_leaves_an_old_sum(served: Served) -> None:
    for _ in range(6):
        served.go("/los/phq9")
        keys(served.tab, "3 3 3 3 3 3 3 3 0")
        assert "Totaalscore: 24" in until(served.tab, "#so-far", "9 van 10")


def test_a_dead_program_leaves_no_number_standing(served: Served) -> None:
    served.go("/los/phq9")
    keys(served.tab, "3 3 3 3 3 3 3 3 3")
    until(served.tab, "#so-far", "27")
    served.process.kill()
    served.process.wait()
    keys(served.tab, "1")
    served.tab.wait_for_selector("#stale:not([hidden])", timeout=10000)
    assert served.tab.inner_text("#so-far").strip() == ""
    assert "niet bijgewerkt" in served.tab.inner_text("#stale")
    assert served.tab.locator("input:checked").count() == 10  # nothing filled in is lost


def test_one_key_covers_the_screen_and_brings_everything_back(served: Served) -> None:
    served.go("/los/phq9")
    keys(served.tab, "2 2 Escape")
    assert served.tab.locator("#covered").is_visible()
    assert served.tab.locator("main").evaluate("main => main.inert")
    keys(served.tab, "3 Escape")
    assert not served.tab.locator("#covered").is_visible()
    assert served.tab.locator("input:checked").count() == 2
    assert served.tab.title() == "Formulier"
    keys(served.tab, "1")
    assert served.tab.locator("input[name=phq9_3][value='1']").is_checked()


def test_the_text_is_copied_for_the_own_file(served: Served) -> None:
    served.go("/los/gad2")
    keys(served.tab, "3 2")
    served.tab.get_by_role("button", name="Toon de uitslag").click()
    served.tab.get_by_role("button", name="Kopieer de tekst").click()
    until(served.tab, "#copied", "Gekopieerd")
    copied = served.tab.evaluate("navigator.clipboard.readText()")
    assert copied == served.tab.locator("#plain").evaluate("text => text.textContent")
    assert ": 5 (" in copied
    served.tab.get_by_role("button", name="Klaar, alles weg").click()
    assert served.tab.inner_text("h1") == "Wat wilt u doen?"
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser has kept nothing to go back to
        served.tab.go_back()


PATHS = (
    "/",
    "/los",
    "/los?age=81&concern=ouderenmishandeling&who=professional",
    "/los/odara",
    "/los/sdq",
    "/los/gas",
    "/los/bsafer",
)


@pytest.mark.parametrize("width", [320, 900])
def test_every_page_is_readable_by_all(served: Served, reader: Path, width: int) -> None:
    axe = (reader / "packed" / "axe-core" / "axe.min.js").read_text()
    served.tab.set_viewport_size({"width": width, "height": 700})
    pages = [*PATHS, "result", "refused"]
    for path in pages:
        if path == "result":
            served.go("/los/phq9")
            keys(served.tab, "1 1 1 1 1 1 1 1 1")
            served.tab.get_by_role("button", name="Toon de uitslag").click()
            served.tab.wait_for_url("**/uitslag")
        elif path == "refused":
            served.go("/los/odara")
            served.tab.get_by_role("button", name="Toon de uitslag").click()
            served.tab.wait_for_url("**/uitslag")
        else:
            served.go(path)
        served.tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        served.tab.evaluate(axe)
        assert served.tab.evaluate(AXE) == [], path
        assert served.tab.evaluate("document.documentElement.scrollWidth") <= width, path
        assert served.tab.evaluate(NAMELESS) == [], path
        served.shot(f"{width}_{pages.index(path)}")
    assert {url.split("/")[2] for url in served.asked} == {served.home.split("/")[2]}  # nothing of elsewhere


def test_every_question_has_its_name_for_who_hears_the_page(served: Served) -> None:
    served.go("/los/odara")
    tree = served.tab.locator("main").aria_snapshot()
    groups = [line for line in tree.splitlines() if line.strip().startswith(("- group", "- 'group"))]
    named = [line for line in groups if '"' in line]
    assert len(named) >= 15  # thirteen questions, the records and the own judgement
    assert "Eerder huiselijk geweld" in tree
    assert 'radio "onbekend"' in tree


def test_paper_shows_the_result_without_the_buttons(served: Served) -> None:
    served.go("/los/phq9")
    keys(served.tab, "1 1 1 1 1 1 1 1 1")
    served.tab.get_by_role("button", name="Toon de uitslag").click()
    served.tab.wait_for_url("**/uitslag")
    served.tab.emulate_media(media="print")
    assert not served.tab.get_by_role("button", name="Kopieer de tekst").is_visible()
    assert "Totaalscore: 9" in served.tab.inner_text("main")


def test_a_case_from_the_first_screen_to_an_alert_that_was_seen(served: Served, reader: Path) -> None:
    tab = served.tab
    served.go("/")
    tab.fill("#number", "2026-114")
    tab.get_by_role("button", name="Nieuwe casus").click()
    for role, age in (("older_person", "81"), ("caregiver", "")):
        tab.select_option("#m-role", role)
        tab.fill("#m-age", age)
        tab.get_by_role("button", name="Persoon toevoegen").click()
    assert "v1 (verzorger of mantelzorger): alleen gesproken?" in tab.inner_text("main")
    tab.select_option("#f-which", "phq9")
    tab.select_option("#f-about", "s1")
    tab.get_by_role("button", name="Formulier beginnen").click()
    tab.wait_for_url("**/formulier/*")
    keys(tab, "1 1 1 1 1 1 1 1 2")
    until(tab, "#so-far", "9 van 10")
    served.go("/")
    assert "9 van 10 ingevuld" in tab.inner_text("main")  # left half-way: kept
    tab.get_by_role("link", name="PHQ-9").click()
    assert tab.locator("input:checked").count() == 9
    tab.get_by_role("button", name="Toon de uitslag").click()
    tab.wait_for_url("**/uitslag")
    assert "Totaalscore: 10" in tab.inner_text("main")
    served.go("/")
    assert "Nog niet gezien" in tab.inner_text("main")
    tab.get_by_role("link", name="Casus 2026-114").first.click()
    axe = (reader / "packed" / "axe-core" / "axe.min.js").read_text()
    for width in (320, 900):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.evaluate(axe)
        assert tab.evaluate(AXE) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        served.shot(f"case_{width}")
    tab.get_by_label("Wat is ermee gedaan?").fill("huisarts gebeld")
    tab.get_by_role("button", name="Gezien en gedaan").click()
    served.go("/")
    assert "Nog niet gezien" not in tab.inner_text("main")
    assert {url.split("/")[2] for url in served.asked} == {served.home.split("/")[2]}


def test_fast_answering_in_a_case_keeps_the_last_answers(served: Served) -> None:
    tab = served.tab
    served.go("/")
    tab.fill("#number", "1")
    tab.get_by_role("button", name="Nieuwe casus").click()
    tab.select_option("#f-which", "phq9")
    tab.get_by_role("button", name="Formulier beginnen").click()
    tab.wait_for_url("**/formulier/*")
    keys(tab, "0 1 2 3 3 2 1 0 3")
    until(tab, "#so-far", "9 van 10")
    served.process.kill()  # -9: what was acknowledged is on the disk
    served.process.wait()
    store = Store.open(Path(served.process.args[5]))  # type: ignore[index]
    (draft,) = forms(store.entries(), drafts=True)
    assert [draft.body.answers[f"phq9_{i}"] for i in range(1, 10)] == list("012332103")
    assert store.broken() == []
