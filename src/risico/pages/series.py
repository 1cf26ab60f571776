"""The series of kept runs of one plan: each time the question, what was expected, what happened, what was agreed.

No ranking and no trend: every time is about other families, and a plan that changed stands there as another plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from risico.disclosure import Released
from risico.errors import UsageError
from risico.pages.learned import span
from risico.pages.review import SERIES, render, told_of, voice_of
from risico.pages.wording import Voice
from risico.plan.team import LearningPlan
from risico.study import Experiment
from risico.words import Language, pick


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One kept run: its plan, its released estimates, and the day it was kept."""

    plan: Experiment
    estimates: Released
    day: date


@dataclass(frozen=True, kw_only=True)
class Time:
    """What is said of one time; `changed` tells whether the plan is another than the time before, and in what."""

    head: str
    changed: str
    parts: list[tuple[str, list[str]]]


def series(kept: Sequence[Kept], *, language: Language = "nl") -> str:
    """Return the page as HTML, complete in itself, the oldest first. Raises UsageError when nothing was kept."""
    times = list(_times(kept, language))
    say = Voice(language)
    last = kept[-1].plan
    page: dict[str, Any] = {
        "name": say("series", "name"),
        "title": pick(last.title, language),
        "lead": say("series", "lead", n=len(times)),
        "never": _never(kept, say),
        "times": times,
        "sections": [],
    }
    return render(page, language, say("series", "running"), template=SERIES)


def lines(kept: Sequence[Kept], *, language: Language = "nl") -> list[str]:
    """Return the same as text. Raises UsageError when nothing was kept."""
    times = list(_times(kept, language))
    say = Voice(language)
    out = [f"{say('series', 'name')} · {pick(kept[-1].plan.title, language)}", *_never(kept, say)]
    for time in times:
        out += ["", f"{time.head}{' · ' if time.changed else ''}{time.changed}"]
        out += [f"  {term}: {' '.join(texts)}" for term, texts in time.parts]
    return out


def _never(kept: Sequence[Kept], say: Voice) -> list[str]:
    invented = [say("page", "synthetic")] if any(one.plan.data.source == "synthetic" for one in kept) else []
    return [*invented, say("series", "no_trend"), say("never", "workers")]


def _times(kept: Sequence[Kept], language: Language) -> Iterator[Time]:
    if not kept:
        raise UsageError("There is nothing to put in a row: no run of this plan was kept.")
    for place, one in enumerate(kept):
        say = voice_of(one.plan, language)
        told = told_of(one.estimates, one.plan, say)
        parts = [
            (say("page", "question"), [told["question"]]),
            (say("page", "expected"), [pick(one.plan.expected, language)]),
            (say("page", "happened"), told["happened"]),
            (say("page", "came_true"), [told["came_true"] or say("series", "no_number")]),
        ]
        agreed = one.plan.learning.agreements if isinstance(one.plan, LearningPlan) else ()
        if agreed:
            done = sum(a.done for a in agreed)
            parts.append(
                (say("learning", "agreements"), [say("learning", "agreements_done", done=done, n=len(agreed))])
            )
        earlier = kept[place - 1].plan if place else None
        sha = one.plan.locked[:8]
        head = say("series", "head", day=span(one.day, say), version=one.plan.version, sha=sha)
        yield Time(head=head, changed=_changed(earlier, one.plan, say), parts=parts)


def _changed(earlier: Experiment | None, plan: Experiment, say: Voice) -> str:
    """Say whether this is another plan than the time before, and whether it asks or expects something else."""
    if earlier is None:
        return ""
    if earlier.locked == plan.locked:
        return say("series", "same")
    other = [key for key in ("question", "expected", "expected_value") if getattr(earlier, key) != getattr(plan, key)]
    what = "question" if "question" in other else "expected" if other else "rest"
    return say("series", f"other_{what}")
