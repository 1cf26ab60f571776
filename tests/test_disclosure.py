"""Small numbers never leave, not even by subtraction."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risico.disclosure import is_withheld, release
from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.plan import SMALLEST


def counts(cells, name="outcome"):
    n = sum(cells)
    return Estimates(
        Estimate(name=name, value=c, n=n, method="count", by={"change": str(i)}) for i, c in enumerate(cells)
    )


@pytest.mark.parametrize(("audience", "minimum"), SMALLEST.items())
def test_a_cell_is_shown_from_the_minimum_on(audience, minimum):
    below, at = (Estimate(name="alpha", value=0.8, n=n, se=0.1, low=0.7, high=0.9) for n in (minimum - 1, minimum))
    hidden, shown = release([below, at], audience, teams=3)
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


@pytest.mark.parametrize("teams", [None, 1, 2])
def test_readers_outside_need_three_teams(teams):
    with pytest.raises(Refused, match="at least 3 teams"):
        release(counts([40, 50]), "buiten", teams=teams)


def test_for_readers_outside_counts_are_rounded_to_fives():
    shown = release([*counts([43, 58]), Estimate(name="alpha", value=0.8123, n=101)], "buiten", teams=3)
    assert [(e.value, e.n) for e in shown] == [(45, 100), (60, 100), (0.8123, 100)]


def test_for_readers_outside_a_share_does_not_give_its_n_away():
    share = Estimate(
        name="kept", value=26 / 43, low=0.4543, high=0.7376, se=0.07, n=43, method="share, Wilson interval"
    )
    shown = release([share], "buiten", teams=3)[0]
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


@given(st.lists(st.integers(0, 40), min_size=2, max_size=5))
def test_no_hidden_cell_can_be_guessed_closer_than_the_rule(cells):
    released = release(counts(cells), "team")
    total_is_shown = any(e.value is not None for e in released)
    for possible in reachable(released, sum(cells), 5).values() if total_is_shown else ():
        assert possible == set(range(5))
