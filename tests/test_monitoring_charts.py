"""Control charts: equal to R, the published figures of the NHS data, and what chance alone gives."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from risico.disclosure import release
from risico.errors import UsageError
from risico.estimate import Estimates
from risico.monitoring import p_prime, xmr
from risico.monitoring.charts import RULES
from risico.numbers.charts import beyond, near, season_removed, shifts, trends, xmr_limits
from stored import stored

R = stored("monitoring_charts")
X, COUNT, OF = np.array(R["x"]), np.array(R["count"]), np.array(R["n"])


def periods(n: int) -> list[str]:
    return [f"{2000 + i // 12}-{i % 12 + 1:02}" for i in range(n)]


def marked(found: Estimates, rule: str) -> float | None:
    return found.where(rule=rule)["signals"].value


def expected(found: Estimates) -> list[tuple[float | None, float | None, float | None]]:
    return [(e.value, e.low, e.high) for e in found if e.name == "expected"]


def test_limits_of_xmr_are_those_of_r():
    found = xmr(X, periods(len(X)), kind="value", of=[100] * len(X))
    assert expected(found)[0] == pytest.approx(tuple(R["limits"]), rel=1e-12)
    assert len(set(expected(found))) == 1


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_those_of_r(rule):
    limits = xmr_limits(X)
    ours = {
        "beyond_limits": beyond(X, limits),
        "shift": shifts(X, limits[0]),
        "trend": trends(X),
        "near_limits": near(X, limits),
    }
    assert ours[rule].tolist() == R[rule]
    if rule != "near_limits":
        assert any(R[rule])
    found = xmr(X, periods(len(X)), kind="value", of=[100] * len(X))
    assert marked(found, rule) == sum(flag != 0 for flag in R[rule])


def test_p_prime_is_that_of_r():
    found = expected(p_prime(COUNT, OF, periods(30)))
    assert found[0][0] == pytest.approx(R["laney"]["centre"], rel=1e-12)
    assert [low for _, low, _ in found] == pytest.approx(R["laney"]["low"], rel=1e-12)
    assert [high for _, _, high in found] == pytest.approx(R["laney"]["high"], rel=1e-12)


def test_the_season_is_that_of_r_and_never_uses_the_year_itself():
    season = np.array(R["seasonal"])
    without = season_removed(season, 12, 2)
    assert without[24:].tolist() == pytest.approx(R["without"], rel=1e-12)
    assert np.isnan(without[:24]).all()
    changed = season.copy()
    changed[40] += 5
    assert season_removed(changed, 12, 2)[40] - without[40] == pytest.approx(5)


def nhs(folder) -> tuple[np.ndarray, np.ndarray, list[str]]:
    table = (
        pl.read_csv(folder / "ae_attendances.csv.gz").group_by("period").agg(pl.col("breaches", "attendances").sum())
    )
    table = table.sort("period")
    return table["breaches"].to_numpy(), table["attendances"].to_numpy(), [day[:7] for day in table["period"]]


def test_the_published_figures_of_the_nhs(real_data):
    breaches, attendances, months = nhs(real_data("spc-ae-attendances"))
    found = xmr(1 - breaches / attendances, months, kind="share", of=attendances)
    assert [round(end or 0, 4) for end in expected(found)[0]] == [0.8847, 0.8560, 0.9135]
    assert marked(found, "beyond_limits") == 7
    assert len(months) == 36


def test_every_winter_of_the_nhs_is_special_until_the_season_is_removed(real_data):
    breaches, attendances, months = nhs(real_data("spc-ae-attendances"))
    raw = xmr(breaches / attendances, months, kind="share", of=attendances)
    special = {e.by["from"][5:] for e in raw if e.name == "signal" and e.by["rule"] == "beyond_limits"}
    assert special == {"01", "12"}
    for chart in (
        xmr(breaches / attendances, months, kind="share", of=attendances, season=12),
        p_prime(breaches, attendances, months, season=12),
    ):
        assert marked(chart, "beyond_limits") == 0
        assert sum(e.value is not None for e in chart if e.name == "measured_without_season") == 12


def test_an_ordinary_p_chart_of_thousands_calls_nearly_every_month_special(real_data):
    breaches, attendances, months = nhs(real_data("spc-ae-attendances"))
    centre = breaches.sum() / attendances.sum()
    half = 3 * np.sqrt(centre * (1 - centre) / attendances)
    assert (np.abs(breaches / attendances - centre) > half).sum() >= 34
    assert marked(p_prime(breaches, attendances, months), "beyond_limits") == 7


def test_two_years_are_too_few_for_a_season_and_it_says_so():
    y = np.arange(35) % 12 + 0.1 * (np.arange(35) % 5)
    short = xmr(y, periods(35), kind="count", season=12)
    assert {e.why for e in short if e.name == "expected"} == {
        "fewer than three whole years: the season is not removed, and what returns each year can look special"
    }
    long = xmr(np.append(y, 11.0), periods(36), kind="count", season=12)
    assert {e.why for e in long if e.name == "expected"} == {None}


def test_limits_change_only_at_a_declared_step():
    y = [10.0, 11, 9, 10, 12, 10, 20, 21, 19, 20, 22, 20]
    without, with_step = (xmr(y, periods(12), kind="count", steps=s) for s in ((), ("2000-07",)))
    assert len(set(expected(without))) == 1
    assert len(set(expected(with_step))) == 2
    assert expected(with_step)[0] == expected(xmr(y[:6], periods(6), kind="count"))[0]
    assert [marked(with_step, rule) for rule in RULES] == [0, 0, 0, 0]


@pytest.mark.parametrize(("n", "has", "why"), [(5, False, True), (6, True, True), (11, True, True), (12, True, False)])
def test_few_periods_have_no_limits_or_provisional_ones(n, has, why):
    found = xmr(np.arange(n) % 3, periods(n), kind="count")
    first = next(e for e in found if e.name == "expected")
    assert (first.value is not None, first.why is not None) == (has, why)
    assert (marked(found, "shift") is not None) is has


@pytest.mark.parametrize(("run", "value"), [(6, 0.0), (7, 7.0)])
def test_a_shift_is_seven_and_not_six(run, value):
    y = np.array([1.0, -1.0] * 10 + [-1] + [1.0] * run + [-1.0] * 4)
    assert (shifts(y, np.zeros(len(y))) != 0).sum() == value


@pytest.mark.parametrize(("rising", "value"), [(6, 0), (7, 7)])
def test_a_trend_is_seven_and_not_six(rising, value):
    y = np.array([5.0, 4, 5, 4, *range(4, 4 + rising), 2, 3])
    assert (trends(y) != 0).sum() == value


def test_equal_values_and_blanks_have_a_reason():
    assert {e.why for e in xmr([4] * 8, periods(8), kind="count") if e.name == "expected"} == {
        "the same in every period, so nothing says how much periods differ"
    }
    found = xmr([4, 5, None, 6, 5, 4, 6], periods(7), kind="count")
    assert found.where(period="2000-03")["measured"].why == "not known in this period"
    assert expected(found)[0] == expected(xmr([4, 5, 6, 5, 4, 6], periods(6), kind="count"))[0]


def test_shares_that_are_none_without_their_season_have_a_reason():
    found = p_prime([9, 0, 0, 0] * 2 + [0] * 8, [1000] * 16, periods(16), season=4)
    assert {e.why for e in found if e.name == "expected"} == {
        "without the season the shares average none or all, so they have no binomial limits"
    }


def test_in_a_stable_process_any_rule_is_seen_in_one_chart_of_four():
    rng, any_rule, beyond_only = np.random.default_rng(1), 0, 0
    for _ in range(1000):
        y = rng.normal(size=36)
        limits = xmr_limits(y)
        flags = [(f != 0).any() for f in (beyond(y, limits), shifts(y, limits[0]), trends(y), near(y, limits))]
        any_rule, beyond_only = any_rule + any(flags), beyond_only + flags[0]
    assert 0.2 < any_rule / 1000 < 0.31
    assert beyond_only / 1000 < 0.13


def test_a_month_with_few_families_is_withheld():
    told = release(xmr([3, 12, 14, 12, 15, 13, 14], periods(7), kind="count"), "organisatie")
    measured = [e.value is None for e in told if e.name == "measured"]
    assert measured == [True] + [False] * 6


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: xmr([1, 2], ["b", "a"], kind="count"), "period: must be in order"),
        (lambda: xmr([1, 2], ["a", "a"], kind="count"), "period"),
        (lambda: xmr([1, 2], ["a", "b"], kind="share"), "of:"),
        (lambda: xmr([1, 2], ["a", "b"], kind="count", of=[3, 4]), "of:"),
        (lambda: xmr([1, 2], ["a", "b"], kind="count", steps=["a"]), "steps"),
        (lambda: xmr([1, 2], ["a", "b"], kind="count", season=1), "season"),
        (lambda: xmr([1] * 201, [f"{i:03}" for i in range(201)], kind="count"), "200"),
        (lambda: p_prime([5], [4], ["a"]), "count"),
        (lambda: p_prime([0], [0], ["a"]), "of:"),
    ],
)
def test_mistakes_get_a_message(call, match):
    with pytest.raises(UsageError, match=match):
        call()
