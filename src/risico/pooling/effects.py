"""Effects of several regions, teams or published studies, taken together: what is alike, and how far they lie apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import meta
from risico.numbers.heterogeneity import paule_mandel

Array = NDArray[np.float64]

FEW: Final = 5
NONE: Final = "there is no effect with a number"
ALONE: Final = "there is one effect, and taking together needs two"
NARROW: Final = "the effects lie closer together than their own errors let expect, which makes this interval narrow"
SEVERAL: Final = (
    "studies give several effects, which are not independent: read pooled_effect_three_level instead of this one"
)
HARTUNG: Final = "Hartung & Knapp (2001)"
RANDOM: Final = "random effects, {}, interval of Hartung and Knapp; {} effects"


class Effects(NamedTuple):
    """Effects with their error variances, and the name of the study each comes from."""

    y: Array
    v: Array
    study: tuple[str, ...]
    left_out: int

    @property
    def told(self) -> str:
        """What was left out, for `method`."""
        return f"; {self.left_out} without a number left out" if self.left_out else ""


def pooled(
    effects: Sequence[Estimate] | Sequence[float | None],
    se: Sequence[float | None] | None = None,
    *,
    study: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Take effects of several studies or regions together, without assuming that there is one true effect.

    `effects` are Estimates with a standard error, or numbers with their `se`. `study` says which study each comes from
    (each its own, if none). What could not be estimated is left out, and counted in `method`; who leaves that out
    should know why. An effect without a standard error above 0 raises UsageError.

    Returns `pooled_effect` (restricted maximum likelihood, interval of Hartung and Knapp; recommended), `prediction`
    (where the true effect of a next study would lie), `pooled_tau2` (variance between true effects, Q-profile
    interval), `pooled_i2`, `pooled_q` and `pooled_q_p`, then after Paule and Mandel `pooled_effect_paule_mandel` and
    `pooled_tau2_paule_mandel`, and for each study `pooled_effect_without`. Where a study gave several effects also
    `pooled_effect_three_level` (CR2 by study), `pooled_tau2_between` and `pooled_tau2_within`. Viechtbauer (2010).

    >>> found = pooled([0.2, 0.5, 0.1, 0.4], [0.1, 0.2, 0.15, 0.1])
    >>> found["pooled_effect"]
    pooled_effect 0.2855 [0.02814, 0.5429], n = 4 (4 effects say little of how far true effects lie apart)
    """
    check_confidence(confidence)
    given = _given(effects, se, study)
    if len(given.y) < 2:
        why = ALONE if len(given.y) else NONE
        return Estimates(Estimate(name=name, n=len(given.y), why=why) for name in NAMES)
    several = len(set(given.study)) < len(given.study)
    tau2 = meta.reml(y=given.y, v=given.v)
    first = _mean("pooled_effect", given, tau2, "REML", confidence, SEVERAL if several else None)
    return Estimates(
        [
            first,
            _prediction(given, tau2, first, confidence),
            *_spread(given, tau2, confidence),
            *_paule_mandel(given, confidence),
            *_without(given, confidence),
            *(_three_level(given, confidence) if several else []),
        ]
    )


NAMES: Final = (
    "pooled_effect",
    "prediction",
    "pooled_tau2",
    "pooled_i2",
    "pooled_q",
    "pooled_q_p",
    "pooled_effect_paule_mandel",
    "pooled_tau2_paule_mandel",
)


def _given(
    effects: Sequence[Estimate] | Sequence[float | None], se: Sequence[float | None] | None, study: Sequence[str] | None
) -> Effects:
    told = [(e.value, e.se) if isinstance(e, Estimate) else (e, None) for e in effects]
    rows = told if se is None else [(y, error) for (y, _), error in zip(told, se, strict=True)]
    names = list(study) if study is not None else [str(i + 1) for i in range(len(rows))]
    kept = [i for i, (y, _) in enumerate(rows) if y is not None and math.isfinite(y)]
    errors = [rows[i][1] for i in kept]
    if any(error is None or not math.isfinite(error) or error <= 0 for error in errors):
        raise UsageError(
            "Each effect needs a standard error above 0: without it nobody knows how much it weighs.\n"
            "Give Estimates that have one, or numbers with `se=[…]`."
        )
    if len(names) != len(rows):
        raise UsageError(f"`study` has {len(names)} names for {len(rows)} effects. Give one for each.")
    y = np.array([rows[i][0] for i in kept], dtype=np.float64)
    v = np.array(errors, dtype=np.float64) ** 2
    return Effects(y, v, tuple(names[i] for i in kept), len(rows) - len(kept))


def _t(confidence: float, df: float) -> float:
    from scipy.stats import t

    return float(t.isf((1 - confidence) / 2, df))


