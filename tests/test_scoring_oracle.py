"""The shipped scorer gives what the oracle gives: on every engine, for any instrument and any answers."""

import random
import warnings
from functools import cache
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import ENGINES, make, rows
from oracle import illegal, results
from risico.errors import IllegalAnswers, RisicoWarning
from risico.forms import enter
from risico.instrument import Instrument, catalogue, load
from risico.scoring import score, set_aside
from risico.scoring.findings import wanted
from risico.scoring.score import run
from strategies import codes, crowd, form, forms, instruments, small, speaking

Form = dict[str, Any]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def lenient(frame: Any, it: Instrument) -> Any:
    """Score as `score` does, but count illegal answers as blank and forms that contradict themselves as unscored."""
    return run(enter(frame, wanted(it)), it)


def same(one: Any, other: Any) -> bool:
    """Levels and Booleans identical, numbers to 1e-12; a number is no Boolean."""
    if one is None or other is None or isinstance(one, bool | str) or isinstance(other, bool | str):
        return type(one) is type(other) and one == other
    return abs(one - other) <= 1e-12 * max(1, abs(one))


def disagreements(scored: Any, columns: dict[str, list[Any]], it: Instrument) -> list[str]:
    """Return each result in which the scorer and the oracle differ, with the form that shows it."""
    found = []
    for i, row in enumerate(scored if isinstance(scored, tuple) else rows(scored)):
        want, got = results(form(columns, i), it), {name: v for name, v in row.items() if name not in columns}
        assert set(got) == set(want)
        wrong = {name: (want[name], got[name]) for name in want if not same(want[name], got[name])}
        if wrong:
            found.append(f"(oracle, scorer) {wrong} for {form(columns, i)}")
    return found


def settle(data: st.DataObject, engines: list[str]) -> None:
    it = data.draw(instruments())
    columns = data.draw(forms(it))
    for engine in engines:
        assert not disagreements(lenient(make(engine, columns), it), columns, it), engine


# ------------------------------------------------------------------------------------------ equal to the oracle


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_every_engine_gives_what_the_oracle_gives(data: st.DataObject) -> None:
    settle(data, list(ENGINES))


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_polars_gives_what_the_oracle_gives(data: st.DataObject) -> None:
    settle(data, ["polars-lazy"])


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_every_engine_gives_what_the_oracle_gives_at_length(data: st.DataObject) -> None:
    settle(data, list(ENGINES))


def shipped(it: Instrument) -> list[dict[str, Any]]:
    """The forms of the vectors of an instrument (what a vector does not name was left empty), then random ones.

    The random ones say for whom they are, in columns of a type that depends on the instrument; the vectors do not, as
    somebody for whom it is not meant may have no score.
    """
    blank, rng = dict.fromkeys((*it.columns(), *it.context)), random.Random(it.id)
    vectors = [blank | vector.context | {f"{it.id}_{i}": v for i, v in vector.answers.items()} for vector in it.vectors]
    columns = crowd(it, 25, seed=len(it.id))
    many = [*vectors, *(form(columns, i) for i in columns["case"])]
    pools = {name: rng.choice(pools) for name, pools in speaking(it).items()}
    told = [
        {name: rng.choice(pool) if i >= len(vectors) else None for name, pool in pools.items()}
        for i in range(len(many))
    ]
    return [one | said | {"case": i} for i, (one, said) in enumerate(zip(many, told, strict=True))]


@cache
def scored(name: str, engine: str) -> tuple[dict[str, Any], ...]:
    """Score these forms in one batch, once for all tests that look at them."""
    many = shipped(load(name))
    return tuple(rows(lenient(make(engine, {column: [one[column] for one in many] for column in many[0]}), load(name))))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", catalogue())
def test_a_shipped_instrument_gives_what_the_oracle_gives(name: str, engine: str) -> None:
    many = shipped(load(name))
    columns = {column: [one[column] for one in many] for column in many[0]}
    assert not disagreements(scored(name, engine), columns, load(name))


