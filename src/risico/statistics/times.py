"""A score and the time until something happens."""

from __future__ import annotations

from risico.statistics.row import CLOSED, Statistic
from risico.validity import auc_by_time, concordance

ROWS: dict[str, Statistic] = {
    "harrell_c": Statistic(
        function=concordance,
        input="counts",
        reference="survival::concordance(reverse = TRUE) 3.5-3",
        stored="validity_times",
        tolerance=1e-10,
        reason=CLOSED,
        collapse="everybody followed equally long: the area under the ROC curve",
    ),
    "auc_by_time": Statistic(
        function=auc_by_time,
        input="counts",
        reference="timeROC::timeROC(weighting = 'marginal', iid = TRUE) 0.4.1; equal times: survfit, R script",
        stored="validity_times",
        tolerance=1e-10,
        reason=CLOSED,
        collapse="nobody lost from sight: the area under the ROC curve",
    ),
}
