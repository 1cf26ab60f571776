"""Was everybody followed for as long as the outcome asks?"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import intervals
from risico.validity.levels import happened, known, share

Days = NDArray[np.datetime64]

NOBODY = "no form has both a date and an outcome"


def follow_up_audit(
    forms: Any, enrolled: str, outcome: str, *, window_days: int, closed: str, confidence: float = 0.95
) -> Estimates:
    """Could every form have had its whole outcome window when the data were closed?

    `enrolled` holds the date of each form, `window_days` the length of the window and `closed` the last day on which an
    outcome could be seen ("2024-12-31"). Returns `whole_window`, the share enrolled early enough; the `base_rate` with
    `by={"forms": …}` of all (what one would report), of those with the whole window, and of those cut short; and
    `cut_short_difference`, the base rate of the whole windows less that of those cut short, with its interval (Newcombe
    1998, method 10): above 0, outcomes were missed. The base rate of the whole windows is the one to report.

    >>> forms = {"date": ["2023-01-05", "2023-03-01", "2023-11-20", "2023-12-01"], "again": [1, 0, 0, 0]}
    >>> follow_up_audit(forms, "date", "again", window_days=180, closed="2023-12-31")["whole_window"].value
    0.5
    """
    if window_days < 1:
        raise UsageError("The window is a number of days, at least 1.")
    counts, left = known(forms, [enrolled, outcome], outcome, confidence, "date or outcome")
    last = _days([closed], "closed")[0] - np.timedelta64(window_days, "D")
    whole = _days(counts.column(enrolled).tolist(), enrolled) <= last
    events, others = happened(counts, outcome)
    groups = {"all": np.ones(len(whole), dtype=bool), "whole window": whole, "cut short": ~whole}
    two = {name: (float(events[which].sum()), float(others[which].sum())) for name, which in groups.items()}
    enough = float(sum(two["whole window"]))
    method = f"share enrolled by {last}, {window_days} days before {closed}{left}"
    first = share("whole_window", enough, float(counts.n), method, confidence, why=NOBODY)
    rates = [
        share(
            "base_rate",
            a,
            a + b,
            f"share with the outcome{left}",
            confidence,
            why="there are no forms" if name == "all" else "no form is of this kind",
            by={"forms": name},
        )
        for name, (a, b) in two.items()
    ]
    return Estimates([first, *rates, _difference(two["whole window"], two["cut short"], left, confidence)])


def _difference(whole: tuple[float, float], short: tuple[float, float], left: str, confidence: float) -> Estimate:
    name, m, n = "cut_short_difference", sum(whole), sum(short)
    if min(m, n) == 0:
        why = "every form had the whole window" if m else "no form had the whole window"
        return Estimate(name=name, why=why if m or n else NOBODY)
    low, high = intervals.newcombe(first=(whole[0], m), second=(short[0], n), confidence=confidence)
    return Estimate(
        name=name,
        value=whole[0] / m - short[0] / n,
        low=low,
        high=high,
        confidence=confidence,
        n=int(m + n),
        method=f"base rate of the whole windows less that of those cut short{left}",
        source="Newcombe (1998)",
    )


def _days(texts: list[Any], what: str) -> Days:
    try:
        return np.array([date.fromisoformat(str(text)[:10]) for text in texts], dtype="datetime64[D]")
    except ValueError:  # from None: its message holds what was filled in
        raise UsageError(
            f"{what} holds something that is no date such as 2024-12-31.\n"
            "Whether a window was over follows from dates; write them as year-month-day."
        ) from None
