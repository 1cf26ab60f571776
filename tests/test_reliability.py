import gzip
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from risico.errors import IllegalAnswers, UsageError
from risico.estimate import Estimates
from risico.instrument import load
from risico.reliability import agreement, consistency, fiml, icc, ordinal, reliability, split_half
from risico.tally import count, ratings

Data = Callable[[str], Path]
PRINTED = 5e-5  # the READMEs of the data print four decimals, the rows behind them three


def read(folder: Path, name: str) -> pl.DataFrame:
    path = folder / name
    return pl.read_csv(gzip.open(path) if path.suffix == ".gz" else path)


# consistency ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "reverse", "alpha"),
    [
        ("A", ["A1"], 0.704),
        ("C", ["C4", "C5"], 0.729),
        ("E", ["E1", "E2"], 0.761),
        ("N", [], 0.813),
        ("O", ["O2", "O5"], 0.603),
    ],
)
def test_big_five_alphas(real_data: Data, items: str, reverse: list[str], alpha: float) -> None:
    frame = read(real_data("bfi25"), "bfi25.csv.gz").with_columns((7 - pl.col(name)).alias(name) for name in reverse)
    found = consistency(frame, [f"{items}{i}" for i in range(1, 6)])
    assert found["alpha"].value == pytest.approx(alpha, abs=5e-4)
    assert 2694 <= found["alpha"].n <= 2726
    assert not [e for e in found if e.name == "item_rest" and e.value < 0]


def test_an_item_that_was_not_reversed_is_named(real_data: Data) -> None:
    found = consistency(read(real_data("bfi25"), "bfi25.csv.gz"), [f"A{i}" for i in range(1, 6)])
    assert [e.by["item"] for e in found if e.why and "probably not reversed" in e.why] == ["A1"]


def test_verbal_aggression(real_data: Data) -> None:
    frame = read(real_data("verbal-aggression"), "verbal_aggression.csv").drop("gender", "anger")
    found = consistency(frame)
    assert found["alpha"].value == pytest.approx(0.8876, abs=PRINTED)
    assert found["alpha"].n == 316
    assert found["omega_total"].value == pytest.approx(found["alpha"].value, abs=0.02)
    assert consistency(frame.select(pl.all() > 0))["alpha"].value == pytest.approx(0.8761, abs=PRINTED)


def test_dass42_from_its_own_file(real_data: Data) -> None:
    frame = read(real_data("dass42"), "dass42_n5000.csv.gz")
    items = [name for name in frame.columns if name.startswith("dass") and name != "dasssum"]
    forms = frame.select(pl.col(name).alias("dass42_" + name[4:].split("_")[0]) for name in items)
    assert consistency(frame, items)["alpha"].value == pytest.approx(0.9696, abs=PRINTED)
    with pytest.raises(IllegalAnswers):
        reliability(forms, "dass42", "depression")
    official = forms.select(pl.all() - 1)
    for score, alpha in (("depression", 0.9555), ("anxiety", 0.9156), ("stress", 0.9269)):
        found = reliability(official, "dass42", score)
        assert found["alpha"].value == pytest.approx(alpha, abs=PRINTED)
        assert found["alpha"].n == 5000


def test_reversed_items_enter_as_their_points() -> None:
    rng = np.random.default_rng(2)
    good = np.clip(rng.integers(0, 3, 40)[:, None] + rng.integers(-1, 2, (40, 25)), 0, 2)
    forms = pl.DataFrame({f"sdq_{i + 1}": good[:, i] for i in range(25)})
    conduct = forms.select("sdq_5", 2 - pl.col("sdq_7"), "sdq_12", "sdq_18", "sdq_22")  # Goodman (1997): 7 is reversed
    assert reliability(forms, "sdq", "conduct")["alpha"].value == pytest.approx(consistency(conduct)["alpha"].value)


