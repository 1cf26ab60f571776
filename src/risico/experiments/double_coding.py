"""Do two people who code one family independently give it the same profile? Below the limit nothing may rest on it.

The limits are those of evidence_standards 2.3, a proposal: a weighted kappa of .70 to analyse, .60 to analyse with a
warning, below it no table per profile; at least 50 families coded twice, 5 of each profile, blind, and so per region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.profiles import MIXED, UNCLASSIFIED, ProfileRule, load, profile
from risico.reliability import agreement
from risico.study import Coding

ANALYSE, WARN = 0.70, 0.60
FAMILIES, OF_EACH = 50, 5
BLOCKED, WARNED, ALLOWED = 0.0, 0.5, 1.0
TOO_FEW: Final = "fewer than 50 families were coded by two people independently"
TOO_FEW_OF_ONE: Final = "fewer than 5 families of some profile were coded by two people independently"
TOO_LOW: Final = "agreement between coders is below .60"
BARELY: Final = "agreement between coders is below .70"
NO_KAPPA: Final = "agreement between coders could not be computed"
BESIDE: Final = " / "
METHOD: Final = "1 analyse, 0.5 analyse with a warning, 0 no table per profile"
SOURCE: Final = "our proposal; .70 after COSMIN (Mokkink et al. 2018)"
REPORTED: Final = ("gwet_ac1", "cohen_kappa", "percent_agreement")


def double_coding(forms: Any, told: Coding, region: NDArray[Any] | None = None) -> Estimates:
    """Return how alike first and second coder are, per indicator and for the profile, and what may rest on it.

    `forms` is a frame with `case`, the column of the position and the columns of the rule. `coded_twice` counts the
    families; by `indicator` `cohen_kappa_quadratic`; for the label `gwet_ac1`, `cohen_kappa`, `percent_agreement` and
    `coded_pair`, counts by `pair` (first / second; an order nobody chose); `coding_allows` is 1, 0.5 or 0 with why.
    With a region all but the counts for the label by region too: coders of one region say nothing of another's.

    Joint codings and those that were not blind are left out. Raises UsageError for a missing column, or two first
    codings of one family.
    """
    rule = load()
    judged = profile(forms)
    first, second, n = _pairs(judged, told)
    codes = {name: judged[f"{rule.id}_{name}"].to_list() for name in rule.asked}
    labels = judged[f"{rule.id}_label"].to_list()
    out = [Estimate(name="coded_twice", value=float(len(first)), n=n, method="count of families")]
    for name, values in codes.items():
        pair = {"first": [values[i] for i in first], "second": [values[i] for i in second]}
        out.append(_weighted(pair, name))
    pair = {"first": [labels[i] for i in first], "second": [labels[i] for i in second]}
    out += _label(pair, rule, {})
    out += _confused(pair)
    if region is not None:
        for name in sorted({str(one) for one in region[first].tolist() if one is not None}):
            here = [k for k, i in enumerate(first) if str(region[i]) == name]
            out += _label({side: [values[k] for k in here] for side, values in pair.items()}, rule, {"region": name})
    return Estimates(out)


def _pairs(judged: Any, told: Coding) -> tuple[list[int], list[int], int]:
    """Return the rows of the first and the second coding of each family that has both, and how many have a first."""
    asked = ["case", told.position, *([told.blind] if isinstance(told.blind, str) else [])]
    lacking = [name for name in asked if name not in judged.columns]
    if lacking:
        raise UsageError(
            f"coding: the forms have no column '{lacking[0]}'.\n"
            "Without it nobody can tell which codings were made independently. Name the column as the file does."
        )
    blind = judged[told.blind].to_list() if isinstance(told.blind, str) else [True] * len(judged)
    found: dict[str, dict[Any, int]] = {"first": {}, "second": {}}
    for row, (case, position, alone) in enumerate(
        zip(judged["case"].to_list(), judged[told.position].to_list(), blind, strict=True)
    ):
        if position in found and alone is True:
            if case in found[position]:
                raise UsageError(f"coding: some families have two codings that are both '{position}'. Which counts?")
            found[position][case] = row
    both = [case for case in found["first"] if case in found["second"]]
    first, second = ([found[side][case] for case in both] for side in ("first", "second"))
    return first, second, len(found["first"])


def _weighted(pair: Mapping[str, Sequence[Any]], name: str) -> Estimate:
    rows = _known(pair)
    by = {"indicator": name}
    if not rows["first"]:
        return Estimate(name="cohen_kappa_quadratic", n=0, by=by, why="no family has two codes of this indicator")
    found = agreement(rows, scale="ordinal", weights="quadratic", levels=[0, 1, 2])
    return replace(next(e for e in found if e.name == "cohen_kappa_quadratic"), by=by)


def _known(pair: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Return the pairs in which both coders filled something in."""
    kept = [(a, b) for a, b in zip(pair["first"], pair["second"], strict=True) if a is not None and b is not None]
    return {"first": [a for a, _ in kept], "second": [b for _, b in kept]}


def _label(pair: Mapping[str, Sequence[Any]], rule: ProfileRule, by: Mapping[str, str]) -> Iterator[Estimate]:
    rows = _known(pair)
    n, kappa = len(rows["first"]), None
    if n:
        found = agreement(rows, levels=[*rule.profiles, MIXED, UNCLASSIFIED])
        told = [replace(e, by={"of": "profile_label", **by}) for e in found if e.name in REPORTED]
        kappa = next(e for e in told if e.name == "cohen_kappa")
        yield from told
    why = _against(rows, kappa, rule)
    value = ALLOWED if why is None else WARNED if why == BARELY else BLOCKED
    yield Estimate(name="coding_allows", value=value, by=by, method=METHOD, source=SOURCE, why=why)


def _against(rows: Mapping[str, Sequence[Any]], kappa: Estimate | None, rule: ProfileRule) -> str | None:
    """Return the first reason why nothing, or little, may rest on the coding; None where there is none."""
    if len(rows["first"]) < FAMILIES:
        return TOO_FEW
    if min(list(rows["first"]).count(slug) for slug in rule.profiles) < OF_EACH:
        return TOO_FEW_OF_ONE
    if kappa is None or kappa.value is None:
        return NO_KAPPA
    if kappa.value < WARN:
        return TOO_LOW
    return None if kappa.value >= ANALYSE else BARELY


def _confused(pair: Mapping[str, Sequence[Any]]) -> Iterator[Estimate]:
    """Count the families by the two labels they got."""
    rows = _known(pair)
    pairs = np.array([f"{a}{BESIDE}{b}" for a, b in zip(rows["first"], rows["second"], strict=True)])
    for told, k in zip(*np.unique(pairs, return_counts=True), strict=True):
        yield Estimate(
            name="coded_pair", value=float(k), n=len(pairs), method="count of families", by={"pair": str(told)}
        )
