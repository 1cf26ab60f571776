"""The syntax for R gives our number in R, and that for SPSS in PSPP, on made-up data in a CSV file."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from risico.dif import dif
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.irt import graded, information
from risico.norms import continuous_norms, norm_group, percentile_norms
from risico.pages.twin import templates, twin, without_twin
from risico.pooling import pooled, pooled_accuracy
from risico.reliability import (
    agreement,
    agreement_by_level,
    bland_altman,
    cases_needed,
    change,
    colleague,
    components,
    consistency,
    cutoffs,
    decision,
    drift,
    fiml,
    generalizability,
    hierarchical,
    icc,
    one_factor,
    ordinal,
    raters_apart,
    raters_needed,
    raters_split,
    split_half,
)
from risico.statistics import STATISTICS
from risico.validity import (
    accuracy,
    alarm_budget,
    auc,
    auc_bootstrap,
    auc_by_time,
    calibration,
    calibration_curve,
    chosen_cut_off,
    compare_auc,
    concordance,
    decision_curve,
    development_size,
    fairness,
    follow_up_audit,
    observed,
    optimism,
    partial_auc,
    prediction_error,
    recalibration,
    selective,
    validation_size,
)

RNG = np.random.default_rng(4)
Columns = dict[str, list[Any]]


def blanked(columns: Columns, where: Mapping[str, list[int]]) -> Columns:
    """The same columns with a blank in these rows."""
    return {c: [None if i in where.get(c, []) else v for i, v in enumerate(cells)] for c, cells in columns.items()}


def near(base: np.ndarray, names: str, low: int, high: int, spread: float = 0.9) -> Columns:
    """Columns of whole numbers that go with a hidden one."""
    n = len(base)
    return {c: np.clip(np.round(base + spread * RNG.standard_normal(n)), low, high).tolist() for c in names.split()}


ITEMS = blanked(near(1.5 + 0.9 * RNG.standard_normal(150), "i1 i2 i3 i4 i5 i6", 0, 3), {"i2": [3, 40], "i6": [3, 77]})
LEVELS = near(RNG.integers(1, 5, 60), "ann bob cas", 1, 4, 0.7)
RATERS = blanked(LEVELS, {"ann": [0, 5], "bob": [0, 5, 9, 12, 30], "cas": [0, 7, 50]})
PAIR = {name: RATERS[name] for name in ("ann", "bob")}
TWO = {name: [None if cell is None else float(cell > 2) for cell in cells] for name, cells in PAIR.items()}
POINTS = blanked(near(10 + 2 * RNG.standard_normal(24), "r1 r2 r3 r4", -99, 99, 2.5), {"r2": [4], "r3": [4, 11]})
POINTS["r2"] = [None if cell is None else cell + 2 for cell in POINTS["r2"]]
HIDDEN = RNG.standard_normal((500, 4))
THREE_GROUPS = {
    f"g{i}": np.round(0.7 * HIDDEN[:, 3] + 0.8 * HIDDEN[:, i // 3] + 0.9 * RNG.standard_normal(500), 1).tolist()
    for i in range(9)
}
FORMS: Columns = {
    "score": (np.repeat(3 * RNG.standard_normal(30), 4) + np.tile(RNG.standard_normal(4), 30)).round(2).tolist(),
    "case": np.repeat(np.arange(30), 4).tolist(),
    "rater": np.tile(list("abcd"), 30).tolist(),
}
FORMS["score"] = [round(s + 2 * RNG.standard_normal(), 2) for s in FORMS["score"]]
MOMENTS = blanked(near(14 + 5 * RNG.standard_normal(50), "before after", 0, 27, 5), {"after": [8]})
RISK = RNG.uniform(0.04, 0.93, 200).round(3)
SEEN: Columns = {
    "total": np.round(10 * RISK + RNG.standard_normal(200)).tolist(),
    "other": np.round(8 * RISK + 2 * RNG.standard_normal(200)).tolist(),
    "risk": RISK.tolist(),
    "again": (RNG.random(200) < 0.1 + 0.6 * RISK).astype(int).tolist(),
    "days": (1 + RNG.permutation(200) * (1.2 - RISK)).round(6).tolist(),
}
SEEN = blanked(SEEN, {"total": [17]})
GROUPS: Columns = {
    "sex": ["f", "m"] * 110,
    **{
        c: (np.array(cells) > 1).astype(int).tolist()
        for c, cells in near(RNG.normal(1.4, 1, 220), "a b c d", 0, 3).items()
    },
}
EFFECTS: Columns = {
    "effect": RNG.normal(0.3, 0.3, 14).round(3).tolist(),
    "se": RNG.uniform(0.08, 0.25, 14).round(3).tolist(),
    "study": [f"s{i}" for i in (1, 2, 2, 3, 4, 4, 4, 5, 6, 6, 7, 7, 8, 8)],
}
APART = {"effect": EFFECTS["effect"], "se": EFFECTS["se"]}
SCALE = {"reliability": 0.8, "lowest": -4, "highest": 14}
TWICE: Columns = {
    "level": np.clip(np.repeat(RNG.integers(1, 5, 90), 2) + RNG.integers(-1, 2, 180), 1, 4).tolist(),
    "case": np.repeat(np.arange(90), 2).tolist(),
    "rater": [f"r{(i // 2 + i % 2 * (1 + i // 2 % 5)) % 8}" for i in range(180)],
}
OVER_TIME: Columns = {
    "score": RNG.normal(20, 4, 120).round(1).tolist(),
    "day": np.repeat(RNG.integers(0, 360, 60), 2).tolist(),
    "case": np.repeat(np.arange(60), 2).tolist(),
    "rater": [f"r{(i // 2 + i % 2 * (1 + i // 2 % 2)) % 3}" for i in range(120)],
}
ORDERED = blanked(near(1.5 + 1.2 * RNG.standard_normal(400), "u1 u2 u3 u4", 0, 3, 1.0), {"u2": [3], "u4": [9]})
AGES: Columns = {"age": np.repeat([6, 7, 8, 9], 40).tolist(), "sex": ["f", "m"] * 80}
AGES = {"raw": np.round(1.3 * np.array(AGES["age"]) + 2 * RNG.standard_normal(160)).tolist(), **AGES}
NORMS = {"raw": AGES["raw"], "sex": AGES["sex"]}
UNKNOWN = {"total": SEEN["total"], "again": [None if i % 4 == 1 else y for i, y in enumerate(SEEN["again"])]}
DATED = {"day": [f"2024-{1 + i % 12:02d}-15" for i in range(200)], "again": SEEN["again"]}
TOLD_APART = {"total": SEEN["total"], "again": SEEN["again"], "sex": [("f", "m", "x")[i % 3] for i in range(200)]}
STUDIES: Columns = {
    "tp": [47, 126, 19, 36, 130, 84, 68, 33, 60, 42],
    "fn": [9, 51, 10, 3, 19, 30, 34, 11, 7, 20],
    "fp": [101, 272, 12, 78, 211, 68, 20, 50, 80, 44],
    "tn": [738, 1543, 192, 276, 959, 270, 200, 310, 250, 400],
}
OWN = [[1, 0.7, 0.1, 0], [0.7, 1, 0.7, 0.1], [0.1, 0.7, 1, 0.7], [0, 0.1, 0.7, 1]]


class Case(NamedTuple):
    """What our functions say of these columns, and what they were told beside them."""

    columns: Columns
    found: Callable[[Columns], Estimates]
    told: dict[str, Any] = {}


def seen(names: str, found: Callable[[Columns], Estimates], **told: Any) -> Case:
    return Case({name: SEEN[name] for name in names.split()}, found, told)


def kappas(weights: Any) -> Callable[[Columns], Estimates]:
    return lambda d: agreement(d, scale="ratio", levels=[1, 2, 3, 4], weights=weights)


CHANGED = {"reliability": 0.8, "better": "low", "cutoff": 9.5}
CASES = [
    *(Case(ITEMS, f) for f in (consistency, split_half, one_factor, fiml, ordinal)),
    *(Case(RATERS, kappas(w), {"levels": [1, 2, 3, 4], "weights": OWN}) for w in (None, "linear", "ordinal", OWN)),
    *(Case(PAIR, kappas(w), {"levels": [1, 2, 3, 4], "weights": OWN}) for w in (None, "linear", "ordinal", OWN)),
    Case(TWO, agreement),
    *(Case(RATERS, f) for f in (agreement_by_level, raters_apart, raters_split)),
    Case(PAIR, raters_apart),
    Case(MOMENTS, bland_altman),
    Case(POINTS, lambda d: icc(d, above=0.1), {"above": 0.1}),
    Case(POINTS, components),
    Case(FORMS, lambda d: generalizability(d, "score", levels={"rater": 3}), {"levels": {"rater": 3}}),
    Case(FORMS, lambda d: raters_needed(d, "score", wanted=0.9), {"wanted": 0.9}),
    Case({}, lambda _: cases_needed(icc=0.7, raters=3, width=0.2), {"icc": 0.7, "raters": 3, "width": 0.2}),
    *(
        Case(MOMENTS, lambda d, m=m: change(d, "before", "after", method=m, **CHANGED), CHANGED)
        for m in ("jacobson_truax", "edwards_nunnally", "hageman_arrindell")
    ),
    Case(
        {"before": MOMENTS["before"]},
        lambda d: cutoffs(d, "before", better="low", functional=(6, 3)),
        {"better": "low", "functional": (6, 3)},
    ),
    seen("total again", lambda d: auc(d, "total", "again")),
    seen("total again", lambda d: auc_bootstrap(d, "total", "again", seed=1, redraws=200)),
    seen(
        "total again",
        lambda d: partial_auc(d, "total", "again", of="specificity", between=(0.6, 1), seed=1, redraws=200),
        of="specificity",
        between=(0.6, 1),
    ),
    seen("total again", lambda d: accuracy(d, "total", "again", at_least=6), at_least=6),
    seen("total again", lambda d: observed(d, "total", "again")),
    seen("total other again", lambda d: compare_auc(d, "total", "other", "again")),
    *(seen("risk again", lambda d, f=f: f(d, "risk", "again")) for f in (calibration, prediction_error, recalibration)),
    seen("risk again", lambda d: calibration_curve(d, "risk", "again")),
    seen("risk again", lambda d: decision_curve(d, "risk", "again", thresholds=[0.3])),
    seen(
        "total again",
        lambda d: alarm_budget(d, "total", "again", at_least=6, per_week=40, base_rate=0.1),
        at_least=6,
        per_week=40,
        base_rate=0.1,
    ),
    seen("total days again", lambda d: concordance(d, "total", "days", "again")),
    seen("total days again", lambda d: auc_by_time(d, "total", "days", "again", horizons=[60])),
    Case(
        {},
        lambda _: validation_size(base_rate=0.1, auc=0.8, logit=(-2.6, 1.2)),
        {"base_rate": 0.1, "auc": 0.8, "logit": (-2.6, 1.2)},
    ),
    Case(
        {},
        lambda _: development_size(base_rate=0.174, auc=0.89, parameters=24, r_squared=0.288),
        {"base_rate": 0.174, "r_squared": 0.288, "parameters": 24},
    ),
    Case(GROUPS, lambda d: dif(d, "sex")),
    Case(APART, lambda d: pooled(d["effect"], d["se"])),
    Case(EFFECTS, lambda d: pooled(d["effect"], d["se"], study=d["study"])),
    Case(THREE_GROUPS, hierarchical),
    Case(ORDERED, graded),
    Case(ORDERED, lambda d: information(graded(d), at=[-1, 0.5])),
    Case(NORMS, lambda d: percentile_norms(d, "raw", ["sex"])),
    Case(NORMS, lambda d: norm_group(d, "raw", ["sex"], collected=date(2020, 1, 1), on=date(2024, 1, 1))),
    Case(AGES, lambda d: continuous_norms(d, "raw", "age", ["sex"], scores=[8, 9, 10])),
    Case(UNKNOWN, lambda d: selective(d, "total", "again", at_least=6, odds=[0.5]), {"at_least": 6}),
    Case(
        DATED,
        lambda d: follow_up_audit(d, "day", "again", window_days=100, closed="2024-09-30"),
        {"window_days": 100, "closed": "2024-09-30"},
    ),
    Case(TOLD_APART, lambda d: fairness(d, "total", "again", "sex", at_least=6), {"at_least": 6}),
    Case(STUDIES, lambda d: pooled_accuracy(*d.values())),
    Case(OVER_TIME, lambda d: drift(d, "score", when="day")),
    Case(TWICE, lambda d: colleague(d, "level", unit=["case"], position=None)),
    seen("total", lambda d: decision(d, "total", cuts=[4, 7], **SCALE), **SCALE, cuts=[4, 7]),
    seen("total other again", lambda d: optimism(d, ["total", "other"], "again", seed=1, redraws=4000)),
    seen("total again", lambda d: chosen_cut_off(d, "total", "again", seed=1, redraws=4000)),
]


class Tried(NamedTuple):
    """An Estimate of ours with the case that it comes from."""

    ours: Estimate
    case: Case


@cache
def tried() -> dict[str, Tried]:
    """By name the first Estimate that has a value, and where there are several one in the middle of them."""
    found: dict[str, list[Tried]] = {}
    for case in CASES:
        estimates = [e for e in case.found(case.columns) if e.value is not None]
        for name in {e.name for e in estimates} - set(found):
            found[name] = [Tried(e, case) for e in estimates if e.name == name]
    return {name: some[(len(some) - 1) // 2] for name, some in found.items()}


def written(one: Tried, folder: Path, program: Any) -> str:
    path = folder / f"{one.ours.name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(one.case.columns)
        out.writerows(zip(*one.case.columns.values(), strict=True))
    return twin(one.ours, list(one.case.columns), program, file=str(path), **one.case.told)


def needed(text: str) -> set[str]:
    return {a or b for a, b in re.findall(r"([A-Za-z][A-Za-z0-9.]*)::|library\((\w+)\)", text.split("\n", 1)[1])}


@cache
def installed() -> frozenset[str]:
    done = subprocess.run(
        ["Rscript", "-e", "cat(rownames(installed.packages()))"], capture_output=True, text=True, check=True
    )
    return frozenset(done.stdout.split())


RUN = """
set.seed(1)
for (f in commandArgs(TRUE)) {
  given <- tryCatch(suppressWarnings(suppressMessages({
    sink(nullfile()); x <- source(f, local = new.env())$value; sink(); format(as.numeric(x), digits = 16)
  })), error = function(e) { sink(); paste("ERROR", gsub("\\n", " ", conditionMessage(e))) })
  cat(sub("[.]R$", "", basename(f)), given, sep = "\\t"); cat("\\n")
}
"""


def in_r(texts: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Every twin in one run of R."""
    for name, text in texts.items():
        (folder / f"{name}.R").write_text(text + "\n", encoding="utf-8")
    (folder / "run.R").write_text(RUN)
    command = ["Rscript", str(folder / "run.R"), *(str(folder / f"{name}.R") for name in texts)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)


