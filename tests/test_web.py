"""The specialist's page over HTTP: the door, what is asked, what is said, and that nothing is kept."""

from __future__ import annotations

import logging
import re
import socket
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from risico.errors import UsageError
from risico.instrument import catalogue, load
from risico.pages.explain import explain
from risico.scoring import score, set_aside
from risico.scoring.answers import NOT_ASKED
from risico.web import guard
from risico.web.filling import about, answered, form_of, keys_of, live, own_first, questions
from risico.web.serving import application
from risico.web.wording import Say

HERE = "http://127.0.0.1:8000"
OWN_ORIGIN = {"origin": HERE}
NL = Say("nl")


class Browser(TestClient):
    """A browser that came in through the start link; `links` are those that the terminal showed."""

    def __init__(self, language: str = "nl") -> None:
        self.links: list[str] = []
        self.door = application(8000, language, self.links.append)  # type: ignore[arg-type]
        super().__init__(self.door, base_url=HERE, follow_redirects=False)

    def enter(self) -> Browser:
        assert self.get(self.door.door.link()).status_code == 303
        return self

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200
        return answer.text

    def fill(self, path: str, fields: dict[str, str], **headers: str):
        word = re.search(r'name="csrf" value="([^"]+)"', self.page("/los/phq9"))
        assert word
        return self.post(path, data={"csrf": word[1], **fields}, headers=OWN_ORIGIN | headers)


@pytest.fixture(scope="module")
def browser() -> Browser:
    return Browser().enter()


PHQ9 = {f"phq9_{i}": "1" for i in range(1, 11)}
ODARA = {f"odara_{i}": "0" for i in range(1, 14)} | {"records": "seen"}


# the door -----------------------------------------------------------------------------------------------------------


def test_nobody_comes_in_without_the_link_and_the_link_works_once() -> None:
    browser = Browser()
    link = browser.door.door.link()
    assert browser.get("/").status_code == 403
    assert browser.get("/begin?woord=wrong").status_code == 403
    assert browser.get(link).status_code == 303
    assert browser.get("/").status_code == 200
    other = TestClient(browser.door, base_url=HERE, follow_redirects=False)
    assert other.get(link).status_code == 403
    assert browser.links == [browser.door.door.link()]
    assert other.get(browser.links[0]).status_code == 303


def test_the_cookie_is_for_this_page_alone() -> None:
    browser = Browser()
    cookie = browser.get(browser.door.door.link()).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


def test_guessing_is_slowed_down_and_the_right_link_waits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser()
    for _ in range(guard.TRIES):
        assert browser.get("/begin?woord=x").status_code == 403
    assert browser.get("/begin?woord=x").status_code == 429
    assert browser.get(browser.door.door.link()).status_code == 429
    now = guard.time.monotonic()
    monkeypatch.setattr(guard.time, "monotonic", lambda: now + guard.MINUTE + 1)
    assert browser.get(browser.door.door.link()).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9999", "127.0.0.1", ""])
