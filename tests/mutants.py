"""Small mistakes made on purpose in a copy of each instrument file; who notices them is in `fates`.

python tests/mutants.py [ID …]     the table of survivors, which is empty
"""

from __future__ import annotations

import copy
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product
from typing import Any

from risico.instrument import Instrument, catalogue, files, load
from risico.instrument.compiled import says
from risico.instrument.each import write_out
from risico.instrument.reach import whole

Data = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """One mistake: what kind, where in the file, what was there and what is there now, and the file with it."""

    kind: str
    where: str
    was: Any
    now: Any
    data: Data

    def __str__(self) -> str:
        was, now = difference(self.was, self.now)
        return f"{self.kind}: {self.where}: {was} -> {now}"


def difference(was: Any, now: Any) -> tuple[Any, Any]:
    """What differs between two parts of a file, as short as it can be said."""
    if isinstance(was, list) and isinstance(now, list):
        gone, new = ([short(part) for part in one if part not in other] for one, other in ((was, now), (now, was)))
        return gone, new
    if isinstance(was, dict) and isinstance(now, dict):
        keys = [key for key in {**was, **now} if was.get(key) != now.get(key)]
        return tuple({key: one[key] for key in keys if key in one} for one in (was, now))
    return was, now


def short(part: Any) -> Any:
    """A level as its bound and its name, or the part itself."""
    named = isinstance(part, dict) and "from" in part
    return {part["from"]: part.get("name", part.get("value"))} if named else part


@cache
def written(name: str) -> Data:
    """What a file says, written out for each side; the vectors stay with the file itself."""
    data = {key: value for key, value in says(files()[name]).items() if key not in ("vectors", "evidence", "limits")}
    return write_out(data, data.pop("each", {}))


# ------------------------------------------------------------------------------------------------ making mistakes


def mutants(name: str) -> Iterator[Mutant]:
    """Yield every mistake that is made in one file."""
    data = written(name)
    for make_some in MAKERS:
        yield from make_some(data, load(name))


def changed(kind: str, data: Data, path: tuple[Any, ...], now: Any) -> Mutant:
    """The file with one thing replaced; a thing that was not there yet is added."""
    copied = copy.copy(data)
    place: Any = copied
    for key in path[:-1]:
        place[key] = copy.copy(place[key]) if isinstance(place, list) or key in place else {}
        place = place[key]
    was = place.get(path[-1]) if isinstance(place, dict) else place[path[-1]]
    place[path[-1]] = now
    return Mutant(kind, ".".join(map(str, path)), was, now, copied)


def level_tables(levels: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], list[Data]]]:
    if isinstance(levels, list):
        yield path, levels
    else:
        for key, inner in levels.items():
            yield from level_tables(inner, (*path, key))


