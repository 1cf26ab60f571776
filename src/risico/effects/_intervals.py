"""An Estimate with an interval from Student's t."""

from __future__ import annotations

from collections.abc import Mapping

from risico.estimate import Estimate

SETTLED = "one cluster settles this effect by itself, so chance and cluster cannot be told apart"


def t_quantile(tail: float, df: float) -> float:
    """Return how many standard errors leave this tail on one side.

    >>> round(t_quantile(0.025, 1e9), 3)
    1.96
    """
    from scipy.stats import t

    return float(t.isf(tail, df))


def normal_quantile(tail: float) -> float:
    """Return how many standard errors of a normal distribution leave this tail on one side.

    >>> round(normal_quantile(0.025), 3)
    1.96
    """
    from scipy.special import ndtri

    return -float(ndtri(tail))


def t_estimate(
    *,
    name: str,
    value: float,
    se: float,
    df: float,
    n: int,
    confidence: float,
    method: str,
    source: str,
    by: Mapping[str, str] | None = None,
    together: int = 1,
    why: str | None = None,
) -> Estimate:
    """Return the Estimate; with `together` intervals the tails are divided among them (Bonferroni).

    Without degrees of freedom, df = 0, one cluster settles the value by itself and there is no Estimate.
    """
    by = by or {}
    if df == 0:
        return Estimate(name=name, n=n, method=method, source=source, by=by, why=SETTLED)
    half = t_quantile((1 - confidence) / (2 * together), df) * se
    return Estimate(
        name=name,
        value=value,
        low=value - half,
        high=value + half,
        confidence=confidence,
        se=se,
        n=n,
        method=f"{method}, t with {df:.1f} degrees of freedom",
        source=source,
        by=by,
        why=why,
    )
