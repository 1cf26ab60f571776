"""The list of elements of help: strict, known to the record, and the only words that a plan may use as an arm."""

import copy
import hashlib
import shutil

import numpy as np
import pytest

from risico.cohort import cohort
from risico.errors import BrokenInstrument, UnreadableFile
from risico.experiments.elements import Elements, elements_known, read_elements
from risico.plan import load
from risico.strict import build, read_yaml
from risico.synthetic import region
from test_experiments import HERE

LIST, PLAN = HERE / "elements.yaml", HERE / "synthetic_elements.yaml"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"evidence": [{"source": "nowhere", "nl": "x", "en": "x"}]}, "'nowhere' is none of the sources"),
        ({"record": "el_praten"}, "the record hulp asks no 'el_praten'"),
        ({"definition": {"nl": "x"}}, "the words in en are missing"),
        ({"works": True}, "there is no key 'works'"),
    ],
)
def test_each_rule_of_the_list_bites(changes, says):
    told = read_yaml(LIST)
    told["elements"]["steun"] |= changes
    with pytest.raises(BrokenInstrument, match=says):
        build(Elements, told, "elements.yaml")


def test_a_sentence_from_memory_is_allowed_and_marked():
    told = read_yaml(LIST)
    told["elements"]["steun"]["evidence"] = [{"source": "memory", "nl": "x", "en": "x"}]
    assert build(Elements, told, "elements.yaml").elements["steun"].evidence[0].source == "memory"


def test_every_element_of_the_issue_is_in_the_list():
    assert set(read_elements(LIST).elements) >= {
        "netwerkplan", "ieder_apart", "hulp_bij_geweld_gebruiken", "stress_aangepakt", "trauma_kind",
        "trauma_volwassene", "vast_gezicht", "volgen_na_afsluiten", "ervaringsdeskundige",
    }  # fmt: skip


def test_no_source_is_listed_that_nothing_uses():
    made = read_elements(LIST)
    assert set(made.sources) == {said.source for one in made.elements.values() for said in one.evidence}


def test_a_plan_uses_no_other_word(tmp_path):
    plan = load(PLAN)
    elements_known(plan, PLAN)
    rule = plan.arms["ieder_apart"].model_copy(update={"detail": "ieder_apar"})
    wrong = plan.model_copy(update={"arms": {**plan.arms, "ieder_apart": rule}})
    with pytest.raises(BrokenInstrument, match=r"no element 'ieder_apar' in elements.yaml.*ieder_apart"):
        elements_known(wrong, PLAN)
    shutil.copy(PLAN, tmp_path)
    elements_known(load(HERE / "synthetic_adjusted.yaml"), tmp_path / "x.yaml")  # a plan without elements needs no list
    with pytest.raises(UnreadableFile, match=r"elements\.yaml"):
        elements_known(plan, tmp_path / PLAN.name)


def test_elements_left_every_earlier_draw_as_it_was():
    """The events of the region as it was before there were elements, with their fingerprint from then."""
    events = region(4, households=200).events
    others = events.filter(events["event"] != "element")
    assert hashlib.sha256(others.write_csv().encode()).hexdigest() == BEFORE
    assert 200 < len(events) - len(others) < 800


BEFORE = "4ddf738ca77290df2d959081fb8fbf31cf9153386187190d23fd3d4ce603fe99"


def test_the_arm_is_who_had_the_element_in_time_and_no_element_makes_a_difference():
    plan = load(PLAN)
    plain = plan.model_copy(update={"profile": copy.deepcopy(plan.profile).model_copy(update={"column": "kind"})})
    made = region(1, households=4000)
    frame = cohort(made.forms, made.events, plain).frame
    had = set(
        made.events.filter((made.events["event"] == "element") & (made.events["detail"] == "ieder_apart"))["case"]
    )
    arms = dict(frame.select("case", "arm").iter_rows())
    assert {case for case, arm in arms.items() if arm == "ieder_apart"} == had & set(arms)
    known = frame.filter(frame["outcome"].is_not_null())
    heavy = (known["incidents"] >= 22).to_numpy()
    arm, y = (known["arm"] == "ieder_apart").to_numpy(), known["outcome"].to_numpy()
    within = [y[arm & part].mean() - y[~arm & part].mean() for part in (heavy, ~heavy)]
    assert np.average(within, weights=[heavy.mean(), 1 - heavy.mean()]) == pytest.approx(0, abs=0.04)
    assert arm[heavy].mean() > arm[~heavy].mean() + 0.1
