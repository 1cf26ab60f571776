"""Outcomes that are missing: censoring weights as in R, a known truth, and Rubin's rules as in mice."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from risico.effects import adjusted, rubin
from risico.effects.rubin import complete_df
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.clusters import number_clusters
from risico.numbers.doubly_robust import ate_parts, att_parts, cross_fit, group_effects, joint_effects, missing_parts
from risico.numbers.rubin import rubin as pool

REFERENCE = json.loads((Path(__file__).parent / "reference" / "effects_missing.json").read_text())
KEYS = ("cluster", "x1", "x2", "fold", "d", "y")
DATA = {key: np.array([row[key] for row in REFERENCE["data"]], dtype=float) for key in KEYS}
LOGIT = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000)
LINEAR = {
    "outcome_learners": {"linear": LinearRegression()},
    "propensity_learners": {"logistic": LogisticRegression(C=np.inf)},
    "why_no_cluster": "one worker each",
}
FITTED = cross_fit(
    y=DATA["y"],
    d=DATA["d"],
    X=np.column_stack([DATA["x1"], DATA["x2"]]),
    fold=DATA["fold"].astype(int),
    g0=LinearRegression(),
    g1=LinearRegression(),
    m=LOGIT,
    c0=LOGIT,
    c1=LOGIT,
)
PARTS = {"ate": ate_parts, "att": att_parts}


@pytest.mark.parametrize("estimand", PARTS)
def test_with_given_folds_effect_and_error_are_those_of_r(estimand):
    num, den = PARTS[estimand](y=DATA["y"], d=DATA["d"], fitted=FITTED)
    cluster = number_clusters(DATA["cluster"])
    theta, V, _ = group_effects(num=num, den=den, group=np.zeros(len(num), dtype=int), cluster=cluster)
    assert theta[0] == pytest.approx(REFERENCE[estimand], rel=1e-6)
    assert V[0, 0] ** 0.5 == pytest.approx(REFERENCE[f"{estimand}_se"], rel=1e-6)
    gone = missing_parts(y=DATA["y"], d=DATA["d"], fitted=FITTED, treated_only=estimand == "att")
    both, joint, _ = joint_effects(nums=np.column_stack([num, *gone]), den=den, cluster=cluster)
    assert both[0] == pytest.approx(theta[0], rel=1e-12)
    assert joint[0, 0] == pytest.approx(V[0, 0], rel=1e-9)
    assert both[1:] == pytest.approx(REFERENCE["gone" + "_att" * (estimand == "att")], rel=1e-6)


def world(seed=0, n=3000, **more):
    """The effect is 1 on average and grows with what makes people seen: among those seen it is more."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    d = (rng.random(n) < 1 / (1 + np.exp(-0.5 * x[:, 0]))).astype(float)
    y = x @ [1.0, 0.5] + d * (1 + x[:, 0]) + rng.standard_normal(n)
    seen = rng.random(n) < 1 / (1 + np.exp(-0.8 - x[:, 0]))
    y = np.where(seen, y, np.nan)
    return {"outcome": y, "treated": d, "covariates": {"a": x[:, 0], "b": x[:, 1]}, "repeats": 1, **LINEAR, **more}


def test_weights_find_the_effect_on_all_where_those_seen_alone_do_not():
    data = world()
    known = ~np.isnan(data["outcome"])
    short = {"outcome": data["outcome"][known], "treated": data["treated"][known]}
    short |= {"covariates": {name: x[known] for name, x in data["covariates"].items()}}
    all_of_them, only_seen = adjusted(**data)["ate"], adjusted(**data | short)["ate"]
    assert all_of_them.low < 1 < all_of_them.high
    assert abs(all_of_them.value - 1) < 0.12
    assert not only_seen.low < 1 < only_seen.high
    assert all_of_them.n == only_seen.n == int(known.sum())
    assert "outcome known with help by logistic" in all_of_them.method


@pytest.mark.slow
def test_the_interval_holds_the_truth_as_often_as_it_says():
    held = [(e := adjusted(**world(seed, n=500))["ate"]).low < 1 < e.high for seed in range(200)]
    assert 0.90 <= np.mean(held) <= 0.985


