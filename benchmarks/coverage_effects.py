"""How each design does where the truth is known, also where what it assumes does not hold: writes effects.csv.

    python benchmarks/coverage_effects.py                2,000 regions of every world, 100 with tuned learners (a day)
    python benchmarks/coverage_effects.py 20             fewer, to see that it runs; under 200 it is printed, not kept
    python benchmarks/coverage_effects.py 20 clustered   only worlds in which this is broken, or `nothing`

A region is invented (`risico.synthetic`), its true effects are known, and each design of a plan is carried out on the
cohort that the plan makes of its forms and events. A line says of one number: how often it was not given
(`cannot_tell`) or given with a caution (`cautioned`), its bias, how often the 95 % interval holds the truth with the
Monte Carlo interval of that share, how often it leaves nought out (`claims`: false ones where nothing works, else
power), and how wide it is. Of a test `claims` is the share below .05. `profile_effect` counts as held when all profiles
are at once, and as a claim when one is.

A line passes when the Monte Carlo interval of its coverage touches 93 to 97 %, or of a test where nothing differs when
that of its claims reaches 5 % or lower. In a world in which an assumption is broken, look at what the same line does in
the world in which it holds.
"""

from __future__ import annotations

import csv
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from risico.effects import adjusted, default_learners, interrupted_series, randomized, staggered
from risico.effects.robustness import negative_control
from risico.estimate import Estimate, Estimates
from risico.experiments.in_time import of_waits
from risico.experiments.within import of_change, of_course
from risico.numbers.intervals import wilson

REPEATS, LEAST, TUNED, COURSES = 2_000, 200, 100, 500
HOUSEHOLDS = 1_000
FILE = Path(__file__).parent / "effects.csv"
DOCS = Path(__file__).parents[1] / "docs" / "effect_designs.md"
PLANS = Path(__file__).parents[1] / "experiments"
EFFECTS = ("none", "equal", "by_profile")
SWITCHES = ("unmeasured_severity", "loss_by_outcome", "misjudged", "clustered")
KEYS = ("design", "name", "effects", "broken")
SHARES = ("cannot_tell", "cautioned", "bias", "coverage", "low", "high", "claims", "width", "passes")
ON = ("date", "machine", "python", "versions", "commit")
COLUMNS = (*KEYS, "repeats", *SHARES, *ON)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One number of one repeat: whether it was given, how far off, whether its interval holds, what it claims."""

    design: str
    name: str
    given: bool
    cautioned: bool
    off: float | None = None
    holds: bool | None = None
    claims: bool | None = None
    width: float | None = None


def number(design: str, e: Estimate, truth: float | None) -> Line:
    """Compare one estimate with the truth; without a truth only what it claims counts."""
    if e.value is None or e.low is None or e.high is None:
        return Line(design=design, name=e.name, given=False, cautioned=True)
    return Line(
        design=design,
        name=e.name,
        given=True,
        cautioned=e.why is not None,
        off=None if truth is None else e.value - truth,
        holds=None if truth is None else e.low <= truth <= e.high,
        claims=not e.low <= 0 <= e.high,
        width=e.high - e.low,
    )


def tested(design: str, e: Estimate) -> Line:
    claims = None if e.value is None else e.value < 0.05
    return Line(design=design, name=e.name, given=e.value is not None, cautioned=e.why is not None, claims=claims)


def by_profile(design: str, found: Estimates, estimand: str, truth: Estimates) -> Iterator[Line]:
    """Yield the test of equal effects, and the effects of profiles taken together."""
    block = found.where(estimand=estimand)
    yield tested(design, block["heterogeneity_p"])
    true = {e.by["profile"]: e.value for e in truth if e.name == estimand and e.value is not None}
    each = [
        number(design, e, true[e.by["profile"]])
        for e in block
        if e.name == "profile_effect" and e.value is not None and e.by["profile"] in true
    ]
    each = [one for one in each if one.given]
    if each:
        yield Line(
            design=design,
            name="profile_effect",
            given=True,
            cautioned=any(one.cautioned for one in each),
            off=float(np.mean([one.off for one in each if one.off is not None])),
            holds=all(one.holds for one in each),
            claims=any(one.claims for one in each),
            width=float(np.mean([one.width for one in each if one.width is not None])),
        )


def plan(design: str) -> Any:
    from risico.study import load

    return load(PLANS / f"synthetic_{design}.yaml")


def linear() -> dict[str, Any]:
    """Return a logistic regression for outcome and for help, on the logarithm of counts: the form that is true."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    learner = make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LogisticRegression(C=100, max_iter=1000))
    return {"outcome_learners": {"logistic": learner}, "propensity_learners": {"logistic": learner}}


