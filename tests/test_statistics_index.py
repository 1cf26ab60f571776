"""Walks STATISTICS: no name without a reference, no stale reference, and counts mean what repeated forms mean."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import fields
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.dummy import DummyClassifier, DummyRegressor

from risico import effects, reliability
from risico import validity as validity_module
from risico.effects import adjusted, assigned_by_delivered, randomized
from risico.estimate import Estimate, Estimates
from risico.reliability import agreement, change, consistency, icc
from risico.statistics import STATISTICS
from risico.tally import count, sums
from risico.validity import accuracy, auc, calibration, observed, validity
from stored import FOLDER, stored

RTOL = 1e-11  # the same sums, added in another order

RNG = np.random.default_rng(8)
ITEMS = {f"i{i}": np.clip(np.arange(30) % 4 + RNG.integers(-1, 2, 30), 0, 3) for i in range(4)}
ITEMS["i3"] = [None if i == 5 else float(value) for i, value in enumerate(ITEMS["i3"])]
RATERS = {f"r{i}": np.clip(np.arange(30) % 4 + RNG.integers(0, 2, 30), 1, 4).astype(float) for i in range(2)}
RATERS["r1"][3] = np.nan
OUTCOMES = {
    "score": [float("nan") if i == 7 else float(i % 6) for i in range(30)],
    "risk": [0.1 + 0.15 * (i % 6) for i in range(30)],
    "again": [float(RNG.random() < 0.1 + 0.1 * (i % 6)) for i in range(30)],
}
MOMENTS = {
    "before": [float("nan") if i == 3 else 20.0 + i % 7 for i in range(30)],
    "after": [8.0 + 3 * (i % 6) for i in range(30)],
}
NUMBER = [int(n) for n in RNG.integers(1, 5, 30)]

CALLS: dict[str, tuple[dict[str, Any], Callable[[Any], Estimates], Callable[..., Any]]] = {
    "consistency": (ITEMS, consistency, sums),
    "icc": (RATERS, icc, sums),
    "agreement": (RATERS, lambda data: agreement(data, scale="ratio"), count),
    "change": (MOMENTS, lambda data: changed(data), count),
    "auc": (OUTCOMES, lambda data: auc(data, "score", "again"), count),
    "accuracy": (OUTCOMES, lambda data: accuracy(data, "score", "again", at_least=3), count),
    "observed": (OUTCOMES, lambda data: observed(data, "score", "again"), count),
    "validity": (OUTCOMES, lambda data: validity(data, "score", "again", below=2), count),
    "calibration": (OUTCOMES, lambda data: calibration(data, "risk", "again"), count),
}


N = 80
LOT = np.tile([0.0, 1.0], N // 2)
KINDS = np.repeat(["a", "b"], N // 2)
SAME = np.tile([3.0, 4.0, 5.0, 7.0, 4.0, 6.0, 1.0, 3.0], N // 8)
ALIKE = np.tile([0.0, 0.0, 1.0, 1.0], N // 4)
FLAT: dict[str, Any] = {
    "outcome_learners": {"mean": DummyRegressor()},
    "propensity_learners": {"share": DummyClassifier(strategy="prior")},
    "repeats": 1,
}


def trial(**more: Any) -> Estimates:
    """Forty families by lot in each arm, half of each kind, everybody as drawn."""
    told = {"outcome": SAME, "assigned": LOT, "why_no_cluster": "drawn one by one"}
    return randomized(**{**told, **more})


def kinds(estimand: str = "itt", **more: Any) -> Estimates:
    return trial(profile=KINDS, received=None, **more).where(estimand=estimand)


def given(**more: Any) -> Estimates:
    told: dict[str, Any] = {"outcome": SAME, "treated": LOT, "covariates": {"x": ALIKE}, "why_no_cluster": "one by one"}
    return adjusted(**{**told, **FLAT, **more})


FAMILIES: dict[str, Callable[[], Estimates]] = {
    "randomized": lambda: trial(received=LOT, profile=KINDS, covariates={"x": ALIKE}),
    "assigned_by_delivered": lambda: assigned_by_delivered(assigned=KINDS, delivered=KINDS),
    "adjusted": lambda: given(profile=KINDS),
}


def changed(data: Any) -> Estimates:
    return change(data, "before", "after", reliability=0.5, better="low", cutoff=12)


def repeated(rows: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [value for value, n in zip(values, NUMBER, strict=True) for _ in range(n)]
        for name, values in rows.items()
    }


@pytest.mark.parametrize("name", CALLS)
def test_counts_are_repeated_forms(name: str) -> None:
    rows, function, tally = CALLS[name]
    counted, spelled_out = function(tally({**rows, "n": NUMBER}, list(rows), number="n")), function(repeated(rows))
    assert len(counted) == len(spelled_out) > 0
    for a, b in zip(counted, spelled_out, strict=True):
        assert (a.name, a.by, a.at, a.n, a.why, a.method) == (b.name, b.by, b.at, b.n, b.why, b.method)
        for key in ("value", "se", "low", "high"):
            given, expected = getattr(a, key), getattr(b, key)
            assert given is expected is None or given == pytest.approx(expected, rel=RTOL, abs=1e-13), (a.name, key)


def test_every_name_that_a_function_returns_is_in_the_index() -> None:
    counted = [function(rows) for rows, function, _ in CALLS.values()]
    found = {e.name for estimates in (*counted, *(call() for call in FAMILIES.values())) for e in estimates}
    assert found == set(STATISTICS)


def test_every_public_function_is_walked() -> None:
    """By the functions that a package names; `reliability` is consistency of an instrument, `by_profile` is within."""
    public = {*reliability.__all__, *effects.__all__} | {n for n in dir(validity_module) if n in CALLS}
    walked = {*CALLS, *FAMILIES, "reliability", "by_profile"}
    returns = {
        name for name in public if "Estimates" in str(getattr(find(name), "__annotations__", {}).get("return", ""))
    }
    assert returns <= walked
    assert {"randomized", "adjusted", "assigned_by_delivered", "by_profile"} <= returns


def find(name: str) -> Any:
    return next(getattr(home, name) for home in (reliability, effects, validity_module) if hasattr(home, name))


@pytest.mark.parametrize("name", STATISTICS)
def test_no_cell_is_empty_and_the_stored_values_are_of_this_script(name: str) -> None:
    row = STATISTICS[name]
    assert all(getattr(row, field.name) for field in fields(row))
    values = stored(row.stored)
    script = (FOLDER / f"{row.stored}.R").read_bytes()
    assert values["script_sha256"] == hashlib.sha256(script).hexdigest()
    assert values["R"].startswith("R version")
    assert all(values["packages"].values())


def two(p: float, n: int = 100) -> dict[str, list[float]]:
    """Two raters, two levels equally often, agreeing on a share p."""
    same, other = round(n * p / 2), round(n * (1 - p) / 2)
    return {"a": [1, 2] * same + [1, 2] * other, "b": [1, 2] * same + [2, 1] * other}


def value(found: Estimates, name: str, **by: str) -> float:
    result = found.where(**by)[name].value
    assert result is not None
    return result


SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
FIXED = SHROUT[:, [0]] + np.array([[0.0, 1.0, 5.0]])
PARALLEL = np.array([*permutations((0.0, 1.0, 2.0)), (0, 0, 0), (2, 2, 2), (3, 3, 3)])
PAIR = np.array([[1, 2], [2, 1], [3, 4], [4, 3], [5, 5]], dtype=float)
SQUARE = np.array([[a, b] for a in (0, 1) for b in (0, 1)], dtype=float)
MIXED = {"a": [1, 1, 2, 2, 3, 3, 1], "b": [1, 2, 2, 3, 3, 1, 1]}


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def one_way(X: np.ndarray) -> Any:
    return stats.f_oneway(*X)


def raters_as_far_apart_as_noise() -> np.ndarray:
    """Scores whose mean square of raters equals that of the residual."""
    X = SHROUT - SHROUT.mean(axis=0)
    residual = X - X.mean(axis=1, keepdims=True)
    ms = (residual**2).sum() / 15
    shift = np.array([-1.0, -1.0, 1.0, 1.0])
    return X + shift * math.sqrt(ms * 3 / (6 * 4))


def flat(name: str, p: float, share: float, n: int = 20) -> float:
    rows = {"risk": [p] * n, "again": [1] * round(n * share) + [0] * round(n * (1 - share))}
    return value(calibration(rows, "risk", "again"), name)


TWO_RISKS = {"risk": [0.2] * 10 + [0.6] * 10, "again": [1] * 3 + [0] * 7 + [1] * 8 + [0] * 2}
LINE = (logit(0.8) - logit(0.3)) / (logit(0.6) - logit(0.2))


def validities(name: str) -> float:
    return value(accuracy(OUTCOMES, "score", "again", at_least=3), name)


def bayes(name: str) -> float:
    base, hit, true = (validities(part) for part in ("base_rate", "sensitivity", "specificity"))
    if name == "ppv":
        return hit * base / (hit * base + (1 - true) * (1 - base))
    return true * (1 - base) / (true * (1 - base) + (1 - hit) * base)


def known(name: str) -> tuple[list[float], list[Any]]:
    complete = [i for i in range(30) if i != 7]
    return [OUTCOMES["score"][i] for i in complete], [OUTCOMES["again"][i] for i in complete]


def moved(name: str, by: float, cutoff: float | None = None) -> float:
    before = [float(x) for x in range(10)]
    forms = {"before": before, "after": [x + by for x in before]}
    return value(change(forms, "before", "after", reliability=0.5, better="high", cutoff=cutoff), name)


def mann_whitney() -> float:
    score, again = (np.array(part) for part in known("auc"))
    with_it, without = score[again == 1], score[again == 0]
    return stats.mannwhitneyu(with_it, without).statistic / len(with_it) / len(without)


def cut(name: str, at_least: float) -> float:
    return value(accuracy(OUTCOMES, "score", "again", at_least=at_least), name)


def items(table: np.ndarray, name: str, **by: str) -> float:
    return value(consistency(table), name, **by)


def fleiss_to_alpha() -> float:
    return 1 - (1 - value(agreement(MIXED), "fleiss_kappa")) * 13 / 14


def one_column(name: str) -> float:
    return value(consistency(SHROUT).where(item="2"), name)


def first(found: Estimates, name: str, **by: str) -> Estimate:
    """The first of this name: some have one for each arm, learner or covariate."""
    return next(e for e in found.where(**by) if e.name == name)


def number(found: Estimates, name: str, **by: str) -> float:
    result = first(found, name, **by).value
    assert result is not None
    return result


def means_apart(rows: np.ndarray) -> float:
    return SAME[rows & (LOT == 1)].mean() - SAME[rows & (LOT == 0)].mean()


BOTH = np.ones(N, dtype=bool)
SHIFTED = SAME + 2 * LOT * (KINDS == "b")
NOISE = np.where(np.isin(np.arange(N) % 10, (0, 3)), 1 - LOT, LOT)


def welch(values: np.ndarray) -> float:
    return stats.ttest_ind(values[LOT == 1], values[LOT == 0], equal_var=False).statistic ** 2


def two_kinds() -> float:
    a, b = (first(kinds(outcome=SHIFTED), "profile_effect", profile=kind) for kind in "ab")
    return (a.value - b.value) ** 2 / (a.se**2 + b.se**2)


def mean_of_kinds() -> float:
    found = kinds(outcome=SHIFTED)
    return (number(found, "profile_effect", profile="a") + number(found, "profile_effect", profile="b")) / 2


EFFECTS: dict[str, Callable[[], tuple[float, float]]] = {
    "outcome_known": lambda: (number(trial(), "outcome_known"), 1.0),
    "profile_known": lambda: (number(trial(profile=[None, "a"] * (N // 2)), "profile_known"), 0.5),
    "itt": lambda: (value(trial(), "itt"), means_apart(BOTH)),
    "itt_adjusted": lambda: (value(found := trial(covariates={"x": ALIKE}), "itt_adjusted"), value(found, "itt")),
    "first_stage": lambda: (value(trial(received=LOT), "first_stage"), 1.0),
    "first_stage_f": lambda: (value(trial(received=NOISE), "first_stage_f"), welch(NOISE)),
    "cace": lambda: (value(found := trial(received=LOT), "cace"), value(found, "itt")),
    "delivered": lambda: (
        number(assigned_by_delivered(assigned=KINDS, delivered=KINDS), "delivered", assigned="a", delivered="a"),
        N / 2,
    ),
    "delivered_as_assigned": lambda: (
        number(assigned_by_delivered(assigned=KINDS, delivered=KINDS), "delivered_as_assigned"),
        1.0,
    ),
    "heterogeneity_p": lambda: (value(kinds(), "heterogeneity_p"), 1.0),
    "heterogeneity_q": lambda: (value(kinds(outcome=SHIFTED), "heterogeneity_q"), two_kinds()),
    "heterogeneity_tau": lambda: (value(kinds(), "heterogeneity_tau"), 0.0),
    "more_families": lambda: (value(kinds(outcome=SHIFTED + 2 * LOT * (KINDS == "b")), "more_families"), 0.0),
    "line_zero": lambda: (value(kinds(), "line_zero"), 0.0),
    "line_equal": lambda: (value(kinds(outcome=SHIFTED), "line_equal"), mean_of_kinds()),
    "profile_effect": lambda: (number(kinds(), "profile_effect", profile="b"), means_apart(KINDS == "b")),
    "profile_effect_pooled": lambda: (number(found := kinds(), "profile_effect_pooled"), value(found, "line_equal")),
    "unadjusted": lambda: (value(given(), "unadjusted"), value(trial(), "itt")),
    "learner_loss": lambda: (number(given(), "learner_loss", part="chance of help"), math.log(2)),
    "overlap_propensity": lambda: (number(given(), "overlap_propensity"), 0.5),
    "overlap_trimmed": lambda: (number(given(), "overlap_trimmed"), 0.0),
    "overlap_ess": lambda: (number(given(), "overlap_ess"), N / 2),
    "overlap_smd_before": lambda: (number(given(), "overlap_smd_before"), 0.0),
    "overlap_smd_after": lambda: (
        number(found := given(covariates={"x": SAME}), "overlap_smd_after"),
        number(found, "overlap_smd_before"),
    ),
    "att": lambda: (value(given(), "att"), value(given(), "unadjusted")),
    "ate": lambda: (value(given(), "ate"), value(given(), "unadjusted")),
}

COLLAPSES: dict[str, Callable[[], tuple[float, float]]] = {
    "alpha": lambda: (items(PAIR, "alpha"), (r := np.corrcoef(PAIR.T)[0, 1]) * 2 / (1 + r)),
    "omega_total": lambda: (items(PARALLEL, "omega_total"), items(PARALLEL, "alpha")),
    "sem": lambda: (items(SQUARE, "sem"), SQUARE.sum(axis=1).std(ddof=1)),
    "sdc_individual": lambda: (items(PAIR, "sdc_individual"), stats.norm.ppf(0.975) * 2**0.5 * items(PAIR, "sem")),
    "sdc_group": lambda: (items(PAIR, "sdc_group"), items(PAIR, "sdc_individual") / 5**0.5),
    "item_mean": lambda: (one_column("item_mean"), SHROUT[:, 2].mean()),
    "item_sd": lambda: (one_column("item_sd"), SHROUT[:, 2].std(ddof=1)),
    "item_rest": lambda: (items(PAIR, "item_rest", item="0"), np.corrcoef(PAIR.T)[0, 1]),
    "alpha_without": lambda: (
        items(SHROUT[:, :3], "alpha_without", item="2"),
        items(SHROUT[:, :2], "alpha"),
    ),
    "percent_agreement": lambda: (value(agreement(MIXED), "percent_agreement"), 4 / 7),
    "gwet_ac1": lambda: (value(agreement(two(0.8)), "gwet_ac1"), 2 * 0.8 - 1),
    "fleiss_kappa": lambda: (value(agreement(two(0.8)), "fleiss_kappa"), value(agreement(two(0.8)), "cohen_kappa")),
    "krippendorff_alpha": lambda: (value(agreement(MIXED), "krippendorff_alpha"), fleiss_to_alpha()),
    **{
        f"krippendorff_alpha_{scale}": lambda scale=scale: (
            value(agreement(two(0.7), scale="ratio"), f"krippendorff_alpha_{scale}"),
            value(agreement(two(0.7)), "krippendorff_alpha"),
        )
        for scale in ("ordinal", "interval", "ratio")
    },
    "cohen_kappa": lambda: (value(agreement(SQUARE), "cohen_kappa"), 0.0),
    **{
        f"cohen_kappa_{weights}": lambda weights=weights: (
            value(agreement(two(0.7), scale="ordinal"), f"cohen_kappa_{weights}"),
            value(agreement(two(0.7)), "cohen_kappa"),
        )
        for weights in ("linear", "quadratic")
    },
    "icc_1_1": lambda: (value(icc(SHROUT[:, [0, 0]]), "icc_1_1"), 1.0),
    "icc_2_1": lambda: tuple(value(icc(raters_as_far_apart_as_noise()), f"icc_{kind}_1") for kind in "23"),
    "icc_3_1": lambda: (value(icc(FIXED), "icc_3_1"), 1.0),
    **{
        f"icc_{kind}_k": lambda kind=kind: (
            value(icc(SHROUT), f"icc_{kind}_k"),
            4 * (r := value(icc(SHROUT), f"icc_{kind}_1")) / (1 + 3 * r),
        )
        for kind in "12"
    },
    "icc_3_k": lambda: (value(icc(SHROUT), "icc_3_k"), items(SHROUT, "alpha")),
    "df_between": lambda: (value(icc(SHROUT), "df_between"), 5),
    "f_one_way": lambda: (value(icc(SHROUT), "f_one_way"), one_way(SHROUT).statistic),
    "df_one_way": lambda: (value(icc(SHROUT), "df_one_way"), 18),
    "p_one_way": lambda: (value(icc(SHROUT), "p_one_way"), one_way(SHROUT).pvalue),
    "f_two_way": lambda: (value(icc(SHROUT), "f_two_way"), 1 / (1 - items(SHROUT, "alpha"))),
    "df_two_way": lambda: (value(icc(SHROUT), "df_two_way"), 15),
    "p_two_way": lambda: (value(icc(SHROUT), "p_two_way"), stats.f.sf(value(icc(SHROUT), "f_two_way"), 5, 15)),
    "auc": lambda: (value(auc(OUTCOMES, "score", "again"), "auc"), mann_whitney()),
    "base_rate": lambda: (validities("base_rate"), float(np.mean(known("base_rate")[1]))),
    "sensitivity": lambda: (cut("sensitivity", -1), 1.0),
    "specificity": lambda: (cut("specificity", 99), 1.0),
    "ppv": lambda: (validities("ppv"), bayes("ppv")),
    "change_needed": lambda: (moved("change_needed", 0), stats.norm.ppf(0.975) * np.std(range(10), ddof=1)),
    "reliably_worse": lambda: (moved("reliably_worse", -100), 1.0),
    "unchanged": lambda: (moved("unchanged", 0), 1.0),
    "reliably_better": lambda: (moved("reliably_better", 100), 1.0),
    "recovered": lambda: (moved("recovered", 100, cutoff=50), 1.0),
    "npv": lambda: (validities("npv"), bayes("npv")),
    "observed": lambda: (
        value(
            Estimates([observed({"raised": [True, True, True, False], "again": [1, 1, 0, 0]}, "raised", "again")[1]]),
            "observed",
        ),
        2 / 3,
    ),
    "calibration_in_the_large": lambda: (flat("calibration_in_the_large", 0.2, 0.4), logit(0.4) - logit(0.2)),
    "calibration_slope": lambda: (value(calibration(TWO_RISKS, "risk", "again"), "calibration_slope"), LINE),
    "calibration_intercept": lambda: (
        value(calibration(TWO_RISKS, "risk", "again"), "calibration_intercept"),
        logit(0.3) - LINE * logit(0.2),
    ),
    **EFFECTS,
}


def test_every_statistic_has_its_collapse_case() -> None:
    assert set(COLLAPSES) == set(STATISTICS)


@pytest.mark.parametrize("name", COLLAPSES)
def test_it_collapses_to_what_is_known(name: str) -> None:
    found, expected = COLLAPSES[name]()
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