def r_or_skip() -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed: no twin was run")


@pytest.mark.slow
def test_r_gives_the_same_numbers(tmp_path: Path) -> None:
    r_or_skip()
    texts = {name: written(one, tmp_path, "r") for name, one in tried().items() if name in templates("r")}
    texts = {name: text for name, text in texts.items() if needed(text) <= installed()}
    given = in_r(texts, tmp_path)
    assert set(given) == set(texts)
    assert len(texts) > 60
    wrong = {name: (said, tried()[name].ours) for name, said in given.items() if not as_ours(name, said)}
    assert wrong == {}


def as_ours(name: str, said: str) -> bool:
    decimals = templates("r")[name].decimals
    tolerance = STATISTICS[name].tolerance  # of a difference: that of what it is the difference of
    leeway = {"abs": 0.51 * 10**-decimals} if decimals else {"rel": tolerance, "abs": 1e-15}
    leeway = {"abs": tolerance} if name.endswith("_difference") else leeway
    ours = tried()[name].ours.value
    return not said.startswith("ERROR") and [float(x) for x in said.split()] == pytest.approx([ours], **leeway)


@pytest.mark.slow
def test_no_twin_was_left_out_for_want_of_a_package(tmp_path: Path) -> None:
    r_or_skip()
    left: dict[str, list[str]] = {}
    for name, one in tried().items():
        if name in templates("r") and (lacking := needed(written(one, tmp_path, "r")) - installed()):
            left.setdefault(" and ".join(sorted(lacking)), []).append(name)
    if left:
        told = "; ".join(f"{package} for {', '.join(sorted(names))}" for package, names in left.items())
        pytest.skip(f"twins not run, R packages that are not installed: {told}")


