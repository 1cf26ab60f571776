"""Does a cut-off do the same for every group, and can it?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import fairness as numbers
from risico.tally import Counts, label
from risico.validity.cut_offs import parts
from risico.validity.levels import check_probability, cut_off, happened, known, share
from risico.validity.recalibrated import calibration

Array = NDArray[np.float64]

FEWEST = 10
MEASURES = ("base_rate", "sensitivity", "specificity", "ppv", "npv")
CALIBRATION = ("calibration_in_the_large", "calibration_slope")
CHOULDECHOVA = "Chouldechova (2017); Kleinberg et al. (2017)"


class Group(NamedTuple):
    """The forms of one group, and the four numbers of the cut-off there."""

    name: str
    counts: Counts
    hit: float
    false: float
    miss: float
    true: float

    @property
    def enough(self) -> bool:
        """Say whether there are enough forms with, and without, the outcome to show numbers."""
        return min(self.hit + self.miss, self.false + self.true) >= FEWEST


def fairness(
    forms: Any,
    score: str,
    outcome: str,
    group: str,
    *,
    at_least: float | None = None,
    below: float | None = None,
    probability: str | None = None,
    choice: Mapping[str, str] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What a cut-off does for each group, which wishes cannot go together, and what the organisation chose.

    Per group, with `by={"group": …}`: `base_rate`, `sensitivity`, `specificity`, `ppv` and `npv`, and with a column of
    predicted `probability` also `calibration_in_the_large` and `calibration_slope`. Intervals hold for all groups
    together (Bonferroni). A group with fewer than 10 forms with, or without, the outcome gets a reason instead.
    `false_positive_rate_if_equal` is the share signalled for nothing that a group would need if predictive value and
    sensitivity were those of all groups together: where base rates differ these differ, and not all can be equal
    (Chouldechova 2017; Kleinberg, Mullainathan and Raghavan 2017). `equal_p` tests each number over the groups.
    `base_rate_gap` is the largest base rate less the smallest; it says in `why` what conflicts, and carries the
    reasoned `choice` in `method`, by language, so that it travels with every report.

    >>> forms = {"total": [3, 8] * 40, "again": [0, 1, 0, 0, 1, 1, 0, 1] * 10, "sex": ["f"] * 40 + ["m"] * 40}
    >>> found = fairness(forms, "total", "again", "sex", at_least=5, choice={"nl": "gelijke gevoeligheid"})
    >>> found["base_rate_gap"].method
    'largest base rate less the smallest; choice of the organisation: nl: gelijke gevoeligheid'
    """
    wanted = [score, outcome, group] if probability is None else [score, outcome, group, probability]
    columns = list(dict.fromkeys(wanted))
    counts, left = known(forms, columns, outcome, confidence, ", ".join(columns))
    if probability is not None:
        check_probability(counts.column(probability), probability)
    groups, said = _groups(counts, score, outcome, group, at_least, below)
    shown = [it for it in groups if it.enough]
    names = (*MEASURES, *(CALIBRATION if probability else ()), "false_positive_rate_if_equal")
    each = 1 - (1 - confidence) / max(len(shown), 1)
    out: list[Estimate] = []
    for it in groups:
        if it.enough:
            found = _numbers(it, said, (outcome, probability), each)
            words = f"; simultaneous over {len(shown)} groups (Bonferroni){left}"
            out += [_simultaneous(e, it.name, words, confidence) for e in found]
            out.append(_if_equal(it, shown, said, left))
        else:
            why = f"fewer than {FEWEST} forms with, or without, the outcome in this group"
            out += [Estimate(name=name, by={"group": it.name}, why=why) for name in names]
    return Estimates([*out, *_tests(shown, said, left), _gap(shown, said, left, _chosen(choice))])


def _chosen(choice: Mapping[str, str] | None) -> str:
    if choice is None:
        return ""
    if not choice or not all(text.strip() for text in choice.values()):
        raise UsageError(
            'A choice is a reasoned text by language, such as {"nl": "…", "en": "…"}; leave it out if none.'
        )
    return "; choice of the organisation: " + " · ".join(f"{language}: {text}" for language, text in choice.items())


def _groups(
    counts: Counts, score: str, outcome: str, group: str, at_least: float | None, below: float | None
) -> tuple[list[Group], str]:
    positive, said = cut_off(counts.column(score), score, at_least, below)
    events, others = happened(counts, outcome)
    labels = counts.column(group)
    out: list[Group] = []
    for one in np.unique(labels).tolist():
        rows = labels == one
        part = Counts(columns=counts.columns, values=tuple(v[rows] for v in counts.values), number=counts.number[rows])
        four = (float(side[rows & which].sum()) for which in (positive, ~positive) for side in (events, others))
        out.append(Group(label(one), part, *four))
    return out, said


