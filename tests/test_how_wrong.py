"""Beside every comparison how wrong it could be: in the run, on the page, and no further than the design reaches."""

import csv
import re
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression, LogisticRegression

from risico.cohort import cohort
from risico.disclosure import release
from risico.errors import BrokenInstrument, UsageError
from risico.estimate import Estimate, Estimates
from risico.experiments import how_wrong as beside
from risico.experiments import plans, studies
from risico.pages.grade import grade, recognition, rules, rung
from risico.pages.review import review
from risico.pages.wording import forbidden, words
from risico.plan import EXAMPLE, Plan
from risico.strict import build
from risico.study import Comparison, Study
from risico.synthetic import region
from test_review import ADJUSTED, a_plan, results, text

CONTROL = {
    "id": "long_before",
    "event": "report",
    "window_days": (-730, -366),
    "words": {"nl": "meldingen lang voor deze", "en": "reports long before this one"},
}
BY = {"intervention": "systeemhulp", "outcome": "rereport"}


def wrong(*, value=-0.07, tip=-0.2, control=(0.1, -0.1, 0.3), lost=0.14) -> Estimates:
    """An effect that is there, with all that is computed beside it."""
    shown = Estimates(e for e in results(difference=value, low=-0.12, high=-0.02) if e.name != "flow")
    at_none = {"value": tip} if tip is not None else {"why": "no shift that can be makes the conclusion turn here"}
    middle, low, high = control
    beside_it = [
        Estimate(name="flow", value=round(lost * 500), n=500, method="count", by={"step": "not_measured"}),
        Estimate(name="tipping_point", by=BY, at=0.0, n=430, **at_none),
        Estimate(name="leave_one_out_low", value=-0.1, by=BY | {"unit": "one_region"}),
        Estimate(name="leave_one_out_high", value=-0.04, by=BY | {"unit": "one_region"}),
        Estimate(name="e_value", value=1.8, by=BY | {"estimand": "itt"}),
        Estimate(name="e_value_limit", value=1.2, by=BY | {"estimand": "itt"}),
        *(
            Estimate(name="confounder_bound", value=-0.07 + k * at, at=float(at), by=BY | {"covariate": name})
            for name, k in (("incidents", 0.01), ("poverty", 0.02))
            for at in (0, 1, 2, 3)
        ),
        Estimate(name="negative_control", value=middle, low=low, high=high, by=BY),
    ]
    return shown + beside_it


def as_att(estimates: Estimates) -> Estimates:
    return Estimates(
        replace(
            e,
            name="att" if e.name == "itt" else e.name,
            by={key: "att" if key == "estimand" else value for key, value in e.by.items()},
        )
        for e in estimates
    )


def page(language="nl", design="adjusted", **told) -> str:
    found = as_att(wrong(**told)) if design == "adjusted" else wrong(**told)
    plan = a_plan(**(ADJUSTED if design == "adjusted" else {}), negative_control=CONTROL)
    return text(review(release(found, "organisatie"), plan, language=language))


def test_the_page_says_what_would_have_to_be_true():
    said = page("en")
    for part in (
        "at least 1.8 times as common in one group",
        "1.2 times is enough",
        "As strong as ‘poverty’",
        "this is left: 5 fewer",
        "Three times as strong: 1 fewer",
        "as soon as it is 20 fewer for the households",
        "runs from 10 fewer to 4 fewer. Which region is not told",
        "reports long before this one",
        "no difference beyond chance was seen",
    ):
        assert part in said


def test_a_control_that_differs_warns_and_lowers_the_grade():
    said = page("nl", control=(0.3, 0.1, 0.5))
    assert "Let op: er is ook een verschil in iets waar de hulp niets aan kon doen" in said
    assert "Let op: er is ook" not in page("nl")
    plan = a_plan(**ADJUSTED, negative_control=CONTROL)
    assert grade(as_att(wrong(control=(0.3, 0.1, 0.5))), plan, {}).overall == "serious"
    assert grade(as_att(wrong(control=(0.3, 0.0, 0.6))), plan, {}).overall == "moderate"


def test_what_nothing_turns_and_what_cannot_be_told_are_said():
    assert "cannot by themselves make it turn" in page("en", tip=None)
    unsure = text(review(release(results(), "organisatie"), a_plan(), language="en"))
    assert "The margin already leaves both sides open" in unsure
    assert "as soon as it is" not in unsure


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("design", ["adjusted", "randomized"])
@pytest.mark.parametrize("told", [{}, {"control": (0.3, 0.1, 0.5)}, {"tip": None}, {"value": -0.11}])
def test_no_page_uses_a_word_that_its_design_forbids(language, design, told):
    assert forbidden(page(language, design, **told), design, language) == []


def every_word(part: object, language: str):
    if isinstance(part, dict):
        if language in part and isinstance(part[language], str):
            yield part[language]
        else:
            yield from (text for key, one in part.items() if key != "forbidden" for text in every_word(one, language))
    elif isinstance(part, list):
        yield from (text for one in part for text in every_word(one, language))


