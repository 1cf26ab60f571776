import numpy as np
import pytest

from risico.numbers import agreement as a
from stored import matrix, stored

RTOL = 1e-10  # closed forms on the same ratings as irrCAC 1.0 and irr 0.84.1; script tests/reference/agreement.R
POOLED = {
    "percent_agreement": (a.percent, "identity"),
    "gwet_ac1": (a.ac, "identity"),
    "fleiss_kappa": (a.fleiss, "identity"),
    "krippendorff_alpha": (a.krippendorff, "identity"),
    "krippendorff_alpha_ordinal": (a.krippendorff, "ordinal"),
    "krippendorff_alpha_interval": (a.krippendorff, "quadratic"),
    "krippendorff_alpha_ratio": (a.krippendorff, "ratio"),
}


def spread(case: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratings per unit and level, number of units, levels; units without a rating left out."""
    X, levels = matrix(case["ratings"]), np.array(case["levels"], dtype=float)
    r = (X[:, :, None] == levels).sum(axis=1).astype(float)
    r = r[r.sum(axis=1) > 0]
    return r, np.ones(len(r)), levels


def compute(name: str, case: dict) -> a.Coefficient:
    r, c, levels = spread(case)
    function, kind = POOLED[name]
    totals = r[r.sum(axis=1) >= 2].sum(axis=0)
    return function(r=r, c=c, W=a.weights(kind=kind, values=levels, totals=totals))


@pytest.mark.parametrize("name", POOLED)
@pytest.mark.parametrize("case", ["twelve", "gaps", "complete"])
def test_equal_to_irrcac_and_irr(case: str, name: str) -> None:
    r = stored("agreement")[case]
    found = compute(name, r)
    assert found.value == pytest.approx(r[name]["value"], rel=RTOL)
    assert found.se == pytest.approx(r[name]["se"], rel=RTOL)
    if second := r[name].get("irr"):
        assert found.value == pytest.approx(second, rel=RTOL)


def test_ac1_counts_levels_that_nobody_chose() -> None:
    r = stored("agreement")["wide"]
    found = compute("gwet_ac1", r)
    assert (found.value, found.se) == pytest.approx((r["gwet_ac1"]["value"], r["gwet_ac1"]["se"]), rel=RTOL)


def test_the_table_of_krippendorff_and_the_manual_of_irrcac() -> None:
    case = stored("agreement")["twelve"]
    alphas = [compute(f"krippendorff_alpha{kind}", case).value for kind in ("", "_ordinal", "_interval", "_ratio")]
    assert [round(value, 3) for value in alphas] == [0.743, 0.815, 0.849, 0.797]
    assert compute("gwet_ac1", case)[:2] == pytest.approx((0.77544, 0.14295), abs=5e-6)
    assert compute("fleiss_kappa", case)[:2] == pytest.approx((0.76117, 0.15302), abs=5e-6)
    assert compute("krippendorff_alpha", case)[:2] == pytest.approx((0.74342, 0.14557), abs=5e-6)


@pytest.mark.parametrize("kind", ["identity", "linear", "quadratic"])
def test_cohen_equals_irrcac_and_psych(kind: str) -> None:
    case = stored("agreement")["pair"]
    X, levels = matrix(case["ratings"]), np.array(case["levels"], dtype=float)
    joint = np.array([[((X[:, 0] == i) & (X[:, 1] == j)).sum() for j in levels] for i in levels], dtype=float)
    found = a.cohen(table=joint, W=a.weights(kind=kind, values=levels))
    r = case["cohen_kappa" if kind == "identity" else f"cohen_kappa_{kind}"]
    assert (found.value, found.se) == pytest.approx((r["value"], r["se"]), rel=RTOL)
    assert found.se == pytest.approx(r.get("psych_se", r["se"]), rel=RTOL)


def test_alpha_by_counting_every_pair() -> None:
    """Krippendorff's alpha as 1 - (pairs that differ within units) / (pairs that differ at all)."""
    r, _, levels = spread(stored("agreement")["gaps"])
    r = r[r.sum(axis=1) >= 2]
    units = [np.repeat(levels, row.astype(int)) for row in r]
    everything = np.concatenate(units)
    within = sum(((u[:, None] - u[None, :]) ** 2).sum() / (len(u) - 1) for u in units) / len(everything)
    anywhere = ((everything[:, None] - everything[None, :]) ** 2).sum() / len(everything) / (len(everything) - 1)
    found = a.krippendorff(r=r, c=np.ones(len(r)), W=a.weights(kind="quadratic", values=levels))
    assert found.value == pytest.approx(1 - within / anywhere, rel=RTOL)
