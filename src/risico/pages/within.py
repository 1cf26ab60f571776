"""The page of a design within people: how they changed beside what changes by itself, or how the course differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from risico.estimate import Estimate, Estimates
from risico.pages import sections, top
from risico.pages.parts import Section, Table, came_true, capital, counted, margin, named, of_how_many, one
from risico.pages.wording import Voice
from risico.plan import Plan
from risico.words import number, pick

DESIGNS = ("before_after", "repeated")
CHANGES = ("worse", "within_error", "improved")
BESIDE = ("mean_change", "natural_change", "peak_change_linear", "peak_change")


def within_page(estimates: Estimates, plan: Plan, say: Voice) -> dict[str, Any]:
    """Return what the template needs of a plan within people, but for the small print and what is talked about."""
    main, change = one(estimates, plan.estimand), plan.design == "before_after"
    return {
        "name": say("page", "name"),
        "lead": _lead(estimates, plan, say),
        "glossary": _glossary(plan, say),
        "happened": _changed(estimates, plan, say) if change else _course(estimates, plan, say),
        "came_true": came_true(plan.expected_value, [main] if main else [], say),
        "box": _change_box(estimates, main, plan, say) if change else _course_box(estimates, plan, say),
        "sections": [
            *(_change_sections(estimates, plan, say) if change else _course_sections(estimates, plan, say)),
            sections.followed(estimates, plan, say),
            _unknown(plan, say),
            sections.method(estimates, plan, say),
        ],
    }


def _lead(estimates: Estimates, plan: Plan, say: Voice) -> str:
    counts = ((counted(estimates, "flow", step=step), step) for step in ("eligible", "analysed"))
    told = [
        say("within", step, n=number(e.value, say.language), **named(plan, say)) for e, step in counts if e and e.value
    ]
    return " · ".join(told) or plan.id


def _glossary(plan: Plan, say: Voice) -> list[tuple[str, str]]:
    """Return the words of the page; there are no family profiles on it."""
    term, _, text = say("within", "error").partition(":")
    own = [(term, text.strip())] if plan.design == "before_after" else []
    profile = say("glossary", "profile").partition(":")[0]
    return [pair for pair in top.glossary(plan, say) if pair[0] != profile] + own


# before and after -------------------------------------------------------------------------------------------------


def _changed(estimates: Estimates, plan: Plan, say: Voice) -> list[str]:
    """Say that this is change and not more, who got worse first, the mean, and what changes by itself."""
    out, mean, name = [say("within", "change_only")], one(estimates, "mean_change"), named(plan, say)
    entry = plan.change.entry if plan.change else None
    if entry is not None:
        out.append(say("within", "entered", entry=number(entry, say.language), **name))
    shares = _people(estimates)
    if shares and all(e.value is not None for e in shares.values()):
        told = {key: say.per_hundred(e.value or 0) for key, e in shares.items()}
        out.append(say("within", "people", n=number(shares["worse"].n, say.language), people=name["people"], **told))
    elif "worse" in shares:
        out.append(say("within", "people_not", why=say.short(shares["worse"])))
    if mean is not None:
        key = "mean_not" if mean.value is None else "mean"
        out.append(say("within", key, size=_points(mean, say), margin=margin(mean, say), why=say.why(mean)))
    return [*out, *_by_itself(estimates, say)]


def _people(estimates: Estimates) -> dict[str, Estimate]:
    return {e.by["change"]: e for e in estimates if e.name == "people_changed" and "change" in e.by}


def _points(estimate: Estimate, say: Voice) -> str:
    return say.side(estimate.value) if estimate.value is not None else "–"


def _by_itself(estimates: Estimates, say: Voice) -> list[str]:
    """Say what was to be expected without any help: of others, and from entering at a peak."""
    out: list[str] = []
    for name in BESIDE[1:]:
        found = one(estimates, name)
        if found is not None and found.value is not None:
            out.append(say("within", name, size=_points(found, say), margin=margin(found, say)))
    missing = [found for name in BESIDE[1:] if (found := one(estimates, name)) is not None and found.value is None]
    return out + [say("within", "by_itself_not", what=say.label(e.name), why=say.why(e)) for e in missing]


def _change_box(estimates: Estimates, main: Estimate | None, plan: Plan, say: Voice) -> list[str]:
    """Say who is not known, who got worse, and whether the change goes beyond what changes by itself."""
    out, seen, shares, name = list[str](), one(estimates, "followed_up"), _people(estimates), named(plan, say)
    if seen is not None and seen.value is not None:
        out.append(say("within", "lost", n=say.per_hundred(1 - seen.value), **name))
    if "worse" in shares:
        worse = shares["worse"]
        few = say("within", "worse_not", why=say.short(worse))
        out.append(few if worse.value is None else say("within", "worse", n=say.per_hundred(worse.value), **name))
    if main is None or main.value is None:
        return out
    return [*out, say("within", _beyond(estimates, main)) + " " + say("within", "no_cause")]


def _beyond(estimates: Estimates, main: Estimate) -> str:
    """Return whether the mean lies in a range that is to be expected by itself, in none of them, or nothing is known.

    Others without the help are compared by whether both margins meet.
    """
    beside = [e for name in BESIDE[1:] if (e := one(estimates, name)) is not None and e.low is not None]
    if not beside or main.value is None:
        return "nothing_beside"
    met = any(
        _meet(main if e.name == "natural_change" else replace(main, low=main.value, high=main.value), e) for e in beside
    )
    return "as_by_itself" if met else "not_as_by_itself"


def _meet(one_of: Estimate, other: Estimate) -> bool:
    """Say whether two intervals have a point in common."""
    ends = (one_of.low, one_of.high, other.low, other.high)
    if any(end is None for end in ends):
        return False
    low, high, from_, to = (end or 0.0 for end in ends)
    return low <= to and from_ <= high


def _change_sections(estimates: Estimates, plan: Plan, say: Voice) -> list[Section]:
    shares = _people(estimates)
    head = say("within", "people_head").split("|")
    rows = [[say("within", f"row_{key}"), *_shares(shares[key], say)] for key in CHANGES if key in shares]
    people = Table(caption=say("within", "people_caption"), head=head, rows=rows, numbers=(1, 2, 3))
    beside = [e for name in BESIDE if (e := one(estimates, name)) is not None]
    rows = [[capital(say.label(e.name)), *_signed(e, say), of_how_many(e, say)] for e in beside]
    head = say("within", "beside_head").split("|")
    table = Table(caption=say("within", "beside_caption"), head=head, rows=rows, numbers=(1, 2, 3, 4))
    notes, needed = list[str](), one(estimates, "change_needed")
    if needed is not None and needed.value is not None:
        notes.append(say("within", "needed", n=number(needed.value, say.language, 1)))
    if plan.change is not None:
        notes.append(say("within", "source", source=pick(plan.change.source, say.language)))
    return [
        Section(title=say("within", "people_title"), tables=[people]),
        Section(title=say("within", "beside_title"), words=[say("within", "beside")], tables=[table], notes=notes),
    ]


def _shares(estimate: Estimate, say: Voice) -> list[str]:
    if estimate.value is None:
        return [say.short(estimate), "–", "–"]
    ends = (estimate.low, estimate.high)
    return [say.per_hundred(estimate.value), *("–" if end is None else say.per_hundred(end) for end in ends)]


def _signed(estimate: Estimate, say: Voice) -> list[str]:
    if estimate.value is None:
        return [say.short(estimate), "–", "–"]
    return [say.signed(value) for value in (estimate.value, estimate.low, estimate.high)]


# several moments --------------------------------------------------------------------------------------------------


def _moments(estimates: Estimates) -> Sequence[str]:
    return list(dict.fromkeys(e.by["moment"] for e in estimates if e.name == "wave_mean"))


def _of(estimates: Estimates, name: str, **by: str) -> Estimate | None:
    return next((e for e in estimates if e.name == name and by.items() <= e.by.items()), None)


def _arms(plan: Plan, say: Voice) -> Mapping[str, str]:
    name = named(plan, say)
    return {next(arm for arm in plan.arms if arm != plan.reference): name["arm"], plan.reference: name["reference"]}


def _course(estimates: Estimates, plan: Plan, say: Voice) -> list[str]:
    """Say of each later moment how much more one arm changed than the other, and whether the courses differ at all."""
    out: list[str] = []
    for moment in _moments(estimates)[1:]:
        found = _of(estimates, "course_difference", moment=moment)
        if found is None or found.value is None:
            continue
        told = {"moment": moment, "size": _points(found, say), "margin": margin(found, say)}
        out.append(say("within", "course_share" if say.share else "course", **told, **named(plan, say)))
    return [*out, _tested(estimates, say)]


def _tested(estimates: Estimates, say: Voice) -> str:
    test = one(estimates, "course_p")
    if test is None or test.value is None:
        return say("within", "course_not", why=say.why(test) if test else "–")
    return say("within", "course_shown" if test.value < 0.05 else "course_not_shown")


def _course_box(estimates: Estimates, plan: Plan, say: Voice) -> list[str]:
    """Say at which moment most people are not known, then whether the courses differ and what that rests on."""
    known = [e for e in estimates if e.name == "wave_known" and e.value is not None]
    if not known:
        return []
    least = min(known, key=lambda e: e.value or 0)
    arm = _arms(plan, say).get(least.by["arm"], least.by["arm"])
    told = {"n": say.per_hundred(1 - (least.value or 0)), "moment": least.by["moment"]}
    lost = say("within", "waves_lost", **{**named(plan, say), **told, "arm": arm})
    return [lost, _tested(estimates, say) + " " + say("within", "course_rests")]


def _course_sections(estimates: Estimates, plan: Plan, say: Voice) -> list[Section]:
    arms, rows, lost = _arms(plan, say), list[list[str]](), list[list[str]]()
    for moment in _moments(estimates):
        apart = _of(estimates, "course_difference", moment=moment)
        means = [_cell(_of(estimates, "wave_mean", moment=moment, arm=arm), say) for arm in arms]
        rows.append([moment, *means, *(_signed(apart, say) if apart else [say("within", "start"), "–", "–"])])
        known = [_of(estimates, "wave_known", moment=moment, arm=arm) for arm in arms]
        lost += [[moment, *(_lost(e, say) for e in known)]] if any(known) else []
    kind = "course_caption" if say.share else "course_caption_mean"
    head = say("within", "course_head", **named(plan, say)).split("|")
    course = Table(caption=say("within", kind, **named(plan, say)), head=head, rows=rows, numbers=(1, 2, 3, 4, 5))
    head = [say("within", "moment"), *arms.values()]
    missed = Table(caption=say("within", "lost_caption"), head=head, rows=lost, numbers=(1, 2))
    return [Section(title=say("within", "course_title"), tables=[missed, course], notes=[say("within", "course_note")])]


def _cell(found: Estimate | None, say: Voice) -> str:
    if found is None:
        return "–"
    return say.short(found) if found.value is None else say.size(found.value)


def _lost(found: Estimate | None, say: Voice) -> str:
    if found is None:
        return "–"
    return say.short(found) if found.value is None else say.per_hundred(1 - found.value)


def _unknown(plan: Plan, say: Voice) -> Section:
    points = [say("unknown", plan.design, **named(plan, say)), say("within", "not_seen"), say("unknown", "group")]
    return Section(title=say("page", "unknown"), points=points)