@pytest.mark.parametrize(
    ("instrument", "items", "highest", "first", "because"),
    [
        ("gad2", 2, 3, "spearman_brown_mean", "two items"),
        ("phq9", 9, 3, "omega_categorical", "at most 4 answers"),
        ("phq9", 9, 1, "omega_categorical", "at most 4 answers"),
        ("k6", 6, 4, "omega_total", "need not weigh the same"),
    ],
)
def test_the_coefficient_that_fits_comes_first_and_says_why(
    instrument: str, items: int, highest: int, first: str, because: str
) -> None:
    rng = np.random.default_rng(3)
    answers = rng.normal(size=(200, 1)) + rng.normal(size=(200, items)) + highest / 2
    answers = np.clip(np.round(answers), 0, highest).astype(int)
    forms = pl.DataFrame(
        {f"{instrument}_{i}": x for i, x in zip(load(instrument).scores["total"].of, answers.T, strict=True)}
    )
    found = reliability(forms, instrument)
    assert found[0].name == first
    assert because in found[0].method.split("first, because ")[1]
    alone = {e.name: e.value for e in consistency(answers) + split_half(answers) + ordinal(answers)}
    assert found[0].value == pytest.approx(alone[first], rel=1e-12)
    assert len([e for e in found if e.name == first]) == 1


@pytest.mark.parametrize(
    ("instrument", "first", "because"),
    [("phq9", "alpha_adf", "items are steps"), ("k10", "alpha", "no model of the items gives an answer")],
)
def test_without_a_model_alpha_comes_first(instrument: str, first: str, because: str) -> None:
    items = range(1, 11 if instrument == "k10" else 10)
    forms = pl.DataFrame({f"{instrument}_{i}": [1, 1, 2, 3, 1, 2] for i in items})
    found = reliability(forms, instrument)
    assert found[0].name == first
    assert because in found[0].method


def test_forms_with_blanks_are_used_beside_complete_ones() -> None:
    rng = np.random.default_rng(3)
    answers = np.clip(np.round(rng.normal(size=(200, 1)) + rng.normal(size=(200, 9)) + 1.5), 0, 3)
    answers[:15, 4] = np.nan
    forms = pl.DataFrame({f"phq9_{i + 1}": answers[:, i] for i in range(9)}, nan_to_null=True)
    found = reliability(forms, "phq9")
    assert (found["alpha"].n, found["alpha_fiml"].n) == (185, 200)
    assert found["alpha_fiml"].value == pytest.approx(fiml(answers)["alpha_fiml"].value, rel=1e-9)
    assert "alpha_fiml" not in {e.name for e in reliability(forms.drop_nulls(), "phq9")}


def test_the_lowest_points_are_those_of_the_instrument() -> None:
    forms = pl.DataFrame({f"phq9_{i}": [1, 1, 2, 3, 1, 2] for i in range(1, 10)})
    assert {e.value for e in reliability(forms, "phq9") if e.name == "item_above_lowest"} == {1.0}


def test_errors_of_measurement_are_in_the_units_of_the_score() -> None:
    rng = np.random.default_rng(2)
    answers = np.clip(rng.integers(0, 4, 50)[:, None] + rng.integers(-1, 2, (50, 22)), 0, 4)
    forms = pl.DataFrame({f"iesr_{i + 1}": answers[:, i] for i in range(22)})
    items = load("iesr").scores["intrusion"].of
    mean = reliability(forms, "iesr", "intrusion")
    total = consistency(forms, [f"iesr_{item}" for item in items])
    assert mean["alpha"].value == pytest.approx(total["alpha"].value)
    assert mean["sem"].value == pytest.approx(total["sem"].value / len(items))


def test_a_risk_checklist_has_no_alpha_and_says_why() -> None:
    found = reliability(pl.DataFrame({"odara_1": [1, 0]}), "odara")
    assert {e.value for e in found} == {None}
    assert "formative" in found["alpha"].why
    with pytest.raises(UsageError, match="Did you mean 'total'"):
        reliability(pl.DataFrame({"odara_1": [1, 0]}), "odara", "totl")


def test_incomplete_forms_are_left_out_and_counted() -> None:
    found = consistency([[1, 2, 1], [2, 2, 3], [3, 1, 3], [None, 2, 2]])
    assert found["alpha"].n == 3
    assert "1 incomplete forms left out" in found["alpha"].method


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([[1], [2]], "at least two items"),
        ({"a": [], "b": []}, "0 of 0 forms"),
        ([[1, 2], [None, 3]], "1 of 2 forms"),
        ([[1, 1], [1, 1], [1, 1]], "the same on every form"),
        ([[1, -1], [2, -2], [3, -3]], "the same on every form"),
    ],
)
def test_no_alpha_with_a_reason(items: Any, why: str) -> None:
    found = consistency(items)
    assert found["alpha"].value is None
    assert why in found["alpha"].why


