"""How often the 95 % interval of each statistic held the truth that was put in, or why there is no such number.

`coverage.csv` holds a line per name, world and n; the scripts in benchmarks/ write it.
"""

from __future__ import annotations

import csv
import re
from importlib.resources import files

with files("risico.statistics").joinpath("coverage.csv").open(encoding="utf-8") as file:
    LINES = tuple(csv.DictReader(file))
TRIED = {line["name"].split()[0] for line in LINES}

WILSON = "the interval of Wilson, tried as base_rate"
SAME: dict[str, str] = {
    **dict.fromkeys(("known", "whole_window", "observed", "unchanged", "recovered"), WILSON),
    **dict.fromkeys(("improved", "deteriorated"), WILSON),
    **dict.fromkeys(("label_changed", "primary_changed", "safety_lost", "weight_changed", "profile_share"), WILSON),
    **dict.fromkeys(
        ("colleague_further_lower", "colleague_further_higher"), "a share of pairs, tried as colleague_same"
    ),
    "sem_relative": "the square root of a component, as sem_consistency",
    "sem_absolute": "the square root of a component, as sem_agreement",
    "g_coefficient": "a ratio of components, as icc_consistency",
    "phi_coefficient": "a ratio of components, as icc_agreement",
    "raters_needed": "g or phi turned round, as icc_agreement",
    "sdc_individual_agreement": "a multiple of sem_agreement",
    "sdc_individual_consistency": "a multiple of sem_consistency",
    "sdc_group_agreement": "a multiple of sem_agreement",
    "sdc_group_consistency": "a multiple of sem_consistency",
    "pooled_tau2_paule_mandel": "the Q-profile interval, tried as pooled_tau2",
    "pooled_effect_without": "pooled_effect of fewer studies",
    "partial_auc_mcclish": "partial_auc on another scale",
    "rater_deviation": "a mean of one period, tried as rater_difference",
    "calibration_in_the_large": "the intercept alone, tried as calibration_intercept",
    "factor_rmsea_fiml": "the interval of factor_rmsea",
    "ordinal_rmsea": "the interval of factor_rmsea",
}
"""An interval that is another one under a name of its own."""

COMPONENTS = "200 repeats only (benchmarks/coverage_components.py): each refits the model many times"

REDRAWN = "not simulated yet: each repeat makes the model a hundred times (benchmarks/coverage_models.py)"

NOT_YET: dict[str, str] = {
    **dict.fromkeys(("omega_hierarchical", "omega_categorical", "alpha_ordinal"), REDRAWN),
    **dict.fromkeys(("component", "icc_agreement", "icc_consistency", "sem_agreement", "sem_consistency"), COMPONENTS),
    "calibration_curve": "a curve: its interval holds place by place",
    "factor_rmsea": "the interval of lavaan, not simulated yet",
    **dict.fromkeys(("class_share", "class_code"), "takes the model as known, and says so: too narrow for a class"),
    **dict.fromkeys(("class_mean", "class_effect"), "200 repeats only, in tests/test_latent_classes.py"),
    "prediction": "where a next study would lie: it holds a draw and no truth",
}
"""What nobody has simulated, and why."""

NO_INTERVAL = "no interval"
IN_TESTS = "where it has an interval, simulated in the tests of its design"

WEIGHTED = re.compile(r"_(custom|linear|quadratic|ordinal|interval|ratio|edwards_nunnally|hageman_arrindell)$")


def coverage_of(name: str, stored: str) -> float | str:
    """Return the lowest coverage over the worlds that a name was tried in, or why there is none.

    >>> coverage_of("icc_3_1", "icc"), coverage_of("sem_relative", "variance")
    (0.951, 'the square root of a component, as sem_consistency')
    """
    if name in TRIED:
        return min(float(line["coverage"]) for line in LINES if line["name"].split()[0] == name)
    if name in SAME or name in NOT_YET:
        return (SAME | NOT_YET)[name]
    kin = WEIGHTED.sub("", name).replace("ac2", "ac1")
    if kin != name and kin in TRIED | set(SAME):
        return f"the same with other weights, tried as {kin}"
    return IN_TESTS if stored.startswith(("effects_", "monitoring_")) else NO_INTERVAL
