"""How it goes in each group, out of everybody in it: first who is not known and why, then worse before better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from risico.disclosure import cases, is_withheld
from risico.estimate import Estimate, Estimates
from risico.pages.parts import Section, Table, better_when_lower, capital, counted, named, of_how_many, treated
from risico.pages.wording import Voice
from risico.plan import Plan
from risico.words import number, pick

CHANGES = ("worse", "unclear", "same", "better", "best")  # the order on the page
FIRST = ("not_safe", "unreachable", "refused", "forgotten", "left")  # of the reasons; any other comes after


@dataclass(frozen=True, kw_only=True)
class Group:
    """What is known of one arm: how many are in it, how many of them are not known and why, and how the others are.

    `bad` and `good` are the two sides of a yes or no, with how many; None where the number is not shown.
    """

    arm: str
    whole: int | None
    lost: Estimate | None
    reasons: dict[str, Estimate]
    change: dict[str, Estimate]
    outcome: Estimate | None
    bad: int | None
    good: int | None

    def share(self, count: float | None) -> float | None:
        """Return a count as a share of everybody in the group."""
        return None if count is None or not self.whole else count / self.whole


def groups(estimates: Estimates, plan: Plan) -> tuple[Group, Group]:
    """Return the group of the arm that is compared and that of the reference."""
    return _group(estimates, plan, treated(plan)), _group(estimates, plan, plan.reference)


def _group(estimates: Estimates, plan: Plan, arm: str) -> Group:
    lost = counted(estimates, "flow", arm=arm, step="not_measured")
    seen = counted(estimates, "flow", arm=arm, step="analysed")
    outcome = counted(estimates, "outcome", arm=arm)
    mine = [e for e in estimates if e.by.get("arm") == arm]
    yes = cases(outcome) if outcome else None
    no = outcome.n - yes if outcome and outcome.n and yes is not None else None
    return Group(
        arm=arm,
        whole=next((e.n for e in (lost, seen) if e is not None and e.n), None),
        lost=lost,
        reasons={e.by["reason"]: e for e in mine if e.name == "flow" and "reason" in e.by},
        change={e.by["change"]: e for e in mine if e.name == "change"},
        outcome=outcome,
        bad=yes if better_when_lower(plan.outcome) else no,
        good=no if better_when_lower(plan.outcome) else yes,
    )


def sides(plan: Plan, say: Voice) -> tuple[str, str]:
    """Return the words of the bad and the good side of a yes or no."""
    yes = pick(plan.outcome.words, say.language)
    no = plan.outcome.words_if_not
    other = pick(no, say.language) if no else say("happened", "not", outcome=yes)
    return (yes, other) if better_when_lower(plan.outcome) else (other, yes)


def extremes(one: Group, two: Group, plan: Plan) -> tuple[float, float] | None:
    """Return the difference of yes between the groups if all who are not known went as badly or as well as can be.

    Both ends (Horowitz & Manski 2000) are of everybody in the groups. None where a number is missing or not shown.
    """
    lower = better_when_lower(plan.outcome)
    told: list[tuple[float, float]] = []
    for group in (one, two):
        yes = group.bad if lower else group.good
        if yes is None or group.lost is None or group.lost.value is None or not group.whole:
            return None
        told.append((yes / group.whole, (yes + group.lost.value) / group.whole))
    (low, high), (low2, high2) = told
    return low - high2, high - low2


def together(one: Group, two: Group, reason: str) -> float | None:
    """Return how many of both groups were lost for this reason; None when either is not shown."""
    found = [group.reasons.get(reason) for group in (one, two)]
    values = [e.value for e in found if e is not None]
    return sum(v for v in values if v is not None) if values and None not in values else None


def people(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Say of each group how it goes, out of everybody in it."""
    section = Section(title=say("page", "people"))
    both = groups(estimates, plan)
    if all(group.whole for group in both):
        section.tables.append(_table(both, plan, say))
        section.notes.append(say("people", "note", **named(plan, say)))
        if any(is_withheld(e) for group in both for e in (*group.reasons.values(), *group.change.values())):
            section.notes.append(say("people", "bars"))
    if not say.share and all(group.outcome for group in both):
        section.tables.append(_means(both, plan, say))
    if not section.tables:
        section.notes.append(say("people", "hidden"))
    return section


def _table(both: tuple[Group, Group], plan: Plan, say: Voice) -> Table:
    rows: list[tuple[str, Sequence[Estimate | float | None], bool]] = []
    rows.append((say("people", "lost", **named(plan, say)), [group.lost for group in both], False))
    reasons = {reason for group in both for reason in group.reasons}
    for reason in sorted(reasons, key=lambda r: (FIRST.index(r) if r in FIRST else len(FIRST), r)):
        rows.append((say.label(reason), [group.reasons.get(reason) for group in both], True))
    if all(group.change for group in both):
        rows += [
            (_change(change, plan, say), [group.change.get(change, 0) for group in both], False)
            for change in CHANGES
            if any(change in group.change for group in both)
        ]
    elif say.share:
        bad, good = sides(plan, say)
        rows += [(capital(bad), [g.bad for g in both], False), (capital(good), [g.good for g in both], False)]
    cells = [[_cell(group, found, say) for group, found in zip(both, row[1], strict=True)] for row in rows]
    head = [say("people", "head"), *(_head(group, plan, say) for group in both)]
    return Table(
        caption=say("people", "caption"),
        head=head,
        rows=[[label, *(text for text, _ in row)] for (label, _, _), row in zip(rows, cells, strict=True)],
        numbers=(1, 2),
        bars={column + 1: [row[column][1] for row in cells] for column in range(2)},
        subs={place for place, (_, _, sub) in enumerate(rows) if sub},
    )


def _head(group: Group, plan: Plan, say: Voice) -> str:
    name = say("arms", plan.design, arm=say.label(group.arm))
    return say("people", "group", name=name, n=number(group.whole, say.language))


def _change(change: str, plan: Plan, say: Voice) -> str:
    """Return the words of a change; who is at the best level gets those of the outcome, where it asks just that."""
    yes, levels = plan.outcome.yes, plan.outcome.levels
    if change == "best" and yes and [level for level in levels if yes.holds(level)] == [*levels[:1]]:
        return capital(pick(plan.outcome.words, say.language))
    return say.label(change)


def _cell(group: Group, found: Estimate | float | None, say: Voice) -> tuple[str, float | None]:
    """Return per hundred with the count, and the share for the bar; why not where it is not shown."""
    if isinstance(found, Estimate) and found.value is None:
        return say.short(found), None
    count = found.value if isinstance(found, Estimate) else found
    if count is None:
        return say("withheld", "short"), None
    share = group.share(count)
    return f"{say.size(share)} ({number(count, say.language)})", share


def _means(both: tuple[Group, Group], plan: Plan, say: Voice) -> Table:
    rows: list[list[str]] = []
    for group in both:
        told = group.outcome
        label = say("arms", plan.design, arm=say.label(group.arm))
        if told is not None:
            value = say.why(told) if told.value is None else say.size(told.value)
            rows.append([label, value, of_how_many(told, say)])
    head = [say("people", "arm"), say("people", "mean"), say("people", "used")]
    caption = say("people", "means", **named(plan, say))
    return Table(caption=caption, head=head, rows=rows, numbers=(1, 2))
