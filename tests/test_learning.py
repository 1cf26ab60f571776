"""The learning review: what a team counts of its own families, and a page that concludes nothing it cannot."""

import copy
import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from risico.cohort.learning import learned
from risico.disclosure import release
from risico.errors import Refused
from risico.estimate import Estimates
from risico.experiments import learning
from risico.numbers.intervals import wilson
from risico.pages.review import review, write
from risico.pages.series import Kept, lines, series
from risico.pages.wording import forbidden
from risico.plan import EXAMPLE
from risico.plan.learning import EXAMPLE as LEARNING
from risico.plan.learning import Learning
from risico.plan.team import LearningPlan
from risico.plan.told import LONGEST, copied, telling
from risico.study import load
from risico.synthetic import region

HERE = Path(__file__).parents[1] / "experiments"
WORDS = {"nl": "zo", "en": "so"}
DAY = dt.date(2024, 1, 1)


def told(**changes):
    """A plan as a mapping; `learning` changes what it learns."""
    base = {key: EXAMPLE[key] for key in ("id", "version", "title", "question", "expected", "data", "time_zero")}
    base |= {"design": "learning", "audience": "organisatie", "time_zero": {"event": "assessed"}}
    base["expected_value"] = {"estimand": "followed", "at_least": 80, "unit": "per_100"}
    return base | {"learning": copy.deepcopy(LEARNING) | changes.pop("learning", {})} | changes


def a_plan(**changes):
    return LearningPlan.model_validate(told(**changes))


# the plan ------------------------------------------------------------------------------------------------------------


def test_without_safety_of_each_person_there_is_no_plan():
    outcome = LEARNING["outcomes"][0]
    for change in ({"combine": "worst"}, {"kind": "herstel"}):
        with pytest.raises(ValidationError, match="no outcome is about safety"):
            Learning.model_validate(LEARNING | {"outcomes": ({**outcome, **change},)})


def test_an_outcome_that_cannot_be_counted_is_refused():
    points = {"id": "phq", "column": "phq9_total", "moment": "T1", "baseline": "T0", "window_days": (1, 9),
              "worse": "high", "combine": "each", "kind": "herstel", "words": WORDS}  # fmt: skip
    with pytest.raises(ValidationError, match=r"need yes, or levels.*: phq"):
        a_plan(learning={"outcomes": (*LEARNING["outcomes"], points)})
    a_plan(learning={"outcomes": (*LEARNING["outcomes"], points | {"yes": {"below": 10}})})


def test_the_expectation_answers_the_question():
    for value in (
        {"estimand": "itt", "at_least": 1, "unit": "per_100"},
        {"estimand": "followed", "at_least": 1, "unit": "own"},
    ):
        with pytest.raises(ValidationError, match="answers the question"):
            a_plan(expected_value=value)
    assert a_plan(expected_value={"estimand": "violence", "at_most": 5, "unit": "per_100"}).smallest == 10


def test_a_changed_agreement_is_another_plan():
    agreed = {"who": "wij", "what": "vaker bellen", "when": "2024-02-01", "done": False}
    plans = [a_plan(learning={"agreements": ({**agreed, "done": done},)}) for done in (False, True)]
    assert plans[0].locked != plans[1].locked


TELLS = (
    "Met Fatima ging het beter.", "Jan zei dat het goed ging.", "Bel mevrouw Jansen terug.", "Zie casus 2026-114.",
    "Dossier Z12 is zoek.", "Geboren 1-2-2013 en nu thuis.", "Op 12 maart was het mis.", "Ze woont op 1234 AB.",
    "Mail a.b@c.nl voor meer.", "Bel 0612345678.", "Het ging mis bij meneer van Dijk.", "Vraag het aan Sanne en Tim.",
)  # fmt: skip
FINE = (
    "Ik wist niet wie ik moest bellen.", "Niemand kwam terug. Ook Veilig Thuis niet.", "Na 3 maanden belde er iemand.",
    "Hij was bang. Zij ook.", "Ze zei: bel me liever ’s ochtends.", "De GGZ had een wachtlijst van 9 maanden.",
    "I did not know whom I could call.", "Mijn moeder vond het fijn.", "Bel maar, mevrouw mocht het zelf zeggen.",
)  # fmt: skip


