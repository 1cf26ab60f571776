"""The lower parts of a learning review: who took part, what is not known, family profiles, method."""

from __future__ import annotations

from collections.abc import Mapping

from risico.disclosure import is_withheld
from risico.estimate import Estimate, Estimates
from risico.pages.parts import (
    ALL,
    Section,
    Table,
    better_when_lower,
    cannot_tell,
    capital,
    counted,
    for_researchers,
    named,
    of_how_many,
    one,
    per_profile,
    treated,
)
from risico.pages.protocol import contra, protocol, together
from risico.pages.wording import Voice, words
from risico.plan import NoCluster, Plan
from risico.plot import Look, plot
from risico.words import number, pick


def followed(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Say how many could take part, how many began with the help in each group, and which offer came to nothing."""
    section = Section(title=say("page", "followed"))
    steps = [e for e in estimates if e.name == "flow" and e.by.get("step") in ("recorded", "left_out", "eligible")]
    told = [f"{' · '.join(say.label(v) for v in e.by.values())}: {_count(e, say)}" for e in steps if "arm" not in e.by]
    if told:
        section.words.append(capital("; ".join(told)) + ".")
    name = named(plan, say)
    if plan.received is not None:
        began = [_began(counted(estimates, "started", arm=arm), say) for arm in (treated(plan), plan.reference)]
        rule = {"days": plan.received.within_days, "contacts": plan.received.min_contacts}
        if began[0]:
            section.words.append(say("flow", "began", one=began[0], two=began[1] or "–", **rule, **name))
    elif (without := one(estimates, "offered_never_started")) is not None and without.value:
        whole = number(without.n, say.language)
        told = name | {"people": say("happened", "people"), "n": _count(without, say), "whole": whole}  # of households
        section.words.append(say("flow", "never", **told))
    section.words += contra(plan, say)
    counts = [e for e in estimates if e.name == "help" and "help" in e.by]
    helps = [(e.by["arm"], e.by["help"], _count(e, say)) for e in counts]
    if helps and all(e.value is None for e in counts):
        section.words.append(say("protocol", "together_hidden"))
    elif helps:
        section.fold, section.more = say("protocol", "together_fold"), [together(helps, say)]
    return section


def _began(started: Estimate | None, say: Voice) -> str:
    if started is None:
        return ""
    if started.value is None or not started.n:
        return say.short(started)
    return say("flow", "of_hundred", n=say.per_hundred(started.value / started.n))


def _count(estimate: Estimate, say: Voice) -> str:
    return say.short(estimate) if estimate.value is None else number(estimate.value, say.language)


def unknown(estimates: Estimates, main: Estimate | None, plan: Plan, say: Voice) -> Section:
    """List what these data cannot say, and what it would take."""
    name = named(plan, say)
    points: list[str] = []
    lost = counted(estimates, "flow", step="not_measured")
    if lost is not None and (lost.value or is_withheld(lost)):
        key = "missing" if lost.value is not None else "missing_hidden"
        points.append(say("unknown", key, n=_count(lost, say), **name))
    if cannot_tell(main):
        points.append(say("unknown", "overall", **name))
    if any(e.name == "change" for e in estimates):
        points += [say("unknown", "worse", **name), say("unknown", "done")]
    if plan.outcome.meaning is None:
        points.append(say("unknown", "meaning", **name))
    if not differ(estimates, plan.estimand):
        needed = _needed(estimates, plan, say)
        points.append(" ".join(filter(None, (say("unknown", "profiles", **name), needed))))
    points += [say("unknown", plan.design, **name), say("unknown", "one", **name)]
    return Section(title=say("page", "unknown"), points=points)


def differ(estimates: Estimates, estimand: str) -> bool:
    """Say whether a difference between the profiles was shown, by the test that looks at all of them at once."""
    test = one(estimates, "heterogeneity_p", estimand)
    return test is not None and test.value is not None and test.value < 0.05


def _needed(estimates: Estimates, plan: Plan, say: Voice) -> str:
    more = one(estimates, "more_families", plan.estimand)
    if more is None or not more.value or more.n is None:
        return ""
    total = int(more.value) + more.n
    step = 10 ** max(len(str(total)) - 2, 0)
    rounded = step * -(-total // step)
    counts = {"n": number(rounded, say.language), "now": number(more.n, say.language)}
    return say("unknown", "needed", **counts, **named(plan, say))


def profiles(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Show the difference by profile: both lines always, folded when nothing can be said."""
    name = named(plan, say)
    section = Section(title=say("page", "effects"))
    rows = per_profile(estimates, plan.estimand)
    test = one(estimates, "heterogeneity_p", plan.estimand)
    shown = differ(estimates, plan.estimand)
    if test is None or test.value is None:
        section.words.append(say("profiles", "not_computed", why=capital(say.why(test)) + "." if test else ""))
    else:
        section.words.append(say("profiles", "shown" if shown else "not_shown"))
    if not rows:
        return section
    section.fold = "" if shown else say("page", "fold")
    section.warning = "" if shown else say("profiles", "warning")
    title = say("profiles", "title", **name)
    equal = one(estimates, "line_equal", plan.estimand)
    look = _look(title, name, say, lower_is_better=better_when_lower(plan.outcome))
    section.picture = plot(rows, equal=equal, look=look)
    head = say("profiles", "head", **name).split("|")
    joined = Estimates([*rows, *([equal] if equal else [])])
    body = [[_profile(e, say), *_numbers(e, say), of_how_many(e, say)] for e in joined]
    section.more.append(Table(caption=title, head=head, rows=body, numbers=(1, 2, 3, 4)))
    section.notes.append(say("profiles", "note"))
    return section


def _look(title: str, name: Mapping[str, str], say: Voice, *, lower_is_better: bool) -> Look:
    sides = ("better", "worse") if lower_is_better else ("worse", "better")
    return Look(
        language=say.language,
        title=title,
        axis=say("profiles", "axis_share" if say.share else "axis_mean", **name),
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


def method(estimates: Estimates, plan: Plan, say: Voice) -> Section:
    """Say in plain words how it was computed; methods, sources and the table of everything are folded away."""
    name = named(plan, say)
    low, high = plan.outcome.window_days or (0, 0)
    known = ", ".join(say.label(measure.id) for measure in plan.covariates)
    corrected = {"itt": "not_corrected", "cace": "not_corrected", "risk_difference": "as_they_were"}.get(
        plan.estimand, "corrected"
    )
    parts = [
        ("design", words()["designs"][plan.design]["label"][say.language]),
        ("estimand", say("method", plan.estimand)),
        ("outcome", say("method", "window", outcome=name["outcome"], low=low, high=high)),
        ("known", say("method", corrected, known=known) if corrected == "not_corrected" or known else ""),
        ("cluster", _cluster(plan, say)),
        ("margin", say("method", "margin_is")),
    ]
    rows = [[say("method", key), text] for key, text in parts if text]
    head = [say("method", "head"), say("method", "what")]
    how = Table(caption=say("method", "caption"), head=head, rows=rows)
    return Section(
        title=say("page", "method"),
        tables=[how],
        fold=say("method", "all_fold", n=len(estimates)),
        warning=say("method", "warning", **name),
        more=[protocol(plan, say), *for_researchers(estimates, _leading(estimates, plan.estimand), say)],
    )


def _leading(estimates: Estimates, estimand: str) -> list[Estimate]:
    """Return the estimates that the sentences of the page rest on."""
    found = [one(estimates, estimand), *(one(estimates, e, estimand) for e in ("heterogeneity_p", "line_equal"))]
    return [e for e in (*found, *per_profile(estimates, estimand)[:1]) if e is not None]


def _cluster(plan: Plan, say: Voice) -> str:
    if isinstance(plan.cluster, NoCluster):
        return pick(plan.cluster.because, say.language)
    return say.label(plan.cluster)
