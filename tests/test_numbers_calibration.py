import numpy as np
import pytest

from risico.numbers.calibration import in_the_large, intercept_and_slope, logistic
from stored import stored

RTOL = 1e-8  # iterated to full precision on both sides: glm with epsilon 1e-14; script tests/reference/validity.R


def data() -> dict[str, np.ndarray]:
    r = stored("validity")
    p, y = np.array(r["risk"]), np.array(r["ties"]["outcome"], dtype=float)
    return {"logit": np.log(p / (1 - p)), "events": y, "trials": np.ones(len(y))}


def test_equal_to_glm() -> None:
    r = stored("validity")
    large, both = in_the_large(**data()), intercept_and_slope(**data())
    for fit, place, name in (
        (large, 0, "calibration_in_the_large"),
        (both, 0, "calibration_intercept"),
        (both, 1, "calibration_slope"),
    ):
        assert fit.converged
        assert fit.coefficients[place] == pytest.approx(r[name]["value"], rel=RTOL)
        assert np.sqrt(fit.covariance[place, place]) == pytest.approx(r[name]["se"], rel=RTOL)


def test_equal_to_val_prob_of_rms() -> None:
    r, both = stored("validity")["val.prob"], intercept_and_slope(**data())
    assert both.coefficients == pytest.approx((r["Intercept"], r["Slope"]), rel=1e-7)  # lrm stops at 1e-4 in gradient


def test_separated_outcomes_do_not_converge() -> None:
    logit = np.array([-2.0, -1.0, 1.0, 2.0])
    assert not intercept_and_slope(logit=logit, events=(logit > 0) * 1.0, trials=np.ones(4)).converged


def test_no_finite_fit_on_equal_predictions() -> None:
    assert not intercept_and_slope(
        logit=np.zeros(2), events=np.array([1.0, 2.0]), trials=np.array([3.0, 3.0])
    ).converged


def test_one_constant_is_the_logit_of_the_share() -> None:
    fit = logistic(X=np.ones((1, 1)), events=np.array([3.0]), trials=np.array([10.0]), offset=np.zeros(1))
    assert fit.coefficients[0] == pytest.approx(np.log(3 / 7), rel=1e-12)
    assert fit.covariance[0, 0] == pytest.approx(1 / 3 + 1 / 7, rel=1e-12)
