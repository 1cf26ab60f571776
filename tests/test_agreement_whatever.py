"""Whatever the ratings are: a number with its interval around it, or a reason; never NaN and never a traceback."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from risico.estimate import Estimates
from risico.reliability import (
    agreement,
    agreement_by_context,
    agreement_by_level,
    bland_altman,
    colleague,
    raters_apart,
    raters_split,
)

LEVELS = [0, 1, 2]
OWN = [[1.0, 1.0, 0.0], [1.0, 1.0, 0.5], [0.0, 0.5, 1.0]]
cells = st.sampled_from([0.0, 1.0, 2.0, None])
tables = st.integers(1, 4).flatmap(lambda k: st.lists(st.lists(cells, min_size=k, max_size=k), min_size=1, max_size=9))


def sound(found: Estimates, *, around: bool = True) -> None:
    for e in found:
        assert e.value is not None or e.why
        assert e.value is None or e.n is not None or not e.by
        assert all(math.isfinite(x) for x in (e.value, e.se, e.low, e.high) if x is not None)
        assert (e.low is None) is (e.high is None)
        if around and e.low is not None:
            assert e.low <= e.value + 1e-9
            assert e.value <= e.high + 1e-9


@settings(deadline=None, max_examples=40)
@example([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 2.0]])
@example([[0.0, None], [None, 1.0]])
@given(tables)
def test_any_table_of_ratings(rows: list[list[float | None]]) -> None:
    for more in ({"scale": "ordinal"}, {"scale": "ratio", "weights": "linear"}, {"weights": OWN}):
        sound(agreement(rows, levels=LEVELS, **more))  # type: ignore[arg-type]
    sound(agreement(rows, scale="interval", redraws=100), around=False)
    sound(agreement_by_level(rows, levels=LEVELS))
    sound(raters_apart(rows, levels=LEVELS))
    sound(raters_split(rows, levels=LEVELS))
    if len(rows[0]) == 2:
        sound(bland_altman(rows))


forms = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 6), cells, st.sampled_from(["first", "second", "joint", None]), st.booleans()
    ),
    max_size=12,
    unique_by=lambda row: row[:2],
)


def frame(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    names = ("case", "rater", "level", "rater_position", "alone")
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


@settings(deadline=None, max_examples=40)
@example([])
@example([(0, 0, None, "first", True)])
@given(forms)
def test_any_forms(rows: list[tuple[Any, ...]]) -> None:
    sound(colleague(frame(rows), "level", unit=["case"], levels=LEVELS))
    sound(agreement_by_context(frame(rows), "level", unit=["case"], levels=LEVELS, scale="ordinal"))


@pytest.mark.parametrize("seed", range(5))
def test_many_doubles_of_few_levels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = np.repeat(np.arange(120), 2)
    rater = (np.tile([0, 1], 120) + np.repeat(rng.integers(0, 6, 120), 2)) % 7
    level = np.clip(case % 3 + rng.integers(-seed % 2, 2, 240), 0, 2)
    made = {"case": case, "rater": rater, "level": level}
    found = colleague(made, "level", unit=["case"], levels=LEVELS, position=None)
    sound(found)
    assert sum(e.value is not None for e in found) > 5