OF_EVERY_PAGE = ("page", "how_wrong", "grade", "happened", "box", "came_true", "unknown", "flow", "never", "people")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("design", ["adjusted", "randomized", "quasi"])
def test_no_words_that_any_page_may_take_are_forbidden_to_its_design(language, design):
    """All of the words, also those that no page above happens to use; that of another design is its own."""
    parts = {name: words()[name] for name in OF_EVERY_PAGE}
    parts |= {
        "label": words()["designs"][design]["label"],
        "rules": {name: part for name, part in rules().items() if name != "recognitions"},
    }
    told = list(every_word(parts, language))
    assert len(told) > 100
    assert [one for one in told if forbidden(one, design, language)] == []


def test_every_design_has_a_rung_that_its_table_allows():
    assert {design: rung(design, "low") for design in rules()["ladder"]} == {
        **dict.fromkeys(("description", "after_only"), 1),
        **dict.fromkeys(("before_after", "benchmark", "reliable_change", "unadjusted"), 3),
        **dict.fromkeys(("adjusted", "quasi", "randomized"), 4),
    }
    assert [rung("adjusted", one) for one in ("moderate", "serious", "critical", None)] == [4, 3, 3, 3]
    assert [rung("randomized", one) for one in ("some_concerns", "high", None)] == [4, 3, 3]
    assert set(rules()["ladder"]) <= set(words()["designs"])


@pytest.mark.parametrize(("lost", "judged"), [(0.0, "low"), (0.2, "moderate"), (0.202, "serious")])
def test_who_was_not_seen_is_judged_by_how_many(lost, judged):
    found = grade(as_att(wrong(lost=lost)), a_plan(**ADJUSTED), {})
    missing = next(one for one in found.domains if one.title["en"] == "missing data")
    assert missing.judgement == judged


def test_where_the_number_not_seen_is_hidden_a_person_judges_and_the_rung_stays_low():
    hidden = Estimates(e for e in as_att(wrong()) if e.name != "flow")
    found = grade(hidden, a_plan(**ADJUSTED), {})
    assert next(one for one in found.domains if one.title["en"] == "missing data").judgement is None
    assert found.open_domains == 3
    assert found.rung == 3


@pytest.mark.parametrize(
    ("facts", "judged"), [({}, "low"), ({"repeat": "1"}, "serious"), ({"earlier": "2"}, "serious")]
)
def test_a_plan_that_was_run_before_is_no_plan_before_looking(facts, judged):
    assert grade(as_att(wrong()), a_plan(**ADJUSTED), facts).domains[-1].judgement == judged


def test_every_rule_leads_to_a_judgement_of_its_tool_with_words():
    for name in rules()["tools"].values():
        tool = rules()[name]
        for domain in tool["domains"]:
            assert domain["rules"][-1]["when"] == "always"
            for rule in domain["rules"]:
                assert rule["judgement"] is None or rule["judgement"] in tool["order"]
                assert set(rule["ground"]) == {"nl", "en"}
        assert set(tool["order"]) <= set(rules()["judgements"])


def made(switch: bool):
    """A region in which who gets the help differs before it began in what the plan adjusts for, or not at all."""
    rng = np.random.default_rng(9)
    n = 600
    need = rng.standard_normal(n)
    z = (rng.random(n) < 1 / (1 + np.exp(-need))).astype(float)
    return z, need + rng.standard_normal(n), {"need": need if switch else rng.standard_normal(n)}


def linear(*, binary, seed):
    return {"linear": LogisticRegression() if binary else LinearRegression()}


@pytest.mark.parametrize("measured", [True, False])
def test_a_negative_control_warns_when_what_matters_was_not_adjusted_for(measured, monkeypatch):
    monkeypatch.setattr(sys.modules["risico.effects.adjusted"], "default_learners", linear)
    z, before, known = made(measured)
    arrays = {"covariates": known, "cluster": None, "why_no_cluster": "one worker each"}
    found = beside.control(z, before.tolist(), arrays, "ate", 0, "plan.yaml")
    assert (found.why is None or "not adjusted for" not in found.why) is measured


def test_a_control_must_be_a_number():
    with pytest.raises(UsageError, match="negative_control: this must be a number"):
        beside.control(np.array([0.0, 1.0]), ["a", "b"], {"cluster": None, "why_no_cluster": "x"}, "itt", 0, "p.yaml")


def test_a_plan_reads_its_control_before_time_zero_and_the_cohort_holds_it():
    told = EXAMPLE | {"profile": {"how": "column", "column": "kind", "moment": "T0"}, "negative_control": CONTROL}
    synthetic = region(1, households=200)
    frame = cohort(synthetic.forms, synthetic.events, Plan.model_validate(told)).frame
    assert frame["long_before"].sum() > 20
    late = CONTROL | {"window_days": (-730, 5)}
    with pytest.raises(BrokenInstrument, match="reaches after time zero"):
        build(Plan, told | {"negative_control": late}, "plan.yaml")
    taken = CONTROL | {"id": "region"}
    with pytest.raises(BrokenInstrument, match="the name 'region' is taken"):
        build(Plan, told | {"negative_control": taken}, "plan.yaml")