@pytest.mark.parametrize("text", TELLS)
def test_what_tells_who_somebody_is_is_refused_where_it_is_typed(text):
    quote = {"who": "family", "text": text, "released_by": "de teamleider", "released": "2024-02-01"}
    with pytest.raises(ValidationError, match="nobody can be recognised"):
        a_plan(learning={"quotes": (quote,)})


@pytest.mark.parametrize("text", FINE)
def test_ordinary_sentences_are_left_alone(text):
    assert telling(text) == []


def test_what_is_read_aloud_is_short():
    quote = {"who": "family", "released_by": "de teamleider", "released": "2024-02-01"}
    a_plan(learning={"quotes": ({**quote, "text": "a" * LONGEST},)})
    for text, why in (("a" * (LONGEST + 1), "longer"), (" ", "empty")):
        with pytest.raises(ValidationError, match=why):
            a_plan(learning={"quotes": ({**quote, "text": text},)})


def test_a_refusal_does_not_repeat_the_words():
    quote = {"who": "family", "text": "Vraag het aan Sanne en Tim.", "released_by": "x", "released": "2024-02-01"}
    with pytest.raises(ValidationError) as refused:
        a_plan(learning={"quotes": (quote,)})
    assert all("Sanne" not in one["msg"] for one in refused.value.errors())


def test_five_words_in_a_row_are_a_copy_and_four_are_not():
    cell = "een twee drie vier vijf zes"
    assert copied("Zij zei: twee, drie; VIER vijf zes!", cell)
    assert not copied("toen twee drie vier vijf en klaar", cell)


# counting ------------------------------------------------------------------------------------------------------------


def day(n):
    return DAY + dt.timedelta(days=n)


def small(follow, violence=(), more=()):
    """Forms and events of cases with the day of the follow-up (or a reason), and levels by person at T0 and T1."""
    events = [(case, DAY, "assessed", None) for case in follow]
    for case, when in follow.items():
        events.append(
            (case, day(when), "follow_up_held", "T1")
            if isinstance(when, int)
            else (case, day(400), "follow_up_missed", when)
        )
    events += [("zz", day(900), "report", None), *((c, day(n), e, d) for c, n, e, d in more)]
    zero, later = DAY - dt.timedelta(days=1), day(360)
    known = violence or [("a", 1, "T0", "below"), ("a", 1, "T1", "below")]
    forms = [(c, f"{c}p{p}", moment, zero if moment == "T0" else later, level) for c, p, moment, level in known]
    names = ("case", "person", "moment", "date", "violence")
    return (
        pl.DataFrame(forms, schema=names, orient="row"),
        pl.DataFrame(events, schema=("case", "date", "event", "detail"), orient="row"),
    )


def numbers(found, **by):
    return {tuple(e.by.values())[-1]: e.value for e in found if by.items() <= dict(e.by).items() and e.value}


def test_an_aim_is_met_on_its_first_and_last_day_and_not_a_day_outside():
    follow = {"a": 300, "b": 450, "c": 299, "d": 451, "e": "forgotten", "f": "not_safe"}
    found = learned(*small(follow), a_plan()).where(aim="followed")
    assert numbers(found) == {"done": 2 / 6, "no_reason_noted": 2, "forgotten": 1, "not_safe": 1}
    assert [found[0].low, found[0].high, found[0].n] == [*wilson(successes=2, n=6), 6]


def test_who_left_or_whose_days_are_not_over_is_told_apart_from_forgotten():
    forms, events = small({"a": 300, "b": 300}, more=[("c", 0, "assessed", None), ("c", 50, "exit", "moved")])
    late = pl.DataFrame([("d", day(600), "assessed", None)], schema=events.schema, orient="row")
    found = learned(forms, pl.concat([events, late]), a_plan()).where(aim="followed")
    assert numbers(found) == {"done": 0.5, "left": 1, "window_not_over": 1}


