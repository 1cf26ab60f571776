"""Small numbers never leave, not even by subtraction."""

import itertools

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from risico.disclosure import EVERYBODY, gather, is_withheld, n_left_out, release
from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.pages.parts import everything
from risico.pages.wording import Voice
from risico.plan import SMALLEST

TEAMS = [{EVERYBODY: 40}] * 3


def counts(cells, name="outcome"):
    n = sum(cells)
    return Estimates(
        Estimate(name=name, value=c, n=n, method="count", by={"change": str(i)}) for i, c in enumerate(cells)
    )


@pytest.mark.parametrize(("audience", "minimum"), SMALLEST.items())
def test_a_cell_is_shown_from_the_minimum_on(audience, minimum):
    below, at = (Estimate(name="alpha", value=0.8, n=n, se=0.1, low=0.7, high=0.9) for n in (minimum - 1, minimum))
    hidden, shown = release([below, at], audience, teams=TEAMS)
    assert is_withheld(hidden)
    assert not is_withheld(shown)
    assert hidden.why == f"fewer than {minimum} (withheld)"
    assert (hidden.value, hidden.n, hidden.se, hidden.low, hidden.high) == (None,) * 5


def test_a_plan_may_ask_for_larger_cells_and_never_for_smaller():
    cell = [Estimate(name="alpha", value=0.8, n=12)]
    assert is_withheld(release(cell, "organisatie", minimum=20)[0])
    assert is_withheld(release([Estimate(name="alpha", value=0.8, n=7)], "organisatie", minimum=2)[0])
    assert not is_withheld(release(cell, "organisatie")[0])


def test_a_withheld_number_keeps_its_place_and_its_name():
    released = release(counts([3, 9, 200, 300]), "organisatie")
    assert [e.by["change"] for e in released] == ["0", "1", "2", "3"]


def test_none_is_a_small_number_and_never_shown_as_zero():
    assert is_withheld(release([Estimate(name="harmed", value=0, n=80, method="count")], "team")[0])


def test_a_share_is_hidden_when_too_few_remain_on_the_other_side():
    for value, hidden in ((0.95, True), (0.05, True), (1.0, True), (0.5, False)):
        share = Estimate(name="kept", value=value, n=60, method="share, Wilson interval")
        assert is_withheld(release([share], "organisatie")[0]) is hidden


def test_a_reason_cannot_give_a_small_number_away():
    told = Estimate(name="itt", n=3, why="3 families are too few")
    assert "3 families" not in (release([told], "organisatie")[0].why or "")


def test_a_single_hidden_cell_takes_a_second_one_with_it():
    released = release(counts([4, 60, 30, 40]), "organisatie")
    assert [is_withheld(e) for e in released] == [True, False, True, False]
    assert "beside it" in (released[2].why or "")


def test_nothing_more_is_hidden_when_the_hidden_cells_protect_each_other():
    released = release(counts([4, 3, 5, 60, 70]), "organisatie")
    assert [is_withheld(e) for e in released] == [True, True, True, False, False]


def test_public_data_are_shown_as_they_are():
    cells = counts([1, 0, 2])
    assert release(cells, "buiten", public=True) == cells


@pytest.mark.parametrize("teams", [None, [], TEAMS[:1], TEAMS[:2], [*TEAMS[:2], {EVERYBODY: 0}]])
def test_readers_outside_need_three_teams(teams):
    with pytest.raises(Refused, match="at least 3 teams"):
        release(counts([40, 50]), "buiten", teams=teams)


def test_for_readers_outside_counts_are_rounded_to_fives():
    shown = release([*counts([43, 58]), Estimate(name="alpha", value=0.8123, n=101)], "buiten", teams=TEAMS)
    assert [(e.value, e.n) for e in shown] == [(45, 100), (60, 100), (0.81, 100)]


