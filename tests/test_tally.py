from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risico.errors import UsageError
from risico.tally import Counts, Sums, count, ratings, sums

ROWS = {
    "total": [1, 2, None, 2, 1],
    "band": ["low", None, "low", "  ", "low"],
    "again": [True, False, None, True, True],
}
ENGINES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "mapping": lambda frame: frame.to_dict(as_series=False),
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pandas nullable": lambda frame: frame.to_pandas().convert_dtypes(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}


@pytest.fixture(params=ENGINES)
def frame(request: pytest.FixtureRequest) -> Any:
    return ENGINES[request.param](pl.DataFrame(ROWS))


def shown(counts: Counts) -> list[tuple[Any, ...]]:
    columns = [[None if value != value else value for value in column.tolist()] for column in counts.values]
    return list(zip(*columns, counts.number.tolist(), strict=True))


def test_counts_are_the_distinct_rows_on_every_engine(frame: Any) -> None:
    assert shown(count(frame)) == [
        (1.0, "low", 1.0, 2),
        (2.0, None, 0.0, 1),
        (2.0, None, 1.0, 1),
        (None, "low", None, 1),
    ]
    assert shown(count(frame, ["again"])) == [(0.0, 1), (1.0, 3), (None, 1)]


def test_sums_are_of_complete_rows_on_every_engine(frame: Any) -> None:
    found = sums(frame, ["total", "again"])
    assert (found.n, found.left_out, found.sums.tolist()) == (4, 1, [6.0, 3.0])
    assert found.covariance == pytest.approx(np.cov([[1, 2, 2, 1], [1, 0, 1, 1]]))


def test_number_says_how_many_forms_a_row_is() -> None:
    rows = {"a": [1.0, 2.0, 5.0], "b": [0, 1, 1], "n": [3, 2, 0]}
    assert shown(count(rows, ["a", "b"], number="n")) == [(1.0, 0.0, 3), (2.0, 1.0, 2)]
    found = sums(rows, ["a", "b"], number="n")
    assert found.n == 5
    assert found.covariance == pytest.approx(np.cov([[1, 1, 1, 2, 2], [0, 0, 0, 1, 1]]))


@pytest.mark.parametrize("number", [[1.5, 1], [-1, 1], [None, 1]])
def test_counts_are_forms_and_never_weights(number: list[Any]) -> None:
    with pytest.raises(UsageError, match="never weights"):
        count({"a": [1, 2], "n": number}, ["a"], number="n")
    with pytest.raises(UsageError, match="never weights"):
        sums({"a": [1, 2], "n": number}, ["a"], number="n")


values = st.lists(st.tuples(st.sampled_from([0, 1, 2, None]), st.sampled_from(["x", "y", None])), max_size=30)


@settings(deadline=None, max_examples=40)
@given(values, values)
def test_parts_add_up_to_the_whole(a: list[Any], b: list[Any]) -> None:
    def tally(rows: list[Any]) -> Counts:
        frame = pl.DataFrame(rows, schema={"n": pl.Int8, "t": pl.String}, orient="row")
        return count(frame)

    assert shown(tally(a) + tally(b)) == shown(tally(a + b))


@settings(deadline=None, max_examples=40)
@given(*[st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, 2.5, None])] * 3), max_size=20)] * 2)
def test_sums_of_parts_are_the_sums_of_the_whole(a: list[Any], b: list[Any]) -> None:
    def tally(rows: list[Any]) -> Sums:
        return sums(pl.DataFrame(rows, schema=dict.fromkeys("abc", pl.Float64), orient="row"))

    parts, whole = tally(a) + tally(b), tally(a + b)
    assert (parts.n, parts.left_out) == (whole.n, whole.left_out)
    assert parts.sums == pytest.approx(whole.sums)
    assert parts.cross == pytest.approx(whole.cross, abs=1e-10)


def test_sums_keep_their_digits_far_from_zero() -> None:
    X = np.array([[1e9 + 1, 0.001], [1e9 + 2, 0.003], [1e9 + 4, 0.002]])
    assert sums(X).covariance == pytest.approx(np.cov(X.T), rel=1e-9)


