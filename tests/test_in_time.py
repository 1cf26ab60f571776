"""Designs in time as studies: the specs run, the pages say it in words, and what is incomplete is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from risico.cohort import cohort
from risico.disclosure import release
from risico.errors import BrokenInstrument, UsageError
from risico.estimate import Estimates
from risico.experiments.plans import result as of_plan
from risico.experiments.studies import result
from risico.pages.review import review
from risico.pages.wording import words
from risico.plan import Plan
from risico.profiles import profile
from risico.study import Study, load
from risico.synthetic import region
from risico.synthetic.rollout import rollout

SPECS = {name: ROOT / "experiments" / f"{name}.yaml" for name in ("rossi_times", "synthetic_staggered", "ae_series")}


def study(name: str) -> Study:
    found = load(SPECS[name])
    assert isinstance(found, Study)
    return found


def page(name: str, estimates: Estimates, language: Any = "nl") -> str:
    plan = study(name)
    html = review(release(estimates, plan.audience, public=plan.data.public), plan, language=language)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_the_page_of_waits_says_both_groups_and_the_difference(real_data: Callable[[str], Path]) -> None:
    real_data("rossi-recidivism")
    found = result(study("rossi_times"), SPECS["rossi_times"]).estimates
    text = page("rossi_times", found)
    assert "22 % in de groep ‘geld’ en 31 % in de groep ‘geen geld’" in text
    assert "Dat zijn er 8 van de 100 minder bij mensen in de groep ‘geld’" in text
    assert "hangt af van hoe de groepen zijn gekozen" in text
    assert "recidiv" not in text.lower().replace("rossi-recidivism", "")


def test_a_staggered_start_with_known_truth() -> None:
    held = []
    for seed in (2026, 1, 2, 3, 4, 5):
        frame, truth = rollout(seed, households=14400)
        plan = study("synthetic_staggered")
        told = plan.model_copy(update={"data": plan.data.model_copy(update={"seed": seed})})
        found = result(told, SPECS["synthetic_staggered"]).estimates["staggered_att"]
        true = truth["staggered_att"].value or 0
        held.append((found.low or 1) <= true <= (found.high or -1))
        assert frame.shape == (288, 5)
    assert sum(held) >= 5


def test_its_page_cannot_tell_where_the_margin_holds_zero() -> None:
    found = result(study("synthetic_staggered"), SPECS["synthetic_staggered"]).estimates
    text = page("synthetic_staggered", found)
    assert "4 minder bij de teams die begonnen met de nieuwe werkwijze" in text
    assert "weten we niet: het verschil is te onzeker" in text
    assert "Niet te zeggen. Verwacht" in text
    assert all("team_" not in str(e.by) for e in found)


def test_a_month_in_which_nothing_began_is_no_change(real_data: Callable[[str], Path]) -> None:
    real_data("spc-ae-attendances")
    found = result(study("ae_series"), SPECS["ae_series"]).estimates
    change = found["change_at_end"]
    assert (change.low or 1) < 0 < (change.high or -1)
    assert change.n == 36
    text = page("ae_series", found, "en")
    assert "is too uncertain" in text
    assert "hang together" in text


@pytest.mark.parametrize("design", ["time_to_event", "staggered", "series"])
def test_each_design_says_what_a_page_may_not_say(design: str) -> None:
    forbidden = words()["designs"][design]["forbidden"]
    assert "proven" in forbidden["en"]
    for key in ("beyond_chance", "method"):
        for language in ("nl", "en"):
            text = words()[key][design][language].lower()
            assert not any(re.search(rf"\b{word}\b", text) for word in forbidden[language])


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("rossi_times", "no_cluster", "no_cluster"),
        ("rossi_times", "waits", "needs waits"),
        ("synthetic_staggered", "rollout", "needs rollout"),
        ("ae_series", "series", "needs series"),
    ],
)
def test_a_study_needs_its_part(name: str, change: str, says: str) -> None:
    told = study(name).model_dump(by_alias=True) | {change: None}
    with pytest.raises(ValueError, match=says):
        Study.model_validate(told)


def test_a_comparison_series_names_its_rows() -> None:
    told = study("ae_series").model_dump(by_alias=True)
    with pytest.raises(ValueError, match="comparison_is"):
        Study.model_validate(told | {"series": told["series"] | {"comparison": "type"}})


def test_a_start_that_is_no_period_is_refused(real_data: Callable[[str], Path]) -> None:
    real_data("spc-ae-attendances")
    plan = study("ae_series")
    assert plan.series is not None
    wrong = plan.model_copy(update={"series": plan.series.model_copy(update={"start": "2018-04"})})
    with pytest.raises(UsageError, match="none of the periods"):
        result(wrong, SPECS["ae_series"])


def test_invented_data_are_there_for_teams_only(tmp_path: Path) -> None:
    text = SPECS["ae_series"].read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("data:"))
    file = tmp_path / "ae_series.yaml"
    file.write_text(text.replace(line, "data: {source: synthetic, seed: 1, households: 5000}"), encoding="utf-8")
    told = load(file)
    assert isinstance(told, Study)
    with pytest.raises(UsageError, match="staggered"):
        result(told, file)
    file.write_text(text.replace("design: series", "design: staggered"), encoding="utf-8")
    with pytest.raises(BrokenInstrument):
        load(file)


def test_a_rollout_of_few_households_is_refused() -> None:
    with pytest.raises(UsageError, match="2880"):
        rollout(1, households=2879)
    one, two = (rollout(7)[0] for _ in range(2))
    assert one.equals(two)


def plan_of(**more: Any) -> Plan:
    found = load(ROOT / "experiments" / "synthetic_times.yaml")
    assert isinstance(found, Plan)
    told = found.model_dump(by_alias=True, exclude_unset=True)
    return Plan.model_validate({**told, "data": told["data"] | {"households": 300}, **more})


def test_the_waits_of_a_cohort_by_hand() -> None:
    """Day by day from the events: the first report, leaving, the end of the record or of the window."""
    plan = plan_of()
    made = region(2026, households=300)
    waits = cohort(profile(made.forms), made.events, plan).waits("systeemhulp")
    until, rows = date(2023, 6, 30), {}
    for row in made.events.sort("date").iter_rows(named=True):
        rows.setdefault(row["case"], []).append(row)
    expected = []
    for case in sorted(rows):
        zero = next(row["date"] for row in rows[case] if row["event"] == "assigned")
        days = {(row["event"], (row["date"] - zero).days) for row in rows[case]}
        first = min((day for event, day in days if event == "report" and day >= 1), default=10**6)
        left = min((day for event, day in days if event == "exit" and day >= 0), default=10**6)
        end = min((until - zero).days, left, 545)
        cause = 1 if first <= end else 2 if left == end else 0
        if end >= 1:
            expected.append((min(first, end), cause))
    assert list(zip(waits["time"].tolist(), waits["cause"].tolist(), strict=True)) == expected
    assert {cause for _, cause in expected} == {0, 1, 2}


def test_waits_begin_with_the_window_and_an_exit_that_does_not_compete_is_censored() -> None:
    made = region(2026, households=300)
    forms, told = profile(made.forms), plan_of().model_dump(by_alias=True, exclude_unset=True)
    short = {"until": date(2022, 3, 31), "competing": ()}
    late = plan_of(outcome=told["outcome"] | {"window_days": (91, 545)}, follow_up=short)
    waits = cohort(forms, made.events, late).waits("systeemhulp")
    assert waits["time"].min() >= 1
    assert waits["time"].max() <= 455
    assert set(waits["cause"].tolist()) == {0.0, 1.0}
    assert 0 < (~waits["rows"]).sum() < 300  # the record ended before their window began
    assert len(waits["time"]) == waits["rows"].sum()


def test_a_plan_of_waits_runs_and_its_page_speaks_of_registrations() -> None:
    path = ROOT / "experiments" / "synthetic_times.yaml"
    plan = plan_of()
    found = of_plan(plan, path).estimates
    assert found["risk_difference"].value is not None
    assert "robust errors" in found["hazard_ratio"].method
    assert not [
        e for e in found if e.name == "competing_incidence"
    ]  # few moved, and the difference would tell how many
    html = review(release(found, plan.audience), plan, language="nl")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    assert "Een nieuwe melding is een registratie" in text
    assert "recidiv" not in text.lower()
    assert "in de groep ‘systeemhulp’" in text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"estimand": "itt"}, "estimates risk_difference"),
        ({"design": "randomized", "estimand": "itt", "expected_value": None}, "competing reasons"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        plan_of(**change)


def test_waits_need_an_event() -> None:
    told = plan_of().model_dump(by_alias=True, exclude_unset=True)
    with pytest.raises(ValueError, match="needs an event"):
        plan_of(outcome=told["outcome"] | {"yes": {"at_least": 2}})


def test_a_small_share_takes_that_of_the_other_arm_with_it(tmp_path: Path) -> None:
    """Nine of thirty in one arm: beside the difference, the share of the other arm would tell them."""
    for events, shown in ((9, 0), (10, 2)):
        rows = [f"{10 if i < events else 100},{int(i < events)},yes" for i in range(30)]
        rows += [f"{10 if i < 15 else 100},{int(i < 15)},no" for i in range(30)]
        (tmp_path / "waits.csv").write_text("\n".join(["day,cause,helped", *rows]), encoding="utf-8")
        told = study("rossi_times").model_dump(by_alias=True, exclude_unset=True)
        waits = told["waits"] | {"time": "day", "cause": "cause", "helped": "helped", "horizon": 90, "covariates": ()}
        data = {"source": "file", "forms": str(tmp_path / "waits.csv")}
        plan = Study.model_validate(told | {"waits": waits, "data": data, "audience": "organisatie"})
        found = result(plan, tmp_path / "rossi_times.yaml").estimates
        assert sum(e.name == "cumulative_incidence" for e in found) == shown
        assert found["risk_difference"].value is not None
