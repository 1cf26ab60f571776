"""How many forms it takes: to check a prediction elsewhere, or to make a new one."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import binormal

SLOPE_SOURCE = "Riley et al. (2021)"
DEVELOPMENT_SOURCE = "Riley et al. (2020)"
Z = float(special.ndtri(0.975))


def validation_size(
    *,
    base_rate: float,
    auc: float,
    logit: tuple[float, float] | None = None,
    ratio_width: float = 0.4,
    slope_width: float = 0.4,
    auc_width: float = 0.1,
) -> Estimates:
    """Forms needed to check a prediction: the most that any of three 95 percent intervals asks for.

    They are those of expected / observed (`ratio_width` wide, around 1), of the calibration slope (`slope_width`,
    around 1) and of the area (`auc_width`). The slope depends on how far predictions lie apart: `logit` is the mean and
    standard deviation of their logit; without it, the logits are taken to be normal with and without the outcome, as
    base rate and area then say how far. Returns `validation_n`, and `validation_n_for` with `by={"criterion": …}`.
    Riley, Debray, Collins et al. (2021).

    >>> found = validation_size(base_rate=0.2, auc=0.75)
    >>> found["validation_n"].value == max(e.value for e in found)
    True
    """
    _rates(base_rate, auc)
    for width in (ratio_width, slope_width, auc_width):
        if not width > 0:
            raise UsageError("The width of an interval is above 0.")
    spread = binormal.normal(mean=logit[0], sd=logit[1]) if logit else binormal.from_area(base_rate=base_rate, area=auc)
    se = math.asinh(ratio_width / 2) / Z
    needed = {
        "expected / observed": ((1 - base_rate) / base_rate / se**2, "standard error of its logarithm"),
        "calibration slope": (
            (2 * Z / slope_width) ** 2 / binormal.slope_information(spread),
            "information on the slope, over the spread of the logits",
        ),
        "area": (_area_size(base_rate, auc, auc_width / 2 / Z), "standard error of Newcombe (2006), method 4"),
    }
    return _needed("validation_n", needed, SLOPE_SOURCE)


def _area_size(rate: float, area: float, se: float) -> float:
    """The n at which the standard error of the area, written as (a + b (n/2 − 1)) / (n² c), falls to `se`."""
    top, grows = area * (1 - area), (1 - area) / (2 - area) + area / (1 + area)
    first, second = top * (1 - grows), top * grows / 2
    c = se**2 * rate * (1 - rate)
    return (second + math.sqrt(second**2 + 4 * c * first)) / (2 * c)


def development_size(
    *, base_rate: float, auc: float, parameters: int, shrinkage: float = 0.9, r_squared: float | None = None
) -> Estimates:
    """Forms needed to make a logistic prediction with this many parameters: the most that three wishes ask for.

    They are a uniform shrinkage of at least `shrinkage`, an apparent Nagelkerke R² at most .05 too high, and a base
    rate known to within .05. The area, or Cox and Snell's `r_squared` where that is known, says what the prediction can
    be expected to explain. Count each category less one and each bend of a curve as a parameter, also those that were
    looked at and dropped. Returns `development_n`, and `development_n_for` with `by={"criterion": …}`. Riley, Ensor,
    Snell et al. (2020).

    >>> development_size(base_rate=0.174, auc=0.89, parameters=24, r_squared=0.288)["development_n"].value
    662.0
    """
    _rates(base_rate, auc)
    if parameters < 1 or not 0 < shrinkage < 1:
        raise UsageError("A model has at least one parameter, and its shrinkage lies between 0 and 1, such as .9.")
    r2 = r_squared if r_squared is not None else binormal.cox_snell(binormal.from_area(base_rate=base_rate, area=auc))
    most = -math.expm1(2 * (base_rate * math.log(base_rate) + (1 - base_rate) * math.log1p(-base_rate)))
    if not 0 < r2 < min(most, shrinkage):
        raise UsageError(f"At this base rate Cox and Snell's R² lies between 0 and {min(most, shrinkage):.3g}.")
    closer = r2 / (r2 + 0.05 * most)
    needed = {
        "shrinkage": (parameters / ((shrinkage - 1) * math.log1p(-r2 / shrinkage)), f"shrinkage {shrinkage:g}"),
        "optimism in R²": (parameters / ((closer - 1) * math.log1p(-r2 / closer)), "Nagelkerke's R² within .05"),
        "base rate": ((Z / 0.05) ** 2 * base_rate * (1 - base_rate), "base rate within .05"),
    }
    return _needed("development_n", needed, DEVELOPMENT_SOURCE)


def _rates(base_rate: float, auc: float) -> None:
    if not 0 < base_rate < 1 or not 0.5 < auc < 1:
        raise UsageError("A base rate lies between 0 and 1, and the area of a useful prediction between .5 and 1.")


def _needed(name: str, needed: dict[str, tuple[float, str]], source: str) -> Estimates:
    each = {criterion: (float(np.ceil(n - 1e-9)), words) for criterion, (n, words) in needed.items()}
    most = max(each, key=lambda criterion: each[criterion][0])
    whole = Estimate(name=name, value=each[most][0], method=f"most forms asked for, by: {most}", source=source)
    parts = [
        Estimate(name=f"{name}_for", value=n, by={"criterion": criterion}, method=words, source=source)
        for criterion, (n, words) in each.items()
    ]
    return Estimates([whole, *parts])
