"""Variance components where they must be something known: complete ratings, as an analysis of variance has them."""

import numpy as np
from scipy import stats

from collapses.made_up import RATERS, SHROUT, Collapses, Counted, value
from risico.reliability import components, icc
from risico.tally import count


def mean_squares() -> tuple[float, float, float]:
    """Of cases, raters and the residual, of six cases by four raters."""
    away = SHROUT - SHROUT.mean()
    case, rater = away.mean(axis=1), away.mean(axis=0)
    residual = away - case[:, None] - rater
    return 4 * float(case @ case) / 5, 6 * float(rater @ rater) / 3, float((residual**2).sum()) / 15


def of(name: str, **by: str) -> float:
    return value(components(SHROUT), name, **by)


CASE, RATER, RESIDUAL = mean_squares()
FACTOR = stats.norm.ppf(0.975) * 2**0.5

COUNTED: Counted = {
    "components": (RATERS, components, count),
}

COLLAPSES: Collapses = {
    "icc_agreement": lambda: (of("icc_agreement"), value(icc(SHROUT), "icc_2_1")),
    "icc_consistency": lambda: (of("icc_consistency"), value(icc(SHROUT), "icc_3_1")),
    "component": lambda: (of("component", component="rater"), (RATER - RESIDUAL) / 6),
    "component_share": lambda: (of("component_share", component="case"), value(icc(SHROUT), "icc_2_1")),
    "sem_agreement": lambda: (of("sem_agreement"), np.sqrt((RATER - RESIDUAL) / 6 + RESIDUAL)),
    "sem_consistency": lambda: (of("sem_consistency"), np.sqrt(RESIDUAL)),
    **{
        f"sdc_{who}_{kind}": lambda who=who, kind=kind, n=n: (
            of(f"sdc_{who}_{kind}"),
            FACTOR * of(f"sem_{kind}") / n**0.5,
        )
        for who, n in (("individual", 1), ("group", 6))
        for kind in ("agreement", "consistency")
    },
}
