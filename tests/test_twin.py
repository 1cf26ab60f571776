"""The syntax for R gives our number, in R."""

import shutil
import subprocess

import numpy as np
import pytest

from risico.errors import UsageError
from risico.pages.twin import TWINS, twin
from risico.reliability import agreement, consistency, icc
from risico.validity import auc

RNG = np.random.default_rng(4)
BASE = RNG.integers(0, 4, 60)
RATED = {f"v{i}": np.clip(BASE + RNG.integers(-1, 2, 60), 0, 3).tolist() for i in range(1, 5)}
PAIR = {name: RATED[name] for name in ("v1", "v2")}
SCORED = {"score": RATED["v1"], "again": (RNG.random(60) < 0.2 + 0.15 * BASE).astype(int).tolist()}
OURS = {
    "alpha": (RATED, consistency),
    "omega_total": (RATED, consistency),
    "icc_2_1": (RATED, icc),
    "cohen_kappa": (PAIR, agreement),
    "auc": (SCORED, lambda data: auc(data, "score", "again")),
}
RTOL = 1e-6  # omega is found by iteration in both; the others agree to 1e-10


@pytest.mark.slow
@pytest.mark.parametrize("name", TWINS)
def test_r_gives_the_same_number(name):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    data, function = OURS[name]
    columns = ", ".join(f"{column} = c({', '.join(map(str, values))})" for column, values in data.items())
    code = f"d <- data.frame({columns})\ncat(format({{{twin(name, list(data))}}}, digits = 16))"
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if "there is no package called" in done.stderr:
        pytest.skip("an R package is not installed")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) == pytest.approx(function(data)[name].value, rel=RTOL)


def test_every_twin_is_tried_in_r():
    assert set(OURS) == set(TWINS)


def test_a_statistic_without_a_twin_is_named():
    with pytest.raises(UsageError, match=r"no spss syntax for 'omega_total' yet; there is for alpha"):
        twin("omega_total", ["a"], "spss")
