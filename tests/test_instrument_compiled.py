"""The compiled library says what the files say, and never what they said before."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from risico.instrument import compiled, load
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


def test_what_was_read_anew_is_kept_and_what_is_gone_is_dropped(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "gone.yaml").write_text("{id: gone}", encoding="utf-8")
    compiled.compile_folder(folder)
    (folder / "gone.yaml").unlink()
    (folder / "demo.yaml").write_text("{id: other}", encoding="utf-8")
    compiled.says(folder / "demo.yaml", keep=True)
    compiled.keep_read()
    monkeypatch.setattr(compiled, "read_yaml", lambda path: pytest.fail("it was read anew"))
    assert compiled.says(folder / "demo.yaml") == {"id": "other"}
    assert set(json.loads((folder / compiled.NAME).read_text(encoding="utf-8"))) == {"demo"}


def test_what_is_kept_beside_a_file_read_anew_has_the_keys_it_had(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "other.yaml").write_text("{id: other}", encoding="utf-8")
    compiled.compile_folder(folder)
    (folder / "other.yaml").write_text("{id: changed}", encoding="utf-8")
    compiled.says(folder / "other.yaml", keep=True)
    compiled.keep_read()
    monkeypatch.setattr(compiled, "read_yaml", lambda path: pytest.fail("it was read anew"))
    assert compiled.says(folder / "demo.yaml") == read_yaml(DEMO)


def test_nothing_is_written_where_it_was_not_asked_for_or_may_not_be(folder: Path, monkeypatch: pytest.MonkeyPatch):
    compiled.says(folder / "demo.yaml")
    compiled.keep_read()
    assert [path.name for path in folder.iterdir()] == ["demo.yaml"]

    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(compiled.tempfile, "NamedTemporaryFile", refused)
    compiled.says(folder / "demo.yaml", keep=True)
    compiled.keep_read()
    assert [path.name for path in folder.iterdir()] == ["demo.yaml"]


LOADS = """
import sys; sys.path[:0] = [{target!r}]
from risico.instrument import catalogue, compiled, library, load
assert str(library.SHIPPED) == {target!r} + "/risico/_instruments", library.SHIPPED
anew = []
real, compiled.read_yaml = compiled.read_yaml, lambda path: (anew.append(path.stem), real(path))[1]
print(len([load(name) for name in catalogue()]), *anew, load("gad2").version)
"""


@pytest.mark.slow
def test_the_wheel_in_an_empty_folder_loads_from_the_compiled_library_and_reads_a_changed_file_anew(tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    target, wheel = tmp_path / "empty", next(tmp_path.glob("*.whl"))
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    inside = target / "risico" / "_instruments"
    before = (inside / compiled.NAME).read_bytes()

    def loads() -> list[str]:
        command = [sys.executable, "-I", "-c", LOADS.format(target=str(target))]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.split()

    number = str(len(list(inside.glob("*.yaml"))))
    assert loads() == [number, str(load("gad2").version)]
    text = (inside / "gad2.yaml").read_text(encoding="utf-8")
    (inside / "gad2.yaml").write_text(re.sub(r"(?m)^version: .*$", "version: 77", text), encoding="utf-8")
    assert loads() == [number, "gad2", "77"]
    assert (inside / compiled.NAME).read_bytes() == before  # an installed library is left as it came


@pytest.mark.slow
def test_the_wheel_holds_every_instrument_and_the_compiled_library(tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    wanted = {f"risico/_instruments/{path.name}" for path in SHIPPED.glob("*.yaml")}
    assert wanted | {"risico/_instruments/compiled.json", "risico/py.typed"} <= names
