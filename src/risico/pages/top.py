"""What a reader sees first: what it may not be used for, what happened, and what follows; the unknown and bad before
the good, because the first sentence is the one that gets quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from risico.disclosure import is_withheld
from risico.estimate import Estimate, Estimates
from risico.pages.groups import Group, extremes, groups, sides, together
from risico.pages.parts import better_when_lower, cannot_tell, capital, counted, difference, margin, named, raw, verdict
from risico.pages.wording import Voice
from risico.plan import Plan
from risico.study import Experiment, Study
from risico.words import number, pick


def lead(estimates: Estimates, plan: Plan, say: Voice) -> str:
    """Say in the line above the title how many took part, how many were seen and how many are not known."""
    parts = ((counted(estimates, "flow", step=step), step) for step in ("eligible", "analysed", "not_measured"))
    told = [
        say("lead", step, n=number(e.value, say.language), **named(plan, say)) for e, step in parts if e and e.value
    ]
    return " · ".join(told) or plan.id


def never(plan: Experiment, facts: Mapping[str, str], say: Voice) -> list[str]:
    """Return what the page may not be used for, and what a reader must know before any number."""
    people = say("never", "person" if isinstance(plan, Study) or getattr(plan, "unit", "") == "person" else "household")
    points = [say("page", "synthetic")] if plan.data.source == "synthetic" else []
    points += [say("page", "public")] if plan.data.public else []
    points.append(say("never", "one" if isinstance(plan, Study) else "profile", one=people))
    points += [] if isinstance(plan, Study) else [say("never", "workers"), say("never", "seek")]
    points += [] if plan.data.public else [say("never", plan.audience)]
    return points + [say("never", key, n=facts[key]) for key in ("repeat", "earlier") if key in facts]


def happened(estimates: Estimates, main: Estimate | None, plan: Plan, say: Voice) -> list[str]:
    """Say what happened: in each group out of everybody, then the difference among those who were seen."""
    name = named(plan, say)
    both = groups(estimates, plan)
    out = [*_of_everybody(both, plan, say)] if say.share else []
    close, why = closely(estimates, main, plan, say), ""
    if (shares := _shares(both)) and say.share:
        told = {"treated": close.size(shares[0]), "control": close.size(shares[1])}
        seen = [number(group.outcome.n if group.outcome else None, say.language) for group in both]
        hidden = any(group.outcome is None or group.outcome.n is None for group in both)
        key = "two_shares_hidden" if hidden else "two_shares"
        out.append(say("happened", key, **name, **told, n_treated=seen[0], n_control=seen[1]))
        why = _why_not_equal(shares, main, plan, close)
    out.append(" ".join(filter(None, (difference(main, name, close), why))))
    return [*out, *raw(estimates, say)]


def closely(estimates: Estimates, main: Estimate | None, plan: Plan, say: Voice) -> Voice:
    """Return the voice with one decimal more, where whole numbers would not add up before the reader's eyes."""
    shares = _shares(groups(estimates, plan))
    if not say.share or shares is None or main is None or main.value is None or _adds_up(shares, main.value, 0):
        return say
    if _whole(*shares, main.value):
        return say  # rounded for who reads it: a decimal would be a nought
    return replace(say, decimals=1)


def _shares(both: tuple[Group, Group]) -> tuple[float, float] | None:
    one, two = (group.outcome.value if group.outcome else None for group in both)
    return None if one is None or two is None else (one, two)


def _adds_up(shares: tuple[float, float], main: float, decimals: int) -> bool:
    one, two, both = (round(100 * share, decimals) for share in (*shares, main))
    return abs(one - two - both) < 1e-9


def _whole(*shares: float) -> bool:
    """Say whether shares are whole percentages: then they were rounded, each by half of one at most."""
    return all(abs(100 * share - round(100 * share)) < 1e-9 for share in shares)


def _of_everybody(both: tuple[Group, Group], plan: Plan, say: Voice) -> list[str]:
    bad, good = sides(plan, say)
    name, out = named(plan, say), list[str]()
    for group, who in zip(both, (name["who"], name["whose"]), strict=True):
        lost = group.lost.value if group.lost else None
        if lost is None or group.bad is None or group.good is None or not group.whole:
            return []
        told = {"lost": lost, "bad": group.bad, "good": group.good}
        sizes = {key: say.size(group.share(value)) for key, value in told.items()}
        words = {"people": name["people"], "who": who, "bad_words": bad, "good_words": good}
        out.append(say("happened", "everybody", **words, **sizes))
    return out


