"""Agreement where it must be something known."""

import numpy as np

from collapses.made_up import RATERS, Collapses, Counted, value
from risico.reliability import agreement
from risico.tally import count

SQUARE = np.array([[a, b] for a in (0, 1) for b in (0, 1)], dtype=float)
MIXED = {"a": [1, 1, 2, 2, 3, 3, 1], "b": [1, 2, 2, 3, 3, 1, 1]}


def two(p: float, n: int = 100) -> dict[str, list[float]]:
    """Two raters, two levels equally often, agreeing on a share p."""
    same, other = round(n * p / 2), round(n * (1 - p) / 2)
    return {"a": [1, 2] * same + [1, 2] * other, "b": [1, 2] * same + [2, 1] * other}


def fleiss_to_alpha() -> float:
    return 1 - (1 - value(agreement(MIXED), "fleiss_kappa")) * 13 / 14


COUNTED: Counted = {
    "agreement": (RATERS, lambda data: agreement(data, scale="ratio"), count),
}


COLLAPSES: Collapses = {
    "percent_agreement": lambda: (value(agreement(MIXED), "percent_agreement"), 4 / 7),
    "gwet_ac1": lambda: (value(agreement(two(0.8)), "gwet_ac1"), 2 * 0.8 - 1),
    "fleiss_kappa": lambda: (value(agreement(two(0.8)), "fleiss_kappa"), value(agreement(two(0.8)), "cohen_kappa")),
    "krippendorff_alpha": lambda: (value(agreement(MIXED), "krippendorff_alpha"), fleiss_to_alpha()),
    **{
        f"krippendorff_alpha_{scale}": lambda scale=scale: (
            value(agreement(two(0.7), scale="ratio"), f"krippendorff_alpha_{scale}"),
            value(agreement(two(0.7)), "krippendorff_alpha"),
        )
        for scale in ("ordinal", "interval", "ratio")
    },
    "cohen_kappa": lambda: (value(agreement(SQUARE), "cohen_kappa"), 0.0),
    **{
        f"cohen_kappa_{weights}": lambda weights=weights: (
            value(agreement(two(0.7), scale="ordinal"), f"cohen_kappa_{weights}"),
            value(agreement(two(0.7)), "cohen_kappa"),
        )
        for weights in ("linear", "quadratic")
    },
}