def test_ten_thousand_forms_give_what_the_oracle_gives() -> None:
    it = load("phq9")
    columns = crowd(it, 10_000, seed=1)
    assert not disagreements(lenient(make("polars-lazy", columns), it), columns, it)


@pytest.mark.parametrize("engine", ENGINES)
def test_whole_numbers_levels_and_truths_keep_their_type(engine: str) -> None:
    it = load("da5")
    scored = lenient(make(engine, crowd(it, 20, seed=2)), it)
    types = dict(nw.from_native(scored).collect_schema())
    assert types["da5_total"].is_integer()
    assert types["da5_missing"].is_integer()
    assert types["da5_three_of_five"] == nw.Boolean
    assert types["da5_band"] == nw.String


# -------------------------------------------------------------------------- what a scorer is easily mistaken about

OPEN = {"then": "certain"}
SUM = {"rule": "sum", "of": ("1", "2")}
ABC = {"answers": {"abc": codes(0, 1, 2)}}
MISTAKES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "a sum over scores outgrows a byte": (
        {
            "answers": {"far": codes(0, 7)},
            "items": {"1": {"weight": 5}, "2": {"weight": 5}},
            "scores": {
                "part": SUM | {"missing": OPEN},
                "whole": {"rule": "sum", "of": ("1", "2", "part")},
                "level": {
                    "rule": "decide",
                    "cases": [{"when": {"score": "whole", "at_least": 100}, "then": "high"}],
                    "otherwise": "low",
                    "missing": OPEN,
                },
                "times": {"rule": "linear", "terms": {"1": 50}},
            },
        },
        [{"1": 7, "2": 7}, {"1": 7}],
    ),
    "the ends of what rests on a mean are fractions": (
        ABC
        | {
            "scores": {
                "mean": {"rule": "mean", "of": ("1", "2")},
                "top": {"rule": "highest", "of": ("1", "mean"), "missing": OPEN},
                "both": {"rule": "sum", "of": ("1", "mean"), "missing": OPEN},
            }
        },
        [{"1": 1, "2": 2}, {"1": 1}],
    ),
    "a look-up of an estimate is not certain": (
        ABC
        | {
            "scores": {
                "part": SUM | {"missing": {"then": "prorate", "round": "half_up"}},
                "level": {
                    "rule": "lookup",
                    "of": ("part",),
                    "table": {0: "a", 1: "a", 2: "b", 3: "b", 4: "c"},
                    "missing": OPEN,
                },
            }
        },
        [{"1": 1}, {"2": 0}, {"1": 2, "2": 2}],
    ),
    "a look-up is certain where all it may be is the same": (
        ABC
        | {
            "scores": {
                "part": SUM,
                "level": {
                    "rule": "lookup",
                    "of": ("part",),
                    "table": {0: "a", 1: "a", 2: "a", 3: "b", 4: "c"},
                    "missing": OPEN,
                },
            }
        },
        [{"1": 0}, {"1": 1}, {}],
    ),
    "a table that rises and falls is known on a complete form": (
        ABC
        | {
            "scores": {
                "part": SUM,
                "bend": {"rule": "lookup", "of": ("part",), "table": {0: 2, 1: 8, 2: 1, 3: 0, 4: 5}, "missing": OPEN},
            },
            "alerts": {"deep": {"when": {"score": "bend", "below": 2}, "words": {"en": "deep"}}},
        },
        [{"1": 1, "2": 1}, {"1": 1}],
    ),
    "the lowest of parts is open where one is": (
        ABC
        | {
            "scores": {
                "norm": {
                    "rule": "lookup",
                    "of": ("1",),
                    "by": "side",
                    "table": {"self": {0: 5, 1: 6, 2: 7}},
                    "missing": OPEN,
                },
                "least": {"rule": "lowest", "of": ("norm", "2")},
            },
            "alerts": {"some": {"when": {"score": "least", "at_least": 1}, "words": {"en": "some"}}},
        },
        [{"1": 1, "2": 1, "side": "self"}, {"1": 1, "2": 1}],
    ),
    "a level that returns further up is not certain": (
        ABC
        | {
            "scores": {"part": SUM | {"missing": OPEN}},
            "bands": {
                "fit": {
                    "of": "part",
                    "source": "memory",
                    "levels": [{"from": 0, "value": False}, {"from": 2, "value": True}, {"from": 3, "value": False}],
                }
            },
        },
        [{"1": 1}, {"1": 0}, {"1": 2, "2": 0}],
    ),
    "a rounded score has rounded ends": (
        {
            "answers": {"abc": codes(0, 1, 2, 3)},
            "scores": {
                "half": {
                    "rule": "mean",
                    "of": ("1", "2"),
                    "missing": {"then": "prorate", "round": "half_up"},
                }
            },
            "bands": {
                "band": {
                    "of": "half",
                    "source": "memory",
                    "levels": [{"from": 0, "name": "a"}, {"from": 2, "name": "b"}],
                }
            },
        },
        [{"1": 1, "2": 2}, {"1": 1}],
    ),
    "a count over estimates is open where they are": (
        ABC
        | {
            "scores": {
                "part": SUM | {"missing": {"then": "prorate"}},
                "many": {"rule": "count", "of": ("part",), "where": {"at_least": 2}},
            }
        },
        [{"1": 1}, {"1": 2}, {"1": 1, "2": 1}],
    ),
    "a count over scores and words": (
        {
            "answers": {"words": codes("N", "Y", 0, 1)},
            "scores": {
                "one": {"rule": "count", "of": ("1",), "where": {"is": 1}},
                "two": {"rule": "count", "of": ("one", "2"), "where": {"is": 1}},
            },
            "skip": [{"when": {"item": "1", "is": "N"}, "then": {"items": ("2",), "as": 0}}],
        },
        [{"1": "1", "2": "1"}, {"1": "N"}, {"1": "Y"}],
    ),
    "a measured number that is blank cannot be out of its range": (
        {
            "answers": {"line": {"number": (0, 10)}},
            "scores": {"many": {"rule": "count", "of": ("1", "2"), "where": {"below": 11}, "missing": OPEN}},
            "alerts": {"far": {"when": {"item": "1", "at_least": 11}, "words": {"en": "far"}}},
        },
        [{"2": 1.5}, {"1": 10}],
    ),
    "a score that is there only sometimes, its blanks and its ends": (
        ABC
        | {
            "items": {"1": {}, "2": {}, "3": {}},
            "scores": {
                "part": SUM | {"missing": {"then": "at_least"}, "only": {"item": "3", "at_least": 1}},
                "whole": SUM | {"only": {"score": "part", "at_least": 2}},
                "word": {
                    "rule": "decide",
                    "cases": [{"when": {"item": "1", "at_least": 1}, "then": "some"}],
                    "otherwise": "none",
                    "only": {"not": {"item": "2", "is": 0}},
                },
                "both": {"rule": "highest", "of": ("part", "3"), "missing": OPEN},
            },
            "bands": {"band": {"of": "part", "source": "memory", "levels": [{"from": 0, "name": "a"}]}},
            "alerts": {"look": {"when": {"score": "part", "at_least": 0}, "words": {"en": "look"}}},
        },
        [
            {"1": 1, "2": 2, "3": 0},
            {"1": 1, "2": 2, "3": 1},
            {"1": 1, "2": 2},
            {"1": 1, "3": 2},
            {"2": 1, "3": 2},
            {"3": 2},
            {},
        ],
    ),
    "goals weigh the same, as told, or cannot be weighed": (
        {
            "answers": {"far": codes(-2, -1, 0, 1, 2), "heavy": {"number": (0, 100)}},
            "items": {
                **{name: {"answers": "far"} for name in ("1", "2", "3")},
                **{name: {"answers": "heavy"} for name in ("w1", "w2", "w3")},
            },
            "scores": {
                "t": {"rule": "goal_attainment", "goals": {"1": "w1", "2": "w2", "3": "w3"}, "rho": 0.3},
                "as_hoped": {
                    "rule": "decide",
                    "cases": [{"when": {"score": "t", "at_least": 50}, "then": True}],
                    "otherwise": False,
                    "missing": OPEN,
                },
            },
            "bands": {
                "band": {
                    "of": "t",
                    "source": "memory",
                    "levels": [{"from": 0, "name": "below"}, {"from": 40, "name": "near"}],
                }
            },
        },
        [
            {"1": -1, "2": -1, "3": -1},
            {"1": -1, "w1": 3},
            {"1": 1, "2": -1, "w1": 4, "w2": 1},
            {"1": 1, "2": -1, "w1": 4},
            {"1": 1, "w1": 4, "w2": 1},
            {"1": 1, "w1": 0},
            {"w1": 2},
            {},
        ],
    ),
    "tenths add up as on paper": (
        {
            "answers": {"line": {"number": (0, 10)}},
            "items": {"1": {}, "2": {}, "3": {}, "4": {}},
            "scores": {
                "sum": {"rule": "sum", "of": ("1", "2", "3", "4"), "missing": {"then": "prorate"}},
                "left": {"rule": "sum", "of": ("1", "2"), "missing": {"then": "at_least"}},
                "right": {"rule": "sum", "of": ("3", "4"), "missing": {"then": "at_least"}},
                "both": {"rule": "sum", "of": ("left", "right")},
            },
            "bands": {
                f"{name}_25": {
                    "of": name,
                    "source": "memory",
                    "levels": [{"from": 0, "value": False}, {"from": 25, "value": True}],
                }
                for name in ("sum", "both")
            },
        },
        [{"1": 5.8, "2": 5.9, "3": 6.1, "4": 7.2}, {"1": 6.1, "2": 7.2, "3": 5.8, "4": 5.9}],
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_scorer_does_not_make_an_easy_mistake(mistake: str, engine: str) -> None:
    blocks, given_forms = MISTAKES[mistake]
    it = small(**{"items": {"1": {}, "2": {}}} | blocks)
    columns: dict[str, list[Any]] = {"case": list(range(len(given_forms)))}
    columns |= {f"tiny_{item}": [one.get(item) for one in given_forms] for item in it.items}
    columns["side"] = [one.get("side") for one in given_forms]
    assert not disagreements(lenient(make(engine, columns), it), columns, it)


@pytest.mark.parametrize("engine", ENGINES)
def test_goals_give_the_published_examples(engine: str) -> None:
    """The inputs printed with the R package gasr, and cases that can be checked by hand."""
    examples: list[tuple[dict[str, float], float]] = [
        ({"x1": -2, "x2": 0, "x3": -1, "x4": 2, "x5": 0, "x6": 1}
         | {"w1": 3, "w2": 5, "w3": 1, "w4": 4, "w5": 2, "w6": 6}, 55.0),
        ({"x1": -1, "x2": -1, "x3": -1}, 50 - 30 / 4.8**0.5),
        ({"x1": 0, "x2": 0, "x3": 0}, 50),
        ({"x1": 2}, 70),
        ({"x1": 2, "w1": 7.5}, 70),
        (dict.fromkeys(("x1", "x2", "x3", "x4", "x5"), 2), 50 + 100 / 11**0.5),
        ({"x1": 1, "w1": 4, "x2": -1, "w2": 1}, 50 + 30 / 19.4**0.5),
        ({"x1": 1, "w1": 40, "x2": -1, "w2": 10}, 50 + 30 / 19.4**0.5),
    ]  # fmt: skip
    columns: dict[str, list[Any]] = {
        f"gas_{item}": [float(one[item]) if item in one else None for one, _ in examples] for item in load("gas").items
    }
    scored = rows(score(make(engine, columns), "gas"))
    assert [row["gas_t"] for row in scored] == pytest.approx([t for _, t in examples], abs=1e-8)
    assert [row["gas_rated"] for row in scored] == [6, 3, 3, 1, 1, 5, 2, 2]


# ------------------------------------------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([1, "2", "unknown", "", None, "2.0"], [1, 2, None, None, None, None]),
        ([True, False, None], [None, None, None]),
        ([1.0, 2.0, float("nan"), 2.5, float("inf"), -0.0], [1, 2, None, None, None, 0]),
        (["1", " 1", "1.0", "01", "\t", "  "], [1, None, None, None, None, None]),
        ([2**40, -(2**40), 3], [None, None, 3]),
        ([None, None], [None, None]),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_answer_counts_by_value_and_by_exact_text(engine: str, values: list[Any], codes: list[Any]) -> None:
    columns: dict[str, list[Any]] = {"case": list(range(len(values)))}
    columns |= {f"gad2_{item}": values for item in (1, 2)}
    want = [None if code is None else 2 * code for code in codes]
    scored = rows(lenient(make(engine, columns), load("gad2")))
    assert [row["gad2_total"] for row in scored] == want


@pytest.mark.parametrize("engine", ENGINES)
def test_booleans_answer_where_the_codes_are_no_and_yes(engine: str) -> None:
    columns = {"case": [0, 1, 2], **{f"da5_{i}": [True, False, None] for i in range(1, 6)}}
    assert [row["da5_total"] for row in rows(score(make(engine, columns), "da5"))] == [5, 0, None]


@pytest.mark.parametrize("narrow", [pl.Int8, pl.UInt8, pl.Float32, pl.Decimal(9, 2), pl.Categorical, pl.String])
def test_any_type_of_column_gives_the_same_scores(narrow: Any) -> None:
    it = load("pss_parental")
    columns = crowd(it, 60, seed=5, blanks=(0, 0.1))
    columns |= {name: [v if v != "unknown" else None for v in columns[name]] for name in it.columns()}
    plain = make("polars", columns)
    text = plain.with_columns(pl.col(it.columns()).cast(pl.String))
    cast = (text if narrow == pl.Categorical else plain).with_columns(pl.col(it.columns()).cast(narrow))
    assert not disagreements(lenient(cast, it), columns, it)


# --------------------------------------------------------------------------------------------- alone and in a crowd


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_a_form_alone_scores_as_in_a_crowd_in_any_order(data: st.DataObject) -> None:
    it = data.draw(instruments())
    columns = data.draw(forms(it))
    engine = data.draw(st.sampled_from(["pandas", "polars"]))
    order = data.draw(st.permutations(columns["case"]))
    together = rows(lenient(make(engine, columns), it))
    shuffled = rows(lenient(make(engine, {name: [values[i] for i in order] for name, values in columns.items()}), it))
    alone = [rows(lenient(make(engine, {k: [v[i]] for k, v in columns.items()}), it))[0] for i in order[:3]]
    new = [name for name in together[0] if name not in columns]
    for row in shuffled + alone:
        assert all(same(row[name], together[row["case"]][name]) for name in new)


# ------------------------------------------------------------------------------------------------ the caller's frame


@pytest.mark.parametrize("engine", ENGINES)
def test_the_frame_comes_back_as_it_was_with_columns_added(engine: str) -> None:
    columns = {"note": ["b", "a", None], **crowd(load("phq9"), 3, seed=3), "last": [0.5, None, 1.0]}
    frame = make(engine, columns)
    before = rows(frame)
    scored = score(frame, "phq9")
    assert type(scored) is type(frame)
    assert list(nw.from_native(scored).collect_schema())[: len(columns)] == list(columns)
    assert rows(frame) == before
    assert [{name: row[name] for name in columns} for row in rows(scored)] == before


def test_pandas_keeps_its_index_and_its_columns_their_types() -> None:
    frame = make("pandas", crowd(load("phq9"), 4, seed=3)).set_index(pd.Index(["d", "b", "b", "a"], name="id"))
    scored = score(frame, "phq9")
    pd.testing.assert_frame_equal(scored[frame.columns], frame)
    pd.testing.assert_index_equal(scored.index, frame.index)


def test_lazy_frames_stay_lazy_and_keep_their_order() -> None:
    columns = crowd(load("phq9"), 50, seed=3)
    scored = score(make("polars-lazy", columns), "phq9")
    assert isinstance(scored, pl.LazyFrame)
    assert scored.collect()["case"].to_list() == columns["case"]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_forms_give_no_scores(engine: str) -> None:
    empty = make(engine, {f"phq9_{i}": [] for i in range(1, 11)})
    scored = score(empty, "phq9")
    assert rows(scored) == []
    assert "phq9_total" in nw.from_native(scored).collect_schema().names()


def test_a_column_that_is_not_there_counts_as_blank_and_is_said() -> None:
    columns = crowd(load("phq9"), 20, seed=4)
    del columns["phq9_3"]
    with pytest.warns(RisicoWarning, match="phq9_3"):
        scored = score(make("polars", columns), "phq9")
    assert not disagreements(scored, columns, load("phq9"))


# -------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("engine", ENGINES)
def test_illegal_answers_are_refused_by_column_and_code_and_never_by_what_somebody_wrote(engine: str) -> None:
    columns = crowd(load("phq9"), 5, seed=3)
    columns["phq9_2"], columns["phq9_7"] = [0, 7, 1, None, 2], ["0", "1", "Sanne belt haar zus", "", "2"]
    with pytest.raises(IllegalAnswers) as refused:
        score(make(engine, columns), "phq9")
    message = str(refused.value)
    assert "phq9_2" in message
    assert "7" in message.split("phq9_2", 1)[1].split("\n")[0]
    assert "phq9_7" in message
    assert "phq9_1:" not in message
    assert "Sanne" not in message
    assert "zus" not in message


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_set_aside_parts_exactly_what_the_oracle_refuses(data: st.DataObject) -> None:
    it = data.draw(instruments())
    columns = data.draw(forms(it))
    frame = make(data.draw(st.sampled_from(list(ENGINES))), columns)
    wrong = [illegal(form(columns, i), it) for i in columns["case"]]
    good, bad = set_aside(frame, it)
    assert type(good) is type(frame)
    assert [row["case"] for row in rows(good)] == [case for case in columns["case"] if not wrong[case]]
    assert [row["case"] for row in rows(bad)] == [case for case in columns["case"] if wrong[case]]
    whole = {row["case"]: row for row in rows(frame)}
    assert all(row == whole[row["case"]] for row in (*rows(good), *rows(bad)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RisicoWarning)
        if any(wrong):
            with pytest.raises(IllegalAnswers):
                score(frame, it)
        else:
            assert not disagreements(score(frame, it), columns, it)


def test_every_shipped_instrument_can_be_drawn_from() -> None:
    """The crowd that the tests above use holds whole, half-filled and empty forms of every instrument."""
    for name in catalogue():
        it = load(name)
        columns = crowd(it, 25, seed=len(name))
        blank = [sum(columns[column][i] in (None, *it.missing_codes) for column in it.columns()) for i in range(25)]
        assert 0 in blank, name
        assert len(it.items) in blank, name


@pytest.mark.parametrize("engine", ENGINES)
def test_points_of_a_goal_that_are_larger_than_a_byte_are_not_wrapped(engine: str) -> None:
    """Found by chance: 40 × 4 = 160 came out as -96, as nothing but sums of points asked how wide a column must be."""
    gas = load("gas")
    heavy = gas.items["x1"].model_copy(update={"weight": 100})
    it = gas.model_copy(update={"items": gas.items | {"x1": heavy}})
    columns: dict[str, list[Any]] = {"case": [0, 1]} | {column: [None, None] for column in (*it.columns(), *it.context)}
    columns |= {"gas_x1": [2, -2], "gas_x2": [1, 0]}
    assert not disagreements(lenient(make(engine, columns), it), columns, it)
