"""Do items belong together, and do raters agree? Every number from a small tally of the forms."""

from risico.reliability.agreement import agreement
from risico.reliability.alpha_adf import alpha_adf
from risico.reliability.bland_altman import bland_altman
from risico.reliability.change import change, cutoffs
from risico.reliability.colleague import colleague
from risico.reliability.consistency import consistency
from risico.reliability.decision import decision
from risico.reliability.drift import drift
from risico.reliability.factor import one_factor
from risico.reliability.fiml import fiml
from risico.reliability.generalizability import generalizability
from risico.reliability.hierarchical import hierarchical
from risico.reliability.icc import icc
from risico.reliability.independence import agreement_by_context, independent_ratings
from risico.reliability.items import agreement_by_item
from risico.reliability.levels import agreement_by_level
from risico.reliability.needed import cases_needed, raters_needed
from risico.reliability.ordinal import ordinal
from risico.reliability.raters_apart import raters_apart, raters_split
from risico.reliability.scale import reliability
from risico.reliability.splithalf import split_half
from risico.reliability.variance import components

__all__ = [
    "agreement",
    "agreement_by_context",
    "agreement_by_item",
    "agreement_by_level",
    "alpha_adf",
    "bland_altman",
    "cases_needed",
    "change",
    "colleague",
    "components",
    "consistency",
    "cutoffs",
    "decision",
    "drift",
    "fiml",
    "generalizability",
    "hierarchical",
    "icc",
    "independent_ratings",
    "one_factor",
    "ordinal",
    "raters_apart",
    "raters_needed",
    "raters_split",
    "reliability",
    "split_half",
]
