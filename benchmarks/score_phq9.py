"""A million PHQ-9 forms: risico beside what a careful programmer writes by hand for this one instrument.

All do the same job: refuse an illegal code, count the blanks, prorate at most two of them, give the lowest and highest
total, the level of each, the screen, the alert on item 9, and write it all down. The results are compared first.

    python benchmarks/score_phq9.py              measure and append to results.csv
    python benchmarks/score_phq9.py NAME         run one contestant once and print its peak memory in MB
"""

from __future__ import annotations

import sys
import tempfile
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure import keep, peak, report_peak, show, table, take_turns

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

FORMS = 1_000_000
FOLDER = Path(tempfile.gettempdir()) / "risico_benchmark"
FILE = FOLDER / "phq9.parquet"
ITEMS = [f"phq9_{i}" for i in range(1, 11)]
SCORED = ITEMS[:9]
BANDS = {0: "none_minimal", 5: "mild", 10: "moderate", 15: "moderately_severe", 20: "severe"}


def make() -> None:
    """Write a million forms: mostly low answers, two in a hundred blank, the same on every machine."""
    import numpy as np
    import polars as pl

    random = np.random.default_rng(20_260_101)
    answers = random.choice(np.arange(4, dtype=np.int8), size=(FORMS, len(ITEMS)), p=[0.45, 0.3, 0.15, 0.1])
    blank = random.random((FORMS, len(ITEMS))) < 0.02
    columns = {name: pl.Series(name, answers[:, i]).set(pl.Series(blank[:, i]), None) for i, name in enumerate(ITEMS)}
    FOLDER.mkdir(exist_ok=True)
    pl.DataFrame(columns).write_parquet(FILE)


def with_risico(forms: Any) -> Any:
    from risico.scoring import score

    return score(forms, "phq9")


def by_hand_in_polars(forms: pl.DataFrame) -> pl.DataFrame:
    """Narrow int8 adds, one stage after the other."""
    import polars as pl

    ends = forms.select(low=pl.min_horizontal(pl.col(ITEMS).min()), high=pl.max_horizontal(pl.col(ITEMS).max()))
    if ends["low"][0] < 0 or ends["high"][0] > 3:
        raise ValueError("an answer is none of 0, 1, 2, 3")
    missing, answered, enough = pl.col("_missing"), pl.col("_sum"), pl.col("_missing") <= 2
    total, low, high = pl.col("phq9_total"), pl.col("phq9_total_low"), pl.col("phq9_total_high")

    def level(value: pl.Expr) -> pl.Expr:
        chain = pl.lit(None, dtype=pl.String)
        for start, name in BANDS.items():
            chain = pl.when(value >= start).then(pl.lit(name)).otherwise(chain)
        return chain

    new = (
        forms.lazy()
        .with_columns(
            _missing=reduce(add, (pl.col(name).is_null().cast(pl.Int8) for name in SCORED)),
            _sum=reduce(add, (pl.col(name).fill_null(0) for name in SCORED)),
        )
        .with_columns(
            phq9_total=pl.when(enough).then(answered.cast(pl.Float64) * 9 / (9 - missing)),
            phq9_total_low=pl.when(enough).then(answered).cast(pl.Int64),
            phq9_total_high=pl.when(enough).then(answered + 3 * missing).cast(pl.Int64),
            phq9_safety_item9=pl.col("phq9_9") >= 1,
            phq9_missing=missing.cast(pl.Int64),
        )
        .select(
            "phq9_total", "phq9_total_low", "phq9_total_high",
            phq9_band=level(total), phq9_band_low=level(low), phq9_band_high=level(high),
            phq9_screen_positive_10=total >= 10,
            phq9_screen_positive_10_low=low >= 10,
            phq9_screen_positive_10_high=high >= 10,
            phq9_safety_item9="phq9_safety_item9", phq9_missing="phq9_missing",
        )
    )  # fmt: skip
    return forms.hstack(new.collect())


