"""What is filled in on the forms: item answers in line with severity, and the indicators of the profile rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.synthetic.assumptions import LEVELS, VALUE
from risico.synthetic.course import Course
from risico.synthetic.households import Flags, Floats, Households, Ints, Members, Switches

Columns = dict[str, NDArray[Any]]
LETTERS = "tslkc"
ASKED = {"t": range(1, 9), "s": (1, 2, 3, 4, 6, 7), "l": range(1, 8), "k": range(1, 8), "c": range(1, 7)}
"""The indicators that are asked; s5 and c7 are t1 turned round."""
INDICATORS = tuple(f"{letter}{number}" for letter in LETTERS for number in ASKED[letter])
CORE = {"t": ("t1",), "s": ("s1", "s2"), "l": ("l1", "l2"), "k": ("k1", "k2"), "c": ("c1", "c2")}
ABOUT_CHILDREN = ("t7", "s6", "k1", "k2", "k3", "k4", "k5", "k7", "c2", "c5")
SDQ_REVERSED = (7, 11, 14, 21, 25)
SDQ_PROSOCIAL = (1, 4, 9, 17, 20)
OWN, SECOND, BACKGROUND = (0.04, 0.18), (0.20, 0.55), (0.74, 0.92)
"""Chance of code 0, and of 0 or 1, for indicators of the own profile, the second profile and all others (assumed)."""


def blanks(rng: np.random.Generator, answers: Floats) -> Floats:
    """Leave some answers open; an open answer is NaN here and empty in the frame."""
    return np.where(rng.random(answers.shape) < VALUE["blank"], np.nan, answers)


def phq9(rng: np.random.Generator, mood: Floats) -> Columns:
    """Draw the ten answers of each person whose low mood is `mood` (standard normal in need of help)."""
    latent = 0.8 * mood[:, None] + 0.6 * rng.standard_normal((len(mood), 10))
    hard = np.array([0.0, 0.0, -0.2, -0.4, 0.1, 0.1, 0.1, 0.6, 1.2, 0.2])
    codes = np.searchsorted((-0.1, 0.7, 1.4), latent - hard).astype(float)
    return _items("phq9", blanks(rng, codes))


def sdq(rng: np.random.Generator, trouble: Floats) -> Columns:
    """Draw the 25 answers of a parent about each child whose difficulties are `trouble`."""
    sign = np.array([-1.0 if item in (*SDQ_REVERSED, *SDQ_PROSOCIAL) else 1.0 for item in range(1, 26)])
    weight = np.array([0.4 if item in SDQ_PROSOCIAL else 0.6 for item in range(1, 26)])
    latent = sign * (weight * trouble[:, None] + 0.8 * rng.standard_normal((len(trouble), 25)))
    low, high = np.where(sign > 0, 0.2, -1.0), np.where(sign > 0, 1.0, -0.1)
    codes = (latent > low).astype(float) + (latent > high)
    return _items("sdq", blanks(rng, codes))


def odara(rng: np.random.Generator, severity: Floats) -> Columns:
    """Draw the thirteen items; invented answers, not the rates of the published table."""
    usual = np.array([-0.6, -0.9, -1.8, -1.3, -0.6, -1.3, 0.2, 0.4, -0.9, -0.8, -0.3, -1.6, 0.5])
    chance = 1 / (1 + np.exp(-(usual + 0.7 * severity[:, None])))
    return _items("odara", blanks(rng, (rng.random(chance.shape) < chance).astype(float)))


def _items(instrument: str, codes: Floats) -> Columns:
    return {f"{instrument}_{item}": codes[:, item - 1] for item in range(1, codes.shape[1] + 1)}


def indicators(rng: np.random.Generator, homes: Households) -> Columns:
    """Draw what is really the case on each indicator of the profile rule: 0, 1 or 2."""
    n, out = len(homes), dict[str, NDArray[Any]]()
    for name in INDICATORS:
        k = LETTERS.index(name[0])
        own, second = homes.profile == k, homes.secondary == k
        bounds = np.where(own[:, None], OWN, np.where(second[:, None], SECOND, BACKGROUND))
        code = (rng.random(n)[:, None] > bounds).sum(axis=1).astype(float)
        out[name] = np.where(own, 2.0, np.where(second, np.maximum(code, 1), code)) if name in CORE[name[0]] else code
    out["k6"] = np.where(homes.profile == LETTERS.index("k"), 2 - out["k6"], rng.integers(0, 3, n))
    return out


def coded(rng: np.random.Generator, homes: Households, real: Columns, switches: Switches) -> Columns:
    """Code the indicators as one worker would: some wrong, some left open, absent about children who are not there."""
    wrong = VALUE["miscoded"] * (10 if switches.misjudged else 1)
    out: Columns = {}
    for name, code in real.items():
        seen = np.where(rng.random(len(homes)) < wrong, rng.integers(0, 3, len(homes)), code)
        open_ = rng.random(len(homes)) < VALUE["not_assessed"]
        absent = (homes.children == 0) & (name in ABOUT_CHILDREN)
        out[f"gezinsprofiel_{name}"] = np.where(absent, 0, np.where(open_, np.nan, seen))
    return out


def lived_through(rng: np.random.Generator, people: Members, levels: dict[str, Ints]) -> dict[str, NDArray[Any]]:
    """Say for each person what happened to him or her; the worst in a household is the level of the household."""
    hit = np.zeros(len(people.household), bool)
    sizes = np.bincount(people.household)
    first = np.concatenate([[0], sizes.cumsum()[:-1]])
    hit[first + rng.integers(0, sizes)] = True
    spared = ~hit & (rng.random(len(hit)) < 0.4)
    return {m: np.array(LEVELS)[np.maximum(level[people.household] - spared, 0)] for m, level in levels.items()}


def moods(rng: np.random.Generator, homes: Households, people: Members, course: Course) -> dict[str, Floats]:
    """Return each person's mood by moment: worse with severity, better where the violence stopped (nos.nl)."""
    person = 0.4 * homes.severity[people.household] + 0.9 * rng.standard_normal(len(people.household))
    stopped = {moment: (course.levels[moment] == 0)[people.household] for moment in course.levels}
    return {
        moment: person - (0.6 if moment != "T0" else 0.0) * stopped[moment] + 0.35 * rng.standard_normal(len(person))
        for moment in stopped
    }


def spoken_for(people: Members, low: int, high: int) -> Flags:
    """Return who is of an age from low up to and including high."""
    return (people.age >= low) & (people.age <= high)
