"""The profile rule as a study: what is kept, what is hidden, and what the page says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conftest import ROOT
from risico.errors import BrokenInstrument, UsageError
from risico.estimate import Estimates
from risico.experiments import run, write_review
from risico.experiments.profiling import result
from risico.study import Study, load

SPECS = ROOT / "experiments"


def told(name: str, tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = (SPECS / f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["profile_checks", "profile_classes", "profile_coding"])
def test_each_spec_is_a_study_of_profiles(name: str) -> None:
    study = load(SPECS / f"{name}.yaml")
    assert isinstance(study, Study)
    assert study.design == "profiles"
    assert study.profiles is not None


def test_the_checks_are_kept_and_read_and_no_small_number_is(tmp_path: Path) -> None:
    path = told("profile_checks", tmp_path, ("households: 1000", "households: 400"), ("draws: 200", "draws: 10"))
    done = run(path, tmp_path / "store")
    kept = done.estimates
    counts = [e for e in kept if e.name == "label_moved"]
    assert counts
    assert all(e.value is None or e.value >= 10 for e in counts)
    page = write_review(done, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "zonder de informatie van een gesprek met de partner alleen" in page
    assert "eigen voorstel" in page
    assert "niet ingedeeld → gezin in stress" in page or "zelfde profiel" in page
    assert "None" not in page


def test_moves_of_one_check_add_up_to_all_families(tmp_path: Path) -> None:
    path = told("profile_checks", tmp_path, ("households: 1000", "households: 300"), ("draws: 200", "draws: 10"))
    study = load(path)
    assert isinstance(study, Study)
    assert study.profiles is not None
    found = result(study, study.profiles, path).estimates
    for check in ("gates_off", "weights_equal"):
        cells = [e for e in found.where(check=check) if e.name == "label_moved"]
        assert sum(e.value or 0 for e in cells) == 300
        changed = found.where(check=check)["label_changed"].value or 0
        assert 300 - round(300 * changed) == next(e.value for e in cells if e.by["move"] == "label_kept")


def test_double_coding_says_what_may_rest_on_it(tmp_path: Path) -> None:
    path = told("profile_coding", tmp_path, ("households: 1200", "households: 600"))
    done = run(path, tmp_path / "store")
    kept = done.estimates
    whole = [e for e in kept if e.name == "coding_allows" and not e.by]
    assert len(whole) == 1
    regions = [e.value for e in kept if e.name == "coding_allows" and "region" in e.by]
    assert regions == [0.0] * 6
    page = write_review(done, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "minder dan 50 gezinnen zijn door twee mensen los van elkaar beoordeeld" in page


@pytest.mark.slow
def test_classes_are_kept_with_their_stability_and_beside_the_rule(tmp_path: Path) -> None:
    path = told("profile_classes", tmp_path, ("households: 600", "households: 250"), ("most: 8", "most: 3"))
    done = run(path, tmp_path / "store")
    kept = done.estimates
    names = {e.name for e in kept}
    assert {"classes_chosen", "class_stable_half", "class_stable_region", "classes_rule_rand", "cohen_kappa"} <= names
    assert not [e for e in kept if "case" in e.by]
    page = write_review(done, tmp_path / "page.html", language="en").read_text("utf-8")
    assert "number of classes chosen" in page.lower()


def test_a_family_with_two_forms_is_not_counted_twice(tmp_path: Path) -> None:
    path = told("profile_checks", tmp_path, ("  where: {rater_position: first}\n", ""))
    with pytest.raises(UsageError, match="more than one form"):
        run(path, tmp_path / "store")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("  checks:\n    draws: 200", "  checks:\n    draws: 9"), "draws"),
        (("design: profiles", "design: agreement"), "needs ratings"),
        (("  where: {rater_position: first}", "  were: {rater_position: first}"), "were"),
    ],
)
def test_a_spec_that_cannot_be_meant_is_refused(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenInstrument, match=said):
        load(told("profile_checks", tmp_path, change))


def test_profiles_without_anything_to_do_are_refused(tmp_path: Path) -> None:
    path = told("profile_coding", tmp_path, ("  coding:\n", "  where: {}\n  kept:\n"))
    with pytest.raises(BrokenInstrument):
        load(path)


def test_nothing_but_estimates_comes_out(tmp_path: Path) -> None:
    path = told("profile_coding", tmp_path, ("households: 1200", "households: 100"))
    study = load(path)
    assert isinstance(study, Study)
    assert study.profiles is not None
    found = result(study, study.profiles, path)
    assert isinstance(found.estimates, Estimates)
    assert all(replace(e) == e for e in found.estimates)
