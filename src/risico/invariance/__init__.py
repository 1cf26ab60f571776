"""Do the items measure the same thing in every group? One factor, with ever more held equal between groups.

`invariance`, the recommended one, is for answers that are steps on a ladder, `invariance_continuous` for items that may
pass for continuous.
"""

from __future__ import annotations

from risico.invariance.continuous import invariance_continuous
from risico.invariance.ordinal import invariance

__all__ = ["invariance", "invariance_continuous"]
