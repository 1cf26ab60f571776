"""Are the items of a score fit for one factor, and does one factor fit them? From the sums of complete forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import covariance, factor
from risico.reliability.grounds import THREE_ITEMS, left_out, no_alpha, no_factor, no_inverse, not_proper, told
from risico.tally import Sums, sums

FIT = ("chi_square", "df", "p", "cfi", "tli", "rmsea", "close_p", "srmr")
UNRELATED = "no two items correlate"
MODEL = "one-factor model, maximum likelihood on covariances"


def one_factor(items: Any, columns: Sequence[str] | None = None, *, confidence: float = 0.90) -> Estimates:
    """How well one factor fits the items, and whether they are fit for a factor at all, on complete forms.

    `items` and `columns` as in `consistency`; `confidence` is of the interval of RMSEA, for which 90 percent is usual.
    Returns `kmo` and per item `item_kmo` (Kaiser and Rice 1974), `bartlett_chi_square`, `bartlett_df` and `bartlett_p`
    (Bartlett 1951: no two items correlate), and of the model `factor_chi_square`, `factor_df`, `factor_p`,
    `factor_cfi`, `factor_tli`, `factor_rmsea`, `factor_close_p` (RMSEA of at most .05), `factor_srmr` and per item
    `item_loading` (standardised). The chi-square is n times the discrepancy (not n − 1), as in lavaan's likelihood
    "normal".

    >>> answers = [[int(code) for code in form] for form in "0021 1312 3322 3333 1001 0000 3233 3232".split()]
    >>> found = one_factor(answers)
    >>> round(found["factor_chi_square"].value, 2), found["factor_df"].value
    (1.4, 2.0)
    """
    check_confidence(confidence)
    tally = sums(items, columns)
    model = _model(tally)
    return _adequacy(tally) + _fit(tally, model, confidence) + _each(tally, model)


def _model(tally: Sums) -> covariance.OneFactor | str:
    """One factor, or why there is none."""
    if (why := no_alpha(tally) or no_factor(tally)) is not None:
        return why
    model = covariance.one_factor(S=tally.covariance, n=tally.n)
    return not_proper(model, tally.columns) or model


def _adequacy(tally: Sums) -> Estimates:
    names = ("kmo", "bartlett_chi_square", "bartlett_df", "bartlett_p")
    if (why := no_alpha(tally) or no_inverse(tally)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in names)
    R, n, left = covariance.correlations(S=tally.covariance), tally.n, left_out(tally.left_out)
    test = factor.sphericity(R=R, n=n)
    kmo = told(
        *("kmo", factor.kaiser_meyer_olkin(R=R)[0]),
        n=n,
        method=f"Kaiser-Meyer-Olkin sampling adequacy{left}",
        source="Kaiser & Rice (1974)",
        why=UNRELATED,
    )
    values = (test.value, float(test.df), test.p)
    method = f"Bartlett's test of sphericity{left}"
    return Estimates(
        [kmo]
        + [
            told(name, x, n=n, method=method, source="Bartlett (1951)")
            for name, x in zip(names[1:], values, strict=True)
        ]
    )


def _fit(tally: Sums, model: covariance.OneFactor | str, confidence: float) -> Estimates:
    S, n, k = tally.covariance, tally.n, len(tally.columns)
    if isinstance(model, str) or k == 3:
        why = model if isinstance(model, str) else THREE_ITEMS
        return Estimates(Estimate(name=f"factor_{part}", why=why) for part in FIT)
    implied = covariance.implied(model=model)
    fit = factor.fit_indices(
        value=n * factor.discrepancy(S=S, implied=implied),
        df=k * (k - 3) // 2,
        baseline=-n * float(np.linalg.slogdet(covariance.correlations(S=S))[1]),
        baseline_df=k * (k - 1) // 2,
        n=n,
        confidence=confidence,
    )
    srmr = factor.residual_root(S=S, implied=implied)
    return said(fit, srmr, n=n, confidence=confidence, method=f"{MODEL}{left_out(tally.left_out)}")


def said(fit: factor.Fit, srmr: float, *, n: int, confidence: float, method: str, name: str = "factor_{}") -> Estimates:
    """Return the fit of a model as Estimates, in the order of `FIT`; `name` has a hole for each of these."""
    values = (fit.test.value, float(fit.test.df), fit.test.p, fit.cfi, fit.tli, fit.rmsea, fit.close_p, srmr)
    sources = {
        "cfi": "Bentler (1990)",
        "tli": "Tucker & Lewis (1973)",
        "rmsea": "Browne & Cudeck (1993)",
        "close_p": "Browne & Cudeck (1993)",
        "srmr": "Bentler (1995)",
    }
    return Estimates(
        told(
            name.format(part),
            value,
            n=n,
            method=method,
            source=sources.get(part, "Jöreskog (1967)"),
            ends=(fit.rmsea_low, fit.rmsea_high) if part == "rmsea" else None,
            confidence=confidence,
            why="the baseline fits exactly as well as its degrees of freedom, so there is nothing to compare with",
        )
        for part, value in zip(FIT, values, strict=True)
    )


def _each(tally: Sums, model: covariance.OneFactor | str) -> Estimates:
    k, n, left = len(tally.columns), tally.n, left_out(tally.left_out)
    why = no_alpha(tally) or no_inverse(tally)
    kmo = np.full(k, np.nan)
    if why is None:
        kmo = factor.kaiser_meyer_olkin(R=covariance.correlations(S=tally.covariance))[1]
    loadings, no_model = np.full(k, np.nan), None
    if isinstance(model, str):
        no_model = model
    else:
        loadings = model.loadings / np.sqrt(np.diag(tally.covariance))
    lonely = why or "the item correlates with no other"
    return Estimates(
        told(name, float(values[i]), n=n, method=method + left, source=source, by={"item": item}, why=reason)
        for i, item in enumerate(tally.columns)
        for name, values, method, source, reason in (
            ("item_kmo", kmo, "Kaiser-Meyer-Olkin sampling adequacy", "Kaiser & Rice (1974)", lonely),
            ("item_loading", loadings, f"standardised loading in the {MODEL}", "Jöreskog (1967)", no_model),
        )
    )