def _numbers(it: Group, said: str, columns: tuple[str, str | None], confidence: float) -> list[Estimate]:
    outcome, probability = columns
    found = [
        share(name, float(p.part), float(p.whole), p.method, confidence, why=p.why)
        for name, p in parts(it.hit, it.false, it.miss, it.true, said).items()
    ]
    if probability is not None:
        found += calibration(it.counts, probability, outcome, confidence=confidence)[:2]
    return found


def _simultaneous(e: Estimate, group: str, words: str, confidence: float) -> Estimate:
    if e.value is None:
        return replace(e, by={"group": group})
    return replace(
        e, by={"group": group}, method=e.method + words, confidence=confidence if e.low is not None else None
    )


def _pooled(shown: list[Group]) -> tuple[float, float, float, float]:
    hit, false, miss, true = (float(sum(four)) for four in zip(*(it[2:] for it in shown), strict=True))
    return hit, false, miss, true


def _if_equal(it: Group, shown: list[Group], said: str, left: str) -> Estimate:
    hit, false, miss, _ = _pooled(shown)
    name, by, n = "false_positive_rate_if_equal", {"group": it.name}, int(sum(it[2:]))
    if hit == 0:
        return Estimate(name=name, by=by, n=n, why="no form with the outcome is positive")
    rate = (it.hit + it.miss) / n
    value = numbers.false_positive_rate(base_rate=rate, ppv=hit / (hit + false), sensitivity=hit / (hit + miss))
    if value > 1:
        why = "with this base rate, predictive value and sensitivity cannot be those of all groups together"
        return Estimate(name=name, by=by, n=n, why=why)
    method = f"false-positive rate of {said}, if ppv and sensitivity were those of all groups{left}"
    return Estimate(name=name, by=by, value=value, n=n, method=method, source=CHOULDECHOVA)


def _tests(shown: list[Group], said: str, left: str) -> list[Estimate]:
    if len(shown) < 2:
        why = "fewer than two groups have enough forms to compare"
        return [Estimate(name="equal_p", by={"of": name}, why=why) for name in MEASURES]
    tables = [parts(it.hit, it.false, it.miss, it.true, said) for it in shown]
    return [
        _test(
            name,
            np.array([float(table[name].part) for table in tables]),
            np.array([float(table[name].whole) for table in tables]),
            left,
        )
        for name in MEASURES
    ]


def _test(name: str, part: Array, whole: Array, left: str) -> Estimate:
    by = {"of": name}
    if (whole == 0).any():
        why = "in some group there is no form to take this share of"
        return Estimate(name="equal_p", by=by, why=why)
    p, least = numbers.equal_shares(part=part, whole=whole)
    if math.isnan(p):
        return Estimate(name="equal_p", by=by, why="the share is 0, or 1, in every group")
    caution = "some expected numbers are below 5, so the test is rough" if least < 5 else None
    method = f"Pearson's chi-square that {len(part)} groups have one share{left}"
    return Estimate(
        name="equal_p", by=by, value=p, n=int(whole.sum()), method=method, source="Pearson (1900)", why=caution
    )


def _gap(shown: list[Group], said: str, left: str, chosen: str) -> Estimate:
    name = "base_rate_gap"
    method = f"largest base rate less the smallest{left}{chosen}"
    if len(shown) < 2:
        return Estimate(name=name, method=method, why="fewer than two groups have enough forms to compare")
    rates = [(it.hit + it.miss) / sum(it[2:]) for it in shown]
    n = int(sum(_pooled(shown)))
    return Estimate(
        name=name,
        value=max(rates) - min(rates),
        n=n,
        method=method,
        source=CHOULDECHOVA,
        why=_conflict(shown, said, bool(chosen)),
    )


def _conflict(shown: list[Group], said: str, chosen: bool) -> str | None:
    hit, false, miss, _ = _pooled(shown)
    if hit and false == miss == 0:
        return "no form is on the wrong side of the cut-off in any group, so nothing conflicts"
    test = _tests(shown, said, "")[0]
    if test.value is None or test.value >= 0.05:
        return "base rates are not shown to differ, so no conflict is shown"
    if chosen:
        return "base rates differ: equal predictive values and equal error rates cannot both be had; a choice was made"
    return "base rates differ: equal predictive values and equal error rates cannot both be had; choose, and say why"
