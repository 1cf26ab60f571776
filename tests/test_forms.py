"""The door: each engine is let in alike, what cannot be an answer is no blank, the caller's columns stay theirs."""

from decimal import Decimal
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from engines import rows
from risico.columns import extend
from risico.errors import IllegalAnswers, UsageError
from risico.forms import enter
from risico.profiles import profile
from risico.scoring import score, set_aside
from risico.tally import count

PHQ = {f"phq9_{i}": [1, 2] for i in range(1, 11)}
OTHERS = ", ".join(f"1 AS phq9_{i}" for i in range(2, 11))


def duck(first: str, name: str = "phq9_1") -> duckdb.DuckDBPyRelation:
    return duckdb.sql(f'SELECT {first} AS "{name}", {OTHERS}')


def totals(frame: Any) -> list[float | None]:
    return [row["phq9_total"] for row in rows(score(frame, "phq9"))]


# what is an answer, what is a blank


@pytest.mark.parametrize(
    "value",
    [
        *("1::BIGNUM", "uuid()", "'1'::BIT", "'1'::BLOB", "INTERVAL 1 DAY", "TIME '01:00'", "TIMETZ '01:00:00+01'"),
        *("{'null': 1}", "[1]", "MAP {'a': 1}", "union_value(n := 1)", "DATE '2025-01-01'", "TRUE"),
    ],
)
def test_a_type_that_holds_no_answer_is_refused_and_not_taken_for_a_blank(value):
    with pytest.raises(IllegalAnswers, match="phq9_1: 1 of 1 answers"):
        score(duck(value), "phq9")
    sound, wrong = set_aside(duck(value), "phq9")
    assert (len(sound.fetchall()), len(wrong.fetchall())) == (0, 1)
    assert str(wrong.types[0]) == str(duck(value).types[0]), "set aside as it came"


@pytest.mark.parametrize("value", ["1::BIGNUM", "'1'::BIT", "INTERVAL 1 DAY", "union_value(n := 1)", "1", "NULL"])
def test_nothing_in_a_column_of_any_type_is_a_blank(value):
    nothing = duck(f"CASE WHEN 1 = 2 THEN {value} END")
    assert score(nothing, "phq9").select("phq9_total", "phq9_missing").fetchall() == [(9.0, 1)]


@pytest.mark.parametrize("cell", [{"null": 1}, {"a": None}, [1], [], b"1"])
@pytest.mark.parametrize("lazy", [False, True])
def test_a_polars_column_of_parts_is_refused(cell, lazy):
    frame = pl.DataFrame({**PHQ, "phq9_1": [cell, cell]})
    with pytest.raises(IllegalAnswers, match="phq9_1: 2 of 2 answers"):
        score(frame.lazy() if lazy else frame, "phq9")


@pytest.mark.parametrize(
    "column",
    [
        [Decimal("1"), Decimal("2.00")],
        np.array([1, 2], dtype=np.longdouble),
        np.array([1, 2], dtype=np.float16),
        np.array([np.int8(1), np.int64(2)], dtype=object),
        pd.array([Decimal(1), Decimal(2)], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
        pd.Categorical([1, 2]),
    ],
)
def test_a_number_in_pandas_is_a_number_in_whatever_it_is_kept(column):
    assert totals(pd.DataFrame(PHQ).assign(phq9_1=column)) == [9.0, 18.0]


def test_a_decimal_that_is_none_is_a_blank_and_half_is_no_answer():
    forms = pd.DataFrame(PHQ)
    assert totals(forms.assign(phq9_1=[Decimal("NaN"), Decimal("sNaN")])) == [9.0, 18.0]
    for wrong in (Decimal("0.5"), Decimal("1e400"), 10**400, 1 + 1j):
        with pytest.raises(IllegalAnswers, match="phq9_1: 1 of 2 answers"):
            score(forms.assign(phq9_1=pd.Series([wrong, 1], dtype=object)), "phq9")


def test_long_numbers_in_pandas_are_not_rounded():
    """Two cases whose numbers differ in the last digit are two cases."""
    for keys in ([2**53, 2**53 + 1, None], [Decimal(2**53), Decimal(2**53 + 1), None], [2**70, 2**70 + 1, None]):
        frame = pd.DataFrame({"case": pd.Series(keys, dtype=object)})
        inside = enter(frame, ["case"]).inside.collect(backend="polars")["case"].cast(nw.String)
        assert inside.to_list() == [str(keys[0]), str(keys[1]), None]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([Decimal(1), Decimal(2)], pa.decimal256(40, 2)),
        pa.array([Decimal(1), Decimal(2)], pa.decimal128(5, 1)),
        pa.array(["1", "2"]).dictionary_encode(),
        pa.array(["1", "2"], pa.string_view()),
        pa.array(np.array([1, 2], dtype=np.float16)),
    ],
)
def test_a_number_in_arrow_is_a_number_in_whatever_it_is_kept(column):
    assert totals(pa.table({**PHQ, "phq9_1": column})) == [9.0, 18.0]


