"""Areas and cut-offs against pROC, epiR and survey; the script is tests/reference/validity_areas.R."""

import math
import time
from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.tally import count
from risico.validity import accuracy, auc, auc_bootstrap, compare_auc, partial_auc
from stored import stored

RTOL = 1e-10  # closed forms
SURVEY = 1e-7  # svyciprop finds a share by iterated logistic regression
MONTE_CARLO = 0.005  # the ends of two percentile intervals, of 20,000 redraws each


def rows() -> dict[str, Any]:
    r = stored("validity_areas")
    return {name: r[name] for name in ("one", "two", "outcome", "team")}


def test_two_areas_equal_roc_test() -> None:
    r, found = stored("validity_areas"), compare_auc(rows(), "one", "two", "outcome")
    assert [found.where(score=name)[0].value for name in ("one", "two")] == pytest.approx(
        [r["auc"]["one"], r["auc"]["two"]], rel=RTOL
    )
    e, want = found["auc_difference"], r["auc_difference"]
    assert (e.value, e.se, e.low, e.high) == pytest.approx(tuple(want[k] for k in ("value", "se", "low", "high")))
    assert found["auc_difference_p"].value == pytest.approx(r["auc_difference_p"]["value"], rel=1e-9)


def test_each_of_two_areas_has_the_interval_it_has_alone() -> None:
    e, alone = compare_auc(rows(), "one", "two", "outcome").where(score="one")[0], auc(rows(), "one", "outcome")[0]
    assert (e.value, e.se, e.low, e.high, e.n) == pytest.approx((alone.value, alone.se, alone.low, alone.high, alone.n))


@pytest.mark.parametrize("case", range(4))
def test_a_part_of_the_area_equals_proc(case: int) -> None:
    want = stored("validity_areas")["partial"][case]
    found = partial_auc(rows(), "one", "outcome", of=want["of"], between=tuple(want["between"]), seed=1, redraws=100)
    assert {e.name: e.value for e in found} == pytest.approx(want["value"], rel=RTOL)


def test_bootstrap_intervals_equal_proc_up_to_chance() -> None:
    r = stored("validity_areas")
    whole = auc_bootstrap(rows(), "one", "outcome", seed=1, redraws=20_000)[0]
    part = partial_auc(rows(), "one", "outcome", of="specificity", between=(0.8, 1), seed=1, redraws=20_000)[0]
    assert (whole.low, whole.high) == pytest.approx(
        (r["auc_bootstrap"]["low"], r["auc_bootstrap"]["high"]), abs=MONTE_CARLO
    )
    assert (part.low, part.high) == pytest.approx(
        (r["partial_boot"]["low"], r["partial_boot"]["high"]), abs=MONTE_CARLO
    )


def test_the_spread_of_redraws_is_what_it_must_be() -> None:
    """The exact variance of the area when both sides are redrawn, by every pair of forms. Bamber (1975), eq. 7."""
    score, y = np.array(rows()["one"]), np.array(rows()["outcome"])
    psi = (np.sign(score[y == 1][:, None] - score[y == 0][None, :]) + 1) / 2
    m, n = psi.shape
    exact = (psi.var() + (n - 1) * psi.mean(axis=1).var() + (m - 1) * psi.mean(axis=0).var()) / (m * n)
    found = auc_bootstrap(rows(), "one", "outcome", seed=3, redraws=50_000)[0].se
    assert found == pytest.approx(math.sqrt(exact), rel=0.015)  # 50,000 redraws: a spread to 0.3 percent


def test_a_million_forms_are_redrawn_as_fast_as_a_hundred() -> None:
    rng = np.random.default_rng(1)
    cells = {"s": np.repeat(np.arange(28), 2), "y": np.tile([0, 1], 28), "n": rng.integers(1000, 34_000, 56)}
    counts = count(cells, ["s", "y"], number="n")
    assert counts.n > 500_000
    started = time.perf_counter()
    auc_bootstrap(counts, "s", "y", seed=1)
    assert time.perf_counter() - started < 1  # some 15 ms; a resampling of forms takes minutes


def test_the_same_seed_gives_the_same_interval() -> None:
    first, again, other = (auc_bootstrap(rows(), "one", "outcome", seed=seed)[0] for seed in (1, 1, 2))
    assert (first.low, first.high) == (again.low, again.high)
    assert first.low != other.low


