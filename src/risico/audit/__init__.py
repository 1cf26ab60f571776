"""Score control: do filed scores follow from the answers they were filed with, and does a file give what it says?"""

from risico.audit.causes import CAUSES, Cause
from risico.audit.control import Explanation, Finding, Move, Recheck, recheck

__all__ = ["CAUSES", "Cause", "Explanation", "Finding", "Move", "Recheck", "recheck"]
