"""Attacks on what regions send: what a reader gets of few people, from everything as it is and from what is sent.

Each attack gives two answers: `bare`, from the tallies as they are, and `sent`, from the file that a region writes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp

from regions import Regions, asks, forms
from risico.disclosure import width
from risico.disclosure.tallies import Told, reached, withheld
from risico.errors import Refused
from risico.plan.sharing import Shared
from risico.sharing import pool
from risico.sharing.counting import Counted, chosen, counted, of_mean
from risico.strict import build

MINIMUM = 10
TABLE = "phq9_total again"
NOTHING = "nothing: it is withheld"
PUBLIC = {name: "A" * 41 + letter + "A=" for name, letter in zip("abc", "ABC", strict=True)}


@dataclass(frozen=True)
class Attack:
    """One attack: what the attacker knows, and what follows from the bare tallies and from what is sent."""

    name: str
    knows: str
    bare: str
    sent: str


def plan(**more: object) -> Shared:
    return build(Shared, {"regions": PUBLIC} | asks(**more), "x")


def bare(rows: pl.DataFrame, told: Shared | None = None) -> Counted:
    """Everything that would be sent without a rule."""
    shared = told or plan()
    return counted(chosen(rows, shared, "x"), shared)


def person(seed: int, points: int, again: str) -> pl.DataFrame:
    """One form with the same answer to every question."""
    answers = [pl.lit(points, pl.Int64).alias(f"phq9_{i}") for i in range(1, 10)]
    who = [pl.lit(f"new-{seed}").alias("case"), pl.lit(again).alias("again")]
    return forms(seed, 1).with_columns(*answers, *who)


def regions(shared: dict[str, object] | None = None) -> Regions:
    return Regions(Path(tempfile.mkdtemp()) / "r", ["a", "b", "c"], shared)


def one_more() -> Attack:
    """Two files, the second with one form more."""
    before, extra = forms(1), person(2, 3, "ja")
    rows = pl.concat([before, extra])
    old, new = (bare(one).sent["scale phq9_total"] for one in (before, rows))
    items = [b - a for a, b in zip(old["sums"], new["sums"], strict=True)]
    there = regions()
    there.send("a", before)
    try:
        there.leaving("a", rows)
        sent = "a second file"
    except Refused:
        sent = NOTHING
    return Attack("two files, one form more", "both files", f"all nine answers of the one: {items == [3] * 9}", sent)


def one_of_many_more() -> Attack:
    """Two files with enough new forms, of which one is in a cell."""
    before = forms(1)
    new = [person(i, 0, "nee") for i in range(3, 42)] + [person(50, 3, "ja")]
    rows = pl.concat([before, *new])
    cells = [bare(one).sent[f"table {TABLE}"] for one in (before, rows)]
    top = cells[1]["with"][-1] - cells[0]["with"][-1]
    there = regions()
    there.send("a", before)
    content = there.leaving("a", rows).content
    told = NOTHING if not content["tables"] and not content["scales"] else "the table again"
    return Attack("two files, forty more, one in a cell", "both files", f"{top} of 40 in the highest level", told)


def outlier_among_many_more() -> Attack:
    """Two means: of forty new forms one has all the complaints there are, the others none."""
    asked = {"scales": [], "shares": [], "tables": [], "means": [{"instrument": "phq9"}]}
    before = forms(1)
    rows = pl.concat([before, *(person(i, 0, "nee") for i in range(3, 42)), person(50, 3, "ja")])
    old, new = (bare(one, plan(**asked)).sent["mean phq9_total"] for one in (before, rows))
    more = {key: new[key] - old[key] for key in new}
    low, high = reached(of_mean("s", more, [(0, 27)]), {("s", level): 0 for level in range(28)})[("s", 27)]
    there = regions(asked)
    there.send("a", before)
    content = there.leaving("a", rows).content
    return Attack(
        "two means, an outlier among forty more", "both files", f"how many of 40 have 27 points: {low:g} to {high:g}",
        NOTHING if not content["means"] else "the mean again",
    )  # fmt: skip


def part_of_the_same() -> Attack:
    """Two plans, of which the second leaves out twenty of the same forms, three of them with the outcome."""
    kind = ["x"] * 380 + ["y"] * 20
    last = pl.int_range(400) >= 380
    again = pl.when(last & (pl.int_range(400) < 383)).then(pl.lit("ja")).when(last).then(pl.lit("nee"))
    rows = forms(1).with_columns(kind=pl.Series(kind), again=again.otherwise("again"))
    sums = [bare(one).sent[f"table {TABLE}"]["with"] for one in (rows, rows[:380])]
    there = regions()
    there.send("a", rows)
    there.told["shared"] = {**there.told["shared"], "where": {"kind": "x"}}
    there.write_plan()
    content = there.leaving("a", rows).content
    return Attack(
        "two plans, one of part of the same forms", "both files",
        f"{sum(sums[0]) - sum(sums[1])} of the 20 between them have the outcome",
        NOTHING if not content["tables"] else "the table of part of them",
    )  # fmt: skip


def alone() -> Attack:
    """The words of a plan leave one form."""
    rows = pl.concat([person(2, 3, "ja")])
    items = bare(rows).sent["scale phq9_total"]["sums"]
    try:
        regions().leaving("a", rows)
        sent = "a file"
    except Refused:
        sent = NOTHING
    return Attack("a group of one", "the file", f"all nine answers: {items == [3] * 9}", sent)


def one_in_a_cell() -> Attack:
    """One form with the outcome among those with a low score."""
    rows = forms(1)
    total = rows.select(pl.sum_horizontal(pl.col("^phq9_[1-9]$")))["phq9_1"]
    first = int(np.flatnonzero(total < 4)[0])
    low = pl.Series(total < 4)
    rows = rows.with_columns(again=pl.when(low & (pl.int_range(400) != first)).then(pl.lit("nee")).otherwise("again"))
    rows = rows.with_columns(again=pl.when(pl.int_range(400) == first).then(pl.lit("ja")).otherwise("again"))
    found = bare(rows).sent[f"table {TABLE}"]
    content = regions().leaving("a", rows).content
    return Attack(
        "a cell of one", "the file", f"{found['with'][0]} with the outcome in the lowest level",
        NOTHING if not content["tables"] else "the table",
    )  # fmt: skip


def all_but_one() -> Attack:
    """All regions but one put together what they know, and take it away from the whole."""
    there = regions()
    rows = {name: forms(ord(name)) for name in "abc"}
    files = {name: there.send(name, rows[name]) for name in rows}
    found = pool(list(files.values()), there.plan).estimates
    whole = next(e for e in found if e.name == "base_rate")
    own = [bare(rows[name]).sent[f"table {TABLE}"] for name in "ab"]
    theirs = round(whole.value * whole.n) - sum(sum(one["with"]) for one in own)
    last = there.leaving("c", rows["c"]).content["tables"][TABLE]
    small = bare(_with_a_small_cell()).sent[f"table {TABLE}"]
    fewest = min(*last["with"], *last["without"])
    assert theirs == sum(last["with"])
    return Attack(
        "all regions but one together", "the whole, and every file but one",
        f"every cell of the last, down to {min(*small['with'], *small['without'])}",
        f"the file of the last, as it was sent: no cell below {fewest}",
    )  # fmt: skip


def _with_a_small_cell() -> pl.DataFrame:
    return forms(1).with_columns(again=pl.Series(["ja"] * 3 + ["nee"] * 397))


def outlier() -> Attack:
    """Nearly all have no complaint, and one has all of them."""
    rows = pl.concat([*(person(i, 0, "nee") for i in range(30)), person(99, 3, "ja")])
    told = plan(scales=[], shares=[], tables=[], means=[{"instrument": "phq9"}])
    made = bare(rows, told)
    low, high = reached(made.told[0].equations, made.levels)[("phq9_total", 27)]
    content = regions({"means": [{"instrument": "phq9"}]}).leaving("a", rows).content
    return Attack(
        "an outlier", "the mean and its spread", f"how many have 27 points: {low:g} to {high:g}",
        NOTHING if not content["means"] else "the mean",
    )  # fmt: skip


def programme(seeds: Sequence[int] = range(12)) -> Attack:
    """The linear programme on how many forms have each level of each item and score, over regions of several sizes."""
    close, held, small = 0, 0, 0
    for seed in seeds:
        made = bare(forms(seed, (40, 60, 90, 130, 200, 300)[seed % 6]))
        few = [level for level, n in made.levels.items() if 0 < n < MINIMUM]
        everything = [e for one in made.told for e in one.equations]
        close += _closer(everything, made, few)
        hidden = withheld(made.told, made.levels, MINIMUM)
        held += _closer([e for one in made.told if one.name not in hidden for e in one.equations], made, few)
        small += len(few)
    return Attack(
        "linear programme on hidden levels", "all of one file",
        f"{close} of {small} small levels closer than the rule", f"{held} of {small}",
    )  # fmt: skip


def _closer(equations: list, made: Counted, few: list) -> int:
    if not equations:
        return 0
    tied = {level for factors, _ in equations for level, factor in factors.items() if factor}
    found = reached(equations, made.levels)
    return sum(width(found[level]) < MINIMUM for level in few if level in tied)


def whole_numbers(told: Sequence[Told], made: Counted, level: object) -> tuple[int, int]:
    """The same programme over whole numbers, by another solver: never wider."""
    names = {name: place for place, name in enumerate(made.levels)}
    equations = [e for one in told for e in one.equations]
    rows = np.zeros((len(equations), len(names)))
    for line, (factors, _) in enumerate(equations):
        for name, factor in factors.items():
            rows[line, names[name]] = factor
    totals = np.array([total for _, total in equations])
    ends = []
    for sign in (1, -1):
        aim = np.zeros(len(names))
        aim[names[level]] = sign
        found = milp(
            aim, constraints=LinearConstraint(rows, totals, totals), integrality=np.ones(len(names)),
            bounds=Bounds(0, np.inf),
        )  # fmt: skip
        ends.append(round(sign * found.fun))
    return ends[0], ends[1]


def two_cut_offs() -> Attack:
    """Two shares between which few lie."""
    shares = [{"instrument": "phq9", "at_least": points} for points in (24, 25)]
    told = plan(scales=[], tables=[], shares=shares)
    for seed in range(100):
        made = bare(forms(seed), told)
        between = made.levels[("phq9_total", 24)]
        if 0 < between < MINIMUM and made.sent["share phq9_total 25"]["at_least"] >= MINIMUM:
            break
    hidden = withheld(made.told, made.levels, MINIMUM)
    return Attack(
        "two cut-offs side by side", "the file", f"{between} have 24 points exactly",
        NOTHING if "share phq9_total 25" in hidden else "both shares",
    )  # fmt: skip


ATTACKS: tuple[Callable[[], Attack], ...] = (
    one_more, one_of_many_more, outlier_among_many_more, part_of_the_same, alone, one_in_a_cell, all_but_one, outlier,
    two_cut_offs, programme,
)  # fmt: skip


def table() -> Iterator[str]:
    """Yield the table of what each attack gets, as Markdown."""
    yield "| attack | knows | from the bare tallies | from what is sent |"
    yield "|---|---|---|---|"
    for attack in ATTACKS:
        found = attack()
        yield f"| {found.name} | {found.knows} | {found.bare} | {found.sent} |"