def test_a_foreign_host_is_turned_away(browser: Browser, host: str) -> None:
    assert browser.get("/", headers={"host": host}).status_code == 400
    assert browser.get("/", headers={"host": "localhost:8000"}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999"])
def test_a_foreign_origin_is_turned_away(browser: Browser, origin: str) -> None:
    assert browser.fill("/los/phq9/uitslag", PHQ9, origin=origin).status_code == 403
    assert browser.fill("/los/phq9/uitslag", PHQ9).status_code == 200


def test_a_form_without_the_word_of_the_session_is_turned_away(browser: Browser) -> None:
    assert browser.post("/los/phq9/uitslag", data=PHQ9, headers=OWN_ORIGIN).status_code == 403
    assert browser.post("/los/phq9/uitslag", data=PHQ9 | {"csrf": "x"}, headers=OWN_ORIGIN).status_code == 403
    assert browser.post("/los/phq9/uitslag", data=PHQ9 | {"csrf": "é"}, headers=OWN_ORIGIN).status_code == 403


def test_what_is_too_large_or_no_form_is_turned_away(browser: Browser) -> None:
    assert browser.fill("/los/phq9/uitslag", {"x": "y" * (guard.LARGEST + 1)}).status_code == 413
    unsaid = browser.build_request(
        "POST",
        "/los/phq9/uitslag",
        content=iter([b"x" * 600_000] * 2),
        headers=OWN_ORIGIN | {"content-type": "application/x-www-form-urlencoded"},
    )
    assert browser.send(unsaid).status_code == 413
    assert browser.fill("/los/phq9/uitslag", {f"x{i}": "" for i in range(3000)}).status_code == 400
    form = {"content-type": "multipart/form-data"}
    assert browser.post("/los/phq9/uitslag", content=b"x", headers=OWN_ORIGIN | form).status_code == 400


def test_every_answer_carries_the_headers(browser: Browser) -> None:
    for answer in (browser.get("/"), browser.get("/nothing"), browser.get("/", headers={"host": "evil"})):
        assert {name: answer.headers[name] for name in guard.HEADERS} == guard.HEADERS
    assert "unsafe" not in guard.HEADERS["content-security-policy"]


def test_pages_ask_nothing_of_elsewhere_and_say_little_in_the_tab(browser: Browser) -> None:
    for path in ("/", "/los", "/los/odara"):
        page = browser.page(path)
        assert re.findall(r'(?:src|href|action)="(?!/|#)([^"]*)"', page) == []
        assert re.findall(r"<title>(.*?)</title>", page) == ["Formulier"]
        assert " style=" not in page
        assert re.findall(r"\son[a-z]+=", page) == []


# asking -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", catalogue())
def test_every_form_can_be_asked_with_unknown_and_not_asked_apart(name: str, browser: Browser) -> None:
    it = load(name)
    page = browser.page(f"/los/{name}")
    for column in it.columns():
        assert f'name="{column}"' in page
    for question in questions(it, NL):
        if question.choices:
            values = [choice.value for choice in question.choices]
            assert len(set(values)) == len(values)
            assert values[-1] == NOT_ASKED
            assert "unknown" in values
            keys = [choice.key for choice in question.choices if choice.key]
            assert len(set(keys)) == len(keys)
    assert " checked" not in page  # no answer is there before it is given
    for column in it.context:
        assert f'name="{column}"' in page


def test_a_key_never_means_another_number_than_the_paper_says() -> None:
    for name in catalogue():
        it = load(name)
        for item in it.items:
            for code, key in keys_of(it.codes(item) or ()).items():
                assert key in ("", str(code)) or not str(code).lstrip("-").isdigit()


def test_choosing_says_what_fits_and_why_others_do_not(browser: Browser) -> None:
    page = browser.page("/los?age=81&concern=ouderenmishandeling&who=professional")
    fits, others = page.split("<details>")
    assert "/los/easi" in fits
    assert "/los/odara" not in fits
    assert "/los/odara" in others
    assert "gaat over iets anders" in others
    for wrong in ("age=200", "age=abc", "concern=xyzzy", "who=xyzzy"):
        page = browser.page(f"/los?{wrong}")
        assert 'role="alert"' in page


# answering ----------------------------------------------------------------------------------------------------------


def test_the_result_is_the_explanation_of_the_same_form(browser: Browser) -> None:
    page = browser.fill("/los/phq9/uitslag", PHQ9).text
    text = re.search(r'<pre id="plain"[^>]*>(.*?)</pre>', page, re.S)
    assert text
    assert unescape(text[1]) == explain({f"phq9_{i}": 1 for i in range(1, 11)}, "phq9")


@pytest.mark.parametrize(
    "name", ["phq9", "odara", "dash", "sdq", "audit", "epds", "easi", "gas", "bsafer", "itq", "rihg"]
)
def test_what_the_page_scores_is_what_the_vectors_expect(name: str) -> None:
    """The page and the batch are one: each vector goes through the fields of the page."""
    it = load(name)
    asked = (*questions(it, NL), *about(it, NL))
    sent: list[dict[str, object]] = []
    for place, vector in enumerate(it.vectors):
        row = vector.context | {f"{it.id}_{item}": value for item, value in vector.answers.items()}
        texts = {
            key: f"{value:g}" if isinstance(value, float) else str(value)
            for key, value in row.items()
            if value is not None
        }
        sent.append({"case": place} | form_of(texts, asked))
    forms, _ = set_aside(pl.DataFrame(sent, infer_schema_length=None), it)
    assert forms.height >= len(sent) / 2
    for row in score(forms, it).rows(named=True):
        for result, expected in it.vectors[row["case"]].expect.items():
            found = row[f"{it.id}_{result}"]
            assert found == (pytest.approx(expected, abs=0.01) if type(expected) is float else expected), (
                row["case"],
                result,
            )


def test_not_asked_and_unknown_are_no_zero_and_count_as_filled_in(browser: Browser) -> None:
    fields = ODARA | {"odara_5": "unknown", "odara_6": NOT_ASKED}
    asked = questions(load("odara"), NL)
    assert answered(form_of(fields, asked), asked) == 13
    page = browser.fill("/los/odara/uitslag", fields | {"own": "great"}).text
    assert "5 (" in page
    assert "onbekend" in page
    assert "ODARA-score: 0 (" not in page


def test_own_judgement_comes_before_the_result_of_a_risk_instrument(browser: Browser) -> None:
    refused = browser.fill("/los/odara/uitslag", ODARA)
    assert refused.status_code == 422
    assert "ODARA-score" not in refused.text
    assert refused.text.count(" checked") == 14  # nothing filled in is lost
    page = browser.fill("/los/odara/uitslag", ODARA | {"own": "great"}).text
    assert page.index("Uw eigen oordeel vóór de uitslag") < page.index("ODARA-score")
    assert own_first(load("odara"))
    assert not own_first(load("phq9"))
    assert browser.fill("/los/odara/uitslag", ODARA | {"own": "<b>"}).status_code == 422


def test_no_sum_on_the_way_of_a_risk_instrument(browser: Browser) -> None:
    risk = browser.fill("/los/odara/tussen", ODARA).text
    assert "13 van 13" in risk
    assert "ODARA-score" not in risk
    outcome = browser.fill("/los/phq9/tussen", {"phq9_1": "3"}).text
    assert "1 van 10" in outcome
    assert "Totaalscore: geen uitkomst" in outcome
    assert "van onder de afkapwaarde" in outcome  # what it can still become
    assert [name for name in catalogue() if live(load(name)) and own_first(load(name))] == []


def test_what_cannot_be_read_is_given_back_with_everything_else(browser: Browser) -> None:
    answer = browser.fill("/los/phq9/uitslag", PHQ9 | {"phq9_2": "7"})
    assert answer.status_code == 422
    assert "phq9_2" in answer.text
    assert answer.text.count(" checked") == 9


def test_markup_in_a_field_stays_text(browser: Browser) -> None:
    bad = '"><script>alert(1)</script>'
    for path in ("/los/phq9", "/los/phq9/uitslag"):
        answer = browser.fill(path, PHQ9 | {"age": bad, bad: bad})
        assert "<script>alert" not in answer.text
    assert "<script>alert" not in browser.get("/los", params={"concern": bad, "age": bad, "who": bad}).text


def test_nothing_is_kept_or_logged(browser: Browser, caplog: pytest.LogCaptureFixture, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with caplog.at_level(logging.DEBUG):
        browser.fill("/los/phq9/uitslag", PHQ9 | {"age": "81.25"})
        browser.fill("/klaar", {})
    assert "81.25" not in caplog.text
    assert list(tmp_path.iterdir()) == []
    assert "81.25" not in browser.page("/")


def test_the_page_speaks_english_too() -> None:
    browser = Browser("en").enter()
    page = browser.page("/los/odara")
    assert "Police" in page or "police" in page
    assert '<html lang="en">' in page
    assert "Toon de uitslag" not in page


# whatever comes in --------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["phq9_1", "phq9_9", "age", "own", "informant", "csrf2", "", "é", "odara_1", "records"])
TEXTS = st.one_of(
    st.sampled_from(["0", "1", "unknown", "not_asked", "-1", "1e9", "1,5", "NaN", "inf", " "]), st.text(max_size=80)
)


@settings(max_examples=25, deadline=None)
@given(
    fields=st.dictionaries(NAMES, TEXTS, max_size=6),
    name=st.sampled_from(["phq9", "odara", "sdq"]),
    what=st.sampled_from(["", "/tussen", "/uitslag"]),
)
def test_no_field_breaks_a_page(browser: Browser, fields: dict[str, str], name: str, what: str) -> None:
    answer = browser.fill(f"/los/{name}{what}", fields)
    assert answer.status_code in (200, 400, 422)


@settings(max_examples=25, deadline=None)
@given(path=st.text(max_size=40), query=st.dictionaries(NAMES, TEXTS, max_size=3))
def test_no_address_breaks_the_program(browser: Browser, path: str, query: dict[str, str]) -> None:
    answer = browser.get(f"/{quote(path, safe='/')}", params=query)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "path", ["/static/../serving.py", "/static/%2e%2e/serving.py", "/static/..%2fserving.py", "/los/../../etc"]
)
def test_no_address_reads_another_file(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_the_page_listens_on_this_machine_alone() -> None:
    from risico.web.serving import _listen

    with _listen(0) as listening:
        host, port = listening.getsockname()
        assert host == "127.0.0.1"
        socket.create_connection((host, port), 5).close()  # the link that is told can be opened at once
        with pytest.raises(UsageError, match="--port"):
            _listen(port)
    assert urlsplit(Browser().door.door.link()).hostname == "127.0.0.1"
    assert len(parse_qs(urlsplit(Browser().door.door.link()).query)["woord"][0]) > 40
    assert socket.gethostbyname("localhost") == "127.0.0.1"


def test_what_is_vendored_is_what_it_says() -> None:
    import hashlib

    from risico.strict import read_yaml
    from risico.web.serving import HERE as FOLDER

    listed = read_yaml(FOLDER / "static" / "vendored.yaml")
    assert {p.name for p in (FOLDER / "static").glob("*.min.js")} == set(listed)
    for name, told in listed.items():
        assert hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest() == told["sha256"]