def _mean(name: str, given: Effects, tau2: float, method: str, confidence: float, why: str | None = None) -> Estimate:
    k = len(given.y)
    found = meta.average(y=given.y, v=given.v, tau2=tau2)
    se = math.sqrt(max(found.factor * found.variance, 0.0))
    half = _t(confidence, k - 1) * se
    cautions = [*([why] if why else []), *([NARROW] if found.factor < 1 else []), *([_few(k)] if k < FEW else [])]
    return Estimate(
        name=name,
        value=found.mean,
        low=found.mean - half,
        high=found.mean + half,
        confidence=confidence,
        se=se,
        n=k,
        method=RANDOM.format(method, k) + given.told,
        source=f"Viechtbauer (2005); {HARTUNG}",
        why="; ".join(cautions) or None,
    )


def _few(k: int) -> str:
    return f"{k} effects say little of how far true effects lie apart"


def _prediction(given: Effects, tau2: float, mean: Estimate, confidence: float) -> Estimate:
    k = len(given.y)
    if k < 3 or mean.value is None or mean.se is None:
        return Estimate(name="prediction", n=k, why="two effects do not say where a third would lie")
    half = _t(confidence, k - 1) * math.sqrt(mean.se**2 + tau2)
    return Estimate(
        name="prediction",
        value=mean.value,
        low=mean.value - half,
        high=mean.value + half,
        confidence=confidence,
        n=k,
        method=f"where the true effect of a next study would lie; t with {k - 1} degrees of freedom{given.told}",
        source="Riley, Higgins & Deeks (2011)",
        why=_few(k) if k < FEW else None,
    )


def _spread(given: Effects, tau2: float, confidence: float) -> list[Estimate]:
    from scipy.stats import chi2

    k, w = len(given.y), 1 / given.v
    _, low, high = paule_mandel(given.y, np.diag(given.v), confidence)
    q = float(w @ (given.y - w @ given.y / w.sum()) ** 2)
    i2 = meta.share_between(v=given.v, tau2=tau2)
    higgins, cochran = "Higgins & Thompson (2002)", "Cochran (1954)"
    return [
        Estimate(
            name="pooled_tau2",
            value=tau2,
            low=low,
            high=high,
            confidence=confidence,
            n=k,
            method=f"REML, Q-profile interval{given.told}",
            source="Viechtbauer (2005, 2007)",
        ),
        Estimate(
            name="pooled_i2", value=i2, n=k, method=f"share of variance beyond error, REML{given.told}", source=higgins
        ),
        Estimate(name="pooled_q", value=q, n=k, method=f"Q, {k - 1} degrees of freedom{given.told}", source=cochran),
        Estimate(
            name="pooled_q_p", value=float(chi2.sf(q, k - 1)), n=k, method=f"test of Q{given.told}", source=cochran
        ),
    ]


def _paule_mandel(given: Effects, confidence: float) -> list[Estimate]:
    tau2, low, high = paule_mandel(given.y, np.diag(given.v), confidence)
    return [
        _mean("pooled_effect_paule_mandel", given, tau2, "Paule-Mandel", confidence),
        Estimate(
            name="pooled_tau2_paule_mandel",
            value=tau2,
            low=low,
            high=high,
            confidence=confidence,
            n=len(given.y),
            method=f"Paule-Mandel, Q-profile interval{given.told}",
            source="Paule & Mandel (1982); Viechtbauer (2007)",
        ),
    ]


def _without(given: Effects, confidence: float) -> list[Estimate]:
    """Leave out each study in turn, in the order given: no study is shown as better or worse."""
    out: list[Estimate] = []
    for name in dict.fromkeys(given.study):
        kept = np.array([other != name for other in given.study])
        by = {"without": name}
        if kept.sum() < 2:
            out.append(Estimate(name="pooled_effect_without", by=by, n=int(kept.sum()), why=ALONE))
            continue
        part = given._replace(y=given.y[kept], v=given.v[kept])
        e = _mean("pooled_effect_without", part, meta.reml(y=part.y, v=part.v), "REML", confidence)
        out.append(replace(e, by=by))
    return out


def _three_level(given: Effects, confidence: float) -> list[Estimate]:
    names = ("pooled_effect_three_level", "pooled_tau2_between", "pooled_tau2_within")
    studies, place = np.unique(np.array(given.study), return_inverse=True)
    k = len(given.y)
    if len(studies) < 2:
        return [Estimate(name=name, n=k, why="all effects come from one study") for name in names]
    found = meta.three_level(y=given.y, v=given.v, study=place)
    se = math.sqrt(found.robust)
    half = _t(confidence, found.df) * se
    told = f"effects within {len(studies)} studies, REML{given.told}"
    source = "Van den Noortgate et al. (2013); Pustejovsky & Tipton (2018)"
    return [
        Estimate(
            name=names[0],
            value=found.mean,
            low=found.mean - half,
            high=found.mean + half,
            confidence=confidence,
            se=se,
            n=k,
            method=f"{told}, CR2 by study, {found.df:.1f} degrees of freedom",
            source=source,
            why="fewer than 4 degrees of freedom: the interval cannot be relied on" if found.df < 4 else None,
        ),
        Estimate(name=names[1], value=found.between, n=k, method=f"variance between studies; {told}", source=source),
        Estimate(name=names[2], value=found.within, n=k, method=f"variance within studies; {told}", source=source),
    ]
