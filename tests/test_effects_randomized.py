"""The randomized design: R's values, real trials, special cases that must collapse, and what is refused."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from risico.effects import assigned_by_delivered, randomized
from risico.errors import Refused, UsageError

RTOL = 1e-9  # closed forms in double precision; the reference prints 15 digits
REFERENCE = json.loads((Path(__file__).parent / "reference" / "effects_clusters.json").read_text())
DATA = {key: np.array([row[key] for row in REFERENCE["data"]]) for key in REFERENCE["data"][0]}
ALONE = {"why_no_cluster": "drawn per family"}


def read(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] or np.nan for row in rows], dtype=float) for key in rows[0]}


def whole(**more):
    data = {"outcome": DATA["y"], "assigned": DATA["z"], "received": DATA["d"], "cluster": DATA["cluster"]}
    return randomized(**data | {"minimum": 5} | more)


def close(estimate, want):
    assert estimate.value == pytest.approx(want["value"], rel=RTOL)
    assert estimate.se == pytest.approx(want["se"], rel=RTOL)
    assert f"t with {want['df']:.1f}" in estimate.method


def test_offer_first_stage_and_complier_effect_are_those_of_r():
    found = whole(covariates={"x1": DATA["x1"], "x2": DATA["x2"]})
    close(found["itt"], REFERENCE["itt_cr2"])
    close(found["itt_adjusted"], REFERENCE["lin_cr2"])
    close(found["first_stage"], REFERENCE["first_cr2"])
    cace, want = found["cace"], REFERENCE["cace_cr2"]
    assert (cace.value, cace.se) == (pytest.approx(want["value"], rel=RTOL), pytest.approx(want["se"], rel=RTOL))
    assert (cace.low, cace.high) == tuple(pytest.approx(end, rel=1e-8) for end in REFERENCE["ar"])


def test_profile_effects_and_their_test_are_those_of_r():
    found = whole(profile=DATA["profile"]).where(estimand="itt")
    each = [e for e in found if e.name == "profile_effect"]
    assert [e.by["profile"] for e in each] == ["a", "b", "c"]
    assert np.allclose([e.value for e in each], REFERENCE["profile_value"], rtol=RTOL)
    assert np.allclose([e.se**2 for e in each], np.diag(REFERENCE["profile_V"]), rtol=RTOL)
    assert found["heterogeneity_p"].value == pytest.approx(REFERENCE["wald"]["p"], rel=RTOL)


def test_what_is_said_beside_the_effects_is_that_of_r():
    seen = np.arange(1, len(DATA["y"]) + 1) % 7 != 0
    assert whole()["first_stage_f"].value == pytest.approx(REFERENCE["first_f"], rel=RTOL)
    found = whole(profile=DATA["profile"]).where(estimand="itt")
    assert found["heterogeneity_q"].value == pytest.approx(REFERENCE["q"], rel=RTOL)
    equal = found["line_equal"]
    assert (equal.value, equal.se) == tuple(pytest.approx(REFERENCE[k], rel=RTOL) for k in ("equal", "equal_se"))
    times = REFERENCE["power"][1] / REFERENCE["q"]
    assert found["more_families"].value == pytest.approx((times - 1) * len(seen), rel=1e-7)
    part = whole(outcome=np.where(seen, DATA["y"], np.nan), profile=np.where(seen, DATA["profile"], None))
    assert [e.value for e in part if e.name == "outcome_known"][::-1] == pytest.approx(REFERENCE["outcome_known"])
    assert part["profile_known"].value == pytest.approx(REFERENCE["profile_known"])
    table = assigned_by_delivered(assigned=DATA["z"], delivered=DATA["d"])
    assert [e.value for e in table if e.name == "delivered"] == np.ravel(REFERENCE["delivered"]).tolist()
    assert [e.value for e in table if e.name == "delivered_as_assigned"] == pytest.approx(REFERENCE["as_assigned"])


def test_adjusted_profile_effects_are_those_of_r():
    x = {"x1": DATA["x1"], "x2": DATA["x2"]}
    each = [e for e in whole(profile=DATA["profile"], covariates=x, received=None) if e.name == "profile_effect"]
    assert [e.why for e in each] == ["the effect is not shown to differ between profiles"] * 3
    for estimate, want in zip(each, REFERENCE["profile_lin"], strict=True):
        close(estimate, want) if "adjusted" in estimate.method else pytest.fail("not adjusted")


def test_the_job_training_trial(real_data):
    data = read(real_data("lalonde-nsw") / "nsw_dehejia_wahba.csv")
    found = randomized(outcome=data["re78"], assigned=data["treat"], **ALONE)["itt"]
    assert (round(found.value, 3), round(found.se, 3), found.n) == (1794.342, 670.997, 445)
    data = read(real_data("lalonde-nsw") / "nsw_lalonde_full.csv")
    assert round(randomized(outcome=data["re78"], assigned=data["trt"], **ALONE)["itt"].value, 3) == 886.304


def test_the_arrest_experiment_has_a_first_stage_but_no_outcome(real_data):
    data = read_text(real_data("mdve-arrest") / "mdve.csv")
    kept = data["T_FINAL"] != "4"
    names = {"1": "arrest", "2": "advise", "3": "separate"}
    assigned = [names[code] for code in data["T_RANDOM"][kept]]
    delivered = [names[code] for code in data["T_FINAL"][kept]]
    table = assigned_by_delivered(assigned=assigned, delivered=delivered)
    counts = [table.where(assigned=a, delivered=d)["delivered"].value for a in names.values() for d in names.values()]
    assert counts == [91, 0, 1, 19, 84, 5, 26, 5, 83]
    arrest = {"assigned": np.array(assigned) == "arrest", "received": np.array(delivered) == "arrest"}
    found = randomized(outcome=None, profile=assigned, **arrest, **ALONE)
    assert round(found["first_stage"].value, 3) == 0.786
    for name in ("itt", "cace", "heterogeneity_p"):
        assert (found[name].value, found[name].why) == (None, "the data hold no outcome")


def read_text(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def test_arrest_as_published_when_the_counts_are_filled_in():
    """Angrist (2006): 9 of 92 and 47 of 222 repeated; 91 of 92 and 45 of 222 were arrested."""
    z = np.repeat([1, 0], [92, 222])
    d = np.concatenate([np.arange(92) < 91, np.arange(222) < 45])
    y = np.concatenate([np.arange(92) < 9, np.arange(222) < 47])
    found = randomized(outcome=y, assigned=z, received=d, **ALONE)
    assert [round(100 * found[name].value, 1) for name in ("itt", "cace")] == [-11.4, -14.5]
    assert "risk difference" in found["itt"].method


def test_full_compliance_makes_the_complier_effect_the_effect_of_the_offer():
    found = whole(received=DATA["z"])
    for part in ("value", "low", "high", "se"):
        assert getattr(found["cace"], part) == pytest.approx(getattr(found["itt"], part), rel=1e-10)
    assert found["cace"].why is None
    assert "exactly" in found["first_stage_f"].why


def test_a_cluster_per_family_collapses_to_no_clusters():
    apart, alone = whole(cluster=np.arange(180))["itt"], whole(cluster=None, **ALONE)["itt"]
    assert (apart.low, apart.high) == (pytest.approx(alone.low, rel=1e-9), pytest.approx(alone.high, rel=1e-9))


def test_a_covariate_that_says_nothing_changes_nothing():
    found = whole(covariates={"same": np.ones(180), "z_again": DATA["z"]})
    assert found["itt_adjusted"].value == pytest.approx(found["itt"].value, rel=1e-12)


def test_an_offer_that_moved_nobody_says_so():
    rng = np.random.default_rng(3)
    found = whole(received=rng.integers(0, 2, 180), cluster=None, **ALONE)
    assert found["first_stage_f"].value < 4
    assert "caution" in found["first_stage_f"].why
    assert "too little" in found["cace"].why
    assert whole(received=np.ones(180))["first_stage_f"].value == 0


def test_a_moderate_first_stage_is_flagged_and_its_interval_is_wider_than_the_delta_one():
    z, place = np.repeat([0, 1], 100), np.tile(np.arange(100), 2)
    d = place < 35 + 19 * z
    found = randomized(outcome=d + np.random.default_rng(9).standard_normal(200), assigned=z, received=d, **ALONE)
    assert 4 < found["first_stage_f"].value < 10
    assert found["cace"].why.startswith("below 10")
    assert found["cace"].high - found["cace"].low > 1.1 * 2 * 1.96 * found["cace"].se


def test_unknown_outcomes_are_left_out_and_counted():
    y = DATA["y"].astype(float)
    y[(DATA["z"] == 1) & (DATA["x1"] > 1)] = np.nan
    found = whole(outcome=y)
    assert found["itt"].n == int((~np.isnan(y)).sum())
    assert found.where(arm="comparison")["outcome_known"].value == 1
    assert found.where(arm="assigned")["outcome_known"].value < 1


def test_a_small_profile_has_no_effect_and_no_count():
    profile = np.where(np.arange(180) % 12 == 0, "small", "large")
    profile[:20] = ""
    found = whole(profile=profile, minimum=10, received=None)
    small = found.where(profile="small")["profile_effect"]
    assert (small.value, small.n) == (None, None)
    assert small.why == "fewer than 10 families in an arm"
    assert found["heterogeneity_p"].value is None
    assert found["profile_known"].value == 160 / 180
    assert found["line_zero"].value == 0


def test_an_outcome_nobody_has_gives_no_certainty():
    found = whole(outcome=np.zeros(180), profile=DATA["profile"])
    assert found["itt"].why == "the outcome is the same for every family of an arm, so its spread is not known"
    assert all(e.value is None for e in found if e.name == "profile_effect")


def test_an_arm_in_one_cluster_is_no_comparison():
    found = whole(assigned=DATA["cluster"] == 14)
    assert "one cluster" in found["itt"].why


def test_blank_covariates_keep_everybody():
    x = DATA["x1"].astype(object)
    x[::7] = None
    found = whole(covariates={"x1": x, "kind": np.where(DATA["x2"] == 1, "yes", "no")})["itt_adjusted"]
    assert found.n == 180
    assert "adjusted for x1, x1_blank, kind_yes" in found.method


def test_too_many_covariates_for_the_families():
    found = whole(covariates={f"x{i}": np.random.default_rng(i).random(180) for i in range(12)})
    assert found["itt_adjusted"].why == "fewer than 10 families per covariate in an arm"


def test_without_a_cluster_or_a_reason_it_is_refused():
    with pytest.raises(Refused, match="why_no_cluster"):
        randomized(outcome=DATA["y"], assigned=DATA["z"])
    with pytest.raises(UsageError, match="not both"):
        whole(why_no_cluster="none")
    with pytest.raises(Refused, match="one cluster"):
        whole(cluster=np.ones(180))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"assigned": np.arange(180)}, "assigned: must be 0 or 1"),
        ({"assigned": np.ones(180)}, "same arm"),
        ({"assigned": [None, *DATA["z"][1:]]}, "assigned: must be 0 or 1"),
        ({"received": np.arange(180)}, "received: must be 0 or 1"),
        ({"outcome": DATA["y"][:5]}, r"outcome: has shape \(5,\), but there are 180 families"),
        ({"outcome": DATA["profile"]}, "outcome: must be numbers"),
        ({"cluster": [None, *DATA["cluster"][1:]]}, "cluster: blank"),
        ({"covariates": {"x": [None] * 180}}, "covariate x: blank for every family"),
    ],
)
def test_what_cannot_be_meant_is_said_without_values(wrong, words):
    with pytest.raises(UsageError, match=words):
        whole(**wrong)


@pytest.mark.slow
def test_profile_differences_are_claimed_in_one_of_twenty_trials_where_there_are_none():
    rng, claims, covered = np.random.default_rng(11), [], []
    cluster = np.repeat(np.arange(20), 15)
    for _ in range(150):
        profile = rng.choice(list("abcd"), 300)
        z = np.isin(cluster, rng.permutation(20)[:10]).astype(int)
        y = 0.5 * z + rng.standard_normal(20)[cluster] * 0.5 + rng.standard_normal(300)
        found = randomized(outcome=y, assigned=z, profile=profile, cluster=cluster)
        claims.append((found["heterogeneity_p"].value or 1.0) < 0.05)
        covered.append(found["itt"].low < 0.5 < found["itt"].high)
    assert np.mean(claims) < 0.05 + 2 * 0.0178  # two Monte Carlo standard errors
    assert np.mean(covered) > 0.95 - 2 * 0.0178