def _why_not_equal(shares: tuple[float, float], main: Estimate | None, plan: Plan, say: Voice) -> str:
    """Explain a difference that is not what a reader gets by subtracting the two numbers on the page."""
    if main is None or main.value is None or _adds_up(shares, main.value, say.decimals):
        return ""
    adjusted = abs(shares[0] - shares[1] - main.value) > (0.0151 if _whole(main.value) else 1e-9)
    other = round(100 * shares[0], say.decimals) - round(100 * shares[1], say.decimals)
    why = "rounded" if not adjusted else "waited" if plan.design == "time_to_event" else "adjusted"
    return say("happened", why, size=say.size(main.value), other=say.size(other / 100))


def box(estimates: Estimates, main: Estimate | None, plan: Plan, say: Voice) -> list[str]:
    """Say what follows: who is not known, the bad news of both groups, and only then the difference."""
    both = groups(estimates, plan)
    name = named(plan, say)
    found = verdict(main, plan.design, say, name, lower_is_better=better_when_lower(plan.outcome))
    if not found:
        return []
    return [
        *_lost(estimates, both, plan, say),
        *_bad(both, plan, say),
        " ".join(
            (found, *_open(both, main, plan, say), *_reach(both, main, plan, say, closely(estimates, main, plan, say)))
        ),
    ]


def _lost(estimates: Estimates, both: tuple[Group, Group], plan: Plan, say: Voice) -> list[str]:
    lost = counted(estimates, "flow", step="not_measured")
    name = named(plan, say)
    if lost is None or (not lost.value and not is_withheld(lost)):
        return []
    if lost.value is None or not lost.n:
        return [say("box", "lost_few", why=say.short(lost), **name)]
    counts = {"lost": number(lost.value, say.language), "whole": number(lost.n, say.language)}
    said = say("box", "lost", n=round(100 * lost.value / lost.n), **counts, **name)
    unsafe = together(*both, "not_safe")
    return [said + (" " + say("box", "unsafe", n=number(unsafe, say.language), **name) if unsafe else "")]


def _bad(both: tuple[Group, Group], plan: Plan, say: Voice) -> list[str]:
    """Return the bad side of the outcome of those seen, and who got worse of everybody, in both groups."""
    name, out = named(plan, say), list[str]()
    seen = [group.outcome.n if group.outcome else None for group in both]
    bad = [g.bad / n if g.bad is not None and n else None for g, n in zip(both, seen, strict=True)]
    if say.share and bad[0] is not None and bad[1] is not None:
        words = capital(sides(plan, say)[0])
        out.append(say("box", "bad", bad=words, one=say.size(bad[0]), two=say.size(bad[1]), **name))
    worse = [g.change["worse"].value if "worse" in g.change else None for g in both]
    if worse[0] is not None and worse[1] is not None and all(seen) and all(g.whole for g in both):
        told = {"one": worse[0] / (both[0].whole or 1), "two": worse[1] / (both[1].whole or 1)}
        told |= {"seen_one": worse[0] / (seen[0] or 1), "seen_two": worse[1] / (seen[1] or 1)}
        out.append(say("box", "worse", **{key: say.per_hundred(share) for key, share in told.items()}, **name))
    return out


def _reach(both: tuple[Group, Group], main: Estimate | None, plan: Plan, say: Voice, close: Voice) -> list[str]:
    """Say that the margin is about chance alone, and how far those who are not known could move the difference."""
    if main is None or main.low is None:
        return []
    name = named(plan, say)
    out = [say("box", "chance", margin=margin(main, close))]
    if ends := _ends(both, plan, say):
        out.append(say("box", "extremes", low=say.side(ends[0]), high=say.side(ends[1]), **name))
    return out


def _ends(both: tuple[Group, Group], plan: Plan, say: Voice) -> tuple[float, float] | None:
    """Return how far the difference of raw shares could go; such ends do not belong beside another estimand."""
    ends = extremes(*both, plan) if say.share and plan.estimand == "itt" else None
    return ends if ends is not None and ends[0] < ends[1] else None


def _open(both: tuple[Group, Group], main: Estimate | None, plan: Plan, say: Voice) -> list[str]:
    """Say that those who are not known leave open what the margin does not."""
    ends = _ends(both, plan, say)
    return [say("box", "open")] if ends and ends[0] <= 0 <= ends[1] and not cannot_tell(main) else []


def glossary(plan: Plan, say: Voice) -> list[tuple[str, str]]:
    """Return the words of the page with what they mean, the plan's own first."""
    own = [(say.label(word), pick(text, say.language)) for word, text in plan.glossary.items()]
    if plan.outcome.meaning is not None:
        own.append((pick(plan.outcome.words, say.language), pick(plan.outcome.meaning, say.language)))
    low, high = plan.outcome.window_days or (0, 0)
    seen = "event" if plan.outcome.event is not None else "form"
    shared = [seen, *(["offered"] if plan.design == "randomized" else []), "profile", "margin"]
    return own + [
        (term, text.strip())
        for term, _, text in (say("glossary", key, low=low, high=high).partition(":") for key in shared)
    ]
