"""Do effects by profile foretell better than one effect for all, or than none: writes effect_lines.csv and its table.

    python benchmarks/effect_lines.py               every data set (a quarter of an hour)
    python benchmarks/effect_lines.py NAME ...      only those whose name begins so

Most models of effects that were published did worse on later families than the plain line of no effect. So each is
tried here on families it has not seen: effects by profile, these drawn toward the common effect (`pooled`), one effect
for all, and none. The doubly robust score of a family is, but for chance, the effect among those like it; with p
foretold, the mean of den p² − 2 num p is what the foretelling loses, less what foretelling nothing loses. `gain` is
minus that: how much nearer to the true effects than no effect, in the outcome's own unit, squared. Above 0 is better
than none; an interval that holds 0 says that it cannot be told.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from coverage_effects import draw, measured_on, plan
from numpy.typing import NDArray

from risico.effects import ProfileEffects, by_profile, default_learners
from risico.numbers.clusters import number_clusters
from risico.numbers.doubly_robust import (
    Nuisance,
    ate_parts,
    att_parts,
    choose,
    draw_folds,
    group_effects,
    log_loss,
    squared_loss,
)

Array = NDArray[np.float64]
HERE = Path(__file__).parent
REAL = Path(os.environ.get("RISICO_DATA", HERE.parents[1] / "shared" / "data"))
FILE, DOCS = HERE / "effect_lines.csv", HERE.parent / "docs" / "effect_lines.md"
FOLDS, HOUSEHOLDS, LINES = 5, 2_000, ("equal", "profile", "pooled")
COLUMNS = ("data", "profiles", "n", "line", "gain", "low", "high", "machine", "python", "versions", "commit", "date")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Families of two arms with a profile each; `share` is the chance of help where a lot gave it."""

    y: Array
    d: Array
    X: Array
    profile: NDArray[Any]
    cluster: NDArray[Any] | None = None
    share: float | None = None


def scores(asked: Asked, fold: NDArray[np.intp]) -> tuple[Array, Array]:
    """Return the parts of the effect on everybody under a lot, else of that on the treated, cross-fitted."""
    y, d, X = asked.y, asked.d, asked.X
    outcome = default_learners(binary=bool(np.isin(y, (0.0, 1.0)).all()), seed=0)
    told = {"X": X, "fold": fold}
    _, g0, _ = choose(learners=outcome, target=y, rows=d == 0, loss=squared_loss, **told)
    _, g1, _ = choose(learners=outcome, target=y, rows=d == 1, loss=squared_loss, **told)
    if asked.share is not None:
        return ate_parts(y=y, d=d, fitted=Nuisance(g0=g0, g1=g1, m=np.full(len(y), asked.share)))
    learners = default_learners(binary=True, seed=0)
    _, m, _ = choose(learners=learners, target=d, rows=np.ones(len(d), dtype=bool), loss=log_loss, **told)
    return att_parts(y=y, d=d, fitted=Nuisance(g0=g0, g1=g1, m=np.clip(m, 0.0, 0.99)))


def foretold(num: Array, den: Array, group: NDArray[np.intp], cluster: NDArray[np.intp] | None) -> dict[str, Array]:
    """Return what each line foretells per profile."""
    names = tuple(f"{k}" for k in range(group.max() + 1))
    theta, V, of = group_effects(num=num, den=den, group=group, cluster=cluster)
    found = by_profile(
        ProfileEffects(
            estimand="effect",
            names=names,
            theta=theta,
            V=V,
            of=of,
            contrasts=np.eye(len(names)),
            n=tuple(np.bincount(group).tolist()),
            method="",
            source="",
        )
    )
    each = {name: [found.where(profile=k)[name].value for k in names] for name in ("profile_effect",
        "profile_effect_pooled")}  # fmt: skip
    equal = [found["line_equal"].value] * len(names)
    told = {"equal": equal, "profile": each["profile_effect"], "pooled": each["profile_effect_pooled"]}
    return {line: np.array(values, dtype=np.float64) for line, values in told.items()}


def gains(asked: Asked) -> dict[str, tuple[float, float, float]]:
    """Return the gain of each line over no effect, and of profiles over one effect, with 95 % intervals."""
    cluster = None if asked.cluster is None else number_clusters(asked.cluster.astype(str))
    rng = np.random.default_rng(0)
    fold = draw_folds(d=asked.d, cluster=cluster, folds=FOLDS, rng=rng)
    num, den = scores(asked, fold)
    group = np.unique(asked.profile.astype(str), return_inverse=True)[1]
    again = draw_folds(d=asked.d, cluster=cluster, folds=FOLDS, rng=rng)
    said = {line: np.zeros(len(num)) for line in LINES}
    for k in range(FOLDS):
        rest, mine = again != k, again == k
        told = foretold(num[rest], den[rest], group[rest], None if cluster is None else number_clusters(cluster[rest]))
        for line, p in told.items():
            said[line][mine] = p[group[mine]]
    each = {line: (2 * num * p - den * p**2) / den.mean() for line, p in said.items()}
    each |= {f"{line} less equal": each[line] - each["equal"] for line in ("profile", "pooled")}
    return {line: interval(gain, cluster) for line, gain in each.items()}


def interval(gain: Array, cluster: NDArray[np.intp] | None) -> tuple[float, float, float]:
    mean = float(gain.mean())
    off = gain - mean
    sums = off if cluster is None else np.bincount(cluster, weights=off)
    half = 1.96 * float((sums**2).sum() ** 0.5) / len(gain)
    return mean, mean - half, mean + half


def read(path: Path) -> dict[str, Array]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def quarters(values: Array) -> NDArray[Any]:
    return np.searchsorted(np.quantile(values, [0.25, 0.5, 0.75]), values)


