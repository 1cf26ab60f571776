import numpy as np
import pytest

from risico.numbers.roc import auc
from stored import stored

RTOL = 1e-12  # closed form on the same counts as pROC 1.18.0; script tests/reference/validity.R


def counts(score, outcome) -> dict[str, np.ndarray]:
    score, outcome = np.asarray(score, dtype=float), np.asarray(outcome)
    levels = np.unique(score)
    return {
        name: np.array([((score == level) & (outcome == y)).sum() for level in levels], dtype=float)
        for name, y in (("positives", 1), ("negatives", 0))
    }


@pytest.mark.parametrize("case", ["ties", "distinct", "few"])
def test_area_and_error_equal_proc(case: str) -> None:
    r = stored("validity")[case]
    assert auc(**counts(r["score"], r["outcome"])) == pytest.approx((r["auc"], r["se"]), rel=RTOL)


def test_area_is_the_share_of_pairs_in_the_right_order() -> None:
    rng = np.random.default_rng(4)
    score, outcome = rng.integers(0, 6, 50), rng.random(50) < 0.4
    pairs = np.sign(score[outcome][:, None] - score[~outcome][None, :])
    assert auc(**counts(score, outcome))[0] == pytest.approx(((pairs + 1) / 2).mean(), rel=RTOL)