def test_the_range_without_a_region_is_rounded_unless_anybody_can_read_the_data():
    exact = Estimates([Estimate(name="leave_one_out_low", value=-0.0123456, se=0.02)])
    assert beside.safe(exact, public=False)[0].value == -0.01
    assert beside.safe(exact, public=True)[0].value == -0.0123456


def imputed(folder, effect=1.0):
    rng = np.random.default_rng(2)
    n = 200
    x, z = rng.standard_normal(n), np.arange(n) % 2
    y = x + effect * z + rng.standard_normal(n)
    gone = rng.random(n) < 0.3
    with (folder / "imputed.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow([".imp", "y", "z", "x"])
        for k in range(4):
            filled = np.where(gone, x + effect * z + rng.standard_normal(n), y) if k else np.where(gone, np.nan, y)
            out.writerows((k, "" if np.isnan(a) else a, b, c) for a, b, c in zip(filled, z, x, strict=True))


def a_study(**changes) -> Study:
    both = {"nl": "…", "en": "…"}
    told = {"helped": "z", "outcome": "y", "words": both, "arms": (both, both), "worse": "high", "covariates": ("x",)}
    return Study.model_validate(
        {
            "id": "made", "version": 1, "title": both, "question": both, "expected": both, "audience": "organisatie",
            "data": {"source": "file", "forms": "imputed.csv"}, "design": "randomized", "estimand": "itt",
            "comparison": told | {"imputed": ".imp"} | changes, "no_cluster": {"nl": "los", "en": "apart"},
        }
    )  # fmt: skip


def test_imputed_sets_of_one_file_are_pooled_and_the_rows_before_imputation_left_out(tmp_path):
    imputed(tmp_path)
    found = studies.result(a_study(), tmp_path / "made.yaml").estimates
    told = found["itt"]
    assert told.low < 1 < told.high
    assert told.method.startswith("pooled over 3 imputed sets")
    share = [e.value for e in found if e.name == "missing_information" and e.by["of"] == "itt"]
    assert 0.05 < share[0] < 0.9
    outcome = next(e for e in found if e.name == "outcome")
    assert outcome.value is not None
    assert "pooled over 3 imputed sets" in outcome.method


def test_imputed_sets_stand_in_one_file():
    with pytest.raises(ValueError, match="leave out either imputed or others"):
        Comparison.model_validate(a_study().comparison.model_dump() | {"others": "more.csv"})


@pytest.mark.slow
def test_several_arms_against_one_reference_hold_together(tmp_path):
    plan = Plan.model_validate(
        EXAMPLE
        | {
            "id": "three",
            "time_zero": {"event": "assessed"},
            "data": {"source": "synthetic", "seed": 5, "households": 900},
            "arms": {
                name: {"event": "help_started", "detail": name, "within_days": 90}
                for name in ("systeemhulp", "traumahulp")
            }
            | {"anders": "otherwise"},
            "reference": "anders",
            "profile": {"how": "rule", "moment": "T0", "where": {"rater_position": "first"}},
            "outcome": EXAMPLE["outcome"] | {"window_days": (91, 365)},
            "covariates": ({"id": "before", "event": "report", "window_days": (-365, -1)},),
            "design": "adjusted",
            "estimand": "att",
        }
    )
    found = plans.result(plan, tmp_path / "three.yaml").estimates
    effects = [e for e in found if e.name == "att"]
    assert [e.by["intervention"] for e in effects] == ["systeemhulp", "traumahulp"]
    for e in effects:
        df = float(re.search(r"t with ([0-9.]+) degrees", e.method)[1])
        assert (e.high - e.low) / 2 / e.se == pytest.approx(stats.t.isf(0.0125, df), rel=1e-3)
        assert "intervals of 2 arms against one reference hold together" in e.method
    assert plans.together(found, 1) == found


@pytest.mark.parametrize(
    ("label", "since", "said"),
    [
        ("goed_beschreven", date(2021, 3, 2), "valid"),
        ("goed_beschreven", date(2021, 3, 1), "expired"),
        ("goed_onderbouwd", date(2019, 3, 2), "valid"),
        ("goed_onderbouwd", date(2019, 2, 28), "expired"),
        ("goede_aanwijzingen", date(1999, 1, 1), "unknown"),
        ("goed_onderbouwd", None, "unknown"),
    ],
)
def test_a_recognition_expires_when_its_label_says_so(label, since, said):
    assert recognition(label, since, date(2024, 3, 1)) == said


def test_a_recognition_of_a_leap_day_and_a_label_that_does_not_exist():
    assert recognition("goed_beschreven", date(2020, 2, 29), date(2023, 2, 28)) == "valid"
    assert recognition("goed_beschreven", date(2020, 2, 29), date(2023, 3, 1)) == "expired"
    with pytest.raises(UsageError, match="is no label of a recognition"):
        recognition("werkt", date(2020, 1, 1), date(2023, 1, 1))
