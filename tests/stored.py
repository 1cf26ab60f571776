"""Reference values from other software, with the data they were computed on."""

import json
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "reference"


def stored(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def table(rows: list[dict[str, float]]) -> dict[str, list[float | None]]:
    """A data frame of R as columns; a missing value is a key that is not there."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [None if row.get(name) == "NA" else row.get(name) for row in rows] for name in names}


def matrix(rows: list[dict[str, float]]) -> np.ndarray:
    return np.array(list(table(rows).values()), dtype=float).T
