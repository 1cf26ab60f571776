"""The profile rule against a second, plain-Python reading of the sheet, its boundaries in pairs, and its blanks."""

from fractions import Fraction as F

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risico.errors import BrokenInstrument, IllegalAnswers, UsageError
from risico.profiles import RULE, STATUSES, ProfileRule, explain, load, profile
from risico.strict import build, read_yaml

# family_profiles.md 4.2, typed again from the sheet: weight, a minus where it is turned round, indicator
WEIGHTS = {
    "intieme_terreur": "3t1 3t2 2t3 2t4 2t5 2t6 1t7 1t8",
    "gezin_in_stress": "3s1 3s2 2s3 2s4 2-t1 1s6 1s7",
    "langdurige_zorg": "3l1 2l2 3l3 2l4 1l5 1l6 1l7",
    "kindgedrag_opvoedstress": "3k1 3k2 2k3 2k4 1k5 1-k6",
    "complexe_conflictscheiding": "2c1 3c2 2c3 2c4 2c5 1c6 2-t1",
}
SLUGS = tuple(WEIGHTS)
ASKED = load().asked
CODES = st.fixed_dictionaries({item: st.sampled_from([0, 1, 2, None]) for item in ASKED})


def names(codes):
    return {f"gezinsprofiel_{item}": code for item, code in codes.items()}


def run(rule=None, **codes):
    found = profile(names(codes), rule)
    return {name.removeprefix("gezinsprofiel_"): value for name, value in found.items()}


def every(code=0, **others):
    return dict.fromkeys(ASKED, code) | others


def gates(c):
    """The core conditions with 4.2's words; None where a blank leaves them open: tried with every filling-in."""

    def settled(items, holds):
        seen = {holds(*values) for values in _fillings([c[item] for item in items])}
        return seen.pop() if len(seen) == 1 else None

    return {
        "intieme_terreur": settled(
            ("t1", "t2", "t5", "t6"), lambda t1, t2, t5, t6: t1 == 2 or (t1 == 1 and t2 == 2 and (t5 == 2 or t6 == 2))
        ),
        "gezin_in_stress": settled(("s1", "s2"), lambda s1, s2: s1 >= 1 and s2 >= 1 and (s1 == 2 or s2 == 2)),
        "langdurige_zorg": settled(("l1", "l2"), lambda l1, l2: l1 == 2 and l2 >= 1),
        "kindgedrag_opvoedstress": settled(("k1", "k2"), lambda k1, k2: (k1 == 2 and k2 >= 1) or (k1 >= 1 and k2 == 2)),
        "complexe_conflictscheiding": settled(("c1", "c2"), lambda c1, c2: c1 == 2 and c2 == 2),
    }


def _fillings(values):
    if not values:
        return [()]
    first = (0, 1, 2) if values[0] is None else (values[0],)
    return [(one, *rest) for one in first for rest in _fillings(values[1:])]


def oracle(c):
    """4.1 to 4.3 in fractions."""
    points, share, candidates = {}, {}, {}
    for slug, core in gates(c).items():
        gained, assessed, whole = F(0), F(0), F(0)
        for part in WEIGHTS[slug].split():
            weight, turned, item = int(part[0]), "-" in part, part[1:].lstrip("-")
            whole += weight
            if c[item] is not None:
                assessed += weight
                gained += weight * F(2 - c[item] if turned else c[item], 2)
        share[slug] = assessed / whole
        points[slug] = None if assessed == 0 else 100 * gained / assessed
        if core is False and points[slug] is not None:
            points[slug] = min(points[slug], F(49))
        if core is True and points[slug] >= 50 and share[slug] >= F(60, 100):
            candidates[slug] = points[slug]
    order = sorted(candidates, key=lambda slug: (-candidates[slug], SLUGS.index(slug)))
    label = "niet_ingedeeld" if not order else order[0]
    if len(order) > 1 and candidates[order[0]] - candidates[order[1]] < 10:
        label = "gemengd"
    return points, share, order, label


