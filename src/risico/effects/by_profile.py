"""Does it work differently for different profiles: no difference until shown.

The same for every design: a test of equal effects first, then the lines of no effect and of one equal effect, the
effect of each profile with intervals that hold together, and each drawn toward the common effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil, log10

import numpy as np
from numpy.typing import NDArray

from risico.effects._intervals import SETTLED, t_estimate
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.clusters import Design, degrees, differences, wald
from risico.numbers.heterogeneity import paule_mandel, steadied, times_more
from risico.numbers.shrinkage import pool, quantile

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEffects:
    """Effects of several profiles from one linear computation, with their covariance.

    `theta` (q,), `V` (q, q) and `n` (q,) follow `names`; `contrasts` (q, k) picks the effects out of the design `of`.
    `left_out` holds the profiles without an effect, each with the reason. `most_df` (q,) caps the degrees of freedom
    where weights make families worth fewer than they are.
    """

    estimand: str
    names: tuple[str, ...]
    theta: Array
    V: Array
    of: Design
    contrasts: Array
    n: tuple[int, ...]
    method: str
    source: str
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])
    most_df: Array | None = None
    df: Array = field(init=False)

    def __post_init__(self) -> None:
        """Add the Satterthwaite degrees of freedom of each effect, shape (q,)."""
        object.__setattr__(self, "df", np.array([self.degrees(contrast[None, :]) for contrast in self.contrasts]))
        if self.most_df is not None:
            object.__setattr__(self, "df", np.minimum(self.df, self.most_df))

    def degrees(self, contrasts: Array) -> float:
        """Return the degrees of freedom of contrasts, shape (c, k), never above the largest of `most_df`."""
        found = degrees(self.of, contrasts)
        return found if self.most_df is None else min(found, float(self.most_df.max()))

    def without_settled(self) -> ProfileEffects:
        """Return the effects less those that one cluster settles by itself; these are left out with that reason."""
        kept = self.df > 0
        if kept.all():
            return self
        settled = {name: SETTLED for name, keep in zip(self.names, kept, strict=True) if not keep}
        return replace(
            self,
            names=tuple(np.array(self.names)[kept].tolist()),
            theta=self.theta[kept],
            V=self.V[np.ix_(kept, kept)],
            contrasts=self.contrasts[kept],
            n=tuple(np.array(self.n)[kept].tolist()),
            most_df=None if self.most_df is None else self.most_df[kept],
            left_out={**self.left_out, **settled},
        )


def no_profile_effects(estimand: str, left_out: Mapping[str, str], why: str) -> Estimates:
    """Return what is left to say when no profile has an effect: why there is no test, and the profiles left out."""
    by = {"estimand": estimand}
    lines = [Estimate(name="heterogeneity_p", by=by, why=why), _line_zero(estimand)]
    return Estimates([*lines, *_left_out(estimand, left_out)])


def by_profile(effects: ProfileEffects, confidence: float = 0.95) -> Estimates:
    """Return the test of equal effects, both lines and the effect of each profile, each with `by` the estimand.

    `heterogeneity_p` (Wald test with the clustered covariance, Hotelling's approximation), `heterogeneity_q`,
    `heterogeneity_tau` (standard deviation of the true effects, Paule-Mandel with Q-profile interval),
    `more_families`, `line_zero`, `line_equal`, then per profile `profile_effect` (Bonferroni intervals: all hold at
    the same time with the confidence given) and `profile_effect_pooled`.

    Sources: Pustejovsky & Tipton (2018); Paule & Mandel (1982); Viechtbauer (2007); Daniels (1999).
    """
    check_confidence(confidence)
    effects = effects.without_settled()
    without = _left_out(effects.estimand, effects.left_out)
    if len(effects.names) < 2:
        why = "fewer than two profiles have enough families in both arms"
        none = Estimate(name="heterogeneity_p", by={"estimand": effects.estimand}, why=why)
        return Estimates([none, _line_zero(effects.estimand), *_each(effects, confidence, None), *without])
    C = differences(len(effects.names))
    eta = effects.degrees(C @ effects.contrasts)
    Q, p = wald(theta=effects.theta, V=effects.V, C=C, eta=eta) if eta > 0 else (0.0, None)
    first = [*_heterogeneity(effects, confidence, Q, p, eta), _more(effects, confidence, Q, p)]
    lines = [_line_zero(effects.estimand), _line_equal(effects, confidence)]
    shown = p is not None and p < 1 - confidence
    note = None if shown else "the effect is not shown to differ between profiles"
    return Estimates([*first, *lines, *_each(effects, confidence, note), *_pooled(effects, confidence), *without])


def _heterogeneity(effects: ProfileEffects, confidence: float, Q: float, p: float | None, eta: float) -> list[Estimate]:
    q, n, by = len(effects.names) - 1, sum(effects.n), {"estimand": effects.estimand}
    method = f"Wald test of equal effects in {q + 1} profiles, {effects.method}, F({q}, {eta - q + 1:.1f})"
    source = "Pustejovsky & Tipton (2018)"
    if p is None:
        why = "too few clusters to compare this many profiles"
        return [
            Estimate(name=f"heterogeneity_{part}", by=by, n=n, method=method, why=why) for part in ("p", "q", "tau")
        ]
    tau2, low, high = paule_mandel(effects.theta, steadied(effects.V, effects.df), confidence)
    return [
        Estimate(name="heterogeneity_p", value=p, n=n, method=method, source=source, by=by),
        Estimate(name="heterogeneity_q", value=Q, n=n, method="generalised Cochran Q", source=source, by=by),
        Estimate(
            name="heterogeneity_tau",
            value=tau2**0.5,
            low=low**0.5,
            high=high**0.5,
            confidence=confidence,
            n=n,
            method="standard deviation of the true effects of profiles, Paule-Mandel, Q-profile interval",
            source="Paule & Mandel (1982); Viechtbauer (2007)",
            by=by,
        ),
    ]


def _more(effects: ProfileEffects, confidence: float, Q: float, p: float | None) -> Estimate:
    """Return how many families more the test of equal effects needs.

    As many times the families at hand as give 80 % power if the differences seen are the true ones. They are partly
    chance, so the number is a lower bound; with clusters it supposes more clusters of the same size.
    """
    n, by = sum(effects.n), {"estimand": effects.estimand}
    method = "families for 80 % power of the test of equal effects, if the differences seen are the true ones"
    if p is None:
        return Estimate(name="more_families", n=n, method=method, by=by, why="there is no test of equal effects")
    if p < 1 - confidence:
        return Estimate(name="more_families", value=0.0, n=n, method=method, by=by)
    times = times_more(Q, len(effects.names) - 1, alpha=1 - confidence)
    if times is None:
        return Estimate(name="more_families", n=n, method=method, by=by, why="no difference between profiles was seen")
    more = max(times - 1, 0.0) * n
    why = f"cannot tell yet whether profiles differ: at least about {_roughly(more)} more families"
    return Estimate(name="more_families", value=more, n=n, method=method, by=by, why=why)


def _roughly(count: float) -> str:
    """Write a count with two figures.

    >>> _roughly(1234.5), _roughly(87.2), _roughly(0)
    ('1,300', '88', '0')
    """
    if count < 1:
        return str(ceil(count))
    step = 10 ** max(int(log10(count)) - 1, 0)
    return f"{ceil(count / step) * step:,}"


def _line_zero(estimand: str) -> Estimate:
    return Estimate(name="line_zero", value=0.0, method="no effect for anybody", by={"estimand": estimand})


def _left_out(estimand: str, left_out: Mapping[str, str]) -> list[Estimate]:
    by = {"estimand": estimand}
    return [Estimate(name="profile_effect", by={**by, "profile": name}, why=why) for name, why in left_out.items()]


def _line_equal(effects: ProfileEffects, confidence: float) -> Estimate:
    """Return the common effect, weighted by the precision the design alone would give.

    Weights from the estimated covariance would make the interval too narrow when clusters are few.
    """
    half = effects.contrasts @ effects.of.root
    weights = np.linalg.inv(half @ half.T).sum(axis=0)
    weights /= weights.sum()
    return t_estimate(
        name="line_equal",
        value=float(weights @ effects.theta),
        se=float(weights @ effects.V @ weights) ** 0.5,
        df=effects.degrees((weights @ effects.contrasts)[None, :]),
        n=sum(effects.n),
        confidence=confidence,
        method=f"one effect for all profiles, weighted by the size of their arms; {effects.method}",
        source=effects.source,
        by={"estimand": effects.estimand},
    )


def _each(effects: ProfileEffects, confidence: float, note: str | None) -> list[Estimate]:
    q = len(effects.names)
    return [
        t_estimate(
            name="profile_effect",
            value=float(effects.theta[i]),
            se=float(effects.V[i, i]) ** 0.5,
            df=float(effects.df[i]),
            n=effects.n[i],
            confidence=confidence,
            method=f"{effects.method}; intervals of {q} profiles hold together (Bonferroni)",
            source=effects.source,
            by={"estimand": effects.estimand, "profile": name},
            together=q,
            why=note,
        )
        for i, name in enumerate(effects.names)
    ]


def _pooled(effects: ProfileEffects, confidence: float) -> list[Estimate]:
    chance, means, variances = pool(theta=effects.theta, V=steadied(effects.V, effects.df))
    tail = (1 - confidence) / 2
    found: list[Estimate] = []
    for i, name in enumerate(effects.names):
        mixture = {"chance": chance, "mean": means[:, i], "variance": variances[:, i]}
        value = float(chance @ means[:, i])
        found.append(
            Estimate(
                name="profile_effect_pooled",
                value=value,
                low=quantile(tail, **mixture),
                high=quantile(1 - tail, **mixture),
                confidence=confidence,
                se=float(chance @ (variances[:, i] + (means[:, i] - value) ** 2)) ** 0.5,
                n=sum(effects.n),
                method="drawn toward the common effect as far as profiles do not differ; uniform shrinkage prior",
                source="Daniels (1999)",
                by={"estimand": effects.estimand, "profile": name},
            )
        )
    return found
