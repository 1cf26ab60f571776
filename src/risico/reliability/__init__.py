"""Do items belong together, and do raters agree? Every number from a small tally of the forms."""

from risico.reliability.agreement import agreement
from risico.reliability.change import change
from risico.reliability.consistency import consistency, reliability
from risico.reliability.factor import one_factor
from risico.reliability.icc import icc
from risico.reliability.ordinal import ordinal
from risico.reliability.splithalf import split_half
from risico.reliability.variance import components

__all__ = [
    "agreement",
    "change",
    "components",
    "consistency",
    "icc",
    "one_factor",
    "ordinal",
    "reliability",
    "split_half",
]
