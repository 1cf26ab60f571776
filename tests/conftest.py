"""What every test can ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from programs import programs

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Return a function from the name of a real data set to its folder.

    Without the data a test is skipped; with RISICO_DATA_REQUIRED, as on every check of a submission, it fails.
    """

    def folder(name: str) -> Path:
        found = Path(os.environ.get("RISICO_DATA", ROOT.parent / "shared" / "data")) / name
        if not found.is_dir():
            reason = f"real data: no folder {name} below RISICO_DATA"
            if os.environ.get("RISICO_DATA_REQUIRED"):
                pytest.fail(reason)
            pytest.skip(reason)
        return found

    return folder


@pytest.fixture(scope="session")
def reader() -> Path:
    """The folder with the programs of others; without npm a test is skipped, or fails where programs are required."""
    return programs()
