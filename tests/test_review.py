"""The page: complete in itself, in words of the field, and never more than the design allows."""

import copy
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from risico.disclosure import release
from risico.errors import MissingExtra, UsageError
from risico.estimate import Estimate, Estimates
from risico.pages.parts import better_when_lower
from risico.pages.review import review, write
from risico.pages.wording import forbidden, words
from risico.plan import EXAMPLE, Plan
from risico.study import Scale, Study

FROM_FORMS = {"id": "y", "column": "violence", "moment": "T1", "baseline": "T0", "window_days": (300, 450),
              "combine": "worst", "kind": "veiligheid",
              "words": {"nl": "geen geweld bij de nameting", "en": "no violence at the follow-up"},
              "words_if_not": {"nl": "geweld bij de nameting", "en": "violence at the follow-up"}}  # fmt: skip
PROFILES = ("intieme_terreur", "gezin_in_stress", "langdurige_zorg")


def a_plan(**changes):
    told = copy.deepcopy(EXAMPLE) | {
        "title": {"nl": "Nieuwe meldingen", "en": "New reports"},
        "question": {"nl": "Komt er minder vaak <een> melding?", "en": "Are there fewer <new> reports?"},
        "expected": {"nl": "Minder.", "en": "Fewer."},
    }
    told["outcome"] = told["outcome"] | {
        "words": {"nl": "nieuwe melding binnen een jaar", "en": "new report in a year"}
    }
    return Plan.model_validate(told | changes)


ARMS = {"systeemhulp": (250, 0.34, 214), "gebruikelijk": (250, 0.41, 216)}
REASONS = {"systeemhulp": {"forgotten": 21, "not_safe": 15}, "gebruikelijk": {"forgotten": 20, "not_safe": 14}}
CHANGES = {"systeemhulp": (26, 88, 27, 73), "gebruikelijk": (20, 80, 27, 89)}


def counted(name, value, n, **by):
    return Estimate(name=name, value=value, n=n, method="count", by=by)


def of_arms(small=False):
    """Follow-up, reasons, help that began and change of both arms; `small` leaves three that got worse."""
    for arm, (whole, _, seen) in ARMS.items():
        yield counted("flow", seen, whole, arm=arm, step="analysed")
        yield counted("flow", whole - seen, whole, arm=arm, step="not_measured")
        for reason, n in REASONS[arm].items():
            yield counted("flow", n, whole - seen, arm=arm, step="not_measured", reason=reason)
        yield counted("started", 150 if arm == "systeemhulp" else 20, whole, arm=arm)
        told = CHANGES[arm]
        told = (3, told[1] + told[0] - 3, *told[2:]) if small else told
        for way, n in zip(("worse", "same", "better", "best"), told, strict=True):
            yield counted("change", n, seen, arm=arm, change=way)


def results(*, difference=-0.07, low=-0.16, high=0.02, p=0.41, small=False):
    itt = {"by": {"intervention": "systeemhulp", "outcome": "rereport"}, "source": "Neyman (1923); Lin (2013)"}
    return Estimates(
        [
            *(counted("flow", v, 500, step=s) for s, v in (("eligible", 500), ("analysed", 430), ("not_measured", 70))),
            *of_arms(small),
            counted("offered_never_started", 131, 500, step="eligible"),
            *(Estimate(name="outcome", by={"arm": arm}, value=v, low=v - 0.06, high=v + 0.07, n=n, method="share")
              for arm, (_, v, n) in ARMS.items()),
            Estimate(name="itt", value=difference, low=low, high=high, n=430, **itt),
            Estimate(name="heterogeneity_p", value=p, n=430, by={"estimand": "itt"}, source="Lin (2013)"),
            Estimate(name="more_families", value=2304.2, n=430, by={"estimand": "itt"}, why="cannot tell yet"),
            Estimate(name="line_equal", value=difference, low=low, high=high, n=430, by={"estimand": "itt"}),
            *(Estimate(name=name, value=difference, low=low - 0.1, high=high + 0.1, n=n,
                       by={"profile": profile, "estimand": "itt"})
              for profile, n in zip(PROFILES, (120, 300, 6), strict=True)
              for name in ("profile_effect", "profile_effect_pooled")),
        ]
    )  # fmt: skip


def page(language="nl", plan=None, audience="organisatie", **told):
    return review(release(results(**told), audience), plan or a_plan(), language=language)


