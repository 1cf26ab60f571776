"""Every public statistic, with what proves it: `STATISTICS`, one row per name of an Estimate.

A method without a reference is not public. The tests walk this table: a function that returns a name that is not here,
an empty cell, or a stored value that is out of date fails. One file per family holds its rows.
"""

from __future__ import annotations

from dataclasses import replace

from risico.statistics import (
    agreement,
    bland_altman,
    change,
    colleague,
    consistency,
    decision,
    dif,
    drift,
    effects,
    fairness,
    fiml,
    generalizability,
    hierarchical,
    icc,
    in_time,
    invariance,
    irt,
    latent_classes,
    monitoring,
    norms,
    optimism,
    ordinal,
    pooling,
    predictions,
    profile_checks,
    raters_apart,
    robustness,
    selection,
    times,
    validity,
    variance,
    within,
)
from risico.statistics.coverage import coverage_of
from risico.statistics.row import Statistic

FAMILIES = (
    consistency,
    hierarchical,
    fiml,
    ordinal,
    agreement,
    bland_altman,
    raters_apart,
    robustness,
    colleague,
    icc,
    variance,
    generalizability,
    drift,
    change,
    decision,
    validity,
    predictions,
    times,
    optimism,
    selection,
    fairness,
    dif,
    irt,
    norms,
    invariance,
    effects,
    within,
    in_time,
    pooling,
    monitoring,
    profile_checks,
    latent_classes,
)

STATISTICS: dict[str, Statistic] = {
    name: replace(row, coverage=coverage_of(name, row.stored))
    for family in FAMILIES
    for name, row in family.ROWS.items()
}
"""Name of an Estimate to what is known of it."""

__all__ = ["STATISTICS", "Statistic"]
