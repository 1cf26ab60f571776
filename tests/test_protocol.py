"""The target trial on the page: every part of the plan in words, in both languages, and what a lot would have given."""

import copy
import re

import pytest

from risico.disclosure import release
from risico.estimate import Estimate, Estimates
from risico.pages.protocol import contra, protocol
from risico.pages.review import review
from risico.pages.wording import Voice
from risico.plan import EVENTS, load
from risico.plan.measures import Criterion
from test_plan import EXPERIMENTS, WORDS
from test_review import FROM_FORMS, a_plan, page, results, text

NL, EN = Voice("nl"), Voice("en")
RULE = {"event": "help_started", "detail": "traumahulp", "within_days": 90, "min_contacts": 3}


def adjusted(**changes):
    """A plan in which help goes by need."""
    arms = {"traumahulp": RULE | changes.pop("rule", {}), "andere_hulp": "otherwise"}
    told = {"design": "adjusted", "estimand": "att", "arms": arms, "reference": "andere_hulp"}
    told["covariates"] = ({"id": "earlier", "event": "report", "window_days": (-365, -1)},)
    told["outcome"] = a_plan().outcome.model_dump(exclude_unset=True, by_alias=True) | {"window_days": (91, 365)}
    return a_plan(**(told | changes))


def said(plan, say=NL):
    return [" | ".join(row) for row in protocol(plan, say).rows]


def only(plan, part, say=NL):
    found = [line.split(" | ", 1)[1] for line in said(plan, say) if line.startswith(part)]
    assert found
    return found


def test_the_parts_of_a_trial_stand_in_order():
    parts = [line.split(" | ")[0] for line in said(adjusted(), EN)]
    assert parts == ["Who takes part", "Start", "Group", "Group", "When the group is settled", "Outcome", "Follow-up",
                     "What is estimated", "How the groups came about"]  # fmt: skip


def test_the_rule_of_each_group_is_told_with_days_contacts_and_what_beside():
    told = only(adjusted(), "Groep")
    assert "binnen 90 dagen na het begin, met ten minste 3 contacten in die dagen" in told[0]
    assert "wie deze hulp al had, telt niet mee" in told[0]
    assert "ook wie hulp is aangeboden die nooit begon" in told[1]
    assert "zonder andere hulp" not in told[0]
    assert "zonder andere hulp in die dagen" in only(adjusted(rule={"alone": True}), "Groep")[0]
    assert "samen met schuldhulp" in only(adjusted(rule={"together_with": "schuldhulp"}), "Groep")[0]


def test_a_lot_is_told_and_so_is_that_there_was_none():
    assert only(a_plan(), "Hoe de groepen") == ["Door loting"]
    assert only(adjusted(), "Hoe de groepen")[0].startswith("Niet door loting.")


def test_who_takes_part_is_told_with_each_condition():
    asked = Criterion.model_validate({"id": "k", "column": "kind", "moment": "T0", "is": "family", "words": WORDS})
    plan = adjusted()
    plan = plan.model_copy(update={"eligible": (asked,)})
    assert WORDS["nl"] in only(plan, "Wie meetelt")[0]
    assert "Is dat niet bekend" in only(plan, "Wie meetelt")[0]
    assert "Is dat niet bekend" not in only(adjusted(), "Wie meetelt")[0]


@pytest.mark.parametrize(
    ("combine", "words"),
    [("any", "ja als iemand"), ("worst", "het slechtste antwoord"), ("each", "ieder mens telt apart")],
)
def test_how_several_people_became_one_answer_is_told(combine, words):
    told = {"levels": ("none", "serious"), "yes": {"is": "none"}, "combine": combine}
    plan = a_plan(outcome=copy.deepcopy(FROM_FORMS) | told)
    assert words in only(plan, "Uitkomst")[0]
    assert only(a_plan(), "Uitkomst")[0].endswith("; vooraf gekozen")  # an event is of the case


def test_every_event_has_words():
    assert not [name for name in EVENTS if name not in ("follow_up_missed", "exit", "departed")
                and re.search("_", only(a_plan(time_zero={"event": name}), "Begin")[0])]  # fmt: skip


@pytest.mark.parametrize("path", sorted(EXPERIMENTS.glob("synthetic_*.yaml")), ids=lambda path: path.stem)
def test_each_plan_of_the_folder_can_be_told_in_both_languages(path):
    from risico.plan import Plan
    from risico.study import load as any_

    plan = any_(path)
    if not isinstance(plan, Plan):
        pytest.skip("this one has no cases that are followed")
    for say in (NL, EN):
        assert all(cell and "{" not in cell for row in protocol(load(path), say).rows for cell in row)


def test_it_stands_on_the_page_in_the_fold_of_the_method():
    html = page("en")
    assert html.index("By the plan") > html.index("Method and sources")
    assert "that this plan stands in for" in text(html)


def test_the_contra_indication_of_the_help_of_the_plan_stands_on_the_page():
    assert "Let op bij deze hulp: Geen gezamenlijke gesprekken" in text(page())
    assert "Let op" not in text(page(plan=a_plan(arms={
        "schuldhulp": {"event": "assigned", "detail": "schuldhulp", "within_days": 0}, "gebruikelijk": "otherwise"
    })))  # fmt: skip
    assert len(list(contra(adjusted(), NL))) == 1


def test_which_help_was_given_together_is_told_before_any_outcome_and_hides_what_is_small():
    counts = [("systeemhulp", "systeemhulp + schuldhulp", 40), ("systeemhulp", "none", 210),
              ("gebruikelijk", "none", 247), ("gebruikelijk", "schuldhulp", 3)]  # fmt: skip
    helps = [Estimate(name="help", value=n, n=250, method="count", by={"arm": a, "help": h}) for a, h, n in counts]
    html = review(release(results() + Estimates(helps), "organisatie"), a_plan(), language="nl")
    told = text(html)
    assert "Welke hulp samen werd gegeven (op het scherm)" in told
    assert "systeemhulp + schuldhulp</td>" in html.replace("</th>", "</td>")
    assert not re.search(r"schuldhulp 3\b", told)
    assert "Welke hulp samen" not in text(page())


def test_a_table_without_any_number_is_said_in_a_sentence():
    hidden = [Estimate(name="help", n=None, why="fewer than 10 (withheld)", by={"arm": "systeemhulp", "help": "none"})]
    told = text(review(release(results() + Estimates(hidden), "organisatie"), a_plan(), language="nl"))
    assert "Welke hulp samen werd gegeven, is niet getoond" in told
    assert "(op het scherm) Welke hulp" not in told
