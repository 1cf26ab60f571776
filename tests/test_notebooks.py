"""The notebooks run from top to bottom, hold no outputs, and keep their cells short."""

import ast
import os
import shutil
from pathlib import Path

import nbformat
import pytest

from conftest import ROOT
from risico.statistics import STATISTICS

BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST = 8


def code(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_nothing_that_was_computed_is_stored(path: Path):
    assert not any(cell.outputs or cell.execution_count for cell in code(path))


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_no_cell_is_longer_than_a_reader_can_hold(path: Path):
    assert max(len([line for line in cell.source.splitlines() if line.strip()]) for cell in code(path)) <= LONGEST


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_only_public_names_are_used(path: Path):
    lines = [line for cell in code(path) for line in cell.source.splitlines() if "risico" in line]
    assert not any("._" in line or "import _" in line for line in lines)


COUNTED = {"flow", "help", "started", "change", "offered_never_started", "outcome", "share_at_least"}
"""Estimates of a cohort and of an experiment, beside those of the statistics."""


def asked(source: str) -> set[str]:
    """Return the texts that a cell compares the name of an Estimate with, themselves or by a variable."""
    tree = ast.parse(source)
    kept = {t.id: n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) for t in n.targets if hasattr(t, "id")}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "name":
            for other in node.comparators:
                told = kept.get(other.id, other) if isinstance(other, ast.Name) else other
                found |= {n.value for n in ast.walk(told) if isinstance(n, ast.Constant)}
    return found


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_no_estimate_is_asked_for_that_nothing_gives(path: Path):
    names = set().union(*(asked(cell.source) for cell in code(path)))
    assert names <= {*STATISTICS, *COUNTED}
    if path.stem.startswith("05"):
        assert {"more_families", "line_equal", "itt", "att"} <= names


def test_the_example_file_is_what_its_script_makes(tmp_path: Path):
    import sys

    sys.path.insert(0, str(ROOT / "notebooks"))
    try:
        from make_example import example
    finally:
        sys.path.pop(0)
    from risico.exchange import read, write

    frame, values = example()
    write(frame, tmp_path / "voorbeeld.sav", values=values)
    assert read(tmp_path / "voorbeeld.sav").equals(read(ROOT / "notebooks" / "voorbeeld.sav"))


@pytest.mark.slow
@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_it_runs(path: Path, tmp_path: Path, real_data, monkeypatch: pytest.MonkeyPatch):
    from nbclient import NotebookClient

    for folder in ("notebooks", "experiments"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("RISICO_DATA", os.fspath(real_data("dass42").parent.resolve()))
    book = nbformat.read(tmp_path / "notebooks" / path.name, as_version=4)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path / "notebooks")}}).execute()
    errors = [
        out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs if out.output_type == "error"
    ]
    assert not errors
