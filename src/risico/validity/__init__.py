"""Does a score say something about what happens? Every number from counts of score by outcome.

An outcome is a Boolean column, or one of 0 and 1; forms without a score or without an outcome are left out, and counted
in `method`. Outcomes are often known only of families that were looked into: these numbers hold for those.
"""

from risico.validity.area import auc, auc_bootstrap, compare_auc
from risico.validity.cut_offs import accuracy
from risico.validity.observed import observed
from risico.validity.partial import partial_auc
from risico.validity.recalibrated import calibration
from risico.validity.whole import validity

__all__ = [
    "accuracy",
    "auc",
    "auc_bootstrap",
    "calibration",
    "compare_auc",
    "observed",
    "partial_auc",
    "validity",
]
