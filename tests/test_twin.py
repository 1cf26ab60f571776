"""The syntax for R gives our number in R, and that for SPSS in PSPP, on made-up data in a CSV file."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from risico.errors import UsageError
from risico.estimate import Estimate
from risico.pages.twin import templates, twin, without_twin
from risico.statistics import STATISTICS
from twin_cases import CASES, Case

FROM_CRAN = {"betafunctions", "dcurves", "irr", "irrCAC", "ltm", "pmsampsize", "pmvalsampsize", "timeROC"}
"""R packages that Debian does not have: their twins run where somebody has installed them."""


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
    leeway = {"abs": tolerance} if name.endswith(("_difference", "_drop", "_rise")) else leeway
    ours = tried()[name].ours.value
    return not said.startswith("ERROR") and [float(x) for x in said.split()] == pytest.approx([ours], **leeway)


@pytest.mark.slow
def test_no_twin_was_left_out_for_want_of_a_package(tmp_path: Path) -> None:
    r_or_skip()
    left: dict[str, list[str]] = {}
    for name, one in tried().items():
        if name in templates("r") and (lacking := needed(written(one, tmp_path, "r")) - installed()):
            left.setdefault(" and ".join(sorted(lacking)), []).append(name)
    if os.environ.get("RISICO_PROGRAMS_REQUIRED"):  # what Debian has, CI installs
        assert {package for packages in left for package in packages.split(" and ")} <= FROM_CRAN
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


def test_a_number_of_a_part_says_of_which_unless_the_lines_select_it() -> None:
    part = Estimate(name="sensitivity", value=0.5, by={"group": "girls\nstop()"})
    said = "This number is of group = girls stop(): the file holds that part and no other."
    assert f"# {said}" in twin(part, ["total", "again"], at_least=3).splitlines()
    assert f"* {said}" in twin(part, ["total", "again"], "spss", at_least=3).splitlines()
    item = Estimate(name="item_rest", value=0.5, by={"item": "a"})
    assert "This number is of" not in twin(item, ["a", "b"])
    norm = Estimate(name="t_score", value=50.0, by={"sex": "f"}, at=3)
    text = twin(norm, ["raw", "sex"])
    assert 'd$sex == "f"' in text
    assert "This number is of" not in text
