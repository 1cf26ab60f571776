"""Writes `voorbeeld.sav`, the file of the first notebook: nobody in it exists. Run: python notebooks/make_example.py

Eighty adults of the synthetic region filled in the PHQ-9 at the start and a year later. As in files people really have,
the columns have names of their own, codes run from 1 to 4 with labels, and what was not filled in has a code too.
"""

from pathlib import Path

import polars as pl

from risico.exchange import write
from risico.synthetic import region

HERE = Path(__file__).parent
LABELS = {"1": "helemaal niet", "2": "verscheidene dagen", "3": "meer dan de helft van de dagen", "4": "bijna elke dag"}
HINDER = {"1": "helemaal niet moeilijk", "2": "enigszins moeilijk", "3": "erg moeilijk", "4": "uiterst moeilijk"}


def example() -> tuple[pl.DataFrame, dict[str, dict[str, str]]]:
    """Return the file as a frame, and the labels of its codes."""
    forms = region(7, households=300).forms.filter(pl.col("phq9_1").is_not_null() | pl.col("phq9_2").is_not_null())
    wide: pl.DataFrame | None = None
    for moment in ("T0", "T2"):
        there = forms.filter(pl.col("moment") == moment).unique("person", keep="first", maintain_order=True)
        codes = [(pl.col(f"phq9_{i}") + 1).cast(pl.String).fill_null("not_asked") for i in range(1, 11)]
        items = [code.alias(f"{moment}_PHQ_{i}") for i, code in enumerate(codes, 1)]
        part = there.select(pl.col("person").alias("clientnr"), *items)
        wide = part if wide is None else wide.join(part, on="clientnr", how="left", maintain_order="left")
    assert wide is not None
    values = {name: (HINDER if name.endswith("_10") else LABELS) for name in wide.columns[1:]}
    return wide.head(80), values


if __name__ == "__main__":
    frame, values = example()
    write(frame, HERE / "voorbeeld.sav", values=values)
