"""Consistency from every form that has an answer, blanks and all, beside what complete forms alone give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import covariance, em, factor
from risico.reliability.consistency import consistency
from risico.reliability.factor import FIT, said
from risico.reliability.grounds import COPIES, FEW_ITEMS, FLAT, STILL, THREE_ITEMS, TWO_ITEMS, not_proper, told
from risico.tally import Counts, count

Array = NDArray[np.float64]

NAMES = ("alpha_fiml", "omega_total_fiml")
METHOD = "full information maximum likelihood by EM, forms with blanks used"
SOURCE = "Dempster, Laird & Rubin (1977); Enders (2010)"


class _Found(NamedTuple):
    """What the forms say: of each item apart, without a model, and with one factor (or why not)."""

    forms: em.Forms
    n: int
    empty: int
    apart: em.Moments
    free: em.Moments
    one: em.Moments | None
    model: covariance.OneFactor | None
    no_model: str | None


def fiml(items: Any, columns: Sequence[str] | None = None, *, confidence: float = 0.90) -> Estimates:
    """Alpha, omega and the fit of one factor from all forms with an answer, where `consistency` takes complete ones.

    Right where blanks depend on nothing but answers that were given (missing at random); complete forms alone are right
    only where blanks depend on nothing at all. `items` is any frame or table of points (see `risico.tally.count`) or
    Counts; `confidence` is of the interval of RMSEA.

    `alpha_fiml` is of the covariances of normal items found by the EM algorithm (Dempster, Laird and Rubin 1977),
    `omega_total_fiml` and the fit (`factor_chi_square_fiml`, …) of one factor fitted to the same likelihood;
    `alpha_fiml_difference` and `omega_total_fiml_difference` say how much that is more than complete forms give. They
    have no interval. `factor_srmr_fiml` is over the covariances, without the means.

    >>> answers = [[0, 1, 0], [1, 1, 1], [2, 2, 1], [3, 2, 3], [1, 0, 1], [2, 3, None], [3, None, 2], [None, None, 0]]
    >>> found = fiml(answers)
    >>> found["alpha_fiml"].n, round(found["alpha_fiml_difference"].value, 3)
    (8, -0.015)
    """
    counts = count(items, columns)
    found = _search(counts)
    if isinstance(found, str):
        names = (*NAMES, *(f"{name}_difference" for name in NAMES), *(f"factor_{part}_fiml" for part in FIT))
        return Estimates(Estimate(name=name, why=found) for name in names)
    left = f"; {found.empty} empty forms left out" if found.empty else ""
    return _coefficients(counts, found, left) + _fit(found, confidence, left)


def _search(counts: Counts) -> _Found | str:
    """Find the covariances and the model, or say why not."""
    rows, number, empty = _answered(counts)
    if (why := _no_search(rows, number)) is not None:
        return why
    forms = em.arranged(rows=rows, number=number)
    means, variances = em.observed(rows=rows, number=number)
    apart = em.Moments(means, np.diag(variances), converged=True)
    free = em.saturated(forms=forms, means=apart.means, S=apart.S)
    if (why := _unsettled(free)) is not None:
        return why
    n, k = int(number.sum()), rows.shape[1]
    if k < 3:
        return _Found(forms, n, empty, apart, free, None, None, TWO_ITEMS)
    model = covariance.one_factor(S=free.S, n=n)

    def allowed(S: Array) -> Array | None:
        nonlocal model
        model = covariance.one_factor(S=S, n=n, start=model)
        return covariance.implied(model=model) if not_proper(model, counts.columns) is None else None

    one = em.search(forms=forms, means=free.means, S=free.S, model=allowed)
    return _Found(forms, n, empty, apart, free, one, model, not_proper(model, counts.columns) or _unsettled(one))


def _answered(counts: Counts) -> tuple[Array, Array, int]:
    """Rows with an answer, how often each occurs, and how many forms have none."""
    text = [name for name in counts.columns if counts.column(name).dtype == object]
    if text:
        raise UsageError(
            f"These columns are not numbers: {', '.join(text)}.\n"
            "Covariances need points. Score the forms first, or turn the text into the numbers it stands for."
        )
    rows = np.column_stack(counts.values) if counts.values else np.empty((0, 0))
    some = ~np.isnan(rows).all(axis=1)
    return rows[some], counts.number[some].astype(np.float64), int(counts.number[~some].sum())


def _no_search(rows: Array, number: Array) -> str | None:
    if rows.shape[1] < 2:
        return FEW_ITEMS
    seen = (~np.isnan(rows)).astype(np.float64)
    together = (seen * number[:, None]).T @ seen
    if together.min() < 2:
        return "some two items were filled in together on fewer than two forms, so how they go together is not known"
    means, variances = em.observed(rows=rows, number=number)
    return STILL if (variances <= 1e-20 * np.maximum(means**2, 1e-200)).any() else None


def _unsettled(found: em.Moments) -> str | None:
    if found.converged:
        return None
    spread = np.sqrt(np.maximum(np.diag(found.S), 1e-300))
    flat = np.linalg.eigvalsh(found.S / np.outer(spread, spread))[0] < 10 * em.FLAT
    return COPIES if flat else "so much is blank that the search for the covariances did not settle"


def _coefficients(counts: Counts, found: _Found, left: str) -> Estimates:
    S = found.free.S
    total = S.sum() > 1e-12 * np.trace(S)
    alpha = told(
        *("alpha_fiml", covariance.cronbach(S=S) if total else None),
        n=found.n,
        method=f"Cronbach's alpha, {METHOD}{left}",
        source=f"Cronbach (1951); {SOURCE}",
        why=FLAT,
    )
    value = None
    if found.model is not None and found.no_model is None:
        value = covariance.omega_total(model=found.model)[0]
    omega = told(
        *("omega_total_fiml", value),
        n=found.n,
        method=f"omega of a one-factor model, {METHOD}{left}",
        source=f"McDonald (1999); {SOURCE}",
        why=found.no_model,
    )
    complete = consistency(counts.sums())
    pairs = ((alpha, complete["alpha"]), (omega, complete["omega_total"]))
    return Estimates([alpha, omega, *(_difference(all_forms, some) for all_forms, some in pairs)])


def _difference(all_forms: Estimate, complete: Estimate) -> Estimate:
    name = f"{all_forms.name}_difference"
    if all_forms.value is None or complete.value is None:
        return Estimate(name=name, why=all_forms.why if all_forms.value is None else complete.why)
    method = f"{complete.name} of all forms with an answer, less that of complete forms"
    return Estimate(
        name=name, value=all_forms.value - complete.value, n=all_forms.n, method=method, source=all_forms.source
    )


def _fit(found: _Found, confidence: float, left: str) -> Estimates:
    k = len(found.free.S)
    if found.one is None or found.no_model is not None or k < 4:
        why = found.no_model or THREE_ITEMS
        return Estimates(Estimate(name=f"factor_{part}_fiml", why=why) for part in FIT)
    free, apart, one = (
        em.log_likelihood(forms=found.forms, means=moments.means, S=moments.S)
        for moments in (found.free, found.apart, found.one)
    )
    fit = factor.fit_indices(
        value=max(2 * (free - one), 0.0),
        df=k * (k - 3) // 2,
        baseline=max(2 * (free - apart), 0.0),
        baseline_df=k * (k - 1) // 2,
        n=found.n,
        confidence=confidence,
    )
    srmr = factor.residual_root(S=found.free.S, implied=found.one.S)
    method = f"one-factor model, {METHOD}{left}"
    return said(fit, srmr, n=found.n, confidence=confidence, method=method, name="factor_{}_fiml")
