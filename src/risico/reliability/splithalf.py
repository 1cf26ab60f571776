"""A score cut in two, in every way: from the sums of complete forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import covariance, splithalf
from risico.reliability.grounds import caution, left_out, no_alpha, told
from risico.tally import Sums, sums

MOST = 10_000
"""Up to so many splits all are taken (16 items have 6,435); of more items so many are drawn."""
NAMES = (
    *("split_half_mean", "split_half_worst", "split_half_best", "split_half_odd_even"),
    *("spearman_brown_mean", "spearman_brown_odd_even"),
)


def split_half(
    items: Any, columns: Sequence[str] | None = None, *, seed: int = 1, confidence: float = 0.95
) -> Estimates:
    """Reliability of a sum of items from its halves, over every split: mean, worst and best.

    `items` and `columns` as in `consistency`. Of up to 16 items every split is taken; of more, 10,000 are drawn with
    `seed`. `split_half_mean`, `split_half_worst` and `split_half_best` (lambda 4 of Guttman 1945) are of the
    coefficient of Rulon (1939); for an odd number of items of Raju (1970), which allows halves of unequal length. The
    mean over every split equals alpha. `spearman_brown_mean` is the mean of the stepped-up correlations (Horst 1951
    where halves are unequal); of two items it has an interval, by Fisher's z, which is of normal items and too narrow
    for skewed ones. `split_half_odd_even` and `spearman_brown_odd_even` are of items 1, 3, 5 … against 2, 4, 6 ….

    >>> answers = [[0, 1, 0, 1], [1, 1, 1, 0], [2, 2, 1, 2], [3, 2, 3, 3], [1, 0, 1, 1], [2, 3, 2, 1]]
    >>> [round(e.value, 3) for e in split_half(answers)[:3]]
    [0.877, 0.874, 0.884]
    """
    check_confidence(confidence)
    return _split_half(sums(items, columns), seed, confidence)


def _split_half(tally: Sums, seed: int, confidence: float) -> Estimates:
    if (why := no_alpha(tally)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in NAMES)
    S, k = tally.covariance, len(tally.columns)
    rows, every = splithalf.halves(k=k, most=MOST, seed=seed)
    turns = (np.arange(k) % 2 == 0).astype(np.float64)[None, :]
    rulon, stepped = splithalf.raju(S=S, rows=rows), splithalf.horst(S=S, rows=rows)
    values = {
        "split_half_mean": rulon.mean(),
        "split_half_worst": rulon.min(),
        "split_half_best": rulon.max(),
        "split_half_odd_even": splithalf.raju(S=S, rows=turns)[0],
        "spearman_brown_mean": stepped.mean(),
        "spearman_brown_odd_even": splithalf.horst(S=S, rows=turns)[0],
    }
    cut = f"all {len(rows)} splits" if every else f"{len(rows)} splits drawn with seed {seed}"
    still, ends = caution(tally), _two(tally, confidence) if k == 2 and np.isfinite(stepped[0]) else None
    note = None if every else "splits were drawn, so a better or worse one may exist"
    return Estimates(
        told(
            name,
            float(value),
            n=tally.n,
            ends=ends if name.startswith("spearman_brown") else None,
            confidence=confidence,
            method=f"{_method(name, k, cut)}{left_out(tally.left_out)}",
            source=_source(name, k),
            note=still or (note if name in ("split_half_worst", "split_half_best") else None),
            why="the items of one half have the same sum on every form, or run exactly against the other half",
        )
        for name, value in values.items()
    )


def _two(tally: Sums, confidence: float) -> tuple[float, float] | None:
    """Two items are cut in one way only, and their correlation has an interval."""
    r = float(covariance.correlations(S=tally.covariance)[0, 1])
    return splithalf.two_items(r=r, n=tally.n, confidence=confidence) if tally.n > 3 and -1 < r < 1 else None


def _method(name: str, k: int, cut: str) -> str:
    which = {"worst": "worst of", "best": "best (Guttman's lambda 4) of", "mean": "mean over"}
    over = "odd against even items" if name.endswith("odd_even") else f"{which[name.rsplit('_', 1)[1]]} {cut}"
    if name.startswith("split_half"):
        return f"{'Raju' if k % 2 else 'Rulon'} split-half coefficient, {over}"
    return f"{'Horst' if k % 2 else 'Spearman-Brown'} stepped-up correlation of the halves, {over}"


def _source(name: str, k: int) -> str:
    if name.startswith("split_half"):
        return ("Raju (1970)" if k % 2 else "Rulon (1939)") + ("; Guttman (1945)" if name.endswith("best") else "")
    return "Horst (1951)" if k % 2 else "Spearman (1910); Brown (1910)"
