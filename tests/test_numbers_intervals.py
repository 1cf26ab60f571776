import pytest

from risico.numbers.intervals import normal, student, wilson
from stored import stored

RTOL = 1e-10  # closed forms; prop.test(correct = FALSE) and epiR, script tests/reference/validity.R


@pytest.mark.parametrize("name", ["base_rate", "sensitivity", "specificity", "ppv", "npv"])
def test_wilson_equals_r(name: str) -> None:
    r = stored("validity")["at_least_4"][name]
    assert wilson(successes=round(r["value"] * r["n"]), n=r["n"]) == pytest.approx((r["low"], r["high"]), rel=RTOL)


def test_wilson_stays_between_0_and_1() -> None:
    assert wilson(successes=0, n=5)[0] == 0.0
    assert wilson(successes=5, n=5)[1] == 1.0
    assert wilson(successes=0, n=5)[1] == pytest.approx(1 - wilson(successes=5, n=5)[0], rel=1e-14)


def test_student_with_many_degrees_of_freedom_is_normal() -> None:
    assert student(value=2, se=3, df=1e9) == pytest.approx(normal(value=2, se=3), rel=1e-8)
    assert student(value=0, se=1, df=10)[1] == pytest.approx(2.2281388520, rel=1e-9)  # printed tables: 2.228