def test_every_statistic_has_a_twin_in_r_or_a_reason() -> None:
    have, none = set(templates("r")), set(without_twin())
    assert not have & none
    assert have | none == set(STATISTICS)
    assert set(templates("spss")) <= have


def test_every_twin_is_tried() -> None:
    assert set(templates("r")) <= set(tried())


READ: dict[str, tuple[str, str, int]] = {
    "alpha": ("Reliability Statistics", "", 0),
    "item_rest": ("Item-Total Statistics", "«item»", 3),
    "alpha_without": ("Item-Total Statistics", "«item»", 4),
    "item_mean": ("Descriptive Statistics", "«item»", 2),
    "item_sd": ("Descriptive Statistics", "«item»", 3),
    "kmo": ("KMO and Bartlett's Test", "Kaiser", 2),
    "bartlett_chi_square": ("KMO and Bartlett's Test", "Bartlett", 2),
    "bartlett_df": ("KMO and Bartlett's Test", ",df", 2),
    "bartlett_p": ("KMO and Bartlett's Test", ",Sig", 2),
    "split_half_odd_even": ("Reliability Statistics", "Guttman", 3),
    "spearman_brown_odd_even": ("Reliability Statistics", "Spearman-Brown", 3),
    "cohen_kappa": ("Symmetric Measures", "Measure of Agreement", 2),
    "bias": ("Paired Samples Test", "Pair 1", 2),
    "sd_of_differences": ("Paired Samples Test", "Pair 1", 3),
    "proportional_bias": ("Coefficients", "middle", 1),
    "auc": ("Area Under the Curve", "total", 1),
    "base_rate": ("Descriptive Statistics", "again", 2),
    "sensitivity": ("Descriptive Statistics", "right", 2),
    "specificity": ("Descriptive Statistics", "right", 2),
    "ppv": ("Descriptive Statistics", "again", 2),
    "npv": ("Descriptive Statistics", "right", 2),
    "observed": ("Descriptive Statistics", "again", 2),
    "brier": ("Descriptive Statistics", "error", 2),
    "calibration_slope": ("Variables in the Equation", "Step 1", 2),
    "calibration_intercept": ("Variables in the Equation", ",Constant", 2),
}
"""Where PSPP shows it: in which table, in the line that begins so, in which cell."""