@settings(max_examples=300, deadline=None)
@given(CODES)
def test_the_rule_equals_a_second_reading_of_the_sheet(codes):
    if all(code is None for code in codes.values()):
        return
    found = run(**codes)
    points, share, order, label = oracle(codes)
    for slug, core in gates(codes).items():
        assert found[f"{slug}_core"] is core
        assert found[f"{slug}_c"] == pytest.approx(float(share[slug]), abs=1e-12)
        if points[slug] is None:
            assert found[f"{slug}_p"] is None
        else:
            assert found[f"{slug}_p"] == pytest.approx(float(points[slug]), abs=1e-9)
        assert found[f"{slug}_candidate"] is (slug in order)
    assert found["label"] == label
    assert found["primary"] == (order[0] if order else None)
    assert found["secondary"] == ("+".join(order[1:]) or None)
    open_ = codes["t1"] is None and gates(codes)["intieme_terreur"] is None and "intieme_terreur" not in order
    assert found["safety_leading"] is (None if open_ else "intieme_terreur" in order)
    assert found["control_assessed"] is (codes["t1"] is not None)
    assert found["status"] in STATUSES


@settings(max_examples=200, deadline=None)
@given(CODES, st.sampled_from(ASKED))
def test_blanking_an_answer_never_makes_a_profile_stand_alone(codes, item):
    blanked = codes | {item: None}
    if all(code is None for code in blanked.values()):
        return
    if run(**blanked)["status"] == "one_profile":
        before = run(**codes)
        assert before["status"] == "one_profile"
        assert before["label"] == run(**blanked)["label"]


@settings(max_examples=100, deadline=None)
@given(CODES, st.data())
def test_the_bounds_hold_every_filling_in(codes, data):
    filled = {i: data.draw(st.sampled_from([0, 1, 2])) if code is None else code for i, code in codes.items()}
    if all(code is None for code in codes.values()):
        return
    before, after = run(**codes), run(**filled)
    for slug in SLUGS:
        assert before[f"{slug}_p_low"] - 1e-9 <= after[f"{slug}_p"] <= before[f"{slug}_p_high"] + 1e-9


def test_fifty_points_make_a_candidate_and_the_next_lower_score_does_not():
    # separation: weights 14; core 2 x 2 + 3 x 2 = 10 gained of 28; 14 of 28 is 50 points
    core = {"c1": 2, "c2": 2, "t1": 2}
    at = run(**every(**core, c3=2))
    under = run(**every(**core, c3=1, c6=1))
    assert at["complexe_conflictscheiding_p"] == 50
    assert at["complexe_conflictscheiding_candidate"] is True
    assert under["complexe_conflictscheiding_p"] == pytest.approx(50 * 13 / 14)
    assert under["complexe_conflictscheiding_candidate"] is False


def test_without_its_core_a_profile_has_forty_nine_points_at_most():
    full = every(2, c1=1)
    assert run(**full)["complexe_conflictscheiding_p"] == 49
    assert run(**full)["complexe_conflictscheiding_candidate"] is False
    assert run(**full | {"c1": 2})["complexe_conflictscheiding_p"] > 80


def test_a_core_that_is_open_neither_caps_nor_makes_a_candidate():
    found = run(**every(2, c1=None))
    assert found["complexe_conflictscheiding_core"] is None
    assert found["complexe_conflictscheiding_p"] > 80
    assert found["complexe_conflictscheiding_candidate"] is False
    assert found["status"] != "one_profile"


def test_a_profile_needs_six_tenths_of_its_weights():
    # long-term care: weights 13, so 8 of 13 is .615 and 7 of 13 is .538
    enough = run(l1=2, l2=2, l3=2, t1=0)
    little = run(l1=2, l2=2, l4=2, t1=0)
    assert enough["langdurige_zorg_c"] == pytest.approx(8 / 13)
    assert enough["langdurige_zorg_candidate"] is True
    assert little["langdurige_zorg_c"] == pytest.approx(7 / 13)
    assert little["langdurige_zorg_p"] == 100
    assert little["langdurige_zorg_candidate"] is False


