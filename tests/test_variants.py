"""The same form in another version: read as the one of the file, said to be assumed, or not scored at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from engines import ENGINES, make, rows
from fates import fate
from mutants import readings, written
from risico.audit import recheck
from risico.errors import IllegalAnswers
from risico.exchange.carried import sheet
from risico.instrument import catalogue, load
from risico.instrument.variants import primary, told_by, versions
from risico.pages.explain import explain
from risico.scoring import codes, points, score, set_aside
from risico.scoring.assumed import assumed

EPDS = {f"epds_{i}": 0 for i in range(1, 11)}
WITH_VERSIONS = [name for name in catalogue() if told_by(load(name))]


def rses(answers: list[int], **context: str) -> dict[str, object]:
    return {f"rses_{i}": answer for i, answer in enumerate(answers, start=1)} | context


def test_one_frame_may_hold_several_versions() -> None:
    forms = pl.DataFrame([rses([0] * 10), rses([1] * 10, coding="1_4"), rses([0] * 10, coding="0_3", form="us_1965")])
    assert score(forms, "rses")["rses_total"].to_list() == [15, 15, 15]


def test_a_moved_item_is_read_from_its_own_number() -> None:
    """In the order of 1965 the seventh question of the Dutch order comes first."""
    forms = pl.DataFrame([rses([3, *[0] * 9], form="us_1965")])
    assert codes(forms, "rses").row(0)[:10] == (0, 0, 0, 0, 0, 0, 3, 0, 0, 0)
    assert points(forms, "rses", "total").row(0) == (0, 3, 0, 0, 3, 3, 3, 3, 3, 0)


@pytest.mark.parametrize(("coding", "answer"), [("1_5", 0), ("0_4", 5), (None, 0)])
def test_a_code_of_another_version_is_illegal(coding: str | None, answer: int) -> None:
    forms = pl.DataFrame({f"k10_{i}": [answer, 2] for i in range(1, 11)} | {"coding": [coding, "1_5"]})
    with pytest.raises(IllegalAnswers, match="k10_1: 1 of 2 answers"):
        score(forms, "k10")
    good, bad = set_aside(forms, "k10")
    assert good["coding"].to_list() == ["1_5"]
    assert bad["coding"].to_list() == [coding]


@pytest.mark.parametrize("name", WITH_VERSIONS)
def test_every_version_has_the_same_forms(name: str) -> None:
    """Each version is a way to write the same forms: as many answers to each item, and no two items from one column."""
    it = load(name)
    for version in versions(it, told_by(it)):
        assert sorted(map(version.number, it.items)) == sorted(it.items)
        assert all(version.item(version.number(item)) == item for item in it.items)
        assert all(sorted(coded.values()) == sorted(it.codes(item) or ()) for item, coded in version.codes.items())


@pytest.mark.parametrize("name", [name for name in catalogue() if load(name).variants])
def test_the_vectors_notice_every_mistake_in_how_a_version_is_read(name: str) -> None:
    """An item not recoded, two codes or numbers in each other's place, a rule lost or made up, another one assumed."""
    made = list(readings(written(name), load(name)))
    assert [str(mutant) for mutant in made if fate(name, mutant) not in ("load", "vectors")] == []
    assert made


def test_explain_says_what_is_assumed() -> None:
    told = explain(EPDS, "epds", "en")
    assert (
        "(`coding`: points | position): not given; points is assumed. If that is not so, this result does not" in told
    )
    assert "assumed" not in explain(EPDS | {"coding": "position"}, "epds", "en").split("LIMITS")[0]


def test_explain_says_that_there_is_no_rule_for_a_version() -> None:
    told = explain({f"psc17_{i}": 0 for i in range(1, 18)} | {"informant": "self"}, "psc17", "nl")
    assert "Totaalscore: geen uitkomst. Voor deze versie van het formulier is hier geen regel" in told
    assert "1. zit niet stil: niet gelezen" in told
    assert "Alle vragen die meetellen zijn beantwoord" not in told


def test_a_signal_of_a_version_without_a_rule_stays_open_and_says_why() -> None:
    threat = {f"sdm_safety_t{i}": int(i == 3) for i in range(1, 12)}
    told = explain(threat | {"form": "kentucky"}, "sdm_safety", "nl").split("WAT NOG NIET")[0]
    assert "NIET TE ZEGGEN, want voor deze versie van het formulier is hier geen regel; ga dit na." in told
    assert "LET OP: Er is een directe dreiging" in explain(threat | {"form": "household"}, "sdm_safety", "nl")


def test_a_parent_gets_no_t_score_of_children() -> None:
    forms = {f"kidscreen10_{i}": [3, 3, 3] for i in range(1, 11)} | {"informant": ["self", "parent", None]}
    scored = score(pl.DataFrame(forms), "kidscreen10")
    assert scored["kidscreen10_raw"].to_list() == [30, 30, 30]
    assert scored["kidscreen10_t"].to_list() == [37.42, None, 37.42]