class Tags(HTMLParser):
    """Collects the tags in order, with their attributes, and the text outside of style and pictures."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self._silent = [], "", 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in ("style", "svg")

    def handle_endtag(self, tag):
        self._silent -= tag in ("style", "svg")

    def handle_data(self, data):
        if not self._silent:
            self.text += data


def text(html):
    return re.sub(r"\s+", " ", Tags(html).text)


def test_the_order_is_not_for_question_groups_unknown_profiles_method():
    html = page()
    headings = re.findall(r'<h2 id="s[^"]+">([^<]+)', html)
    assert headings == [
        "Hoe het gaat in elke groep: eerst wie we niet zagen, dan bij wie het slechter gaat", "Over wie dit gaat",
        "Wat we niet weten", "Verschilt het per gezinsprofiel?", "Hoe fout kan dit zijn?", "Om samen te bespreken",
        "Methode en bronnen",
    ]  # fmt: skip
    order = ("Waarvoor u dit niet gebruikt", "Onze vraag", "Wat we vooraf verwachtten", "Wat er gebeurde", headings[0])
    assert sorted(order, key=html.index) == list(order)


def test_who_is_not_known_stands_first_then_unsafe_then_worse_before_better():
    html = page()
    rows = re.findall(r'<tr[^>]*><th scope="row">([^<]+)', html[html.index("Hoe het gaat in elke groep") :])
    assert rows[:7] == [
        "Niet bekend: zonder volledige gegevens. De redenen:", "niet veilig om contact te zoeken", "erbij ingeschoten",
        "Slechter dan bij het begin", "Even erg als bij het begin", "Minder erg, maar niet voorbij",
        "Op het beste niveau",
    ]  # fmt: skip


def test_each_group_is_counted_out_of_everybody_in_it():
    row = re.search(r'<th scope="row">Slechter dan bij het begin</th>.*?</tr>', page(), re.DOTALL)[0]
    assert "10 (26)" in row
    assert "8 (20)" in row
    assert "(250)" in page(), "of how many stands in the head"


def test_what_happened_is_said_of_everybody_and_then_of_those_who_were_seen():
    told = text(page())
    assert "Van elke 100 huishoudens die systeemhulp kregen aangeboden: 14 niet bekend" in told
    assert "nieuwe melding binnen een jaar bij 34 van de 100 die systeemhulp kregen aangeboden, en bij 41" in told
    assert "7 van de 100 minder bij huishoudens die systeemhulp kregen aangeboden (marge: 16 minder tot 2 meer)" in told


def test_the_box_begins_with_the_unknown_and_the_unsafe_and_says_the_bad_news_of_both():
    told = text(page(high=-0.01))
    box = told[told.index("Van 14 van de 100 huishoudens weten we niet") : told.index("Woorden.")]
    order = (
        "Bij 29 huishoudens daarvan was het niet veilig om contact te zoeken",
        "Nieuwe melding binnen een jaar: bij 34 van de 100 huishoudens die systeemhulp kregen aangeboden, tegen 41",
        "Slechter dan bij het begin: 10 van de 100 die systeemhulp kregen aangeboden, tegen 8 van de 100",
        "(van iedereen; van wie we zagen 12 tegen 9)",
        "gunstig voor huishoudens die systeemhulp kregen aangeboden",
        "De marge (1 tot 16 minder) gaat alleen over toeval, en alleen over wie we zagen",
    )
    assert sorted(order, key=box.index) == list(order)
    assert "loopt het verschil van 20 minder tot 8 meer" in box  # 73/250 - (89+34)/250 and (73+36)/250 - 89/250


def test_an_outcome_that_is_good_is_told_by_its_bad_side():
    plan = a_plan(outcome=FROM_FORMS | {"levels": ("none", "some"), "yes": {"is": "none"}})
    told = text(page(plan=plan, difference=0.07, low=0.01, high=0.16))
    assert "Geweld bij de nameting: bij 66 van de 100 huishoudens die systeemhulp kregen aangeboden, tegen 59" in told
    assert "Geen geweld bij de nameting" in told, "who is at the best level is said in the words of the outcome"


def test_who_is_not_known_keeps_open_what_the_margin_does_not():
    assert "Of dat voor iedereen geldt, weten we niet" in text(page(high=-0.01))
    assert "voor iedereen geldt" not in text(page()), "where the margin itself holds none, that is said already"


def test_what_counts_is_said_or_that_the_plan_does_not_say_it():
    meaning = {"nl": "een melding die is geregistreerd", "en": "a report that was registered"}
    told = text(page(plan=a_plan(outcome=a_plan().outcome.model_dump(exclude_defaults=True) | {"meaning": meaning})))
    assert "een melding die is geregistreerd" in told
    assert "het plan zegt dat niet" not in told
    assert "het plan zegt dat niet" in text(page())


def test_a_difference_that_is_not_what_one_gets_by_subtracting_is_explained():
    assert "omdat is gecorrigeerd" in text(page(difference=-0.05))
    shares = {"systeemhulp": 0.3155, "gebruikelijk": 0.2306}
    rounded = Estimates(replace(e, value=shares[e.by["arm"]]) if e.name == "outcome" else e
                        for e in results(difference=0.3155 - 0.2306, low=0.02, high=0.15))  # fmt: skip
    told = text(review(release(rounded, "organisatie", public=True), a_plan()))
    assert "bij 31,6 van de 100 die systeemhulp kregen aangeboden, en bij 23,1 van de 100" in told
    assert "Dat zijn er 8,5 van de 100 meer" in told, "in whole numbers a reader would find 32 - 23 = 9 and be told 8"
    assert "door het afronden" not in told
    assert "Het is 7" not in text(page()), "where they agree nothing is explained"
    outside = text(review(release(rounded, "buiten", teams=[{"": 40}] * 3), a_plan()))
    assert "bij 32 van de 100 die systeemhulp kregen aangeboden, en bij 23 van de 100" in outside
    assert "Het is 8 en niet 9 door het afronden." in outside, "no nought that looks like a digit"


@pytest.mark.parametrize(
    ("claim", "told", "said"),
    [
        ({"at_most": -5}, {}, "Niet te zeggen. Verwacht: ten minste 5 minder van de 100. Gevonden: 7 minder"),
        ({"at_most": -5}, {"high": -0.06}, "Ja. Verwacht: ten minste 5 minder van de 100."),
        ({"at_most": -5}, {"difference": 0.03, "low": 0.01, "high": 0.05}, "Nee. Verwacht: ten minste 5 minder"),
        ({"at_least": -2}, {}, "Verwacht: ten hoogste 2 minder"),
        ({"between": (-10, 0)}, {}, "Verwacht: tussen 10 minder en geen verschil"),
    ],
)
def test_the_page_says_itself_whether_the_expectation_came_true(claim, told, said):
    plan = a_plan(expected_value={"estimand": "itt", "unit": "per_100"} | claim)
    assert said in text(page(plan=plan, **told))


def test_an_outcome_that_is_a_number_is_told_as_a_mean():
    plan = a_plan(outcome=FROM_FORMS | {"worse": "low"})
    means = {"systeemhulp": 13.5, "gebruikelijk": 11.0}
    ends = {"method": "mean", "least": 0.0, "most": 27.0}
    told = [replace(e, value=means[e.by["arm"]], **ends) if e.name == "outcome" else e for e in results()]
    told = [replace(e, value=2.5, low=0.5, high=4.5) if e.name == "itt" else e for e in told if e.name != "change"]
    said = text(review(release(told, "organisatie"), plan))
    assert "gemiddeld 2,50 hoger bij huishoudens die systeemhulp kregen aangeboden dan bij" in said
    assert "(marge: 0,50 tot 4,50 hoger)" in said
    assert "van de 100 minder" not in said


def test_without_a_number_that_was_expected_nothing_is_said_to_have_come_true():
    assert "Kwam dat uit?" not in page()


def test_the_words_of_the_plan_are_explained_once():
    plan = a_plan(glossary={"systeemhulp": {"nl": "hulp aan allen <samen>", "en": "help to all"}})
    html = page(plan=plan)
    assert html.count("<b>systeemhulp</b>: hulp aan allen &lt;samen&gt;") == 1
    assert {"gezinsprofiel", "marge", "aangeboden"} <= set(re.findall(r"<b>([^<]+)</b>:", html))


def test_how_many_began_is_said_of_both_groups_or_how_many_offers_came_to_nothing():
    received = {"event": "help_started", "detail": "systeemhulp", "within_days": 90, "min_contacts": 3}
    told, other = text(page(plan=a_plan(received=received))), text(page())
    assert "60 van de 100 van de huishoudens die systeemhulp kregen aangeboden, tegen 8 van de 100" in told
    never = (
        "Bij 131 van alle 500 huishoudens (beide groepen samen) begon minstens één soort hulp die was aangeboden niet"
    )
    assert never in other
    assert never not in told, "two numbers about beginning, with two meanings, were read as a contradiction"


def test_what_it_is_not_for_stands_in_a_box_on_every_sheet_and_in_every_fold():
    html = page(plan=a_plan(data={"source": "file", "forms": "f.csv", "events": "e.csv"}))
    box = html[html.index('<aside class="never"') : html.index("</aside>")]
    for words_ in (
        "ook niet naar gezinsprofiel",
        "medewerkers of teams",
        "niet alles gecontroleerd waarmee iemand ze kan uitrekenen",
    ):
        assert words_ in box
    assert re.search(r'@top-left \{ content: "Niet voor: hulp kiezen', html)
    assert "Verzonnen" not in html
    for fold in html.split("<details>")[1:]:
        assert re.match(r"<summary>[^<]+</summary>\s*<p class=\"warning\">", fold)


def test_that_it_was_run_before_stands_in_the_box():
    html = review(release(results(), "organisatie"), a_plan(), facts={"repeat": "2", "earlier": "3"})
    box = html[html.index('<aside class="never"') : html.index("</aside>")]
    assert "dit plan is al 2 keer eerder uitgevoerd" in box
    assert "Vraag waarom" in box


def test_no_p_value_and_no_english_method_stands_on_the_open_page():
    html = page()
    open_page = re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)
    assert not re.search(r"\bp\s*[=<(]", Tags(open_page).text)
    assert "Neyman" not in open_page
    assert re.findall(r"Lin \(2013\)", html) == ["Lin (2013)"], "each source stands once"


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({}, "Of dit beter, slechter of gelijk is, weten we niet"),
        ({"high": -0.01}, "is het verschil gunstig voor"),
        ({"difference": 0.07, "low": 0.02, "high": 0.12}, "is het verschil ongunstig voor"),
    ],
)
def test_the_verdict_follows_the_interval_and_the_direction(told, verdict):
    assert verdict in page(**told)


def test_when_too_few_are_lost_to_show_it_is_still_said():
    few = Estimates(replace(e, value=4) if dict(e.by) == {"step": "not_measured"} else e for e in results(high=-0.01))
    told = text(review(release(few, "organisatie"), a_plan()))
    assert "Niet van alle huishoudens weten we hoe het gaat: minder dan 10 (niet getoond)." in told


def test_profiles_are_folded_away_until_a_difference_was_shown():
    folded, shown = page(p=0.41), page(p=0.001)
    part = slice(folded.index("Verschilt het per"), folded.index("Hoe fout kan"))
    assert "<details>" in folded[part]
    assert "Niet bekend is niet hetzelfde als gelijk" in folded[part]
    assert "Kies daarom geen hulp naar gezinsprofiel" in folded[part]
    assert "<details>" not in shown[shown.index("Verschilt het per") : shown.index("Hoe fout kan")]
    assert "geen rangorde" in shown


def test_the_page_says_how_many_families_it_takes_in_all():
    assert (
        "in totaal naar schatting minstens 2.800 huishoudens nodig; 430 hebben we nu met volledige gegevens" in page()
    )


def test_a_withheld_number_says_so_and_is_never_zero_or_empty():
    html = page(small=True)
    row = re.search(r'<th scope="row">Slechter dan bij het begin</th>.*?</tr>', html, re.DOTALL)[0]
    assert row.count("minder dan 10 (niet getoond)") == 2
    assert ">0" not in row
    assert row.count('class="unknown"') == 2, "the bar is dashed, not empty"
    assert "Niet getoond (gestippelde balk) betekent niet: nul" in html
    assert "gestippelde balk" not in page(), "no word on a dashed bar when there is none"


def test_invented_and_public_data_are_announced_on_top():
    assert "Verzonnen gegevens" in page()[:8000]
    public = a_plan(data={"source": "file", "forms": "forms.csv", "events": "events.csv", "public": True})
    assert "De regel voor kleine aantallen staat daarom uit" in page(plan=public)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_whole_in_itself_and_can_be_read_by_a_machine(language):
    html = page(language)
    tags = Tags(html).tags
    assert ("html", {"lang": language}) in tags
    assert not re.search(r"""(src|href)=["'](?!#)""", html), "nothing is fetched"
    assert "<script" not in html
    assert " style=" not in html
    assert sum(tag == "table" for tag, _ in tags) == sum(tag == "caption" for tag, _ in tags)
    assert all("scope" in attrs for tag, attrs in tags if tag == "th")
    pictures = [attrs for tag, attrs in tags if tag == "svg"]
    assert all(attrs.get("role") == "img" or attrs.get("aria-hidden") == "true" for attrs in pictures)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert next(tag for tag, _ in tags if re.fullmatch("h[1-6]", tag)) == "h1"


