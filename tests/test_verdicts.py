"""Limits at their boundaries, in pairs; what is not seen, not known or not sure is said."""

from pathlib import Path

import pytest

from risico.errors import BrokenInstrument, UsageError
from risico.estimate import Estimate, Estimates
from risico.statistics import STATISTICS
from risico.verdicts import NO_INTERVAL, NO_LIMIT, SHIPPED, UNSEEN, limits, verdicts

FITS = Estimate(name="factor_cfi", value=0.97, n=300)


def said(name: str, value: float, limit: str, **more: object) -> str:
    rows = verdicts([*([FITS] if name == "alpha" else []), Estimate(name=name, value=value, n=300)], **more)  # type: ignore[arg-type]
    (row,) = (row for row in rows if row.name == limit and row.by["of"] == name)
    return row.by["verdict"]


MATTERS = {"smallest_that_matters": 5.0}
PAIRS = [
    ("factor_cfi", "cosmin_structure", 0.95, "insufficient", 0.9501, "sufficient", {}),
    ("factor_tli", "cosmin_structure", 0.95, "insufficient", 0.9501, "sufficient", {}),
    ("factor_rmsea", "cosmin_structure", 0.0599, "sufficient", 0.06, "insufficient", {}),
    ("factor_srmr", "cosmin_structure", 0.0799, "sufficient", 0.08, "insufficient", {}),
    ("alpha", "cosmin_internal_consistency", 0.6999, "insufficient", 0.70, "sufficient", {}),
    ("alpha", "redundancy", 0.6999, "too_low", 0.70, "in_range", {}),
    ("alpha", "redundancy", 0.95, "in_range", 0.9501, "redundant", {}),
    ("icc_2_1", "cosmin_reliability", 0.6999, "insufficient", 0.70, "sufficient", {}),
    ("cohen_kappa_quadratic", "cosmin_reliability", 0.6999, "insufficient", 0.70, "sufficient", {}),
    ("auc", "cosmin_criterion", 0.6999, "insufficient", 0.70, "sufficient", {}),
    ("sdc_individual", "cosmin_measurement_error", 4.99, "sufficient", 5.0, "insufficient", MATTERS),
    ("dif_r2", "cosmin_groups", 0.0199, "sufficient", 0.02, "insufficient", {}),
    ("alpha", "cotan_reliability", 0.7999, "insufficient", 0.80, "sufficient", {}),
    ("alpha", "cotan_reliability", 0.8999, "sufficient", 0.90, "good", {}),
    ("alpha", "cotan_reliability", 0.6999, "insufficient", 0.70, "sufficient", {"use": "less_important"}),
    ("alpha", "cotan_reliability", 0.7999, "sufficient", 0.80, "good", {"use": "less_important"}),
    ("alpha", "cotan_reliability", 0.5999, "insufficient", 0.60, "sufficient", {"use": "group"}),
    ("alpha", "cotan_reliability", 0.6999, "sufficient", 0.70, "good", {"use": "group"}),
    ("invariance_cfi_drop", "chen_invariance", 0.010, "sufficient", 0.0101, "insufficient", {}),
    ("invariance_rmsea_rise", "chen_invariance", 0.015, "sufficient", 0.0151, "insufficient", {}),
    ("norm_group_n", "cotan_norm_group", 299, "insufficient", 300, "sufficient", {}),
    ("norm_group_n", "cotan_norm_group", 399, "sufficient", 400, "good", {}),
    ("norm_group_n", "cotan_norm_group", 199, "insufficient", 200, "sufficient", {"use": "less_important"}),
    ("norm_group_n", "cotan_norm_group", 299, "sufficient", 300, "good", {"use": "less_important"}),
    ("norms_age_years", "cotan_norms_age", 15, "current", 15.01, "out_of_date", {}),
    ("norms_age_years", "cotan_norms_age", 20, "out_of_date", 20.01, "not_usable", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "limit", "below", "under", "at", "reached", "more"), PAIRS)
def test_both_sides_of_each_limit(
    name: str, limit: str, below: float, under: str, at: float, reached: str, more: dict[str, object]
) -> None:
    assert said(name, below, limit, **more) == under
    assert said(name, at, limit, **more) == reached


