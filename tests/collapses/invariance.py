"""One factor in two groups, where it must be something known."""

import numpy as np
from scipy.stats import chi2

from collapses.made_up import Collapses, Counted, value
from risico.invariance import invariance, invariance_continuous
from risico.reliability import one_factor, ordinal
from risico.tally import count

RNG = np.random.default_rng(40)
MADE = RNG.normal(size=(30, 1)) + RNG.normal(size=(30, 5)) + 0.8 * RNG.normal(size=(30, 1)) * np.array([1, 1, 0, 0, 0])
ITEMS = {f"i{i}": column.round(1).tolist() for i, column in enumerate(MADE.T)}
GROUPS = {**ITEMS, "group": ["a", "b"] * 15}
GROUPS["i3"] = [float("nan") if i == 5 else x for i, x in enumerate(GROUPS["i3"])]
TWICE = {name: [*column, *column] for name, column in ITEMS.items()} | {"group": ["a"] * 30 + ["b"] * 30}

MORE = RNG.normal(size=(90, 1)) + RNG.normal(size=(90, 5)) + 1.2 * RNG.normal(size=(90, 1)) * np.array([1, 1, 0, 0, 0])
LADDER = {f"i{i}": np.digitize(column, [-0.7, 0.6]).tolist() for i, column in enumerate(MORE.T)}
LADDER["i2"] = np.digitize(MORE[:, 2] + 2.0 * (np.arange(90) % 2), [0.3, 1.6]).tolist()
LADDER["i4"] = np.digitize(MORE[:, 4], [-1.0, 0.1, 1.0]).tolist()
"""Four items of three steps and one of four: equal thresholds are one degree of freedom for each more group."""
STEPS = {**LADDER, "group": ["a", "b"] * 45}
RENAMED = {**LADDER, "group": ["d", "c"] * 45}
FEW = {name: column[:30] for name, column in STEPS.items()}
FEW["i3"] = [float("nan") if i == 5 else x for i, x in enumerate(FEW["i3"])]
TWO_LADDERS = {name: [*column, *column] for name, column in LADDER.items()} | {"group": ["a"] * 90 + ["b"] * 90}


def same(name: str, model: str = "configural") -> float:
    return value(invariance_continuous(TWICE, "group"), f"invariance_continuous_{name}", model=model)


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


def steps(name: str, model: str = "configural") -> float:
    return value(invariance(TWO_LADDERS, "group"), f"invariance_{name}", model=model)


def ladder(name: str) -> float:
    return value(ordinal(LADDER), f"ordinal_{name}")


def either_way(name: str) -> tuple[float, float]:
    found, other = (value(invariance(d, "group"), f"invariance_{name}", model="scalar") for d in (STEPS, RENAMED))
    assert abs(found) > 1e-3
    return found, other


COUNTED: Counted = {
    "invariance": (FEW, lambda data: invariance(data, "group"), count),
    "invariance_continuous": (GROUPS, lambda data: invariance_continuous(data, "group"), count),
}

COLLAPSES: Collapses = {
    "invariance_chi_square": lambda: (steps("chi_square"), 2 * ladder("chi_square")),
    "invariance_df": lambda: (steps("df"), 2 * ladder("df")),
    "invariance_p": lambda: (steps("p"), float(chi2.sf(2 * ladder("chi_square"), 2 * ladder("df")))),
    "invariance_cfi": lambda: (steps("cfi"), ladder("cfi")),
    "invariance_tli": lambda: (steps("tli"), ladder("tli")),
    "invariance_rmsea": lambda: (steps("rmsea"), ladder("rmsea")),
    "invariance_srmr": lambda: (steps("srmr"), ladder("srmr")),
    "invariance_change_p": lambda: (round(steps("change_p", "thresholds"), 6), 1.0),  # falls as √χ² near nought
    "invariance_cfi_drop": lambda: either_way("cfi_drop"),
    "invariance_rmsea_rise": lambda: either_way("rmsea_rise"),
    "invariance_continuous_chi_square": lambda: (same("chi_square"), 2 * alone("chi_square")),
    "invariance_continuous_df": lambda: (same("df"), 2 * alone("df")),
    "invariance_continuous_p": lambda: (same("p"), float(chi2.sf(2 * alone("chi_square"), 2 * alone("df")))),
    "invariance_continuous_cfi": lambda: (same("cfi"), alone("cfi")),
    "invariance_continuous_rmsea": lambda: (same("rmsea"), alone("rmsea")),
    "invariance_continuous_change_p": lambda: (same("change_p", "metric"), 1.0),
    "invariance_continuous_cfi_drop": cfi_drop,
    "invariance_continuous_rmsea_rise": rmsea_rise,
}