@pytest.mark.parametrize(("least", "candidate"), [(0.59, True), (0.60, True), (0.61, False)])
def test_completeness_at_exactly_the_threshold_is_enough(least, candidate):
    # child behaviour: weights 12 (k7 counts 0); with k5 a weight of 4, 9 of 15 is exactly .60
    found = run(varied(least, {"k5": 4}), k1=2, k2=2, k3=2, k6=2, t1=0)
    assert found["kindgedrag_opvoedstress_c"] == pytest.approx(9 / 15)
    assert found["kindgedrag_opvoedstress_candidate"] is candidate


def varied(completeness=0.60, weights=None):
    raw = read_yaml(RULE)
    raw["decision"]["completeness"] = completeness
    for name, weight in (weights or {}).items():
        raw["indicators"][name]["weight"] = weight
    return build(ProfileRule, raw, "varied.yaml")


@pytest.mark.parametrize(("points", "candidate"), [(49, False), (49.99, False), (50, True)])
def test_forty_nine_points_are_not_enough_and_fifty_are(points, candidate):
    # separation: c1 and c2 are clear (weights 2 + 3 of 10 in all), the weight of c6 sets the points
    rule = varied(weights={"c3": 0, "c4": 0, "c6": 500 / points - 9})
    found = run(rule, **every(c1=2, c2=2, t1=2))
    assert found["complexe_conflictscheiding_p"] == pytest.approx(points)
    assert found["complexe_conflictscheiding_candidate"] is candidate


@pytest.mark.parametrize(("gap", "mixed"), [(9.99, True), (10, False), (10.01, False)])
def test_two_candidates_closer_than_ten_points_are_mixed(gap, mixed):
    # long-term care has all of its points; s7 is absent and its weight beside 13 others sets the points of stress
    rule = varied(weights={"s7": 1300 / (100 - gap) - 13})
    long_term = {item: 2 for item in ASKED if item[0] == "l"}
    found = run(rule, **every(**long_term, s1=2, s2=2, s3=2, s4=2, s6=2))
    assert found["langdurige_zorg_p"] - found["gezin_in_stress_p"] == pytest.approx(gap)
    assert found["label"] == ("gemengd" if mixed else "langdurige_zorg")
    assert found["secondary"] == "gezin_in_stress"
    assert found["status"] == ("mixed" if mixed else "several")


def test_intimate_terror_leads_for_safety_also_when_another_profile_scores_higher():
    found = run(**every(t1=2, t2=2, t3=1, t5=1, l1=2, l2=2, l3=2, l4=2, l5=2, l6=2))
    assert found["primary"] == "langdurige_zorg"
    assert "intieme_terreur" in found["secondary"]
    assert found["safety_leading"] is True
    assert found["no_joint_sessions"] is True
    said = explain(names(every(t1=2, t2=2, t3=1, t5=1, l1=2, l2=2, l3=2, l4=2, l5=2, l6=2)), "en")
    assert any("leads for safety" in line for line in said)
    assert any("No joint sessions" in line for line in said)


def test_control_that_was_not_assessed_is_said_and_is_never_one_profile():
    codes = every(l1=2, l2=2, l3=2, l4=2, t1=None)
    found = run(**codes)
    assert found["label"] == "langdurige_zorg"
    assert found["status"] == "control_not_assessed"
    assert found["no_joint_sessions"] is True
    assert any("was not assessed" in line for line in explain(names(codes), "en"))
    assert run(**codes | {"t1": 0})["status"] == "one_profile"
    assert run(**codes | {"t1": 0})["no_joint_sessions"] is False


def test_nothing_present_is_unclassified_and_nothing_filled_in_is_nothing():
    assert run(**every())["label"] == "niet_ingedeeld"
    empty = run(**every(None))
    assert empty["label"] is None
    assert empty["no_joint_sessions"] is None
    assert set(empty.values()) == {None}


