"""How wrong the effect of an experiment could be: what runs beside every comparison, without being asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.disclosure.digits import coarse
from risico.effects import adjusted, randomized
from risico.effects.robustness import e_value, leave_one_out, negative_control, omitted_confounder, tipping_points
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates

Array = NDArray[np.float64]
DIFFERENCES = ("leave_one_out_low", "leave_one_out_high")


def of_adjusted(found: Estimates, z: Array, arrays: Mapping[str, Any], estimand: str) -> Estimates:
    """Return how strong a hidden confounder must be; the missing and each region are in what `adjusted` found."""
    y = arrays["outcome"]
    told = {name: arrays[name] for name in ("outcome", "covariates", "confidence") if name in arrays}
    hidden = omitted_confounder(treated=z, clustered=arrays.get("cluster") is not None, **told)
    return _explained(found[estimand], y, z) + hidden


def _explained(effect: Estimate, y: Array, z: Array) -> Estimates:
    """Return E-values: of a share without help as the design estimates it, else in standard deviations."""
    known = y[~np.isnan(y)]
    if not np.isin(known, (0.0, 1.0)).all() or not len(known):
        return e_value(effect, sd=float(known.std(ddof=1)) if len(known) > 1 else 0.0)
    share = {arm: float(np.nanmean(y[z == arm])) if (~np.isnan(y[z == arm])).any() else 0.0 for arm in (0, 1)}
    without = share[1] - (effect.value or 0.0) if effect.name == "att" else share[0]
    return e_value(effect, without_help=max(without, 0.0))


def of_randomized(z: Array, arrays: Mapping[str, Any], units: Mapping[str, Any]) -> Estimates:
    """Return what the missing could do to the effect of the offer, and the range without each region or team."""
    y, groups = arrays["outcome"], dict[str, Any]({name: arrays.get(name) for name in ("cluster", "why_no_cluster")})

    def effect(rows: NDArray[np.bool_]) -> Estimate:
        clusters = groups["cluster"]
        mine: dict[str, Any] = groups | {"cluster": None if clusters is None else clusters[rows]}
        if len(set(z[rows].tolist())) < 2 or (mine["cluster"] is not None and len(set(mine["cluster"].tolist())) < 2):
            return Estimate(name="itt", why="all that are left are in one arm or one cluster")
        return randomized(outcome=y[rows], assigned=z[rows], **mine)["itt"]

    labels = {kind: np.array(["" if u is None else str(u) for u in given]) for kind, given in units.items()}
    more = {"confidence": arrays["confidence"]} if "confidence" in arrays else {}
    return tipping_points(outcome=y, assigned=z, **groups, **more) + leave_one_out(effect, labels)


def control(z: Array, values: Any, arrays: Mapping[str, Any], estimand: str, seed: int, where: str) -> Estimate:
    """Return the effect of the design on something that the help cannot have changed."""
    try:
        outcome = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{where}, negative_control: this must be a number, and is a word for some cases.") from None
    told = {name: arrays[name] for name in ("cluster", "why_no_cluster")}
    if estimand in ("itt", "cace"):
        return negative_control(randomized(outcome=outcome, assigned=z, **told)["itt"])
    found = adjusted(outcome=outcome, treated=z, covariates=arrays["covariates"], repeats=1, seed=seed, **told)
    return negative_control(found[estimand])


def safe(estimates: Estimates, *, public: bool) -> Estimates:
    """Return the estimates with the range rounded: its digits, beside the whole, would tell of the unit left out."""
    return Estimates(coarse(e) if e.name in DIFFERENCES and not public else e for e in estimates)
