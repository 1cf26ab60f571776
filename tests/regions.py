"""Regions for tests: a plan with their keys, and the forms of each, made here and beside its own copy of the plan."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl

from risico.sharing import new_key, share

WORDS = {"nl": "…", "en": "…"}
STEPS = (0, 4, 7, 10, 15)
RISKS = (0.2, 0.3, 0.4, 0.5, 0.6)


def asks(**more: object) -> dict[str, object]:
    """What a plan asks of PHQ-9 and of what happened afterwards."""
    table = {"instrument": "phq9", "outcome": "again", "yes": ["ja"], "words": WORDS, "steps": STEPS, "enough": 40}
    return {
        "scales": [{"instrument": "phq9"}],
        "shares": [{"instrument": "phq9", "at_least": 10}],
        "tables": [table | {"risks": RISKS}],
    } | more


def forms(seed: int, n: int = 400) -> pl.DataFrame:
    """People with low mood to some degree, who answer nine questions, and of whom something is known afterwards."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=(n, 1))
    items = np.clip(np.round(1.1 + 0.9 * mood + rng.normal(0, 0.8, size=(n, 9))), 0, 3).astype(int)
    again = rng.random(n) < 1 / (1 + np.exp(0.3 - 0.4 * mood[:, 0]))
    columns = {f"phq9_{i + 1}": items[:, i] for i in range(9)}
    who = {"case": [f"{seed}-{i}" for i in range(n)], "person": ["p"] * n}
    return pl.DataFrame(who | columns | {"phq9_10": [0] * n, "again": np.where(again, "ja", "nee")})


class Regions:
    """Several regions with one plan, each in a folder of its own."""

    def __init__(self, folder: Path, names: list[str], shared: dict[str, object] | None = None) -> None:
        self.home, self.keys, public = folder, {}, {}
        folder.mkdir(exist_ok=True)
        for name in names:
            (folder / name).mkdir()
            self.keys[name], public[name] = new_key(name, folder / name)
        self.told = {
            "id": "together", "version": 1, "title": WORDS, "question": WORDS, "expected": WORDS,
            "data": {"source": "file", "forms": "forms.csv"}, "design": "shared", "audience": "organisatie",
            "shared": {"regions": public} | (shared or asks()),
        }  # fmt: skip
        self.plan = folder / "together.yaml"
        self.write_plan()

    def write_plan(self, **more: object) -> None:
        for place in (self.plan, *(self.home / name / "together.yaml" for name in self.keys)):
            place.write_text(json.dumps(self.told | more), encoding="utf-8")

    def leaving(self, name: str, rows: pl.DataFrame):
        """What a region would send of these forms."""
        rows.write_csv(self.home / name / "forms.csv")
        return share(self.home / name / "together.yaml", self.keys[name])

    def send(self, name: str, rows: pl.DataFrame, as_: str | None = None) -> Path:
        return self.leaving(name, rows).write(self.home / f"{as_ or name}.json")
