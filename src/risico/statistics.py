"""Every public statistic, with what proves it: `STATISTICS`, one row per name of an Estimate.

A method without a reference is not public. The tests walk this table: a function that returns a name that is not here,
an empty cell, or a stored value that is out of date fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from risico.effects import adjusted, assigned_by_delivered, by_profile, randomized
from risico.estimate import Estimates
from risico.reliability import agreement, change, consistency, icc
from risico.validity import accuracy, auc, calibration, observed


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """What a statistic needs, who else computed it and how near we must be.

    `input` is the smallest summary that is enough (or forms, where it must be known who or when). `reference` names
    the R function, version and arguments, or the published table; `stored` the file in tests/reference that holds its
    values. `tolerance` is relative, with its `reason`. `collapse` is a case in which it must equal something known.
    """

    function: Callable[..., Estimates]
    input: Literal["counts", "sums", "forms"]
    reference: str
    stored: str
    tolerance: float
    reason: str
    collapse: str


CLOSED = "closed form on the same summary"


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


def _agreement(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=agreement,
        input="counts",
        reference=reference,
        stored="agreement",
        tolerance=1e-10,
        reason=CLOSED,
        collapse=collapse,
    )


def _icc(reference: str, collapse: str) -> Statistic:
    return Statistic(
        function=icc,
        input="sums",
        reference=f"psych::ICC(lmer = FALSE) 2.2.9: {reference}",
        stored="icc",
        tolerance=1e-8,
        reason="closed form; psych's p values are 1 - pf(), which loses digits near 0",
        collapse=collapse,
    )


def _change(collapse: str) -> Statistic:
    return Statistic(
        function=change,
        input="counts",
        reference="sd, qnorm and prop.test of R 4.2.2, after Jacobson & Truax (1991)",
        stored="change",
        tolerance=1e-10,
        reason=CLOSED,
        collapse=collapse,
    )


def _validity(function: Callable[..., Estimates], reference: str, collapse: str, tolerance: float) -> Statistic:
    iterated = "iterated to full precision on both sides (glm with epsilon 1e-14)"
    return Statistic(
        function=function,
        input="counts",
        reference=reference,
        stored="validity",
        tolerance=tolerance,
        reason=iterated if function is calibration else CLOSED,
        collapse=collapse,
    )


CR2 = "clubSandwich 0.5.8 (CR2, Satterthwaite; with a cluster per family HC2)"
METAFOR = "metafor 3.8.1"
BASE = "R 4.2.2"


def _effect(
    function: Callable[..., Estimates],
    stored: str,
    reference: str,
    collapse: str,
    tolerance: float = 1e-9,
    reason: str = "closed form in double precision; the reference prints 15 digits",
) -> Statistic:
    return Statistic(
        function=function,
        input="forms",
        reference=reference,
        stored=f"effects_{stored}",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


def _adjusted(reference: str, collapse: str, tolerance: float = 1e-6) -> Statistic:
    return _effect(
        adjusted,
        "adjusted",
        reference,
        collapse,
        tolerance,
        "with the folds of the reference; both sides iterate the logistic regression to about this",
    )


IRRCAC = "irrCAC::{} 1.0"
KRIPPENDORFF = "irrCAC::krippen.alpha.raw 1.0 ({} weights), irr::kripp.alpha 0.84.1, Krippendorff (2011)"
WILSON = "prop.test(correct = FALSE) of R 4.2.2, epiR::epi.tests(method = 'wilson') 2.0.57"

STATISTICS: dict[str, Statistic] = {
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
    "percent_agreement": _agreement(IRRCAC.format("pa.coeff.raw"), "two raters: the share on the diagonal"),
    "gwet_ac1": _agreement(IRRCAC.format("gwet.ac1.raw"), "two levels chosen equally often: 2 p − 1"),
    "fleiss_kappa": _agreement(
        IRRCAC.format("fleiss.kappa.raw"), "two raters with the same margins: Cohen's kappa of their table"
    ),
    "krippendorff_alpha": _agreement(
        KRIPPENDORFF.format("identity"), "no gaps and N ratings: 1 − (1 − Fleiss' kappa) (N − 1) / N"
    ),
    "krippendorff_alpha_ordinal": _agreement(KRIPPENDORFF.format("ordinal"), "two levels: the nominal alpha"),
    "krippendorff_alpha_interval": _agreement(KRIPPENDORFF.format("quadratic"), "two levels: the nominal alpha"),
    "krippendorff_alpha_ratio": _agreement(KRIPPENDORFF.format("ratio"), "two levels: the nominal alpha"),
    "cohen_kappa": _agreement(
        "irrCAC::kappa2.table 1.0, psych::cohen.kappa 2.2.9, irr::kappa2 0.84.1", "raters independent: 0"
    ),
    "cohen_kappa_linear": _agreement(
        "irrCAC::kappa2.table 1.0, irr::kappa2(weight = 'equal')", "two levels: unweighted"
    ),
    "cohen_kappa_quadratic": _agreement(
        "irrCAC::kappa2.table 1.0, irr::kappa2(weight = 'squared')", "two levels: unweighted"
    ),
    "icc_1_1": _icc("ICC1, Shrout & Fleiss (1979) table 4", "raters give the same scores: 1"),
    "icc_2_1": _icc("ICC2, Shrout & Fleiss (1979) table 4", "raters differ as much as the residual: icc_3_1"),
    "icc_3_1": _icc("ICC3, Shrout & Fleiss (1979) table 4", "raters a fixed distance apart: 1"),
    "icc_1_k": _icc("ICC1k, Shrout & Fleiss (1979) table 4", "Spearman-Brown of icc_1_1"),
    "icc_2_k": _icc("ICC2k, Shrout & Fleiss (1979) table 4", "Spearman-Brown of icc_2_1"),
    "icc_3_k": _icc("ICC3k, Shrout & Fleiss (1979) table 4", "Cronbach's alpha with raters as items"),
    "df_between": _icc("df1", "units − 1"),
    "f_one_way": _icc("F of ICC1", "scipy.stats.f_oneway over the units"),
    "df_one_way": _icc("df2 of ICC1", "units × (raters − 1)"),
    "p_one_way": _icc("p of ICC1", "scipy.stats.f_oneway over the units"),
    "f_two_way": _icc("F of ICC3", "1 / (1 − alpha) with raters as items"),
    "df_two_way": _icc("df2 of ICC3", "(units − 1) × (raters − 1)"),
    "p_two_way": _icc("p of ICC3", "the upper tail of F at f_two_way"),
    "change_needed": _change("a reliability of .5: z standard deviations"),
    "reliably_worse": _change("everybody falls far: 1"),
    "unchanged": _change("nobody changes: 1"),
    "reliably_better": _change("everybody rises far: 1"),
    "recovered": _change("everybody rises far beyond the cut-off: 1"),
    "auc": _validity(auc, "pROC::ci.auc(method = 'delong') 1.18.0", "Mann-Whitney's U divided by the pairs", 1e-12),
    "base_rate": _validity(accuracy, WILSON, "the mean of the outcome", 1e-10),
    "sensitivity": _validity(accuracy, WILSON, "a cut-off below every score: 1", 1e-10),
    "specificity": _validity(accuracy, WILSON, "a cut-off above every score: 1", 1e-10),
    "ppv": _validity(accuracy, WILSON, "Bayes' rule from sensitivity, specificity and base rate", 1e-10),
    "npv": _validity(accuracy, WILSON, "Bayes' rule from sensitivity, specificity and base rate", 1e-10),
    "observed": _validity(observed, WILSON, "a Boolean score: ppv where true", 1e-10),
    "calibration_in_the_large": _validity(
        calibration, "glm with offset of R 4.2.2", "one prediction: logit of the share − logit of the prediction", 1e-8
    ),
    "calibration_slope": _validity(
        calibration, "glm of R 4.2.2, rms::val.prob 6.5.0", "two predictions: the line through two logits", 1e-8
    ),
    "calibration_intercept": _validity(
        calibration, "glm of R 4.2.2, rms::val.prob 6.5.0", "two predictions: the line through two logits", 1e-8
    ),
    "outcome_known": _effect(randomized, "clusters", f"mean by arm of {BASE}", "no outcome is blank: 1"),
    "profile_known": _effect(randomized, "clusters", f"mean of {BASE}", "every other profile is blank: a half"),
    "itt": _effect(randomized, "clusters", f"lm and {CR2}", "the difference between the means of two arms"),
    "itt_adjusted": _effect(
        randomized,
        "clusters",
        f"lm(y ~ z * x), x less its mean (Lin 2013), and {CR2}",
        "a covariate that is alike in both arms: itt",
    ),
    "first_stage": _effect(randomized, "clusters", f"lm and {CR2}", "everybody gets what the lot said: 1"),
    "first_stage_f": _effect(
        randomized, "clusters", f"Wald_test(test = 'Naive-F') of {CR2}", "no clusters: Welch's t squared"
    ),
    "cace": _effect(
        randomized,
        "clusters",
        f"AER::ivreg 1.2-10 and {CR2}; uniroot of {BASE} for the Anderson-Rubin interval",
        "everybody gets what the lot said: itt",
    ),
    "delivered": _effect(assigned_by_delivered, "clusters", f"table of {BASE}", "one arm and no other: all of it"),
    "delivered_as_assigned": _effect(
        assigned_by_delivered, "clusters", f"prop.table of {BASE}", "everybody gets what the lot said: 1"
    ),
    "heterogeneity_p": _effect(
        by_profile, "clusters", f"Wald_test(test = 'HTZ') of {CR2}", "profiles with the same data: 1"
    ),
    "heterogeneity_q": _effect(
        by_profile,
        "clusters",
        f"matrix algebra of {BASE} on the covariance of {CR2}",
        "two profiles: their difference squared over the sum of their variances",
    ),
    "heterogeneity_tau": _effect(
        by_profile,
        "pooling",
        f"{METAFOR}: rma(method = 'PM'), confint",
        "profiles with the same data: 0",
        1e-7,
        "metafor iterates tau2 to about this, the ends of its interval to 2e-4",
    ),
    "more_families": _effect(
        by_profile,
        "clusters",
        f"pchisq with the non-centrality that uniroot of {BASE} finds; Cohen (1988)",
        "a difference that was shown: 0",
        1e-7,
        "both sides search for the non-centrality",
    ),
    "line_zero": _effect(by_profile, "clusters", "the line of no effect, by definition", "always: 0"),
    "line_equal": _effect(
        by_profile,
        "clusters",
        f"lm(y ~ profile + z) of {BASE}; matrix algebra on the covariance of {CR2}",
        "profiles with equal arms: the mean of their effects",
    ),
    "profile_effect": _effect(
        by_profile, "clusters", f"lm(y ~ 0 + profile + profile:z) and {CR2}", "itt of the families of that profile"
    ),
    "profile_effect_pooled": _effect(
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
"""Name of an Estimate to what is known of it."""
