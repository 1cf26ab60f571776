"""A million forms of 25 items: alpha with its interval and the whole item table, beside pingouin and pandas.

python benchmarks/alpha.py              measure and append to results.csv
python benchmarks/alpha.py NAME         run one contestant once and print its peak memory in MB
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from measure import keep, peak, report_peak, show, table, take_turns

if TYPE_CHECKING:
    import pandas as pd

FORMS, ITEMS = 1_000_000, 25
Found = dict[str, list[float]]


@cache
def forms() -> pd.DataFrame:
    """Answers from 0 to 4 that rest on one factor, the same on every machine."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(20_260_102)
    factor = random.normal(size=(FORMS, 1))
    points = np.clip(np.round(2 + factor + random.normal(size=(FORMS, ITEMS))), 0, 4)
    return pd.DataFrame(points.astype(np.int8), columns=[f"i{i}" for i in range(ITEMS)])


def with_risico(d: pd.DataFrame) -> Found:
    from risico.reliability import consistency

    found = consistency(d)
    table = {name: [e.value for e in found if e.name == name] for name in ("item_mean", "item_sd", "item_rest")}
    without = [e.value for e in found if e.name == "alpha_without"]
    alpha = found["alpha"]
    return {"alpha": [alpha.value, alpha.low, alpha.high], **table, "alpha_without": without}  # type: ignore[dict-item]


def with_pingouin(d: pd.DataFrame) -> Found:
    import pingouin as pg

    alpha, (low, high) = pg.cronbach_alpha(data=d, ci=0.95)
    total = d.sum(axis=1)
    return {
        "alpha": [alpha, low, high],
        "item_mean": list(d.mean()),
        "item_sd": list(d.std()),
        "item_rest": [d[name].corr(total - d[name]) for name in d],
        "alpha_without": [pg.cronbach_alpha(data=d.drop(columns=name))[0] for name in d],
    }


CONTESTANTS = {"alpha, pingouin": {"table": with_pingouin}, "alpha, risico": {"table": with_risico}}
BESIDE = dict.fromkeys(CONTESTANTS, "alpha, risico")


def compare() -> None:
    """Both give the same numbers, before anyone is timed; pingouin rounds its interval to three decimals."""
    import numpy as np

    ours, theirs = (
        run["table"](forms().head(20_000)) for run in (CONTESTANTS["alpha, risico"], CONTESTANTS["alpha, pingouin"])
    )
    for name, values in ours.items():
        np.testing.assert_allclose(values, theirs[name], rtol=0, atol=6e-4 if name == "alpha" else 1e-10)


def main() -> None:
    compare()
    seconds = take_turns(CONTESTANTS, forms(), rounds=3)
    memory = {name: peak(Path(__file__), name) for name in CONTESTANTS}
    rows = table(seconds, memory, BESIDE)
    show(rows)
    keep(rows, ("risico", "pingouin", "pandas", "numpy"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        CONTESTANTS[sys.argv[1]]["table"](forms())
        report_peak()
    else:
        main()
