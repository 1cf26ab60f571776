"""One form in words: the order, the caution, and what it never says."""

import re

import pandas as pd
import polars as pl
import pytest

from risico.errors import IllegalAnswers, UsageError
from risico.instrument import catalogue, load
from risico.pages.explain import explain

PARTS = [
    "WAT DIT FORMULIER ZEGT",
    "WAT NOG NIET BEKEND IS",
    "VOOR WIE HET NIET BEDOELD IS",
    "WAT NU",
    "PUNTEN PER VRAAG",
    "REGELS EN GRENZEN",
    "BEPERKINGEN",
    "BRONNEN",
]


def phq(*answers):
    return {f"phq9_{i}": code for i, code in enumerate(answers, start=1)}


def part(text: str, heading: str) -> str:
    return text.split(heading + "\n")[1].split("\n\n")[0]


def test_the_parts_stand_in_the_order_of_the_house():
    text = explain(phq(*[1] * 10), "phq9")
    assert [line for line in text.splitlines() if line in PARTS] == PARTS


def test_score_level_and_points_are_said():
    text = explain(phq(3, 3, 3, 3, 0, 0, 0, 0, 0, 1), "phq9", "en")
    assert "Total score: 12 (0 to 27; higher is worse).\n  Level (band): moderate symptoms." in text
    assert "1. little interest or pleasure: nearly every day [3], 3 points" in text
    assert "10. hindrance in daily life: somewhat difficult [1], counts in no score" in text
    assert "Bounds (band): from 0: no or minimal symptoms on this form; from 5: mild symptoms" in text
    assert "Every item that counts was answered." in text


def test_a_negative_screen_is_no_proof_of_safety():
    assert "Geen aanwijzing op dit formulier; dat is geen bewijs van veiligheid." in explain(phq(*[0] * 10), "phq9")
    assert "No sign on this form" not in explain(phq(*[3] * 10), "phq9", "en")


def test_low_on_one_part_is_not_called_no_sign():
    form = {f"sdq_{i}": 0 for i in range(1, 26)} | {"norms": "uk", "informant": "parent"}
    text = explain(form | {f"sdq_{i}": 2 for i in (3, 8, 13, 16, 24)}, "sdq")
    assert "Geen aanwijzing" not in text
    assert "Wat laag is op dit formulier is geen bewijs van veiligheid." in text


def test_low_that_may_still_become_higher_is_not_called_no_sign():
    text = explain(phq(0, 0, 1, 1, 1, 1, 0, None, None, 0), "phq9", "en")
    assert "Level (band): no or minimal symptoms on this form to moderate symptoms, depending on what" in text
    assert "No sign on this form" not in text


def test_blanks_are_named_with_what_they_still_allow():
    text = explain(phq(2, 2, 2, 2, 2, 2, 2, 2, None, 0), "phq9")
    unknown = part(text, "WAT NOG NIET BEKEND IS")
    assert "- 9 (gedachten aan dood of zelfbeschadiging): leeg" in unknown
    assert "Totaalscore: kan nog 16 tot 19 worden, steeds matig ernstige klachten (band)" in unknown
    assert "18 (0 tot 27; hoger is erger), opgehoogd omdat antwoorden ontbreken." in text
    assert "- Vraag na wat ontbreekt: 9." in text


def test_too_many_blanks_give_no_score_but_do_give_bounds():
    text = explain(phq(3, 3, 3), "phq9")
    assert "Totaalscore: geen uitkomst. 6 van 9 antwoorden ontbreken; er zijn er ten minste 7 nodig." in text
    assert "Totaalscore: kan nog 9 tot 27 worden, van lichte klachten tot ernstige klachten (band)" in text


def test_unknown_is_not_blank():
    assert "- 9 (gedachten aan dood of zelfbeschadiging): onbekend" in explain(phq(*[1] * 8, "unknown", 1), "phq9")


def test_a_score_without_room_for_blanks_says_so():
    text = explain({f"itq_p{i}": 3 for i in range(1, 10)}, "itq")
    assert "geen uitkomst. 9 van 18 antwoorden ontbreken en deze score staat geen lege antwoorden toe." in text
    assert "de lege antwoorden kunnen de uitkomst nog veranderen" in text


def test_bounds_decide_where_only_certainty_counts():
    text = explain({f"odara_{i}": 0 for i in range(1, 12)}, "odara", "en")
    assert "2 of 13 answers are missing, and they can still change the result." in text
    assert "can still become 0 to 2" in text
    assert "Geen aanwijzing" not in text


