"""The paper for one person: their own answers in plain words, after three questions, nothing of anybody else."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from risico.dossier import Store
from risico.dossier.bodies import Note
from risico.dossier.own import explained, own_forms
from risico.instrument import catalogue, load
from risico.pages.for_you import LABELS, OwnForm, Paper, as_text, for_you, words
from test_web_cases import ODARA, PHQ9, Browser
from test_web_judging import finished

YES = {"safe": "yes", "others_read": "no", "agreed": "mevrouw zelf", "language": "nl"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


def paper(browser: Browser, case: str, code: str, **more: str) -> str:
    answer = browser.fill(f"{case}/persoon/{code}/uitleg", {**YES, **more})
    assert answer.status_code == 303
    assert "/uitleg/" in answer.headers["location"]
    return unescape(browser.get(answer.headers["location"]).text)


def test_a_sentence_of_each_person_is_on_nobody_elses_paper(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case("2026-7741")
    key = case.rpartition("/")[2]
    browser.fill(f"{case}/persoon", {"role": "partner", "age": "33"})
    people, planted = ("o1", "k1", "p1"), {}
    for place, code in enumerate(people):
        planted[code] = [f"Zin{place}{what}" for what in ("eigen", "zicht", "notitie", "ander", "verder")]
        own, seen, noted, by, _ = planted[code]
        browser.fill(f"{case}/persoon/{code}/verklaring", {"what": "own_statement", "on": "2026-03-01", "text": own})
        browser.fill(f"{case}/zicht", {"about": code, "aspect": "harm", "answer": "yes", "text": seen})
        browser.fill(f"{case}/notitie", {"about": code, "kind": "statement", "by_whom": by, "text": noted})
    browser.fill(f"{case}/analyse", {"what_happens": "Zinanalyse", "after": ""})
    browser.fill(f"{case}/fase", {"phase": "recovery", "why_not_further": "Zinfase"})
    store.add(Note(kind="fact", text="Zinmelder"), case=key, by="r1")
    finished(browser, case, "odara", ODARA)
    for code in people:
        found = paper(browser, case, code, next=planted[code][4])
        assert planted[code][0] in found
        assert planted[code][4] in found
        assert set(re.findall(r"Zin\w+", found)) == {planted[code][0], planted[code][4]}
        assert "ODARA" not in found
        assert "7741" not in found
        assert not re.search(rf"\b({'|'.join(set(people) - {code})})\b", found)
        assert "<title>Formulier</title>" in found
    numbers = {code: explained(store.entries(key), code)[0].number for code in people}
    assert browser.get(f"{case}/persoon/k1/uitleg/{numbers['o1']}").status_code == 404


def test_only_what_a_person_filled_in_alone_is_theirs(store: Store) -> None:
    one, two = Browser(store, "r1"), Browser(store, "r2")
    case = one.new_case()
    own = finished(one, case, "phq9", PHQ9 | {"phq9_2": "3"})
    finished(one, case, "gad7", {f"gad7_{i}": "1" for i in range(1, 8)}, about="k1")
    finished(one, case, "odara", ODARA)
    finished(two, case, "phq9", PHQ9, position="second")
    entries = store.entries(case.rpartition("/")[2])
    assert [e.number for e in own_forms(entries, "o1")] == [int(own.rpartition("/")[2])]
    found = paper(one, case, "o1")
    assert "somber, wanhopig: bijna elke dag" in found
    assert "0800-0113" in found  # whatever somebody answered on thoughts of death
    assert "PHQ-9" in found
    assert "GAD" not in found
    assert "is 11. Dat getal kan lopen van 0 tot 27. Hoe hoger het getal, hoe meer last" in found
    english = paper(one, case, "o1", language="en")
    assert '<article lang="en">' in english
    assert "nearly every day" in english
    finished(one, case, "phq2", {"phq2_1": "3", "phq2_2": "3"})
    number = explained(store.entries(case.rpartition("/")[2]), "o1")[0].number
    fields = {"what": "complaint", "on": "2026-03-01", "text": "Zinlater"}
    assert one.fill(f"{case}/persoon/o1/verklaring", fields).status_code == 303
    assert "Zinlater" not in one.get(f"{case}/persoon/o1/uitleg/{number}").text
    assert "PHQ-2" not in one.get(f"{case}/persoon/o1/uitleg/{number}").text  # what came later was not released


@pytest.mark.parametrize("no", [{"safe": "no"}, {"others_read": "yes"}])
def test_without_three_good_answers_there_is_no_paper_and_the_answers_are_kept(
    store: Store, no: dict[str, str]
) -> None:
    browser = Browser(store)
    case = browser.new_case()
    answer = browser.fill(f"{case}/persoon/o1/uitleg", YES | no)
    assert answer.headers["location"] == f"{case}/persoon/o1"
    assert "niet vrijgegeven" in browser.get(answer.headers["location"]).text
    (entry,) = explained(store.entries(case.rpartition("/")[2]), "o1")
    assert browser.get(f"{case}/persoon/o1/uitleg/{entry.number}").status_code == 404
    for refused in ({**YES, "agreed": " "}, {**YES, "safe": ""}, {**YES, "others_read": "maybe"}):
        assert browser.fill(f"{case}/persoon/o1/uitleg", refused).status_code == 422
    assert len(explained(store.entries(case.rpartition("/")[2]), "o1")) == 1


@pytest.mark.parametrize("text", ["De dader komt terug.", "k1 gaat logeren.", "You are the victim.", "plegers"])
def test_what_names_another_or_labels_people_is_refused(store: Store, text: str) -> None:
    browser = Browser(store)
    case = browser.new_case()
    refused = browser.fill(f"{case}/persoon/o1/uitleg", YES | {"next": text})
    assert refused.status_code == 422
    assert text in refused.text  # nothing written is lost
    assert explained(store.entries(case.rpartition("/")[2]), "o1") == []
    assert browser.fill(f"{case}/persoon/o1/uitleg", YES | {"next": "o1 belt morgen."}).status_code == 303


def test_the_four_things_are_four_things_each_with_its_date(store: Store) -> None:
    browser = Browser(store)
    case = browser.new_case()
    for day, what in enumerate(("own_statement", "correction", "complaint", "objection_research"), 1):
        fields = {"what": what, "on": f"2026-03-0{day}", "text": "<b>x</b>"}
        assert browser.fill(f"{case}/persoon/o1/verklaring", fields).status_code == 303
    page = browser.get(f"{case}/persoon/o1").text
    for day, name in enumerate(("eigen verklaring", "correctieverzoek", "klacht", "bezwaar tegen gebruik"), 1):
        assert re.search(rf"<b>{name}[^<]*</b> · 2026-03-0{day}: &lt;b&gt;", page)
    for fields in ({"what": "gossip", "on": "2026-03-01"}, {"what": "complaint", "on": "gisteren"}):
        assert browser.fill(f"{case}/persoon/o1/verklaring", fields).status_code == 422
    assert browser.get(f"{case}/persoon/x9").status_code == 404
    assert browser.fill(f"{case}/persoon/x9/uitleg", YES).status_code == 404


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_form_that_people_fill_in_themselves_labels_them_on_their_paper(language: str) -> None:
    asked = [it for it in map(load, catalogue()) if it.informant == "self"]
    assert len(asked) > 50
    for it in asked:
        for pick in (0, -1):
            answers = {f"{it.id}_{item}": (it.codes(item) or (1,))[pick] for item in it.items}
            form = OwnForm(it=it, answers=answers, day="2026-03-01")
            text = as_text(for_you(Paper(forms=[form]), language))  # type: ignore[arg-type]
            assert not LABELS.search(text), it.id
            assert f"{it.id}_" not in text, it.id


def test_the_paper_says_that_nobody_with_experience_has_read_it_and_is_plain() -> None:
    parts = for_you(Paper(forms=[]), "nl")
    assert "nog niet gelezen door een ervaringsdeskundige" in parts[-1].lines[0]
    said = [text["nl"] for name, text in words().items() if name != "month_names"]
    sentences = [s for text in said for s in re.split(r"(?<=[.?!])\s+", text) if s]
    assert max(len(sentence.split()) for sentence in sentences) <= 22
    assert all(set(text) == {"nl", "en"} for text in words().values())