@dataclass(frozen=True)
class Drawn:
    """A region with its forms scored."""

    forms: Any
    events: Any
    truth: Estimates

    def cohort(self, told: Any) -> tuple[Any, str, dict[str, Any]]:
        from risico.cohort import cohort

        made = cohort(self.forms, self.events, told)
        (arm,) = (arm for arm in told.arms if arm != told.reference)
        return made, arm, made.arrays(arm)

    def true(self, intervention: str, outcome: str) -> Estimates:
        return self.truth.where(intervention=intervention, outcome=outcome)


def draw(seed: int, effects: str, broken: str, households: int) -> Drawn:
    from risico.profiles import profile
    from risico.scoring import score
    from risico.synthetic import region

    switches: dict[str, Any] = {broken: True} if broken else {}
    made = region(seed, households=households, effects=effects, **switches)  # type: ignore[arg-type]
    return Drawn(profile(score(made.forms, "phq9")), made.events, made.truth)


def by_lot(drawn: Drawn) -> Iterator[Line]:
    _, _, arrays = drawn.cohort(plan("randomized"))
    found = randomized(assigned=arrays.pop("arm"), **arrays)
    truth = drawn.true("systeemhulp", "stopped_t1")
    whole = truth.where(profile="all")
    for name, of in (("itt", "itt"), ("itt_adjusted", "itt"), ("cace", "cace")):
        yield number("randomized", found[name], whole[of].value)
    yield from by_profile("randomized", found, "itt", truth)


def by_need(drawn: Drawn, seed: int, *, tuned: bool) -> Iterator[Line]:
    """Yield the effect of help that was chosen, and of that help on what lies before it, which cannot be."""
    design = "adjusted, tuned learners" if tuned else "adjusted"
    told = plan("adjusted")
    made, _, arrays = drawn.cohort(told)
    z = arrays.pop("arm")
    arrays.pop("received")
    binary = default_learners(binary=True, seed=seed)
    learners = {"outcome_learners": binary, "propensity_learners": binary} if tuned else linear()
    truth = drawn.true("traumahulp", "rereport_91_365")
    found = adjusted(treated=z, seed=seed, repeats=1, **arrays, **learners)
    whole = truth.where(profile="all")
    yield number(design, found["unadjusted"], whole["att"].value)
    for name in ("att", "ate"):
        yield number(design, found[name], whole[name].value)
        yield from by_profile(f"{design}, {name}", found, name, truth)
    if not tuned:
        before = np.array(made.frame["reports_before"].to_list(), dtype=np.float64)
        control = {k: v for k, v in arrays.items() if k not in ("outcome", "profile")}
        earlier = adjusted(outcome=before, treated=z, seed=seed, repeats=1, propensity_learners=learners[
            "propensity_learners"], outcome_learners={"ridge": default_learners(binary=False, seed=0)["ridge"]},
            **control)  # fmt: skip
        yield number(design, negative_control(earlier["att"]), 0.0)


def in_time(drawn: Drawn) -> Iterator[Line]:
    """Yield the difference in the share with a new report within a year; moving away hardly counts in the truth."""
    told = plan("times")
    told = told.model_copy(update={"outcome": told.outcome.model_copy(update={"window_days": (1, 365)})})
    made, arm, arrays = drawn.cohort(told)
    z = arrays.pop("arm")
    found = of_waits(z, arrays | {"waits": made.waits(arm), "arm": arm, "confidence": 0.95}, told, {})
    truth = drawn.true("systeemhulp", "rereport_1_365").where(profile="all")["itt"].value
    for name in ("risk_difference", "risk_difference_adjusted"):
        yield number("time_to_event", found[name], truth)


def again_and_again(drawn: Drawn) -> Iterator[Line]:
    """Yield the difference in course of households: at the start a lot leaves no difference, so that it is the ITT."""
    told = plan("repeated")
    told = told.model_copy(update={"outcome": told.outcome.model_copy(update={"combine": "worst"})})
    made, arm, _ = drawn.cohort(told)
    found = of_course(drawn.forms, drawn.events, made, told, arm)
    for moment in ("T1", "T2"):
        truth = drawn.true("systeemhulp", f"stopped_{moment.lower()}").where(profile="all")["itt"].value
        yield number(f"repeated, {moment}", found.where(moment=moment)["course_difference"], truth)