def test_recheck_names_the_version_that_was_filed() -> None:
    """Severity was filed, the answers are the place of the box; and an answer of the other coding can be read."""
    places = [[0, 0, 0, 2, 1, 2, 2, 1, 0, 1], [3, 3, 2, 3, 2, 0, 0, 2, 3, 2]]
    forms = pl.DataFrame({f"epds_{i}": [row[i - 1] for row in places] for i in range(1, 11)} | {"epds_total": [16, 19]})
    found = recheck(forms, "epds").findings[0]
    assert found.differs == 2
    assert (found.explanations[0].which, found.explanations[0].explains) == ("version coding: position", 2)
    us = pl.DataFrame({f"k10_{i}": [0, 4] for i in range(1, 11)} | {"k10_total": [10, 50]})
    assert "version coding: 0_4" in [told.which for told in recheck(us, "k10").findings[0].explanations]


def test_recheck_names_the_version_also_when_another_was_stated() -> None:
    forms = pl.DataFrame(rses([3, 0, 3, 3, 0, 0, 3, 0, 0, 3], form="us_1965") | {"rses_total": 30})
    found = recheck(forms, "rses").findings[0]
    assert [told.which for told in found.explanations if told.cause == "other_coding"] == [
        "version form: nl, coding: 0_3"
    ]


@pytest.mark.parametrize("name", WITH_VERSIONS)
def test_an_export_is_the_version_of_the_file_and_says_so(name: str) -> None:
    told = sheet(name, "en", form=False)
    assert not set(told.it.context) & set(told_by(load(name)))
    assert any("other versions of the form" in line for line in told.not_carried)
    assert all(not set(vector.context) & set(told_by(load(name))) for vector in primary(load(name)).vectors)


def test_records_that_were_not_seen_cannot_say_absent() -> None:
    seen = {f"odara_{i}": [0, 0] for i in range(1, 14)} | {"records": ["seen", "not_seen"]}
    good, bad = set_aside(pl.DataFrame(seen), "odara")
    assert good["records"].to_list() == ["seen"]
    assert bad["records"].to_list() == ["not_seen"]


def test_too_little_information_is_no_good_news() -> None:
    """All X on the CARE-NL: not rated, and nothing is known of how many are present."""
    it = load("care_nl")
    form = dict.fromkeys(it.columns(), "X") | {"care_nl_judgement": "low"}
    scored = score(pl.DataFrame([form]), it).row(0, named=True)
    assert (scored["care_nl_omitted"], scored["care_nl_n_present"], scored["care_nl_n_present_high"]) == (
        17,
        None,
        None,
    )
    assert "- o1 (" in explain(form, it, "en").split("WHAT IS NOT KNOWN YET")[1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("write", [int, str], ids=["numbers", "text"])
def test_a_version_is_not_assumed_of_somebody_too_young_for_it(engine: str, write: Callable[[int], Any]) -> None:
    """The cut-off of the CATS for 7 to 17 is 21, that for 3 to 6 is 16: 18 points are no good news of a child of 6."""
    ages = [6, 7, 17, 18, None, 999]
    forms: dict[str, list[Any]] = {f"cats_{i}": [1 if i <= 18 else 0] * 6 for i in range(1, 21)}
    forms |= {"age": [age if age is None else write(age) for age in ages]}
    found = [row["cats_positive"] for row in rows(score(make(engine, forms), "cats"))]
    assert found == [None, False, False, None, False, False]
    sixteen = {f"cats_{i}": [(2 if i <= 2 else 1) if i <= 16 else None] * 6 for i in range(1, 21)}  # that form's length
    said = rows(score(make(engine, forms | sixteen | {"form": ["3_6"] * 6}), "cats"))
    assert [row["cats_positive"] for row in said] == [True] * 6


def test_score_says_of_how_many_forms_a_version_was_assumed() -> None:
    forms = pl.DataFrame({"cats_1": [0] * 4, "age": [6, 7, None, 8], "form": [None, None, None, "7_17"]})
    assert assumed(forms, load("cats")) == {"form": 2}
    assert assumed(forms.drop("form"), load("cats")) == {"form": 3}
    assert assumed(forms, load("phq9")) == {}


def test_explain_does_not_assume_it_either() -> None:
    form = pl.DataFrame({f"cats_{i}": [1 if i <= 18 else 0] for i in range(1, 21)} | {"age": [6]})
    young, older = (explain(form.with_columns(age=pl.lit(age)), "cats", "nl") for age in (6, 7))
    assert "Geen niveau (Afkapwaarde voor klinisch belang): daarvoor is nodig versie van het formulier" in young
    assert "niet opgegeven; aangenomen" not in young
    assert "niet opgegeven; aangenomen" in older