def test_that_an_item_is_constant_is_said_of_the_whole_and_of_the_item() -> None:
    found = consistency({"a": [1, 2, 3, 1], "b": [1, 2, 2, 1], "c": [0.1] * 4})
    assert found["alpha"].value is not None
    assert found["alpha"].why == "some items had the same answer on every form"
    assert found["omega_total"].value is None
    assert found.where(item="c")["item_rest"].value is None


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([[1, 2], [2, 1], [3, 5]], "three are needed"),
        ([[1, 1, 2], [2, 2, 1], [3, 3, 5], [1, 1, 4]], "copies"),
        ([[1, 2, 3, 1], [2, 1, 3, 0], [4, 1, 0, 2]], "fewer forms than items"),
    ],
)
def test_no_omega_with_a_reason(items: Any, why: str) -> None:
    assert why in consistency(items)["omega_total"].why


def test_omega_of_an_improper_solution_is_refused() -> None:
    S = np.array([[1.0, 0.9, 0.8], [0.9, 1.0, 0.5], [0.8, 0.5, 1.0]])  # first uniqueness: 1 - .9 * .8 / .5 < 0
    X = np.random.default_rng(1).normal(size=(30, 3))
    X -= X.mean(axis=0)
    X = X @ np.linalg.inv(np.linalg.cholesky(np.cov(X.T))).T @ np.linalg.cholesky(S).T
    found = consistency(X)["omega_total"]
    assert found.value is None
    assert "less than no error" in found.why


# agreement -----------------------------------------------------------------------------------------------------------


def test_four_raters_with_gaps(real_data: Data) -> None:
    frame = read(real_data("agreement"), "gwet_cac_raw4raters.csv").drop("Units")
    found = agreement(frame, scale="ratio")
    for name, value, se in (
        ("gwet_ac1", 0.77544, 0.14295),
        ("fleiss_kappa", 0.76117, 0.15302),
        ("krippendorff_alpha", 0.74342, 0.14557),
    ):
        assert (found[name].value, found[name].se) == pytest.approx((value, se), abs=5e-6)
    assert found["percent_agreement"].value == pytest.approx(0.8181818, abs=5e-8)
    assert "two raters" in found["cohen_kappa"].why


def test_two_abstractors_from_their_table(real_data: Data) -> None:
    frame = read(real_data("agreement"), "gwet_cont3x3abstractors.csv")
    long = frame.unpivot(index="Type", variable_name="other", value_name="n")
    found = agreement(count(long, ["Type", "other"], number="n"))
    assert (found["cohen_kappa"].value, found["cohen_kappa"].se) == pytest.approx((0.7964094, 0.05891072), abs=5e-8)
    ac1 = found["gwet_ac1"]  # for a table irrCAC divides by n, for ratings (and so here) by n - 1
    assert (ac1.value, ac1.se * (99 / 100) ** 0.5) == pytest.approx((0.8493305, 0.04321747), abs=5e-8)


def test_left_and_right_eyes(real_data: Data) -> None:
    frame = read(real_data("agreement"), "irr_vision_counts.csv")
    levels = sorted(frame["r.eye"].unique())
    found = agreement(count(frame, ["r.eye", "l.eye"], number="n"), scale="ordinal", levels=levels)
    kappas = [found[f"cohen_kappa{kind}"] for kind in ("", "_linear", "_quadratic")]
    assert [e.value for e in kappas] == pytest.approx([0.5954, 0.6524, 0.7023], abs=PRINTED)
    assert {e.n for e in kappas} == {7477}


def test_thirty_patients_of_fleiss(real_data: Data) -> None:
    found = agreement(read(real_data("agreement"), "irr_diagnoses.csv"))
    assert found["fleiss_kappa"].value == pytest.approx(0.430245, abs=5e-7)


