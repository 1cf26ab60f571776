"""What an intervention does, by design and by profile: arrays of a cohort in, Estimates out."""

from risico.effects.by_profile import ProfileEffects, by_profile
from risico.effects.randomized import assigned_by_delivered, randomized

__all__ = ["ProfileEffects", "assigned_by_delivered", "by_profile", "randomized"]