def test_child_trauma_never_counts_and_asks_whether_the_behaviour_is_a_reaction():
    base = every(k1=2, k2=2, k3=2)
    with_trauma, without = run(**base | {"k7": 2}), run(**base)
    same = [name for name in with_trauma if name != "ask_trauma"]
    assert {n: with_trauma[n] for n in same} == {n: without[n] for n in same}
    assert (with_trauma["ask_trauma"], without["ask_trauma"]) == (True, False)
    assert run(**base | {"k7": None})["ask_trauma"] is True
    assert any("reaction to violence" in line for line in explain(names(base | {"k7": 2}), "en"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_explanation_opens_as_a_proposal_and_says_it_is_no_level_of_risk(language):
    for codes in (every(), every(2), every(None), every(t1=2, t2=2)):
        first, *_, last = explain(names(codes), language)
        assert first == load().label[language]
        if codes != every(None):
            assert last == load().words["not_a_risk_level"][language]


def test_on_a_frame_each_form_gets_what_it_gets_alone():
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, 4, (60, len(ASKED)))
    rows = [{item: [0, 1, 2, None][k] for item, k in zip(ASKED, row, strict=True)} for row in drawn]
    forms = pl.DataFrame([{"case": str(i)} | names(row) for i, row in enumerate(rows)])
    scored = profile(forms)
    assert scored.columns[: len(forms.columns)] == forms.columns
    for i, row in enumerate(rows):
        alone = profile(names(row))
        assert {name: scored[name][i] for name in alone} == alone


@pytest.mark.parametrize("kind", ["pandas", "pyarrow", "lazy", "duckdb"])
def test_other_frames_give_the_same(kind):
    forms = pl.DataFrame([names(every(c1=2, c2=2, c3=2)), names(every(None)), names(every(t1=None, l1=2, l2=1, l3=2))])
    expected = profile(forms)["gezinsprofiel_label"].to_list()
    native = {"pandas": forms.to_pandas, "pyarrow": forms.to_arrow, "lazy": forms.lazy, "duckdb": lambda: duck(forms)}
    found = profile(native[kind]())
    column = found["gezinsprofiel_label"]
    values = column.to_pylist() if kind == "pyarrow" else list(column)
    assert [None if str(v) in ("None", "<NA>", "nan") else v for v in values] == expected


def duck(frame):
    return pytest.importorskip("duckdb").from_arrow(frame.to_arrow())


def test_text_codes_and_unknown_are_read_and_a_frame_without_rows_is_fine():
    forms = pl.DataFrame({"gezinsprofiel_t1": ["2", "unknown", "", None], "gezinsprofiel_t2": ["0", "1", "2", "2"]})
    scored = profile(forms)
    assert scored["gezinsprofiel_control_assessed"].to_list() == [True, False, False, False]
    assert profile(forms.clear()).height == 0


def test_a_strange_code_is_refused_with_column_and_count_and_without_anything_that_may_be_a_name():
    forms = pl.DataFrame({"gezinsprofiel_t1": [0, 3, 3], "gezinsprofiel_t2": ["1", "Jansen", "0"]})
    with pytest.raises(IllegalAnswers) as caught:
        profile(forms)
    text = str(caught.value)
    assert "gezinsprofiel_t1: 2 answers are no code (3)" in text
    assert "gezinsprofiel_t2: 1 answers" in text
    assert "Jansen" not in text


def test_a_column_that_is_no_indicator_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean"):
        profile(pl.DataFrame({"gezinsprofiel_t1": [0], "gezinsprofiel_t9": [0]}))
    with pytest.raises(UsageError, match="None of the columns"):
        profile(pl.DataFrame({"t1": [0]}))


def test_the_rule_can_be_nothing_but_a_proposal_and_names_only_what_is_there():
    raw = read_yaml(RULE)
    with pytest.raises(BrokenInstrument, match="proposal"):
        build(ProfileRule, raw | {"kind": "instrument"}, "x.yaml")
    raw["profiles"]["langdurige_zorg"]["core"] = {"item": "l9", "is": 2}
    with pytest.raises(BrokenInstrument, match="l9"):
        build(ProfileRule, raw, "x.yaml")
