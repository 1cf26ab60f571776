"""Programs of others that look at what risico makes: installed once from what is pinned, for the tests alone."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INTEROP = ROOT / "tests" / "interop"
TAKEN = {
    "hl7.fhir.uv.sdc": [f"StructureDefinition-sdc-questionnaire{kind}.json" for kind in ("", "common")],
    "lforms": [
        f"dist/lforms/{name}.js"
        for name in ("webcomponent/assets/lib/zone.min", "webcomponent/lhc-forms", "fhir/R4/lformsFHIR.min")
    ],
    "axe-core": ["axe.min.js"],
}


def absent(what: str) -> None:
    """A program of others is not here: the test is skipped, or fails where every check has to run."""
    if os.environ.get("RISICO_PROGRAMS_REQUIRED"):
        pytest.fail(what)
    pytest.skip(what)


def programs() -> Path:
    """The folder with the programs of others, installed once from what is pinned, by whoever asks first."""
    if not shutil.which("npm") or not shutil.which("node"):
        absent("npm and node are not installed")
    pinned = [INTEROP / "package.json", INTEROP / "package-lock.json"]
    folder = ROOT / "out" / "interop" / hashlib.sha256(b"".join(p.read_bytes() for p in pinned)).hexdigest()[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as made:
            installed(Path(made), pinned)
            (Path(made) / "done").rename(folder)
    return folder


def installed(made: Path, pinned: list[Path]) -> None:
    """Put into `made/done` what package.json asks for; its `packed` are taken without what they would bring along."""
    done = made / "done"
    done.mkdir(parents=True)
    for path in pinned:
        shutil.copy(path, done)
    npm(done, "ci", "--no-audit", "--no-fund")
    for name, integrity in json.loads(pinned[0].read_text())["packed"].items():
        npm(made, "pack", name)
        (archive,) = made.glob("*.tgz")
        content = archive.read_bytes()
        assert integrity == "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode(), name
        archive.unlink()
        folder = done / "packed" / name.rpartition("@")[0]
        folder.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as files:
            for taken in TAKEN[folder.name]:
                member = files.extractfile(f"package/{taken}")
                assert member is not None
                (folder / Path(taken).name).write_bytes(member.read())


def npm(folder: Path, *words: str) -> None:
    if subprocess.run(["npm", *words], cwd=folder, capture_output=True, check=False).returncode:
        absent(f"npm {words[0]} did not get the packages: no registry within reach")
