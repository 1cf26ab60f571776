"""Which instrument for whom, and for how many forms an instrument is not meant."""

import duckdb
import polars as pl
import pytest

from risico.choosing import domain_label, find, informant_label, people, words
from risico.cli import main
from risico.errors import UsageError
from risico.instrument import catalogue, load
from risico.pages.population import outside
from risico.scoring.applies import cautions


def by_id(**asked):
    return {fit.instrument: fit for fit in find(**asked)}


def kinds(fit):
    return {reason.kind for reason in fit.against}


# finding ------------------------------------------------------------------------------------------------------------


def test_every_instrument_is_answered_for_once_and_what_does_not_fit_says_why():
    found = find(age=81, concern="ouderenmishandeling", informant="professional")
    assert sorted(fit.instrument for fit in found) == sorted(catalogue())
    assert all(fit.fits or all(reason.words["nl"] and reason.words["en"] for reason in fit.against) for fit in found)


def test_an_old_person_whom_a_professional_worries_about():
    found = by_id(age=81, concern="ouderenmishandeling", informant="professional")
    assert found["easi"].fits
    assert {reason.kind for reason in found["easi"].mind} == {"together"}
    assert kinds(found["vass"]) == {"informant"}
    assert kinds(found["odara"]) == {"other_subject"}
    assert kinds(found["sdq"]) == {"other_subject", "age", "informant"}


@pytest.mark.parametrize(("age", "fits"), [(1, False), (2, True), (17, True), (18, False)])
def test_both_ends_of_the_ages_fit_and_nothing_beyond(age, fits):
    assert by_id(age=age)["sdq"].fits is fits


def test_without_ages_in_the_file_every_age_fits_and_that_is_said():
    assert load("sash").applies.age is None
    fit = by_id(age=81)["sash"]
    assert fit.fits
    assert "no_age" in {reason.kind for reason in fit.mind}


def test_what_is_here_validated_or_in_use_stands_first():
    fits = [fit.here for fit in find(age=34) if fit.fits]
    assert fits == sorted(fits, reverse=True)
    assert True in fits
    assert False in fits


def test_a_concern_finds_items_about_it_in_forms_about_something_else():
    found = by_id(concern="verwurging")
    assert found["da"].fits
    assert "verwurging" in found["da"].mind[0].words["nl"]
    assert not found["phq9"].fits


@pytest.mark.parametrize(
    "concern", ["Ouderenmishandeling", "elder abuse", "elder_abuse", "zorgen om ouderenmishandeling"]
)
def test_a_concern_is_understood_in_dutch_english_and_within_a_sentence(concern):
    assert by_id(concern=concern)["easi"].fits


