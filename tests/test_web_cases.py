"""Cases over HTTP: kept with every answer, the own judgement before the result, nobody written over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from risico.dossier import Store, erase, view
from risico.web.serving import application

HERE = "http://127.0.0.1:8000"
PHQ9 = {f"phq9_{i}": "1" for i in range(1, 11)}
ODARA = {f"odara_{i}": "1" for i in range(1, 14)}


class Browser(TestClient):
    """A browser in a store; another one on the same store is another person."""

    def __init__(self, store: Store | None, who: str = "r1") -> None:
        self.store = store
        door = application(8000, "nl", lambda link: None, store, who)
        super().__init__(door, base_url=HERE, follow_redirects=False)
        assert self.get(door.door.link()).status_code == 303
        (self.word,) = door.door.sessions.values()

    def fill(self, path: str, fields: dict[str, str]):
        return self.post(path, data={"csrf": self.word, **fields}, headers={"origin": HERE})

    def new_case(self, number: str = "2026-114") -> str:
        answer = self.fill("/casus/nieuw", {"number": number})
        assert answer.status_code == 303
        case = answer.headers["location"]
        for role, age in (("parent", "31"), ("child", "4")):
            assert self.fill(f"{case}/persoon", {"role": role, "age": age}).status_code == 303
        return case

    def begin(self, case: str, name: str, about: str = "o1", **more: str) -> tuple[str, dict[str, str]]:
        answer = self.fill(f"{case}/formulier", {"instrument": name, "about": about, **more})
        assert answer.status_code == 303
        form = answer.headers["location"]
        return form, self.opened(form)

    def opened(self, form: str) -> dict[str, str]:
        page = self.get(form).text
        return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("tab", "turn")}  # type: ignore[index]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


@pytest.fixture
def browser(store: Store) -> Browser:
    return Browser(store)


def test_without_a_dossier_there_are_no_cases() -> None:
    browser = Browser(None)
    assert "casus" not in browser.get("/").text.lower()
    assert browser.fill("/casus/nieuw", {"number": "1"}).status_code == 404
    assert browser.get("/casus/x").status_code == 404


def test_a_new_case_begins_with_what_is_not_known(browser: Browser) -> None:
    page = browser.get(browser.new_case()).text
    assert (
        page.index("Wat we nog niet weten") < page.index("Zicht op veiligheid") < page.index("Formulieren per persoon")
    )
    assert "k1 (kind, 4 jaar): alleen gesproken?" in page
    assert "In geen enkel formulier gevraagd" in page
    assert "114" in page
    assert "<title>Formulier</title>" in page


def test_every_answer_is_kept_as_it_is_given_and_a_later_one_wins(browser: Browser, store: Store) -> None:
    case = browser.new_case()
    form, tab = browser.begin(case, "phq9")
    for turn in ("1", "3", "2"):  # the third answer overtook the second
        fields = {f"phq9_{i}": "1" for i in range(1, int(turn) + 1)} | {"tab": tab["tab"], "turn": turn}
        assert browser.fill(f"{form}/tussen", fields).status_code == 200
    (draft,) = view.forms(store.entries(case.rpartition("/")[2]), drafts=True)
    assert sum(v is not None for v in draft.body.answers.values()) == 3
    assert "3 van 10 ingevuld" in browser.get("/").text
    assert browser.get(form).text.count(" checked") == 3  # another day, another window: it is all there


def test_the_own_judgement_is_locked_before_the_result_is_seen(browser: Browser, store: Store) -> None:
    case = browser.new_case()
    form, tab = browser.begin(case, "odara")
    assert browser.fill(f"{form}/uitslag", ODARA | tab).status_code == 422
    assert "ODARA-score" not in browser.get(f"{form}/uitslag", follow_redirects=True).text
    tab = browser.opened(form)
    done = browser.fill(f"{form}/uitslag", ODARA | tab | {"own": "small"})
    assert done.status_code == 303
    page = browser.get(done.headers["location"]).text
    assert page.index("Uw eigen oordeel vóór de uitslag") < page.index("ODARA-score: 13")
    (entry,) = view.forms(store.entries(case.rpartition("/")[2]))
    assert entry.body.own == "small"
    assert entry.body.results["odara_total"] == 13
    assert len(entry.body.file) == 64
    assert browser.fill(f"{form}/tussen", ODARA | tab | {"odara_1": "0"}).status_code == 409  # finished is finished
    assert store.broken() == []


def test_the_result_is_that_of_a_single_score(browser: Browser) -> None:
    case = browser.new_case()
    form, tab = browser.begin(case, "phq9")
    kept = browser.get(browser.fill(f"{form}/uitslag", PHQ9 | tab).headers["location"]).text
    loose = browser.fill("/los/phq9/uitslag", PHQ9).text
    plain = re.compile(r'<pre id="plain"[^>]*>(.*?)</pre>', re.S)
    assert plain.findall(kept) == plain.findall(loose)


def test_an_alert_waits_on_the_first_screen_until_it_is_said_what_was_done(browser: Browser) -> None:
    case = browser.new_case()
    form, tab = browser.begin(case, "phq9")
    browser.fill(f"{form}/uitslag", PHQ9 | tab)
    assert "Nog niet gezien" in browser.get("/").text
    told = dict(re.findall(r'name="(form|alert)" value="([^"]+)"', browser.get(case).text))
    assert browser.fill(f"{case}/gezien", told | {"done": " "}).status_code == 422
    assert browser.fill(f"{case}/gezien", told | {"done": "huisarts gebeld", "form": "999"}).status_code == 422
    assert browser.fill(f"{case}/gezien", told | {"done": "huisarts gebeld"}).status_code == 303
    assert "Nog niet gezien" not in browser.get("/").text
    assert browser.fill(f"{case}/gezien", told | {"done": "nog eens"}).status_code == 422


def test_two_windows_in_one_form_and_nobody_is_written_over(browser: Browser, store: Store) -> None:
    case = browser.new_case()
    form, first = browser.begin(case, "phq9")
    assert browser.fill(f"{form}/tussen", {"phq9_1": "3", **first, "turn": "1"}).status_code == 200
    other = Browser(store, "r2")
    second = other.opened(form)
    assert other.fill(f"{form}/tussen", {"phq9_1": "3", "phq9_2": "2", **second, "turn": "1"}).status_code == 200
    refused = browser.fill(f"{form}/tussen", {"phq9_1": "0", **first, "turn": "2"})
    assert refused.status_code == 409
    assert "Iemand anders" in refused.text
    (draft,) = view.forms(store.entries(case.rpartition("/")[2]), drafts=True)
    assert draft.body.answers["phq9_1"] == "3"
    assert draft.by == "r2"


def test_what_cannot_be_read_is_not_kept(browser: Browser, store: Store) -> None:
    case = browser.new_case()
    before = len(store.entries())
    for path, fields in (
        ("persoon", {"role": "neighbour", "age": "1"}), ("persoon", {"role": "child", "age": "200"}),
        ("persoon", {"role": "child", "age": "four"}), ("zicht", {"about": "k1", "aspect": "seen", "answer": "maybe"}),
        ("zicht", {"about": "k9", "aspect": "seen", "answer": "yes"}), ("fase", {"phase": "done"}),
        ("notitie", {"kind": "gossip", "text": "x"}), ("notitie", {"kind": "fact", "text": "x", "bsn": "123"}),
    ):  # fmt: skip
        answer = browser.fill(f"{case}/{path}", fields)
        assert answer.status_code == 422, (path, fields)
        assert "niets bewaard" in answer.text
    assert len(store.entries()) == before
    assert browser.fill(f"{case}/onzin", {}).status_code == 404
    assert browser.fill("/casus/nieuw", {"number": " "}).status_code == 422


def test_markup_stays_text_wherever_people_write(browser: Browser) -> None:
    bad = '"><script>alert(1)</script>{{ 7*7 }}'
    case = browser.fill("/casus/nieuw", {"number": bad[:40]}).headers["location"]
    browser.fill(f"{case}/persoon", {"role": "child", "age": "4"})
    browser.fill(f"{case}/zicht", {"about": "k1", "aspect": "seen", "answer": "yes", "text": bad})
    browser.fill(f"{case}/notitie", {"kind": "statement", "by_whom": bad, "text": bad, "about": "k1"})
    browser.fill(f"{case}/fase", {"phase": "recovery", "why_not_further": bad})
    for page in (browser.get(case).text, browser.get("/").text):
        assert "<script>alert" not in page
        assert ">49" not in page


def test_an_erased_case_or_person_is_on_no_page(browser: Browser, store: Store) -> None:
    case = browser.new_case("2026-7741")
    code = case.rpartition("/")[2]
    browser.fill(f"{case}/notitie", {"kind": "fact", "text": "Zwaluwstraat", "about": "k1"})
    assert "Zwaluwstraat" in browser.get(case).text
    erase(store, code, by="functionaris", ground="art. 17", about="k1")
    assert "Zwaluwstraat" not in browser.get(case).text
    assert "kind" not in re.findall(r"<th scope=\"row\">(.*?)</th>", browser.get(case).text)
    erase(store, code, by="functionaris", ground="art. 17")
    assert browser.get(case).status_code == 404
    assert "7741" not in browser.get("/").text


FIELDS = ("role", "age", "about", "aspect", "answer", "phase", "kind", "text", "form", "alert", "instrument")


@settings(max_examples=25, deadline=None)
@given(
    what=st.sampled_from(["persoon", "zicht", "fase", "notitie", "gezien", "formulier"]),
    fields=st.dictionaries(
        st.sampled_from(
            ["role", "age", "about", "aspect", "answer", "phase", "kind", "text", "form", "alert", "instrument"]
        ),
        st.one_of(st.sampled_from(["child", "k1", "seen", "yes", "fact", "phq9", "-1"]), st.text(max_size=30)),
        max_size=5,
    ),
)
def test_whatever_is_sent_no_page_breaks(
    tmp_path_factory: pytest.TempPathFactory, what: str, fields: dict[str, str]
) -> None:
    browser = Browser(Store.open(tmp_path_factory.mktemp("any") / "d.db"))
    case = browser.new_case()
    assert browser.fill(f"{case}/{what}", fields).status_code in (303, 404, 409, 422)
    assert browser.get(case).status_code == 200
