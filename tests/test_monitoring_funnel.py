"""Funnels: equal to R and metafor, the published figures of Veilig Thuis, and no comparison without case mix."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from risico.errors import Refused, UsageError
from risico.estimate import Estimates
from risico.monitoring import Units, funnel, standardised
from stored import stored

R = stored("monitoring_funnel")
WHY = "published totals only"


def column(found: Estimates, name: str) -> list[float | None]:
    return [e.value for e in found if e.name == name]


def units(case: dict, **told) -> Units:
    names = [f"{i:02}" for i in range(len(case["o"]))]
    return Units(unit=names, observed=case["o"], of=case["n"], **told)


@pytest.mark.parametrize("name", ["few", "many"])
def test_it_is_that_of_r(name):
    case = R[name]
    told = {"why_no_case_mix": WHY} if name == "few" else {"expected": case["e"], "case_mix": "a declared model"}
    found = funnel(units(case, **told))
    for ours, theirs in (("standardised_ratio", "ratio"), ("z_before", "z"), ("z_after", "after")):
        assert column(found, ours) == pytest.approx(case[theirs], rel=1e-9), ours
    assert found["overdispersion"].value == pytest.approx(case["phi"], rel=1e-9)
    assert found["overdispersion_tau"].value == pytest.approx(case["tau"], rel=1e-9)


def test_against_the_common_share_the_spread_is_that_of_metafor():
    found = funnel(units(R["few"], why_no_case_mix=WHY))
    assert found["overdispersion_tau"].value == pytest.approx(R["metafor_tau"], rel=1e-9)


def test_indirect_standardisation_is_that_of_r():
    case = R["families"]
    found = standardised(case["y"], case["team"], {"severity": case["heavy"], "kind": case["kind"]})
    assert np.asarray(found.expected) == pytest.approx(case["expected"])
    assert np.asarray(found.observed).tolist() == case["observed"]


def provinces(folder) -> Units:
    with (folder / "repeat_reports_2023.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["region"].endswith("(PV)")]
    seen = np.array([float(row["repeat_reports"]) for row in rows])
    of = np.round(100 * seen / np.array([float(row["pct_repeat"]) for row in rows]))
    return Units(unit=[r["region"] for r in rows], observed=seen, of=of, why_no_case_mix=WHY, benchmark=0.285)


def test_every_province_is_an_outlier_until_provinces_may_differ(real_data):
    """README of the data: z from -14.7 (Limburg) to 17.6 (Noord-Holland), factor about 108, then none beyond 2."""
    found = funnel(provinces(real_data("cbs-veilig-thuis")))
    z = {e.by["unit"]: e.value or 0.0 for e in found if e.name == "z_before"}
    assert (min(z, key=z.__getitem__), round(min(z.values()), 1)) == ("Limburg (PV)", -14.7)
    assert (max(z, key=z.__getitem__), round(max(z.values()), 1)) == ("Noord-Holland (PV)", 17.6)
    assert found["overdispersion"].value == pytest.approx(108, abs=0.5)
    outside = {e.by["when"]: e.value for e in found if e.name == "units_outside"}
    assert outside == {"before": 12, "after": 0}
    assert {e.why for e in found if e.value is not None} == {
        "not adjusted for case mix: units can differ because their families differ"
    }


def test_teams_that_differ_only_in_their_families_stand_out_until_case_mix():
    rng = np.random.default_rng(4)
    team = np.repeat([f"team {i}" for i in range(8)], 500)
    heavy = (rng.random(4000) < np.repeat(np.linspace(0.1, 0.9, 8), 500)).astype(int)
    y = (rng.random(4000) < 0.1 + 0.4 * heavy).astype(int)
    seen, of = (np.bincount(np.repeat(np.arange(8), 500), weights=w) for w in (y, np.ones(4000)))
    raw = Units(unit=sorted(set(team)), observed=seen, of=of, why_no_case_mix=WHY)
    before = {e.by["when"]: e.value for e in funnel(raw) if e.name == "units_outside"}
    after = {
        e.by["when"]: e.value for e in funnel(standardised(y, team, {"severity": heavy})) if e.name == "units_outside"
    }
    assert before["before"] >= 6
    assert after["before"] <= 1


def test_a_unit_far_away_still_stands_out_among_many():
    of = np.full(25, 400.0)
    seen = np.append(np.random.default_rng(5).binomial(400, 0.2, 24), 150)
    found = funnel(Units(unit=[f"{i:02}" for i in range(25)], observed=seen, of=of, why_no_case_mix=WHY))
    far = found.where(unit="24")["z_after"].value
    assert far is not None
    assert far > 5


def test_without_case_mix_it_is_refused_with_what_is_missing():
    with pytest.raises(Refused, match="how many were expected in each unit"):
        Units(unit=["a"], observed=[20], of=[40])
    with pytest.raises(Refused, match="case_mix"):
        Units(unit=["a"], observed=[20], of=[40], expected=[18])
    with pytest.raises(Refused):
        Units(unit=["a"], observed=[20], of=[40], expected=[18], case_mix="model", why_no_case_mix="none")
    with pytest.raises(Refused, match="at least one stratum"):
        standardised([0, 1], ["a", "b"], {})


def test_units_stand_in_order_of_name_or_size_and_never_of_outcome():
    told = Units(unit=["c", "a", "b"], observed=[20, 30, 80], of=[90, 300, 200], why_no_case_mix=WHY)
    by_name, by_size = (funnel(told, order=order) for order in ("name", "size"))
    assert [e.by["unit"] for e in by_name if e.name == "z_before"] == ["a", "b", "c"]
    assert [e.by["unit"] for e in by_size if e.name == "z_before"] == ["c", "b", "a"]
    with pytest.raises(UsageError, match="never ranked"):
        funnel(told, order="outcome")  # type: ignore[arg-type]


@pytest.mark.parametrize(("seen", "has"), [(9, False), (10, True), (90, True), (91, False)])
def test_a_unit_with_few_has_no_number(seen, has):
    told = Units(unit=["a", "b"], observed=[seen, 60], of=[100, 100], why_no_case_mix=WHY)
    assert (funnel(told).where(unit="a")["standardised_ratio"].value is not None) is has


@pytest.mark.parametrize(("k", "has"), [(4, False), (5, True)])
def test_few_units_say_nothing_of_overdispersion(k, has):
    told = Units(unit=list("abcdef"[:k]), observed=[20, 40, 30, 35, 60][:k], of=[100] * k, why_no_case_mix=WHY)
    found = funnel(told)
    assert (found["overdispersion"].value is not None) is has
    assert all((value is not None) is has for value in column(found, "z_after"))
    assert any(e.name == "funnel_limits" for e in found) is has


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"unit": ["a", "a"], "observed": [1, 2], "of": [3, 3]}, "once"),
        ({"unit": ["a"], "observed": [5], "of": [3]}, "observed"),
        ({"unit": [], "observed": [], "of": []}, "at least one unit"),
        ({"unit": ["a"], "observed": [0], "of": [0]}, "above 0"),
        ({"unit": ["a"], "observed": [1], "of": [3], "benchmark": 1.5}, "benchmark"),
    ],
)
def test_mistakes_get_a_message(told, match):
    with pytest.raises(UsageError, match=match):
        Units(why_no_case_mix=WHY, **told)


def test_expected_must_be_possible():
    with pytest.raises(UsageError, match="expected"):
        Units(unit=["a"], observed=[20], of=[40], expected=[40], case_mix="model")
