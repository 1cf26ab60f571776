"""Forms drawn at random, for what no list of forms can hold: measured lines, and rules that are too entangled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from risico.proof.table import Forms, Ints, Table

if TYPE_CHECKING:
    from risico.proof.states import States

DRAWN = 20_000
SEED = 20_260_101


def sampled(states: States, columns: Iterable[str]) -> Table:
    """Return forms of these columns drawn at random (fixed seed), each with one answer raised and one blank filled in.

    The worst and the best form are among them, and forms of every degree between: how bad and how complete the answers
    are is drawn for each form first.
    """
    shipped, rng = states.shipped, np.random.default_rng(SEED)
    places = [shipped.place[name] for name in shipped.variables if name in set(columns)]
    forms = np.zeros((DRAWN, len(shipped.variables)), dtype=np.int8)
    bad, blank = rng.random(DRAWN), rng.random(DRAWN) * rng.integers(0, 2, DRAWN)
    bad[:2], blank[:2] = (0, 1), 0
    for place in places:
        order = np.array(shipped.orders[place] or range(1, len(shipped.choices[place])))
        spread = np.clip(bad + rng.normal(0, 0.25, DRAWN) * (np.arange(DRAWN) > 1), 0, 0.999999)
        forms[:, place] = np.where(rng.random(DRAWN) < blank, 0, order[(spread * len(order)).astype(int)])
    raised, filled = (_changed(states, forms, places, rng, step) for step in ("raise", "fill"))
    everything = np.concatenate((forms, raised[0], filled[0]))
    steps = {
        "raise": np.column_stack((raised[1], DRAWN + np.arange(len(raised[1])))),
        "fill": np.column_stack((filled[1], DRAWN + len(raised[1]) + np.arange(len(filled[1])))),
    }
    matters = np.arange(len(everything), dtype=np.float64)[:, None]
    return Table(matters, everything, everything, steps, len(everything))


def _changed(
    states: States, forms: Forms, places: list[int], rng: np.random.Generator, step: str
) -> tuple[Forms, Ints]:
    """One change of one column in each form where it can be made: the new forms, and the rows they came from."""
    shipped, after, rows = states.shipped, list[Forms](), list[int]()
    items = [place for place in places if shipped.variables[place] in shipped.instrument.items]
    blank = shipped.filled(forms)
    for row, place in enumerate(rng.choice(items, len(forms))):
        order, now = shipped.orders[place], int(forms[row, place])
        if step == "fill":
            open_ = range(1, len(shipped.choices[place])) if blank[row, place] == 0 else ()
        else:
            open_ = order[order.index(now) + 1 :] if now in order else ()
        if open_:
            changed = forms[row].copy()
            changed[place] = rng.choice(list(open_))
            after.append(changed)
            rows.append(row)
    return np.array(after, dtype=np.int8).reshape(-1, forms.shape[1]), np.array(rows, dtype=np.int64)
