"""Latent classes of the indicators of the profile rule, and outcomes per class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risico.profiles.latent import beside_rule, by_class, fit, stability
from risico.statistics.row import BASE, Statistic

EM = f"EM from its definition in {BASE}, 40 starts"
BCH = f"matrix algebra of {BASE} from the definition; the sandwich by tapply"
RAND = "mclust::adjustedRandIndex 6.0.0"


def _row(
    function: Callable[..., Any], reference: str, collapse: str, tolerance: float = 1e-4, reason: str = ""
) -> Statistic:
    return Statistic(
        function=function,
        input="forms",
        reference=reference,
        stored="latent_classes",
        tolerance=tolerance,
        reason=reason or "both sides iterate until the mean log-likelihood moves less than about this",
        collapse=collapse,
    )


def _closed(function: Callable[..., Any], reference: str, collapse: str) -> Statistic:
    return _row(function, reference, collapse, 1e-8, "closed form; the reference prints 15 digits")


ROWS: dict[str, Statistic] = {
    "class_loglik": _row(
        fit, f"{EM}; yes and no also flexmix::stepFlexmix 2.3.18", "one class: the sum of n log n over the codes"
    ),
    "class_bic": _row(fit, EM, "its definition from the log-likelihood"),
    "class_bic_adjusted": _row(fit, EM, "its definition from the log-likelihood"),
    "class_aic": _row(fit, EM, "its definition from the log-likelihood"),
    "class_entropy": _row(fit, EM, "one class: 1"),
    "class_smallest": _row(fit, EM, "one class: everybody, 1", 1e-3),
    "class_posterior": _row(fit, EM, "one class: 1"),
    "class_starts": _row(fit, EM, "one class: the one start"),
    "classes_lowest_bic": _row(fit, EM, "families that are all alike: 1"),
    "classes_chosen": _row(fit, EM, "families that are all alike: 1"),
    "class_share": _row(fit, EM, "one class: everybody, 1", 1e-3),
    "class_code": _row(fit, EM, "one class: the share of all families with that code", 1e-3),
    "class_stable_half": _closed(stability, RAND, "two kinds of families that have nothing in common: 1"),
    "class_stable_region": _closed(stability, RAND, "two kinds of families that have nothing in common: 1"),
    "classes_accepted": _closed(stability, RAND, "two kinds of families that have nothing in common: 2"),
    "classes_rule_rand": _closed(beside_rule, RAND, "classes and rule that split alike: 1"),
    "class_mean": _closed(by_class, BCH, "classes known for sure: the mean of their families"),
    "class_effect": _closed(by_class, BCH, "classes known for sure: the difference between the means of two arms"),
    "class_effects_differ_p": _closed(
        by_class, BCH, "two classes known for sure: p of their difference over its standard error"
    ),
}
