"""Walks STATISTICS: no name without a reference, no stale reference, and counts mean what repeated forms mean."""

import hashlib
from dataclasses import fields
from typing import Any

import pytest

from collapses import COLLAPSES, COUNTED, FORMS
from collapses.made_up import NUMBER
from risico import effects, monitoring, reliability
from risico import validity as validity_module
from risico.statistics import FAMILIES, STATISTICS
from stored import FOLDER, stored

RTOL = 1e-11  # the same sums, added in another order


def repeated(rows: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [value for value, n in zip(values, NUMBER, strict=True) for _ in range(n)]
        for name, values in rows.items()
    }


@pytest.mark.parametrize("name", COUNTED)
def test_counts_are_repeated_forms(name: str) -> None:
    rows, function, tally = COUNTED[name]
    counted, spelled_out = function(tally({**rows, "n": NUMBER}, list(rows), number="n")), function(repeated(rows))
    assert len(counted) == len(spelled_out) > 0
    for a, b in zip(counted, spelled_out, strict=True):
        assert (a.name, a.by, a.at, a.n, a.why, a.method) == (b.name, b.by, b.at, b.n, b.why, b.method)
        for key in ("value", "se", "low", "high"):
            given, expected = getattr(a, key), getattr(b, key)
            assert given is expected is None or given == pytest.approx(expected, rel=RTOL, abs=1e-13), (a.name, key)


def test_every_name_that_a_function_returns_is_in_the_index() -> None:
    counted = [function(rows) for rows, function, _ in COUNTED.values()]
    found = {e.name for estimates in (*counted, *(call() for call in FORMS.values())) for e in estimates}
    assert found == set(STATISTICS)


def test_no_name_stands_in_two_families() -> None:
    assert sum(len(family.ROWS) for family in FAMILIES) == len(STATISTICS)


def test_every_public_function_is_walked() -> None:
    """By the functions that a package names; `reliability` is consistency of an instrument, `by_profile` is within."""
    public = {*reliability.__all__, *effects.__all__, *validity_module.__all__, *monitoring.__all__}
    walked = {*COUNTED, *FORMS, "reliability", "by_profile"}
    returns = {
        name for name in public if "Estimates" in str(getattr(find(name), "__annotations__", {}).get("return", ""))
    }
    assert returns <= walked
    assert {"randomized", "adjusted", "assigned_by_delivered", "by_profile"} <= returns


def find(name: str) -> Any:
    return next(
        getattr(home, name) for home in (reliability, effects, validity_module, monitoring) if hasattr(home, name)
    )


@pytest.mark.parametrize("name", STATISTICS)
def test_no_cell_is_empty_and_the_stored_values_are_of_this_script(name: str) -> None:
    row = STATISTICS[name]
    assert all(getattr(row, field.name) for field in fields(row))
    values = stored(row.stored)
    script = (FOLDER / f"{row.stored}.R").read_bytes()
    assert values["script_sha256"] == hashlib.sha256(script).hexdigest()
    assert values["R"].startswith("R version")
    assert all(values["packages"].values())


def test_every_statistic_has_its_collapse_case() -> None:
    assert set(COLLAPSES) == set(STATISTICS)


@pytest.mark.parametrize("name", COLLAPSES)
def test_it_collapses_to_what_is_known(name: str) -> None:
    found, expected = COLLAPSES[name]()
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
