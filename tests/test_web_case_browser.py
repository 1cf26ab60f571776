"""The pages about one case in a real browser: readable by all, on a narrow screen, and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from risico.dossier import Store
from test_web_browser import AXE, NAMELESS, Served, chromium, served
from test_web_cases import ODARA, PHQ9, Browser
from test_web_judging import finished
from test_web_papers import YES

pytestmark = pytest.mark.slow
__all__ = ["chromium", "served"]  # fixtures


def told(path: Path) -> dict[str, str]:
    """Write a case with something on every page of it, and return where those pages are."""
    store = Store.open(path)
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    first = finished(one, case, "odara", ODARA | {"odara_9": "unknown"})
    finished(two, case, "odara", ODARA, position="second")
    finished(one, case, "phq9", PHQ9)
    one.fill(f"{first}/oordeel", {"own": "great", "why": "hij heeft een sleutel"})
    one.fill(f"{case}/analyse", {"what_happens": "ruzie over geld", "after": ""})
    one.fill(f"{case}/persoon/o1/verklaring", {"what": "correction", "on": "2026-03-01", "text": "de datum"})
    paper = one.fill(f"{case}/persoon/o1/uitleg", YES).headers["location"]
    pack = one.fill(f"{case}/delen", {"receiver": "wijkteam", "ground": "Jeugdwet", "member:k1": "1"}).headers[
        "location"
    ]
    store.engine.dispose()
    pages = {page: f"{case}/{page}" for page in ("analyse", "verslag", "delen", "bewaren", "gelezen", "wissen")}
    beside = {"result": f"{first}/uitslag", "together": f"{first}/samen", "person": f"{case}/persoon/o1"}
    return {"case": case, "paper": paper, "pack": pack, **pages, **beside}


@pytest.mark.parametrize("width", [320, 900])
def test_every_page_of_a_case_is_readable_by_all(served: Served, reader: Path, tmp_path: Path, width: int) -> None:
    axe, tab = (reader / "packed" / "axe-core" / "axe.min.js").read_text(), served.tab
    tab.set_viewport_size({"width": width, "height": 800})
    for name, path in told(tmp_path / "dossier.db").items():
        served.go(path)
        tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        tab.evaluate(axe)
        assert tab.evaluate(AXE) == [], name
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, name
        assert tab.evaluate(NAMELESS) == [], name
        assert tab.title() == "Formulier", name
        served.shot(f"case_{name}_{width}")


def test_the_paper_prints_without_anything_but_the_paper(served: Served, tmp_path: Path) -> None:
    tab: Any = served.tab
    served.go(told(tmp_path / "dossier.db")["paper"])
    tab.emulate_media(media="print")
    shown = tab.inner_text("body").strip()
    assert shown.startswith("Uitleg voor u")
    assert shown.endswith("Vraag het.")
    assert "Veilig Thuis" not in shown
