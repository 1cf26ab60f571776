"""The grade of a design: ROBINS-I or RoB 2 as far as plan and data fill it in, and the rung a result may reach at most.

Each judgement has its ground; what no data can say is left to a person, who may overrule the others with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import risico
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.pages.parts import Table, counted
from risico.pages.wording import Voice
from risico.plan import Plan
from risico.strict import read_yaml
from risico.words import pick

MANY = 0.20  # lost to follow-up, above which missing outcomes are judged serious (our proposal)


@cache
def rules() -> Mapping[str, Any]:
    """Return the rules of the file: which situation leads to which judgement."""
    return read_yaml(Path(risico.__file__).parent / "_rules" / "design_grade.yaml")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One domain: its title, the judgement (None: a person must judge) and on what ground, in nl and en."""

    title: Mapping[str, str]
    judgement: str | None
    ground: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Grade:
    """The grade of a design: the domains, the worst judgement that was filled in, and the highest rung it may reach.

    While `open_domains` are left the overall judgement can only become worse.
    """

    tool: str
    domains: tuple[Judged, ...]
    overall: str
    open_domains: int
    rung: int


def grade(estimates: Estimates, plan: Plan, facts: Mapping[str, str]) -> Grade:
    """Return the grade of the design of a plan from its released estimates; `facts` are the tags of the run.

    Overall is the worst domain, for ROBINS-I as for RoB 2. Sterne et al. (2016), BMJ 355:i4919; Sterne et al. (2019),
    BMJ 366:l4898.
    """
    tool = rules()[rules()["tools"][plan.design]]
    there = {"always", *_situations(estimates, plan, facts)}
    domains: list[Judged] = []
    for domain in tool["domains"]:
        rule = next(rule for rule in domain["rules"] if rule["when"] in there)
        domains.append(Judged(title=domain["title"], judgement=rule["judgement"], ground=rule["ground"]))
    given = [one.judgement for one in domains if one.judgement is not None]
    overall = max(given, key=tool["order"].index)
    return Grade(
        tool=tool["name"],
        domains=tuple(domains),
        overall=overall,
        open_domains=len(domains) - len(given),
        rung=rung(plan.design, None if len(given) < len(domains) else overall),
    )


def rung(design: str, overall: str | None = None) -> int:
    """Return the highest rung of the effect ladder that a result of this design may reach, with this overall judgement.

    While there is none, because a person has still to judge, a design that needs one stays below its highest rung.

    >>> rung("before_after"), rung("adjusted", "moderate"), rung("adjusted", "serious")
    (3, 4, 3)
    """
    told = rules()["ladder"][design]
    kept = "only_if" not in told or overall in told["only_if"]
    return told["at_most"] if kept else told["otherwise"]


def recognition(label: str, since: date | None, today: date) -> Literal["valid", "expired", "unknown"]:
    """Return whether a recognition of an intervention still holds; one whose term or date nobody knows is unknown.

    Raises UsageError for a label that does not exist.

    >>> recognition("goed_onderbouwd", date(2019, 5, 1), date(2024, 4, 30))
    'valid'
    """
    if label not in rules()["recognitions"]:
        raise UsageError(f"'{label}' is no label of a recognition. Give one of: {', '.join(rules()['recognitions'])}.")
    years = rules()["recognitions"][label]["years"]
    if years is None or since is None:
        return "unknown"
    ended = (today.year - since.year, today.month, today.day) >= (years, since.month, since.day)
    return "expired" if ended else "valid"


def _situations(estimates: Estimates, plan: Plan, facts: Mapping[str, str]) -> set[str]:
    found = {"event"} if plan.outcome.event is not None else set[str]()
    control = next((e for e in estimates if e.name == "negative_control"), None)
    if control is not None and control.low is not None and control.high is not None:
        found |= set() if control.low <= 0 <= control.high else {"control_differs"}
    share = _lost(estimates)
    if share is None:
        found.add("lost_unknown")
    elif share > 0:
        found.add("lost_many" if share > MANY else "lost_some")
    return found | ({"repeated"} if facts.get("repeat") or facts.get("earlier") else set())


def _lost(estimates: Estimates) -> float | None:
    """Return the share without an outcome, of both arms together; None where it is not told."""
    whole: list[Estimate] = [e for e in estimates if e.name == "flow" and e.by.get("step") == "not_measured"]
    told = counted(estimates, "flow", step="not_measured")
    mine = [told] if told is not None else [e for e in whole if "arm" in e.by and "reason" not in e.by]
    if not mine or any(e.value is None or not e.n for e in mine):
        return None
    return sum(e.value or 0.0 for e in mine) / sum(e.n or 0 for e in mine)


def graded(estimates: Estimates, plan: Plan, facts: Mapping[str, str], say: Voice) -> Table:
    """Return the grade as a table: domain, judgement and ground, then all together and the rung."""
    found = grade(estimates, plan, facts)
    share = _lost(estimates)
    told = {
        "known": ", ".join(say.label(measure.id) for measure in plan.covariates) or "–",
        "day": plan.landmark,
        "lost": "–" if share is None else say.per_hundred(share),
        "plan": f"{plan.id} {plan.version}",
    }
    words = {key: pick(text, say.language) for key, text in rules()["judgements"].items()}
    rows = [
        [
            pick(one.title, say.language),
            words[one.judgement] if one.judgement else say("grade", "person"),
            pick(one.ground, say.language).format(**told),
        ]
        for one in found.domains
    ]
    key = "overall_open" if found.open_domains else "overall"
    rows.append([say("grade", "all"), words[found.overall], say("grade", key, n=found.open_domains)])
    name = pick(rules()["rungs"][found.rung], say.language)
    rows.append(
        [
            say("grade", "ladder"),
            f"{found.rung} ({name})",
            say("grade", "ladder_open" if found.open_domains else "ladder_is"),
        ]
    )
    head = say("grade", "head").split("|")
    return Table(caption=say("grade", "caption", tool=found.tool), head=head, rows=rows)