def test_for_readers_outside_a_share_does_not_give_its_n_away():
    share = Estimate(
        name="kept", value=26 / 43, low=0.4543, high=0.7376, se=0.07, n=43, method="share, Wilson interval"
    )
    shown = release([share], "buiten", teams=TEAMS)[0]
    assert (shown.value, shown.low, shown.high, shown.se, shown.n) == (0.6, 0.45, 0.74, None, 45)


def reachable(released, whole, minimum):
    """What an attacker who knows the whole and the rule can still believe of each cell, by going over everything."""
    small = [i for i, e in enumerate(released) if e.value is None and "fewer" in (e.why or "")]
    beside = [i for i, e in enumerate(released) if e.value is None and i not in small]
    left = whole - sum(int(e.value) for e in released if e.value is not None)
    found = {i: set() for i in small}
    for guess in itertools.product(range(minimum), repeat=len(small)):
        rest = left - sum(guess)
        if (beside and rest >= minimum * len(beside)) or (not beside and rest == 0):
            for i, cell in zip(small, guess, strict=True):
                found[i].add(cell)
    return found


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.integers(0, 40), min_size=2, max_size=5))
def test_no_hidden_cell_can_be_guessed_closer_than_the_rule(cells):
    released = release(counts(cells), "team")
    total_is_shown = any(e.n is not None for e in released)
    for possible in reachable(released, sum(cells), 5).values() if total_is_shown else ():
        assert possible == set(range(5))


def by_arm(one, two):
    """Two arms by three changes, with the totals of both directions: n of each arm, and the same counts together."""
    arms = {"a": one, "b": two}
    inner = [Estimate(name="change", value=v, n=sum(cells), method="count", by={"arm": arm, "change": str(i)})
             for arm, cells in arms.items() for i, v in enumerate(cells)]  # fmt: skip
    return Estimates([*inner, *counts([x + y for x, y in zip(one, two, strict=True)], "change")])


def tables_that_fit(released, truth, minimum):
    """Every pair of arms that gives what is shown, for a reader who knows both whole arms and the rule."""
    n, m = sum(truth[:3]), sum(truth[3:])
    for a, b, d, e in itertools.product(range(n + 1), range(n + 1), range(m + 1), range(m + 1)):
        cells = [a, b, n - a - b, d, e, m - d - e]
        cells += [cells[i] + cells[i + 3] for i in range(3)]
        if min(cells) >= 0 and all(could_be(cell, shown, minimum) for cell, shown in zip(cells, released, strict=True)):
            yield cells


def could_be(cell, shown, minimum):
    if shown.value is not None:
        return cell == shown.value
    return (cell < minimum) == ("fewer" in (shown.why or ""))


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.tuples(*[st.integers(0, 9)] * 6).filter(lambda t: sum(t[:3]) > 4 and sum(t[3:]) > 4))
@example((3, 9, 9, 9, 9, 9))
@example((1, 9, 9, 1, 9, 9))
def test_no_hidden_cell_of_two_arms_beside_their_total_can_be_guessed_closer_than_the_rule(truth):
    released = release(by_arm(truth[:3], truth[3:]), "team")
    if not {sum(truth[:3]), sum(truth[3:])} <= {e.n for e in released}:
        return  # where how many there are in an arm is hidden too, tests/test_disclosure_attack.py looks
    small = [i for i, e in enumerate(released) if "fewer" in (e.why or "") and not short(i, truth)]
    seen = {i: set() for i in small}
    for cells in tables_that_fit(released, truth, 5):
        for i in small:
            seen[i].add(cells[i])
    assert all(found == set(range(5)) for found in seen.values())


def short(place, truth):
    """Whether everything hidden together is below the rule, so that nothing could hide it further."""
    return place >= 6 and sum(truth) < 15


def test_a_change_of_one_arm_hides_the_same_change_of_the_other_beside_their_total():
    released = release(by_arm([3, 60, 70], [40, 50, 60]), "organisatie")
    shown = {tuple(e.by.values()): e.value for e in released}
    assert shown["a", "0"] is None
    assert None in (shown["b", "0"], shown[("0",)])
    assert sum(value is not None for value in shown.values()) >= 4


