"""Disclosure is shown by attack: a linear programme written here, over families, against everything released."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from risico.disclosure import EVERYBODY, Earlier, is_withheld, reach, release, web, width
from risico.errors import Refused
from risico.estimate import Estimate, Estimates

ARMS, PROFILES = ("lot", "usual"), ("p1", "p2", "p3")
CHANGES, REASONS = ("worse", "same", "best"), ("not_safe", "refused")
STATES = (*CHANGES, *REASONS)
KINDS = list(itertools.product(ARMS, PROFILES, STATES))  # of each family, what anybody could know


def asked(**by):
    """The kinds of family that a cell counts."""

    def fits(kind):
        arm, profile, state = kind
        told = {"arm": arm, "profile": profile, "change": state, "reason": state}
        told["step"] = "analysed" if state in CHANGES else "not_measured"
        return by.get("step") in ("eligible", None, told["step"]) and all(
            told[k] == v for k, v in by.items() if k != "step"
        )

    return [i for i, kind in enumerate(KINDS) if fits(kind)]


def cells():
    """Every cell with its whole: by arm, by profile, by both margins, reasons within who was not measured."""
    out = [("flow", {"step": s}, {"step": "eligible"}) for s in ("eligible", "analysed", "not_measured")]
    for arm in ARMS:
        out += [("flow", {"arm": arm, "step": s}, {"arm": arm}) for s in ("analysed", "not_measured")]
        lost = {"arm": arm, "step": "not_measured"}
        out += [("flow", lost | {"reason": r}, lost) for r in REASONS]
        out += [("change", {"arm": arm, "change": c}, {"arm": arm, "step": "analysed"}) for c in CHANGES]
    out += [("change", {"change": c}, {"step": "analysed"}) for c in CHANGES]
    for profile in PROFILES:
        out += [("change", {"profile": profile, "change": c}, {"profile": profile, "step": "analysed"})
                for c in CHANGES]  # fmt: skip
    return [(name, by, asked(**by), asked(**whole)) for name, by, whole in out]


CELLS = cells()


def study(numbers):
    return Estimates(
        Estimate(
            name=name, value=float(sum(numbers[i] for i in part)), n=sum(numbers[i] for i in whole), by=by,
            method="count of families",
        )
        for name, by, part, whole in CELLS
    )  # fmt: skip


def constraints(released, minimum):
    """What is printed, as rows over kinds of family: equal, at most, at least."""
    equal, most = [], []
    for (_, _, part, whole), e in zip(CELLS, released, strict=True):
        row, all_ = np.zeros(len(KINDS)), np.zeros(len(KINDS))
        row[part], all_[whole] = 1.0, 1.0
        if e.n is not None:
            equal.append((all_, e.n))
        if e.value is not None:
            equal.append((row, e.value))
        elif e.why == f"fewer than {minimum} (withheld)":
            most.append((row, minimum - 1))
        elif "leaves fewer" in e.why:
            most.append((all_ - row, minimum - 1))
        elif "beside it" in e.why:
            most.append((-row, -minimum))
    return equal, most


def attacked(released, minimum):
    """The widths (in whole numbers) that an attacker is left with, of each hidden cell."""
    equal, most = constraints(released, minimum)
    told = {
        "A_eq": [row for row, _ in equal] or None, "b_eq": [x for _, x in equal] or None,
        "A_ub": [row for row, _ in most] or None, "b_ub": [x for _, x in most] or None,
    }  # fmt: skip
    for (name, by, part, _), e in zip(CELLS, released, strict=True):
        if e.value is None:
            goal = np.zeros(len(KINDS))
            goal[part] = 1.0
            low, high = (linprog(sign * goal, **told) for sign in (1, -1))
            assert low.success, (low.message, name, by)
            top = np.inf if not high.success else np.floor(-high.fun + 1e-6)
            yield name, by, top - np.ceil(low.fun - 1e-6) + 1


SIZES = st.sampled_from([0, 0, 1, 2, 3, 5, 8, 9, 10, 11, 14, 25, 40])


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(SIZES, min_size=len(KINDS), max_size=len(KINDS)), st.sampled_from([("organisatie", 10), ("team", 5)]))
def test_no_hidden_cell_of_any_table_can_be_worked_out_closer_than_the_rule(numbers, audience):
    name, minimum = audience
    released = release(study(numbers), name)
    assert [x for x in attacked(released, minimum) if x[2] < minimum] == []


def table(cells, name="change", **by):
    n = sum(cells.values())
    kind = {"name": name, "n": n, "method": "count of families"}
    return Estimates(Estimate(**kind, value=float(v), by=by | {"change": c}) for c, v in cells.items())


def kept(estimates, data="first"):
    return Earlier(audience="organisatie", data=data, estimates=estimates)


def test_the_shipped_attack_finds_what_a_table_with_one_empty_place_tells():
    ties = web(table({"worse": 4, "same": 30, "best": 40}))
    assert reach(ties, {0: (0, 9)}) == {0: (4.0, 4.0)}
    assert width(reach(ties, {0: (0, 9), 1: (10, 999)})[0]) == 10


def test_one_more_family_cannot_be_read_from_two_releases():
    first, more = {"worse": 20, "same": 30, "best": 40}, {"worse": 21, "same": 30, "best": 40}
    effect = [Estimate(name="itt", value=0.1, se=0.05, n=90), Estimate(name="itt", value=0.102, se=0.05, n=91)]
    before = kept(release([*table(first), effect[0]], "organisatie"))
    again = release([*table(more), effect[1]], "organisatie", earlier=[before], data="second")
    assert all(is_withheld(e) and e.n is None for e in again)
    assert "earlier release" in again[0].why
    assert [e.value for e in release(table(more), "organisatie")] == [21, 30, 40], "without the other it is harmless"


def test_what_grew_enough_is_told_and_what_hardly_moved_is_hidden_with_a_neighbour():
    before = kept(release(table({"worse": 20, "same": 30, "best": 40}), "organisatie"))
    grown = release(table({"worse": 22, "same": 45, "best": 60}), "organisatie", earlier=[before], data="second")
    assert is_withheld(grown[0]), "two more"
    assert sum(is_withheld(e) for e in grown) == 2, "with the total shown it would follow from the other two"
    all_grew = table({"worse": 30, "same": 45, "best": 60})
    assert [e.value for e in release(all_grew, "organisatie", earlier=[before], data="second")] == [30, 45, 60]


def test_what_was_hidden_stays_hidden_while_few_came_in():
    before = kept(release(table({"worse": 9, "same": 30, "best": 40, "better": 50}), "organisatie"))
    few = release(table({"worse": 11, "same": 30, "best": 40, "better": 50}), "organisatie", earlier=[before], data="2")
    assert is_withheld(few[0])
    many = table({"worse": 21, "same": 60, "best": 60, "better": 70})
    assert [e.value for e in release(many, "organisatie", earlier=[before], data="2")] == [21, 60, 60, 70]


def test_the_same_numbers_again_are_told_again_and_what_was_hidden_stays_hidden():
    cells = table({"worse": 4, "same": 30, "best": 40, "better": 50})
    first = release(cells, "organisatie")
    assert release(cells, "organisatie", earlier=[kept(first)], data="first") == first
    hidden = {dict(e.by)["change"] for e in first if is_withheld(e)}
    other = release(cells[1:], "organisatie", earlier=[kept(first)], data="first")
    assert hidden - {"worse"} <= {dict(e.by)["change"] for e in other if is_withheld(e)}


def test_a_release_for_readers_outside_is_compared_as_it_was_rounded():
    cells, teams = table({"worse": 21, "same": 33, "best": 46}), [{EVERYBODY: 30}] * 4
    first = release(cells, "buiten", teams=teams)
    assert [e.value for e in first] == [20, 35, 45]
    before = [Earlier(audience="buiten", data="first", estimates=first)]
    assert release(cells, "buiten", teams=teams, earlier=before, data="first") == first
    one_more = table({"worse": 23, "same": 33, "best": 46})
    assert is_withheld(release(one_more, "buiten", teams=teams, earlier=before, data="second")[0])


def test_a_dominant_team_is_refused_and_an_arm_of_one_team_is_hidden():
    cells = table({"worse": 40, "best": 60}, arm="lot") + table({"worse": 50, "best": 70}, arm="usual")
    with pytest.raises(Refused, match="no team has more than half"):
        release(cells, "buiten", teams=[{EVERYBODY: 60}, {EVERYBODY: 20}, {EVERYBODY: 20}])
    even = [{EVERYBODY: 50, "lot": 50}, {EVERYBODY: 50, "lot": 25, "usual": 25}, *[{EVERYBODY: 50, "usual": 50}] * 2]
    shown = release(cells, "buiten", teams=even)
    assert [is_withheld(e) for e in shown] == [True, True, False, False]
    assert "fewer than 3 teams" in shown[0].why
    half = [{EVERYBODY: 50}, {EVERYBODY: 25}, {EVERYBODY: 25}]
    assert not any(map(is_withheld, release(cells, "buiten", teams=half))), "half is not more than half"


def test_a_group_of_one_is_not_in_anything_that_is_released():
    cells = table({"worse": 1, "same": 30, "best": 40}, arm="lot") + table(
        {"worse": 12, "same": 30, "best": 40}, arm="u"
    )
    cells += table({"worse": 13, "same": 60, "best": 80})
    released = release(cells, "organisatie")
    assert released[0].why == "fewer than 10 (withheld)"
    assert 12 not in [e.value for e in released] or 13 not in [e.value for e in released]


def test_an_outlier_and_a_rank_that_few_reach_are_hidden():
    mean = Estimate(name="outcome", value=9 / 40, n=40, method="mean of counts", by={"arm": "a"}, least=0.0, most=9.0)
    assert is_withheld(release([mean], "organisatie")[0]), "nine incidents can be those of one family"
    ranks = [Estimate(name="percentile_rank", value=v, n=200, method="rank", at=float(v)) for v in (4, 50, 96)]
    assert [is_withheld(e) for e in release(ranks, "organisatie")] == [True, False, True]


def two_by_two(tp, fn, fp, tn):
    share = {"method": "share of forms", "by": {"at_least": "3"}}
    pairs = {"sensitivity": (tp, tp + fn), "specificity": (tn, tn + fp), "ppv": (tp, tp + fp), "npv": (tn, tn + fn)}
    found = [Estimate(name=name, value=k / n, n=n, **share) for name, (k, n) in pairs.items()]
    n, yes = tp + fn + fp + tn, tp + fn
    found.append(Estimate(name="base_rate", value=yes / n, n=n, method="share of forms"))
    ratio = (tp / yes) / (fp / (fp + tn))
    return [*found, Estimate(name="lr_positive", value=ratio, n=n, method="ratio", by={"at_least": "3"})]


def test_whom_a_cut_off_missed_does_not_follow_from_its_other_numbers():
    shown = {e.name: e for e in release(two_by_two(60, 4, 40, 90), "organisatie")}
    assert is_withheld(shown["sensitivity"])
    assert is_withheld(shown["npv"])
    assert is_withheld(shown["lr_positive"])
    assert is_withheld(shown["ppv"]) or is_withheld(shown["base_rate"]) or shown["base_rate"].n is None
    assert not any(is_withheld(e) for e in release(two_by_two(60, 24, 40, 90), "organisatie"))
    assert is_withheld(release(two_by_two(60, 24, 40, 90)[-1:], "organisatie")[0]), "alone it cannot be checked"


def test_two_measures_of_agreement_do_not_tell_how_often_a_rare_level_was_given():
    told = [
        Estimate(name="percent_agreement", value=0.9123, se=0.03, n=80),
        Estimate(name="cohen_kappa", value=0.6123, se=0.08, n=80),
        Estimate(name="specific_agreement", value=0.5, n=6, by={"level": "serious"}),
    ]
    assert [e.value for e in release(told, "organisatie")] == [0.91, None, None]
    assert [e.value for e in release(told[:2], "organisatie")] == [0.91, 0.61]