def cut_offs(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Each lower bound of a level one lower and one higher; the first only higher: below it there is nothing."""
    for name, band in data.get("bands", {}).items():
        steps = (1,) if whole(it, band["of"]) else (1, 0.1)
        for path, levels in level_tables(band["levels"], ("bands", name, "levels")):
            for i, level in enumerate(levels):
                for step in steps:
                    yield changed("cut-off", data, (*path, i, "from"), round(level["from"] + step, 6))
                    if i:
                        yield changed("cut-off", data, (*path, i, "from"), round(level["from"] - step, 6))


def level_names(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Two neighbouring levels with each other's name."""
    for name, band in data.get("bands", {}).items():
        for path, levels in level_tables(band["levels"], ("bands", name, "levels")):
            for i, (one, other) in enumerate(pairwise(levels)):
                swapped = [*levels[:i], other | {"from": one["from"]}, one | {"from": other["from"]}, *levels[i + 2 :]]
                yield changed("level names", data, path, swapped)


def swaps(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Each item in the place of one with the next role, and the one after. Items of one role may be swapped."""
    ruled = {block: data.get(block, {}) for block in ("scores", "alerts", "skip", "refuse")}
    same = canonical(ruled)
    roles: list[list[str]] = []
    for item in it.items:
        mine = next((r for r in roles if canonical(renamed(ruled, item, r[0])) == same), None)
        roles.append([item]) if mine is None else mine.append(item)
    for place, role in enumerate(roles):
        near = {roles[(place + step) % len(roles)][0] for step in (1, 2)} - {role[0]}
        for item, other in product(role, sorted(near)):
            swapped = renamed(ruled, item, other)
            kept = {block: value for block, value in swapped.items() if block in data}
            yield Mutant("swap", "items", item, other, data | kept)


def renamed(data: Any, one: str, other: str) -> Any:
    """The rules with two items in each other's place."""
    if isinstance(data, dict):
        return {key: renamed(value, one, other) if key != "title" else value for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(part, one, other) for part in data]
    return {one: other, other: one}.get(data, data) if isinstance(data, str) else data


def canonical(data: Any) -> str:
    """Rules written so that the order of items and of joined conditions makes no difference."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {canonical(value)}" for key, value in sorted(data.items(), key=str)) + "}"
    if isinstance(data, list):
        parts = [canonical(part) for part in data]
        ordered = any(isinstance(part, dict) and "then" in part for part in data)
        return "[" + ", ".join(parts if ordered else sorted(parts)) + "]"
    return repr(data)


def reversals(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Each reversal dropped, and one added to each item that has none."""
    adding = [score for score in it.scores.values() if score.rule in ("sum", "mean", "highest", "lowest", "linear")]
    added = {part for score in adding for part in (*score.of, *(score.terms or {}))}
    for name in it.items:
        if name in added and it.point_tables(name):
            yield changed("reversal", data, ("items", name, "reverse"), not it.items[name].reverse)


def weights(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Each item one heavier, each factor of a linear rule one more, each constant one more."""
    for name, score in it.scores.items():
        for item in (part for part in score.of if part in it.items and score.rule in ("sum", "mean")):
            yield changed("weight", data, ("items", item, "weight"), it.items[item].weight + 1)
        for part, factor in (score.terms or {}).items():
            yield changed("weight", data, ("scores", name, "terms", part), factor + 1)
        if score.rule == "linear":
            yield changed("weight", data, ("scores", name, "constant"), score.constant + 1)


def points(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Each number of points one more; an item that is left out of a score."""
    for block in ("answers", "items"):
        for name, entry in data[block].items():
            yield from _points(data, (block, name, "points"), entry.get("points") or {})
    for name, score in data["scores"].items():
        for part in score.get("of", ()):
            if len(score["of"]) > 1:
                left = [one for one in score["of"] if one != part]
                yield changed("left out", data, ("scores", name, "of"), left)


def _points(data: Data, path: tuple[Any, ...], table: Data) -> Iterator[Mutant]:
    for code, worth in table.items():
        if isinstance(worth, dict):
            yield from _points(data, (*path, code), worth)
        else:
            yield changed("points", data, (*path, code), worth + 1)


def blanks(data: Data, it: Instrument) -> Iterator[Mutant]:
    """One more blank allowed, and one fewer."""
    for name, score in it.scores.items():
        path, way = ("scores", name, "missing"), score.missing
        items = len(it.items_of(name))
        if way.then == "none" and score.rule == "decide":
            yield changed("blanks", data, path, {"then": "certain"})
        elif way.then == "none" and items > 1 and set(score.of) <= set(it.items) and score.of and score.where is None:
            yield changed("blanks", data, path, {"then": "at_least", "answered": items - 1})
        elif way.then == "certain":
            yield changed("blanks", data, path, {"then": "none"})
        if way.then != "none" and way.answered > 1:
            yield changed("blanks", data, (*path, "answered"), way.answered - 1)
        if score.only is not None:
            yield changed("blanks", data, ("scores", name, "only"), None)
        if way.then != "none" and way.answered < items:
            yield changed("blanks", data, (*path, "answered"), way.answered + 1)


def conditions(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Each number a condition asks for one less and one more, each value the next one, each part left out."""
    for block in ("scores", "alerts", "skip", "refuse"):
        yield from _conditions(data, it, (block,), data.get(block, {}))


def _conditions(data: Data, it: Instrument, path: tuple[Any, ...], here: Any) -> Iterator[Mutant]:
    if isinstance(here, list):
        for i, part in enumerate(here):
            yield from _conditions(data, it, (*path, i), part)
        return
    if not isinstance(here, dict):
        return
    if {"at_least", "below", "is", "in"} & set(here):
        yield from _asked(data, it, path, here)
    for join in ("any", "all", "of"):
        parts = here.get(join)
        if isinstance(parts, list) and len(parts) > 1 and isinstance(parts[0], dict):
            for i in range(len(parts)):
                yield changed("part left out", data, (*path, join), [*parts[:i], *parts[i + 1 :]])
    for key, value in here.items():
        if key not in ("title", "words", "refer", "missing", "table", "terms"):
            yield from _conditions(data, it, (*path, key), value)


def _asked(data: Data, it: Instrument, path: tuple[Any, ...], test: Data) -> Iterator[Mutant]:
    kind = "alert" if path[0] == "alerts" else "condition"
    for key in ("at_least", "below"):
        if key in test:
            for step in (-1, 1):
                yield changed(kind, data, (*path, key), test[key] + step)
    others = possible(it, path, test)
    if "is" in test and test["is"] in others:
        for step in (-1, 1):
            place = others.index(test["is"]) + step
            if 0 <= place < len(others):
                yield changed(kind, data, (*path, "is"), others[place])
    if "in" in test:
        for value in test["in"] if len(test["in"]) > 1 else ():
            yield changed(kind, data, (*path, "in"), [one for one in test["in"] if one != value])
        for value in (value for value in others if value not in test["in"]):
            yield changed(kind, data, (*path, "in"), [*test["in"], value])


def possible(it: Instrument, path: tuple[Any, ...], test: Data) -> list[Any]:
    """The values that a question can be about."""
    if "item" in test:
        return list(it.codes(test["item"]) or ())
    if "context" in test:
        allowed = it.context[test["context"]]
        return list(allowed) if isinstance(allowed, tuple) else []
    name = test.get("score") or (it.scores[path[1]].of[:1] or (None,))[0] if path[0] == "scores" else test.get("score")
    if name in it.items:
        return list(it.codes(name) or ())
    score = it.scores.get(name or "")
    if score is None:
        return []
    found = [score.otherwise, *(case.then for case in score.cases)]
    return list(dict.fromkeys(value for value in found if value is not None))


def outcomes(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Neighbouring cases of a decision with each other's outcome, the last with `otherwise`."""
    for name, score in data["scores"].items():
        cases = score.get("cases", [])
        for i in range(len(cases)):
            last = i + 1 == len(cases)
            other = score.get("otherwise") if last else cases[i + 1]["then"]
            if other == cases[i]["then"]:
                continue
            path = ("scores", name)
            first = changed("outcome", data, (*path, "cases", i, "then"), other)
            rest = ("otherwise",) if last else ("cases", i + 1, "then")
            yield replace(first, data=changed("outcome", first.data, (*path, *rest), cases[i]["then"]).data)


def tables(data: Data, it: Instrument) -> Iterator[Mutant]:
    """Two neighbouring entries of a look-up in each other's place."""
    for name, score in data["scores"].items():
        yield from _tables(data, ("scores", name, "table"), score.get("table") or {})


def _tables(data: Data, path: tuple[Any, ...], table: Data) -> Iterator[Mutant]:
    inner = [key for key, value in table.items() if isinstance(value, dict)]
    for key in inner:
        yield from _tables(data, (*path, key), table[key])
    for one, other in pairwise(key for key in table if key not in inner):
        if table[one] != table[other]:
            yield changed("look-up", data, path, table | {one: table[other], other: table[one]})


def readings(data: Data, it: Instrument) -> Iterator[Mutant]:
    """How another version is read: an item not recoded, two codes or two numbers in each other's place, no rule at all,
    a rule where there is none, another version assumed. At which ages one is assumed is in `test_variants`: no vector
    has an age that the file itself does not read.
    """
    for name, variant in data.get("variants", {}).items():
        path = ("variants", name)
        for value, reading in variant.get("versions", {}).items():
            yield changed("version", data, (*path, "versions", value), {} if reading is None else None)
            yield from _read(data, it, (*path, "versions", value), reading or {})
        for value in data["context"][name]:
            if value != variant["assumed"]:
                yield changed("version", data, (*path, "assumed"), value)


def _read(data: Data, it: Instrument, path: tuple[Any, ...], reading: Data) -> Iterator[Mutant]:
    for place, coded in enumerate(reading.get("codes", ())):
        for item in coded["items"] if len(coded["items"]) > 1 else ():
            left = [one for one in coded["items"] if one != item]
            yield changed("version", data, (*path, "codes", place, "items"), left)
        for one, other in pairwise(table := coded["as"]):
            swapped = table | {one: table[other], other: table[one]}
            yield changed("version", data, (*path, "codes", place, "as"), swapped)
    for one, other in pairwise(table := reading.get("numbers", {})):
        if not _one_role(it, one, other):
            swapped = table | {one: table[other], other: table[one]}
            yield changed("version", data, (*path, "numbers"), swapped)


def _one_role(it: Instrument, one: str, other: str) -> bool:
    """Whether two items count in the same scores for the same points, so that no score tells them apart."""
    first, second = ({name for name, score in it.scores.items() if item in score.of} for item in (one, other))
    return first == second and it.points(one) == it.points(other)


MAKERS = (cut_offs, level_names, swaps, reversals, weights, points, blanks, conditions, outcomes, tables, readings)


# ------------------------------------------------------------------------------------------------ the table


def survey(names: list[str]) -> tuple[list[str], Counter[str]]:
    """Make every mistake in every file; return a line for each survivor, and how many were killed by whom."""
    from fates import fate

    survivors: list[str] = []
    counts: Counter[str] = Counter()
    for name in names:
        mine: Counter[str] = Counter()
        for mutant in mutants(name):
            end = fate(name, mutant)
            mine[end] += 1
            if end == "survives":
                survivors.append(f"{name}: {mutant}")
        print(f"{name}: {', '.join(f'{end} {count}' for end, count in sorted(mine.items()))}", flush=True)
        counts += mine
    return survivors, counts


if __name__ == "__main__":
    left, by = survey(sys.argv[1:] or list(catalogue()))
    print("\n".join(["", "survivors:", *(left or ["  none"]), "", f"{by.total()} mutants: {dict(by)}"]))