def test_the_style_sheet_is_the_one_that_the_content_policy_names():
    import base64
    import hashlib

    html = page()
    style = html[html.index("<style>") + 7 : html.index("</style>")]
    assert f"style-src 'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in html


def test_words_of_the_plan_are_escaped():
    assert "&lt;een&gt; melding" in page()


ADJUSTED = {
    "design": "adjusted",
    "estimand": "att",
    "covariates": ({"id": "before", "event": "report", "window_days": (-365, 0)},),
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("told", [{}, {"high": -0.01, "p": 0.001}, {"difference": 0.07, "low": 0.02, "high": 0.12}])
def test_a_page_says_no_more_than_its_design_allows(language, told):
    plan = a_plan(**ADJUSTED)
    as_att = Estimates(
        replace(
            e,
            name="att" if e.name == "itt" else e.name,
            by={key: "att" if key == "estimand" else value for key, value in e.by.items()},
        )
        for e in results(**told)
    )
    said = Tags(review(release(as_att, "organisatie"), plan, language=language)).text
    assert forbidden(said, "adjusted", language) == []
    assert words()["designs"]["adjusted"]["label"][language] in said
    assert {"nl": "zo slecht of zo goed", "en": "as badly or as well"}[language] not in said, (
        "raw shares do not bound an adjusted difference"
    )


def test_every_design_of_a_plan_has_its_words_and_limits():
    for design, told in words()["designs"].items():
        assert set(told) == {"label", "forbidden"}, design
        for language in ("nl", "en"):
            assert forbidden(told["label"][language], design, language) == []


NEVER = (
    "wilde niet",
    "vergeten",
    "waarschijnlijk",
    "gezinnen",
    "veilig gezin",
    "laag risico",
    "ranglijst",
    "zaak",
    "recidive",
    "dader",
    "override",
    "effectgrootte",
)


def test_words_that_the_field_does_not_use_stand_nowhere():
    assert [word for word in NEVER if re.search(rf"\b{word}\b", Tags(page()).text.lower())] == []


@pytest.mark.parametrize(
    ("outcome", "lower"),
    [
        ({"yes": {"is": "none"}, "levels": ("none", "some", "serious")}, False),
        ({"yes": {"in": ("serious",)}, "levels": ("none", "some", "serious")}, True),
        ({"yes": {"at_least": 10}, "worse": "high"}, True),
        ({"yes": {"below": 10}, "worse": "high"}, False),
        ({"yes": {"at_least": 10}, "worse": "low"}, False),
        ({"worse": "low"}, False),
    ],
)
def test_the_page_knows_which_way_is_better(outcome, lower):
    base = {"id": "y", "column": "phq9_total", "moment": "T1", "baseline": "T0", "window_days": (1, 400)}
    told = base | {"kind": "herstel", "words": {"nl": "x", "en": "x"}} | outcome
    assert better_when_lower(a_plan(outcome=told).outcome) is lower


def test_why_there_is_no_number_is_said_in_the_language_of_the_page():
    none = Estimate(name="itt", n=60, why="fewer than 10 families in an arm")
    told = {lang: review(release([none], "organisatie"), a_plan(), language=lang) for lang in ("nl", "en")}
    assert "niet te zeggen: minder dan 10 huishoudens in een van de groepen" in told["nl"]
    assert "This difference cannot be computed: fewer than 10 families in an arm" in told["en"]


def test_it_is_written_where_asked(tmp_path):
    path = write(tmp_path / "new" / "review.html", release(results(), "organisatie"), a_plan())
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium to print with")
def test_in_print_it_is_two_sheets(tmp_path):
    written = write(tmp_path / "review.html", release(results(), "organisatie"), a_plan())
    paper = tmp_path / "review.pdf"
    told = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--print-to-pdf={paper}",
    ]
    subprocess.run([*told, written.as_uri()], check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) <= 2


def test_without_jinja_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match="report"):
        page()


# what is on no page -------------------------------------------------------------------------------------------------


def test_no_review_of_a_sum_that_is_for_research_alone():
    outcome = EXAMPLE["outcome"]
    asked = {key: value for key, value in outcome.items() if key not in ("event", "detail")}
    asked |= {"column": "sara_v2_research_total", "moment": "t1", "baseline": "t0", "yes": {"at_least": 20}}
    with pytest.raises(UsageError, match="sara_v2_research_total: this sum is for research only"):
        page(plan=a_plan(outcome=asked))
    told = {"id": "x", "version": 1, "title": {"nl": "x"}, "question": {"nl": "x"}, "expected": {"nl": "x"}}
    scale = {"instrument": "sara_v2", "scores": ("research_total",)}
    told |= {"data": {"source": "synthetic", "public": True}, "audience": "organisatie"}
    study = Study.model_construct(**told, design="reliability", scale=Scale(**scale))
    with pytest.raises(UsageError, match="The result of sara_v2 is the judgement of the rater"):
        review(release(Estimates(()), "organisatie"), study)
