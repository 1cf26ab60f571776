"""The public table of agreement: every name against irrCAC, redraws, and what cannot be computed."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from risico.errors import UsageError
from risico.reliability import agreement
from stored import stored, table

RTOL = 1e-10
KINDS = ("linear", "quadratic", "ordinal", "custom")
ONE_AND_TWO_ALIKE = {"levels": [1, 2, 3], "weights": [[1, 1, 0], [1, 1, 0], [0, 0, 1]]}
FIRST = {"nominal": "gwet_ac1", "ordinal": "gwet_ac2_ordinal", "interval": "gwet_ac2_quadratic"}


def case(name: str) -> tuple[dict[str, list[float | None]], dict[str, Any]]:
    found = stored("agreement_weighted")[name]
    return table(found["ratings"]), {"levels": found["levels"]}


def weights(name: str, kind: str) -> Any:
    return stored("agreement_weighted")[name]["custom"] if kind == "custom" else kind


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", ["twelve", "gaps", "complete"])
def test_every_name_is_that_of_irrcac(data: str, kind: str) -> None:
    rows, more = case(data)
    found = agreement(rows, scale="ordinal", weights=weights(data, kind), **more)
    expected = stored("agreement_weighted")[data]["coefficients"]
    for base, r in expected[kind].items():
        if base == "krippendorff_alpha" and kind in ("quadratic", "ordinal"):
            continue  # Krippendorff's own scales have these names
        e = found[f"{base}_{kind}"]
        assert (e.value, e.se) == pytest.approx((r["value"], r["se"]), rel=RTOL)
    for base, r in expected["identity"].items():
        e = found[{"gwet_ac2": "gwet_ac1"}.get(base, base)]
        assert (e.value, e.se) == pytest.approx((r["value"], r["se"]), rel=RTOL)


@pytest.mark.parametrize("kind", KINDS)
def test_two_raters_with_weights(kind: str) -> None:
    """For a table irrCAC divides Scott's by n; ratings, and so we, divide by n - 1."""
    rows, more = case("pair")
    found, r = agreement(rows, scale="ordinal", weights=weights("pair", kind), **more), stored("agreement_weighted")
    kappa, pi = found[f"cohen_kappa_{kind}"], found[f"scott_pi_{kind}"]
    for e, expected, n in ((kappa, r["pair"]["cohen_kappa"], 50), (pi, r["pair"]["scott_pi"], 49)):
        assert e.value == pytest.approx(expected[kind]["value"], rel=RTOL)
        assert e.se == pytest.approx(expected[kind]["se"] * math.sqrt(50 / n), rel=RTOL)


def test_pabak_of_epir() -> None:
    rows, more = case("yes_no")
    assert agreement(rows, **more)["pabak"].value == pytest.approx(stored("agreement_weighted")["yes_no"]["pabak"])


def test_scott_of_two_abstractors(real_data: Any) -> None:
    import polars as pl

    from risico.tally import count

    frame = pl.read_csv(real_data("agreement") / "gwet_cont3x3abstractors.csv")
    long = frame.unpivot(index="Type", variable_name="other", value_name="n")
    found = agreement(count(long, ["Type", "other"], number="n"))
    assert found["scott_pi"].value == pytest.approx(0.7962397, abs=5e-8)


@pytest.mark.parametrize("scale", FIRST)
def test_the_one_to_report_stands_first(scale: Any) -> None:
    rows, more = case("gaps")
    assert agreement(rows, scale=scale, **more)[0].name == FIRST[scale]
    assert agreement(rows, scale=scale, weights="identity", **more)[0].name == "gwet_ac1"


def test_units_that_one_of_two_missed_count_for_neither_cohen_nor_scott() -> None:
    rows = {"a": [1, 2, 2, 1, 1, None], "b": [1, 2, 1, 1, None, 2]}
    both = {name: values[:4] for name, values in rows.items()}
    for name in ("cohen_kappa", "scott_pi", "pabak"):
        assert agreement(rows)[name].value == pytest.approx(agreement(both)[name].value)
        assert agreement(rows)[name].n == 4
    assert agreement(rows)["fleiss_kappa"].value != pytest.approx(agreement(both)["fleiss_kappa"].value)


# redraws -------------------------------------------------------------------------------------------------------------