def test_every_shipped_limit_is_held_at_both_sides() -> None:
    held = {(limit, name, more.get("use")) for name, limit, *_, more in PAIRS}
    for limit in limits():
        if limit.judge == "value":
            assert any((limit.id, name, use) in held for name in limit.of for use in (limit.use, None)), limit.id


def alpha(**more: float) -> Estimate:
    return Estimate(name="alpha", value=0.84, n=120, **more)  # type: ignore[arg-type]


def test_alpha_is_not_judged_by_cosmin_before_one_factor_was_seen_to_fit() -> None:
    row = verdicts([alpha()])["cosmin_internal_consistency"]
    assert (row.by["verdict"], row.why) == ("indeterminate", "cosmin_structure was not found sufficient")
    bad = Estimate(name="factor_cfi", value=0.90, n=120)
    assert verdicts([bad, alpha()])["cosmin_internal_consistency"].by["verdict"] == "indeterminate"
    or_ = [bad, Estimate(name="factor_srmr", value=0.05, n=120), alpha()]
    assert verdicts(or_)["cosmin_internal_consistency"].by["verdict"] == "sufficient"


def test_the_structure_of_one_scale_says_nothing_of_another() -> None:
    fits = Estimate(name="factor_cfi", value=0.99, n=50, by={"score": "stress"})
    same, other = (Estimate(name="alpha", value=0.9, n=50, by={"score": s}) for s in ("stress", "anxiety"))
    rows = [row for row in verdicts([fits, same, other]) if row.name == "cosmin_internal_consistency"]
    assert [row.by["verdict"] for row in rows] == ["sufficient", "indeterminate"]


def test_an_interval_that_reaches_further_is_said() -> None:
    rows = Estimates(row for row in verdicts([alpha(low=0.78, high=0.91)]) if row.name == "cotan_reliability")
    assert rows["cotan_reliability"].why == f"the interval also reaches into: insufficient, good; {UNSEEN}"
    rows = Estimates(row for row in verdicts([alpha(low=0.81, high=0.87)]) if row.name == "cotan_reliability")
    assert rows["cotan_reliability"].why == UNSEEN


def test_for_a_person_the_low_end_is_judged() -> None:
    assert verdicts([alpha(low=0.80, high=0.9)])["workbench_person"].by["verdict"] == "sufficient"
    assert verdicts([alpha(low=0.7999, high=0.9)])["workbench_person"].by["verdict"] == "insufficient"
    open_ = verdicts([alpha()])["workbench_person"]
    assert (open_.by["verdict"], open_.why) == ("indeterminate", NO_INTERVAL)


def test_what_is_not_there_is_not_judged() -> None:
    row = verdicts([Estimate(name="sdc_individual", value=4.0, n=9)])["cosmin_measurement_error"]
    assert (row.by["verdict"], row.why) == ("indeterminate", NO_LIMIT)
    row = verdicts([Estimate(name="auc", why="nobody had the outcome")])["cosmin_criterion"]
    assert (row.value, row.by["verdict"]) == (None, "indeterminate")
    assert "nobody had the outcome" in str(row.why)


def test_a_limit_from_memory_always_says_so() -> None:
    estimates = [Estimate(name=name, value=0.5, n=9) for limit in limits() for name in limit.of]
    for row in verdicts(estimates):
        (limit, *_) = (limit for limit in limits() if limit.id == row.name)
        assert (UNSEEN in str(row.why)) is not limit.seen


def test_an_organisation_sets_its_own_limits(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(SHIPPED.read_text().replace("{from: 0.70, name: sufficient}", "{from: 0.85, name: sufficient}", 1))
    rows = verdicts([FITS, alpha()], standards=own)
    assert rows["cosmin_internal_consistency"].by["verdict"] == "insufficient"
    upside_down = SHIPPED.read_text().replace("[{name: insufficient}", "[{from: 0.90, name: insufficient}")
    (other := tmp_path / "other.yaml").write_text(upside_down)
    with pytest.raises(BrokenInstrument, match="only the first has no bound"):
        verdicts([alpha()], standards=other)


def test_an_unknown_use_is_refused() -> None:
    with pytest.raises(UsageError, match="less_important"):
        verdicts([alpha()], use="decision")  # type: ignore[arg-type]


def test_every_name_that_is_judged_is_a_statistic() -> None:
    assert {name for limit in limits() for name in limit.of} <= set(STATISTICS)
