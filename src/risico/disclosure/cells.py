"""What a cell is and when it is small: counts and shares by their method, means by what one form can have."""

from __future__ import annotations

from collections.abc import Sequence

from risico.estimate import Estimate

ARM, ASSIGNED, ITEM = "arm", "assigned", "item"
SMALL = "fewer than {} (withheld)"
BESIDE = "withheld, because a small number beside it could be worked out from it"
EARLIER = "withheld, because beside an earlier release it would tell of fewer than {}"
UNSAID = "withheld: small, or a small number could be worked out from it"
COMPLEMENT = "withheld, because it leaves fewer than {} others"


def is_withheld(estimate: Estimate) -> bool:
    """Say whether this number was hidden by `release`, rather than not estimable."""
    return estimate.value is None and "withheld" in (estimate.why or "")


def is_small(estimate: Estimate, minimum: int) -> bool:
    """Say whether a number rests on fewer than `minimum`, none included; a reason can also give a number away.

    A mean rests on what lies above the least and below the most that one form can have: 1 of 24 who said yes is a mean
    of 0.04. Where these ends are not known, it counts as small.
    """
    cells = [estimate.n, cases(estimate), *(_above_and_below(estimate) if is_mean(estimate) else ())]
    return any(cell is not None and cell < minimum for cell in cells)


def is_mean(estimate: Estimate) -> bool:
    """Say whether a number is a mean over forms or families, by its method."""
    return estimate.value is not None and estimate.method.startswith("mean")


def _above_and_below(estimate: Estimate) -> tuple[float, float]:
    """Return how many points all forms together lie above the least, and below the most, that one can have."""
    if estimate.value is None or estimate.least is None or estimate.most is None:
        return 0.0, 0.0
    n = estimate.n or 0
    return round(n * (estimate.value - estimate.least), 6), round(n * (estimate.most - estimate.value), 6)


def cases(estimate: Estimate) -> int | None:
    """Return how many cases a count or share stands for; None for any other kind of number.

    >>> cases(Estimate(name="kept", value=0.6, n=45, method="share, Wilson interval"))
    27
    """
    if estimate.value is None or (estimate.n is None and not estimate.method.startswith("count")):
        return None
    if estimate.method.startswith("count"):
        return round(estimate.value)
    return round(estimate.value * (estimate.n or 0)) if estimate.method.startswith("share") else None


def tables(estimates: Sequence[Estimate]) -> list[list[int]]:
    """Return the places of counts and shares of one whole: same name, same n, same `by` but for the last.

    Arms are no parts of one whole: a number of one arm stands alone.
    """
    found: dict[tuple[object, ...], list[int]] = {}
    for place, estimate in enumerate(estimates):
        if cases(estimate) is not None and estimate.n is not None:
            *whole, last = estimate.by.items() or [("", "")]
            apart = last if last[0] == ARM else None
            found.setdefault((estimate.name, estimate.n, estimate.at, apart, *whole), []).append(place)
    return list(found.values())


def adding_up(estimates: Sequence[Estimate], table: list[int]) -> list[int]:
    """Return the cells that add up to the whole of a table, without a total of its own; none when they do not."""
    whole = estimates[table[0]].n or 0
    cells = {place: cases(estimates[place]) or 0 for place in table}
    totals = {place for place in table if cells[place] == whole and estimates[place].method.startswith("count")}
    for chosen in (table, [place for place in table if place not in totals]):
        if len(chosen) > 1 and sum(cells[place] for place in chosen) == whole:
            return chosen
    return []


def is_share(estimate: Estimate) -> bool:
    """Say whether a number is a share of its n, by its method."""
    return estimate.method.startswith("share")
