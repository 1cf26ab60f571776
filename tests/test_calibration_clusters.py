"""Recalibration where forms of one team resemble each other: equal to sandwich in R, and wider than without."""

import numpy as np
import pytest

from risico.tally import count
from risico.validity import calibration
from stored import stored

R = stored("calibration_clusters")
FORMS = {key: R[key] for key in ("risk", "again", "team")}
NAMES = ("calibration_in_the_large", "calibration_slope", "calibration_intercept")


@pytest.mark.parametrize("name", NAMES)
def test_it_equals_the_sandwich_of_r(name: str) -> None:
    e = calibration(FORMS, "risk", "again", cluster="team")[name]
    assert (e.value, e.se, e.low, e.high) == pytest.approx(R[name], rel=1e-8)
    assert "within team" in e.method


def test_counts_are_repeated_forms() -> None:
    number = np.random.default_rng(1).integers(1, 4, len(R["risk"]))
    once = count({**FORMS, "number": number.tolist()}, ["risk", "again", "team"], number="number")
    repeated = {key: np.repeat(values, number).tolist() for key, values in FORMS.items()}
    found = (calibration(data, "risk", "again", cluster="team") for data in (once, repeated))
    for a, b in zip(*found, strict=True):
        assert (a.n, a.value, a.se) == (b.n, pytest.approx(b.value, rel=1e-10), pytest.approx(b.se, rel=1e-10))


def test_every_form_a_cluster_is_the_sandwich_of_forms_and_all_of_one_has_no_interval() -> None:
    own = calibration({**FORMS, "team": list(range(300))[: len(R["risk"])]}, "risk", "again", cluster="team")
    plain = calibration(FORMS, "risk", "again")
    for name in NAMES:
        assert own[name].value == pytest.approx(plain[name].value, rel=1e-10)
        assert own[name].se == pytest.approx(plain[name].se, rel=0.2)
        assert plain["calibration_in_the_large"].se < 0.8 * R["calibration_in_the_large"][1]
    for e in calibration({**FORMS, "team": [1] * len(R["risk"])}, "risk", "again", cluster="team"):
        assert e.value is not None
        assert e.low is None
        assert e.why == "these forms are all of one cluster: no interval"


def test_a_form_without_a_team_is_left_out_and_counted() -> None:
    e = calibration({**FORMS, "team": [None, *R["team"][1:]]}, "risk", "again", cluster="team")[0]
    assert e.n == 299
    assert "1 forms without score, outcome or team left out" in e.method