def test_people_are_counted_each_and_a_household_is_not_their_average():
    violence = [("a", 1, "T0", "below"), ("a", 1, "T1", "none"), ("a", 2, "T0", "below"), ("a", 2, "T1", "serious"),
                ("b", 1, "T0", "serious"), ("b", 1, "T1", "serious"), ("b", 2, "T0", "none")]  # fmt: skip
    found = learned(*small({"a": 360, "b": "unreachable"}, violence), a_plan()).where(outcome="violence")
    assert numbers(Estimates(e for e in found if e.name == "change")) == {"worse": 1, "same": 1, "best": 1}
    flow = Estimates(e for e in found if e.name == "flow")
    assert numbers(flow) == {"analysed": 3, "unreachable": 1}
    assert {e.n for e in flow} == {4}


AFTER = {"id": "content", "column": "grade", "moment": "end", "window_days": (1, 400), "combine": "worst",
         "worse": "low", "kind": "ervaring", "words": WORDS, "yes": {"at_least": 7}}  # fmt: skip


@pytest.mark.parametrize(("combine", "share"), [("worst", 1 / 3), ("any", 2 / 3)])
def test_what_is_asked_at_the_end_counts_everybody_as_asked(combine, share):
    forms, events = small({"a": 360, "b": 360, "c": 360, "d": 360})
    rows = [
        ("a", "1", 7.0, 100),
        ("b", "1", 9.0, 100),
        ("b", "2", 6.9, 100),
        ("c", "1", 3.0, 400),
        ("d", "1", 9.0, 401),
    ]
    end = pl.DataFrame(
        [(c, p, "end", day(n), None, g) for c, p, g, n in rows],
        schema={**forms.schema, "grade": pl.Float64}, orient="row",
    )  # fmt: skip
    forms = pl.concat([forms.with_columns(grade=pl.lit(None, pl.Float64)), end])
    plan = a_plan(learning={"asked_after": ({**AFTER, "combine": combine},)})
    found = learned(forms, events, plan).where(outcome="content")
    assert numbers(found) == {"analysed": 3, "asked_outside_the_window": 1, "content": share}


def test_departures_are_counted_by_case_and_by_time():
    more = [
        ("a", 10, "departed", "x"),
        ("a", 20, "departed", "x"),
        ("b", 400, "departed", "x"),
        ("b", 401, "departed", "y"),
    ]
    plan = a_plan(learning={"departures": {"within_days": (0, 400), "words": {"x": WORDS, "y": WORDS}}})
    found = learned(*small({"a": 300, "b": 300, "c": 300}, more=more), plan)
    assert [(e.value, e.n) for e in found if e.name == "departed"] == [(2, 3)]
    assert [(e.by["reason"], e.value, e.n) for e in found if e.name == "departures"] == [("x", 3, 3)]


def test_an_event_that_nobody_has_is_refused_and_not_read_as_never_done():
    aim = {**LEARNING["aims"][0], "detail": "T9"}
    with pytest.raises(Refused, match="no case has an event 'follow_up_held' with detail 'T9'"):
        learned(*small({"a": 300}), a_plan(learning={"aims": (aim,)}))


def test_the_invented_region_counted_by_hand():
    made = region(3, households=120)
    found = learned(made.forms, made.events, a_plan())
    zero = {r["case"]: r["date"] for r in made.events.filter(pl.col("event") == "assessed").iter_rows(named=True)}
    happened = made.events.filter(pl.col("event") == "follow_up_held", pl.col("detail") == "T1").iter_rows(named=True)
    held = {r["case"] for r in happened if 300 <= (r["date"] - zero[r["case"]]).days <= 450}
    assert round(found.where(aim="followed", step="done")[0].value * 120) == len(held)
    levels = {}
    for row in made.forms.filter(pl.col("violence").is_not_null()).iter_rows(named=True):
        levels.setdefault(row["person"], {})[row["moment"]] = ("none", "below", "serious").index(row["violence"])
    worse = sum("T1" in told and told["T1"] > told["T0"] for told in levels.values())
    assert found.where(outcome="violence", change="worse")[0].value == worse


