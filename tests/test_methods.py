"""The methods paragraph says what was computed, what it equals, what could not be, and from where."""

import re

import numpy as np

from risico.estimate import Estimate, Estimates
from risico.pages.methods import methods, reference
from risico.reliability import consistency
from risico.statistics import STATISTICS

RNG = np.random.default_rng(3)
ANSWERS = RNG.standard_normal((80, 1)) + RNG.standard_normal((80, 4))


def test_statistics_are_named_under_the_function_they_equal() -> None:
    lines = methods(consistency(ANSWERS)).splitlines()
    told = next(line for line in lines if line.startswith("In the tests of risico"))
    assert "psych::alpha 2.2.9 (alpha, sem, " in told
    assert "lavaan::cfa 0.6.14 (omega_total)" in told
    assert told.count("psych::alpha 2.2.9") == 1
    assert told.endswith(".")


def test_what_has_no_value_equals_nothing() -> None:
    text = methods(Estimates([Estimate(name="alpha", why="two items are needed")]), "nl")
    assert "gelijk aan" not in text
    assert "Niet te berekenen: alpha: two items are needed." in text


def test_a_statistic_that_the_index_does_not_know_is_told_without_a_reference() -> None:
    text = methods(Estimates([Estimate(name="own", value=1.0, n=3, method="by hand")]))
    assert text.startswith("Computed with risico: own (by hand; n = 3).\n\nReferences")


def test_each_reference_is_a_function_or_a_package_with_its_version() -> None:
    short = {name: reference(name) for name in STATISTICS}
    shown = [text for text in short.values() if text]
    assert all(re.fullmatch(r"[\w.]+(::[\w.]+)?( \d[\w.-]*\w)?", text) for text in shown)
    assert len(shown) > 0.8 * len(short)
    assert short["cohen_kappa"] == "irrCAC::kappa2.table 1.0"
    assert short["sensitivity"] == "epiR::epi.tests 2.0.57"
    assert short["item_mean"] == "R 4.2.2"
