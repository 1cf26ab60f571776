"""The parts of a learning review, each a function from Estimates and a plan to sentences and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from risico.disclosure import is_withheld
from risico.estimate import Estimate, Estimates
from risico.pages.wording import Voice, words
from risico.plan import Outcome, Plan
from risico.plot import Look, plot
from risico.words import number

MANY_MISSING = 0.2
ALL = "all"  # the profile of an estimate for everybody together
CHANGES = ("worse", "same", "better")  # the order on the page


@dataclass(kw_only=True)
class Table:
    """A table of text; `numbers` are the columns set to the right, `bars` one share (or None: unknown) per row."""

    caption: str
    head: list[str]
    rows: list[list[str]]
    numbers: tuple[int, ...] = ()
    bars: list[float | None] = field(default_factory=list[float | None])


@dataclass(kw_only=True)
class Section:
    """One part of the page: sentences, points, tables, and what is folded away below the words `fold`, if any."""

    title: str
    words: list[str] = field(default_factory=list[str])
    points: list[str] = field(default_factory=list[str])
    tables: list[Table] = field(default_factory=list[Table])
    fold: str = ""
    picture: Any = None
    more: list[Table] = field(default_factory=list[Table])
    notes: list[str] = field(default_factory=list[str])


def one(estimates: Estimates, name: str, estimand: str = "") -> Estimate | None:
    """Return the estimate of this name for everybody together, of this estimand if one is given; None without it."""
    found = (e for e in estimates if e.name == name and e.by.get("profile", ALL) == ALL and e.at is None)
    return next((e for e in found if not estimand or e.by.get("estimand", estimand) == estimand), None)


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
    """Return the arm that is compared, the reference, the outcome and who it is about, in words."""
    arm = next(name for name in plan.arms if name != plan.reference)
    return {
        "arm": say.label(arm),
        "reference": say.label(plan.reference),
        "outcome": capital(plan.outcome.words.model_dump()[say.language]),
        "people": say("happened", "persons" if plan.unit == "person" else "people"),
    }


def difference(main: Estimate | None, name: Mapping[str, str], say: Voice) -> str:
    """Say the difference for everybody together in one sentence, with what it could be."""
    if main is None or main.value is None:
        return say("happened", "none", why=say.why(main) if main else "–")
    kind = ("fewer", "more") if say.share else ("lower", "higher")
    size = say.size(main.value)
    said = say("happened", "same" if size == "0" else kind[main.value > 0], size=size, **name)
    if main.low is None or main.high is None:
        return said + "."
    return said + say("happened", "between", low=say.side(main.low), high=say.side(main.high))


def missing(estimates: Estimates, say: Voice) -> str:
    """Warn when more than a fifth has no outcome: who is lost may be doing worse (the usual limit of ROBINS-I)."""
    lost = next((e for e in estimates if e.name == "flow" and dict(e.by) == {"step": "not_measured"}), None)
    share = _part(lost, lost.n) if lost is not None else None
    return say("happened", "many_missing", n=round(100 * share)) if share is not None and share > MANY_MISSING else ""


def raw(estimates: Estimates, say: Voice) -> list[str]:
    """Say what the difference was before any adjustment, where something was adjusted."""
    found = one(estimates, "unadjusted")
    return (
        [say("happened", "unadjusted", difference=say.side(found.value))] if found and found.value is not None else []
    )


def verdict(main: Estimate | None, design: str, say: Voice, *, lower_is_better: bool) -> str:
    """Say what that means: better, worse or not to be told, in the words that the design allows."""
    if main is None or main.value is None:
        return ""
    if cannot_tell(main):
        return say("happened", "unsure")
    good = (main.value < 0) == lower_is_better
    return " ".join(filter(None, (say("happened", "better" if good else "worse"), say("beyond_chance", design))))


def capital(text: str) -> str:
    """Begin a sentence with what may be written small."""
    return text[:1].upper() + text[1:]


def followed(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Say how many could take part, how many of them are counted, and whether the help that was meant was had."""
    section = Section(title=say("page", "followed"))
    steps = [e for e in estimates if e.name == "flow"]
    if steps:
        rows = [[" · ".join(say.label(v) for v in e.by.values()), _count(e, say)] for e in steps]
        head = [say("flow", "head"), say("flow", "number")]
        section.tables.append(Table(caption=say("flow", "caption"), head=head, rows=rows, numbers=(1,)))
    never, first = one(estimates, "offered_never_started"), one(estimates, "first_stage")
    if never is not None and never.value:
        section.words.append(say("flow", "never", n=_count(never, say)))
    if first is not None and first.value is not None:
        section.words.append(say("flow", "received", n=round(100 * first.value), **named(plan, say)))
    return section