# the experiment ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def team():
    """The example with all that it counts."""
    path = HERE / "leerverslag.yaml"
    plan = load(path)
    return plan, learning.result(plan, path)


def page(team, audience="organisatie", language="nl"):
    plan, result = team
    return review(release(result.estimates, audience), plan, language=language)


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_words_of_a_form_are_refused_in_any_spelling(team):
    plan, _ = team
    forms = pl.DataFrame(
        {
            "case": ["a"],
            "hulp_in_eigen_woorden": ["en toen: niet met mij PRATEN, met mij praatte niemand alleen met mijn moeder"],
        }
    )
    with pytest.raises(Refused, match="1 of the texts stand, in part, in a form too"):
        learning.not_from_forms(plan, forms, HERE / "leerverslag.yaml")
    learning.not_from_forms(
        plan, forms.with_columns(hulp_in_eigen_woorden=pl.lit("met mij praatte niemand, zei zij")), HERE / "x.yaml"
    )


def test_it_is_of_43_households(team):
    assert team[1].estimates.where(step="eligible")[0].value == 43


def test_no_small_number_of_people_leaves(team):
    for audience, least in (("organisatie", 10), ("team", 5)):
        for e in release(team[1].estimates, audience):
            if e.method.startswith("count") and e.value is not None:
                assert e.value >= least


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("audience", ["organisatie", "team"])
def test_the_page_says_no_word_that_its_design_may_not_say(team, audience, language):
    told = plain(page(team, audience, language))
    assert forbidden(told, "learning", language) == []
    assert not re.search(r"recidiv|relapse|bewezen|proven", told, re.I)


def test_the_order_is_question_meant_people_otherwise_said_unknown_agreements(team):
    html = page(team)
    order = (
        "Onze vraag", "Wat er gebeurde", "Kwam dat uit?", "Waarvoor u dit niet gebruikt",
        "Deden we wat we wilden doen?", "Hoe gaat het met mensen?", "Waar we bewust anders deden",
        "Wat gezinnen en ervaringsdeskundigen zeiden", "Wat we niet weten", "Afspraken van vorige keer",
        "Afspraken nu", "Methode en bronnen",
    )  # fmt: skip
    body = html[html.index("<body") :]
    assert sorted(order, key=body.index) == list(order)


def test_bad_news_stands_before_good(team):
    told = plain(page(team, "team"))
    assert told.index("Slechter ging het bij 13 van de 110 mensen die we zagen") < told.index("Deden we wat")
    people = told[told.index("Hoe gaat het met mensen?") :]
    rows = (
        "Niet bekend",
        "Slechter dan bij het begin",
        "Even erg als bij het begin",
        "Minder erg",
        "Geen geweld bij de nameting",
    )
    assert sorted(rows, key=people.index) == list(rows)
    assert people.index("Een hermelding binnen een jaar") < people.index("Geen hermelding")
    assert "☐ nee" in told[: told.index("☑ ja")]


def test_less_violence_is_never_left_alone(team):
    for language, words in (("nl", "Minder geweld zegt niet waardoor"), ("en", "Less violence does not say why")):
        assert words in plain(page(team, "team", language))


def test_a_report_is_a_registration(team):
    assert "Een hermelding is een registratie" in plain(page(team))


def test_hidden_reasons_are_named_together_and_not_called_none(team):
    told = plain(page(team))
    reasons = "niet veilig om contact te zoeken, geen contact gekregen, zag ervan af (mag altijd), erbij ingeschoten"
    assert f"{reasons}: elk minder dan 10" in told
    assert "dat betekent niet: bij niemand" in told


