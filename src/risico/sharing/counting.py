"""One region counts: the forms that a plan asks about, and of each statistic the smallest sums that are enough."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.disclosure.tallies import Equation, Level, Told
from risico.errors import UsageError, did_you_mean
from risico.exchange import apply, read, read_map
from risico.instrument import Instrument, load
from risico.plan import Data
from risico.plan.files import find, fingerprint
from risico.plan.sharing import Foretold, Reached, Scored, Shared
from risico.scoring import points
from risico.synthetic import region

Whole = NDArray[np.int64]
Ends = list[tuple[int, int]]
FORMATIVE = "a formative checklist adds up risk factors that need not go together: ask its mean, not its consistency"


@dataclass(frozen=True)
class Forms:
    """The forms that are counted: of each score the points of its items (forms, items) with their least and most, and
    of each outcome whether it happened.
    """

    n: int
    points: dict[str, Whole]
    ends: dict[str, Ends]
    happened: dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Counted:
    """What a region counted: by statistic what would be sent and what that tells, and the true levels behind it."""

    n: int
    sent: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    told: list[Told] = field(default_factory=list[Told])
    levels: dict[Level, int] = field(default_factory=dict[Level, int])


def forms_of(data: Data, shared: Shared, path: Path, name: str) -> tuple[Any, str]:
    """Return the forms of a region with their fingerprint; invented regions each have their own, by the alphabet."""
    if data.switches:
        raise UsageError(f"{path.name}, data.switches: invented regions that share have none. Leave it out.")
    if data.source == "synthetic":
        seed = (data.seed or 0) + sorted(shared.regions).index(name)
        made = region(seed, households=data.households or 0).forms
        return made, hashlib.sha256(made.write_csv().encode()).hexdigest()
    files = [find(one, path) for one in (data.forms, data.map) if one]
    forms = read(files[0])
    return (apply(forms, read_map(files[-1])) if data.map else forms), fingerprint(files)


def chosen(forms: Any, shared: Shared, where: str) -> Forms:
    """Return the forms that the plan is about, without a blank in anything that it asks.

    One set of forms for everything: what two sets differ by would be read from two numbers. Raises UsageError where a
    column is not there, one person counts more than once, or a score is not the sum of whole points.
    """
    keys = [name for name in ("case", "person") if name in forms.columns]
    outcomes = {table.outcome: table.yes for table in shared.tables}
    for name in (*shared.where, *outcomes):
        if name not in forms.columns:
            raise UsageError(f"{where}: the file has no column '{name}'.{did_you_mean(name, forms.columns)}")
    kept = np.ones(len(forms), dtype=np.bool_)
    for name, code in shared.where.items():
        kept &= np.array([_code(value) == _code(code) for value in forms[name].to_list()])
    tables = {scored.name: _points(forms, scored, where) for scored in shared.asked}
    told = {name: forms[name].to_list() for name in outcomes}
    for table in tables.values():
        kept &= ~np.isnan(table).any(axis=1)
    for values in told.values():
        kept &= np.array([_code(value) != "" for value in values])
    who = list(zip(*(forms[name].to_list() for name in keys), strict=True)) if keys else []
    people = [who[place] for place in np.flatnonzero(kept).tolist()] if who else []
    if len(set(people)) < len(people):
        raise UsageError(
            f"{where}: some people have more than one form, and would count more than once.\n"
            "Ten forms would then be fewer than ten people. Choose one moment in `where` of the plan."
        )
    return Forms(
        int(kept.sum()),
        {name: _whole(table[kept], name, where) for name, table in tables.items()},
        {scored.name: _ends(scored) for scored in shared.asked},
        {
            name: np.array([_code(value) in {_code(one) for one in outcomes[name]} for value in values])[kept]
            for name, values in told.items()
        },
    )


def counted(forms: Forms, shared: Shared) -> Counted:
    """Count what the plan asks: each statistic with what would be sent and what a reader could make of that."""
    out = Counted(forms.n)
    for scored in {scored.name: scored for scored in shared.asked}.values():
        out.levels.update(_levels(forms, scored.name))
    for scored in shared.scales:
        _scale(out, forms, scored.name)
    for scored in shared.means:
        _mean(out, forms, scored.name)
    for share in shared.shares:
        _share(out, forms, share)
    for table in shared.tables:
        _table(out, forms, table)
    return out


def joined(steps: Sequence[int], totals: Whole, enough: int) -> list[int]:
    """Return the lowest points of the levels that steps of a score are joined to; outcomes have no say in it.

    From the lowest step up, steps are joined until a level has `enough` forms; what is left at the top joins the level
    below. Forms below the first step belong to it.

    >>> joined([0, 5, 10, 15], np.array([1, 2, 6, 7, 8, 11, 16]), 2)
    [0, 5, 10]
    """
    place = np.clip(np.searchsorted(steps, totals, side="right") - 1, 0, None)
    number = np.bincount(place, minlength=len(steps)).tolist()
    starts, have = [steps[0]], 0
    for step, n in zip(steps, number, strict=True):
        if have >= enough:
            starts.append(step)
            have = 0
        have += n
    return starts[:-1] if have < enough and len(starts) > 1 else starts


def _scale(out: Counted, forms: Forms, name: str) -> None:
    """Of a scale: the sum of each item, and the squares of all items and of the score. More alpha does not need."""
    items = forms.points[name]
    total, n = items.sum(axis=1), forms.n
    each, squares = items.sum(axis=0).tolist(), int((items**2).sum())
    out.sent[f"scale {name}"] = {
        "n": n, "items": items.shape[1], "sums": each, "squares_of_items": squares,
        "squares_of_score": int((total**2).sum()),
    }  # fmt: skip
    equations = of_scale(name, out.sent[f"scale {name}"], forms.ends[name])
    ends = [e for s, (low, high) in zip(each, forms.ends[name], strict=True) for e in (s - low * n, high * n - s)]
    out.told.append(Told(name=f"scale {name}", cells=(n,), ends=tuple(ends), equations=equations))


def _mean(out: Counted, forms: Forms, name: str) -> None:
    total, (low, high) = forms.points[name].sum(axis=1), _range(forms, name)
    s, n = int(total.sum()), forms.n
    out.sent[f"mean {name}"] = {"n": n, "sum": s, "squares": int((total**2).sum())}
    ends = (s - low * n, high * n - s)
    equations = of_mean(name, out.sent[f"mean {name}"], forms.ends[name])
    out.told.append(Told(name=f"mean {name}", cells=(n,), ends=ends, equations=equations))


def _share(out: Counted, forms: Forms, share: Reached) -> None:
    total, n = forms.points[share.name].sum(axis=1), forms.n
    many = int((total >= share.at_least).sum())
    name = f"share {share.name} {share.at_least}"
    out.sent[name] = {"n": n, "at_least": many}
    equations = _bounded(forms, share.name, [(share.at_least, None, many)])
    out.told.append(Told(name=name, cells=(many, n - many), equations=tuple(equations)))


def _table(out: Counted, forms: Forms, table: Foretold) -> None:
    total, yes = forms.points[table.name].sum(axis=1), forms.happened[table.outcome]
    starts = joined(table.steps, total, table.enough)
    place = np.clip(np.searchsorted(starts, total, side="right") - 1, 0, None)
    with_, without = (np.bincount(place[part], minlength=len(starts)).tolist() for part in (yes, ~yes))
    name = f"table {table.name} {table.outcome}"
    out.sent[name] = {"from": starts, "with": with_, "without": without}
    spans = [
        (low if i else None, high, w + wo)
        for i, (low, high, w, wo) in enumerate(zip(starts, [*starts[1:], None], with_, without, strict=True))
    ]
    out.told.append(Told(name=name, cells=(*with_, *without), equations=tuple(_bounded(forms, table.name, spans))))


def of_scale(name: str, sent: Mapping[str, Any], ends: Ends) -> tuple[Equation, ...]:
    """Return what the sums of a scale tell of how many forms have each level of each item, and of the score."""
    equations: list[Equation] = []
    everything: dict[Level, float] = {}
    for item, (low, high) in enumerate(ends):
        own: dict[Level, float] = {(name, item, level): float(level) for level in range(low, high + 1)}
        equations += [(dict.fromkeys(own, 1.0), sent["n"]), (own, sent["sums"][item])]
        everything |= {key: level**2 for key, level in own.items()}
    equations.append((everything, sent["squares_of_items"]))
    score = {"n": sent["n"], "sum": sum(sent["sums"]), "squares": sent["squares_of_score"]}
    return (*equations, *of_mean(name, score, ends))


def of_mean(name: str, sent: Mapping[str, Any], ends: Ends) -> tuple[Equation, ...]:
    """Return what number, sum and sum of squares tell of how many forms have each level of a score."""
    levels = range(sum(low for low, _ in ends), sum(high for _, high in ends) + 1)
    return tuple(
        ({(name, level): float(level**power) for level in levels}, sent[key])
        for power, key in enumerate(("n", "sum", "squares"))
    )


def _bounded(forms: Forms, name: str, spans: Sequence[tuple[int | None, int | None, int]]) -> Iterator[Equation]:
    """How many forms there are in all, and from one level to below another."""
    low, high = _range(forms, name)
    yield {(name, level): 1.0 for level in range(low, high + 1)}, forms.n
    for start, end, number in spans:
        levels = range(max(low, low if start is None else start), min(high + 1, high + 1 if end is None else end))
        yield {(name, level): 1.0 for level in levels}, number


def _levels(forms: Forms, name: str) -> Iterator[tuple[Level, int]]:
    """Yield the true number of forms with each level of each item, and of the score."""
    items, (low, high) = forms.points[name], _range(forms, name)
    total = items.sum(axis=1)
    yield from (((name, level), int((total == level).sum())) for level in range(low, high + 1))
    for item, (least, most) in enumerate(forms.ends[name]):
        yield from (((name, item, level), int((items[:, item] == level).sum())) for level in range(least, most + 1))


def _range(forms: Forms, name: str) -> tuple[int, int]:
    return sum(low for low, _ in forms.ends[name]), sum(high for _, high in forms.ends[name])


def _points(forms: Any, scored: Scored, where: str) -> NDArray[np.float64]:
    it = load(scored.instrument)
    if scored.score not in it.scores:
        raise UsageError(f"{where}: {it.id} has no score '{scored.score}'.{did_you_mean(scored.score, it.scores)}")
    if it.scores[scored.score].rule != "sum":
        raise UsageError(f"{where}: '{scored.score}' of {it.id} is no sum of points, and only these are added up here.")
    return np.array(points(forms, it, scored.score).to_numpy(), dtype=np.float64)


def _ends(scored: Scored) -> Ends:
    """Return the least and most points of each item, in the order of the points."""
    it = load(scored.instrument)
    score = it.scores[scored.score]
    return [(int(low), int(high)) for low, high in (it.point_range(item, score.points) for item in _items(it, scored))]


def _items(it: Instrument, scored: Scored) -> list[str]:
    return [part for part in it.scores[scored.score].of if part in it.items]


def _whole(table: NDArray[np.float64], name: str, where: str) -> Whole:
    if (table != np.round(table)).any():
        raise UsageError(f"{where}: {name} has points that are no whole numbers, and these are not shared.")
    return table.astype(np.int64)


def _code(value: Any) -> str:
    """Write a code as text, a blank as nothing; true and false are 1 and 0."""
    if value is None or value != value:
        return ""
    return f"{float(value):g}" if isinstance(value, bool | int | float) else str(value).strip()


def versions(shared: Shared) -> Mapping[str, str]:
    """Return the version of each instrument that the plan asks about, with the fingerprint of its file."""
    from risico.instrument import files

    known = files()
    names = sorted({scored.instrument for scored in shared.asked})
    return {name: f"{load(name).key} {fingerprint([known[name]])[:16]}" for name in names}


def refuse_formative(shared: Shared, where: str) -> None:
    """Refuse a scale of which consistency says nothing."""
    for scored in shared.scales:
        if load(scored.instrument).model == "formative":
            raise UsageError(f"{where}, shared.scales: {scored.instrument}: {FORMATIVE}.")