def tables(text: str) -> Iterator[tuple[str, list[str]]]:
    title = ""
    for line in text.splitlines():
        if line.startswith("Table: "):
            title = line.removeprefix("Table: ")
        elif line:
            yield title, next(csv.reader([line]))


def in_pspp(one: Tried, folder: Path) -> float:
    name = one.ours.name
    text = "SET FORMAT=F20.10.\n" + written(one, folder, "spss")
    (folder / f"{name}.sps").write_text(text + "\n", encoding="utf-8")
    out = folder / f"{name}.out.csv"
    command = ["pspp", "-O", "format=csv", "-o", str(out), str(folder / f"{name}.sps")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr + out.read_text(encoding="utf-8")
    assert done.returncode == 0, said
    title, start, cell = READ[name]
    start = start.replace("«item»", one.ours.by.get("item", ""))
    for table, line in tables(out.read_text(encoding="utf-8")):
        numeric = len(line) > cell and re.fullmatch(r"-?[0-9]*[.]?[0-9]+", line[cell])
        if table.startswith(title) and ",".join(line).startswith(start) and numeric:
            return float(line[cell])
    raise AssertionError(said)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, one in templates("spss").items() if one.run == "pspp"])
def test_pspp_gives_the_same_number(name: str, tmp_path: Path) -> None:
    if not shutil.which("pspp"):
        pytest.skip("PSPP is not installed: this twin was not run")
    decimals = {"bartlett_p": 3}.get(name, 9)
    assert in_pspp(tried()[name], tmp_path) == pytest.approx(
        tried()[name].ours.value, abs=0.6 * 10**-decimals, rel=1e-8
    )


