"""How every benchmark here is measured: contestants take turns, the middle of seven counts, memory in a fresh process.

Taking turns, whatever else the machine does falls on all of them alike; so the ratios can be believed where the seconds
cannot.
"""

from __future__ import annotations

import csv
import gc
import importlib.metadata
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.csv"
COLUMNS = ("date", "machine", "python", "versions", "commit", "name", "seconds", "ratio", "MB")
Steps = Mapping[str, Callable[[Any], Any]]
"""The steps of a contestant by name; each takes what the one before it gave."""


def take_turns(contestants: Mapping[str, Steps], start: Any, rounds: int = 7) -> dict[str, dict[str, float]]:
    """Return the median seconds of each step of each contestant; a first round that is not counted warms up."""
    seconds: dict[str, dict[str, list[float]]] = {
        name: {step: [] for step in steps} for name, steps in contestants.items()
    }
    for turn in range(rounds + 1):
        for name, steps in contestants.items():
            given = start
            for step, run in steps.items():
                gc.collect()
                began = time.perf_counter()
                given = run(given)
                if turn:
                    seconds[name][step].append(time.perf_counter() - began)
            del given
    return {name: {step: statistics.median(taken) for step, taken in steps.items()} for name, steps in seconds.items()}


def peak(script: Path, contestant: str) -> float:
    """Return the most memory, in MB, that a fresh process takes to run one contestant once."""
    done = subprocess.run([sys.executable, script, contestant], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def report_peak() -> None:
    """Print the most memory of this process so far, in MB; `peak` reads it.

    On Linux the high-water mark of the memory itself: `getrusage` there still counts the parent it was started from.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        print(int(line.split()[1]) / 2**10)
    else:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if platform.system() == "Darwin" else 2**10))


def table(
    seconds: Mapping[str, Mapping[str, float]], memory: Mapping[str, float], beside: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return one row per contestant and step; the ratio is to the same step of the contestant it stands beside."""
    return [
        {
            "name": f"{name}, {step}",
            "seconds": round(taken, 4),
            "ratio": round(taken / seconds[beside[name]][step], 2),
            "MB": round(memory[name]),
        }
        for name, steps in seconds.items()
        for step, taken in steps.items()
    ]


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    width = max(len(row["name"]) for row in rows)
    print(f"{'':{width}}  seconds  ratio     MB")
    for row in rows:
        print(f"{row['name']:{width}}  {row['seconds']:7.3f}  {row['ratio']:5.2f}  {row['MB']:5.0f}")


def keep(rows: list[dict[str, Any]], packages: tuple[str, ...]) -> None:
    """Append the rows to results.csv, with what they were measured on."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    on = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{platform.machine()} {platform.system()}",
        "python": platform.python_version(),
        "versions": " ".join(f"{name} {importlib.metadata.version(name)}" for name in packages),
        "commit": commit.stdout.strip(),
    }
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if new:
            writer.writeheader()
        writer.writerows(on | row for row in rows)
