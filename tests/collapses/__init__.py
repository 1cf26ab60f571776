"""For each family of statistics: how it is called, and the special cases in which it must be something known.

`COUNTED` are functions of a tally, `FORMS` those that must know who or when, `COLLAPSES` one case per name of an
Estimate.
"""

from collapses import (
    agreement,
    bland_altman,
    change,
    consistency,
    dif,
    effects,
    fiml,
    icc,
    ordinal,
    predictions,
    validity,
    variance,
)

FAMILIES = (
    consistency,
    fiml,
    ordinal,
    agreement,
    bland_altman,
    icc,
    variance,
    change,
    validity,
    predictions,
    dif,
    effects,
)
COUNTED = {name: call for family in FAMILIES for name, call in getattr(family, "COUNTED", {}).items()}
FORMS = {name: call for family in FAMILIES for name, call in getattr(family, "FORMS", {}).items()}
COLLAPSES = {name: case for family in FAMILIES for name, case in family.COLLAPSES.items()}