def test_spss_syntax_says_who_ran_it() -> None:
    assert all(one.run is not None for one in templates("spss").values())
    assert "Nobody ran this" in twin("icc_2_1", ["a", "b"], "spss")
    assert "PSPP gives this number; nobody ran it in SPSS" in twin("alpha", ["a", "b"], "spss")


def test_each_syntax_for_spss_is_whole_and_short_enough_for_every_version() -> None:
    columns = [f"instrument_item_{i}" for i in range(40)]
    told = {"at_least": 3, "item": "instrument_item_3", "at": 2, "value": 2, "component": "rater"}
    for name in templates("spss"):
        lines = twin(name, columns, "spss", **told).splitlines()
        assert max(map(len, lines)) <= 250, name
        assert all(line.endswith(".") for line in lines if line.startswith("*")), name
        assert lines[-1].endswith("."), name


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (lambda: twin("omega_total", ["a"], "spss"), "no SPSS syntax for 'omega_total' here, but there is R syntax"),
        (lambda: twin("alfa", ["a"]), "no R syntax for 'alfa'. Did you mean 'alpha'"),
        (lambda: twin("itt", ["a"]), "no R syntax for 'itt': an effect rests on a plan"),
        (lambda: twin("alpha", ["a b"]), "columns: a b. R takes a name of letters"),
        (lambda: twin("sensitivity", ["total", "again"]), "at_least or below is missing"),
        (lambda: twin("item_rest", ["a", "b"], item="c"), "item is missing. Its columns are the items"),
        (lambda: twin("auc", ["total"]), "second is missing. Its columns are the score and the outcome"),
        (lambda: twin("auc", ["total", "again"], atleast=3), "name of atleast. Did you mean 'at_least'"),
        (lambda: twin("split_half_odd_even", ["a", "b", "c"], "spss"), "half, odd_even is missing"),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_reason(said: Callable[[], str], why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(why)):
        said()


def test_a_file_and_a_word_are_quoted_as_the_program_does() -> None:
    assert 'read.csv("C:\\\\data \\"x\\".csv")' in twin("alpha", ["a", "b"], file='C:\\data "x".csv')
    assert "/FILE='it''s.csv'" in twin("alpha", ["a", "b"], "spss", file="it's.csv")
    assert 'd == "laag \\"1\\""' in twin("specific_agreement", ["a", "b"], level='laag "1"')


def test_levels_in_words_are_written_as_words() -> None:
    assert 'v <- c("low", "high")' in twin("gwet_ac1", ["a", "b"], levels=["low", "high"])
