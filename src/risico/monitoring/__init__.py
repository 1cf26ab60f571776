"""Over time without fooling oneself: looks that add up to no false alarm, control charts, funnels after case mix."""

from risico.monitoring.anytime import running_difference, running_mean, running_share

__all__ = ["running_difference", "running_mean", "running_share"]
