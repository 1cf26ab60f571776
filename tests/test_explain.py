"""One form in words: the order, the caution, and what it never says."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest

from oracle import illegal
from risico.cli import main
from risico.errors import IllegalAnswers, UsageError
from risico.instrument import catalogue, load
from risico.pages.card import card
from risico.pages.explain import explain
from risico.proof import Line
from risico.scoring import score as score_forms
from risico.words import pick
from strategies import codes, crowd, form, small

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
    assert "Total score: 12 (0 to 27; higher is worse).\n  Severity of symptoms: moderate symptoms." in text
    assert "1. little interest or pleasure: nearly every day [3], 3 points" in text
    assert "10. hindrance in daily life: somewhat difficult [1], counts in no score" in text
    assert "Bounds (Severity of symptoms): from 0: no or minimal symptoms on this form; from 5: mild symptoms" in text
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
    assert "Severity of symptoms: no or minimal symptoms on this form to moderate symptoms, depending on what" in text
    assert "No sign on this form" not in text


def test_blanks_are_named_with_what_they_still_allow():
    text = explain(phq(2, 2, 2, 2, 2, 2, 2, 2, None, 0), "phq9")
    unknown = part(text, "WAT NOG NIET BEKEND IS")
    assert "- 9 (gedachten aan dood of zelfbeschadiging): leeg" in unknown
    assert "Totaalscore: kan nog 16 tot 19 worden, steeds matig ernstige klachten (Ernst van de klachten)" in unknown
    assert "18 (0 tot 27; hoger is erger), opgehoogd omdat antwoorden ontbreken." in text
    assert "- Vraag na wat ontbreekt: 9." in text


def test_too_many_blanks_give_no_score_but_do_give_bounds():
    text = explain(phq(3, 3, 3), "phq9")
    assert "Totaalscore: geen uitkomst. 6 van 9 antwoorden ontbreken; er zijn er ten minste 7 nodig." in text
    assert (
        "Totaalscore: kan nog 9 tot 27 worden, van lichte klachten tot ernstige klachten (Ernst van de klachten)"
        in text
    )


def test_unknown_is_not_blank():
    assert "- 9 (gedachten aan dood of zelfbeschadiging): onbekend" in explain(phq(*[1] * 8, "unknown", 1), "phq9")


def test_a_score_without_room_for_blanks_says_so():
    text = explain({f"itq_p{i}": 3 for i in range(1, 10)}, "itq")
    assert "geen uitkomst. 9 van 18 antwoorden ontbreken en deze score staat geen lege antwoorden toe." in text
    assert "de lege antwoorden kunnen de uitkomst nog veranderen" in text


def test_bounds_decide_where_only_certainty_counts():
    text = explain({f"odara_{i}": 0 for i in range(1, 12)}, "odara", "en")
    assert "2 of 13 answers are missing, and that can still change the result." in text
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
    rule = "Uitkomst van de beslisregel: de regel van dit formulier zegt: "
    text = explain({"rihg_1a": "hoog", "rihg_1b": "hoog"}, "rihg")
    assert f"{rule}in beginsel een huisverbod; u beslist." in text
    assert "in beginsel een huisverbod, als ‘Rood in deel 1 (persoon)’ is 2 of meer" in text
    low = explain(dict.fromkeys(load("rihg").columns(), "laag"), "rihg")
    assert f"{rule}geen huisverbod; dat is geen bewijs van veiligheid; u beslist." in low


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("rihg", "laag", "u beslist"),
        ("dash", 1, "u beslist"),
        ("sdm_safety", 0, "u beslist"),
        ("hits", 1, "u beslist"),
        ("itq", 4, "geen diagnose"),
        ("pcl5", 4, "geen diagnose"),
        ("audit", 1, "geen diagnose"),
    ],
)
def test_what_looks_like_a_decision_or_a_diagnosis_is_said_to_be_none_by_form_and_card(name, code, said):
    it = load(name)
    marked = {n: entry for n, entry in (*it.scores.items(), *it.bands.items()) if entry.speaks}
    answers = {f"{name}_{item}": code if code in it.codes(item) else it.codes(item)[-1] for item in it.items}
    text, top = explain(answers, it), card(it).split("<h2")[0]
    for entry in marked.values():
        start = f"{entry.title['nl']}: de regel van dit formulier zegt: "
        lines = [line for line in text.splitlines() if line.strip().startswith(start)]
        assert [line.endswith(f"; {said}.") for line in lines] == [True]
        assert f"{entry.title['nl']}" in top
    assert f"de regel van dit formulier zegt …; {said}" in top


def test_a_judgement_is_copied_not_computed():
    it = load("bsafer")
    form = {f"bsafer_{item}": it.codes(item)[-1] for item in it.items if it.codes(item)}
    assert "Dit oordeel is overgenomen, niet berekend." in explain(form, "bsafer")


def test_without_context_there_is_no_level():
    text = explain({f"sdq_{i}": 1 for i in range(1, 26)}, "sdq", "en")
    context = (
        "norms: British norms | British norms, ages 2 to 4 (`norms`: uk | uk_2_4) + "
        "who filled in: parent or caregiver | teacher | self (`informant`: parent | teacher | self)"
    )
    assert re.findall("No level.*", text) == [f"No level (12 sets of levels): it needs {context}."]


def test_what_comes_from_memory_is_marked_where_it_is_shown():
    form = {f"sdq_{i}": 0 for i in range(1, 26)} | {"norms": "uk", "informant": "parent"}
    text = explain(form, "sdq", "en")
    assert "Total, four levels: close to average [from memory]." in text
    assert "Total, three levels: average on this form." in text
    assert re.search("From memory and not checked: .*Total, four levels,", text)
    assert "[not seen]" in explain({"odara_1": 1}, "odara", "en")


def test_reversed_items_show_their_points():
    text = explain({f"sdq_{i}": 0 for i in range(1, 26)}, "sdq", "en")
    assert "7. usually does as told: not true [0], 2 points, counted in reverse" in text


def test_an_age_outside_the_range_is_said():
    form = {f"gad7_{i}": 1 for i in range(1, 8)}
    assert "LET OP: hier past de leeftijd niet (bedoeld: vanaf 18 jaar)" in explain(form | {"age": 12}, "gad7")
    assert "LET OP" not in explain(form | {"age": 18}, "gad7").split("VOOR WIE")[1]


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


@pytest.mark.parametrize("unknown", [66, 66.0, "66"])
def test_a_code_for_unknown_is_no_answer_however_it_is_stored(unknown):
    it = small(
        {"1": {}, "2": {}}, {"total": {"rule": "sum", "of": ["1", "2"]}}, {"abc": codes(0, 1)}, missing_codes=[66]
    )
    text = explain(pl.DataFrame({"tiny_1": [unknown], "tiny_2": [1]}), it, "en")
    assert "- 1 (something): unknown" in part(text, "WHAT IS NOT KNOWN YET")
    assert "66" not in text


def test_context_that_was_not_given_is_not_called_a_missing_answer():
    form = {f"da5_{i}": 1 for i in range(1, 6)}
    text = explain(form, "da5", "en")
    column = "(`form`: original_2009 | strangulation_2017)"
    asked = f"version of the form: original (2009) | with a question on strangulation (2017) {column}"
    assert f"CANNOT BE TOLD, because {asked} was not given; find out." in text
    assert "answer is missing" not in text
    assert f"- {asked}: not given" in part(text, "WHAT IS NOT KNOWN YET")
    both = explain(form | {"da5_4": None}, "da5")
    asked = f"versie van het formulier: oorspronkelijk (2009) | met vraag naar verwurging (2017) {column}"
    assert f"want een antwoord ontbreekt en {asked} is niet opgegeven" in both


def test_a_score_without_its_context_says_which():
    it = small(
        {"1": {}, "2": {}},
        {
            "norm": {
                "rule": "lookup",
                "of": ["1"],
                "by": "side",
                "table": {"self": {0: 5, 1: 6}, "partner": {0: 5, 1: 7}},
            }
        },
        {"abc": codes(0, 1)},
    )
    assert "norm: no result, because side: self | partner (`side`: self | partner) was not given." in explain(
        {"tiny_1": 1}, it, "en"
    )
    both = explain({"tiny_1": None, "tiny_2": 1}, it, "en")
    assert "1 of 1 answers is missing, and this score allows no blanks. Also: side: self | partner" in both
    assert "norm: 6." in explain({"tiny_1": 1, "side": "self"}, it, "en")


def test_a_score_that_is_there_only_sometimes_says_when():
    how = {"rule": "sum", "of": ["1"], "only": {"item": "2", "is": 1}}
    it = small({"1": {}, "2": {}}, {"how": how}, {"abc": codes(0, 1)})
    assert "how: no result; there is one only if item 2 is something." in explain({"tiny_1": 1, "tiny_2": 0}, it, "en")
    assert "how: geen uitkomst; die is er alleen als vraag 2 is iets." in explain({"tiny_1": 1, "tiny_2": 0}, it)
    assert "how: 1." in explain({"tiny_1": 1, "tiny_2": 1}, it, "en")
    assert "there is no result. Only if item 2 is something." in explain({"tiny_1": 1, "tiny_2": 1}, it, "en")


def test_goals_that_cannot_be_weighed_say_why():
    text = explain({"gas_x1": 1, "gas_w1": 2, "gas_x2": 0}, "gas", "en")
    assert "No goal was rated, or a rated goal has no weight while others do." in text
    assert "Number of goals rated: 2 (0 to 6)." in text
    assert "T-score of the goals that were rated: 60." in explain({"gas_x1": 1}, "gas", "en")
    assert "what was not rated does not count" in text


def test_a_number_in_text_is_read_as_one():
    form = {f"ors_{i}": 7.5 for i in range(1, 5)}
    assert "Onder de grens voor de leeftijd: ja" in explain(form | {"age": "8"}, "ors")
    assert explain(form | {"age": "8"}, "ors") == explain(form | {"age": 8}, "ors")
    assert "hier past de leeftijd niet" in explain({"gad7_1": 1, "age": "12"}, "gad7")
    assert "De opgegeven leeftijd is geen leeftijd in jaren" in explain({"gad7_1": 1, "age": "twaalf"}, "gad7")
    assert "De opgegeven leeftijd is geen leeftijd in jaren" in explain({"gad7_1": 1, "age": 999}, "gad7")


@pytest.mark.parametrize("age", [" 8 ", "eight", 300, True])
def test_context_that_cannot_be_used_is_refused(age):
    with pytest.raises(IllegalAnswers, match="age: 1 of 1 forms") as refused:
        explain({f"ors_{i}": 7.5 for i in range(1, 5)} | {"age": age}, "ors", "en")
    assert "eight" not in str(refused.value)


def test_context_that_is_said_to_be_unknown_is_said():
    text = explain({f"sdq_{i}": 1 for i in range(1, 26)} | {"norms": "uk", "informant": "unknown"}, "sdq", "en")
    assert "(`informant`: parent | teacher | self): given, but not in a way that can be used" in text


def test_items_that_may_be_skipped_are_not_asked_for():
    skip = [{"when": {"item": "1", "is": 0}, "then": {"items": ("2",), "as": 0}}]
    count = {"rule": "count", "of": ["1", "2"], "where": {"is": 1}}
    it = small({"1": {}, "2": {}}, {"many": count}, {"abc": codes(0, 1)}, skip=skip, missing_codes=["unknown"])
    for blank in (None, "unknown"):
        text = explain({"tiny_1": "0", "tiny_2": blank}, it, "en")
        assert "Every item that counts was answered." in text
        assert "many: 0." in text
        assert "skipped as the form says" in text
        assert "Find out" not in text


@pytest.mark.parametrize("missing", [pd.NA, pd.NaT, float("nan"), None, ""])
def test_what_pandas_calls_missing_is_a_blank(missing):
    assert explain(phq(*[1] * 9, missing), "phq9") == explain(phq(*[1] * 9, None), "phq9")


@pytest.mark.parametrize("several", [[1, 2], np.array([1, 2]), np.array([1]), (1,), {"a": 1}, {1}])
def test_several_answers_in_one_cell_are_refused(several):
    with pytest.raises(IllegalAnswers):
        explain(phq(1, several), "phq9")
    with pytest.raises(IllegalAnswers):
        explain(pd.DataFrame([phq(1, several)]), "phq9")


@pytest.mark.parametrize(("place", "name"), list(enumerate(catalogue())))
def test_every_score_is_said_but_those_for_research(place, name):
    it, language = load(name), "en" if place % 2 else "nl"
    columns = crowd(it, 20, seed=place, blanks=(0,))
    whole = next(one for i in range(20) if not illegal(one := form(columns, i), it))
    said = explain(whole, it, language).split("\n\n")[1]
    for score, entry in it.scores.items():
        title = pick(entry.title, language) or score.replace("_", " ")
        assert (f"\n{title}: " in said or f" {title}: " in said) == (score in it.shown), score


def test_the_main_result_comes_first():
    def first(name: str) -> str:
        it = load(name)
        form = {f"{name}_{i}": (it.codes(i) or it.answer_set(i).number)[0] for i in it.items}
        return explain(form, name, "en").splitlines()[3]

    assert first("psi_sf").startswith("Total score: ")
    assert first("ace_iq").startswith("Number of categories, binary version: ")
    assert first("dvsi_r").startswith("Judgement: risk to the victim: ")
    assert "Positive (two or more)" in first("cage")
    assert "Outcome" in first("hark")


def test_a_level_on_some_items_is_no_sign_about_all():
    it = small(
        {"1": {}, "2": {}},
        {name: {"rule": "sum", "of": [item], "higher_is": "worse"} for name, item in (("one", "1"), ("two", "2"))},
        {"abc": codes(0, 1, worse="high")},
        bands={"band": {"of": "one", "source": "memory", "levels": [{"from": 0, "name": "low"}]}},
    )
    assert "No sign on this form" not in explain({"tiny_1": 0, "tiny_2": 1}, it, "en")


@pytest.mark.slow
@pytest.mark.parametrize(("place", "name"), list(enumerate(catalogue())))
def test_every_instrument_can_be_explained(place, name):
    it = load(name)
    answers = {item: codes[0] if (codes := it.codes(item)) else it.answer_set(item).number[0] for item in it.items}
    answers.popitem()
    form = {f"{name}_{item}": code for item, code in answers.items()}
    if illegal(form, it):  # answers taken one by one may contradict each other
        return
    language = "en" if place % 2 else "nl"
    text = explain(form, it, language)
    without = "\n".join(text.split("\n\n")[:-3])
    for entry in it.items.values():  # a label may ask how safe somebody feels
        without = without.replace(pick(entry.label, language), "")
    assert not re.search(r"\bveilig\b(?! Thuis)|\b[Ii]s safe\b|\bno risk\b|\{|None", without)
    assert "%" not in part(text, "WHAT THIS FORM SAYS" if place % 2 else "WAT DIT FORMULIER ZEGT")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", [name for name in catalogue() if load(name).outcomes])
def test_what_a_rule_decides_is_said_in_words_and_never_by_its_name_in_the_file(name, language):
    it = load(name)
    shown = explain(dict.fromkeys(it.columns()), it, language) + card(name, language, form="md").replace("\\", "")
    answers = {code for item in it.items for code in it.codes(item) or ()}
    for value, words in it.outcomes.items():
        assert pick(words, language) in shown
        assert "_" not in value or value not in shown or value in answers


def test_no_sign_is_said_by_the_rule_and_no_diagnosis_is_made():
    nothing = {f"hark_{item}": 0 for item in load("hark").items}
    assert "geen aanwijzing op dit formulier; dat is geen bewijs van veiligheid" in explain(nothing, "hark", "nl")
    itq = dict.fromkeys(load("itq").columns(), 0)
    assert "niet voldaan aan PTSS en niet aan complexe PTSS" in explain(itq, "itq", "nl")


def test_what_a_condition_asks_is_said_in_the_words_of_the_answers():
    text = explain({"rihg_1a": "hoog"}, "rihg")
    assert "aantal vragen met antwoord hoog" in text
    text = explain(dict.fromkeys(load("zrm").columns(), 5), "zrm")
    assert "ja, als een van de vragen 1-13 is acute problematiek" in text
    assert "ja, als 2 of meer van de vragen 1-4 is ja" in explain(dict.fromkeys(load("cage").columns(), 1), "cage")
    assert "(een van de vragen p1, p2 is 2 of meer) en" in explain(dict.fromkeys(load("itq").columns(), 1), "itq")


def test_an_official_result_is_copied_and_nothing_is_said_to_be_computed():
    answers = {"arij_official_level": "high", "arij_tool_version": 2021}
    text = explain(answers, "arij")
    said = part(text, "WAT DIT FORMULIER ZEGT").splitlines()
    assert said[1].endswith("Dit pakket heeft niets berekend.")
    assert said[0] == "Niveau volgens het officiële hulpmiddel: hoog, overgenomen zoals het officieel is vastgesteld."
    assert "oordeel van de beoordelaar" not in text
    assert "versie of jaar van het hulpmiddel: 2021\n" in text
    assert "overgenomen van het officiële instrument" in part(text, "REGELS EN GRENZEN")
    for name in (name for name in catalogue() if load(name).status == "recorded"):
        it = load(name)
        official = {f"{name}_{item}": (it.codes(item) or it.answer_set(item).number)[-1] for item in it.items}
        assert "This package computed nothing." in explain(official, name, "en")
        assert "It computes nothing itself." in card(name, "en", form="md").split("##")[0]


def test_what_a_record_holds_is_no_judgement_of_a_rater():
    text = explain({"vervolgmeting_geweld": "serious"}, "vervolgmeting")
    assert "Geweld sinds het vorige moment (vastgelegd): ernstig of vaak geweld.\n" in text
    assert "oordeel van de beoordelaar" not in text
    assert "Wat hier niet is vastgelegd, kan toch zijn gebeurd." in text
    assert "Wat laag is" not in text


def test_blanks_are_said_to_decide_only_the_levels_that_they_can_change():
    form = {f"audit_{i}": 0 for i in range(1, 11)} | {"audit_1": 1, "audit_9": 4, "audit_10": 2, "audit_2": None}
    line = next(line for line in explain(form, "audit").splitlines() if line.startswith("Totaalscore: kan nog"))
    assert "van onder 8 tot 8 of hoger: positief (Afkapwaarde 8)" in line
    assert "steeds" not in line
    assert "1 van 10 antwoorden ontbreekt en deze score" in explain(form, "audit")


def test_a_level_that_is_never_low_is_no_good_news():
    nothing = {f"da_{item}": 0 for item in load("da").items}
    assert "Geen aanwijzing" not in explain(nothing, "da", "nl")
    assert "niet laag" in explain(nothing, "da", "nl")


# what is on no page -------------------------------------------------------------------------------------------------

HELPERS = [(name, score) for name in catalogue() for score, entry in load(name).scores.items() if entry.helper]


@pytest.mark.parametrize(("name", "score"), HELPERS)
def test_a_step_toward_a_score_is_a_column_and_stands_in_no_list(name, score, capsys):
    it = load(name)
    answers = {f"{name}_{item}": (it.codes(item) or [1])[-1] for item in it.items}
    context = {"child_age": 5} if name == "ctspc" else {}
    assert f"{name}_{score}" in score_forms(pl.DataFrame([answers | context]), it).columns
    title = it.scores[score].title["en"]
    assert not [
        line for line in explain(answers | context, it, "en").splitlines() if line.startswith((title, f"- {title}:"))
    ]
    assert f"| {title} |" not in card(it, "en", form="md")
    main(["show", name, "--lang", "en"])
    assert f"{name}_{score}: " not in capsys.readouterr().out


def test_what_a_step_is_passed_on_to_is_told_by_the_rule_of_the_step():
    text = explain({f"psc17_{i}": 1 for i in range(1, 18)}, "psc17")
    assert "- Schaal internaliserend: punten opgeteld (2, 6, 9, 11, 15); leeg telt als de laagste" in text
    web = explain({f"web_{i}": 1 for i in range(1, 11)} | {"web_direction": "agree_1"}, "web")
    assert "plus 51 als helemaal mee eens 1 is); bij een leeg antwoord is er geen uitkomst." in web
    assert "- Aantal cijfers: berekend (4 − Aantal personen zonder cijfer)" in explain(
        {"sos_scale_child": 1}, "sos_scale"
    )


def test_a_sum_for_research_is_a_column_and_on_no_page(capsys):
    it = load("sara_v2")
    answers = {column: it.codes(item)[-1] for column, item in zip(it.columns(), it.items, strict=True)}
    assert score_forms(pl.DataFrame([answers]), it)["sara_v2_research_total"].to_list() == [40]
    told = {"claim": "range", "way": "counted", "holds": True}
    proof = [Line(about=about, detail="0 to 40", **told) for about in ("research_total", "omitted")]
    pages = [explain(answers, it, language) for language in ("nl", "en")]
    pages += [card(it, language, proof=proof, form="md") for language in ("nl", "en")]
    for page in pages:
        assert "research" not in page.replace("\\", "").replace("for research only: a sum has no level", "")
        assert it.scores["research_total"].title["nl"] not in page
        assert it.scores["research_total"].title["en"] not in page
        assert not re.search(r"\b40\b", page.split("BRONNEN")[0].split("SOURCES")[0].split("10. ")[0])


# goals --------------------------------------------------------------------------------------------------------------


def test_a_goal_that_nobody_set_is_no_blank():
    text = explain({"gas_x1": 1, "gas_x2": 0}, "gas")
    assert "Alle vragen die meetellen zijn beantwoord." in text
    assert "Plaatsen waarop geen doel is gesteld staan er niet bij; dat zijn geen lege antwoorden." in text
    assert "leeg" not in text.split("REGELS EN")[0].replace("geen lege antwoorden", "")
    assert "doel 3" not in text


def test_a_goal_that_was_set_and_not_rated_is_a_blank_and_so_is_a_weight_that_others_have():
    assert "- x2 (doel 2: behaald niveau): leeg" in explain({"gas_x1": 1, "gas_w1": 2, "gas_w2": 3}, "gas")
    assert "- w2 (doel 2: gewicht): leeg" in explain({"gas_x1": 1, "gas_w1": 2, "gas_x2": 0}, "gas")
    assert "staan er niet bij" not in explain({f"gas_{w}{i}": 1 for w in "xw" for i in range(1, 7)}, "gas")


def test_a_level_without_a_name_says_why_and_what_it_can_still_become() -> None:
    """DASH: no yes answer is not in the tables; with fourteen blanks it can still be the highest level."""
    dash = {f"dash_{i}": 0 for i in range(1, 25)} | {"dash_professional_judgement_high": 0}
    told = explain(dash, "dash")
    assert "Niveau van de telling: de regel van dit formulier zegt: geen niveau (nul keer ja staat niet" in told
    opened = explain(dash | {f"dash_{i}": None for i in range(1, 15)}, "dash", "en").split("WHAT NEXT")[0]
    assert opened.count("no level (no yes answer is not in the tables) to high: by the form, serious harm") == 2


@pytest.mark.parametrize(("name", "item"), [("cts2", "21"), ("cts2s", "11"), ("ctspc", "7")])
def test_before_the_past_year_is_never_read_as_never(name: str, item: str) -> None:
    """Answer 7 counts for nothing in the past year; that it happened before is said, and not as never."""
    it = load(name)
    never = {f"{name}_{one}": 8 if name == "cts2s" else 0 for one in it.items} | ({"age": 8} if name == "ctspc" else {})
    told = explain(never | {f"{name}_{item}": 7}, it, "nl")
    assert "LET OP: Er is " in told
    assert "niet hetzelfde als nooit" in told
    assert "wel eerder [7]" in told
    assert "LET OP" not in explain(never, it, "nl")
