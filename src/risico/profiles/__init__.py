"""Which of the five family profiles fits, by a rule that is a proposal of ours: every step visible, nothing forced.

The five profiles are published (Verwey-Jonker Institute, Augeo); no published rule, score or cut-off assigns a family
to one. What each indicator asks stands in the form `gezinsprofiel` of the library; weights, cores and thresholds in the
rule of that name, so that experiments can vary them. Mixed and unclassified are legal results, intimate terror leads
for safety, and a blank never makes a profile surer: a profile stands alone only when every possible filling-in of the
blanks gives it alone.
"""

from risico.profiles.assign import MIXED, STATUSES, UNCLASSIFIED, assign
from risico.profiles.explain import explain, second_opinion
from risico.profiles.form import profile
from risico.profiles.hints import Hinted, hints
from risico.profiles.rule import RULE, ProfileRule, load

__all__ = [
    "MIXED",
    "RULE",
    "STATUSES",
    "UNCLASSIFIED",
    "Hinted",
    "ProfileRule",
    "assign",
    "explain",
    "hints",
    "load",
    "profile",
    "second_opinion",
]
