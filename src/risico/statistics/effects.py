"""What help did."""

from __future__ import annotations

from collections.abc import Callable

from risico.effects import adjusted, assigned_by_delivered, by_profile, randomized
from risico.estimate import Estimates
from risico.statistics.row import BASE, Statistic, of_forms

CR2 = "clubSandwich 0.5.8 (CR2, Satterthwaite; with a cluster per family HC2)"
METAFOR = "metafor 3.8.1"


DIGITS = "closed form in double precision; the reference prints 15 digits"


def effect(
    function: Callable[..., Estimates],
    stored: str,
    reference: str,
    collapse: str,
    tolerance: float = 1e-9,
    reason: str = DIGITS,
) -> Statistic:
    """Return the row of a statistic on families in clusters, with the name of its stored values after `effects_`."""
    return of_forms(function, f"effects_{stored}", reference, collapse, tolerance, reason)


def _adjusted(reference: str, collapse: str, tolerance: float = 1e-6) -> Statistic:
    return effect(
        adjusted,
        "adjusted",
        reference,
        collapse,
        tolerance,
        "with the folds of the reference; both sides iterate the logistic regression to about this",
    )


ROWS: dict[str, Statistic] = {
    "outcome_known": effect(randomized, "clusters", f"mean by arm of {BASE}", "no outcome is blank: 1"),
    "profile_known": effect(randomized, "clusters", f"mean of {BASE}", "every other profile is blank: a half"),
    "itt": effect(randomized, "clusters", f"lm and {CR2}", "the difference between the means of two arms"),
    "itt_adjusted": effect(
        randomized,
        "clusters",
        f"lm(y ~ z * x), x less its mean (Lin 2013), and {CR2}",
        "a covariate that is alike in both arms: itt",
    ),
    "first_stage": effect(randomized, "clusters", f"lm and {CR2}", "everybody gets what the lot said: 1"),
    "first_stage_f": effect(
        randomized, "clusters", f"Wald_test(test = 'Naive-F') of {CR2}", "no clusters: Welch's t squared"
    ),
    "cace": effect(
        randomized,
        "clusters",
        f"AER::ivreg 1.2-10 and {CR2}; uniroot of {BASE} for the Anderson-Rubin interval",
        "everybody gets what the lot said: itt",
    ),
    "delivered": effect(assigned_by_delivered, "clusters", f"table of {BASE}", "one arm and no other: all of it"),
    "delivered_as_assigned": effect(
        assigned_by_delivered, "clusters", f"prop.table of {BASE}", "everybody gets what the lot said: 1"
    ),
    "heterogeneity_p": effect(
        by_profile, "clusters", f"Wald_test(test = 'HTZ') of {CR2}", "profiles with the same data: 1"
    ),
    "heterogeneity_q": effect(
        by_profile,
        "clusters",
        f"matrix algebra of {BASE} on the covariance of {CR2}",
        "two profiles: their difference squared over the sum of their variances",
    ),
    "heterogeneity_tau": effect(
        by_profile,
        "pooling",
        f"{METAFOR}: rma(method = 'PM'), confint",
        "profiles with the same data: 0",
        1e-7,
        "metafor iterates tau2 to about this, the ends of its interval to 2e-4",
    ),
    "more_families": effect(
        by_profile,
        "clusters",
        f"pchisq with the non-centrality that uniroot of {BASE} finds; Cohen (1988)",
        "a difference that was shown: 0",
        1e-7,
        "both sides search for the non-centrality",
    ),
    "line_zero": effect(by_profile, "clusters", "the line of no effect, by definition", "always: 0"),
    "line_equal": effect(
        by_profile,
        "clusters",
        f"lm(y ~ profile + z) of {BASE}; matrix algebra on the covariance of {CR2}",
        "profiles with equal arms: the mean of their effects",
    ),
    "profile_effect": effect(
        by_profile, "clusters", f"lm(y ~ 0 + profile + profile:z) and {CR2}", "itt of the families of that profile"
    ),
    "profile_effect_pooled": effect(
        by_profile,
        "pooling",
        f"{METAFOR}: blup at 4000 degrees of shrinkage, weighed by their restricted likelihood",
        "profiles with the same data: their common effect",
        2e-5,
        "the reference integrates over 4000 points, ours over fewer nodes",
    ),
    "unadjusted": _adjusted(f"lm and {CR2}", "itt of the same families", 1e-9),
    "learner_loss": _adjusted(
        f"glm and lm of {BASE} by fold, mean of the loss", "a learner that gives a half for one in two: log 2"
    ),
    "overlap_propensity": _adjusted(f"quantile of {BASE} on glm by fold", "chances that are all alike: that chance"),
    "overlap_trimmed": _adjusted(f"mean of {BASE} on glm by fold", "chances that are all alike: nobody, 0"),
    "overlap_ess": _adjusted(f"sum(w)^2 / sum(w^2) of {BASE} (Kish 1965)", "chances that are all alike: everybody"),
    "overlap_smd_before": _adjusted(f"mean and sd of {BASE}", "a covariate that is alike in both arms: 0", 1e-12),
    "overlap_smd_after": _adjusted(
        f"weighted.mean and sd of {BASE}", "chances that are all alike: what it was before", 1e-4
    ),
    "att": _adjusted(f"scores on glm and lm of {BASE} by fold; {CR2}", "nothing to adjust for: unadjusted"),
    "ate": _adjusted(f"scores on glm and lm of {BASE} by fold; {CR2}", "nothing to adjust for: unadjusted"),
}
