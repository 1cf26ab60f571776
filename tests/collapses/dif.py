"""Items in two groups, where it must be something known."""

import numpy as np

from collapses.made_up import Collapses, Counted, value
from risico.dif import dif
from risico.tally import count

RNG = np.random.default_rng(4)
YES = {f"i{i}": [float(x) for x in RNG.integers(0, 2, 30)] for i in range(4)} | {"group": ["a", "b"] * 15}
YES["i3"] = [np.nan if i == 5 else x for i, x in enumerate(YES["i3"])]
TWICE = {name: [*YES[name], *YES[name]] for name in ("i0", "i1", "i2", "i3")} | {"group": ["a"] * 30 + ["b"] * 30}


def alike(name: str) -> float:
    return value(dif(TWICE, "group"), name, item="i0")


def holm() -> tuple[float, float]:
    pair = {name: YES[name] for name in ("i0", "i1")} | {"group": YES["group"], "i2": YES["i2"]}
    found = dif(pair, "group", ["i0", "i1", "i2"])
    p = {item: value(found, "dif_p", item=item) for item in ("i0", "i1", "i2")}
    least = min(p, key=lambda item: p[item])
    return value(found, "dif_p_holm", item=least), min(1.0, 3 * p[least])


COUNTED: Counted = {"dif": (YES, lambda data: dif(data, "group"), count)}

COLLAPSES: Collapses = {
    "dif_r2": lambda: (alike("dif_r2"), 0.0),
    **{
        name: lambda name=name: (alike(name), 1.0)
        for name in ("dif_p", "dif_uniform_p", "dif_nonuniform_p", "dif_odds_ratio", "dif_odds_ratio_p")
    },
    "dif_p_holm": holm,
}
