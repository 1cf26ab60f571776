"""How wrong an effect could be: hidden confounders, outcomes that are missing, one region that carries it all."""

from risico.effects.robustness.confounding import e_value, negative_control, omitted_confounder
from risico.effects.robustness.left_out import leave_one_out
from risico.effects.robustness.missing import tipping_points

__all__ = ["e_value", "leave_one_out", "negative_control", "omitted_confounder", "tipping_points"]
