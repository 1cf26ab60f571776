"""What the parts of a page are made of: tables and sections, how a difference is said, which arm is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from risico.disclosure import n_left_out
from risico.estimate import Estimate, Estimates
from risico.pages.wording import Voice
from risico.plan import ExpectedValue, Outcome, Plan
from risico.words import number, pick

ALL = "all"  # the profile of an estimate for everybody together


@dataclass(kw_only=True)
class Table:
    """A table of text; `numbers` are the columns set to the right, `bars` the share (or None: unknown) of each row
    beside such a column, `subs` the rows that are parts of the row above them.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    numbers: tuple[int, ...] = ()
    bars: dict[int, list[float | None]] = field(default_factory=dict[int, list[float | None]])
    subs: set[int] = field(default_factory=set[int])


@dataclass(kw_only=True)
class Section:
    """One part of the page: sentences, points, tables, and what is folded away below the words `fold`, if any.

    `warning` is repeated at the top of what is folded away: a fold can be copied without the page. `write` are lines to
    write on, each with its labels; with `paired` two tables stand beside each other on paper.
    """

    title: str
    words: list[str] = field(default_factory=list[str])
    points: list[str] = field(default_factory=list[str])
    tables: list[Table] = field(default_factory=list[Table])
    fold: str = ""
    warning: str = ""
    picture: Any = None
    more: list[Table] = field(default_factory=list[Table])
    notes: list[str] = field(default_factory=list[str])
    paired: bool = False
    write: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])


def one(estimates: Estimates, name: str, estimand: str = "") -> Estimate | None:
    """Return the estimate of this name for everybody together, of this estimand if one is given; None without it."""
    found = (e for e in estimates if e.name == name and e.by.get("profile", ALL) == ALL and e.at is None)
    return next((e for e in found if not estimand or e.by.get("estimand", estimand) == estimand), None)


def counted(estimates: Estimates, name: str, **by: str) -> Estimate | None:
    """Return the estimate with exactly this name and `by`."""
    return next((e for e in estimates if e.name == name and dict(e.by) == by), None)


def per_profile(estimates: Estimates, estimand: str) -> Estimates:
    """Return one difference per profile: drawn toward the common one, or why there is none; no other is shown.

    The largest of several uncertain numbers is too large by chance; drawing them together undoes that.
    """
    mine = [e for e in estimates if e.by.get("estimand") == estimand and e.by.get("profile", ALL) != ALL]
    pooled = {e.by["profile"]: e for e in mine if e.name == "profile_effect_pooled"}
    alone = {e.by["profile"]: e for e in mine if e.name == "profile_effect"}
    shown = (e if name not in pooled or e.value is None else replace(pooled[name], n=e.n) for name, e in alone.items())
    return Estimates(shown)


def is_share(outcome: Outcome) -> bool:
    """Say whether the outcome is yes or no, so that it is counted per hundred."""
    return outcome.yes is not None or outcome.event is not None


def better_when_lower(outcome: Outcome) -> bool:
    """Say whether less of the outcome is better. A yes that the best level fits is good news.

    Without `yes` the cohort takes the outcome as it is, and levels as numbers that rise from good to bad.
    """
    if outcome.yes is None:
        return outcome.worse != "low"
    if outcome.levels:
        return not outcome.yes.holds(outcome.levels[0])
    high_is_yes = outcome.yes.at_least is not None or (outcome.yes.below is None and not outcome.yes.holds(0))
    return high_is_yes == (outcome.worse == "high")


def cannot_tell(estimate: Estimate | None) -> bool:
    """Say whether this difference could go either way, or is not there at all."""
    return estimate is None or estimate.low is None or estimate.high is None or estimate.low <= 0 <= estimate.high


def named(plan: Plan, say: Voice) -> dict[str, str]:
    """Return in words: both arms and who is in them, whom the estimand is about, the outcome, and who was seen."""
    arm, reference = say.label(treated(plan)), say.label(plan.reference)
    group = {"randomized": "itt", "time_to_event": "group"}.get(plan.design, "att")
    seen = "event" if plan.outcome.event is not None else "form"
    return {
        "arm": arm,
        "reference": reference,
        "who": say("who", group, arm=arm),
        "whose": say("who", group, arm=reference),
        "about": say("who", plan.estimand, arm=arm),
        "yes": pick(plan.outcome.words, say.language),
        "outcome": capital(pick(plan.outcome.words, say.language)),
        "people": say("happened", "persons" if plan.unit == "person" else "people"),
        "seen": say("seen", seen),
        "unseen": say("unseen", seen),
    }


def treated(plan: Plan) -> str:
    """Return the arm that is compared with the reference."""
    return next(name for name in plan.arms if name != plan.reference)


def difference(main: Estimate | None, name: Mapping[str, str], say: Voice) -> str:
    """Say the difference for everybody together in one sentence, with its margin."""
    if main is None or main.value is None:
        return say("happened", "none", why=say.why(main) if main else "–")
    kind = ("fewer", "more") if say.share else ("lower", "higher")
    size = say.size(main.value)
    said = say("happened", "same" if not size.strip("0,.") else kind[main.value > 0], size=size, **name)
    return said + (say("happened", "margin", margin=margin(main, say)) if main.low is not None else ".")


