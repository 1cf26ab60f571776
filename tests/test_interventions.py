"""The catalogue of interventions: every rule of its file bites, and nothing is said that was not seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from risico.cli import main
from risico.errors import BrokenInstrument
from risico.instrument.model import MEMORY
from risico.interventions import CATALOGUE, Catalogue, catalogue
from risico.pages import interventions as pages
from risico.pages.grade import recognition
from risico.strict import build, read_yaml

SIZE = {
    "outcome": {"nl": "u", "en": "o"},
    "kind": "between",
    "metric": "d",
    "value": 0.3,
    "design": "rct",
    "comparator": {"nl": "n", "en": "e"},
    "source": "GUB",
}


def broken(**changes: Any) -> str:
    """Return what the file says of an intervention that was changed."""
    told = read_yaml(CATALOGUE)
    told["interventions"]["mediation"] |= changes
    with pytest.raises(BrokenInstrument) as caught:
        build(Catalogue, told, "interventions.yaml")
    return str(caught.value)


def without(*keys: str, **changes: Any) -> dict[str, Any]:
    return {k: v for k, v in SIZE.items() if k not in keys} | changes


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"effects": [without("comparator")]}, "names its comparator"),
        ({"effects": [SIZE | {"kind": "within"}]}, "a within-group size has none"),
        ({"effects": [SIZE | {"design": "uncontrolled"}]}, "gives no between-group size"),
        ({"effects": [SIZE | {"source": MEMORY}]}, "nobody read"),
        ({"effects": [SIZE | {"source": "own"}]}, "nobody read"),
        ({"effects": [SIZE | {"source": "nowhere"}]}, "'nowhere' is none of the sources"),
        ({"effects": [SIZE | {"low": 0.1}]}, "both ends"),
        ({"effects": [SIZE | {"low": 0.31, "high": 0.5}]}, "outside its interval"),
        ({"evidence": [{"source": "nowhere", "nl": "x", "en": "x"}]}, "none of the sources"),
        ({"recognition": {"label": "bewezen", "source": "GUB"}}, "no label of a recognition"),
        (
            {"recognition": {"label": "goed_onderbouwd", "since": "2020-01-01", "said_expired": True, "source": "GUB"}},
            "leave out said_expired",
        ),
        ({"recognition": {"label": "goed_onderbouwd", "source": "nowhere"}}, "none of the sources"),
        ({"profiles_ours": ["terror"]}, "no profile 'terror'"),
        ({"kinds": ["praten"]}, "no kind of help 'praten'"),
        ({"contra": ["nooit"]}, "no contra-indication 'nooit'"),
        ({"ages": [12, 6]}, "ages run from 12 back to 6"),
        ({"for_whom": {"nl": "alleen"}}, "the words in en are missing"),
        ({"domain": "everything"}, "domain"),
        ({"profiles": ["gezin_in_stress"]}, "there is no key 'profiles'"),
    ],
)
def test_each_rule_bites(changes: dict[str, Any], says: str) -> None:
    assert says in broken(**changes)


def test_what_is_just_allowed_is_allowed() -> None:
    told = read_yaml(CATALOGUE)
    edge = {"ages": [6, 6], "effects": [SIZE | {"low": 0.3, "high": 0.3}, without("comparator", kind="within")]}
    told["interventions"]["mediation"] |= edge
    made = build(Catalogue, told, "interventions.yaml").interventions["mediation"]
    assert made.studied
    assert not catalogue().interventions["mediation"].studied


def test_a_contra_indication_names_kinds_that_are_there() -> None:
    told = read_yaml(CATALOGUE)
    told["contra_indications"]["samen_bij_controle"] |= {"kinds": ["praten"], "source": "nowhere"}
    with pytest.raises(BrokenInstrument, match=r"'nowhere' is none of the sources.*no kind of help 'praten'"):
        build(Catalogue, told, "interventions.yaml")


def test_joint_help_is_never_without_the_question_of_control() -> None:
    joint = ("mediation", "relatietherapie", "kinderen_uit_de_knel", "systeemhulp", "scheidingshulp")
    assert all("samen_bij_controle" in catalogue().contra_indications_of(name) for name in joint)
    assert "trauma_na_geweld" in catalogue().contra_indications_of("traumahulp")
    assert catalogue().contra_indications_of("borg").keys() == {"alleen_licht_geweld"}
    assert catalogue().contra_indications_of("huisverbod") == {}
    assert catalogue().contra_indications_of("what nobody knows") == {}


def test_couple_work_is_linked_to_no_profile_of_control() -> None:
    """The profile in which joint sessions are forbidden is linked to nothing that is done together."""
    for name, one in catalogue().interventions.items():
        if "samen_bij_controle" in one.contra and name != "oranje_huis":  # shelter first
            assert "intieme_terreur" not in one.profiles_ours, name


def test_no_source_is_listed_that_nothing_uses() -> None:
    made = catalogue()
    used = {flag.source for flag in made.contra_indications.values()}
    for one in made.interventions.values():
        used |= {part.source for part in (*one.evidence, *one.effects)}
        used |= {one.recognition.source} if one.recognition else set()
    assert set(made.sources) <= used


def test_the_sizes_are_those_of_the_sheet() -> None:
    """Some numbers of each kind, copied by hand from what was published."""
    sizes = {
        (size.source, size.kind): (size.value, size.low, size.high)
        for one in catalogue().interventions.values()
        for size in one.effects
    }
    assert sizes["GUB", "between"] == (0.416, 0.334, 0.498)
    assert sizes["KAR", "within"] == (-0.85, -1.02, -0.69)
    assert sizes["CS", "between"][0] == pytest.approx(0.09 - 0.013)
    assert sizes["PLOS", "between"][0] == pytest.approx(0.11 - 0.19)
    assert sizes["FG", "between"][0] == pytest.approx(0.21 - 0.30)


def test_a_level_that_was_recalled_has_no_date_and_is_never_called_valid() -> None:
    for one in catalogue().interventions.values():
        told = one.recognition
        if told is not None and told.source == MEMORY:
            assert told.since is None
            assert recognition(told.label, told.since, date(2026, 1, 1)) == "unknown"


def test_a_recognition_is_valid_until_the_last_day_of_its_term() -> None:
    told = {"recognition": {"label": "goed_onderbouwd", "since": "2020-03-01", "source": "GUB"}}
    file = read_yaml(CATALOGUE)
    file["interventions"]["mediation"] |= told
    one = build(Catalogue, file, "interventions.yaml").interventions["mediation"]
    assert pages.recognised(one, date(2025, 2, 28), "nl") == "goed onderbouwd (2020-03-01)"
    assert pages.recognised(one, date(2025, 3, 1), "nl") == "was goed onderbouwd, verlopen"


def test_what_was_not_seen_is_said_and_never_blank(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["interventions", "forensisch"]) == 0
    told = capsys.readouterr().out
    assert "geen effectonderzoek gezien" in told
    assert "Erkenning: niet gezien" in told
    assert "onze eigen koppeling, nergens gepubliceerd" in told


def test_sizes_with_and_without_a_comparison_stand_under_their_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["interventions", "plegerprogrammas", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines if "Arias" in line] == ["Difference found with another group"]
    assert [line.startswith("Change found, without comparison") for line in lines if "Karakurt" in line] == [True]


def test_the_list_names_every_one_in_the_order_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("nl", "en"):
        assert main(["interventions", "--lang", language]) == 0
        named = [line.split()[0] for line in capsys.readouterr().out.splitlines()[3:-2]]
        assert named == list(catalogue().interventions)


def test_one_can_be_told_of_each_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for name in catalogue().interventions:
        for language in ("nl", "en"):
            assert main(["interventions", name, "--lang", language]) == 0
    assert "_" not in capsys.readouterr().out


def test_a_name_that_is_not_there_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["interventions", "mediaton"]) == 2
    assert "mediation" in capsys.readouterr().err
