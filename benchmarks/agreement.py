"""200,000 units rated by three, some ratings missing: the whole table with standard errors, beside irrCAC of Python.

    python benchmarks/agreement.py              measure and append to results.csv
    python benchmarks/agreement.py NAME         run one contestant once and print its peak memory in MB

The numbers are compared on complete ratings. Where ratings are missing, irrCAC 0.4.4 of Python counts the blank as a
level of its own in AC1 and Brennan-Prediger; irrCAC 1.0 of R, which the tests hold us to, does not.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from measure import keep, peak, report_peak, show, table, take_turns

if TYPE_CHECKING:
    import pandas as pd

UNITS = 200_000
NAMES = {
    "gwet_ac1": "gwet",
    "fleiss_kappa": "fleiss",
    "krippendorff_alpha": "krippendorff",
    "conger_kappa": "conger",
    "brennan_prediger": "bp",
}
Found = dict[str, tuple[float, float]]


@cache
def ratings(missing: float = 0.05, units: int = UNITS) -> pd.DataFrame:
    """Four levels, each rater right three times in four; the same on every machine."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(20_260_104)
    true = random.choice(4, units, p=[0.5, 0.25, 0.15, 0.1])
    seen = [np.where(random.random(units) < 0.75, true, random.integers(0, 4, units)) for _ in range(3)]
    table = np.stack(seen, axis=1).astype(float)
    table[random.random(table.shape) < missing] = np.nan
    return pd.DataFrame(table, columns=["a", "b", "c"])


def with_risico(d: pd.DataFrame) -> Found:
    from risico.reliability import agreement

    found = agreement(d)
    return {name: (found[name].value or 0.0, found[name].se or 0.0) for name in NAMES}


def with_irrcac(d: pd.DataFrame) -> Found:
    from irrCAC.raw import CAC

    given = CAC(d, digits=12)
    made = {name: getattr(given, method)()["est"] for name, method in NAMES.items()}
    return {name: (float(e["coefficient_value"]), float(e["se"])) for name, e in made.items()}


def redrawn(d: pd.DataFrame) -> None:
    """A thousand redraws of every coefficient by unit."""
    from risico.reliability import agreement

    agreement(d, redraws=1000)


CONTESTANTS = {
    "agreement, irrCAC": {"table": with_irrcac},
    "agreement, risico": {"table": with_risico},
    "agreement with 1,000 redraws, risico": {"table": redrawn},
}
BESIDE = dict.fromkeys(CONTESTANTS, "agreement, risico")


def compare() -> None:
    """Both give the same numbers on complete ratings, before anyone is timed."""
    import numpy as np

    d = ratings(0.0, 2_000)
    ours, theirs = with_risico(d), with_irrcac(d)
    for name in NAMES:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-8, err_msg=name)


def main() -> None:
    compare()
    seconds = take_turns(CONTESTANTS, ratings())
    memory = {name: peak(Path(__file__), name) for name in CONTESTANTS}
    rows = table(seconds, memory, BESIDE)
    show(rows)
    keep(rows, ("risico", "irrCAC", "pandas", "numpy"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        CONTESTANTS[sys.argv[1]]["table"](ratings())
        report_peak()
    else:
        main()
