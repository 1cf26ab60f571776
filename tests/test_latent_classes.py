"""Latent classes against EM written in R and flexmix, families whose classes are known, and what must not be."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from risico.errors import MissingExtra, Refused, UsageError
from risico.estimate import Estimates
from risico.numbers.latent_classes import adjusted_rand
from risico.profiles import load, profile
from risico.profiles.latent import Classes, beside_rule, by_class, fit, stability
from risico.profiles.latent.classes import NOT_BACK, PASSED_OVER, TOO_SMALL, TOO_VAGUE, lacks
from risico.profiles.latent.fit import Model, Rows, best_model, labels_of, rows_of
from risico.profiles.latent.outcome import NARROW, OVERLAP, TOO_FEW, TOO_FEW_IN_ARM
from risico.profiles.latent.stable import FEW, FEW_ELSE, NOT_STABLE
from stored import stored, table

R = stored("latent_classes")
ITEMS = ("t1", "t2", "s1", "s2", "c1", "c2")
RULE = load()


def frame(codes: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame({f"gezinsprofiel_{name}": values for name, values in codes.items()}, strict=False)


FORMS = frame(table(R["codes"]))
FITTED = fit(FORMS, indicators=ITEMS, most=3, starts=20)
NAMES = ("loglik", "aic", "bic", "bic_adjusted", "entropy", "smallest", "posterior")


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_models_with_blanks_are_those_of_em_in_r(k: int, name: str) -> None:
    found = FITTED.estimates.where(classes=str(k))[f"class_{name}"].value
    tolerance = 1e-3 if name in ("smallest", "posterior", "entropy") else 1e-6
    assert found == pytest.approx(R["models"][k - 1][name], rel=tolerance)


def test_the_accepted_model_is_that_of_r() -> None:
    assert FITTED.estimates["classes_chosen"].value == 3
    assert FITTED.accepted().sizes == pytest.approx(R["size"], abs=1e-3)
    for j, label in enumerate(FITTED.labels):
        for i, item in enumerate(ITEMS):
            found = FITTED.estimates.where(**{"class": label}, indicator=item)["class_code"].value
            assert found == pytest.approx(list(R["code"][j].values())[i], abs=2e-3)


def test_yes_and_no_are_those_of_flexmix() -> None:
    """Codes 0 and 2 alone: one free chance per indicator, as in a model for yes and no."""
    yes = frame(table(R["yes"]))
    found = fit(yes, indicators=ITEMS, most=3, starts=60).models[2]
    assert found.loglik == pytest.approx(R["flexmix"], rel=1e-6)
    assert found.parameters(rows_of(yes, RULE, ITEMS)) == 2 + 3 * 6


def test_adjusted_rand_is_that_of_mclust() -> None:
    given, real = np.array(R["given"]) - 1, np.array(R["class"]) - 1
    counts = np.zeros((3, 3))
    np.add.at(counts, (given, real), 1.0)
    assert adjusted_rand(table=counts) == pytest.approx(R["rand"], rel=1e-12)


CHANCES = {f"class_{j}": [row[j] for row in R["posterior"]] for j in range(3)}


@pytest.mark.parametrize(("stored_as", "cluster"), [("mean", None), ("mean_clustered", "id")])
def test_means_per_class_are_those_of_r(stored_as: str, cluster: str | None) -> None:
    told: dict[str, Any] = {"cluster": R["id"]} if cluster else {"why_no_cluster": "drawn one by one"}
    for one, expected in zip(by_class(CHANCES, R["y"], **told), R[stored_as], strict=True):
        assert (one.value, one.se, one.low) == pytest.approx(
            (expected["value"], expected["se"], expected["low"]), rel=1e-8
        )
        assert one.n == round(expected["weight"])


def test_effects_per_class_are_those_of_r() -> None:
    found = by_class(CHANCES, R["y"], arm=R["z"], cluster=R["id"])
    effects = [e for e in found if e.name == "class_effect"]
    assert [e.value for e in effects] == pytest.approx(R["effect"]["value"], rel=1e-8)
    assert [e.se for e in effects] == pytest.approx(R["effect"]["se"], rel=1e-8)
    assert found["class_effects_differ_p"].value == pytest.approx(R["effect"]["p"], rel=1e-8)


PAIRS = [name for pair in ("t1 t2", "s1 s2", "l1 l2", "k1 k2", "c1 c2") for name in pair.split()]


def drawn(seed: int, n: int, kinds: int, sharp: float = 0.8) -> tuple[pl.DataFrame, np.ndarray]:
    """Families of so many kinds; in each, two of ten indicators are usual, and the others are as the rule has it."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, kinds, n)
    own = np.array([j // 2 for j in range(10)]) == kind[:, None]
    high = rng.random((n, 10)) < np.where(own, sharp, 0.1)
    codes = np.where(high, 2, rng.integers(0, 2, (n, 10)) * (rng.random((n, 10)) < 0.3))
    rest = {name: 2 * (kind == "tslkc".index(name[0])) for name in RULE.asked if name not in PAIRS}
    return frame({name: codes[:, j] for j, name in enumerate(PAIRS)} | rest), kind


def test_known_classes_are_found_again_and_named_by_their_core() -> None:
    forms, kind = drawn(1, 600, 3, sharp=0.95)
    found = fit(forms, indicators=PAIRS, most=4, starts=20)
    assert found.estimates["classes_chosen"].value == 3
    assert set(found.labels) == set(list(RULE.profiles)[:3])
    classed = found.add(forms)["gezinsprofiel_class"].to_numpy()
    hit = classed == np.array(list(RULE.profiles))[kind]
    assert hit.mean() > 0.9
    alike = stability(forms, found, region=np.where(np.arange(600) < 20, "small", "large"))
    assert min(e.value for e in alike if e.name == "class_stable_half" and e.value is not None) > 0.8
    assert alike.where(region="small")["class_stable_region"].why == FEW
    assert alike.where(region="large")["class_stable_region"].why == FEW_ELSE
    assert alike["classes_accepted"].value == 3
    assert (beside_rule(forms, found)["classes_rule_rand"].value or 0) > 0.3


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_families_without_classes_do_not_give_five(seed: int) -> None:
    rng = np.random.default_rng(seed)
    forms = frame({name: rng.integers(0, 3, 300) for name in ITEMS})
    found = fit(forms, indicators=ITEMS, most=5, starts=3)
    assert found.estimates["classes_lowest_bic"].value == 1
    assert found.estimates["classes_chosen"].value == 1
    assert found.labels == ("class_1",)


def a_model(**others: Any) -> tuple[Model, Rows]:
    """Two classes of 500 families: all that is asked is met."""
    sure = np.array([[0.9, 0.1], [0.1, 0.9]])
    told = {"sizes": np.array([0.5, 0.5]), "chances": np.ones((2, 1, 3)) / 3, "posterior": sure, "loglik": -1.0}
    rows = Rows(("t1",), np.zeros((2, 3)), np.array([250.0, 250.0]), np.array([0, 1]), 2)
    return Model(**{**told, "starts": 20, "agreed": 10, **others}), rows


def test_the_rule_of_acceptance_at_its_boundaries() -> None:
    assert lacks(*a_model()) is None
    assert lacks(*a_model(agreed=9)) == NOT_BACK
    small = np.array([[1.0, 0.0], [0.9, 0.1]])
    assert lacks(*a_model(posterior=small)) == TOO_VAGUE  # 25 families, and nobody is most likely in it
    smaller = np.array([[1.0, 0.0], [0.9001, 0.0999]])
    assert lacks(*a_model(posterior=smaller)) == TOO_SMALL
    for chance, verdict in ((0.80, None), (0.7999, TOO_VAGUE)):
        vague = np.array([[0.9, 0.1], [1 - chance, chance]])
        assert lacks(*a_model(posterior=vague)) == verdict


@pytest.mark.parametrize(
    ("usual", "labels"),
    [
        ([[2, 0, 0, 0, 0, 0], [0, 0, 2, 1, 0, 0]], ("intieme_terreur", "gezin_in_stress")),
        ([[1, 2, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0]], ("class_1", "class_2")),
        ([[2, 0, 2, 1, 0, 0], [0, 0, 0, 0, 2, 2]], ("class_1", "complexe_conflictscheiding")),
        ([[2, 0, 0, 0, 0, 0], [2, 2, 0, 0, 0, 0]], ("class_1", "class_2")),
    ],
)
def test_a_class_has_the_name_of_a_profile_only_by_one_core_alone(usual: list[list[int]], labels: object) -> None:
    chances = np.eye(3)[np.array(usual)] * 0.8 + 0.2 / 3
    model = Model(np.array([0.5, 0.5]), chances, np.ones((1, 2)) / 2, -1.0, 10, 10)
    rows = Rows(ITEMS, np.zeros((1, 18)), np.ones(1), np.zeros(1, dtype=np.intp), 12)
    assert labels_of(model, rows, RULE) == labels


def test_rows_with_counts_are_repeated_rows() -> None:
    rows = rows_of(FORMS, RULE, ITEMS)
    assert len(rows.counts) < rows.n == len(FORMS)
    each = Rows(ITEMS, np.repeat(rows.seen, rows.counts.astype(int), axis=0), np.ones(rows.n), rows.place, rows.free)
    one, other = (best_model(r, 3, starts=20, seed=2) for r in (rows, each))
    assert one.loglik == pytest.approx(other.loglik, rel=1e-6)
    assert one.sizes == pytest.approx(other.sizes, abs=1e-3)


def test_where_the_best_model_fell_short_one_class_is_no_refuge() -> None:
    """One start cannot come back ten times: two classes are better, and not accepted."""
    found = fit(FORMS, indicators=ITEMS, most=2, starts=5)
    assert found.chosen is None
    assert found.estimates["classes_chosen"].value is None
    assert found.estimates["classes_lowest_bic"].value == 2
    with pytest.raises(Refused, match="no number of classes met the rule"):
        found.add(FORMS)
    with pytest.raises(Refused):
        stability(FORMS, found)


def test_a_model_with_a_lower_bic_that_fell_short_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same models, of which that with three classes came back once less than it must."""

    def short(rows: Rows, k: int, **told: Any) -> Model:
        return replace(FITTED.models[k - 1], agreed=9 if k == 3 else 10)

    assert FITTED.estimates["classes_chosen"].why is None
    monkeypatch.setattr("risico.profiles.latent.classes.best_model", short)
    chosen = fit(FORMS, indicators=ITEMS, most=3).estimates["classes_chosen"]
    assert (chosen.value, chosen.why) == (2, PASSED_OVER)


def test_chances_go_back_into_the_callers_frame_and_a_form_without_indicators_has_none() -> None:
    empty = pl.DataFrame({name: [None] for name in FORMS.columns}, schema=FORMS.schema)
    forms = pl.concat([FORMS, empty]).with_columns(pl.int_range(pl.len()).alias("case"))
    told = FITTED.add(forms)
    assert told.columns[: len(forms.columns)] == forms.columns
    chances = told.select(pl.col(f"gezinsprofiel_class_{label}") for label in FITTED.labels)
    assert chances[:-1].sum_horizontal().to_list() == pytest.approx([1.0] * len(FORMS))
    assert chances[-1].row(0) == (None,) * 3
    assert told["gezinsprofiel_class"][-1] is None
    assert profile(told)["gezinsprofiel_label"].len() == len(told)
    ours = np.array([chances[:-1][:, j].to_numpy() for j in range(3)]).T
    assert ours == pytest.approx(np.array(R["posterior"]), abs=5e-3)


@pytest.mark.slow
def test_classes_that_move_with_the_families_are_not_accepted() -> None:
    """Classes that hardly differ: half of the families gives others."""
    rng = np.random.default_rng(6)
    forms = frame({name: rng.integers(0, 3, 120) for name in ITEMS})
    rows = rows_of(forms, RULE, ITEMS)
    model = best_model(rows, 3, starts=3, seed=1)
    alike = stability(forms, Classes(RULE, rows, (model,), model, ("class_1", "class_2", "class_3"), Estimates()))
    assert min(e.value for e in alike if e.value is not None) < 0.8
    assert (alike["classes_accepted"].value, alike["classes_accepted"].why) == (None, NOT_STABLE)


def test_few_families_and_indicators_that_nobody_looked_at_are_refused() -> None:
    with pytest.raises(UsageError, match="49 families"):
        fit(FORMS.head(49), indicators=ITEMS)
    with pytest.raises(UsageError, match="t1 is open on every form"):
        fit(FORMS.with_columns(gezinsprofiel_t1=pl.lit(None, dtype=pl.Int64)), indicators=ITEMS)
    with pytest.raises(UsageError, match="the rule asks no 't11'"):
        fit(FORMS, indicators=["t11"])


def test_means_that_cannot_be_told_say_why() -> None:
    alone = {"why_no_cluster": "drawn one by one"}
    vague = {"a": [0.6] * 40, "b": [0.4] * 40}
    assert {e.why for e in by_class(vague, [1.0] * 40, **alone)} == {OVERLAP}
    sure = {"a": [1.0] * 10 + [0.0] * 9, "b": [0.0] * 10 + [1.0] * 9}
    assert [e.why for e in by_class(sure, [0.0, 1.0] * 9 + [0.0], **alone)] == [None, TOO_FEW]
    arms = by_class(sure, [0.0, 1.0] * 9 + [0.0], arm=[0, 1] * 9 + [0], **alone)
    assert {e.why for e in arms} == {TOO_FEW_IN_ARM}
    assert by_class(sure, [0.0, 1.0] * 9 + [0.0], cluster=[1, 2] * 9 + [1])[0].why == NARROW
    with pytest.raises(Refused, match="cluster"):
        by_class(sure, [0.0] * 19)
    with pytest.raises(UsageError, match="add up to 1"):
        by_class({"a": [0.5] * 19}, [0.0] * 19, **alone)
    with pytest.raises(UsageError, match="0 or 1"):
        by_class(sure, [0.0] * 19, arm=[2] * 19, **alone)


def test_without_stepmix_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stepmix.stepmix", None)
    with pytest.raises(MissingExtra, match="latent"):
        fit(FORMS, indicators=ITEMS, most=1)


def test_the_rule_knows_nothing_of_the_classes() -> None:
    code = "import sys, risico.profiles, risico.pages.explain; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {name for name in loaded if name.startswith(("risico.profiles.latent", "stepmix"))}


@pytest.mark.slow
def test_means_per_class_are_right_on_average_where_the_likeliest_class_is_not() -> None:
    """Two hundred studies of 400 families of two kinds: the means are right, and so are the intervals."""
    rng = np.random.default_rng(4)
    inside, corrected, naive = [], [], []
    for _ in range(200):
        kind = rng.integers(0, 2, 400)
        seen = (rng.random((400, 6)) < np.where(kind == 1, 0.75, 0.25)[:, None]).sum(axis=1)
        odds = (0.75 / 0.25) ** (2 * seen - 6)
        chance = odds / (1 + odds)
        y = kind + rng.standard_normal(400)
        found = by_class({"a": 1 - chance, "b": chance}, y, why_no_cluster="drawn one by one")[1]
        assert found.low is not None
        assert found.high is not None
        inside.append(found.low <= 1 <= found.high)
        corrected.append(found.value)
        naive.append(y[chance > 0.5].mean())
    assert abs(np.mean(corrected) - 1) < 0.03
    assert np.mean(naive) < 0.97
    assert 0.91 <= np.mean(inside) <= 0.99


@pytest.mark.parametrize("k", [2, 3])
def test_real_answers_give_what_flexmix_gives(k: int, real_data: Any) -> None:
    """Verbal aggression, yes or no; the names of indicators are only places to put the answers."""
    told = stored("latent_verbal")
    real = pl.read_csv(real_data("verbal-aggression") / "verbal_aggression.csv")
    places = RULE.asked[:12]
    yes = {b: (2 * (real[a] > 0).cast(pl.Int64)).to_list() for a, b in zip(told["items"], places, strict=True)}
    model = best_model(rows_of(frame(yes), RULE, places), k, starts=20, seed=1)
    assert real.height == told["n"]
    assert model.loglik == pytest.approx(told["loglik"][k - 2], rel=1e-6)
