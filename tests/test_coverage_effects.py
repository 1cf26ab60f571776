"""The simulation of the designs runs, on few regions, and says what it should where an assumption does not hold."""

import os
import subprocess
import sys

import pytest

from conftest import ROOT

DESIGNS = {"adjusted", "before_after", "randomized", "repeated", "time_to_event"}


def lines(*asked: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return the lines by number and by what helps."""
    command = [sys.executable, ROOT / "benchmarks" / "coverage_effects.py", *asked]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    head, *rows = (line.split("  ") for line in done.stdout.splitlines())
    found = [dict(zip(head, row, strict=True)) for row in rows]
    return {(line["name"], line["effects"]): line for line in found}


@pytest.mark.slow
def test_each_design_is_tried_on_the_invented_region():
    found = lines("6", "clustered")
    assert {line["design"].split(",")[0] for line in found.values()} == DESIGNS
    itt = found["itt", "none"]
    assert itt["repeats"] == "6"
    assert float(itt["coverage"]) >= 0.5  # 95 % of 6: two or fewer happen once in 10,000 times
    assert float(found["mean_change", "none"]["claims"]) > 0.5, "change is there where nothing works"
    assert float(found["profile_effect", "by_profile"]["width"]) > float(found["itt", "by_profile"]["width"])


@pytest.mark.slow
def test_where_an_assumption_does_not_hold_the_interval_misses_or_widens():
    """Teams that were on another course are not found out, and a year that nobody named makes the interval wide."""
    found = lines("40", "other_course", "unnamed_year")
    assert float(found["staggered_att", "by_profile"]["bias"]) > 0.02
    assert float(found["level_change", "none"]["width"]) > 5, "2.4 where there is no year"
    assert float(found["level_change", "none"]["coverage"]) > 0.8
