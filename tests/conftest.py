"""What every test can ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """Return a function from the name of a real data set to its folder; the test is skipped where there are none."""

    def folder(name: str) -> Path:
        found = Path(os.environ.get("RISICO_DATA", ROOT.parent / "shared" / "data")) / name
        if not found.is_dir():
            pytest.skip(f"real data: no folder {name} below RISICO_DATA")
        return found

    return folder
