"""Funnel plots of units (teams, regions): only after case mix, only after over-dispersion, and never a ranking.

Two teams with other families have other outcomes. And teams that differ a little, as all do, all lie outside a funnel
that knows chance alone, if only they are large enough. A unit outside is a question to ask, not a mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risico.errors import Refused, UsageError
from risico.estimate import Estimate, Estimates
from risico.monitoring._inputs import Array, labels, numbers
from risico.numbers.funnel import LEAST, between, error_of_ratio, overdispersion

SPIEGELHALTER = "Spiegelhalter (2005)"
FEW, FEWEST_UNITS, BEYOND = 10, 5, 2.0
BANDS = (2, 3)  # standard errors
NO_CASE_MIX = "not adjusted for case mix: units can differ because their families differ"


@dataclass(frozen=True, kw_only=True)
class Units:
    """Per unit what was observed, of how many, and what was expected from its case mix; (k,) each.

    `case_mix` says what was adjusted for. Where that cannot be done, `why_no_case_mix` says why: then each unit is
    expected to be as all together, or as `benchmark`, a published share; and every number carries that caution.
    Raises Refused when neither is said.

    >>> Units(unit=["A", "B"], observed=[20, 30], of=[100, 100], why_no_case_mix="published totals only").expected
    array([25., 25.])
    """

    unit: Sequence[str]
    observed: ArrayLike
    of: ArrayLike
    expected: ArrayLike | None = None
    case_mix: str = ""
    why_no_case_mix: str = ""
    benchmark: float | None = None

    def __post_init__(self) -> None:
        if bool(self.case_mix) != (self.expected is not None) or bool(self.case_mix) == bool(self.why_no_case_mix):
            raise Refused(
                "case mix: a funnel compares units only after what their families brought along. What is missing is "
                "how many were expected in each unit, from a declared model or by indirect standardisation "
                "(risico.monitoring.standardised).\nGive `expected` and say in `case_mix` what it rests on; or say in "
                "`why_no_case_mix` why it cannot be known, and every number will carry that."
            )
        names = labels("unit", self.unit, len(self.unit)).tolist()
        if len(set(names)) < len(names):
            raise UsageError("unit: each stands there once. Add up what belongs together.")
        observed, of = numbers("observed", self.observed, len(names)), numbers("of", self.of, len(names))
        if not len(names) or np.isnan(of).any() or (of <= 0).any():
            raise UsageError("of: at least one unit, each with the number of its families, above 0.")
        if self.benchmark is not None and (self.case_mix or not 0 < self.benchmark < 1):
            raise UsageError("benchmark: a share between 0 and 1, only where nothing is expected from case mix.")
        common = observed.sum() / of.sum() if self.benchmark is None else self.benchmark
        expected = of * common if self.expected is None else numbers("expected", self.expected, len(names))
        if np.isnan([observed, of, expected]).any() or (observed < 0).any() or (observed > of).any():
            raise UsageError("observed: known for each unit, and between 0 and the number that it is a part of.")
        if (expected <= 0).any() or (expected >= of).any():
            raise UsageError("expected: above 0 and below the number of families of the unit.")
        for name, column in (("unit", tuple(names)), ("observed", observed), ("of", of), ("expected", expected)):
            object.__setattr__(self, name, column)


def standardised(outcome: ArrayLike, unit: ArrayLike, strata: Mapping[str, ArrayLike]) -> Units:
    """Return units with what is expected of each by indirect standardisation over strata.

    `outcome` (n,) is 0 or 1, one per family; `unit` (n,) and each of `strata` (n,) are labels, known at the start. The
    share of all families of a stratum is what is expected of each of its families.

    >>> kind = ["light", "heavy"] * 40
    >>> found = standardised([0, 1] * 40, ["A"] * 40 + ["B"] * 40, {"severity": kind})
    >>> found.unit, found.case_mix
    (('A', 'B'), 'indirect standardisation by severity')
    """
    y = numbers("outcome", outcome)
    if not np.isin(y, (0.0, 1.0)).all():
        raise UsageError("outcome: 0 or 1 for each family. Leave out who is not known, and report how many.")
    if not len(y):
        raise UsageError("outcome: there is no family.")
    if not strata:
        raise Refused("case mix: name at least one stratum known at the start, such as severity or family profile.")
    told = [labels(name, values, len(y)) for name, values in strata.items()]
    cells = np.unique(np.stack(told, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    share = np.bincount(cells, weights=y) / np.bincount(cells)
    names, place = np.unique(labels("unit", unit, len(y)), return_inverse=True)
    return Units(
        unit=names.tolist(),
        observed=np.bincount(place, weights=y),
        of=np.bincount(place),
        expected=np.bincount(place, weights=share[cells]),
        case_mix=f"indirect standardisation by {', '.join(strata)}",
    )


def funnel(units: Units, *, order: Literal["name", "size"] = "name") -> Estimates:
    """Return how far each unit lies from what was expected of it, before and after over-dispersion.

    Estimates, per unit in order of name or size and never of outcome: `standardised_ratio`, observed over expected,
    with `at` what was expected to two figures; `z_before` and `z_after`, its distance from 1 in standard errors, by
    chance alone and with the differences that units have anyway. For all: `overdispersion` (1: chance alone),
    `overdispersion_tau` (the spread of true ratios), `units_outside` beyond ±2 before and after, and `funnel_limits`,
    two and three standard errors after over-dispersion, along what was expected.

    Units with fewer than 10 with or without the outcome have no number; below 5 units nothing is known of
    over-dispersion, and nobody is compared. Spiegelhalter (2005), Statistics in Medicine 24:1185.

    >>> found = funnel(Units(unit=list("ABCDEF"), observed=[20, 30, 25, 40, 15, 20], of=[100] * 6,
    ...                      why_no_case_mix="published totals only"))
    >>> [round(found.where(unit="D")[name].value, 2) for name in ("standardised_ratio", "z_before", "z_after")]
    [1.6, 3.46, 1.68]
    """
    observed, of, expected = (np.asarray(x, dtype=np.float64) for x in (units.observed, units.of, units.expected))
    caution = NO_CASE_MIX if units.why_no_case_mix else None
    large = (np.minimum(observed, of - observed) >= FEW) & (np.minimum(expected, of - expected) >= FEW)
    ratio, error = observed / expected, error_of_ratio(expected, of)
    z = (ratio - 1) / error
    phi = overdispersion(z[large]) if large.sum() >= FEWEST_UNITS else None
    tau2 = between(phi, error[large]) if phi is not None else None
    after = (ratio - 1) / np.sqrt(error**2 + (tau2 or 0.0))
    found: list[Estimate] = []
    for i in _in_order(units.unit, of, order):
        told = (ratio[i], z[i], after[i]) if large[i] else None
        found += _unit(units, i, float(of[i]), float(expected[i]), told, tau2, caution)
    found += _spread(phi, tau2, int(large.sum()), caution)
    found += _outside(z[large], after[large], tau2, caution)
    return Estimates([*found, *_limits(expected[large], of[large], tau2, caution)])


def _in_order(unit: Sequence[str], of: Array, order: str) -> list[int]:
    if order not in ("name", "size"):
        raise UsageError("order: by name or size. Units are never ranked by outcome.")
    return sorted(range(len(of)), key=lambda i: (of[i], unit[i]) if order == "size" else (0.0, unit[i]))


def _unit(
    units: Units,
    i: int,
    n: float,
    expected: float,
    told: tuple[float, float, float] | None,
    tau2: float | None,
    caution: str | None,
) -> Iterator[Estimate]:
    few = f"fewer than {FEW} with or without it, seen or expected: too few to compare"
    share = "as all units together" if units.benchmark is None else f"{units.benchmark:g} of each"
    how = units.case_mix or f"expected {share}"
    methods = (
        ("standardised_ratio", f"observed over expected; {how}"),
        ("z_before", "distance from 1 in binomial standard errors"),
        ("z_after", "distance from 1, additive random effects"),
    )
    digits = 1 - int(np.floor(np.log10(expected)))
    for k, (name, method) in enumerate(methods):
        by, at = {"unit": units.unit[i]}, round(expected, digits) if k == 0 else None
        value, why = (None, few) if told is None else (float(told[k]), caution)
        if name == "z_after" and tau2 is None and told is not None:
            value, why = None, FEW_UNITS
        yield Estimate(
            name=name, value=value, n=round(n), method=method, source=SPIEGELHALTER, by=by, at=at, why=why
        )  # fmt: skip


FEW_UNITS = f"fewer than {FEWEST_UNITS} units that are large enough: how much units differ anyway is not known"


def _spread(phi: float | None, tau2: float | None, k: int, caution: str | None) -> Iterator[Estimate]:
    why = FEW_UNITS if phi is None else caution
    method = f"average squared z of {k} units" + ", outer tenths drawn in" * (k >= LEAST)
    yield Estimate(name="overdispersion", value=phi, method=method, source=SPIEGELHALTER, why=why)
    value = None if tau2 is None else tau2**0.5
    method = "standard deviation of true ratios, moment estimate"
    yield Estimate(name="overdispersion_tau", value=value, method=method, source=SPIEGELHALTER, why=why)


def _outside(z: Array, after: Array, tau2: float | None, caution: str | None) -> Iterator[Estimate]:
    method = f"number of {len(z)} units beyond ±{BEYOND:g}; chance alone gives about one in twenty-two"
    for when, scores in (("before", z), ("after", after)):
        known = when == "before" or tau2 is not None
        yield Estimate(
            name="units_outside",
            value=float((np.abs(scores) > BEYOND).sum()) if known else None,
            method=method,
            source=SPIEGELHALTER,
            by={"when": when},
            why=caution if known else FEW_UNITS,
        )


def _limits(expected: Array, of: Array, tau2: float | None, caution: str | None) -> Iterator[Estimate]:
    """Yield the limits along what is expected, with the share of all units for the binomial error."""
    if tau2 is None:
        return
    share = float(expected.sum() / of.sum())
    along: NDArray[np.float64] = np.geomspace(expected.min() * 0.9, expected.max() * 1.1, 40)
    error = np.sqrt((1 - share) / along + tau2)
    for reach in BANDS:
        for at, half in zip(along.tolist(), (reach * error).tolist(), strict=True):
            yield Estimate(
                name="funnel_limits", value=1.0, low=max(0.0, 1 - half), high=1 + half, source=SPIEGELHALTER,
                method=f"{reach} standard errors, additive random effects", by={"limits": str(reach)}, at=at,
                why=caution,
            )  # fmt: skip
