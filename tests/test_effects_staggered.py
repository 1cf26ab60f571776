"""A staggered start: R on the definition, a simulation with known truth, and an example where two-way effects err."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from risico.effects import staggered
from risico.errors import Refused, UsageError
from risico.numbers.ols import least_squares
from stored import stored, table

R = stored("effects_staggered")
DATA = {name: np.array([np.nan if v is None else v for v in vs]) for name, vs in table(R["data"]).items()}
TOLD: dict[str, Any] = {name: DATA[name] for name in ("unit", "period", "outcome", "start")}
NEVER = np.inf


def panel(Y: np.ndarray, start: np.ndarray) -> dict[str, Any]:
    """Rows of a wide panel whose periods are 0 … T - 1."""
    n, T = Y.shape
    begun = np.repeat(np.where(np.isfinite(start), start, np.nan), T)
    return {
        "unit": np.repeat(np.arange(n), T),
        "period": np.tile(np.arange(T), n),
        "outcome": Y.ravel(),
        "start": begun,
    }


def two_way(Y: np.ndarray, start: np.ndarray) -> float:
    """The coefficient of being helped beside an effect of each unit and each period."""
    n, T = Y.shape
    unit, period = np.repeat(np.arange(n), T), np.tile(np.arange(T), n)
    helped = (period >= np.repeat(start, T)).astype(float)
    X = np.column_stack([helped, np.eye(n)[unit], np.eye(T)[period][:, 1:]])
    return float(least_squares(y=Y.ravel(), X=X)[0][0])


@pytest.mark.parametrize(("ahead", "key"), [(0, "plain"), (1, "ahead")])
def test_as_in_r(ahead: int, key: str) -> None:
    found, told = staggered(**TOLD, anticipation=ahead), R[key]
    assert found["staggered_att"].value == pytest.approx(told["overall"], rel=1e-10)
    assert found["staggered_att"].se == pytest.approx(told["se"], rel=1e-9)
    by_since = [e for e in found if e.name == "effect_since_start"]
    assert [int(e.by["since"]) for e in by_since] == [row["since"] for row in told["by_since"]]
    assert [e.value for e in by_since] == pytest.approx([row["value"] for row in told["by_since"]], rel=1e-9)
    assert [e.se for e in by_since] == pytest.approx([row["se"] for row in told["by_since"]], rel=1e-9)
    cells = [e for e in found if e.name == "group_time_effect"]
    assert [e.value for e in cells] == pytest.approx([row["value"] for row in told["cells"]], rel=1e-9)
    assert [e.se for e in cells] == pytest.approx([row["se"] for row in told["cells"]], rel=1e-9)


def test_clustered_above_units_as_in_r() -> None:
    found = staggered(**TOLD, cluster=DATA["region"])["staggered_att"]
    assert found.se == pytest.approx(R["plain"]["se_region"], rel=1e-9)


def test_two_way_fixed_effects_have_the_wrong_sign_where_this_has_not() -> None:
    """Help that needs time: early starters keep rising while they serve as controls of the late ones."""
    start = np.repeat([2.0, 6.0, NEVER], [10, 10, 2])
    period = np.arange(9)
    lag = np.maximum(period[None, :] - start[:, None] + 1, 0)
    Y = np.where(np.isfinite(start)[:, None], lag**2.0, 0) + np.arange(22)[:, None] + 0.5 * period
    true = np.mean([np.mean([(t - g + 1) ** 2 for t in range(g, 9)]) for g in (2, 6)])
    assert true > 10
    assert two_way(Y[:20], start[:20]) < 0
    assert staggered(**panel(Y, start))["staggered_att"].value == pytest.approx(true)
    begun = np.nan_to_num(DATA["start"].reshape(7, 40)[0] - 1, nan=NEVER)
    assert two_way(DATA["outcome"].reshape(7, 40).T, begun) == pytest.approx(R["two_way"], rel=1e-8)


def test_two_groups_and_two_moments_is_the_plain_difference_in_differences() -> None:
    rng = np.random.default_rng(2)
    Y, start = rng.normal(size=(30, 3)), np.repeat([2.0, NEVER], 15)
    change = Y[:, 2] - Y[:, 1]
    assert staggered(**panel(Y, start))["staggered_att"].value == pytest.approx(change[:15].mean() - change[15:].mean())


def test_bias_coverage_and_false_alarms_of_the_pre_trend() -> None:
    """300 regions of 30 teams in which the truth is known: effects grow with time and differ by start."""
    rng, held, alarms, values = np.random.default_rng(7), 0, 0, []
    start = np.repeat([3.0, 5.0, NEVER], 10)
    lag = np.maximum(np.arange(8)[None, :] - start[:, None] + 1, 0)
    effect = np.where(np.isfinite(start)[:, None], lag * np.where(start == 3, 0.5, 1.0)[:, None], 0)
    true = (np.mean([0.5 * k for k in range(1, 6)]) + np.mean([1.0 * k for k in range(1, 4)])) / 2
    for _ in range(300):
        Y = rng.normal(size=(30, 1)) * 2 + np.cumsum(rng.normal(0.2, 0.5, (30, 8)), axis=1) + effect
        found = staggered(**panel(Y, start))
        overall = found["staggered_att"]
        values.append(overall.value)
        held += (overall.low or 9) <= true <= (overall.high or -9)
        alarms += (found["pre_trend_p"].value or 0) < 0.05
    assert np.mean(values) == pytest.approx(true, abs=3 * np.std(values) / 300**0.5)
    assert held / 300 >= 0.93
    assert alarms / 300 <= 0.08


def test_a_trend_that_was_already_there_is_said() -> None:
    rng = np.random.default_rng(5)
    start = np.repeat([4.0, NEVER], 20)
    Y = rng.normal(0, 0.3, (40, 7)) + np.where(np.isfinite(start)[:, None], 0.8 * np.arange(7), 0)
    found = staggered(**panel(Y, start))["pre_trend_p"]
    assert (found.value or 1) < 0.01
    assert "already changed otherwise" in (found.why or "")


def test_anticipation_moves_the_last_period_before() -> None:
    """Who improves one period early: without naming it half of the effect is lost."""
    start = np.repeat([4.0, NEVER], [12, 12])
    Y = 2.0 * (np.arange(8)[None, :] >= start[:, None] - 1) + np.random.default_rng(1).normal(0, 1e-6, (24, 8))
    assert staggered(**panel(Y, start))["staggered_att"].value == pytest.approx(0, abs=1e-5)
    assert staggered(**panel(Y, start), anticipation=1)["staggered_att"].value == pytest.approx(2, abs=1e-5)


def test_order_and_labels_do_not_count() -> None:
    turned = np.random.default_rng(0).permutation(len(DATA["unit"]))
    months = np.array([f"2024-{int(t):02d}" for t in DATA["period"]])
    begun = np.array([None if np.isnan(s) else f"2024-{int(s):02d}" for s in DATA["start"]], dtype=object)
    told = {"unit": DATA["unit"], "period": months, "outcome": DATA["outcome"], "start": begun}
    found = staggered(**{name: values[turned] for name, values in told.items()})
    assert found["staggered_att"].value == pytest.approx(R["plain"]["overall"], rel=1e-10)


@pytest.mark.parametrize(("units", "given"), [(1, False), (2, True)])
def test_two_units_on_either_side(units: int, given: bool) -> None:
    Y = np.random.default_rng(3).normal(size=(10, 5))
    for start in (np.repeat([3.0, NEVER], [units, 10 - units]), np.repeat([3.0, NEVER], [10 - units, units])):
        found = staggered(**panel(Y, start))["staggered_att"]
        assert (found.value is not None) == given
        assert given or "two units" in (found.why or "") or "2 units" in (found.why or "")


def test_without_anybody_still_to_begin_there_is_nothing_to_compare() -> None:
    Y = np.random.default_rng(3).normal(size=(10, 5))
    found = staggered(**panel(Y, np.full(10, 3.0)))
    assert all(e.value is None for e in found)
    assert {e.name for e in found} == {"staggered_att", "effect_since_start", "pre_trend_p"}
    early = staggered(**panel(Y, np.zeros(10)))
    assert early["staggered_att"].why == "no unit has a period before its start"


def test_few_units_and_who_was_left_out_are_said() -> None:
    Y = np.random.default_rng(3).normal(size=(30, 5))
    Y[3, 2] = np.nan
    start = np.repeat([3.0, 0.0, 2.0, NEVER], [14, 1, 1, 14])
    found = staggered(**panel(Y, start))["staggered_att"]
    assert found.n == 28 * 5
    for reason in ("a blank period", "no period before the start", "no other that began in the same period"):
        assert reason in found.method
    assert found.why is None
    few = staggered(**panel(Y[:23], np.repeat([3.0, NEVER], [14, 9])))["staggered_att"]
    assert "fewer than 10 units" in (few.why or "")


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"unit": np.ones(280)}, UsageError, "several rows"),
        ({"start": np.where(DATA["unit"] == 1, DATA["period"], DATA["start"])}, UsageError, "differs between"),
        ({"start": np.where(DATA["start"] == 3, 3.5, DATA["start"])}, UsageError, "none of the periods"),
        ({"start": np.array(["2024"] * 280, dtype=object)}, UsageError, "as the periods are"),
        ({"anticipation": -1}, UsageError, "anticipation"),
    ],
)
def test_it_says_what_is_wrong(wrong: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        staggered(**TOLD | wrong)


def test_two_periods_are_too_few() -> None:
    rows = DATA["period"] <= 2
    with pytest.raises(Refused, match="at least 3"):
        staggered(**{name: values[rows] for name, values in TOLD.items()})
