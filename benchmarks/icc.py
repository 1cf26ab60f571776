"""100,000 units scored by three: all intraclass correlations with intervals and tests, beside pingouin.

    python benchmarks/icc.py              measure and append to results.csv
    python benchmarks/icc.py NAME         run one contestant once and print its peak memory in MB

Each gets the ratings in the shape that it takes: one column per rater, or one row per rating.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure import keep, peak, report_peak, show, table, take_turns

if TYPE_CHECKING:
    import pandas as pd

UNITS = 100_000
NAMES = ("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k")


@cache
def wide(units: int = UNITS) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(20_260_105)
    scores = random.normal(size=(units, 1)) + np.array([0.0, 0.1, -0.2]) + random.normal(size=(units, 3))
    return pd.DataFrame(scores, columns=["a", "b", "c"])


@cache
def long(units: int = UNITS) -> pd.DataFrame:
    return wide(units).rename_axis("unit").reset_index().melt("unit", var_name="rater", value_name="score")


def with_risico(units: int) -> list[float | None]:
    from risico.reliability import icc

    found = icc(wide(units))
    return [part for name in NAMES for part in (found[name].value, found[name].low, found[name].high)]


def with_pingouin(units: int) -> list[float]:
    import pingouin as pg

    found: Any = pg.intraclass_corr(data=long(units), targets="unit", raters="rater", ratings="score")
    interval = found.columns[-1]
    return [part for _, row in found.iterrows() for part in (row["ICC"], *row[interval])]


CONTESTANTS = {"icc, pingouin": {"table": with_pingouin}, "icc, risico": {"table": with_risico}}
BESIDE = dict.fromkeys(CONTESTANTS, "icc, risico")


def compare() -> None:
    """Both give the same numbers, before anyone is timed; pingouin rounds its intervals."""
    import numpy as np

    np.testing.assert_allclose(with_risico(500), with_pingouin(500), atol=6e-3)


def main() -> None:
    compare()
    wide(), long()
    seconds = take_turns(CONTESTANTS, UNITS)
    memory = {name: peak(Path(__file__), name) for name in CONTESTANTS}
    rows = table(seconds, memory, BESIDE)
    show(rows)
    keep(rows, ("risico", "pingouin", "pandas", "numpy"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        CONTESTANTS[sys.argv[1]]["table"](UNITS)
        report_peak()
    else:
        main()
