"""Faults planted by plain arithmetic in invented forms; how often score control finds each, and names a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import polars as pl

from risico.audit import CAUSES, Recheck, recheck

SEED, N = 20250411, 300


@dataclass(frozen=True)
class Hand:
    """How a form is scored by hand, from its sheet: written out here, so that nothing of the package plants a fault."""

    id: str
    result: str
    items: tuple[int, ...]
    codes: tuple[int, int]
    turned: tuple[int, ...] = ()
    mean: bool = False
    needs: int | None = None
    """How many answers are enough to prorate; None: every blank is one too many."""
    half_up: bool = False
    bounds: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    stands: dict[int, int] = field(default_factory=dict[int, int])
    """In another version: at which number an item of this one stands there; the others keep their number."""
    falls: tuple[int, ...] = ()
    """In another version: the items of which the lowest code is written for the highest, and the other way round."""

    @property
    def k(self) -> int:
        return len(self.items)

    def points(self, answers: np.ndarray, straight: tuple[int, ...] = ()) -> np.ndarray:
        low, high = self.codes
        turns = np.array([item in self.turned and item not in straight for item in self.items])
        return np.where(turns, low + high - answers, answers)

    def right(self, points: np.ndarray) -> float | None:
        there = points[~np.isnan(points)]
        if len(there) < (self.k if self.needs is None else self.needs):
            return None
        return self.prorated(there)

    def prorated(self, there: np.ndarray) -> float:
        value = there.mean() if self.mean else there.sum() * self.k / len(there)
        return float(np.floor(value + 0.5)) if self.half_up else float(value)

    def adding(self, points: np.ndarray) -> float:
        return float(np.nansum(points)) / (self.k if self.mean else 1)

    def level(self, value: float) -> str:
        return self.names[int(np.searchsorted(self.bounds, value + 1e-9, side="right")) - 1]


def run(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


HANDS = (
    Hand("phq9", "total", run(1, 9), (0, 3), needs=7, bounds=(0, 5, 10, 15, 20),
         names=("none_minimal", "mild", "moderate", "moderately_severe", "severe")),
    Hand("gad7", "total", run(1, 7), (0, 3), needs=5, bounds=(0, 5, 10, 15),
         names=("minimal", "mild", "moderate", "severe")),
    Hand("k10", "total", run(1, 10), (1, 5)),
    Hand("epds", "total", run(1, 10), (0, 3), falls=(3, *run(5, 10))),
    Hand("brs", "mean", run(1, 6), (1, 5), turned=(2, 4, 6), mean=True, needs=5, bounds=(1, 3, 4.31),
         names=("low", "normal", "high")),
    Hand("rses", "total", run(1, 10), (0, 3), turned=(2, 5, 6, 8, 9), bounds=(0, 15, 26),
         names=("low", "normal", "high"), stands={1: 7, 2: 10, 3: 2, 6: 9, 7: 1, 9: 3, 10: 6}),
    Hand("pss_parental", "total", run(1, 18), (1, 5), turned=(1, 2, 5, 6, 7, 8, 17, 18)),
    Hand("fad_gf12", "mean", run(1, 12), (1, 4), turned=(1, 3, 5, 7, 9, 11), mean=True, needs=8),
    Hand("sdq", "hyperactivity", (2, 10, 15, 21, 25), (0, 2), turned=(21, 25), needs=3, half_up=True),
)  # fmt: skip


def answers(hand: Hand, blanks: int, rng: np.random.Generator) -> np.ndarray:
    """One form: answers that go together somewhat, some of them blank."""
    low, high = hand.codes
    middle = rng.uniform(low, high)
    drawn = np.clip(np.round(rng.normal(middle, 0.9, hand.k)), low, high)
    drawn[rng.choice(hand.k, blanks, replace=False)] = np.nan
    return drawn


# ------------------------------------------------------------------------------------------------ the planted faults


def one_blank(hand: Hand, rng: np.random.Generator) -> int:
    """Some blanks: as many as the form bears, or one or two where it bears none."""
    return int(rng.integers(1, 3 if hand.needs is None else hand.k - hand.needs + 1))


def blank_as_zero(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, one_blank(hand, rng), rng)
    return given, hand.adding(hand.points(given))


def not_reversed(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 0, rng)
    straight = hand.turned if rng.random() < 0.5 else (int(rng.choice(hand.turned)),)
    return given, hand.right(hand.points(given, straight))


def other_coding(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 0, rng)
    return given, hand.right(hand.points(given) + (1 if hand.codes[0] == 0 else -1))


def other_version(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    """The score is right for the form that was filled in; in the file the answers stand as that form has them."""
    given = answers(hand, 0, rng)
    there = given.copy()
    for place, item in enumerate(hand.items):
        there[hand.items.index(hand.stands.get(item, item))] = given[place]
    low, high = hand.codes
    return np.where([item in hand.falls for item in hand.items], low + high - there, there), hand.right(
        hand.points(given)
    )


def arithmetic(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 0, rng)
    value = hand.right(hand.points(given)) or 0.0
    tens, ones = divmod(round(value), 10)
    if not hand.mean and 0 < tens < 10 and tens != ones and rng.random() < 0.5:
        return given, float(10 * ones + tens)
    return given, value + int(rng.choice([-2, -1, 1, 2])) / (hand.k if hand.mean else 1)


def not_scorable(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, 1 if hand.needs is None else hand.k - hand.needs + 1, rng)
    there = hand.points(given)
    return given, hand.prorated(there[~np.isnan(there)])


def right(hand: Hand, rng: np.random.Generator) -> tuple[np.ndarray, float | None]:
    given = answers(hand, int(rng.choice([0, 0, one_blank(hand, rng)])), rng)
    return given, hand.right(hand.points(given))


PLANTED: dict[str, Callable[[Hand, np.random.Generator], tuple[np.ndarray, float | None]]] = {
    f.__name__: f for f in (right, blank_as_zero, not_reversed, other_coding, other_version, arithmetic, not_scorable)
}
NAMED_AS = {"other_version": "other_coding"}
"""The cause that is to be named for a planted fault, where it is not called the same."""


def can_have(hand: Hand, fault: str) -> bool:
    if fault == "not_reversed":
        return bool(hand.turned)
    return fault != "other_version" or bool(hand.stands or hand.falls)


def planted(hand: Hand) -> tuple[pl.DataFrame, list[str], np.ndarray]:
    """A file of forms, each with one fault (or none): the file, each form's fault, and whether it can be seen.

    It cannot where the same came of it, or just the right value rounded to a whole number, as a user may do.
    """
    rng = np.random.default_rng([SEED, [h.id for h in HANDS].index(hand.id)])
    faults = [fault for fault in PLANTED for _ in range(N) if can_have(hand, fault)]
    made = [PLANTED[fault](hand, rng) for fault in faults]
    given = np.array([a for a, _ in made])
    filed = [None if value is None else round(value, 2) for _, value in made]
    truth = [hand.right(hand.points(a)) for a in given]
    seen = [f is not None and (t is None or not rounded(hand, f, t)) for f, t in zip(filed, truth, strict=True)]
    items = {
        f"{hand.id}_{item}": [None if x != x else int(x) for x in given[:, i]] for i, item in enumerate(hand.items)
    }
    forms = pl.DataFrame(items | {f"{hand.id}_{hand.result}": pl.Series(filed, dtype=pl.Float64)})
    return forms, faults, np.array(seen)


def rounded(hand: Hand, filed: float, truth: float) -> bool:
    tenths = hand.mean and abs(filed * 10 - round(filed * 10)) < 1e-9
    most = 0.05 if tenths else 0.5 if filed == int(filed) and truth != int(truth) and not hand.mean else 0.005
    return abs(truth - filed) <= most + 1e-9


def named(found: Recheck, n: int, result: str) -> list[set[str]]:
    """Per form the causes that were named for a result; empty where the filed one follows."""
    causes: list[set[str]] = [set() for _ in range(n)]
    for row in found.rows():
        if row["result"] == result:
            causes[row["row"] - 1] |= set(row["possible_cause"].split(" / "))
    return causes


def planted_levels(hand: Hand) -> tuple[pl.DataFrame, list[str], np.ndarray]:
    """A file of forms with a total and a level: the level is wrong beside a right total, or follows a wrong one."""
    rng = np.random.default_rng([SEED, 1, [h.id for h in HANDS].index(hand.id)])
    given, filed, levels, faults, seen = [], [], [], [], []
    for fault in ("wrong_band", "from_total"):
        for _ in range(N):
            one = answers(hand, 0, rng)
            total = hand.right(hand.points(one)) or 0.0
            level = hand.level(total)
            if fault == "wrong_band":
                told = str(rng.choice([name for name in hand.names if name != level]))
            else:
                total += (5 if total + 5 <= hand.codes[1] * hand.k else -5) / (hand.k if hand.mean else 1)
                told = hand.level(total)
            given.append(one)
            filed.append(total)
            levels.append(told)
            faults.append(fault)
            seen.append(told != level)
    items = {f"{hand.id}_{item}": [int(one[i]) for one in given] for i, item in enumerate(hand.items)}
    return pl.DataFrame(items | {f"{hand.id}_{hand.result}": filed, f"{hand.id}_band": levels}), faults, np.array(seen)


@dataclass(frozen=True)
class Form:
    """One form with a planted fault that shows, and the causes that were named for it."""

    instrument: str
    fault: str
    named: frozenset[str]

    @property
    def cause(self) -> str:
        return NAMED_AS.get(self.fault, self.fault)


@cache
def found() -> tuple[Form, ...]:
    """Every form in which its planted fault shows, and those without one."""
    out: list[Form] = []
    for hand in HANDS:
        for forms, faults, seen, result in (
            (*planted(hand), hand.result),
            *([(*planted_levels(hand), "band")] if hand.names else []),
        ):
            causes = named(recheck(forms, hand.id), len(faults), f"{hand.id}_{result}")
            out += [
                Form(hand.id, fault, frozenset(here))
                for here, fault, shows in zip(causes, faults, seen, strict=True)
                if shows or fault == "right"
            ]
    return tuple(out)


def share(forms: Iterable[Form], holds: Callable[[Form], bool]) -> float:
    there = list(forms)
    return sum(map(holds, there)) / len(there)


def told() -> str:
    """The table of how often each planted cause is found and how often a cause is named wrongly, as a page."""
    wrong = [form for form in found() if form.fault != "right"]
    lines = [*OPENS, _row("planted", "forms", "named alone", "among several", "not named"), _row(*["---"] * 5)]
    for fault in dict.fromkeys(form.fault for form in wrong):
        mine = [form for form in wrong if form.fault == fault]
        alone, several, not_named = (
            share(mine, lambda f: f.named == {f.cause}),
            share(mine, lambda f: f.cause in f.named and len(f.named) > 1),
            share(mine, lambda f: f.cause not in f.named),
        )
        lines.append(_row(fault, len(mine), *map(_percent, (alone, several, not_named))))
    lines += [
        *BETWEEN,
        _row("named", "alone", "of these planted", "among several", "of these planted"),
        _row(*["---"] * 5),
    ]
    lines += [line for cause in CAUSES if (line := _by_named(cause, wrong))]
    clean = [form for form in found() if form.fault == "right"]
    lines += ["", f"Of {len(clean)} forms whose filed score follows, {sum(bool(f.named) for f in clean)} got a cause."]
    return "\n".join(lines) + "\n"


def _by_named(cause: str, wrong: list[Form]) -> str:
    """How often a cause was named alone and among several, and how often it was then the planted one."""
    alone = [form for form in wrong if form.named == {cause}]
    several = [form for form in wrong if cause in form.named and len(form.named) > 1]
    if not alone and not several:
        return ""
    right = [_percent(share(some, lambda form: form.cause == cause)) if some else "-" for some in (alone, several)]
    return _row(cause, len(alone), right[0], len(several), right[1])


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _percent(value: float) -> str:
    """In whole percents, and never all or none unless it is all or none."""
    return f"{value:.0%}" if value in (0, 1) else f"{min(max(value, 0.01), 0.99):.0%}"


OPENS = (
    "# Score control: how often a planted cause is found",
    "",
    "Written by `python benchmarks/audit_causes.py`; a test fails when it is behind. Faults are planted by plain",
    f"arithmetic in invented forms of {len(HANDS)} instruments, {N} of each kind in each; only those count in",
    "which the filed result differs from the right one. One cause is *named alone* when no other gives just what was",
    "filed; where several do, `recheck` says that several causes fit.",
    "",
    "## By planted cause",
    "",
)
BETWEEN = ("", "## By named cause: how often it was the planted one", "")


if __name__ == "__main__":
    print(told(), end="")
