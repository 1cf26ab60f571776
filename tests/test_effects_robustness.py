"""How wrong an effect could be: R's searches, published tables, a hidden confounder at the value, brute force."""

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from risico.effects import randomized
from risico.effects.robustness import e_value, leave_one_out, negative_control, omitted_confounder, tipping_points
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.robustness import as_strong_as, linear_effect, partial_r2, robustness_value, with_confounder
from risico.numbers.robustness import e_value as of_ratio

REFERENCE = json.loads((Path(__file__).parent / "reference" / "effects_robustness.json").read_text())
ROWS = REFERENCE["data"]
Y, Z, BLANK = (np.array([row[key] for row in ROWS], dtype=float) for key in ("y", "z", "blank"))
COVARIATES = {name: np.array([row[name] for row in ROWS], dtype=float) for name in ("need", "worse")}
REGION, CLUSTER = (np.array([str(row[key]) for row in ROWS]) for key in ("region", "cluster"))
GONE = np.where(BLANK == 1, np.nan, Y)
LINEAR = omitted_confounder(outcome=Y, treated=Z, covariates=COVARIATES)
DARFUR = {"value": 0.09731582, "se": 0.02325654, "df": 783}
SEARCH = 1e-8


def test_e_values_are_those_of_the_search_and_of_the_paper():
    share = e_value(Estimate(name="itt", value=-0.15, low=-0.25, high=-0.05), without_help=0.3)
    mean = e_value(Estimate(name="itt", value=0.6, low=0.2, high=1.0), sd=1.5)
    for found, end in ((share, ""), (mean, "_mean")):
        assert found["e_value"].value == pytest.approx(REFERENCE[f"e_value{end}"], rel=SEARCH)
        assert found["e_value_limit"].value == pytest.approx(REFERENCE[f"e_value{end}_limit"], rel=SEARCH)
    assert [round(of_ratio(ratio), 2) for ratio in (3.9, 1.8)] == [7.26, 3.0]  # VanderWeele & Ding (2017), table 2


@pytest.mark.parametrize(
    ("effect", "told", "why"),
    [
        ({"value": None, "why": "too few"}, {"sd": 1.0}, "there is no effect to explain away"),
        ({"value": 0.1, "low": 0.05, "high": 0.15}, {"without_help": 0.0}, "without help nobody has the outcome"),
        ({"value": 0.1, "low": 0.05, "high": 0.15}, {"sd": 0.0}, "the outcome has no spread"),
        ({"value": -0.3, "low": -0.4, "high": -0.2}, {"without_help": 0.3}, "larger than the share expected"),
    ],
)
def test_an_e_value_that_cannot_be_has_its_reason(effect, told, why):
    found = e_value(Estimate(name="itt", **effect), **told)
    assert found["e_value"].value is None
    assert why in str(found["e_value"].why)


def test_an_effect_one_less_than_the_whole_share_has_an_e_value():
    found = e_value(Estimate(name="itt", value=-0.299, low=-0.31, high=-0.1), without_help=0.3)
    assert found["e_value"].value == pytest.approx(2 * 300, rel=0.01)
    with pytest.raises(UsageError, match="either"):
        e_value(Estimate(name="itt", value=1.0), without_help=0.3, sd=1.0)


@pytest.mark.parametrize("name", ["partial_r2", "robustness_value", "robustness_value_limit"])
def test_the_robustness_of_a_regression_is_what_r_finds_by_search(name):
    assert LINEAR[name].value == pytest.approx(REFERENCE[name], rel=SEARCH)


@pytest.mark.parametrize("covariate", COVARIATES)
def test_bounds_by_a_covariate_are_those_of_r(covariate):
    found = [e for e in LINEAR if e.by.get("covariate") == covariate]
    assert [e.at for e in found] == [0.0, 1.0, 2.0, 3.0]
    assert (found[0].value, found[0].se) == tuple(
        pytest.approx(REFERENCE[k], rel=1e-9) for k in ("effect", "effect_se")
    )
    assert [e.value for e in found[1:]] == pytest.approx(REFERENCE[covariate][0], rel=SEARCH)
    assert [e.se for e in found[1:]] == pytest.approx(REFERENCE[covariate][1], rel=SEARCH, abs=1e-12)


