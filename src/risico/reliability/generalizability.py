"""Where differences between scores come from: case, rater, team, moment, item, and how these go together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import designs, reml
from risico.numbers.mixed_sums import MixedSums, TooManyPatterns, mixed_sums
from risico.reliability.variance import Asked, listed, shares
from risico.tally import count
from risico.tally.held import blanks

SOURCE = "Brennan (2001)"
NAMES = ("phi_coefficient", "g_coefficient", "sem_absolute", "sem_relative")
LARGEST = 5_000  # levels of all that does not contain the case, whose square is kept

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Study:
    """A fitted design: `sets` are the factors of each component, the residual last."""

    sums: MixedSums
    found: reml.Fit
    sets: list[tuple[str, ...]]
    n: int
    method: str

    def asked(self, confidence: float, of: str = "") -> Asked:
        """Return what makes Estimates of this fit, with in their method what they are of."""
        return Asked(sums=self.sums, found=self.found, n=self.n, method=of + self.method, confidence=confidence)

    def target(self, case: str, levels: Mapping[str, int], *, absolute: bool, error: bool = False) -> reml.Target:
        """Return the coefficient, or the error variance, of a mean over so many levels of each facet."""
        divided = np.array([1 / math.prod(levels.get(name, 1) for name in one if name != case) for one in self.sets])
        own = np.array([float(one == (case,)) for one in self.sets])
        counts = np.array([float(absolute or case in one) for one in self.sets])
        errors = counts * divided * (1 - own)
        return reml.Target(errors) if error else reml.Target(own, own + errors)


def generalizability(
    forms: Any,
    of: str,
    *,
    facets: Sequence[str] = ("rater",),
    case: str = "case",
    levels: Mapping[str, int] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """A G study: how much scores differ by case, by each facet and by how these go together.

    `forms` has one row per score in the column `of`, `case` names what is measured and `facets` what else differs
    (rater, team, moment, item). Each combination of case and facets that the design tells apart is a component; a facet
    whose levels lie within those of another (raters who work in one team) needs levels that are told apart across
    those. What is left, with the highest combination, is the residual. Components are by REML on whatever was rated;
    a component at its border 0 says so. `levels` says over how many levels of each facet a score will be a mean
    (1 each, if not given; of a facet within another the number in total).

    Returns `phi_coefficient` (the default: of the score as it stands) and `g_coefficient` (of the order of cases, what
    all cases share left out) with their standard errors of measurement `sem_absolute` and `sem_relative`; `component`
    and `component_share` for each. With rater as the one facet they are the `icc_agreement` and `icc_consistency` of
    `components`. A design in parts is refused with their sizes. Brennan (2001). Raises UsageError where a case or facet
    is blank, or `levels` names no facet.

    >>> forms = {"case": [1, 1, 2, 2, 3, 3], "rater": ["a", "b"] * 3, "score": [9, 7, 5, 4, 2, 2]}
    >>> found = generalizability(forms, "score", levels={"rater": 2})
    >>> found["phi_coefficient"]
    phi_coefficient 0.955 [0.1817, 0.9981], n = 3
    """
    levels = checked_levels(levels, facets)
    check_confidence(confidence)
    study = fitted(forms, of, case, facets)
    if isinstance(study, Estimates):
        return study
    over = ", ".join(f"{levels[name]} {name}" for name in facets)
    ask, ask_mean = study.asked(confidence), study.asked(confidence, f"mean over {over}; ")
    out: list[Estimate] = []
    for name, absolute in (("phi_coefficient", True), ("g_coefficient", False)):
        out.append(ask_mean(name=name, target=study.target(case, levels, absolute=absolute)))
    for name, absolute in (("sem_absolute", True), ("sem_relative", False)):
        target = study.target(case, levels, absolute=absolute, error=True)
        out.append(ask_mean(name=name, target=target, turn=math.sqrt))
    each = zip(study.sets, np.eye(len(study.sets)), strict=True)
    parts = [ask(name="component", target=reml.Target(a), by={"component": _label(one, study)}) for one, a in each]
    return Estimates([*out, *parts, *shares(parts, study.found)])


def checked_levels(levels: Mapping[str, int] | None, facets: Sequence[str]) -> dict[str, int]:
    """Return the number of levels of each facet that a score is a mean over. Raises UsageError."""
    given = dict(levels or {})
    unknown = [name for name in given if name not in facets]
    if unknown:
        raise UsageError(f"levels: {', '.join(unknown)} is none of the facets ({', '.join(facets)}).")
    if any(number < 1 for number in given.values()):
        raise UsageError("levels: a score is a mean over 1 or more levels of each facet.")
    return {name: given.get(name, 1) for name in facets}


def _label(one: tuple[str, ...], study: Study) -> str:
    return "residual" if one is study.sets[-1] else " × ".join(one)


def fitted(forms: Any, of: str, case: str, facets: Sequence[str]) -> Study | Estimates:
    """Fit the design, or say of each coefficient why not. Raises UsageError."""
    if not facets or case in facets or len(set(facets)) < len(facets):
        raise UsageError("facets: name what differs beside the case, each once, such as rater or item.")
    y, factors, blank = _read(forms, of, (case, *facets))
    n = int(factors[case].max(initial=-1)) + 1
    why = _impossible(y, factors, case)
    if why is None:
        terms, rest = designs.terms(factors)
        terms, rest = [_within(term, factors[case], case) for term in terms], (case, *(f for f in rest if f != case))
        terms.sort(key=lambda term: (term.of != (case,), case not in term.of))
        if designs.told_apart([term.levels for term in terms]):
            found = _solved(y, factors, case, terms, rest)
            left = f"; {blank} forms without a score left out" if blank else ""
            return replace(found, method=found.method + left) if isinstance(found, Study) else found
        why = "the components of this design cannot be told apart: too few levels were combined"
    return Estimates(Estimate(name=name, n=n, why=why) for name in NAMES)


def _within(term: designs.Term, case_of: Index, case: str) -> designs.Term:
    """Name the case in a term whose levels belong to one case each."""
    alone = int(designs.joint([term.levels, case_of]).max()) == int(term.levels.max())
    return designs.Term((case, *term.of), term.levels) if alone and case not in term.of else term


def _solved(
    y: Array, factors: Mapping[str, Index], case: str, terms: Sequence[designs.Term], rest: tuple[str, ...]
) -> Study | Estimates:
    within = [term.levels for term in terms if case in term.of and term.of != (case,)]
    small = [term.levels for term in terms if case not in term.of]
    n = int(factors[case].max()) + 1
    if sum(int(levels.max()) + 1 for levels in small) > LARGEST:
        why = f"more than {LARGEST} levels beside the cases: too many to keep in memory"
        return Estimates(Estimate(name=name, n=n, why=why) for name in NAMES)
    try:
        sums = mixed_sums(y=y, case=factors[case], small=small, within=within)
    except TooManyPatterns:
        why = "nearly every case was rated in another pattern: too many to keep in memory"
        return Estimates(Estimate(name=name, n=n, why=why) for name in NAMES)
    found = reml.fit(sums)
    if not found.settled:
        why = "the components leave no residual: the scores follow from them exactly"
        return Estimates(Estimate(name=name, n=n, why=why) for name in NAMES)
    numbers = ", ".join(f"{int(levels.max()) + 1} {name}" for name, levels in factors.items())
    method = f"REML, {len(y)} scores of {numbers}; residual is {' × '.join(rest)}"
    return Study(sums, found, [*(term.of for term in terms), rest], n, method)


def _impossible(y: Array, factors: Mapping[str, Index], case: str) -> str | None:
    n = int(factors[case].max(initial=-1)) + 1
    if n < 2:
        return f"{n} cases have a rating, and two are needed"
    if (y == y[0]).all():
        return "every score is the same"
    for name, levels in factors.items():
        if int(levels.max()) == 0:
            return f"there is one {name} only, so nothing is seen of how they differ; leave it out"
        if name != case and int(designs.joint([factors[case], levels]).max()) + 1 == n:
            return f"each case has one {name}, so the two cannot be told apart; leave it out"
        parts = designs.connected(factors[case], levels) if name != case else [n]
        if 1 < len(parts) < n:
            return (
                f"the scores fall apart into {len(parts)} parts that share no case and no {name} "
                f"({listed(parts)} cases): what differs between them cannot be told"
            )
    return None


def _read(forms: Any, of: str, keys: tuple[str, ...]) -> tuple[Array, dict[str, Index], int]:
    """Scores, and the level of each key, of the rows that have a score; and how many have none."""
    counts = count(forms, [*keys, of])
    blank = [key for key in keys if blanks(counts.column(key)).any()]
    if blank:
        raise UsageError(
            f"Some values are blank in: {', '.join(blank)}.\n"
            "Without them it is unknown whose score of what this is. Fill them in or leave those forms out."
        )
    scores = counts.column(of)
    if scores.dtype == object:
        raise UsageError(f"The column {of!r} is not numbers. Score the forms first.")
    rows = np.repeat(np.flatnonzero(~np.isnan(scores)), counts.number[~np.isnan(scores)])
    places = {key: np.unique(counts.column(key)[rows], return_inverse=True)[1].ravel().astype(np.intp) for key in keys}
    return scores[rows].astype(np.float64), places, counts.n - len(rows)
