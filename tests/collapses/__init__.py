"""For each family of statistics: how it is called, and the special cases in which it must be something known.

`COUNTED` are functions of a tally, `FORMS` those that must know who or when, `COLLAPSES` one case per name of an
Estimate.
"""

from collapses import (
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
    monitoring,
    norms,
    optimism,
    ordinal,
    pooling,
    predictions,
    raters_apart,
    selection,
    times,
    validity,
    variance,
    within,
)

FAMILIES = (
    consistency,
    hierarchical,
    fiml,
    ordinal,
    agreement,
    bland_altman,
    raters_apart,
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
)
COUNTED = {name: call for family in FAMILIES for name, call in getattr(family, "COUNTED", {}).items()}
FORMS = {name: call for family in FAMILIES for name, call in getattr(family, "FORMS", {}).items()}
COLLAPSES = {name: case for family in FAMILIES for name, case in family.COLLAPSES.items()}