def test_counts_give_sums() -> None:
    rows = {"a": [1, 1, 2, None], "b": [0, 0, 3, 1]}
    assert count(rows).sums().cross == pytest.approx(sums(rows).cross)
    assert count(rows).sums().left_out == 1


def test_nothing_is_a_tally_too() -> None:
    assert count({"a": []}).n == 0
    assert sums({"a": [], "b": []}).n == 0
    assert (count({"a": []}) + count({"a": ["x"]})).n == 1
    assert sums({"a": [1, 2], "b": [None, None]}).left_out == 2


def test_only_what_is_asked_for_is_looked_at() -> None:
    counts = count({"score": [1, 2], "outcome": [1, 0], "other": [None, 3]})
    assert count(counts, ["score", "outcome"]).complete().n == 2
    part = sums(sums({"a": [1, 2, 3], "b": [2, 4, 7], "c": [0, 0, 1]}), ["c", "a"])
    assert part.cross == pytest.approx(sums({"c": [0, 0, 1], "a": [1, 2, 3]}).cross)


def test_mistakes_say_what_to_do() -> None:
    with pytest.raises(UsageError, match="Did you mean 'total'"):
        count(ROWS, ["totl"])
    with pytest.raises(UsageError, match=r"not numbers: band\.\nSums and products need points"):
        sums(ROWS, ["total", "band"])
    with pytest.raises(UsageError, match="other columns"):
        count({"a": [1]}) + count({"b": [1]})
    with pytest.raises(UsageError, match="text in one tally and numbers in the other"):
        count({"a": [1]}) + count({"a": ["x"]})
    with pytest.raises(UsageError, match="this is a int"):
        count(3)
    with pytest.raises(UsageError, match="rows and columns"):
        sums([1, 2, 3])


def test_no_answer_is_in_the_message_about_a_mixed_column() -> None:
    import pandas as pd

    with pytest.raises(UsageError) as error:
        count(pd.DataFrame({"a": ["secret-sentinel", 3]}))
    assert "secret-sentinel" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


@pytest.mark.parametrize("mixed", [[7531.5, None, "x"], [1, "7531.5", None], [None, "a", 7531]])
def test_no_answer_is_in_the_message_about_a_mixed_plain_column(mixed: list[Any]) -> None:
    with pytest.raises(UsageError, match="mixes text with numbers") as error:
        count({"a": mixed, "b": [1, 2, 3]})
    assert "7531" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_whole_and_broken_numbers_beside_a_blank_are_numbers() -> None:
    """Such a list ended in the message of the engine, which holds the answer."""
    assert sums({"a": [1, None, 2.5, 4], "b": [1, 2, 3, 4]}).means == pytest.approx([2.5, 8 / 3])
    assert count([[1, 0.5], [None, 2], [3, 1]]).complete().n == 2


def test_ratings_of_one_unit_stand_side_by_side() -> None:
    forms = {
        "case": ["k", "k", "l", "l", "m", "k"],
        "moment": [1, 1, 1, 1, 1, 2],
        "rater": ["ann", "bob", "ann", "bob", "bob", "ann"],
        "band": ["low", "low", "low", "high", "high", "low"],
    }
    found = ratings(forms, "band", unit=["case", "moment"])
    assert found.columns == ("ann", "bob")
    assert shown(found) == [("low", "high", 1), ("low", "low", 1), ("low", None, 1), (None, "high", 1)]


def test_raters_with_long_numbers_keep_their_own_names() -> None:
    """Six digits made one name of two personnel numbers."""
    forms = {"case": [1, 1], "rater": [1234567, 1234568], "x": [1, 2]}
    assert ratings(forms, "x", unit=["case"]).columns == ("1234567", "1234568")


def test_ratings_of_which_it_is_unclear_whose_they_are_are_refused() -> None:
    forms = {"case": [1, 1, 2], "rater": ["x", "x", "y"], "score": [3, 4, 5]}
    with pytest.raises(UsageError, match="more than one rating of the same unit"):
        ratings(forms, "score", unit=["case"])
    with pytest.raises(UsageError, match="1 values are blank"):
        ratings({**forms, "rater": ["x", None, "y"]}, "score", unit=["case"])
