"""G and D studies where they must be something known: complete ratings by one facet."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from collapses.made_up import SHROUT, Collapses, value
from collapses.variance import RESIDUAL
from risico.estimate import Estimates
from risico.reliability import cases_needed, components, generalizability, icc, raters_needed

FORMS_OF: dict[str, Any] = {
    "case": np.repeat(np.arange(6), 4).tolist(),
    "rater": np.tile(np.arange(4), 6).tolist(),
    "score": SHROUT.ravel().tolist(),
}


def of(name: str, mean: int = 1) -> float:
    return value(generalizability(FORMS_OF, "score", levels={"rater": mean}), name)


def needed(wanted: float) -> float:
    return value(raters_needed(FORMS_OF, "score", wanted=wanted, up_to=1), "raters_needed")


FORMS: dict[str, Callable[[], Estimates]] = {
    "generalizability": lambda: generalizability(FORMS_OF, "score"),
    "raters_needed": lambda: raters_needed(FORMS_OF, "score", up_to=2),
    "cases_needed": lambda: cases_needed(icc=0.7, raters=2, width=0.2),
}

COLLAPSES: Collapses = {
    "g_coefficient": lambda: (of("g_coefficient"), value(icc(SHROUT), "icc_3_1")),
    "phi_coefficient": lambda: (of("phi_coefficient", 4), value(icc(SHROUT), "icc_2_k")),
    "sem_relative": lambda: (of("sem_relative"), np.sqrt(RESIDUAL)),
    "sem_absolute": lambda: (of("sem_absolute"), value(components(SHROUT), "sem_agreement")),
    "raters_needed": lambda: (needed(value(icc(SHROUT), "icc_2_k") - 1e-7), 4),
    "cases_needed": lambda: (
        value(cases_needed(icc=0, raters=2, width=0.5), "cases_needed"),
        np.ceil(1 + 4 * stats.norm.ppf(0.975) ** 2 / 0.5**2),
    ),
}
