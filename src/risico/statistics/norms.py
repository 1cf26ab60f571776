"""Norms from own data."""

from __future__ import annotations

from risico.norms import continuous_norms, norm_group, percentile_norms
from risico.statistics.row import BASE, CLOSED, Statistic

REACHED = "the curve is turned round by uniroot in R and by Newton steps here"

ROWS: dict[str, Statistic] = {
    "percentile_rank": Statistic(
        function=percentile_norms,
        input="counts",
        reference=f"rank(ties.method = 'average') and qbeta of {BASE}",
        stored="norms",
        tolerance=1e-8,
        reason=CLOSED,
        collapse="one score for all: 50",
    ),
    "t_score": Statistic(
        function=percentile_norms,
        input="counts",
        reference=f"qnorm of average ranks of {BASE}",
        stored="norms",
        tolerance=1e-8,
        reason=CLOSED,
        collapse="one score for all: 50",
    ),
    "t_score_continuous": Statistic(
        function=continuous_norms,
        input="counts",
        reference=f"lm and uniroot of {BASE}; interval: 1,000 redraws there",
        stored="norms",
        tolerance=1e-7,
        reason=REACHED,
        collapse="a raw score that is a line in normal score and age is told back",
    ),
    "norm_group_n": Statistic(
        function=norm_group,
        input="counts",
        reference=f"nrow of {BASE}",
        stored="norms",
        tolerance=1e-12,
        reason="a count",
        collapse="thirty forms",
    ),
    "norms_age_years": Statistic(
        function=norm_group,
        input="counts",
        reference="the Gregorian calendar: 400 years are 146,097 days",
        stored="norms",
        tolerance=1e-12,
        reason="a count of days",
        collapse="400 years",
    ),
}