def before_and_after(drawn: Drawn) -> Iterator[Line]:
    """Yield the change, which is there also when nothing works, and whether it lies beside that of the others."""
    told = plan("before_after")
    made, arm, _ = drawn.cohort(told)
    found = of_change(made, told, arm)
    change, natural = found["mean_change"], found["natural_change"]
    yield number("before_after", change, None)
    apart = None
    if change.se is not None and natural.se is not None:
        apart = abs((change.value or 0) - (natural.value or 0)) > 1.96 * float(np.hypot(change.se, natural.se))
    name = "mean_change beside natural_change"
    yield Line(design="before_after", name=name, given=apart is not None, cautioned=False, claims=apart)


def at_different_moments(seed: int, effects: str, broken: str) -> Iterator[Line]:
    from risico.synthetic.rollout import rollout

    frame, truth = rollout(seed)
    late = frame["start"].to_numpy() == "2021-K4"
    share = frame["reports"].to_numpy() / frame["households"].to_numpy()
    quarter = np.tile(np.arange(8), 36)
    true = truth["staggered_att"].value or 0.0
    if broken:  # the first to begin were already on another course
        share = share + 0.03 * quarter * late
    elif effects == "none":
        start = {"2021-K4": 3, "2022-K2": 5}
        since = quarter - np.array([start.get(s, 99) for s in frame["start"].to_list()]) + 1
        share, true = share + 0.03 * np.clip(since, 0, 3), 0.0
    found = staggered(
        unit=frame["team"].to_list(), period=frame["quarter"].to_list(), outcome=share, start=frame["start"].to_list()
    )
    yield number("staggered", found["staggered_att"], true)
    yield tested("staggered", found["pre_trend_p"])


def one_series(seed: int, effects: str, broken: str) -> Iterator[Line]:
    """Yield the change of 60 months with carry-over .3, 3 lower or not; broken: a year that nobody named."""
    rng, months = np.random.default_rng(seed), np.arange(60)
    errors = rng.standard_normal(60)
    for month in months[1:]:
        errors[month] += 0.3 * errors[month - 1]
    true = 0.0 if effects == "none" else -3.0
    y = 30 + 0.05 * months + true * (months >= 30) + errors
    y = y + 2 * np.sin(2 * np.pi * months / 12) * bool(broken)
    found = interrupted_series(outcome=y, start=30)
    yield number("series", found["level_change"], true)
    yield tested("series", found["carry_over_left_p"])


