"""Sensitivity and specificity over studies: equal to metafor and to the published example."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from risico.errors import UsageError
from risico.pooling import pooled_accuracy
from stored import stored

R = stored("accuracy")
FOUR = ("tp", "fn", "fp", "tn")


def test_the_bivariate_model_equals_metafor() -> None:
    found, expected = pooled_accuracy(*(R[key] for key in FOUR)), R["found"]
    sensitivity, specificity = found["pooled_sensitivity"], found["pooled_specificity"]
    assert special.logit(sensitivity.value) == pytest.approx(expected["mean"][0], rel=1e-5)
    assert special.logit(specificity.value) == pytest.approx(-expected["mean"][1], rel=1e-5)
    for e, se in ((sensitivity, expected["se"][0]), (specificity, expected["se"][1])):
        assert (special.logit(e.high) - special.logit(e.low)) / 2 / 1.959963984540054 == pytest.approx(se, rel=1e-5)
    spreads = [found[f"spread_logit_{kind}"].value for kind in ("sensitivity", "specificity")]
    assert spreads == pytest.approx(expected["sd"], rel=1e-5)
    assert found["accuracy_correlation"].value == pytest.approx(expected["correlation"], rel=1e-5)


def test_the_published_example_of_the_audit_c(real_data: Callable[[str], Path]) -> None:
    """Kriston et al. (2008), by the model of Reitsma: logits 2.0997 and -1.2637."""
    with (real_data("dta-auditc") / "auditc.csv").open() as file:
        rows = list(csv.DictReader(file))
    found = pooled_accuracy(*([float(row[key.upper()]) for row in rows] for key in FOUR))
    logits = [special.logit(found[f"pooled_{kind}"].value) for kind in ("sensitivity", "specificity")]
    assert logits == pytest.approx([2.09974, 1.26369], abs=1e-5)
    assert [e.value for e in found][2:] == pytest.approx([1.1746, 0.6381, 0.8543], abs=6e-5)


def test_what_cannot_be_said_has_a_reason() -> None:
    assert {e.value for e in pooled_accuracy([3, 4], [1, 1], [2, 2], [9, 8])} == {None}
    alike = pooled_accuracy([30] * 4, [10] * 4, [20] * 4, [80] * 4)
    assert "nothing can go together" in str(alike["accuracy_correlation"].why)
    assert "few studies" in str(alike["pooled_sensitivity"].why)
    nothing_missed = pooled_accuracy([30, 40, 20], [0, 0, 0], [20, 30, 10], [80, 90, 50])
    assert all(np.isfinite(e.value or 0.0) for e in nothing_missed)


def test_wrong_counts_are_refused() -> None:
    for wrong in (([1, 2, 3], [1, 1], [1, 1, 1], [1, 1, 1]), ([1, 2, -3], [1, 1, 1], [1, 1, 1], [1, 1, 1])):
        with pytest.raises(UsageError, match="one count per study"):
            pooled_accuracy(*wrong)
