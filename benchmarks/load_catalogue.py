"""The whole library loaded in a fresh process: from the compiled library, beside reading the YAML anew.

python benchmarks/load_catalogue.py          measure and append to results.csv
python benchmarks/load_catalogue.py NAME     run one contestant once and print its peak memory in MB
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import keep, peak, report_peak, show, table, take_turns

FOLDER = Path(tempfile.gettempdir()) / "risico_benchmark" / "instruments"


def make() -> None:
    """Copy the library, so that nothing of the checkout is in the way, and compile it."""
    from risico.instrument.compiled import compile_folder
    from risico.instrument.library import SHIPPED

    shutil.copytree(SHIPPED, FOLDER, dirs_exist_ok=True)
    compile_folder(FOLDER)


def compiled(folder: Path) -> None:
    from risico.instrument import load

    assert all(load(path).id == path.stem for path in sorted(folder.glob("*.yaml")))


def yaml_anew(folder: Path) -> None:
    from risico.instrument import compiled as library

    library._entries = lambda folder: {}  # as where nothing was compiled
    compiled(folder)


def nothing(folder: Path) -> None:
    """What Python and the import take, to be taken off the others."""
    import risico.instrument  # noqa: F401


CONTESTANTS = {"compiled": compiled, "YAML anew": yaml_anew, "import alone": nothing}


def fresh(contestant: str) -> Any:
    """Run one contestant in a process of its own, as a command does."""

    def run(_: Any) -> None:
        subprocess.run([sys.executable, __file__, contestant], check=True, capture_output=True)

    return run


def main() -> None:
    make()
    seconds = take_turns({name: {"load": fresh(name)} for name in CONTESTANTS}, FOLDER, rounds=3)
    memory = {name: peak(Path(__file__), name) for name in CONTESTANTS}
    rows = table(seconds, memory, dict.fromkeys(CONTESTANTS, "compiled"))
    show(rows)
    keep(rows, ("risico", "pydantic"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        CONTESTANTS[sys.argv[1]](FOLDER)
        report_peak()
    else:
        main()