def test_order_of_raters_and_units_does_not_matter() -> None:
    rows = {"a": [1, 2, 3, None, 2], "b": [1, 2, 2, 3, 1], "c": [1, None, 3, 3, 2]}
    turned = {name: rows[name][::-1] for name in ("c", "a", "b")}
    for one, other in zip(agreement(rows, scale="ratio"), agreement(turned, scale="ratio"), strict=True):
        assert one.value == (pytest.approx(other.value) if one.value is not None else None)


def test_words_are_rated_on_their_places() -> None:
    words = {"a": ["low", "mid", "high", "mid"], "b": ["low", "high", "high", "low"]}
    places = {name: [["low", "mid", "high"].index(word) for word in column] for name, column in words.items()}
    found = agreement(words, scale="interval", levels=["low", "mid", "high"])
    assert [e.value for e in found] == [e.value for e in agreement(places, scale="interval")]
    with pytest.raises(UsageError, match="no order of their own"):
        agreement(words, scale="ordinal")


def test_levels_nobody_chose_count_where_chance_rests_on_how_many_there_are() -> None:
    rows = {"a": [1, 2, 1, 2], "b": [1, 2, 2, 2]}
    few, many = (agreement(rows, scale="ratio", weights="identity", levels=known) for known in (None, [1, 2, 3, 4]))
    different = [e.name for e, f in zip(few, many, strict=True) if e.value != pytest.approx(f.value)]
    assert different == ["gwet_ac1", "brennan_prediger", "pabak"]  # PABAK is of two levels


def test_from_forms_with_one_rater_each() -> None:
    forms = {"case": [1, 1, 2, 2, 3, 3], "rater": list("xyxyxy"), "band": list("aabbab")}
    found = agreement(ratings(forms, "band", unit=["case"]))
    assert found["percent_agreement"].value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("rows", "name", "value", "why"),
    [
        ({"a": [1, 1], "b": [1, 1]}, "cohen_kappa", None, "the same level"),
        ({"a": [1, 1], "b": [1, 1]}, "gwet_ac1", None, "the same level"),
        ({"a": [1, 1], "b": [1, 1]}, "percent_agreement", 1.0, "every pair of ratings agreed"),
        ({"a": [1, 2], "b": [1, 2]}, "krippendorff_alpha", 1.0, "every pair of ratings agreed"),
        ({"a": [1, 2], "b": [None, None]}, "fleiss_kappa", None, "no unit has two ratings"),
        ({"a": [1, 2], "b": [None, None]}, "cohen_kappa", None, "no unit was rated by both"),
        ({"a": [1, 2]}, "percent_agreement", None, "no unit has two ratings"),
        ({"a": [], "b": []}, "gwet_ac1", None, "no unit has two ratings"),
        ({"a": [1], "b": [2]}, "krippendorff_alpha", 0.0, "no interval"),
        ({"a": [-1, 2], "b": [2, 2]}, "krippendorff_alpha_ratio", None, "no levels below 0"),
    ],
)
def test_degenerate_ratings_have_a_defined_answer(rows: Any, name: str, value: float | None, why: str) -> None:
    found = agreement(rows, scale="ratio")[name]
    assert found.value == (None if value is None else pytest.approx(value))
    assert why in found.why
    assert found.se is None


def test_everybody_one_level_of_two_is_full_agreement_for_ac1() -> None:
    assert agreement({"a": [1, 1], "b": [1, 1]}, levels=[1, 2])["gwet_ac1"].value == 1.0


def test_wrong_levels_are_refused_without_showing_what_was_filled_in() -> None:
    with pytest.raises(
        UsageError, match="1 levels were chosen that `levels` does not list; it lists: low, high"
    ) as error:
        agreement({"a": ["low"], "b": ["secret-sentinel"]}, levels=["low", "high"])
    assert "secret-sentinel" not in str(error.value)
    with pytest.raises(UsageError, match="twice"):
        agreement({"a": [1], "b": [1]}, levels=[1, 1])
    with pytest.raises(UsageError, match="scores, not levels"):
        agreement(np.arange(202).reshape(101, 2))
    with pytest.raises(UsageError, match="choose one of: nominal"):
        agreement({"a": [1], "b": [1]}, scale="rank")  # type: ignore[arg-type]


