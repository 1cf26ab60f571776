"""A plan cannot be wrong in the ways that make an analysis lie, and a changed plan is another plan."""

import copy
import json
from pathlib import Path

import pytest

from risico.errors import BrokenInstrument, UnreadableFile
from risico.plan import EXAMPLE, ExpectedValue, Plan, load
from risico.strict import build

EXPERIMENTS = Path(__file__).parents[1] / "experiments"
HELP = {"event": "help_started", "detail": "traumahulp", "within_days": 90, "min_contacts": 3}
ADJUSTED = {
    "design": "adjusted",
    "estimand": "att",
    "arms": {"traumahulp": HELP, "andere_hulp": "otherwise"},
    "reference": "andere_hulp",
    "covariates": ({"id": "incidents", "column": "incidents", "moment": "T0"},),
}
WORDS = {"nl": "…", "en": "…"}
FORM_OUTCOME = {
    "id": "stopped",
    "words": WORDS,
    "kind": "veiligheid",
    "column": "violence",
    "moment": "T1",
    "baseline": "T0",
    "window_days": (300, 450),
    "levels": ("none", "below", "serious"),
    "combine": "worst",
}


def told(outcome=None, **changes):
    plan = copy.deepcopy(EXAMPLE) | changes
    if outcome is not None:
        plan["outcome"] = EXAMPLE["outcome"] | outcome
    return plan


LEVELS = {"levels": ["none", "below", "serious"], "worse": None}


def make(**changes):
    return build(Plan, told(**changes), "plan.yaml")


def mistakes(**changes):
    with pytest.raises(BrokenInstrument) as caught:
        make(**changes)
    return str(caught.value)


def write(folder, plan, name="example"):
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["synthetic_randomized", "synthetic_adjusted"])
def test_the_shipped_plans_load_and_wait_for_the_arms(name):
    plan = load(EXPERIMENTS / f"{name}.yaml")
    assert plan.outcome.window_days[0] > plan.landmark
    assert plan.outcome.kind == "veiligheid"


def test_layout_order_and_comments_do_not_change_the_lock_but_any_word_does(tmp_path):
    path = EXPERIMENTS / "synthetic_randomized.yaml"
    text = path.read_text(encoding="utf-8")
    moved = tmp_path / path.name
    moved.write_text("# another comment\n" + text.replace("version: 1\n", "") + "version: 1\n", encoding="utf-8")
    other = tmp_path / "other" / path.name
    other.parent.mkdir()
    other.write_text(text.replace("ten minste zes", "ten minste zeven"), encoding="utf-8")
    assert load(moved).locked == load(path).locked
    assert load(other).locked != load(path).locked


def test_a_default_written_out_is_the_same_plan():
    assert make(follow_up={"until": None}).locked == make().locked


def test_a_date_is_locked_as_it_is_read():
    assert make(follow_up={"until": "2024-12-31"}).locked != make(follow_up={"until": "2024-12-30"}).locked


def test_a_plan_cannot_be_changed_after_loading():
    with pytest.raises(ValueError, match="frozen"):
        make().reference = "x"


def test_an_unknown_key_is_refused_by_its_path():
    found = mistakes(outcome={"windows_days": (1, 365)})
    assert "outcome.windows_days" in found
    assert "Did you mean 'window_days'" in found


def test_the_id_is_the_name_of_the_file(tmp_path):
    with pytest.raises(BrokenInstrument, match="not the name of the file"):
        load(write(tmp_path, told(), name="another"))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnreadableFile):
        load(tmp_path / "nothing.yaml")


def test_an_outcome_that_counts_before_the_arms_are_settled_is_refused():
    assert "immortal time" in mistakes(outcome={"window_days": (90, 365)}, **ADJUSTED)
    assert make(outcome={"window_days": (91, 365)}, **ADJUSTED).landmark == 90


