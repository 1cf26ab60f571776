"""What if those who are not seen fare otherwise: the shift that turns the conclusion, for both arms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import MINIMUM, Array, Clusters, Rows, read_arm, read_clusters, read_outcome, too_few
from risico.effects._intervals import SETTLED, t_quantile
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import contributions, degrees, design
from risico.numbers.ols import least_squares
from risico.numbers.robustness import turning_shift

SHIFTS = tuple(round(-0.5 + 0.1 * k, 1) for k in range(11))  # shares, or standard deviations of the outcome
MOST = 3.0  # the largest shift of a mean, in standard deviations; a share stays between 0 and 1
LITTLE = "Little (1993)"
NOBODY_MISSING = "every family has an outcome, so nothing rests on the missing"
NOTHING_TO_TURN = "the interval holds no effect, so there is no conclusion that the missing could turn"
STANDS = "no shift that can be makes the conclusion turn here"


def tipping_points(
    *,
    outcome: ArrayLike,
    assigned: ArrayLike,
    cluster: ArrayLike | None = None,
    why_no_cluster: str | None = None,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
) -> Estimates:
    """Return for a trial which shifts of the missing, in both arms, turn the conclusion of the difference.

    One value per family; `outcome` is blank (NaN) where not known. A shift is by how much those not seen in an arm
    differ on average from those seen in it, in the unit of the outcome. Estimates: `tipping_point`, `at` the shift in
    the comparison arm, its value the shift in the assigned arm from which on the interval holds no effect; None
    where no shift that can be does it. Little (1993), JASA 88:125; the variance takes the shifts as given.

    >>> y, z = [3.0, 4, 5, 4, 6, 5, 7, 8] * 5, [0, 0, 0, 0, 1, 1, 1, 1] * 5
    >>> y[4::8] = y[5::8] = [float("nan")] * 5
    >>> found = tipping_points(outcome=y, assigned=z, why_no_cluster="by lot")
    >>> round(next(e.value for e in found if e.at == 0), 2)
    -4.65
    """
    check_confidence(confidence)
    z = read_arm("assigned", assigned)
    y = read_outcome(outcome, len(z))
    clusters = read_clusters(cluster, why_no_cluster, len(z))
    known = ~np.isnan(y)
    why = too_few(z[known], clusters.take(known), minimum)
    if why or known.all():
        return none_turns(why=why or NOBODY_MISSING, n=int(known.sum()))
    theta, V, df = _trial(y, z, known, clusters)
    if df == 0:
        return none_turns(why=SETTLED, n=int(known.sum()))
    return turning_points(theta, V, df=df, y=y[known], z=z[known], n=int(known.sum()), confidence=confidence)


def _trial(y: Array, z: Array, known: Rows, clusters: Clusters) -> tuple[Array, Array, float]:
    """Return the difference among those seen, the share missing in either arm, and their covariance (CR2)."""
    share = np.where(z == 1, known[z == 1].mean(), known[z == 0].mean())
    mean = np.where(z == 1, y[known & (z == 1)].mean(), y[known & (z == 0)].mean())
    seen = mean + np.where(known, np.nan_to_num(y) - mean, 0.0) / share
    A = np.column_stack([1 - z, z])
    of = design(X=A, cluster=clusters.index)
    missing = (~known).astype(np.float64)
    (means, u), (gone, w) = least_squares(y=np.asarray(seen, dtype=np.float64), X=A), least_squares(y=missing, X=A)
    U, W = contributions(of, u), contributions(of, w)
    parts = np.column_stack([U[:, 1] - U[:, 0], W[:, 1], W[:, 0]])
    theta = np.array([means[1] - means[0], gone[1], gone[0]])
    return theta, parts.T @ parts, degrees(of, np.array([[-1.0, 1.0]]))


def none_turns(*, why: str, n: int) -> Estimates:
    """Return the reason why there are no tipping points."""
    return Estimates([Estimate(name="tipping_point", n=n, method="shift of the missing", source=LITTLE, why=why)])


def turning_points(theta: Array, V: Array, *, df: float, y: Array, z: Array, n: int, confidence: float) -> Estimates:
    """Return the tipping points of an effect that is linear in the shifts; see `numbers.robustness.turning_shift`.

    `y` and `z` are those of the families seen: they say which shifts can be.
    """
    t = t_quantile((1 - confidence) / 2, df)
    if abs(theta[0]) <= t * V[0, 0] ** 0.5:
        return none_turns(why=NOTHING_TO_TURN, n=n)
    binary = bool(np.isin(y, (0.0, 1.0)).all())
    unit = 1.0 if binary else float(y.std(ddof=1))
    reach = [_reach(y[z == arm], unit, binary=binary) for arm in (1, 0)]
    words = "as a difference of shares" if binary else "in the unit of the outcome"
    method = f"shift of the missing in the arm with help at which the interval holds no effect, {words}"
    out: list[Estimate] = []
    for other in (shift * unit for shift in SHIFTS):
        if reach[1][0] <= other <= reach[1][1]:
            roots = turning_shift(theta=theta, V=V, t=t, other=other)
            edge = (roots[-1] if theta[0] > 0 else roots[0]) if roots else np.inf
            can = reach[0][0] <= edge <= reach[0][1]
            value, why = (edge, None) if can else (None, STANDS)
            base: dict[str, Any] = {"name": "tipping_point", "n": n, "method": method, "source": LITTLE, "at": other}
            out.append(Estimate(**base, value=value, why=why))
    return Estimates(out)


def _reach(y: Array, unit: float, *, binary: bool) -> tuple[float, float]:
    """Return the lowest and the highest shift that can be, against the mean of those seen."""
    share = float(y.mean())
    return (-share, 1 - share) if binary else (-MOST * unit, MOST * unit)