def _count(estimate: Estimate, say: Voice) -> str:
    return say.why(estimate) if estimate.value is None else number(estimate.value, say.language)


def people(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Say how people are doing: the change since the start, worst first, and the outcome of each group."""
    section = Section(title=say("page", "people"))
    changes = sorted((e for e in estimates if e.name == "change"), key=lambda e: CHANGES.index(e.by["change"]))
    whole = next((e.n for e in changes if e.n), None)
    if changes:
        rows = [[say.label(e.by["change"]), _count(e, say), say.size(_part(e, whole))] for e in changes]
        head = [say("people", key) for key in ("head", "number", "share")]
        caption = say("people", "changed", n=number(whole, say.language))
        bars = [_part(e, whole) for e in changes]
        section.tables.append(Table(caption=caption, head=head, rows=rows, numbers=(1, 2), bars=bars))
    arms = [e for e in estimates if e.name == "outcome" and set(e.by) == {"arm"}]
    if arms:
        outcome = named(plan, say)["outcome"]
        head = [say("people", k) for k in ("arm", "share" if say.share else "mean", "range", "used")]
        rows = [[say.label(e.by["arm"]), _value(e, say), _range(e, say), number(e.n, say.language)] for e in arms]
        bars = [e.value for e in arms] if say.share else []
        caption = say("people", "arms", outcome=outcome)
        section.tables.append(Table(caption=caption, head=head, rows=rows, numbers=(1, 2, 3), bars=bars))
        section.notes.append(say("people", "arms_note"))
    if any(table.bars for table in section.tables):
        section.notes.append(say("people", "bars"))
    return section


def _part(estimate: Estimate, whole: int | None) -> float | None:
    return None if estimate.value is None or not whole else estimate.value / whole


def _value(estimate: Estimate, say: Voice) -> str:
    return say.why(estimate) if estimate.value is None else say.size(estimate.value)


def _range(estimate: Estimate, say: Voice) -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{say.size(estimate.low)} – {say.size(estimate.high)}"


def unknown(estimates: Estimates, main: Estimate | None, plan: Plan, say: Voice) -> Section:
    """List what these data cannot say, and what it would take."""
    name = named(plan, say)
    points: list[str] = []
    lost = next((e for e in estimates if e.name == "flow" and e.by.get("step") == "not_measured"), None)
    if lost is not None and (lost.value or is_withheld(lost)):
        points.append(say("unknown", "missing", n=_count(lost, say)))
    if cannot_tell(main):
        points.append(say("unknown", "overall", **name))
    if not differ(estimates, plan.estimand):
        points.append(" ".join(filter(None, (say("unknown", "profiles"), _needed(estimates, plan.estimand, say)))))
    points += [say("unknown", plan.design), say("unknown", "one")]
    return Section(title=say("page", "unknown"), points=points)


def differ(estimates: Estimates, estimand: str) -> bool:
    """Say whether a difference between the profiles was shown, by the test that looks at all of them at once."""
    test = one(estimates, "heterogeneity_p", estimand)
    return test is not None and test.value is not None and test.value < 0.05


def _needed(estimates: Estimates, estimand: str, say: Voice) -> str:
    more = one(estimates, "more_families", estimand)
    if more is None or not more.value:
        return ""
    step = 10 ** max(len(str(int(more.value))) - 2, 0)
    return say("unknown", "needed", n=number(step * -(-int(more.value) // step), say.language))


def profiles(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Show the difference by profile: the test first, both lines always, folded when nothing can be said."""
    section = Section(title=say("page", "effects"))
    rows = per_profile(estimates, plan.estimand)
    test = one(estimates, "heterogeneity_p", plan.estimand)
    shown = differ(estimates, plan.estimand)
    if test is None or test.value is None:
        section.words.append(say("profiles", "not_computed", why=say.why(test) + "." if test else ""))
    else:
        section.words.append(say("profiles", "shown" if shown else "not_shown", p=_p(test.value, say)))
    if not rows:
        return section
    section.fold = "" if shown else say("page", "fold")
    name = named(plan, say)
    title = say("profiles", "title", **name)
    equal = one(estimates, "line_equal", plan.estimand)
    look = _look(title, name, say, lower_is_better=better_when_lower(plan.outcome))
    section.picture = plot(rows, equal=equal, look=look)
    head = say("profiles", "head").split("|")
    joined = Estimates([*rows, *([equal] if equal else [])])
    body = [[_profile(e, say), *_numbers(e, say), number(e.n, say.language)] for e in joined]
    section.more.append(Table(caption=title, head=head, rows=body, numbers=(1, 2, 3, 4)))
    section.notes.append(say("profiles", "note"))
    return section


def _look(title: str, name: Mapping[str, str], say: Voice, *, lower_is_better: bool) -> Look:
    sides = ("better", "worse") if lower_is_better else ("worse", "better")
    return Look(
        language=say.language,
        title=title,
        axis=say("profiles", "axis_share" if say.share else "axis_mean"),
        sides=(say("profiles", sides[0], **name), say("profiles", sides[1], **name)),
        percent=say.share,
        key="profiles",
        label=lambda e: _profile(e, say),
    )


def _profile(estimate: Estimate, say: Voice) -> str:
    name = estimate.by.get("profile", ALL)
    return say("profiles", "everybody") if name == ALL else say.label(name)


def _numbers(estimate: Estimate, say: Voice) -> list[str]:
    if estimate.value is None:
        return [say.why(estimate), "–", "–"]
    return [say.signed(value) for value in (estimate.value, estimate.low, estimate.high)]


def _p(p: float, say: Voice) -> str:
    text = f"= {p:.2f}" if p >= 0.01 else "< 0.01"
    return text.replace(".", ",") if say.language == "nl" else text


def method(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Say how it was computed, from what, and after whom; the table of everything is folded away."""
    name = named(plan, say)
    low, high = plan.outcome.window_days or (0, 0)
    parts = [
        ("design", words()["designs"][plan.design]["label"][say.language]),
        ("estimand", say("method", plan.estimand)),
        ("outcome", name["outcome"]),
        ("compared", say("method", "versus", **name)),
        ("window", say("method", "days", low=low, high=high)),
        ("cluster", _cluster(plan, say)),
        ("methods", "; ".join(unique(e.method for e in _leading(estimates, plan.estimand)))),
        ("sources", "; ".join(unique(e.source for e in estimates))),
    ]
    rows = [[say("method", key), text] for key, text in parts if text]
    head = [say("method", "head"), say("method", "what")]
    how = Table(caption=say("method", "caption"), head=head, rows=rows)
    fold = say("method", "all_fold", n=len(estimates))
    return Section(title=say("page", "method"), tables=[how], fold=fold, more=[everything(estimates, say)])


def _leading(estimates: Estimates, estimand: str) -> list[Estimate]:
    """Return the estimates that the sentences of the page rest on."""
    found = [one(estimates, estimand), *(one(estimates, e, estimand) for e in ("heterogeneity_p", "line_equal"))]
    return [e for e in (*found, *per_profile(estimates, estimand)[:1]) if e is not None]


def _cluster(plan: Plan, say: Voice) -> str:
    return say.label(plan.cluster) if isinstance(plan.cluster, str) else plan.cluster.because.model_dump()[say.language]


def unique(texts: Iterable[str]) -> list[str]:
    """Return each text once, in order, without the empty ones."""
    return list(dict.fromkeys(text for text in texts if text))


def everything(estimates: Estimates, say: Voice) -> Table:
    """Return every number of the run as it was released."""
    rows: list[list[str]] = []
    for estimate in estimates:
        what = " · ".join(say.label(text) for text in (estimate.name, *estimate.by.values()))
        shown = say.why(estimate) if estimate.value is None else number(estimate.value, say.language, 3)
        ends = [number(end, say.language, 3) for end in (estimate.low, estimate.high)]
        rows.append([what, shown, *ends, number(estimate.n, say.language), estimate.method])
    head = say("method", "all_head").split("|")
    return Table(caption=say("page", "all"), head=head, rows=rows, numbers=(2, 3, 4))
