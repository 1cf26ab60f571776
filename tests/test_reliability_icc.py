"""Intraclass correlations and variance components, as a user calls them."""

import pytest

from risico.errors import UsageError
from risico.reliability import components, icc
from risico.tally import ratings
from stored import stored, table

N = None


def test_a_value_to_beat_is_a_reliability_and_its_test_has_a_reason_where_nothing_is_left() -> None:
    found = icc([[1, 2], [2, 3], [4, 5]], above=0.7)
    assert found.where(coefficient="icc_3_1")["icc_p"].why == "the residual mean square is 0"
    assert 0 < found.where(coefficient="icc_1_1")["icc_p"].value < 1
    assert "1 of 2 units" in icc([[1, 2], [3, None]], above=0.7).where(coefficient="icc_2_1")["icc_f"].why
    assert next(iter(found)).name == "icc_2_1"
    for wrong in (1.0, -0.1, 75.0):
        with pytest.raises(UsageError, match="from 0 to below 1"):
            icc([[1, 2], [2, 3], [4, 5]], above=wrong)


# components ----------------------------------------------------------------------------------------------------------


def test_components_of_incomplete_ratings_equal_lme4() -> None:
    told = stored("variance")["unbalanced"]
    found = components(ratings(table(told["data"]), "score", unit=["case"]))
    for kind in ("agreement", "consistency"):
        coefficient = found[f"icc_{kind}"]
        assert coefficient.value == pytest.approx(told[kind], rel=1e-4)
        assert (coefficient.low, coefficient.high) == pytest.approx(told["intervals"][kind], rel=1e-6)
    for name in ("case", "rater"):
        part = found.where(component=name)["component"]
        assert part.value == pytest.approx(told["components"][name], rel=1e-4)
        assert (part.low, part.high) == pytest.approx(told["intervals"][name], rel=1e-6)
    error = told["components"]["rater"] + told["components"]["Residual"]
    sem = found["sem_agreement"]
    assert sem.value == pytest.approx(error**0.5, rel=1e-4)
    assert (sem.low, sem.high) == pytest.approx([end**0.5 for end in told["intervals"]["error_agreement"]], rel=1e-6)
    assert "205 ratings of 60 cases by 8 raters" in found["icc_agreement"].method
    assert found["sdc_group_consistency"].high == pytest.approx(
        1.959963984540054 * (2 * told["intervals"]["Residual"][1] / 60) ** 0.5, rel=1e-6
    )


def test_a_component_at_its_border_says_so() -> None:
    told = stored("variance")["boundary"]
    rater = components(ratings(table(told["data"]), "score", unit=["case"])).where(component="rater")["component"]
    assert (rater.value, rater.low) == (0, 0)
    assert rater.high == pytest.approx(told["intervals"]["rater"][1], rel=1e-6)
    assert rater.why == "at its border 0: the scores show no such differences"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([[1], [2]], "at least two raters"),
        ([[1, 2]], "1 cases have a rating"),
        ([[N, N], [N, N]], "0 cases have a rating"),
        ([[1, 1], [1, 1]], "every score is the same"),
        ([[1, 2], [3, 4], [5, 6]], "leave no residual"),
        ([[1, 2], [2, N], [3, N]], "cannot be told apart"),
        ([[1, 2, N, N], [N, N, 3, 4]], "cannot be told apart"),
        (
            [[1, 2, N, N], [2, 3, N, N], [5, 3, N, N], [N, N, 4, 6], [N, N, 1, 2]],
            "2 parts that share no case and no rater (3 and 2 cases): raters cannot be compared",
        ),
    ],
)
def test_degenerate_designs_have_a_defined_answer(rows: list[list[float | None]], why: str) -> None:
    for estimate in components(rows):
        assert estimate.value is None
        assert why in estimate.why


def test_a_unit_without_any_rating_is_not_counted() -> None:
    rows = [[9, 2, 5], [6, N, 3], [8, 4, 6], [7, 5, N]]
    with_it, without = components([*rows, [N, N, N]]), components(rows)
    assert [e.value for e in with_it] == [e.value for e in without]
    assert {e.n for e in with_it} == {4}
    assert all("4 cases by 3 raters, 1 without a rating left out" in e.method for e in with_it)


def test_units_with_one_mean_get_no_interval_of_no_width() -> None:
    found = icc([[0, 2], [0, 2], [2, 0], [2, 0]])
    assert [(e.value, e.low) for e in found if e.name in ("icc_1_1", "icc_2_1", "icc_3_1")] == [
        (-2.0, None), (-1.0, None), (-1.0, None),
    ]  # fmt: skip
    assert "no interval" in (found["icc_2_1"].why or "")
    assert icc([[0, 2], [0, 2], [2, 0], [2, 1]])["icc_2_1"].low is not None
