"""Do items belong together, and do raters agree? Every number from a small tally of the forms."""

from risico.reliability.agreement import agreement
from risico.reliability.change import change
from risico.reliability.consistency import consistency, reliability
from risico.reliability.icc import icc

__all__ = ["agreement", "change", "consistency", "icc", "reliability"]
