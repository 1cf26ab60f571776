"""`pool`: the files of the regions taken together, exactly where tallies add up, by random effects where not.

The whole, the whole without each region in turn, and how far regions lie apart. Regions stand in the order of the
alphabet: none is shown as better or worse, and no number is given of one alone. Made of what each region let go; the
whole less all others is the file of one, and that has passed the rule for small numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from risico.errors import Refused
from risico.estimate import Estimate, Estimates
from risico.numbers import covariance, intervals
from risico.plan.sharing import REGIONS, Foretold, Shared
from risico.pooling import pooled
from risico.sharing.filed import File, Mean, Scale, Share, Table, read_file
from risico.sharing.outgoing import OWN, shared_plan
from risico.sharing.sent import together
from risico.study import Study
from risico.tally import Counts
from risico.validity import accuracy, auc, calibration

T = TypeVar("T")
FEW = "fewer than three regions could send this"
APART = ("pooled_tau2", "pooled_i2", "pooled_q", "pooled_q_p")
SPREAD = ("pooled_effect", "prediction", *APART)
JOINED = "steps with different predictions were joined, so what was predicted for a level is not known"


@dataclass(frozen=True)
class Pooled:
    """What the regions together give, with their names in the order of the alphabet, and how many withheld what."""

    study: Study
    regions: tuple[str, ...]
    estimates: Estimates
    withheld: Mapping[str, int]


def pool(files: Sequence[Path | str], plan: Path | str) -> Pooled:
    """Take the files of regions together.

    Raises Refused for files of another plan or region, with a signature that does not hold, twice of one region, of
    several versions of an instrument, or of fewer than three regions; UnreadableFile for what is no such file.
    """
    path = Path(plan)
    study, _ = shared_plan(path)
    shared = study.shared
    assert shared is not None
    found = [read_file(Path(one), shared, study.locked) for one in files]
    _can_be_added(found)
    found.sort(key=lambda file: file.region)
    hidden = Counter(name for file in found for name in file.withheld)
    return Pooled(study, tuple(file.region for file in found), _everything(found, shared), dict(sorted(hidden.items())))


def _can_be_added(found: Sequence[File]) -> None:
    twice = sorted(name for name, n in Counter(file.region for file in found).items() if n > 1)
    if twice:
        raise Refused(
            f"There is more than one file of: {', '.join(twice)}.\n"
            "Their forms would count twice. Give one file of each region, the newest."
        )
    if len(found) < REGIONS:
        raise Refused(
            f"There are files of {len(found)} regions, and pooling needs {REGIONS}.\n"
            "With fewer, a region that takes its own part away has that of one other.\n"
            "Wait for the files of more regions."
        )
    for name in sorted({name for file in found for name in file.instruments}):
        versions = {file.instruments.get(name) for file in found}
        if len(versions) > 1:
            raise Refused(
                f"The files were made with {len(versions)} versions of {name}.\n"
                "The same points may then stand for other answers, and cannot be added.\n"
                "Agree on one version of the instrument, and let the regions share again."
            )


def _everything(found: Sequence[File], shared: Shared) -> Estimates:
    out = Estimates()
    for scored in shared.scales:
        sent = {f.region: f.scales[scored.name] for f in found if scored.name in f.scales}
        out += _each(sent, _scale, _alpha_apart, {"score": scored.name}, ("alpha", "sem", "score_mean"))
        out += _own(found, scored.name)
    for scored in shared.means:
        sent = {f.region: f.means[scored.name] for f in found if scored.name in f.means}
        out += _each(sent, _mean, lambda one: _first(_mean([one])), {"score": scored.name}, ("score_mean",))
    for asked in shared.shares:
        key = f"{asked.name} {asked.at_least}"
        sent = {f.region: f.shares[key] for f in found if key in f.shares}
        by = {"score": asked.name, "at_least": str(asked.at_least)}
        out += _each(sent, _share, lambda one: _first(_share([one])), by, ("share_at_least",))
    for asked in shared.tables:
        out += _of_table(found, asked)
    return out


def _each(
    sent: Mapping[str, T],
    whole: Callable[[Sequence[T]], Estimates],
    apart: Callable[[T], Estimate],
    by: dict[str, str],
    names: tuple[str, ...],
) -> Estimates:
    """Return the whole, without each region in turn, and how far the regions lie apart."""
    if len(sent) < REGIONS:
        return Estimates(Estimate(name=name, by=by, why=FEW) for name in names)
    told = f"; exact, of {len(sent)} regions"
    out = [replace(e, by=by | dict(e.by), method=e.method + told) for e in whole(list(sent.values()))]
    for name in sorted(sent):
        left = whole([one for other, one in sent.items() if other != name])
        out += [replace(e, by=by | dict(e.by) | {"without": name}) for e in left if e.name == names[0]]
    effects = [apart(sent[name]) for name in sorted(sent)]
    return Estimates(out) + _spread(effects, by | {"of": names[0]}, APART)


def _spread(effects: Sequence[Estimate], by: dict[str, str], names: Sequence[str]) -> Estimates:
    known = [e for e in effects if e.se]
    made = pooled(known)
    return Estimates(replace(e, by=by) for e in made if e.name in names)


def _scale(sent: Sequence[Scale]) -> Estimates:
    """Alpha, its error of measurement and the mean of the score, from the sums of all regions."""
    n, k = sum(one.n for one in sent), sent[0].items
    each = np.array([one.sums for one in sent], dtype=object).sum(axis=0)
    own = (sum(one.squares_of_items for one in sent) - sum(int(s) ** 2 for s in each) / n) / (n - 1)
    total = int(sum(each))
    variance = (sum(one.squares_of_score for one in sent) - total**2 / n) / (n - 1)
    if variance <= 0 or k < 2:
        why = "the score has no spread over all regions"
        return Estimates([Estimate(name="alpha", n=n, why=why), Estimate(name="sem", n=n, why=why)])
    alpha = k / (k - 1) * (1 - own / variance)
    low, high = covariance.feldt(alpha=alpha, n=n, k=k)
    sem = covariance.standard_error_of_measurement(variance=variance, reliability=min(alpha, 1.0))
    method, source = "Cronbach's alpha, interval of Feldt", "Cronbach (1951); Feldt (1965)"
    return Estimates(
        [
            Estimate(name="alpha", value=alpha, low=low, high=high, confidence=0.95, n=n, method=method, source=source),
            Estimate(
                name="sem", value=sem, n=n, method="SD of the score × √(1 − alpha)", source="Lord & Novick (1968)"
            ),
            *_mean([Mean(n=n, sum=total, squares=sum(one.squares_of_score for one in sent))]),
        ]
    )


def _alpha_apart(one: Scale) -> Estimate:
    """The alpha of a region on the scale on which it varies evenly, ln(1 − alpha). Bonett (2010)."""
    found, k = _scale([one])[0], one.items
    if found.value is None or found.value >= 1 or one.n <= 2:
        return Estimate(name="alpha", why="alpha is one, or the score has no spread")
    return Estimate(
        name="alpha", value=math.log(1 - found.value), se=math.sqrt(2 * k / ((k - 1) * (one.n - 2))), n=one.n
    )


def _mean(sent: Sequence[Mean]) -> Estimates:
    n, total = sum(one.n for one in sent), sum(one.sum for one in sent)
    variance = (sum(one.squares for one in sent) - total**2 / n) / (n - 1)
    se = math.sqrt(max(variance, 0.0) / n)
    low, high = intervals.student(value=total / n, se=se, df=n - 1, confidence=0.95)
    method = "mean of the score, interval of Student"
    return Estimates(
        [
            Estimate(
                name="score_mean", value=total / n, low=low, high=high, confidence=0.95, se=se, n=n, method=method,
                source="Student (1908)",
            )
        ]
    )  # fmt: skip


def _share(sent: Sequence[Share]) -> Estimates:
    n, many = sum(one.n for one in sent), sum(one.at_least for one in sent)
    low, high = intervals.wilson(successes=many, n=n)
    p = many / n
    return Estimates(
        [
            Estimate(
                name="share_at_least", value=p, low=low, high=high, confidence=0.95, se=math.sqrt(p * (1 - p) / n),
                n=n, method="share of forms with at least so many points, Wilson interval", source="Wilson (1927)",
            )
        ]
    )  # fmt: skip


def _first(found: Estimates) -> Estimate:
    return found[0]


def _own(found: Sequence[File], name: str) -> Estimates:
    """Take together by random effects what each region worked out for itself."""
    sent = [own for file in found for own in file.own if own.name == OWN and own.score == name]
    by = {"score": name, "of": OWN}
    if len(sent) < REGIONS:
        return Estimates([Estimate(name="pooled_effect", by=by, why=FEW)])
    effects = [Estimate(name=OWN, value=own.value, se=own.se, n=own.n) for own in sent]
    made = pooled(effects, study=[file.region for file in found for own in file.own if own.score == name])
    kept = [e for e in made if e.name in (*SPREAD, "pooled_effect_without")]
    return Estimates(replace(e, by=by | dict(e.by)) for e in kept)


def _of_table(found: Sequence[File], asked: Foretold) -> Estimates:
    """Area, base rate and calibration on the levels that all regions have, from the counts of all."""
    key = f"{asked.name} {asked.outcome}"
    sent = {f.region: f.tables[key] for f in found if key in f.tables}
    by = {"score": asked.name, "outcome": asked.outcome}
    if len(sent) < REGIONS:
        return Estimates(Estimate(name=name, by=by, why=FEW) for name in ("auc", "base_rate"))
    common = [start for start in asked.steps if all(start in one.from_ for one in sent.values())]
    scale = f" on the score joined to {len(common)} levels, from {', '.join(map(str, common))}"

    def area(tables: Sequence[Table]) -> Estimates:
        counts = _counts(tables, common)
        found = auc(counts, "score", "outcome") + [
            e for e in accuracy(counts, "score", "outcome", at_least=common[-1]) if e.name == "base_rate"
        ]
        return Estimates(replace(e, method=e.method + (scale if e.name == "auc" else "")) for e in found)

    out = _each(sent, area, lambda one: area([one])[0], by, ("auc", "base_rate"))
    if not asked.risks:
        return out
    if len(common) < len(asked.steps):
        return Estimates([*out, Estimate(name="calibration_slope", by=by, why=JOINED)])
    told = f"; exact, of {len(sent)} regions"
    made = calibration(_counts(list(sent.values()), list(asked.risks), common), "score", "outcome")
    return out + [replace(e, by=by, method=e.method + told) for e in made]


def _counts(tables: Sequence[Table], values: Sequence[float], common: Sequence[int] | None = None) -> Counts:
    """Return the counts of all regions on their common levels, each under its value."""
    starts = [int(value) for value in values] if common is None else common
    with_ = np.sum([together(one.from_, one.with_, starts) for one in tables], axis=0)
    without = np.sum([together(one.from_, one.without, starts) for one in tables], axis=0)
    column = np.array([*values, *values], dtype=np.float64)
    outcome = np.repeat([1.0, 0.0], len(values))
    return Counts(
        columns=("score", "outcome"), values=(column, outcome), number=np.concatenate([with_, without]).astype(np.int64)
    )
