"""Every interval was tried where the truth is known, is one that was, or says why not yet: a cell of the index."""

import csv
import importlib.util
import sys
from pathlib import Path

import pytest

from collapses import COUNTED, FORMS
from conftest import ROOT
from risico.statistics import STATISTICS
from risico.statistics.coverage import LINES, NO_INTERVAL, NOT_YET, SAME, TRIED


def test_every_interval_was_tried_or_says_why_not() -> None:
    made = [function(rows) for rows, function, _ in COUNTED.values()] + [call() for call in FORMS.values()]
    given = {e.name for estimates in made for e in estimates if e.low is not None}
    assert {name for name in given if STATISTICS[name].coverage == NO_INTERVAL} == set()
    assert set(NOT_YET) & TRIED == set()


@pytest.mark.parametrize("name", STATISTICS)
def test_the_cell_holds_a_share_or_a_reason(name: str) -> None:
    told = STATISTICS[name].coverage
    assert told.strip() if isinstance(told, str) else 0.5 < told <= 1


def test_what_was_tried_is_public() -> None:
    assert set(STATISTICS) >= TRIED
    assert {*SAME, *NOT_YET} <= set(STATISTICS)


@pytest.mark.parametrize("name", sorted(SAME))
def test_what_stands_for_another_was_not_forgotten(name: str) -> None:
    *_, named = SAME[name].split()
    assert named in TRIED | set(NOT_YET) | {"studies", "scale"}


def test_an_interval_that_misses_says_so() -> None:
    """Alpha on skewed items of three points: the table shows it, and the docstring says it."""
    from risico.reliability import consistency

    missed = {line["name"] for line in LINES if line["passes"] == "False" and float(line["high"]) < 0.93}
    assert "alpha" in missed
    assert "too narrow for" in str(consistency.__doc__)


def test_a_world_of_another_size_is_another_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("risico_coverage", ROOT / "benchmarks" / "coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FILE", tmp_path / "coverage.csv")
    line = {**LINES[0], "repeats": 10_000}
    module.keep([{**line, "n": 1000}, {**line, "n": 50}, {**line, "n": 50}, {**line, "n": 7, "repeats": 20}])
    with (tmp_path / "coverage.csv").open(newline="", encoding="utf-8") as file:
        assert [row["n"] for row in csv.DictReader(file)] == ["50", "1000"]