def by_hand_in_pandas(forms: pd.DataFrame) -> pd.DataFrame:
    """Whole columns at a time, as the manuals advise: isin, sum(axis=1), where, cut."""
    import numpy as np
    import pandas as pd

    answers = forms[ITEMS]
    if not (answers.isin([0, 1, 2, 3]) | answers.isna()).all(axis=None):
        raise ValueError("an answer is none of 0, 1, 2, 3")
    missing = answers[SCORED].isna().sum(axis=1)
    answered = answers[SCORED].sum(axis=1)
    enough = missing <= 2
    total = (answered * 9 / (9 - missing)).where(enough)
    low, high = answered.where(enough), (answered + 3 * missing).where(enough)

    def level(value: pd.Series) -> pd.Series:
        return pd.cut(value, [*BANDS, np.inf], right=False, labels=list(BANDS.values())).astype("string")

    def positive(value: pd.Series) -> pd.Series:
        return (value >= 10).astype("boolean").mask(value.isna())

    return forms.assign(
        phq9_total=total.astype("Float64"),
        phq9_total_low=low.astype("Int64"), phq9_total_high=high.astype("Int64"),
        phq9_band=level(total), phq9_band_low=level(low), phq9_band_high=level(high),
        phq9_screen_positive_10=positive(total),
        phq9_screen_positive_10_low=positive(low),
        phq9_screen_positive_10_high=positive(high),
        phq9_safety_item9=(answers["phq9_9"] >= 1).astype("boolean").mask(answers["phq9_9"].isna()),
        phq9_missing=missing.astype("Int64"),
    )  # fmt: skip


def read_polars(file: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(file)


def read_pandas(file: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(file)


def write_polars(scored: pl.DataFrame) -> None:
    scored.write_parquet(FOLDER / "scored.parquet")


def write_pandas(scored: pd.DataFrame) -> None:
    scored.to_parquet(FOLDER / "scored.parquet")


CONTESTANTS = {
    "polars by hand": {"read": read_polars, "score": by_hand_in_polars, "write": write_polars},
    "risico on polars": {"read": read_polars, "score": with_risico, "write": write_polars},
    "pandas by hand": {"read": read_pandas, "score": by_hand_in_pandas, "write": write_pandas},
    "risico on pandas": {"read": read_pandas, "score": with_risico, "write": write_pandas},
}
BESIDE = dict.fromkeys(("polars by hand", "risico on polars"), "polars by hand")
BESIDE |= dict.fromkeys(("pandas by hand", "risico on pandas"), "pandas by hand")


def compare() -> None:
    """All four give the same answers, before anyone is timed."""
    import polars as pl
    from polars.testing import assert_frame_equal

    polars, pandas = read_polars(FILE), read_pandas(FILE)
    wanted = by_hand_in_polars(polars).drop(ITEMS)
    for found in (with_risico(polars), by_hand_in_pandas(pandas), with_risico(pandas)):
        plain = found if isinstance(found, pl.DataFrame) else pl.from_pandas(found, nan_to_null=True)
        same = plain.select(wanted.columns).cast(dict(wanted.schema))  # pandas widens what has blanks
        assert_frame_equal(same, wanted, rel_tol=1e-12, abs_tol=1e-12)
        assert set(plain.columns) == {*wanted.columns, *ITEMS}


def main() -> None:
    make()
    compare()
    seconds = take_turns(CONTESTANTS, FILE)
    memory = {name: peak(Path(__file__), name) for name in CONTESTANTS}
    rows = table(seconds, memory, BESIDE)
    show(rows)
    keep(rows, ("risico", "polars", "pandas", "narwhals", "numpy"))


def once(contestant: str) -> None:
    given: Any = FILE
    for step in CONTESTANTS[contestant].values():
        given = step(given)
    report_peak()


if __name__ == "__main__":
    once(sys.argv[1]) if len(sys.argv) > 1 else main()
