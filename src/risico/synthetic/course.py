"""What happens to the households: help by lot and by need, violence over time, reports, and who is lost from sight.

Everything is drawn as potential outcomes: what would happen with and without each help. The truth is their
difference, so that an analysis can be compared with what really was the case.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from risico.estimate import Estimate, Estimates
from risico.synthetic.assumptions import PROFILES, VALUE
from risico.synthetic.households import Flags, Floats, Households, Ints, Switches

DAYS = {"T1": 365, "T2": 548}
SETTLED = 90  # help starts, and three contacts take place, within these days
CUTS = {"T0": (-2.21, -0.963), "T1": (-1.632, -0.619), "T2": (-1.419, -0.449)}
"""Where latent violence passes into some, and into serious violence: set so that the shares of the table come out."""
MISSES = {"T1": -0.965, "T2": -1.115, "T2_again": 1.85}
"""Log odds of missing a follow-up, set so that the shares held come out."""


@dataclass(frozen=True)
class Course:
    """Arrays with one value per household: what was assigned, received and happened.

    `levels` holds 0 none, 1 below the threshold, 2 serious, by moment; `held` who was followed up; `chances` the
    chance of each outcome by (outcome, help, with help or without).
    """

    incidents: Ints
    assigned: Flags
    complier: Flags
    received: dict[str, Flags]
    offered: Flags
    levels: dict[str, Ints]
    rate: Floats
    ratio: Floats
    held: dict[str, Flags]
    left: Ints
    chances: dict[tuple[str, str, int], Floats]


def draw_course(rng: np.random.Generator, homes: Households, switches: Switches) -> Course:
    """Draw the course of each household and the chances under each help."""
    n = len(homes)
    start = _level(homes.severity + 0.6 * rng.logistic(size=n), "T0")
    incidents = _incidents(rng, start, homes.severity)
    need = indication(incidents)
    assigned = _lot(rng, homes, switches)
    with_lot, without_lot = _takes_up(rng, homes)
    offered = _offered(rng, homes, need, switches)
    trauma = offered & (rng.random(n) > VALUE["refused"]) & (rng.random(n) > VALUE["stopped_early"])
    received = {"systeemhulp": np.where(assigned, with_lot, without_lot), "traumahulp": trauma}
    effects = {name: switches.effect(name, homes.profile) for name in received}
    burden = 0.5 * homes.severity + VALUE["hidden_weight"] * homes.hidden + 0.3 * need + homes.place
    gain = np.sum([effects[name] * received[name] for name in received], axis=0)
    rate = _rate(homes, burden)
    levels, noise = {"T0": start}, rng.logistic(size=n)
    for moment in DAYS:
        levels[moment] = _level(burden - gain + noise, moment)
        noise = np.where(rng.random(n) < 0.7, noise, rng.logistic(size=n))
    potential = {
        "systeemhulp": (effects["systeemhulp"] * without_lot, effects["systeemhulp"] * with_lot),
        "traumahulp": (0 * need, effects["traumahulp"]),
    }
    return Course(
        incidents=incidents,
        assigned=assigned,
        complier=with_lot & ~without_lot,
        received=received,
        offered=offered,
        levels=levels,
        rate=rate,
        ratio=_ratio(gain),
        held=_held(rng, homes, need, levels, switches),
        left=np.where(rng.random(n) < VALUE["left"], rng.integers(30, 548, n), 9999),
        chances={
            key: chance
            for name, pair in potential.items()
            for side in (0, 1)
            for key, chance in _chances(name, side, burden, gain - effects[name] * received[name] + pair[side], rate)
        },
    )


def indication(incidents: Ints) -> Floats:
    """Return the measured need for heavy help, about standard normal: the logarithm of the incidents of a year."""
    return (np.log1p(incidents) - 3.65) / 1.37


def _level(latent: Floats, moment: str) -> Ints:
    return np.searchsorted(CUTS[moment], latent).astype(np.int64)


def _incidents(rng: np.random.Generator, level: Ints, severity: Floats) -> Ints:
    """Draw the incidents of the year before, in line with the level at the start."""
    many = VALUE["serious_from"] + np.exp(3.62 + 0.45 * severity + 0.9 * rng.standard_normal(len(level)))
    return np.select([level == 0, level == 1], [0, rng.integers(1, 22, len(level))], many).astype(np.int64)


def _lot(rng: np.random.Generator, homes: Households, switches: Switches) -> Flags:
    """Draw lots per household, or per worker when households of one worker resemble each other."""
    if not switches.clustered:
        return rng.random(len(homes)) < 0.5
    shuffled = rng.permutation(homes.worker.max() + 1)
    return shuffled[homes.worker] % 2 == 0


def _takes_up(rng: np.random.Generator, homes: Households) -> tuple[Flags, Flags]:
    """Draw who would get the help when the lot offers it, and who would get it anyway; nobody does the opposite."""
    accepts = rng.random(len(homes)) < 1 / (1 + np.exp(-1.45 + 0.3 * homes.severity))
    with_lot = accepts & (rng.random(len(homes)) > VALUE["stopped_early"])
    return with_lot, with_lot & (rng.random(len(homes)) < VALUE["always_takers"])


def _offered(rng: np.random.Generator, homes: Households, need: Floats, switches: Switches) -> Flags:
    """Heavier cases are offered the heavier help; with unmeasured severity also for what no form shows."""
    odds = np.log(VALUE["indication_odds"])
    logit = -0.6 + odds * need + 0.3 * homes.poverty + (odds * homes.hidden if switches.unmeasured_severity else 0)
    return rng.random(len(homes)) < 1 / (1 + np.exp(-logit))


def _rate(homes: Households, burden: Floats) -> Floats:
    """Return the expected reports per year without help; regions register differently."""
    spread = np.linspace(VALUE["rereport_region_low"], VALUE["rereport_region_high"], 6)
    return 0.95 * -np.log(1 - VALUE["rereport_year"]) * spread[homes.region] * np.exp(0.4 * (burden - homes.place))


def _ratio(gain: Floats) -> Floats:
    return np.exp(np.log(VALUE["rereport_ratio"]) * gain / VALUE["effect"])


def _held(
    rng: np.random.Generator, homes: Households, need: Floats, levels: dict[str, Ints], switches: Switches
) -> dict[str, Flags]:
    """Draw who was followed up: loss depends on what is measured, or with the switch on how it went."""
    n = len(homes)

    def misses(start: Floats | float, moment: str) -> Flags:
        drift = 2.0 * (levels[moment] == 2) - 1.2 if switches.loss_by_outcome else 0.0
        return rng.random(n) < 1 / (1 + np.exp(-(start + 0.4 * need + 0.3 * (homes.poverty - 0.5) + drift)))

    first = misses(MISSES["T1"], "T1")
    second = misses(np.where(first, MISSES["T2_again"], MISSES["T2"]), "T2")
    return {"T1": ~first, "T2": ~second}


def _chances(
    name: str, side: int, burden: Floats, gain: Floats, rate: Floats
) -> list[tuple[tuple[str, str, int], Floats]]:
    """Return the chance of each outcome when the helps together lower the burden by `gain`."""
    out: dict[str, Floats] = {}
    for moment, (some, serious) in ((m, CUTS[m]) for m in DAYS):
        out[f"stopped_{moment.lower()}"] = 1 / (1 + np.exp(burden - gain - some))
        out[f"serious_{moment.lower()}"] = 1 / (1 + np.exp(serious - burden + gain))
    late = rate * _ratio(gain) * (365 - SETTLED) / 365
    out["rereport_91_365"] = 1 - np.exp(-late)
    out["rereport_1_365"] = 1 - np.exp(-late - rate * SETTLED / 365)
    return [((outcome, name, side), chance) for outcome, chance in out.items()]


def truth(homes: Households, course: Course) -> Estimates:
    """Return the true effects: risk differences of these very households, overall and by true profile.

    By lot: `itt` and `cace` of systeemhulp. By need: `ate` and `att` of traumahulp.
    """
    everyone = np.ones(len(homes), bool)
    asked = (
        ("itt", "systeemhulp", everyone),
        ("cace", "systeemhulp", course.complier),
        ("ate", "traumahulp", everyone),
        ("att", "traumahulp", course.received["traumahulp"]),
    )
    outcomes = dict.fromkeys(outcome for outcome, _, _ in course.chances)
    groups = {"all": everyone} | {name: homes.profile == k for k, name in enumerate(PROFILES)}
    return Estimates(
        _difference(name, course, (outcome, help_), profile, among & group)
        for name, help_, among in asked
        for outcome in outcomes
        for profile, group in groups.items()
    )


def _difference(name: str, course: Course, what: tuple[str, str], profile: str, among: Flags) -> Estimate:
    by = {"profile": profile, "intervention": what[1], "outcome": what[0]}
    if not among.any():
        return Estimate(name=name, n=0, by=by, why="no household of this region belongs here")
    change = course.chances[(*what, 1)] - course.chances[(*what, 0)]
    method = "mean difference of the potential chances"
    return Estimate(name=name, value=float(change[among].mean()), n=int(among.sum()), by=by, method=method)
