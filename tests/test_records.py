"""Records and rules in the format of an instrument: what they keep, what they never work out, and their clocks."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import polars as pl
import pytest
from dateutil.easter import easter as easter_of_dateutil
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from risico.cli import main
from risico.clocks import HOLIDAYS, Calendar, Reading, clocks, due, dutch, easter, told
from risico.errors import BrokenInstrument, IllegalAnswers
from risico.exchange.fhir import questionnaire
from risico.exchange.redcap import dictionary, read_redcap
from risico.exchange.xlsform import xlsform
from risico.instrument import load
from risico.instrument.beside import Term
from risico.instrument.reach import outcomes
from risico.pages.card import card
from risico.profiles import MIXED, UNCLASSIFIED, hints, profile, second_opinion
from risico.profiles import load as load_rule
from risico.scoring import check, score
from risico.strict import build, read_yaml
from risico.synthetic import region
from risico.synthetic.assumptions import LEVELS, MISSED

RECORDS = ("hulp", "vervolgmeting", "continuiteit", "startfoto")
DECIDED = ("fase", "vt_veiligheidsbeoordeling", "meldcode")
PROPOSALS = ("phased_safety", "gezinsprofiel")
ALL = (*RECORDS, *DECIDED, *PROPOSALS)
SENTINEL = "Zwaluwstraat 12"
VT = "vt_veiligheidsbeoordeling"


def one(name, **answers):
    """The results of one form, by their short names."""
    row = {f"{name}_{item}": [answers.get(item)] for item in load(name).items}
    found = score(pl.DataFrame(row, strict=False), name).row(0, named=True)
    return {column.removeprefix(f"{name}_"): value for column, value in found.items()}


# what they are ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_each_is_labelled_as_what_it_is_and_says_so_on_its_card(name):
    it = load(name)
    kind = "self_scan" if name == "startfoto" else "proposal" if name in PROPOSALS else "record"
    assert it.kind == kind
    assert it.status == ("record" if name in RECORDS else "judged")
    text = card(name, "nl", form="md")
    said = {"record": "geen meetinstrument", "proposal": "voorstel van onszelf", "self_scan": "zelfscan"}[kind]
    assert said in text.splitlines()[2]


@pytest.mark.parametrize("name", [*RECORDS, *DECIDED])
def test_a_record_has_no_score_but_a_persons_decision_what_is_open_and_gaps(name):
    for entry in load(name).scores.values():
        blanks = entry.rule == "count" and entry.where is not None and entry.where.blank
        gap = entry.rule == "linear" and sorted((entry.terms or {}).values()) == [-1, 1]
        assert entry.rule == "judgement" or blanks or gap
    assert not load(name).bands


@pytest.mark.parametrize("name", ALL)
def test_every_word_stands_in_both_languages(name):
    it = load(name)
    texts = [it.title, it.qualification, it.licence.note, *it.limits, *it.applies.not_for]
    texts += [part for item in it.items.values() for part in (item.label, item.definition, item.example) if part]
    texts += [words for answers in it.answers.values() for words in (answers.codes or {}).values()]
    texts += [entry.label for entry in it.kept.values()] + [clock.title for clock in it.clocks.values()]
    texts += [words for alert in it.alerts.values() for words in (alert.words, alert.refer) if words]
    texts += [entry.title for entry in it.scores.values()]
    assert all(set(text) == {"nl", "en"} and all(text.values()) for text in texts)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_card_shows_what_is_kept_and_the_clocks_with_their_source(name, language):
    it, text = load(name), card(name, language, form="md")
    for column in it.kept:
        assert f"| {column} |".replace("_", "\\_") in text
    for clock in it.clocks.values():
        assert clock.title[language] in text
        assert clock.as_of in text
    assert card(name, language).startswith("<!doctype html>")


def test_answer_sets_beyond_the_alphabet_have_names_of_letters():
    rows = [line for line in card("gezinsprofiel", "nl", form="md").splitlines() if "| AB |" in line]
    assert rows


# what is kept never counts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_kept_columns_change_no_result_and_are_not_strange(name):
    it = load(name)
    first = next(iter(it.items))
    plain = pl.DataFrame({f"{name}_{item}": [None] for item in it.items}, schema_overrides={f"{name}_{first}": pl.Int8})
    kept = plain.with_columns(pl.lit(SENTINEL).alias(f"{name}_{column}") for column in it.kept)
    found = score(kept, name)
    assert found.drop([f"{name}_{column}" for column in it.kept]).equals(score(plain, name))
    assert check(kept, name).strange == ()
    assert SENTINEL not in str(check(kept, name))


@pytest.mark.parametrize("name", ALL)
def test_a_form_on_a_screen_asks_for_dates_as_dates_and_what_cannot_is_named(name):
    it = load(name)
    rows = load_workbook(BytesIO(xlsform(name).content))["survey"].iter_rows(values_only=True)
    asked = {row[1]: row[0] for row in rows}
    fields = {row["Variable / Field Name"]: row for row in csv.DictReader(StringIO(dictionary(name).content))}
    for column, kept in it.kept.items():
        assert asked[f"{name}_{column}"] == kept.holds
        kind = fields[f"{name}_{column}"]["Text Validation Type OR Show Slider Number"]
        assert kind == ("date_ymd" if kept.holds == "date" else "")
    for made in (xlsform(name), dictionary(name)):
        assert not it.clocks or all(clock in " ".join(made.not_carried) for clock in it.clocks)
    left = " ".join(questionnaire(name).not_carried)
    assert all(column in left for column in it.kept)


def test_dates_come_back_from_redcap_and_run_their_clock(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(f"record_id,{VT}_acuut,{VT}_datum_melding,{VT}_redenen\n1,0,2026-06-01,{SENTINEL}\n2,1,,\n")
    forms = read_redcap(path, VT)
    assert forms[f"{VT}_redenen"].to_list() == [SENTINEL, None]
    states = [clocks(row, VT, date(2026, 6, 9))[0].state for row in forms.iter_rows(named=True)]
    assert states == ["overdue", "not_started"]


# the command line ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_the_commands_work_on_a_small_file(name, tmp_path, capsys):
    it, file = load(name), tmp_path / "forms.csv"
    filled = {f"{name}_{item}": [str((it.codes(item) or (1,))[-1])] for item in it.items}
    filled |= {
        f"{name}_{column}": ["2026-03-02" if kept.holds == "date" else SENTINEL] for column, kept in it.kept.items()
    }
    pl.DataFrame({"case": ["a"], "rater": ["w"], **filled}).write_csv(file)
    for command in (
        ["show", name],
        ["check", name, str(file)],
        ["score", name, str(file), "-o", str(tmp_path / "scored.csv")],
        ["explain", name, str(file), "--row", "1"],
    ):
        assert main([*command, "--lang", "nl"]) == 0, command
        assert SENTINEL not in capsys.readouterr().out
    assert set(filled) <= set(pl.read_csv(tmp_path / "scored.csv").columns)


def test_the_list_marks_what_is_no_instrument(capsys):
    assert main(["list", "--all", "--lang", "nl"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    for name in ALL:
        assert "geen meetinstrument" in lines[name] or "voorstel" in lines[name] or "zelfscan" in lines[name]
    assert "[" not in lines["odara"]
    assert "[" not in lines["lirik"]


def test_a_search_names_records_but_they_never_fit(capsys):
    assert main(["find", "--concern", "samenwerking", "--all"]) == 0
    assert "vastlegging" in capsys.readouterr().out


# what must be looked at ---------------------------------------------------------------------------------------------


ALERTS = [
    ("fase", "opnieuw_wegen", {"plan_stokt": 1}, None),
    (
        "fase",
        "vooruit_met_onveiligheid",
        {"besluit": "herstel", "iemand_onveilig": 1},
        {"besluit": "directe_veiligheid"},
    ),
    (
        "fase",
        "vooruit_zonder_afspraken",
        {"besluit": "stabiele_veiligheid", "voorwaarden_bekend": 1},
        {"besluit": "stabiele_veiligheid", "voorwaarden_bekend": 2},
    ),
    ("fase", "afsluiten_zonder_herstel", {"besluit": "afsluiten", "herstel_besproken": 1}, {"herstel_besproken": 2}),
    ("hulp", "niet_veilig", {"waarom": "not_safe"}, {"waarom": "waiting_time"}),
    (
        "hulp",
        "samen_zonder_navraag",
        {"el_gezamenlijk": 1, "el_controle_uitgevraagd": 0},
        {"el_gezamenlijk": 1, "el_controle_uitgevraagd": 1},
    ),
    ("vervolgmeting", "direct_gevaar", {"verwurging": 1}, {"verwurging": 0, "wapen": 0, "doodsbedreiging": 0}),
    ("vervolgmeting", "geen_zicht", {"uitkomst": "unreachable"}, {"uitkomst": "held"}),
    ("vervolgmeting", "geen_zicht", {"uitkomst": "moved"}, {"uitkomst": "deceased"}),
    ("vervolgmeting", "niet_alleen", {"uitkomst": "held", "alleen": 0}, {"uitkomst": "held", "alleen": 1}),
    ("vervolgmeting", "voelt_zich_onveilig", {"veiligheidsgevoel": 5.9}, {"veiligheidsgevoel": 6.0}),
    (VT, "acuut_nu", {"acuut": 1}, {"acuut": 0}),
    (VT, "einde_bij_onveiligheid", {"besluit": "einde", "structureel": 1}, {"besluit": "onderzoek", "structureel": 1}),
    ("meldcode", "melden_is_de_norm", {"afweging_2": 1}, None),
    ("meldcode", "melden_is_de_norm", {"afweging_4": 0}, None),
    (
        "meldcode",
        "norm_niet_gevolgd",
        {"afweging_2": 1, "besluit": "vastleggen"},
        {"afweging_2": 1, "besluit": "melden"},
    ),
    ("meldcode", "gesprek_niet_veilig", {"stap_3": "skipped_unsafe"}, {"stap_3": "done"}),
    ("continuiteit", "niemand", {"stand": "open", "eigenaar": "niemand"}, {"stand": "geregeld", "eigenaar": "niemand"}),
    ("continuiteit", "geen_zicht", {"stand": "open", "zicht_intussen": 0}, {"stand": "open", "zicht_intussen": 1}),
    ("phased_safety", "opnieuw_wegen", {"12e": 1}, None),
    ("gezinsprofiel", "direct_gevaar", {"t6": 1}, {"t6": 0}),
    ("gezinsprofiel", "niet_samen", {"t1": 1}, {"t1": 0}),
]
"""Name, alert, answers with which it must fire, and (where few settle it) answers with which it must not."""


@pytest.mark.parametrize(("name", "alert", "fires", "calm"), ALERTS)
def test_each_alert_fires_when_it_must_and_not_when_all_was_asked(name, alert, fires, calm):
    assert one(name, **fires)[alert] is True
    if calm is not None:
        assert one(name, **calm)[alert] is False


@pytest.mark.parametrize("name", ALL)
def test_a_blank_form_is_never_a_reason_for_calm(name):
    it, found = load(name), one(name)
    assert all(found[alert] is not False for alert in it.alerts)
    assert all(found[name] is None for name, entry in it.scores.items())
    assert {case[:2] for case in ALERTS} >= {(name, alert) for alert in it.alerts}


def test_no_answers_to_the_reporting_code_ever_say_that_no_report_is_needed():
    it = load("meldcode")
    assert [entry.rule for entry in it.scores.values()] == ["judgement", "count"]
    said = [text for alert in it.alerts.values() for text in alert.words.values()]
    assert not any("niet melden" in text or "niet nodig" in text or "not needed" in text for text in said)
    calm = one("meldcode", afweging_1=1, afweging_2=0, afweging_3=1, afweging_4=1, afweging_5=1)
    assert calm["melden_is_de_norm"] is False
    assert calm["besluit_professional"] is None


# phased working: the proposed rule of the sheet -----------------------------------------------------------------------

KEPT_ALL = {"1": 0, "3": 0, "4": 2, "5": 2, "7": 1}


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"3": 1}, "directe_veiligheid"),
        ({"1": 1}, "directe_veiligheid"),
        ({"5": 1}, "directe_veiligheid"),
        (KEPT_ALL | {"7": 0}, "directe_veiligheid"),
        (KEPT_ALL | {"4": 1}, "directe_veiligheid"),
        (KEPT_ALL | {"afgesproken_tijd": 0}, "stabiele_veiligheid_mogelijk"),
        (KEPT_ALL | {"afgesproken_tijd": 1, "8": -1}, "stabiele_veiligheid_mogelijk"),
        (KEPT_ALL | {"afgesproken_tijd": 1, "8": 0}, "herstel_mogelijk"),
        (KEPT_ALL | {"afgesproken_tijd": 1}, None),
        ({"1": 0, "3": 0, "4": 2, "7": 2}, None),
        ({"3": 0, "4": 2, "5": 2, "7": 2, "afgesproken_tijd": 1, "8": 1}, None),
    ],
)
def test_without_an_answer_on_safety_no_phase_moves_on(answers, says):
    found = one("phased_safety", **answers)
    assert found["regel"] == says
    assert found["zicht"] == ("nagevraagd" if {"1", "3", "5"} <= set(answers) else "te_weinig_zicht")
    assert found["fase"] is None


# follow-up, help and events have one language -------------------------------------------------------------------------


def test_why_a_moment_was_missed_and_the_levels_of_violence_are_those_of_plans_and_events():
    it = load("vervolgmeting")
    assert set(MISSED) < set(it.codes("uitkomst"))
    assert it.codes("geweld") == LEVELS
    found = one("vervolgmeting", geweld="below")
    assert found["violence"] == "below"


def test_where_a_help_stands_are_the_events_of_help():
    events = set(region(1, households=60).events["event"])
    of_help = {event.removeprefix("help_") for event in events if event.startswith("help_")}
    assert of_help <= set(load("hulp").codes("stand"))


def test_no_violence_beside_a_kind_of_violence_is_refused():
    row = {"vervolgmeting_geweld": ["none"], "vervolgmeting_wapen": [1]}
    with pytest.raises(IllegalAnswers, match="contradict"):
        score(pl.DataFrame(row), "vervolgmeting")
    assert one("vervolgmeting", geweld="none", wapen=0, incidenten=0.0)["violence"] == "none"


def test_how_help_ended_before_it_began_is_refused_but_moving_away_is_not():
    with pytest.raises(IllegalAnswers, match="contradict"):
        score(pl.DataFrame({"hulp_stand": ["waiting"], "hulp_hoe_geeindigd": ["as_planned"]}), "hulp")
    assert one("hulp", stand="waiting", hoe_geeindigd="moved")["n_open"] == 2
    assert one("hulp", stand="refused")["n_open"] == 2


def test_a_gap_is_needed_less_now_and_open_when_either_is():
    assert one("startfoto", a1_now=1, a1_needed=3)["gap_a1"] == 2
    assert one("startfoto", a1_now=3, a1_needed=1)["gap_a1"] == -2
    assert one("startfoto", a1_needed=3)["gap_a1"] is None
    assert one("startfoto", a1_needed=3)["n_open_a"] == 15


# the form of the profile rule -----------------------------------------------------------------------------------------


def test_the_form_asks_just_what_the_rule_reads_each_with_its_anchors_and_an_example():
    it, rule = load("gezinsprofiel"), load_rule()
    assert tuple(it.items) == ("eigen_oordeel", *rule.asked)
    for item in rule.asked:
        assert it.codes(item) == tuple(rule.codes)
        assert it.items[item].definition
        assert it.items[item].example
    assert it.missing_codes == rule.missing_codes
    assert it.codes("eigen_oordeel") == (*rule.profiles, MIXED, UNCLASSIFIED)
    for slug, named in rule.profiles.items():
        assert it.answer_set("eigen_oordeel").codes[slug] == named.title


def test_the_rule_does_not_read_the_professionals_judgement():
    codes = {f"gezinsprofiel_{item}": [0] for item in load_rule().asked}
    forms = pl.DataFrame(codes | {"gezinsprofiel_c1": [2], "gezinsprofiel_c2": [2], "gezinsprofiel_c3": [2]})
    plain = profile(forms)
    judged = profile(score(forms.with_columns(gezinsprofiel_eigen_oordeel=pl.lit("intieme_terreur")), "gezinsprofiel"))
    assert judged["gezinsprofiel_profiel"].to_list() == ["intieme_terreur"]
    assert judged["gezinsprofiel_label"].to_list() == plain["gezinsprofiel_label"].to_list()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_rule_speaks_only_after_the_professional_did(language):
    codes = {f"gezinsprofiel_{item}": 2 for item in load_rule().asked}
    titles = [named.title[language] for named in load_rule().profiles.values()]
    for blank in (None, "", "unknown"):
        (line,) = second_opinion(codes | {"gezinsprofiel_eigen_oordeel": blank}, language)
        assert not any(title in line for title in titles)
    lines = second_opinion(codes | {"gezinsprofiel_eigen_oordeel": "gemengd"}, language)
    assert "gemengd" in lines[0]
    assert lines[1] == load_rule().label[language]
    assert len(lines) > 7


def test_every_hint_reads_a_result_that_exists_with_levels_that_it_has_and_never_points_to_absent():
    it = load("gezinsprofiel")
    for item, pointing in it.hints.items():
        for hint in pointing:
            source = load(hint.instrument)
            if hint.result in source.bands:
                tables = source.bands[hint.result].tables().values()
                known = {level.result for table in tables for level in table}
            else:
                entry = source.scores[hint.result]
                known = set(source.codes(entry.of[0]) if entry.rule == "judgement" else outcomes(entry))
            assert set(hint.codes) < {str(value).lower() for value in known}, (item, hint)
            assert it.codes(item)[0] not in hint.codes.values()


def test_of_several_people_the_highest_hint_counts_and_a_low_result_points_nowhere():
    assert hints([{"sdq_band3": "normal", "psc17_positive_total": False, "audit_zone": "i"}, {}]) == ()
    (found,) = hints([{"audit_zone": "iii"}, {"audit_zone": "ii"}, {"dast10_positive_3": None}])
    assert (found.item, found.code, found.columns) == ("s4", 2, ("audit_zone",))
    (both,) = hints([{"cts2_physical_assault_mutuality": "self_only"}])
    assert both.item == "t2"
    assert both.notes[0]["en"].startswith("only whether")


def test_a_hint_comes_from_scored_answers():
    row = {f"cries8_{item}": [5] for item in load("cries8").items}
    scored = score(pl.DataFrame(row), "cries8").row(0, named=True)
    (found,) = hints([scored])
    assert (found.item, found.code) == ("k7", 2)


# working days ---------------------------------------------------------------------------------------------------------


def test_easter_is_that_of_another_program():
    assert all(easter(year) == easter_of_dateutil(year) for year in range(1900, 2200))


@pytest.mark.parametrize(
    ("year", "days"),
    [  # written out by hand
        (2013, "01-01 03-29 04-01 04-30 05-05 05-09 05-20 12-25 12-26"),
        (2024, "01-01 03-29 04-01 04-27 05-05 05-09 05-20 12-25 12-26"),
        (2025, "01-01 04-18 04-21 04-26 05-05 05-29 06-09 12-25 12-26"),
        (2026, "01-01 04-03 04-06 04-27 05-05 05-14 05-25 12-25 12-26"),
    ],
)
def test_the_holidays_of_a_year(year, days):
    held = {one.held(year) for one in dutch().holidays.values()} - {None}
    assert sorted(f"{day:%m-%d}" for day in held) == days.split()


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2026-06-01", "2026-06-08"),  # a Monday: the day itself is not counted
        ("2026-06-05", "2026-06-12"),  # a Friday
        ("2026-06-06", "2026-06-12"),  # a Saturday and a Sunday end on the same day
        ("2026-06-07", "2026-06-12"),
        ("2026-04-02", "2026-04-13"),  # Good Friday and Easter Monday
        ("2026-05-04", "2026-05-12"),  # Liberation Day
        ("2026-05-11", "2026-05-19"),  # Ascension Day; the Friday after it is a working day by this setting
        ("2025-04-24", "2025-05-01"),  # King's Day on a Saturday, as the 27th is a Sunday
        ("2025-12-22", "2025-12-31"),  # both days of Christmas
        ("2025-12-24", "2026-01-05"),  # Christmas and New Year's Day
    ],
)
def test_five_working_days(start, last):
    assert due(date.fromisoformat(start), Term(working_days=5)) == date.fromisoformat(last)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 30))
def test_between_start_and_end_lie_just_so_many_working_days(start, number):
    last = due(start, Term(working_days=number))
    between = [start + timedelta(days=n + 1) for n in range((last - start).days)]
    assert sum(not dutch().closed(day) for day in between) == number
    assert number == 0 or not dutch().closed(last)
    assert due(start + timedelta(days=1), Term(working_days=number)) >= last


@pytest.mark.parametrize(
    ("start", "term", "last"),
    [
        ("2026-06-01", {"weeks": 10}, "2026-08-10"),
        ("2026-03-09", {"weeks": 4}, "2026-04-07"),  # ends on Easter Monday, so on the Tuesday
        ("2026-06-06", {"weeks": 4}, "2026-07-06"),  # ends on a Saturday
        ("2026-06-06", {"weeks": 13}, "2026-09-05"),  # too long to be moved
        ("2026-01-31", {"months": 1}, "2026-03-02"),  # 28 February is a Saturday
        ("2028-01-31", {"months": 1}, "2028-02-29"),
        ("2026-11-30", {"months": 3}, "2027-03-01"),  # 28 February is a Sunday
        ("2026-11-28", {"months": 15}, "2028-02-28"),
    ],
)
def test_weeks_and_months_end_on_a_working_day_unless_they_are_long(start, term, last):
    assert due(date.fromisoformat(start), Term(**term)) == date.fromisoformat(last)


def standing(start, stop, today):
    form = {f"{VT}_datum_melding": start, f"{VT}_datum_besluit": stop}
    return clocks(form, VT, date.fromisoformat(today))[0]


@pytest.mark.parametrize(
    ("start", "stop", "today", "state"),
    [
        (None, None, "2026-06-08", "not_started"),
        ("", float("nan"), "2026-06-08", "not_started"),
        (None, "2026-06-08", "2026-06-08", "not_started"),
        ("2026-06-01", None, "2026-06-08", "running"),
        ("2026-06-01", None, "2026-06-09", "overdue"),
        ("2026-06-01", "2026-06-01", "2026-06-30", "on_time"),
        ("2026-06-01", "2026-06-08", "2026-06-30", "on_time"),
        ("2026-06-01", "2026-06-09", "2026-06-30", "late"),
        ("2026-06-01", "2026-05-31", "2026-06-30", "impossible"),
    ],
)
def test_how_a_clock_stands_on_either_side_of_its_last_day(start, stop, today, state):
    assert standing(start, stop, today).state == state


def test_a_date_may_be_text_a_date_or_a_moment_of_it():
    for start in ("2026-06-01", " 2026-06-01T23:59", date(2026, 6, 1), datetime(2026, 6, 1, 23, 59)):
        assert standing(start, None, "2026-06-02") == Reading(
            clock="beoordeling", start=date(2026, 6, 1), stop=None, due=date(2026, 6, 8), state="running"
        )


@pytest.mark.parametrize("value", ["1-6-2026", SENTINEL, "2026-13-01", "2026-06-01-12", 20260601])
def test_what_is_no_date_is_refused_without_showing_it(value):
    with pytest.raises(IllegalAnswers) as caught:
        standing(value, None, "2026-06-02")
    assert f"{VT}_datum_melding" in str(caught.value)
    assert str(value) not in str(caught.value)


def test_a_clock_is_told_with_its_source_its_date_and_how_it_may_be_made_longer():
    form = {f"{VT}_datum_vastlegging": "2026-06-01"}
    lines = list(told(form, VT, date(2026, 6, 2), "nl"))
    assert len(lines) == len(load(VT).clocks)
    assert "29-06-2026" in lines[2]
    assert "wmo531" in lines[2]
    assert "2014" in lines[2]
    assert "2 weken" in lines[2]
    assert "niet ingevuld" in lines[0]


def test_another_calendar_is_another_answer_and_a_broken_one_is_refused():
    says = read_yaml(HOLIDAYS)
    bridge = {"title": {"nl": "brugdag", "en": "bridge day"}, "easter": 40, "source": "atw"}
    other = build(Calendar, says | {"holidays": says["holidays"] | {"brugdag": bridge}}, "other")
    assert due(date(2026, 5, 11), Term(working_days=5), other) == date(2026, 5, 20)
    with pytest.raises(BrokenInstrument, match="a day of the year"):
        build(Calendar, says | {"holidays": {"x": bridge | {"day": [1, 1]}}}, "other")
    assert {one.source for one in dutch().holidays.values()} <= {*dutch().sources, "memory"}


def test_the_profile_form_writes_numbers_as_dutch_does() -> None:
    """A comma and a nought before it, and no signs of arithmetic: a social worker reads these words."""
    said = [
        words["nl"] for answers in load("gezinsprofiel").answers.values() for words in (answers.codes or {}).values()
    ]
    assert sum("0,25" in words for words in said) == 4
    assert not [words for words in said if "|" in words or " ." in words]
