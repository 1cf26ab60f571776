"""Digits and sizes that give a count away: an effect to sixteen digits can belong to one pair of counts only."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from math import floor, log10

from risico.disclosure.cells import ARM, cases, is_share
from risico.estimate import Estimate

ROUNDED_TO = 5  # for readers outside
PROFILE, EACH = "profile", ("profile_effect", "profile_effect_pooled")
POOLED = ("heterogeneity_p", "heterogeneity_q", "heterogeneity_tau", "more_families", "line_equal", EACH[1])
BLANKS = "_fiml"  # at the end of a name: of forms with blanks too
N_LEFT_OUT = "; n is not told, as a small number would follow from it"
LEFT_OUT = re.compile(r"; (\d+) (?=[^;]*left out)")
DEGREES = re.compile(r", (t with [\d.]+ degrees of freedom|F\([^)]*\))")


def coarse(estimate: Estimate) -> Estimate:
    """Return a number with its interval to the first digit of its standard error, else to two figures; no error.

    What is more precise says nothing about families, and gives away the counts it was made of. A share becomes a whole
    percentage; counts stay.

    >>> coarse(Estimate(name="itt", value=0.1159, low=-0.0299, high=0.2616, se=0.0743, n=225))
    itt 0.12 [-0.03, 0.26], n = 225
    """
    if estimate.value is None or (cases(estimate) is not None and not is_share(estimate)):
        return estimate
    step = 0.01 if is_share(estimate) else _step(estimate.value, estimate.low, estimate.high, estimate.se)
    low, high = (None if end is None else _near(end, step) for end in (estimate.low, estimate.high))
    method = DEGREES.sub("", estimate.method)
    return replace(estimate, value=_near(estimate.value, step), low=low, high=high, se=None, method=method)


def blunt(estimate: Estimate) -> Estimate:
    """Return a number with its interval to steps of two standard errors, rounded up to 1, 2 or 5 of some unit.

    For an effect whose counts are hidden: to its first digit, the two ends of the interval are a second equation for
    them. Without an interval there is none, and `coarse` is enough.

    >>> blunt(Estimate(name="itt", value=-0.3173, low=-0.41, high=-0.22, se=0.0481, n=225))
    itt -0.3 [-0.4, -0.2], n = 225
    """
    told = coarse(estimate)
    if told.value is None or cases(estimate) is not None or not (spread := _spread(estimate)):
        return told
    unit = 10.0 ** floor(log10(2 * spread))
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= 2 * spread * (1 - 1e-9))
    value, low, high = (None if x is None else _near(x, step) for x in (estimate.value, estimate.low, estimate.high))
    return replace(told, value=value, low=low, high=high)


def _spread(estimate: Estimate) -> float:
    return estimate.se or ((estimate.high or 0.0) - (estimate.low or 0.0)) / 4


def _step(value: float, low: float | None, high: float | None, se: float | None) -> float:
    spread = se or ((high or 0.0) - (low or 0.0)) / 4
    return 10.0 ** floor(log10(spread)) if spread > 0 else 10.0 ** (floor(log10(abs(value) or 1.0)) - 1)


def solvable(estimates: Sequence[Estimate], hidden: Iterable[int]) -> set[int]:
    """Return, where the outcome of an arm is hidden, all numbers that are no counts: their digits give it away."""
    if any(estimates[place].name == "outcome" and ARM in estimates[place].by for place in hidden):
        return {place for place, e in enumerate(estimates) if not is_share(e)}
    return set()


def of_a_profile(estimate: Estimate) -> bool:
    """Say whether a number is of one profile, of which the counts in each arm are never shown."""
    return estimate.name in EACH


def sizes(estimates: Sequence[Estimate], hidden: Iterable[int], minimum: int) -> set[int]:
    """Return the places whose n must go, where the n of all less those of the profiles shown leaves fewer than the
    minimum: the smallest profile, and what is of all profiles shown. Where it is hidden how many were analysed, all are
    those who could be.
    """
    found: set[int] = set()
    could = [e.n for e in _analysed(estimates, hidden) if ARM not in e.by and e.n is not None]
    for outcome, blocks in _blocks(estimates).items():
        shown = {place for places in blocks.values() for place in places}
        rests = {
            whole - sum(estimates[place].n or 0 for place in places)
            for estimand, places in blocks.items()
            for whole in (*could, *_whole(estimates, outcome, estimand))
        }
        if any(0 < rest < minimum for rest in rests):
            least = min(shown, key=lambda place: estimates[place].n or 0)
            name = estimates[least].by[PROFILE]
            for place, e in enumerate(estimates):
                same = _outcome(e) == outcome
                if same and (e.name in POOLED or (e.name in EACH and e.by.get(PROFILE) == name)):
                    found.add(place)
    return found


def unsaid(estimates: Sequence[Estimate], hidden: Iterable[int], sizes: Container[int] = ()) -> set[int]:
    """Return the places whose n must go because it says one of these sizes, or how many were analysed, where that is
    hidden: then also the n of every effect and test but those of one profile.
    """
    found = {p for p, e in enumerate(estimates) if e.n is not None and e.n in sizes}
    values = {cases(e) for e in _analysed(estimates, hidden)}
    ours = (p for p, e in enumerate(estimates) if e.n is not None and e.name != EACH[0])
    return found | {p for p in ours if estimates[p].n in values or cases(estimates[p]) is None} if values else found


def nearly_complete(estimates: Sequence[Estimate], minimum: int) -> set[int]:
    """Return the places whose n must go because, beside the n of complete forms, it says that few forms had blanks."""
    whole = {(e.name, tuple(e.by.items())): e.n for e in estimates if e.n is not None}
    found: set[int] = set()
    for e in estimates:
        name = e.name.removesuffix("_difference").removesuffix(BLANKS)
        complete = whole.get((name, tuple(e.by.items())), e.n)
        if e.n is not None and complete is not None and 0 < e.n - complete < minimum:
            found |= {p for p, one in enumerate(estimates) if BLANKS in one.name and one.n == e.n}
    return found


def _analysed(estimates: Sequence[Estimate], hidden: Iterable[int]) -> list[Estimate]:
    return [estimates[place] for place in hidden if estimates[place].by.get("step") == "analysed"]


def _blocks(estimates: Sequence[Estimate]) -> dict[tuple[str, ...], dict[str, list[int]]]:
    """Return the places of the effects per profile, by intervention and outcome, then by estimand."""
    found: dict[tuple[str, ...], dict[str, list[int]]] = {}
    for place, e in enumerate(estimates):
        if e.name == EACH[0] and e.value is not None and e.n is not None:
            found.setdefault(_outcome(e), {}).setdefault(e.by.get("estimand", ""), []).append(place)
    return found


def _outcome(estimate: Estimate) -> tuple[str, ...]:
    return tuple(estimate.by.get(key, "") for key in ("intervention", "outcome"))


def _whole(estimates: Sequence[Estimate], outcome: tuple[str, ...], estimand: str) -> list[int]:
    """Return how many families the effect is of; nothing where it is not said."""
    return [e.n for e in estimates if e.name == estimand and _outcome(e) == outcome and e.n is not None]


def without_n(estimate: Estimate) -> Estimate:
    """Return an estimate without its n; its method says that there was one, and why it is not told."""
    return replace(estimate, n=None, method=f"{estimate.method}{N_LEFT_OUT}")


def n_left_out(estimate: Estimate) -> bool:
    """Return whether the n of an estimate is not told because a small number would follow from it.

    >>> told = Estimate(name="alpha", value=0.8, n=40, method="Cronbach's alpha")
    >>> n_left_out(told), n_left_out(without_n(told)), without_n(told).n
    (False, True, None)
    """
    return estimate.n is None and estimate.method.endswith(N_LEFT_OUT)


def without_ends(estimate: Estimate, minimum: int, *, outside: bool) -> Estimate:
    """Return an estimate without the ends of what one form can have, and with how many were left out as n is told."""

    def told(found: re.Match[str]) -> str:
        left = int(found[1])
        if left < minimum:
            return f"; fewer than {minimum} "
        return f"; about {ROUNDED_TO * round(left / ROUNDED_TO)} " if outside else found[0]

    return replace(estimate, method=LEFT_OUT.sub(told, estimate.method), least=None, most=None)


def _near(number: float, step: float) -> float:
    return round(step * round(number / step), 10)
