"""Does a score say something about what happens? Every number from counts of score by outcome.

An outcome is a Boolean column, or one of 0 and 1; forms without a score or without an outcome are left out, and counted
in `method`. Outcomes are often known only of families that were looked into: these numbers hold for those.
"""

from risico.validity.alarm import alarm_budget
from risico.validity.area import auc, auc_bootstrap, compare_auc
from risico.validity.cut_offs import accuracy
from risico.validity.decisions import decision_curve
from risico.validity.fairness import fairness
from risico.validity.follow_up import follow_up_audit
from risico.validity.observed import observed
from risico.validity.optimism import chosen_cut_off, optimism
from risico.validity.overall import prediction_error
from risico.validity.partial import partial_auc
from risico.validity.recalibrated import calibration, recalibration
from risico.validity.selection import selective
from risico.validity.sizes import development_size, validation_size
from risico.validity.smooth import calibration_curve
from risico.validity.times import auc_by_time, concordance
from risico.validity.whole import validity

__all__ = [
    "accuracy",
    "alarm_budget",
    "auc",
    "auc_bootstrap",
    "auc_by_time",
    "calibration",
    "calibration_curve",
    "chosen_cut_off",
    "compare_auc",
    "concordance",
    "decision_curve",
    "development_size",
    "fairness",
    "follow_up_audit",
    "observed",
    "optimism",
    "partial_auc",
    "prediction_error",
    "recalibration",
    "selective",
    "validation_size",
    "validity",
]
