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
from risico.errors import MissingExtra
from risico.estimate import Estimate, Estimates
from risico.pages.parts import better_when_lower
from risico.pages.review import review, write
from risico.pages.wording import forbidden, words
from risico.plan import EXAMPLE, Plan

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


def results(*, difference=-0.07, low=-0.16, high=0.02, p=0.41, small=False):
    itt = {"intervention": "systeemhulp", "outcome": "rereport"}
    return Estimates(
        [
            *(Estimate(name="flow", by={"step": s}, value=v, n=500, method="count")
              for s, v in (("eligible", 500), ("analysed", 430), ("not_measured", 70))),
            *(Estimate(name="change", by={"change": c}, value=v, n=430, method="count")
              for c, v in (("better", 200), ("same", 227 if small else 185), ("worse", 3 if small else 45))),
            *(Estimate(name="outcome", by={"arm": arm}, value=v, low=v - 0.06, high=v + 0.07, n=n, method="share")
              for arm, v, n in (("systeemhulp", 0.34, 214), ("gebruikelijk", 0.41, 216))),
            Estimate(name="itt", value=difference, low=low, high=high, n=430, by=itt, source="Neyman (1923)"),
            Estimate(name="heterogeneity_p", value=p, n=430, by={"estimand": "itt"}),
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


def test_the_order_is_question_people_unknown_profiles_method():
    headings = re.findall(r'<h2 id="[^"]+">([^<]+)', page())
    assert headings == [
        "Over wie dit gaat", "Hoe het met mensen gaat, het slechtste eerst", "Wat we niet weten",
        "Is het voor elk gezinsprofiel gelijk?", "Om samen te bespreken", "Methode en bronnen",
    ]  # fmt: skip
    assert page().index("Onze vraag") < page().index("Wat we vooraf verwachtten") < page().index("Wat er gebeurde")


def test_worse_stands_before_better():
    html = page()
    assert html.index(">slechter<") < html.index(">gelijk<") < html.index(">beter<")


def test_what_happened_is_said_in_people_per_hundred():
    text = Tags(page()).text
    assert "bij 34 van de 100 gezinnen met systeemhulp, en bij 41 van de 100 met de gebruikelijke hulp" in text
    assert (
        "7 van de 100 minder met systeemhulp; het echte verschil ligt waarschijnlijk tussen 16 minder en 2 meer" in text
    )


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({}, "We kunnen niet zeggen of dit beter, slechter of gelijk is"),
        ({"high": -0.01}, "Dat is beter"),
        ({"difference": 0.07, "low": 0.02, "high": 0.12}, "Dat is slechter"),
    ],
)
def test_the_verdict_follows_the_interval_and_the_direction(told, verdict):
    assert verdict in page(**told)


def test_a_verdict_warns_when_many_are_lost_from_sight():
    many = Estimates(
        replace(e, value=150) if dict(e.by) == {"step": "not_measured"} else e for e in results(high=-0.01)
    )
    assert "Maar van 30 van de 100 gezinnen weten we de uitkomst niet" in review(release(many, "organisatie"), a_plan())
    assert "weten we de uitkomst niet" not in page(high=-0.01), "70 of 500 is below a fifth"


def test_profiles_are_folded_away_until_a_difference_was_shown():
    folded, shown = page(p=0.41), page(p=0.001)
    part = slice(folded.index("Is het voor elk"), folded.index("Om samen"))
    assert "<details>" in folded[part]
    assert "geen reden om hulp per profiel te kiezen" in folded
    assert "<details>" not in shown[shown.index("Is het voor elk") : shown.index("Om samen")]
    assert "geen rangorde" in shown


def test_the_page_says_how_many_more_families_it_takes():
    assert "minstens 2.400 gezinnen méér nodig" in page()


def test_a_withheld_number_says_so_and_is_never_zero_or_empty():
    html = page(small=True)
    row = re.search(r'<tr><th scope="row">slechter</th>.*?</tr>', html, re.DOTALL)[0]
    assert "minder dan 10 (niet getoond)" in row
    assert ">0<" not in row
    assert 'class="unknown"' in row, "the bar is dashed, not empty"
    assert "Niet getoond betekent niet: nul" in html


def test_invented_and_public_data_are_announced_on_top():
    assert "Verzonnen gegevens" in page()[:6000]
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
    text = Tags(review(release(as_att, "organisatie"), plan, language=language)).text
    assert forbidden(text, "adjusted", language) == []
    assert words()["designs"]["adjusted"]["label"][language] in text


def test_every_design_of_a_plan_has_its_words_and_limits():
    for design, told in words()["designs"].items():
        assert set(told) == {"label", "forbidden"}, design
        for language in ("nl", "en"):
            assert forbidden(told["label"][language], design, language) == []


NEVER = ("veilig gezin", "laag risico", "ranglijst", "zaak", "recidive", "dader", "override", "effectgrootte")


def test_words_that_the_field_does_not_use_stand_nowhere():
    text = Tags(page()).text.lower()
    assert [word for word in NEVER if re.search(rf"\b{word}\b", text)] == []


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
    assert "niet te zeggen: minder dan 10 gezinnen in een van de groepen" in told["nl"]
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
