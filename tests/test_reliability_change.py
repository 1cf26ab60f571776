"""Reliable change, on the couples of Jacobson and Truax and at its borders."""

import csv

import numpy as np
import pytest

from risico.errors import UsageError
from risico.numbers.change import edwards_nunnally, hageman_arrindell, s_diff
from risico.reliability import change, cutoffs
from stored import stored

RTOL = 1e-10  # closed forms
THEIRS = {"deteriorated": "reliably_worse", "improved": "reliably_better"}  # as the scripts in R call them
METHODS = ("jacobson_truax", "edwards_nunnally", "hageman_arrindell")

FUNCTIONAL = (114.8, 17.8)  # mean and SD of the DAS, with reliability .88: Jacobson & Truax (1991), from memory


@pytest.fixture
def couples(real_data):
    with open(real_data("rci-jacobson1989") / "jacobson_1989.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    side = {time: [float(row["das"]) for row in rows if row["time"] == time] for time in ("pre", "post")}
    return {"before": side["pre"], "after": side["post"]}


def test_the_couples_of_jacobson_and_truax(couples):
    n = len(couples["before"])
    mean = sum(couples["before"]) / n
    sd = (sum((x - mean) ** 2 for x in couples["before"]) / (n - 1)) ** 0.5
    assert s_diff(sd=sd, reliability=0.88) == pytest.approx(5.793, abs=5e-4)
    cuts = cutoffs(couples, "before", better="high", functional=FUNCTIONAL)
    assert [cuts[f"cutoff_{kind}"].value for kind in "abc"] == pytest.approx([105.23, 79.20, 94.84], abs=5e-3)
    c = cuts["cutoff_c"].value
    found = change(couples, "before", "after", reliability=0.88, better="high", cutoff=c)
    people = {e.name: round(e.value * e.n) for e in found if e.name != "change_needed"}
    assert people == {"deteriorated": 1, "unchanged": 10, "improved": 3, "recovered": 16}


@pytest.mark.parametrize(("after", "expected"), [(11.4, "unchanged"), (11.3, "improved")])
def test_a_change_counts_when_it_is_larger_than_the_error(after, expected):
    # SD of the first moment is 10; with reliability .9 and z 1.96 a change of 8.7652… is needed
    forms = {"before": [20.1, 0.1, 10.1], "after": [after, 0.1, 10.1]}
    needed = change(forms, "before", "after", reliability=0.9, better="low")["change_needed"].value
    assert needed == pytest.approx(1.959963984540054 * 10 * 2**0.5 * 0.1**0.5)
    found = change(forms, "before", "after", reliability=0.9, better="low")
    assert found[expected].value == (1 / 3 if expected == "improved" else 1)


def test_the_values_of_r():
    known = stored("change")
    forms = {key: known[key] for key in ("before", "after")}
    found = change(forms, "before", "after", reliability=known["reliability"], better="low", cutoff=known["cutoff"])
    assert found["change_needed"].value == pytest.approx(known["change_needed"], rel=RTOL)
    for name in ("deteriorated", "unchanged", "improved", "recovered"):
        ends = (found[name].value, found[name].low, found[name].high)
        assert ends == pytest.approx(known[THEIRS.get(name, name)], rel=RTOL)


def test_high_and_low_are_mirrored():
    forms = {"before": [20, 18, 15, 9, 12], "after": [8, 17, 24, 9, 11]}
    low = change(forms, "before", "after", reliability=0.9, better="low")
    high = change(forms, "before", "after", reliability=0.9, better="high")
    assert low["deteriorated"].value == high["improved"].value


def test_a_person_without_a_second_score_is_not_counted_as_unchanged():
    forms = {"before": [20, 18, 15, 9], "after": [8.0, None, 24.0, float("nan")]}
    for method in METHODS:
        found = change(forms, "before", "after", reliability=0.9, better="low", method=method)
        assert {e.n for e in found} == {2}
        assert all(e.why or e.method.endswith("; 2 forms without both scores left out") for e in found)


def test_a_cut_off_says_how_many_had_no_score():
    found = cutoffs({"das": [70, None, 80, 90]}, "das", better="high", functional=(110, 15))
    assert all(e.n == 3 and e.method.endswith("; 1 forms without a score left out") for e in found)


def test_one_person_is_not_enough():
    found = change({"before": [3], "after": [1]}, "before", "after", reliability=0.9, better="low")
    assert all(e.value is None and e.why for e in found)


def test_a_reliability_is_a_share():
    with pytest.raises(UsageError, match="between 0 and 1"):
        change({"before": [3], "after": [1]}, "before", "after", reliability=1.2, better="low")
    with pytest.raises(UsageError, match="nobody would count as recovered"):
        change({"before": [3], "after": [1]}, "before", "after", reliability=0.8, better="low", cutoff=float("nan"))


@pytest.mark.parametrize("method", METHODS)
def test_each_method_calls_changed_whom_the_r_package_calls_changed(method):
    known = stored("change_methods")
    forms = {key: known[key] for key in ("before", "after")}
    told = {"reliability": known["reliability"], "better": "low", "cutoff": known["cutoff"], "method": method}
    found = change(forms, "before", "after", **told)
    end = "" if method == METHODS[0] else f"_{method}"
    for name in ("deteriorated", "unchanged", "improved", "recovered"):
        share = found[name + end]
        assert (share.value, share.low, share.high) == pytest.approx(
            known[method][THEIRS.get(name, name)], rel=RTOL, abs=1e-15
        )


def test_the_index_of_each_person():
    known = stored("change_methods")
    before, after = (np.array(known[key], dtype=float) for key in ("before", "after"))
    r, mean, sd = known["reliability"], before.mean(), before.std(ddof=1)
    drawn = edwards_nunnally(before=before, after=after, mean=mean, sd=sd, reliability=r)
    assert drawn == pytest.approx(known["edwards_nunnally"]["index"], rel=RTOL)
    apart = hageman_arrindell(before=before, after=after, number=np.ones(60), reliability=r)
    assert apart == pytest.approx(known["hageman_arrindell"]["index"], rel=RTOL)


def test_the_cut_offs_of_the_r_package():
    known = stored("change_methods")
    found = cutoffs({"before": known["before"]}, "before", better="low", functional=tuple(known["functional"]))
    assert {e.name[-1]: e.value for e in found} == pytest.approx(known["cutoffs"], rel=RTOL)
    assert found[0].name == "cutoff_c"


def test_the_default_is_jacobson_and_truax_and_only_it_has_one_change_for_everybody():
    forms = {"before": [20, 18, 15, 9, 12], "after": [8, 17, 24, 9, 11]}
    told = {"reliability": 0.9, "better": "low"}
    assert change(forms, "before", "after", **told)[0].name == "change_needed"
    assert "change_needed" not in [e.name for e in change(forms, "before", "after", method="edwards_nunnally", **told)]
    with pytest.raises(UsageError, match="choose one of jacobson_truax"):
        change(forms, "before", "after", method="speer", **told)


@pytest.mark.parametrize(
    ("forms", "method", "why"),
    [
        ({"before": [3], "after": [1]}, "edwards_nunnally", "1 people have both scores"),
        *(
            ({"before": [same] * 3, "after": [same, 2 * same, same / 2]}, method, "the same first score")
            for same in (3.0, 0.1)
            for method in METHODS
        ),
        ({"before": [1, 2, 3], "after": [2, 3, 4]}, "hageman_arrindell", "error of measurement alone"),
    ],
)
def test_where_a_method_has_no_answer_it_says_why(forms, method, why):
    for estimate in change(forms, "before", "after", reliability=0.8, better="low", method=method):
        assert estimate.value is None
        assert why in estimate.why


def test_cut_offs_that_cannot_be():
    scores = {"das": [70, 80, 90]}
    alone = cutoffs(scores, "das", better="high")
    assert alone["cutoff_a"].value == 100
    assert "nothing was given" in alone["cutoff_c"].why
    wrong = cutoffs(scores, "das", better="high", functional=(60, 10))
    assert "do not score better" in wrong["cutoff_b"].why
    assert "1 people have a score" in cutoffs({"das": [70]}, "das", better="high")["cutoff_a"].why
    with pytest.raises(UsageError, match="SD above 0"):
        cutoffs(scores, "das", better="high", functional=(60, 0))
