"""One trait behind the answers, where it must be something known."""

from collections.abc import Callable

import numpy as np
from scipy.integrate import quad

from collapses.made_up import Collapses, Counted, value
from risico.estimate import Estimate, Estimates
from risico.irt import graded, information, rasch
from risico.tally import count

RNG = np.random.default_rng(21)
TRAIT = RNG.normal(size=(30, 1))
LEVELS = np.array([np.searchsorted([-1.0, 0.6], x) for x in TRAIT + 0.7 * RNG.logistic(size=(30, 4))], dtype=float)
LEVELS[4, 1] = LEVELS[9, 3] = np.nan
ANSWERS = {f"i{i}": column.tolist() for i, column in enumerate(LEVELS.T)}
YES = {name: [x if x != x else float(x > 0) for x in column] for name, column in ANSWERS.items()}

PAIR = {"a": [0.0] * 30 + [1.0] * 10 + [0.0] * 15 + [1.0] * 45, "b": [0.0] * 30 + [0.0] * 10 + [1.0] * 15 + [1.0] * 45}
SHARES = {(0, 0): 0.30, (1, 0): 0.10, (0, 1): 0.15, (1, 1): 0.45}
ONE = Estimates(
    [
        Estimate(name="irt_discrimination", value=2.0, by={"item": "a"}),
        Estimate(name="irt_difficulty", value=0.4, by={"item": "a", "level": "1"}),
    ]
)
COPY = Estimates([*ONE, *(Estimate(name=e.name, value=e.value, by={**e.by, "item": "b"}) for e in ONE)])


def model() -> tuple[float, dict[str, float], Estimates]:
    found = rasch(PAIR)
    return (
        value(found, "irt_discrimination"),
        {item: value(found, "irt_difficulty", item=item) for item in "ab"},
        found,
    )


def integral(of: Callable[[float], float], cell: tuple[int | None, int | None]) -> float:
    """Mean over the trait of some function where the answers are these (None: any)."""
    a, b, _ = model()

    def under(t: float) -> float:
        chance = 1.0
        for item, given in zip("ab", cell, strict=True):
            p = 1 / (1 + np.exp(-a * (t - b[item])))
            chance *= 1.0 if given is None else p if given else 1 - p
        return of(t) * chance * np.exp(-t * t / 2) / np.sqrt(2 * np.pi)

    return quad(under, -9, 9, epsabs=1e-13, epsrel=1e-12, limit=200)[0]


def empirical() -> tuple[float, float]:
    left = 0.0
    for cell, share in SHARES.items():
        whole, first, second = (integral(of, cell) for of in (lambda t: 1.0, lambda t: t, lambda t: t * t))
        left += share * (second / whole - (first / whole) ** 2)
    spread = (1 - left) * 100 / 99
    return value(model()[2], "irt_reliability_empirical"), spread / (spread + left)


def marginal() -> tuple[float, float]:
    a, b, found = model()

    def known(t: float) -> float:
        p = [1 / (1 + np.exp(-a * (t - at))) for at in b.values()]
        tells = a * a * sum(x * (1 - x) for x in p)
        return tells / (tells + 1)

    return value(found, "irt_reliability_marginal"), integral(known, (None, None))


COUNTED: Counted = {
    "graded": (ANSWERS, graded, count),
    "rasch": (YES, rasch, count),
    "information": (YES, lambda data: information(rasch(data), at=[-1.0, 0.0, 2.0]), count),
}

COLLAPSES: Collapses = {
    "irt_discrimination": lambda: (integral(lambda _: 1.0, (1, 1)), SHARES[1, 1]),
    "irt_difficulty": lambda: (integral(lambda _: 1.0, (1, None)), SHARES[1, 0] + SHARES[1, 1]),
    "irt_log_likelihood": lambda: (
        value(rasch(PAIR), "irt_log_likelihood"),
        100 * sum(share * np.log(share) for share in SHARES.values()),
    ),
    "irt_reliability_marginal": marginal,
    "irt_reliability_empirical": empirical,
    "irt_item_information": lambda: (information(ONE, at=[0.4])["irt_item_information"].value or 0.0, 1.0),
    "irt_information": lambda: (
        information(COPY, at=[1.0])["irt_information"].value or 0.0,
        2 * (information(ONE, at=[1.0])["irt_information"].value or 0.0),
    ),
    "irt_sem": lambda: (information(ONE, at=[0.4])["irt_sem"].value or 0.0, 1.0),
}