def test_the_cohort_is_drawn_only_where_it_counts_the_same(team):
    plan, result = team
    released = release(result.estimates, "team")
    html = plain(review(released, plan))
    assert "Cohortonderzoek anderhalf jaar later 30" in html
    assert "Hier, als er geweld is bij iedereen die we niet zagen" in html
    at = next(i for i, o in enumerate(plan.learning.outcomes) if o.combine == "worst")
    for change, why in (
        ({"where": {}}, "niet alleen gezinsleden zelf"),
        ({"window_days": (456, 620)}, "niet na anderhalf jaar"),
        ({"window_days": (480, 641)}, "niet na anderhalf jaar"),
        ({"combine": "each"}, "iets anders geteld"),
    ):
        outcomes = list(plan.learning.outcomes)
        outcomes[at] = outcomes[at].model_copy(update=change)
        other = plan.model_copy(update={"learning": plan.learning.model_copy(update={"outcomes": tuple(outcomes)})})
        told = plain(review(released, other))
        assert why in told, change
        assert "Cohortonderzoek anderhalf jaar later" not in told


def test_with_few_households_there_is_no_empty_table():
    made = learned(*small({"a": 360, "b": "not_safe", "c": 360}), a_plan())
    html = review(release(made, "organisatie"), a_plan())
    shown = html[: html.index("<details")]
    tables = re.findall(r"<table>.*?</table>", shown, re.DOTALL)
    assert all(re.search(r"<td[^>]*>[^<]*\w", table) for table in tables)
    assert "de aantallen zijn te klein om te tonen. Dat betekent niet: niemand." in plain(html)


def test_what_people_said_cannot_become_part_of_the_page():
    quote = {"who": "family", "text": "<script>alert(1)</script> en zo", "released_by": "wij", "released": "2024-02-01"}
    plan = a_plan(learning={"quotes": (quote,)})
    html = review(release(learned(*small({"a": 360}), plan), "organisatie"), plan)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_nothing_is_fetched_from_elsewhere(team):
    assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(?!#)", page(team))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium to print with")
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("audience", ["organisatie", "team"])
def test_in_print_it_is_two_sheets(team, tmp_path, audience, language):
    plan, result = team
    facts = {"data": "synthetic, sha256 0123456789abcdef", "code": "risico 0.1.0 (0123456789ab)", "run": "0" * 32}
    html = write(tmp_path / "page.html", release(result.estimates, audience), plan, facts=facts, language=language)
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    asked = ["chromium", *flags, f"--print-to-pdf={tmp_path / 'page.pdf'}", html.as_uri()]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())) == 2


# the national set ----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::risico.errors.RisicoWarning")
def test_the_national_set_is_ready_for_files_of_ones_own(tmp_path):
    shutil.copy(HERE / "landelijke_set.yaml", tmp_path)
    cases = [f"c{n}" for n in range(40)]
    start = [
        {"case": c, "person": f"{c}p", "moment": "T0", "date": DAY, "vervolgmeting_geweld": "below"} for c in cases
    ]
    later = [
        {"case": c, "person": f"{c}p", "moment": "T1", "date": day(90), "vervolgmeting_geweld": "none"}
        for c in cases[:30]
    ]
    end = [
        {"case": c, "person": f"{c}p", "moment": "end", "date": day(200), "tevredenheid": 8 if n % 2 else 5,
         "hulp_hoe_geeindigd": "by_family" if n < 12 else "as_planned", "gas_x1": 0, "gas_w1": 1}
        for n, c in enumerate(cases[:30])
    ]  # fmt: skip
    pl.DataFrame([*start, *later, *end], infer_schema_length=None).write_csv(tmp_path / "forms.csv")
    events = [(c, DAY, "help_started", "systeemhulp") for c in cases]
    events += [(c, day(200), "follow_up_held", "end") for c in cases[:30]]
    events += [(c, day(300), "follow_up_missed", "refused") for c in cases[30:]] + [("c0", day(500), "report", None)]
    pl.DataFrame(events, schema=("case", "date", "event", "detail"), orient="row").write_csv(tmp_path / "events.csv")
    plan = load(tmp_path / "landelijke_set.yaml")
    found = learning.result(plan, tmp_path / "landelijke_set.yaml").estimates
    assert found.where(aim="gevraagd_aan_het_einde", step="done")[0].value == 0.75
    shares = {e.by["outcome"]: (e.value, e.n) for e in found if e.name == "outcome"}
    assert shares == {"uitval": (0.4, 30), "tevredenheid": (0.5, 30), "doelrealisatie": (1.0, 30)}
    told = plain(review(release(found, "organisatie"), plan))
    assert told.index("Veiligheid: geen geweld") < told.index("Ervaring: hulp eerder gestopt")
    assert told.index("Hulp eerder gestopt (uitval) 12") < told.index("Hulp niet eerder gestopt 18")
    assert told.index("Niet tevreden over wat de hulp bracht 15") < told.index("Tevreden over wat de hulp bracht 15")