def test_a_lot_decides_on_the_day_itself():
    arms = {"a": {"event": "assigned", "detail": "a", "within_days": 1}, "b": "otherwise"}
    assert "within_days must be 0" in mistakes(arms=arms, reference="b", outcome={"window_days": (2, 365)})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference": "nobody"}, "not among the arms"),
        ({"arms": {"a": "otherwise", "b": "otherwise"}, "reference": "a"}, "only one arm can be otherwise"),
        ({"arms": {"a": "otherwise", "b": "otherwise"}, "reference": "a"}, "no arm has a rule"),
        ({"estimand": "att"}, "estimates itt or cace"),
        ({"estimand": "cace"}, "needs received"),
        (ADJUSTED | {"covariates": ()}, "needs covariates"),
        ({"small_number": 9}, "below 10"),
        ({"audience": "team", "small_number": 4}, "below 5"),
        ({"covariates": ({"id": "arm", "column": "x", "moment": "T0"},)}, "'arm' is taken"),
        ({"covariates": ({"id": "x", "column": "x", "moment": "T0"},) * 2}, "'x' is taken"),
        ({"covariates": ({"id": "x", "event": "report", "window_days": (-365, 1)},)}, "reaches after time zero"),
        ({"covariates": ({"id": "x", "event": "report"},)}, "in which days"),
        ({"covariates": ({"id": "x", "event": "report", "window_days": (-1, -365)},)}, "back to"),
        ({"covariates": ({"id": "x", "column": "x"},)}, "name the moment"),
        ({"covariates": ({"id": "x"},)}, "either a column of the forms or an event"),
        ({"covariates": ({"id": "x", "column": "x", "moment": "T0", "combine": "worst"},)}, "say what is worse"),
        ({"covariates": ({"id": "x", "column": "x", "moment": "T0", "combine": "each"},)}, "one value per case"),
        ({"profile": {"how": "column", "moment": "T0"}}, "names its column"),
        ({"profile": {"how": "rule", "moment": "T0", "column": "x"}}, "names its column"),
        ({"outcome": {"window_days": (0, 365)}}, "starting at 1"),
        ({"outcome": {"worse": None}}, "which way is worse"),
        ({"title": {"nl": "Zonder Engels"}}, "title: the words in en are missing"),
        ({"title": {"nl": " ", "en": "Without Dutch"}}, "title: the words in nl are missing"),
        ({"outcome": LEVELS | {"yes": {"is": "nome"}}}, "none of the levels none, below, serious"),
        ({"outcome": LEVELS | {"yes": {"in": ["none", "zzz"]}}}, "yes asks for zzz"),
        ({"outcome": LEVELS | {"yes": {"at_least": 1}}}, "the levels are words"),
        ({"outcome": {"combine": "each"}}, "counts for its case"),
        ({"data": {"source": "synthetic", "seed": 1}}, "number of households"),
        ({"data": {"source": "file"}}, "path of the forms"),
        ({"expected_value": {"estimand": "att", "at_least": 6, "unit": "per_100"}}, "the plan estimates itt"),
        ({"expected_value": {"estimand": "itt", "unit": "per_100"}}, "exactly one of"),
        ({"expected_value": {"estimand": "itt", "at_least": 1, "at_most": 2, "unit": "own"}}, "exactly one of"),
        ({"expected_value": {"estimand": "itt", "between": (2, 1), "unit": "own"}}, "back to"),
        ({"eligible": ({"id": "k", "column": "k", "moment": "T0", "words": WORDS},)}, "ask exactly one"),
    ],
)
def test_what_a_plan_may_not_say(changes, words):
    assert words in mistakes(**changes)


def test_public_data_may_show_small_cells():
    data = {"source": "synthetic", "seed": 1, "households": 100, "public": True}
    assert make(data=data, small_number=1).smallest == 1


def test_an_outcome_from_forms_says_who_should_be_asked_again():
    without = {key: value for key, value in FORM_OUTCOME.items() if key != "baseline"}
    with pytest.raises(BrokenInstrument, match="who should be asked again"):
        build(Plan, EXAMPLE | {"outcome": without}, "plan.yaml")
    with pytest.raises(BrokenInstrument, match="what counts as yes"):
        build(Plan, EXAMPLE | {"outcome": FORM_OUTCOME | {"combine": "any"}}, "plan.yaml")
    each = build(Plan, EXAMPLE | {"outcome": FORM_OUTCOME | {"combine": "each"}}, "plan.yaml")
    assert each.unit == "person"


@pytest.mark.parametrize(
    ("claim", "found", "came_true"),
    [
        ({"at_least": 6}, (0.085, 0.023, 0.147), None),
        ({"at_least": 6}, (0.085, 0.06, 0.147), True),
        ({"at_least": 6}, (0.02, -0.01, 0.0599), False),
        ({"at_most": -5}, (-0.08, -0.1, -0.05), True),
        ({"at_most": -5}, (-0.02, -0.04, 0.0), False),
        ({"between": (5, 10)}, (0.07, 0.05, 0.1), True),
        ({"between": (5, 10)}, (0.2, 0.11, 0.3), False),
        ({"between": (5, 10)}, (0.07, 0.0, 0.2), None),
        ({"at_least": 6}, (0.07, None, None), True),
        ({"at_least": 6}, (None, None, None), None),
    ],
)
def test_an_expectation_came_true_did_not_or_cannot_be_told(claim, found, came_true):
    assert ExpectedValue(estimand="itt", unit="per_100", **claim).came_true(*found) is came_true


def test_the_shipped_plans_say_what_they_expect_in_numbers_and_explain_their_arms():
    for name in ("synthetic_randomized", "synthetic_adjusted"):
        plan = load(EXPERIMENTS / f"{name}.yaml")
        assert plan.expected_value is not None
        assert set(plan.glossary) >= set(plan.arms)
        assert plan.outcome.words_if_not is not None
