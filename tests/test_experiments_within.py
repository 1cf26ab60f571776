"""Designs within people from plan to page: what a plan must say, and what a page of change never says."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import ROOT
from risico.disclosure import release
from risico.errors import BrokenInstrument
from risico.estimate import Estimates
from risico.experiments import plans
from risico.pages.review import review
from risico.pages.wording import forbidden, words
from risico.plan import Plan
from risico.strict import build, read_yaml
from risico.synthetic import region

FOLDER = ROOT / "experiments"
CHANGE: dict[str, Any] = {**read_yaml(FOLDER / "synthetic_before_after.yaml")}
COURSE: dict[str, Any] = {**read_yaml(FOLDER / "synthetic_repeated.yaml")}


def a_plan(told: dict[str, Any], **changes: Any) -> Plan:
    return build(Plan, copy.deepcopy(told) | changes, "a.yaml")


RUNS: dict[str, Estimates] = {}


def found(plan: Plan) -> Estimates:
    """Each plan is carried out once."""
    if plan.locked not in RUNS:
        RUNS[plan.locked] = plans.result(plan, FOLDER / f"{plan.id}.yaml").estimates
    return RUNS[plan.locked]


@pytest.fixture(scope="module", params=[CHANGE, COURSE], ids=["before_after", "repeated"])
def both(request: pytest.FixtureRequest) -> tuple[Plan, Estimates]:
    plan = a_plan(request.param)
    return plan, found(plan)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_says_no_more_than_its_design_allows(both: tuple[Plan, Estimates], language: Any) -> None:
    plan, estimates = both
    told = text(review(release(estimates, "organisatie", teams=10), plan, language=language))
    assert forbidden(told, plan.design, language) == []
    assert words()["designs"][plan.design]["label"][language] in told
    only = {
        "before_after": {"nl": "niet wat de hulp uithaalde", "en": "not what the help brought about"},
        "repeated": {"nl": "als beide groepen zonder de hulp", "en": "if both groups would have gone the same way"},
    }
    assert only[plan.design][language] in told


def test_the_worse_stands_before_the_better() -> None:
    plan = a_plan(CHANGE)
    told = text(review(release(found(plan), "team"), plan, language="en"))
    assert told.index("got worse") < told.index("improved by more than error")
    assert "no second is known" in told
    assert told.index("no second is known") < told.index("Talk about this first")


def test_what_is_withheld_is_not_nobody() -> None:
    plan = a_plan(CHANGE)
    told = text(review(release(found(plan), "organisatie"), plan, language="nl"))
    assert "Dat betekent niet: met niemand" in told


def test_the_natural_course_needs_others() -> None:
    """Everybody had the help, so nobody shows what changes by itself, and the page says so."""
    alone = {"hulp": {"event": "assessed", "detail": None, "within_days": 0}, "geen": "otherwise"}
    alone["hulp"] = {"event": "help_offered", "detail": "systeemhulp", "within_days": 200}
    plan = a_plan(CHANGE, arms=alone, reference="geen", time_zero={"event": "help_offered", "detail": "systeemhulp"})
    estimates = found(plan)
    assert "what would have changed by itself is not known" in (estimates["natural_change"].why or "")
    assert estimates["mean_change"].value is not None
    told = text(review(release(estimates, "organisatie"), plan, language="en"))
    assert "what would have changed by itself is not known" in told


def test_only_who_came_in_at_the_entry_counts() -> None:
    ours = found(a_plan(CHANGE))["followed_up"].n
    everybody = found(a_plan(CHANGE, change={k: v for k, v in CHANGE["change"].items() if k != "entry"}))
    assert ours is not None
    assert ours < (everybody["followed_up"].n or 0)
    assert "no score from which people came in" in (everybody["peak_change"].why or "")


def test_the_course_is_near_the_truth() -> None:
    """People of the region, not households: the true difference of households lies near it."""
    estimates = found(a_plan(COURSE))
    truth = region(COURSE["data"]["seed"], households=COURSE["data"]["households"]).truth
    itt = truth.where(profile="all", outcome="stopped_t1")["itt"].value
    ours = next(e for e in estimates if e.name == "course_difference")
    assert ours.by["moment"] == "T1"
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low <= (itt or np.nan) <= ours.high


def test_moments_follow_each_other_and_each_is_counted() -> None:
    estimates = found(a_plan(COURSE))
    assert [e.by["moment"] for e in estimates if e.name == "course_difference"] == ["T1", "T2"]
    known = {(e.by["moment"], e.by["arm"]): e.value for e in estimates if e.name == "wave_known"}
    assert set(known) == {(m, arm) for m in ("T1", "T2") for arm in ("systeemhulp", "gebruikelijk")}
    assert all(0.3 < (share or 0) < 0.9 for share in known.values())


@pytest.mark.parametrize(
    ("told", "changes", "said"),
    [
        (CHANGE, {"change": None}, "needs change"),
        (COURSE, {"change": CHANGE["change"]}, "needs change"),
        (COURSE, {"waves": []}, "needs waves"),
        (CHANGE, {"waves": COURSE["waves"]}, "needs waves"),
        (CHANGE, {"estimand": "itt"}, "estimates mean_change, not itt"),
        (CHANGE, {"outcome": CHANGE["outcome"] | {"yes": {"below": 5}}}, "without levels and without yes"),
        (COURSE, {"outcome": COURSE["outcome"] | {"combine": "any"}}, "combine be each, worst or only"),
        (COURSE, {"waves": [{"moment": "T2", "window_days": [450, 650]}]}, "before the moment ahead"),
        (COURSE, {"waves": [{"moment": "T2", "window_days": [650, 500]}]}, "before the moment ahead"),
        (CHANGE, {"covariates": [{"id": "x", "column": "poverty", "moment": "T0"}]}, "corrects for nothing"),
        (CHANGE, {"change": {"reliability": 0.8, "correlation": 0.5, "source": {"nl": "a", "en": "a"}}}, "population"),
        (CHANGE, {"change": CHANGE["change"] | {"reliability": 1}}, "less than 1"),
    ],
)
def test_a_plan_says_what_its_design_needs(told: dict[str, Any], changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BrokenInstrument, match=said):
        a_plan(told, **changes)


def test_a_later_moment_may_begin_the_day_after() -> None:
    assert a_plan(COURSE, waves=[{"moment": "T2", "window_days": [451, 650]}]).waves[0].moment == "T2"


def test_the_specs_are_named_after_their_files() -> None:
    for told in (CHANGE, COURSE):
        assert Path(FOLDER / f"{told['id']}.yaml").is_file()


LOT: dict[str, Any] = {**read_yaml(FOLDER / "synthetic_randomized.yaml")}
SCALES = ("risk_ratio", "transition", "chance_worse", "chance_better", "chance_balance", "odds_ratio_ordered")


def test_a_lot_is_told_on_every_scale_that_its_outcome_has() -> None:
    estimates = found(a_plan(LOT))
    shares = [e.value for e in estimates if e.name == "outcome"]
    assert estimates["risk_ratio"].value == pytest.approx(shares[0] / shares[1])
    assert all(estimates[name].value is not None for name in SCALES if name != "transition")
    assert "would follow from it" in (estimates["transition"].why or "")


def test_no_scale_gives_a_small_number_away() -> None:
    few = found(a_plan(LOT, data=LOT["data"] | {"households": 120}))
    assert all(few[name].why for name in SCALES if name != "risk_ratio")
    public = found(a_plan(LOT, data=LOT["data"] | {"households": 120, "public": True}))
    moves = [e for e in public if e.name == "transition"]
    seen = sum(e.n or 0 for e in public if e.name == "flow" and e.by.get("step") == "analysed" and "arm" in e.by)
    assert len(moves) > 10
    assert 0 < sum(e.value or 0 for e in moves) <= seen