def test_redraws_have_the_spread_and_the_percentiles_of_a_binomial() -> None:
    """Two raters, no gaps: the number that agree in a redraw is binomial."""
    rows = {"a": [1] * 100, "b": [1] * 80 + [2] * 20}
    found = agreement(rows, redraws=20_000, seed=3)["percent_agreement"]
    assert found.value == 0.8
    assert found.se == pytest.approx(0.04, rel=0.03)
    assert (found.low, found.high) == pytest.approx(
        np.array(stats.binom.ppf([0.025, 0.975], 100, 0.8)) / 100, abs=0.011
    )
    assert "percentile interval, 20,000 redraws of units (seed 3)" in found.method


def test_redraws_of_many_units_have_the_analytic_spread() -> None:
    rng = np.random.default_rng(5)
    true = rng.integers(1, 4, 2000)
    rows = np.clip(true[:, None] + rng.integers(-1, 2, (2000, 3)), 1, 3).astype(float)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    analytic, drawn = (agreement(rows, scale="ordinal", redraws=number) for number in (0, 2000))
    for one, other in zip(analytic, drawn, strict=True):
        assert one.value == other.value
        if one.name.startswith("percent"):
            assert one.se > other.se  # Gwet's counts a unit rated once as if its raters did not agree
        else:
            assert one.se == pytest.approx(other.se, rel=0.08) if one.se else other.se is None


def test_the_same_seed_gives_the_same_interval_in_any_order_of_units() -> None:
    rows, more = case("gaps")
    turned = {name: values[::-1] for name, values in rows.items()}
    one, other, third = (
        agreement(data, redraws=200, seed=seed, **more) for data, seed in ((rows, 1), (turned, 1), (rows, 2))
    )
    assert [(e.low, e.high) for e in one] == [(e.low, e.high) for e in other]
    assert [(e.low, e.high) for e in one] != [(e.low, e.high) for e in third]


def teams(number: int, size: int, seed: int) -> dict[str, Any]:
    """Two raters of three levels; each team has its own share of right ratings."""
    rng = np.random.default_rng(seed)
    right = np.repeat(rng.choice([0.5, 0.9], number), size)
    true = rng.integers(1, 4, number * size)
    seen = [np.where(rng.random(len(true)) < right, true, rng.integers(1, 4, len(true))) for _ in range(2)]
    return {"a": seen[0], "b": seen[1], "team": np.repeat([f"t{i}" for i in range(number)], size)}


def test_clusters_are_drawn_with_all_their_units() -> None:
    """Percent agreement of whole teams drawn with replacement is the mean of the teams that were drawn."""
    rows = teams(20, 15, seed=2)
    found = agreement(rows, cluster="team", redraws=20_000)["percent_agreement"]
    own = (rows["a"] == rows["b"]).reshape(20, 15).mean(axis=1)
    assert found.value == pytest.approx(own.mean())
    assert found.se == pytest.approx(own.std(ddof=1) / 20**0.5, rel=0.02)
    assert (found.low, found.high) == pytest.approx(
        own.mean() + stats.t.ppf([0.025, 0.975], 19) * own.std(ddof=1) / 20**0.5, abs=0.015
    )
    assert "expanded percentile interval, 20,000 redraws of 20 team (seed 1)" in found.method
    assert found.se > 1.5 * agreement(rows, ["a", "b"])["percent_agreement"].se


def test_a_unit_that_is_a_cluster_of_its_own_is_drawn_as_a_unit() -> None:
    rows = teams(150, 1, seed=4)
    by_unit = agreement(rows, ["a", "b"], scale="ordinal", redraws=4000)
    by_team = agreement(rows, ["a", "b"], scale="ordinal", cluster="team", redraws=4000)
    for one, other in zip(by_unit, by_team, strict=True):
        assert (one.name, one.n) == (other.name, other.n)
        assert one.value is other.value is None or other.value == pytest.approx(one.value, rel=1e-12)
        if one.se is not None:
            assert other.se == pytest.approx(one.se, rel=0.05)


@pytest.mark.parametrize(("number", "given"), [(7, False), (8, True)])
def test_few_clusters_have_no_interval(number: int, given: bool) -> None:
    found = agreement(teams(number, 20, seed=1), cluster="team")["gwet_ac1"]
    assert found.value is not None
    assert (found.low is not None) is given
    assert given or found.why == "there are 7 clusters, and an interval takes 8 or more"
    assert not given or "2,000 redraws" in found.method