# intraclass correlations ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "published"),
    [
        (
            "shrout_fleiss_1979.csv",
            [
                ("icc_1_1", 0.1657),
                ("icc_2_1", 0.2898),
                ("icc_3_1", 0.7148),
                ("icc_1_k", 0.4428),
                ("icc_2_k", 0.6201),
                ("icc_3_k", 0.9093),
            ],
        ),
        ("irr_anxiety.csv", [("icc_2_1", 0.198), ("icc_3_1", 0.216)]),
        ("irr_video.csv", [("icc_1_1", 0.113), ("icc_2_1", 0.157), ("icc_3_1", 0.196)]),
    ],
)
def test_published_iccs(real_data: Data, file: str, published: list[tuple[str, float]]) -> None:
    frame = read(real_data("agreement"), file)
    found = icc(frame, [name for name in frame.columns if name != "target"])
    for name, value in published:
        assert found[name].value == pytest.approx(value, abs=PRINTED if "shrout" in file else 5e-4)


@pytest.mark.parametrize(
    ("rows", "name", "value", "why"),
    [
        ([[1], [2]], "icc_1_1", None, "two raters"),
        ({"a": [], "b": []}, "p_two_way", None, "0 of 0 units"),
        ([[1, 2], [3, None]], "icc_3_k", None, "1 of 2 units"),
        ([[2, 2], [2, 2]], "icc_2_1", None, "differ too little"),
        ([[0.1, 0.1], [0.1, 0.1], [0.1, 0.1]], "icc_1_k", None, "differ too little"),
        ([[1, 1], [2, 2], [4, 4]], "icc_1_1", 1.0, "no interval"),
        ([[1, 2], [2, 3], [4, 5]], "icc_3_1", 1.0, "no interval"),
        ([[1, 2], [2, 3], [4, 5]], "f_two_way", None, "residual mean square is 0"),
        ([[1, 3], [3, 1], [1, 3.5]], "icc_1_1", -0.9655, "below 0"),
    ],
)
def test_degenerate_tables_have_a_defined_answer(rows: Any, name: str, value: float | None, why: str) -> None:
    found = icc(rows)[name]
    assert found.value == (None if value is None else pytest.approx(value, abs=5e-4))
    assert why in found.why


def test_a_key_of_the_forms_is_no_rater() -> None:
    table = {"case": [1, 2, 3], "ann": [0, 1, 1], "bob": [0, 1, 0]}
    for count_it in (agreement, icc):
        with pytest.raises(UsageError, match="case is a key of the forms"):
            count_it(table)
        assert [e.value for e in count_it(table, ["ann", "bob"])] == [
            e.value for e in count_it({"ann": [0, 1, 1], "bob": [0, 1, 0]})
        ]


def test_units_that_some_rater_missed_are_left_out_and_counted() -> None:
    rows = [[9, 2, 5], [6, 1, 3], [8, 4, 6], [None, 1, 2]]
    found = icc(rows)["icc_2_1"]
    assert found.value == icc(rows[:3])["icc_2_1"].value
    assert "1 units left out" in found.method


# whatever comes in ---------------------------------------------------------------------------------------------------

cells = st.sampled_from([0.0, 1.0, 2.0, 3.0, 0.1, None])


@settings(deadline=None, max_examples=100)
@example([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.1]])  # the interval of ICC(2,1) left out its own estimate
@example([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]])  # ICC(2,k) divided by nothing but rounding
@example([[0.0, 1.0], [0.0, None]])
@example([[0.0, 2.0], [0.0, 2.0], [2.0, 0.0], [2.0, 0.0]])  # the degrees of freedom of ICC(2,1) were 0 / 0
@given(st.integers(1, 4).flatmap(lambda k: st.lists(st.lists(cells, min_size=k, max_size=k), min_size=1, max_size=9)))
def test_never_nan_and_never_a_traceback(rows: list[list[float | None]]) -> None:
    found: Estimates = consistency(rows) + icc(rows) + agreement(rows, scale="ratio")
    for e in found:
        assert e.value is None or e.n is not None
        assert e.value is not None or e.why
        assert e.low is None or e.low <= e.value + 1e-9
        assert e.high is None or e.value <= e.high + 1e-9
        assert all(math.isfinite(x) for x in (e.value, e.se, e.low, e.high) if x is not None)
