"""Arms from help episodes: help beside other help, and help that was running before the clock started."""

import pytest
from pydantic import ValidationError

from risico.cohort import cohort
from risico.plan import Help
from test_cohort import ADJUSTED, OTHERS, events, forms, in_full, plan, rows, step

RULE = ADJUSTED["arms"]["traumahulp"]
TOGETHER = {"traumahulp": RULE | {"together_with": "schuldhulp"}, "andere_hulp": "otherwise"}
BOTH = [*in_full("z2"), ("z2", 6, "help_started", "schuldhulp"), ("z1", 0, "nothing")]


def arm(*happened, arms=None):
    made = cohort(forms(), events(*happened, *(BOTH if arms else OTHERS)), plan(**({"arms": arms} if arms else {})))
    return rows(made, "arm").get("x"), made


def test_together_asks_that_the_other_help_started_in_the_same_days():
    last, first_too_late = (arm(*in_full("x"), ("x", day, "help_started", "schuldhulp"), arms=TOGETHER)[0]
                            for day in (RULE["within_days"], RULE["within_days"] + 1))  # fmt: skip
    assert (last, first_too_late) == ("traumahulp", None)


def test_who_had_the_help_without_the_other_is_no_reference_either():
    found, made = arm(*in_full("x"), arms=TOGETHER)
    assert found is None
    assert step(made, step="left_out", reason="without_the_help_beside") == 1
    assert arm(("x", 3, "help_started", "schuldhulp"), arms=TOGETHER)[0] == "andere_hulp"


@pytest.mark.parametrize("ended", [(), (("x", -1, "help_ended", "traumahulp"),)])
def test_help_that_was_running_at_the_start_puts_a_family_in_no_arm_unless_it_had_ended(ended):
    began = [("x", -20, "help_started", "traumahulp"), *ended]
    for later, otherwise in (((), "andere_hulp"), (in_full("x"), "traumahulp")):
        found, made = arm(*began, *later)
        assert found == (otherwise if ended else None)
        assert step(made, step="left_out", reason="help_already_running") == (0 if ended else 1)


def test_help_that_begins_on_the_day_itself_was_not_running():
    assert arm(*in_full("x", start=0))[0] == "traumahulp"
    assert arm(("x", -1, "help_started", "traumahulp"))[0] is None


def test_ended_and_begun_again_on_one_day_goes_on():
    again = [("x", -20, "help_started", "traumahulp"), ("x", -5, "help_ended", "traumahulp")]
    assert arm(*again, ("x", -5, "help_started", "traumahulp"))[0] is None


def test_another_help_that_was_running_says_nothing_of_this_one():
    assert arm(("x", -20, "help_started", "schuldhulp"))[0] == "andere_hulp"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alone": True, "together_with": "schuldhulp"}, "give one of the two"),
        ({"together_with": "traumahulp"}, "give one of the two"),
        ({"event": "element", "min_contacts": 1}, "no contacts of its own"),
    ],
)
def test_a_rule_that_nobody_can_meet_is_refused(changes, says):
    with pytest.raises(ValidationError, match=says):
        Help.model_validate(RULE | changes)


def test_a_table_of_help_together_is_there_only_where_an_arm_differs_in_it():
    assert len(cohort(forms(), events(*OTHERS), plan()).help) == 0
    assert len(arm(("x", 3, "help_started", "schuldhulp"))[1].help) > 0
