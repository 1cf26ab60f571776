"""Any few ratings give numbers or reasons: no traceback, no NaN, no interval beside its number."""

import warnings
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from risico.estimate import Estimate
from risico.reliability import change, components, decision, drift, generalizability

Table = list[list[float | None]]
few = settings(max_examples=25, deadline=None)
cells = st.sampled_from([0.0, 1.0, 2.0, 3.0, 0.1, None])
tables = st.integers(1, 4).flatmap(lambda k: st.lists(st.lists(cells, min_size=k, max_size=k), min_size=1, max_size=6))


def sound(found: Iterable[Estimate]) -> bool:
    """Each is a number with an interval around it, or a reason."""
    return all(
        bool(e.why)
        if e.value is None
        else e.low is None or e.high is None or e.low <= e.value * (1 + 1e-9) <= e.high + 1e-9
        for e in found
    )


def long(table: Table) -> dict[str, list[float | None]]:
    rows = [(i, j, i % 3, score) for i, row in enumerate(table) for j, score in enumerate(row)]
    return dict(zip(("case", "rater", "day", "score"), map(list, zip(*rows, strict=True)), strict=True))


@pytest.mark.slow
@few
@given(tables)
def test_components_of_any_few_ratings(table: Table) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sound(components(table))
        assert sound(generalizability(long(table), "score"))


@few
@example([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])  # two raters always alike: a singular covariance
@given(tables)
def test_drift_in_any_few_ratings(table: Table) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sound(drift(long(table * 4), "score", when="day", periods=2))


@few
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=30), st.sampled_from([0.05, 0.5, 0.9, 0.99]), st.integers(1, 20)
)
def test_levels_from_any_few_scores(scores: list[int], reliability: float, cut: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sound(decision({"score": scores}, "score", cuts=[cut], reliability=reliability, lowest=0, highest=20))


@few
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8),
    st.sampled_from([0.01, 0.5, 0.99]),
)
def test_change_of_any_few_people(pairs: list[tuple[int, int]], reliability: float) -> None:
    forms = {"before": [b for b, _ in pairs], "after": [a for _, a in pairs]}
    for method in ("jacobson_truax", "edwards_nunnally", "hageman_arrindell"):
        found = change(forms, "before", "after", reliability=reliability, better="low", cutoff=3, method=method)
        shares = [e.value for e in found if e.name != "change_needed"]
        assert sound(found)
        assert None in shares or abs(sum(s for s in shares if s is not None) - 1) < 1e-12
