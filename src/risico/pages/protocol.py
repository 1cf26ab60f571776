"""The trial that a plan stands in for, part by part, in words that a team can check (Hernán & Robins 2016)."""

from __future__ import annotations

from collections.abc import Iterator

from risico.disclosure import OTHER
from risico.interventions import catalogue
from risico.pages.interventions import contra_indicated
from risico.pages.parts import Table, capital
from risico.pages.wording import Voice, words
from risico.plan import Help, Plan
from risico.words import pick


def protocol(plan: Plan, say: Voice) -> Table:
    """Return the protocol as a table: who, start, groups, outcome, follow-up, what is estimated, by lot or not."""
    low, high = plan.outcome.window_days or (0, 0)
    parts = [
        ("eligible", _eligible(plan, say)),
        ("start", _start(plan, say)),
        *(("arm", _arm(name, rule, say)) for name, rule in plan.arms.items()),
        ("settled", say("protocol", "settled_day", day=plan.landmark)),
        ("outcome", _outcome(plan, say)),
        ("follow_up", _follow_up(plan, say, low, high)),
        ("estimand", say("method", plan.estimand)),
        ("lot", say("protocol", "by_lot" if plan.design == "randomized" else "no_lot")),
    ]
    rows = [[say("protocol", key), capital(text)] for key, text in parts]
    return Table(caption=say("protocol", "caption"), head=say("protocol", "head").split("|"), rows=rows)


def together(counts: list[tuple[str, str, str]], say: Voice) -> Table:
    """Return which help was had together in each group; `counts` are arm, help and number, as they may be shown."""
    rows = [[capital(say.label(arm)), _helps(help_, say), n] for arm, help_, n in counts]
    head = say("protocol", "together_head").split("|")
    return Table(caption=say("protocol", "together"), head=head, rows=rows, numbers=(2,))


def contra(plan: Plan, say: Voice) -> Iterator[str]:
    """Yield when the help of this plan must not be used, each once."""
    found = {
        k: flag for rule in plan.rules.values() for k, flag in catalogue().contra_indications_of(rule.detail).items()
    }
    yield from (say("protocol", "contra", words=contra_indicated(flag, say.language)) for flag in found.values())


def _helps(text: str, say: Voice) -> str:
    if text == OTHER:
        return say("protocol", "other_help")
    return " + ".join(say.label("no_help" if part == "none" else part) for part in text.split(" + "))


def _event(name: str, detail: str | None, say: Voice) -> str:
    known = words()["protocol_events"].get(name)
    told = pick(known, say.language) if known else say.label(name)
    return f"{told}: {say.label(detail)}" if detail else told


def _eligible(plan: Plan, say: Voice) -> str:
    asked = "; ".join(pick(criterion.words, say.language) for criterion in plan.eligible)
    told = say("protocol", "all_with", event=_event(plan.time_zero.event, plan.time_zero.detail, say))
    return told + (say("protocol", "who_also", asked=asked) if asked else "")


def _start(plan: Plan, say: Voice) -> str:
    told = say(
        "protocol", f"day_{plan.time_zero.which}", event=_event(plan.time_zero.event, plan.time_zero.detail, say)
    )
    if plan.time_zero.between is None:
        return told
    first, last = plan.time_zero.between
    return told + say("protocol", "between", first=first, last=last)


def _arm(name: str, rule: Help | str, say: Voice) -> str:
    if isinstance(rule, str):
        return say("protocol", "otherwise", arm=say.label(name))
    told = say(
        "protocol", "rule", arm=say.label(name), event=_event(rule.event, rule.detail, say), days=rule.within_days
    )
    if rule.within_days == 0:
        told = say("protocol", "rule_at_once", arm=say.label(name), event=_event(rule.event, rule.detail, say))
    told += say("protocol", "contacts", n=rule.min_contacts) if rule.min_contacts else ""
    told += say("protocol", "alone") if rule.alone else ""
    told += say("protocol", "beside", help=say.label(rule.together_with)) if rule.together_with else ""
    return told + (say("protocol", "new") if rule.event == "help_started" else "")


def _outcome(plan: Plan, say: Voice) -> str:
    outcome = plan.outcome
    low, high = outcome.window_days or (0, 0)
    told = say("method", "window", outcome=pick(outcome.words, say.language), low=low, high=high)
    return told if outcome.column is None else told + say("protocol", f"of_{outcome.combine}")


def _follow_up(plan: Plan, say: Voice, low: int, high: int) -> str:
    until = (
        say("protocol", "until", day=plan.follow_up.until) if plan.follow_up.until else say("protocol", "until_last")
    )
    competing = ", ".join(say.label(why) for why in plan.follow_up.competing)
    told = say("protocol", "from_to", low=low, high=high, until=until)
    return told + (say("protocol", "competing", why=competing) if competing else "")
