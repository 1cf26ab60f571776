"""Disclosure is shown by attack: a linear programme written here, over families, against everything released."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from risico.disclosure import release
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
