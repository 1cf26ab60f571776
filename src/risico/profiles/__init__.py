"""Which of the five family profiles fits, by a rule that is a proposal of ours: every step visible, nothing forced.

The five profiles are published (Verwey-Jonker Institute, Augeo); no published rule, score or cut-off assigns a family
to one. Indicators, weights, cores and thresholds stand in the file `gezinsprofiel.yaml`, so that experiments can vary
them. Mixed and unclassified are legal results, intimate terror leads for safety, and a blank never makes a profile
surer: a profile stands alone only when every possible filling-in of the blanks gives it alone.
"""

from risico.profiles.assign import MIXED, STATUSES, UNCLASSIFIED, assign
from risico.profiles.explain import explain
from risico.profiles.form import profile
from risico.profiles.rule import RULE, ProfileRule, load

__all__ = ["MIXED", "RULE", "STATUSES", "UNCLASSIFIED", "ProfileRule", "assign", "explain", "load", "profile"]