def margin(main: Estimate, say: Voice) -> str:
    """Say from where to where the interval runs; the unit once when both ends lie on the same side."""
    if main.low is None or main.high is None:
        return "–"
    if main.low * main.high > 0 and say.size(main.low).strip("0,."):
        near, far = sorted((main.low, main.high), key=abs)
        return say("happened", "range", low=say.size(near), high=say.side(far))
    return say("happened", "range", low=say.side(main.low), high=say.side(main.high))


def raw(estimates: Estimates, say: Voice) -> list[str]:
    """Say what the difference was before any adjustment, where something was adjusted."""
    found = one(estimates, "unadjusted")
    return (
        [say("happened", "unadjusted", difference=say.side(found.value))] if found and found.value is not None else []
    )


def verdict(main: Estimate | None, design: str, say: Voice, name: Mapping[str, str], *, lower_is_better: bool) -> str:
    """Say what that means: better, worse or not to be told, in the words that the design allows."""
    if main is None or main.value is None:
        return ""
    if cannot_tell(main):
        return say("happened", "unsure")
    good = (main.value < 0) == lower_is_better
    return " ".join(
        filter(None, (say("happened", "better" if good else "worse", **name), say("beyond_chance", design)))
    )


def came_true(expected: ExpectedValue | None, found: list[Estimate], say: Voice, *, plain: bool = False) -> str:
    """Say whether a number that was expected came true for all that were found; nothing when none was expected.

    `plain` writes numbers as they are (a reliability), otherwise they are differences.
    """
    if expected is None or not found:
        return ""
    answers = [expected.came_true(e.value, e.low, e.high) for e in found]
    key = "no" if False in answers else "unsure" if None in answers else "yes"

    def write(value: float) -> str:
        return number(value, say.language) if plain else say.side(value)

    low, high = (round(end, 9) for end in expected.range)
    if expected.between:
        claim = say("came_true", "between", low=write(low), high=write(high))
    else:
        end = low if expected.at_least is not None else high
        least = (expected.at_least is not None) == (plain or end >= 0)
        claim = say("came_true", "least" if least else "most", value=write(end))
    told = "; ".join(_found(e, say, plain=plain) for e in found)
    unit = say("came_true", "unit") if say.share and not plain else ""
    return say("came_true", key, claim=claim, found=told, unit=unit)


def _found(e: Estimate, say: Voice, *, plain: bool) -> str:
    if e.value is None:
        return say.why(e)
    label = " · ".join(say.label(v) for k, v in e.by.items() if k == "score")
    value = number(e.value, say.language) if plain else say.side(e.value)
    if plain and e.low is not None and e.high is not None:
        ends = say("happened", "range", low=number(e.low, say.language), high=number(e.high, say.language))
    else:
        ends = margin(e, say)
    return (f"{label} " if label else "") + say("came_true", "found", value=value, margin=ends)


def capital(text: str) -> str:
    """Begin a sentence with what may be written small."""
    return text[:1].upper() + text[1:]


def unique(texts: Iterable[str]) -> list[str]:
    """Return each text once, in order, without the empty ones."""
    return list(dict.fromkeys(text for text in texts if text))


def for_researchers(estimates: Estimates, leading: Iterable[Estimate], say: Voice) -> list[Table]:
    """Return what is folded away: methods as the estimates say them (English), each source once, and every number."""
    sources = unique(part.strip().removeprefix("interval ") for e in estimates for part in e.source.split(";"))
    rows = [
        [say("method", "methods"), "; ".join(unique(e.method for e in leading))],
        [say("method", "sources"), "; ".join(sorted(sources))],
    ]
    head = [say("method", "head"), say("method", "what")]
    return [Table(caption=say("method", "english"), head=head, rows=rows), everything(estimates, say)]


def of_how_many(estimate: Estimate, say: Voice) -> str:
    """Return of how many a number is; where that is not told, why."""
    return say("withheld", "n") if n_left_out(estimate) else number(estimate.n, say.language)


def everything(estimates: Estimates, say: Voice) -> Table:
    """Return every number of the run as it was released."""
    rows: list[list[str]] = []
    for estimate in estimates:
        parts = (
            f"{say.label(key)} {text}" if key == "without" else say.label(text) for key, text in estimate.by.items()
        )
        what = " · ".join((say.label(estimate.name), *parts))
        shown = say.why(estimate) if estimate.value is None else number(estimate.value, say.language, 3)
        ends = [number(end, say.language, 3) for end in (estimate.low, estimate.high)]
        rows.append([what, shown, *ends, of_how_many(estimate, say), estimate.method])
    head = say("method", "all_head").split("|")
    return Table(caption=say("page", "all"), head=head, rows=rows, numbers=(2, 3, 4))
