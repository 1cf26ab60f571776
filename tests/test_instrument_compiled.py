"""The compiled library says what the files say, and never what they said before."""

import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from risico.instrument import compiled
from risico.instrument.library import SHIPPED
from risico.strict import read_yaml

DEMO = "{id: demo, codes: {0: {nl: nee}, 1: {nl: ja}, '1': {nl: tekst}}, of: ['1', [2, null, true, 0.5]]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "demo.yaml").write_text(DEMO, encoding="utf-8")
    compiled._entries.cache_clear()
    return tmp_path


def test_what_a_file_says_survives_being_compiled_with_the_type_of_its_keys(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    compiled.compile_folder(folder)
    monkeypatch.setattr(compiled, "read_yaml", lambda path: pytest.fail("it was read anew"))
    assert compiled.says(folder / "demo.yaml") == read_yaml(DEMO)


def test_a_changed_file_is_read_anew(folder: Path):
    compiled.compile_folder(folder)
    (folder / "demo.yaml").write_text("{id: other}", encoding="utf-8")
    assert compiled.says(folder / "demo.yaml") == {"id": "other"}


def test_a_broken_compiled_library_is_left_alone(folder: Path):
    (folder / compiled.NAME).write_text("{", encoding="utf-8")
    assert compiled.says(folder / "demo.yaml") == read_yaml(DEMO)


@pytest.mark.slow
def test_the_wheel_holds_every_instrument_and_the_compiled_library(tmp_path: Path):
    import subprocess
    import sys

    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    wanted = {f"risico/_instruments/{path.name}" for path in SHIPPED.glob("*.yaml")}
    assert wanted | {"risico/_instruments/compiled.json", "risico/py.typed"} <= names