def challenge(setting: int, covariate: str) -> Asked:
    z = read(REAL / "acic2016" / f"zymu_{setting}.csv.gz")
    with gzip.open(REAL / "acic2016" / "x.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    words = ("x_2", "x_21", "x_24")
    X = [np.array([float(row[k]) for row in rows]) for k in rows[0] if k not in words]
    for k in words:
        labels = np.array([row[k] for row in rows])
        X += [(labels == label).astype(np.float64) for label in np.unique(labels)[1:]]
    by = np.array([float(row[covariate]) for row in rows])
    y = np.where(z["z"] == 1, z["y1"], z["y0"])
    return Asked(y=y, d=z["z"], X=np.column_stack(X), profile=quarters(by))


def training(controls: str) -> Asked:
    """The trial of job training, or those trained beside people of a survey; profiles by age, in two halves."""
    trial = read(REAL / "lalonde-nsw" / "nsw_dehejia_wahba.csv")
    names = ("age", "educ", "black", "hisp", "marr", "re74", "re75")
    if controls == "trial":
        both = {k: trial[k] for k in (*names, "re78", "treat")}
    else:
        other, kept = read(REAL / "lalonde-nsw" / f"{controls}_controls.csv.gz"), trial["treat"] == 1
        both = {k: np.concatenate([trial[k][kept], other[k]]) for k in (*names, "re78")}
        both["treat"] = np.repeat([1.0, 0.0], [kept.sum(), len(other["re78"])])
    older = (both["age"] > np.median(trial["age"])).astype(int)
    X = np.column_stack([both[k] for k in names])
    share = float(both["treat"].mean()) if controls == "trial" else None
    return Asked(y=both["re78"] / 1000, d=both["treat"], X=X, profile=older, share=share)


def invented(design: str, effects: str) -> Asked:
    """The region with help by lot or by need, and the five profiles of the rule."""
    _, _, arrays = draw(2026, effects, "", HOUSEHOLDS).cohort(plan(design))
    kept = ~np.isnan(arrays["outcome"]) & np.array([p is not None for p in arrays["profile"]])
    columns: list[Array] = []
    for values in arrays["covariates"].values():
        if values.dtype.kind == "O":
            labels = values.astype(str)
            columns += [(labels == label).astype(np.float64) for label in np.unique(labels)[1:]]
        else:
            columns.append(np.nan_to_num(values.astype(np.float64)))
    return Asked(
        y=arrays["outcome"][kept],
        d=arrays["arm"][kept],
        X=np.column_stack(columns)[kept],
        profile=arrays["profile"][kept],
        cluster=arrays["cluster"][kept],
        share=0.5 if design == "randomized" else None,
    )


def data_sets() -> dict[str, tuple[str, Callable[[], Asked]]]:
    found: dict[str, tuple[str, Callable[[], Asked]]] = {}
    for design in ("randomized", "adjusted"):
        for effects in ("none", "equal", "by_profile"):
            found[f"invented region, {design}, effects {effects}"] = "rule", partial(invented, design, effects)
    if REAL.is_dir():
        for controls in ("trial", "cps1", "psid1"):
            found[f"lalonde, {controls}, thousands of dollars"] = "two halves of age", partial(training, controls)
        for setting in (1, 2, 3):
            for covariate in ("x_4", "x_1"):
                ask = partial(challenge, setting, covariate)
                found[f"acic2016 setting {setting}, {covariate}"] = f"quarters of {covariate}", ask
    return found


def lines(asked_for: list[str]) -> Iterator[dict[str, Any]]:
    for name, (profiles, ask) in data_sets().items():
        if asked_for and not any(name.startswith(one) for one in asked_for):
            continue
        asked = ask()
        for line, (gain, low, high) in gains(asked).items():
            row = {"gain": f"{gain:.5f}", "low": f"{low:.5f}", "high": f"{high:.5f}"}
            yield {"data": name, "profiles": profiles, "n": len(asked.y), "line": line} | row


def keep(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the lines in the file, in the place of those of the same data, and return all."""
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    if FILE.exists():
        with FILE.open(newline="", encoding="utf-8") as file:
            kept = {(row["data"], row["line"]): row for row in csv.DictReader(file)}
    on = measured_on()
    kept |= {(row["data"], row["line"]): on | row for row in rows}
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept[key] for key in sorted(kept))
    return [kept[key] for key in sorted(kept)]


def told(rows: list[dict[str, Any]]) -> str:
    """Return the table as a page."""
    head = (
        "# Effects by profile beside one effect and none\n\nWritten by `python benchmarks/effect_lines.py`. On "
        "families that were not used to estimate them: how much nearer each line comes to the true "
        "effects than the line of no effect does (squared, in the unit of the outcome; 95 % interval). Below 0 is "
        "worse than saying that nothing works; an interval that holds 0 says that it cannot be told.\n\n"
    )
    names = list(dict.fromkeys(row["line"] for row in rows))
    found = [f"| data | families | {' | '.join(names)} |", "|---|---|" + "---|" * len(names)]
    for data in dict.fromkeys(row["data"] for row in rows):
        mine = {row["line"]: row for row in rows if row["data"] == data}
        cells = [
            f"{float(r['gain']):.3g} ({float(r['low']):.3g} to {float(r['high']):.3g})"
            for r in (mine[k] for k in names)
        ]
        found.append(f"| {data} | {next(iter(mine.values()))['n']} | {' | '.join(cells)} |")
    return head + "\n".join(found) + "\n"


if __name__ == "__main__":
    new = []
    for line in lines(sys.argv[1:]):
        print("  ".join(str(value) for value in line.values()), flush=True)
        new.append(line)
    DOCS.write_text(told(keep(new)), encoding="utf-8")