# the series ----------------------------------------------------------------------------------------------------------


def times(team, *changes):
    plan, result = team
    released = release(result.estimates, "organisatie")
    days = (dt.date(2024, 1, 9), dt.date(2024, 4, 9), dt.date(2024, 7, 9))
    plans = [plan, *(plan.model_copy(update=change) for change in changes)]
    return [Kept(plan=p, estimates=released, day=d) for p, d in zip(plans, days, strict=False)]


def test_the_series_tells_each_time_question_expected_happened_and_agreements(team):
    told = lines(times(team))
    text = "\n".join(told)
    for part in (
        "9 januari 2024",
        "Onze vraag: Komen we na een jaar",
        "Bij ten minste acht van de tien",
        "33 van de 43",
        "Nee. Verwacht",
        "2 van de 3 gedaan",
    ):
        assert part in text
    assert "Niet lezen als beter of slechter dan vorige keer" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "Hetzelfde plan opnieuw uitgevoerd"),
        ({"version": 2}, "dezelfde vraag en verwachting, iets anders is veranderd"),
        ({"question": {"nl": "Iets anders?", "en": "Else?"}}, "Een ander plan met een andere vraag"),
        ({"expected": {"nl": "Negen.", "en": "Nine."}}, "Een ander plan met een andere verwachting"),
    ],
)  # fmt: skip
def test_a_changed_plan_shows_as_another(team, change, said):
    plan, _ = team
    other = LearningPlan.model_validate(plan.model_dump(mode="python", by_alias=True) | change)
    told = series([*times(team), *times((other, team[1]))])
    assert said in plain(told)


def test_the_series_is_a_page_that_is_complete_in_itself(team):
    html = series(times(team), language="en")
    assert html.startswith("<!doctype html>")
    assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(?!#)", html)
    assert "Learning reviews in a row" in html


@pytest.mark.slow
def test_kept_runs_of_one_plan_are_shown_by_the_command(tmp_path, capsys):
    from risico.cli import main

    path, store = tmp_path / "leerverslag.yaml", ["--store", str(tmp_path / "runs")]
    first = (HERE / "leerverslag.yaml").read_text(encoding="utf-8")
    for text in (first, first.replace("Komen we na een jaar nog", "Komen we na twaalf maanden nog")):
        path.write_text(text, encoding="utf-8")
        assert main(["run", str(path), *store]) == 0
    page_of = tmp_path / "series.html"
    capsys.readouterr()
    assert main(["reviews", "leerverslag", *store, "-o", str(page_of)]) == 0
    said = capsys.readouterr().out
    assert said.index("Komen we na een jaar nog") < said.index("Een ander plan met een andere vraag")
    assert said.count("2 van de 3 gedaan") == 2
    assert "Komen we na twaalf maanden nog" in page_of.read_text(encoding="utf-8")
    assert main(["reviews", "leerverslagje", *store]) == 2
