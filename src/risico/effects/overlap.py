"""Were there comparable families: what must be seen before an adjusted effect is believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimate
from risico.numbers.doubly_robust import balance_weights, effective_size, standardised_differences

Array = NDArray[np.float64]

BOUND = 0.01  # a chance of help nearer than this to 0 or 1 means that there is nobody to compare with
LEAST_SEEN = 0.05  # a chance to have an outcome below this means that nobody stands in for the missing (our choice)
MOST_TRIMMED = (
    0.10  # share of the families an effect is about that may lack comparison before it is refused (our choice)
)
ALIKE = 0.1  # standardised difference above which arms are said to differ: Austin (2009)
PLACES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)  # no minimum and maximum: those are single families


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Who can be compared, for one estimand: `rows` kept, the share `trimmed`, effective sizes, balance.

    `why` says why there is no effect, `note` what to know about the one there is.
    """

    estimand: str
    rows: NDArray[np.bool_]
    trimmed: float
    sizes: tuple[float, float]
    before: Array
    after: Array
    why: str | None
    note: str | None


def find_overlap(
    *,
    estimand: str,
    d: Array,
    m: Array,
    X: Array,
    names: tuple[str, ...],
    minimum: int,
    seen: Array | None = None,
    stands_for: Array | None = None,
) -> Overlap:
    """Return the overlap from the chances of help m, shape (n,); trimming as in Crump et al. (2009), with BOUND.

    For the effect on the treated only chances near 1 are trimmed: untreated families unlike them get no weight. With
    missing outcomes `seen` is the lowest chance to have one, and `stands_for` how many families each one seen is for.
    """
    treated = estimand == "att"
    rows = m <= 1 - BOUND if treated else (m <= 1 - BOUND) & (m >= BOUND)
    rows = rows if seen is None else rows & (seen >= LEAST_SEEN)
    about = d == 1 if treated else np.ones(len(d), dtype=bool)
    trimmed = float(1 - rows[about].mean())
    w = np.where(rows, balance_weights(d=d, m=np.clip(m, BOUND * (not treated), 1 - BOUND), treated_only=treated), 0.0)
    w = w if stands_for is None else w * stands_for
    sizes = tuple(effective_size(w[d == arm]) if w[d == arm].any() else 0.0 for arm in (0, 1))
    before = standardised_differences(X=X, d=d, w=np.ones(len(d)), treated_only=treated)
    both = min(sizes) > 0 and min(int((rows & (d == arm)).sum()) for arm in (0, 1)) > 1
    after = standardised_differences(X=X, d=d, w=w, treated_only=treated) if both else before
    why = _absent(treated, trimmed, min(sizes), minimum, censored=seen is not None)
    note = _note(trimmed, [name for name, gap in zip(names, after, strict=True) if abs(gap) > ALIKE])
    return Overlap(
        estimand=estimand,
        rows=rows,
        trimmed=trimmed,
        sizes=(sizes[0], sizes[1]),
        before=before,
        after=after,
        why=why,
        note=note,
    )


def _absent(treated: bool, trimmed: float, size: float, minimum: int, *, censored: bool) -> str | None:
    if trimmed > MOST_TRIMMED:
        whom = "of the treated families" if treated else "of the families"
        chance = "almost certain to be treated" if treated else "almost certain to be treated or not to be"
        chance += " (or not to be seen)" * censored
        return f"no overlap: {trimmed:.0%} {whom} were {chance}, so there is nobody to compare them with"
    if size < minimum:
        return f"no overlap: after weighting an arm is worth fewer than {minimum} families"
    return None


def _note(trimmed: float, unlike: list[str]) -> str | None:
    notes: list[str] = []
    if trimmed > 0:
        notes.append(f"about the {1 - trimmed:.1%} of families with a comparison")
    if unlike:
        notes.append(f"after weighting the arms still differ in {', '.join(unlike)}: rests on the outcome model there")
    return "; ".join(notes) or None


def overlap_estimates(found: Overlap, *, d: Array, names: tuple[str, ...]) -> list[Estimate]:
    """Return `overlap_trimmed`, `overlap_ess` per arm and `overlap_smd_before` / `_after` per covariate."""
    by, n = {"estimand": found.estimand}, len(d)
    out = [Estimate(name="overlap_trimmed", value=found.trimmed, n=n, method=f"chance beyond {BOUND}", by=by)]
    for arm, size in zip(("comparison", "treated"), found.sizes, strict=True):
        method = "effective sample size after weighting"
        kept = int((found.rows & (d == (arm == "treated"))).sum())
        out.append(
            Estimate(name="overlap_ess", value=size, n=kept, method=method, source="Kish (1965)", by={**by, "arm": arm})
        )
    for when, gaps, used in (("before", found.before, n), ("after", found.after, int(found.rows.sum()))):
        out += [
            Estimate(
                name=f"overlap_smd_{when}",
                value=float(gap),
                n=used,
                method=f"standardised mean difference {when} weighting",
                source="Austin (2009)",
                by={**by, "covariate": name},
            )
            for name, gap in zip(names, gaps, strict=True)
        ]
    return out


def propensity_curve(*, d: Array, m: Array) -> list[Estimate]:
    """Return `overlap_propensity` per arm: quantiles of the chance of help, `at` their place."""
    return [
        Estimate(
            name="overlap_propensity",
            value=float(np.quantile(m[d == arm], place)),
            n=int((d == arm).sum()),
            method="quantile of the cross-fitted chance of help",
            by={"arm": name},
            at=place,
        )
        for arm, name in ((0, "comparison"), (1, "treated"))
        for place in PLACES
    ]