def once(asked: tuple[int, str, str, int, int]) -> list[Line]:
    """Return the lines of one region; which designs take part depends on the world and on how many there were."""
    place, effects, broken, households, repeats = asked
    seed = 20_261_124 + place
    if broken in ("other_course", "unnamed_year"):
        return list((at_different_moments if broken == "other_course" else one_series)(seed, effects, broken))
    drawn = draw(seed, effects, broken, households)
    found = [*by_lot(drawn), *by_need(drawn, seed, tuned=False), *in_time(drawn), *before_and_after(drawn)]
    if place < min(COURSES, max(repeats // 4, 1)):
        found += again_and_again(drawn)
    if place < min(TUNED, max(repeats // 20, 1)):
        found += by_need(drawn, seed, tuned=True)
    if not broken and effects != "equal":
        found += [*at_different_moments(seed, effects, ""), *one_series(seed, effects, "")]
    return found


def worlds() -> list[tuple[str, str]]:
    """Return what helps, and what does not hold."""
    whole = [(effects, "") for effects in EFFECTS]
    broken = [(effects, switch) for switch in SWITCHES for effects in ("none", "by_profile")]
    return [*whole, *broken, ("by_profile", "other_course"), ("none", "unnamed_year"), ("by_profile", "unnamed_year")]


def summed(lines: list[Line], effects: str, broken: str) -> dict[str, Any]:
    """Return the shares of one number over all repeats."""
    held = [one.holds for one in lines if one.holds is not None]
    claims = [one.claims for one in lines if one.claims is not None]
    off = [one.off for one in lines if one.off is not None]
    width = [one.width for one in lines if one.width is not None]
    row: dict[str, Any] = {
        "repeats": len(lines),
        "cannot_tell": share([not one.given for one in lines]),
        "cautioned": share([one.cautioned for one in lines if one.given]),
        "bias": round(float(np.mean(off)), 4) if off else "",
        "coverage": share(held),
        "claims": share(claims),
        "width": round(float(np.mean(width)), 4) if width else "",
    }
    if held:
        low, high = wilson(successes=sum(held), n=len(held))
        row |= {"low": round(low, 4), "high": round(high, 4), "passes": low <= 0.97 and high >= 0.93}
    elif (
        claims
        and not broken
        and lines[0].name.endswith("_p")
        and (effects == "none" or lines[0].name != "heterogeneity_p")
    ):
        low, _ = wilson(successes=sum(claims), n=len(claims))
        row |= {"passes": low <= 0.05}
    return row


def share(of: Iterable[bool]) -> float | str:
    of = list(of)
    return round(float(np.mean(of)), 4) if of else ""


def run(world: tuple[str, str], repeats: int, households: int, workers: int) -> list[dict[str, Any]]:
    """Repeat one world, and return a line for each number."""
    effects, broken = world
    asked = [(place, effects, broken, households, repeats) for place in range(repeats)]
    found: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    with ProcessPoolExecutor(workers) as pool:
        for lines in pool.map(once, asked, chunksize=max(repeats // (workers * 10), 1)):
            for one in lines:
                found[one.design, one.name].append(one)
    return [
        {"design": design, "name": name, "effects": effects, "broken": broken} | summed(lines, effects, broken)
        for (design, name), lines in found.items()
    ]


def measured_on() -> dict[str, str]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    packages = ("risico", "numpy", "scipy", "scikit-learn", "statsmodels")
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{platform.machine()} {platform.system()}",
        "python": platform.python_version(),
        "versions": " ".join(f"{name} {importlib.metadata.version(name)}" for name in packages),
        "commit": commit.stdout.strip(),
    }


def keep(rows: list[dict[str, Any]]) -> None:
    """Put the lines in effects.csv, in the place of those of the same design, number and world."""
    new = {tuple(str(row[k]) for k in KEYS): row for row in (measured_on() | row for row in rows)}
    if FILE.exists():
        with FILE.open(newline="", encoding="utf-8") as file:
            new = {tuple(row[k] for k in KEYS): row for row in csv.DictReader(file)} | new
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(new[key] for key in sorted(new))
    DOCS.write_text(told([new[key] for key in sorted(new)]), encoding="utf-8")


def told(rows: list[dict[str, Any]]) -> str:
    """Return the table as a page: a block for each design, the broken worlds beneath the one in which all holds."""
    head = (
        "# What each design does where the truth is known\n\nWritten by `python benchmarks/coverage_effects.py`, which "
        "says what the columns are. *Off* is the mean distance to the true effect, *held* the share of 95 % intervals "
        "that hold it (with the Monte Carlo interval), *claims* the share that leaves nought out, or of a test that is "
        "below .05: false where nothing works.\n"
    )
    blocks: list[str] = [head]
    columns = (
        "number",
        "effects",
        "broken",
        "repeats",
        "not given",
        "caution",
        "off",
        "held",
        "claims",
        "width",
        "passes",
    )
    for design in dict.fromkeys(row["design"] for row in rows):
        blocks += [f"\n## {design}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"]
        for row in (row for row in rows if row["design"] == design):
            held = f"{row['coverage']} ({row['low']} to {row['high']})" if row.get("coverage") != "" else ""
            mine = [row["name"], row["effects"], row["broken"], row["repeats"], row["cannot_tell"], row["cautioned"]]
            mine += [row["bias"], held, row["claims"], row["width"], row.get("passes", "")]
            blocks.append(f"| {' | '.join(str(cell) for cell in mine)} |\n")
    return "".join(blocks)


def show(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        print("  ".join(str(row.get(column, "")) for column in (*KEYS, "repeats", *SHARES)), flush=True)


def main(repeats: int, *broken: str) -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes share the machine
    print("  ".join((*KEYS, "repeats", *SHARES)))
    for world in worlds():
        if broken and (world[1] or "nothing") not in broken:
            continue
        rows = run(world, repeats, HOUSEHOLDS, os.cpu_count() or 1)
        show(rows)
        if repeats >= LEAST:
            keep(rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPEATS, *sys.argv[2:])
