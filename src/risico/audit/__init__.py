"""Score control: do filed scores follow from the answers they were filed with, and does a file give what it says?"""

from risico.audit.causes import CAUSES, Cause
from risico.audit.control import Explanation, Finding, Move, Recheck, recheck
from risico.audit.vectors import check_instrument, disagreements

__all__ = [
    "CAUSES",
    "Cause",
    "Explanation",
    "Finding",
    "Move",
    "Recheck",
    "check_instrument",
    "disagreements",
    "recheck",
]
