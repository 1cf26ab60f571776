"""Over time without fooling oneself: looks that add up to no false alarm, control charts, funnels after case mix."""

from risico.monitoring.anytime import running_difference, running_mean, running_share
from risico.monitoring.charts import p_prime, xmr
from risico.monitoring.funnel import Units, funnel, standardised

__all__ = [
    "Units",
    "funnel",
    "p_prime",
    "running_difference",
    "running_mean",
    "running_share",
    "standardised",
    "xmr",
]