def test_exact_intervals_and_likelihood_ratios_equal_epir() -> None:
    r, found = stored("validity_areas")["exact"], accuracy(rows(), "one", "outcome", at_least=5, interval="exact")
    names = {
        "sensitivity": "se",
        "specificity": "sp",
        "ppv": "pv.pos",
        "npv": "pv.neg",
        "base_rate": "tp",
        "lr_positive": "lr.pos",
        "lr_negative": "lr.neg",
    }
    for name, theirs in names.items():
        e = found[name]
        assert (e.value, e.low, e.high) == pytest.approx(tuple(r[theirs].values()), rel=1e-9)


def test_shares_of_clusters_equal_survey() -> None:
    found = accuracy(rows(), "one", "outcome", at_least=5, cluster="team")
    for name, want in stored("validity_areas")["clustered"].items():
        e = found[name]
        assert (e.value, e.se, e.low, e.high, e.n) == pytest.approx(tuple(want.values()), rel=SURVEY)
    assert found["lr_positive"].low is None


def test_an_area_of_clusters_equals_every_pair_of_forms() -> None:
    e, want = auc(rows(), "one", "outcome", cluster="team")[0], stored("validity_areas")["clustered_auc"]
    assert (e.value, e.se, e.low, e.high) == pytest.approx(tuple(want.values()), rel=RTOL)


def test_forms_that_are_their_own_cluster_have_the_interval_of_delong() -> None:
    alone = rows() | {"form": list(range(len(rows()["one"])))}
    assert auc(alone, "one", "outcome", cluster="form")[0].se == pytest.approx(auc(rows(), "one", "outcome")[0].se)


@pytest.mark.parametrize(
    ("columns", "name", "value", "why"),
    [
        ({"s": [1, 2, 1, 2], "y": [0, 0, 0, 0]}, "lr_positive", None, "no form has the outcome"),
        ({"s": [1, 2, 1, 2], "y": [1, 1, 1, 1]}, "lr_negative", None, "every form has the outcome"),
        ({"s": [1, 1, 2, 2], "y": [0, 0, 1, 1]}, "lr_positive", None, "no form without the outcome is positive"),
        ({"s": [1, 1, 2, 2], "y": [0, 0, 1, 1]}, "lr_negative", 0.0, "a ratio of 0 has no interval"),
        ({"s": [2, 2, 2, 1], "y": [0, 0, 1, 1]}, "lr_negative", None, "every form without the outcome is positive"),
    ],
)
def test_ratios_of_nothing_have_a_reason(columns: Any, name: str, value: float | None, why: str) -> None:
    e = accuracy(columns, "s", "y", at_least=2)[name]
    assert e.value == value
    assert why in e.why


def test_degenerate_areas_have_a_defined_answer() -> None:
    tied = {"a": [1, 1, 1, 1], "b": [1, 2, 3, 4], "y": [0, 0, 1, 1], "t": ["x", "x", "y", "y"]}
    assert compare_auc(tied, "a", "a", "y")["auc_difference"].value == 0
    assert compare_auc(tied, "a", "a", "y")["auc_difference_p"].value is None
    assert auc_bootstrap(tied, "a", "y", seed=1)[0].low is None
    assert "fewer than two clusters" in auc(tied, "b", "y", cluster="t")[0].why
    assert "all of one cluster" in accuracy(tied, "b", "y", at_least=3, cluster="t")["sensitivity"].why
    turned = {"s": [4, 3, 2, 1], "y": [0, 0, 1, 1]}
    below = partial_auc(turned, "s", "y", of="specificity", between=(0.5, 1), seed=1)
    assert below["partial_auc"].value == 0
    assert "below the diagonal" in below["partial_auc_mcclish"].why
    none = {"s": [1, 2], "y": [0, 0]}
    for e in (
        *partial_auc(none, "s", "y", of="specificity", between=(0, 1), seed=1),
        *compare_auc(none, "s", "s", "y"),
    ):
        assert e.why == "no form has the outcome"


def test_calls_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(UsageError, match="between two shares"):
        partial_auc(rows(), "one", "outcome", of="specificity", between=(1, 0.8), seed=1)
    with pytest.raises(UsageError, match="too few to read an interval"):
        auc_bootstrap(rows(), "one", "outcome", seed=1, redraws=20)
    with pytest.raises(UsageError, match="one of wilson, exact"):
        accuracy(rows(), "one", "outcome", at_least=5, interval="wald")  # type: ignore[arg-type]