SHARE = "share, Wilson interval"


def test_a_share_that_an_effect_gives_away_is_hidden_with_its_twin():
    told = [
        Estimate(name="outcome", value=0.05, n=100, method=SHARE, by={"arm": "a"}),
        Estimate(name="outcome", value=0.4, n=100, method=SHARE, by={"arm": "b"}),
        *(Estimate(name="change", value=v, n=100, method="count", by={"arm": "b", "change": c})
          for c, v in (("worse", 25), ("same", 35), ("best", 40))),
    ]  # fmt: skip
    effect = Estimate(name="itt", value=-0.35, n=200)
    alone = release(told, "organisatie")
    assert [is_withheld(e) for e in alone] == [True, False, False, False, False]
    beside = release([*told, effect], "organisatie")
    assert is_withheld(beside[1]), "minus the effect it is the share of the other arm"
    assert is_withheld(beside[-2]), "the same people under another name"
    assert is_withheld(beside[2]) or is_withheld(beside[3]), "and what with the whole gives it away"


def test_the_share_that_got_what_was_assigned_does_not_give_a_hidden_cell_away():
    by = {"assigned": "arrest"}
    told = [Estimate(name="delivered", value=v, n=100, method="count of families", by=by | {"delivered": kind})
            for kind, v in (("arrest", 12), ("advise", 83), ("separate", 5))]  # fmt: skip
    share = Estimate(name="delivered_as_assigned", value=0.12, n=100, method="share of families", by=by)
    assert not is_withheld(release([share], "organisatie")[0])
    released = release([*told, share], "organisatie")
    small, beside = released[2], [released[0], released[3]]
    assert is_withheld(small)
    assert all(map(is_withheld, beside)) or is_withheld(released[1])


def test_arms_are_no_parts_of_one_whole():
    halves = [Estimate(name="outcome", value=v, n=80, method=SHARE, by={"arm": a}) for a, v in (("a", 0.9), ("b", 0.1))]
    assert all(is_withheld(e) for e in release(halves, "organisatie")), "8 of 80, and all but 8 of 80"


def test_what_was_written_by_hand_is_joined_and_a_known_reason_is_kept():
    told = {"not_safe": 4, "told us that …": 3, "ill": 2}
    cells = [Estimate(name="flow", value=v, n=9, method="count", by={"arm": "a", "reason": r}) for r, v in told.items()]
    part = Estimate(name="flow", value=9, n=60, method="count", by={"arm": "a", "step": "not_measured"})
    found = gather([*cells, part], {"reason"}, 10, known={"ill"}, keep={"not_safe"})
    assert [(list(e.by.values())[-1], e.value) for e in found] == [("not_safe", 4), ("other", 5), ("not_measured", 9)]


def test_one_table_that_cannot_be_hidden_leaves_no_other_one_bare():
    small, other = counts([0, 0, 10], "few"), counts([4, 60, 70], "many")
    released = release(small + other, "organisatie")
    assert [is_withheld(e) for e in released[3:]] == [True, True, False]


def test_a_signal_is_hidden_beside_another_number_only_when_nothing_else_is_left():
    kind = {"n": 66, "name": "flow", "method": "count"}
    told = {"left": 8, "not_safe": 19, "forgotten": 39}
    released = release(
        [Estimate(**kind, value=v, by={"arm": "a", "reason": r}) for r, v in told.items()], "organisatie"
    )
    assert [e.value for e in released] == [None, 19, None]
    told = {"left": 8, "not_safe": 58}
    released = release(
        [Estimate(**kind, value=v, by={"arm": "a", "reason": r}) for r, v in told.items()], "organisatie"
    )
    assert [(e.value, e.n) for e in released] == [(None, None), (58, None)], "of how many is told less"


