"""What the shipped files say of published numbers: that they are there, in whom, and how sure they are."""

from __future__ import annotations

import re

import pytest

from risico.instrument import Instrument, catalogue, load
from risico.instrument.model import MEMORY
from risico.pages.card import card
from risico.pages.explain import explain
from risico.pages.published import checked, published

NOTHING_PUBLISHED = {"gas", "sdm_safety", "sos_scale", "srs"}
"""Instruments of which no number was found or could be read; their card then says so."""
LIBRARY = [load(name) for name in catalogue()]
COMPUTED = [it for it in LIBRARY if it.kind == "instrument" and it.status == "computed"]


def ids(it: Instrument) -> str:
    return it.id


@pytest.mark.parametrize("it", COMPUTED, ids=ids)
def test_every_instrument_that_is_computed_says_what_was_published_of_it(it: Instrument) -> None:
    assert bool(it.evidence) is (it.id not in NOTHING_PUBLISHED)


@pytest.mark.parametrize("it", LIBRARY, ids=ids)
def test_a_number_from_a_source_that_was_seen_says_in_whom_or_how_often_it_was_found(it: Instrument) -> None:
    bare = [e.statistic for e in it.evidence if e.n is None and e.country is None and e.sample is None]
    rules = ("reliable_change", "important_difference", "studies_in_review")
    unsaid = [name for name in bare if not name.startswith(rules)]
    seen = {e.statistic for e in it.evidence if checked(it, e.source)}
    assert not seen & set(unsaid) or it.id in {"sara_v3", "wast_short"}, "their sources do not say"


@pytest.mark.parametrize("it", LIBRARY, ids=ids)
def test_every_band_and_every_statistic_has_a_name_in_both_languages(it: Instrument) -> None:
    assert all(band.title and set(band.title) == {"nl", "en"} for band in it.bands.values())
    assert not any("cut33" in one.label(it, "nl") or "_" in one.label(it, "nl") for one in published(it))


def test_the_two_columns_of_rates_of_the_odara_are_both_carried_and_neither_is_shown() -> None:
    it = load("odara")
    rates = {source: [e.value for e in it.evidence if e.source == source] for source in ("hilton2004", "hilton2010")}
    assert [len(rates[source]) for source in rates] == [7, 7]
    assert rates["hilton2004"] != rates["hilton2010"]
    assert not any(checked(it, source) for source in rates)
    text = card(it, form="md")
    assert text.count("niet getoond: een aandeel dat niemand heeft nagezien") == 2
    shown = [line for line in text.splitlines() if "nieuw delict" in line and line.startswith("|")]
    assert not any(digits in line for line in shown for digits in ("0,05", "0,07", "0,59", "0,53", "0,74"))
    assert "voorop staat Hilton 2010" in text


@pytest.mark.parametrize("name", ["phq9", "gad7", "djg11", "odara", "fad_gf12"])
def test_rules_for_blanks_that_nobody_read_are_marked_so(name: str) -> None:
    it = load(name)
    entry = next(entry for entry in it.scores.values() if entry.missing.then not in ("none",))
    assert entry.missing.source == MEMORY
    assert entry.source != MEMORY, "or the mark would say nothing new"


def test_an_explanation_says_which_rule_for_blanks_nobody_saw() -> None:
    for name, title in (("phq9", "Totaalscore"), ("sdq", "Emotionele problemen")):
        it = load(name)
        text = explain(dict.fromkeys(it.columns(), 1), name)
        assert re.search(rf"geheugen en niet nagezien: .*lege antwoorden \({title}\)", text)
    seen = explain(dict.fromkeys(load("gse").columns(), 1), "gse")
    assert "lege antwoorden" not in seen


@pytest.mark.parametrize(("name", "band"), [("sdq", "band3"), ("sdq", "band4"), ("odara", "band"), ("da", "band")])
def test_old_norms_are_old_whatever_the_page_that_cites_them(name: str, band: str) -> None:
    levels = load(name).bands[band]
    group = levels.norm_group(("uk", "parent"))
    assert group is not None
    assert group.year <= 2000
    assert levels.norm_group(("uk_2_4", "parent")) is None or not levels.by


@pytest.mark.parametrize("name", ["brs", "cage", "kidscreen10", "rses"])
def test_a_dutch_version_is_not_called_validated_or_in_use_on_the_word_of_another_country(name: str) -> None:
    assert load(name).nl_status.value == "translated"