@pytest.mark.parametrize("form", [{}, {"phq9_1": None}, phq(*["unknown"] * 9), phq("", " ")])
def test_nothing_filled_in_is_not_a_low_score(form):
    text = explain(form, "phq9")
    assert "Er is niets ingevuld. Dat is geen lage score; er is geen score." in text
    assert "Geen aanwijzing" not in text


def test_an_alert_is_said_and_an_alert_that_cannot_be_told_too():
    assert "LET OP: Item 9 is niet nul" in explain(phq(*[0] * 8, 1, 0), "phq9")
    assert "NIET TE ZEGGEN, want een antwoord ontbreekt; ga dit na." in explain(phq(*[0] * 8), "phq9")
    assert "suïcide" not in part(explain(phq(*[0] * 10), "phq9"), "WAT DIT FORMULIER ZEGT")


def test_a_decision_stays_with_a_person():
    text = explain({"rihg_1a": "hoog", "rihg_1b": "hoog"}, "rihg")
    assert "De regel van dit formulier zegt bij Uitkomst van de beslisregel: in beginsel huisverbod; u beslist." in text
    assert "in beginsel huisverbod, als Rood in deel 1" in text
    low = explain(dict.fromkeys(load("rihg").columns(), "laag"), "rihg")
    assert "geen huisverbod volgens regel; u beslist." in low
    assert "geen bewijs van veiligheid" in low


def test_a_judgement_is_copied_not_computed():
    it = load("bsafer")
    form = {f"bsafer_{item}": it.codes(item)[-1] for item in it.items if it.codes(item)}
    assert "het oordeel van de beoordelaar zelf (overgenomen, niet berekend)" in explain(form, "bsafer")


def test_without_context_there_is_no_level():
    text = explain({f"sdq_{i}": 1 for i in range(1, 26)}, "sdq", "en")
    assert "No level (band3): it needs `norms` (uk | uk_2_4) + `informant` (parent | teacher | self)." in text


def test_what_comes_from_memory_is_marked_where_it_is_shown():
    form = {f"sdq_{i}": 0 for i in range(1, 26)} | {"norms": "uk", "informant": "parent"}
    text = explain(form, "sdq", "en")
    assert "Level (band4): close to average [from memory]." in text
    assert "Level (band3): average on this form." in text
    assert "From memory and not checked: band4," in text
    assert "[not seen]" in explain({"odara_1": 1}, "odara", "en")


def test_reversed_items_show_their_points():
    text = explain({f"sdq_{i}": 0 for i in range(1, 26)}, "sdq", "en")
    assert "7. usually does as told: not true [0], 2 points, counted in reverse" in text


def test_an_age_outside_the_range_is_said():
    assert "LET OP: Dit formulier gaat over iemand van 12 jaar" in explain(phq(*[1] * 10) | {"age": 12}, "phq9")


def test_the_same_form_in_any_frame_is_the_same_text():
    form = phq(2, None, "unknown", 1, 1, 1, 1, 1, 1, 0)
    text = explain(form, "phq9")
    assert explain(pl.DataFrame([form]), "phq9") == text
    assert explain(pd.DataFrame([form]), "phq9") == text
    assert explain(pd.DataFrame([form]).iloc[0], "phq9") == text
    assert explain(pl.DataFrame([form]).to_arrow(), "phq9") == text


def test_more_than_one_form_is_refused():
    with pytest.raises(UsageError, match="One form is asked for; this is 2"):
        explain(pl.DataFrame({"phq9_1": [1, 2]}), "phq9")


def test_an_illegal_answer_is_refused_and_not_repeated():
    with pytest.raises(IllegalAnswers) as refused:
        explain(phq("Jansen heeft gebeld"), "phq9")
    assert "Jansen" not in str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize(("place", "name"), list(enumerate(catalogue())))
def test_every_instrument_can_be_explained(place, name):
    it = load(name)
    answers = {item: codes[0] if (codes := it.codes(item)) else it.answer_set(item).number[0] for item in it.items}
    answers.popitem()
    text = explain({f"{name}_{item}": code for item, code in answers.items()}, it, "en" if place % 2 else "nl")
    without = "\n".join(text.split("\n\n")[:-3])
    assert not re.search(r"\bveilig\b(?! Thuis)|\b[Ii]s safe\b|\bno risk\b|\{|None", without)
    assert "%" not in part(text, "WHAT THIS FORM SAYS" if place % 2 else "WAT DIT FORMULIER ZEGT")
