"""Outcomes that are known of some families only, or not yet: what that leaves of sensitivity and the base rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.selection import Four, Unknown, filled, shifted
from risico.tally import count
from risico.validity.cut_offs import accuracy, parts
from risico.validity.levels import check_outcome, cut_off, share

Array = NDArray[np.float64]

MANSKI = "Manski (2003)"
BEGG = "Begg & Greenes (1983)"
ODDS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
SIDES = ("positive", "negative")


def selective(
    forms: Any,
    score: str,
    outcome: str,
    *,
    at_least: float | None = None,
    below: float | None = None,
    odds: Sequence[float] = ODDS,
    confidence: float = 0.95,
) -> Estimates:
    """What a cut-off does where the outcome is known only of families that were looked into, a blank being unknown.

    First the naive numbers of `accuracy` (without likelihood ratios), on the forms with a known outcome. Then `known`,
    the share of forms whose outcome is known, above and below the cut-off: where these differ, the naive numbers are
    off. `lowest_possible` and `highest_possible` are what each number could be whatever the unknown outcomes are
    (Manski 2003). `if_unknown` is what it would be if the odds of the outcome among the unknown were `at` times those
    among the known on the same side of the cut-off: at 1 they are alike (Begg and Greenes 1983), at 0 none of the
    unknown has it. Each has `by={"of": …}`. None of these three has an interval for chance: they hold for these forms.

    >>> forms = {"total": [1, 4, 6, 8, 9, 3], "again": [None, 0, 1, 1, 0, None]}
    >>> found = selective(forms, "total", "again", at_least=5)
    >>> [e.value for e in found.where(of="sensitivity") if e.name in ("lowest_possible", "highest_possible")]
    [0.5, 1.0]
    """
    check_confidence(confidence)
    if not len(odds) or not all(np.isfinite(value) and value >= 0 for value in odds):
        raise UsageError("The odds among the unknown are numbers of 0 or more times those among the known.")
    counts = count(forms, [score, outcome])
    scored = counts.values[0]
    some = np.array([value is not None and value == value for value in scored.tolist()], dtype=bool)
    positive, said = cut_off(scored[some], score, at_least, below)
    result, number = counts.column(outcome)[some], counts.number[some].astype(np.float64)
    text = result.dtype == object
    check_outcome(
        np.array([value for value in result.tolist() if value is not None]) if text else result[result == result],
        outcome,
    )
    cells = [float(number[side & (result == y)].sum()) for side in (positive, ~positive) for y in (1, 0)]
    known = Four(*cells)
    unknown = Unknown(*(float(number[side & np.isnan(result)].sum()) for side in (positive, ~positive)))
    left = f"; {counts.n - int(number.sum())} forms without score left out" if number.sum() < counts.n else ""
    naive = accuracy(counts, score, outcome, at_least=at_least, below=below, confidence=confidence)
    plain = [e for e in naive if not e.name.startswith("lr_")]
    looked = _known(known, unknown, left, confidence)
    curve = _curve(known, unknown, said, left, sorted(set(odds)))
    return Estimates([*plain, *looked, *_bounds(known, unknown, said, left), *curve])


def _known(known: Four, unknown: Unknown, left: str, confidence: float) -> list[Estimate]:
    looked = (known.hit + known.false, known.miss + known.true)
    rows = zip(SIDES, looked, unknown, strict=True)
    method = f"share with a known outcome on this side of the cut-off{left}"
    return [
        share("known", a, a + b, method, confidence, why="no form is on this side of the cut-off", by={"side": side})
        for side, a, b in rows
    ]


class Share(NamedTuple):
    """A share of a table, None where its whole is empty, with that whole, its words, and why there is none."""

    value: float | None
    whole: int
    method: str
    why: str


def _shares(table: Four, said: str) -> dict[str, Share]:
    return {
        name: Share(float(it.part / it.whole) if it.whole > 0 else None, int(it.whole), it.method, it.why)
        for name, it in parts(*table, said).items()
    }


def _bounds(known: Four, unknown: Unknown, said: str, left: str) -> list[Estimate]:
    """Each share is moved one way by outcomes above the cut-off and one way by outcomes below it: four corners do."""
    corners = [_shares(filled(known, unknown, above=a, below=b), said) for a in (0.0, 1.0) for b in (0.0, 1.0)]
    out: list[Estimate] = []
    for name, first in corners[0].items():
        values = [(it.value, it.whole) for it in (corner[name] for corner in corners) if it.value is not None]
        for end, pick in (("lowest_possible", min), ("highest_possible", max)):
            plain: dict[str, Any] = {"name": end, "by": {"of": name}}
            if not values:
                out.append(Estimate(**plain, why=first.why))
                continue
            value, whole = pick(values)
            method = f"{first.method}, whatever the unknown outcomes are{left}"
            out.append(Estimate(**plain, value=value, n=whole, method=method, source=MANSKI))
    return out


def _curve(known: Four, unknown: Unknown, said: str, left: str, odds: Sequence[float]) -> list[Estimate]:
    looked = (known.hit + known.false, known.miss + known.true)
    names = list(parts(*known, said))
    if any(a == 0 < b for a, b in zip(looked, unknown, strict=True)):
        why = "on one side of the cut-off no outcome is known at all"
        return [Estimate(name="if_unknown", by={"of": name}, why=why) for name in names]
    rates = [part / max(whole, 1.0) for part, whole in zip((known.hit, known.miss), looked, strict=True)]
    tables = {t: filled(known, unknown, above=shifted(rates[0], t), below=shifted(rates[1], t)) for t in odds}
    out: list[Estimate] = []
    for name in names:
        for t, table in tables.items():
            it = _shares(table, said)[name]
            plain: dict[str, Any] = {"name": "if_unknown", "by": {"of": name}, "at": float(t)}
            method = (
                f"{it.method}, if the odds of the outcome among the unknown are {t:g} times those of the known{left}"
            )
            if it.value is None:
                out.append(Estimate(**plain, why=it.why))
            else:
                out.append(Estimate(**plain, value=it.value, n=it.whole, method=method, source=BEGG))
    return out
