"""Independent ratings, and what a colleague would say: against R, and by hand."""

import itertools
from typing import Any

import numpy as np
import polars as pl
import pytest

from risico.errors import UsageError
from risico.reliability import agreement, agreement_by_context, agreement_by_item, colleague, independent_ratings
from stored import stored

PARTS = ("same", "one_lower", "one_higher", "further_lower", "further_higher")
RTOL = 1e-8


def forms() -> pl.DataFrame:
    return pl.DataFrame(stored("colleague")["forms"], infer_schema_length=None)


# what a colleague would say ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [pl.DataFrame, pl.DataFrame.lazy, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_every_level_is_that_of_r(engine: Any) -> None:
    found = colleague(engine(forms()), "level", unit=["case"])
    for level, r in zip("1234", stored("colleague")["levels"], strict=True):
        for part in PARTS:
            e, expected = found.where(level=level)[f"colleague_{part}"], r[part]
            assert e.n == r["pairs"]
            if e.value is None:
                assert expected["value"] == 0
                assert "there is no level that far" in e.why
                continue
            assert (e.value, e.low, e.high) == pytest.approx(
                (expected["value"], expected["low"], expected["high"]), rel=RTOL
            )
            assert e.se is None if e.value in (0, 1) else e.se == pytest.approx(expected["se"], rel=RTOL)


def test_the_answers_of_a_level_add_up_to_one() -> None:
    found = colleague(forms(), "level", unit=["case"])
    for level in "1234":
        assert sum(e.value or 0 for e in found.where(level=level)) == pytest.approx(1)


def test_too_few_pairs_or_raters_say_what_it_takes() -> None:
    few = colleague(forms().filter(pl.col("case") <= 40), "level", unit=["case"])
    whys = {e.by["level"]: e.why for e in few if e.name == "colleague_same"}
    assert all(why.endswith("5 raters and 30 units are needed") for why in whys.values())
    two = (
        forms()
        .filter(pl.col("rater_position") != "joint")
        .with_columns(
            rater=pl.when(pl.col("rater_position") == "first").then(pl.lit("x")).otherwise(pl.col("rater_position"))
        )
    )
    assert "3 raters gave this level" in colleague(two, "level", unit=["case"]).where(level="4")[0].why


@pytest.mark.parametrize(("units", "given"), [(29, False), (30, True)])
def test_units_count_and_not_the_pairs_that_many_raters_make(units: int, given: bool) -> None:
    """Nine ratings of one unit are 36 pairs."""
    made = pl.DataFrame(
        [(case, f"r{rater}", 1 + (case + rater) % 2) for case in range(units) for rater in range(9)],
        schema=["case", "rater", "level"],
        orient="row",
    )
    e = colleague(made, "level", unit=["case"], position=None).where(level="1")["colleague_same"]
    assert (e.value is not None) is given
    assert e.n > 30 * 10


def test_levels_in_words_have_an_order_only_where_it_is_given() -> None:
    words = forms().with_columns(level=pl.col("level").replace_strict([1, 2, 3, 4], ["a", "b", "c", "d"]))
    unordered = colleague(words, "level", unit=["case"])
    assert {e.name for e in unordered} == {"colleague_same"}
    ordered = colleague(words, "level", unit=["case"], levels=["a", "b", "c", "d"])
    assert [e.value for e in ordered] == [e.value for e in colleague(forms(), "level", unit=["case"])]


def test_nobody_rated_twice_and_no_forms_at_all() -> None:
    once = forms().filter(pl.col("rater_position") == "first")
    found = colleague(once, "level", unit=["case"])
    assert {e.value for e in found} == {None}
    assert found[0].n == 0
    assert len(colleague(once.clear(), "level", unit=["case"])) == 0


def test_raters_who_are_split_alike_on_every_unit_leave_no_spread() -> None:
    """Every three of six raters see two units; two say 1 and one says 2."""
    trios = [trio for trio in itertools.combinations(range(6), 3) for _ in "abc"]
    rows = [
        (case, f"r{rater}", 2 if place == case % 3 else 1)
        for case, trio in enumerate(trios)
        for place, rater in enumerate(trio)
    ]
    made = pl.DataFrame(rows, schema=["case", "rater", "level"], orient="row")
    e = colleague(made, "level", unit=["case"], position=None).where(level="1")["colleague_same"]
    assert (e.value, e.low) == (0.5, None)
    assert "to the same extent on every unit" in e.why


# independence --------------------------------------------------------------------------------------------------------


def test_only_independent_ratings_count() -> None:
    r = stored("colleague")
    found = agreement_by_context(forms(), "level", unit=["case"])
    assert found["ratings_independent"].value == r["kept"]
    for reason, number in r["left_out"].items():
        assert found.where(reason=reason)["ratings_left_out"].value == number
    blind = agreement_by_context(forms(), "level", unit=["case"], blind="blind")
    assert blind["ratings_independent"].value == r["kept"] - r["not_blind"] - r["blind_unknown"]
    assert blind.where(reason="not_blind")["ratings_left_out"].value == r["not_blind"]
    assert blind.where(reason="blind_unknown")["ratings_left_out"].value == r["blind_unknown"]


def test_circumstances_are_those_of_r() -> None:
    r, found = stored("colleague"), agreement_by_context(forms(), "level", unit=["case"])
    shares = {e.by.get("alone", "all"): e for e in found if e.name == "percent_agreement"}
    assert set(shares) == {"all", "true", "false", "differs", "unknown"}
    for group, e in shares.items():
        expected = r["all"] if group == "all" else r["alone"][group]
        assert (e.value, e.n) == (pytest.approx(expected["value"], rel=RTOL), expected["n"])


