"""Teams that begin with a help at different moments: invented, with what the help truly does."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates

TEAMS, QUARTERS = 36, 8
STARTS = (3, 5, None)  # the quarter, from 0, in which a third of the teams begins; the last never
GAIN = -0.03  # what each quarter with the help adds to the share with a new report, up to three quarters
LEVEL, SPREAD, TREND = 0.30, 0.05, 0.005  # share with a new report, between teams, and what each quarter adds


def rollout(seed: int, *, households: int = 7200) -> tuple[Any, Estimates]:
    """Return a Polars frame (team, quarter, households, reports, start) and the true effect; same seed, same frame.

    36 teams in 8 quarters; a third begins in the fourth quarter, a third in the sixth, a third never. The share of
    households with a new report rises for all, differs between teams, and falls by 3 of 100 for each quarter with the
    help, 9 at most: help needs time.

    >>> frame, truth = rollout(1)
    >>> frame.shape, round(truth["staggered_att"].value, 4)
    ((288, 5), -0.066)
    """
    if households < TEAMS * QUARTERS * 10:
        raise UsageError(f"A rollout has at least {TEAMS * QUARTERS * 10} households: 10 for each team and quarter.")
    rng = np.random.default_rng(seed)
    team, quarter = np.repeat(np.arange(TEAMS), QUARTERS), np.tile(np.arange(QUARTERS), TEAMS)
    start = np.array([np.nan if s is None else s for s in STARTS])[np.arange(TEAMS) % 3][team]
    served = np.where(quarter >= start, np.minimum(quarter - start + 1, 3), 0.0)
    share = LEVEL + rng.normal(0, SPREAD, TEAMS)[team] + TREND * quarter + GAIN * served
    size = rng.multinomial(households, np.full(TEAMS * QUARTERS, 1 / (TEAMS * QUARTERS)))
    reports = rng.binomial(size, np.clip(share, 0.02, 0.9))
    names = [f"{2021 + q // 4}-K{q % 4 + 1}" for q in range(QUARTERS)]
    frame = nw.from_dict(
        {
            "team": [f"team_{i + 1:02d}" for i in team],
            "quarter": [names[q] for q in quarter],
            "households": size.tolist(),
            "reports": reports.tolist(),
            "start": [None if np.isnan(s) else names[int(s)] for s in start],
        },
        backend="polars",
    )
    means = [np.mean([GAIN * min(q - s + 1, 3) for q in range(s, QUARTERS)]) for s in STARTS if s is not None]
    true = Estimate(name="staggered_att", value=float(np.mean(means)), n=households, method="as it was made")
    return frame.to_native(), Estimates([true])
