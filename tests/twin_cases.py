"""Made-up data for the twins, what our functions say of it, and what they were told beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from risico.dif import dif
from risico.estimate import Estimates
from risico.invariance import invariance, invariance_continuous
from risico.irt import graded, information
from risico.norms import continuous_norms, norm_group, percentile_norms
from risico.pooling import pooled, pooled_accuracy
from risico.reliability import (
    agreement,
    agreement_by_level,
    alpha_adf,
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
    *(Case(ITEMS, f) for f in (consistency, alpha_adf, split_half, one_factor, fiml, ordinal)),
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
    Case({"sex": ["f", "m", "m"] * 50, **ITEMS}, lambda d: invariance_continuous(d, "sex")),
    Case({"sex": ["f", "m"] * 200, **ORDERED}, lambda d: invariance(d, "sex")),
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