def test_darfur_is_as_published():
    """Cinelli & Hazlett (2020), table 1 and section 5: robustness .139 and .076, female 1, 2 and 3 times."""
    t, critical = DARFUR["value"] / DARFUR["se"], float(stats.t.isf(0.025, 782))
    assert round(robustness_value(t=t, df=783), 3) == 0.139
    assert round(robustness_value(t=t, df=783, critical=critical), 3) == 0.076
    assert round(t**2 / (t**2 + 783), 4) == 0.0219
    for strength, expected in (((0.0092, 0.1246), 0.0752), ((0.0183, 0.2493), 0.0529), ((0.0275, 0.3741), 0.0304)):
        value, _ = with_confounder(**DARFUR, with_help=strength[0], with_outcome=strength[1])
        assert value == pytest.approx(expected, abs=2e-4)


def hidden(share: float, seed: int = 0) -> np.ndarray:
    """A confounder that explains just this share of help and of outcome, of what is left, against the effect."""
    rng = np.random.default_rng(seed)
    A = np.column_stack([np.ones(len(Y)), *COVARIATES.values()])
    d = Z - A @ np.linalg.lstsq(A, Z, rcond=None)[0]
    y = Y - A @ np.linalg.lstsq(A, Y, rcond=None)[0]
    y = y - (d @ y) / (d @ d) * d
    B = np.column_stack([A, d, y])
    noise = rng.standard_normal(len(Y))
    noise -= B @ np.linalg.lstsq(B, noise, rcond=None)[0]
    u, v, e = (x / np.linalg.norm(x) for x in (d, y, noise))
    return sqrt(share) * u + sqrt(1 - share) * (sqrt(share) * v + sqrt(1 - share) * e)


@pytest.mark.parametrize("seed", range(3))
def test_a_hidden_confounder_at_the_robustness_value_takes_the_effect_to_zero(seed):
    """Drawn anew, with just that partial R2 on both sides: adjusting for it leaves nothing, and half of it does not."""
    value = LINEAR["robustness_value"].value
    X = np.column_stack(list(COVARIATES.values()))
    h = hidden(value, seed)
    assert partial_r2(target=Z, given=X, columns=h[:, None]) == pytest.approx(value, rel=1e-9)
    assert partial_r2(target=Y, given=np.column_stack([Z, X]), columns=h[:, None]) == pytest.approx(value, rel=1e-9)
    assert linear_effect(y=Y, d=Z, X=np.column_stack([X, h])).value == pytest.approx(0.0, abs=1e-12)
    assert linear_effect(y=Y, d=Z, X=np.column_stack([X, hidden(value / 2, seed)])).value > 0.1


def test_a_hidden_confounder_at_the_value_of_the_limit_takes_the_limit_to_zero():
    X = np.column_stack([*COVARIATES.values(), hidden(LINEAR["robustness_value_limit"].value)])
    found = linear_effect(y=Y, d=Z, X=X)
    assert found.value / found.se == pytest.approx(float(stats.t.isf(0.025, found.df)), rel=1e-9)


@pytest.mark.parametrize(("t", "df"), [(2.0, 8), (9.0, 6), (30.0, 5), (3.0, 200), (12.0, 9)])
def test_the_value_of_the_limit_is_the_smallest_by_brute_force(t, df):
    """Also where an effect is so large that a confounder that explains less of the outcome does more."""
    critical = float(stats.t.isf(0.025, df - 1))

    def lowest(share: float) -> float:
        outcomes = np.linspace(0, share, 4001)
        ends = [with_confounder(value=t, se=1.0, df=df, with_help=share, with_outcome=float(r)) for r in outcomes]
        return min(value - critical * se for value, se in ends)

    found = robustness_value(t=t, df=df, critical=critical)
    assert 0 <= found < 1
    if found == 0:
        assert t <= critical * sqrt(df / (df - 1))
    else:
        assert lowest(found - 2e-3) > 0 > lowest(min(found + 2e-3, 1 - 1e-9))


def test_a_covariate_that_says_nothing_bounds_nothing_and_one_too_strong_cannot_be():
    assert as_strong_as(times=1, with_help=0.0, with_outcome=0.0) == (0.0, 0.0)
    assert as_strong_as(times=3, with_help=0.24, with_outcome=0.1) is not None
    assert as_strong_as(times=3, with_help=0.26, with_outcome=0.1) is None


