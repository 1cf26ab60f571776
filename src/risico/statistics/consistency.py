"""Alpha, omega and what is said of each item."""

from __future__ import annotations

from collections.abc import Callable

from risico.estimate import Estimates
from risico.reliability import alpha_adf, consistency, one_factor, split_half
from risico.statistics.row import CLOSED, Statistic


def _consistency(reference: str, collapse: str, tolerance: float = 1e-10, reason: str = CLOSED) -> Statistic:
    return Statistic(
        function=consistency,
        input="sums",
        reference=reference,
        stored="consistency",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


def _more(
    function: Callable[..., Estimates], reference: str, collapse: str, tolerance: float = 1e-10, reason: str = CLOSED
) -> Statistic:
    return Statistic(
        function=function,
        input="sums",
        reference=reference,
        stored="consistency_more",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


ITERATED = "lavaan stops at a relative change of 1e-10 in the likelihood, some 5 digits of a chi-square"
BRUTE = "every split in R 4.2.2, for an even number of items also psych::splitHalf 2.2.9 (covar, brute, no check.keys)"
FITTED = "fitMeasures(lavaan::cfa 0.6.14, one factor, std.lv, likelihood normal)"


def _fitted(measure: str, collapse: str) -> Statistic:
    return _more(one_factor, f"{FITTED}, {measure}", collapse, 1e-5, ITERATED)


ROWS: dict[str, Statistic] = {
    "alpha": _consistency(
        "psych::alpha 2.2.9, interval psych::alpha.ci", "two items of equal variance: 2 r / (1 + r) (Spearman-Brown)"
    ),
    "omega_total": _consistency(
        "lavaan::cfa 0.6.14, one factor, std.lv, omega := (sum l)^2 / ((sum l)^2 + sum e)",
        "parallel items: alpha",
        1e-6,
        "lavaan stops at a relative change of 1e-10 in the likelihood, some 6 digits of an estimate",
    ),
    "sem": _consistency("sd of R 4.2.2 and psych::alpha 2.2.9", "unrelated items (alpha 0): the SD of their sum"),
    "sdc_individual": _consistency("qnorm of R 4.2.2 and psych::alpha 2.2.9", "1.96 × √2 × SEM"),
    "sdc_group": _consistency("qnorm of R 4.2.2 and psych::alpha 2.2.9", "the individual one divided by √n"),
    "item_mean": _consistency("colMeans of R 4.2.2", "the mean of one column"),
    "item_sd": _consistency("sd of R 4.2.2", "the SD of one column"),
    "item_rest": _consistency("psych::alpha 2.2.9, r.drop", "two items: their correlation"),
    "alpha_without": _consistency("psych::alpha 2.2.9, alpha.drop", "three items: alpha of the other two"),
    "alpha_duhachek": _more(
        consistency, "psych::alpha 2.2.9, ase", "parallel items: standard error √(2 k / (k − 1) / n) (1 − alpha)"
    ),
    "alpha_adf": Statistic(
        function=alpha_adf,
        input="counts",
        reference="lavaan::lavaan 0.6.14, saturated, ML, se = robust.sem, alpha := of the covariances",
        stored="alpha_adf",
        tolerance=1e-6,
        reason="a closed form here; lavaan takes the slope of alpha by differences",
        collapse="two yes-no items cut at their medians: standard error √(q (1 − q) / n) / q², q the share alike",
    ),
    "alpha_standardised": _more(consistency, "psych::alpha 2.2.9, std.alpha", "items of equal variance: alpha"),
    "guttman_lambda_2": _more(consistency, "psych::splitHalf 2.2.9, covar, lambda2", "parallel items: alpha"),
    "guttman_lambda_6": _more(
        consistency, "psych::splitHalf 2.2.9, covar, lambda6", "two items of equal variance: their correlation"
    ),
    "split_half_mean": _more(split_half, BRUTE, "alpha, for an even and for an odd number of items"),
    "split_half_worst": _more(split_half, BRUTE, "parallel items: alpha"),
    "split_half_best": _more(split_half, BRUTE, "parallel items: alpha"),
    "split_half_odd_even": _more(split_half, "its formula in R 4.2.2", "two items: alpha"),
    "spearman_brown_mean": _more(split_half, "every split in R 4.2.2", "two items: 2 r / (1 + r)"),
    "spearman_brown_odd_even": _more(split_half, "its formula in R 4.2.2", "two items: 2 r / (1 + r)"),
    "kmo": _more(one_factor, "psych::KMO 2.2.9", "two items: a half"),
    "item_kmo": _more(one_factor, "psych::KMO 2.2.9, MSAi", "two items: a half"),
    "bartlett_chi_square": _more(one_factor, "psych::cortest.bartlett 2.2.9", "two items: −(n − 2.5) ln(1 − r²)"),
    "bartlett_df": _more(one_factor, "psych::cortest.bartlett 2.2.9", "two items: 1"),
    "bartlett_p": _more(one_factor, "psych::cortest.bartlett 2.2.9", "two items: the tail of a squared normal"),
    "factor_chi_square": _fitted("chisq", "parallel items: 0"),
    "factor_df": _fitted("df", "five items: 5"),
    "factor_p": _fitted("pvalue", "parallel items: 1"),
    "factor_cfi": _fitted("cfi", "parallel items: 1"),
    "factor_tli": _fitted("tli", "parallel items: b / (b − 1), b the baseline chi-square over its df"),
    "factor_rmsea": _fitted("rmsea", "parallel items: 0"),
    "factor_close_p": _fitted("rmsea.pvalue", "parallel items: 1"),
    "factor_srmr": _fitted("srmr", "parallel items: 0"),
    "item_loading": _more(
        one_factor, 'inspect(lavaan::cfa 0.6.14, "std"), lambda', "parallel items: √r", 1e-5, ITERATED
    ),
}
