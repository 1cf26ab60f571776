"""A million families, five profiles, four kinds of help beside none, linear learners: how long and how much memory.

    python benchmarks/effects_size.py              a million families; appends to results.csv
    python benchmarks/effects_size.py 100000       fewer; prints, and keeps nothing
    python benchmarks/effects_size.py 100000 run   computes once and prints its peak memory in MB

Each help is compared with none, on the families of those two arms, as a plan with several arms does; workers are the
clusters. The most it may take is 12 GiB.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from measure import keep, report_peak, show
from numpy.typing import NDArray

FAMILIES, HELPS, PROFILES, PER_WORKER, COVARIATES, MOST = 1_000_000, 4, 5, 500, 10, 12 * 2**10


def draw(n: int) -> dict[str, Any]:
    """Return families whose profile and first covariate say which help they get, and how it goes."""
    random = np.random.default_rng(20_261_124)
    X = random.normal(size=(n, COVARIATES))
    profile = random.integers(0, PROFILES, n)
    wish = 0.4 * X[:, [0]] * np.linspace(-1, 1, HELPS + 1) + random.gumbel(size=(n, HELPS + 1))
    arm = wish.argmax(axis=1)
    gain = np.linspace(0, 0.1, HELPS + 1)[arm] * (1 + 0.2 * profile)
    chance = 1 / (1 + np.exp(0.5 - 0.5 * X[:, 0])) * 0.7 + gain
    return {
        "X": X,
        "profile": np.array([f"profile_{k}" for k in range(PROFILES)])[profile],
        "arm": arm,
        "outcome": (random.random(n) < chance).astype(np.float64),
        "worker": random.integers(0, max(n // PER_WORKER, 20), n),
    }


def compute(n: int) -> int:
    """Return how many effects of profiles were given."""
    from sklearn.linear_model import LinearRegression, LogisticRegression

    from risico.effects import adjusted

    told, given = draw(n), 0
    for help_ in range(1, HELPS + 1):
        rows: NDArray[np.bool_] = np.isin(told["arm"], (0, help_))
        found = adjusted(
            outcome=told["outcome"][rows],
            treated=told["arm"][rows] == help_,
            covariates={f"x{i}": x for i, x in enumerate(told["X"][rows].T)},
            profile=told["profile"][rows],
            cluster=told["worker"][rows],
            outcome_learners={"linear": LinearRegression()},
            propensity_learners={"logistic": LogisticRegression()},
            repeats=1,
        )
        given += sum(e.name == "profile_effect" and e.value is not None for e in found.where(estimand="ate"))
    return given


def main(n: int) -> None:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, Path(__file__), str(n), "run"], capture_output=True, text=True, check=True)
    given, megabytes = done.stdout.split()
    rows = [
        {
            "name": f"adjusted, {n} families x {PROFILES} profiles x {HELPS} helps, linear",
            "seconds": round(time.perf_counter() - began, 2),
            "ratio": round(float(megabytes) / MOST, 3),
            "MB": round(float(megabytes)),
        }
    ]
    assert int(given) == PROFILES * HELPS, f"{given} effects of profiles were given"
    show(rows)
    print("the ratio is of the memory to 12 GiB")
    if n == FAMILIES:
        keep(rows, ("risico", "scikit-learn", "numpy"))


if __name__ == "__main__":
    families = int(sys.argv[1]) if len(sys.argv) > 1 else FAMILIES
    if "run" in sys.argv:
        print(compute(families))
        report_peak()
    else:
        main(families)
