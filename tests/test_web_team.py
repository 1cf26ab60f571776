"""A team over HTTP: who comes in, what a role and a team allow, and what somebody who should not be here can try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from risico.cli import main
from risico.dossier import Store, erase, people
from risico.dossier.bodies import Case, Note
from risico.dossier.people import add_person, block, choose, known, renew
from risico.dossier.teams import of_team
from risico.errors import Refused, UsageError
from risico.web import accounts, sessions
from risico.web.serving import serve_team, team_application
from risico.web.team import TeamGuard
from servers import postgres

HERE = "http://127.0.0.1:8000"
NAME = "risico.example"
PASSWORD = "vier losse woorden achter elkaar"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A weaker hash, as a test comes in often; that the real one is strong is tested by itself."""
    monkeypatch.setattr(people, "hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    people.nobody.cache_clear()
    yield
    people.nobody.cache_clear()


class Team:
    """A store with people in two teams, and one program on it."""

    def __init__(self, where: Path | str, names: tuple[str, ...] = ()) -> None:
        self.store = Store.open(where / "dossier.db" if isinstance(where, Path) else where)
        for code, role, team in (
            ("noor", "rater", "Noord"), ("nils", "rater", "Noord"), ("zoe", "rater", "Zuid"),
            ("lee", "reviewer", "Noord"), ("onno", "researcher", ""), ("erva", "expert", ""),
            ("bea", "administrator", ""),
        ):  # fmt: skip
            add_person(self.store, code, role, team=team, by="terminal")
            choose(self.store, code, PASSWORD)
        self.door = team_application(8000, "nl", self.store, names)
        self.home = f"https://{names[0]}" if names else HERE

    def browser(self, code: str | None = None) -> Browser:
        browser = Browser(self.door, self.home)
        if code:
            assert browser.come_in(code).status_code == 303
        return browser


class Browser(TestClient):
    def __init__(self, door: TeamGuard, home: str) -> None:
        self.door, self.home = door, home
        super().__init__(door, base_url=home, follow_redirects=False)

    def word(self, path: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)
        assert found
        return found[1]

    def come_in(self, code: str, password: str = PASSWORD, **headers: str):
        fields = {"csrf": self.word("/binnen"), "code": code, "password": password}
        return self.post("/binnen", data=fields, headers={"origin": self.home} | headers)

    def fill(self, path: str, fields: dict[str, str], seen: str = "/"):
        return self.post(path, data={"csrf": self.word(seen), **fields}, headers={"origin": self.home})

    def new_case(self, number: str = "2026-114") -> str:
        answer = self.fill("/casus/nieuw", {"number": number})
        assert answer.status_code == 303
        return answer.headers["location"]

    @property
    def cookie(self) -> str:
        return self.cookies[self.door.team.cookie]


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


# coming in ----------------------------------------------------------------------------------------------------------


def test_nobody_sees_a_page_before_coming_in(team: Team) -> None:
    browser = team.browser()
    for path in ("/", "/los", "/casus/x", "/mensen", "/wachtwoord", "/niets"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/binnen")
    assert browser.post("/los/phq9/uitslag", headers={"origin": HERE}).status_code == 403
    assert browser.get("/static/page.css").status_code == 200
    assert browser.get("/begin?woord=x").status_code == 303
    assert browser.come_in("noor").status_code == 303
    page = browser.get("/").text
    assert "noor · beoordelaar · Noord" in page


@pytest.mark.parametrize(("code", "password"), [("noor", PASSWORD + "x"), ("noor", ""), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_and_a_code_that_is_not_there_give_one_answer(team: Team, code: str, password: str) -> None:
    answer = team.browser().come_in(code, password)
    assert answer.status_code == 403
    assert re.findall(r'role="alert">(.*?)<', answer.text) == ["Deze code en dit wachtwoord horen niet bij elkaar."]


def test_a_hash_is_compared_whoever_is_named(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    block(team.store, "nils", by="bea")
    compared: list[str] = []
    true = people._same
    monkeypatch.setattr(people, "_same", lambda secret, word: compared.append(word) or true(secret, word))
    for code in ("noor", "nils", "nobody"):
        known(team.store, code, "x")
    assert len(compared) == 3
    assert known(team.store, "nils", PASSWORD) is None


def test_guessing_at_an_account_stops_after_five_and_goes_on_later(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(sessions.TRIES_ACCOUNT):
        assert team.browser().come_in("noor", "wrong").status_code == 403
    assert team.browser().come_in("noor").status_code == 429  # the right one waits too
    assert team.browser().come_in(" NOOR ").status_code == 429  # written otherwise it is the same one
    assert team.browser().come_in("zoe").status_code == 303
    now = sessions.time.monotonic()
    monkeypatch.setattr(sessions.time, "monotonic", lambda: now + sessions.WINDOW + 1)
    assert team.browser().come_in("noor").status_code == 303


def test_coming_in_four_times_wrong_and_then_right_begins_to_count_again(team: Team) -> None:
    for _ in range(2):
        for _ in range(sessions.TRIES_ACCOUNT - 1):
            team.browser().come_in("noor", "wrong")
        assert team.browser().come_in("noor").status_code == 303


def test_guessing_one_password_at_many_accounts_stops_by_address(team: Team) -> None:
    for i in range(sessions.TRIES_ADDRESS):
        assert team.browser().come_in(f"guess{i}", "Welkom2026!").status_code == 403
    assert team.browser().come_in("noor").status_code == 429


def test_behind_a_proxy_the_address_is_the_one_the_proxy_wrote(tmp_path: Path) -> None:
    team = Team(tmp_path, (NAME,))
    for i in range(sessions.TRIES_ADDRESS):  # what the guesser writes in front does not help
        forged = {"x-forwarded-for": f"10.0.0.{i}, 192.0.2.7"}
        assert team.browser().come_in(f"guess{i}", "x", **forged).status_code == 403
    assert team.browser().come_in("noor", **{"x-forwarded-for": "10.9.9.9, 192.0.2.7"}).status_code == 429
    assert team.browser().come_in("noor", **{"x-forwarded-for": "192.0.2.8"}).status_code == 303


def test_without_a_proxy_nobody_names_an_own_address(team: Team) -> None:
    for i in range(sessions.TRIES_ADDRESS):
        team.browser().come_in(f"guess{i}", "x", **{"x-forwarded-for": f"10.0.0.{i}"})
    assert team.browser().come_in("noor", **{"x-forwarded-for": "10.9.9.9"}).status_code == 429


def test_the_memory_of_guesses_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_KEPT", 10)
    guesses, now = sessions.Guesses(), sessions.time.monotonic()
    for i in range(50):
        monkeypatch.setattr(sessions.time, "monotonic", lambda i=i: now + i * sessions.WINDOW)
        guesses.may(f"code{i}", f"address{i}")
    assert len(guesses.tried) <= 12


def test_the_first_password_works_once_and_has_to_be_replaced(team: Team) -> None:
    given = add_person(team.store, "nieuw", "rater", team="Noord", by="bea")
    browser = team.browser()
    assert browser.come_in("nieuw", given).headers["location"] == "/wachtwoord"
    assert browser.get("/los").headers["location"] == "/wachtwoord"
    told = {"password": given, "new": PASSWORD, "again": PASSWORD}
    for wrong in (
        {"password": "x"}, {"again": "y" * 12}, {"new": "short", "again": "short"}, {"new": given, "again": given},
        {"new": "nieuw" * 3, "again": "nieuw" * 3},
    ):  # fmt: skip
        browser.door.team.guesses.right("nieuw")
        assert browser.fill("/wachtwoord", told | wrong, "/wachtwoord").status_code == 422, wrong
    assert browser.fill("/wachtwoord", told, "/wachtwoord").headers["location"] == "/"
    assert browser.get("/los").status_code == 200
    assert team.browser().come_in("nieuw", given).status_code == 403


def test_the_old_password_is_guessed_at_no_more_often_from_within(team: Team) -> None:
    browser = team.browser("noor")
    told = {"password": "wrong", "new": PASSWORD + "2", "again": PASSWORD + "2"}
    for _ in range(sessions.TRIES_ACCOUNT):
        browser.fill("/wachtwoord", told, "/wachtwoord")
    assert "Te vaak" in browser.fill("/wachtwoord", told | {"password": PASSWORD}, "/wachtwoord").text


# sessions -----------------------------------------------------------------------------------------------------------


def test_a_session_ends_when_nobody_is_there_and_after_a_day_whatever_is_done(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = sessions.time.monotonic()
    at = [now]
    monkeypatch.setattr(sessions.time, "monotonic", lambda: at[0])
    browser = team.browser("noor")
    at[0] = now + sessions.IDLE - 1
    assert browser.get("/").status_code == 200
    at[0] += sessions.IDLE - 1
    assert browser.get("/").status_code == 200  # each page is a sign of life
    at[0] += sessions.IDLE + 1
    assert browser.get("/").status_code == 303
    browser = team.browser("noor")
    began = at[0]
    while at[0] - began < sessions.LONGEST - sessions.IDLE:
        at[0] += sessions.IDLE - 1
        assert browser.get("/wachtwoord").status_code == 200
    at[0] = began + sessions.LONGEST + 1
    assert browser.get("/los").status_code == 303


def test_a_session_that_was_planted_is_worth_nothing_after_coming_in(team: Team) -> None:
    browser, cookie = team.browser(), team.door.team.cookie
    browser.cookies.set(cookie, "planted", domain="127.0.0.1")
    browser.come_in("noor")
    values = [one.value for one in browser.cookies.jar if one.name == cookie]
    assert values != ["planted"]
    other = team.browser()
    other.cookies.set(cookie, "planted")
    assert other.get("/").status_code == 303


def test_coming_in_again_ends_the_session_that_this_browser_had(team: Team) -> None:
    browser = team.browser("noor")
    before = browser.cookie
    browser.come_in("zoe")
    assert browser.cookie != before
    thief = team.browser()
    thief.cookies.set(team.door.team.cookie, before)
    assert thief.get("/").status_code == 303


def test_guessed_sessions_open_nothing_and_the_word_is_not_in_memory(team: Team) -> None:
    browser = team.browser("noor")
    assert len(browser.cookie) > 40
    assert browser.cookie not in repr(team.door.team.sessions)
    for guess in ("", "x", browser.cookie[:-1], browser.cookie + "x", "é", "0" * 5000):
        thief = team.browser()
        sent = {"cookie": f"{team.door.team.cookie}={guess}".encode()}
        assert thief.get("/", headers=sent).status_code in (303, 400), guess  # type: ignore[arg-type]


def test_going_out_ends_it_and_a_foreign_page_cannot_do_it(team: Team) -> None:
    browser = team.browser("noor")
    kept = browser.cookie
    assert browser.post("/uit", headers={"origin": HERE}).status_code == 403
    assert (
        browser.post("/uit", data={"csrf": browser.word("/")}, headers={"origin": "https://evil.example"}).status_code
        == 403
    )
    assert browser.get("/uit").status_code == 405
    assert browser.get("/").status_code == 200
    assert browser.fill("/uit", {}).status_code == 303
    thief = team.browser()
    thief.cookies.set(team.door.team.cookie, kept)
    assert thief.get("/").status_code == 303


def test_a_foreign_page_cannot_let_somebody_in_under_its_own_account(team: Team) -> None:
    evil, victim = team.browser(), team.browser()
    word = evil.word("/binnen")
    victim.get("/binnen")
    fields = {"csrf": word, "code": "zoe", "password": PASSWORD}
    assert victim.post("/binnen", data=fields, headers={"origin": HERE}).status_code == 403
    bare = team.browser()
    assert bare.post("/binnen", data=fields, headers={"origin": HERE}).status_code == 403
    for origin in ("https://evil.example", "null", "https://127.0.0.1:8000"):
        assert evil.post("/binnen", data=fields, headers={"origin": origin}).status_code == 403
    assert evil.post("/binnen", data=fields).status_code == 403
    assert evil.post("/binnen", data=fields, headers={"origin": HERE}).status_code == 303


def test_who_is_blocked_or_got_another_password_is_out_at_the_next_page(team: Team) -> None:
    first, second, chief = team.browser("noor"), team.browser("nils"), team.browser("bea")
    assert chief.fill("/mensen", {"what": "block", "code": "noor"}, "/mensen").status_code == 200
    assert first.get("/").status_code == 303
    assert team.browser().come_in("noor").status_code == 403
    renew(team.store, "nils", by="bea")
    assert second.get("/").status_code == 303
    erase(team.store, people.PEOPLE, by="bea", ground="art. 17", about="zoe")
    assert team.browser().come_in("zoe").status_code == 403
    with pytest.raises(Refused, match="in use, or was"):
        add_person(team.store, "zoe", "rater", team="Zuid", by="bea")


# where from ---------------------------------------------------------------------------------------------------------


def test_behind_a_proxy_only_its_name_and_only_over_tls(tmp_path: Path) -> None:
    team = Team(tmp_path, (NAME,))
    browser = team.browser("noor")
    for host in ("evil.example", "127.0.0.1:8000", f"{NAME}:80", f"{NAME}.evil.example", ""):
        assert browser.get("/", headers={"host": host}).status_code == 400
    plain = {"csrf": browser.word("/")}
    assert browser.post("/uit", data=plain, headers={"origin": f"http://{NAME}"}).status_code == 403
    answer = team.browser().get("/binnen")
    assert "max-age" in answer.headers["strict-transport-security"]
    for part in ("__host-risico_in=", "secure", "httponly", "samesite=strict", "path=/"):
        assert part in answer.headers["set-cookie"].lower()
    assert "domain" not in answer.headers["set-cookie"].lower()
    inside = team.browser().come_in("zoe").headers["set-cookie"].lower()
    assert "__host-risico=" in inside
    assert "secure" in inside
    assert "strict-transport-security" not in Team(tmp_path / "x").browser().get("/binnen").headers


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()


# what one may -------------------------------------------------------------------------------------------------------


def test_a_case_of_another_team_is_not_there(team: Team) -> None:
    mine, theirs, same = team.browser("noor"), team.browser("zoe"), team.browser("nils")
    case = mine.new_case("2026-7741")
    assert same.get(case).status_code == 200
    assert theirs.get(case).text == theirs.get("/casus/0123456789abcdef").text
    assert "7741" not in theirs.get("/").text
    before = len(team.store.entries())
    for path, fields in (
        ("", {}), ("/persoon", {"role": "child", "age": "4"}), ("/notitie", {"kind": "fact", "text": "x"}),
        ("/fase", {"phase": "recovery"}), ("/formulier", {"instrument": "phq9"}), ("/formulier/1/tussen", {}),
        ("/formulier/1/uitslag", {}), ("/gezien", {"form": "1"}), ("/analyse", {}), ("/wat-nog-komt", {}),
    ):  # fmt: skip
        assert theirs.get(f"{case}{path}").status_code == 404, path
        assert theirs.fill(f"{case}{path}", fields).status_code == 404, path
    for path in (
        f"/casus//{case[7:]}",
        f"/casus/./{case[7:]}",
        f"/%63asus/{case[7:]}",
        f"{case}/",
        f"//casus/{case[7:]}",
    ):
        assert "7741" not in theirs.get(path).text
    assert len(team.store.entries()) == before


def test_a_page_that_forgets_to_ask_still_shows_and_writes_nothing_of_another_team(team: Team) -> None:
    case = team.browser("noor").new_case().rpartition("/")[2]
    other = of_team(team.store, "Zuid", writes=True)
    assert other.entries(case) == []
    assert other.entries(case, {"case"}) == []
    assert other.current(case) == []
    assert other.entries() == []
    assert other.entries(people.PEOPLE) == []
    for body in (Note(kind="fact", text="x"), Case(number="moved")):
        with pytest.raises(Refused):
            other.add(body, case=case, by="zoe")
        with pytest.raises(Refused):
            of_team(team.store, "Noord", writes=False).add(body, case=case, by="lee")
    with pytest.raises(UsageError):
        erase(other, case, by="zoe", ground="x")
    own = of_team(team.store, "Noord", writes=True)
    own.add(Note(kind="fact", text="x"), case=case, by="noor")
    assert [e.body.text for e in own.entries(case, {"note"})] == ["x"]
    first = own.entries(case, {"case"})[0]
    own.add(Case(number="2", team="Zuid"), case=case, by="noor", replaces=first.number)
    assert own.has(case)  # what a page sends does not give a case away


def test_who_reads_along_sees_the_cases_of_the_team_and_writes_none(team: Team) -> None:
    case, reader = team.browser("noor").new_case(), team.browser("lee")
    assert reader.get(case).status_code == 200
    before = len(team.store.entries())
    for path in ("/casus/nieuw", f"{case}/notitie", f"{case}/formulier", f"{case}/fase"):
        assert reader.fill(path, {"number": "9", "kind": "fact", "text": "x"}).status_code == 403
    assert len(team.store.entries()) == before


@pytest.mark.parametrize("code", ["onno", "erva", "bea"])
def test_who_works_in_no_case_sees_none(team: Team, code: str) -> None:
    case, browser = team.browser("noor").new_case("2026-7741"), team.browser(code)
    assert browser.get(case).status_code == 404
    assert browser.fill("/casus/nieuw", {"number": "1"}, "/los/phq9").status_code == 404
    page = browser.get("/").text
    assert "7741" not in page
    assert "/casus" not in page
    assert browser.get("/los").status_code == 200


@pytest.mark.parametrize("code", ["noor", "lee", "onno", "erva"])
def test_only_who_administers_lets_others_in(team: Team, code: str) -> None:
    browser = team.browser(code)
    assert browser.get("/mensen").status_code == 404
    told = {"what": "add", "code": "evil", "role": "administrator", "team": ""}
    assert browser.fill("/mensen", told).status_code == 404
    assert (
        browser.fill(
            "/wachtwoord", told | {"password": PASSWORD, "new": PASSWORD + "2", "again": PASSWORD + "2"}
        ).status_code
        == 303
    )
    found = people.people(team.store)
    assert "evil" not in found
    assert found[code].role != "administrator"


def test_who_administers_adds_renews_and_blocks_and_it_is_known_who_did(team: Team) -> None:
    browser = team.browser("bea")
    page = browser.fill("/mensen", {"what": "add", "code": "jo", "role": "rater", "team": "Zuid"}, "/mensen").text
    given = re.search(r"<code>([^<]+)</code>", page)
    assert given
    assert "jo" in page
    assert given[1] not in browser.get("/mensen").text
    assert team.browser().come_in("jo", given[1]).headers["location"] == "/wachtwoord"
    assert browser.fill("/mensen", {"what": "renew", "code": "jo"}, "/mensen").status_code == 200
    assert team.browser().come_in("jo", given[1]).status_code == 403
    for wrong in (
        {"what": "block", "code": "bea"}, {"what": "add", "code": "jo", "role": "rater", "team": "Zuid"},
        {"what": "add", "code": "al", "role": "rater"}, {"what": "add", "code": "al", "role": "chief"},
        {"what": "add", "code": "<b>x</b>", "role": "expert"}, {"what": "", "code": "jo"},
        {"what": "renew", "code": "no"},
    ):  # fmt: skip
        assert browser.fill("/mensen", wrong, "/mensen").status_code == 422, wrong
    written = [(e.by, e.about) for e in team.store.entries(people.PEOPLE) if e.about == "jo"]
    assert written == [("bea", "jo"), ("bea", "jo")]
    assert team.store.broken() == []


def test_all_is_written_under_the_own_code_and_reading_too(team: Team) -> None:
    browser, reader = team.browser("noor"), team.browser("lee")
    case = browser.new_case()
    browser.fill(f"{case}/persoon", {"role": "child", "age": "4", "by": "nils"}, case)
    form = browser.fill(f"{case}/formulier", {"instrument": "phq9", "about": "k1"}, case).headers["location"]
    reader.get(case)
    reader.get(form)
    assert reader.get(f"{case}/persoon/k1").status_code == 200
    entries = team.store.entries(case.rpartition("/")[2])
    assert {e.by for e in entries if e.kind != "read"} == {"noor"}
    looked = [(e.by, e.body.page) for e in entries if e.kind == "read"]
    assert looked.count(("lee", "")) == 1
    assert [(e.by, e.about) for e in entries if e.kind == "read" and e.about] == [("lee", "k1")]
    assert ("lee", form.partition(case)[2].strip("/")) in looked
    assert team.store.broken() == []


def test_a_team_erases_its_own_case_and_what_was_read_of_it_goes_too(team: Team) -> None:
    case = team.browser("noor").new_case("2026-7741").rpartition("/")[2]
    own = of_team(team.store, "Noord", writes=True)
    own.add(Note(kind="fact", text="x"), case=case, by="noor", about="k1")
    team.browser("lee").get(f"/casus/{case}")
    assert erase(own, case, by="noor", ground="art. 17", about="k1").contents == 1
    assert erase(own, case, by="noor", ground="art. 17").contents >= 2
    assert team.browser("noor").get(f"/casus/{case}").status_code == 404
    assert team.store.broken() == []


def test_markup_in_a_name_stays_text(team: Team) -> None:
    bad = "<script>alert(1)</script>"
    assert bad not in team.browser().come_in(bad, bad).text
    browser = team.browser("bea")
    page = browser.fill("/mensen", {"what": "add", "code": "jo", "role": "rater", "team": bad}, "/mensen").text
    assert bad not in page
    assert "&lt;script&gt;" in page
    assert bad not in browser.fill("/mensen", {"what": "add", "code": bad, "role": bad, "team": bad}, "/mensen").text
    given = renew(team.store, "jo", by="bea")
    other = team.browser()
    other.come_in("jo", given)
    assert bad not in other.get("/wachtwoord").text


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    store = Store.open(tmp_path_factory.mktemp("closed") / "dossier.db")
    return Browser(team_application(8000, "nl", store), HERE)


@settings(max_examples=20, deadline=None)
@given(
    path=st.text(max_size=30),
    fields=st.dictionaries(st.sampled_from(["code", "password", "new", "what", "role"]), st.text(max_size=30)),
)
def test_whatever_is_sent_nobody_comes_in_and_no_page_breaks(
    closed: Browser, path: str, fields: dict[str, str]
) -> None:
    for where in ("/binnen", "/mensen", "/wachtwoord"):
        assert closed.fill(where, fields, "/binnen").status_code in (403, 429)
    assert closed.get(f"/{quote(path)}").status_code in (200, 303)


# the store ----------------------------------------------------------------------------------------------------------


def test_of_a_password_only_a_slow_hash_is_kept_and_that_locked(team: Team, tmp_path: Path, monkeypatch) -> None:
    for path in tmp_path.glob("dossier.db*"):
        assert PASSWORD.encode() not in path.read_bytes()
        assert b"$argon2id$" not in path.read_bytes()
    monkeypatch.undo()
    from importlib import reload

    real = reload(people).hasher()
    assert real.memory_cost >= 46 * 1024  # OWASP: 46 MiB with one pass, or more
    assert real.hash("x").startswith("$argon2id$")


@pytest.mark.parametrize("code", ["", "a", "A.Jansen", "x" * 41, "a b", "<b>", "../x", "terminal", "é1"])
def test_a_code_that_cannot_be_is_refused(team: Team, code: str) -> None:
    with pytest.raises(UsageError, match="code"):
        add_person(team.store, code, "expert", by="bea")


def test_the_first_one_is_let_in_by_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = str(tmp_path / "team.db")
    with pytest.raises(UsageError, match="add-user"):
        serve_team(lambda link: None, kept)
    assert main(["serve", "--dossier", kept, "--add-user", "bea", "--role", "administrator"]) == 0
    given = capsys.readouterr().out.split()[-1]
    assert len(given) == 23
    assert known(Store.open(kept), "bea", given)
    assert main(["serve", "--dossier", kept, "--add-user", "noor", "--role", "rater"]) == 2
    assert "team" in capsys.readouterr().err
    assert main(["serve", "--dossier", kept, "--add-user", "noor"]) == 2
    assert main(["serve", "--team"]) == 2
    assert main(["serve", "--dossier", kept, "--host", "x"]) == 2
    assert accounts.AT_ONCE._value == 2


@pytest.mark.slow
def test_a_team_on_postgresql_with_many_who_come_in_at_once() -> None:
    with postgres() as address:
        team = Team(address)
        codes = ("noor", "nils", "zoe", "lee", "onno", "erva", "bea")
        with ThreadPoolExecutor(7) as together:
            browsers = dict(zip(codes, together.map(team.browser, codes), strict=True))
            tries = list(together.map(lambda _: added_or_refused(team.store, "same"), range(7)))
        assert tries.count(True) == 1
        case = browsers["noor"].new_case("2026-7741")
        assert browsers["nils"].get(case).status_code == 200
        assert browsers["lee"].get(case).status_code == 200
        assert [browsers[code].get(case).status_code for code in ("zoe", "onno", "erva", "bea")] == [404] * 4
        assert team.store.broken() == []
        team.store.engine.dispose()


def added_or_refused(store: Store, code: str) -> bool:
    try:
        add_person(store, code, "expert", by="bea")
    except Refused:
        return False
    return True
