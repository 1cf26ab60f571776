"""Data that were imputed several times, here or in SPSS or mice: one Estimate out of one of each set."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from risico.effects._intervals import t_quantile
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers.rubin import rubin as pool

SOURCE = "Rubin (1987); Barnard & Rubin (1999)"
NORMAL = 1e6  # degrees of freedom from which t is the normal distribution
MEANS = "the mean of the imputed sets, without an interval"
NOT_ALL = "not every imputed set has this estimate"
SEVERAL = "the imputed sets have no standard error to pool"


def rubin(sets: Sequence[Estimates]) -> Estimates:
    """Pool the estimates of imputed data sets by Rubin's rules: one Estimates per set, made by the same call.

    Estimates with the same name and `by` become one: the mean, with the spread within and between the sets, and degrees
    of freedom after Barnard & Rubin from those of the complete-data interval; `n` is the smallest. What has no standard
    error is not pooled and says so; a share or a mean becomes the mean of the sets, without an interval. Each pooled
    one has beside it `missing_information`, the share of its information that the blanks took, with `of` its name.
    Rubin (1987). Raises UsageError for one set.

    >>> made = [Estimates([Estimate(name="att", value=v, se=0.2, n=60)]) for v in (1.0, 1.3)]
    >>> pooled = rubin(made)["att"]
    >>> round(pooled.value, 2), round(pooled.se, 2)
    (1.15, 0.33)
    """
    if len(sets) < 2:
        raise UsageError("rubin: pooling takes the estimates of two imputed sets or more.")
    found: list[Estimate] = []
    tables = [{_key(e): e for e in one} for one in sets]
    for key, first in tables[0].items():
        mine = [table[key] for table in tables if key in table]
        found += _pooled(first, mine, len(sets))
    return Estimates(found)


def _key(e: Estimate) -> tuple[Any, ...]:
    return e.name, tuple(e.by.items()), e.at


def _pooled(first: Estimate, mine: list[Estimate], m: int) -> list[Estimate]:
    values = [e.value for e in mine if e.value is not None]
    errors = [e.se for e in mine if e.value is not None and e.se is not None]
    base: dict[str, Any] = {
        "by": first.by,
        "at": first.at,
        "n": min((e.n for e in mine if e.n is not None), default=None),
    }
    method = f"pooled over {m} imputed sets; {first.method.rsplit(', t with', 1)[0]}"
    source = "; ".join(part for part in (SOURCE, first.source) if part)
    if len(values) == m and not errors and first.method.startswith(("share", "mean")):
        return [Estimate(name=first.name, value=sum(values) / m, method=method, source=source, why=MEANS, **base)]
    if len(values) < m or len(errors) < m:
        why = SEVERAL if len(values) == m else NOT_ALL
        return [Estimate(name=first.name, method=method, source=source, why=why, **base)]
    told = pool(values=np.array(values), errors=np.array(errors), df=min(complete_df(e) for e in mine))
    confidence = first.confidence or 0.95
    half = t_quantile((1 - confidence) / 2, told.df) * told.se
    share = Estimate(
        name="missing_information",
        value=told.missing,
        n=base["n"],
        at=first.at,
        method=f"information lost to blanks, of {m} imputed sets",
        source=SOURCE,
        by={**first.by, "of": first.name},
    )
    pooled = Estimate(
        name=first.name,
        value=told.value,
        low=told.value - half,
        high=told.value + half,
        confidence=confidence,
        se=told.se,
        method=f"{method}, t with {told.df:.1f} degrees of freedom",
        source=source,
        why=next((e.why for e in mine if e.why), None),
        **base,
    )
    return [pooled, share]


def complete_df(e: Estimate) -> float:
    """Return the degrees of freedom of an interval of Student's t; infinite for a normal one or where there is none.

    >>> round(complete_df(Estimate(name="itt", value=0.0, low=-2.228139, high=2.228139, se=1.0, confidence=0.95)), 3)
    10.0
    """
    from scipy.optimize import root_scalar

    if not e.se or e.low is None or e.high is None or e.confidence is None:
        return inf
    half, tail = (e.high - e.low) / 2 / e.se, (1 - e.confidence) / 2
    if half <= t_quantile(tail, NORMAL):
        return inf

    def gap(log_df: float) -> float:
        return float(np.log(t_quantile(tail, float(np.exp(log_df)))) - np.log(half))

    found = root_scalar(gap, bracket=(float(np.log(0.2)), float(np.log(NORMAL))), xtol=1e-12)
    return float(np.exp(found.root))
