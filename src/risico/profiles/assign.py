"""The rule itself, on arrays: points, completeness, core, candidates, label. family_profiles section 4.1 to 4.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risico.instrument.conditions import Condition
from risico.profiles.rule import ProfileRule

Arrays = dict[str, NDArray[Any]]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MIXED, UNCLASSIFIED = "gemengd", "niet_ingedeeld"
STATUSES: Final = ("control_not_assessed", "unclassified", "mixed", "several", "open", "one_profile")
"""What can be said of a label; `open` is one candidate that the blanks could still change."""
TINY = 1e-9  # points are fractions of weights: 50 may arrive as 49.999999999999


def assign(codes: Mapping[str, Floats], rule: ProfileRule) -> Arrays:
    """Apply the rule to arrays of codes by indicator (NaN is open); family_profiles section 4.1 to 4.3."""
    everything = {name: codes[one.reverse_of or name] for name, one in rule.indicators.items()}
    points = {slug: _points(slug, everything, rule) for slug in rule.profiles}
    out = {f"{slug}_{name}": values for slug, found in points.items() for name, values in found.items()}
    out |= _label(points, rule)
    control = everything[rule.control]
    sure = _sure(points, rule)
    out["status"] = np.select(
        [
            np.isnan(control),
            out["label"] == UNCLASSIFIED,
            out["label"] == MIXED,
            out["secondary"] != "",
            ~sure,
        ],
        STATUSES[:5],
        STATUSES[5],
    )
    leading = [slug for slug, named in rule.profiles.items() if named.safety_leading]
    first = np.any([points[slug]["candidate"] for slug in leading], axis=0)
    ruled_out = np.all([points[slug]["core"] == 0 for slug in leading], axis=0)
    out["safety_leading"] = np.where(np.isnan(control) & ~first & ~ruled_out, np.nan, first)  # not asked is not clear
    out["control_assessed"] = ~np.isnan(control)
    out["no_joint_sessions"] = first | ~(control == 0)
    out["ask_trauma"] = np.any([_ask(name, everything, points, rule) for name in rule.checks], axis=0)
    return out


def _points(slug: str, codes: Mapping[str, Floats], rule: ProfileRule) -> dict[str, NDArray[Any]]:
    """Points, their bounds, completeness, core and candidacy of one profile."""
    own = {name: one for name, one in rule.indicators.items() if one.profile == slug}
    weights = np.array([[one.weight] for one in own.values()], dtype=np.float64)
    worth = np.array([2 - codes[n] if one.reverse or one.reverse_of else codes[n] for n, one in own.items()])
    open_ = np.isnan(worth)
    assessed, gained = (weights * ~open_).sum(axis=0), (weights * np.where(open_, 0, worth)).sum(axis=0)
    yes, no = truth(rule.profiles[slug].core, codes)
    if not rule.decision.gates:
        yes, no = np.ones_like(yes), np.zeros_like(no)
    cap, total = rule.decision.cap, weights.sum()
    free = np.full_like(gained, np.nan)
    np.divide(50 * gained, assessed, out=free, where=assessed > 0)
    points = np.where(no, np.minimum(free, cap), free)
    low, high = 50 * gained / total, 50 * (gained + 2 * (total - assessed)) / total
    share = assessed / total
    enough = share >= rule.decision.completeness - TINY
    return {
        "p": points,
        "p_low": np.where(yes, low, np.minimum(low, cap)),
        "p_high": np.where(no, np.minimum(high, cap), high),
        "c": share,
        "core": np.select([yes, no], [1.0, 0.0], np.nan),
        "candidate": yes & enough & (np.nan_to_num(points) >= rule.decision.candidate_from - TINY),
    }


def truth(condition: Condition, codes: Mapping[str, Floats]) -> tuple[Flags, Flags]:
    """Where a condition certainly holds, and where it certainly fails, whatever the blanks are."""
    if condition.item is not None:
        values = codes[condition.item]
        holds = np.select([values == code for code in (0, 1, 2)], [condition.holds(code) for code in (0, 1, 2)], False)
        return holds & ~np.isnan(values), ~holds & ~np.isnan(values)
    parts = [truth(part, codes) for part in condition.parts]
    yes, no = np.array([part[0] for part in parts]), np.array([part[1] for part in parts])
    if condition.not_ is not None:
        return no[0, :], yes[0, :]
    if condition.all is not None:
        return np.logical_and.reduce(yes), np.logical_or.reduce(no)
    needed = 1 if condition.any is not None else condition.at_least or 0
    return np.count_nonzero(yes, axis=0) >= needed, np.count_nonzero(~no, axis=0) < needed


def _label(points: Mapping[str, dict[str, NDArray[Any]]], rule: ProfileRule) -> Arrays:
    """Choose primary and secondary; candidates in order of points, equal points in the order of the file."""
    slugs = np.array(list(points))
    scores = np.array([np.where(found["candidate"], found["p"], -1) for found in points.values()])
    order = np.argsort(-np.round(scores, 9), axis=0, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=0)
    count = (scores >= 0).sum(axis=0)
    mixed = (count > 1) & (ranked[0] - ranked[1] < rule.decision.mixed_within - TINY)
    primary = np.where(count > 0, slugs[order[0]], "")
    secondary = ["+".join(slugs[column[1:n]]) if n > 1 else "" for column, n in zip(order.T, count, strict=True)]
    label = np.select([count == 0, mixed], [UNCLASSIFIED, MIXED], primary)
    return {"label": label, "primary": primary, "secondary": np.array(secondary, dtype=object)}


def _sure(points: Mapping[str, dict[str, NDArray[Any]]], rule: ProfileRule) -> Flags:
    """Where exactly one profile is a candidate under every possible filling-in of the blanks."""
    line = rule.decision.candidate_from - TINY
    must = np.array([p["candidate"] & (p["p_low"] >= line) for p in points.values()])
    may = np.array([(p["core"] != 0) & (p["p_high"] >= line) for p in points.values()])
    return (must.sum(axis=0) == 1) & (may.sum(axis=0) == 1)


def _ask(
    name: str, codes: Mapping[str, Floats], points: Mapping[str, dict[str, NDArray[Any]]], rule: ProfileRule
) -> Flags:
    """The check question is asked when the sign is there, or was not looked at in a family of that profile."""
    candidate = points[rule.indicators[name].profile]["candidate"]
    return (codes[name] >= 1) | (np.isnan(codes[name]) & candidate)
