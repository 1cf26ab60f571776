"""Alpha with an interval for answers that are not normal: equal to lavaan, and a reason where nothing is told."""

import pytest

from risico.errors import UsageError
from risico.reliability import alpha_adf, consistency
from risico.reliability.alpha_adf import ALONE, FEW_FORMS, SAME
from risico.reliability.grounds import FEW_ITEMS, FLAT, STILL
from stored import matrix, stored, table

RTOL = 1e-6  # lavaan takes the slope of alpha by differences


@pytest.mark.parametrize("name", ["skewed", "two", "seven"])
def test_the_standard_error_is_that_of_lavaan(name: str) -> None:
    r = stored("alpha_adf")[name]
    e = alpha_adf(matrix(r["items"]))[0]
    assert (e.n, e.value) == (r["n"], pytest.approx(r["alpha"], rel=RTOL))
    assert (e.se, e.low, e.high) == pytest.approx((r["se"], r["low"], r["high"]), rel=RTOL)
    assert e.value == pytest.approx(consistency(matrix(r["items"]))["alpha"].value, rel=1e-12)


def teams() -> dict[str, list[float | None]]:
    r = stored("alpha_adf")["teams"]
    return {**table(r["items"]), "team": r["team"]}


def test_with_teams_the_standard_error_is_that_of_lavaan_with_clusters() -> None:
    r, e = stored("alpha_adf")["teams"], alpha_adf(teams(), cluster="team")[0]
    assert (e.n, e.value, e.se) == (r["n"], pytest.approx(r["alpha"], rel=RTOL), pytest.approx(r["se"], rel=RTOL))
    assert (e.low, e.high) == pytest.approx((r["low"], r["high"]), rel=RTOL)
    assert "within team" in e.method
    named = alpha_adf(teams(), [f"item{i}" for i in range(1, 6)], cluster="team")[0]
    assert (named.value, named.se) == (e.value, pytest.approx(e.se, rel=1e-12))


def test_one_team_has_no_interval_and_no_team_is_refused() -> None:
    e = alpha_adf({**teams(), "team": [1] * 240}, cluster="team")[0]
    assert (e.low, e.why) == (None, ALONE)
    with pytest.raises(UsageError, match="no column 'region'"):
        alpha_adf(teams(), cluster="region")


def test_blanks_are_left_out_and_counted() -> None:
    e = alpha_adf(matrix(stored("alpha_adf")["skewed"]["items"]))[0]
    assert f"; {200 - e.n} incomplete forms left out" in e.method


FORMS = [[0, 0], [1, 1], [0, 1], [1, 1]]


@pytest.mark.parametrize(
    ("forms", "value", "why"),
    [
        (FORMS * 25, 0.7272727272727273, None),
        (FORMS * 24 + [[0, 1], [1, 1], [0, 0]], None, FEW_FORMS),
        ([[x, x] for x in (0, 1, 2)] * 40, 1.0, SAME),
        ([[1], [0]], None, FEW_ITEMS),
        ([[1, 1], [1, 1]], None, FLAT),
        ([[x, 1, x % 2] for x in (0, 1, 2)] * 40, None, STILL),
        ([[1, 2]], None, "two are needed"),
    ],
)
def test_degenerate_answers_have_a_defined_answer(forms: list[list[int]], value: float | None, why: str | None) -> None:
    e = alpha_adf(forms)[0]
    if value is not None:
        assert e.value == pytest.approx(value)
    assert why in e.why if why else e.why is None
    assert (e.low is None) is (why not in (None, FEW_FORMS, STILL))
