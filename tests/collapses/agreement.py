"""Agreement where it must be something known."""

from collections.abc import Callable

import numpy as np
import polars as pl

from collapses.made_up import RATERS, Collapses, Counted, value
from risico.estimate import Estimates
from risico.reliability import agreement, agreement_by_item, agreement_by_level
from risico.tally import count

SQUARE = np.array([[a, b] for a in (0, 1) for b in (0, 1)], dtype=float)
MIXED = {"a": [1, 1, 2, 2, 3, 3, 1], "b": [1, 2, 2, 3, 3, 1, 1]}


def two(p: float, n: int = 100) -> dict[str, list[float]]:
    """Two raters, two levels equally often, agreeing on a share p."""
    same, other = round(n * p / 2), round(n * (1 - p) / 2)
    return {"a": [1, 2] * same + [1, 2] * other, "b": [1, 2] * same + [2, 1] * other}


def fleiss_to_alpha() -> float:
    return 1 - (1 - value(agreement(MIXED), "fleiss_kappa")) * 13 / 14


def twice_gad2() -> pl.DataFrame:
    """Fifteen cases, each seen by two of four raters."""
    cases = {"case": [i // 2 for i in range(30)], "rater": [f"r{(i * i + i // 4) % 4}" for i in range(30)]}
    answers = {"gad2_1": [i // 2 % 4 for i in range(30)], "gad2_2": [i // 3 % 4 for i in range(30)]}
    return pl.DataFrame(cases | answers)


TEAMS = RATERS | {"team": [f"t{i % 9}" for i in range(30)]}
OWN = np.array([[1, 0.8, 0.2, 0], [0.8, 1, 0.8, 0.2], [0.2, 0.8, 1, 0.8], [0, 0.2, 0.8, 1]])
KINDS = {"linear": "linear", "quadratic": "quadratic", "ordinal": "ordinal", "custom": np.eye(2)}
WITH_WEIGHTS = {name: name for name in ("percent_agreement", "fleiss_kappa", "conger_kappa", "brennan_prediger")}
WITH_WEIGHTS |= {"gwet_ac2": "gwet_ac1", "scott_pi": "scott_pi", "cohen_kappa": "cohen_kappa"}


def weighted(name: str, plain: str, kind: str) -> tuple[float, float]:
    """Two levels can differ in one way only."""
    found = agreement(two(0.7), scale="ordinal", levels=[1, 2], weights=KINDS[kind])
    return value(found, f"{name}_{kind}"), value(agreement(two(0.7)), plain)


COUNTED: Counted = {
    "agreement": (RATERS, lambda data: agreement(data, scale="ratio"), count),
    "agreement, linear": (RATERS, lambda data: agreement(data, scale="ordinal", weights="linear"), count),
    "agreement, ordinal": (RATERS, lambda data: agreement(data, scale="ordinal"), count),
    "agreement, own weights": (RATERS, lambda data: agreement(data, levels=[1, 2, 3, 4], weights=OWN), count),
    "agreement_by_level": (RATERS, agreement_by_level, count),
    "agreement, redrawn by team": (
        TEAMS,
        lambda data: agreement(data, scale="interval", cluster="team", redraws=200),
        count,
    ),
    "agreement, redrawn": (RATERS, lambda data: agreement(data, scale="interval", redraws=200), count),
}


FORMS: dict[str, Callable[[], Estimates]] = {
    "agreement_by_item": lambda: agreement_by_item(twice_gad2(), "gad2", unit=["case"], position=None),
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
    "specific_agreement": lambda: (value(agreement_by_level(two(0.8)), "specific_agreement", level="1"), 0.8),
    "conger_kappa": lambda: (value(agreement(MIXED), "conger_kappa"), value(agreement(MIXED), "cohen_kappa")),
    "brennan_prediger": lambda: (value(agreement(two(0.7)), "brennan_prediger"), 2 * 0.7 - 1),
    "scott_pi": lambda: (value(agreement(MIXED), "scott_pi"), value(agreement(MIXED), "fleiss_kappa")),
    "pabak": lambda: (value(agreement(two(0.7)), "pabak"), 2 * 0.7 - 1),
    **{
        f"{name}_{kind}": lambda name=name, plain=plain, kind=kind: weighted(name, plain, kind)
        for name, plain in WITH_WEIGHTS.items()
        for kind in KINDS
    },
    **{
        f"krippendorff_alpha_{kind}": lambda kind=kind: weighted("krippendorff_alpha", "krippendorff_alpha", kind)
        for kind in ("linear", "custom")
    },
}
