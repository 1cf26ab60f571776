"""A million scored forms: the area under the curve, beside an implementation that sorts and one that resamples.

    python benchmarks/auc.py              measure and append to results.csv
    python benchmarks/auc.py NAME         run one contestant once and print its peak memory in MB

Two correlated areas with DeLong's test stand beside MLstatkit; 2,000 redraws of one area beside scikit-learn on redrawn
forms, of which 20 are timed and the rest reckoned from these: its row is the time of the 20 times a hundred.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from measure import keep, peak, report_peak, show, table, take_turns

if TYPE_CHECKING:
    import pandas as pd

FORMS, REDRAWS, TIMED = 1_000_000, 2_000, 20
SORTED, OURS = "two areas and their difference, MLstatkit", "two areas and their difference, risico"
ONE, RESAMPLED, REDRAWN = "one area and its interval, risico", "2,000 redraws, scikit-learn", "2,000 redraws, risico"


@cache
def forms(n: int = FORMS) -> pd.DataFrame:
    """Two totals of 0 to 27 that both say something of what happened; the same on every machine."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(20_260_106)
    again = random.random(n) < 0.1
    latent = random.normal(size=n) + 0.8 * again
    totals = {
        name: np.clip(np.round(9 + 4 * (latent + random.normal(size=n) * noise)), 0, 27).astype(np.int16)
        for name, noise in (("first", 0.5), ("second", 0.8))
    }
    return pd.DataFrame({**totals, "again": again})


def ours(d: pd.DataFrame) -> tuple[float, ...]:
    from risico.validity import compare_auc

    found = compare_auc(d, "first", "second", "again")
    areas = [e.value or 0.0 for e in found if e.name == "auc"]
    return (*areas, found["auc_difference_p"].value or 0.0)


def one(d: pd.DataFrame) -> None:
    from risico.validity import auc

    auc(d, "first", "again")


def sorting(d: pd.DataFrame) -> tuple[float, ...]:
    from MLstatkit import Delong_test

    _, p, _, _, first, second, *_ = Delong_test(d["again"].to_numpy(), d["first"].to_numpy(), d["second"].to_numpy())
    return first, second, p


def redrawn(d: pd.DataFrame) -> None:
    from risico.validity import auc_bootstrap

    auc_bootstrap(d, "first", "again", seed=1, redraws=REDRAWS)


def resampled(d: pd.DataFrame) -> None:
    import numpy as np
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(1)
    score, again = d["first"].to_numpy(), d["again"].to_numpy()
    for _ in range(TIMED):
        at = random.integers(0, len(d), len(d))
        roc_auc_score(again[at], score[at])


CONTESTANTS = {
    SORTED: {"run": sorting},
    OURS: {"run": ours},
    ONE: {"run": one},
    RESAMPLED: {"run": resampled},
    REDRAWN: {"run": redrawn},
}
BESIDE = {SORTED: OURS, OURS: OURS, ONE: OURS, RESAMPLED: REDRAWN, REDRAWN: REDRAWN}


def compare() -> None:
    """Both give the same areas and the same p, before anyone is timed."""
    import numpy as np

    d = forms(20_000)
    np.testing.assert_allclose(ours(d), sorting(d), rtol=1e-8)


def main() -> None:
    compare()
    seconds = take_turns(CONTESTANTS, forms(), rounds=3)
    seconds[RESAMPLED]["run"] *= REDRAWS / TIMED
    memory = {name: peak(Path(__file__), name) for name in CONTESTANTS}
    rows = table(seconds, memory, BESIDE)
    show(rows)
    keep(rows, ("risico", "MLstatkit", "scikit-learn", "pandas", "numpy"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        CONTESTANTS[sys.argv[1]]["run"](forms())
        report_peak()
    else:
        main()
