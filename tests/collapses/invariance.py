"""One factor in two groups, where it must be something known."""

import numpy as np
from scipy.stats import chi2

from collapses.made_up import Collapses, Counted, value
from risico.invariance import invariance
from risico.reliability import one_factor
from risico.tally import count

RNG = np.random.default_rng(40)
MADE = RNG.normal(size=(30, 1)) + RNG.normal(size=(30, 5)) + 0.8 * RNG.normal(size=(30, 1)) * np.array([1, 1, 0, 0, 0])
ITEMS = {f"i{i}": column.round(1).tolist() for i, column in enumerate(MADE.T)}
GROUPS = {**ITEMS, "group": ["a", "b"] * 15}
GROUPS["i3"] = [float("nan") if i == 5 else x for i, x in enumerate(GROUPS["i3"])]
TWICE = {name: [*column, *column] for name, column in ITEMS.items()} | {"group": ["a"] * 30 + ["b"] * 30}


def same(name: str, model: str = "configural") -> float:
    return value(invariance(TWICE, "group"), f"invariance_{name}", model=model)


def alone(name: str) -> float:
    return value(one_factor(ITEMS), f"factor_{name}")


def over(df: float) -> float:
    """Twice the chi-square of one group above so many degrees of freedom."""
    return max(2 * alone("chi_square") - df, 0.0)


def cfi_drop() -> tuple[float, float]:
    """The baseline of one group follows from its CFI."""
    whole = over(2 * alone("df")) / (1 - alone("cfi"))
    return same("cfi_drop", "metric"), alone("cfi") - (1 - over(2 * alone("df") + 4) / whole)


def rmsea_rise() -> tuple[float, float]:
    df = 2 * alone("df") + 4
    return same("rmsea_rise", "metric"), np.sqrt(2 * over(df) / (df * 60)) - alone("rmsea")


COUNTED: Counted = {"invariance": (GROUPS, lambda data: invariance(data, "group"), count)}

COLLAPSES: Collapses = {
    "invariance_chi_square": lambda: (same("chi_square"), 2 * alone("chi_square")),
    "invariance_df": lambda: (same("df"), 2 * alone("df")),
    "invariance_p": lambda: (same("p"), float(chi2.sf(2 * alone("chi_square"), 2 * alone("df")))),
    "invariance_cfi": lambda: (same("cfi"), alone("cfi")),
    "invariance_rmsea": lambda: (same("rmsea"), alone("rmsea")),
    "invariance_change_p": lambda: (same("change_p", "metric"), 1.0),
    "invariance_cfi_drop": cfi_drop,
    "invariance_rmsea_rise": rmsea_rise,
}
