"""The same question each quarter, without a false alarm in the end: intervals that hold at all looks together.

An ordinary interval is right at one look that was chosen beforehand. Whoever looks each quarter and stops at the first
interval without the old value will find one, also when nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.monitoring._inputs import Array, Looks, numbers, read_clusters, read_looks
from risico.numbers.anytime import mixed_share, widened

SEQUENCE = "Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024)"
MIXTURE = "Robbins (1970); Howard, Ramdas, McAuliffe & Sekhon (2021)"
LEAST, LEAST_CLUSTERS, ENOUGH_CLUSTERS = 30, 10, 40
NOT_SHOWN = "not shown at any look: each interval holds the value compared with"

Errors = Callable[[NDArray[np.bool_]], tuple[float, float, float] | str]
"""From the values there are at a look to a value, its standard error and the plain one; or the reason why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """What all looks share: when the interval is narrowest, what is compared with, and how sure it is to be."""

    tuned_for: float
    against: float
    confidence: float

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        if self.tuned_for < 1:
            raise UsageError("tuned_for: the number of families at which the interval is narrowest; at least 1.")


def running_mean(
    values: ArrayLike,
    look: ArrayLike,
    *,
    tuned_for: float,
    against: float = 0.0,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Return the mean of all values so far at each look, with intervals that hold at all looks together.

    `values` (n,) is one number per family, blank where not known: an outcome, or the influence value of another
    estimate, such as the pseudo-outcomes of a doubly robust effect, of which the effect is the mean. `look` (n,) says
    at which look a family was first there (2025-Q1 …, or numbers). `tuned_for` is the number of independent families at
    which the interval is narrowest; declare it beforehand, for instance those expected at the first look.

    Estimates: `mean_so_far` per look, and `shown_at_look`, the number of the first look whose interval lies wholly on
    one side of `against`. With `cluster` the standard error is that of cluster sums, and families count for as many as
    they are worth. For large numbers only: below 30 families or 10 clusters there is no interval.
    Raises Refused without a cluster and a reason, UsageError for what cannot be read.

    >>> found = running_mean([3, 4, 5, 2] * 20, [1, 2, 3, 4] * 20, tuned_for=40, why_no_cluster="made up")
    >>> found.where(look="4")["mean_so_far"]
    mean_so_far · 4 3.5 [3.115, 3.885], n = 80
    >>> found["shown_at_look"].value
    2.0
    """
    y = numbers("values", values)
    looks, clusters = read_looks(look, len(y)), read_clusters(cluster, why_no_cluster, len(y))

    def errors(here: NDArray[np.bool_]) -> tuple[float, float, float] | str:
        here = here & ~np.isnan(y)
        few = _few(int(here.sum()), clusters, here)
        if few:
            return few
        apart = y[here] - y[here].mean()
        return float(y[here].mean()), *_both(apart / len(apart), None if clusters is None else clusters[here])

    known = [int((~np.isnan(y))[looks.place <= k].sum()) for k in range(len(looks.names))]
    told = Sequence(tuned_for=tuned_for, against=against, confidence=confidence)
    found = _over_looks("mean_so_far", "mean so far", looks, known, errors, clusters, told)
    ends = {"least": float(np.nanmin(y)), "most": float(np.nanmax(y))} if known and known[-1] else {}
    return Estimates(replace(e, **ends) if e.name == "mean_so_far" else e for e in found)


def running_difference(
    outcome: ArrayLike,
    arm: ArrayLike,
    look: ArrayLike,
    *,
    tuned_for: float,
    against: float = 0.0,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Return the difference in means between two arms (1 minus 0) at each look, right at all looks together.

    As `running_mean`, on the influence values of the difference; `arm` (n,) is 0 or 1. It is a difference between
    groups as they are: an effect only where the arms were drawn by lot.

    Estimates: `difference_so_far` per look and `shown_at_look`.

    >>> y, arm = [3, 4, 5, 6, 4, 5] * 20, [0, 0, 0, 1, 1, 1] * 20
    >>> running_difference(y, arm, [1] * 60 + [2] * 60, tuned_for=60, why_no_cluster="made up")["shown_at_look"].value
    1.0
    """
    y = numbers("outcome", outcome)
    z = numbers("arm", arm, len(y))
    if not np.isin(z, (0.0, 1.0)).all():
        raise UsageError("arm: must be 0 or 1 for every family. Compare two arms at a time and leave out blanks.")
    looks, clusters = read_looks(look, len(y)), read_clusters(cluster, why_no_cluster, len(y))

    def errors(here: NDArray[np.bool_]) -> tuple[float, float, float] | str:
        here = here & ~np.isnan(y)
        sides = [here & (z == side) for side in (1.0, 0.0)]
        for side in sides:
            few = _few(2 * int(side.sum()), clusters, here)
            if few:
                return few
        influence = np.zeros(len(y))
        for sign, side in zip((1, -1), sides, strict=True):
            influence[side] = sign * (y[side] - y[side].mean()) / side.sum()
        value = float(y[sides[0]].mean() - y[sides[1]].mean())
        return value, *_both(influence[here], None if clusters is None else clusters[here])

    known = [int((~np.isnan(y))[looks.place <= k].sum()) for k in range(len(looks.names))]
    told = Sequence(tuned_for=tuned_for, against=against, confidence=confidence)
    return _over_looks("difference_so_far", "difference in means so far", looks, known, errors, clusters, told)


def running_share(
    yes: ArrayLike,
    look: ArrayLike,
    *,
    against: float,
    why_no_cluster: str,
    confidence: float = 0.95,
) -> Estimates:
    """Return the share of families with a yes so far at each look; its intervals hold at all looks together, exactly.

    `yes` (n,) is 0 or 1, blank where not known, `look` as in `running_mean`. Families must be independent: say why in
    `why_no_cluster`; where they are alike within workers or teams, `running_mean` takes the cluster.

    Estimates: `share_so_far` per look, with the uniform mixture of Robbins (1970), and `shown_at_look`.

    >>> found = running_share([1, 0, 1, 1] * 25, [1, 2, 3, 4] * 25, against=0.5, why_no_cluster="made up")
    >>> found.where(look="4")["share_so_far"]
    share_so_far · 4 0.75 [0.5962, 0.8701], n = 100
    """
    check_confidence(confidence)
    y = numbers("yes", yes)
    if not np.isin(y[~np.isnan(y)], (0.0, 1.0)).all():
        raise UsageError("yes: must be 0 or 1 for every family, blank where not known.")
    if not 0 < against < 1:
        raise UsageError("against: a share lies between 0 and 1.")
    looks = read_looks(look, len(y))
    read_clusters(None, why_no_cluster, len(y))
    method = "share so far, beta-binomial mixture, right at all looks together"
    found: list[Estimate] = []
    for k, name in enumerate(looks.names):
        so_far = y[(looks.place <= k) & ~np.isnan(y)]
        n, by = len(so_far), {"look": name}
        if not n:
            found.append(Estimate(name="share_so_far", n=0, method=method, source=MIXTURE, by=by, why=NOBODY))
            continue
        low, high = mixed_share(successes=float(so_far.sum()), n=n, alpha=1 - confidence)
        found.append(
            Estimate(
                name="share_so_far", value=float(so_far.mean()), low=low, high=high, confidence=confidence, n=n,
                method=method, source=MIXTURE, by=by,
            )
        )  # fmt: skip
    return Estimates([*found, _shown(found, against)])


NOBODY = "nothing is known of any family so far"


def _few(n: int, clusters: NDArray[np.intp] | None, here: NDArray[np.bool_]) -> str | None:
    if n < LEAST:
        return f"fewer than {LEAST} families so far, and this interval is for larger numbers"
    if clusters is not None and len(np.unique(clusters[here])) < LEAST_CLUSTERS:
        return f"fewer than {LEAST_CLUSTERS} workers, teams or regions so far: too few to see how they differ"
    return None


def _both(influence: Array, clusters: NDArray[np.intp] | None) -> tuple[float, float]:
    """Return the standard error of cluster sums of influence values, and that of independent families."""
    n = len(influence)
    plain = float(influence @ influence * n / (n - 1)) ** 0.5
    if clusters is None:
        return plain, plain
    sums = np.bincount(np.unique(clusters, return_inverse=True)[1], weights=influence)
    return float(sums @ sums * len(sums) / (len(sums) - 1)) ** 0.5, plain


def _over_looks(
    name: str,
    what: str,
    looks: Looks,
    known: list[int],
    errors: Errors,
    clusters: NDArray[np.intp] | None,
    told: Sequence,
) -> Estimates:
    how = "independent families" if clusters is None else "errors of cluster sums"
    method = f"{what}, asymptotic confidence sequence narrowest at {told.tuned_for:g}, {how}"
    found: list[Estimate] = []
    for k, (label, n) in enumerate(zip(looks.names, known, strict=True)):
        here = looks.place <= k
        got = errors(here)
        why = got if isinstance(got, str) else "no spread: the values so far are the same" if got[1] <= 0 else None
        if isinstance(got, str) or why:
            found.append(Estimate(name=name, n=n, method=method, source=SEQUENCE, by={"look": label}, why=why))
            continue
        value, se, plain = got
        worth = np.array([n * (plain / se) ** 2])  # families that are alike are worth fewer
        half = se * float(widened(t=worth, first=told.tuned_for, alpha=1 - told.confidence)[0])
        few = clusters is not None and len(np.unique(clusters[here])) < ENOUGH_CLUSTERS
        caution = f"fewer than {ENOUGH_CLUSTERS} workers, teams or regions so far: the interval may be too narrow"
        found.append(
            Estimate(
                name=name, value=value, low=value - half, high=value + half, confidence=told.confidence, se=se, n=n,
                method=method, source=SEQUENCE, by={"look": label}, why=caution if few else None,
            )
        )  # fmt: skip
    return Estimates([*found, _shown(found, told.against)])


def _shown(found: list[Estimate], against: float) -> Estimate:
    """Return the number of the first look that shows it: once shown it stays shown, however it looks later."""
    method = f"the first look whose interval lies on one side of {against:g}"
    for number, e in enumerate(found, start=1):
        if e.low is not None and e.high is not None and not e.low <= against <= e.high:
            return Estimate(name="shown_at_look", value=float(number), n=e.n, method=method, source=e.source)
    source = found[-1].source if found else ""
    why = NOT_SHOWN if any(e.value is not None for e in found) else "there is no interval at any look yet"
    return Estimate(name="shown_at_look", n=found[-1].n if found else 0, method=method, source=source, why=why)
