"""The adjusted design: R's values with given folds, overlap, determinism, collapse and coverage."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from risico.effects import adjusted
from risico.effects.overlap import find_overlap, propensity_curve
from risico.errors import Refused, UsageError
from risico.numbers.clusters import number_clusters
from risico.numbers.doubly_robust import (
    Nuisance,
    ate_parts,
    att_parts,
    balance_weights,
    cross_fit,
    draw_folds,
    effective_size,
    group_effects,
    log_loss,
    median_of_repeats,
    squared_loss,
    standardised_differences,
)
from test_effects_randomized import read

RTOL = 1e-6  # both sides iterate the logistic regression to about this
REFERENCE = json.loads((Path(__file__).parent / "reference" / "effects_adjusted.json").read_text())
DATA = {key: np.array([row[key] for row in REFERENCE["data"]], dtype=float) for key in REFERENCE["data"][0]}
X = np.column_stack([DATA["x1"], DATA["x2"]])
FITTED = cross_fit(
    y=DATA["y"],
    d=DATA["d"],
    X=X,
    fold=DATA["fold"].astype(int),
    g0=LinearRegression(),
    g1=LinearRegression(),
    m=LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000),
)
PARTS = {"ate": ate_parts, "att": att_parts}
LINEAR = {
    "outcome_learners": {"linear": LinearRegression()},
    "propensity_learners": {"logistic": LogisticRegression()},
    "why_no_cluster": "one worker each",
}


def world(n=400, seed=1, effect=1.0, strength=1.0, **more):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    d = (rng.random(n) < 1 / (1 + np.exp(0.5 - strength * x[:, 0]))).astype(int)
    y = x @ [1.0, 0.5] + effect * d + rng.standard_normal(n)
    return {"outcome": y, "treated": d, "covariates": {"a": x[:, 0], "b": x[:, 1]}, **LINEAR, **more}


@pytest.mark.parametrize("estimand", PARTS)
@pytest.mark.parametrize("clustered", [False, True])
def test_with_given_folds_effect_and_error_are_those_of_r(estimand, clustered):
    num, den = PARTS[estimand](y=DATA["y"], d=DATA["d"], fitted=FITTED)
    cluster = number_clusters(DATA["cluster"]) if clustered else None
    theta, V, _ = group_effects(num=num, den=den, group=np.zeros(len(num), dtype=int), cluster=cluster)
    assert theta[0] == pytest.approx(REFERENCE[estimand], rel=RTOL)
    assert V[0, 0] ** 0.5 == pytest.approx(REFERENCE[f"{estimand}_se{'_cluster' * clustered}"], rel=RTOL)


def test_profile_effects_are_the_means_r_finds():
    num, den = ate_parts(y=DATA["y"], d=DATA["d"], fitted=FITTED)
    theta, _, _ = group_effects(num=num, den=den, group=DATA["x2"].astype(int), cluster=None)
    assert np.allclose(theta, REFERENCE["profile_ate"], rtol=RTOL)


def test_balance_and_effective_sizes_are_those_of_r():
    d, m = DATA["d"], FITTED.m
    plain = standardised_differences(X=X, d=d, w=np.ones(len(d)), treated_only=True)
    assert np.allclose(plain, REFERENCE["smd_att_before"], rtol=1e-12)
    for treated, name in ((True, "att"), (False, "ate")):
        w = balance_weights(d=d, m=m, treated_only=treated)
        after = standardised_differences(X=X, d=d, w=w, treated_only=treated)
        assert np.allclose(after, REFERENCE[f"smd_{name}"], rtol=1e-4)
        sizes = [effective_size(w[d == 0]), effective_size(w[d == 1])]
        assert np.allclose(sizes[: 1 if treated else 2], REFERENCE[f"ess_{name}"], rtol=RTOL)


def test_losses_chances_and_the_plain_difference_are_those_of_r():
    d, y = DATA["d"], DATA["y"]
    losses = (log_loss(d, FITTED.m), *(squared_loss(y[d == a], g[d == a]) for a, g in ((0, FITTED.g0), (1, FITTED.g1))))
    assert losses == pytest.approx([REFERENCE[f"loss_{part}"] for part in ("m", "g0", "g1")], rel=RTOL)
    curve = [e.value for e in propensity_curve(d=d, m=FITTED.m)]
    assert curve == pytest.approx([*REFERENCE["chance0"], *REFERENCE["chance1"]], rel=RTOL)
    names = ("x1", "x2")
    assert find_overlap(estimand="ate", d=d, m=FITTED.m, X=X, names=names, minimum=10).trimmed == REFERENCE["trimmed"]
    plain = adjusted(outcome=y, treated=d, covariates={"x1": DATA["x1"]}, repeats=1, **LINEAR)["unadjusted"]
    assert (plain.value, plain.se) == tuple(
        pytest.approx(REFERENCE[k], rel=1e-9) for k in ("unadjusted", "unadjusted_se")
    )


def test_without_anything_to_adjust_for_it_is_the_difference_in_means():
    """Folds that are alike in size, a flat propensity and flat outcome models: exactly the difference in means."""
    data = world(n=400)
    treated = np.resize([0, 1], 400)
    learners = {
        "outcome_learners": {"mean": DummyRegressor()},
        "propensity_learners": {"share": DummyClassifier(strategy="prior")},
    }
    found = adjusted(**data | {"treated": treated} | learners)
    plain = data["outcome"][treated == 1].mean() - data["outcome"][treated == 0].mean()
    for name in ("unadjusted", "att", "ate"):
        assert found[name].value == pytest.approx(plain, rel=1e-12)
    assert found["ate"].se == pytest.approx(found["unadjusted"].se, rel=0.02)


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others():
    once, again, other = (adjusted(**world(), seed=seed).rows() for seed in (3, 3, 4))
    assert once == again
    assert once != other


def test_the_median_over_folds_is_that_of_the_paper():
    """Two effects at once; the covariance is a whole one, not medians of its cells."""
    thetas = [np.array([1.0, 5.0]), np.array([2.0, 4.0]), np.array([3.0, 9.0])]
    theta, V = median_of_repeats(thetas, [np.eye(2), 2 * np.eye(2), 3 * np.eye(2)])
    assert theta.tolist() == [2.0, 5.0]
    assert V.tolist() == [[2.0, 0.0], [0.0, 3.0]]  # norms 2, 3 and 20


def test_folds_keep_clusters_whole_and_are_redrawn():
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(30), 7)
    d = (np.arange(210) % 3 == 0).astype(float)
    drawn = [draw_folds(d=d, cluster=cluster, folds=5, rng=rng) for _ in range(2)]
    for fold in drawn:
        assert all(len(set(fold[cluster == c])) == 1 for c in range(30))
        assert sorted(np.bincount(fold)) == [42] * 5
    assert (drawn[0] != drawn[1]).any()


def test_a_cluster_per_family_collapses_to_no_clusters():
    data = world()
    alone = adjusted(**data)
    data.pop("why_no_cluster")
    apart = adjusted(**data, cluster=[f"{i:03d}" for i in range(400)])
    for name in ("unadjusted", "att", "ate"):
        for part in ("value", "se", "low", "high"):
            assert getattr(alone[name], part) == pytest.approx(getattr(apart[name], part), rel=1e-9)


def test_confounding_is_taken_away_and_said_to_rest_on_the_covariates():
    found = adjusted(**world(n=1500, seed=2))
    assert found["unadjusted"].low > 1
    for name in ("att", "ate"):
        assert found[name].low < 1 < found[name].high
        assert "rests on the covariates given" in found[name].method
    after = [e.value for e in found if e.name == "overlap_smd_after"]
    before = [e.value for e in found if e.name == "overlap_smd_before"]
    assert max(map(abs, after)) < 0.1 < max(map(abs, before))


def test_one_good_model_of_the_two_is_enough():
    data = world(n=3000, seed=3)
    flat = {"share": DummyClassifier(strategy="prior")}
    mean = {"mean": DummyRegressor()}
    for wrong in ({"propensity_learners": flat}, {"outcome_learners": mean}):
        assert abs(adjusted(**data | wrong)["ate"].value - 1) < 0.15
    both = adjusted(**data | {"propensity_learners": flat, "outcome_learners": mean})
    assert abs(both["ate"].value - 1) > 0.4


def test_the_learner_with_the_smaller_loss_is_used():
    found = adjusted(**world(outcome_learners={"mean": DummyRegressor(), "linear": LinearRegression()}))
    losses = {e.by["learner"]: e for e in found.where(part="outcome without help")}
    assert losses["linear"].value < losses["mean"].value
    assert losses["linear"].method.endswith("chosen")
    assert "outcome without help by linear" in found["att"].method


def test_without_comparable_families_there_is_no_effect():
    found = adjusted(**world(strength=12.0))
    for name in ("att", "ate"):
        assert found[name].value is None
        assert found[name].why.startswith("no overlap: ")


def test_where_only_the_untreated_are_unlike_there_is_an_effect_on_the_treated_alone():
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.standard_normal(200), rng.standard_normal(300) - 20])
    d = (np.arange(500) < 100).astype(int)
    data = {"outcome": x + d + rng.standard_normal(500), "treated": d, "covariates": {"x": x}, **LINEAR}
    found = adjusted(**data)
    assert found["att"].low < 1 < found["att"].high
    assert found["ate"].why.startswith("no overlap: ")
    assert found.where(estimand="ate")["overlap_trimmed"].value > 0.5


def test_overlap_counts_who_is_trimmed():
    d = np.repeat([1.0, 0.0], 50)
    m = np.concatenate([np.full(2, 0.995), np.full(48, 0.5), np.full(3, 0.001), np.full(47, 0.5)])
    shape = {"d": d, "m": m, "X": np.arange(100.0)[:, None], "names": ("x",), "minimum": 10}
    treated, everybody = find_overlap(estimand="att", **shape), find_overlap(estimand="ate", **shape)
    assert (treated.trimmed, everybody.trimmed) == (pytest.approx(2 / 50), pytest.approx(5 / 100))
    assert everybody.sizes == (47.0, 48.0)
    assert everybody.note.startswith("about the 95.0% of families")


def test_profiles_get_the_same_treatment_as_in_a_trial():
    profile = np.resize(["a", "b", "c", "a"], 800).astype(object)
    profile[:15] = "rare"
    found = adjusted(**world(n=800), profile=profile)
    for estimand in ("att", "ate"):
        block = found.where(estimand=estimand)
        assert block["heterogeneity_p"].value > 0.01
        assert block.where(profile="rare")["profile_effect"].why == "fewer than 10 families in an arm"
        assert {e.by["profile"] for e in block if e.name == "profile_effect_pooled"} == {"a", "b", "c"}
        assert block["line_equal"].low < 1 < block["line_equal"].high
    ate = found["ate"].value
    sizes = {e.by["profile"]: (e.n, e.value) for e in found.where(estimand="ate") if e.value and "profile" in e.by}
    assert abs(sum(n * v for n, v in sizes.values()) / sum(n for n, _ in sizes.values()) - ate) < 0.1


def test_a_yes_or_no_outcome_is_a_risk_difference_with_default_learners():
    data = world(n=300)
    data["outcome"] = (data["outcome"] > 0).astype(float)
    del data["outcome_learners"], data["propensity_learners"]
    found = adjusted(**data, repeats=1, folds=3)
    assert "risk difference" in found["att"].method
    assert {e.by["learner"] for e in found if e.name == "learner_loss"} == {
        "logistic",
        "boosting",
        "long_boosting",
    }
    assert -1 < found["att"].value < 1


def test_blank_outcomes_are_left_out_and_counted():
    data = world()
    data["outcome"] = np.where(np.arange(400) % 10 == 0, np.nan, data["outcome"])
    found = adjusted(**data)
    assert found["unadjusted"].n == 360
    assert all(e.value < 1 for e in found if e.name == "outcome_known")


def test_words_that_may_be_names_never_reach_a_result():
    rng = np.random.default_rng(3)
    n = 200
    arm, outcome = rng.integers(0, 2, n), rng.normal(size=n)
    names = np.array([f"Sentinelnaam{i}" for i in range(n)])
    with pytest.raises(UsageError, match="200 different words") as caught:
        adjusted(treated=arm, outcome=outcome, covariates={"name": names}, why_no_cluster="drawn apart")
    assert "Sentinelnaam" not in str(caught.value)
    rare = np.where(np.arange(n) < 4, "Sentinelnaam", np.where(np.arange(n) < 100, "a", "b"))
    told = adjusted(treated=arm, outcome=outcome, covariates={"kind": rare}, why_no_cluster="drawn apart")
    assert "Sentinelnaam" not in repr([(e.name, e.by, e.why, e.method) for e in told])
    assert "kind_rare" in repr([(e.name, e.by) for e in told]), "four families are adjusted for, without their word"


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(UsageError, match="there are none"):
        adjusted(**world(covariates={}))
    with pytest.raises(Refused, match="why_no_cluster"):
        adjusted(**world(why_no_cluster=None))
    with pytest.raises(Refused, match="fewer folds"):
        adjusted(**world(why_no_cluster=None, cluster=np.arange(400) % 3))
    few = adjusted(**world(treated=(np.arange(400) < 6).astype(int)))
    assert {few[name].why for name in ("unadjusted", "att", "ate")} == {"fewer than 10 families in an arm"}


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "effect"), [(2, 4.6792), (3, 4.7518)])
def test_a_challenge_with_58_covariates_and_a_known_effect(real_data, setting, effect):
    """ACIC 2016: the effect on the treated is found; that on everybody is found or its lack of balance is said."""
    folder = real_data("acic2016")
    z = read(folder / f"zymu_{setting}.csv.gz")
    with gzip.open(folder / "x.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    covariates = {
        key: np.array([r[key] if key in ("x_2", "x_21", "x_24") else float(r[key]) for r in rows]) for key in rows[0]
    }
    found = adjusted(
        outcome=np.where(z["z"] == 1, z["y1"], z["y0"]),
        treated=z["z"],
        covariates=covariates,
        why_no_cluster="children, no shared site on file",
        repeats=1,
        seed=2,
    )
    assert found["unadjusted"].low > effect
    assert found["att"].low < effect < found["att"].high
    ate = found["ate"]
    assert ate.low < effect < ate.high or "still differ" in ate.why


@pytest.mark.slow
def test_intervals_hold_the_truth_with_clusters():
    rng, hits = np.random.default_rng(21), []
    for _ in range(250):
        cluster = np.repeat(np.arange(25), 12)
        x = rng.standard_normal(300) + 0.5 * rng.standard_normal(25)[cluster]
        d = (rng.random(300) < 1 / (1 + np.exp(0.7 - 0.8 * x))).astype(int)
        y = x + d + 0.5 * rng.standard_normal(25)[cluster] + rng.standard_normal(300)
        learners = {key: value for key, value in LINEAR.items() if key != "why_no_cluster"}
        found = adjusted(outcome=y, treated=d, covariates={"x": x}, cluster=cluster, repeats=1, **learners)
        hits.append([found[name].low < 1 < found[name].high for name in ("att", "ate")])
    # 94 % of 800 other repeats for att, 95 % for ate: at 300 families the learners' own error still counts a little
    assert np.all(np.mean(hits, axis=0) > 0.94 - 2 * 0.015)


def test_arm_means_and_a_flat_propensity_are_the_difference_in_means():
    y, d = DATA["y"], DATA["d"]
    flat = Nuisance(
        g0=np.full(len(y), y[d == 0].mean()), g1=np.full(len(y), y[d == 1].mean()), m=np.full(len(y), d.mean())
    )
    for parts in PARTS.values():
        num, den = parts(y=y, d=d, fitted=flat)
        assert num.sum() / den.sum() == pytest.approx(y[d == 1].mean() - y[d == 0].mean(), rel=1e-12)
