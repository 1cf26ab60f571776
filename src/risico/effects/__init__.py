"""What an intervention does, by design and by profile: arrays of a cohort in, Estimates out."""

from risico.effects.adjusted import adjusted
from risico.effects.before_after import before_after
from risico.effects.by_profile import ProfileEffects, by_profile
from risico.effects.learners import default_learners
from risico.effects.randomized import assigned_by_delivered, randomized
from risico.effects.repeated import repeated
from risico.effects.rubin import rubin
from risico.effects.scales import ordered, ratio
from risico.effects.series import interrupted_series
from risico.effects.staggered import staggered
from risico.effects.times import time_to_event

__all__ = [
    "ProfileEffects",
    "adjusted",
    "assigned_by_delivered",
    "before_after",
    "by_profile",
    "default_learners",
    "interrupted_series",
    "ordered",
    "randomized",
    "ratio",
    "repeated",
    "rubin",
    "staggered",
    "time_to_event",
]
