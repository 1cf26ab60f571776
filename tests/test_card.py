"""The card of an instrument: what it says, what it marks, what it never shows; and the page of all cards."""

import re
import subprocess
from html.parser import HTMLParser
from shutil import which

import polars as pl
import pytest

from risico.choosing import HERE
from risico.cli import cards, main
from risico.errors import IllegalAnswers, UsageError
from risico.instrument import catalogue, load
from risico.instrument.model import Evidence, Missing, Normed, Source
from risico.pages.card import card
from risico.pages.card_form import brief, warnings
from risico.pages.card_index import index
from risico.pages.card_numbers import age_of, norms
from risico.pages.card_own import own_numbers
from risico.pages.published import lacking, published, structure_shown
from risico.proof import Line
from risico.proof.overview import verified
from risico.words import pick

SECTIONS = [
    "1. Doel en doelgroep",
    "2. Vragen en scoringsregel",
    "3. Afname, bevoegdheid en licentie",
    "4. Niveaus en normen",
    "5. Betrouwbaarheid",
    "6. Validiteit",
    "7. Gebruik in Nederland",
    "8. Persoonsgegevens in de vragen",
    "9. Beperkingen",
    "10. Bronnen",
    "11. Nagerekend",
]


class Page(HTMLParser):
    """What a page is made of: its tags with their attributes, and the text outside the style sheet."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.inside = [], "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_data(self, data):
        if self.inside != "style":
            self.text += data


def with_evidence(*entries, **changed):
    """The PHQ-9 with other published numbers, from a source that was seen and one that was not."""
    sources = {"here": Source(cite="Somebody (2020)"), "there": Source(cite="Another (1999)", seen=False)}
    made = tuple(Evidence(**{"source": "here", **entry}) for entry in entries)
    it = load("phq9")
    return it.model_copy(update={"evidence": made, "sources": it.sources | sources, **changed})


def verdicts(it):
    found = published(it)
    return [one.verdict(it, "en", structure=structure_shown(it)) for one in found]


# the page -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_sections_stand_in_the_order_of_the_dutch_reviewers(form):
    text = card("odara", form=form)
    found = re.findall(r"<h2 id=\"s\d+\">(.*?)</h2>" if form == "html" else r"(?m)^## (.*)$", text)
    assert found == SECTIONS


def test_a_page_is_complete_in_itself_and_says_its_language():
    for language in ("nl", "en"):
        page = Page(card("sdq", language))
        tags = dict(page.tags)
        assert tags["html"]["lang"] == language
        policy = next(a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a)
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert not {"script", "link", "img", "iframe"} & set(tags)
        assert not any(key in attrs for _, attrs in page.tags for key in ("src", "style", "onclick"))


def test_every_table_has_a_caption_and_headings():
    page = Page(card("sdq"))
    kinds = [tag for tag, _ in page.tags]
    assert kinds.count("table") == kinds.count("caption") > 5
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in page.tags if tag == "th")


@pytest.mark.parametrize("name", catalogue())
def test_every_instrument_has_a_card_in_both_languages_without_a_word_missing(name):
    for language in ("nl", "en"):
        text = card(name, language, form="md")
        assert "None" not in text
        assert "{" not in text
        for limit in load(name).limits:
            assert limit[language].split()[0] in text.replace("\\", "")


def test_what_a_file_says_is_text_and_never_a_tag():
    it = load("gad2")
    sly = it.model_copy(update={"limits": ({"nl": "<script>alert(1)</script> | _x_", "en": "x"},)})
    assert "<script" not in card(sly)
    text = card(sly, form="md")
    assert "<script" not in text
    assert "\\_x\\_" in text


# what may not be made of it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("rihg", "de regel van dit formulier zegt …; u beslist"),
        ("dash", "de regel van dit formulier zegt …; u beslist"),
        ("sdm_safety", "de regel van dit formulier zegt …; u beslist"),
        ("itq", "de regel van dit formulier zegt …; geen diagnose"),
        ("pcl5", "de regel van dit formulier zegt …; geen diagnose"),
        ("bsafer", "Hier wordt niets opgeteld"),
        ("da", "Ook in de laagste groep zijn er aanwijzingen"),
        ("dash", "Ook in de laagste groep zijn er aanwijzingen"),
        ("dvrag", "geen aanwijzing op dit formulier; dat is geen bewijs van veiligheid"),
        ("phq9", "geen aanwijzing op dit formulier; dat is geen bewijs van veiligheid"),
        ("bsafer", "geen aanwijzing op dit formulier; dat is geen bewijs van veiligheid"),
    ],
)
def test_a_result_is_never_more_than_what_a_form_says(name, says):
    assert says in " ".join(warnings(load(name), "nl"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_sign_is_never_said_without_what_it_does_not_prove(language):
    sign, proof = {
        "nl": ("geen aanwijzing", "dat is geen bewijs van veiligheid"),
        "en": ("no sign", "that is no proof of safety"),
    }[language]
    said = list[str]()
    for it in (load(name) for name in catalogue()):
        levels = [level for band in it.bands.values() for table in band.tables().values() for level in table]
        words = [pick(level.meaning, language) for level in levels] + [pick(w, language) for w in it.outcomes.values()]
        said += [word for word in words if sign in word]
    assert len(said) > 10
    assert [word for word in said if proof not in word] == []


def test_for_whom_a_form_is_never_scored_stands_on_its_card():
    page = card(load("odara"), "nl")
    assert "Niet te scoren: De vermoedelijke pleger is minderjarig: de ODARA mag dan niet worden toegepast." in page
    assert "Niet te scoren" not in card(load("hits"), "nl")


def test_no_card_calls_anybody_safe():
    for name in ("odara", "dash", "phq9", "bsafer", "sdm_safety"):
        words = " ".join(warnings(load(name), "nl")) + " ".join(text for _, text in brief(load(name), "nl"))
        assert not re.search(r"\bveilig\b", words)


# what was not seen --------------------------------------------------------------------------------------------------


def test_a_number_that_nobody_checked_is_marked_and_gets_no_verdict():
    it = with_evidence(
        {"statistic": "auc", "value": 0.9},
        {"statistic": "auc", "value": 0.9, "source": "there"},
        {"statistic": "auc", "value": 0.9, "source": "memory"},
    )
    assert verdicts(it) == ["met", "cannot tell: number not checked", "cannot tell: number not checked"]
    text = card(it, "en", form="md")
    assert "0.90 [not seen]" in text
    assert "0.90 [from memory]" in text


@pytest.mark.parametrize("statistic", ["ppv", "npv_24", "prevalence_4_plus", "share_positive"])
@pytest.mark.parametrize("source", ["memory", "there"])
def test_a_share_of_people_that_nobody_checked_is_never_shown(statistic, source):
    text = card(with_evidence({"statistic": statistic, "value": 0.4321, "source": source}), form="md")
    assert "0,432" not in text
    assert "niet getoond: een aandeel dat niemand heeft nagezien" in text
    assert "0,432" in card(with_evidence({"statistic": statistic, "value": 0.4321}), form="md")


def test_levels_from_memory_are_marked_one_by_one_where_others_were_seen():
    text = card("odara", form="md")
    assert "5: score 5 of 6 [uit het geheugen]; 7: score 7 tot en met 13, de hoogste groep |" in text
    assert 'class="memory">[uit het geheugen]</mark>' in card("odara")


def test_sources_say_whether_they_were_seen():
    text = card("odara", form="md")
    assert re.search(r"\| hilton2004 \| .* \| niet gezien \|", text)
    assert re.search(r"\| hegel2022 \| .* \| ja \|", text)
    assert "komen uit het geheugen of uit een bron die niet is gezien: lege antwoorden (ODARA-score), Groep" in text


# standards ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statistic", "value", "verdict"),
    [
        ("alpha", 0.69, "not met"),
        ("alpha", 0.7, "unclear: structure not shown"),
        ("auc", 0.699, "not met"),
        ("auc", 0.7, "met"),
        ("test_retest_icc", 0.7, "met"),
        ("test_retest", 0.69, "not met"),
        ("test_retest", 0.7, "unclear: kind of measure not given"),
        ("test_retest", 0.8, "met"),
        ("reliability", 0.9, "unclear: kind of measure not given"),
        ("weighted_kappa_7_days", 0.69, "not met"),
        ("cfi", 0.95, "not met"),
        ("cfi", 0.951, "met"),
        ("rmsea", 0.06, "not met"),
        ("rmsea", 0.059, "met"),
        ("sensitivity_10", 0.9, "–"),
    ],
)
def test_verdicts_just_below_and_at_each_limit(statistic, value, verdict):
    assert verdicts(with_evidence({"statistic": statistic, "value": value})) == [verdict]


def test_alpha_counts_once_the_structure_is_shown_and_seen():
    alpha, fit = {"statistic": "alpha", "value": 0.8}, {"statistic": "cfi", "value": 0.97}
    assert verdicts(with_evidence(alpha, fit))[0] == "met"
    assert verdicts(with_evidence(alpha, {"statistic": "cfi", "value": 0.9}))[0] == "unclear: structure not shown"
    assert verdicts(with_evidence(alpha, {**fit, "source": "memory"}))[0] == "unclear: structure not shown"
    assert verdicts(with_evidence(alpha, fit, model="formative"))[0] == "does not apply"


def test_the_lowest_and_the_highest_of_one_study_stand_together():
    it = with_evidence(
        {"statistic": "auc_min", "value": 0.6, "n": 10},
        {"statistic": "auc_max", "value": 0.8, "n": 10},
        {"statistic": "auc_min", "value": 0.5, "n": 99},
    )
    assert [one.value(it, "en") for one in published(it)] == ["0.60 to 0.80", "0.50"]
    assert published(it)[1].label(it, "en") == "AUC (lowest)"
    assert verdicts(it) == ["in part", "not met"]


def test_an_interval_stands_beside_its_number_with_who_were_measured_and_when():
    people = {"nl": "mannen in detentie", "en": "men in custody"}
    entry = {"statistic": "auc", "value": 0.7, "low": 0.61, "high": 0.79, "n": 97, "country": "CA", "sample": people}
    text = card(with_evidence(entry | {"year": 1999}), form="md")
    assert "0,70 (0,61 tot 0,79) | n = 97, mannen in detentie, Canada, 1999 |" in text
    doubted = card(with_evidence(entry | {"source": "there"}), "en", form="md")
    assert "0.70 (0.61 to 0.79) [not seen] | n = 97, men in custody, Canada |" in doubted


def test_numbers_of_two_samples_are_not_the_ends_of_one_range():
    a, b = ({"nl": who, "en": who} for who in ("a", "b"))
    it = with_evidence(
        {"statistic": "auc_min", "value": 0.6, "sample": a}, {"statistic": "auc_max", "value": 0.8, "sample": b}
    )
    assert [one.value(it, "en") for one in published(it)] == ["0.60", "0.80"]


def test_shares_that_are_not_shown_stand_on_one_line_for_each_source():
    rates = [{"statistic": f"share_{score}", "value": score / 10, "source": "memory"} for score in range(7)]
    other = [{"statistic": f"share_{score}", "value": score / 10, "source": "there"} for score in range(7)]
    text = card(with_evidence(*rates, *other), form="md")
    assert text.count("niet getoond: een aandeel dat niemand heeft nagezien") == 2
    assert card(with_evidence(*({**rate, "source": "here"} for rate in rates)), form="md").count("| aandeel") == 7


def test_the_age_of_levels_is_that_of_the_people_they_were_set_on():
    it = load("phq9")
    people = {"nl": "Britse kinderen", "en": "British children"}

    def normed(**group):
        bands = {name: band.model_copy(update={"normed": Normed(**group)}) for name, band in it.bands.items()}
        return norms(it.model_copy(update={"bands": bands}), "en", 2026).tables[0].rows[0][-1]

    assert normed(year=1999, source="s1", people=people) == "British children: 1999 (27 years) [older than 20 years]"
    assert normed(year=1999, source="memory") == "1999 (27 years) [older than 20 years] [from memory]"
    plain = it.model_copy(update={"bands": {n: b.model_copy(update={"normed": None}) for n, b in it.bands.items()}})
    assert norms(plain, "en", 2026).tables[0].rows[0][-1].startswith("source: ")


def test_a_rule_for_blanks_from_memory_is_marked_and_counted_apart_from_its_score():
    it = load("phq9")
    entry = it.scores["total"]

    def read(source):
        rule = entry.model_copy(update={"missing": Missing(then="prorate", answered=7, source=source)})
        return it.model_copy(update={"scores": {"total": rule}})

    assert "opgehoogd naar alle vragen [uit het geheugen] |" in card(read("memory"), form="md")
    assert "lege antwoorden (Totaalscore)" in card(read("memory"), form="md")
    assert "opgehoogd naar alle vragen (s3) |" in card(read("s3"), form="md")
    assert verified(read("memory"))[1] == verified(read(None))[1] + 1


def test_a_limit_from_memory_says_so_beside_the_number():
    assert "AUC ≥ 0,70 (COSMIN) [uit het geheugen]" in card("odara", form="md")
    assert "als de structuur is aangetoond (COSMIN) [gezien]" in card("sdq", form="md")


def test_what_nothing_was_found_on_is_said_with_content_validity_first():
    assert next(iter(lacking(load("sdq"), "validity"))) == "content"
    assert "consistency" not in set(lacking(load("sdq"), "reliability"))
    assert "consistency" not in set(lacking(load("odara"), "reliability")), "alpha does not apply to a checklist"


@pytest.mark.parametrize(
    ("year", "says"),
    [
        (2035, "1999 (36 years) [older than 20 years]"),
        (2020, "1999 (21 years) [older than 20 years]"),
        (2019, "1999 (20 years) [older than 15 years]"),
        (2015, "1999 (16 years) [older than 15 years]"),
        (2014, "1999 (15 years)"),
        (1998, "unknown (no year in the source)"),
    ],
)
def test_the_age_of_norms_is_that_of_their_source(year, says):
    assert age_of(with_evidence(), "there", "en", year) == says


@pytest.mark.parametrize(
    "cite", ["A page without a year", "J Gen Intern Med 28(10), 1950-1999", "PMC2001234", "the 1990s"]
)
def test_without_a_year_in_the_source_the_age_is_unknown(cite):
    it = with_evidence()
    it = it.model_copy(update={"sources": {"s": Source(cite=cite)}})
    assert age_of(it, "s", "en", 2026) == "unknown (no year in the source)"


# own data and proof -------------------------------------------------------------------------------------------------


def answers(n):
    return pl.DataFrame({f"gad2_{i}": [(row + i * (row % 3 == 0)) % 4 for row in range(n)] for i in (1, 2)})


def test_own_reliability_stands_beside_the_published():
    it = load("gad2")
    text = card(it, form="md", own=own_numbers(answers(60), it))
    row = next(line for line in text.splitlines() if line.startswith("| alfa, ") and "n = 60" in line)
    own = own_numbers(answers(60), it)["total"]["alpha"].value
    assert f"{own:.2f}".replace(".", ",") in row
    assert "In uw eigen formulieren" not in card(it, form="md")


def test_own_numbers_of_few_people_are_withheld():
    it = load("gad2")
    text = card(it, form="md", own=own_numbers(answers(9), it))
    assert "n = 9" not in text
    assert "minder dan 10" in text


def test_a_checklist_has_no_own_alpha_and_illegal_answers_are_refused():
    assert own_numbers(pl.DataFrame({"odara_1": [0, 1]}), load("odara")) == {}
    with pytest.raises(IllegalAnswers):
        own_numbers(pl.DataFrame({"gad2_1": [7], "gad2_2": [0]}), load("gad2"))


def test_the_proof_is_told_and_a_claim_that_fails_is_not_folded_away():
    line = {"claim": "range", "about": "total", "way": "enumerated", "detail": "0 … 6"}
    good, bad = Line(**line, holds=True), Line(**line, holds=False)
    assert "2 uitspraken, alle 2 gelden" in card("gad2", form="md", proof=(good, good))
    text = card("gad2", proof=(good, bad))
    assert "1 van 2 uitspraken gelden niet. Gebruik dit bestand niet" in text
    assert "NEE" in text
    assert "Alle uitspraken (open om te bekijken)" not in text
    assert "is voor deze kaart niet gedraaid" in card("gad2")
    drawn = Line(**(line | {"way": "sampled"}), holds=True)
    assert "dat is geen bewijs" in card("gad2", form="md", proof=(drawn,))


# the page of all cards ----------------------------------------------------------------------------------------------

FEW = ("odara", "easi", "sdq", "phq9")


def listed():
    return index([load(name) for name in FEW], "nl", broken=["kapot"])


def chosen(html, *keys):
    """The page with other radio buttons pressed, as a reader would leave it."""
    for key in keys:
        name = next(a["name"] for t, a in Page(html).tags if t == "input" and a["id"] == key)
        html = re.sub(rf'(<input type="radio" name="{name}" id="[^"]+") checked', r"\1", html)
        html = html.replace(f'id="{key}"', f'id="{key}" checked')
    return html


def test_filters_are_radio_buttons_with_labels_in_named_groups_and_open_on_the_netherlands():
    page = Page(listed())
    inputs = [attrs for tag, attrs in page.tags if tag == "input"]
    labels = {attrs["for"] for tag, attrs in page.tags if tag == "label"}
    assert {attrs["id"] for attrs in inputs} == labels
    assert {attrs["name"] for attrs in inputs} == {"here", "age", "domain", "informant", "licence"}
    assert [tag for tag, _ in page.tags].count("legend") == 5
    pressed = {attrs["id"] for attrs in inputs if "checked" in attrs}
    assert pressed == {"here-yes", "age-all", "domain-all", "informant-all", "licence-all"}
    assert "U ziet eerst de 3 die in Nederland gevalideerd of in gebruik zijn. Er zijn er nog 1" in page.text
    assert "kapot" in page.text


def test_every_choice_but_all_hides_what_does_not_carry_it():
    html = listed()
    for attrs in (attrs for tag, attrs in Page(html).tags if tag == "input"):
        rule = f"body:has(#{attrs['id']}:checked) tbody tr:not(.{attrs['id']})"
        assert (rule in html) is not attrs["id"].endswith("-all")


def test_the_count_of_a_choice_is_that_of_its_rows():
    html = listed()
    rows = [attrs["class"].split() for tag, attrs in Page(html).tags if tag == "tr" and "class" in attrs]
    assert len(rows) == len(FEW)
    for key, count in re.findall(r'<label for="([^"]+)">[^<]*<small>(\d+)</small>', html):
        assert int(count) == sum(key in row for row in rows) or key.endswith("-all")


@pytest.mark.slow
@pytest.mark.skipif(which("chromium") is None, reason="no chromium on this machine")
def test_a_browser_filters_without_any_script(tmp_path):
    from PIL import Image

    def height(name, html):
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=900,2000"]
        shot = tmp_path / f"{name}.png"
        address = (tmp_path / f"{name}.html").as_uri()
        subprocess.run(["chromium", *flags, f"--screenshot={shot}", address], check=True, capture_output=True)
        picture = Image.open(shot).convert("L").point(lambda light: 255 if light < 200 else 0)
        return picture.getbbox()[3]

    every = chosen(listed(), "here-all")
    one = chosen(every, "domain-elder_abuse", "age-a65")
    none = chosen(every, "domain-elder_abuse", "age-a0")
    assert height("every", every) > height("one", one) > height("none", none)


# the command --------------------------------------------------------------------------------------------------------


def test_the_command_writes_a_page_or_shows_markdown(tmp_path, capsys):
    assert main(["passport", "gad2"]) == 0
    assert capsys.readouterr().out.startswith("# ")
    out = tmp_path / "gad2.html"
    assert main(["passport", "gad2", "-o", str(out), "--lang", "en"]) == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert re.search(r"(\d+) claims, all \1 hold", Page(text).text)
    assert main(["passport", "gad2", "-o", str(out)]) == UsageError.exit_code, "a page that is there is left alone"
    assert main(["passport", "gad2", "-o", str(tmp_path / "gad2.md")]) == 0
    assert (tmp_path / "gad2.md").read_text(encoding="utf-8").startswith("# ")


def test_own_forms_come_in_through_a_file(tmp_path, capsys):
    answers(60).write_csv(tmp_path / "own.csv")
    assert main(["passport", "gad2", "--data", str(tmp_path / "own.csv")]) == 0
    assert "n = 60" in capsys.readouterr().out


@pytest.mark.parametrize("asked", [[], ["gad2", "--all"], ["--all"], ["gad2", "--map", "m.yaml"]])
def test_a_command_that_cannot_be_meant_is_refused(asked):
    assert main(["passport", *asked]) == UsageError.exit_code


def test_the_list_in_markdown_has_every_instrument_once_in_two_parts():
    text = index([load(name) for name in FEW], "en", broken=["broken_one"], form="md")
    here, others = text.split("## ")[1:]
    linked = re.findall(r"\]\((\w+)\.md\)", text)
    assert sorted(linked) == sorted(FEW)
    assert {name for name in FEW if load(name).nl_status.value in HERE} == set(re.findall(r"\((\w+)\.md\)", here))
    assert "broken_one" in others
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}


def test_all_cards_go_into_a_folder_as_markdown_too(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "catalogue", lambda: FEW)
    folder = tmp_path / "cards"
    assert main(["passport", "--all", "--format", "md", "-o", str(folder), "--lang", "en"]) == 0
    assert {path.name for path in folder.iterdir()} == {f"{name}.md" for name in (*FEW, "index")}
    assert (folder / "odara.md").read_text(encoding="utf-8").startswith("# Ontario")


@pytest.mark.slow
def test_all_cards_go_into_a_folder_and_every_link_is_there(tmp_path):
    assert main(["passport", "--all", "-o", str(tmp_path / "cards")]) == 0
    html = (tmp_path / "cards" / "index.html").read_text(encoding="utf-8")
    links = [attrs["href"] for tag, attrs in Page(html).tags if tag == "a"]
    assert len(links) == len(catalogue())
    assert all((tmp_path / "cards" / link).is_file() for link in links)


@pytest.mark.parametrize("name", ["bsi18", "cts2", "cts2s", "ctspc", "icast", "obvl", "psi_sf", "sash", "vgfo"])
def test_a_card_of_numbered_items_says_where_the_items_are(name: str) -> None:
    """Their content may not be described, or was not seen: a number is no question that a reader could recognise."""
    assert "alleen op het officiële formulier" in card(name, form="md")
    assert "on the official form only" in card(name, "en", form="md")
