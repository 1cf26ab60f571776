"""Reasoned deviation beside the result, blind second ratings, and ratings side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from risico.dossier import Store, independence, view
from test_web_cases import ODARA, PHQ9, Browser

SENTINEL = "Zwaluwstaart"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


def finished(browser: Browser, case: str, name: str, answers: dict[str, str], **more: str) -> str:
    form, tab = browser.begin(case, name, **more)
    done = browser.fill(f"{form}/uitslag", answers | tab | {"own": "moderate"})
    assert done.status_code == 303
    return done.headers["location"].removesuffix("/uitslag")


def test_a_deviation_stands_beside_the_result_and_the_result_stays(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case()
    form = finished(browser, case, "odara", ODARA)
    for fields in ({"own": "great", "why": " "}, {"own": "huge", "why": "x"}, {}):
        refused = browser.fill(f"{form}/oordeel", fields)
        assert refused.status_code == 422
        assert "niets bewaard" in refused.text
    why = f"<b>{SENTINEL}</b>"
    assert browser.fill(f"{form}/oordeel", {"own": "great", "why": why}).status_code == 303
    page = browser.get(f"{form}/uitslag").text
    assert "ODARA-score: 13" in page
    assert f"Beargumenteerd afgeweken: groot, want &lt;b&gt;{SENTINEL}" in page
    assert page.index("ODARA-score: 13") < page.index("Beargumenteerd afgeweken")
    plain = page[page.index('<pre id="plain"') :]
    assert SENTINEL in plain  # it travels with the copied text
    (entry,) = view.forms(store.entries(case.rpartition("/")[2]))
    assert entry.body.own == "moderate"  # what was judged before the result is never written over


def test_the_second_rater_sees_nothing_of_the_first_until_done_and_then_both(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    first = finished(one, case, "odara", ODARA, discipline="maatschappelijk werk")
    one.fill(f"{first}/oordeel", {"own": "great", "why": SENTINEL})
    form, _ = two.begin(case, "odara", position="second", discipline="politie")
    pages = [two.get(path) for path in (case, form, first, f"{first}/uitslag", f"{first}/samen", "/")]
    assert [page.status_code for page in pages] == [200, 200, 409, 409, 409, 200]
    for page in pages:
        assert SENTINEL not in page.text
        assert "ODARA-score" not in page.text
        assert " checked" not in page.text
    assert "(ODARA)," not in pages[0].text  # among the signs of danger
    tab = two.opened(form)
    said = two.fill(f"{form}/tussen", {"odara_1": "1", **tab, "turn": "1"})
    assert "1 van 13" in said.text
    assert one.get(form).status_code == 409  # and nobody looks on while the second rates
    assert one.get(f"{first}/uitslag").status_code == 200
    done = two.fill(
        f"{form}/uitslag", ODARA | tab | {"odara_2": "0", "odara_9": "unknown", "own": "small", "turn": "2"}
    )
    second = done.headers["location"].removesuffix("/uitslag")
    for browser, path in ((two, second), (two, first), (one, first), (one, second)):
        assert browser.get(f"{path}/uitslag").status_code == 200
        page = browser.get(f"{path}/samen").text
        assert "Op 2 van de 13 vragen is er verschil" in page
        assert page.count("<b>verschil</b>") == 2
        assert "politie · tweede beoordeling" in page
        assert "maatschappelijk werk · eerste beoordeling" in page


def test_raters_judge_together_and_their_own_ratings_stay(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    first = finished(one, case, "odara", ODARA)
    assert one.get(f"{first}/samen").status_code == 404  # nothing to compare with yet
    assert one.fill(f"{first}/samen", {"own": "great", "why": "x"}).status_code == 404
    second = finished(two, case, "odara", ODARA | {"odara_2": "0"}, position="second")
    before = [e.body for e in view.forms(store.entries(case.rpartition("/")[2]))]
    assert two.fill(f"{second}/samen", {"own": "great", "why": ""}).status_code == 422
    assert two.fill(f"{second}/samen", {"own": "great", "why": SENTINEL}).status_code == 303
    assert f"Gezamenlijk oordeel: groot, want {SENTINEL}" in one.get(f"{first}/samen").text
    entries = store.entries(case.rpartition("/")[2])
    assert [e.body for e in view.forms(entries)] == before
    (joint,) = (e for e in entries if e.kind == "judgement")
    assert {joint.body.form, *joint.body.beside} == {e.number for e in view.forms(entries)}
    assert joint.about == "o1"  # goes with the person when that person is erased


def test_nobody_is_their_own_second_rater(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    form, tab = one.begin(case, "odara")
    told = {"instrument": "odara", "about": "o1", "position": "second"}
    assert one.fill(f"{case}/formulier", told).status_code == 409
    assert one.fill(f"{case}/formulier", told | {"about": "k1"}).status_code == 303  # about somebody else: no second
    assert two.fill(f"{case}/formulier", told).status_code == 303
    assert one.get(form).status_code == 200
    assert one.fill(f"{form}/uitslag", ODARA | tab | {"own": "small"}).status_code == 409  # another window took it
    assert one.fill(f"{form}/uitslag", ODARA | one.opened(form) | {"own": "small"}).status_code == 303


def test_the_first_rater_who_still_rates_sees_no_second(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    form, _ = one.begin(case, "odara")
    second = finished(two, case, "odara", ODARA, position="second")
    assert one.get(f"{second}/uitslag").status_code == 409
    assert "tweede beoordeling" not in one.get(case).text.partition("Formulier beginnen")[0].partition("Formulieren")[2]
    tab = one.opened(form)
    assert one.fill(f"{form}/uitslag", ODARA | tab | {"own": "small"}).status_code == 303
    assert one.get(f"{second}/uitslag").status_code == 200


def test_an_alert_of_a_hidden_form_is_told_without_what_it_says(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    finished(one, case, "phq9", PHQ9 | {"phq9_9": "3"})
    two.begin(case, "phq9", position="second")
    for path in (case, "/"):
        page = two.get(path).text
        assert "Er staat een melding open die u nog niet mag zien" in page
        assert "zelfbeschadiging" not in page.partition("Formulieren per persoon")[0].partition("Zicht op")[0]
        assert 'name="alert"' not in page


def test_the_same_question_of_today_is_carried_over_marked_and_never_into_a_second_rating(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    finished(one, case, "phq9", PHQ9 | {"phq9_2": "3"})
    form, tab = one.begin(case, "phq2")
    page = one.get(form).text
    assert page.count(" checked") == 2
    assert page.count("Overgenomen uit een ander formulier van vandaag") == 2
    tab = one.opened(form)
    one.fill(f"{form}/tussen", {"phq2_1": "1", "phq2_2": "0", **tab, "turn": "1"})
    (draft,) = view.forms(store.entries(case.rpartition("/")[2]), drafts=True)
    assert draft.body.carried == ("phq2_1",)  # what was answered anew is carried no more
    for browser, about, position in ((one, "k1", ""), (two, "o1", "second")):
        other, _ = browser.begin(case, "phq2", about=about, position=position)
        assert " checked" not in browser.get(other).text


def test_an_old_answer_is_asked_again(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    days = [datetime(2026, 3, 1, 12, tzinfo=UTC)]
    store = Store.open(tmp_path / "dossier.db", now=lambda: days[-1])
    one = Browser(store)
    case = one.new_case()
    finished(one, case, "phq9", PHQ9)
    days.append(datetime(2026, 3, 2, 12, tzinfo=UTC))
    form, _ = one.begin(case, "phq2")
    assert " checked" not in one.get(form).text


def test_each_second_rating_belongs_to_the_first_one_before_it(store: Store) -> None:
    one, two, three = (Browser(store, who) for who in ("r1", "r2", "r3"))
    case = one.new_case()
    made = [
        finished(one, case, "odara", ODARA), finished(two, case, "odara", ODARA, position="second"),
        finished(three, case, "odara", ODARA, position="second"), finished(one, case, "odara", ODARA),
        finished(two, case, "odara", ODARA, position="second"),
    ]  # fmt: skip
    entries = store.entries(case.rpartition("/")[2])
    numbers = [int(path.rpartition("/")[2]) for path in made]
    by = {e.number: e for e in view.forms(entries)}
    sides = [[e.number for e in independence.raters(entries, by[number])] for number in numbers]
    assert sides == [numbers[:3]] * 3 + [numbers[3:]] * 2
    assert three.get(f"{made[0]}/samen").text.count('<th scope="col">') == 4