def items(mean, n=24, *, least=0.0, most=1.0, item="1", score="total"):
    """The numbers of one item of a score."""
    by = {"score": score, "item": item}
    kinds = {"item_mean": (mean, "mean"), "item_sd": (0.3, "standard deviation with n − 1")}
    kinds |= {"item_rest": (0.5, "correlation with the sum"), "alpha_without": (0.8, "Cronbach's alpha of the others")}
    return [
        Estimate(name=name, value=v, n=n, method=method, by=by, **({"least": least, "most": most} if v == mean else {}))
        for name, (v, method) in kinds.items()
    ]


@pytest.mark.parametrize("mean", [1 / 24, 9 / 24, 15 / 24, 23 / 24, 0.0, 1.0])
def test_a_mean_that_rests_on_few_is_hidden_with_every_item_number_of_its_score(mean):
    told = [Estimate(name="alpha", value=0.9, n=24, by={"score": "total"}), *items(mean), *items(0.5, item="2")]
    other = items(0.5, score="other")
    released = release([*told, *other], "organisatie")
    assert [is_withheld(e) for e in released] == [False] + 8 * [True] + 4 * [False]


def test_a_mean_on_enough_of_both_sides_is_shown_without_the_ends_of_one_form():
    released = release(items(10 / 24), "organisatie")
    assert [e.value for e in released] == [10 / 24, 0.3, 0.5, 0.8]
    assert all(e.least is e.most is None for e in released)
    assert is_withheld(release([Estimate(name="item_mean", value=0.5, n=24, method="mean")], "organisatie")[0])


def test_a_mean_count_of_events_is_hidden_in_both_arms_when_one_rests_on_few():
    told = [
        Estimate(name="outcome", value=v, n=60, method="mean, normal interval", by={"arm": a}, least=0.0, most=4.0)
        for a, v in (("a", 8 / 60), ("b", 30 / 60))
    ]
    effect = Estimate(name="itt", value=-22 / 60, low=-0.6, high=-0.1, se=0.12, n=120)
    released = release([*told, effect], "organisatie")
    assert [is_withheld(e) for e in released] == [True, True, False]
    assert (released[2].value, released[2].se) == (-0.5, None), "its digits would give both counts"


def pairs(effect, sizes, digits):
    """The counts of two arms that give this effect, as far as its digits say."""
    (n, m) = sizes
    near = 10.0**-digits / 2 + 1e-12
    return {(a, b) for a in range(n + 1) for b in range(m + 1) if abs(a / n - b / m - effect) <= near}


def test_the_digits_of_an_effect_do_not_give_hidden_counts_away():
    a, b, n, m = 3, 40, 109, 116
    told = [
        Estimate(name="outcome", value=a / n, n=n, method=SHARE, by={"arm": "a"}),
        Estimate(name="outcome", value=b / m, n=m, method=SHARE, by={"arm": "b"}),
    ]
    exact = Estimate(name="itt", value=a / n - b / m, low=-0.41, high=-0.22, se=0.0481, n=n + m)
    assert pairs(exact.value, (n, m), 12) == {(a, b)}, "all digits say it"
    shown = release([*told, exact], "organisatie")[-1]
    possible = {pair[0] for pair in pairs(shown.value, (n, m), 2)}
    assert possible >= set(range(10))


def test_the_digits_of_a_profile_do_not_give_its_arms_away():
    by = {"profile": "stress", "estimand": "itt"}
    told = Estimate(name="profile_effect", value=2 / 10 - 5 / 12, low=-0.66, high=0.23, se=0.2081, n=22, by=by)
    shown = release([told], "organisatie")[0]
    assert (shown.value, shown.low, shown.high, shown.se) == (-0.2, -0.7, 0.2, None)


def test_readers_outside_get_no_more_digits_than_the_counts_they_see():
    told = [
        Estimate(name="outcome", value=v, n=n, method=SHARE, by={"arm": a})
        for a, v, n in (("a", 74 / 185, 185), ("b", 46 / 175, 175))
    ]
    exact = Estimate(name="itt", value=74 / 185 - 46 / 175, low=0.04, high=0.2336, se=0.0493, n=360)
    p = Estimate(name="heterogeneity_p", value=0.3331123, n=345, method="Wald test, F(5, 40.2)")
    shown = release([*told, exact, p], "buiten", teams=TEAMS)
    assert [e.value for e in shown] == [0.4, 0.26, 0.14, 0.33]
    assert (shown[2].low, shown[2].high, shown[2].se, shown[3].method) == (0.04, 0.23, None, "Wald test")