def test_a_word_within_another_word_is_not_taken_for_a_concern():
    with pytest.raises(UsageError, match="not a concern"):
        find(concern="eerlijkheid")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"concern": "ouderenmishandling"}, "ouderenmishandeling"),
        ({"informant": "buurman"}, "nobody who fills in"),
        ({"age": 121}, "0 to 120"),
        ({"age": -1}, "0 to 120"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(asked, says):
    with pytest.raises(UsageError, match=says):
        find(**asked)


def test_a_record_is_no_instrument_but_an_official_result_is_found():
    found = by_id(age=8)
    assert kinds(by_id()["vt_triage"]) == {"record"}
    assert found["lirik"].fits
    assert "official_only" in {reason.kind for reason in found["lirik"].mind}


def test_a_broken_file_never_fits(tmp_path, monkeypatch):
    (tmp_path / "zzz.yaml").write_text("id: zzz\n")
    monkeypatch.setenv("RISICO_INSTRUMENTS", str(tmp_path))
    assert kinds(by_id()["zzz"]) == {"broken"}


def test_every_domain_and_informant_of_the_library_has_its_words():
    its = [load(name) for name in catalogue()]
    assert {it.domain for it in its} <= set(words()["domains"])
    assert domain_label("something_new", "nl") == "something new"
    assert {it.informant for it in its} <= set(words()["informants"])
    assert {person for it in its for person in people(it.informant)} <= set(words()["people"])
    assert informant_label("somebody_else", "nl") == "somebody else"


def test_concerns_name_only_domains_and_concepts_that_have_words():
    for concern in words()["concerns"].values():
        assert set(concern.get("domains", ())) <= set(words()["domains"])
        assert set(concern.get("concepts", ())) <= set(words()["concepts"])
        assert concern["words"]["nl"]
        assert concern["words"]["en"]


# the command --------------------------------------------------------------------------------------------------------


def test_the_command_opens_on_the_netherlands_and_counts_the_rest(capsys):
    asked = ["find", "--age", "81", "--concern", "ouderenmishandeling", "--informant", "professional"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert out.startswith("Niets wat past is in Nederland gevalideerd of in gebruik.")
    assert "Toon ze met --all.\n  easi\n" in out, "where nothing is in use here, what does fit is named"
    assert "Elder Abuse Suspicion Index" not in out
    assert "vass: wordt ingevuld door: zelf" in out
    assert main([*asked, "--all"]) == 0
    assert "Elder Abuse Suspicion Index" in capsys.readouterr().out
    assert main([*asked, "--nl-only"]) == 0
    assert capsys.readouterr().out == out


def test_a_search_for_nothing_is_refused(capsys):
    assert main(["find"]) == UsageError.exit_code
    assert "--concern" in capsys.readouterr().err


# cautions -----------------------------------------------------------------------------------------------------------

FORMS = pl.DataFrame(
    {"age": [17, 18, 120, None, 121], "cohabited": ["ja", "nee", "x", None, "no"], "index_assault": [True] * 5}
)


def said(forms, instrument="odara"):
    return {c.about: (c.outside, c.unknown, c.n) for c in cautions(forms, instrument)}


@pytest.mark.parametrize("engine", ["polars", "lazy", "pandas", "arrow", "duckdb"])
def test_who_is_outside_is_counted_alike_on_every_engine(engine):
    table = FORMS.to_arrow()
    forms = {
        "polars": lambda: FORMS,
        "lazy": FORMS.lazy,
        "pandas": FORMS.to_pandas,
        "arrow": lambda: table,
        "duckdb": lambda: duckdb.connect().from_arrow(table),
    }[engine]()
    assert said(forms) == {"age": (1, 2, 5), "cohabited": (2, 2, 5)}


def test_what_nobody_asked_is_unknown_and_never_met():
    assert said(pl.DataFrame({"case": [1, 2]})) == {
        "age": (0, 2, 2),
        "cohabited": (0, 2, 2),
        "index_assault": (0, 2, 2),
    }


def test_ages_as_text_and_needs_as_numbers():
    forms = pl.DataFrame(
        {"age": ["17", "40", "oud", ""], "cohabited": [1, 0, 1, 1], "index_assault": [1.0, 1.0, 0.0, None]}
    )
    assert said(forms) == {"age": (1, 2, 4), "cohabited": (1, 0, 4), "index_assault": (1, 1, 4)}


def test_within_the_population_nothing_is_said():
    forms = pl.DataFrame({"age": [40], "cohabited": [True], "index_assault": ["ja"]})
    assert said(forms) == {}
    assert list(outside(forms, load("odara"), "nl")) == []
    assert said(forms, "mansa") == {}


def test_a_caution_says_how_many_and_never_which():
    text = "\n".join(outside(FORMS.with_columns(case=pl.lit("ZAAK-7")), load("odara"), "nl"))
    assert "LET OP: bij 1 van 5 formulieren past de leeftijd niet (bedoeld: vanaf 18 jaar)." in text
    assert "niet voldaan aan: heeft samengewoond" in text
    assert "Niet na te gaan bij 2 van 5 formulieren: vanaf 18 jaar; heeft samengewoond." in text
    assert "ZAAK-7" not in text


def test_scoring_a_file_shows_the_caution_and_scores_all_the_same(tmp_path, capsys):
    answers = {f"audit_{i}": [0, 1 if i < 9 else 2] for i in range(1, 11)}
    pl.DataFrame({"age": [12, 40], **answers}).write_csv(tmp_path / "forms.csv")
    assert main(["score", "audit", str(tmp_path / "forms.csv"), "-o", str(tmp_path / "scored.csv")]) == 0
    assert "LET OP: bij 1 van 2 formulieren past de leeftijd niet" in capsys.readouterr().out
    scored = pl.read_csv(tmp_path / "scored.csv")
    assert scored["audit_total"].to_list() == [0, 12]
    assert scored["audit_outside"].to_list() == [True, False]
