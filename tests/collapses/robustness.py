"""How wrong an effect could be, where that is known."""

import math
from collections.abc import Callable

import numpy as np

from collapses.effects import ALIKE, LOT, SAME, N, given, trial
from collapses.made_up import Collapses, number, value
from risico.effects import randomized, rubin
from risico.effects.robustness import e_value, leave_one_out, negative_control, omitted_confounder, tipping_points
from risico.estimate import Estimate, Estimates

DOUBLED = Estimate(name="itt", value=0.2, low=-0.1, high=0.5, n=N)
REGION = np.repeat(["a", "b", "c", "d"], N // 4)
AGAIN = np.tile(SAME[: N // 4], 4)
GONE = np.where(np.arange(N) % 4 == 3, np.nan, SAME + 4 * LOT)


def linear(outcome: np.ndarray = SAME + LOT, **covariates: np.ndarray) -> Estimates:
    return omitted_confounder(outcome=outcome, treated=LOT, covariates=covariates)


def without_each() -> Estimates:
    def effect(rows: np.ndarray) -> Estimate:
        return randomized(outcome=AGAIN[rows], assigned=LOT[rows], why_no_cluster="drawn one by one")["itt"]

    return leave_one_out(effect, {"region": REGION})


def turned() -> Estimates:
    return tipping_points(outcome=GONE, assigned=LOT, why_no_cluster="drawn one by one")


def without_effect() -> np.ndarray:
    return SAME - value(trial(), "itt") * LOT


def odds(share: float) -> float:
    return share / (1 - share)


def alike() -> Estimates:
    return rubin([trial()] * 3)


def round_trip() -> tuple[float, float]:
    rv = value(linear(x=ALIKE), "robustness_value")
    return rv**2 / (1 - rv), odds(value(linear(x=ALIKE), "partial_r2"))


FORMS: dict[str, Callable[[], Estimates]] = {
    "e_value": lambda: e_value(DOUBLED, without_help=0.2),
    "omitted_confounder": lambda: linear(x=ALIKE),
    "leave_one_out": without_each,
    "tipping_points": turned,
    "negative_control": lambda: Estimates([negative_control(trial()["itt"])]),
    "adjusted_missing": lambda: given(outcome=GONE, units={"region": REGION}),
    "rubin": lambda: Estimates(e for e in alike() if e.name in ("itt", "missing_information")),
}

COLLAPSES: Collapses = {
    "e_value": lambda: (value(e_value(DOUBLED, without_help=0.2), "e_value"), 2 + math.sqrt(2)),
    "e_value_limit": lambda: (value(e_value(DOUBLED, without_help=0.2), "e_value_limit"), 1.0),
    "partial_r2": lambda: (value(linear(), "partial_r2"), float(np.corrcoef(SAME + LOT, LOT)[0, 1] ** 2)),
    "robustness_value": round_trip,
    "robustness_value_limit": lambda: (value(linear(without_effect(), x=ALIKE), "robustness_value_limit"), 0.0),
    "confounder_bound": lambda: (number(linear(SAME, x=ALIKE), "confounder_bound"), value(trial(), "itt")),
    "negative_control": lambda: (negative_control(trial()["itt"]).value or 0.0, value(trial(), "itt")),
    "tipping_point": lambda: shifts_of_nobody(),
    "leave_one_out_low": lambda: (value(without_each(), "leave_one_out_low"), everybody()),
    "leave_one_out_high": lambda: (value(without_each(), "leave_one_out_high"), everybody()),
    "missing_information": lambda: (number(alike(), "missing_information"), 0.0),
}


def everybody() -> float:
    return value(randomized(outcome=AGAIN, assigned=LOT, why_no_cluster="drawn one by one"), "itt")


def shifts_of_nobody() -> tuple[float, float]:
    """Only the arm with help has blanks: whatever is supposed of the other arm, the point is the same."""
    points = [e.value for e in turned() if e.value is not None]
    assert len(points) > 5
    return min(points), max(points)
