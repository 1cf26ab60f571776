"""G and D studies: Brennan's table, designs of lme4, and what a design cannot tell."""

from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.numbers import mixed_sums
from risico.numbers.designs import terms
from risico.reliability import cases_needed, generalizability, raters_needed
from stored import stored, table

RTOL = 1e-4  # lmer stops about 1e-5 from the minimum


def data(design: str) -> dict[str, Any]:
    return table(stored("variance")[design]["data"])


@pytest.fixture(scope="module")
def brennan() -> dict[str, Any]:
    return data("brennan")


@pytest.mark.parametrize(("key", "levels"), [("one", None), ("many", {"task": 3, "rater": 12})])
def test_the_study_of_brennan(brennan: dict[str, Any], key: str, levels: dict[str, int] | None) -> None:
    """Brennan (2001), table 3.2 and p. 116: persons by raters within tasks."""
    told = stored("generalizability")[key]
    found = generalizability(brennan, "score", facets=["task", "rater"], levels=levels)
    assert found["phi_coefficient"].value == pytest.approx(told["phi"], rel=RTOL)
    assert found["g_coefficient"].value == pytest.approx(told["g"], rel=RTOL)
    assert found["sem_relative"].value == pytest.approx(told["sem_relative"], rel=RTOL)
    assert found["sem_absolute"].value == pytest.approx(told["sem_absolute"], rel=RTOL)
    values = {e.by["component"]: round(e.value, 2) for e in found if e.name == "component"}
    assert values == {"case": 0.47, "case × task": 0.56, "task": 0.33, "rater": 0.65, "residual": 2.38}
    assert sum(e.value for e in found if e.name == "component_share") == pytest.approx(1)
    assert "120 scores of 10 case, 3 task, 12 rater; residual is case × rater" in found[0].method


@pytest.mark.slow
def test_three_crossed_facets_with_gaps_equal_lme4() -> None:
    told = stored("generalizability")["three"]
    found = generalizability(data("three"), "score", facets=["rater", "item"])
    assert found["phi_coefficient"].value == pytest.approx(told["agreement"], rel=RTOL)
    assert found["g_coefficient"].value == pytest.approx(told["consistency"], rel=RTOL)
    known = stored("variance")["three"]["components"]
    for part in (e for e in found if e.name == "component"):
        name = part.by["component"].replace(" × ", ":").replace("residual", "Residual")
        assert part.value == pytest.approx(known[name], rel=RTOL)
        assert part.low <= part.value <= part.high


@pytest.mark.parametrize("wanted", [0.8, 0.9])
def test_raters_that_are_needed_follow_spearman_and_brown(wanted: float) -> None:
    found = raters_needed(data("unbalanced"), "score", wanted=wanted, up_to=2)
    needed = found["raters_needed"]
    assert [needed.value, needed.low, needed.high] == stored("generalizability")["needed"][f"{wanted:g}"]
    curve = [e for e in found if e.name == "phi_coefficient"]
    r = stored("variance")["unbalanced"]["agreement"]
    assert [e.at for e in curve] == [1, 2]
    assert [e.value for e in curve] == pytest.approx([r, 2 * r / (1 + r)], rel=RTOL)


def test_more_raters_do_not_help_where_the_rest_stays(brennan: dict[str, Any]) -> None:
    """With one task, what differs by task is in every score, however many raters."""
    found = raters_needed(brennan, "score", facets=["task", "rater"], wanted=0.9, up_to=1)["raters_needed"]
    assert found.value is None
    assert "what does not depend on their number stays" in found.why


def test_no_number_of_raters_helps_where_cases_do_not_differ() -> None:
    forms = {"case": [1, 1, 2, 2, 3, 3], "rater": ["a", "b"] * 3, "score": [1, 5, 5, 1, 3, 3]}
    assert raters_needed(forms, "score")["raters_needed"].why == "cases are not seen to differ, so no number is enough"


@pytest.mark.parametrize("plan", stored("generalizability")["plans"])
def test_cases_that_are_needed(plan: dict[str, float]) -> None:
    told = {key: plan[key] for key in ("icc", "width")}
    assert cases_needed(raters=int(plan["raters"]), **told)["cases_needed"].value == plan["cases"]
    assert plan["seen"] == pytest.approx(plan["width"], rel=0.04)  # what the interval then was, in draws


def rows(text: str, **more: Any) -> dict[str, Any]:
    """Case, rater and score in threes."""
    each = text.split()
    return {"case": list(each[0::3]), "rater": list(each[1::3]), "score": [float(s) for s in each[2::3]], **more}


