"""Who lives in the region: households of all ages, their members, what burdens them and how the violence goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from risico.synthetic.assumptions import EFFECTS, ONLY_WITH_CHILDREN, PROFILES, VALUE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[Any]
KINDS = ("family", "couple", "elder")
REGIONS, TEAMS_EACH, WORKERS_EACH = 6, 2, 8
LOGISTIC_SD = np.pi / np.sqrt(3)


@dataclass(frozen=True)
class Switches:
    """Which assumptions of an analysis the region breaks."""

    unmeasured_severity: bool = False
    loss_by_outcome: bool = False
    misjudged: bool = False
    clustered: bool = False
    effects: Literal["by_profile", "equal", "none"] = "by_profile"

    def effect(self, help_: str, profile: Ints) -> Floats:
        """Return the effect of a help on the logit scale for households of these profiles."""
        times = np.array([EFFECTS[help_][name] for name in PROFILES])[profile]
        times = {"by_profile": times, "equal": np.ones(len(profile)), "none": np.zeros(len(profile))}[self.effects]
        return VALUE["effect"] * times


@dataclass(frozen=True)
class Households:
    """Arrays with one value per household; `hidden` is severity that no form measures."""

    kind: Ints
    profile: Ints
    secondary: Ints
    severity: Floats
    hidden: Floats
    poverty: Flags
    region: Ints
    team: Ints
    worker: Ints
    place: Floats
    children: Ints
    assessed: Ints

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def cases(self) -> Words:
        """Case numbers."""
        return np.char.add("c", np.char.zfill(np.arange(1, len(self) + 1).astype(str), 6))

    @property
    def workers(self) -> Words:
        """The code of each household's worker."""
        return worker_codes(self.worker)


def worker_codes(worker: Ints) -> Words:
    """Return the codes of workers."""
    return np.char.add("w", np.char.zfill(worker.astype(str), 3))


@dataclass(frozen=True)
class Members:
    """Arrays with one value per person; `household` is the place of the household."""

    household: Ints
    number: Ints
    role: Words
    age: Ints
    sex: Words
    alcohol: Flags

    def ids(self, cases: Words) -> Words:
        """Person numbers, unique in the region."""
        return np.char.add(np.char.add(cases[self.household], "p"), self.number.astype(str))


def draw_households(rng: np.random.Generator, n: int, switches: Switches) -> Households:
    """Draw n households: kind, profile, severity, region, team and worker."""
    kind = rng.choice(len(KINDS), n, p=[VALUE[f"share_{kind}"] for kind in KINDS])
    profile = _profiles(rng, kind)
    severity, hidden = rng.standard_normal((2, n))
    team = rng.integers(0, REGIONS * TEAMS_EACH, n)
    worker = team * WORKERS_EACH + rng.integers(0, WORKERS_EACH, n)
    region = team // TEAMS_EACH
    place = _cluster(rng, VALUE["region_icc"], REGIONS)[region]
    lean = _cluster(rng, VALUE["worker_icc"], REGIONS * TEAMS_EACH * WORKERS_EACH)[worker]
    return Households(
        kind=kind,
        profile=profile,
        secondary=_second(rng, kind, profile),
        severity=severity,
        hidden=hidden,
        poverty=rng.random(n) < VALUE["poverty"],
        region=region,
        team=team,
        worker=worker,
        place=place + (lean if switches.clustered else 0),
        children=np.where(kind == 0, 1 + rng.binomial(2, 0.4, n), 0),
        assessed=rng.integers(14, 730, n),
    )


def _profiles(rng: np.random.Generator, kind: Ints) -> Ints:
    """Draw a profile that the household can have, so that the shares hold over all households."""
    shares = np.array([VALUE[f"share_{name}"] for name in PROFILES])
    child = np.isin(PROFILES, ONLY_WITH_CHILDREN)
    family = np.where(child, shares / VALUE["share_family"], shares)
    family[~child] *= (1 - family[child].sum()) / shares[~child].sum()
    other = np.where(child, 0, shares) / shares[~child].sum()
    bounds = np.where(kind[:, None] == 0, family.cumsum(), other.cumsum())
    return (rng.random(len(kind))[:, None] > bounds[:, :-1]).sum(axis=1)


def _second(rng: np.random.Generator, kind: Ints, profile: Ints) -> Ints:
    """Draw another profile for a quarter of those that have one; -1 is none."""
    possible = np.where(kind == 0, 5, 3)
    other = rng.integers(0, possible - 1)
    other += other >= profile
    return np.where((rng.random(len(kind)) < VALUE["share_secondary"]) & (profile < 5), other, -1)


def _cluster(rng: np.random.Generator, icc: float, k: int) -> Floats:
    return rng.standard_normal(k) * LOGISTIC_SD * np.sqrt(icc / (1 - icc))


def draw_members(rng: np.random.Generator, homes: Households) -> Members:
    """Draw adults, children and the old of each household."""
    n, everyone = len(homes), np.arange(len(homes))
    elder, family = homes.kind == 2, homes.kind == 0
    second = ~family | (rng.random(n) < 0.7)
    grown = elder & (rng.random(n) < 0.5)
    age_one = np.where(elder, rng.integers(66, 95, n), rng.integers(20, 60, n))
    age_two = np.clip(age_one + rng.integers(-5, 6, n), 18, 99)
    blocks = [
        (everyone, np.where(elder, "elder", np.where(family, "parent", "partner")), age_one, 0.9),
        (everyone[second], np.where(family, "parent", "partner")[second], age_two[second], 0.1),
        (everyone[grown], np.full(grown.sum(), "adult_child"), rng.integers(25, 60, grown.sum()), 0.1),
    ]
    for born in range(3):
        has = everyone[homes.children > born]
        blocks.append((has, np.full(len(has), "child"), rng.integers(0, 18, len(has)), 0.5))
    household = np.concatenate([block[0] for block in blocks])
    order = np.argsort(household, kind="stable")
    household = household[order]
    women = np.concatenate([np.full(len(block[0]), block[3]) for block in blocks])[order]
    sex = np.where(rng.random(len(order)) < women, "f", "m")
    age = np.concatenate([block[2] for block in blocks])[order]
    drinks = np.where(sex == "m", VALUE["alcohol_men"], VALUE["alcohol_women"])
    return Members(
        household=household,
        number=1 + np.arange(len(household)) - np.searchsorted(household, household),
        role=np.concatenate([block[1] for block in blocks])[order],
        age=age,
        sex=sex,
        alcohol=(age >= 18) & (rng.random(len(household)) < drinks),
    )