def test_an_effect_beside_shares_that_are_shown_keeps_its_digits_in_the_organisation():
    told = [Estimate(name="outcome", value=v, n=100, method=SHARE, by={"arm": a}) for a, v in (("a", 0.4), ("b", 0.29))]
    effect = Estimate(name="itt", value=0.11, se=0.066, n=200)
    assert release([*told, effect], "organisatie")[-1] == effect


def profiles(hidden, shown=(28, 68, 33), estimand="itt"):
    """An effect, its test and the effects of profiles, one of which is left out and has so many families."""
    where = {"intervention": "help", "outcome": "safe"}
    n = sum(shown)
    each = [
        Estimate(name=name, value=0.1, se=0.02, n=size if name == "profile_effect" else n,
                 by={"profile": f"p{i}", **where, "estimand": estimand})
        for i, size in enumerate(shown) for name in ("profile_effect", "profile_effect_pooled")
    ]  # fmt: skip
    left = Estimate(name="profile_effect", by={"profile": "few", **where}, why="fewer than 10 families in an arm")
    by = where | {"estimand": estimand}
    return [
        Estimate(name=estimand, value=0.1, se=0.05, n=n + hidden, by=where),
        Estimate(name="heterogeneity_p", value=0.3331123, n=n, by=by),
        Estimate(name="more_families", value=123.456, n=n, by=by),
        *each,
        left,
    ]


@pytest.mark.parametrize("hidden", [1, 2, 9])
def test_the_size_of_a_small_profile_does_not_follow_from_the_others(hidden):
    released = release(profiles(hidden), "organisatie")
    shown = [e.n for e in released if e.name == "profile_effect" and e.n is not None]
    assert released[0].n - sum(shown) >= 20 + hidden, "at least one other profile, of at least 10 in each arm, is in it"
    assert {e.n for e in released if e.name in ("heterogeneity_p", "more_families", "profile_effect_pooled")} == {None}
    assert released["more_families"].value == 120


@pytest.mark.parametrize("hidden", [0, 10])
def test_where_no_small_profile_is_left_out_every_n_stays(hidden):
    told = profiles(hidden)
    assert [e.n for e in release(told, "organisatie")] == [e.n for e in told]


def test_how_many_were_not_measured_does_not_follow_from_the_n_of_an_effect():
    flow = {"name": "flow", "n": 120, "method": "count"}
    told = [
        Estimate(**flow, value=119, by={"step": "analysed"}),
        Estimate(**flow, value=1, by={"step": "not_measured"}),
        Estimate(name="outcome", value=0.4, n=119, method=SHARE),
        Estimate(name="itt", value=0.1, se=0.07, n=119),
        Estimate(name="heterogeneity_p", value=0.3, n=118),
    ]
    released = release(told, "organisatie")
    assert [e.n for e in released] == [None] * 5
    assert [is_withheld(e) for e in released] == [True, True, False, False, False]
    assert released[2].value == 0.4
    assert [e.n for e in release([*told[:1], *told[2:]], "organisatie")][-1] is None, "119 of 120 leaves one"
    levels = [Estimate(name="change", value=v, n=119, method="count", by={"change": c}) for c, v in
              (("worse", 40), ("same", 29), ("best", 50))]  # fmt: skip
    assert [is_withheld(e) for e in release([*told[:2], *levels], "organisatie")[2:]] == [False, True, False]


def test_how_many_forms_were_left_out_is_a_number_of_people_too():
    told = [Estimate(name="alpha", value=0.9, n=40, method=f"alpha; {n} incomplete forms left out") for n in (3, 23)]
    assert [e.method for e in release(told, "organisatie")] == [
        "alpha; fewer than 10 incomplete forms left out",
        "alpha; 23 incomplete forms left out",
    ]
    assert "about 25 incomplete" in release(told, "buiten", teams=TEAMS)[1].method