def test_a_joint_rating_never_enters_anywhere() -> None:
    joint, without = forms(), forms().filter(pl.col("rater_position").ne_missing("joint"))
    for function in (colleague, agreement_by_context, independent_ratings):
        one, other = function(joint, "level", unit=["case"]), function(without, "level", unit=["case"])
        if function is independent_ratings:
            one, other = agreement(one), agreement(other)
        assert [e.value for e in one if e.name[:8] != "ratings_"] == [
            e.value for e in other if e.name[:8] != "ratings_"
        ]
    gad2 = joint.rename({"level": "gad2_1"}).with_columns(pl.col("gad2_1") - 1, gad2_2=pl.lit(0))
    found = agreement_by_item(gad2, "gad2", unit=["case"])
    kept = independent_ratings(gad2, "gad2_1", unit=["case"])
    assert found.where(item="1")["gwet_ac2_ordinal"].value == pytest.approx(
        agreement(kept, scale="ordinal", levels=[0, 1, 2, 3])["gwet_ac2_ordinal"].value
    )


def test_side_by_side_without_the_joint_one() -> None:
    made = {
        "case": [1, 1, 1, 2, 2, 3],
        "rater": ["x", "y", "x", "z", "y", "x"],
        "rater_position": [" First ", "tweede", "gezamenlijk", "eerste", "second", "first"],
        "band": ["low", "high", "high", "low", "low", None],
    }
    found = independent_ratings(made, "band", unit=["case"])
    assert found.columns == ("x", "y", "z")
    rows = sorted(zip(*(column.tolist() for column in found.values), strict=True), key=str)
    assert rows == sorted([("low", "high", None), (None, "low", "low")], key=str)


def test_words_of_a_context_are_its_groups() -> None:
    made = forms().with_columns(
        mode=pl.when(pl.col("case") % 2 == 0).then(pl.lit("home")).otherwise(pl.lit("unknown")),
        interpreter=pl.lit(False),
    )
    found = agreement_by_context(made, "level", unit=["case"])
    groups = [dict(e.by) for e in found if e.name == "gwet_ac1"]
    assert [list(group) for group in groups] == [[], *[["alone"]] * 4, ["interpreter"], ["mode"], ["mode"]]
    assert groups[-2:] == [{"mode": "home"}, {"mode": "unknown"}]
    chosen = agreement_by_context(made, "level", unit=["case"], by=[], scale="ordinal", levels=[1, 2, 3, 4])
    assert [e.name for e in chosen if not e.name.startswith("ratings")] == ["gwet_ac2_ordinal", "percent_agreement"]


@pytest.mark.parametrize(
    ("change", "more", "match"),
    [
        (lambda f: f.drop("rater_position"), {}, "No column 'rater_position' says which ratings"),
        (lambda f: f.with_columns(rater_position=pl.lit("sentinel-7")), {}, "1 words in 'rater_position' do not say"),
        (lambda f: f.with_columns(blind=pl.lit("yes")), {"blind": "blind"}, "'blind' must be true where"),
        (lambda f: pl.concat([f, f]), {}, "more than one rating of the same unit"),
        (lambda f: f, {"position": None}, "more than one rating of the same unit"),
        (lambda f: f.with_columns(rater=pl.lit(None, dtype=pl.String)), {}, "values are blank in the columns"),
        (lambda f: f, {"levels": [1, 2]}, "levels were chosen that `levels` does not list"),
    ],
)
def test_what_is_not_known_is_asked(change: Any, more: Any, match: str) -> None:
    with pytest.raises(UsageError, match=match) as error:
        colleague(change(forms()), "level", unit=["case"], **more)
    assert "sentinel-7" not in str(error.value)


def test_who_rates_alike_in_clusters_gets_a_wider_interval() -> None:
    """Six raters; two of them never agree with anybody: pairs are many, raters are few."""
    rng = np.random.default_rng(4)
    rows = []
    for case in range(600):
        first, second = rng.choice(6, 2, replace=False)
        rows += [(case, f"r{first}", 1), (case, f"r{second}", 2 if first < 2 or rng.random() < 0.1 else 1)]
    made = pl.DataFrame(rows, schema=["case", "rater", "level"], orient="row")
    e = colleague(made, "level", unit=["case"], position=None).where(level="1")["colleague_same"]
    by_unit_only = (e.value * (1 - e.value) / 600) ** 0.5
    assert e.se > 2 * by_unit_only


def test_the_cluster_of_a_unit_travels_with_its_ratings() -> None:
    made = forms().with_columns(team=pl.col("case") % 10)
    kept = independent_ratings(made, "level", unit=["case"], cluster="team")
    plain = independent_ratings(made, "level", unit=["case"])
    assert kept.columns == (*plain.columns, "team")
    assert (kept.n, kept.select(plain.columns).number.tolist()) == (plain.n, plain.number.tolist())
    found = agreement(kept, cluster="team", redraws=200)
    assert [e.value for e in found] == [e.value for e in agreement(plain)]
    torn = made.with_columns(team=pl.int_range(pl.len()))
    with pytest.raises(UsageError, match="more than one 'team'"):
        independent_ratings(torn, "level", unit=["case"], cluster="team")
    called = made.with_columns(rater=pl.when(pl.col("rater") == "r1").then(pl.lit("team")).otherwise("rater"))
    with pytest.raises(UsageError, match="A rater is called"):
        independent_ratings(called, "level", unit=["case"], cluster="team")