def test_one_good_model_of_the_two_is_enough():
    """The outcome grows with the square of a covariate: the linear model is wrong, the weights are right."""
    rng = np.random.default_rng(4)
    n = 6000
    x = rng.standard_normal(n)
    d = np.arange(n) % 2
    seen = rng.random(n) < 1 / (1 + np.exp(-0.5 - 0.8 * x * (2 * d - 1)))
    y = np.where(seen, x + x**2 * d + rng.standard_normal(n), np.nan)
    found = adjusted(**world() | {"outcome": y, "treated": d, "covariates": {"x": x}})["ate"]
    assert found.low < 1 < found.high
    short = adjusted(**world() | {"outcome": y[seen], "treated": d[seen], "covariates": {"x": x[seen]}})["ate"]
    assert abs(found.value - 1) < abs(short.value - 1)


def test_nobody_missing_is_as_if_there_were_no_weights_and_none_stands_for_who_is_never_seen():
    data = world()
    whole = data | {"outcome": np.nan_to_num(data["outcome"])}
    assert not any(e.name == "tipping_point" for e in adjusted(**whole))
    never = data["covariates"]["b"] > 0.5
    found = adjusted(**data | {"outcome": np.where(never, np.nan, whole["outcome"])})
    assert "or not to be seen" in str(found["ate"].why)


def test_tipping_points_are_where_the_shifted_effect_loses_its_interval():
    found = adjusted(**world()).where(estimand="att")
    points = {round(e.at, 6): e for e in found if e.name == "tipping_point"}
    values = [e.value for e in points.values() if e.value is not None]
    assert len(values) > 6
    assert values == sorted(values), "the worse the others are, the more it takes in this arm"
    assert points[0.0].value < 0


def test_leaving_out_a_region_uses_the_same_predictions():
    labels = np.resize(["a", "b", "c", None], 3000)
    found = adjusted(**world(units={"region": labels})).where(unit="one_region")
    whole = adjusted(**world())
    for estimand in ("att", "ate"):
        low, high = found.where(estimand=estimand)
        assert low.value < whole[estimand].value < high.value
        assert high.value - low.value < 0.5


def test_rubins_rules_are_those_of_mice():
    df = REFERENCE["complete_df"]
    told = pool(values=np.array(REFERENCE["estimates"]), errors=np.array(REFERENCE["errors"]), df=df)
    assert told == pytest.approx([REFERENCE[k] for k in ("pooled", "pooled_se", "pooled_df", "fmi")], rel=1e-9)
    few = pool(values=np.array([1, 1.4, 0.7]), errors=np.array([0.2, 0.25, 0.22]), df=40)
    expected = (REFERENCE["few"], REFERENCE["few_t"] ** 0.5, REFERENCE["few_df"], REFERENCE["few_fmi"])
    assert few == pytest.approx(expected, rel=1e-9)


def one_set(value: float, se: float, name: str = "itt") -> Estimates:
    from scipy import stats

    half = stats.t.isf(0.025, REFERENCE["complete_df"]) * se
    told = {"low": value - half, "high": value + half, "confidence": 0.95, "se": se, "n": 360}
    return Estimates([Estimate(name=name, value=value, method="m, t with 356.0 degrees of freedom", **told)])


def test_estimates_are_pooled_with_the_degrees_of_freedom_of_their_intervals():
    sets = [one_set(v, s) for v, s in zip(REFERENCE["estimates"], REFERENCE["errors"], strict=True)]
    assert complete_df(sets[0]["itt"]) == pytest.approx(356, rel=1e-6)
    found = rubin(sets)
    told = found["itt"]
    ends = [REFERENCE[k] for k in ("pooled", "pooled_low", "pooled_high")]
    assert (told.value, told.low, told.high) == pytest.approx(ends, rel=1e-7)
    assert found["missing_information"].value == pytest.approx(REFERENCE["fmi"], rel=1e-7)
    assert told.method.startswith("pooled over 7 imputed sets; m, t with 216.4")


def test_what_cannot_be_pooled_says_so():
    share = Estimates([Estimate(name="outcome_known", value=0.5, n=9)])
    assert "no standard error" in str(rubin([share, share])["outcome_known"].why)
    known = Estimates([Estimate(name="outcome", value=0.2, n=9, method="share of families")])
    more = Estimates([replace(known[0], value=0.4)])
    assert rubin([known, more])["outcome"].value == pytest.approx(0.3)
    refused = Estimates([Estimate(name="itt", why="too few")])
    assert rubin([one_set(1, 0.1), refused])["itt"].why == "not every imputed set has this estimate"
    assert rubin([one_set(1, 0.1), Estimates()])["itt"].value is None
    with pytest.raises(UsageError, match="two imputed sets"):
        rubin([share])
