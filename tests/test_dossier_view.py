"""What stands on the page of a case: an empty cell first, answers on danger side by side, nothing counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from risico import choosing
from risico.dossier import Store
from risico.dossier.bodies import AlertSeen, Filled, Judgement, Member, Sight
from risico.dossier.view import RED, deviations, differences, flags, forms, members, open_alerts, sight, unknown
from risico.exchange import single
from risico.instrument import catalogue, load
from risico.scoring import score


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "dossier.db")


def filled(name: str, answers: dict[str, object], *, draft: bool = False, position: str = "first") -> Filled:
    form = {f"{name}_{item}": answers.get(item) for item in load(name).items}
    results = {} if draft else score(single(form), name).row(0, named=True)
    return Filled.model_validate(
        {"instrument": name, "version": 1, "file": "x", "answers": form, "draft": draft, "position": position,
         "results": {k: v for k, v in results.items() if k not in form}}
    )  # fmt: skip


def case_with(store: Store, *bodies: object, about: str | None = "v1") -> str:
    case = store.new_case("1", by="rater")
    for body in bodies:
        store.add(body, case=case, by="rater", about=about)  # type: ignore[arg-type]
    return case


def test_what_is_not_known_is_there_before_anything_is_said(store: Store) -> None:
    case = store.new_case("1", by="rater")
    store.add(Member(role="child", age=4), case=case, by="rater", about="k1")
    store.add(Member(role="parent", age=31), case=case, by="rater", about="v1")
    assert len(unknown(store.entries(case))) == 8
    for answer in ("unknown", "no", "yes"):
        store.add(Sight(aspect="seen", answer=answer), case=case, by="rater", about="k1")
        assert (("k1", "seen") in unknown(store.entries(case))) is (answer != "yes")
    cells = sight(store.entries(case))
    assert cells["k1"]["spoken_to"] is None
    assert cells["k1"]["seen"] is not None
    assert members(store.entries(case))["k1"].age == 4


def test_every_form_is_heard_on_danger_and_what_no_form_asked_says_so(store: Store) -> None:
    case = case_with(
        store, filled("da5", {"4": 1}), filled("dash", {"15": "unknown", "14": 0}), filled("odara", {}, draft=True)
    )
    found = flags(store.entries(case))
    assert list(found) == list(RED)
    assert {(f.instrument, f.code) for f in found["strangulation"]} >= {("dash", None)}
    assert all(flag.instrument != "odara" for told in found.values() for flag in told)  # a draft says nothing yet
    assert found["pregnancy"] == []


def test_earlier_violence_is_not_told_as_none(store: Store) -> None:
    """Code 7 of the CTS2 is: not in the past year, but before. It counts 0 in the year, and it is no 'never'."""
    case = case_with(store, filled("cts2", {"34": 7}))
    assert [flag.code for flag in flags(store.entries(case))["prior_partner_violence"]] == [7]


def test_an_alert_stays_open_until_somebody_saw_it(store: Store) -> None:
    case = case_with(store, filled("phq9", dict.fromkeys(map(str, range(1, 11)), 1)))
    (alert,) = open_alerts(store.entries(case))
    assert alert.certain
    store.add(AlertSeen(form=alert.form, alert=alert.alert, done="huisarts gebeld"), case=case, by="rater")
    assert open_alerts(store.entries(case)) == []
    other = case_with(store, filled("phq9", {**dict.fromkeys(map(str, range(1, 11)), 0), "9": "unknown"}))
    (alert,) = open_alerts(store.entries(other))
    assert not alert.certain  # not known is not: no
    calm = case_with(store, filled("phq9", dict.fromkeys(map(str, range(1, 11)), 0)))
    assert open_alerts(store.entries(calm)) == []


def test_a_corrected_form_is_shown_as_it_is_now(store: Store) -> None:
    case = case_with(store, filled("gad2", {"1": 3}, draft=True))
    (draft,) = forms(store.entries(case), drafts=True)
    store.add(filled("gad2", {"1": 3, "2": 1}), case=case, by="rater", about="v1", replaces=draft.number)
    assert forms(store.entries(case), drafts=True) == []
    (done,) = forms(store.entries(case))
    assert done.body.results["gad2_total"] == 4


def test_a_reasoned_deviation_stands_beside_its_form(store: Store) -> None:
    case = case_with(store, filled("odara", dict.fromkeys(map(str, range(1, 14)), 0)))
    (form,) = forms(store.entries(case))
    store.add(Judgement(form=form.number, own="great", why="zij is bang"), case=case, by="rater")
    (found,) = deviations(store.entries(case), form.number)
    assert found.body.own == "great"
    assert deviations(store.entries(case), form.number + 1) == []
    assert forms(store.entries(case))[0].body.results == form.body.results  # never instead of the result
    with pytest.raises(ValidationError):
        Judgement(form=form.number, own="great", why=" ")


def test_two_raters_side_by_side() -> None:
    assert differences({"a": 1, "b": None, "c": "unknown"}, {"a": 1, "b": 0, "c": "unknown"}) == ["b"]


def test_every_subject_of_danger_has_words_and_is_asked_somewhere() -> None:
    asked = {item.concept for name in catalogue() for item in load(name).items.values()}
    assert set(RED) <= asked
    assert set(RED) <= set(choosing.words()["concepts"])
