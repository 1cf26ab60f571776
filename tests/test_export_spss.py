"""SPSS syntax, run by PSPP over the .sav that this package writes: the same results on every vector."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from exported import differing, forms
from programs import absent
from risico.exchange import write
from risico.exchange.spss_syntax import syntax
from risico.instrument import Instrument, catalogue, load
from risico.instrument.model import Vector
from risico.instrument.variants import primary


def run(it: Instrument, text: str, folder: Path) -> list[dict[str, object]]:
    import pyreadstat

    vectors = it.vectors or (Vector(note="nothing answered", answers={}, expect={}),)
    write(forms(it, vectors), folder / "in.sav")
    (folder / "score.sps").write_text(text, encoding="utf-8")
    lines = [f"GET FILE='{folder}/in.sav'.", f"INSERT FILE='{folder}/score.sps'.", f"SAVE OUTFILE='{folder}/out.sav'."]
    (folder / "run.sps").write_text("\n".join(lines) + "\n")
    report = folder / "report.txt"
    done = subprocess.run(["pspp", "-o", report, folder / "run.sps"], capture_output=True, text=True, check=False)
    said = done.stderr + (report.read_text() if report.exists() else "")
    assert done.returncode == 0, f"{it.id}: {said}"
    assert "warning" not in said.lower(), f"{it.id}: {said}"
    frame, _ = pyreadstat.read_sav(folder / "out.sav", output_format="polars")
    assert isinstance(frame, pl.DataFrame)
    return [{n.removeprefix(f"{it.id}_"): v for n, v in row.items()} for row in frame.to_dicts()]


@pytest.mark.slow
def test_pspp_gives_the_results_of_every_vector(tmp_path: Path) -> None:
    if not shutil.which("pspp"):
        absent("pspp is not installed")
    looked, wrong, vectors = 0, [], 0
    for name in catalogue():
        it, folder = primary(load(name)), tmp_path / name
        folder.mkdir()
        rows = run(it, syntax(name).content, folder)
        some, differ = differing(it, rows[: len(it.vectors)], it.vectors)
        looked, wrong, vectors = looked + some, [*wrong, *differ], vectors + len(it.vectors)
    assert wrong == []
    print(f"PSPP: {len(catalogue())} instruments, {vectors} vectors, {looked} results")
    assert looked > 5000


@pytest.mark.slow
def test_pspp_sees_a_wrong_rule(tmp_path: Path) -> None:
    if not shutil.which("pspp"):
        absent("pspp is not installed")
    it, text = load("gad2"), syntax("gad2").content
    broken = text.replace("(3=3)", "(3=2)")
    assert broken != text
    assert differing(it, run(it, broken, tmp_path), it.vectors)[1]


@pytest.mark.parametrize("name", catalogue())
def test_statements_end_once_and_lines_are_short_enough_for_every_version(name: str) -> None:
    lines = syntax(name).content.splitlines()
    assert max(map(len, lines)) <= 250
    assert not [line for line in lines if re.match(r"\s+[*+]", line) and line.lstrip()[0] == "*"]
    assert lines[-1] == "EXECUTE."
