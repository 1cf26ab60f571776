"""Every interval was tried where the truth is known (benchmarks/coverage.csv), is one that was, or says why not yet."""

import csv
import re

import pytest

from collapses import COUNTED, FORMS
from conftest import ROOT
from risico.statistics import STATISTICS

with (ROOT / "benchmarks" / "coverage.csv").open(newline="", encoding="utf-8") as file:
    LINES = list(csv.DictReader(file))
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

NOT_YET: dict[str, str] = {
    **dict.fromkeys(("component", "icc_agreement", "icc_consistency", "sem_agreement", "sem_consistency"), COMPONENTS),
    "calibration_curve": "a curve: its interval holds place by place",
    "factor_rmsea": "the interval of lavaan, not simulated yet",
    **dict.fromkeys(("class_share", "class_code"), "takes the model as known, and says so: too narrow for a class"),
    **dict.fromkeys(("class_mean", "class_effect"), "200 repeats only, in tests/test_latent_classes.py"),
    "prediction": "where a next study would lie: it holds a draw and no truth",
}
"""What nobody has simulated, and why."""

EFFECTS = {name for name, row in STATISTICS.items() if row.stored.startswith(("effects_", "monitoring_"))}
"""Simulated in the tests of their designs (tests/test_effects_*.py) or of looks (tests/test_monitoring_anytime.py)."""

WEIGHTED = re.compile(r"_(custom|linear|quadratic|ordinal|interval|ratio|edwards_nunnally|hageman_arrindell)$")


def test_every_interval_was_tried_or_says_why_not() -> None:
    made = [function(rows) for rows, function, _ in COUNTED.values()] + [call() for call in FORMS.values()]
    given = {e.name for estimates in made for e in estimates if e.low is not None} - EFFECTS
    kin = {name for name in given if WEIGHTED.sub("", name).replace("ac2", "ac1") in TRIED | set(SAME)}
    assert given - kin - TRIED - set(SAME) - set(NOT_YET) == set()
    assert set(NOT_YET) & TRIED == set()


@pytest.mark.parametrize("name", sorted(SAME))
def test_what_stands_for_another_was_not_forgotten(name: str) -> None:
    assert name in STATISTICS
    *_, named = SAME[name].split()
    assert named in TRIED | set(NOT_YET) | {"studies", "scale"}


def test_an_interval_that_misses_says_so() -> None:
    """Alpha on skewed items of three points: the table shows it, and the docstring says it."""
    from risico.reliability import consistency

    missed = {line["name"] for line in LINES if line["passes"] == "False" and float(line["high"]) < 0.93}
    assert "alpha" in missed
    assert "too narrow for" in str(consistency.__doc__)