@pytest.mark.parametrize(
    ("outcome", "treated", "covariates", "why"),
    [
        (Y[:19], np.resize([0, 1], 19), {}, "fewer than 10 families in an arm"),
        (Y[:40], np.resize([0, 1], 40), {k: v[:40] for k, v in (COVARIATES | {"more": Y}).items()}, "per covariate"),
        (Y, Z, {"same": Z}, "say who got the help without a doubt"),
        (np.ones(len(Z)), Z, COVARIATES, "settle the outcome"),
        (2 * Z, Z, COVARIATES, "settle the outcome"),
    ],
)
def test_where_there_is_no_regression_there_is_a_reason(outcome, treated, covariates, why):
    found = omitted_confounder(outcome=outcome, treated=treated, covariates=covariates)
    assert all(e.value is None and why in str(e.why) for e in found)


def test_blank_outcomes_are_left_out_and_clusters_are_named():
    assert omitted_confounder(outcome=GONE, treated=Z, covariates=COVARIATES)["partial_r2"].n == int((BLANK == 0).sum())
    told = omitted_confounder(outcome=Y, treated=Z, covariates=COVARIATES, clustered=True)
    assert "rather too large" in str(told["robustness_value_limit"].why)


def tipping(**more) -> Estimates:
    return tipping_points(**{"outcome": GONE, "assigned": Z, "why_no_cluster": "drawn one by one", **more})


def test_tipping_points_are_where_r_finds_that_the_interval_touches_zero():
    unit = np.nanstd(GONE, ddof=1)
    found = {round(e.at / unit, 1): e.value for e in tipping()}
    for shift, name in ((0.0, "tipping_0"), (0.3, "tipping_up"), (-0.2, "tipping_down")):
        assert found[shift] == pytest.approx(REFERENCE[name], rel=1e-6)


def test_shares_stay_shares_and_what_nothing_turns_says_so():
    y = np.where(np.arange(240) % 20 == 0, np.nan, np.where(Z == 1, 0.0, np.arange(240) % 2))
    found = tipping(outcome=y)
    assert all(-0.55 < e.at < 0.55 for e in found)
    assert {e.why for e in found if e.value is None} == {"no shift that can be makes the conclusion turn here"}


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Y, "every family has an outcome, so nothing rests on the missing"),
        (np.where(np.arange(240) < 225, np.nan, Y), "fewer than 10 families in an arm"),
        (GONE - 1.0 * Z, "the interval holds no effect, so there is no conclusion that the missing could turn"),
    ],
)
def test_without_a_conclusion_there_is_nothing_to_turn(outcome, why):
    (found,) = tipping(outcome=outcome)
    assert (found.value, found.why) == (None, why)


def region_effect(rows: np.ndarray) -> Estimate:
    return randomized(outcome=Y[rows], assigned=Z[rows], why_no_cluster="drawn one by one")["itt"]


def test_the_range_without_a_region_is_that_of_r_and_names_none():
    found = leave_one_out(region_effect, {"region": REGION})
    assert [e.value for e in found] == pytest.approx(REFERENCE["without"], rel=1e-9)
    assert all(dict(e.by) == {"unit": "one_region"} for e in found)


def test_a_range_needs_three_units_that_are_large_enough():
    for labels, told in ((np.resize(["a", "b"], 240), False), (np.resize(["a", "b", "c"], 240), True)):
        found = leave_one_out(region_effect, {"team": labels})
        assert all((e.value is not None) is told for e in found)
    small = np.where(np.arange(240) < 9, "small", np.resize(["a", "b"], 240))
    assert all(e.value is None for e in leave_one_out(region_effect, {"team": small}))


def test_a_negative_control_is_the_effect_and_warns_when_it_is_there():
    effect = randomized(outcome=Y, assigned=Z, cluster=CLUSTER)["itt"]
    found = negative_control(effect)
    assert (found.value, found.se) == tuple(pytest.approx(REFERENCE[k], rel=1e-9) for k in ("control", "control_se"))
    assert "not adjusted for" in str(found.why)
    nothing = negative_control(randomized(outcome=Y - effect.value * Z, assigned=Z, cluster=CLUSTER)["itt"])
    assert nothing.why is None