@pytest.mark.parametrize(
    ("forms", "why"),
    [
        (rows("1 a 3 1 b 4"), "1 cases have a rating"),
        (rows("1 a 3 1 b 3 2 a 3 2 b 3"), "every score is the same"),
        (rows("1 a 3 2 a 4"), "there is one rater only"),
        (rows("1 a 3 2 b 4 3 a 5"), "each case has one rater"),
        (rows("1 a 3 1 b 4 2 a 5 2 b 7 3 c 2 3 d 4"), "2 parts that share no case and no rater (2 and 1 cases)"),
        (rows("1 a 3 1 b 4 2 a 5 2 b 6 3 a 1 3 b 2"), "leave no residual"),
        (rows("1 a 3 1 b 4 2 b 7"), "cannot be told apart"),
    ],
)
def test_degenerate_designs_have_a_defined_answer(forms: dict[str, Any], why: str) -> None:
    for call in (generalizability, raters_needed):
        found = call(forms, "score")
        assert all(e.value is None and why in e.why for e in found)


def test_each_case_with_raters_of_its_own_is_the_one_way_design() -> None:
    """All that differs within a case is then error, also for the order of cases."""
    forms = rows("1 a 3 1 b 5 2 c 8 2 d 9 3 e 1 3 f 2 4 g 6 4 h 5")
    found = generalizability(forms, "score")
    ratings = np.array([[3, 5], [8, 9], [1, 2], [6, 5]], dtype=float)
    between, within = 2 * ratings.mean(axis=1).var(ddof=1), ratings.var(axis=1, ddof=1).mean()
    for name in ("phi_coefficient", "g_coefficient"):
        assert found[name].value == pytest.approx((between - within) / (between + within), rel=1e-8)
    assert [e.by["component"] for e in found if e.name == "component"] == ["case", "residual"]


def test_an_interval_does_not_end_on_the_lower_of_two_tops() -> None:
    """Where the profile has two; the ends are of a search over every component with scipy's Nelder-Mead, six starts."""
    found = generalizability(rows("1 a 9 1 b 7 2 a 5 2 b 4 3 a 2 3 b 2"), "score", levels={"rater": 2})
    phi = found["phi_coefficient"]
    assert (phi.low, phi.high) == pytest.approx((0.18168647522288942, 0.9980700362264576), rel=1e-5)


def test_forms_without_a_score_are_counted_in_the_method() -> None:
    forms = rows("1 a 3 1 b 5 2 c 8 2 d 9 3 e 1 3 f 2 4 g 6 4 h 5")
    more = {"case": [*forms["case"], "5"], "rater": [*forms["rater"], "a"], "score": [*forms["score"], None]}
    for e in generalizability(more, "score"):
        assert e.n == 4
        assert "; 1 forms without a score left out" in e.method


def test_ratings_that_no_facet_tells_apart_are_repeats() -> None:
    codes = {"case": np.repeat(np.arange(3), 4), "rater": np.tile([0, 0, 1, 1], 3)}
    found, rest = terms(codes)
    assert [term.of for term in found] == [("case",), ("rater",), ("case", "rater")]
    assert rest == ("case", "rater")


def test_too_many_patterns_are_refused(monkeypatch: pytest.MonkeyPatch, brennan: dict[str, Any]) -> None:
    monkeypatch.setattr(mixed_sums, "MOST", 10)
    found = generalizability(brennan, "score", facets=["task", "rater"])
    assert "too many to keep in memory" in found["g_coefficient"].why


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"levels": {"item": 3}}, "item is none of the facets"),
        ({"levels": {"rater": 0}}, "1 or more levels"),
        ({"facets": ["case"]}, "beside the case"),
        ({"facets": []}, "beside the case"),
    ],
)
def test_what_cannot_be_meant(more: dict[str, Any], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        generalizability(rows("1 a 3 1 b 4 2 a 5 2 b 7"), "score", **more)


def test_numbers_that_are_no_plan() -> None:
    forms = rows("1 a 3 1 b 4 2 a 5 2 b 7")
    for more, match in (
        ({"wanted": 1}, "between 0 and 1"),
        ({"vary": "item"}, "none of the facets"),
        ({"up_to": 0}, "from 1"),
    ):
        with pytest.raises(UsageError, match=match):
            raters_needed(forms, "score", **more)
    for plan in (
        {"icc": 1, "raters": 2, "width": 0.2},
        {"icc": 0.5, "raters": 1, "width": 0.2},
        {"icc": 0.5, "raters": 2, "width": 1},
    ):
        with pytest.raises(UsageError):
            cases_needed(**plan)
    with pytest.raises(UsageError, match="blank in: rater"):
        generalizability({"case": [1, 1], "rater": ["a", None], "score": [1, 2]}, "score")
    with pytest.raises(UsageError, match="not numbers"):
        generalizability({"case": [1, 1], "rater": ["a", "b"], "score": ["low", "high"]}, "score")
