"""How sure a level is, where true shares are spread evenly: every score of 20 questions is then as frequent."""

from typing import Any

import numpy as np
from scipy import special

from collapses.made_up import Collapses, Counted, value
from risico.estimate import Estimates
from risico.reliability import decision
from risico.tally import Counts, count

N = 20
SCORES = {"score": [float("nan") if i == 4 else float(4 + (7 * i) % 11) for i in range(30)]}
EVEN = Counts(columns=("score",), values=(np.arange(N + 1.0),), number=np.full(N + 1, 10**12))


def sure(data: Any) -> Estimates:
    return decision(data, "score", cuts=(8, 12), reliability=0.7, lowest=0, highest=N)


def even(name: str, *cuts: float) -> float:
    found = decision(EVEN, "score", cuts=cuts or (10,), reliability=N / (N + 2), lowest=0, highest=N)
    return value(Estimates(e for e in found if e.at in (None, 10)), name)


def at_least(k: int, share: float) -> float:
    """Part of all who score k or more and truly lie below a share."""
    return share * special.betainc(k, N - k + 1, share) - k / (N + 1) * special.betainc(k + 1, N - k + 1, share)


def both(of: range, other: range) -> float:
    """Part of all who score within the one range, and the second time within the other."""
    return sum(
        float(special.comb(N, i) * special.comb(N, j) * special.beta(i + j + 1, 2 * N - i - j + 1))
        for i in of
        for j in other
    )


LOW, HIGH, TOP, BELOW_TOP = range(10), range(10, N + 1), range(N, N + 1), range(10, N)
ABOVE = at_least(10, 0.5)  # wrongly
BELOW = 0.5 - (11 / 21 - ABOVE)
SAME = both(LOW, LOW) + both(HIGH, HIGH)
CHANCE = (11 / 21) ** 2 + (10 / 21) ** 2

COUNTED: Counted = {
    "decision": (SCORES, sure, count),
}

COLLAPSES: Collapses = {
    "decision_accuracy": lambda: (even("decision_accuracy"), 1 - ABOVE - BELOW),
    "wrongly_above": lambda: (even("wrongly_above"), ABOVE),
    "wrongly_below": lambda: (even("wrongly_below"), BELOW),
    "decision_consistency": lambda: (even("decision_consistency"), SAME),
    "decision_kappa": lambda: (even("decision_kappa"), (SAME - CHANCE) / (1 - CHANCE)),
    "sem_at_cutoff": lambda: (even("sem_at_cutoff"), N * np.sqrt(0.25 / N)),
    "level_accuracy": lambda: (
        even("level_accuracy", 10, 20),
        (0.5 - ABOVE) + (11 / 21 - ABOVE) - (1 / 21 - at_least(N, 0.5)),
    ),
    "level_consistency": lambda: (
        even("level_consistency", 10, 20),
        both(LOW, LOW) + both(BELOW_TOP, BELOW_TOP) + both(TOP, TOP),
    ),
    "effective_length": lambda: (even("effective_length"), N),
}