@pytest.mark.parametrize(
    "column", [pa.array([{"null": 1}] * 2), pa.array([1, 2], pa.duration("s")), pa.array([[1]] * 2)]
)
def test_an_arrow_column_of_parts_is_refused(column):
    with pytest.raises(IllegalAnswers, match="phq9_1: 2 of 2 answers"):
        score(pa.table({**PHQ, "phq9_1": column}), "phq9")


# two columns of one name


def twice(name: str) -> list[Any]:
    table = pa.table({**PHQ, "note": [7, 8]})
    frame = table.to_pandas()
    return [
        table.append_column(name, table["note"]),
        pd.concat([frame, frame[[name]]], axis=1),
        duckdb.sql(f"SELECT 7 AS note, 1 AS phq9_1, {OTHERS}, 8 AS {name}"),
    ]


@pytest.mark.parametrize("name", ["phq9_1", "note"])
@pytest.mark.parametrize("engine", range(3))
def test_two_columns_of_one_name_are_refused_in_words(name, engine):
    frame = twice(name)[engine]
    for work in (lambda: score(frame, "phq9"), lambda: set_aside(frame, "phq9"), lambda: profile(frame)):
        with pytest.raises(UsageError, match=f"Two columns are named '{name}'"):
            work()
    with pytest.raises(UsageError, match=f"Two columns are named '{name}'"):
        count(frame, ["phq9_2"])
    with pytest.raises(UsageError, match=f"Two columns are named '{name}'"):
        extend(frame, ["phq9_1"], lambda arrays: arrays)


# columns of the caller


@pytest.mark.parametrize("name", ["__phq9_code_1", "__PHQ9_code_1", "__phq9_value_total", "__wrong", "__order", "own0"])
def test_a_column_of_the_caller_is_never_overwritten(name):
    frame = pl.DataFrame({**PHQ, name: [7, 8], "own": [5, 6]})
    for given in (frame, frame.lazy(), frame.to_arrow(), frame.to_pandas(), duckdb.from_arrow(frame.to_arrow())):
        for made in (score(given, "phq9"), set_aside(given, "phq9")[0]):
            told = sorted(rows(made), key=lambda row: row[name])
            assert [(row[name], row["own"], row["phq9_1"]) for row in told] == [(7, 5, 1), (8, 6, 2)]
            assert list(told[0])[:12] == frame.columns


def test_in_duckdb_a_column_that_differs_in_capitals_is_not_lost():
    with pytest.raises(UsageError, match="'PHQ9_total', and this engine does not tell capitals"):
        score(duckdb.sql(f'SELECT 7 AS "PHQ9_total", 1 AS phq9_1, {OTHERS}'), "phq9")
    for frame in (pl.DataFrame({**PHQ, "PHQ9_total": [7, 8]}).lazy(), pd.DataFrame({**PHQ, "PHQ9_total": [7, 8]})):
        assert totals(frame) == [9.0, 18.0]
