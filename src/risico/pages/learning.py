"""The learning review of a team that compares nothing: its question, what was meant, how people are, what was said.

It reads `aim`, `flow`, `change`, `outcome`, `departed` and `departures` by name (see `risico.cohort.learning`). What is
too small to show keeps its place in words; where nothing of a table may be seen, a sentence stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from risico.disclosure import cases
from risico.estimate import Estimate, Estimates
from risico.pages.learned import (
    Seen,
    agreements,
    aim_of,
    how_it_went,
    meant,
    now,
    otherwise,
    quotes,
    seen_of,
    span,
    taking_part,
    whys,
)
from risico.pages.parts import Section, Table, capital, for_researchers
from risico.pages.wording import Voice, words
from risico.plan import ExpectedValue
from risico.plan.learning import Aim
from risico.plan.team import LearningPlan
from risico.words import number, pick


def learning_page(estimates: Estimates, plan: LearningPlan, say: Voice) -> dict[str, Any]:
    """Return what the template needs, but for the small print."""
    seen = [seen_of(estimates, outcome) for outcome in plan.learning.measured]
    asked = plan.learning.asked
    question = {"question": pick(plan.question, say.language), "who": pick(asked.who, say.language)}
    happened, came_true = _answer(estimates, plan, say)
    return {
        "name": say("page", "name"),
        "lead": _lead(estimates, plan, say),
        "first": True,
        "question": say("learning", "asked", **question, when=span(asked.when, say)),
        "glossary": _glossary(plan, say),
        "happened": happened,
        "came_true": came_true,
        "box": _box(seen, say),
        "sections": [
            meant(estimates, plan, say),
            how_it_went(seen, plan, say),
            *otherwise(estimates, plan, say),
            *quotes(plan, say),
            _unknown(estimates, seen, say),
            *agreements(plan, say),
            now(say),
            _method(estimates, plan, say),
        ],
    }


def _lead(estimates: Estimates, plan: LearningPlan, say: Voice) -> str:
    whole = taking_part(estimates)
    if whole is None:
        return say("learning", "lead_few")
    n = number(whole, say.language)
    if plan.time_zero.between is None:
        return say("learning", "lead_all", n=n)
    first, last = (span(day, say) for day in plan.time_zero.between)
    return say("learning", "lead", n=n, first=first, last=last)


def _answer(estimates: Estimates, plan: LearningPlan, say: Voice) -> tuple[list[str], str]:
    """Return what happened, said of the number that answers the question, and whether it was what was expected."""
    asked = plan.expected_value.estimand
    aim = next((aim for aim in plan.learning.aims if aim.id == asked), None)
    if aim is not None:
        done, reasons = aim_of(estimates, aim)
        told = [_done(done, aim, say)]
        if reasons:
            told.append(say("learning", "why_not", reasons=whys(reasons, say)))
        return told, _came_true(plan.expected_value, done, say, counted_all=True)
    seen = next(seen_of(estimates, outcome) for outcome in plan.learning.measured if outcome.id == asked)
    found = seen.yes()
    return [_came(seen, found, say)], _came_true(plan.expected_value, found, say, counted_all=False)


def _done(done: Estimate | None, aim: Aim, say: Voice) -> str:
    words_of = capital(pick(aim.words, say.language))
    if done is None or done.value is None:
        return say("learning", "done_not", aim=words_of, why=say.short(done) if done else "–")
    low, high = (say.size(end) for end in (done.low, done.high))
    counts = {"n": number(cases(done), say.language), "whole": number(done.n, say.language)}
    return say("learning", "done", aim=words_of, share=say.size(done.value), low=low, high=high, **counts)


def _came(seen: Seen, found: Estimate | None, say: Voice) -> str:
    outcome = capital(pick(seen.outcome.words, say.language))
    if found is None or found.value is None:
        return say("learning", "done_not", aim=outcome, why=say.short(found) if found else "–")
    told = {"outcome": outcome, "people": seen.people(say), "share": say.size(found.value)}
    n = number(found.n, say.language)
    if found.low is None:
        return say("learning", "came_plain", **told, n=n)
    return say("learning", "came", **told, n=n, low=say.size(found.low), high=say.size(found.high))


def _came_true(expected: ExpectedValue, found: Estimate | None, say: Voice, *, counted_all: bool) -> str:
    """Say whether it came true. What was counted of everybody is what it is; for the rest chance counts too."""
    value = found.value if found else None
    ends = (None, None) if counted_all or found is None else (found.low, found.high)
    answer = expected.came_true(value, *ends)
    key = "unsure" if answer is None else "yes" if answer else "no"
    told = say("learning", "hidden").lower() if value is None else say.size(value)
    low, high = (number(100 * end, say.language) if abs(end) < 1e9 else "" for end in expected.range)
    if expected.between:
        claim = say("learning", "between", low=low, high=high)
    else:
        claim = say("learning", "least", n=low) if expected.at_least is not None else say("learning", "most", n=high)
    return say("learning", key, claim=claim, found=told)


def _box(seen: Sequence[Seen], say: Voice) -> list[str]:
    """Say first who is not known, then who is worse off, and that nothing was compared."""
    out: list[str] = []
    for one in (one for one in seen if one.outcome.kind == "veiligheid" and one.outcome.combine == "each"):
        people = one.people(say)
        named = {"kind": say("learning", one.outcome.kind), "outcome": pick(one.outcome.words, say.language)}
        unsafe = one.reasons.get("not_safe")
        told = _unsafe(unsafe, people, say)
        if one.lost is not None and one.whole:
            whole = number(one.whole, say.language)
            n = number(one.lost, say.language)
            out.append(say("learning", "box_lost", **named, n=n, whole=whole, people=people, unsafe=told))
        else:
            out.append(say("learning", "box_lost_few", **named, people=people, unsafe=told))
        worse = one.change.get("worse")
        if worse is not None and worse.value is not None:
            counts = {"n": _n(worse, say), "seen": number(worse.n, say.language)}
            out.append(say("learning", "box_worse", people=people, **counts))
        elif worse is not None:
            out.append(say("learning", "box_worse_few", people=people))
    return [*out, say("learning", "box_plain")]


def _unsafe(found: Estimate | None, people: str, say: Voice) -> str:
    if found is None or found.value == 0:
        return ""
    if found.value is None:
        return say("learning", "box_unsafe_few", people=people)
    return say("learning", "box_unsafe", n=number(found.value, say.language), people=people)


def _n(estimate: Estimate, say: Voice) -> str:
    return say.short(estimate) if estimate.value is None else number(estimate.value, say.language)


def _glossary(plan: LearningPlan, say: Voice) -> list[tuple[str, str]]:
    own = [(say.label(word), pick(text, say.language)) for word, text in plan.glossary.items()]
    told = [o for o in plan.learning.measured if o.meaning is not None]
    own += [(pick(o.words, say.language), pick(o.meaning, say.language)) for o in told]
    term, _, text = say("glossary", "margin").partition(":")
    return [*own, (term, text.strip())]


def _unknown(estimates: Estimates, seen: Sequence[Seen], say: Voice) -> Section:
    points = [say("learning", "unknown_missing"), say("learning", "unknown_why")]
    points.append(say("learning", "unknown_profile", n=number(taking_part(estimates), say.language)))
    if any(one.outcome.event for one in seen):
        points.append(say("learning", "unknown_report"))
    return Section(title=say("page", "unknown"), points=[*points, say("unknown", "done"), say("unknown", "group")])


def _method(estimates: Estimates, plan: LearningPlan, say: Voice) -> Section:
    rows = [[say("method", "design"), words()["designs"][plan.design]["label"][say.language]]]
    for aim in plan.learning.aims:
        detail = f" · {aim.detail}" if aim.detail else ""
        days = dict(zip(("low", "high"), aim.within_days, strict=True))
        rule = say("learning", "rule", event=aim.event, detail=detail, **days)
        rows.append([say("learning", "aim_is", aim=pick(aim.words, say.language)), rule])
    for outcome in plan.learning.measured:
        kind = say("learning", outcome.kind)
        low, high = outcome.window_days or (0, 0)
        meaning = outcome.column or outcome.event
        label = say("learning", "outcome_is", kind=kind, outcome=pick(outcome.words, say.language))
        rows.append([label, say("learning", "window", meaning=meaning, low=low, high=high)])
    rows.append([say("method", "margin"), say("method", "margin_is")])
    rows.append([say("learning", "sample"), say("learning", "sample_is")])
    if plan.learning.cohort_line:
        rows.append([say("method", "sources"), say("learning", "cohort_source")])
    head = [say("method", "head"), say("method", "what")]
    how = Table(caption=say("method", "caption"), head=head, rows=rows)
    fold = say("method", "all_fold", n=len(estimates))
    leading = [e for e in estimates if e.name in ("aim", "outcome")]
    return Section(
        title=say("page", "method"),
        fold=fold,
        warning=say("learning", "warning"),
        more=[how, *for_researchers(estimates, leading, say)],
    )