def test_the_item_of_one_person_is_in_no_released_number_of_a_study():
    from risico.reliability import reliability

    answers = {f"srq20_{i}": [int((k * i) % 3 == 0) for k in range(24)] for i in range(1, 20)}
    found = reliability(answers_of(answers | {"srq20_20": [1] + [0] * 23}), "srq20")
    assert round(found.where(item="20")["item_mean"].value, 3) == 0.042
    released = release(found, "organisatie")
    assert all(is_withheld(e) for e in released if "item" in e.by)
    assert not is_withheld(released["alpha"])


def answers_of(columns):
    import polars as pl

    return pl.DataFrame(columns)


def test_an_n_that_is_not_told_says_so_in_its_method():
    """Of 40 complete forms and 42 with a blank too, the 2 that had one are few: only the first n is told."""
    told = [
        Estimate(name="alpha", value=0.81, n=40, method="Cronbach's alpha"),
        Estimate(name="alpha_fiml", value=0.82, n=42, method="alpha of every form"),
    ]
    whole, blanks = release(told, "organisatie")
    assert (whole.n, blanks.n) == (40, None)
    assert blanks.value is not None
    assert blanks.method.endswith("; n is not told, as a small number would follow from it")
    assert (n_left_out(whole), n_left_out(blanks)) == (False, True)
    assert not n_left_out(Estimate(name="alpha", value=0.81, method="Cronbach's alpha"))


@pytest.mark.parametrize(
    ("language", "says"),
    [("nl", "niet getoond: er volgt een klein aantal uit"), ("en", "withheld: a small number follows from it")],
)
def test_a_page_says_why_an_n_is_not_told(language, says):
    told = [
        Estimate(name="alpha", value=0.81, n=40, method="Cronbach's alpha"),
        Estimate(name="alpha_fiml", value=0.82, n=42, method="alpha of every form"),
    ]
    table = everything(release(told, "organisatie"), Voice(language))
    assert [row[4] for row in table.rows] == ["40", says]


def flow_of(left_out: int, lost: int) -> list[Estimate]:
    """The flow of a study: some were left out, and of two arms all who were lost had left."""
    took_part = 2000 - left_out
    told = [({"step": "recorded"}, 2000, 2000), ({"step": "left_out", "reason": "too young"}, left_out, 2000)]
    told += [({"step": "eligible"}, took_part, took_part), ({"step": "analysed"}, took_part - 2 * lost, took_part)]
    told += [({"step": "not_measured"}, 2 * lost, took_part)]
    for arm, n in (("a", 600), ("b", took_part - 600)):
        told += [({"arm": arm, "step": "analysed"}, n - lost, n), ({"arm": arm, "step": "not_measured"}, lost, n)]
        told += [({"arm": arm, "step": "not_measured", "reason": "left"}, lost, lost)]
    return [Estimate(name="flow", value=value, n=n, method="count", by=by) for by, value, n in told]


@pytest.mark.parametrize(("left_out", "hidden"), [(9, ["recorded", "left_out"]), (10, [])])
def test_few_left_out_hide_how_many_were_on_file_and_nothing_of_those_who_took_part(left_out, hidden):
    found = release(flow_of(left_out, lost=12), "organisatie")
    assert [e.by["step"] for e in found if is_withheld(e)] == hidden


def test_one_reason_for_all_who_were_lost_is_told_and_a_small_one_is_not():
    told = release(flow_of(20, lost=10), "organisatie")
    assert [e.value for e in told if e.by.get("reason") == "left"] == [10, 10]
    small = release(flow_of(20, lost=9), "organisatie")
    assert [e.value for e in small if e.by.get("reason") == "left"] == [None, None]
    assert all(e.value is None for e in small if e.by == {"arm": "a", "step": "not_measured"})