def test_a_cluster_that_is_not_there_or_not_known_is_refused() -> None:
    rows = teams(9, 3, seed=1)
    with pytest.raises(UsageError, match="no column 'region'"):
        agreement(rows, cluster="region")
    rows["team"] = [None, *rows["team"][1:]]
    with pytest.raises(UsageError, match="1 units have a blank in 'team'"):
        agreement(rows, cluster="team")


def test_redraws_without_a_value_are_counted() -> None:
    found = agreement({"a": [1, 1, 1, 1, 2], "b": [1, 1, 1, 2, 1]}, redraws=1000)["fleiss_kappa"]
    one_level = (3 / 5) ** 5 * 1000
    told = int(found.method.split("of which ")[1].split(" ")[0].replace(",", ""))
    assert told == pytest.approx(1000 - one_level, abs=4 * math.sqrt(one_level))


# no answer -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "more", "name", "value", "why"),
    [
        ({"a": [1, 1], "b": [1, 1]}, {}, "conger_kappa", None, "the same level"),
        ({"a": [1, 1], "b": [1, 1]}, {}, "brennan_prediger", None, "the same level"),
        ({"a": [1, 1], "b": [1, 1]}, {"levels": [1, 2]}, "brennan_prediger", 1.0, "every pair of ratings agreed"),
        ({"a": [1, 1], "b": [1, 1]}, {"levels": [1, 2]}, "pabak", 1.0, "every pair of ratings agreed"),
        ({"a": [1, 1], "b": [2, 2]}, {}, "conger_kappa", 0.0, "to the same extent"),
        ({"a": [1, 1], "b": [2, 2]}, {"redraws": 100}, "conger_kappa", 0.0, "too few redraws"),
        ({"a": [1, 2, 3], "b": [1, 2, 2]}, {}, "pabak", None, "for two levels and there are 3"),
        ({"a": [1, 2], "b": [1, 2], "c": [1, 1]}, {}, "scott_pi", None, "for two raters and there are 3"),
        ({"a": [1, 2], "b": [None, None]}, {}, "pabak", None, "no unit was rated by both"),
        ({"a": [1, 2], "b": [None, None]}, {"redraws": 100}, "conger_kappa", None, "no unit has two ratings"),
        ({"a": [1, 2], "b": [2, 1]}, ONE_AND_TWO_ALIKE, "fleiss_kappa_custom", None, "full agreement"),
    ],
)
def test_degenerate_ratings_have_a_defined_answer(
    rows: Any, more: Any, name: str, value: float | None, why: str
) -> None:
    found = agreement(rows, **more)[name]
    assert found.value == value
    assert why in found.why
    assert found.se is None


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"weights": "cubic"}, "no weights 'cubic'; choose one of: identity, linear"),
        ({"weights": "linear"}, "need levels in an order"),
        ({"weights": [[1, 0], [0, 1]]}, "`levels` names 0; the matrix has shape"),
        ({"weights": [[1, 0], [0, 1]], "levels": [1, 2, 3]}, r"`levels` names 3; the matrix has shape \(2, 2\)"),
        ({"weights": [[1, 0.5], [0, 1]], "levels": [1, 2]}, "the same on both sides"),
        ({"weights": [[0, 1], [1, 0]], "levels": [1, 2]}, "1 on the diagonal"),
        ({"weights": [[1, "x"], [0, 1]], "levels": [1, 2]}, "square matrix"),
        ({"weights": [[1, math.nan], [math.nan, 1]], "levels": [1, 2]}, "square matrix"),
        ({"weights": [[1, 1], [1, 1]], "levels": [1, 2]}, "below 1 for at least one pair"),
        ({"redraws": 5}, "100 or more"),
    ],
)
def test_what_cannot_be_meant_is_refused(more: Any, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        agreement({"a": [1, 2], "b": [1, 1]}, **more)


def test_units_that_nobody_rated_are_counted() -> None:
    found = agreement({"a": [1, 2, None, 1, None], "b": [1, 1, None, 1, None]})
    assert "2 units that nobody rated left out" in found["percent_agreement"].method
    assert found["percent_agreement"].value == agreement({"a": [1, 2, 1], "b": [1, 1, 1]})["percent_agreement"].value
    assert "nobody" not in agreement({"a": [1, 2], "b": [1, 1]})["percent_agreement"].method
