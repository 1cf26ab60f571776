import numpy as np
import pytest

from risico.numbers.icc import above, coefficients, f_tests, intervals, mean_squares, step_up
from stored import matrix, stored

RTOL = 1e-8  # closed forms; the p values of psych 2.2.9 are 1 - pf(), which loses digits near 0
NAMES = ["icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"]


def of(X: np.ndarray):
    away = X - X.mean(axis=0)
    return mean_squares(n=len(X), means=X.mean(axis=0), cross=away.T @ away)


@pytest.mark.parametrize("case", ["six", "forty", "noise"])
def test_the_six_equal_psych(case: str) -> None:
    r = stored("icc")[case]
    ms = of(matrix(r["ratings"]))
    values, ends, tests = coefficients(ms=ms), intervals(ms=ms), f_tests(ms=ms)
    assert [values[name] for name in NAMES] == pytest.approx(r["value"], rel=RTOL)
    assert [ends[name][0] for name in NAMES] == pytest.approx(r["low"], rel=RTOL)
    assert [ends[name][1] for name in NAMES] == pytest.approx(r["high"], rel=RTOL)
    for design, place in (("one_way", 0), ("two_way", 1)):
        assert tests[design][:3] == pytest.approx((r["F"][place], r["df1"][place], r["df2"][place]), rel=RTOL)
        assert tests[design].p == pytest.approx(r["p"][place], rel=RTOL, abs=1e-15)


def test_the_table_of_shrout_and_fleiss() -> None:
    values = coefficients(ms=of(matrix(stored("icc")["six"]["ratings"])))
    assert [round(values[name], 2) for name in NAMES] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert [round(values[name], 4) for name in NAMES] == [0.1657, 0.2898, 0.7148, 0.4428, 0.6201, 0.9093]


def test_mean_of_k_ratings_follows_spearman_brown() -> None:
    values = coefficients(ms=of(np.random.default_rng(1).normal(size=(12, 3)).cumsum(axis=1)))
    for kind in "123":
        assert values[f"icc_{kind}_k"] == pytest.approx(step_up(value=values[f"icc_{kind}_1"], k=3), rel=1e-12)


@pytest.mark.parametrize("to_beat", [0, 0.1, 0.5])
@pytest.mark.parametrize("case", ["six", "forty"])
def test_the_forms_of_mcgraw_and_wong_are_those_of_shrout_and_fleiss(case: str, to_beat: float) -> None:
    r = stored("icc_mcgraw_wong")[case]
    ms = of(matrix(r["ratings"]))
    values, ends, tests = coefficients(ms=ms), intervals(ms=ms), above(ms=ms, value=to_beat)
    for name, told in r[f"{to_beat:g}"].items():
        assert values[name] == pytest.approx(told["value"], rel=RTOL)
        assert tests[name].f == pytest.approx(told["F"], rel=RTOL)
        if name != "icc_2_k":  # irr takes its degrees of freedom at ICC(A,k), where those of ICC(A,1) belong
            assert ends[name] == pytest.approx((told["low"], told["high"]), rel=RTOL)
            assert tests[name][2:] == pytest.approx((told["df"], told["p"]), rel=RTOL)


def test_a_test_against_the_lower_end_leaves_half_of_what_the_interval_leaves() -> None:
    ms = of(matrix(stored("icc_mcgraw_wong")["forty"]["ratings"]))
    for name, (low, _) in intervals(ms=ms, confidence=0.9).items():
        assert above(ms=ms, value=low)[name].p == pytest.approx(0.05, rel=RTOL)
